"""The dialogue without a screen: an ordered list of events, replayed. Nothing is kept but what was read and answered.

A session is immutable; every move returns another one, so that undo is the list without its last event, and any
sequence of answers, changes and undos equals a fresh session with the final answers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import field, replace
from functools import cached_property
from typing import Any, Literal

from troubleshooter.case import Case, understood
from troubleshooter.diagnosis import Reading, diagnose, read
from troubleshooter.dialogue.kept import packed, unpacked
from troubleshooter.errors import UsageError
from troubleshooter.evidence.facts import from_hits
from troubleshooter.evidence.scan import Log, scan_text
from troubleshooter.frozen import dataclass
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import UNKNOWN, Diagnosis, Fact, Failure, Fix, Question

READ = "read"
"""Name of a ``log`` event whose value is what was kept of the log, not its text."""
Kind = Literal["answer", "typed", "log", "paste", "applied", "choose"]


@dataclass(frozen=True)
class Event:
    """One move: an ``answer`` (name = fact), a ``typed`` symptom, a ``log`` after the fix, ``paste`` of a command's output,
    an ``applied`` remedy (name = remedy, value = cause), or which of several failures to look at (``choose``)."""

    kind: Kind
    name: str
    value: str = ""


@dataclass(frozen=True)
class Session:
    """A dialogue on ``base``, the evidence that was read before it began."""

    knowledge: Knowledge
    base: Case = field(default_factory=Case)
    events: tuple[Event, ...] = ()
    scanner: Callable[[str, Knowledge], Log] = scan_text
    past: tuple[tuple[Event, ...], ...] = field(default=(), compare=False, repr=False)
    """The events before each move, for undo."""

    # --- moves ---

    def answer(self, fact: str, value: str) -> Session:
        """What the person says of a fact; an earlier answer to the same question is replaced where it stands.

        Raises UsageError for a fact that the knowledge base does not know.
        """
        if fact not in self.knowledge.table("facts"):
            raise UsageError(f"no fact is called {fact!r}")
        event = Event("answer", fact, value)
        kept = [event if e.kind == "answer" and e.name == fact else e for e in self.events]
        return self._with(kept if event in kept else [*kept, event])

    def unknown(self, fact: str) -> Session:
        """ "I don't know": never asked again."""
        return self.answer(fact, UNKNOWN)

    def forget(self, fact: str) -> Session:
        """Without the answer to ``fact``: what was read, or nothing, holds again."""
        return self._with([e for e in self.events if not (e.kind == "answer" and e.name == fact)])

    def change(self, number: int, value: str) -> Session:
        """The ``number``-th answer (from 1) becomes ``value``. Raises UsageError when there is no such answer."""
        answers = self.answers
        if not 1 <= number <= len(answers):
            raise UsageError(f"there is no answer {number}; there are {len(answers)}")
        return self.answer(answers[number - 1].name, value)

    def describe(self, text: str) -> Session:
        """What the person types or pastes at the start: a line, several lines, or a symptom in words."""
        return self._with([*self.events, Event("typed", "", text)])

    def paste(self, text: str) -> Session:
        """Output of a command that a question suggested (``file``, ``ldd``, ``docker inspect`` …); it is read for facts."""
        return self._with([*self.events, Event("paste", "", text)])

    def applied(self, cause: str, remedy: str) -> Session:
        """The person has made this change."""
        return self._with([*self.events, Event("applied", remedy, cause)])

    def taken_back(self, cause: str, remedy: str) -> Session:
        """The person has undone this change."""
        return self._with([e for e in self.events if (e.kind, e.name, e.value) != ("applied", remedy, cause)])

    def still_fails(self, log: str | Log) -> Session:
        """The log after the change (its text, or already read): it is what counts now, and what was changed is remembered."""
        if isinstance(log, str):
            return self._with([*self.events, Event("log", "", log)])
        return self._with([*self.events, Event("log", READ, json.dumps(packed(log), ensure_ascii=False))])

    def choose(self, line: int) -> Session:
        """Of several independent failures, the one whose first line this is (0: the first failure)."""
        kept = [e for e in self.events if e.kind != "choose"]
        return self._with([*kept, Event("choose", "", str(line))] if line else kept)

    def undo(self) -> Session:
        """As it was before the last move; of a resumed session, without its last event."""
        if self.past:
            return replace(self, events=self.past[-1], past=self.past[:-1])
        return replace(self, events=self.events[:-1])

    def restart(self) -> Session:
        """As it began."""
        return self._with(())

    def _with(self, events: Sequence[Event]) -> Session:
        return replace(self, events=tuple(events), past=(*self.past, self.events))

    # --- what follows from the events ---

    @property
    def answers(self) -> tuple[Event, ...]:
        return tuple(e for e in self.events if e.kind == "answer")

    @cached_property
    def case(self) -> Case:
        """The evidence that the events come to."""
        case = self.base
        facts: list[Fact] = []
        changed: list[Fact] = []
        for event in self.events:
            if event.kind == "answer":
                facts.append(Fact(event.name, event.value, "answered"))
            elif event.kind == "typed":
                case = self._described(event.value, case)
            elif event.kind == "paste":
                facts += self._read_output(event.value)
            elif event.kind == "log":
                log = unpacked(json.loads(event.value), self.knowledge) if event.name == READ else self.scanner(event.value, self.knowledge)
                case = replace(case, log=log, typed=())
                facts, changed = [*facts, *changed], []
            elif event.kind == "applied":
                changed += self._changed(event.value, event.name)
        return replace(case, facts=(*facts, *case.facts))

    def _described(self, text: str, case: Case) -> Case:
        if "\n" in text.strip():
            return replace(case, log=self.scanner(text, self.knowledge))
        found = understood(text, case, self.knowledge)
        return replace(found, log=_both(case.log, found.log)) if case.log and found.log else found

    def _read_output(self, text: str) -> list[Fact]:
        found = from_hits(self.scanner(text, self.knowledge).hits, self.knowledge)
        return [replace(f, source="answered", line=None) for f in found]

    def _changed(self, cause: str, remedy: str) -> list[Fact]:
        """Facts that hold after a remedy, in the log that comes next: what its edits set."""
        entry = next((r for r in self.knowledge.causes[cause].remedies if r.id == remedy), None) if cause in self.knowledge.causes else None
        facts = []
        for operation in entry.edit if entry else ():
            setting = operation.get("set-env") or {}
            if setting.get("name") == "CGO_ENABLED":
                facts.append(Fact("cgo", str(setting["value"]), "answered"))
            image = operation.get("set-image") or {}
            if image.get("stage") in ("build", "final") and "{" not in image.get("image", "{"):
                facts.append(Fact(f"{image['stage']}.image", image["image"], "answered"))
        return facts

    @cached_property
    def diagnosis(self) -> Diagnosis:
        """The diagnosis of the case as it stands; of the chosen failure where there are several."""
        whole = diagnose(self.case, self.knowledge)
        chosen = next((int(e.value) for e in self.events if e.kind == "choose"), 0)
        other = next((o for o in whole.others if o.line == chosen), None)
        if other is None:
            return whole
        first = Failure(whole.causes, _line(whole))
        return replace(whole, outcome="diagnosed", causes=other.causes, next=(), questions=(),
                       others=(first, *(o for o in whole.others if o is not other)))  # fmt: skip

    @cached_property
    def reading(self) -> Reading:
        return read(self.case, self.knowledge)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """All independent failures of the log, the first one first; one or none means there is nothing to choose."""
        if not self.diagnosis.causes:
            return ()
        return (Failure(self.diagnosis.causes, _line(self.diagnosis)), *self.diagnosis.others)

    @property
    def question(self) -> Question | None:
        """The question that tells most; None when one cause stands out or no question could change the order."""
        if self.diagnosis.outcome not in ("ambiguous", "unknown") or not self.diagnosis.questions:
            return None
        return self.diagnosis.questions[0]

    @property
    def done(self) -> bool:
        return bool(self.case.log or self.case.typed) and self.question is None

    @property
    def fixes(self) -> tuple[Fix, ...]:
        """Remedies of the first cause that were not applied already."""
        tried = {(e.value, e.name) for e in self.events if e.kind == "applied"}
        causes = self.diagnosis.causes[:1]
        return tuple(f for c in causes for f in c.fixes if (c.id, f.id) not in tried)


def _both(read: Log, typed: Log) -> Log:
    """What was typed beside a log that was read."""
    return replace(read, hits=(*read.hits, *typed.hits), counts={**typed.counts, **read.counts})


def _line(diagnosis: Diagnosis) -> int:
    return min((r.line for c in diagnosis.causes[:1] for r in c.why if r.line), default=0)


def understood_answer(text: str, question: Question, session: Session) -> str | None:
    """The value of ``question`` that a free text means: its number, its words, or a fact named in it. None: not understood."""
    from rapidfuzz import fuzz, process

    plain = text.strip()
    if plain.isdigit() and int(plain) <= len(question.answers):
        return UNKNOWN if plain == "0" else question.answers[int(plain) - 1].value
    for answer in question.answers:
        if plain.lower() in (answer.value.lower(), answer.text.lower()):
            return answer.value
    case = session.describe(plain).case
    named = next((f.value for f in case.facts if f.name == question.fact and f.source == "typed"), None)
    if named in {a.value for a in question.answers}:
        return named
    texts = {a.value: f"{a.value} {a.text}".lower() for a in question.answers}
    best: Any = process.extractOne(plain.lower(), texts, scorer=fuzz.partial_ratio, score_cutoff=80)
    return str(best[2]) if best else None
