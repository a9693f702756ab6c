"""Findings of ``check`` for a person: one paragraph each, beginning with the place, as linters do."""

from __future__ import annotations

import re

from troubleshooter.model import Diagnosis, Hypothesis
from troubleshooter.report.places import place_of_cause, told
from troubleshooter.report.text_report import WIDTH, wrapped
from troubleshooter.report.words import words


def render(diagnosis: Diagnosis, language: str = "en", colour: bool = False) -> str:
    """All findings, surest first; one line when there is none."""
    w = words(language)
    bold, dim, plain = ("\x1b[1m", "\x1b[2m", "\x1b[0m") if colour else ("", "", "")
    lines = [f"{dim}{line}{plain}" for note in diagnosis.notes for line in wrapped(note, WIDTH)]
    lines += [f"{f.where}: {f.says}" + (f"; {f.cure}" if f.cure else "") for f in diagnosis.findings]
    for cause in diagnosis.causes:
        lines.append(f"{_begins(cause)}: {bold}{cause.title}{plain}  [{cause.id}, {w[cause.phase]}, {cause.certainty:.0%}]")
        for reason, sources in told((r for r in cause.why if r.favours), language)[:4]:
            lines += [f"    {t}" for t in wrapped(f"{reason.says}  [{sources}]", WIDTH - 4)]
        for fix in cause.fixes[:1]:
            lines += [f"    {w['do']}: {fix.title}"]
    if not diagnosis.causes and not diagnosis.findings:
        lines.append(w["nothing-found"])
    return "\n".join(lines) + "\n"


def _begins(cause: Hypothesis) -> str:
    """Where the cause shows: FILE:LINE, else the file that tells it (go.sum, .dockerignore), else the project."""
    found = place_of_cause(cause)
    if found:
        return f"{found[0]}:{found[1]}"
    return next((r.source for r in cause.why if r.favours and re.fullmatch(r"[\w./-]*\.[\w]+|[\w./-]*[Dd]ockerfile", r.source)), "project")
