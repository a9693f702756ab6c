"""Typing errors, corrected to words that the knowledge base knows; between several, the one that goes with its neighbours."""

from __future__ import annotations

from collections.abc import Mapping

from troubleshooter.kb.search import Index
from troubleshooter.kb.words import SPOKEN, STOP, stem

LEAST = 4
"""A shorter word has too many neighbours to be corrected."""


def corrected(text: str, index: Index) -> str:
    """``text`` with unknown English words replaced by the known ones that they resemble."""
    matches = list(SPOKEN.finditer(text.lower()))
    result, last = [], 0
    for position, m in enumerate(matches):
        word = m[0]
        if (
            len(word) < LEAST
            or word in index.vocabulary
            or word in STOP
            or stem(word) in index.stems
            or _part_of_name(text, m.start(), m.end())
        ):
            continue
        before = matches[position - 1][0] if position else ""
        after = matches[position + 1][0] if position + 1 < len(matches) else ""
        better = _nearest(word, before, after, index.vocabulary, index.pairs)
        if better:
            result += [text[last : m.start()], better]
            last = m.end()
    return "".join([*result, text[last:]])


def _part_of_name(text: str, start: int, end: int) -> bool:
    """A word of a path, a host or a version is a name and may be spelled as it likes."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return (before in tuple("/._-$@0123456789") and before != "") or (after in tuple("/_@0123456789") and after != "")


def _nearest(word: str, before: str, after: str, vocabulary: Mapping[str, int], pairs: frozenset[str]) -> str:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    most = 1 if len(word) < 8 else 2
    near = process.extract(
        word, [w for w in vocabulary if abs(len(w) - len(word)) <= most], scorer=OSA.distance, score_cutoff=most, limit=12
    )
    ranked = []
    for candidate, distance, _ in near:
        fits = (f"{before} {candidate}" in pairs) + (f"{candidate} {after}" in pairs)
        same_start = candidate[0] == word[0]
        if fits or (same_start and len(word) >= 6) or (len(word) >= 5 and same_start and vocabulary[candidate] >= 3):
            ranked.append((-fits, distance, not same_start, -vocabulary[candidate], candidate))
    return min(ranked)[-1] if ranked else ""
