"""Simulated people in the dialogue: how many questions it takes, and whether the true cause stands first at the end.

A simulated person answers from what is true of a recorded case: its facts, its files, and the ``answers`` that
its ``case.yaml`` adds where a question needs more. Some answers may be wrong or "I don't know".
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from troubleshooter.authoring.cases import NOT_OURS, Recorded
from troubleshooter.case import Case
from troubleshooter.dialogue.session import Session
from troubleshooter.evidence.facts import UNKNOWN, completed, settle
from troubleshooter.evidence.gather import Sources, gather
from troubleshooter.frozen import dataclass
from troubleshooter.inference.planner import question_of
from troubleshooter.inference.told import CONFIRMED, MESSAGES
from troubleshooter.kb import source
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import Fact, Question

MAX_QUESTIONS = 25
AGAIN = 10
"""Fallible people who are sent into each ambiguous log, of which there are few."""
_FACTS = {"go": "go.version", "cgo": "cgo", "build_image": "build.image", "final_image": "final.image"}
SYMPTOMS = {
    "build": ("the build fails", "docker build stops with an error", "ビルドが失敗します", "my image is not built any more"),
    "start": ("the container does not start", "it exits at once", "コンテナが起動しません", "docker run fails"),
    "load": ("the container does not start", "it exits at once", "コンテナが起動しません", "docker run fails"),
    "run": (
        "it fails in the container",
        "the program does not work in Docker",
        "コンテナの中で動きません",
        "something is wrong at run time",
    ),
}
"""What somebody says who has no message at hand, by the phase in which it fails."""


@dataclass(frozen=True)
class Person:
    """How somebody answers: the share of wrong and of unknown answers."""

    wrong: float = 0.0
    unknown: float = 0.0


HONEST, FALLIBLE = Person(), Person(0.10, 0.15)


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
    given = [Fact(k, str(v), "answered") for k, v in (data.get("answers") or {}).items()]
    given += [Fact(_FACTS[k], str(v), "answered") for k, v in (data.get("facts") or {}).items() if k in _FACTS and v and v != "null"]
    host = str((data.get("facts") or {}).get("host") or "")
    if "/" in host:
        given += [Fact("host.os", host.split("/")[0], "answered"), Fact("host.arch", host.split("/")[1], "answered")]
    found = gather(Sources(project=case.folder), knowledge)
    settled = settle([*given, *found.facts], knowledge)
    return {name: fact.value for name, fact in completed(settled.best, settled.many, knowledge).items()}


def walk(case: Recorded, session: Session, known: Mapping[str, str], person: Person, dice: random.Random, fixed: bool = False) -> Walk:
    """The dialogue of ``session`` with somebody who knows ``known``; ``fixed`` asks in an order that does not change."""
    asked: list[str] = []
    while len(asked) < MAX_QUESTIONS:
        question = _next_in_order(session, asked, case.name) if fixed else session.question
        if question is None:
            break
        asked.append(question.id)
        session = session.answer(question.fact, _answer(question, {**known, **_found(question, case)}, person, dice))
    causes = session.diagnosis.causes
    return Walk(case, len(asked), bool(causes) and causes[0].id in case.with_files, tuple(asked))


def _found(question: Question, case: Recorded) -> dict[str, str]:
    """What somebody finds who is sent to look for a cause."""
    right = [a.value for a in question.answers if a.value in case.with_files]
    return {question.fact: (right or [case.cause])[0]} if question.fact in CONFIRMED else {}


def _next_in_order(session: Session, asked: Sequence[str], order: str) -> Question | None:
    if session.question is None:
        return None
    known = {f.name for f in session.diagnosis.facts}
    planned = {q.id: q for q in session.diagnosis.questions}
    table = session.knowledge.table("questions")
    for name in sorted(table, key=lambda name: random.Random(f"{order} {name}").random()):
        entry = table[name]
        if name not in asked and entry["fact"] not in known and (entry["fact"] not in (*MESSAGES, *CONFIRMED) or name in planned):
            return planned.get(name) or question_of(name, entry)
    return None


def _answer(question: Question, known: Mapping[str, str], person: Person, dice: random.Random) -> str:
    values = [a.value for a in question.answers]
    draw = dice.random()
    if draw < person.unknown:
        return UNKNOWN
    if draw < person.unknown + person.wrong:
        return dice.choice(values)
    true = known.get(MESSAGES[0] if question.fact in MESSAGES else question.fact, UNKNOWN)
    if question.fact in (*MESSAGES, *CONFIRMED) and true != UNKNOWN:
        return true if true in values else values[-1]
    return true if true in values else next((v for v in values if true.startswith(v)), UNKNOWN)


def table(cases: Iterable[Recorded], knowledge: Knowledge) -> list[str]:
    """The printed lines of ``kb test --dialogue``: ambiguous logs, then nothing but a symptom."""
    logs = [c for c in cases if c.cause not in NOT_OURS and not c.typed and c.cause in knowledge.causes]
    lines = [f"{'':31}dialogues  median questions  fixed order  fewer   right at the end"]
    for name, symptom in (("from an ambiguous log", False), ("from nothing but a symptom", True)):
        walks = [w for case in logs for w in both(case, knowledge, symptom)]
        for says, person in ((name, HONEST), ("  10 % wrong, 15 % unknown", FALLIBLE)):
            lines.append(_row(says, [w for w in walks if w[0] is person]))
    return lines


def both(case: Recorded, knowledge: Knowledge, symptom: bool) -> list[tuple[Person, Walk, Walk]]:
    """The dialogues on one case, with each person, by gain and in fixed order; none where nothing is asked."""
    found = gather(Sources(str(case.folder / "log.txt")), knowledge)
    start = start_of(case, knowledge) if symptom else Session(knowledge, Case(found.log, found.facts))
    if start.question is None:
        return []
    known = truth(case, knowledge)
    walks = []
    for number, person in enumerate([HONEST, *[FALLIBLE] * (1 if symptom else AGAIN)]):
        mine, theirs = (walk(case, start, known, person, random.Random(f"{case.name} {number}"), fixed) for fixed in (False, True))
        walks.append((person, mine, theirs))
    return walks


def start_of(case: Recorded, knowledge: Knowledge) -> Session:
    """A vague symptom, typed, and nothing else."""
    says = SYMPTOMS[knowledge.outlines[case.cause].phase]
    return Session(knowledge).describe(says[random.Random(case.name).randrange(len(says))])


def _row(name: str, walks: Sequence[tuple[Person, Walk, Walk]]) -> str:
    if not walks:
        return f"{name:31} none"
    mine, theirs = sum(w.questions for _, w, _ in walks), sum(w.questions for _, _, w in walks)
    right = sum(w.right for _, w, _ in walks) / len(walks)
    return (f"{name:31}{len(walks):8}  {median(w.questions for _, w, _ in walks):16.1f}  {median(w.questions for _, _, w in walks):11.1f}"
            f"  {1 - mine / theirs if theirs else 0:5.0%}   {right:.1%}")  # fmt: skip
