"""The outcome of ``kb test`` as JUnit XML: one test case for each example, one for each recorded case."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from troubleshooter.authoring.testing import Tested

_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(result: Tested) -> str:
    """A test suite named ``troubleshooter kb test``."""
    cases = [_case(t.cause, f"example {t.number}", "" if t.passed else str(t)) for t in result.trials]
    cases += [_case(t.cause, f"example {t.number} with the pack", str(t)) for t in result.stolen]
    cases += [_case(cause, "a log that is not its own", f"claims: {line}") for cause, line in result.claimed]
    sure = {id(r) for r in result.wrong}
    cases += [_case(r.case.cause, f"{r.case.name}{' with its files' if r.files else ''}",
                    f"named {r.first} ({r.certainty:.2f})" if id(r) in sure else "") for r in result.outcomes]  # fmt: skip
    cases += [_case("pack", f"{p.file}:{p.line}:{p.column}", str(p)) for p in result.problems]
    failures = sum("<failure" in c for c in cases)
    head = f'<testsuite name="troubleshooter kb test" tests="{len(cases)}" failures="{failures}">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *cases, "</testsuite>"]) + "\n"


def _case(group: str, name: str, failure: str) -> str:
    head = f"  <testcase classname={quoteattr(f'troubleshooter.{group}')} name={quoteattr(name)}"
    if not failure:
        return head + "/>"
    text = _NO_XML.sub("?", failure)
    return f"{head}>\n    <failure message={quoteattr(text[:200])}>{escape(text)}</failure>\n  </testcase>"
