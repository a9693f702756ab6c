"""What somebody says of a failure without its log: when it fails, what it speaks of, which message comes nearest.

A message may be pasted, or chosen from a list of lines of the likely causes: it is read as a log of one line that is
remembered. Symptoms are weak evidence for the causes that show that way (``shows`` in their YAML), and against those
that do not.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from troubleshooter.inference.belief import ODDS
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import WEIGHTS, Condition, Evidence, Fact

SYMPTOMS = {"symptom.when": "when", "symptom.about": "about"}
MESSAGES = ("message", "message.again", "message.more")
"""Facts whose value is a line, or :data:`NONE` and the causes whose lines somebody refused."""
NONE = "not:"
FACTS = (*MESSAGES, *SYMPTOMS)
"""What only somebody who was asked can have said."""
WEIGHT = "weak"
CHOSEN = 0.6
"""What the line counts that somebody finds nearest to the real one: its names are others."""
Effect = tuple[str, Condition, float]


def told(facts: Iterable[str]) -> bool:
    """Whether one of the facts by these names was told so."""
    return any(name in FACTS for name in facts)


def evidence(facts: Mapping[str, Fact], knowledge: Knowledge) -> Iterator[Evidence]:
    """What the symptoms, and the messages that were refused, say."""
    for name, key in SYMPTOMS.items():
        if name in facts:
            for cause, outline in knowledge.outlines.items():
                shown = outline.shows.get(key)
                if shown:
                    yield _said(cause, facts[name], facts[name].value in shown)
    for name in MESSAGES:
        if name in facts:
            for cause in refused(facts[name]):
                if cause in knowledge.outlines:
                    yield _said(cause, facts[name], False)


def lines(facts: Mapping[str, Fact]) -> list[str]:
    """The messages that were chosen or pasted."""
    return [facts[n].value for n in MESSAGES if n in facts and not facts[n].value.startswith(NONE)]


def _said(cause: str, fact: Fact, favours: bool) -> Evidence:
    return Evidence(cause, f"typed/{fact.name}", WEIGHT, favours, facts=(fact,), needs=frozenset([f"known:{fact.name}={fact.value}"]))


def refused(fact: Fact) -> list[str]:
    """The causes of a list of messages of which none was chosen."""
    return fact.value[len(NONE) :].split(",") if fact.value.startswith(NONE) else []


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


def samples(cause: str, knowledge: Knowledge) -> list[str]:
    """Lines that ``cause`` is met with: of its examples, and of the signal that speaks for it most."""
    found = []
    for example in knowledge.causes[cause].examples:
        if example.get("expect") == "first" and "log" in example:
            found.append(str(example["log"]).strip().split("\n")[-1].strip())
    best = [(WEIGHTS.index(r.weight), c.name) for r in knowledge.rules[cause] if r.favours for b in r.branches for c in b
            if c.kind == "signal" and not c.negated and c.name in knowledge.signals and not knowledge.signals[c.name].noise]  # fmt: skip
    for _, signal in sorted(best, key=lambda b: (-b[0], b[1]))[:2]:
        found += knowledge.signals[signal].matches[:1]
    return list(dict.fromkeys(found))
