"""What is fuzzy or numeric, worked out before the engine runs: comparisons of versions, shell patterns, table look-ups.

Each becomes a literal with a canonical name; the Rete network then matches constants only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from troubleshooter.frozen import dataclass
from troubleshooter.kb.conditions import as_list
from troubleshooter.model import Condition, Fact, Hit
from troubleshooter.text import like, version_key


@dataclass(frozen=True)
class World:
    """What tests look at: facts (``many``: all values of those that may have several), hits, their numbers, and the tables."""

    facts: Mapping[str, Fact]
    many: Mapping[str, Sequence[Fact]]
    hits: Mapping[str, Sequence[Hit]]
    counts: Mapping[str, int]
    tables: Mapping[str, Any]

    def values(self, name: str) -> list[str]:
        """Every value of a fact; none where it is not known."""
        found = self.many.get(name) or [f for f in [self.facts.get(name)] if f is not None]
        return [f.value for f in found]


def holds(condition: Condition, world: World) -> tuple[Hit, ...] | bool:
    """Whether a test literal holds: for a fact a bool, for a signal the hits that meet it (empty: it does not hold)."""
    test = json.loads(condition.test)
    if condition.kind == "test":
        return any(all(compare(v, form, operand, world) for form, operand in test.items()) for v in world.values(condition.name))
    return _signal(test, condition.name, world)


def counting(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The hits that count where a rule names no place: not those of a step that passed, nor a test's own output."""
    return tuple(h for h in hits if h.place not in ("passed", "test"))


def _signal(test: Mapping[str, Any], name: str, world: World) -> tuple[Hit, ...]:
    hits: Sequence[Hit] = world.hits.get(name, ())
    places = as_list(test.get("place") or [])
    if not places:
        hits = counting(hits)
    elif "any" not in places:
        hits = [h for h in hits if h.place in places or (h.place == "open" and places == ["failing"] and not h.step)]
    where = test.get("where") or {}
    met = tuple(h for h in hits if all(_hole(h.holes.get(hole), form, world) for hole, form in where.items()))
    if "share" in test and len(met) < float(test["share"]) * len(hits):
        return ()
    if "count" in test and max(len(met), world.counts.get(name, 0) if not where else 0) < int(test["count"]):
        return ()
    return met


def _hole(value: str | None, form: Any, world: World) -> bool:
    if value is None:
        return isinstance(form, dict) and set(form) <= {"is-not", "not-like", "not-in-table"}
    if isinstance(form, dict):
        return all(compare(value, f, operand, world) for f, operand in form.items())
    return value.lower() in [str(v).lower() for v in as_list(form)]


def compare(value: str, form: str, operand: Any, world: World) -> bool:
    """Whether ``value`` stands in the relation ``form`` to ``operand``: a literal, a table, or the name of another fact."""
    if form == "below":
        return version_key(value) < version_key(operand)
    if form == "at-least":
        return version_key(value) >= version_key(operand)
    if form in ("like", "not-like"):
        return like(value, as_list(operand)) == (form == "like")
    if form == "is-not":
        return value.lower() not in [str(v).lower() for v in as_list(operand)]
    if form in ("in-table", "not-in-table"):
        return like(value, world.tables.get(operand) or ()) == (form == "in-table")
    others = world.values(operand)
    if form in ("differs-from", "not-within"):
        opposite = "same-as" if form == "differs-from" else "within"
        return bool(others) and not any(_related(value, opposite, other) for other in others)
    return any(_related(value, form, other) for other in others)


def _related(value: str, form: str, other: str) -> bool:
    if form in ("below-fact", "above-fact"):
        mine, its = version_key(value), version_key(other)
        common = min(len(mine), len(its))  # golang:1.24 stands for the newest 1.24.x
        return mine[:common] < its[:common] if form == "below-fact" else mine[:common] > its[:common]
    if form == "same-as":
        return value == other
    if form == "within":
        return value == other or value.startswith(other.rstrip("/") + "/")
    if form == "base-of":
        return value.rpartition("/")[2] == other.rstrip("/").rpartition("/")[2]
    raise ValueError(f"no such test: {form}")
