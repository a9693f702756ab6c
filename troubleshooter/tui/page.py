"""What all screens have in common: their keys as one list (bindings, footer, help, palette), their words, their refilling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message_pump import MessagePump
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

if TYPE_CHECKING:
    from troubleshooter.tui.app import TroubleshooterApp

R = TypeVar("R")


@dataclass(frozen=True)
class Key:
    """One action of a screen: ``key`` as Textual names it, what it runs, the key of its word, how the footer shows it."""

    key: str
    action: str
    word: str
    show: str = ""
    """Empty: not in the footer, though in help and palette."""
    order: int = 50
    """Where the footer is too narrow, higher ones go first."""

    @property
    def label(self) -> str:
        name = self.show or self.key.split(",")[0].replace("question_mark", "?").replace("escape", "esc")
        return name.upper() if name[:1] == "f" and name[1:].isdigit() else name


EVERYWHERE = (
    Key("question_mark,f1", "help", "k-help", "?", 1),
    Key("f2", "app.language", "k-language", "F2", 40),
    Key("f3", "app.next_theme", "k-theme", "", 90),
    Key("ctrl+p,f10", "app.command_palette", "k-palette", "^p", 45),
    Key("ctrl+q", "app.quit", "k-quit", "^q", 2),
)
CLOSE = Key("escape,q", "leave", "k-close", "esc", 3)


def bindings(*keys: Key) -> list[BindingType]:
    """Textual's bindings for ``keys``."""
    return [Binding(k.key, k.action, k.word, show=False) for k in keys if k.key != "ctrl+q"]


WIDE = 100
"""Columns from which on panes stand side by side."""


def fit_width(screen: Screen[R]) -> None:
    """Marks the screen as narrow or wide for the style sheet. (Textual's own breakpoints miss a screen that is never resized.)"""
    wide = screen.app.size.width >= WIDE
    screen.set_class(wide, "-wide")
    screen.set_class(not wide, "-narrow")


class Speaks(MessagePump):
    """Knows the app as what it is, and the words of its language."""

    @property
    def desk_app(self) -> TroubleshooterApp:
        return cast("TroubleshooterApp", self.app)

    @property
    def w(self) -> dict[str, str]:
        return self.desk_app.words


class Page(Speaks, Screen[R]):
    """A whole screen."""

    KEYS: ClassVar[tuple[Key, ...]] = ()
    BINDINGS: ClassVar[list[BindingType]] = bindings(*EVERYWHERE)
    HELP: ClassVar[str] = "help-text"
    AUTO_FOCUS = ""

    @property
    def keys(self) -> tuple[Key, ...]:
        return (*self.KEYS, *EVERYWHERE)

    def refill(self) -> None:
        """Everything said anew: the session moved on, or the language changed."""
        for part in self.query(KeyBar):
            part.refill()

    def on_mount(self) -> None:
        fit_width(self)
        self.refill()

    def on_resize(self) -> None:
        fit_width(self)

    def action_help(self) -> None:
        from troubleshooter.tui.help import HelpScreen

        self.app.push_screen(HelpScreen(self.HELP, self.keys))

    def action_leave(self) -> None:
        self.dismiss()


class Dialog(Speaks, ModalScreen[R]):
    """A screen over the others that answers with a value of type R, or None when it is closed."""

    KEYS: ClassVar[tuple[Key, ...]] = (Key("escape", "leave", "k-close", "esc"),)
    BINDINGS: ClassVar[list[BindingType]] = bindings(Key("escape", "leave", "k-close"))

    def on_mount(self) -> None:
        fit_width(self)

    def on_resize(self) -> None:
        fit_width(self)

    def refill(self) -> None:
        """A dialog keeps the words that it was opened with."""

    def action_leave(self) -> None:
        self.dismiss(None)


class KeyLabel(Static):
    """One key of the footer; a click does what the key does."""

    def __init__(self, key: Key, word: str) -> None:
        super().__init__(Content.assemble((f" {key.label} ", "bold $text-accent"), word), classes="key")
        self.key = key

    async def on_click(self, event: events.Click) -> None:
        event.stop()
        action = self.key.action
        await self.run_action(action if "." in action else f"screen.{action}")


class KeyBar(Speaks, Horizontal):
    """The footer: the keys of the present screen, as many as fit."""

    shown: tuple[tuple[Key, str], ...] = ()

    def refill(self) -> None:
        page = cast("Page[object]", self.screen)
        shown = tuple((k, self.w[k.word]) for k in page.keys if k.show)
        if shown == self.shown:
            return
        self.shown = shown
        with self.app.batch_update():
            self.remove_children()
            self.mount_all([KeyLabel(key, word) for key, word in shown])
        self.call_after_refresh(self.fit)

    def on_resize(self) -> None:
        self.fit()

    def fit(self) -> None:
        """Hides what would be cut off, the least important first."""
        labels = list(self.query(KeyLabel))
        left = self.size.width
        for label in sorted(labels, key=lambda l: l.key.order):
            content = label.visual
            needed = (content.cell_length if isinstance(content, Content) else 0) + 1
            label.display = needed <= left
            left -= needed if label.display else 0


class TitleBar(Static):
    """One line on top: what is looked at, and the language."""

    def say(self, left: Sequence[str], right: str) -> None:
        text = " · ".join(p for p in left if p)
        self.update(Content.assemble((" troubleshooter ", "bold reverse"), "  ", text, (f"   {right}", "dim") if right else ""))
