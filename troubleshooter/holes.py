"""Texts with holes: ``{final.image|the final image}`` becomes the user's own name, or the readable fallback."""

from __future__ import annotations

import re
from collections.abc import Mapping

# a doubled brace belongs to a template of docker or go and is left alone
_HOLE = re.compile(r"(?<!\{)\{([a-z][\w.-]*)(?:\|([^{}]*))?\}(?!\})")
_BETWEEN_JAPANESE = re.compile(r"(?<=[\u3040-\u30ff\u3400-\u9fff]) (?=[\u3040-\u30ff\u3400-\u9fff])")
_SAFE = re.compile(r"[\w@%+=:,./~^-]+")


def filled(text: str, values: Mapping[str, str], command: bool = False) -> str:
    """``text`` with its holes filled from ``values``; a hole without a value becomes its fallback or its own name.

    In a ``command`` a value is quoted for the shell where it needs it.
    """

    def value(match: re.Match[str]) -> str:
        name, fallback = match[1], match[2]
        found = values.get(name)
        if found is None:
            return fallback if fallback is not None else name.replace(".", " ").replace("-", " ").upper() if command else name
        return found if not command or _SAFE.fullmatch(found) else "'" + found.replace("'", "'\\''") + "'"

    done = _HOLE.sub(value, text)
    # the blanks around a name in Latin letters are too many around a Japanese fallback
    return done if command else _BETWEEN_JAPANESE.sub("", done)


def unfilled(text: str, values: Mapping[str, str]) -> list[str]:
    """Holes of ``text`` that have neither a value nor a fallback."""
    return [m[1] for m in _HOLE.finditer(text) if m[1] not in values and m[2] is None]
