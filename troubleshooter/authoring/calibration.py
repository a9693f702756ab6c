"""Whether certainty means what it says: reliability by band, with its interval, on recorded cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import sqrt

from troubleshooter.authoring.cases import NOT_OURS, Outcome
from troubleshooter.frozen import dataclass

EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0)


@dataclass(frozen=True)
class Band:
    """Answers whose certainty lies in [low, high): how many, what they claimed on average, how often they were true."""

    low: float
    high: float
    count: int
    claimed: float
    true: float
    interval: tuple[float, float]

    @property
    def overclaims(self) -> bool:
        """True when even the upper end of the interval lies below what was claimed."""
        return self.claimed > self.interval[1]


def bands(results: Sequence[Outcome]) -> list[Band]:
    """Reliability of the first causes, against the one true cause."""
    found = []
    for low, high in pairwise(EDGES):
        inside = [r for r in results if r.named and (low <= r.certainty < high or high == 1.0 == r.certainty)]
        if inside:
            true = sum(r.first == r.case.cause for r in inside)
            claimed = sum(r.certainty for r in inside) / len(inside)
            found.append(Band(low, high, len(inside), claimed, true / len(inside), wilson(true, len(inside))))
    return found


def wilson(hits: int, count: int, z: float = 1.96) -> tuple[float, float]:
    """95 % interval of a share."""
    share, square = hits / count, z * z
    centre = (share + square / (2 * count)) / (1 + square / count)
    spread = z * sqrt(share * (1 - share) / count + square / (4 * count * count)) / (1 + square / count)
    return max(0.0, centre - spread), min(1.0, centre + spread)


def gap(found: Sequence[Band]) -> float:
    """Mean distance between certainty and truth, over all answers, in points of a hundred."""
    total = sum(b.count for b in found)
    return 100 * sum(b.count * abs(b.claimed - b.true) for b in found) / total if total else 0.0


def confusion(results: Sequence[Outcome]) -> list[tuple[str, str, int]]:
    """(true cause, what was named instead, how often) of the wrong answers, most frequent first."""
    wrong = Counter((r.case.cause, r.first) for r in results if not r.right)
    return [(true, named, count) for (true, named), count in sorted(wrong.items(), key=lambda item: (-item[1], item[0]))]


def never(results: Sequence[Outcome]) -> list[str]:
    """True causes that were not among the first three in any of their cases."""
    causes = {r.case.cause for r in results} - NOT_OURS
    return sorted(c for c in causes if not any(r.among for r in results if r.case.cause == c))


def table(results: Sequence[Outcome]) -> list[str]:
    """The printed lines of ``kb test --calibration``."""
    found = bands(results)
    lines = ["certainty      cases   claimed   true   95 % interval"]
    for b in found:
        figures = (
            f"{b.low:.1f} to {b.high:.1f}   {b.count:7}   {b.claimed:6.1%}  {b.true:6.1%}   {b.interval[0]:.1%} to {b.interval[1]:.1%}"
        )
        lines.append(figures + ("   claims too much" if b.overclaims else ""))
    lines += ["", f"mean gap between certainty and truth: {gap(found):.1f} points", "", "taken for something else:"]
    lines += [f"  {count:3}  {true} -> {named}" for true, named, count in confusion(results)] or ["  none"]
    lines += ["", "never recognised: " + (", ".join(never(results)) or "none")]
    return lines
