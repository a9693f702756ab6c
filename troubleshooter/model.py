"""The words of the field as frozen dataclasses; this module knows nothing of the others.

A log line becomes a :class:`Hit` of a :class:`Signal`; files, hits and answers yield :class:`Fact` objects;
rules turn both into :class:`Evidence` for or against a cause; belief ranks :class:`Hypothesis` objects; and all of
it ends in one :class:`Diagnosis`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Literal

from troubleshooter.frozen import dataclass

Phase = Literal["build", "start", "load", "run"]
Outcome = Literal["diagnosed", "ambiguous", "healthy", "not-ours", "unknown"]

PHASES: tuple[Phase, ...] = ("build", "start", "load", "run")
WEIGHTS: tuple[str, ...] = ("weak", "moderate", "strong", "decisive")
GUESS = 0.15
"""A cause below this is no more than a guess: not worth naming, or named as one while a dialogue goes on."""
NONE = "not:"
"""Begins the value of an answer that turns down what was listed; the list follows."""
UNKNOWN = "unknown"
"""The value of an answer "I don't know": never asked again, never used by a rule."""


@dataclass(frozen=True)
class Fact:
    """Something known about the case.

    ``source`` is a place that a reader can look up: ``Dockerfile:12``, ``log line 41``, ``go.mod:3``, ``answered``,
    ``typed``, ``binary``, ``images.yaml``. ``sure`` is False for what was inferred rather than read.
    """

    name: str
    value: str
    source: str
    sure: bool = True
    line: int | None = None
    """Line of the log, counted from 1, where the fact was read from the log."""


@dataclass(frozen=True)
class Hit:
    """One line of the log that a signal recognised.

    ``text`` is the line as it stands in the input (control codes aside, secrets masked); ``holes`` are the captured
    values; ``place`` is ``failing``, ``passed``, ``test``, ``earlier`` or ``open`` (no structure tells);
    ``service`` is the name in a compose prefix. ``fuzzy`` is 1.0 for an exact match, else the similarity.
    """

    signal: str
    line: int
    text: str
    holes: Mapping[str, str] = field(default_factory=dict)
    place: str = "open"
    service: str = ""
    step: str = ""
    fuzzy: float = 1.0


@dataclass(frozen=True)
class Evidence:
    """One rule that fired: what it says for or against a cause, and the facts and hits that made it fire."""

    cause: str
    rule: str
    weight: str
    favours: bool
    hits: tuple[Hit, ...] = ()
    facts: tuple[Fact, ...] = ()
    absent: tuple[Condition, ...] = ()
    """The negative conditions that held."""
    needs: frozenset[str] = frozenset()
    """The literals that the rule bound: two rules of one cause, one a subset of the other, count once."""
    share: float = 1.0
    """How many times its weight it counts, where that is a matter of degree (typed text that resembles a phrasing)."""
    says: str = ""
    """A sentence of its own, where no rule of the knowledge base has one."""


@dataclass(frozen=True)
class Step:
    """One step of a remedy: a sentence (``say``) or a command that can be pasted (``run``)."""

    kind: Literal["say", "run"]
    text: str


@dataclass(frozen=True)
class Change:
    """The new text of one file that a remedy changes; ``name`` is relative to the project."""

    name: str
    old: str
    new: str


@dataclass(frozen=True)
class Fix:
    """A remedy with the user's own names filled in, and the change to the files where there is one."""

    id: str
    title: str
    steps: tuple[Step, ...]
    patch: str = ""
    """Unified diff for ``patch -p1``; empty where no file that was read can be changed."""
    changes: tuple[Change, ...] = ()
    refused: str = ""
    """Why the files do not allow the edit, where the remedy has one."""
    verify: tuple[Step, ...] = ()
    cost: str = ""
    proven: bool = False
    layer: str = "built-in"
    """Where the remedy comes from; what comes with the ``project`` is applied only after a question."""


@dataclass(frozen=True)
class Reason:
    """One line of the answer to "why": a sentence, where it comes from, and how much it weighs."""

    says: str
    source: str
    weight: str
    favours: bool
    line: int | None = None
    text: str = ""
    rule: str = ""


@dataclass(frozen=True)
class Hypothesis:
    """A cause with its certainty (0 to 1) and everything that speaks for and against it."""

    id: str
    title: str
    phase: str
    certainty: float
    why: tuple[Reason, ...] = ()
    fixes: tuple[Fix, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    from_log: bool = False
    """True when at least one line of the log (or typed text) speaks for it, False when only files do."""


@dataclass(frozen=True)
class Answer:
    """One answer of a question: its value, and what the person reads."""

    value: str
    text: str


@dataclass(frozen=True)
class Question:
    """A question whose answer could still change the order of the causes."""

    id: str
    fact: str
    text: str
    why: str
    how: str
    answers: tuple[Answer, ...]
    gain: float = 0.0


@dataclass(frozen=True)
class Failure:
    """A further failure in the same log, independent of the first one."""

    causes: tuple[Hypothesis, ...]
    line: int


@dataclass(frozen=True)
class Finding:
    """Something wrong with an input file that does not stop the diagnosis: ``where`` reads ``FILE:LINE:COLUMN``."""

    where: str
    says: str
    cure: str = ""


@dataclass(frozen=True)
class Diagnosis:
    """The answer to one case; what every report and face is made from."""

    outcome: Outcome
    causes: tuple[Hypothesis, ...] = ()
    facts: tuple[Fact, ...] = ()
    next: tuple[Hypothesis, ...] = ()
    others: tuple[Failure, ...] = ()
    questions: tuple[Question, ...] = ()
    nearest: tuple[str, ...] = ()
    """For ``unknown``: titles of the nearest signatures."""
    findings: tuple[Finding, ...] = ()
    contradictions: tuple[tuple[Fact, Fact], ...] = ()
    lines: int = 0
    bytes: int = 0
    knowledge_version: str = ""
    knowledge_hash: str = ""
    notes: tuple[str, ...] = ()

    @property
    def guessing(self) -> bool:
        """Whether so little was told that its causes are mere guesses, and a question is the answer."""
        return self.outcome == "ambiguous" and (not self.causes or self.causes[0].certainty < GUESS)


# --- the knowledge -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Condition:
    """One literal of a rule: what must be (or, negated, must not be) in working memory.

    ``kind`` is ``signal`` (name = signal id), ``known`` (name = fact, value = its value), ``given`` (the fact has any
    value) or ``test`` (name = fact, test = a comparison worked out before the engine runs). ``test`` of a signal is the
    canonical form of its ``where``/``place``/``share``, empty for "any hit that counts".
    """

    kind: Literal["signal", "known", "given", "test"]
    name: str
    value: str = ""
    test: str = ""
    negated: bool = False
    key: str = field(init=False, compare=False, repr=False)
    """The literal as one string, the same for equal literals whatever their sign."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", f"{self.kind}:{self.name}={self.value}{'?' + self.test if self.test else ''}")


@dataclass(frozen=True)
class Rule:
    """One YAML rule; ``branches`` are its alternatives, each a conjunction of literals."""

    id: str
    cause: str
    branches: tuple[tuple[Condition, ...], ...]
    weight: str = ""
    favours: bool = True
    gives: tuple[tuple[str, str], ...] = ()
    """For a deduction: the facts that it concludes, as (name, value)."""
    default: bool = False
    stratum: int = 0
    says: str = ""


@dataclass(frozen=True)
class Pattern:
    """A readable line with named holes, made ready for scanning (see ``kb/pattern.py``)."""

    text: str
    gate: str
    """Run of lower-case letters that every matching line contains; empty where there is none."""
    pieces: tuple[str, ...]
    """Lower-case literals that occur in this order in every matching line."""
    literals: tuple[str, ...]
    """The longest literals that every matching line contains, white space as one blank and numbers as 0."""
    regex: str
    exact: bool = False
    """True: upper and lower case differ."""


@dataclass(frozen=True)
class Signal:
    """A message: the lines that show it, and what it means."""

    id: str
    speaker: str
    says: str
    patterns: tuple[Pattern, ...]
    blocks: tuple[tuple[Pattern, ...], ...] = ()
    within: int = 5
    refines: tuple[str, ...] = ()
    phase: str = ""
    gives: tuple[tuple[str, str], ...] = ()
    matches: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    noise: bool = False
    """True: the line is no failure in itself (structure, version lines, echoed commands)."""


@dataclass(frozen=True)
class Remedy:
    """What to change, when that is right, and how to see that it helped."""

    id: str
    title: str
    when: tuple[tuple[Condition, ...], ...]
    steps: tuple[Step, ...]
    edit: tuple[Mapping[str, Any], ...] = ()
    verify: tuple[Step, ...] = ()
    cost: str = ""
    proven: bool = False
    layer: str = "built-in"


@dataclass(frozen=True)
class Cause:
    """Why something fails, with the rules that speak for it and the remedies."""

    id: str
    phase: str
    kind: str
    """``ours`` (the environment is to blame), ``not-ours``, ``healthy`` or ``advice`` (never the reason of a failure)."""
    frequency: str
    """``common``, ``usual`` or ``rare``: what is believed before any evidence."""
    title: str
    says: str
    rules: tuple[Rule, ...]
    remedies: tuple[Remedy, ...]
    shows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """When it fails and what it speaks of, to somebody who has no message at hand."""
    neighbours: Mapping[str, str] = field(default_factory=dict)
    consequences: tuple[str, ...] = ()
    confirm: tuple[Step, ...] = ()
    references: tuple[str, ...] = ()
    phrasings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By language: how people say it."""
    examples: tuple[Mapping[str, Any], ...] = ()
    unproven: str = ""
    """Why the cause cannot be provoked on a developer's machine, where that is so."""
    layer: str = "built-in"
