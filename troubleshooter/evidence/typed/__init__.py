"""What a person types: exact signals, facts named in passing, and the nearest phrasings of the causes."""

from __future__ import annotations

import re
from dataclasses import replace

from troubleshooter.diagnosis import Case
from troubleshooter.evidence.scan import scan_text
from troubleshooter.kb.knowledge import Knowledge


def language_of(text: str) -> str | None:
    """``ja`` where Japanese letters stand in ``text``, ``en`` for other letters, None where there are none."""
    if re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", text):
        return "ja"
    return "en" if re.search(r"[A-Za-z]{2}", text) else None


def understood(text: str, case: Case, knowledge: Knowledge) -> Case:
    """``case`` with what ``text`` tells."""
    return replace(case, log=scan_text(text, knowledge), advice=True)
