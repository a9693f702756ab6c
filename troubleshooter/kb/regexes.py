"""Whether a regular expression can take very long: decided from its parse tree, before it ever meets a log."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

if sys.version_info >= (3, 11):
    from re import _constants as C  # type: ignore[attr-defined]
    from re import _parser as parser  # type: ignore[attr-defined]
else:
    import sre_constants as C
    import sre_parse as parser

MAX_REPEAT = 4000
WIDE = 20
MAX_PARTED = 20
MAX_FEW = 3
MAX_WIDE = 4
"""Repetitions that may run far, in one expression: each multiplies the time of the others."""
_REPEATS = tuple(getattr(C, n) for n in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") if hasattr(C, n))


def trap(source: str) -> tuple[str, str]:
    """What is wrong with ``source`` and what to do; empty texts when it is harmless."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tree = parser.parse(source)
            re.compile(source)
    except (re.error, OverflowError, RecursionError, Warning) as fault:
        return f"not a regular expression: {fault}", "correct it; a literal ( [ . ? * + needs a backslash"
    found = next(_traps(tree, False), ("", ""))
    if not found[0] and sum(_wide(tree)) > MAX_WIDE:
        return (
            f"more than {MAX_WIDE} repetitions can run far; together they take very long",
            "shorten their bounds, or match a shorter part of the line",
        )
    return found


def _traps(tree: Any, repeated: bool) -> Iterator[tuple[str, str]]:
    for (op, one), (after, other) in pairwise(tree):
        if op in _REPEATS and after in _REPEATS and str(one[2]) == str(other[2]) and min(one[1] - one[0], other[1] - other[0]) > MAX_FEW:
            yield "two repetitions of the same, side by side, can take very long", "write one of them, with both bounds added"
    for op, argument in tree:
        if op in _REPEATS:
            low, high, inner = argument
            if high is C.MAXREPEAT or high > MAX_REPEAT:
                yield "a repetition without bound (*, + or {n,})", "give an upper bound such as {0,80}"
            if repeated and high != low:
                yield "a repetition inside a repetition can take very long", "unfold it"
            few = high is not C.MAXREPEAT and high <= MAX_FEW and not any(_wide(inner))
            parted = few or (high is not C.MAXREPEAT and high <= MAX_PARTED and _parted(inner))
            yield from _traps(inner, repeated or (high > 1 and not parted))
        elif op is C.BRANCH:
            if repeated and not _apart(argument[1]):
                yield (
                    "alternatives that begin alike inside a repetition can take very long",
                    "unfold it, or make them begin with different letters",
                )
            for inner in argument[1]:
                yield from _traps(inner, repeated)
        elif op is C.GROUPREF or op is C.GROUPREF_EXISTS:
            yield "a reference to a group", "name both holes and compare them in `where`"
        else:
            for inner in _inside(op, argument):
                yield from _traps(inner, repeated)


def _parted(inner: Any) -> bool:
    """Whether each round begins with a character of its own, as in ``(?:\\.\\d{1,3}){3}``: there is one way to count them."""
    while len(inner) == 1 and inner[0][0] is C.SUBPATTERN:
        inner = inner[0][1][-1]
    if not len(inner) or inner[0][0] is not C.LITERAL:
        return False
    own = chr(inner[0][1])
    return all(not _may_be(part, own) for part in inner[1:])


def _may_be(part: Any, char: str) -> bool:
    op, argument = part
    if op in _REPEATS:
        return any(_may_be(p, char) for p in argument[2])
    if op is C.LITERAL:
        return chr(argument) == char
    if op is C.IN and argument[0][0] is not C.NEGATE:
        return any((o is C.LITERAL and chr(a) == char) or (o is C.RANGE and a[0] <= ord(char) <= a[1])
                   or (o is C.CATEGORY and not (a is C.CATEGORY_DIGIT and not char.isdigit())
                       and not (a is C.CATEGORY_WORD and not (char.isalnum() or char == "_"))
                       and not (a is C.CATEGORY_SPACE and not char.isspace())) for o, a in argument)  # fmt: skip
    return True


def _inside(op: Any, argument: Any) -> list[Any]:
    if op is C.SUBPATTERN:
        return [argument[-1]]
    if op in (C.ASSERT, C.ASSERT_NOT):
        return [argument[1]]
    return [argument] if op is getattr(C, "ATOMIC_GROUP", None) else []


def _wide(tree: Any) -> Iterator[int]:
    for op, argument in tree:
        if op in _REPEATS:
            yield int((argument[1] is C.MAXREPEAT or argument[1] - argument[0] > WIDE) and any(map(_open, argument[2])))
            yield from _wide(argument[2])
        elif op is C.BRANCH:
            yield max((sum(_wide(inner)) for inner in argument[1]), default=0)
        else:
            for inner in _inside(op, argument):
                yield from _wide(inner)


def _open(part: Any) -> bool:
    """Whether a repetition of ``part`` can swallow nearly everything: any character, or all but a few."""
    op, argument = part
    return op in (C.ANY, C.NOT_LITERAL) or (op is C.IN and (argument[0][0] is C.NEGATE or (C.CATEGORY, C.CATEGORY_NOT_SPACE) in argument))


def _apart(alternatives: Any) -> bool:
    firsts = [str(a[0]) if len(a) and a[0][0] is C.LITERAL else "" for a in alternatives]
    return all(firsts) and len(set(firsts)) == len(firsts)


def longest_literal(source: str) -> str:
    """The longest word that every match contains, in lower case: the gate of the expression; empty where there is none."""
    words, run = [], ""
    try:
        tree: Any = parser.parse(source)
    except (re.error, OverflowError, RecursionError):
        return ""
    for op, argument in [*tree, (None, None)]:
        if op is C.LITERAL and (chr(argument).isalnum() or chr(argument) in "_.-"):
            run += chr(argument).lower()
        else:
            words.append(run.strip(".-"))
            run = ""
    return max(words, key=len, default="")


def literals(source: str) -> list[str]:
    """What every match contains: runs of characters in lower case, white space as one blank and numbers as 0."""
    runs = [""]
    _collect(parser.parse(source), runs)
    return runs


def _collect(tree: Any, runs: list[str]) -> None:
    for op, argument in tree:
        if _only(C.CATEGORY_SPACE, op, argument):
            runs[-1] += " "
        elif _only(C.CATEGORY_DIGIT, op, argument):
            runs[-1] += "0"
        elif op is C.LITERAL:
            runs[-1] += chr(argument).lower()
        elif op is C.SUBPATTERN:
            _collect(argument[-1], runs)
        elif op in _REPEATS and argument[0] > 0:
            runs.append("")
            _collect(argument[2], runs)
            runs.append("")
        elif op not in (C.AT, C.ASSERT, C.ASSERT_NOT):  # which match between two characters
            runs.append("")


def _only(kind: Any, op: Any, argument: Any) -> bool:
    """Whether a part matches nothing but white space, or nothing but digits, at least one."""
    if op in _REPEATS:
        return argument[0] > 0 and len(argument[2]) == 1 and _only(kind, *argument[2][0])
    if op is C.IN:
        return all(_only(kind, *one) for one in argument)
    char = chr(argument) if op is C.LITERAL else ""
    return argument is kind or (char.isdecimal() if kind is C.CATEGORY_DIGIT else char.isspace())
