"""Which question tells most: expected gain per cost of answering, among facts that could still change the order.

What an answer would do is estimated from the rules that wait for it: the weights of those that it completes are added
to the scores that the belief model ranks by, and the more an answer lifts a cause, the likelier that cause gives it.
Nothing is asked that was read, answered, or marked as not known. Where no message was recognised every cause is a
rival, and the general questions come in; among them the choice of a message, whose answers are lines of the causes
that are still likely.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from math import exp, log2
from typing import Any

from troubleshooter.holes import filled
from troubleshooter.inference import told
from troubleshooter.inference.belief import ODDS, PRIOR, score, shares
from troubleshooter.inference.memory import Memory, missing
from troubleshooter.inference.tests import World, compare
from troubleshooter.inference.told import CONFIRMED, MESSAGES, refused_in
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import NONE, UNKNOWN, Answer, Condition, Evidence, Fact, Question, Rule

_NOTHING = World({}, {}, {}, {}, {})
COSTS = {"look": 1.0, "command": 1.5, "effort": 3.0}
MAX_QUESTIONS = 4
RIVALS = 6
BESIDE = 6
"""Causes that are looked at although nothing speaks for them yet: an answer may be all that they wait for."""
LISTED = 12
"""Messages to choose from."""
COVERED = 0.6
"""The list of messages is shown when so much of what is likely has its message there, or nothing else can make it shorter."""
LIKELY = 18
"""Causes whose particular questions are looked at where no message was recognised."""
UNLIKELY = -2.5
"""Log odds below which nobody is sent to look for a cause."""
HALF = 0.35
"""What a rule that waits for a second fact besides counts."""
LEAST = 0.01
"""Bits that a question must be expected to tell."""
SHELLS = ("docker", "shell", "podman", "kubernetes")


def questions(memory: Memory, evidence: Sequence[Evidence], ranked: Sequence[str], settled: Collection[str],
              knowledge: Knowledge) -> tuple[Question, ...]:  # fmt: skip
    """Questions whose answer could still change the order of the causes, best first.

    ``settled`` are the facts that are known, or asked and not known: nobody is asked for them again.
    """
    chosen = told.hits(memory.facts, knowledge)
    general = all(h in chosen for name, hits in memory.hits.items() if not knowledge.signals[name].noise for h in hits)
    rivals = _rivals(memory, ranked, knowledge, general)
    if not rivals:
        return ()
    said: dict[str, list[Evidence]] = {c: [] for c in rivals}
    for e in evidence:
        if e.cause in said:
            said[e.cause].append(e)
    base = {c: PRIOR[knowledge.outlines[c].frequency] + score(items) for c, items in said.items()}
    effects = _effects(memory, [r for c in _likely(base) for r in knowledge.rules[c]] if general else memory.rules, base)
    found = []
    for name, entry in knowledge.table("questions").items():
        fact = entry["fact"]
        if fact in settled or (entry.get("general") == "yes" and not general):
            continue
        if any(name not in memory.facts or memory.facts[name].value != value for name, value in entry.get("after", {}).items()):
            continue
        answers = entry["answers"]
        if fact in MESSAGES:
            answers = _listed(fact, base, memory.facts, settled, knowledge)
        elif fact in CONFIRMED:
            entry, answers, effects[fact] = _looking(fact, entry, base, memory.facts, settled, knowledge)
        if general and fact in told.SYMPTOMS and answers:
            effects[fact] = told.effects(fact, base, knowledge)
        gain = _gain(answers, effects.get(fact, ()), base, fact in CONFIRMED)
        if gain > (0.0 if fact in CONFIRMED else LEAST):
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
    return sorted((c for c in base if before[c] >= 0.02), key=lambda c: (-before[c], c))[:LIKELY]


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


def _gain(answers: Collection[str], effects: Sequence[told.Effect], base: Mapping[str, float], sure: bool = False) -> float:
    """Expected fall of uncertainty, in bits, as far as the likely causes are concerned.

    0 where no answer changes the order, unless it is to make ``sure`` of the first.
    """
    concerned: dict[str, list[told.Effect]] = {}
    for effect in effects:
        concerned.setdefault(effect[0], []).append(effect)
    changes = [{c: _change(value, mine) for c, mine in concerned.items()} for value in answers]
    outcomes = [{**base, **{c: base[c] + by for c, by in change.items()}} for change in changes]
    order = _order(base)
    if not concerned or (not sure and all(_order(o) == order for o in outcomes)):
        return 0.0
    before = shares(base, {})
    ways = {c: sum(exp(change[c]) for change in changes) for c in concerned}
    # whom an answer does not concern gives each of them alike
    others = sum(share for c, share in before.items() if c not in concerned) / len(changes)
    weight = [others + sum(before[c] * exp(by) / ways[c] for c, by in change.items()) for change in changes]
    after = sum(w * _entropy(shares(o, {})) for w, o in zip(weight, outcomes, strict=True)) / sum(weight)
    return (_entropy(before) - after) * sum(before[c] for c in concerned) / sum(before.values())


def _change(value: str, effects: Iterable[told.Effect]) -> float:
    met = [change for _, literal, change in effects if _meets(value, literal)]
    return max([x for x in met if x > 0], default=0.0) + min([x for x in met if x < 0], default=0.0)


def _order(scores: Mapping[str, float]) -> list[str]:
    return sorted((c for c in scores if scores[c] > -4.0), key=lambda c: (-scores[c], c))[:RIVALS]


def _listed(fact: str, base: Mapping[str, float], facts: Mapping[str, Fact], settled: Collection[str],
            knowledge: Knowledge) -> dict[str, str]:  # fmt: skip
    """The messages of the likely causes, likeliest first, and "none of these"; nothing while an earlier list serves."""
    earlier = MESSAGES[: MESSAGES.index(fact)]
    chosen = [facts[name].value for name in earlier if name in facts and not refused_in(facts[name])]
    doubted = any(name in facts and facts[name].value.startswith(NONE) for name in CONFIRMED)
    if any(name not in settled for name in earlier) or (chosen and (not doubted or chosen[-1] in chosen[:-1])):
        return {}
    seen = {m for name in earlier if name in facts for m in refused_in(facts[name])}
    texts = knowledge.table("questions")["symptom-message"]["answers"]
    before = shares(base, {})
    mass: dict[str, float] = {}
    for cause, share in before.items():
        shown = {m: ODDS[w] for m, w in told.shown_by(cause, "message", knowledge).items() if m not in seen and m in texts}
        for message, odds in shown.items():
            mass[message] = mass.get(message, 0.0) + share * odds / sum(shown.values())
    chosen = [m for m in sorted(mass, key=lambda m: (-mass[m], m))[:LISTED] if mass[m] >= 0.05 * max(mass.values())]
    narrow = sum(mass[m] for m in chosen) >= COVERED * sum(mass.values())
    if len(chosen) < 2 or not (narrow or told.SYMPTOMS.keys() - set(MESSAGES) <= set(settled)):
        return {}
    return {**{m: texts[m] for m in chosen}, f"{NONE}{','.join(chosen)},": texts["none"]}


def _looking(fact: str, entry: Mapping[str, Any], base: Mapping[str, float], facts: Mapping[str, Fact], settled: Collection[str],
             knowledge: Knowledge) -> tuple[Mapping[str, Any], dict[str, str], list[told.Effect]]:  # fmt: skip
    """The question whether it is the likeliest cause that was not looked for yet: its texts, its answers, and what they change."""
    earlier = CONFIRMED[: CONFIRMED.index(fact)]
    asked = {facts[name].value.removeprefix(NONE) for name in earlier if name in facts}
    first = max((c for c in base if c not in asked), key=lambda c: (base[c], c))
    passed = any(name not in settled or name not in facts or facts[name].value == UNKNOWN for name in earlier)
    if passed or base[first] < UNLIKELY or knowledge.outlines[first].kind != "ours":
        return entry, {}, []
    cause = knowledge.causes[first]
    values = {name: fact.value for name, fact in facts.items()}
    sentences = [filled(step.text, values) for step in cause.confirm if step.kind == "say"]
    command = next((filled(step.text, values, command=True) for step in cause.confirm if step.kind == "run"), "")
    how = {"shell": command} if command else {}
    title = f"{cause.title}。" if knowledge.language == "ja" else f" {cause.title}."
    texts = {"text": f"{entry['text']}{title}", "why": " ".join(sentences) or entry["why"], "how": how}
    answers = {first: entry["answers"]["yes"], NONE + first: entry["answers"]["no"]}
    effects = [(first, Condition("known", fact, first), ODDS[told.FOUND]),
               (first, Condition("known", fact, NONE + first), -ODDS[told.NOT_FOUND])]  # fmt: skip
    return {**entry, **texts}, answers, effects


def _meets(value: str, literal: Condition) -> bool:
    if literal.kind == "known":
        return (value == literal.value) != literal.negated
    if literal.kind == "given":
        return not literal.negated
    return _compares(value, literal.test) != literal.negated


@lru_cache(maxsize=1 << 16)
def _compares(value: str, test: str) -> bool:
    """Answers and comparisons are the same few thousand pairs at every step of a dialogue."""
    return all(compare(value, form, operand, _NOTHING) for form, operand in json.loads(test).items())


def _entropy(certainty: Mapping[str, float]) -> float:
    rest = max(1e-9, 1 - sum(certainty.values()))
    return -sum(p * log2(p) for p in [*certainty.values(), rest] if p > 0)
