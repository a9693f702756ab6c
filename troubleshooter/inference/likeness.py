"""What a text is near to, as evidence: for the causes of which something like it is said, and for "not mine"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import exp, log

from troubleshooter.evidence.typed import Typed
from troubleshooter.inference.belief import LIKENESS, ODDS, PRIOR
from troubleshooter.kb.conditions import as_list
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.search import CONCEPT, Index, Nearest
from troubleshooter.model import Evidence, Hit

SHARPNESS = 8.0
"""How fast the share of a cause falls with its distance from the nearest one."""
NOTHING = 0.55
"""The score of a text that has next to nothing in common with what is said of a cause."""
DOUBT = 0.03
"""However near a text is, this share stays for what it may mean besides."""
LEAST = 0.02
"""A smaller share is not worth a word."""
MOST = 6
"""Causes that likeness may speak for."""
GUESS = 1.1
"""Log odds of the nearest cause of a text that is about our field: a guess is better than silence, and says that it is one."""
FIELD = 1.3
"""How rare a concept must be among the causes to show that a text is about our field."""
FOREIGN, FAR = "unrelated", "typed/foreign"
"""The cause of what is not ours, and the rule that speaks for it where only things of other worlds are named."""
_HOME = re.compile(
    r"(?<![a-z])(?:go|golang|cgo|goos|docker\w*|containers?|images?|pods?|kubernetes|alpine|scratch|distroless|stages?|builder|entrypoint)(?![a-z])"
    r"|コンテナ|イメージ|ステージ"
)
"""Words that show that a program in Go or a container is concerned."""
_OPTION = re.compile(r"(?<![\w-])-{1,2}[a-z]|\bnetgo\b|\b[a-z]+=\S", re.IGNORECASE)
_SAYS = {
    "en": {"alike": "this is much like: {}", "far": "this is about nothing that I know of"},
    "ja": {"alike": "次の言い方に近い内容です: {}", "far": "知識ベースにある話題ではないようです"},
}


def evidence(text: str, said: Typed, index: Index, knowledge: Knowledge) -> tuple[Evidence, ...]:
    """What likeness tells of ``text``; ``said`` is what was read in it."""
    near, language = index.nearest(said.clear), knowledge.language
    ours = _ours(said.concepts, index)
    bare = not said.facts and all(knowledge.signals[h.signal].noise for h in said.log.hits)
    if not ours and bare and all(n.score < NOTHING for n in near):
        return (_not_mine(text, language, LIKENESS, "weak"),) if index.strange(said.clear) else ()
    found = list(_alike(text, near, knowledge, GUESS if ours else 0.0))
    foreign = {n for n in said.concepts if _foreign(n, index)}
    if foreign and not _HOME.search(said.clear.lower()):
        found.append(_not_mine(text, language, FAR, "decisive"))
    elif foreign and all("common" in index.lexicon.concepts[n] for n in said.concepts - foreign):
        found.append(_not_mine(text, language, FAR, "strong"))
    return tuple(found)


def _ours(named: frozenset[str], index: Index) -> bool:
    """Whether a concept is named that few causes share: the text is about our field, however strangely it is put."""
    return any(index.rarity("#" + n) > FIELD * CONCEPT for n in named if not _foreign(n, index))


def _foreign(concept: str, index: Index) -> bool:
    return FOREIGN in as_list(index.lexicon.concepts[concept].get("causes") or [])


def _not_mine(text: str, language: str, rule: str, weight: str) -> Evidence:
    return Evidence(FOREIGN, rule, weight, True, (Hit("", 0, text),), needs=frozenset([rule]), says=_SAYS[language]["far"])


def _alike(text: str, near: Sequence[Nearest], knowledge: Knowledge, guess: float) -> Iterator[Evidence]:
    """The nearest causes, each believed by its share among them and "none of these".

    A remark is about something that stands in a file: to complain alike without naming an option is no reason for it.
    """
    if not _OPTION.search(text):
        near = [n for n in near if knowledge.outlines[n.cause].kind != "advice"]
    top = max([NOTHING, *(n.score for n in near)])
    weights = [exp(SHARPNESS * (n.score - top)) for n in near]
    total = sum(weights) + exp(SHARPNESS * (NOTHING - top))
    for place, (n, weight) in enumerate(zip(near[:MOST], weights, strict=False)):
        share = weight / total
        odds = log(share / (1 - share + DOUBT)) - PRIOR["usual"] if share >= LEAST else 0.0
        odds = max(odds, guess if place == 0 else 0.0)
        if odds > 0:
            says = _SAYS[knowledge.language]["alike"].format(n.document)
            yield Evidence(
                n.cause,
                LIKENESS,
                "moderate",
                True,
                (Hit("", 0, text),),
                needs=frozenset([LIKENESS]),
                share=odds / ODDS["moderate"],
                says=says,
            )
