"""The dialogue in plain lines: what is typed becomes a move of the session, and what follows is said in lines of text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from troubleshooter.dialogue import plain, saved
from troubleshooter.dialogue.answers import Heard, heard, understood_answer
from troubleshooter.dialogue.replay import several_lines
from troubleshooter.dialogue.session import Session
from troubleshooter.dialogue.words import ALIASES, words
from troubleshooter.errors import InputError, UsageError
from troubleshooter.kb.problem import did_you_mean, wrong_value
from troubleshooter.model import Fix, Question


class Desk(Protocol):
    """What lies outside the session: files, the knowledge in another language, and the next line that is typed."""

    def read_log(self, path: str, session: Session) -> Session: ...

    def apply(self, fix: Fix) -> Sequence[Path]: ...

    def translated(self, session: Session, language: str) -> Session: ...

    def ask(self) -> str: ...


class Talk:
    """Takes what is typed and says what follows; the only state is the session and whether a failure is to be chosen."""

    def __init__(self, session: Session, desk: Desk, say: Callable[[str], None]) -> None:
        self.session, self.desk, self.out = session, desk, say
        self.choosing = False
        self.offered = 0
        self.commands: dict[str, Callable[[str], None]] = {
            "why": self.why, "how": self.how, "find": self.find, "back": self.back, "change": self.change, "unknown": self.unknown,
            "facts": self.facts, "causes": self.causes, "fix": self.fix, "apply": self.apply, "done": self.done, "again": self.again,
            "log": self.log, "failures": self.failures, "save": self.save, "export": self.export, "restart": self.restart,
            "lang": self.lang, "help": self.help,
        }  # fmt: skip

    @property
    def language(self) -> str:
        return self.session.knowledge.language

    @property
    def w(self) -> dict[str, str]:
        return words(self.language)

    @property
    def begun(self) -> bool:
        """Whether there is anything to diagnose yet."""
        return self.session.case.log is not None or bool(self.session.case.typed) or bool(self.session.events)

    def say(self, text: str = "") -> None:
        self.out(text)

    def is_word(self, text: str) -> bool:
        """Whether ``text`` can only be a command, a number or an answer, and no part of what is pasted."""
        question = self.session.question
        if not text.strip() or text.strip().rstrip(".)").isdigit() or self.command(text)[0]:
            return True
        return question is not None and understood_answer(text, question) is not None

    def command(self, text: str) -> tuple[str, str]:
        """The command that ``text`` begins with, and the rest; empty where it is none. A sentence is no command."""
        name, _, rest = text.strip().partition(" ")
        name = ALIASES.get(name.lower(), name.lower())
        if name not in self.commands and name != "quit":
            return "", ""
        takes_more = name in ("change", "save", "export", "again", "log", "fix", "apply", "done", "failures", "how", "lang")
        if rest and not takes_more:
            return "", ""
        if name in ("fix", "apply", "done", "failures", "lang", "how") and len(rest.split()) > 1:
            return "", ""
        if name in ("log", "again") and len(rest.split()) > 1 and not Path(rest.strip()).exists():
            return "", ""
        return name, rest.strip()

    def take(self, text: str) -> None:
        """One thing that was typed or pasted. Raises what the session raises for what makes no sense."""
        question = self.session.question
        name, rest = ("", "") if several_lines(text) else self.command(text)
        plain_number = text.strip().rstrip(".)")
        if name:
            self.commands[name](rest)
        elif self.choosing and plain_number.isdigit():
            self.failures(plain_number)
        elif question is not None and self.begun:
            self.choosing = False
            self.answer(question, text)
        elif plain_number.isdigit():
            self.fix(plain_number)  # nothing is asked: the number is that of a cause
        else:
            self.choosing = False
            self.told(text)

    def answer(self, question: Question, text: str) -> None:
        """A reply to ``question``."""
        if several_lines(text) and self.session.has_message(text) and self._changed():
            self.move(self.session.still_fails(text))
            return
        number = text.strip().rstrip(".)")
        if number.isdigit() and len(number) < 3 and int(number) > len(question.answers):
            self.say(self.w["no-number"].format(text=number, n=len(question.answers)))
            return
        found = heard(text, question, self.session)
        if found.kind == "several":
            self.say(self.w["several-fit"].format(text=plain.short(text)))
            self.say("\n".join(plain.answers([(n, a) for n, a in enumerate(question.answers, 1) if a in found.choices])))
        elif found.kind == "no-program":
            self.say(self.w["no-program"])
        elif found.kind == "nothing":
            self.say(self.w["not-understood"].format(text=plain.short(text)))
        else:
            self._acknowledge(found, text)
            self.move(found.session)

    def _acknowledge(self, found: Heard, text: str) -> None:
        """Says what a free text was taken for, so that a wrong guess is seen."""
        if found.kind == "message":
            self.say(self.w["read-message"])
        elif found.kind == "output":
            self.say(self.w["read-facts"].format(facts="; ".join(plain.sentences(found.facts, self.session))))
        elif not text.strip().isdigit() and found.question is not None:
            answer = next((a.text for a in found.question.answers if a.value == found.value), found.value)
            self.say(self.w["taken-as"].format(text=self.w["unknown"] if found.value == "unknown" else answer))

    def told(self, text: str) -> None:
        """What is typed where nothing is asked: the beginning, more of it, the output of a command, or the next log."""
        s = self.session
        message = s.has_message(text)
        if several_lines(text) and message and s.diagnosis.causes:
            self.say(self.w["read-log"].format(lines=text.count("\n") + 1))
            self.move(s.still_fails(text))
            return
        if self.begun and not message:
            new = {(f.name, f.value) for f in s.read_in(text)} - {(f.name, f.value) for f in s.reading.facts.values()}
            if new and plain.is_printed(text):
                self.say(self.w["read-facts"].format(facts="; ".join(plain.sentences(s.read_in(text), s))))
                self.move(s.paste(text))
                return
            described = s.describe(text)
            more = {(f.name, f.value) for f in described.case.facts} - {(f.name, f.value) for f in s.case.facts}
            if s.diagnosis.causes and not more:
                self.say(self.w["nothing-new"])
                return
        self.move(s.describe(text))

    def move(self, session: Session) -> None:
        """``session`` is what counts now; says what follows."""
        before = self.session
        self.session = session
        if self._is_next_log(before):
            done = plain.changed(before)
            if done:
                self.say(self.w["after-change"].format(titles="; ".join(done)))
                first = [s.diagnosis.causes[0].id for s in (before, session) if s.diagnosis.causes]
                if len(first) == 2 and first[0] == first[1]:
                    self.say(self.w["same-again"])
        self.show()

    def _is_next_log(self, before: Session) -> bool:
        return sum(e.kind == "log" for e in self.session.events) > sum(e.kind == "log" for e in before.events)

    def _changed(self) -> bool:
        """Whether something was changed since the last log."""
        kinds = [e.kind for e in self.session.events if e.kind in ("applied", "log")]
        return bool(kinds) and kinds[-1] == "applied"

    # --- what is said ---

    def show(self) -> None:
        """The present state: the list of failures, the question, or the result."""
        session = self.session
        if not self.begun:
            self.say(self.w["start"])
            return
        failures = session.failures
        if len(failures) > 1 and self.offered != len(failures) and not any(e.kind == "choose" for e in session.events):
            self.offered, self.choosing = len(failures), True
            self.say(self.w["several"].format(n=len(failures)))
            self.failures("")
            return
        question = session.question
        if question is None:
            self.say(plain.result(session))
            return
        self.causes("")
        self.say()
        self.say(plain.asked(question, session))

    def why(self, _: str) -> None:
        question = self.session.question
        self.say(self.w["no-question-more" if self.begun else "no-question"] if question is None else plain.reason(question, self.session))

    def how(self, cause: str) -> None:
        self.say(plain.traced(self._cause(cause), self.session) if self.session.diagnosis.causes else self.w["no-cause"])

    def find(self, _: str) -> None:
        question = self.session.question
        self.say(self.w["no-question"] if question is None else plain.ways(question, self.session))

    def facts(self, _: str) -> None:
        self.say(plain.known(self.session))

    def causes(self, _: str) -> None:
        self.say(plain.ranked(self.session))

    def fix(self, which: str) -> None:
        causes = self.session.diagnosis.causes
        if not causes:
            self.say(self.w["no-cause-number"].format(text=which) if which else self.w["no-remedies"])
        elif which.isdigit() and not 1 <= int(which) <= len(causes):
            self.say(self.w["no-cause-number"].format(text=which))
        else:
            self.say(plain.remedies(self._cause(which), self.session))

    def _cause(self, which: str) -> str:
        """The cause that a number or a name means; the first one for nothing."""
        causes, known = self.session.diagnosis.causes, self.session.knowledge.causes
        if which.isdigit() and 1 <= int(which) <= len(causes):
            return causes[int(which) - 1].id
        if which and which not in known:
            raise UsageError(f"no cause is called {which!r}; {did_you_mean(which, known, '`causes` lists those in question')}")
        return which or causes[0].id

    def log(self, path: str) -> None:
        if path:
            self.again(path)
        else:
            self.say(plain.decisive(self.session))

    def failures(self, text: str) -> None:
        found = sorted(self.session.failures, key=lambda f: f.line)
        if len(found) < 2:
            self.say(self.w["one-failure"])
        elif text.isdigit() and 1 <= int(text) <= len(found):
            self.choosing = False
            self.move(self.session.choose(found[int(text) - 1].line))
        elif text:
            self.say(self.w["several"].format(n=len(found)))
        else:
            for number, failure in enumerate(found, 1):
                self.say(self.w["failure"].format(n=number, line=failure.line, title=failure.causes[0].title))

    # --- what changes the session ---

    def back(self, _: str) -> None:
        if not self.session.events:
            self.say(self.w["nothing-to-undo"])
            return
        self.say(self.w["undone"])
        self.session = self.session.undo()
        self.show()

    def change(self, text: str) -> None:
        number, _, value = text.partition(" ")
        answers = self.session.answers
        if not number.isdigit() or not value.strip():
            self.say(self.w["usage-change"])
            self.facts("")
            return
        if not 1 <= int(number) <= len(answers):
            raise UsageError(self.w["no-answer"].format(text=number, n=len(answers)))
        self.session = self.session.change(int(number), self._meant(int(number), value.strip()))
        self.say(self.w["changed"])
        self.show()

    def _meant(self, number: int, text: str) -> str:
        """The value that ``text`` means as another reply to the question of the ``number``-th answer. Raises UsageError for none."""
        fact = self.session.answers[number - 1].name
        asked = self.session.asked(number) or plain.question_about(fact, self.session)
        found = heard(text, asked, self.session) if asked is not None else None
        if found is not None and found.kind == "answer" and found.question is asked:
            return found.value
        if asked is not None and text.isdigit():
            raise UsageError(self.w["no-number"].format(text=text, n=len(asked.answers)))
        wrong = wrong_value(fact, text, self.session.knowledge.table("facts"))
        if wrong:
            raise UsageError(wrong)
        return text

    def unknown(self, _: str) -> None:
        question = self.session.question
        if question is not None:
            self.session = self.session.unknown(question.fact)
        self.show()

    def done(self, which: str) -> None:
        fix = self._remedy(which)
        if fix is not None:
            self.session = self.session.applied(self.session.diagnosis.causes[0].id, fix.id)
            self.say(self.w["applied"].format(title=fix.title))
            self.say(self.w["now-build"])

    def _remedy(self, which: str) -> Fix | None:
        fixes = self.session.diagnosis.causes[0].fixes if self.session.diagnosis.causes else ()
        if not fixes:
            self.say(self.w["no-remedies"])
            return None
        named = next((f for f in fixes if f.id == which), None)
        if named is None and which and not (which.isdigit() and 1 <= int(which) <= len(fixes)):
            self.say(self.w["no-remedy"].format(text=which, n=len(fixes)))
            return None
        return named or fixes[int(which) - 1 if which else 0]

    def apply(self, which: str) -> None:
        fix = self._remedy(which)
        if fix is None:
            return
        if not fix.changes:
            self.say(self.w["cannot-apply"])
            return
        self.say(fix.patch)
        self.say(self.w["apply-ask"].format(files=", ".join(c.name for c in fix.changes)))
        if self.desk.ask().strip().lower() not in ("yes", "y", "はい"):
            self.say(self.w["not-applied"])
            return
        self.say(self.w["applied-to"].format(files=", ".join(str(p) for p in self.desk.apply(fix))))
        self.session = self.session.applied(self.session.diagnosis.causes[0].id, fix.id)
        self.say(self.w["now-build"])

    def again(self, path: str) -> None:
        if path:
            self.move(self.desk.read_log(path, self.session))
        else:
            self.say(self.w["usage-again"])

    def save(self, path: str) -> None:
        self._write(path or "session.json", saved.saved(self.session))

    def export(self, path: str) -> None:
        path = path or "diagnosis.md"
        self._write(path, saved.exported_json(self.session) if path.endswith(".json") else saved.exported(self.session, self.language))

    def _write(self, path: str, text: str) -> None:
        try:
            Path(path).expanduser().write_text(text, "utf-8")
        except OSError as fault:
            raise InputError(f"{path}: {fault.strerror or fault}") from None
        self.say(self.w["saved"].format(path=path))

    def restart(self, _: str) -> None:
        self.session = self.session.restart()
        self.offered = 0
        self.say(self.w["restarted"])
        self.show()

    def lang(self, language: str) -> None:
        language = language.lower() or ("en" if self.language == "ja" else "ja")
        if language not in ("en", "ja"):
            raise UsageError(f"lang {language}: write lang en or lang ja")
        self.session = self.desk.translated(self.session, language)
        self.say(self.w["language"])
        self.show()

    def help(self, _: str) -> None:
        self.say(self.w["help"])
