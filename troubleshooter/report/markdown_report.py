"""Diagnosis as Markdown, for an issue or a pull request comment."""

from __future__ import annotations

from troubleshooter.model import NONE, Diagnosis, Fix, Hypothesis, Reason
from troubleshooter.report.places import told
from troubleshooter.report.words import degree, words


def render(diagnosis: Diagnosis, language: str = "en") -> str:
    """The diagnosis as Markdown; text from the log stands in code spans, so that nothing of it is interpreted."""
    w = words(language)
    if diagnosis.outcome in ("healthy", "unknown"):
        out = [f"## {w[diagnosis.outcome]}", *(f"- {w['nearest']}: {title}" for title in diagnosis.nearest)]
        return "\n".join(out) + "\n"
    out = []
    if diagnosis.guessing:
        out += [f"## {w['too-little']}", "", *(f"- {w['possible']}: {c.title} `{c.id}`" for c in diagnosis.causes[:3]), ""]
    else:
        if diagnosis.outcome in ("ambiguous", "not-ours"):
            out += [f"_{w[diagnosis.outcome]}_", ""]
        for number, cause in enumerate(diagnosis.causes[:3]):
            out += _cause(cause, language, w, whole=number == 0)
    for heading, causes in ((w["next"], diagnosis.next), (w["also"], tuple(o.causes[0] for o in diagnosis.others))):
        if causes:
            out += [f"### {heading}", "", *(f"- {c.title} ({c.certainty:.0%}) `{c.id}`" for c in causes), ""]
    if diagnosis.outcome == "ambiguous" and diagnosis.questions:
        question = diagnosis.questions[0]
        out += [f"### {w['ask']}", "", question.text, ""]
        out += [f"- `--fact {question.fact}={a.value}`: {a.text}" for a in question.answers if not a.value.startswith(NONE)]
    return "\n".join(out).rstrip() + "\n"


def _cause(cause: Hypothesis, language: str, w: dict[str, str], whole: bool) -> list[str]:
    out = [
        f"{'##' if whole else '###'} {cause.title}",
        "",
        f"`{cause.id}` · {cause.certainty:.0%} ({degree(cause.certainty, language)})",
        "",
    ]
    if not whole:
        return out
    out += [f"### {w['why']}", "", *(_reason(r, place, w) for r, place in told(cause.why, language)[:8]), ""]
    for number, fix in enumerate(cause.fixes[:3]):
        out += _fix(fix, w["do"] if number == 0 else w["or"], w)
    return out


def _reason(r: Reason, place: str, w: dict[str, str]) -> str:
    quoted = f" {code(r.text)}" if r.text else ""
    return f"- {'' if r.favours else w['against'] + ': '}**{place}**{quoted} {r.says}".rstrip()


def _fix(fix: Fix, label: str, w: dict[str, str]) -> list[str]:
    out = [f"### {label}: {fix.title}", ""]
    for step in fix.steps:
        out += [fence(step.text, "sh"), ""] if step.kind == "run" else [step.text, ""]
    if fix.patch:
        out += [fence(fix.patch.rstrip("\n"), "diff"), ""]
    if fix.cost:
        out += [f"_{w['cost']}: {fix.cost}_", ""]
    return out


def code(text: str) -> str:
    """``text`` as a code span, whatever backquotes it holds."""
    ticks = "`"
    while ticks in text:
        ticks += "`"
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text.strip()}{pad}{ticks}"


def fence(text: str, language: str) -> str:
    """The text as a block of code, whatever it holds."""
    ticks = "```"
    while ticks in text:
        ticks += "`"
    return f"{ticks}{language}\n{text}\n{ticks}"
