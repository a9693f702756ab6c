"""What is fuzzy or numeric, worked out before the engine runs: comparisons of versions, shell patterns, table look-ups.

Each becomes a literal with a canonical name; the Rete network then matches constants only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from troubleshooter.kb.conditions import as_list
from troubleshooter.model import Condition, Fact, Hit
from troubleshooter.text import like

Facts = Mapping[str, Fact]


def version_key(text: str) -> tuple[int, ...]:
    """``1.21.3`` -> (1, 21, 3); letters and what follows a dash do not count, so that 1.22rc1 is 1.22."""
    return tuple(int(n) for n in re.findall(r"\d+", re.split(r"[-+~]|rc|beta|alpha", text.lstrip("vgo"))[0])[:4])


def holds(condition: Condition, facts: Facts, many: Mapping[str, Sequence[Fact]], hits: Mapping[str, Sequence[Hit]], counts: Mapping[str, int],
          tables: Mapping[str, Any]) -> tuple[Hit, ...] | bool:  # fmt: skip
    """Whether a test literal holds: for a fact a bool, for a signal the hits that meet it (empty: it does not hold)."""
    test = json.loads(condition.test)
    if condition.kind == "test":
        values = many.get(condition.name) or [f for f in [facts.get(condition.name)] if f is not None]
        return any(all(compare(f.value, form, operand, facts, tables) for form, operand in test.items()) for f in values)
    return _signal(test, hits.get(condition.name, ()), counts.get(condition.name, 0), facts, tables)


def counting(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The hits that count where a rule names no place: not those of a step that passed, nor a test's own output."""
    return tuple(h for h in hits if h.place not in ("passed", "test"))


def _signal(test: Mapping[str, Any], hits: Sequence[Hit], count: int, facts: Facts, tables: Mapping[str, Any]) -> tuple[Hit, ...]:
    places = as_list(test.get("place") or [])
    if not places:
        hits = counting(hits)
    elif "any" not in places:
        hits = [h for h in hits if h.place in places or (h.place == "open" and places == ["failing"] and not h.step)]
    where = test.get("where") or {}
    met = tuple(h for h in hits if all(_hole(h.holes.get(name), form, facts, tables) for name, form in where.items()))
    if "share" in test and len(met) < float(test["share"]) * len(hits):
        return ()
    if "count" in test and max(len(met), count if not where else 0) < int(test["count"]):
        return ()
    return met


def _hole(value: str | None, form: Any, facts: Facts, tables: Mapping[str, Any]) -> bool:
    if value is None:
        return isinstance(form, dict) and set(form) <= {"is-not", "not-like", "not-in-table"}
    if isinstance(form, dict):
        return all(compare(value, f, operand, facts, tables) for f, operand in form.items())
    return value.lower() in [str(v).lower() for v in as_list(form)]


def compare(value: str, form: str, operand: Any, facts: Facts, tables: Mapping[str, Any]) -> bool:
    if form == "below":
        return version_key(value) < version_key(operand)
    if form == "at-least":
        return version_key(value) >= version_key(operand)
    if form in ("like", "not-like"):
        return like(value, as_list(operand)) == (form == "like")
    if form == "is-not":
        return value.lower() not in [str(v).lower() for v in as_list(operand)]
    if form in ("in-table", "not-in-table"):
        return like(value, tables.get(operand) or ()) == (form == "in-table")
    other = facts.get(operand)
    if other is None:
        return False
    if form in ("below-fact", "above-fact"):
        mine, its = version_key(value), version_key(other.value)
        common = min(len(mine), len(its))  # golang:1.24 stands for the newest 1.24.x
        return mine[:common] < its[:common] if form == "below-fact" else mine[:common] > its[:common]
    if form == "same-as":
        return value == other.value
    if form == "differs-from":
        return value != other.value
    if form in ("within", "not-within"):
        inside = value == other.value or value.startswith(other.value.rstrip("/") + "/")
        return inside == (form == "within")
    raise ValueError(f"no such test: {form}")
