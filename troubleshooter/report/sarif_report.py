"""Diagnosis as SARIF 2.1.0, for code scanning."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from troubleshooter.model import Diagnosis, Finding, Hypothesis
from troubleshooter.report.places import place_of_cause, place_of_finding

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(diagnosis: Diagnosis, language: str = "en") -> str:
    """One result a cause, with its certainty as rank (0 to 100); findings about broken files as notes."""
    causes = [*diagnosis.causes, *diagnosis.next] if diagnosis.outcome in ("diagnosed", "ambiguous") else []
    rules = list({c.id: c for c in causes}.values())
    run = {
        "tool": {"driver": {
            "name": "troubleshooter",
            "version": diagnosis.knowledge_version,
            "rules": [{"id": c.id, "shortDescription": {"text": c.title}} for c in rules],
        }},
        "results": [_result(c) for c in causes] + [_note(f) for f in diagnosis.findings],
    }  # fmt: skip
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def _result(c: Hypothesis) -> dict[str, Any]:
    at = place_of_cause(c)
    text = c.title + (f". {c.fixes[0].title}." if c.fixes else "")
    return {
        "ruleId": c.id,
        "level": "error" if c.certainty >= 0.5 else "warning",
        "rank": round(100 * c.certainty, 1),
        "message": {"text": text},
        "locations": [_location(*at)] if at else [],
    }


def _note(finding: Finding) -> dict[str, Any]:
    text = f"{finding.says}; {finding.cure}" if finding.cure else finding.says
    return {"level": "note", "message": {"text": text}, "locations": [_location(*place_of_finding(finding))]}


def _location(file: str, line: int) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": {"uri": quote(file)}, "region": {"startLine": line}}}
