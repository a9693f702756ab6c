"""The dialogue: the question, the causes that are left and what is known, always in sight; tabs where it is narrow."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import OptionList, Static, Tab, Tabs
from textual.widgets.option_list import Option

from troubleshooter.dialogue.session import Session
from troubleshooter.model import Question
from troubleshooter.tui import render
from troubleshooter.tui.page import Key, KeyBar, Page, TitleBar, bindings
from troubleshooter.tui.question import QuestionPane

PANES = ("question", "causes", "facts")


class DialogueScreen(Page[None]):
    """Three panes on one session."""

    WIDE = 80
    HELP = "help-dialogue"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("1,2,3,4,5,6,7,8,9,0", "answer", "k-answer", "1-9", 0), Key("w", "why", "k-why", "w", 10), Key("h", "how", "k-how", "h", 11),
        Key("b,backspace", "back", "k-back", "b", 8), Key("f", "fix", "k-fix", "f", 4), Key("l", "log", "k-log", "l", 9),
        Key("i", "again", "k-again", "i", 12), Key("s", "save", "k-save", "s", 20), Key("e", "export", "k-export", "e", 21),
        Key("c", "copy", "k-command", "c", 30),
        Key("m", "failures", "k-failures", "", 60), Key("t,f6", "pane", "k-pane", "t", 22), Key("r", "restart", "k-restart", "", 70),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(*[k for k in KEYS if k.action != "answer"]), *bindings(*[Key(str(n), f"answer({n})", "k-answer") for n in range(10)]),
        *bindings(Key("q", "app.quit", "k-quit"), Key("escape", "free", "k-list")),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.more = False
        self.offered = False

    def compose(self) -> ComposeResult:
        yield TitleBar(id="title")
        yield Tabs(*(Tab(name, id=name) for name in PANES), id="tabs")
        with Container(id="body"):
            yield QuestionPane(self.answered, id="question-pane", classes="pane")
            with Vertical(id="right"):
                yield OptionList(id="causes-pane", classes="pane", markup=False)
                yield OptionList(id="facts-pane", classes="pane", markup=False)
        yield Static(id="summary")
        yield KeyBar(id="keys")

    @property
    def session(self) -> Session:
        session = self.desk_app.session
        assert session is not None
        return session

    @property
    def question(self) -> Question | None:
        questions = self.session.diagnosis.questions
        return self.session.question or (questions[0] if self.more and questions else None)

    def on_mount(self) -> None:
        self.show_pane("question")
        self.query_one("#answers").focus()

    def refill(self) -> None:
        w, s, d = self.w, self.session, self.session.diagnosis
        desk = self.desk_app.desk
        typed = next((e.value.strip().split("\n")[0] for e in s.events if e.kind == "typed"), "")
        self.query_one(TitleBar).say([desk.log_name or typed[:48], *desk.files], "EN" if desk.language == "en" else "日本語")
        self.query_one(QuestionPane).fill(s, self.question)
        self.fill_causes()
        self.fill_facts()
        tabs = self.query_one("#tabs", Tabs)
        counts = {"question": "", "causes": f" {len(d.causes)}", "facts": f" {len(d.facts)}"}
        for name in PANES:
            tabs.query_one(f"#{name}", Tab).label = Content(w[f"tab-{name}"] + counts[name])
        first = d.causes[0] if d.causes else None
        head = (f"{w['first-now']} ", render.DIM)
        summary = Content.assemble(head, render.certainty(first, desk.language, 8), "  ", first.title) if first else Content(w["no-causes"])
        self.query_one("#summary", Static).update(summary)
        self.set_class(self.question is not None, "asking")
        super().refill()
        if d.others and not self.offered and not any(e.kind == "choose" for e in s.events):
            self.offered = True
            self.action_failures()

    def fill_causes(self) -> None:
        pane = self.query_one("#causes-pane", OptionList)
        d, language = self.session.diagnosis, self.desk_app.desk.language
        at = pane.highlighted
        pane.clear_options()
        pane.border_title = Content(self.w["tab-causes"])
        columns = max(8, min(24, (pane.size.width or 40) - 22))
        rows = [Option(render.cause_row(c, language, columns), id=c.id) for c in d.causes]
        pane.add_options(rows or [Option(Content(self.w["no-causes"]), disabled=True)])
        later = [c for c in d.next if all(c.id != o.id for o in d.causes)]
        if later:
            pane.add_option(Option(Content.styled(self.w["next"], render.DIM), disabled=True))
            pane.add_options([Option(render.cause_row(c, language, columns), id=c.id) for c in later])
        pane.highlighted = min(at or 0, len(d.causes) - 1) if d.causes else None

    def fill_facts(self) -> None:
        pane = self.query_one("#facts-pane", OptionList)
        asked = [self.question.fact] if self.question is not None else []
        rows = render.fact_rows(self.session, asked, self.w, pane.size.width or 40)
        at = pane.highlighted
        pane.clear_options()
        pane.border_title = Content(self.w["tab-facts"])
        pane.add_options([Option(row, id=name) for name, row in {name: row for _, name, row in reversed(rows)}.items()][::-1]
                         or [Option(Content(self.w["no-facts"]), disabled=True)])  # fmt: skip
        pane.highlighted = min(at or 0, pane.option_count - 1) if rows else None

    def on_resize(self) -> None:
        if self.desk_app.session is not None:
            self.call_after_refresh(self.fill_lists)

    def fill_lists(self) -> None:
        """What is laid out by the columns that there are."""
        self.fill_causes()
        self.fill_facts()
        self.query_one(QuestionPane).fill_answers()

    # --- panes ---

    def show_pane(self, name: str) -> None:
        """Where it is narrow, the pane that is seen."""
        body = self.query_one("#body")
        for pane in PANES:
            body.set_class(pane == name, f"show-{pane}")
        self.set_class(name == "question", "on-question")

    @on(Tabs.TabActivated, "#tabs")
    def tab(self, event: Tabs.TabActivated) -> None:
        self.show_pane(str(event.tab.id))

    def action_pane(self) -> None:
        """The next pane gets the keys."""
        targets = {"question": "#answers", "causes": "#causes-pane", "facts": "#facts-pane"}
        now = next((n for n, t in targets.items() if self.query_one(t).has_focus), "question")
        if self.has_class("-narrow"):
            now = str(self.query_one("#tabs", Tabs).active or now)
        following = PANES[(PANES.index(now) + 1) % len(PANES)]
        if self.has_class("-narrow"):
            self.query_one("#tabs", Tabs).active = following
            self.show_pane(following)
            self.call_after_refresh(self.query_one(targets[following]).focus)
        else:
            self.query_one(targets[following]).focus()

    def action_free(self) -> None:
        self.query_one("#answers").focus()

    # --- answers ---

    def action_answer(self, number: int | None = None) -> None:
        if number is None:
            self.action_free()
        elif not self.desk_app.busy:
            self.query_one(QuestionPane).choose(number)

    def answered(self, question: Question, value: str) -> None:
        self.more = False
        self.desk_app.move(self.session.answer(question.fact, value))

    @on(QuestionPane.Chosen)
    async def chosen(self, event: QuestionPane.Chosen) -> None:
        if event.action == "more":
            self.more = True
            self.refill()
        else:
            await self.run_action(f"screen.{event.action}")

    @on(QuestionPane.Said)
    def said(self, event: QuestionPane.Said) -> None:
        """A free text: an answer, the output of the suggested command, or more of the message."""
        if self.question is None:
            self.desk_app.describe(event.text)
        else:
            self.desk_app.understand(event.text, self.question)

    def on_paste(self, event: events.Paste) -> None:
        """A paste that no input took: the output of a command, or more of the log."""
        event.stop()
        if event.text.strip():
            self.said(QuestionPane.Said(event.text))

    @on(OptionList.OptionSelected, "#causes-pane")
    def cause_selected(self, event: OptionList.OptionSelected) -> None:
        self.desk_app.show_cause(str(event.option.id))

    @on(OptionList.OptionSelected, "#facts-pane")
    def fact_selected(self, event: OptionList.OptionSelected) -> None:
        from troubleshooter.tui.dialogs import ChangeFact

        fact = str(event.option.id)

        def change(value: str | None) -> None:
            if value is not None:
                self.notify(self.w["changed-fact"].format(name=fact), markup=False)
                self.desk_app.move(self.session.answer(fact, value) if value else self.session.forget(fact))

        self.app.push_screen(ChangeFact(self.session, fact), change)

    # --- actions ---

    def action_back(self) -> None:
        if self.more:
            self.more = False
            self.refill()
        elif len(self.session.events) > 1 or (self.session.events and self.session.base.log):
            self.notify(self.w["undone"], markup=False)
            self.desk_app.move(self.session.undo())
        else:
            self.desk_app.to_start()

    def action_fix(self) -> None:
        causes = self.query_one("#causes-pane", OptionList)
        chosen = causes.highlighted_option.id if causes.has_focus and causes.highlighted_option else None
        every = (*self.session.diagnosis.causes, *self.session.diagnosis.next)
        if chosen or every:
            self.desk_app.show_cause(chosen or every[0].id)
        else:
            self.notify(self.w["no-causes"], markup=False)

    def action_log(self) -> None:
        self.desk_app.show_log()

    def action_why(self) -> None:
        if self.question is None:
            self.notify(self.w["nothing-to-ask"], markup=False)
        else:
            from troubleshooter.tui.why import WhyScreen

            self.app.push_screen(WhyScreen(self.session, self.question))

    def action_how(self) -> None:
        causes = self.query_one("#causes-pane", OptionList)
        chosen = causes.highlighted_option.id if causes.highlighted_option else None
        if chosen:
            self.desk_app.show_how(chosen)
        else:
            self.notify(self.w["no-causes"], markup=False)

    def action_copy(self) -> None:
        command = self.question.how if self.question is not None else ""
        if command:
            self.app.copy_to_clipboard(command)
        self.notify(self.w["copied-command"].format(command=command) if command else self.w["no-command"], markup=False)

    def action_again(self) -> None:
        self.desk_app.ask_still_fails()

    def action_failures(self) -> None:
        if self.session.diagnosis.others:
            from troubleshooter.tui.failures import FailuresScreen

            def go(line: int | None) -> None:
                if line is not None:
                    self.desk_app.move(self.session.choose(line))

            self.app.push_screen(FailuresScreen(self.session), go)

    def action_save(self) -> None:
        self.desk_app.ask_file("save-name", "session.json", self.desk_app.desk.save)

    def action_export(self) -> None:
        self.desk_app.ask_file("export-name", "diagnosis.md", self.desk_app.desk.export)

    def action_restart(self) -> None:
        from troubleshooter.tui.dialogs import Confirm

        dialog = Confirm(self.w["restart-title"], Content(self.w["restart-help"]), self.w["yes"])

        def go(yes: bool | None) -> None:
            if yes:
                self.desk_app.to_start()

        self.app.push_screen(dialog, go)
