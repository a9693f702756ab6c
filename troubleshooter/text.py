"""Texts compared: one normal form however a log quotes or escapes, shell patterns, versions, and words that resemble each other."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

_QUOTES = {ord(c): "'" for c in '"`´‘’‚‛“”„‟«»‹›「」『』'}
_NUMBER = re.compile(r"\d+")
_ESCAPED_QUOTE = re.compile(r"\\+(?=[\"'])")
_ESCAPED_BREAK = re.compile(r"\\+[nr](?![a-z]{3,}[\\/])")
_ESCAPED_TAB = re.compile(r"\\+t(?=\s|\w+\.go)")
_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
_UNICODE_ESCAPE = re.compile(r"\\+u00(3[cCeE]|26)")
_UNICODE_ESCAPES = {"3c": "<", "3e": ">", "26": "&"}


def normal(text: str) -> str:
    """``text`` with every kind of quote as ``'``, full-width forms made narrow and escaped quotes and breaks undone.

    A log writes ``\\"`` where JSON wraps a message, and ``‘x’`` where gcc speaks UTF-8; signals are compared in this
    form only. Escaped line breaks become real ones, so the result may span several lines.
    """
    if "\\" in text:
        escaped = '\\"' in text or text.lstrip().startswith("{")
        text = _ESCAPED_QUOTE.sub("", text)
        if "\\u00" in text:
            text = _UNICODE_ESCAPE.sub(lambda m: _UNICODE_ESCAPES[m[1].lower()], text)
        if escaped:
            text = _ESCAPED_BREAK.sub("\n", text)
            text = _ESCAPED_TAB.sub(" ", text) if "\\t" in text else text
    text = text.translate(_QUOTES)
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def is_japanese(text: str) -> bool:
    """Whether Japanese letters stand in ``text``."""
    return _JAPANESE.search(text) is not None


def zeroed(text: str) -> str:
    """``text`` with every number as 0: what lines that count something have in common."""
    return _NUMBER.sub("0", text)


def like(value: str, patterns: Iterable[str]) -> bool:
    """Whether ``value`` matches one of the shell patterns (``*`` and ``?``), upper and lower case alike.

    Plain string searches: the hundreds of patterns of the tables would cost more to compile than the rest of a run.
    """
    lowered = value.lower()
    return any(_like(lowered, pattern.lower()) for pattern in patterns)


def _like(value: str, pattern: str) -> bool:
    head, *parts = pattern.split("*")
    if not parts:
        return _same(value, pattern)
    if not _same(value[: len(head)], head):
        return False
    at = len(head)
    for part in parts[:-1]:
        at = _find(value, part, at)
        if at < 0:
            return False
        at += len(part)
    last = parts[-1]
    return len(value) - len(last) >= at and _same(value[len(value) - len(last) :], last)


def _same(value: str, part: str) -> bool:
    if "?" not in part:
        return value == part
    return len(value) == len(part) and all(p in ("?", v) for v, p in zip(value, part, strict=True))


def _find(value: str, part: str, start: int) -> int:
    if "?" not in part:
        return value.find(part, start)
    return next((i for i in range(start, len(value) - len(part) + 1) if _same(value[i : i + len(part)], part)), -1)


def version_key(text: str) -> tuple[int, ...]:
    """``1.21.3`` -> (1, 21, 3); letters and what follows a dash do not count, so that 1.22rc1 is 1.22."""
    return tuple(int(n) for n in re.findall(r"\d+", re.split(r"[-+~]|rc|beta|alpha", text.lstrip("vgo"))[0])[:4])


def nearest(word: str, known: Sequence[str], most: int = 3, cutoff: float = 0.6) -> list[str]:
    """Words of ``known`` that resemble ``word``, best first (difflib's measure)."""
    from difflib import get_close_matches  # seldom needed, and not cheap to import

    return get_close_matches(word, known, most, cutoff)
