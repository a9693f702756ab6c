"""Messages that somebody quotes from memory: translated, spelled right, cut out of the sentence around them, and scanned."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from troubleshooter.evidence.scan import Log, scan_text
from troubleshooter.evidence.typed.spelling import corrected
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.pattern import regex
from troubleshooter.kb.search import Index
from troubleshooter.kb.words import SPOKEN
from troubleshooter.model import Hit
from troubleshooter.text import normal

_CUT = re.compile(r"[「」『』。、；;«»“”\n]|\.\s|,\s|[\u3040-\u30ff\u3400-\u9fff々ー]+|\((?=[a-z])|\s[-–—]\s")
_PATH = re.compile(r"\bin (?:PATH\b|(?:/[\w./-]+:){2,}[\w./-]+)")
"""``$PATH`` as it is retyped, or as the shell replaced it."""
MAX_TEXT = 4000
"""Letters of a text that are understood; of what is longer, only the messages are found."""
LEAST = 14
"""Letters that a pattern must have before it counts as remembered."""
FLOOR = 80.0
"""Likeness (0 to 100) from which a text counts as the message that it resembles."""
TELLING = 9.0
"""How much the words must tell that it shares with the message: as much as two rare words, or many common ones."""


def quoted(text: str, index: Index, knowledge: Knowledge) -> tuple[Log, str]:
    """What the signals find in ``text``, and ``text`` as it was understood: in English messages, and spelled right."""
    clear = corrected(translated(text[:MAX_TEXT], index), index)
    log = scan_text("\n".join(dict.fromkeys(_readings(text, clear))), knowledge)
    hits: dict[str, Hit] = {}
    for hit in log.hits:
        hits.setdefault(hit.signal, replace(hit, line=0, text=text))
    if all(knowledge.signals[n].noise for n in hits):
        hits.update((h.signal, h) for h in _remembered(clear, index, text))
    hits = {n: h for n, h in hits.items() if not any(n in _general(other, knowledge) for other in hits if other != n)}
    log.hits = tuple(hits.values())
    log.counts = dict.fromkeys(hits, 1)
    log.suspicious = ((0, clear),)
    log.lines, log.bytes = text.count("\n") + 1, len(text.encode("utf-8", "replace"))
    return log, clear


def only(text: str, log: Log, knowledge: Knowledge) -> bool:
    """Whether ``text`` is a message that a signal of ``log`` recognises, word for word, and nothing besides."""
    plain = normal(" ".join(text.split())).strip(" .'\"`")
    for pattern in (p for h in log.hits if h.fuzzy == 1.0 for p in knowledge.patterns[h.signal]):
        found = regex(pattern.regex, pattern.exact).search(plain)
        if found is not None and found.end() - found.start() == len(plain):
            return True
    return False


def translated(text: str, index: Index) -> str:
    """``text`` with messages of other languages in English."""
    for phrase, means in index.lexicon.translations:
        if phrase in text.lower():
            text = re.sub(re.escape(phrase), f" {means} ", text, flags=re.IGNORECASE)
    return text


def _readings(*texts: str) -> Iterable[str]:
    """Each text whole, and the pieces between its Japanese words, quotes and sentences."""
    for text in texts:
        whole = _PATH.sub("in $PATH", normal(" ".join(text.split())))
        yield whole
        pieces = [p.strip(" ,:'()") for p in _CUT.split(whole)]
        yield from (p for p in pieces if len(p) > 8)
        yield from (p.replace(",", ":") for p in [whole] if "," in p)


def _remembered(text: str, index: Index, typed: str) -> list[Hit]:
    """The signals whose line resembles the text most, or a part of it, and whose telling words the text has."""
    from rapidfuzz import fuzz, process

    plain = normal(text).lower()[:600]
    words = set(SPOKEN.findall(plain))
    lines = [line if LEAST <= len(line) <= len(plain) * 1.1 else "" for _, line in index.lines]
    kept: dict[str, tuple[float, float]] = {}
    for line, score, position in process.extract(plain, lines, scorer=fuzz.partial_ratio, score_cutoff=FLOOR, limit=20):
        telling = {w: index.spoken.get(w, 0.0) for w in SPOKEN.findall(line)}
        shared = sum(rarity for w, rarity in telling.items() if w in words)
        lacking = sum(telling.values()) - shared
        if shared >= TELLING and lacking <= 0.15 * shared:
            signal = index.lines[position][0]
            kept[signal] = max((shared - 3 * lacking, score), kept.get(signal, (0.0, 0.0)))
    best = max((fits for fits, _ in kept.values()), default=0.0)
    return [Hit(signal, 0, typed, fuzzy=min(score / 100, 0.99)) for signal, (fits, score) in kept.items() if fits >= 0.8 * best]


def _general(signal: str, knowledge: Knowledge) -> set[str]:
    """The signals that ``signal`` is a special case of."""
    result: set[str] = set()
    todo: Sequence[str] = [signal]
    while todo:
        following = [g for n in todo for g in knowledge.refines.get(n, ()) if g not in result]
        result.update(following)
        todo = following
    return result
