"""Which remedies fit the case, best first, with their texts filled in and their diffs made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from troubleshooter.frozen import dataclass
from troubleshooter.holes import filled
from troubleshooter.inference import tests
from troubleshooter.inference.memory import Memory
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.messages import in_language
from troubleshooter.model import Cause, Change, Condition, Fix, Remedy, Step


@dataclass(frozen=True)
class Patch:
    """What edit operations come to: a unified diff and the changes in it, or the reason why the files refuse them."""

    diff: str
    changes: tuple[Change, ...]
    refused: str


Patcher = Callable[[Sequence[Mapping[str, Any]], Mapping[str, str]], Patch]
"""From the edit operations of a remedy and the values for holes to the change of the files that were read."""


def fixes(cause: Cause, memory: Memory, values: Mapping[str, str], knowledge: Knowledge, patch: Patcher | None = None) -> tuple[Fix, ...]:
    """The remedies of ``cause`` whose conditions hold, in the order of the knowledge base.

    Where none fits for certain, those that only wait for unknown facts are offered. What the files refuse comes after
    what they allow.
    """
    fitting = [r for r in cause.remedies if not r.when or any(all(_holds(c, memory, knowledge) for c in b) for b in r.when)]
    chosen = fitting or [r for r in cause.remedies if any(all(_may_hold(c, memory, knowledge) for c in b) for b in r.when)]
    found = [_fix(r, values, patch, knowledge.language) for r in chosen]
    allowed = any(f.patch for f in found)
    return tuple(sorted(found, key=lambda f: allowed and bool(f.refused)))


def _holds(c: Condition, memory: Memory, knowledge: Knowledge) -> bool:
    """One literal against working memory; a remedy is chosen after the engine ran, on what it left there."""
    if c.test:
        world = tests.World(memory.facts, memory.many, memory.hits, memory.counts, knowledge.table("tables"))
        return bool(tests.holds(c, world)) != c.negated
    if c.kind == "signal":
        return bool(memory.hits.get(c.name)) != c.negated
    fact = memory.facts.get(c.name)
    return (fact is not None and (c.kind == "given" or fact.value == c.value)) != c.negated


def _may_hold(c: Condition, memory: Memory, knowledge: Knowledge) -> bool:
    return _holds(c, memory, knowledge) or (c.kind != "signal" and c.name not in memory.facts)


def _fix(remedy: Remedy, values: Mapping[str, str], patch: Patcher | None, language: str) -> Fix:
    steps = tuple(Step(s.kind, filled(s.text, values, s.kind == "run").rstrip()) for s in remedy.steps)
    verify = tuple(Step(s.kind, filled(s.text, values, s.kind == "run").rstrip()) for s in remedy.verify)
    change = patch(remedy.edit, values) if patch is not None and remedy.edit else Patch("", (), "")
    return Fix(
        remedy.id, filled(remedy.title, values), steps, change.diff, change.changes,
        in_language(change.refused, language), verify,
        filled(remedy.cost, values), remedy.proven, remedy.layer,
    )  # fmt: skip
