"""Where a cause shows: in a file of the project, for formats that annotate files, and by which sources, for people."""

from __future__ import annotations

from collections.abc import Iterable

from troubleshooter.model import Hypothesis, Reason
from troubleshooter.report.words import shown_source, words


def place(cause: Hypothesis) -> tuple[str, int]:
    """File and line (from 1) of the strongest reason that stands in a file; ``Dockerfile`` line 1 where only the log speaks."""
    for reason in (r for r in cause.why if r.favours):
        name, colon, line = reason.source.split(" ")[0].rpartition(":")
        if colon and line.isdigit():
            return name, int(line)
    return "Dockerfile", 1


def told(reasons: Iterable[Reason], language: str) -> list[tuple[Reason, str]]:
    """``reasons`` with their places; what says the same words is told once, with all its sources or the first line of the log."""
    places: dict[tuple[str, str], tuple[Reason, dict[str, None]]] = {}
    for r in reasons:
        shown = f"{words(language)['log']} {r.line}" if r.line is not None else shown_source(r.source, language)
        places.setdefault((r.text, r.says), (r, {}))[1][shown] = None
    return [(r, next(iter(shown)) if r.text else "; ".join(shown)) for r, shown in places.values()]
