"""Which screens and dialogs the app opens, each imported only then."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import App

from troubleshooter.errors import TroubleshooterError
from troubleshooter.tui.desk import Desk

if TYPE_CHECKING:
    from troubleshooter.dialogue.session import Session

LOGS = (".log", ".txt", ".out", ".gz")


class Screens(App[TroubleshooterError]):
    """The part of the app that opens screens; what they show is the app's session."""

    desk: Desk
    words: dict[str, str]
    session: Session | None

    def open_log(self, path: Path, again: bool = False) -> None:
        """Reads a log; ``again``: into the same session."""
        raise NotImplementedError

    def resume(self, path: Path) -> None:
        """Goes on with a saved session."""
        raise NotImplementedError

    def complain(self, text: str) -> None:
        """Says what went wrong."""
        raise NotImplementedError

    def show_cause(self, cause: str) -> None:
        from troubleshooter.tui.cause import CauseScreen

        self.push_screen(CauseScreen(cause))

    def show_first_cause(self) -> None:
        causes = self.session.diagnosis.causes if self.session else ()
        if causes:
            self.show_cause(causes[0].id)

    def show_how(self, cause: str) -> None:
        from troubleshooter.tui.how import HowScreen

        self.push_screen(HowScreen(cause))

    def show_log(self, line: int = 0) -> None:
        if self.desk.log is None:
            self.notify(self.words["no-log"], markup=False)
            return
        from troubleshooter.tui.log import LogScreen

        self.push_screen(LogScreen(self.desk.log, line))

    def ask_still_fails(self) -> None:
        self.ask_log("still-name", again=True)

    def ask_log(self, title: str = "log-name", again: bool = False) -> None:
        from troubleshooter.tui.dialogs import AskFile

        def go(path: Path | None) -> None:
            if path is not None:
                self.open_log(path, again)

        self.push_screen(AskFile(self.words[title], suffixes=LOGS), go)

    def ask_session(self) -> None:
        from troubleshooter.tui.dialogs import AskFile

        def go(path: Path | None) -> None:
            if path is not None:
                self.resume(path)

        self.push_screen(AskFile(self.words["resume-name"], suffixes=(".json",)), go)

    def ask_file(self, title: str, name: str, write: Callable[[Session, Path], None]) -> None:
        """Asks for a file and has ``write`` fill it."""
        from troubleshooter.tui.dialogs import AskFile

        def go(path: Path | None) -> None:
            if path is not None and self.session is not None:
                try:
                    write(self.session, path)
                    self.notify(self.words["saved"].format(path=path), markup=False)
                except TroubleshooterError as fault:
                    self.complain(str(fault))

        self.push_screen(AskFile(self.words[title], name, write=True), go)
