"""One pure function from evidence to certainty; the same numbers rank causes, stop the dialogue and choose questions.

Each cause starts out unlikely; a rule's weight is a word worth so many natural-log odds; "something I do not know" is a
rival that always takes part. Certainty is the share of a cause among all rivals. It does not depend on the order of
the evidence, and it is calibrated by structure (what counts, and once), not by tuning weights.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from math import exp

from troubleshooter.model import WEIGHTS, Evidence

PRIOR: Mapping[str, float] = {"common": -2.0, "usual": -2.5, "rare": -3.2}
"""Log odds of a cause before any evidence, by how often it is met."""
ODDS: Mapping[str, float] = {"weak": 1.8, "moderate": 3.3, "strong": 5.2, "decisive": 8.0}
ECHO = 0.35
"""A second rule that says the same thing of the same signal adds this part of its weight."""
CEILING = 0.985
"""Something can always be otherwise: no certainty is claimed beyond this."""
LIKENESS = "typed/likeness"
"""The rule by which typed text speaks for a cause that it merely resembles."""
MAYBE = 0.79
"""What rests on likeness alone is never sure."""
REMEMBERED = 0.8
"""A message or a fact that somebody tells from memory counts this part of what a log or a file would."""


def certainties(evidence: Iterable[Evidence], consequences: Mapping[str, Collection[str]] | None = None,
                frequency: Mapping[str, str] | None = None) -> dict[str, float]:  # fmt: skip
    """Certainty (0 to 1) of each cause that has evidence.

    ``consequences`` maps a cause to causes that only follow from it: where it is likely, they count for less.
    ``frequency`` says how often a cause is met (usual where it says nothing).
    """
    evidence, often = list(evidence), frequency or {}
    scores = {cause: PRIOR[often.get(cause, "usual")] + score(list(items)) for cause, items in grouped(evidence).items()}
    found = shares(scores, consequences or {})
    alike = {c for c, items in grouped(evidence).items() if all(e.rule == LIKENESS for e in items if e.favours)}
    return {c: min(p, MAYBE) if c in alike else p for c, p in found.items()}


def shares(scores: Mapping[str, float], consequences: Mapping[str, Collection[str]]) -> dict[str, float]:
    """Scores in log odds to shares, the unknown rival taking part with a score of 0."""
    top = max([0.0, *scores.values()])
    weight = {cause: exp(s - top) for cause, s in scores.items()}
    for cause, following in sorted(consequences.items(), key=lambda item: -weight.get(item[0], 0.0)):
        if cause not in weight:
            continue
        for other in following:
            if other in weight and other != cause and not (cause in consequences.get(other, ()) and weight[other] > weight[cause]):
                believed = exp(scores[cause]) / (1 + exp(scores[cause])) if scores[cause] < 30 else 1.0
                weight[other] *= 1 - 0.97 * believed
    total = sum(weight.values()) + exp(-top)
    return {cause: min(w / total, CEILING) for cause, w in weight.items()}


def score(items: Sequence[Evidence]) -> float:
    """Log odds that the evidence of one cause adds up to. Evidence contained in other evidence counts once."""
    total = 0.0
    for favours in (True, False):
        side = _independent([e for e in items if e.favours is favours])
        part = 0.0
        spoken: set[str] = set()
        for e in sorted(side, key=lambda e: (-odds(e), e.rule)):
            signals = {n for n in e.needs if n.startswith("signal:") and n.endswith("=")} or set(e.needs)
            part += odds(e) * (ECHO if signals and signals <= spoken else 1.0)
            spoken |= signals
        total += part if favours else -part
    return total


def odds(e: Evidence) -> float:
    """What one piece of evidence is worth: less where its lines were only similar, or belong to an earlier attempt."""
    step = WEIGHTS.index(e.weight)
    if e.hits and all(h.fuzzy < 1.0 for h in e.hits):
        step = 0
    if e.hits and all(h.place == "earlier" for h in e.hits):
        step -= 1
    return (ODDS[WEIGHTS[step]] if step >= 0 else ODDS["weak"] / 2) * e.share


def _independent(items: Sequence[Evidence]) -> list[Evidence]:
    """Without rules that bound a subset of what another rule of the same cause bound: the more specific one counts."""
    strongest: dict[str, Evidence] = {}
    for e in items:
        if e.rule not in strongest or odds(e) > odds(strongest[e.rule]):
            strongest[e.rule] = e
    kept = list(strongest.values())
    return [e for e in kept if not any(o is not e and (e.needs < o.needs or (e.needs == o.needs and (odds(o), o.rule) > (odds(e), e.rule)))
                                       for o in kept)]  # fmt: skip


def grouped(evidence: Iterable[Evidence]) -> dict[str, list[Evidence]]:
    """Evidence by cause, causes in alphabetical order."""
    groups: dict[str, list[Evidence]] = {}
    for e in sorted(evidence, key=lambda e: (e.cause, e.rule)):
        groups.setdefault(e.cause, []).append(e)
    return groups
