"""What a person types: messages half remembered, facts named in passing, and the nearest of what is said of the causes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import exp, log

from troubleshooter.diagnosis import Case
from troubleshooter.evidence.typed import messages, said
from troubleshooter.inference.belief import LIKENESS, ODDS, PRIOR
from troubleshooter.kb.conditions import as_list
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.search import Index, Nearest, index_for
from troubleshooter.kb.words import folded
from troubleshooter.model import Evidence, Hit

SHARPNESS = 8.0
"""How fast the share of a cause falls with its distance from the nearest one."""
NOTHING = 0.55
"""The score of a text that has next to nothing in common with what is said of a cause."""
FOREIGN = "unrelated"
"""The cause of a text that nothing here is near to."""
DOUBT = 0.03
"""However near a text is, this share stays for what it may mean besides."""
LEAST = 0.02
"""A smaller share is not worth a word."""
MOST = 6
"""Causes that likeness may speak for."""
_ALIKE = {"en": "this is much like: {}", "ja": "次の言い方に近い内容です: {}"}
_FAR = {"en": "this is about nothing that I know of", "ja": "知識ベースにある話題ではないようです"}


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
    near = index.nearest(clear)
    typed = [*_evidence(text, near, knowledge.language), *_foreign(text, {f.concept for f in found}, index, knowledge.language)]
    if not facts and all(knowledge.signals[h.signal].noise for h in log.hits) and all(n.score < NOTHING for n in near):
        typed = [Evidence(FOREIGN, LIKENESS, "weak", True, (Hit("", 0, text),), says=_FAR[knowledge.language])] if index.strange(clear) else []
    return replace(case, log=log, facts=(*case.facts, *facts), typed=tuple(typed), advice=True)


def _foreign(text: str, named: set[str], index: Index, language: str) -> Iterator[Evidence]:
    """Speaks for "not ours" where the only things named are of other worlds."""
    concepts = index.lexicon.concepts
    telling = {n for n in named if "common" not in concepts[n]}
    if telling and all(FOREIGN in as_list(concepts[n].get("causes") or []) for n in telling):
        yield Evidence(FOREIGN, "typed/foreign", "strong", True, (Hit("", 0, text),), needs=frozenset(["typed/foreign"]), says=_FAR[language])


def _evidence(text: str, near: Sequence[Nearest], language: str) -> Iterator[Evidence]:
    """The nearest causes, each believed by its share among them and "none of these"."""
    top = max([NOTHING, *(n.score for n in near)])
    weights = [exp(SHARPNESS * (n.score - top)) for n in near]
    total = sum(weights) + exp(SHARPNESS * (NOTHING - top))
    for n, weight in zip(near[:MOST], weights, strict=False):
        share = weight / total
        odds = log(share / (1 - share + DOUBT)) - PRIOR if share >= LEAST else 0.0
        if odds > 0:
            says = _ALIKE[language].format(n.document)
            yield Evidence(n.cause, LIKENESS, "moderate", True, (Hit("", 0, text),), needs=frozenset([LIKENESS]), share=odds / ODDS["moderate"], says=says)
