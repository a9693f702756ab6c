"""From one line of a log to a readable pattern: what differs from case to case becomes a named hole."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from troubleshooter.evidence.steps import prefixes
from troubleshooter.kb.pattern import PatternError, compile_patterns
from troubleshooter.model import Pattern
from troubleshooter.text import normal

MAX_TEXT = 220
"""A longer message is cut: its beginning says what it is."""
MAX_HOLES = 9

# tried in this order at every place of the line; the first that fits makes the hole
_KINDS: tuple[tuple[str, str, str], ...] = (
    ("time", r"\d{4}[-/]\d\d[-/]\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?|\d\d:\d\d:\d\d(?:[.,]\d+)?", "text"),
    ("secret", r"\*\*\*", "word"),
    ("toolchain", r"go\d+\.\d+(?:\.\d+)*(?:(?:rc|beta)\d+)?\b", "word"),
    ("url", r"[a-z][a-z0-9+.-]{1,12}://[^\s'<>]+?(?=[),;:.]?(?:[\s'<>]|$))", "word"),
    ("hash", r"(?:sha\d{3}:|h1:)[\w+/=]{6,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,64}\b", "hash"),
    ("address", r"(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?|\[[0-9a-f:]{3,}\](?::\d+)?|0x[0-9a-fA-F]+", "host"),
    ("source", r"(?:\.{0,2}/)?[\w.@-]+(?:/[\w.@-]+)*\.(?:go|c|h|cc|cpp|s|S|sh|py|ya?ml|mod|sum)(?=:\d)", "path"),
    ("image", r"[\w.-]+(?::\d+)?(?:/[\w.-]+)*/[\w.-]+:[\w.-]+(?:@sha256:\w+)?(?=[\s',;)]|:?\s|:?$)", "image"),
    ("module", r"(?:[\w-]+\.)+[a-z]{2,}(?:/[\w.@~!+-]+)+", "name"),
    ("path", r"(?:~|\.{1,2})?/[\w.@+~-]+(?:/[\w.@+~-]*)*|[\w.@-]+(?:/[\w.@-]+){1,}", "path"),
    ("user", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", "name"),
    ("host", r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.){2,}[a-z]{2,}(?::\d+)?|localhost:\d+", "host"),
    ("version", r"v?\d+\.\d+(?:\.\d+)*(?:[-+~][\w.+~-]*\w)?", "version"),
    ("name", r"(?<=')[\w.+-]+(?=')", "name"),
    ("name", r"(?=[\w.-]*\d)[A-Za-z][A-Za-z0-9_.]*(?:[-_][A-Za-z0-9_.]+)+\b", "name"),
    ("number", r"\d+", "number"),
)  # fmt: skip
_GENERALITY = (
    frozenset(name for name, _, _ in _KINDS),
    frozenset(["secret", "time", "url", "hash", "address", "number", "path", "source", "version", "toolchain", "image"]),
    frozenset(["secret", "time", "hash", "number", "address"]),
    frozenset(["secret"]),
)
"""Which holes are made, the most general first."""
_NOT_IN_A_WORD = r"(?<![\w.-])"
_LEAD = re.compile(
    r"(?:\[?(?:time=)?'?\d{4}[-/]\d\d[-/]\d\d[T ]?(?:\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[ ]?[+-]\d\d:?\d\d)?)?'?\]?"
    r"|\[?\d\d:\d\d:\d\d(?:[.,]\d+)?\]?|\[?(?:INFO|WARN|WARNING|ERROR|FATAL|DEBUG)\]?:?(?=[\s]))[\s|:-]+"
)
_FIELD = re.compile(r"(?:^|[\s{,])'?(?:msg|message|error|err)'?[=:]\s?'([^']{8,})'")
"""What a structured log says, without the fields around it."""


def message(line: str) -> str:
    """The line without what other programs put before it: build steps, services, times, levels."""
    text = normal(prefixes(line)[0]).split("\n")[0].strip()
    while (lead := _LEAD.match(text)) and text[lead.end() :].strip():
        text = text[lead.end() :].strip()
    field = _FIELD.search(text)
    return field[1].strip() if field else text


def candidates(line: str) -> list[tuple[str, tuple[Pattern, ...]]]:
    """Readable patterns of ``line`` that compile, the most general first: (text, compiled)."""
    text = _cut(message(line))
    found: dict[str, tuple[Pattern, ...]] = {}
    for kinds in _GENERALITY:
        pattern = _pattern(text, kinds)
        try:
            found.setdefault(pattern, tuple(compile_patterns(pattern)))
        except PatternError:
            continue
    return list(found.items())


def chosen(line: str, suits: Sequence[Callable[[tuple[Pattern, ...]], bool]]) -> tuple[str, tuple[Pattern, ...]] | None:
    """The most general pattern that meets all of ``suits``, else the most special one; None where none compiles."""
    found = candidates(line)
    for text, patterns in found:
        if all(suit(patterns) for suit in suits):
            return text, patterns
    return found[-1] if found else None


def _cut(text: str) -> str:
    if len(text) <= MAX_TEXT:
        return text
    cut = text[:MAX_TEXT]
    return cut[: cut.rfind(" ")] if " " in cut[MAX_TEXT // 2 :] else cut


def _pattern(text: str, kinds: Collection[str]) -> str:
    rules = [
        (name, re.compile(_NOT_IN_A_WORD + f"(?:{form})" if name != "name" else form), kind) for name, form, kind in _KINDS if name in kinds
    ]
    parts: list[str] = []
    used: dict[str, int] = {}
    at = 0
    while at < len(text):
        match, hole, kind = next(((m, n, k) for n, r, k in rules if (m := r.match(text, at)) and m.end() > at), (None, "", ""))
        inside = at > 0 and re.match(r"\w", text[at - 1]) is not None
        code = (
            match is not None and hole == "name" and " " not in text[:at] and match[0][0].isupper()
        )  # a message that begins with its number
        if match is None or inside or code or sum(used.values()) >= MAX_HOLES:
            word = re.match(r"[^\W_]+|_+|.", text[at:], re.DOTALL)
            piece = word[0] if word else text[at]
            parts.append(piece.replace("{", "{{").replace("}", "}}"))
            at += len(piece)
            continue
        used[hole] = used.get(hole, 0) + 1
        name = hole if used[hole] == 1 else f"{hole}{used[hole]}"
        parts.append("{...}" if kind == "text" else f"{{{name}:{kind}}}" if name not in _PLAIN else f"{{{name}}}")
        at = match.end()
    result = "".join(parts).strip()
    return result.lstrip("^").rstrip("$").strip()


_PLAIN = frozenset(["hash", "source", "image", "module", "path", "user", "host", "version", "number"])
"""Holes whose name alone tells their kind (see pattern.py)."""
