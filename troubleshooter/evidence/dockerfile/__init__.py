"""The Dockerfile reader: ``parse`` a text, ask the queries, or take all ``facts``.

Bytes come in through :func:`decode` and go out through :func:`encode`; between them nothing is lost, and
``render(parse(text, lenient=True)) == text`` for every text.
"""

from troubleshooter.evidence.dockerfile.copied import Copy, copies
from troubleshooter.evidence.dockerfile.facts import facts
from troubleshooter.evidence.dockerfile.gocommands import GoCommand, go_commands
from troubleshooter.evidence.dockerfile.installing import installs
from troubleshooter.evidence.dockerfile.instruction import DockerfileError, Heredoc, Instruction, Problem
from troubleshooter.evidence.dockerfile.lines import decode, encode
from troubleshooter.evidence.dockerfile.names import FACTS, MANY
from troubleshooter.evidence.dockerfile.queries import Start, build_stage, final_stage, main_build, start, user, workdir
from troubleshooter.evidence.dockerfile.stages import Dockerfile, Setting, Stage, find_stage, findings, lineage, parse, render

__all__ = [
    "FACTS", "MANY", "Copy", "Dockerfile", "DockerfileError", "GoCommand", "Heredoc", "Instruction", "Problem",
    "Setting", "Stage", "Start", "build_stage", "copies", "decode", "encode", "facts", "final_stage", "find_stage",
    "findings", "go_commands", "installs", "lineage", "main_build", "parse", "render", "start", "user", "workdir",
]  # fmt: skip
