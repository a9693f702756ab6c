"""What is wrong in a knowledge file, and the nearest right name."""

from __future__ import annotations

from collections.abc import Iterable

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


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "see `troubleshooter kb schema`") -> str:
    """The cure for an unknown name: the nearest known one, or the list of them when it is short."""
    from difflib import get_close_matches

    names = sorted(known)
    near = get_close_matches(word, names, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"known are: {', '.join(names)}" if 0 < len(names) <= 14 else otherwise
