"""The first pane: the question with its answers, or, where nothing is left to ask, the result and what one may do now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from troubleshooter.dialogue.replay import Event
from troubleshooter.dialogue.session import Session
from troubleshooter.model import UNKNOWN, Question
from troubleshooter.tui import render
from troubleshooter.tui.page import Speaks


class PasteInput(Input):
    """One line to type in; what is pasted with several lines is passed on whole."""

    @dataclass
    class Pasted(Message):
        text: str

    def _on_paste(self, event: events.Paste) -> None:
        if "\n" in event.text.strip():
            event.stop()
            event.prevent_default()
            self.post_message(self.Pasted(event.text))
        else:
            super()._on_paste(event)


class Answers(OptionList):
    """A list that hands over what was chosen."""

    def __init__(self, chosen: Callable[[Option], None], **more: Any) -> None:
        super().__init__(**more)
        self.chosen = chosen

    def action_select(self) -> None:
        if self.highlighted_option is not None:
            self.chosen(self.highlighted_option)


class QuestionPane(Speaks, Vertical):
    """Shows a session's question; says what was chosen in messages."""

    BINDINGS: ClassVar[list[BindingType]] = []

    @dataclass
    class Chosen(Message):
        action: str

    @dataclass
    class Said(Message):
        text: str

    question: Question | None = None
    events: tuple[Event, ...] = ()
    rows: Sequence[tuple[str, str, str]] = ()
    """What can be chosen: (name, key, text)."""

    def __init__(self, answered: Callable[[Question, str], None], **more: str) -> None:
        super().__init__(**more)  # type: ignore[arg-type]
        self.answered = answered
        """Called at once, no message: what is typed next must find the work already begun."""

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="asked-room", can_focus=False):
            yield Static(id="asked")
        yield Answers(self.take, id="answers", markup=False)
        with VerticalScroll(id="reason-room", can_focus=False):
            yield Static(id="reason")
        yield PasteInput(id="free", compact=True, select_on_focus=False)

    def on_mount(self) -> None:
        self.query_one(Input).cursor_blink = False

    def fill(self, session: Session, question: Question | None) -> None:
        """The pane for ``session``; ``question`` is asked even where one cause stands out already."""
        before, self.question = self.question, question
        self.border_subtitle = ""
        w = self.w
        if question is not None:
            self.border_title = Content(w["question"].format(n=len(session.answers) + 1))
            self.query_one("#asked", Static).update(Content.styled(question.text, "bold"))
            own = [(f"answer:{a.value}", str(n), a.text) for n, a in enumerate(question.answers, 1)]
            self.rows = [*own, (f"answer:{UNKNOWN}", "0", w["unknown"])]
            reason = Content.assemble((f"{w['why']}  ", "bold $text-accent"), question.why)
            if question.how:
                reason = Content.assemble(reason, "\n", (f"{w['find']}  ", "bold $text-accent"), (question.how, "$text-warning"))
            self.query_one("#reason", Static).update(reason)
            self.query_one(Input).placeholder = w["answer-box"]
        else:
            self.border_title = Content(w["result"])
            self.query_one("#asked", Static).update(self._result(session))
            self.rows = [(f"do:{name}", str(n), text) for n, (name, text) in enumerate(self._actions(session), 1)]
            self.query_one("#reason", Static).update("")
            self.query_one(Input).placeholder = w["describe-box"]
        self.fill_answers(0)
        if session.events != self.events:
            self.events = session.events
            self.query_one(Input).clear()  # not before: what was not understood can be mended
        if before is not question:
            self.query_one("#asked-room").scroll_home(animate=False)

    def fill_answers(self, highlighted: int | None = None) -> None:
        """The rows to choose from, laid out by the columns that there are."""
        answers = self.query_one("#answers", OptionList)
        at = answers.highlighted if highlighted is None else highlighted
        columns = answers.size.width - 1 - answers.styles.scrollbar_size_vertical
        answers.clear_options()
        for name, key, text in self.rows:
            head = Content.assemble((f" {key} ", "bold $text-accent"), " ")
            answers.add_option(Option(render.hanging(head, text, columns), id=name))
        answers.highlighted = at

    def _result(self, session: Session) -> Content:
        w, d = self.w, session.diagnosis
        language = self.desk_app.desk.language
        if d.outcome == "healthy":
            return Content.assemble((w["healthy"], "bold"), "\n", w["healthy-more"])
        if not d.causes:
            near = [Content.assemble("\n", (f"{w['nearest']}  ", "dim"), title) for title in d.nearest]
            return Content.assemble((w["unknown-cause"], "bold"), *near, "\n\n", w["unknown-help"])
        first = d.causes[0]
        head = w["not-ours"] if d.outcome == "not-ours" else w["predicted"] if not first.from_log else ""
        parts = [Content.styled(head, "dim")] if head else []
        tried = [f for e in session.events if e.kind == "applied" for c in d.causes for f in c.fixes if (c.id, f.id) == (e.value, e.name)]
        parts += [Content.assemble(("✔ " + w["done"], "bold"), f": {f.title}\n", (w["now-build"], render.PLUS), "\n") for f in tried]
        parts += [Content.styled(first.title, "bold"), render.certainty(first, language), Content("")]
        parts += [render.reason(r, w) for r in first.why[: 2 if self.size.height > 20 else 1]]
        parts += [Content.assemble((f"{w['next']}  ", "dim"), n.title, "\n") for n in d.next[:2]]
        for a, b in d.contradictions[:1]:
            sources = {"a": render.source(a.source, w), "b": render.source(b.source, w)}
            parts.append(Content(w["contradiction"].format(name=a.name, x=a.value, y=b.value, **sources) + "\n"))
        return Content("\n").join(parts)

    def _actions(self, session: Session) -> list[tuple[str, str]]:
        """What one may do with the result."""
        w, d = self.w, session.diagnosis
        found = []
        if d.causes:
            found.append(("fix", w["r-fix"]))
            if d.questions:
                found.append(("more", w["r-more"]))
        if self.desk_app.desk.log is not None:
            found.append(("log", w["r-log"]))
        if d.others:
            found.append(("failures", w["r-failures"].format(n=len(session.failures))))
        if d.causes:
            found += [("again", w["r-again"]), ("export", w["r-export"])]
        return [*found, ("restart", w["r-restart"])]

    def choose(self, number: int) -> None:
        """The answer or action with this number; 0: "I don't know"."""
        answers = self.query_one("#answers", OptionList)
        index = number - 1
        if self.question is not None:
            index = answers.option_count - 1 if number == 0 else index if number < answers.option_count else -1
        if 0 <= index < answers.option_count:
            answers.highlighted = index
            self.take(answers.get_option_at_index(index))

    def take(self, option: Option) -> None:
        kind, _, value = str(option.id).partition(":")
        if kind == "answer" and self.question is not None:
            self.border_subtitle = Content(self.w["working"])
            self.answered(self.question, value)
        else:
            self.post_message(self.Chosen(value))

    @on(Input.Submitted, "#free")
    def said(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.post_message(self.Said(event.value))

    @on(PasteInput.Pasted)
    def pasted(self, event: PasteInput.Pasted) -> None:
        event.stop()
        self.post_message(self.Said(event.text))
