"""What is kept of a log in a session: its hits, and nothing that grows with its size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from troubleshooter.evidence.scan import Log
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import Hit


def packed(log: Log) -> dict[str, Any]:
    """The log as plain data."""
    hits = [[h.signal, h.line, h.text, dict(h.holes), h.place, h.service, h.step, h.fuzzy] for h in log.hits]
    return {"lines": log.lines, "bytes": log.bytes, "counts": log.counts, "hits": hits}


def unpacked(data: Mapping[str, Any], knowledge: Knowledge) -> Log:
    """The log again, without hits of signals that ``knowledge`` does not have any more."""
    hits = (Hit(*h) for h in data["hits"])
    return Log(tuple(h for h in hits if h.signal in knowledge.signals), data["counts"], lines=data["lines"], bytes=data["bytes"])
