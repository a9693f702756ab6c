"""Findings of ``kb lint`` as text, JSON, SARIF or annotations of GitHub Actions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import quote

from troubleshooter.kb.problem import Problem


def render(problems: Sequence[Problem], form: str) -> str:
    """``problems`` in the form that was asked for."""
    if form == "json":
        rows = [
            {"file": p.file, "line": p.line, "column": p.column, "says": p.says, "cure": p.cure, "severity": p.severity, "rule": p.rule}
            for p in problems
        ]
        return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"
    if form == "sarif":
        return json.dumps(_sarif(problems), ensure_ascii=False, indent=1) + "\n"
    if form == "github":
        return "".join(
            f"::{p.severity} file={_property(p.file)},line={p.line},col={p.column},title={_property(p.rule)}::{_data(_whole(p))}\n"
            for p in problems
        )
    return "".join(f"{p}{'' if p.severity == 'error' else ' (warning)'}\n" for p in problems)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _whole(problem: Problem) -> str:
    return problem.says + (f"; {problem.cure}" if problem.cure else "")


def count(problems: Sequence[Problem]) -> str:
    """How many findings there are, in a sentence."""
    if not problems:
        return "nothing found"
    errors = sum(p.severity == "error" for p in problems)
    files = len({p.file for p in problems})
    return f"{_counted(errors, 'error')}, {_counted(len(problems) - errors, 'warning')} in {_counted(files, 'file')}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _sarif(problems: Sequence[Problem]) -> dict[str, object]:
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "troubleshooter kb lint", "rules": [{"id": r} for r in sorted({p.rule for p in problems})]}},
                "columnKind": "unicodeCodePoints",
                "results": [
                    {
                        "ruleId": p.rule,
                        "level": p.severity,
                        "message": {"text": _whole(p)},
                        "locations": [
                            {
                                "physicalLocation": {
                                    "artifactLocation": {"uri": quote(p.file)},
                                    "region": {"startLine": p.line, "startColumn": p.column},
                                }
                            }
                        ],
                    }
                    for p in problems
                ],
            }
        ],
    }
