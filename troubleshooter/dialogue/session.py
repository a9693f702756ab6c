"""The dialogue without a screen: an ordered list of events, replayed. Nothing is kept but what was read and answered.

A session is immutable; every move returns another one, so that undo is the list without its last event, and any
sequence of answers, changes and undos equals a fresh session with the final answers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property

from troubleshooter.case import Case
from troubleshooter.diagnosis import Reading, diagnose, read
from troubleshooter.dialogue.kept import packed
from troubleshooter.dialogue.outputs import read_output
from troubleshooter.dialogue.replay import READ, Event, Scanner, has_message, replayed
from troubleshooter.errors import UsageError
from troubleshooter.evidence.scan import Log, scan_text
from troubleshooter.frozen import dataclass
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import UNKNOWN, Diagnosis, Fact, Failure, Fix, Question


@dataclass(frozen=True)
class Session:
    """A dialogue on ``base``, the evidence that was read before it began."""

    knowledge: Knowledge
    base: Case = field(default_factory=Case)
    events: tuple[Event, ...] = ()
    scanner: Scanner = scan_text
    past: tuple[tuple[Event, ...], ...] = field(default=(), compare=False, repr=False)
    """The events before each move, for undo."""

    # --- moves ---

    def answer(self, fact: str, value: str, besides: Mapping[str, str] | None = None) -> Session:
        """What the person says of a fact, and of others ``besides``; an earlier answer is replaced where it stands.

        Raises UsageError for a fact that the knowledge base does not know.
        """
        kept = list(self.events)
        for name, said in {fact: value, **(besides or {})}.items():
            if name not in self.knowledge.table("facts"):
                raise UsageError(f"no fact is called {name!r}")
            event = Event("answer", name, said)
            earlier = [e.kind == "answer" and e.name == name for e in kept]
            kept = [event if same else e for e, same in zip(kept, earlier, strict=True)] if any(earlier) else [*kept, event]
        return self._with(kept)

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

    def paste(self, text: str, about: str = "") -> Session:
        """Output of a command that a question suggested (``file``, ``ldd``, ``docker inspect`` …), read for facts and messages;
        ``about`` is the fact that was asked for. What it tells replaces what was answered before."""
        told = {f.name for f in self.read_in(text, about)}
        kept = [e for e in self.events if not (e.kind == "answer" and e.name in told)]
        return self._with([*kept, Event("paste", about, text)])

    def applied(self, cause: str, remedy: str) -> Session:
        """The person has made this change."""
        return self._with([*self.events, Event("applied", remedy, cause)])

    def taken_back(self, cause: str, remedy: str) -> Session:
        """The person has undone this change."""
        return self._with([e for e in self.events if (e.kind, e.name, e.value) != ("applied", remedy, cause)])

    def still_fails(self, log: str | Log, facts: Sequence[Fact] = ()) -> Session:
        """The log after the change (its text, or already read, with its ``facts``): it is what counts now, and what was changed is
        remembered."""
        kept = [e for e in self.events if e.kind != "choose"]
        if isinstance(log, str):
            return self._with([*kept, Event("log", "", log)])
        return self._with([*kept, Event("log", READ, json.dumps(packed(log, facts), ensure_ascii=False))])

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
        return replayed(self.events, self.base, self.knowledge, self.scanner)

    def read_in(self, text: str, about: str = "") -> list[Fact]:
        """The facts in a pasted output."""
        return read_output(text, about, self.knowledge, self.scanner)[0]

    def has_message(self, text: str) -> bool:
        """Whether a line of ``text`` is a known message of a failure."""
        return has_message(text, self.knowledge, self.scanner)

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

    def asked(self, number: int) -> Question | None:
        """The question as it stood when the ``number``-th answer (from 1) was given; None where that fact was not asked for."""
        event = self.answers[number - 1]
        before = replace(self, events=self.events[: self.events.index(event)])
        return next((q for q in before.diagnosis.questions if q.fact == event.name), None)

    @property
    def done(self) -> bool:
        return bool(self.case.log or self.case.typed or self.case.vague) and self.question is None

    @property
    def fixes(self) -> tuple[Fix, ...]:
        """Remedies of the first cause that were not applied already."""
        tried = {(e.value, e.name) for e in self.events if e.kind == "applied"}
        causes = self.diagnosis.causes[:1]
        return tuple(f for c in causes for f in c.fixes if (c.id, f.id) not in tried)


def _line(diagnosis: Diagnosis) -> int:
    return min((r.line for c in diagnosis.causes[:1] for r in c.why if r.line), default=0)
