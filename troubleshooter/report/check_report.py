"""Findings of ``check`` for a person: one paragraph each, beginning with the place, as linters do."""

from __future__ import annotations

from troubleshooter.model import Diagnosis, Hypothesis
from troubleshooter.report.text_report import WIDTH, wrapped
from troubleshooter.report.words import shown_source, words


def render(diagnosis: Diagnosis, language: str = "en", colour: bool = False) -> str:
    """All findings, surest first; one line when there is none."""
    w = words(language)
    bold, dim, plain = ("\x1b[1m", "\x1b[2m", "\x1b[0m") if colour else ("", "", "")
    lines = [f"{dim}{note}{plain}" for note in diagnosis.notes]
    lines += [f"{f.where}: {f.says}" + (f"; {f.cure}" if f.cure else "") for f in diagnosis.findings]
    for cause in diagnosis.causes:
        lines.append(f"{place(cause)}: {bold}{cause.title}{plain}  [{cause.id}, {cause.phase}, {cause.certainty:.0%}]")
        for reason in [r for r in cause.why if r.favours][:4]:
            lines += [f"    {t}" for t in wrapped(f"{reason.says}  [{shown_source(reason.source, language)}]", WIDTH - 4)]
        for fix in cause.fixes[:1]:
            lines += [f"    {w['do']}: {fix.title}"]
    if not diagnosis.causes and not diagnosis.findings:
        lines.append(w["nothing-found"])
    return "\n".join(lines) + "\n"


def place(cause: Hypothesis) -> str:
    """``FILE:LINE`` of the strongest reason that stands in a file, else the file."""
    places = [r.source.split(" ")[0] for r in cause.why if r.favours]
    return next((p for p in places if ":" in p), places[0] if places else "project")
