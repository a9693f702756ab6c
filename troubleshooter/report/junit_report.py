"""Diagnosis as JUnit XML: each cause a failed test case, none a passed one."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from troubleshooter.model import Diagnosis, Hypothesis
from troubleshooter.report.places import told
from troubleshooter.report.words import words

_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(diagnosis: Diagnosis, language: str = "en") -> str:
    """A test suite named troubleshooter."""
    w = words(language)
    causes = [*diagnosis.causes, *diagnosis.next] if diagnosis.outcome in ("diagnosed", "ambiguous") else []
    cases = [_case(c, language) for c in causes]
    if not cases:
        cases = [f'  <testcase classname="troubleshooter" name={quoteattr(w.get(diagnosis.outcome, diagnosis.outcome))}/>']
    head = f'<testsuite name="troubleshooter" tests="{len(cases)}" failures="{len(causes)}">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *cases, "</testsuite>"]) + "\n"


def _case(c: Hypothesis, language: str) -> str:
    body = [f"{'+' if r.favours else '-'} {place}: {r.text or r.says}" for r, place in told(c.why, language)]
    body += [f"{f.title}\n{f.patch}" for f in c.fixes]
    text = escape(_NO_XML.sub("?", "\n".join(body)))
    return (f'  <testcase classname="troubleshooter.{c.phase}" name={quoteattr(c.id)}>\n'
            f"    <failure message={quoteattr(f'{c.title} ({c.certainty:.0%})')}>{text}</failure>\n  </testcase>")  # fmt: skip
