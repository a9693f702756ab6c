"""``troubleshooter chat``: the guided dialogue in plain lines, for pipes, screen readers and dumb terminals."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from troubleshooter.case import case_from
from troubleshooter.cli.common import evidence_for, knowledge_for
from troubleshooter.cli.options import Parser, language, shared
from troubleshooter.dialogue import saved
from troubleshooter.dialogue.explanations import how, why
from troubleshooter.dialogue.session import Session, understood_answer
from troubleshooter.dialogue.words import words
from troubleshooter.errors import InputError, TroubleshooterError, UsageError
from troubleshooter.kb.problem import did_you_mean
from troubleshooter.model import Question
from troubleshooter.report.text_report import render, wrapped
from troubleshooter.report.words import shown_source


def main(arguments: list[str]) -> int:
    parser = Parser("troubleshooter chat", parents=[shared()], description="The guided dialogue in plain lines.")
    parser.add_argument("log", nargs="?", default="", help="a log to begin with")
    parser.add_argument("--resume", type=Path, metavar="FILE", help="go on with a saved session")
    given = parser.parse_args(arguments)
    knowledge = knowledge_for(given)
    evidence, notes = evidence_for(given, given.log if given.log != "-" else "", knowledge)
    session = Session(knowledge, case_from(evidence, knowledge, notes, advice=True))
    if given.resume:
        session = saved.resumed(_file(given.resume), session, str(given.resume))
    return Chat(session, language(given), given).talk(iter(sys.stdin.readline, ""))


def _file(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError) as fault:
        raise InputError(f"{path}: {getattr(fault, 'strerror', None) or 'no text'}; name a file that `save` wrote") from fault


class Chat:
    """Reads lines and prints answers; the only state is the session."""

    def __init__(self, session: Session, lang: str, given: object = None) -> None:
        self.session, self.lang, self.given = session, lang, given
        self.w = words(lang)
        self.commands: dict[str, Callable[[str], None]] = {
            "why": self.why, "how": self.how, "back": self.back, "change": self.change, "unknown": self.unknown, "facts": self.facts,
            "causes": self.causes, "fix": self.fix, "log": self.log, "failures": self.failures, "save": self.save, "export": self.export,
            "restart": self.restart, "help": self.help, "done": self.done,
        }  # fmt: skip

    def talk(self, lines: Iterator[str]) -> int:
        """Until ``quit`` or the end of input; 0 when a cause was named, else 1."""
        self.show()
        for line in lines:
            text = line.strip()
            if text in ("quit", "exit", "q"):
                self.say(self.w["bye"])
                break
            if not text:
                continue
            try:
                self.take(text, lines)
            except (TroubleshooterError, OSError) as fault:
                self.say(str(fault))
        else:
            self.say(self.w["end"])
        return 0 if self.session.diagnosis.causes and self.session.diagnosis.outcome != "not-ours" else 1

    def take(self, text: str, lines: Iterator[str]) -> None:
        name, _, rest = text.partition(" ")
        question = self.session.question
        if name.lower() in self.commands and (question is None or text.lower() not in {a.value for a in question.answers}):
            self.commands[name.lower()](rest.strip())
        elif question is None:
            self.session = self.session.describe("\n".join([text, *_pasted(lines)]) if not self.session.events else text)
            self.show()
        else:
            self.answer(question, text)

    def answer(self, question: Question, text: str) -> None:
        value = understood_answer(text, question, self.session)
        if value is not None:
            self.session = self.session.answer(question.fact, value)
            self.show()
            return
        pasted = self.session.paste(text)
        if len(pasted.case.facts) > len(self.session.case.facts):
            self.session = pasted
            self.show()
        else:
            self.say(self.w["not-understood"].format(text=text, commands=self.w["commands"]))

    # --- what is printed ---

    def say(self, text: str = "") -> None:
        for line in text.split("\n"):
            print("\n".join(wrapped(line, 80)) if len(line) > 80 else line)
        sys.stdout.flush()

    def show(self) -> None:
        """The present state: the list of failures, the question, or the result."""
        session = self.session
        if session.case.log is None and not session.case.typed:
            self.say(self.w["start"])
            return
        if session.diagnosis.others and not any(e.kind == "choose" for e in session.events):
            self.say(self.w["several"])
            self.failures("")
        question = session.question
        if question is None:
            self.say(render(session.diagnosis, self.lang))
            if session.diagnosis.causes:
                self.say(self.w["fixed-log"])
            return
        self.causes("")
        self.say()
        self.say(f"{self.w['question'].format(n=len(session.answers) + 1)}: {question.text}")
        for number, a in enumerate(question.answers, 1):
            self.say(f"  {number} {a.text}")
        self.say(f"  0 {self.w['unknown']}")
        self.say(f"{self.w['why-asked']}: {question.why}")
        if question.how:
            self.say(f"{self.w['find-out']}: {question.how}")

    def why(self, _: str) -> None:
        question = self.session.question
        if question is None:
            self.say(self.w["no-question"])
            return
        reason = why(self.session, question)
        self.say(question.why)
        self.say(f"{self.w['known']}:")
        for line in reason.known or (self.w["nothing-known"],):
            self.say(f"  {line}")
        self.say(f"{self.w['needed-by']}: {', '.join(reason.needed_by)}")
        self.say(f"{self.w['would-change']}:")
        for effect in reason.effects:
            changes = ", ".join(f"{c} {before:.0%} -> {after:.0%}" for c, before, after in effect.causes)
            self.say(f"  {effect.text}: {changes}")

    def how(self, cause: str) -> None:
        causes = self.session.diagnosis.causes
        if not causes:
            self.say(self.w["no-cause"])
            return
        known = self.session.knowledge.causes
        if cause and cause not in known:
            raise UsageError(f"no cause is called {cause!r}; {did_you_mean(cause, known, '`causes` lists those in question')}")
        for trace in how(self.session, cause or causes[0].id):
            state = self.w["fired"] if trace.fired else self.w["did-not-fire"]
            self.say(f"{trace.rule}: {state}, {self.w['weighs']} {self.w[trace.weight]} {self.w['for' if trace.favours else 'against']}")
            for number, text in trace.lines:
                self.say(f"    {number}: {text}")
            for fact in (*trace.facts, *trace.absent):
                self.say(f"    {fact}")
            if trace.waits:
                self.say(f"    {self.w['waits']}:")
            for each in trace.waits:
                self.say(f"    - {each}")

    def facts(self, _: str) -> None:
        for number, event in enumerate(self.session.answers, 1):
            self.say(f"{number}  {event.name} = {event.value}")
        for fact in self.session.diagnosis.facts:
            self.say(f"   {fact.name} = {fact.value}  [{shown_source(fact.source, self.lang)}]")

    def causes(self, _: str) -> None:
        for c in self.session.diagnosis.causes[:6]:
            self.say(f"{c.certainty:4.0%}  {c.title}  [{c.id}]")
        if not self.session.diagnosis.causes:
            self.say(self.w["no-cause"])

    def fix(self, _: str) -> None:
        self.say(render(self.session.diagnosis, self.lang))

    def failures(self, text: str) -> None:
        found = self.session.failures
        if text.isdigit() and 1 <= int(text) <= len(found):
            self.session = self.session.choose(found[int(text) - 1].line)
            self.show()
            return
        for number, failure in enumerate(found, 1):
            self.say(self.w["failure"].format(n=number, line=failure.line, title=failure.causes[0].title))

    # --- what changes the session ---

    def back(self, _: str) -> None:
        if not self.session.events:
            self.say(self.w["nothing-to-undo"])
            return
        self.session = self.session.undo()
        self.say(self.w["undone"])
        self.show()

    def change(self, text: str) -> None:
        number, _, value = text.partition(" ")
        if not number.isdigit() or not value:
            self.say(self.w["usage-change"])
            self.facts("")
            return
        self.session = self.session.change(int(number), value.strip())
        self.say(self.w["changed"])
        self.show()

    def unknown(self, _: str) -> None:
        question = self.session.question
        if question is not None:
            self.session = self.session.unknown(question.fact)
        self.show()

    def done(self, remedy: str) -> None:
        causes, fixes = self.session.diagnosis.causes, self.session.fixes
        fix = next((f for f in fixes if f.id == remedy), fixes[0] if fixes else None)
        if fix is not None:
            self.session = self.session.applied(causes[0].id, fix.id)
            self.say(self.w["applied"].format(title=fix.title))
            self.say(self.w["fixed-log"])

    def log(self, path: str) -> None:
        self.session = self.session.still_fails(Path(path).read_text("utf-8", "replace"))
        self.show()

    def save(self, path: str) -> None:
        Path(path or "session.json").write_text(saved.saved(self.session), "utf-8")
        self.say(self.w["saved"].format(path=path or "session.json"))

    def export(self, path: str) -> None:
        text = saved.exported_json(self.session) if path.endswith(".json") else saved.exported(self.session, self.lang)
        Path(path or "diagnosis.md").write_text(text, "utf-8")
        self.say(self.w["saved"].format(path=path or "diagnosis.md"))

    def restart(self, _: str) -> None:
        self.session = self.session.restart()
        self.say(self.w["restarted"])
        self.show()

    def help(self, _: str) -> None:
        self.say(self.w["commands"])


def _pasted(lines: Iterator[str]) -> Iterator[str]:
    """Further lines of a pasted message, up to an empty one or the end."""
    for line in lines:
        if not line.strip():
            return
        yield line.rstrip("\n")
