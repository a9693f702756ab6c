"""Diagnosis as workflow commands of GitHub Actions: one annotation a cause, at its place in the files."""

from __future__ import annotations

from troubleshooter.model import Diagnosis, Hypothesis
from troubleshooter.report.places import place_of_cause, place_of_finding
from troubleshooter.report.words import words


def render(diagnosis: Diagnosis, language: str = "en") -> str:
    """``::error``, ``::warning`` and ``::notice`` lines; a notice alone where no cause was named."""
    w = words(language)
    lines = [_line("warning", place_of_finding(f), f.says, f.cure) for f in diagnosis.findings]
    for cause in diagnosis.causes if diagnosis.outcome != "not-ours" else ():
        lines.append(_cause("error" if cause.certainty >= 0.5 else "warning", cause))
    lines += [_cause("warning", cause) for cause in diagnosis.next]
    if not diagnosis.causes or diagnosis.outcome == "not-ours":
        lines.append(f"::notice::{_data(w.get(diagnosis.outcome, diagnosis.outcome))}")
    return "\n".join(lines) + "\n"


def _cause(level: str, cause: Hypothesis) -> str:
    fix = f" {cause.fixes[0].title}." if cause.fixes else ""
    return _line(level, place_of_cause(cause), f"{cause.title} ({cause.certainty:.0%})", fix.strip(), cause.id)


def _line(level: str, at: tuple[str, int] | None, says: str, more: str = "", title: str = "") -> str:
    """One annotation; without a place it belongs to the whole run."""
    head = [f"file={_property(at[0])}", f"line={at[1]}"] if at else []
    head += [f"title={_property(title)}"] if title else []
    return f"::{level}{' ' if head else ''}{','.join(head)}::{_data(f'{says}. {more}' if more else says)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
