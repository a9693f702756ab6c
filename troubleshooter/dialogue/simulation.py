"""Simulated people in the dialogue: how many questions it takes, and whether the true cause stands first at the end.

A simulated person answers from what is true of a recorded case: its facts, its files, and the ``answers`` that its
``case.yaml`` adds where a question needs more. Some answers may be wrong or "I don't know".
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from troubleshooter.diagnosis import Case
from troubleshooter.dialogue.session import Session
from troubleshooter.evidence.facts import UNKNOWN, completed, settle
from troubleshooter.evidence.gather import Sources, gather
from troubleshooter.frozen import dataclass
from troubleshooter.inference.planner import question_of
from troubleshooter.kb import source
from troubleshooter.kb.cases import NOT_OURS, Recorded
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import Fact, Question

MAX_QUESTIONS = 25
_FACTS = {"go": "go.version", "cgo": "cgo", "build_image": "build.image", "final_image": "final.image"}


@dataclass(frozen=True)
class Person:
    """How somebody answers: the share of wrong and of unknown answers."""

    wrong: float = 0.0
    unknown: float = 0.0


@dataclass(frozen=True)
class Walk:
    """One simulated dialogue."""

    case: Recorded
    questions: int
    right: bool
    asked: tuple[str, ...]


def truth(case: Recorded, knowledge: Knowledge) -> dict[str, str]:
    """Everything that is true of a case: its files read, its facts, and its extra answers, which win."""
    data = source.parse((case.folder / "case.yaml").read_text("utf-8"))
    given = [Fact(_FACTS[k], str(v), "answered") for k, v in (data.get("facts") or {}).items() if k in _FACTS and v and v != "null"]
    host = str((data.get("facts") or {}).get("host") or "")
    if "/" in host:
        given += [Fact("host.os", host.split("/")[0], "answered"), Fact("host.arch", host.split("/")[1], "answered")]
    given += [Fact(k, str(v), "answered") for k, v in (data.get("answers") or {}).items()]
    found = gather(Sources(project=case.folder), knowledge)
    settled = settle([*given, *found.facts], knowledge)
    return {name: fact.value for name, fact in completed(settled.best, settled.many, knowledge).items()}


def walk(case: Recorded, session: Session, facts: Mapping[str, str], person: Person, dice: random.Random, fixed: bool = False) -> Walk:
    """The dialogue of ``session`` with somebody who knows ``facts``; ``fixed`` asks in the order of the file instead."""
    asked: list[str] = []
    while len(asked) < MAX_QUESTIONS:
        question = _next_in_file(session, asked) if fixed else session.question
        if question is None:
            break
        asked.append(question.id)
        session = session.answer(question.fact, _answer(question, facts, person, dice))
    causes = session.diagnosis.causes
    return Walk(case, len(asked), bool(causes) and causes[0].id in case.with_files, tuple(asked))


def _next_in_file(session: Session, asked: Sequence[str]) -> Question | None:
    if session.question is None:
        return None
    known = {f.name for f in session.diagnosis.facts}
    for name, entry in session.knowledge.table("questions").items():
        if name not in asked and entry["fact"] not in known:
            return question_of(name, entry)
    return None


def _answer(question: Question, facts: Mapping[str, str], person: Person, dice: random.Random) -> str:
    values = [a.value for a in question.answers]
    draw = dice.random()
    if draw < person.unknown:
        return UNKNOWN
    if draw < person.unknown + person.wrong:
        return dice.choice(values)
    true = facts.get(question.fact, UNKNOWN)
    return true if true in values else next((v for v in values if true.startswith(v)), UNKNOWN)


def table(cases: Iterable[Recorded], knowledge: Knowledge) -> list[str]:
    """The printed lines of ``kb test --dialogue``: ambiguous logs, then nothing but a symptom."""
    logs = [c for c in cases if c.cause not in NOT_OURS and not c.typed and c.cause in knowledge.causes]
    known = {c.name: truth(c, knowledge) for c in logs}
    lines = ["                               dialogues  median questions  fixed order  fewer   right at the end"]
    lines.append(_row("from an ambiguous log", logs, known, knowledge, Person(), symptom=False))
    lines.append(_row("the same, 10 % wrong, 15 % ?", logs, known, knowledge, Person(0.10, 0.15), symptom=False))
    lines.append(_row("from nothing but a symptom", logs, known, knowledge, Person(), symptom=True))
    return lines


def _row(name: str, cases: Sequence[Recorded], known: Mapping[str, dict[str, str]], knowledge: Knowledge, person: Person,
         symptom: bool) -> str:  # fmt: skip
    walks, fixed = [], []
    for case in cases:
        start = _symptom(case, knowledge) if symptom else _log(case, knowledge)
        if start.question is None:
            continue
        walks.append(walk(case, start, known[case.name], person, random.Random(case.name)))
        fixed.append(walk(case, start, known[case.name], person, random.Random(case.name), fixed=True))
    if not walks:
        return f"{name:31} none"
    mine, theirs = sum(w.questions for w in walks), sum(w.questions for w in fixed)
    right = sum(w.right for w in walks) / len(walks)
    return (f"{name:31}{len(walks):8}  {median(w.questions for w in walks):16.1f}  {median(w.questions for w in fixed):11.1f}"
            f"  {1 - mine / theirs if theirs else 0:5.0%}   {right:.1%}")  # fmt: skip


def _log(case: Recorded, knowledge: Knowledge) -> Session:
    found = gather(Sources(str(case.folder / "log.txt")), knowledge)
    return Session(knowledge, Case(found.log, found.facts))


def _symptom(case: Recorded, knowledge: Knowledge) -> Session:
    """The first English phrasing of the true cause, typed, and nothing else."""
    phrasings = knowledge.causes[case.cause].phrasings.get("en") or ("it does not start",)
    return Session(knowledge).describe(phrasings[len(case.name) % len(phrasings)])
