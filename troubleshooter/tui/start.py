"""The first screen: one box for the message, what sounds like it below, and what else one may begin with."""

from __future__ import annotations

import time
from pathlib import Path
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import OptionList, Static, TextArea
from textual.widgets.option_list import Option

from troubleshooter.tui import render
from troubleshooter.tui.page import Key, KeyBar, Page, TitleBar, bindings
from troubleshooter.tui.recent import Recent, recents

BURST = 0.05
"""Seconds after Enter in which a further letter means that lines are being pasted by a terminal that does not say so."""


class Box(TextArea):
    """Text of several lines in which Enter starts; alt+enter breaks the line, and so does a paste."""

    class Entered(Message):
        pass

    pending: Timer | None = None

    async def _on_key(self, event: events.Key) -> None:
        if self.pending is not None and event.is_printable:
            self.pending.stop()
            self.pending = None
            self.insert("\n")
        if event.key in ("enter", "ctrl+j", "ctrl+m"):
            event.stop()
            event.prevent_default()
            if self.pending is None:
                self.pending = self.set_timer(BURST, self._entered)
        elif event.key in ("alt+enter", "shift+enter"):
            event.stop()
            event.prevent_default()
            self.insert("\n")
        elif event.key == "down" and self.cursor_at_last_line:
            event.stop()
            event.prevent_default()
            self.screen.focus_next()
        else:
            await super()._on_key(event)

    def _entered(self) -> None:
        self.pending = None
        self.post_message(self.Entered())


class StartScreen(Page[None]):
    """Where everything begins."""

    HELP = "help-start"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("ctrl+s", "start", "k-start", "Enter", 0), Key("f4", "open", "k-open", "F4", 5), Key("f5", "project", "k-project", "F5", 6),
        Key("f6", "resume", "k-resume", "F6", 7),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = bindings(*KEYS)

    def compose(self) -> ComposeResult:
        yield TitleBar(id="title")
        with Vertical(id="start"):
            yield Static(id="asks")
            yield Box(id="box", soft_wrap=True, highlight_cursor_line=False)
            yield Static(id="box-help")
            yield OptionList(id="choices", markup=False)
        yield KeyBar(id="keys")

    @property
    def keys(self) -> tuple[Key, ...]:
        return tuple(k if k.word != "k-help" else Key("f1", "help", "k-help", "F1", 1) for k in super().keys)

    def on_mount(self) -> None:
        box = self.query_one(Box)
        box.cursor_blink = False
        box.focus()
        self.recents: list[Recent] = []
        self.found: list[str] = []
        self.call_after_refresh(self.look_for_recents)

    @work(thread=True, group="recents", exclusive=True)
    def look_for_recents(self) -> None:
        found = recents(self.desk_app.desk.state)
        self.app.call_from_thread(self.show_recents, found)

    def show_recents(self, found: list[Recent]) -> None:
        self.recents = found
        self.fill_choices()

    def refill(self) -> None:
        w, app = self.w, self.desk_app
        state = w["causes-known"].format(n=app.known) if app.known else w["loading"]
        self.query_one(TitleBar).say([state, *app.desk.files], "EN" if app.desk.language == "en" else "日本語")
        self.query_one("#asks", Static).update(Content.styled(w["what-wrong"], "bold"))
        self.query_one("#box-help", Static).update(Content.styled(w["box-help"], "dim"))
        self.query_one(Box).placeholder = Content(w["box"])
        self.search() if self.query_one(Box).text.strip() else self.fill_choices()
        super().refill()

    def fill_choices(self) -> None:
        """What to begin with, while the box is empty."""
        if self.query_one(Box).text.strip():
            return
        w, files = self.w, [n for n in ("Dockerfile", "go.mod") if Path(n).is_file()]
        folder = Path.cwd().name or "/"
        here = w["read-project-help"].format(files=", ".join(files)) if files else w["read-project-none"].format(folder=folder)
        rows = [("open", "F4", w["open-log"], w["open-log-help"]), ("project", "F5", w["read-project"], here),
                ("resume", "F6", w["resume"], w["resume-help"])]  # fmt: skip
        options = [
            Option(Content.assemble((f" {key}  ", render.ACCENT), (title, "bold"), (f"  {more}", render.DIM)), id=name)
            for name, key, title, more in rows
        ]
        for number, r in enumerate(self.recents):
            when = time.strftime("%m-%d %H:%M", time.localtime(r.when))
            log = f"  {Path(r.log).name}" if r.log else ""
            options.append(Option(Content.assemble((f" {when}  ", "$text-accent"), r.title, (log, "dim")), id=f"recent:{number}"))
        self.show_options(options, "" if not self.recents else w["recent"])

    def show_options(self, options: list[Option], title: str) -> None:
        choices = self.query_one("#choices", OptionList)
        choices.clear_options()
        choices.add_options(options)
        choices.highlighted = 0 if options else None
        choices.border_title = Content(title)

    @on(TextArea.Changed)
    def typed(self) -> None:
        if self.query_one(Box).text.strip():
            self.search()
        else:
            self.fill_choices()

    @work(thread=True, group="search", exclusive=True)
    def search(self) -> None:
        text = self.query_one(Box).text
        found = self.desk_app.desk.sounds_like(text) if self.desk_app.known else []
        self.app.call_from_thread(self.show_found, text, found)

    def show_found(self, text: str, found: list[tuple[str, str]]) -> None:
        if not self.is_mounted or text != self.query_one(Box).text or not text.strip():
            return
        self.found = [said for _, said in found]
        rows = [Content.assemble((" ≈ ", "bold"), title, (f"\n   {said}" if said != title else "", "dim")) for title, said in found]
        options = [Option(row, id=f"said:{number}") for number, row in enumerate(rows)]
        self.show_options(options, self.w["similar"] if options else "")

    @on(Box.Entered)
    def action_start(self) -> None:
        text = self.query_one(Box).text.strip()
        if not text:
            self.notify(self.w["nothing-typed"], markup=False)
        elif "\n" not in text and len(text) < 1000 and Path(text.strip("'\"")).expanduser().is_file():
            self.desk_app.open_log(Path(text.strip("'\"")).expanduser())
        else:
            self.desk_app.describe(text)

    @on(OptionList.OptionSelected, "#choices")
    def chosen(self, event: OptionList.OptionSelected) -> None:
        kind, _, rest = str(event.option.id).partition(":")
        if kind == "said":
            self.desk_app.describe(self.found[int(rest)])
        elif kind == "recent":
            self.desk_app.resume(self.recents[int(rest)].path)
        else:
            {"open": self.action_open, "project": self.action_project, "resume": self.action_resume}[kind]()

    def action_open(self) -> None:
        self.desk_app.ask_log()

    def action_resume(self) -> None:
        self.desk_app.ask_session()

    def action_project(self) -> None:
        self.desk_app.read_project()

    def on_key(self, event: events.Key) -> None:
        """Letters typed on the list go to the box; up from its first line goes back there."""
        choices, box = self.query_one("#choices", OptionList), self.query_one(Box)
        if choices.has_focus and event.key == "up" and not choices.highlighted:
            event.stop()
            box.focus()
        elif choices.has_focus and event.is_printable and event.character:
            box.focus()
            box.insert(event.character)
            event.stop()
