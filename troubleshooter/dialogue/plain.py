"""What the dialogue says in plain lines: the question, the reasons, the remedies, and what is known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from troubleshooter.dialogue.explanations import how, why
from troubleshooter.dialogue.session import Session
from troubleshooter.dialogue.words import words
from troubleshooter.inference.planner import question_of
from troubleshooter.inference.sentences import fact_sentence
from troubleshooter.model import Answer, Fact, Fix, Hypothesis, Question
from troubleshooter.report.text_report import render
from troubleshooter.report.words import shown_source

MAX_CAUSES = 6
MAX_FACTS = 40
ENGINES = {"docker": "Docker", "podman": "Podman", "kubernetes": "Kubernetes", "shell": ""}


def asked(question: Question, session: Session) -> str:
    """The question, its answers, why it is asked and how to find out."""
    w = words(session.knowledge.language)
    out = [f"{w['question'].format(n=len(session.answers) + 1)}: {question.text}",
           *answers(list(enumerate(question.answers, 1))), f"  0 {w['unknown']}", f"{w['why-asked']}: {question.why}"]  # fmt: skip
    found = _ways(question, session)
    if found:
        out += [f"{w['find-out']}" + (f" ({w['more-ways']}):" if len(found) > 1 else ":"), f"  $ {found[0][1]}"]
    return "\n".join(out)


def answers(numbered: Iterable[tuple[int, Answer]]) -> list[str]:
    return [f"  {n} {a.text}" for n, a in numbered]


def ways(question: Question, session: Session) -> str:
    """Every way to find the answer out."""
    found = _ways(question, session)
    return "\n".join(f"{name}:\n  $ {command}" if name else f"  $ {command}" for name, command in found) or question.why


def _ways(question: Question, session: Session) -> list[tuple[str, str]]:
    """Engine and command, first that of the engine at hand."""
    how = (session.knowledge.table("questions").get(question.id) or {}).get("how") or {}
    if question.how and question.how not in how.values():
        return [("", question.how)]
    runner = session.reading.facts.get("runner")
    first = {question.how: 1, how.get(runner.value if runner else ""): 0}
    return [(ENGINES[e], command) for e, command in sorted(how.items(), key=lambda item: first.get(item[1], 2))]


def reason(question: Question, session: Session) -> str:
    """WHY: what is known, what the answer decides about, and what each answer would change."""
    w, outlines = words(session.knowledge.language), session.knowledge.outlines
    found = why(session, question)
    out = [question.why, f"{w['known']}:", *(f"  {line}" for line in found.known or (w["nothing-known"],))]
    causes = list(dict.fromkeys(rule.partition("/")[0] for rule in found.needed_by))
    if causes:
        out += [f"{w['needed-by']}:", *(f"  {outlines[c].title}" for c in causes if c in outlines)]
    out.append(f"{w['would-change']}:")
    for effect in found.effects:
        out.append(f"  {effect.text}")
        moved = [(c, before, after) for c, before, after in effect.causes if abs(after - before) >= 0.01]
        out += [f"    {before:.0%} -> {after:.0%}  {outlines[c].title}" for c, before, after in moved] or [f"    {w['no-change']}"]
    return "\n".join(out)


def traced(cause: str, session: Session) -> str:
    """HOW: rule by rule, what holds first, with the lines and facts that it rests on."""
    w = words(session.knowledge.language)
    out = [session.knowledge.outlines[cause].title]
    for trace in how(session, cause):
        side, weight = w["for" if trace.favours else "against"], w[f"weight-{trace.weight}"]
        out.append(f"{trace.rule.partition('/')[2]}: {w['fired' if trace.fired else 'did-not-fire']}, {weight} {side}")
        if trace.says and trace.fired:
            out.append(f"    {trace.says}")
        out += [f"    {w['line'] + ' ' + str(n) if n else w['typed']}: {text}" for n, text in trace.lines]
        out += [f"    {text}" for text in (*trace.facts, *(trace.absent if trace.fired else ()))]
        if trace.waits:
            out.append(f"    {w['waits']}: {'; '.join(trace.waits)}")
    return "\n".join(out)


def ranked(session: Session) -> str:
    causes = session.diagnosis.causes[:MAX_CAUSES]
    rows = [f"{n}  {c.certainty:4.0%}  {c.title}" for n, c in enumerate(causes, 1)]
    return "\n".join(rows) or words(session.knowledge.language)["no-cause"]


def known(session: Session) -> str:
    """The answers with their numbers, and the facts with their sources."""
    w, knowledge = words(session.knowledge.language), session.knowledge
    out = [f"{w['answered']}:"] if session.answers else [w["no-answers"]]
    for n, e in enumerate(session.answers, 1):
        out.append(f"  {n}  {answer_text(e.name, e.value, session)}  ({e.name} = {e.value})")
    read = [f for f in session.diagnosis.facts if f.source != "answered"]
    if read:
        out.append(f"{w['known']}:")
        out += [f"  {fact_sentence(f, knowledge)}  [{shown_source(f.source, knowledge.language)}]" for f in read[:MAX_FACTS]]
    return "\n".join(out)


def answer_text(fact: str, value: str, session: Session) -> str:
    """An answer as it was offered, or as a fact is told."""
    w = words(session.knowledge.language)
    question = question_about(fact, session)
    if value == "unknown":
        return f"{question.text if question else fact}: {w['not-known']}"
    text = next((a.text for a in question.answers if a.value == value), "") if question else ""
    return text if len(text) > 4 else fact_sentence(Fact(fact, value, "answered"), session.knowledge)


def question_about(fact: str, session: Session) -> Question | None:
    """The question that asks for ``fact``, as the knowledge has it."""
    table = session.knowledge.table("questions")
    return next((question_of(name, entry) for name, entry in table.items() if entry["fact"] == fact), None)


def result(session: Session) -> str:
    """The report; remedies that were tried already are left out, and said to be."""
    w, diagnosis = words(session.knowledge.language), session.diagnosis
    tried = {(e.value, e.name) for e in session.events if e.kind == "applied"}

    def left(cause: Hypothesis) -> Hypothesis:
        fixes = tuple(f for f in cause.fixes if (cause.id, f.id) not in tried)
        return replace(cause, fixes=fixes) if fixes else cause

    text = render(replace(diagnosis, causes=tuple(map(left, diagnosis.causes))), session.knowledge.language).strip("\n")
    return f"{text}\n\n{w['next-log']}" if diagnosis.causes and diagnosis.outcome != "healthy" else text


def remedies(cause_id: str, session: Session) -> str:
    """Every remedy of a cause in full, with numbers."""
    w = words(session.knowledge.language)
    every = (*session.diagnosis.causes, *session.diagnosis.next)
    cause = next((c for c in every if c.id == cause_id), None)
    if cause is None or not cause.fixes:
        return "\n".join([session.knowledge.outlines[cause_id].title, w["no-remedies"]])
    tried = {(e.value, e.name) for e in session.events if e.kind == "applied"}
    out = [cause.title]
    for n, fix in enumerate(cause.fixes, 1):
        done = (cause.id, fix.id) in tried
        mark = f" ({w['tried']})" if done else ""
        out += ["", f"{w['remedy'].format(n=n)}{mark}: {fix.title}", *([] if done else _steps(fix))]
        if fix.changes and not done and cause is session.diagnosis.causes[0]:
            out.append(f"  {w['apply-hint'].format(n=n)}")
    return "\n".join(out)


def _steps(fix: Fix) -> list[str]:
    marks = {"run": "  $ ", "say": "  "}
    out = [marks[s.kind] + line for s in fix.steps if s.text != fix.title for line in s.text.splitlines()]
    return [*out, *(f"    {line}" for line in fix.patch.splitlines())]


def decisive(session: Session) -> str:
    """The lines of the log that the order of the causes rests on."""
    w = words(session.knowledge.language)
    hits = {(h.line, h.text) for e in session.reading.evidence for h in e.hits if h.line}
    rows = [f"  {n}: {text}" for n, text in sorted(hits)]
    return "\n".join([f"{w['decisive-lines']}:", *rows]) if rows else w["no-lines"]


def changed(session: Session) -> list[str]:
    """Titles of the remedies that were applied."""
    titles = []
    for event in session.events:
        cause = session.knowledge.causes.get(event.value) if event.kind == "applied" else None
        titles += [r.title for r in (cause.remedies if cause else ()) if r.id == event.name]
    return titles


def sentences(facts: Sequence[Fact], session: Session) -> list[str]:
    return list(dict.fromkeys(fact_sentence(f, session.knowledge) for f in facts))


def short(text: str) -> str:
    first = " ".join(text.split())
    return first if len(first) <= 60 else first[:59] + "…"


def is_printed(text: str) -> bool:
    """Whether ``text`` looks printed by a program rather than typed by a person."""
    return "\n" in text.strip() or bool(re.search(r"[:=/\[{\t]|\s{2,}|^#\d", text))
