"""``troubleshooter chat``: the guided dialogue in plain lines, for pipes, screen readers and dumb terminals."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from troubleshooter.case import case_from
from troubleshooter.cli.common import evidence_for, knowledge_for
from troubleshooter.cli.options import Parser, language, shared
from troubleshooter.dialogue import saved
from troubleshooter.dialogue.lines import Lines, keyboard
from troubleshooter.dialogue.plain import is_printed
from troubleshooter.dialogue.session import Session
from troubleshooter.dialogue.talk import Talk
from troubleshooter.dialogue.words import words
from troubleshooter.errors import InputError, TroubleshooterError
from troubleshooter.evidence.gather import project_folder
from troubleshooter.messages import in_language
from troubleshooter.model import Fix
from troubleshooter.report.text_report import width, wrapped

WIDTH = 80
_HEAD = re.compile(r"\s*(?:\d{1,2} +(?:\d{1,3}% +)?|\d{1,3}% -> +\d{1,3}% +)?")
"""What a line begins with, and the lines that it is wrapped to are indented by."""


def main(arguments: list[str]) -> int:
    parser = Parser("troubleshooter chat", parents=[shared()], description="The guided dialogue in plain lines.")
    parser.add_argument("log", nargs="?", default="", help="a log to begin with; - reads it from the pipe, and answers from the terminal")
    parser.add_argument("--resume", type=Path, metavar="FILE", help="go on with a saved session")
    given = parser.parse_args(arguments)
    knowledge = knowledge_for(given)
    evidence, notes = evidence_for(given, given.log, knowledge)
    session = Session(knowledge, case_from(evidence, knowledge, notes, advice=True))
    if given.resume:
        session = saved.resumed(_file(given.resume), session, str(given.resume))
    lines = Lines(keyboard() if given.log == "-" else sys.stdin)
    try:
        return _talk(Talk(session, Files(given, lines, evidence.texts), say), lines)
    except KeyboardInterrupt:
        say("\n" + words(language(given))["stopped"])
        return 130


def _talk(talk: Talk, lines: Lines) -> int:
    """Until ``quit`` or the end of input; 0 when a cause was named, else 1."""
    talk.show()
    while True:
        text = lines.read()
        if text is None:
            question, causes = talk.session.question, talk.session.diagnosis.causes
            if question is not None and causes:
                say(talk.w["so-far"].format(title=causes[0].title, percent=f"{causes[0].certainty:.0%}"))
            say(talk.w["end"])
            break
        if talk.command(text)[0] == "quit":
            say(talk.w["bye"])
            break
        if not text.strip():
            continue
        if not talk.is_word(text):
            text = lines.rest_of(text, talk.is_word, is_printed(text) or talk.session.has_message(text))
        try:
            talk.take(text)
        except TroubleshooterError as fault:
            say(in_language(str(fault), talk.language))
    diagnosis = talk.session.diagnosis
    return 0 if diagnosis.causes and diagnosis.outcome in ("diagnosed", "ambiguous") else 1


def say(text: str) -> None:
    """Prints ``text`` at most 80 columns wide; what can be copied stays in one line."""
    for line in text.split("\n"):
        if width(line) <= WIDTH or line.lstrip().startswith(("$ ", "+", "-", "@@")):
            print(line)
            continue
        head = _HEAD.match(line)
        hanging = head.end() if head else 0
        for number, part in enumerate(wrapped(line[hanging:], WIDTH - hanging)):
            print((line[:hanging] if number == 0 else " " * hanging) + part)
    sys.stdout.flush()


def _file(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError) as fault:
        raise InputError(f"{path}: {getattr(fault, 'strerror', None) or 'no text'}; name a file that `save` wrote") from fault


class Files:
    """The files, the knowledge and the keyboard, as the dialogue needs them."""

    def __init__(self, given: Any, lines: Lines, texts: Collection[str]) -> None:
        self.given, self.lines = given, lines
        project, _ = project_folder(given.project, given.no_project)
        named = {p.name: p.parent for p in (given.dockerfile, given.go_mod) if p is not None}
        self.roots = {name: project or named.get(name, Path.cwd()) for name in texts}

    def read_log(self, path: str, session: Session) -> Session:
        """The log of the next attempt; the project's files are read again, since they were changed."""
        evidence, notes = evidence_for(self.given, str(Path(path).expanduser()), session.knowledge)
        assert evidence.log is not None
        facts = [f for f in evidence.facts if f.source.startswith("log")]
        case = case_from(evidence, session.knowledge, notes, advice=True)
        base = replace(case, log=session.base.log, facts=tuple(f for f in case.facts if f not in facts))
        return replace(session, base=base).still_fails(evidence.log, facts)

    def apply(self, fix: Fix) -> Sequence[Path]:
        from troubleshooter.remedy.write import write_changes

        written: list[Path] = []
        for root in dict.fromkeys(self.roots.get(c.name, Path.cwd()) for c in fix.changes):
            written += write_changes([c for c in fix.changes if self.roots.get(c.name, Path.cwd()) == root], root)
        return written

    def translated(self, session: Session, language: str) -> Session:
        self.given.lang = language
        return replace(session, knowledge=knowledge_for(self.given))

    def ask(self) -> str:
        return self.lines.read() or ""
