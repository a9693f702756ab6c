"""How long each key took until the screen had changed: TROUBLESHOOTER_TRACE=FILE keeps it."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from textual import events
from textual.app import App

TRACE = "TROUBLESHOOTER_TRACE"


class Traced(App[Any]):
    """The part of the app that looks at the clock."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._pressed: tuple[str, str, float, float] | None = None
        self.trace: list[tuple[str, str, float, float]] = []
        """Screen, key, the seconds until the screen had been drawn anew, and how many of them this thread worked: the rest it
        waited for other threads or, on a busy machine, for other programs."""

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and not event.is_forwarded:
            self._pressed = (type(self.screen).__name__, event.key, time.perf_counter(), time.thread_time())
        await super().on_event(event)

    def post_display_hook(self) -> None:
        """Called by Textual when something was drawn: the first time after a key, that is what the key did."""
        if self._pressed is not None:
            screen, key, pressed, worked = self._pressed
            self.trace.append((screen, key, time.perf_counter() - pressed, time.thread_time() - worked))
            self._pressed = None

    def on_unmount(self) -> None:
        if TRACE in os.environ:
            Path(os.environ[TRACE]).write_text(json.dumps(self.trace), "utf-8")
