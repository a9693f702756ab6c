"""What ``inspect`` found, for a person: a table of facts, then the verdict in a line for each thing that will fail."""

from __future__ import annotations

from collections.abc import Sequence

from troubleshooter.model import Diagnosis, Fact
from troubleshooter.report.places import told
from troubleshooter.report.text_report import WIDTH, pad, wrapped
from troubleshooter.report.words import words

LABEL = 28


def render(diagnosis: Diagnosis, read: Sequence[Fact], language: str = "en", colour: bool = False) -> str:
    """``read`` are the facts of the file itself; the diagnosis says what follows from them."""
    w = words(language)
    bold, dim, plain = ("\x1b[1m", "\x1b[2m", "\x1b[0m") if colour else ("", "", "")
    lines = [f"{dim}{note}{plain}" for note in diagnosis.notes]
    final = [f for f in diagnosis.facts if f.name == "final.image" and f not in read]
    for fact in [*read, *final]:
        parts = wrapped(fact.value, WIDTH - LABEL - 2) or [""]
        lines.append(f"{dim}{pad(fact.name, LABEL)}{plain}  {parts[0]}")
        lines += [" " * (LABEL + 2) + part for part in parts[1:]]
    lines.append("")
    for cause in diagnosis.causes:
        lines.append(f"{bold}{cause.title}{plain}  [{cause.id}, {w[cause.phase]}, {cause.certainty:.0%}]")
        for reason, sources in told((r for r in cause.why if r.favours), language)[:4]:
            lines += [f"    {t}" for t in wrapped(f"{reason.says}  [{sources}]", WIDTH - 4)]
        for fix in cause.fixes[:1]:
            lines += [f"    {t}" for t in wrapped(f"{w['do']}: {fix.title}", WIDTH - 4)]
    absent = [
        w[f"absent-{n}"]
        for n in ("shell", "ca", "tzdata", "passwd", "tmp")
        if any(f.name == f"final.{n}" and f.value == "no" for f in read)
    ]
    if absent:
        lines += wrapped(f"{w['not-in-image']}: {', '.join(absent)}", WIDTH)
    if not diagnosis.causes:
        known = any(f.name == "final.image" for f in diagnosis.facts) or any(f.source.startswith("image") for f in read)
        lines.append(w["will-start"] if known else w["final-image-unknown"])
    return "\n".join(lines) + "\n"
