"""Facts of one case from all sources: what beats what, what contradicts what, and what the tables add.

What the user says beats what was read; the binary beats the log, the log beats the files; tables only add.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from troubleshooter.frozen import dataclass
from troubleshooter.kb.images import image_facts
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import UNKNOWN, Fact, Hit

RANKS = ("answered", "typed", "binary", "log", "file", "table")


def rank(fact: Fact) -> int:
    """0 for what the user said, higher for what gives way."""
    source = fact.source
    if source.startswith(("answered", "typed", "binary")):
        return RANKS.index(source.split(" ")[0].split(":")[0])
    if source.startswith("log"):
        return RANKS.index("log")
    return RANKS.index("table" if source.endswith(".yaml") or not fact.sure else "file")


@dataclass(frozen=True)
class Settled:
    """One fact per name (``best``), every value of those that may have several (``many``), and what contradicts what."""

    best: Mapping[str, Fact]
    many: Mapping[str, tuple[Fact, ...]]
    contradictions: tuple[tuple[Fact, Fact], ...]


def settle(facts: Iterable[Fact], knowledge: Knowledge) -> Settled:
    """What to believe of ``facts``; of a contradiction the believed one stands first."""
    names = knowledge.table("facts")
    best: dict[str, Fact] = {}
    many: dict[str, tuple[Fact, ...]] = {}
    contradictions: list[tuple[Fact, Fact]] = []
    for fact in sorted(facts, key=lambda f: (rank(f), f.line or 0)):
        first = best.setdefault(fact.name, fact)
        if (names.get(fact.name) or {}).get("many") == "yes":
            many[fact.name] = (*many.get(fact.name, ()), fact)
        elif _contradict(first, fact):
            contradictions.append((first, fact))
    return Settled(best, many, tuple(dict.fromkeys(contradictions)))


def _contradict(first: Fact, fact: Fact) -> bool:
    """Whether two sources that are sure disagree; one log or one file that names two values only tells of two things."""
    sure = first.sure and fact.sure and UNKNOWN not in (first.value, fact.value)
    return sure and first.value != fact.value and rank(first) != rank(fact)


def from_hits(hits: Sequence[Hit], knowledge: Knowledge) -> list[Fact]:
    """Facts that the lines of the log tell (``gives`` of their signals), holes filled in."""
    found = []
    for hit in hits:
        for name, template in knowledge.signals[hit.signal].gives:
            value = _given(template, hit.holes)
            if value:
                found.append(Fact(name, value, f"log line {hit.line}" if hit.line else "typed", True, hit.line or None))
    return found


def _given(template: str, holes: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda m: holes.get(m[1], ""), template).strip()


def completed(facts: Mapping[str, Fact], many: Mapping[str, tuple[Fact, ...]], knowledge: Knowledge) -> dict[str, Fact]:
    """``facts`` and what ``images.yaml`` adds: what the build and the final image contain."""
    result = dict(facts)
    images = knowledge.table("images")
    for fact in many.get("run.images", ()):
        if image_facts(fact.value, images).get("shell") == "no":
            result.setdefault("run.shell-less", Fact("run.shell-less", fact.value, fact.source, True, fact.line))
    for prefix in ("build", "final"):
        image = facts.get(f"{prefix}.image")
        if image is None or image.value == UNKNOWN:
            continue
        for name, value in image_facts(image.value, images).items():
            full = name if name.startswith("go.") else f"{prefix}.{name}"
            if full.startswith("go.") and prefix == "final":
                continue
            result.setdefault(full, Fact(full, value, f"{image.source} {image.value}", False, image.line))
    return result


def module_facts(required: Iterable[tuple[str, str, int]], modules: Mapping[str, Any], file: str = "go.mod") -> list[Fact]:
    """What is known of the required modules (path, version, line): whether one needs cgo or brings glibc archives."""
    from troubleshooter.text import version_key

    found: list[Fact] = []
    for path, version, line in required:
        entry = modules.get(path) or next((m for p, m in modules.items() if path.startswith(p + "/v")), None)
        if entry is None or (entry.get("until") and version_key(version) > version_key(entry["until"])):
            continue
        source = f"{file}:{line}"
        if entry["needs-cgo"] == "yes":
            found.append(Fact("needs-cgo", "yes", source))
            found.append(Fact("needs-cgo.module", path, source))
        if entry.get("prebuilt"):
            found.append(Fact("module.prebuilt", entry["prebuilt"], source))
            found.append(Fact("module.prebuilt-path", path, source))
        found.append(Fact(f"module.{re.sub(r'[^a-z0-9]+', '-', path.lower()).strip('-')}", version.lstrip("v"), source))
    return found
