"""go.sum: text in, checksum entries out; and which requirements of a go.mod it does not cover."""

from __future__ import annotations

import re

from troubleshooter.evidence.gomod import GoMod, Requirement, parse_lenient, replacement_of, requirements
from troubleshooter.frozen import dataclass
from troubleshooter.model import Fact, Finding

FACTS = {
    "go.sum": "present: a go.sum was read",
    "go.sum.missing": "a module that go.mod requires and go.sum has no entry for, as path@version (one fact for each)",
}

MANY = frozenset({"go.sum.missing"})

_HASH = re.compile(r"h\d+:\S+")


@dataclass(frozen=True)
class GoSum:
    """What a go.sum covers, as (path, version): ``trees`` by a hash of the sources, ``mods`` by one of the go.mod."""

    trees: frozenset[tuple[str, str]]
    mods: frozenset[tuple[str, str]]


def parse_sum(text: str, name: str = "go.sum") -> tuple[GoSum, tuple[Finding, ...]]:
    """The entries of a go.sum, and one finding for each line that the go command would refuse. Never raises."""
    trees: set[tuple[str, str]] = set()
    mods: set[tuple[str, str]] = set()
    findings: list[Finding] = []
    for number, line in enumerate(text.split("\n"), start=1):
        words = line.split()
        if not words:
            continue
        if len(words) != 3 or not _HASH.fullmatch(words[2]):
            says = "malformed line: wanted a module, a version and a hash"
            findings.append(Finding(f"{name}:{number}:1", says, "remove the line, then run go mod tidy"))
        elif words[1].endswith("/go.mod"):
            mods.add((words[0], words[1].removesuffix("/go.mod")))
        else:
            trees.add((words[0], words[1]))
    return GoSum(frozenset(trees), frozenset(mods)), tuple(findings)


def missing(mod: GoMod, sums: GoSum) -> tuple[Requirement, ...]:
    """The requirements that a build cannot verify: neither hash is there, or a direct one lacks that of its sources.

    Replacements are applied; modules replaced by a directory have no checksum.
    """
    lacking = []
    for written, used in zip(mod.require, requirements(mod), strict=True):
        replaced = replacement_of(mod, written.path, written.version)
        key = (used.path, used.version)
        verified = key in sums.trees or (key in sums.mods and used.indirect)
        if not verified and not (replaced and replaced.is_local):
            lacking.append(used)
    return tuple(lacking)


def sum_facts(text: str | None, go_mod: str, name: str = "go.sum", mod_name: str = "go.mod") -> list[Fact]:
    """What a go.sum (None: there is none) tells next to its go.mod; see FACTS."""
    found = [] if text is None else [Fact("go.sum", "present", name)]
    mod, _ = parse_lenient(go_mod)
    sums, _ = parse_sum(text or "", name)
    for lacking in missing(mod, sums):
        found.append(Fact("go.sum.missing", f"{lacking.path}@{lacking.version}", f"{mod_name}:{lacking.line}"))
    return found
