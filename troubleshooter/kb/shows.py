"""``shows`` of a cause: when it fails and what it speaks of, to somebody who has no message at hand; made into rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

WHEN, ABOUT = "symptom.when", "symptom.about"
FACTS = {"when": WHEN, "about": ABOUT}
_AGAINST = {"when": "weak", "about": "weak"}


def rules(shows: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rules, as they would stand under ``rules:``: what agrees speaks for the cause, what does not speaks against it."""
    for key, fact in FACTS.items():
        values = shows.get(key) or []
        if values:
            yield f"shows-{key}", {"when": {fact: values}, "for": "weak"}
            yield f"shows-other-{key}", {"when": {fact: {"is-not": values}}, "against": _AGAINST[key]}
