"""The app: one session, and the moves between its screens. What takes long runs in workers."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.command import CommandPalette

from troubleshooter.errors import InputError, TroubleshooterError
from troubleshooter.tui import breaks, recent
from troubleshooter.tui.commands import Actions
from troubleshooter.tui.desk import Cancelled, Desk, Reading
from troubleshooter.tui.quick import giving_way
from troubleshooter.tui.start import StartScreen
from troubleshooter.tui.themes import DARK, LIGHT, THEMES
from troubleshooter.tui.trace import Traced
from troubleshooter.tui.words import words
from troubleshooter.tui.working import Working

if TYPE_CHECKING:
    from textual.screen import Screen

    from troubleshooter.dialogue.session import Session
    from troubleshooter.kb.knowledge import Knowledge
    from troubleshooter.model import Fix, Question

GRACE = 3.0
"""Seconds that a killed app has to give the terminal back."""
PATIENCE = 0.4
"""Seconds after which a reading that is not done shows how far it is."""


class TroubleshooterApp(Traced, Working):
    """The guided dialogue on the whole screen."""

    TITLE = "troubleshooter"
    CSS_PATH = "app.tcss"
    COMMANDS: ClassVar[set[Any]] = {Actions}

    def __init__(self, desk: Desk, theme: str = "", log: Path | None = None, resume: Path | None = None) -> None:
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)  # else Textual makes all black on black of it
        if "TEXTUAL_ANIMATIONS" not in os.environ:
            self.animation_level = "none"  # the first frame of a smooth scroll comes later than a jump is done
        breaks.install()
        self.desk = desk
        self.words = words(desk.language)
        self.first_log, self.first_session = log, resume
        self.session: Session | None = None
        self.made: list[tuple[str, Fix]] = []
        """Remedies written to files in this run, with their causes."""
        self.waiting: Callable[[], None] | None = None
        """What was asked for before the knowledge was there."""
        self.known = 0
        """Number of causes; 0 while the knowledge is being read."""
        self.last_resort: threading.Timer | None = None
        for own in (DARK, LIGHT):
            self.register_theme(own)
        self.theme = THEMES[2] if self.no_color else theme if theme in self.available_themes else THEMES[0]

    def get_default_screen(self) -> Screen[Any]:
        return StartScreen()

    def on_mount(self) -> None:
        self._leave_on_signals()
        self.call_after_refresh(self.load, self.desk.language)

    def _leave_on_signals(self) -> None:
        """A killed app gives the terminal back first."""
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None:
                try:
                    asyncio.get_running_loop().add_signal_handler(number, self._killed, 128 + number)
                except (NotImplementedError, RuntimeError, ValueError):
                    continue

    def _killed(self, status: int) -> None:
        """Leaves in order; where the terminal is gone and takes nothing any more, leaves all the same."""
        self.last_resort = threading.Timer(GRACE, self.desk.abandon, (status,))
        self.last_resort.daemon = True
        self.last_resort.start()
        self.exit(None, status)

    # --- knowledge and language ---

    @work(thread=True, group="load", exclusive=True)
    def load(self, language: str) -> None:
        try:
            knowledge = self.desk.load(language)
            if self.session is None:
                self.call_from_thread(self.loaded, knowledge)
            self.desk.begin(self.desk.project)
        except TroubleshooterError as fault:
            self.call_from_thread(self.exit, fault, 2)
            return
        session = self.desk.think(self.desk.translated(self.session)) if self.session is not None else None
        self.call_from_thread(self.prepared, knowledge, session)
        for name in ("dialogue", "cause", "log", "how", "why", "help"):
            import_module(f"troubleshooter.tui.{name}")  # no key waits for an import
        with giving_way():
            self.desk.sounds_like(self.TITLE)  # nor for the index of what was said before
        self.settle()

    def loaded(self, knowledge: Knowledge) -> None:
        """The knowledge is there; reading the project, and the modules that infer, come next."""
        self.known = len(knowledge.outlines)
        self.words = words(self.desk.language)
        self.refill()

    def prepared(self, knowledge: Knowledge, session: Session | None) -> None:
        """All is there that a session needs."""
        self.session = session
        self.loaded(knowledge)
        self.end()
        for problem in knowledge.problems:
            self.notify(str(problem), severity="warning", markup=False)
        first = self.waiting
        if self.first_session is not None:
            path, self.first_session = self.first_session, None
            self.resume(path)
        elif self.first_log is not None:
            self.open_log(self.first_log)
        elif first is not None:
            first()
        self.waiting = None

    def action_language(self) -> None:
        """The other language, everywhere and at once."""
        if not self.busy:
            self.begin()
            self.load("ja" if self.desk.language == "en" else "en")

    def _too_early(self, wanted: Callable[[], None]) -> bool:
        """Whether the knowledge is not there yet; ``wanted`` is then done as soon as it is."""
        if self.desk.start is None:
            self.waiting = wanted
            self.notify(self.words["loading"], markup=False)
            return True
        return False

    def action_next_theme(self) -> None:
        at = THEMES.index(self.theme) if self.theme in THEMES else -1
        self.theme = THEMES[(at + 1) % len(THEMES)]
        recent.remember(self.desk.state, theme=self.theme)
        self.notify(self.words["theme"].format(name=self.theme), markup=False, timeout=2)

    def action_command_palette(self) -> None:
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette(placeholder=self.words["palette"]))

    def action_help_quit(self) -> None:
        self.notify(self.words["quit-hint"], markup=False)

    def refill(self) -> None:
        """All screens say what holds now."""
        for screen in self.screen_stack:
            refill = getattr(screen, "refill", None)
            if refill is not None:
                refill()

    # --- beginnings ---

    def describe(self, text: str) -> None:
        """A message or a symptom, at the beginning or later on."""
        from troubleshooter.evidence.lines import masked

        if self._too_early(lambda: self.describe(text)) or self.desk.start is None:
            return
        base = self.session if self.session is not None else self.desk.start

        def described() -> Session:
            said = masked(text)
            if "\n" in said.strip():
                self.desk.look_at(said, self.words["you-wrote"])
            return base.describe(said)

        self.work_out(described)

    def read_project(self) -> None:
        if not self._too_early(self.read_project):
            self.work_out(lambda: self.desk.begin(self.desk.project or Path.cwd()))

    def resume(self, path: Path) -> None:
        if not self._too_early(lambda: self.resume(path)):
            self.work_out(lambda: self.desk.resume(path))

    def open_log(self, path: Path, again: bool = False) -> None:
        """Reads a log of any size; ``again``: into the same session, after a change."""
        if self._too_early(lambda: self.open_log(path, again)) or self.busy:
            return
        self.begin()
        reading = Reading(path)
        self.read(reading, self.session if again else None)
        self.set_timer(PATIENCE, lambda: self.show_progress(reading))

    def show_progress(self, reading: Reading) -> None:
        if self.busy and not reading.closed:
            from troubleshooter.tui.dialogs import Progress

            self.push_screen(Progress(reading))

    @work(thread=True, group="read", exclusive=True)
    def read(self, reading: Reading, session: Session | None) -> None:
        try:
            with giving_way():
                found = self.desk.think(self.desk.read_log(reading, session))
            self.settle()
        except Cancelled:
            self.call_from_thread(self.stopped, reading, self.words["cancelled"])
        except TroubleshooterError as fault:
            self.call_from_thread(self.stopped, reading, str(fault), fault)
        else:
            self.call_from_thread(self.stopped, reading)
            self.call_from_thread(self.arrived, found)

    def stopped(self, reading: Reading, said: str = "", fault: TroubleshooterError | None = None) -> None:
        """The end of a reading, one way or another."""
        from troubleshooter.tui.dialogs import Progress

        while any(isinstance(s, Progress) and s.reading is reading for s in self.screen_stack):
            self.pop_screen()
        if fault is not None and self.first_log == reading.path and self.session is None:
            self.exit(fault, 2)
        elif said:
            self.complain(said)
        self.first_log = None

    # --- moves ---

    def move(self, session: Session, reread: bool = False) -> None:
        """Works out the session and shows it; ``reread``: with diffs for the files as they are now."""
        self.work_out(lambda: self.desk.reread(session) if reread else session)

    def understand(self, text: str, question: Question) -> None:
        """A free text as the answer to ``question``, or as what a suggested command printed."""
        session, words = self.session, self.words
        assert session is not None

        def understood() -> Session:
            from troubleshooter.dialogue.answers import heard

            found = heard(text, question, session)
            if found.kind in ("nothing", "several", "no-program"):
                raise InputError(words["not-understood"])
            if found.kind == "output":
                told = ", ".join(f"{f.name} {f.value}" for f in found.facts)
                self.call_from_thread(self.notify, words["read-from-paste"].format(facts=told), markup=False)
            return found.session

        self.work_out(understood)

    def arrived(self, session: Session) -> None:
        from troubleshooter.tui.dialogue import DialogueScreen

        self.session = session
        if not any(isinstance(s, DialogueScreen) for s in self.screen_stack):
            self.push_screen(DialogueScreen())
        else:
            self.refill()
        self.end()
        self.run_worker(lambda: self.desk.keep(session), thread=True, group="keep", exit_on_error=False)

    def to_start(self) -> None:
        """Back to the first screen, for another problem."""
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.session, self.made = None, []
        self.desk.log, self.desk.log_name, self.desk.log_path = None, "", None
        self.desk.name = recent.new_name()
        start = self.screen
        if isinstance(start, StartScreen):
            start.refill()
            start.look_for_recents()
