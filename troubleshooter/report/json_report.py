"""Diagnosis to the JSON of the contract: fields may be added, none is ever renamed or dropped."""

from __future__ import annotations

import json
from typing import Any

from troubleshooter.model import Diagnosis, Fix, Hypothesis, Question, Reason, Step


def render(diagnosis: Diagnosis) -> str:
    """The diagnosis as JSON text, the same bytes for the same diagnosis."""
    return json.dumps(data(diagnosis), ensure_ascii=False, indent=1) + "\n"


def data(d: Diagnosis) -> dict[str, Any]:
    """The diagnosis as plain data."""
    return {
        "version": 1,
        "outcome": d.outcome,
        "causes": [_cause(c) for c in d.causes],
        "facts": [{"name": f.name, "value": f.value, "source": f.source, "sure": f.sure} for f in d.facts],
        "next": [_cause(c, short=True) for c in d.next],
        "others": [{"causes": [_cause(c) for c in o.causes], "line": o.line} for o in d.others],
        "questions": [_question(q) for q in d.questions],
        "nearest": list(d.nearest),
        "findings": [{"where": f.where, "says": f.says, "cure": f.cure} for f in d.findings],
        "contradictions": [{"name": a.name, "believed": {"value": a.value, "source": a.source},
                            "other": {"value": b.value, "source": b.source}} for a, b in d.contradictions],
        "input": {"lines": d.lines, "bytes": d.bytes},
        "knowledge": {"version": d.knowledge_version, "hash": d.knowledge_hash},
    }  # fmt: skip


def _cause(c: Hypothesis, short: bool = False) -> dict[str, Any]:
    return {
        "id": c.id,
        "title": c.title,
        "phase": c.phase,
        "certainty": c.certainty,
        "why": [r.says for r in c.why] if short else [_reason(r) for r in c.why],
        **({} if short else {"fixes": [_fix(f) for f in c.fixes]}),
    }


def _reason(r: Reason) -> dict[str, Any]:
    found: dict[str, Any] = {"says": r.says, "source": r.source}
    if r.line is not None:
        found["line"] = r.line
    if r.text:
        found["text"] = r.text
    return {**found, "weight": r.weight, "for": r.favours}


def _fix(f: Fix) -> dict[str, Any]:
    found: dict[str, Any] = {"id": f.id, "title": f.title, "steps": _steps(f.steps)}
    if f.patch:
        found["patch"] = f.patch
    if f.verify:
        found["verify"] = _steps(f.verify)
    if f.cost:
        found["cost"] = f.cost
    return {**found, "proven": f.proven}


def _steps(steps: tuple[Step, ...]) -> list[dict[str, str]]:
    return [{s.kind: s.text} for s in steps]


def _question(q: Question) -> dict[str, Any]:
    return {"id": q.id, "fact": q.fact, "text": q.text, "why": q.why, "how": q.how,
            "answers": [{"value": a.value, "text": a.text} for a in q.answers]}  # fmt: skip
