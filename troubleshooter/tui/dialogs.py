"""Small questions over a screen: yes or no, a file, a value, and how far a long reading is."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, OptionList, ProgressBar, Static
from textual.widgets.option_list import Option

from troubleshooter.dialogue.session import Session
from troubleshooter.model import UNKNOWN
from troubleshooter.tui.desk import Reading
from troubleshooter.tui.page import Dialog, Key, bindings


class Confirm(Dialog[bool]):
    """Shows what would happen, and asks."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Key("y", "answer(True)", "yes"), Key("n", "answer(False)", "no"))

    def __init__(self, title: str, content: Content, yes: str) -> None:
        super().__init__()
        self.question, self.content, self.yes = title, content, yes

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = Content(self.question)
            with VerticalScroll(classes="dialog-body", can_focus=True):
                yield Static(self.content)
            with Horizontal(classes="buttons"):
                yield Button(Content(f"{self.yes} (y)"), id="yes", compact=True)
                yield Button(Content(f"{self.w['no']} (n)"), id="no", compact=True)

    def on_mount(self) -> None:
        self.query_one("#yes").focus()

    def action_answer(self, answer: bool) -> None:
        self.dismiss(answer)

    @on(Button.Pressed)
    def pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")


class AskFile(Dialog[Path]):
    """The name of a file: one to read (with those of the folder listed), or one to write (asks before overwriting)."""

    def __init__(self, title: str, value: str = "", write: bool = False, suffixes: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.question, self.value, self.write, self.suffixes = title, value, write, suffixes
        self.warned = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = Content(self.question)
            yield Input(self.value, id="name", select_on_focus=False)
            yield Static("", id="hint", markup=False)
            yield OptionList(id="files", markup=False)

    def on_mount(self) -> None:
        self.query_one("#files").display = not self.write
        self.list_files()
        self.query_one(Input).focus()

    @on(Input.Changed)
    def list_files(self) -> None:
        if self.write:
            self.query_one("#hint", Static).update("")
            return
        self.query_one("#hint", Static).update(Content(self.w["folder-hint"]))
        files = self.query_one("#files", OptionList)
        files.clear_options()
        files.add_options([Option(Content(name), id=name) for name in candidates(self.query_one(Input).value, self.suffixes)])

    @on(Input.Submitted)
    def entered(self) -> None:
        text = self.query_one(Input).value.strip().strip("'\"")
        if not text:
            return
        path = Path(text).expanduser()
        hint = self.query_one("#hint", Static)
        if self.write and path.exists() and self.warned != text:
            self.warned = text
            hint.update(Content(self.w["exists"].format(path=text)))
        elif not self.write and not path.is_file():
            if path.is_dir():
                self.query_one(Input).value = f"{text.rstrip('/')}/"
                self.query_one(Input).action_end()
            else:
                hint.update(Content(self.w["no-file"].format(path=text)))
        else:
            self.dismiss(path)

    @on(OptionList.OptionSelected)
    def picked(self, event: OptionList.OptionSelected) -> None:
        name = str(event.option.id)
        box = self.query_one(Input)
        box.value = name
        box.action_end()
        box.focus()
        if not name.endswith("/"):
            self.dismiss(Path(name).expanduser())

    def key_down(self) -> None:
        if self.query_one(Input).has_focus and not self.write:
            self.query_one("#files").focus()


def candidates(text: str, suffixes: tuple[str, ...], most: int = 60) -> list[str]:
    """Files and folders that begin with ``text``: those with one of ``suffixes`` first, the newest first."""
    folder, _, start = text.rpartition("/")
    base = Path((folder or "/") if "/" in text else ".").expanduser()
    found = []
    try:
        for path in base.iterdir():
            if path.name.startswith(start) and (start.startswith(".") or not path.name.startswith(".")):
                shown = f"{folder}/{path.name}" if "/" in text else path.name
                wanted = path.suffix in suffixes
                found.append((path.is_dir(), not wanted, -path.stat().st_mtime if wanted else 0, shown + ("/" if path.is_dir() else "")))
    except OSError:
        return []
    return [name for *_, name in sorted(found)[:most]]


class ChangeFact(Dialog[str]):
    """Another value for a fact; the empty string takes one's own answer back."""

    def __init__(self, session: Session, fact: str) -> None:
        super().__init__()
        self.session, self.fact = session, fact

    def compose(self) -> ComposeResult:
        w, s = self.w, self.session
        now = next((f for f in s.diagnosis.facts if f.name == self.fact), None)
        entry = next((q for q in s.knowledge.table("questions").values() if q["fact"] == self.fact), None)
        answers = entry["answers"] if entry else {}
        options = [Option(Content(f"{v}  {text}" if text != v else v), id=f"v:{v}") for v, text in answers.items()]
        options.append(Option(Content(w["unknown"]), id=f"v:{UNKNOWN}"))
        if any(e.name == self.fact for e in s.answers):
            options.append(Option(Content(w["forget"]), id="forget"))
        with Vertical(classes="dialog") as box:
            box.border_title = Content(f"{w['change-title']}: {self.fact}")
            doc = (s.knowledge.table("facts").get(self.fact) or {}).get("doc", "")
            yield Static(Content((entry["text"] if entry else doc) or self.fact), classes="paragraph")
            if now is not None:
                yield Static(Content(f"{now.value}  [{now.source}]"), classes="paragraph")
            yield OptionList(*options, markup=False, id="values")
            yield Input(placeholder=w["change-own"], id="own")
            yield Static(Content(w["change-help"]), classes="hint")

    def on_mount(self) -> None:
        self.query_one("#values").focus()

    @on(OptionList.OptionSelected)
    def picked(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(str(event.option.id).partition(":")[2])

    @on(Input.Submitted)
    def entered(self, event: Input.Submitted) -> None:
        if event.value.strip():
            self.dismiss(event.value.strip())


class Progress(Dialog[bool]):
    """How far the reading of a log is; True when the person stopped it."""

    def __init__(self, reading: Reading) -> None:
        super().__init__()
        self.reading = reading

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = Content(self.w["reading"].format(name=self.reading.path.name))
            yield ProgressBar(total=max(self.reading.total, 1), show_eta=False)
            with Horizontal(classes="buttons"):
                yield Button(Content(self.w["cancel"]), id="cancel", compact=True)

    def on_mount(self) -> None:
        self.set_interval(0.1, self.progress)

    def progress(self) -> None:
        self.query_one(ProgressBar).update(total=max(self.reading.total, 1), progress=self.reading.done)

    @on(Button.Pressed)
    def action_leave(self) -> None:
        self.reading.stop.set()
        self.dismiss(True)
