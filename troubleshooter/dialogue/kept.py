"""What is kept of a log in a session: its hits and facts, and nothing that grows with its size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from troubleshooter.evidence.scan import Log
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import Fact, Hit


def packed(log: Log, facts: Iterable[Fact] = ()) -> dict[str, Any]:
    """The log as plain data, and facts that go with it."""
    hits = [[h.signal, h.line, h.text, dict(h.holes), h.place, h.service, h.step, h.fuzzy] for h in log.hits]
    kept = {"lines": log.lines, "bytes": log.bytes, "counts": log.counts, "hits": hits}
    return {**kept, "facts": packed_facts(facts)} if facts else kept


def unpacked(data: Mapping[str, Any], knowledge: Knowledge) -> Log:
    """The log again, without hits of signals that ``knowledge`` does not have any more."""
    hits = (Hit(*h) for h in data["hits"])
    return Log(tuple(h for h in hits if h.signal in knowledge.signals), data["counts"], lines=data["lines"], bytes=data["bytes"])


def packed_facts(facts: Iterable[Fact]) -> list[list[Any]]:
    return [[f.name, f.value, f.source, f.sure, f.line] for f in facts]


def facts_of(data: Mapping[str, Any]) -> tuple[Fact, ...]:
    """The facts in what :func:`packed` made."""
    return tuple(Fact(*f) for f in data.get("facts") or ())
