"""Where an edit goes: stages by role, lines to insert at, the line ends and the indentation of the neighbours."""

from __future__ import annotations

from troubleshooter.evidence.dockerfile import (
    Dockerfile,
    GoCommand,
    Instruction,
    Stage,
    final_stage,
    find_stage,
    go_commands,
    main_build,
    parse,
)
from troubleshooter.evidence.dockerfile import build_stage as find_build_stage
from troubleshooter.frozen import dataclass
from troubleshooter.remedy.managers import Managers

_STARTERS = ("USER", "ENTRYPOINT", "CMD", "HEALTHCHECK")


class EditRefused(Exception):
    """The file is not what the edit expects; the text says why, in one sentence for the user."""

    @property
    def reason(self) -> str:
        return str(self)


@dataclass(frozen=True)
class Draft:
    """A Dockerfile under change: the text, its parsed form, the package managers that are known, and the ``--target`` that is built."""

    text: str
    dockerfile: Dockerfile
    managers: Managers
    target: str = ""

    @classmethod
    def of(cls, text: str, managers: Managers, target: str = "") -> Draft:
        return cls(text, parse(text, lenient=True), managers, target)

    def stage(self, reference: str) -> Stage:
        """The stage that is meant by ``build``, ``final``, a name or an index."""
        if reference == "build":
            stage = find_build_stage(self.dockerfile, self.target)
        elif reference == "final":
            stage = final_stage(self.dockerfile, self.target)
        else:
            stage = find_stage(self.dockerfile.stages, reference)
        if stage is None:
            raise EditRefused(f"The Dockerfile has no stage {reference!r}.")
        return stage

    def go(self, stage: Stage) -> tuple[GoCommand, ...]:
        return go_commands(self.dockerfile, stage)

    def main(self) -> GoCommand | None:
        return main_build(self.dockerfile, self.target)

    def splice(self, *changes: tuple[int, int, str]) -> Draft:
        """The draft with each piece (start, end) replaced; the pieces must not overlap."""
        text = self.text
        for start, end, new in sorted(changes, reverse=True):
            text = text[:start] + new + text[end:]
        return Draft.of(text, self.managers, self.target)

    def before(self, instruction: Instruction, line: str) -> Draft:
        """Insert a line above an instruction and above the comments that belong to it."""
        start = self._line_start(instruction.start)
        indent = self.text[start : instruction.start].removeprefix("\ufeff")
        while start > 0:
            above = self._line_start(start - 1)
            if not self.text[above:start].lstrip().startswith("#"):
                break
            start = above
        return self.splice((start, start, indent + line + self.newline))

    def after(self, instruction: Instruction, line: str) -> Draft:
        """Insert a line below an instruction."""
        indent = self.text[self._line_start(instruction.start) : instruction.start].removeprefix("\ufeff")
        newline = self.text.find("\n", instruction.end)
        if newline < 0:
            return self.splice((len(self.text), len(self.text), self.newline + indent + line))
        return self.splice((newline + 1, newline + 1, indent + line + self.newline))

    @property
    def newline(self) -> str:
        """The line end that most of the file uses."""
        return "\r\n" if self.text.count("\r\n") * 2 > self.text.count("\n") else "\n"

    def drop(self, instruction: Instruction) -> Draft:
        """Remove an instruction with its lines; comments above it stay."""
        start = self._line_start(instruction.start)
        newline = self.text.find("\n", instruction.end)
        if newline < 0:
            cut = start - len(self.newline) if self.text[:start].endswith(self.newline) else start
            return self.splice((cut, len(self.text), ""))
        return self.splice((start, newline + 1, ""))

    def into_final(self, stage: Stage, line: str) -> Draft:
        """Insert a COPY or the like: below the last COPY, but above USER, ENTRYPOINT, CMD and HEALTHCHECK."""
        for each in stage.instructions:
            if each.keyword in _STARTERS:
                last_copy = [copy for copy in stage.instructions if copy.keyword in ("COPY", "ADD")]
                above = [copy for copy in last_copy if copy.start < each.start]
                return self.after(above[-1], line) if above else self.before(each, line)
        return self.at_end(stage, line)

    def before_start(self, stage: Stage, line: str) -> Draft:
        """Insert a line above ENTRYPOINT or CMD, below everything else."""
        starts = [each for each in stage.instructions if each.keyword in ("ENTRYPOINT", "CMD")]
        return self.before(starts[0], line) if starts else self.at_end(stage, line)

    def at_end(self, stage: Stage, line: str) -> Draft:
        return self.after(stage.instructions[-1] if stage.instructions else stage.source, line)

    def below_from(self, stage: Stage, line: str) -> Draft:
        """Insert a line below FROM and the ARGs that follow it."""
        at = stage.source
        for each in stage.instructions:
            if each.keyword != "ARG":
                break
            at = each
        return self.after(at, line)

    def _line_start(self, offset: int) -> int:
        return self.text.rfind("\n", 0, offset) + 1
