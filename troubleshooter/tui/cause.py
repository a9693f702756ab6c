"""The page of one cause: what is wrong, the remedies as tabs, and the evidence with the log around it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static, Tab, Tabs

from troubleshooter.dialogue.explanations import told
from troubleshooter.errors import TroubleshooterError
from troubleshooter.kb.layers import PROJECT
from troubleshooter.model import Change, Fix, Hypothesis
from troubleshooter.report.words import words
from troubleshooter.tui import render
from troubleshooter.tui.dialogs import Confirm
from troubleshooter.tui.page import CLOSE, Key, KeyBar, Page, TitleBar, bindings
from troubleshooter.tui.render import cut


class CauseScreen(Page[None]):
    """One cause in full, and what cures it."""

    HELP = "help-cause"
    KEYS: ClassVar[tuple[Key, ...]] = (
        CLOSE, Key("a", "apply", "k-apply", "a", 4), Key("c", "copy", "k-copy", "c", 5), Key("o", "file", "k-file", "o", 6),
        Key("u", "take_back", "k-takeback", "u", 20),
        Key("h", "how", "k-how", "h", 11), Key("l", "log", "k-log", "l", 12), Key("i", "again", "k-again", "i", 10),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(*KEYS), *bindings(*[Key(str(n), f"remedy({n})", "k-fix") for n in range(1, 10)]),
        *bindings(*[Key(key, f"scroll('{key}')", "k-pane") for key in ("up", "down", "pageup", "pagedown", "home", "end")]),
    ]  # fmt: skip

    def __init__(self, cause: str) -> None:
        super().__init__()
        self.cause_id = cause
        self.chosen = 0
        """Number of the remedy whose tab is open, from 0."""

    def compose(self) -> ComposeResult:
        yield TitleBar(id="title")
        with VerticalScroll(id="cause", can_focus=False):
            yield Static(id="wrong")
            with Container(id="cause-body"):
                with Vertical(id="do", classes="pane"):
                    yield Tabs(*self.tabs(), id="remedies")
                    with VerticalScroll(id="remedy"):
                        yield Static(id="fix")
                with VerticalScroll(id="evidence", classes="pane"):
                    yield Static(id="reasons")
        with Horizontal(id="buttons"):
            for name in ("apply", "copy", "file"):
                yield Button("", id=name, compact=True)
        yield KeyBar(id="keys")

    def tabs(self) -> list[Tab]:
        """A tab for each remedy; what was applied is marked."""
        cause = self.cause
        return [Tab(self.tab_label(n, f), id=f"fix-{n}") for n, f in enumerate(cause.fixes)] if cause else []

    def tab_label(self, number: int, fix: Fix) -> Content:
        return Content(f"{number + 1} {'✔ ' if self.is_done(fix) else ''}{cut(fix.title, 26)}")

    def is_done(self, fix: Fix) -> bool:
        session = self.desk_app.session
        return session is not None and any((e.kind, e.value, e.name) == ("applied", self.cause_id, fix.id) for e in session.events)

    @property
    def cause(self) -> Hypothesis | None:
        session = self.desk_app.session
        d = session.diagnosis if session else None
        every = (*d.causes, *d.next, *(c for o in d.others for c in o.causes)) if d else ()
        return next((c for c in every if c.id == self.cause_id), None)

    @property
    def fix(self) -> Fix | None:
        """The remedy whose tab is open."""
        cause = self.cause
        return cause.fixes[self.chosen] if cause and self.chosen < len(cause.fixes) else None

    def refill(self) -> None:
        cause, session, w = self.cause, self.desk_app.session, self.w
        super().refill()
        if cause is None or session is None:
            return
        language = self.desk_app.desk.language
        self.query_one(TitleBar).say([cause.id, words(language)[cause.phase]], "")
        self.query_one("#wrong", Static).update(Content.assemble(
            (cause.title, "bold"), "\n", render.certainty(cause, language), "\n\n", told(session, cause.id)))  # fmt: skip
        self.query_one("#do").border_title = Content(w["remedies"])
        self.query_one("#evidence").border_title = Content(w["evidence"])
        self.query_one("#apply", Button).label = Content(f"{w['apply']} (a)")
        self.query_one("#copy", Button).label = Content(f"{w['copy']} (c)")
        self.query_one("#file", Button).label = Content(f"{w['to-file']} (o)")
        log = self.desk_app.desk.log
        around = {r.line: log.around(r.line) for r in cause.why if r.line} if log is not None else {}
        reasons = [render.reason(r, w, around.get(r.line or 0, ())) for r in cause.why]
        self.query_one("#reasons", Static).update(Content("\n").join(reasons))
        self.run_worker(self.fill_tabs(cause), group="remedies", exclusive=True)
        self.show_fix()

    async def fill_tabs(self, cause: Hypothesis) -> None:
        """The tabs say what holds now; they are made anew only where there are more or fewer remedies than before."""
        tabs = self.query_one(Tabs)
        if tabs.tab_count != len(cause.fixes):
            await tabs.clear()
            for tab in self.tabs():
                await tabs.add_tab(tab)
        for n, fix in enumerate(cause.fixes):
            tabs.query_one(f"#fix-{n}", Tab).label = self.tab_label(n, fix)

    @on(Tabs.TabActivated)
    def tab(self, event: Tabs.TabActivated) -> None:
        self.chosen = int(str(event.tab.id).rpartition("-")[2])
        self.show_fix()

    def show_fix(self) -> None:
        """The remedy whose tab is open, and what can be done with it."""
        fix = self.fix
        self.query_one(Tabs).display = fix is not None
        self.query_one("#fix", Static).update(render.fix_text(fix, self.w, self.is_done(fix)) if fix else Content(self.w["no-remedy"]))
        self.query_one("#apply").disabled = fix is None or not self.desk_app.desk.can_apply(fix)
        self.query_one("#buttons").display = fix is not None
        if self.focused is None:
            self.query_one("#evidence" if fix is None else "#copy" if self.query_one("#apply").disabled else "#apply").focus()

    def action_remedy(self, number: int) -> None:
        cause = self.cause
        if cause is not None and number <= len(cause.fixes):
            self.query_one(Tabs).active = f"fix-{number - 1}"

    def action_scroll(self, key: str) -> None:
        """Scrolls the page, or where all of it is seen, the remedy."""
        page, remedy = self.query_one("#cause"), self.query_one("#remedy")
        scrolled: Any = page if page.max_scroll_y else remedy
        way = {"up": "up", "down": "down", "pageup": "page_up", "pagedown": "page_down", "home": "home", "end": "end"}[key]
        getattr(scrolled, f"scroll_{way}")(animate=False)

    # --- what one does with a remedy ---

    @on(Button.Pressed)
    async def pressed(self, event: Button.Pressed) -> None:
        await self.run_action(f"screen.{event.button.id}")

    def action_apply(self) -> None:
        fix, desk = self.fix, self.desk_app.desk
        if fix is None or not desk.can_apply(fix):
            self.notify((fix.refused if fix else "") or self.w["apply-no"], severity="warning", markup=False)
            return
        paths = "\n".join(str(desk.roots[c.name] / c.name) for c in fix.changes)
        warning = (f"{self.w['project-warning']}\n\n", f"bold {render.MINUS}") if fix.layer == PROJECT else ""
        content = Content.assemble(warning, (paths, "bold"), "\n\n", render.diff(fix.patch))
        self._write_if(Confirm(self.w["apply-title"], content, self.w["yes-apply"]), fix, fix.changes, False)

    def action_take_back(self) -> None:
        made = self.desk_app.made
        if not made:
            self.notify(self.w["nothing-to-undo"], markup=False)
            return
        fix = made[-1][1]
        back = tuple(replace(c, old=c.new, new=c.old) for c in fix.changes)
        content = Content("\n".join(str(self.desk_app.desk.roots.get(c.name, Path()) / c.name) for c in back))
        self._write_if(Confirm(self.w["take-back-title"], content, self.w["yes"]), fix, back, True)

    def _write_if(self, dialog: Confirm, fix: Fix, changes: tuple[Change, ...], back: bool) -> None:
        def go(yes: bool | None) -> None:
            if yes:
                self.write(fix, changes, back)

        self.app.push_screen(dialog, go)

    @work(thread=True, group="write", exclusive=True)
    def write(self, fix: Fix, changes: tuple[Change, ...], back: bool) -> None:
        try:
            paths = self.desk_app.desk.apply(changes)
        except TroubleshooterError as fault:
            self.app.call_from_thread(self.desk_app.complain, str(fault))
            return
        self.app.call_from_thread(self.was_written, fix, paths, back)

    def was_written(self, fix: Fix, paths: list[Path], back: bool) -> None:
        app, session = self.desk_app, self.desk_app.session
        assert session is not None
        if back:
            cause, _ = app.made.pop()
            moved = session.taken_back(cause, fix.id)
        else:
            app.made.append((self.cause_id, fix))
            moved = session.applied(self.cause_id, fix.id)
        word = self.w["taken-back" if back else "written"].format(paths=", ".join(str(p) for p in paths))
        self.notify(word + ("" if back else "\n" + self.w["now-build"]), markup=False, timeout=8)
        app.move(moved, reread=True)

    def action_copy(self) -> None:
        fix = self.fix
        if fix is not None:
            self.app.copy_to_clipboard(render.fix_plain(fix))
            self.notify(self.w["copied"], markup=False)

    def action_file(self) -> None:
        fix = self.fix
        if fix is not None:
            from troubleshooter.tui.desk import write

            name = f"{fix.id}.patch" if fix.patch else f"{fix.id}.txt"
            self.desk_app.ask_file("file-name", name, lambda _, path: write(path, render.fix_plain(fix)))

    def action_how(self) -> None:
        self.desk_app.show_how(self.cause_id)

    def action_log(self) -> None:
        cause = self.cause
        self.desk_app.show_log(next((r.line for r in cause.why if r.line), 0) if cause else 0)

    def action_again(self) -> None:
        self.desk_app.ask_still_fails()
