"""The texts of an entry that a reader sees, and whether their translations are there and up to date.

A translation stands in ``<language>/…`` beside what it translates, under the same keys; ``of`` is the stamp of the texts
that it was made from, so that a change of the original shows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

_STEP = {"say": str}
_REMEDY: dict[str, Any] = {"title": str, "steps": [_STEP], "verify": [_STEP], "cost": str}
# the shape of what is translated: a text, a list of shapes, a mapping of known keys, or {"*": shape} for free keys
TEXTS: dict[str, Any] = {
    "signals": {"says": str},
    "causes": {
        "title": str, "says": str, "neighbours": {"*": str}, "rules": {"*": {"says": str}}, "remedies": {"*": _REMEDY},
        "confirm": [_STEP], "unproven": str,
    },
    "deductions": {"says": str},
    "remedies": _REMEDY,
    "questions": {"text": str, "why": str, "answers": {"*": str}},
    "facts": {"values": {"*": str}, "says": str},
}  # fmt: skip


def texts(section: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """The translatable texts of an entry, in its own shape; what has none is left out."""
    found = _texts(entry, TEXTS[section])
    return found if isinstance(found, dict) else {}


def _texts(value: Any, shape: Any) -> Any:
    if shape is str:
        return " ".join(value.split()) if isinstance(value, str) else None
    if isinstance(shape, list):
        items = [_texts(v, shape[0]) for v in value] if isinstance(value, list) else []
        return [i or {} for i in items] if any(items) else None
    if not isinstance(value, Mapping):
        return None
    keys = value if "*" in shape else [k for k in shape if k in value]
    found = {k: _texts(value[k], shape.get("*", shape.get(k))) for k in keys}
    return {k: v for k, v in found.items() if v} or None


def stamp(found: Any) -> str:
    """Eight characters that change when one of the texts does."""
    return hashlib.sha256(json.dumps(found, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:8]


def gaps(original: Any, translation: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """(path, ``missing`` or ``unknown``) of every text that only one of the two has."""
    if isinstance(original, Mapping):
        other = translation if isinstance(translation, Mapping) else {}
        for key, value in original.items():
            yield from gaps(value, other.get(key), (*path, key))
        for key in other:
            if key not in original and key != "of" and not (key == "run" and path):
                yield (*path, key), "unknown"
    elif isinstance(original, list):
        items = translation if isinstance(translation, list) else []
        for position, value in enumerate(original):
            yield from gaps(value, items[position] if position < len(items) else None, (*path, position))
        if len(items) > len(original):
            yield (*path, len(original)), "unknown"
    elif not isinstance(translation, str) or not translation.strip():
        yield path, "missing"
