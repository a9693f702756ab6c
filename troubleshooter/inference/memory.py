"""Working memory of one case: which rules can fire at all, the run of the engine, and the evidence that came out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any

from troubleshooter.frozen import dataclass
from troubleshooter.inference import tests
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import Condition, Evidence, Fact, Hit, Rule


@dataclass(frozen=True)
class Memory:
    """What is known after inference. ``facts`` include those that deductions concluded (``sure`` is False)."""

    facts: Mapping[str, Fact]
    hits: Mapping[str, tuple[Hit, ...]]
    counts: Mapping[str, int]
    evidence: tuple[Evidence, ...]
    rules: tuple[Rule, ...]
    """Every rule of the causes that came into question, fired or not: HOW and the planner look at them."""
    many: Mapping[str, tuple[Fact, ...]] = field(default_factory=dict)
    present: frozenset[str] = frozenset()


def infer(
    knowledge: Knowledge,
    facts: Mapping[str, Fact],
    many: Mapping[str, tuple[Fact, ...]],
    hits: Sequence[Hit],
    counts: Mapping[str, int] | None = None,
    only: Collection[str] | None = None,
) -> Memory:
    """Runs the rules that can fire. ``only`` limits the causes; without it every cause that the case touches counts."""
    by_signal: dict[str, tuple[Hit, ...]] = {}
    for hit in hits:
        by_signal[hit.signal] = (*by_signal.get(hit.signal, ()), hit)
    tables = knowledge.table("tables")
    names = only if only is not None else _touched(knowledge, by_signal, _derivable(knowledge.deductions, set(facts)))
    rules = [r for n in sorted(names) for r in knowledge.rules[n]]
    every = [*knowledge.deductions, *rules]
    present, met = _literals(every, facts, many, by_signal, counts or {}, tables)
    able = _able(every, present)
    deduced = dict(facts)
    if not able:
        return Memory(deduced, by_signal, counts or {}, (), tuple(rules), many, frozenset(c.key for c in present))
    from troubleshooter.inference import engine  # experta is imported only where something can fire

    firings, concluded = engine.run(able, sorted(present, key=lambda c: c.key))
    for name, (value, rule, _) in concluded.items():
        deduced.setdefault(name, Fact(name, value, f"inferred: {rule.says or rule.id.split('/')[1]}", sure=False))
    evidence = [_evidence(f.rule, f.branch, deduced, many, by_signal, met) for f in firings if not f.rule.gives]
    keys = {c.key for c in present} | {f"known:{n}={f.value}" for n, f in deduced.items()} | {f"given:{n}=" for n in deduced}
    return Memory(deduced, by_signal, counts or {}, tuple(evidence), tuple(rules), many, frozenset(keys))


def _touched(knowledge: Knowledge, hits: Mapping[str, Any], names: set[str]) -> set[str]:
    """Causes with a rule that names a signal that was seen, or that needs nothing but facts that are there."""
    touched = {c for signal in hits for c in knowledge.causes_of.get(signal, ())}
    touched |= {c for c, needs in knowledge.from_files.items() if any(need <= names for need in needs)}
    return touched


def _derivable(deductions: Sequence[Rule], names: set[str]) -> set[str]:
    """``names`` and every fact that a deduction might conclude."""
    return names | {name for rule in deductions for name, _ in rule.gives}


def _literals(
    rules: Iterable[Rule],
    facts: Mapping[str, Fact],
    many: Mapping[str, tuple[Fact, ...]],
    hits: Mapping[str, tuple[Hit, ...]],
    counts: Mapping[str, int],
    tables: Mapping[str, Any],
) -> tuple[set[Condition], dict[str, tuple[Hit, ...]]]:
    """The literals that are true before the engine runs, and the hits behind each signal literal."""
    present = {Condition("known", n, f.value) for n, f in facts.items()} | {Condition("given", n) for n in facts}
    present |= {Condition("known", f.name, f.value) for found in many.values() for f in found}
    met: dict[str, tuple[Hit, ...]] = {}
    for name, found in hits.items():
        good = tests.counting(found)
        if good:
            literal = Condition("signal", name)
            present.add(literal)
            met[literal.key] = good
    world = tests.World(facts, many, hits, counts, tables)
    seen: set[str] = set()
    for c in (c for r in rules for b in r.branches for c in b if c.test):
        if c.key in seen:
            continue
        seen.add(c.key)
        result = tests.holds(c, world)
        if result:
            present.add(Condition(c.kind, c.name, c.value, c.test))
            if isinstance(result, tuple):
                met[c.key] = result
    return present, met


def _able(rules: Sequence[Rule], present: set[Condition]) -> list[Rule]:
    """Only rules that can fire are compiled: every positive literal is there, or a deduction that can fire gives it."""
    keys = {c.key for c in present}
    able: dict[str, Rule] = {}
    while True:
        fresh = [r for r in rules if r.id not in able and any(all(c.key in keys for c in b if not c.negated) for b in r.branches)]
        if not fresh:
            break
        for r in fresh:
            able[r.id] = r
            keys |= {f"known:{n}={v}" for n, v in r.gives} | {f"given:{n}=" for n, _ in r.gives}
    result = []
    for r in able.values():
        branches = tuple(b for b in r.branches if all(c.key in keys for c in b if not c.negated))
        result.append(r if branches == r.branches else Rule(r.id, r.cause, branches, r.weight, r.favours, r.gives, r.default,
                                                            r.stratum, r.says))  # fmt: skip
    return result


def _evidence(
    rule: Rule,
    branch: tuple[Condition, ...],
    facts: Mapping[str, Fact],
    many: Mapping[str, tuple[Fact, ...]],
    hits: Mapping[str, tuple[Hit, ...]],
    met: Mapping[str, tuple[Hit, ...]],
) -> Evidence:
    positive = [c for c in branch if not c.negated]
    lines = dict.fromkeys((h.line, h.signal) for c in positive if c.kind == "signal" for h in met[c.key])
    chosen = [h for line, signal in lines for h in hits[signal] if h.line == line and h.signal == signal]
    known = tuple(dict.fromkeys(_bound(c, facts, many) for c in positive if c.kind != "signal" and c.name in facts))
    absent = tuple(c for c in branch if c.negated)
    needs = {("!" if c.negated else "") + c.key for c in branch}
    needs |= {f"signal:{c.name}=" for c in positive if c.kind == "signal"}  # a constrained signal contains the plain one
    return Evidence(rule.cause, rule.id, rule.weight, rule.favours, tuple(chosen), known, absent, frozenset(needs))


def _bound(c: Condition, facts: Mapping[str, Fact], many: Mapping[str, tuple[Fact, ...]]) -> Fact:
    """The fact behind a literal: of a name with several values the one that the literal names."""
    return next((f for f in many.get(c.name, ()) if f.value == c.value), facts[c.name])


def missing(rule: Rule, memory: Memory) -> list[tuple[Condition, ...]]:
    """What each alternative of ``rule`` still waits for; empty tuples for those that hold."""
    result = []
    for branch in rule.branches:
        waits = tuple(c for c in branch if (c.key in memory.present) == c.negated)
        result.append(waits)
    return result
