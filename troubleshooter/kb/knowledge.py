"""Knowledge: everything that a diagnosis asks of the YAML files, with entries unpacked only when they are used."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any, Generic, TypeVar

from troubleshooter.frozen import dataclass
from troubleshooter.kb.problem import Problem
from troubleshooter.model import Cause, Pattern, Rule, Signal

PLAIN_SECTIONS = (
    "questions", "facts", "images", "libraries", "tools", "packages", "package-managers", "accounts", "modules", "tables", "releases",
    "concepts",
)  # fmt: skip
"""Sections that are kept as the plain data that they are."""
T = TypeVar("T")


class Shelf(Mapping[str, T], Generic[T]):
    """Entries by id, kept packed (as in the cache file) until somebody takes one down.

    ``region`` holds the packed entries of all shelves, of the file only the pages that are used; ``places`` says where
    each entry of this one begins and ends.
    """

    def __init__(self, region: bytes | memoryview, places: Mapping[str, tuple[int, int]]) -> None:
        self._region, self._places = region, places
        self._open: dict[str, T] = {}

    def __getitem__(self, name: str) -> T:
        if name not in self._open:
            start, end = self._places[name]
            self._open[name] = pickle.loads(self._region[start:end])
        return self._open[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __reduce__(self) -> tuple[Any, ...]:
        return Shelf, (bytes(self._region), self._places)


@dataclass(frozen=True)
class Outline:
    """A cause in short."""

    title: str
    phase: str
    kind: str
    frequency: str
    layer: str
    consequences: tuple[str, ...]
    neighbours: tuple[str, ...]
    shows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """When it fails (``when``) and what it speaks of (``about``), to somebody who has no message at hand."""


@dataclass(frozen=True)
class Knowledge:
    """The merged knowledge of all layers in one language.

    ``gates`` maps a gate (a run of letters) to what waits for it: (signal, number of the pattern, literals of the pattern);
    ``causes_of`` maps a signal to the causes
    whose rules name it; ``from_files`` are, by cause, the positive literals of rules that need no signal.
    """

    signals: Shelf[Signal]
    causes: Shelf[Cause]
    rules: Shelf[tuple[Rule, ...]]
    """The rules of each cause; inference takes these down, and the cause itself only for a report."""
    patterns: Shelf[tuple[Pattern, ...]]
    gates: Shelf[tuple[tuple[str, int, tuple[str, ...]], ...]]
    causes_of: Mapping[str, tuple[str, ...]]
    from_files: Mapping[str, tuple[frozenset[str], ...]]
    deductions: tuple[Rule, ...]
    refines: Mapping[str, tuple[str, ...]]
    tables: Shelf[Any]
    """The sections that are kept as plain data (PLAIN_SECTIONS)."""
    outlines: Mapping[str, Outline]
    """Of each cause what ranking needs; the whole cause is only taken down for a report."""
    language: str = "en"
    version: str = ""
    hash: str = ""
    problems: tuple[Problem, ...] = ()
    overrides: tuple[str, ...] = field(default=())
    """What a later layer changed, one readable line each."""
    notes: tuple[str, ...] = field(default=())
    """What a report must say of where the knowledge comes from."""

    def table(self, section: str) -> Mapping[str, Any]:
        """A section that is kept as plain data."""
        found: Mapping[str, Any] = self.tables[section]
        return found
