"""One Dockerfile, and what every group of facts wants to know about it."""

from __future__ import annotations

from troubleshooter.evidence.dockerfile.gocommands import GoCommand
from troubleshooter.evidence.dockerfile.instruction import Instruction
from troubleshooter.evidence.dockerfile.lines import printable
from troubleshooter.evidence.dockerfile.stages import Dockerfile, Stage, lineage
from troubleshooter.frozen import dataclass
from troubleshooter.model import Fact

SYSTEM = ("/bin", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/opt", "/proc", "/root", "/sbin", "/sys", "/usr", "/var")
"""Folders of which an image may hold more than a Dockerfile tells."""


@dataclass(frozen=True)
class Subject:
    """One file and what every group of facts wants to know about it."""

    dockerfile: Dockerfile
    name: str
    final: Stage
    build: Stage | None
    main: GoCommand | None

    def fact(self, name: str, value: str, line: int, sure: bool = True) -> Fact:
        """The fact with its line as the source."""
        return Fact(name, printable(value), f"{self.name}:{line}", sure)


def user_at(subject: Subject, instruction: Instruction) -> str:
    """The USER in effect at an instruction, empty without one."""
    found = ""
    for stage in subject.dockerfile.stages:
        if instruction in stage.instructions:
            parents = lineage(subject.dockerfile, stage)
            for each in (each for part in parents for each in part.instructions):
                if each is instruction:
                    return found
                found = each.words[0] if each.keyword == "USER" and each.words else found
    return ""
