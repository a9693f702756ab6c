"""Errors and findings in the reader's language."""

from __future__ import annotations

import re

_SPOKEN_ON = ("cure", "reason")
"""Holes whose text is a message itself."""


def in_language(message: str, language: str) -> str:
    """``message`` in ``language``: whole where its template is known, else part by part; unknown parts stay English."""
    if language != "ja" or not message:
        return message
    whole = _translated(message)
    if whole is not None:
        return whole
    parts = message.split("; ")
    return "。".join(p if p is not None else part for part, p in zip(parts, map(_translated, parts), strict=True))


def _translated(message: str) -> str | None:
    from troubleshooter.messages.japanese import MESSAGES

    for english, japanese in MESSAGES:
        found = re.fullmatch(_pattern(english), message, re.IGNORECASE)
        if found:
            holes = {n: in_language(v, "ja") if n in _SPOKEN_ON else v for n, v in found.groupdict().items()}
            text = japanese.format(**holes)
            if text != message:
                return text
    return None


def _pattern(template: str) -> str:
    """The template as a regex; a hole holds no ``; ``, but for a cure."""
    pieces = re.split(r"\{(\w+)\}", template)
    return "".join(
        re.escape(piece) if number % 2 == 0 else f"(?P<{piece}>.+)" if piece == "cure" else f"(?P<{piece}>(?:(?!; ).)+?)"
        for number, piece in enumerate(pieces)
    )
