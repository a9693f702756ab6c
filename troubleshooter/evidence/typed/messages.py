"""Messages that somebody quotes from memory: translated, spelled right, cut out of the sentence around them, and scanned."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from troubleshooter.evidence.scan import Log, scan_text
from troubleshooter.evidence.typed.spelling import corrected
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.search import Index
from troubleshooter.kb.words import phrases
from troubleshooter.model import Hit
from troubleshooter.text import normal

_CUT = re.compile(r"[「」『』。、；;«»“”\n]|\.\s|,\s|[\u3040-\u30ff\u3400-\u9fff々ー]+|\((?=[a-z])|\s[-–—]\s")
LEAST = 16
"""Letters that a remembered line must share with a pattern before it counts."""
FLOOR = 86.0
"""Likeness (0 to 100) from which a line counts as the message that it resembles."""


def quoted(text: str, index: Index, knowledge: Knowledge) -> tuple[Log, str]:
    """What the signals find in ``text``, and ``text`` as it was understood: in English messages, and spelled right."""
    clear = corrected(translated(text, knowledge), index)
    log = scan_text("\n".join(dict.fromkeys(_readings(text, clear))), knowledge)
    hits: dict[str, Hit] = {}
    for hit in log.hits:
        hits.setdefault(hit.signal, replace(hit, line=0, text=text))
    for hit in _remembered(clear, index, text):
        hits.setdefault(hit.signal, hit)
    hits = {n: h for n, h in hits.items() if not any(n in _general(other, knowledge) for other in hits if other != n)}
    log.hits = tuple(hits.values())
    log.counts = dict.fromkeys(hits, 1)
    log.suspicious = ((0, clear),)
    log.lines, log.bytes = text.count("\n") + 1, len(text.encode("utf-8", "replace"))
    return log, clear


def translated(text: str, knowledge: Knowledge) -> str:
    """``text`` with messages of other languages in English."""
    for entry in knowledge.table("concepts").values():
        if "means" in entry:
            for phrase in phrases(entry):
                text = re.sub(re.escape(phrase), f" {entry['means']} ", text, flags=re.IGNORECASE)
    return text


def _readings(*texts: str) -> Iterable[str]:
    """Each text whole, and the pieces between its Japanese words, quotes and sentences."""
    for text in texts:
        whole = normal(" ".join(text.split()))
        yield whole
        pieces = [p.strip(" ,:'()") for p in _CUT.split(whole)]
        yield from (p for p in pieces if len(p) > 8)
        yield from (p.replace(",", ":") for p in [whole] if "," in p)


def _remembered(text: str, index: Index, typed: str) -> list[Hit]:
    """The signals whose line resembles the text most, or a part of it."""
    from rapidfuzz import fuzz, process

    plain = normal(text).lower()[:600]
    lines = [line if LEAST <= len(line) <= len(plain) * 1.1 else "" for _, line in index.lines]
    found = process.extract(plain, lines, scorer=fuzz.partial_ratio, score_cutoff=FLOOR, limit=8)
    if not found:
        return []
    best = max(score * min(1.0, len(line) / 40) for line, score, _ in found)
    kept: dict[str, float] = {}
    for line, score, position in found:
        if score * min(1.0, len(line) / 40) >= best - 3:
            signal = index.lines[position][0]
            kept[signal] = max(score, kept.get(signal, 0.0))
    return [Hit(signal, 0, typed, fuzzy=min(score / 100, 0.99)) for signal, score in kept.items()]


def _general(signal: str, knowledge: Knowledge) -> set[str]:
    """The signals that ``signal`` is a special case of."""
    result: set[str] = set()
    todo: Sequence[str] = [signal]
    while todo:
        following = [g for n in todo for g in knowledge.refines.get(n, ()) if g not in result]
        result.update(following)
        todo = following
    return result
