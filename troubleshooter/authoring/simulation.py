"""Simulated people in the dialogue: how many questions it takes, and whether the true cause stands first at the end.

A simulated person answers from what is true of a recorded case: its facts, its files, and the ``answers`` that
its ``case.yaml`` adds where a question needs more. Some answers may be wrong or "I don't know".
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

from troubleshooter.authoring.cases import NOT_OURS, Recorded
from troubleshooter.case import Case
from troubleshooter.dialogue.session import Session
from troubleshooter.evidence.facts import completed, settle
from troubleshooter.evidence.gather import Sources, gather
from troubleshooter.frozen import dataclass
from troubleshooter.inference.planner import question_of
from troubleshooter.inference.told import CONFIRMED, MESSAGES
from troubleshooter.kb import source
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.layers import cache_folder, layers
from troubleshooter.kb.load import assemble
from troubleshooter.model import NONE, UNKNOWN, Fact, Question

MAX_QUESTIONS = 25
AGAIN = 10
"""Fallible people who are sent into each ambiguous log, of which there are few."""
_FACTS = {"go": "go.version", "cgo": "cgo", "build_image": "build.image", "final_image": "final.image"}
_NOT_STARTED = ("the container does not start", "it exits at once", "コンテナが起動しません", "docker run fails")
SYMPTOMS = {
    "build": ("the build fails", "docker build stops with an error", "ビルドが失敗します", "my image is not built any more"),
    "start": _NOT_STARTED,
    "load": _NOT_STARTED,
    "run": ("it fails in the container", "the program does not work in Docker", "コンテナの中で動きません", "wrong at run time"),
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
    """One simulated dialogue: from a log or from a ``symptom``, with whom, and in a ``fixed`` order or not."""

    symptom: bool
    person: Person
    fixed: bool
    questions: int
    right: bool


def walks(cases: Iterable[Recorded], extra: Sequence[Path] = (), language: str = "en") -> list[Walk]:
    """All dialogues on ``cases`` with the knowledge that ``extra`` folders add to; as many at a time as there are processors."""
    jobs = min(8, os.cpu_count() or 1)
    with ProcessPoolExecutor(jobs, initializer=_prepare, initargs=(tuple(extra), language)) as pool:
        return [w for found in pool.map(_in_worker, list(cases), chunksize=4) for w in found]


_shared: list[Knowledge] = []
"""What each worker process loads once."""


def _prepare(extra: Sequence[Path], language: str) -> None:
    _shared[:] = [assemble(layers(extra, None, language), language, cache_folder())]


def _in_worker(case: Recorded) -> list[Walk]:
    return list(dialogues(case, _shared[0]))


def dialogues(case: Recorded, knowledge: Knowledge) -> Iterator[Walk]:
    """The dialogues on one case: from its log where that leaves a question, and from nothing but a symptom."""
    if case.cause in NOT_OURS or case.typed or case.cause not in knowledge.causes:
        return
    found = gather(Sources(str(case.folder / "log.txt")), knowledge)
    known = truth(case, knowledge)
    for symptom, start in ((False, Session(knowledge, Case(found.log, found.facts))), (True, start_of(case, knowledge))):
        if start.question is None or start.diagnosis.outcome != "ambiguous":
            continue
        yield walk(case, start, known, HONEST, 0, symptom)
        yield walk(case, start, known, HONEST, 0, symptom, fixed=True)
        for number in range(1 if symptom else AGAIN):
            yield walk(case, start, known, FALLIBLE, 1 + number, symptom)


def start_of(case: Recorded, knowledge: Knowledge) -> Session:
    """A vague symptom, typed, and nothing else."""
    says = SYMPTOMS[knowledge.outlines[case.cause].phase]
    return Session(knowledge).describe(says[random.Random(case.name).randrange(len(says))])


def walk(case: Recorded, session: Session, known: Mapping[str, str], person: Person, number: int, symptom: bool,
         fixed: bool = False) -> Walk:  # fmt: skip
    """The dialogue of ``session`` with the ``number``-th ``person`` who knows ``known``; ``fixed``: in an order that never changes."""
    asked: list[str] = []
    dice = random.Random(f"{case.name} {number}")
    while len(asked) < MAX_QUESTIONS:
        question = _next_in_order(session, asked) if fixed else session.question
        if question is None:
            break
        asked.append(question.id)
        session = session.answer(question.fact, _answer(question, {**known, **_found(question, case)}, person, dice))
    causes = session.diagnosis.causes
    return Walk(symptom, person, fixed, len(asked), bool(causes) and causes[0].id in case.with_files)


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


def _found(question: Question, case: Recorded) -> dict[str, str]:
    """What somebody finds who is sent to look for a cause."""
    right = [a.value for a in question.answers if a.value in case.with_files]
    return {question.fact: (right or [case.cause])[0]} if question.fact in CONFIRMED else {}


def _next_in_order(session: Session, asked: Sequence[str]) -> Question | None:
    """The first question that was not asked and fits: the general ones, then the others by name. An answer's use is not weighed.

    The messages are read page by page; only to look for a cause one must have one in mind, so that this is asked as it is planned.
    """
    if session.question is None:
        return None
    known = {f.name: f.value for f in session.diagnosis.facts}
    planned = {q.id: q for q in session.diagnosis.questions}
    seen = any(h.line for h in session.reading.hits)
    for name, entry in sorted(session.knowledge.table("questions").items(), key=_place):
        fact = entry["fact"]
        fits = all(known.get(n) == v for n, v in entry.get("after", {}).items())
        if name in asked or fact in known or not fits or (seen and entry.get("general") == "yes"):
            continue
        if fact in MESSAGES and not any(m in known and not known[m].startswith(NONE) for m in MESSAGES):
            return question_of(name, {**entry, "answers": _page(MESSAGES.index(fact), session.knowledge)})
        if name in planned or fact not in (*MESSAGES, *CONFIRMED):
            return planned.get(name) or question_of(name, entry)
    return None


def _place(question: tuple[str, Mapping[str, Any]]) -> str:
    return "" if question[1].get("general") == "yes" else question[0]


def _page(number: int, knowledge: Knowledge) -> dict[str, str]:
    """The ``number``-th part of all messages, in the order of the YAML file."""
    texts = dict(knowledge.table("questions")["symptom-message"]["answers"])
    none = texts.pop("none")
    size = -(-len(texts) // len(MESSAGES))
    part = list(texts)[number * size : (number + 1) * size]
    return {**{m: texts[m] for m in part}, f"{NONE}{','.join(part)},": none}


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


def report(found: Sequence[Walk]) -> list[str]:
    """The printed lines of ``kb test --dialogue``."""
    lines = [f"{'simulated people':30}{'number':>8}{'median questions':>18}{'fixed order':>13}{'fewer':>7}{'right at the end':>18}"]
    for symptom, name in ((False, "from an ambiguous log"), (True, "from nothing but a symptom")):
        mine = [w for w in found if w.symptom is symptom]
        lines.append(_row(name, [w for w in mine if w.person == HONEST and not w.fixed], [w for w in mine if w.fixed]))
        lines.append(_row("  10 % wrong, 15 % unknown", [w for w in mine if w.person == FALLIBLE], []))
    return lines


def _row(name: str, mine: Sequence[Walk], theirs: Sequence[Walk]) -> str:
    if not mine:
        return f"{name:30}{'none':>8}"
    beside = f"{'':>20}"
    if theirs:
        fewer = 1 - sum(w.questions for w in mine) / sum(w.questions for w in theirs)
        beside = f"{median(w.questions for w in theirs):13.1f}{fewer:7.0%}"
    return f"{name:30}{len(mine):8}{median(w.questions for w in mine):18.1f}{beside}{sum(w.right for w in mine) / len(mine):18.1%}"
