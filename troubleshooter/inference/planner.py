"""Which question tells most: expected gain per cost of answering, among facts that could still change the order.

What an answer would do is estimated from the rules that wait for it: the weights of those that it completes are added
to the scores that the belief model ranks by. Nothing is asked that was read, answered, or marked as not known.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from math import log2
from typing import Any

from troubleshooter.inference.belief import ODDS, PRIOR, score, shares
from troubleshooter.inference.memory import Memory, missing
from troubleshooter.inference.tests import World, compare
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import Answer, Condition, Evidence, Question

_NOTHING = World({}, {}, {}, {}, {})
COSTS = {"look": 1.0, "command": 1.5, "effort": 3.0}
MAX_QUESTIONS = 4
RIVALS = 6
SHELLS = ("docker", "shell", "podman", "kubernetes")


def questions(memory: Memory, evidence: Sequence[Evidence], ranked: Sequence[str], settled: Collection[str],
              knowledge: Knowledge) -> tuple[Question, ...]:  # fmt: skip
    """Questions whose answer could still change the order of the ``ranked`` causes, best first.

    ``settled`` are the facts that are known, or asked and not known: nobody is asked for them again.
    """
    rivals = list(ranked[:RIVALS])
    if not rivals:
        return ()
    base = {c: PRIOR[knowledge.outlines[c].frequency] + score([e for e in evidence if e.cause == c]) for c in rivals}
    effects = _effects(memory, rivals)
    found = []
    for name, entry in knowledge.table("questions").items():
        fact = entry["fact"]
        if fact in settled or fact not in effects:
            continue
        gain = _gain(entry, effects[fact], base)
        if gain > 0.01:
            found.append((-gain / COSTS[entry.get("cost", "look")], name, entry, gain))
    return tuple(question_of(name, entry, gain) for _, name, entry, gain in sorted(found, key=lambda f: f[:2])[:MAX_QUESTIONS])


def question_of(name: str, entry: Mapping[str, Any], gain: float = 0.0) -> Question:
    """An entry of ``questions.yaml`` as a Question."""
    how = entry.get("how") or {}
    command = next((how[s] for s in SHELLS if s in how), "")
    return Question(name, entry["fact"], entry["text"], entry["why"], command,
                    tuple(Answer(v, t) for v, t in entry["answers"].items()), round(gain, 3))  # fmt: skip


def _effects(memory: Memory, rivals: list[str]) -> dict[str, list[tuple[str, Condition, float]]]:
    """fact -> (cause, literal that an answer would have to meet, change of the score)."""
    effects: dict[str, list[tuple[str, Condition, float]]] = {}
    for rule in memory.rules:
        if rule.cause not in rivals:
            continue
        for waits in missing(rule, memory):
            names = {c.name for c in waits if c.kind != "signal"}
            if len(names) != 1 or any(c.kind == "signal" for c in waits):
                continue
            change = ODDS[rule.weight] * (1 if rule.favours else -1)
            for c in waits:
                effects.setdefault(c.name, []).append((rule.cause, c, change))
    return effects


def _gain(entry: Mapping[str, Any], effects: list[tuple[str, Condition, float]], base: Mapping[str, float]) -> float:
    """Expected fall of uncertainty, in bits, over the answers, each as likely as the causes that it favours."""
    before = shares(base, {})
    outcomes = []
    for value in entry["answers"]:
        scores = dict(base)
        for cause in scores:
            best = [change for c, literal, change in effects if c == cause and _meets(value, literal)]
            scores[cause] += max([x for x in best if x > 0], default=0.0) + min([x for x in best if x < 0], default=0.0)
        outcomes.append(scores)
    if not outcomes:
        return 0.0
    weight = [sum(before[c] * (2.0 if s[c] > base[c] else 0.4 if s[c] < base[c] else 1.0) for c in base) for s in outcomes]
    after = sum(w * _entropy(shares(s, {})) for w, s in zip(weight, outcomes)) / sum(weight)
    return _entropy(before) - after if any(s != base for s in outcomes) else 0.0


def _meets(value: str, literal: Condition) -> bool:
    if literal.kind == "known":
        return (value == literal.value) != literal.negated
    if literal.kind == "given":
        return not literal.negated
    test = json.loads(literal.test)
    return all(compare(value, form, operand, _NOTHING) for form, operand in test.items()) != literal.negated


def _entropy(certainty: Mapping[str, float]) -> float:
    rest = max(1e-9, 1 - sum(certainty.values()))
    return -sum(p * log2(p) for p in [*certainty.values(), rest] if p > 0)
