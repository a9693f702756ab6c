"""WHY: what is known, which rules wait, and what each answer would do."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from troubleshooter.dialogue.explanations import Why, why
from troubleshooter.dialogue.session import Session
from troubleshooter.model import Question
from troubleshooter.tui import render
from troubleshooter.tui.page import CLOSE, Key, KeyBar, Page, TitleBar, bindings
from troubleshooter.tui.render import cut


class WhyScreen(Page[None]):
    """Why this question is asked."""

    KEYS: ClassVar[tuple[Key, ...]] = (CLOSE,)
    BINDINGS: ClassVar[list[BindingType]] = bindings(*KEYS, Key("w", "leave", "k-close"))

    def __init__(self, session: Session, question: Question) -> None:
        super().__init__()
        self.session, self.asked = session, question

    def compose(self) -> ComposeResult:
        yield TitleBar(id="title")
        with VerticalScroll(id="text", classes="pane"):
            yield Static(id="content")
        yield KeyBar(id="keys")

    def refill(self) -> None:
        super().refill()
        self.query_one(TitleBar).say([self.w["why-title"]], "")
        self.query_one("#text").loading = True
        self.work_out()

    @work(thread=True, group="why", exclusive=True)
    def work_out(self) -> None:
        reason = why(self.session, self.asked)
        self.app.call_from_thread(self.show_reason, reason)

    def show_reason(self, reason: Why) -> None:
        w, outlines = self.w, self.session.knowledge.outlines
        parts = [Content.styled(reason.question.text, "bold"), Content(reason.question.why), Content("")]
        parts.append(Content.styled(w["why-change"], render.ACCENT))
        for effect in reason.effects:
            parts.append(Content.assemble("\n  ", (effect.text, "bold")))
            for cause, before, after in effect.causes:
                arrow = "↑" if after > before + 0.005 else "↓" if after < before - 0.005 else "="
                drawn = render.bar(after, 10).ljust(10, "·")
                title = cut(outlines[cause].title if cause in outlines else cause, max(20, self.size.width - 36))
                parts.append(Content.assemble("    ", (drawn, "$accent"), f" {before:4.0%} {arrow} {after:4.0%}  ", title))
        parts += [Content(""), Content.styled(w["why-needed"], render.ACCENT), *(Content(f"  {r}") for r in reason.needed_by)]
        parts += [Content(""), Content.styled(w["why-known"], render.ACCENT)]
        parts += [Content(f"  {k}") for k in reason.known or (w["nothing-known"],)]
        self.query_one("#content", Static).update(Content("\n").join(parts))
        text = self.query_one("#text")
        text.loading = False
        text.focus()
