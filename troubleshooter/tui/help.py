"""Help for the screen that one is on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from troubleshooter.tui.page import Dialog, Key, bindings
from troubleshooter.tui.words import long


class HelpScreen(Dialog[None]):
    """What one can do here, and with which key."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Key("escape,q,question_mark,f1,enter", "leave", "k-close"))

    def __init__(self, text: str, keys: Sequence[Key]) -> None:
        super().__init__()
        self.text, self.keys = text, keys

    def compose(self) -> ComposeResult:
        w = self.w
        rows = [Content.assemble((f"{shown(k):>14}", "bold $text-accent"), "  ", long(k.word, w)) for k in self.keys]
        box = VerticalScroll(
            Static(Content(w[self.text]), classes="paragraph"), Static(Content("\n").join(rows), classes="paragraph"),
            Static(Content(w["signs"]), classes="paragraph"), Static(Content(f"Esc  {w['k-close']}")), classes="dialog",
        )  # fmt: skip
        box.border_title = w["help-title"]
        yield box


def shown(key: Key) -> str:
    """All keys of an action as one reads them."""
    names = {"question_mark": "?", "escape": "Esc", "slash": "/", "enter": "Enter"}
    return " ".join(names.get(k, k.upper() if k.startswith("f") and k[1:].isdigit() else k) for k in key.key.split(","))
