"""The second pass: lines that no pattern matched, compared with the readable text of the signals (rapidfuzz)."""

from __future__ import annotations

from collections.abc import Sequence

from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.pattern import fuzzy_text
from troubleshooter.model import Hit
from troubleshooter.text import normal

MIN_LENGTH = 14
"""A shorter text is contained in anything."""


def similar(lines: Sequence[str], knowledge: Knowledge, floor: float = 88.0) -> list[tuple[str, float]]:
    """Signals that some line resembles, best first, as (signal, similarity 0 to 100)."""
    best: dict[str, float] = {}
    for _, signal, score in _pairs(lines, knowledge, floor):
        best[signal] = max(score, best.get(signal, 0.0))
    return sorted(best.items(), key=lambda item: (-item[1], item[0]))


def similar_hits(lines: Sequence[tuple[int, str]], knowledge: Knowledge, floor: float = 88.0) -> list[Hit]:
    """The best resembling signal of each line as a hit that says how similar it is."""
    best: dict[int, tuple[float, str]] = {}
    for position, signal, score in _pairs([text for _, text in lines], knowledge, floor):
        if score > best.get(position, (0.0, ""))[0]:
            best[position] = (score, signal)
    return [Hit(signal, lines[position][0], lines[position][1], fuzzy=score / 100) for position, (score, signal) in sorted(best.items())]


def _pairs(lines: Sequence[str], knowledge: Knowledge, floor: float) -> list[tuple[int, str, float]]:
    from rapidfuzz import fuzz, process

    texts, owners = [], []
    for name in knowledge.signals:
        for pattern in knowledge.patterns[name]:
            text = fuzzy_text(pattern)
            if len(text) >= MIN_LENGTH:
                texts.append(text)
                owners.append(name)
    found = []
    for position, line in enumerate(lines):
        plain = normal(line).lower()[:600]
        if len(plain) < MIN_LENGTH:
            continue
        short = [t if len(t) <= len(plain) * 1.1 else "" for t in texts]
        for _, score, index in process.extract(plain, short, scorer=fuzz.partial_ratio, score_cutoff=floor, limit=5):
            found.append((position, owners[index], score))
    return found
