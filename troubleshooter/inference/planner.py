"""Which question tells most: expected gain per cost of answering, among facts that could still change the order.

What an answer would do is estimated from the rules that wait for it: the weights of those that it completes are added
to the scores that the belief model ranks by, and the more an answer lifts a cause, the likelier that cause gives it.
Nothing is asked that was read, answered, or marked as not known. Where no message was recognised every cause is a
rival, and the general questions come in; among them the choice of a message, whose answers are lines of the causes
that are still likely.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from math import exp, log2
from typing import Any

from troubleshooter.inference import told
from troubleshooter.inference.belief import ODDS, PRIOR, score, shares
from troubleshooter.inference.memory import Memory, missing
from troubleshooter.inference.tests import World, compare
from troubleshooter.inference.told import MESSAGES, NONE, refused, samples
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import Answer, Condition, Evidence, Fact, Question, Rule

_NOTHING = World({}, {}, {}, {}, {})
COSTS = {"look": 1.0, "command": 1.5, "effort": 3.0}
MAX_QUESTIONS = 4
RIVALS = 6
BESIDE = 6
"""Causes that are looked at although nothing speaks for them yet: an answer may be all that they wait for."""
LINES = 10
"""Messages to choose from."""
UNSURE = 1.0
"""Bits that remain after the nearest message was chosen: several causes may have it."""
HALF = 0.35
"""What a rule that waits for a second fact besides counts."""
LEAST = 0.01
"""Bits that a question must be expected to tell."""
SHELLS = ("docker", "shell", "podman", "kubernetes")
Effects = Mapping[str, Sequence[tuple[str, Condition, float]]]


def questions(memory: Memory, evidence: Sequence[Evidence], ranked: Sequence[str], settled: Collection[str],
              knowledge: Knowledge) -> tuple[Question, ...]:  # fmt: skip
    """Questions whose answer could still change the order of the causes, best first.

    ``settled`` are the facts that are known, or asked and not known: nobody is asked for them again.
    """
    chosen = told.lines(memory.facts)
    telling = {name: hits for name, hits in memory.hits.items() if not knowledge.signals[name].noise}
    general = all(h.line == 0 and h.text in chosen for hits in telling.values() for h in hits)
    rivals = _rivals(memory, ranked, knowledge, general)
    if not rivals:
        return ()
    base = {c: PRIOR[knowledge.outlines[c].frequency] + score([e for e in evidence if e.cause == c]) for c in rivals}
    effects = _effects(memory, memory.rules, base)
    if general:
        effects = {**_effects(memory, [r for c in _likely(base) for r in knowledge.rules[c]], base), **told.effects(base, knowledge)}
    found = []
    for name, entry in knowledge.table("questions").items():
        fact = entry["fact"]
        if fact in settled or (entry.get("general") == "yes" and not general):
            continue
        if fact in MESSAGES:
            answers, gain = _lines(fact, entry, base, memory.facts, settled, knowledge)
        else:
            answers, gain = dict(entry["answers"]), _gain(entry["answers"], effects.get(fact, ()), base)
        if gain > LEAST:
            found.append((-gain / COSTS[entry.get("cost", "look")], name, {**entry, "answers": answers}, gain))
    return tuple(question_of(name, entry, gain) for _, name, entry, gain in sorted(found, key=lambda f: f[:2])[:MAX_QUESTIONS])


def question_of(name: str, entry: Mapping[str, Any], gain: float = 0.0) -> Question:
    """An entry of ``questions.yaml`` as a Question."""
    how = entry.get("how") or {}
    command = next((how[s] for s in SHELLS if s in how), "")
    return Question(name, entry["fact"], entry["text"], entry["why"], command,
                    tuple(Answer(v, t) for v, t in entry["answers"].items()), round(gain, 3))  # fmt: skip


def _rivals(memory: Memory, ranked: Sequence[str], knowledge: Knowledge, general: bool) -> list[str]:
    if general:
        return [c for c, o in knowledge.outlines.items() if o.kind in ("ours", "not-ours")]
    if not ranked:
        return []
    beside = [r.cause for r in memory.rules if r.cause not in ranked and knowledge.outlines[r.cause].kind == "ours"]
    near = knowledge.outlines[ranked[0]].neighbours
    return [*ranked[:RIVALS], *sorted(dict.fromkeys(beside), key=lambda c: (c not in near, c))[:BESIDE]]


def _likely(base: Mapping[str, float]) -> list[str]:
    before = shares(base, {})
    return sorted((c for c in base if before[c] >= 0.02), key=lambda c: (-before[c], c))[: 2 * LINES]


def _effects(memory: Memory, rules: Sequence[Rule], rivals: Collection[str]) -> dict[str, list[tuple[str, Condition, float]]]:
    """fact -> (cause, literal that an answer would have to meet, change of the score)."""
    effects: dict[str, list[tuple[str, Condition, float]]] = {}
    for rule in rules:
        if rule.cause not in rivals:
            continue
        for waits in missing(rule, memory):
            names = {c.name for c in waits}
            if not 1 <= len(names) <= 2 or any(c.kind == "signal" for c in waits):
                continue
            change = ODDS[rule.weight] * (1 if rule.favours else -1) * (1.0 if len(names) == 1 else HALF)
            for c in waits:
                effects.setdefault(c.name, []).append((rule.cause, c, change))
    return effects


def _gain(answers: Collection[str], effects: Sequence[tuple[str, Condition, float]], base: Mapping[str, float]) -> float:
    """Expected fall of uncertainty, in bits, as far as the likely causes are concerned; 0 where no answer changes the order."""
    if not effects:
        return 0.0
    changes = [{c: _change(value, [e for e in effects if e[0] == c]) for c in base} for value in answers]
    outcomes = [{c: base[c] + change[c] for c in base} for change in changes]
    if all(_order(o) == _order(base) for o in outcomes):
        return 0.0
    before = shares(base, {})
    ways = {c: sum(exp(change[c]) for change in changes) for c in base}
    weight = [sum(before[c] * exp(change[c]) / ways[c] for c in base) for change in changes]
    after = sum(w * _entropy(shares(o, {})) for w, o in zip(weight, outcomes, strict=True)) / sum(weight)
    concerned = {c for c, _, _ in effects}
    return (_entropy(before) - after) * sum(before[c] for c in concerned) / sum(before.values())


def _change(value: str, effects: Sequence[tuple[str, Condition, float]]) -> float:
    met = [change for _, literal, change in effects if _meets(value, literal)]
    return max([x for x in met if x > 0], default=0.0) + min([x for x in met if x < 0], default=0.0)


def _order(scores: Mapping[str, float]) -> list[str]:
    return sorted((c for c in scores if scores[c] > -4.0), key=lambda c: (-scores[c], c))[:RIVALS]


def _lines(fact: str, entry: Mapping[str, Any], base: Mapping[str, float], facts: Mapping[str, Fact], settled: Collection[str],
           knowledge: Knowledge) -> tuple[dict[str, str], float]:  # fmt: skip
    """The messages to choose from, and what the choice is expected to tell."""
    earlier = MESSAGES[: MESSAGES.index(fact)]
    if any(name not in settled or (name in facts and not refused(facts[name])) for name in earlier):
        return {}, 0.0
    seen = {c for name in earlier if name in facts for c in refused(facts[name])}
    before = shares(base, {})
    likely = sorted((c for c in base if before[c] >= 0.005 and c not in seen), key=lambda c: (-before[c], c))[:LINES]
    found = {c: samples(c, knowledge) for c in likely}
    every = max(1, LINES // max(1, len(likely)))
    answers = {text: c for c in likely for text in found[c][:every]}
    if len(set(answers.values())) < 2:
        return {}, 0.0
    rest = {c: p for c, p in before.items() if c not in answers.values()}
    after = sum(rest.values()) * _entropy(_normal(rest)) + (1 - sum(rest.values())) * UNSURE
    refusal = NONE + ",".join(dict.fromkeys(answers.values()))
    return {**{text: text for text in answers}, refusal: next(iter(entry["answers"].values()))}, _entropy(before) - after


def _normal(joint: Mapping[str, float]) -> dict[str, float]:
    total = sum(joint.values())
    return {c: p / total for c, p in joint.items()} if total else {}


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
