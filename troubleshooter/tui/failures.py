"""Several failures of one log, independent of each other: which one first?"""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from troubleshooter.dialogue.session import Session
from troubleshooter.tui import render
from troubleshooter.tui.page import Dialog


class FailuresScreen(Dialog[int]):
    """Answers with the line of the chosen failure."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session

    def compose(self) -> ComposeResult:
        language = self.desk_app.desk.language
        rows = []
        for number, failure in enumerate(self.session.failures, 1):
            first = failure.causes[0]
            place = self.w["failure-row"].format(line=failure.line)
            sure = render.certainty(first, language, 8)
            row = Content.assemble((f" {number} ", render.ACCENT), f"{place}  ", sure, "\n   ", (first.title, "bold"))
            rows.append(Option(row, id=str(failure.line)))
        with Vertical(classes="dialog") as box:
            box.border_title = Content(self.w["k-failures"])
            yield Static(Content(self.w["failures-title"]), classes="paragraph")
            yield OptionList(*rows, markup=False, id="failures")

    def on_mount(self) -> None:
        self.query_one(OptionList).focus()

    @on(OptionList.OptionSelected)
    def chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(int(str(event.option.id)))

    def on_key(self, event: events.Key) -> None:
        if event.key.isdigit():
            event.stop()  # a digit means an answer to the screen below
            if 1 <= int(event.key) <= len(self.session.failures):
                self.dismiss(self.session.failures[int(event.key) - 1].line)
