"""One cause in full: for ``explain``, ``kb show`` and the generated pages."""

from __future__ import annotations

import json
from typing import Any

from troubleshooter.kb.conditions import says
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import Cause, Rule, Step
from troubleshooter.remedy.fill import filled
from troubleshooter.report.text_report import wrapped
from troubleshooter.report.words import words


def cause_data(cause: Cause) -> dict[str, Any]:
    """The cause as plain data."""
    return {
        "id": cause.id, "phase": cause.phase, "kind": cause.kind, "title": cause.title, "says": cause.says,
        "neighbours": dict(cause.neighbours), "consequences": list(cause.consequences),
        "confirm": [{s.kind: s.text} for s in cause.confirm],
        "remedies": [{"id": r.id, "title": r.title, "steps": [{s.kind: s.text} for s in r.steps], "cost": r.cost,
                      "verify": [{s.kind: s.text} for s in r.verify], "proven": r.proven} for r in cause.remedies],
        "rules": [{"id": r.id, "weight": r.weight, "for": r.favours, "when": _when(r)} for r in cause.rules],
        "references": list(cause.references), "phrasings": {k: list(v) for k, v in cause.phrasings.items()}, "unproven": cause.unproven, "layer": cause.layer,
    }  # fmt: skip


def _when(rule: Rule) -> list[str]:
    return [" and ".join(says(c) for c in branch) for branch in rule.branches]


def cause_text(cause: Cause, knowledge: Knowledge, language: str, colour: bool) -> str:
    """The cause for a terminal, 80 columns."""
    w = words(language)
    bold, plain = ("\x1b[1m", "\x1b[0m") if colour else ("", "")
    lines = ["", *(f"  {bold}{t}{plain}" for t in wrapped(cause.title, 76)), f"  {cause.id}  ({cause.phase})", ""]
    lines += [f"  {t}" for t in wrapped(filled(cause.says, {}), 76)]
    for heading, items in (("confirm", cause.confirm), ):
        if items:
            lines += ["", f"  {bold}{w[heading]}{plain}", *(_step(s) for s in items)]
    for number, remedy in enumerate(cause.remedies):
        lines += ["", f"  {bold}{w['do'] if number == 0 else w['or']}: {filled(remedy.title, {})}{plain}"]
        for branch in remedy.when[:3]:
            lines.append(f"    {w['when']}: " + ", ".join(says(c) for c in branch))
        lines += [_step(s) for s in remedy.steps]
        lines += [f"    {w['verify']}: " + filled(s.text, {}) for s in remedy.verify]
        if remedy.cost:
            lines.append(f"    {w['cost']}: {filled(remedy.cost, {})}")
    if cause.neighbours:
        lines += ["", f"  {bold}{w['neighbours']}{plain}"]
        for name, parts in cause.neighbours.items():
            lines += [f"    {name}", *(f"      {t}" for t in wrapped(parts, 72))]
    if cause.references:
        lines += ["", f"  {bold}{w['references']}{plain}", *(f"    {r}" for r in cause.references)]
    return "\n".join(lines)


def _step(step: Step) -> str:
    if step.kind == "run":
        return "\n".join(f"      $ {line}" for line in filled(step.text, {}, command=True).splitlines())
    return "\n".join(f"    {t}" for t in wrapped(filled(step.text, {}), 74))


def cause_markdown(cause: Cause, knowledge: Knowledge) -> str:
    """The cause as a Markdown page."""
    out = [f"# {cause.title}", "", f"`{cause.id}` · shows at {cause.phase}", "", cause.says, ""]
    if cause.remedies:
        out += ["## Remedies", ""]
        for remedy in cause.remedies:
            out += [f"### {remedy.title}", ""]
            for step in remedy.steps:
                out += [f"```sh\n{filled(step.text, {}, command=True)}\n```" if step.kind == "run" else filled(step.text, {}), ""]
            if remedy.cost:
                out += [f"Costs: {remedy.cost}", ""]
    if cause.neighbours:
        out += ["## Neighbours", "", *(f"- `{n}`: {t}" for n, t in cause.neighbours.items()), ""]
    if cause.references:
        out += ["## References", "", *(f"- {r}" for r in cause.references), ""]
    return "\n".join(out)


def rule_text(rule: Rule, knowledge: Knowledge) -> str:
    """A rule as experta sees it: the patterns of each alternative, and the facts that they wait for."""
    lines = [f"{rule.id}: {rule.weight} {'for' if rule.favours else 'against'} {rule.cause}"]
    for number, branch in enumerate(rule.branches, 1):
        lines.append(f"  alternative {number}")
        for position, c in enumerate(branch):
            fact = {"signal": "Signal(id={n!r}, test={t!r})", "known": "Known(name={n!r}, value={v!r})", "given": "Given(name={n!r})",
                    "test": "Test(name={n!r}, test={t!r})"}[c.kind].format(n=c.name, v=c.value, t=c.test)  # fmt: skip
            pattern = f"NOT({fact})" if c.negated else f"f{position} << {fact}"
            lines.append(f"    {pattern:60}  # {says(c)}")
            if c.kind == "signal" and c.name in knowledge.signals:
                lines += [f"        {p.text}" for p in knowledge.signals[c.name].patterns[:4]]
    waits = sorted({c.name for b in rule.branches for c in b if c.kind != "signal"})
    lines.append("  waits for: " + (", ".join(waits) or "nothing but the log"))
    return "\n".join(lines)


def signal_data(name: str, knowledge: Knowledge) -> dict[str, Any]:
    """A signal as plain data."""
    s = knowledge.signals[name]
    return {"id": s.id, "speaker": s.speaker, "says": s.says, "lines": [p.text for p in s.patterns], "refines": list(s.refines),
            "gives": dict(s.gives), "matches": list(s.matches), "unlike": list(s.unlike),
            "causes": list(knowledge.causes_of.get(name, ()))}  # fmt: skip


def as_json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1)
