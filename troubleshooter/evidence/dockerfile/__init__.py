"""The Dockerfile reader: ``parse`` a text, ask the queries, or take all ``facts``.

Bytes come in through :func:`decode` and go out through :func:`encode`; between them nothing is lost, and
``render(parse(text, lenient=True)) == text`` for every text.
"""

from troubleshooter.evidence.dockerfile.facts import facts
from troubleshooter.evidence.dockerfile.gocommands import GoCommand, go_commands
from troubleshooter.evidence.dockerfile.names import FACTS, MANY
from troubleshooter.evidence.dockerfile.queries import (
    Copy,
    Start,
    build_stage,
    copies,
    final_stage,
    installs,
    lineage,
    main_build,
    start,
    user,
    workdir,
)
from troubleshooter.evidence.dockerfile.stages import Dockerfile, Setting, Stage, find_stage, findings, parse, render
from troubleshooter.evidence.dockerfile.syntax import DockerfileError, Heredoc, Instruction, Problem, decode, encode

__all__ = [
    "FACTS", "MANY", "Copy", "Dockerfile", "DockerfileError", "GoCommand", "Heredoc", "Instruction", "Problem",
    "Setting", "Stage", "Start", "build_stage", "copies", "decode", "encode", "facts", "final_stage", "find_stage",
    "findings", "go_commands", "installs", "lineage", "main_build", "parse", "render", "start", "user", "workdir",
]  # fmt: skip
