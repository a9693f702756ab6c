"""Sessions as files: saved and resumed as JSON, exported as Markdown or JSON for somebody else to read."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from troubleshooter.dialogue.kept import facts_of, packed, packed_facts, unpacked
from troubleshooter.dialogue.replay import Event
from troubleshooter.dialogue.session import Session
from troubleshooter.errors import InputError
from troubleshooter.model import Fact

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
    from troubleshooter.report.markdown_report import code, render

    d = session.diagnosis
    out = [render(d, language), "### Facts", "", *(f"- {f.name}: {code(f.value)} ({f.source})" for f in d.facts), ""]
    if session.answers:
        out += ["### Answers", "", *(f"{n}. {e.name}: {code(e.value)}" for n, e in enumerate(session.answers, 1)), ""]
    if d.questions:
        out += ["### Unanswered", "", *(f"- {q.text} (`{q.fact}`)" for q in d.questions), ""]
    out.append(f"troubleshooter {d.knowledge_version}, knowledge {d.knowledge_hash}")
    return "\n".join(out) + "\n"


def exported_json(session: Session) -> str:
    """The same as JSON: the diagnosis of the contract, with the events of the session."""
    from troubleshooter.report.json_report import data

    found: dict[str, Any] = {**data(session.diagnosis), "answers": [{"fact": e.name, "value": e.value} for e in session.answers]}
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"
