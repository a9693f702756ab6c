"""Lint by running: every rule fires on some example, no signal strays into another cause's logs undeclared, none fires on healthy logs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import Path

from troubleshooter.authoring.cases import own_cases, recorded
from troubleshooter.authoring.negatives import negatives
from troubleshooter.authoring.pack import Pack
from troubleshooter.authoring.trial import case_of, logs_of
from troubleshooter.case import Case
from troubleshooter.diagnosis import read
from troubleshooter.errors import UsageError
from troubleshooter.evidence.gather import Sources, gather
from troubleshooter.evidence.scan import scan_text
from troubleshooter.frozen import dataclass
from troubleshooter.inference.tests import counting
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.problem import Problem


@dataclass
class Seen:
    """What all examples together showed."""

    fired: set[str] = field(default_factory=set)
    strays: dict[tuple[str, str], str] = field(default_factory=dict)
    """(signal, cause in whose example it was seen) -> the example."""


def examples(pack: Pack) -> Iterator[Problem]:
    """Problems that running the examples of ``pack`` showed, and (of a pack that is not built in) those of others."""
    knowledge = pack.knowledge
    touched = [n for d in pack.documents for n in d.data.get("causes") or {} if n in knowledge.causes]
    seen = run_all(knowledge, [*own_cases()] if pack.builtin else [pack.folder], sorted(touched), pack.folder)
    if not pack.builtin:
        _look_at_others(pack, seen)
    yield from _dead(pack, seen)
    yield from _strays(pack, seen)
    if not pack.builtin:
        yield from _loud(pack)


def run_all(knowledge: Knowledge, folders: Sequence[Path], causes: Sequence[str], root: Path) -> Seen:
    """Runs the examples of ``causes`` and every recorded case below ``folders``."""
    seen = Seen()
    for name, cause, case in _cases(knowledge, folders, causes, root):
        reading = read(case, knowledge)
        seen.fired |= {e.rule for e in reading.evidence}
        seen.fired |= {r.id for r in knowledge.deductions if any(f.value == v for n, v in r.gives for f in [reading.facts.get(n)] if f)}
        for hit in reading.hits:
            if hit.place not in ("passed", "test", "earlier"):
                seen.strays.setdefault((hit.signal, cause), name)
    return seen


def _cases(knowledge: Knowledge, folders: Sequence[Path], causes: Sequence[str], root: Path) -> Iterator[tuple[str, str, Case]]:
    for cause in causes:
        files = logs_of(knowledge.causes[cause].examples, root)
        for number, example in enumerate(knowledge.causes[cause].examples, 1):
            told = cause if example["expect"] in ("first", "among-three") else ""
            try:
                yield f"example {number}", told, case_of(example, knowledge, files)
            except UsageError:  # a fact that does not exist: named at its place already
                continue
    for case in recorded(folders):
        found = gather(Sources(str(case.folder / "log.txt"), case.dockerfile, case.go_mod), knowledge)
        yield case.name, case.cause, Case(found.log, found.facts, advice=True)
        # what check would see: the whole project, and no log
        yield case.name, "", Case(None, gather(Sources(project=case.folder), knowledge).facts, advice=True)


def _look_at_others(pack: Pack, seen: Seen) -> None:
    """The signals of a pack in the examples of all other causes: only scanned, which takes a moment."""
    knowledge, mine = pack.knowledge, _own_signals(pack)
    for cause in knowledge.causes:
        for number, example in enumerate(knowledge.causes[cause].examples, 1):
            if example["expect"] in ("first", "among-three") and example.get("log"):
                for signal in sighted(example["log"], mine, knowledge):
                    seen.strays.setdefault((signal, cause), f"example {number}")


def sighted(text: str, signals: Collection[str], knowledge: Knowledge) -> set[str]:
    """Which of ``signals`` are seen in a log, where a line counts; a log that holds none of their gate words is not scanned."""
    lowered = text.lower()
    if not any(p.gate in lowered for name in signals for p in knowledge.patterns[name]):
        return set()
    return {hit.signal for hit in counting(scan_text(text, knowledge).hits) if hit.signal in signals}


def _own_signals(pack: Pack) -> frozenset[str]:
    return frozenset(n for d in pack.documents for n in d.data.get("signals") or {} if n in pack.knowledge.signals)


def _dead(pack: Pack, seen: Seen) -> Iterator[Problem]:
    for d in pack.documents:
        for name, entry in (d.data.get("causes") or {}).items():
            for key, rule in (entry.get("rules") or {}).items():
                if name in pack.knowledge.causes and rule.get("off") != "yes" and f"{name}/{key}" not in seen.fired:
                    yield d.at(
                        ("causes", name, "rules", key),
                        f"the rule {key!r} fires in no example of any cause",
                        "add an example that makes it fire, or remove it",
                        "dead",
                    )
        for name in d.data.get("deductions") or {}:
            if any(r.id == f"deduction/{name}" for r in pack.knowledge.deductions) and f"deduction/{name}" not in seen.fired:
                yield d.at(
                    ("deductions", name),
                    f"the deduction {name!r} fires in no example",
                    "add an example that makes it fire, or remove it",
                    "dead",
                )


def _strays(pack: Pack, seen: Seen) -> Iterator[Problem]:
    found: dict[tuple[str, str, str], list[str]] = {}
    for signal, owner, other, example in strays(pack.knowledge, seen):
        found.setdefault((signal, owner, example), []).append(other)
    for (signal, owner, example), others in found.items():
        d = pack.defines("signals", signal)
        path = ("signals", signal)
        if d is None:
            d, path = pack.defines("causes", owner), ("causes", owner)
        if d is not None:
            yield d.at(
                path,
                f"{signal}, of {owner} alone, is seen in {example} of {', '.join(others)}",
                "name the two causes as neighbours, or narrow the signal",
                "stray",
            )


def strays(knowledge: Knowledge, seen: Seen) -> Iterator[tuple[str, str, str, str]]:
    """(signal, cause, other cause, example): a signal that only ``cause`` knows was seen in an example of ``other``, and neither
    names the other as its neighbour."""
    neighbours: dict[str, set[str]] = {c: set(knowledge.outlines[c].neighbours) for c in knowledge.causes}
    follows: Mapping[str, set[str]] = {c: set(knowledge.outlines[c].consequences) for c in knowledge.causes}
    alone = _alone(knowledge)
    for (signal, other), example in sorted(seen.strays.items()):
        owners = [c for c in knowledge.causes_of.get(signal, ()) if knowledge.outlines[c].kind == "ours" and (c, signal) in alone]
        if other not in knowledge.causes or other in knowledge.causes_of.get(signal, ()) or not owners or knowledge.signals[signal].noise:
            continue
        for owner in owners:
            if (
                owner not in neighbours[other]
                and other not in neighbours[owner]
                and other not in follows[owner]
                and owner not in follows[other]
            ):
                yield signal, owner, other, example


def _alone(knowledge: Knowledge) -> set[tuple[str, str]]:
    """(cause, signal) where the signal speaks for the cause without another signal beside it."""
    found = set()
    for cause in knowledge.causes:
        for branch in (b for r in knowledge.rules[cause] if r.favours for b in r.branches):
            signals = {c.name for c in branch if c.kind == "signal" and not c.negated}
            found |= {(cause, signal) for signal in signals if len(signals) == 1}
    return found


def _loud(pack: Pack) -> Iterator[Problem]:
    """Signals of the pack that fire where nothing of ours is wrong."""
    texts, knowledge, mine = negatives(), pack.knowledge, _own_signals(pack)
    count: dict[str, int] = {}
    for text in texts:
        for name in sighted(text, mine, knowledge):
            count[name] = count.get(name, 0) + 1
    for name, often in sorted(count.items()):
        d = pack.defines("signals", name)
        if d is not None and not knowledge.signals[name].noise:
            yield d.at(
                ("signals", name),
                f"{name} fires on {often} of {len(texts)} healthy logs",
                "make the pattern narrower, or set `noise: yes`",
                "loud",
                "warning",
            )
