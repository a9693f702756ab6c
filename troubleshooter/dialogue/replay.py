"""The evidence that the events of a session come to, from the first to the last."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field, replace
from typing import Any, Literal

from troubleshooter.case import Case, understood
from troubleshooter.dialogue.kept import facts_of, unpacked
from troubleshooter.dialogue.outputs import read_output
from troubleshooter.evidence.gather import log_facts
from troubleshooter.evidence.scan import Log
from troubleshooter.frozen import dataclass
from troubleshooter.inference.told import CONFIRMED, SYMPTOMS
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import Fact, Hit

READ = "read"
"""Name of a ``log`` event whose value is what was kept of the log, not its text."""
PROSE = 5
"""Lines up to which a pasted text without a known message is also read as words."""
STALE = {"cgo": ("link", "program.", "binary."), "build.image": ("link", "program.", "binary.", "build."), "final.image": ("final.",)}
"""Changed fact -> what was said before the change and need not hold any more."""
Kind = Literal["answer", "typed", "log", "paste", "applied", "choose"]
Scanner = Callable[[str, Knowledge], Log]


@dataclass(frozen=True)
class Event:
    """One move: an ``answer`` (name = fact), a ``typed`` symptom, a ``log`` after the fix, ``paste`` of a command's output
    (name = fact that was asked), an ``applied`` remedy (name = remedy, value = cause), or which of several failures to look at
    (``choose``)."""

    kind: Kind
    name: str
    value: str = ""


@dataclass
class _Told:
    """What the events told so far."""

    case: Case
    answers: list[Fact] = field(default_factory=list)
    read: list[Fact] = field(default_factory=list)
    """Facts of pasted outputs and of changes that were made, the latest first."""
    texts: list[str] = field(default_factory=list)
    beside: list[Hit] = field(default_factory=list)
    """Messages in pasted outputs."""
    changed: list[Fact] = field(default_factory=list)
    """What was changed, and counts from the next log on."""


def replayed(events: Iterable[Event], base: Case, knowledge: Knowledge, scanner: Scanner) -> Case:
    """``base`` after ``events``. What was answered beats what was pasted, which beats what was read before."""
    told = _Told(base)
    for event in events:
        if event.kind == "answer":
            told.answers.append(Fact(event.name, event.value, "answered"))
        elif event.kind == "applied":
            told.changed += _changes(event.value, event.name, knowledge)
        elif event.kind == "paste":
            facts, hits = read_output(event.value, event.name, knowledge, scanner)
            told.read[:0] = facts
            told.beside += hits
        elif event.kind == "log" or (event.kind == "typed" and several_lines(event.value)):
            _take_log(event, told, knowledge, scanner)
        elif event.kind == "typed":
            if has_message(event.value, knowledge, scanner):
                told.texts = [t for t in told.texts if not has_message(t, knowledge, scanner)]
            told.texts.append(event.value)
    case = _understood(told, knowledge)
    return replace(case, facts=(*told.answers, *told.read, *case.facts))


def several_lines(text: str) -> bool:
    return "\n" in text.strip()


def has_message(text: str, knowledge: Knowledge, scanner: Scanner) -> bool:
    """Whether a line of ``text`` is a message of some failure."""
    return any(not knowledge.signals[h.signal].noise for h in scanner(text, knowledge).hits)


def _take_log(event: Event, told: _Told, knowledge: Knowledge, scanner: Scanner) -> None:
    """The log of ``event`` is what counts now; what was said of the failure before it does not hold for it."""
    if event.name == READ:
        data = json.loads(event.value)
        log, facts = unpacked(data, knowledge), list(facts_of(data))
    else:
        log = scanner(event.value, knowledge)
        facts = log_facts(log, any(f.name == "dockerfile" for f in told.case.facts))
    given = told.case.facts
    if facts or event.name != READ:
        given = (*facts, *(f for f in given if not f.source.startswith("log")))
    told.case, told.beside = replace(told.case, log=log, typed=(), facts=given), []
    words = " ".join(event.value.split())
    short = event.kind == "typed" and len(event.value.strip().splitlines()) <= PROSE
    told.texts = [words] if short and not has_message(event.value, knowledge, scanner) else []
    told.answers = [f for f in told.answers if f.name not in SYMPTOMS and f.name not in CONFIRMED]
    names = {f.name for f in told.changed}
    stale = tuple(prefix for name in names for prefix in STALE.get(name, ()))
    told.answers = [f for f in told.answers if f.name not in names and not f.name.startswith(stale)]
    told.read = [*told.changed, *(f for f in told.read if f.name not in names and not f.name.startswith(stale))]
    told.changed = []


def _understood(told: _Told, knowledge: Knowledge) -> Case:
    """The case with what was typed, and with the messages of pasted outputs, beside a log that was read."""
    case = told.case
    if told.texts:
        found = understood("; ".join(told.texts), case, knowledge)
        case = replace(found, log=_beside(case.log, found.log.hits, found.log.counts)) if case.log and found.log else found
    if case.log is not None and case.log.hits:
        case = replace(case, vague=False)
    if told.beside:
        counts = dict.fromkeys((h.signal for h in told.beside), 1)
        case = replace(case, log=_beside(case.log or Log(), told.beside, counts), typed=(), vague=False)
    return case


def _beside(log: Log, hits: Sequence[Hit], counts: Mapping[str, int]) -> Log:
    return replace(log, hits=(*log.hits, *hits), counts={**counts, **log.counts})


def _changes(cause: str, remedy: str, knowledge: Knowledge) -> list[Fact]:
    """Facts that hold after a remedy: what its edits set."""
    entry = next((r for r in knowledge.causes[cause].remedies if r.id == remedy), None) if cause in knowledge.causes else None
    facts = []
    for operation in entry.edit if entry else ():
        setting: Mapping[str, Any] = operation.get("set-env") or {}
        if setting.get("name") == "CGO_ENABLED":
            facts.append(Fact("cgo", str(setting["value"]), "answered"))
        image = operation.get("set-image") or {}
        if image.get("stage") in ("build", "final") and "{" not in image.get("image", "{"):
            facts.append(Fact(f"{image['stage']}.image", image["image"], "answered"))
    return facts
