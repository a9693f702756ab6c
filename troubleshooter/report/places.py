"""Where a cause shows: in a file of the project, for formats that annotate files, and by which sources, for people."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from troubleshooter.evidence.steps import prefixes
from troubleshooter.model import Diagnosis, Finding, Hypothesis, Reason
from troubleshooter.report.words import shown_source, words

_AT_LINE = re.compile(r"(?!log:)(\S+?):([1-9]\d*)(?::\d+)?(?= |$)")


def place_of_cause(cause: Hypothesis) -> tuple[str, int] | None:
    """File and line (from 1) of the first reason that stands in a file of the project; None where no file tells it."""
    for reason in (r for r in cause.why if r.favours):
        if found := _AT_LINE.match(reason.source):
            return found[1], int(found[2])
    return None


def place_of_finding(finding: Finding) -> tuple[str, int]:
    """File and line of a finding."""
    found = _AT_LINE.match(finding.where)
    return (found[1], int(found[2])) if found else (finding.where, 1)


def located(diagnosis: Diagnosis, folder: str) -> Diagnosis:
    """The diagnosis with its places relative to the current folder: ``folder`` leads from there to the project."""
    if folder in ("", "."):
        return diagnosis

    def moved(where: str) -> str:
        return f"{folder}/{where}" if _AT_LINE.match(where) else where

    def cause(c: Hypothesis) -> Hypothesis:
        return replace(c, why=tuple(replace(r, source=moved(r.source)) for r in c.why))

    return replace(diagnosis, causes=tuple(map(cause, diagnosis.causes)), next=tuple(map(cause, diagnosis.next)),
                   findings=tuple(replace(f, where=moved(f.where)) for f in diagnosis.findings))  # fmt: skip


def told(reasons: Iterable[Reason], language: str) -> list[tuple[Reason, str]]:
    """``reasons`` with their places; what says the same is told once, with all its sources or the first line of the log.

    A builder prints the failing lines twice, with its marks in front and without.
    """
    places: dict[tuple[str, str], tuple[Reason, dict[str, None]]] = {}
    for r in reasons:
        shown = f"{words(language)['log']} {r.line}" if r.line is not None else shown_source(r.source, language)
        places.setdefault((prefixes(r.text)[0].strip(), r.says), (r, {}))[1][shown] = None
    return [(r, next(iter(shown)) if r.text else "; ".join(shown)) for r, shown in places.values()]
