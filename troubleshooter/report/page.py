"""One cause in full: for ``explain``, ``kb show`` and the generated pages."""

from __future__ import annotations

import json
from typing import Any

from troubleshooter.holes import filled
from troubleshooter.inference.belief import ODDS
from troubleshooter.inference.sentences import branch_text
from troubleshooter.kb.conditions import needs, says
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import Cause, Condition, Rule, Step
from troubleshooter.report.text_report import wrapped
from troubleshooter.report.words import words


def cause_data(cause: Cause) -> dict[str, Any]:
    """The cause as plain data."""
    return {
        "id": cause.id,
        "phase": cause.phase,
        "kind": cause.kind,
        "title": cause.title,
        "says": cause.says,
        "neighbours": dict(cause.neighbours),
        "consequences": list(cause.consequences),
        "confirm": [{s.kind: s.text} for s in cause.confirm],
        "remedies": [
            {
                "id": r.id,
                "title": r.title,
                "steps": [{s.kind: s.text} for s in r.steps],
                "cost": r.cost,
                "verify": [{s.kind: s.text} for s in r.verify],
                "proven": r.proven,
            }
            for r in cause.remedies
        ],
        "rules": [{"id": r.id, "weight": r.weight, "for": r.favours, "when": _when(r)} for r in cause.rules],
        "references": list(cause.references),
        "phrasings": {k: list(v) for k, v in cause.phrasings.items()},
        "unproven": cause.unproven,
        "layer": cause.layer,
    }


def _when(rule: Rule) -> list[str]:
    return [" and ".join(says(c) for c in branch) for branch in rule.branches]


def cause_text(cause: Cause, knowledge: Knowledge, language: str, colour: bool) -> str:
    """The cause for a terminal, 80 columns."""
    w = words(language)
    bold, plain = ("\x1b[1m", "\x1b[0m") if colour else ("", "")
    lines = ["", *(f"  {bold}{t}{plain}" for t in wrapped(cause.title, 76)), f"  {cause.id}  ({w[cause.phase]})", ""]
    lines += [f"  {t}" for t in wrapped(filled(cause.says, {}), 76)]
    for heading, items in (("confirm", cause.confirm),):
        if items:
            lines += ["", f"  {bold}{w[heading]}{plain}", *(_step(s) for s in items)]
    for number, remedy in enumerate(cause.remedies):
        lines += ["", f"  {bold}{w['do'] if number == 0 else w['or']}: {filled(remedy.title, {})}{plain}"]
        for position, branch in enumerate(remedy.when[:3]):
            lines += [f"    {t}" for t in wrapped(f"{w['when' if position == 0 else 'or-when']}: {branch_text(branch, knowledge)}", 76)]
        lines += [_step(s) for s in remedy.steps]
        lines += [f"    {w['verify']}: " + filled(s.text, {}) for s in remedy.verify]
        if remedy.cost:
            lines.append(f"    {w['cost']}: {filled(remedy.cost, {})}")
    if cause.neighbours:
        lines += ["", f"  {bold}{w['neighbours']}{plain}"]
        for name, parts in cause.neighbours.items():
            title = knowledge.outlines[name].title if name in knowledge.outlines else ""
            lines += [f"    {t}" for t in wrapped(f"{name}  {title}", 76)]
            lines += [f"      {t}" for t in wrapped(parts, 72)]
    if cause.references:
        lines += ["", f"  {bold}{w['references']}{plain}", *(f"    {r}" for r in cause.references)]
    return "\n".join(lines)


def _step(step: Step) -> str:
    if step.kind == "run":
        return "\n".join(f"      $ {line}" for line in filled(step.text, {}, command=True).splitlines())
    return "\n".join(f"    {t}" for t in wrapped(filled(step.text, {}), 74))


def rule_text(rule: Rule, knowledge: Knowledge) -> str:
    """A rule as experta sees it: the patterns of each alternative, what it is worth, and the facts that it waits for."""
    lines = [_head(rule)]
    if rule.says:
        lines.append(f"  says: {rule.says}")
    for number, branch in enumerate(rule.branches, 1):
        lines.append(f"  alternative {number}" if len(rule.branches) > 1 else "  when")
        for position, c in enumerate(branch):
            lines.append(f"    {_pattern(c, position):60}  # {says(c)}")
            if c.kind == "signal" and c.name in knowledge.signals:
                lines += [f"        {p.text}" for p in knowledge.signals[c.name].patterns[:4]]
    waits = sorted({c.name for b in rule.branches for c in b if c.kind != "signal"})
    lines.append("  waits for: " + (", ".join(waits) or "nothing but the log"))
    for name in waits:
        givers = [r.id for r in knowledge.deductions if any(n == name for n, _ in r.gives)]
        if givers:
            lines.append(f"    {name} also follows from {', '.join(givers[:5])}")
    general = _contained(rule, knowledge)
    if general:
        lines.append(
            f"  counts instead of: {', '.join(general)} (where it fires, they fire too, and what they bind is part of what it binds)"
        )
    return "\n".join(lines)


def _head(rule: Rule) -> str:
    if rule.gives:
        given = ", ".join(f"{n} = {v}" for n, v in rule.gives)
        return f"{rule.id}: concludes {given}{' by default' if rule.default else ''} (stratum {rule.stratum})"
    sign = "+" if rule.favours else "-"
    return f"{rule.id}: {rule.weight} {'for' if rule.favours else 'against'} {rule.cause} ({sign}{ODDS[rule.weight]} in log odds)"


def _pattern(c: Condition, position: int) -> str:
    fact = {
        "signal": f"Signal(id={c.name!r}, test={c.test!r})",
        "known": f"Known(name={c.name!r}, value={c.value!r})",
        "given": f"Given(name={c.name!r})",
        "test": f"Test(name={c.name!r}, test={c.test!r})",
    }[c.kind]
    return f"NOT({fact})" if c.negated else f"f{position} << {fact}"


def _contained(rule: Rule, knowledge: Knowledge) -> list[str]:
    """Rules of the same cause and side whose literals are a part of this one's."""
    every = knowledge.rules.get(rule.cause, ())
    return [
        other.id.split("/")[1]
        for other in every
        if other.id != rule.id and other.favours == rule.favours and any(needs(o) < needs(b) for o in other.branches for b in rule.branches)
    ]


def signal_data(name: str, knowledge: Knowledge) -> dict[str, Any]:
    """A signal as plain data."""
    s = knowledge.signals[name]
    return {
        "id": s.id,
        "speaker": s.speaker,
        "says": s.says,
        "lines": [p.text for p in s.patterns],
        "refines": list(s.refines),
        "gives": dict(s.gives),
        "matches": list(s.matches),
        "unlike": list(s.unlike),
        "causes": list(knowledge.causes_of.get(name, ())),
    }


def as_json(data: Any) -> str:
    """The same as JSON."""
    return json.dumps(data, ensure_ascii=False, indent=1)
