"""What Docker refuses about a Dockerfile, found without Docker: only what every version refuses."""

from __future__ import annotations

from collections.abc import Iterator

from troubleshooter.evidence.dockerfile.instruction import Instruction, Problem, Source
from troubleshooter.evidence.dockerfile.syntax import KEYWORDS
from troubleshooter.evidence.dockerfile.words import split_words
from troubleshooter.text import nearest

_AT_LEAST = {
    "ADD": 2, "ARG": 1, "COPY": 2, "ENV": 1, "EXPOSE": 1, "FROM": 1, "HEALTHCHECK": 1, "LABEL": 1, "MAINTAINER": 1,
    "ONBUILD": 1, "RUN": 1, "SHELL": 1, "STOPSIGNAL": 1, "USER": 1, "VOLUME": 1, "WORKDIR": 1,
}  # fmt: skip
_EXACTLY_ONE = ("STOPSIGNAL", "USER")
_SHELL_WORDS = ("&&", "||", ";", "|", "-", "apk", "apt-get", "cd", "go", "mkdir", "rm")


def find_problems(source: Source) -> Iterator[Problem]:
    """Everything that is wrong, in the order of the file, the problems of the splitter first."""
    yield from source.problems
    if not any(each.keyword == "FROM" for each in source.instructions):
        says = "no FROM instruction" if source.instructions else "the file has no instructions"
        yield Problem(1, 1, says, "begin with FROM and the name of an image")
    staged = False
    for each in source.instructions:
        staged = staged or each.keyword == "FROM"
        column = source.column_of(each.start)
        if each.keyword not in KEYWORDS:
            yield _unknown(each, column)
        elif not staged and each.keyword != "ARG":
            says = f"{each.keyword} stands before the first FROM"
            yield Problem(each.start_line, column, says, "move it below FROM; only ARG may stand above")
        else:
            yield from _bad_arguments(each, column)


def _unknown(each: Instruction, column: int) -> Problem:
    word = each.raw.split(None, 1)[0] if each.raw.split() else each.keyword
    if word in _SHELL_WORDS or word.startswith(("-", "&", "|")):
        cure = "end the line before it with a backslash: it looks like a piece of a RUN that goes on"
    else:
        near = nearest(each.keyword[:20], sorted(KEYWORDS), 1)
        cure = f"write {near[0]}" if near else "remove it, or put RUN in front if it is a command"
    return Problem(each.start_line, column, f"unknown instruction: {word[:60]}", cure)


def _bad_arguments(each: Instruction, column: int) -> Iterator[Problem]:
    count = len(each.words)
    if each.keyword == "FROM":
        if count not in (1, 3) or (count == 3 and each.words[1].upper() != "AS"):
            cure = "write FROM IMAGE or FROM IMAGE AS NAME"
            yield Problem(each.start_line, column, "FROM requires either one or three arguments", cure)
    elif count < _AT_LEAST.get(each.keyword, 0):
        wanted = "two arguments: a source and a destination" if _AT_LEAST[each.keyword] == 2 else "an argument"
        yield Problem(each.start_line, column, f"{each.keyword} requires {wanted}", f"complete {each.raw[:40]!r}")
    elif each.keyword in _EXACTLY_ONE and count > 1:
        says = f"{each.keyword} requires exactly one argument"
        yield Problem(each.start_line, column, says, "keep one word, comments need a line of their own")
    elif each.keyword == "ENV" and count == 1 and "=" not in each.words[0]:
        yield Problem(each.start_line, column, "ENV must have two arguments", f"write ENV {each.words[0]}=VALUE")
    elif each.keyword == "ENV" and "=" in each.words[0]:
        yield from _bad_pairs(each, column)
    elif each.keyword == "SHELL" and each.json is None:
        yield Problem(each.start_line, column, "SHELL requires the JSON form", 'write SHELL ["/bin/sh", "-c"]')
    elif each.keyword == "HEALTHCHECK" and each.words[0].upper() not in ("CMD", "NONE"):
        says = f"unknown type {each.words[0][:40]!r} in HEALTHCHECK"
        yield Problem(each.start_line, column, says, "write HEALTHCHECK CMD and a command")
    elif each.keyword == "ONBUILD" and each.words[0].upper() in ("ONBUILD", "FROM", "MAINTAINER"):
        says = f"{each.words[0].upper()} is not allowed as an ONBUILD trigger"
        yield Problem(each.start_line, column, says, "remove the line")


def _bad_pairs(each: Instruction, column: int) -> Iterator[Problem]:
    for start, end in split_words(each.args.text):
        word = each.args.text[start:end]
        if "=" not in word:
            says = f"can't find = in {word[:40]!r}; ENV must be of the form: name=value"
            yield Problem(each.start_line, column, says, "put values with blanks into double quotes")
