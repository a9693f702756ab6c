"""A Dockerfile as a lossless list of instructions, each with its place in the text.

The splitter is our own: the ``dockerfile`` package (BuildKit's Go parser) has no wheel for ARM and gives neither
columns nor offsets, ``dockerfile-parse`` takes a FROM inside a heredoc for a stage; the former is the oracle of the
tests. It follows BuildKit's ``frontend/dockerfile/parser``: ``\\n`` alone ends a line, comments and empty lines inside
a continuation are skipped, parser directives count only at the top.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import field

from troubleshooter.evidence.dockerfile.words import process_word, split_words
from troubleshooter.frozen import dataclass

KEYWORDS = frozenset(
    [
        "ADD",
        "ARG",
        "CMD",
        "COPY",
        "ENTRYPOINT",
        "ENV",
        "EXPOSE",
        "FROM",
        "HEALTHCHECK",
        "LABEL",
        "MAINTAINER",
        "ONBUILD",
        "RUN",
        "SHELL",
        "STOPSIGNAL",
        "USER",
        "VOLUME",
        "WORKDIR",
    ]
)
_JSON_KEYWORDS = frozenset({"RUN", "CMD", "ENTRYPOINT", "SHELL", "COPY", "ADD", "VOLUME"})
_HEREDOC_KEYWORDS = frozenset({"RUN", "COPY", "ADD"})
_DIRECTIVE = re.compile(r"#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*")
_HEREDOC = re.compile(r"(\d*)<<(-?)([^<]+)")
_CHECK = re.compile(r"CMD\s+", re.IGNORECASE)
_BOM = "\ufeff"


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


@dataclass
class _Line:
    """A physical line: offsets of its start, of its text's end and of the next line."""

    start: int
    end: int
    next: int


@dataclass
class _Logical:
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


def split(text: str) -> Source:
    """All instructions of ``text``; never fails, what is wrong is listed in ``problems``."""
    lines = list(_physical_lines(text))
    directives, escape, problems = _directives(text, lines)
    instructions: list[Instruction] = []
    index = 0
    while index < len(lines):
        if _is_idle(text, lines[index]):
            index += 1
            continue
        logical = _gather(text, lines, index, escape)
        instruction = _instruction(text, lines, logical, escape, problems)
        index = logical.last + 1
        if instruction is not None:
            instructions.append(instruction)
            index = instruction.end_line
    bounds = [0, *(edge for each in instructions for edge in (each.start, each.end)), len(text)]
    gaps = tuple(text[bounds[i] : bounds[i + 1]] for i in range(0, len(bounds), 2))
    starts = tuple(line.start for line in lines) or (0,)
    return Source(tuple(instructions), gaps, escape, directives, tuple(problems), starts)


def _physical_lines(text: str) -> Iterator[_Line]:
    start = 0
    while start < len(text):
        newline = text.find("\n", start)
        stop = len(text) if newline < 0 else newline
        following = len(text) if newline < 0 else newline + 1
        end = stop
        while end > start and text[end - 1] == "\r":
            end -= 1
        yield _Line(start + (start == 0 and text.startswith(_BOM)), end, following)
        start = following


def _directives(text: str, lines: list[_Line]) -> tuple[dict[str, str], str, list[Problem]]:
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


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _is_idle(text: str, line: _Line) -> bool:
    """Empty lines and comments between instructions."""
    content = text[line.start : line.end]
    return not content.strip() or _is_comment(content)


def _continued(content: str, escape: str) -> int:
    """Length of ``content`` without its continuation character, or -1 if the instruction ends on this line."""
    bare = content.rstrip(" \t")
    if not bare.endswith(escape) or bare.endswith(escape * 2):
        return -1
    return len(bare) - 1


def _gather(text: str, lines: list[_Line], first: int, escape: str) -> _Logical:
    """The lines of the instruction that begins on line index ``first``; heredoc bodies come later."""
    logical = _Logical(first, first)
    for index in range(first, len(lines)):
        line = lines[index]
        content = text[line.start : line.end]
        if index > first and _is_comment(content):
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


def _span(text: str, pieces: list[tuple[int, int]]) -> Span:
    out: list[str] = []
    parts: list[tuple[int, int]] = []
    position = 0
    for start, end in pieces:
        parts.append((position, start))
        out.append(text[start:end])
        position += end - start
    return Span("".join(out), tuple(parts))


def _instruction(text: str, lines: list[_Line], logical: _Logical, escape: str, problems: list[Problem]) -> Instruction | None:
    """The instruction in the gathered lines, or None if they hold nothing but white space."""
    span = _span(text, logical.pieces)
    if not span.text.strip():
        return None
    span = span.slice(len(span.text) - len(span.text.lstrip()))
    comments = tuple(comment for comment in logical.comments if comment[0] <= logical.last)
    return _build(text, lines, span, logical.last, escape, problems, comments)


def _build(
    text: str,
    lines: list[_Line],
    span: Span,
    last: int,
    escape: str,
    problems: list[Problem],
    comments: tuple[tuple[int, str], ...],
) -> Instruction:
    start = span.offset(0)
    keyword_end = next((i for i, char in enumerate(span.text) if char.isspace()), len(span.text))
    keyword = span.text[:keyword_end].upper()
    flags, flags_end, args_at = _flags(span, keyword_end, escape)
    args = _stripped(span.slice(args_at))
    exec_form = _json(args.text) if keyword in _JSON_KEYWORDS else None
    if keyword == "HEALTHCHECK" and (check := _CHECK.match(args.text)):
        exec_form = _json(args.text[check.end() :])
    onbuild = None
    heredocs: tuple[Heredoc, ...] = ()
    if keyword == "ONBUILD" and args.text and not args.text.upper().startswith("ONBUILD"):
        onbuild = _build(text, lines, args, last, escape, problems, ())
        heredocs, last = onbuild.heredocs, onbuild.end_line - 1
    elif keyword in _HEREDOC_KEYWORDS and exec_form is None and "<<" in args.text:
        heredocs, last = _heredocs(text, lines, args, last, escape, problems)
    end = max(lines[last].end, span.end_offset(len(span.text)))
    words = tuple(args.text[a:b] for a, b in split_words(args.text, escape))
    if exec_form is not None:
        words = (words[0], *exec_form) if keyword == "HEALTHCHECK" else exec_form
    return Instruction(
        keyword=keyword,
        raw=text[start:end],
        start_line=_line_index(lines, start) + 1,
        end_line=last + 1,
        start=start,
        end=end,
        args=args,
        flags=flags,
        flags_end=flags_end,
        words=words,
        json=exec_form,
        heredocs=heredocs,
        comments=comments,
        onbuild=onbuild,
    )


def _line_index(lines: list[_Line], offset: int) -> int:
    return max(bisect_right(lines, offset, key=lambda line: line.start) - 1, 0)


def _flags(span: Span, at: int, escape: str) -> tuple[dict[str, tuple[str, ...]], int, int]:
    """Leading ``--name=value`` words: the flags, the offset after the last one, and the position of the arguments."""
    flags: dict[str, tuple[str, ...]] = {}
    flags_end = span.end_offset(at)
    for start, end in split_words(span.text[at:], escape):
        word = span.text[at + start : at + end]
        if not word.startswith("--") or word == "--":
            return flags, flags_end, at + start + (2 if word == "--" else 0)
        name, equals, value = word[2:].partition("=")
        flags[name] = (*flags.get(name, ()), process_word(value, {}, escape) if equals else "true")
        flags_end = span.end_offset(at + end)
    return flags, flags_end, len(span.text)


def _stripped(span: Span) -> Span:
    lead = len(span.text) - len(span.text.lstrip())
    return span.slice(lead, len(span.text.rstrip()) if lead < len(span.text) else lead)


def _json(text: str) -> tuple[str, ...] | None:
    if not text.startswith("["):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return None
    return tuple(value)


def _heredocs(
    text: str, lines: list[_Line], args: Span, last: int, escape: str, problems: list[Problem]
) -> tuple[tuple[Heredoc, ...], int]:
    """The heredocs that the line of an instruction announces, and the index of the line where the last one ends."""
    found: list[Heredoc] = []
    index = last + 1
    for start, end in split_words(args.text, escape):
        match = _HEREDOC.fullmatch(args.text[start:end])
        name = process_word(match.group(3), {}, escape) if match else ""
        if match is None or not name:
            continue
        first = index
        begin = lines[first].start if first < len(lines) else len(text)
        while index < len(lines):
            content = text[lines[index].start : lines[index].end]
            if (content.lstrip("\t") if match.group(2) else content) == name:
                break
            index += 1
        else:
            line = _line_index(lines, args.offset(start))
            column = args.offset(start) - lines[line].start + 1
            problems.append(Problem(line + 1, column, f"unterminated heredoc {name}", f"add a line that holds only {name}"))
        stop = lines[index].start if index < len(lines) else len(text)
        found.append(Heredoc(name, Span(text[begin:stop], ((0, begin),)), first + 1))
        index += 1
    return tuple(found), min(index, len(lines)) - 1
