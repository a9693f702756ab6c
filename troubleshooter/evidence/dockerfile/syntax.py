"""A Dockerfile as a lossless list of instructions, each with its place in the text.

The splitter is our own: the ``dockerfile`` package (BuildKit's Go parser) has no wheel for ARM and gives neither
columns nor offsets, ``dockerfile-parse`` takes a FROM inside a heredoc for a stage; the former is the oracle of the
tests. It follows BuildKit's ``frontend/dockerfile/parser``: ``\n`` alone ends a line, comments and empty lines inside
a continuation are skipped, parser directives count only at the top.
"""

from __future__ import annotations

import json
import re

from troubleshooter.evidence.dockerfile.instruction import Heredoc, Instruction, Problem, Source, Span
from troubleshooter.evidence.dockerfile.lines import Line, Logical, directives_of, gather, is_idle, line_index, physical_lines, span_of
from troubleshooter.evidence.dockerfile.words import process_word, split_words

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
_HEREDOC = re.compile(r"(\d*)<<(-?)([^<]+)")
_CHECK = re.compile(r"CMD\s+", re.IGNORECASE)


def split(text: str) -> Source:
    """All instructions of ``text``; never fails, what is wrong is listed in ``problems``."""
    lines = list(physical_lines(text))
    directives, escape, problems = directives_of(text, lines)
    instructions: list[Instruction] = []
    index = 0
    while index < len(lines):
        if is_idle(text, lines[index]):
            index += 1
            continue
        logical = gather(text, lines, index, escape)
        instruction = _instruction(text, lines, logical, escape, problems)
        index = logical.last + 1
        if instruction is not None:
            instructions.append(instruction)
            index = instruction.end_line
    bounds = [0, *(edge for each in instructions for edge in (each.start, each.end)), len(text)]
    gaps = tuple(text[bounds[i] : bounds[i + 1]] for i in range(0, len(bounds), 2))
    starts = tuple(line.start for line in lines) or (0,)
    return Source(tuple(instructions), gaps, escape, directives, tuple(problems), starts)


def _instruction(text: str, lines: list[Line], logical: Logical, escape: str, problems: list[Problem]) -> Instruction | None:
    """The instruction in the gathered lines, or None if they hold nothing but white space."""
    span = span_of(text, logical.pieces)
    if not span.text.strip():
        return None
    span = span.slice(len(span.text) - len(span.text.lstrip()))
    comments = tuple(comment for comment in logical.comments if comment[0] <= logical.last)
    return _build(text, lines, span, logical.last, escape, problems, comments)


def _build(
    text: str,
    lines: list[Line],
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
        start_line=line_index(lines, start) + 1,
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


def _heredocs(text: str, lines: list[Line], args: Span, last: int, escape: str, problems: list[Problem]) -> tuple[tuple[Heredoc, ...], int]:
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
            line = line_index(lines, args.offset(start))
            column = args.offset(start) - lines[line].start + 1
            problems.append(Problem(line + 1, column, f"unterminated heredoc {name}", f"add a line that holds only {name}"))
        stop = lines[index].start if index < len(lines) else len(text)
        found.append(Heredoc(name, Span(text[begin:stop], ((0, begin),)), first + 1))
        index += 1
    return tuple(found), min(index, len(lines)) - 1
