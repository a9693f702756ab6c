"""What a person types: messages half remembered, facts named in passing, and the nearest of what is said of the causes."""

from __future__ import annotations

import re
from dataclasses import replace

from troubleshooter.diagnosis import Case
from troubleshooter.evidence.typed import likeness, messages, said
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.search import index_for
from troubleshooter.kb.words import folded


def language_of(text: str) -> str | None:
    """``ja`` where Japanese letters stand in ``text``, ``en`` for other letters, None where there are none."""
    if re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", text):
        return "ja"
    return "en" if re.search(r"[A-Za-z]{2}", text) else None


def understood(text: str, case: Case, knowledge: Knowledge) -> Case:
    """``case`` with what ``text`` tells."""
    index = index_for(knowledge)
    log, clear = messages.quoted(text, index, knowledge)
    found = index.lexicon.find(folded(clear))
    facts = said.facts(clear, found, index.lexicon.concepts)
    bare = not facts and all(knowledge.signals[h.signal].noise for h in log.hits)
    typed = likeness.evidence(text, clear, {f.concept for f in found}, index, knowledge, bare)
    return replace(case, log=log, facts=(*case.facts, *facts), typed=typed, advice=True)
