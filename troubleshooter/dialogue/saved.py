"""Sessions as files: saved and resumed as JSON, exported as Markdown or JSON for somebody else to read."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from troubleshooter.dialogue.kept import facts_of, packed, packed_facts, unpacked
from troubleshooter.dialogue.replay import Event
from troubleshooter.dialogue.session import Session
from troubleshooter.dialogue.words import words
from troubleshooter.errors import InputError
from troubleshooter.model import UNKNOWN

VERSION = 1


def saved(session: Session, **more: str) -> str:
    """The session as JSON text: the evidence that was read, and the events; ``more`` is for the face that saves it."""
    base = session.base
    data = {
        "troubleshooter-session": VERSION,
        "knowledge": {"version": session.knowledge.version, "hash": session.knowledge.hash},
        "facts": packed_facts(base.facts),
        "log": None if base.log is None else packed(base.log),
        "events": [[e.kind, e.name, e.value] for e in session.events],
        **more,
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def resumed(text: str, session: Session, name: str = "session") -> Session:
    """The saved session on the knowledge of ``session``. Raises InputError for what is no session of this version."""
    try:
        data = json.loads(text)
        if data["troubleshooter-session"] != VERSION:
            raise InputError(f"{name}: a session of version {data['troubleshooter-session']}; this program reads version {VERSION}")
        facts = facts_of(data)
        log = unpacked(data["log"], session.knowledge) if data["log"] else None
        events = tuple(Event(*e) for e in data["events"])
    except (KeyError, TypeError, ValueError) as fault:
        raise InputError(f"{name} is no saved session ({type(fault).__name__}: {fault}); save one with s in the dialogue") from None
    return replace(session, base=replace(session.base, facts=facts, log=log), events=events)


def exported(session: Session, language: str = "en") -> str:
    """Everything for a colleague, as Markdown: versions, diagnosis, evidence, answers, and what stayed open."""
    from troubleshooter import __version__
    from troubleshooter.dialogue.plain import answer_text, changed
    from troubleshooter.report.markdown_report import code, render
    from troubleshooter.report.words import shown_source

    d, w = session.diagnosis, words(language)
    out = [render(d, language), f"### {w['export-facts']}", ""]
    out += [f"- {f.name}: {code(f.value)} ({shown_source(f.source, language)})" for f in d.facts if f.value != UNKNOWN]
    answered = [e for e in session.answers if e.value != UNKNOWN]
    if answered:
        said = [f"{n}. {answer_text(e.name, e.value, session)} ({code(f'{e.name}={e.value}')})" for n, e in enumerate(answered, 1)]
        out += ["", f"### {w['export-answers']}", "", *said]
    if changed(session):
        out += ["", f"### {w['export-changed']}", "", *(f"- {title}" for title in changed(session))]
    open_ = [f"- {answer_text(e.name, e.value, session)} (`{e.name}`)" for e in session.answers if e.value == UNKNOWN]
    open_ += [f"- {q.text} (`{q.fact}`)" for q in d.questions]
    if open_:
        out += ["", f"### {w['export-open']}", "", *open_]
    out += ["", f"troubleshooter {__version__}, knowledge {d.knowledge_version} ({d.knowledge_hash})"]
    return "\n".join(out) + "\n"


def exported_json(session: Session) -> str:
    """The same as JSON: the diagnosis of the contract, with the answers, what was changed, and the version of the program."""
    from troubleshooter import __version__
    from troubleshooter.report.json_report import data

    applied = [{"cause": e.value, "fix": e.name} for e in session.events if e.kind == "applied"]
    answers = [{"fact": e.name, "value": e.value} for e in session.answers]
    found: dict[str, Any] = {**data(session.diagnosis), "answers": answers, "applied": applied, "troubleshooter": __version__}
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"
