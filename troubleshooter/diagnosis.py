"""The one pipeline: evidence, facts, inference, belief, remedies, Diagnosis. Commands, dialogue and survey all call it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import field, replace

from troubleshooter.case import Case
from troubleshooter.evidence.facts import completed, from_hits, settle
from troubleshooter.frozen import dataclass
from troubleshooter.inference import told as words
from troubleshooter.inference.belief import PRIOR, REMEMBERED, certainties, grouped, score, shares
from troubleshooter.inference.explain import reasons
from troubleshooter.inference.memory import Memory, infer
from troubleshooter.inference.planner import questions
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.messages import in_language
from troubleshooter.model import GUESS, PHASES, UNKNOWN, Diagnosis, Evidence, Fact, Failure, Finding, Hit, Hypothesis, Outcome, Question
from troubleshooter.remedy.choose import fixes
from troubleshooter.remedy.fill import values

HUNCH = 0.03
"""A first cause below this is not named even while somebody is only asked what the failure looks like."""
LEAD = 1.8
"""How many times likelier than the next one the first cause must be to stand out."""
FIRM = 4.0
"""The same where somebody only tells what the failure looks like: a single answer may be wrong."""
LOOKED_AT = 30
"""Telling lines, the last ones, that the second pass compares with messages."""
ALIKE = 88.0
"""How similar (of 100) a line must be to a message to speak for it."""
WEAK = 0.5
"""Below this a cause does not stand out while another is worth naming."""
MAX_CAUSES = 8
REMARK = 0.3
"""What a remark (advice) counts at most where nothing failed yet: it is never the reason of a failure."""


@dataclass(frozen=True)
class Reading:
    """What inference made of a case: the dialogue plans its questions on it."""

    case: Case
    memory: Memory
    facts: Mapping[str, Fact]
    contradictions: tuple[tuple[Fact, Fact], ...]
    evidence: tuple[Evidence, ...]
    certainty: Mapping[str, float]
    ranked: tuple[str, ...]
    """Causes that explain the failure, best first."""
    later: tuple[str, ...]
    """Causes that only the files predict."""
    hits: tuple[Hit, ...] = field(default=())


def diagnose(case: Case, knowledge: Knowledge) -> Diagnosis:
    """The diagnosis of ``case``: causes of the first failure, what comes next, further failures, questions."""
    reading = read(case, knowledge)
    if not reading.ranked and case.log is not None and not case.typed:
        reading = _by_likeness(reading, knowledge)
    others: list[Failure] = []
    services = _services(reading)
    if services:
        reading, others = _apart(reading, services, knowledge)
    return told(reading, knowledge, tuple(others))


def _by_likeness(reading: Reading, knowledge: Knowledge) -> Reading:
    """The second pass, where no line was recognised: telling lines that resemble a message are weaker evidence for it."""
    log = reading.case.log
    if log is None or not log.suspicious:
        return reading
    from troubleshooter.evidence.similar import similar_hits

    hits = similar_hits(log.suspicious[-LOOKED_AT:], knowledge, ALIKE)
    return read(reading.case, knowledge, [*log.hits, *hits]) if hits else reading


def read(case: Case, knowledge: Knowledge, hits: Sequence[Hit] | None = None) -> Reading:
    """Facts, inference and belief of ``case``; ``hits`` limits it to some lines of the log."""
    seen = tuple(hits if hits is not None else case.log.hits if case.log else ())
    settled = settle([*case.facts, *from_hits(seen, knowledge)], knowledge)
    known = {n: f for n, f in completed(settled.best, settled.many, knowledge).items() if f.value != UNKNOWN}
    chosen = words.hits(known, knowledge)
    seen = (*seen, *chosen)
    memory = infer(knowledge, known, settled.many, seen, case.log.counts if case.log else None)
    remembered = case.typed or words.told(known)
    fired = [replace(e, share=REMEMBERED) if remembered else e for e in words.rules_of(memory.evidence, chosen)]
    evidence = (*fired, *words.evidence(known, knowledge), *words.looked_for(known, knowledge), *case.typed)
    certainty, ranked, later = _ranked(evidence, case, knowledge)
    asked = {f.name: f for f in settled.best.values() if f.value == UNKNOWN}
    return Reading(case, memory, {**asked, **memory.facts}, settled.contradictions, evidence, certainty, ranked, later, seen)


def _ranked(evidence: Iterable[Evidence], case: Case, knowledge: Knowledge) -> tuple[dict[str, float], tuple[str, ...], tuple[str, ...]]:
    groups = {c: items for c, items in grouped(evidence).items() if any(e.favours for e in items) and c in knowledge.causes}
    if not case.advice:
        groups = {c: items for c, items in groups.items() if knowledge.outlines[c].kind != "advice"}
    told = any(f.source == "typed" or f.name in words.SYMPTOMS for f in case.facts)
    shown = {c for c, items in groups.items() if any(e.favours and (e.hits or (told and _typed(e))) for e in items)}
    if not _reported(case):
        shown = set()
    # symptoms that are told fit a cause and what follows from it alike; only a log shows both
    follows = {} if words.told(f.name for f in case.facts) else {c: knowledge.outlines[c].consequences for c in groups}
    often = {c: knowledge.outlines[c].frequency for c in groups}
    certainty = certainties([e for c in shown for e in groups[c]], follows, often)
    predicted = {c: _alone(c, groups, knowledge, shown) for c in groups if c not in shown}
    predicted = {c: min(p, REMARK) if knowledge.outlines[c].kind == "advice" else p for c, p in predicted.items()}
    ranked = tuple(sorted(shown, key=lambda c: (-certainty[c], c)))

    def ours(cause: str) -> bool:
        return knowledge.outlines[cause].kind == "ours"

    later = tuple(sorted((c for c in predicted if predicted[c] >= GUESS and (shown or case.log is None or ours(c))),
                         key=lambda c: (_phase(c, knowledge), -predicted[c], c)))  # fmt: skip
    certainty.update(predicted)
    if not _reported(case) or (case.vague and not shown):
        # of what is about as certain, what fails first comes first
        return certainty, tuple(sorted(later, key=lambda c: (-_step(certainty[c]), _phase(c, knowledge), -certainty[c], c))), ()
    if ranked:
        first = _phase(ranked[0], knowledge)
        later = tuple(c for c in later if _phase(c, knowledge) >= first and c not in knowledge.outlines[ranked[0]].neighbours)
    return certainty, ranked, later


def _reported(case: Case) -> bool:
    """Whether a log or somebody says that something fails; otherwise the files alone are asked what will fail."""
    return case.log is not None or bool(case.typed) or case.vague


def _step(certainty: float) -> int:
    """A certainty as one of four steps."""
    return sum(certainty >= bound for bound in (0.3, 0.6, 0.9))


def _typed(e: Evidence) -> bool:
    """Whether what somebody said, or what follows from it, is among the reasons: it stands for the message that is not there."""
    return any(f.source.startswith(("typed", "inferred")) or f.name in words.SYMPTOMS for f in e.facts)


def _alone(cause: str, groups: Mapping[str, list[Evidence]], knowledge: Knowledge, shown: Collection[str]) -> float:
    """Certainty of a cause that only files speak of: independent faults are no rivals, only its neighbours are."""
    beside = [c for c in knowledge.outlines[cause].neighbours if c in knowledge.outlines and knowledge.outlines[c].kind != "advice"]
    rivals = {c: PRIOR[knowledge.outlines[c].frequency] + score(groups[c]) for c in (cause, *beside) if c in groups and c not in shown}
    return shares(rivals, {})[cause]


def _phase(cause: str, knowledge: Knowledge) -> int:
    return PHASES.index(knowledge.outlines[cause].phase)


def _services(reading: Reading) -> dict[str, list[Hit]]:
    """Hits of other services than those that the first cause's lines belong to, where there are such."""
    if not reading.ranked:
        return {}
    mine = {h.service for e in reading.evidence if e.cause == reading.ranked[0] and e.favours for h in e.hits}
    if "" in mine or not mine:
        return {}
    groups: dict[str, list[Hit]] = {}
    for hit in reading.hits:
        if hit.service and hit.service not in mine:
            groups.setdefault(hit.service, []).append(hit)
    return groups


def _apart(reading: Reading, services: Mapping[str, list[Hit]], knowledge: Knowledge) -> tuple[Reading, list[Failure]]:
    """The first failure without the lines of other services, and those that fail for reasons of their own."""
    case = reading.case
    elsewhere = {id(h) for hits in services.values() for h in hits}
    main = read(case, knowledge, [h for h in reading.hits if id(h) not in elsewhere])
    others, named = [], set(main.ranked[:1])
    for hits in services.values():
        part = read(case, knowledge, hits)
        first = part.ranked[0] if part.ranked else ""
        if first and first not in named and part.certainty[first] >= 0.6 and knowledge.outlines[first].kind == "ours":
            named.add(first)
            lines = [h.line for e in part.evidence if e.cause == first for h in e.hits]
            others.append(Failure((hypothesis(first, part, knowledge),), min(lines)))
    return main, others


def told(reading: Reading, knowledge: Knowledge, others: tuple[Failure, ...] = ()) -> Diagnosis:
    """The reading as the Diagnosis that reports are made from."""
    case = reading.case
    named = [c for c in reading.ranked if reading.certainty[c] >= (_floor(reading) if c == reading.ranked[0] else 0.02)][:MAX_CAUSES]
    outcome = _outcome(named, reading, knowledge)
    causes = [] if outcome in ("healthy", "unknown") else [hypothesis(c, reading, knowledge) for c in named]
    later = [hypothesis(c, reading, knowledge) for c in reading.later] if outcome != "not-ours" else []
    asked: tuple[Question, ...] = ()
    if outcome in ("ambiguous", "diagnosed", "unknown"):
        rivals = [c for c in reading.ranked if reading.certainty[c] >= 0.02]
        asked = questions(reading.memory, reading.evidence, rivals, reading.facts, knowledge)
    if outcome == "ambiguous" and not causes and not asked:
        outcome = "unknown"
    return Diagnosis(
        outcome=outcome,
        causes=tuple(causes),
        facts=tuple(sorted(reading.facts.values(), key=lambda f: f.name)),
        next=tuple(later[:MAX_CAUSES]),
        others=others,
        questions=asked,
        nearest=nearest(reading, knowledge) if outcome == "unknown" else (),
        findings=tuple(_in_language(f, knowledge.language) for f in case.findings),
        contradictions=reading.contradictions,
        lines=case.log.lines if case.log else 0,
        bytes=case.log.bytes if case.log else 0,
        knowledge_version=knowledge.version,
        knowledge_hash=knowledge.hash,
        notes=(*case.notes, *knowledge.notes),
    )


def _in_language(finding: Finding, language: str) -> Finding:
    return Finding(finding.where, in_language(finding.says, language), in_language(finding.cure, language))


def _told_only(reading: Reading) -> bool:
    """Whether all that is known was told in answers to general questions, and no message was read."""
    return words.told(reading.facts) and not any(h.line for h in reading.hits)


def _floor(reading: Reading) -> float:
    """How certain the first cause must be to be named: in a dialogue without any message a guess is named as one."""
    return HUNCH if _told_only(reading) else GUESS


def _outcome(named: Sequence[str], reading: Reading, knowledge: Knowledge) -> Outcome:
    if not named:
        return "ambiguous" if reading.case.vague else "unknown" if _reported(reading.case) else "healthy"
    if not _reported(reading.case):
        return "diagnosed"
    first = knowledge.outlines[named[0]]
    told_only = _told_only(reading)
    if (reading.case.typed or told_only) and reading.certainty[named[0]] < WEAK:
        return "ambiguous"
    if told_only and not words.made_sure(reading.facts):
        return "ambiguous"  # nobody looked yet whether it is so
    if first.kind == "healthy":
        return "healthy"
    if first.kind == "not-ours":
        return "not-ours"
    rivals = [c for c in named[1:] if knowledge.outlines[c].kind == "ours"]
    lead = reading.certainty[named[0]]
    needed = FIRM if words.told(reading.facts) else LEAD
    if rivals and (lead < needed * reading.certainty[rivals[0]] or lead < WEAK):
        return "ambiguous"
    return "diagnosed"


def hypothesis(cause_id: str, reading: Reading, knowledge: Knowledge) -> Hypothesis:
    """One cause with its reasons and the remedies that fit."""
    cause = knowledge.causes[cause_id]
    evidence = tuple(e for e in reading.evidence if e.cause == cause_id)
    mine = [h for e in sorted(evidence, key=lambda e: e.rule) if e.favours for h in e.hits]
    rest = [h for h in reading.hits if h.place not in ("passed", "test") and not knowledge.signals[h.signal].noise]
    filling = values(reading.memory.facts, [*mine, *rest], knowledge)
    return Hypothesis(
        id=cause.id,
        title=cause.title,
        phase=cause.phase,
        certainty=round(reading.certainty.get(cause_id, 0.0), 3),
        why=reasons(evidence, cause.rules, filling, knowledge),
        fixes=fixes(cause, reading.memory, filling, knowledge, reading.case.patch),
        evidence=evidence,
        from_log=any(e.favours and e.hits for e in evidence),
    )


def nearest(reading: Reading, knowledge: Knowledge) -> tuple[str, ...]:
    """Titles of causes whose messages come nearest to the telling lines, for an honest "I don't know"."""
    log = reading.case.log
    if log is None or not log.suspicious:
        return ()
    from troubleshooter.evidence.similar import similar

    found = similar([text for _, text in log.suspicious[-20:]], knowledge, floor=60)
    causes = [c for hit_signal, _ in found for c in knowledge.causes_of.get(hit_signal, ())]
    return tuple(knowledge.outlines[c].title for c in dict.fromkeys(causes))[:3]
