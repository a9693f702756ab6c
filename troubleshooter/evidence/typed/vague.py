"""Whether a text says no more than that something fails, perhaps also when: then the dialogue begins with general questions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from troubleshooter.kb.search import Index
from troubleshooter.kb.words import STOP, Found, folded, words
from troubleshooter.model import Fact

_JAPANESE = re.compile(r"[\u30a1-\u30ffー]{2,}|[\u3400-\u9fff々]{2,}")


def symptoms(text: str, found: Sequence[Found], index: Index) -> list[Fact] | None:
    """What a vague ``text`` tells of the moment (``symptom.when`` …); None where it says more than a symptom.

    ``found`` are its concepts. A text is vague when all of its words belong to concepts that are marked so.
    """
    concepts = index.lexicon.concepts
    vague = [f for f in found if "vague" in concepts[f.concept]]
    if not vague or any(f for f in found if f not in vague and not _within(f, vague)):
        return None
    if any(_beside(folded(text), vague)):
        return None
    told = {name: value for f in vague for name, value in (concepts[f.concept].get("symptom") or {}).items()}
    return [Fact(name, value, "typed") for name, value in told.items()]


def _within(inner: Found, outer: Sequence[Found]) -> bool:
    return any(o.start <= inner.start and inner.end <= o.end for o in outer)


def _beside(text: str, covered: Sequence[Found]) -> Iterator[str]:
    """The telling words of folded ``text`` that belong to none of ``covered``."""
    spans = [(f.start, f.end) for f in covered]
    yield from (w for w, start, end in words(text) if not {w, text[start:end]} & STOP and len(w) > 1 and not _inside(start, end, spans))
    yield from (m[0] for m in _JAPANESE.finditer(text) if not any(a < m.end() and m.start() < b for a, b in spans))


def _inside(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(a <= start and end <= b for a, b in spans)
