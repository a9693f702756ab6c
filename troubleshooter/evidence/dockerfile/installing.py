"""Packages that RUN lines install, and the commands that they call."""

from __future__ import annotations

import re

from troubleshooter.evidence.dockerfile.shell import Command, commands
from troubleshooter.evidence.dockerfile.stages import Dockerfile, Stage, lineage

INSTALLERS = {
    "apk": ("add",),
    "apt-get": ("install",),
    "apt": ("install",),
    "yum": ("install",),
    "dnf": ("install",),
    "microdnf": ("install",),
    "tdnf": ("install",),
    "zypper": ("install", "in"),
}
_OPTION_WITH_VALUE = frozenset({"-t", "--virtual", "--repository", "-X", "-o", "--target-release", "--allowerasing", "-c"})


def installs(dockerfile: Dockerfile, stage: Stage) -> tuple[tuple[str, int], ...]:
    """Packages installed by apk, apt-get and the like in a stage and its lineage, each with its line."""
    found: list[tuple[str, int]] = []
    for part in lineage(dockerfile, stage):
        for instruction in part.instructions:
            for command in commands(instruction) if instruction.keyword == "RUN" else ():
                found += [(name, dockerfile.line_of(command.offset)) for name in installed(command)]
    return tuple(found)


def installed(command: Command) -> tuple[str, ...]:
    """The packages that one command installs, versions (``=1.2``) cut off; empty for any other command."""
    verbs = INSTALLERS.get(command.name, ())
    words = [word.value for word in command.words[1:]]
    at = next((i for i, word in enumerate(words) if word in verbs), -1)
    if not verbs or at < 0:
        return ()
    names: list[str] = []
    skip = False
    for word in words[at + 1 :]:
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = word in _OPTION_WITH_VALUE
        else:
            names.append(re.split(r"[=<>~@]", word, maxsplit=1)[0])
    return tuple(name for name in names if name and not name.startswith((".", "$")))


def run_commands(dockerfile: Dockerfile, stage: Stage) -> tuple[tuple[str, int], ...]:
    """Names of the programs that the RUN instructions of a stage and its lineage call, each with its line."""
    found: list[tuple[str, int]] = []
    for part in lineage(dockerfile, stage):
        for instruction in part.instructions:
            for command in commands(instruction) if instruction.keyword == "RUN" else ():
                if command.words:
                    found.append((command.words[0].value, dockerfile.line_of(command.offset)))
    return tuple(found)
