"""Lint by running: every rule fires on some example, and no signal strays into another cause's logs undeclared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import Path

from troubleshooter.diagnosis import Case, read
from troubleshooter.evidence.gather import Sources, gather
from troubleshooter.frozen import dataclass
from troubleshooter.kb.cases import Recorded, recorded
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.trial import case_of
from troubleshooter.model import Rule


@dataclass
class Seen:
    """What all examples together showed."""

    fired: set[str] = field(default_factory=set)
    strays: dict[tuple[str, str], str] = field(default_factory=dict)
    """(signal, cause in whose example it was seen) -> the example."""


def run_all(knowledge: Knowledge, folders: Sequence[Path]) -> Seen:
    """Runs every example of every cause and every recorded case below ``folders``."""
    seen = Seen()
    for name, cause, case in _cases(knowledge, folders):
        reading = read(case, knowledge)
        seen.fired |= {e.rule for e in reading.evidence}
        seen.fired |= {r.id for r in knowledge.deductions if any(f.value == v for n, v in r.gives for f in [reading.facts.get(n)] if f)}
        for hit in reading.hits:
            if hit.place not in ("passed", "test", "earlier"):
                seen.strays.setdefault((hit.signal, cause), name)
    return seen


def _cases(knowledge: Knowledge, folders: Sequence[Path]) -> Iterator[tuple[str, str, Case]]:
    for cause in sorted(knowledge.causes):
        for number, example in enumerate(knowledge.causes[cause].examples, 1):
            told = cause if example["expect"] in ("first", "among-three") else ""
            yield f"example {number} of {cause}", told, case_of(example, knowledge, {})
    for case in recorded(folders):
        yield case.name, case.cause, _read(case, knowledge)


def _read(case: Recorded, knowledge: Knowledge) -> Case:
    found = gather(Sources(str(case.folder / "log.txt"), case.dockerfile, case.go_mod), knowledge)
    return Case(found.log, found.facts, advice=True)


def dead_rules(rules: Iterable[Rule], seen: Seen) -> list[Rule]:
    """Rules that no example made fire."""
    return [r for r in rules if r.id not in seen.fired]


def strays(knowledge: Knowledge, seen: Seen) -> Iterator[tuple[str, str, str]]:
    """(cause, other cause, example): a signal that only ``cause`` knows was seen in an example of ``other``, and neither names
    the other as its neighbour."""
    neighbours: dict[str, set[str]] = {c: set(knowledge.causes[c].neighbours) for c in knowledge.causes}
    follows: Mapping[str, set[str]] = {c: set(knowledge.causes[c].consequences) for c in knowledge.causes}
    for (signal, other), example in sorted(seen.strays.items()):
        owners = [c for c in knowledge.causes_of.get(signal, ()) if knowledge.causes[c].kind == "ours"]
        if not other or other not in knowledge.causes or other in owners or not owners or knowledge.signals[signal].noise:
            continue
        for owner in owners:
            if owner not in neighbours[other] and other not in neighbours[owner] and other not in follows[owner] and owner not in follows[other]:
                yield owner, other, f"{signal} in {example}"
