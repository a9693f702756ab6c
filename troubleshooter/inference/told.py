"""What somebody says of a failure without its log: when it fails, what it speaks of, which message comes nearest.

A message that was chosen from a list speaks for every cause that has it, and for those the more whose other facts fit:
it is a hit of its signal for the rules that ask for a fact besides. What its line would capture stays open. Symptoms
are weak evidence for the causes that show that way (``shows`` in their YAML), and against those that do not.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from troubleshooter.inference.belief import ODDS, REMEMBERED
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import WEIGHTS, Condition, Evidence, Fact, Hit

SYMPTOMS = {"symptom.when": "when", "symptom.about": "about"}
MESSAGES = ("message", "message.again", "message.more")
"""Facts whose value is a signal, or :data:`NONE` and the signals of the list that somebody refused."""
NONE = "not:"
FACTS = (*MESSAGES, *SYMPTOMS)
"""What only somebody who was asked can have said."""
WEIGHT = "weak"
Effect = tuple[str, Condition, float]


def told(facts: Iterable[str]) -> bool:
    """Whether one of the facts by these names was told so."""
    return any(name in FACTS for name in facts)


def hits(facts: Mapping[str, Fact], knowledge: Knowledge) -> tuple[Hit, ...]:
    """The messages that were chosen."""
    values = [facts[n].value for n in MESSAGES if n in facts]
    return tuple(Hit(v, 0, line(v, knowledge)) for v in values if v in knowledge.signals)


def evidence(items: Iterable[Evidence], facts: Mapping[str, Fact], chosen: Iterable[Hit], knowledge: Knowledge) -> Iterator[Evidence]:
    """``items``, what the rules made of it, and what the symptoms and the messages say besides."""
    mine = list(chosen)
    yield from (e for e in items if e.facts or not e.favours or not e.hits or any(h not in mine for h in e.hits))
    for hit in mine:
        for cause in knowledge.causes_of.get(hit.signal, ()):
            weight = signals_of(cause, knowledge).get(hit.signal)
            if weight:
                yield Evidence(cause, "typed/message", weight, True, (hit,), needs=frozenset([f"signal:{hit.signal}="]), share=REMEMBERED)
    for name, key in SYMPTOMS.items():
        if name in facts:
            for cause, outline in knowledge.outlines.items():
                shown = outline.shows.get(key)
                if shown:
                    yield _said(cause, facts[name], facts[name].value in shown)
    for name in MESSAGES:
        if name in facts:
            for cause in _owners(refused(facts[name]), knowledge):
                yield _said(cause, facts[name], False)


def _said(cause: str, fact: Fact, favours: bool) -> Evidence:
    return Evidence(cause, f"typed/{fact.name}", WEIGHT, favours, facts=(fact,), needs=frozenset([f"known:{fact.name}={fact.value}"]))


def refused(fact: Fact) -> list[str]:
    """The signals of a list of which none was chosen."""
    return fact.value[len(NONE) :].split(",") if fact.value.startswith(NONE) else []


def _owners(signals: Iterable[str], knowledge: Knowledge) -> list[str]:
    return sorted({c for s in signals for c in knowledge.causes_of.get(s, ()) if s in signals_of(c, knowledge)})


def effects(causes: Iterable[str], knowledge: Knowledge) -> dict[str, list[Effect]]:
    """What answers about the symptoms would change, as the planner looks at it."""
    found: dict[str, list[Effect]] = {}
    for name, key in SYMPTOMS.items():
        for cause in causes:
            shown = list(knowledge.outlines[cause].shows.get(key, ()))
            if shown:
                found.setdefault(name, []).extend((cause, Condition("known", name, v), ODDS[WEIGHT]) for v in shown)
                found[name].append((cause, Condition("test", name, test=json.dumps({"is-not": shown})), -ODDS[WEIGHT]))
    return found


def line(signal: str, knowledge: Knowledge) -> str:
    """A line that ``signal`` matches, to be shown in its place."""
    found = knowledge.signals[signal]
    return next(iter(found.matches), found.says)


def signals_of(cause: str, knowledge: Knowledge) -> dict[str, str]:
    """The signals that may be the message of ``cause``, with the weight that the best rule gives each."""
    best: dict[str, str] = {}
    for rule in (r for r in knowledge.rules[cause] if r.favours):
        for branch in rule.branches:
            named = [c.name for c in branch if c.kind == "signal" and not c.negated]
            if len(named) == 1 and named[0] in knowledge.signals and not knowledge.signals[named[0]].noise:
                best[named[0]] = max(rule.weight, best.get(named[0], rule.weight), key=WEIGHTS.index)
    return best


def chances(cause: str, knowledge: Knowledge) -> dict[str, float]:
    """How likely each signal is the message of ``cause``."""
    odds = {signal: ODDS[weight] for signal, weight in signals_of(cause, knowledge).items()}
    total = sum(odds.values())
    return {signal: o / total for signal, o in odds.items()}
