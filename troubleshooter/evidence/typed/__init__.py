"""What a person types: messages half remembered, and facts named in passing."""

from __future__ import annotations

import re

from troubleshooter.evidence.scan import Log
from troubleshooter.evidence.typed import messages, said, vague
from troubleshooter.frozen import dataclass
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.search import Index
from troubleshooter.kb.words import folded
from troubleshooter.model import Fact
from troubleshooter.text import is_japanese


def language_of(text: str) -> str | None:
    """``ja`` where Japanese letters stand in ``text``, ``en`` for other letters, None where there are none."""
    if is_japanese(text):
        return "ja"
    return "en" if re.search(r"[A-Za-z]{2}", text) else None


@dataclass(frozen=True)
class Typed:
    """What was read in typed text: messages, facts, its words as they were understood, and the concepts named in it.

    ``vague``: it says that something fails, and no more. ``message``: it is a message word for word, and no more.
    """

    log: Log
    facts: tuple[Fact, ...]
    clear: str
    concepts: frozenset[str]
    vague: bool = False
    message: bool = False


def read(text: str, index: Index, knowledge: Knowledge) -> Typed:
    """``text`` in the signals, facts and concepts of ``knowledge``."""
    log, clear = messages.quoted(text, index, knowledge)
    found = index.lexicon.find(folded(clear))
    facts = said.facts(clear, found, index.lexicon.concepts)
    quoted = any(not knowledge.signals[h.signal].noise for h in log.hits)
    symptoms = None if facts or quoted else vague.symptoms(clear, found, index)
    concepts = frozenset(f.concept for f in found)
    return Typed(log, (*facts, *(symptoms or ())), clear, concepts, symptoms is not None, messages.only(text, log, knowledge))
