"""What somebody says of a failure without its log: which message comes nearest, and which ones do not.

A message that was chosen from a list counts as a hit of its signal, with what the line would capture left open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import Evidence, Fact, Hit

MESSAGES = ("message", "message.again")
"""Facts whose value is a signal, or :data:`NONE` and the signals of the list that somebody refused."""
NONE = "not:"
FACTS = (*MESSAGES, "symptom.when", "symptom.about")
"""What only somebody who was asked can have said."""


def told(facts: Iterable[str]) -> bool:
    """Whether one of the facts by these names was told so."""
    return any(name in FACTS for name in facts)


def hits(facts: Mapping[str, Fact], knowledge: Knowledge) -> Iterator[Hit]:
    """The messages that were chosen."""
    for fact in (facts[n] for n in MESSAGES if n in facts):
        if fact.value in knowledge.signals:
            yield Hit(fact.value, 0, line(fact.value, knowledge))


def refused(facts: Mapping[str, Fact], knowledge: Knowledge) -> Iterator[Evidence]:
    """What speaks against the causes whose messages were not chosen."""
    for fact in (facts[n] for n in MESSAGES if n in facts and facts[n].value.startswith(NONE)):
        signals = fact.value[len(NONE) :].split(",")
        for cause in sorted({c for s in signals for c in knowledge.causes_of.get(s, ())}):
            yield Evidence(cause, f"{cause}/{fact.name}-refused", "weak", False, facts=(fact,), needs=frozenset([f"known:{fact.name}"]))


def line(signal: str, knowledge: Knowledge) -> str:
    """A line that ``signal`` matches, to be shown in its place."""
    found = knowledge.signals[signal]
    return next(iter(found.matches), found.says)


def signals_of(cause: str, knowledge: Knowledge) -> dict[str, float]:
    """The signals of the rules that favour ``cause``, with how likely its message is one of them."""
    from troubleshooter.inference.belief import ODDS

    best: dict[str, float] = {}
    for rule in (r for r in knowledge.rules[cause] if r.favours):
        for branch in rule.branches:
            named = [c for c in branch if c.kind == "signal" and not c.negated]
            if len(named) == 1 and named[0].name in knowledge.signals and not knowledge.signals[named[0].name].noise:
                best[named[0].name] = max(ODDS[rule.weight], best.get(named[0].name, 0.0))
    total = sum(best.values())
    return {signal: weight / total for signal, weight in best.items()} if total else {}
