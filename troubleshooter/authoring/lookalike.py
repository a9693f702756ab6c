"""What stands near a message: the line that looks alike and must not match, and the names that its log gives to things."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from math import log

from troubleshooter.authoring.message import message
from troubleshooter.authoring.telling import STRUCTURE, Telling
from troubleshooter.kb.build import lines_of
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.pattern import match
from troubleshooter.model import Pattern
from troubleshooter.text import normal

NEAR = 0.2
"""Share of the words, weighted by rarity, that a look-alike has in common with the message; less looks like nothing."""
_WORD = re.compile(r"[^\W\d_]{3,}")
_COMPOUND = re.compile(r"[\w.-]+(?:[/=@][\w.:-]+)+")


def lookalike(line: Telling, text: str, patterns: Sequence[Pattern], knowledge: Knowledge) -> str:
    """The line of the same log or of the built-in examples that comes nearest and must not match; empty where none is near."""
    own = [raw.strip() for raw in text.split("\n")[-2000:] if raw.strip() and not STRUCTURE.search(raw)]
    own = [raw for raw in own if not _same_end(message(raw), line.said)]
    lines = [*own, *(m for n in knowledge.signals for m in knowledge.signals[n].matches if len(m) < 300)]
    bags = [frozenset(_WORD.findall(message(m).lower())) for m in lines]
    often = Counter(word for bag in bags for word in bag)
    mine = frozenset(_WORD.findall(line.said.lower()))

    def likeness(bag: frozenset[str]) -> float:
        weigh = {w: log(1 + len(lines) / (1 + often[w])) for w in mine | bag}
        return sum(weigh[w] for w in mine & bag) / (1 + sum(weigh.values()))

    scores = [likeness(bag) for bag in bags]
    ranked = sorted(range(len(lines)), key=lambda i: (-scores[i], i))
    return next((lines[i] for i in ranked[:40] if scores[i] >= NEAR and not occurs(patterns, lines[i])), "")


def project_names(text: str, number: int) -> frozenset[str]:
    """Words that stand inside paths, addresses and ``key=value`` of the other lines: what this one project calls its things."""
    others = (line for n, line in enumerate(text.split("\n"), 1) if n != number)
    return frozenset(word for line in others for found in _COMPOUND.findall(line) for word in _WORD.findall(found.lower()))


def occurs(patterns: Iterable[Pattern], text: str) -> bool:
    """Whether one of ``patterns`` matches a line of ``text``."""
    for line in lines_of(text.replace("\\n", "\n")):
        plain = normal(line)
        if any(p.gate in plain.lower() and match(p, plain, plain.lower()) is not None for p in patterns):
            return True
    return False


def _same_end(one: str, other: str) -> bool:
    return one.endswith(other) or other.endswith(one)
