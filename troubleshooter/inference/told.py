"""What somebody says of a failure without its log: when it fails, what it speaks of, which message comes nearest.

A message that was chosen from a list counts as a hit of its signal, with what the line would capture left open. The
rest is weak evidence, for the causes that show that way (``shows`` in their YAML) and against those that do not.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from troubleshooter.inference.belief import ODDS
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import Condition, Evidence, Fact, Hit

SYMPTOMS = {"symptom.when": "when", "symptom.about": "about"}
MESSAGES = ("message", "message.again")
"""Facts whose value is a signal, or :data:`NONE` and the signals of the list that somebody refused."""
NONE = "not:"
FACTS = (*MESSAGES, *SYMPTOMS)
"""What only somebody who was asked can have said."""
WEIGHT = "weak"
Effect = tuple[str, Condition, float]


def told(facts: Iterable[str]) -> bool:
    """Whether one of the facts by these names was told so."""
    return any(name in FACTS for name in facts)


def hits(facts: Mapping[str, Fact], knowledge: Knowledge) -> Iterator[Hit]:
    """The messages that were chosen."""
    for fact in (facts[n] for n in MESSAGES if n in facts):
        if fact.value in knowledge.signals:
            yield Hit(fact.value, 0, line(fact.value, knowledge))


def evidence(facts: Mapping[str, Fact], knowledge: Knowledge) -> Iterator[Evidence]:
    """What the symptoms, and the messages that were refused, say for and against the causes."""
    for name, key in SYMPTOMS.items():
        if name in facts:
            for cause, outline in knowledge.outlines.items():
                shown = outline.shows.get(key)
                if shown:
                    yield _one(cause, facts[name], facts[name].value in shown)
    for name in MESSAGES:
        if name in facts and facts[name].value.startswith(NONE):
            signals = facts[name].value[len(NONE) :].split(",")
            for cause in sorted({c for s in signals for c in knowledge.causes_of.get(s, ())}):
                yield _one(cause, facts[name], False)


def _one(cause: str, fact: Fact, favours: bool) -> Evidence:
    return Evidence(cause, f"typed/{fact.name}", WEIGHT, favours, facts=(fact,), needs=frozenset([f"known:{fact.name}={fact.value}"]))


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


def signals_of(cause: str, knowledge: Knowledge) -> dict[str, float]:
    """The signals of the rules that favour ``cause``, with how likely its message is one of them."""
    best: dict[str, float] = {}
    for rule in (r for r in knowledge.rules[cause] if r.favours):
        for branch in rule.branches:
            named = [c for c in branch if c.kind == "signal" and not c.negated]
            if len(named) == 1 and named[0].name in knowledge.signals and not knowledge.signals[named[0].name].noise:
                best[named[0].name] = max(ODDS[rule.weight], best.get(named[0].name, 0.0))
    total = sum(best.values())
    return {signal: weight / total for signal, weight in best.items()} if total else {}
