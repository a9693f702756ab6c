"""Evidence in words: the lines and facts that speak for and against a cause, each with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from troubleshooter.holes import filled
from troubleshooter.inference.belief import odds
from troubleshooter.inference.sentences import condition_sentence, fact_sentence
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import Evidence, Reason, Rule

MAX_LINES = 3
"""Quoted lines of one rule; the log itself has the rest."""


def reasons(evidence: Sequence[Evidence], rules: Sequence[Rule], values: Mapping[str, str], knowledge: Knowledge) -> tuple[Reason, ...]:
    """Why a cause is believed: what weighs most first, what speaks against it last; nothing is said twice."""
    texts = {r.id: r.says for r in rules}
    result: list[Reason] = []
    seen: set[tuple[str, int | None, str, bool]] = set()
    for e in sorted(evidence, key=lambda e: (not e.favours, -odds(e), e.rule)):
        sentence = e.says or filled(texts.get(e.rule, ""), _values(e, values))
        for reason in _of(e, sentence, knowledge):
            key = (reason.source, reason.line, "" if reason.line else reason.says, reason.favours)
            if key not in seen:
                seen.add(key)
                result.append(reason)
    return tuple(result)


def _values(e: Evidence, values: Mapping[str, str]) -> dict[str, str]:
    own: dict[str, str] = {}
    for hit in e.hits:
        for name, value in hit.holes.items():
            own.setdefault(name, value)
    return {**values, **own}


def _of(e: Evidence, sentence: str, knowledge: Knowledge) -> list[Reason]:
    found = []
    for hit in e.hits[:MAX_LINES]:
        says = sentence or filled(knowledge.signals[hit.signal].says, dict(hit.holes)) if hit.signal in knowledge.signals else sentence
        if hit.fuzzy < 1.0:
            says = f"{says} ({hit.fuzzy:.0%})"
        source = "typed" if hit.line == 0 else "log"
        found.append(Reason(says, source, e.weight, e.favours, hit.line or None, hit.text, e.rule))
    for fact in e.facts:
        says = fact_sentence(fact, knowledge)
        found.append(Reason(says if e.hits or not sentence else sentence, fact.source, e.weight, e.favours, None, "", e.rule))
    if not found:
        says = sentence or "; ".join(condition_sentence(c, knowledge) for c in e.absent)
        found.append(Reason(says, "inferred", e.weight, e.favours, None, "", e.rule))
    return found
