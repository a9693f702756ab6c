"""What a Dockerfile is made of: instructions, heredocs, what is wrong, and where each stands."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping

from troubleshooter.frozen import dataclass


@dataclass(frozen=True)
class Problem:
    """Something that Docker refuses (or reads otherwise than meant): ``line`` and ``column`` count from 1."""

    line: int
    column: int
    says: str
    cure: str


class DockerfileError(Exception):
    """The file is not a Dockerfile that Docker would accept; tells where, what is wrong, and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.line}:{problem.column}: {problem.says}; {problem.cure}")
        self.line = problem.line
        self.column = problem.column
        self.says = problem.says
        self.cure = problem.cure


@dataclass(frozen=True)
class Span:
    """A piece of text that may be scattered over continuation lines, and where each part lies in the file."""

    text: str
    parts: tuple[tuple[int, int], ...]
    """(position in ``text``, offset in the file), ascending."""

    def offset(self, position: int) -> int:
        """Offset in the file of the character at ``position``."""
        index = bisect_right([start for start, _ in self.parts], position) - 1
        start, offset = self.parts[max(index, 0)]
        return offset + position - start

    def end_offset(self, position: int) -> int:
        """Offset in the file just after the character before ``position`` (the end of a piece that ends there)."""
        return self.offset(position - 1) + 1 if position > 0 else self.offset(0)

    def slice(self, start: int, end: int | None = None) -> Span:
        end = len(self.text) if end is None else end
        parts = [(max(at - start, 0), offset + max(start - at, 0)) for at, offset in self.parts if at < end]
        first = max((index for index, (at, _) in enumerate(self.parts) if at <= start), default=0)
        return Span(self.text[start:end], tuple(parts[first:]) or ((0, self.offset(start)),))


@dataclass(frozen=True)
class Heredoc:
    """The body of a heredoc and its delimiter."""

    name: str
    body: Span
    line: int
    """Line of the first line of the body."""


@dataclass(frozen=True)
class Instruction:
    """One instruction. ``raw`` is the text from the keyword to the end of its last line, without the line end."""

    keyword: str
    raw: str
    start_line: int
    end_line: int
    start: int
    end: int
    args: Span
    """What follows the keyword and its flags, continuation lines joined, comments left out."""
    flags: Mapping[str, tuple[str, ...]]
    """Flag name without dashes to its values in order; a flag without ``=`` has the value ``true``."""
    flags_end: int
    """Offset in the file where a new flag goes: after the keyword or its last flag."""
    words: tuple[str, ...]
    """The arguments as Docker splits them, quotes kept; the elements of the JSON form where there is one
    (for HEALTHCHECK behind its CMD)."""
    json: tuple[str, ...] | None
    """The elements of the exec form, or None for the shell form."""
    heredocs: tuple[Heredoc, ...] = ()
    comments: tuple[tuple[int, str], ...] = ()
    """Comments inside the instruction, as (line, text)."""
    onbuild: Instruction | None = None
    """For ONBUILD: the instruction that it puts off."""

    def flag(self, name: str) -> str | None:
        """The last value of a flag, or None."""
        values = self.flags.get(name)
        return values[-1] if values else None


@dataclass(frozen=True)
class Source:
    """The instructions of a file and everything between them: ``gaps[i]`` stands before ``instructions[i]``."""

    instructions: tuple[Instruction, ...]
    gaps: tuple[str, ...]
    escape: str
    directives: Mapping[str, str]
    problems: tuple[Problem, ...]
    lines: tuple[int, ...]
    """Offset of the start of each line."""

    def line_of(self, offset: int) -> int:
        return bisect_right(self.lines, offset)

    def column_of(self, offset: int) -> int:
        return offset - self.lines[self.line_of(offset) - 1] + 1
