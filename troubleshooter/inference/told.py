"""What somebody says of a failure without its log: when it fails, what it speaks of, and which message comes nearest.

Each is evidence for the causes that show that way (``shows`` in their YAML), and against those that do not. A message that
bears the name of a signal is also a hit of it, for rules that ask for a fact besides; what its line would capture stays open.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping

from troubleshooter.inference.belief import ODDS
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import NONE, UNKNOWN, Condition, Evidence, Fact, Hit

MESSAGES = ("symptom.message", "symptom.message-again", "symptom.message-more", "symptom.message-further", "symptom.message-last")
"""A list of messages each, the likeliest first."""
SYMPTOMS = {"symptom.when": "when", "symptom.about": "about", **dict.fromkeys(MESSAGES, "message")}
"""Fact -> key of ``shows``. Only somebody who was asked can have said them."""
CONFIRMED = ("confirmed", "confirmed.again", "confirmed.more")
"""Facts whose value is a cause that somebody made sure of, or :data:`NONE` and the cause that it is not."""
FOR = {"when": "weak", "about": "weak", "message": "strong", "rarely": "moderate"}
AGAINST = {"when": "weak", "about": "weak", "message": "moderate"}
FOUND, NOT_FOUND = "strong", "moderate"
"""For a cause that was looked for, and against it: not everybody who looks finds what is there."""
REFUSED = "weak"
"""Against a cause whose messages were in a list of which none was chosen: it may have yet another one."""
DOUBTED = "moderate"
"""For the other causes of a message, once one was looked for and not found; against those that lack it, it says nothing any more."""
Effect = tuple[str, Condition, float]


def told(facts: Iterable[str]) -> bool:
    """Whether one of the facts by these names was told so."""
    return any(name in SYMPTOMS or name in CONFIRMED for name in facts)


def made_sure(facts: Mapping[str, Fact]) -> bool:
    """Whether a likely cause was found by somebody who looked for it, or there is no more to ask.

    Who cannot look may still say when it fails and what the message speaks of.
    """
    answers = [facts[name].value for name in CONFIRMED if name in facts]
    if UNKNOWN in answers:
        return facts.keys() >= SYMPTOMS.keys() - set(MESSAGES)
    return len(answers) == len(CONFIRMED) or any(not value.startswith(NONE) for value in answers)


def hits(facts: Mapping[str, Fact], knowledge: Knowledge) -> tuple[Hit, ...]:
    """The chosen messages that are signals."""
    values = [facts[n].value for n in MESSAGES if n in facts]
    answers = knowledge.table("questions").get("symptom-message", {}).get("answers", {})
    return tuple(Hit(v, 0, answers.get(v, v)) for v in values if v in knowledge.signals)


def rules_of(evidence: Iterable[Evidence], chosen: Collection[Hit]) -> Iterator[Evidence]:
    """``evidence`` without what only a chosen message says: that is told once, by its symptom."""
    return (e for e in evidence if e.facts or not e.hits or any(h not in chosen for h in e.hits))


def evidence(facts: Mapping[str, Fact], knowledge: Knowledge) -> Iterator[Evidence]:
    """What the symptoms say."""
    for name, key in SYMPTOMS.items():
        if name not in facts:
            continue
        fact, refused = facts[name], set(refused_in(facts[name]))
        denied = key == "message" and any(fact.value in shown_by(c, key, knowledge) for c in _denied(facts, knowledge))
        for cause in knowledge.outlines:
            shown = shown_by(cause, key, knowledge)
            if shown and (not refused or refused & shown.keys()):
                if denied and fact.value not in shown:
                    continue
                weight = REFUSED if refused else DOUBTED if denied else shown.get(fact.value, AGAINST[key])
                needs = frozenset([f"known:{name}={fact.value}"])
                yield Evidence(cause, f"typed/{name}", weight, fact.value in shown, facts=(fact,), needs=needs)


def _denied(facts: Mapping[str, Fact], knowledge: Knowledge) -> list[str]:
    values = [facts[name].value for name in CONFIRMED if name in facts]
    return [c for c in (v.removeprefix(NONE) for v in values if v.startswith(NONE)) if c in knowledge.outlines]


def looked_for(facts: Mapping[str, Fact], knowledge: Knowledge) -> Iterator[Evidence]:
    """What it says that a likely cause was looked for, and found or not."""
    for name in (n for n in CONFIRMED if n in facts):
        cause = facts[name].value.removeprefix(NONE)
        if cause in knowledge.outlines:
            found = not facts[name].value.startswith(NONE)
            weight, needs = FOUND if found else NOT_FOUND, frozenset([f"known:{name}"])
            yield Evidence(cause, f"typed/{name}", weight, found, facts=(facts[name],), needs=needs)


def shown_by(cause: str, key: str, knowledge: Knowledge) -> dict[str, str]:
    """The answers that ``cause`` shows, each with what it weighs."""
    shows = knowledge.outlines[cause].shows
    keys = ("rarely", "message") if key == "message" else (key,)
    return {value: FOR[k] for k in keys for value in shows.get(k, ())}


def refused_in(fact: Fact) -> list[str]:
    """The messages of a list of which none was chosen."""
    return fact.value[len(NONE) :].strip(",").split(",") if fact.value.startswith(NONE) else []


def effects(name: str, causes: Iterable[str], knowledge: Knowledge) -> list[Effect]:
    """What an answer to ``name``, one of the SYMPTOMS, would change, as the planner looks at it."""
    key, found = SYMPTOMS[name], []
    against = ODDS[AGAINST[key]]
    unlikely = ODDS["decisive"] if key == "message" else against  # hardly anybody takes one message for another
    for cause in causes:
        shown = shown_by(cause, key, knowledge)
        if shown:
            found += [(cause, Condition("known", name, v), ODDS[weight]) for v, weight in shown.items()]
            other = {"is-not": list(shown), "not-like": [NONE + "*"]}
            found.append((cause, Condition("test", name, test=json.dumps(other)), -unlikely))
            # with commas around, a message is found among those refused whatever stands beside it
            among = {"like": [f"{NONE}*{m},*" for m in shown]}
            found.append((cause, Condition("test", name, test=json.dumps(among)), -against))
    return found
