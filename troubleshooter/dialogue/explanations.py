"""WHY a question is asked, and HOW a conclusion was reached: data for every face."""

from __future__ import annotations

from troubleshooter.dialogue.session import Session
from troubleshooter.frozen import dataclass
from troubleshooter.inference.memory import missing
from troubleshooter.kb.conditions import says
from troubleshooter.model import Question


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
    """The reason for ``question``, with each answer really tried out."""
    reading = session.reading
    rivals = reading.ranked[:4]
    before = {c: reading.certainty[c] for c in rivals}
    needed = [r.id for r in reading.memory.rules if r.cause in rivals
              and any(c.name == question.fact for waits in missing(r, reading.memory) for c in waits if c.kind != "signal")]  # fmt: skip
    effects = []
    for answer in question.answers:
        after = session.answer(question.fact, answer.value).reading.certainty
        effects.append(Effect(answer.value, answer.text, tuple((c, before[c], after.get(c, 0.0)) for c in rivals)))
    known = tuple(f"{f.name}: {f.value}  [{f.source}]" for f in session.diagnosis.facts)
    return Why(question, known, tuple(sorted(set(needed))), tuple(effects))


def how(session: Session, cause: str) -> tuple[RuleTrace, ...]:
    """Rule by rule how ``cause`` came to its certainty: what fired first, then what waits for something."""
    reading = session.reading
    fired = {e.rule: e for e in reading.evidence if e.cause == cause}
    traces = []
    for rule in session.knowledge.causes[cause].rules:
        e = fired.get(rule.id)
        if e is not None:
            traces.append(RuleTrace(rule.id, rule.weight, rule.favours, True, rule.says, tuple((h.line, h.text) for h in e.hits[:5]),
                                    tuple(f"{f.name}: {f.value}  [{f.source}]" for f in e.facts), e.absent))  # fmt: skip
        else:
            waits = min(missing(rule, reading.memory), key=len)
            traces.append(RuleTrace(rule.id, rule.weight, rule.favours, False, rule.says, waits=tuple(says(c) for c in waits)))
    typed = [RuleTrace(e.rule, e.weight, e.favours, True, "", tuple((h.line, h.text) for h in e.hits)) for e in fired.values()
             if e.rule.startswith("typed/")]  # fmt: skip
    return tuple(sorted([*typed, *traces], key=lambda t: (not t.fired, not t.favours, t.rule)))


def told(session: Session, cause: str) -> str:
    """What is wrong, in a few sentences, with the names of this case."""
    from troubleshooter.holes import filled
    from troubleshooter.remedy.fill import values

    reading, knowledge = session.reading, session.knowledge
    mine = [h for e in reading.evidence if e.cause == cause and e.favours for h in e.hits]
    tables = {n: knowledge.table(n) for n in ("libraries", "tools")}
    return filled(knowledge.causes[cause].says, values(reading.memory.facts, [*mine, *reading.hits], tables))
