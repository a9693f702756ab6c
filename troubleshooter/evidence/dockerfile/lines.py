"""The lines of a Dockerfile: bytes and text, parser directives, comments, continued lines as one."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import field

from troubleshooter.evidence.dockerfile.instruction import Problem, Span
from troubleshooter.frozen import dataclass

_DIRECTIVE = re.compile(r"#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*")
BOM = "\ufeff"


@dataclass
class Line:
    """A physical line: offsets of its start, of its text's end and of the next line."""

    start: int
    end: int
    next: int


@dataclass
class Logical:
    """An instruction while its lines are gathered."""

    first: int
    last: int
    pieces: list[tuple[int, int]] = field(default_factory=list)
    comments: list[tuple[int, str]] = field(default_factory=list)


def decode(data: bytes) -> str:
    """The bytes of a file as text from which :func:`encode` makes the same bytes, whatever they are."""
    return data.decode("utf-8", "surrogateescape")


def encode(text: str) -> bytes:
    """The bytes that :func:`decode` made the text from."""
    return text.encode("utf-8", "surrogateescape")


def printable(text: str) -> str:
    """Decoded text as a report may show it: what is no UTF-8 becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def physical_lines(text: str) -> Iterator[Line]:
    """The lines of the file as they stand there."""
    start = 0
    while start < len(text):
        newline = text.find("\n", start)
        stop = len(text) if newline < 0 else newline
        following = len(text) if newline < 0 else newline + 1
        end = stop
        while end > start and text[end - 1] == "\r":
            end -= 1
        yield Line(start + (start == 0 and text.startswith(BOM)), end, following)
        start = following


def directives_of(text: str, lines: list[Line]) -> tuple[dict[str, str], str, list[Problem]]:
    """Parser directives at the top of the file, the escape character, and what is wrong with them."""
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for number, line in enumerate(lines, 1):
        match = _DIRECTIVE.fullmatch(text[line.start : line.end].strip())
        name = match.group(1).lower() if match else ""
        if match is None or name not in ("escape", "syntax", "check"):
            break
        if name in found:
            problems.append(Problem(number, 1, f"only one {name} parser directive can be used", "remove this line"))
        found.setdefault(name, match.group(2))
    escape = found.get("escape", "\\")
    if escape not in ("\\", "`"):
        number = list(found).index("escape") + 1
        problems.append(Problem(number, 1, f"invalid escape token {escape!r}", "use a backslash or a backtick"))
        escape = "\\"
    return found, escape, problems


def is_comment(line: str) -> bool:
    """Whether a line holds a comment only."""
    return line.lstrip().startswith("#")


def is_idle(text: str, line: Line) -> bool:
    """Empty lines and comments between instructions."""
    content = text[line.start : line.end]
    return not content.strip() or is_comment(content)


def _continued(content: str, escape: str) -> int:
    """Length of ``content`` without its continuation character, or -1 if the instruction ends on this line."""
    bare = content.rstrip(" \t")
    if not bare.endswith(escape) or bare.endswith(escape * 2):
        return -1
    return len(bare) - 1


def gather(text: str, lines: list[Line], first: int, escape: str) -> Logical:
    """The lines of the instruction that begins on line index ``first``; heredoc bodies come later."""
    logical = Logical(first, first)
    for index in range(first, len(lines)):
        line = lines[index]
        content = text[line.start : line.end]
        if index > first and is_comment(content):
            logical.comments.append((index + 1, content.strip()))
            continue
        if index > first and not content.strip():
            continue
        logical.last = index
        length = _continued(content, escape)
        indent = len(content) - len(content.lstrip()) if index == first else 0
        end = line.start + length if length >= 0 else line.end
        if end > line.start + indent:
            logical.pieces.append((line.start + indent, end))
        if length < 0:
            break
    return logical


def span_of(text: str, pieces: list[tuple[int, int]]) -> Span:
    """Pieces of the file as one text that knows where each of them stands."""
    out: list[str] = []
    parts: list[tuple[int, int]] = []
    position = 0
    for start, end in pieces:
        parts.append((position, start))
        out.append(text[start:end])
        position += end - start
    return Span("".join(out), tuple(parts))


def line_index(lines: list[Line], offset: int) -> int:
    """The index of the line that an offset lies in."""
    return max(bisect_right(lines, offset, key=lambda line: line.start) - 1, 0)
