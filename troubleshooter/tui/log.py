"""The log, whatever its size: only the lines that are seen are read; those that decided are marked."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from typing import ClassVar

from rich.segment import Segment
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Static

from troubleshooter.model import Diagnosis, Hit
from troubleshooter.tui.logfile import LogFile
from troubleshooter.tui.page import CLOSE, Key, KeyBar, Page, TitleBar, bindings

DECISIVE, SEEN = "▶", "•"


def marks(diagnosis: Diagnosis, hits: tuple[Hit, ...]) -> dict[int, str]:
    """The sign of each line that a signal recognised: decisive where the first cause rests on it."""
    found = {h.line: SEEN for h in hits if h.line}
    causes = (*diagnosis.causes[:1], *(c for o in diagnosis.others for c in o.causes[:1]))
    found.update({r.line: DECISIVE for c in causes for r in c.why if r.line and r.favours})
    return found


class LogView(ScrollView, can_focus=True):
    """Lines of a LogFile with their numbers and marks; the current line stands out."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"log--number", "log--decisive", "log--seen", "log--current"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", show=False), Binding("k", "scroll_up", show=False), Binding("space", "page_down", show=False),
    ]  # fmt: skip

    class Moved(Message):
        pass

    def __init__(self, log: LogFile, signs: Mapping[int, str], **more: str) -> None:
        super().__init__(**more)  # type: ignore[arg-type]
        self.log_file, self.signs = log, signs
        self.current = 0
        self.digits = len(str(max(log.lines, 1)))
        self.widest = 0

    def on_mount(self) -> None:
        self.virtual_size = Size(self.digits + 5, self.log_file.lines)

    def on_resize(self) -> None:
        self.post_message(self.Moved())

    def watch_scroll_y(self, old: float, new: float) -> None:
        super().watch_scroll_y(old, new)
        if round(old) != round(new):
            self.post_message(self.Moved())

    def render_line(self, y: int) -> Strip:
        across, down = self.scroll_offset
        number = down + y + 1
        if number > self.log_file.lines:
            return Strip.blank(self.size.width, self.rich_style)
        text = self.log_file.line(number)
        sign = self.signs.get(number, " ")
        style = self.rich_style
        if sign == DECISIVE:
            style = self.get_component_rich_style("log--decisive")
        elif sign == SEEN:
            style = self.get_component_rich_style("log--seen")
        if number == self.current:
            style = style + self.get_component_rich_style("log--current", partial=True)
        beside = self.get_component_rich_style("log--number")
        gutter = Strip([Segment(f"{sign} ", style), Segment(f"{number:>{self.digits}} ", beside), Segment("│ ", style)])
        body = Strip([Segment(text, style)])
        columns = body.cell_length
        if columns > self.widest:
            self.widest = columns
            self.call_later(self._widen)
        room = max(self.size.width - gutter.cell_length, 1)
        return Strip.join([gutter, body.crop_extend(across, across + room, style)])

    def _widen(self) -> None:
        self.virtual_size = Size(self.widest + self.digits + 5, self.log_file.lines)

    def go_to(self, number: int) -> None:
        """Shows line ``number`` in the middle, and marks it as the current one."""
        self.current = number
        self.scroll_to(y=max(0, number - 1 - self.size.height // 2), animate=False)
        self.refresh()
        self.post_message(self.Moved())

    @property
    def seen(self) -> int:
        """The line that jumps start from: the current one if it is seen, else the first one on the screen."""
        top = self.scroll_offset.y
        return self.current if top < self.current <= top + self.size.height else top


class LogScreen(Page[None]):
    """The whole log."""

    HELP = "help-log"
    KEYS: ClassVar[tuple[Key, ...]] = (
        CLOSE, Key("n", "jump(1)", "k-next", "n", 4), Key("p", "jump(-1)", "k-previous", "p", 5),
        Key("g,home", "end(-1)", "k-top", "g", 30),
        Key("G,end", "end(1)", "k-end", "G", 31), Key("f", "fix", "k-fix", "f", 10),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = bindings(*KEYS)

    def __init__(self, log: LogFile, line: int = 0) -> None:
        super().__init__()
        self.log_file, self.line = log, line
        self.signs: dict[int, str] = {}

    def compose(self) -> ComposeResult:
        session = self.desk_app.session
        if session is not None:
            self.signs = marks(session.diagnosis, session.reading.hits)
        yield TitleBar(id="title")
        yield LogView(self.log_file, self.signs, id="log")
        yield Static(id="log-status")
        yield KeyBar(id="keys")

    @property
    def decisive(self) -> list[int]:
        return sorted(n for n, sign in self.signs.items() if sign == DECISIVE) or sorted(self.signs)

    def on_mount(self) -> None:
        self.query_one(LogView).focus()
        first = self.line or next(iter(self.decisive), 0)
        if first:
            self.call_after_refresh(self.query_one(LogView).go_to, first)

    def refill(self) -> None:
        self.query_one(TitleBar).say([self.log_file.name or self.desk_app.desk.log_name], "")
        self.on_log_view_moved()
        super().refill()

    def on_log_view_moved(self) -> None:
        view, marked = self.query_one(LogView), self.decisive
        last = min(view.scroll_offset.y + view.size.height, self.log_file.lines)
        place = f" {view.scroll_offset.y + 1}–{last} {self.w['of']} {self.log_file.lines}"
        if view.current in marked:
            where = self.w["decisive"].format(n=marked.index(view.current) + 1, total=len(marked))
        else:
            where = "" if marked else self.w["no-marks"]
        self.query_one("#log-status", Static).update(Content.assemble((place, "bold"), "   ", where))

    def action_jump(self, step: int) -> None:
        view, marked = self.query_one(LogView), self.decisive
        if not marked:
            self.notify(self.w["no-marks"], markup=False)
            return
        at = bisect_right(marked, view.seen) if step > 0 else bisect_left(marked, view.seen) - 1
        view.go_to(marked[at % len(marked)])

    def action_end(self, direction: int) -> None:
        view = self.query_one(LogView)
        view.scroll_end(animate=False) if direction > 0 else view.scroll_home(animate=False)

    def action_fix(self) -> None:
        self.dismiss()
        self.desk_app.show_first_cause()
