"""``kb test``: the examples of the causes, and what a pack does to those of others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from troubleshooter.case import Case, understood
from troubleshooter.diagnosis import diagnose
from troubleshooter.errors import UsageError
from troubleshooter.evidence.gather import file_facts, parse_fact
from troubleshooter.evidence.scan import scan_text
from troubleshooter.frozen import dataclass
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import Diagnosis

NAMED = 0.15
MAX_LOG = 2_000_000


@dataclass(frozen=True)
class Trial:
    """One example of a cause: what was expected, what came out, and whether that is the same."""

    cause: str
    number: int
    expect: str
    named: tuple[tuple[str, float], ...]
    passed: bool
    rules: frozenset[str]
    """Rules that fired, of whichever cause."""
    fault: str = ""
    """Why the example could not be run."""

    def __str__(self) -> str:
        if self.fault:
            return f"{self.cause} example {self.number}: {self.fault}"
        got = ", ".join(f"{n} {c:.2f}" for n, c in self.named[:4]) or "nothing"
        return f"{self.cause} example {self.number}: expected {self.expect}, got {got}"


def trials(causes: Iterable[str], knowledge: Knowledge, files: Mapping[str, str] | None = None,
           only: Callable[[Mapping[str, Any]], bool] | None = None, numbers: Sequence[int] = ()) -> Iterator[Trial]:  # fmt: skip
    """Every example of ``causes``; ``files`` are recorded logs that examples name (name -> text).

    ``only`` and ``numbers`` limit them to some.
    """
    for cause in causes:
        for number, example in enumerate(knowledge.causes[cause].examples, 1):
            if (not numbers or number in numbers) and (only is None or only(example)):
                yield _tried(cause, number, example, knowledge, files or {})


def logs_of(examples: Iterable[Mapping[str, Any]], root: Path) -> dict[str, str]:
    """The recorded logs that examples name with ``file:``, read below ``root`` and nowhere else. Name -> text."""
    found: dict[str, str] = {}
    for name in {str(e["file"]) for e in examples if "file" in e}:
        path = (root / name).resolve()
        if root.resolve() in path.parents and path.is_file():
            found[name] = path.read_bytes()[:MAX_LOG].decode("utf-8", "replace")
    return found


def _tried(cause: str, number: int, example: Mapping[str, Any], knowledge: Knowledge, files: Mapping[str, str]) -> Trial:
    try:
        diagnosis = diagnosed(example, knowledge, files)
    except UsageError as fault:
        return Trial(cause, number, example["expect"], (), False, frozenset(), str(fault))
    named = tuple((c.id, c.certainty) for c in (*diagnosis.causes, *diagnosis.next))
    first = diagnosis.causes[0].id if diagnosis.causes else diagnosis.outcome
    expect = example["expect"]
    names = [n for n, c in named if c >= NAMED]
    passed = {"first": first == cause, "among-three": cause in [n for n, _ in named[:3]], "not-first": first != cause,
              "not-named": cause not in names}[expect]  # fmt: skip
    rules = frozenset(e.rule for c in (*diagnosis.causes, *diagnosis.next) for e in c.evidence)
    return Trial(cause, number, expect, named, passed, rules)


def diagnosed(example: Mapping[str, Any], knowledge: Knowledge, files: Mapping[str, str]) -> Diagnosis:
    """The diagnosis of an example: its log or typed text, with its facts and files."""
    return diagnose(case_of(example, knowledge, files), knowledge)


def case_of(example: Mapping[str, Any], knowledge: Knowledge, files: Mapping[str, str]) -> Case:
    """The evidence that an example gives. Raises UsageError for a fact or a value that does not exist."""
    facts = [parse_fact(f"{n}={v}", knowledge, "facts:") for n, v in (example.get("facts") or {}).items()]
    facts += file_facts(example.get("dockerfile"), example.get("go-mod"), knowledge)
    text = example.get("log") or files.get(example.get("file", ""), "")
    case = Case(scan_text(text, knowledge) if text else None, tuple(facts), advice=not text)
    return understood(example["typed"], case, knowledge) if example.get("typed") else case
