"""HOW: rule by rule, what spoke for and against a cause, and what still waits."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from troubleshooter.dialogue.explanations import RuleTrace, how
from troubleshooter.tui import render
from troubleshooter.tui.page import CLOSE, Key, KeyBar, Page, TitleBar, bindings


class HowScreen(Page[None]):
    """How a cause came to its certainty."""

    KEYS: ClassVar[tuple[Key, ...]] = (CLOSE, Key("l", "log", "k-log", "l", 10))
    BINDINGS: ClassVar[list[BindingType]] = bindings(*KEYS, Key("h", "leave", "k-close"))

    def __init__(self, cause: str) -> None:
        super().__init__()
        self.cause_id = cause

    def compose(self) -> ComposeResult:
        yield TitleBar(id="title")
        with VerticalScroll(id="text", classes="pane"):
            yield Static(id="content")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.query_one("#text").focus()

    def refill(self) -> None:
        super().refill()
        session, w = self.desk_app.session, self.w
        if session is None:
            return
        self.query_one(TitleBar).say([w["how-title"], self.cause_id], "")
        d = session.diagnosis
        cause = next((c for c in (*d.causes, *d.next) if c.id == self.cause_id), None)
        head = [Content.styled(session.knowledge.outlines[self.cause_id].title, "bold")]
        if cause is not None:
            head.append(render.certainty(cause, self.desk_app.desk.language))
        self.query_one("#content", Static).update(Content("\n").join([*head, *(trace(t, w) for t in how(session, self.cause_id))]))

    def action_log(self) -> None:
        self.desk_app.show_log()


def trace(t: RuleTrace, w: dict[str, str]) -> Content:
    """One rule: fired or not, its weight, what it rests on."""
    sign = ("+" if t.favours else "−") if t.fired else "○"
    style = render.PLUS if t.fired and t.favours else render.MINUS if t.fired else render.DIM
    side = w["rule-for" if t.favours else "rule-against"]
    head = Content.assemble(
        ("\n" + sign + " ", style), (t.rule.partition("/")[2] or t.rule, "bold" if t.fired else render.DIM),
        f"  {w['fired' if t.fired else 'did-not-fire']} · {w.get('weight-' + t.weight, t.weight)} · {side}")  # fmt: skip
    parts = [head]
    if t.says:
        parts.append(Content(f"    {t.says}"))
    parts += [Content.assemble("    ", (f"▶ {n} " if n else "▶ ", render.ACCENT), (text, render.QUOTE)) for n, text in t.lines]
    parts += [Content(f"    {f}") for f in t.facts]
    parts += [Content(f"    {a}") for a in t.absent]
    if t.waits:
        parts.append(Content.styled(f"    {w['rule-waits']}:", render.DIM))
        parts += [Content(f"    - {each}") for each in t.waits]
    return Content("\n").join(parts)
