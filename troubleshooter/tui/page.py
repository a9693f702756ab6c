"""What all screens have in common: their keys as one list (bindings, footer, help, palette), their words, their refilling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message_pump import MessagePump
from textual.screen import ModalScreen, Screen
from textual.style import Style
from textual.widget import Widget
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
    Key("ctrl+p,f10", "app.command_palette", "k-palette", "^p", 3),
    Key("ctrl+q", "app.quit", "k-quit", "^q", 2),
)
CLOSE = Key("escape,q", "leave", "k-close", "esc", 3)


def bindings(*keys: Key) -> list[BindingType]:
    """Textual's bindings for ``keys``."""
    return [Binding(k.key, k.action, k.word, show=False) for k in keys if k.key != "ctrl+q"]


class Speaks(MessagePump):
    """Knows the app as what it is, and the words of its language."""

    @property
    def desk_app(self) -> TroubleshooterApp:
        return cast("TroubleshooterApp", self.app)

    @property
    def w(self) -> dict[str, str]:
        return self.desk_app.words


class Fitted(Speaks, Screen[R]):
    """A screen that knows from the start whether it is wide: its parts are styled once."""

    WIDE: ClassVar[int] = 100
    """Columns from which on panes stand side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.fit()

    def fit(self) -> None:
        """Marks the screen for the style sheet. (Textual's own breakpoints miss a screen that is never resized.)"""
        wide = self.app.size.width >= self.WIDE
        self.set_class(wide, "-wide")
        self.set_class(not wide, "-narrow")

    def on_resize(self) -> None:
        self.fit()


class Page(Fitted[R]):
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
        self.refill()

    def announce(self, working: bool) -> None:
        """Says that something is being worked out, or that it is no longer."""
        for title in self.query(TitleBar):
            title.announce(self.w["working"] if working else "")

    def action_help(self) -> None:
        from troubleshooter.tui.help import HelpScreen

        self.app.push_screen(HelpScreen(self.HELP, self.keys))

    def action_leave(self) -> None:
        self.dismiss()


class Dialog(Fitted[R], ModalScreen[R]):
    """A screen over the others that answers with a value of type R, or None when it is closed."""

    KEYS: ClassVar[tuple[Key, ...]] = (Key("escape", "leave", "k-close", "esc"),)
    BINDINGS: ClassVar[list[BindingType]] = bindings(Key("escape", "leave", "k-close"))

    def refill(self) -> None:
        """A dialog keeps the words that it was opened with."""

    def action_leave(self) -> None:
        self.dismiss(None)


class KeyBar(Speaks, Widget):
    """The footer: the keys of the present screen, as many as fit; a click on one does what the key does."""

    auto_links = False  # a link has one colour; a key and its word have two

    def refill(self) -> None:
        self.refresh()

    def render(self) -> Content:
        page = cast("Page[object]", self.screen)
        keys = [(k, Content.assemble((f" {k.label} ", "bold $text-accent"), f"{self.w[k.word]} ")) for k in page.keys if k.show]
        left, fitting = self.size.width, set()
        for key, label in sorted(keys, key=lambda one: one[0].order):
            if label.cell_length <= left:
                fitting.add(key)
                left -= label.cell_length
        return Content("").join([label.stylize(Style.from_meta({"@click": path(key)})) for key, label in keys if key in fitting])


def path(key: Key) -> str:
    """The action of ``key`` as Textual finds it from any widget."""
    return key.action if "." in key.action else f"screen.{key.action}"


class TitleBar(Static):
    """One line on top: what is looked at, the language, and whether something is being worked out."""

    left, right, working = "", "", ""

    def say(self, left: Sequence[str], right: str) -> None:
        self.left, self.right = " · ".join(p for p in left if p), right
        self._fill()

    def announce(self, working: str) -> None:
        if working != self.working:
            self.working = working
            self._fill()

    def _fill(self) -> None:
        state = (f" {self.working} ", "bold reverse") if self.working else ""
        right = (f"   {self.right}", "dim") if self.right else ""
        self.update(Content.assemble((" troubleshooter ", "bold reverse"), state, "  ", self.left, right))
