"""Deductions in strata: a rule comes after everything that it reads, so that no rule fires before what it negates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from troubleshooter.model import Rule


class CycleError(ValueError):
    """Deductions that wait for each other; ``rules`` are their ids."""

    def __init__(self, rules: Sequence[str]) -> None:
        super().__init__("these deductions wait for each other: " + ", ".join(rules))
        self.rules = tuple(rules)


def stratify(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """``rules`` with their strata, lowest first. Defaults of a fact come above every other rule for that fact.

    Raises CycleError when two or more of them depend on each other.
    """
    order = {r.id: r for r in sorted(rules, key=lambda r: r.id)}
    level: dict[str, int] = dict.fromkeys(order, 0)
    for _ in range(len(order) + 1):
        changed = []
        for r in order.values():
            # a fact that the rule concludes itself is no wait: the guard against firing twice reads it
            reads = {c.name for b in r.branches for c in b if c.kind in ("known", "given")} - {n for n, _ in r.gives}
            below = [level[o.id] for o in order.values() if o.id != r.id and any(n in reads for n, _ in o.gives)]
            if r.default:
                mine = {n for n, _ in r.gives}
                below += [level[o.id] for o in order.values() if not o.default and any(n in mine for n, _ in o.gives)]
            wanted = max(below, default=-1) + 1
            if wanted > level[r.id]:
                level[r.id] = wanted
                changed.append(r.id)
        if not changed:
            return tuple(sorted((replace(r, stratum=level[r.id]) for r in order.values()), key=lambda r: (r.stratum, r.id)))
    raise CycleError(changed)
