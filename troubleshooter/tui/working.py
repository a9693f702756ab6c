"""Work beside the screen: done in a thread, announced when it takes a moment; keys typed meanwhile wait for its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual import events, work

from troubleshooter.errors import TroubleshooterError
from troubleshooter.messages import in_language
from troubleshooter.tui.page import Page
from troubleshooter.tui.quick import giving_way, settle
from troubleshooter.tui.screens import Screens

if TYPE_CHECKING:
    from troubleshooter.dialogue.session import Session

MOMENT = 0.03
"""Seconds after which work that is not done is announced; what is quicker appears in one go."""
AT_ONCE = ("ctrl+q", "ctrl+c")
"""Keys that wait for nothing."""


class Working(Screens):
    """The part of the app that works out sessions."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.busy = True
        """True while something is worked out: nothing else is begun meanwhile."""
        self.holding = False
        """True while keys wait: the work leads to what they are meant for."""
        self.held: list[events.Key | events.Paste] = []

    def arrived(self, session: Session) -> None:
        """The session that was worked out is the present one."""
        raise NotImplementedError

    async def on_event(self, event: events.Event) -> None:
        if self.holding and isinstance(event, (events.Key, events.Paste)) and not self._goes_on(event):
            event.stop()
            self.held.append(events.Key(event.key, event.character) if isinstance(event, events.Key) else events.Paste(event.text))
            return
        await super().on_event(event)

    def _goes_on(self, event: events.Key | events.Paste) -> bool:
        """Whether an event is for now: a dialog over the work (its progress, the palette) has its own keys."""
        return (isinstance(event, events.Key) and event.key in AT_ONCE) or not isinstance(self.screen, Page)

    def begin(self) -> None:
        """From now on keys wait."""
        self.busy = self.holding = True
        self.set_timer(MOMENT, self._announce)

    def end(self) -> None:
        """What waited goes on."""
        self.busy = self.holding = False
        self._announce()
        held, self.held = self.held, []
        for event in held:
            self.post_message(event)

    def _announce(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, Page):
                screen.announce(self.holding)

    def work_out(self, make: Callable[[], Session]) -> None:
        """Makes a session and shows it."""
        if not self.busy:
            self.begin()
            self._work_out(make)

    @work(thread=True, group="think")
    def _work_out(self, make: Callable[[], Session]) -> None:
        try:
            with giving_way():
                found = self.desk.think(make())
        except TroubleshooterError as fault:
            self.call_from_thread(self.complain, str(fault))
        else:
            self.call_from_thread(self.arrived, found)

    def complain(self, text: str) -> None:
        self.end()
        self.notify(in_language(text, self.desk.language), severity="error", markup=False, timeout=10)

    def settle(self) -> None:
        """What is loaded stays; in tests, many apps live in one process."""
        if not self.is_headless:
            settle()
