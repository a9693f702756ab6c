"""What a person types: messages half remembered, facts named in passing, and the nearest of what is said of the causes."""

from __future__ import annotations

import re
from dataclasses import replace
from math import exp, log

from troubleshooter.diagnosis import Case
from troubleshooter.evidence.typed import messages, said
from troubleshooter.inference.belief import ODDS, PRIOR
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.search import Nearest, index_for
from troubleshooter.kb.words import folded
from troubleshooter.model import Evidence, Hit

RULE = "typed/nearest"
SHARPNESS = 9.0
"""How fast the share of a cause falls with its distance from the nearest one."""
NOTHING = 0.55
"""The score of a text that has next to nothing in common with what is said of a cause."""
FEWEST = 0.02
MOST = 6


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
    typed = tuple(_evidence(text, index.nearest(clear)))
    return replace(case, log=log, facts=(*case.facts, *facts), typed=typed, advice=True)


def _evidence(text: str, near: list[Nearest]) -> list[Evidence]:
    """The nearest causes, each believed by its share among them and "none of these"."""
    if not near:
        return []
    top = near[0].score
    shares = {n.cause: exp(SHARPNESS * (n.score - top)) for n in near[:40]}
    none = exp(SHARPNESS * (NOTHING - top))
    total = sum(shares.values()) + none
    result = []
    for n in near[:MOST]:
        share = shares[n.cause] / total
        if share >= FEWEST:
            odds = log(share / (1 - share + 0.05)) - PRIOR
            if odds > 0:
                hit = Hit("", 0, text)
                result.append(Evidence(n.cause, RULE, "moderate", True, (hit,), needs=frozenset([f"typed:{n.document}"]), share=odds / ODDS["moderate"]))
    return result
