"""What is wrong in a knowledge file, and the nearest right name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from troubleshooter.frozen import dataclass


@dataclass(frozen=True)
class Problem:
    """Something wrong in a knowledge file: where, what, and what to do. ``severity`` is ``error`` or ``warning``."""

    file: str
    line: int
    column: int
    says: str
    cure: str = ""
    severity: str = "error"
    rule: str = "schema"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.says}" + (f"; {self.cure}" if self.cure else "")


def wrong_value(name: str, value: str, facts: Mapping[str, Any]) -> str:
    """What is wrong with a value of the fact ``name``, and which are right; empty where the value may be."""
    allowed = [str(v) for v in (facts.get(name) or {}).get("only") or ()]
    if not allowed or value in allowed or value == "unknown":
        return ""
    from difflib import get_close_matches

    near = get_close_matches(value.lower(), allowed, n=1, cutoff=0.5)
    every = f"{', '.join(allowed[:-1])} or {allowed[-1]}"
    return f"{name} is {every}" + (f"; did you mean {near[0]!r}?" if near else "")


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "see `troubleshooter kb schema`") -> str:
    """The cure for an unknown name: the nearest known one, or the list of them when it is short."""
    from difflib import get_close_matches

    names = sorted(known)
    near = get_close_matches(word, names, n=1, cutoff=0.6)
    # half a name: what it begins with counts
    beginnings = {name[: len(word)]: name for name in reversed(names)} if len(word) > 3 and not near else {}
    near = near or [beginnings[b] for b in get_close_matches(word, beginnings, n=1, cutoff=0.75)]
    if near:
        return f"did you mean {near[0]!r}?"
    return f"known are: {', '.join(names)}" if 0 < len(names) <= 14 else otherwise
