"""Diagnosis as workflow commands of GitHub Actions: one annotation a cause, at its place in the files."""

from __future__ import annotations

from troubleshooter.model import Diagnosis, Hypothesis
from troubleshooter.report.places import place
from troubleshooter.report.words import words


def render(diagnosis: Diagnosis, language: str = "en") -> str:
    """``::error``, ``::warning`` and ``::notice`` lines; a notice alone where no cause was named."""
    w = words(language)
    lines = [_line("warning", *_at(f.where), f.says, f.cure) for f in diagnosis.findings]
    for cause in diagnosis.causes if diagnosis.outcome != "not-ours" else ():
        lines.append(_cause("error" if cause.certainty >= 0.5 else "warning", cause))
    lines += [_cause("warning", cause) for cause in diagnosis.next]
    if not diagnosis.causes or diagnosis.outcome == "not-ours":
        lines.append(f"::notice::{_data(w.get(diagnosis.outcome, diagnosis.outcome))}")
    return "\n".join(lines) + "\n"


def _cause(level: str, cause: Hypothesis) -> str:
    file, line = place(cause)
    fix = f" {cause.fixes[0].title}." if cause.fixes else ""
    return _line(level, file, line, f"{cause.title} ({cause.certainty:.0%})", fix.strip(), cause.id)


def _line(level: str, file: str, line: int, says: str, more: str = "", title: str = "") -> str:
    head = f"file={_property(file)},line={line}" + (f",title={_property(title)}" if title else "")
    return f"::{level} {head}::{_data(f'{says}. {more}' if more else says)}"


def _at(where: str) -> tuple[str, int]:
    file, _, rest = where.partition(":")
    line = rest.split(":")[0]
    return file, int(line) if line.isdigit() else 1


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
