"""WHY a question is asked, and HOW a conclusion was reached: data for every face."""

from __future__ import annotations

from troubleshooter.dialogue.session import Session
from troubleshooter.frozen import dataclass
from troubleshooter.holes import filled
from troubleshooter.inference.memory import missing
from troubleshooter.inference.sentences import condition_sentence, fact_sentence
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import Fact, Question
from troubleshooter.remedy.fill import values
from troubleshooter.report.words import shown_source


@dataclass(frozen=True)
class Effect:
    """What one answer would do: certainty of the first causes before and after it."""

    value: str
    text: str
    causes: tuple[tuple[str, float, float], ...]


@dataclass(frozen=True)
class Why:
    """What is known, what is needed, and what each answer would change."""

    question: Question
    known: tuple[str, ...]
    needed_by: tuple[str, ...]
    """Rules that wait for the answer, as ``cause/rule``."""
    effects: tuple[Effect, ...]


@dataclass(frozen=True)
class RuleTrace:
    """One rule of a cause: whether it fired, what it weighs, the lines and facts that it bound, what it still waits for."""

    rule: str
    weight: str
    favours: bool
    fired: bool
    says: str
    lines: tuple[tuple[int, str], ...] = ()
    facts: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()


def why(session: Session, question: Question) -> Why:
    """The reason for ``question``, with each answer really tried out; of the facts, those that the present order rests on."""
    reading = session.reading
    rivals = reading.ranked[:4]
    before = {c: reading.certainty[c] for c in rivals}
    needed = [r.id for r in reading.memory.rules if r.cause in rivals
              and any(c.name == question.fact for waits in missing(r, reading.memory) for c in waits if c.kind != "signal")]  # fmt: skip
    effects = []
    for answer in question.answers:
        after = session.answer(question.fact, answer.value).reading.certainty
        effects.append(Effect(answer.value, answer.text, tuple((c, before[c], after.get(c, 0.0)) for c in rivals)))
    used = {f.name for e in reading.evidence if e.cause in rivals for f in e.facts}
    known = tuple(_sourced(f, session.knowledge) for f in session.diagnosis.facts if f.name in used)
    return Why(question, known, tuple(sorted(set(needed))), tuple(effects))


def how(session: Session, cause: str) -> tuple[RuleTrace, ...]:
    """Rule by rule how ``cause`` came to its certainty: what fired first, then what waits for something."""
    reading, knowledge = session.reading, session.knowledge
    fired = {e.rule: e for e in reading.evidence if e.cause == cause}
    traces = []
    for rule in knowledge.causes[cause].rules:
        e = fired.get(rule.id)
        if e is not None:
            lines = tuple((h.line, h.text) for h in e.hits[:5])
            facts = tuple(_sourced(f, knowledge) for f in e.facts)
            absent = tuple(condition_sentence(c, knowledge) for c in e.absent)
            says = filled(rule.says, values(reading.memory.facts, e.hits, knowledge))
            traces.append(RuleTrace(rule.id, rule.weight, rule.favours, True, says, lines, facts, absent))
        else:
            waits = min(missing(rule, reading.memory), key=len)
            asked = tuple(condition_sentence(c, knowledge) for c in waits)
            traces.append(RuleTrace(rule.id, rule.weight, rule.favours, False, filled(rule.says, {}), waits=asked))
    typed = [RuleTrace(e.rule, e.weight, e.favours, True, "", tuple((h.line, h.text) for h in e.hits)) for e in fired.values()
             if e.rule.startswith("typed/")]  # fmt: skip
    return tuple(sorted([*typed, *traces], key=lambda t: (not t.fired, not t.favours, t.rule)))


def _sourced(fact: Fact, knowledge: Knowledge) -> str:
    return f"{fact_sentence(fact, knowledge)}  [{shown_source(fact.source, knowledge.language)}]"


def told(session: Session, cause: str) -> str:
    """What is wrong, in a few sentences, with the names of this case."""
    reading, knowledge = session.reading, session.knowledge
    mine = [h for e in reading.evidence if e.cause == cause and e.favours for h in e.hits]
    return filled(knowledge.causes[cause].says, values(reading.memory.facts, [*mine, *reading.hits], knowledge))
