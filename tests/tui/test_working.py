"""While something is worked out: it is said, keys wait for its end, and one may leave."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from textual.widgets import Input
from tui.driver import TIMEOUT, app_for, press, ready, see, start, text_of, until

from troubleshooter.tui.cause import CauseScreen
from troubleshooter.tui.dialogue import DialogueScreen


@contextmanager
def held_up(app: Any) -> Iterator[None]:
    """Whatever is worked out within, is not done before its end."""
    gate, think = threading.Event(), app.desk.think

    def slow(session: Any) -> Any:
        gate.wait(TIMEOUT)
        return think(session)

    app.desk.think = slow
    try:
        yield
    finally:
        app.desk.think = think
        gate.set()


def test_it_is_said_and_the_next_keys_wait() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(120, 30)) as pilot:
            await start(pilot)
            with held_up(app):
                await pilot.press("1", "f")
                await see(pilot, "working")
                assert isinstance(app.screen, DialogueScreen) and "Question 1" in text_of(app)
            await until(pilot, lambda: isinstance(app.screen, CauseScreen))
            await ready(pilot)
            assert [e.value for e in app.session.answers] == ["none"]  # type: ignore[union-attr]
            await press(pilot, "escape")
            assert "working" not in text_of(app) and "Result" in text_of(app)

    asyncio.run(run())


def test_answers_typed_ahead_are_given_one_after_the_other() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(120, 30)) as pilot:
            await start(pilot)
            with held_up(app):
                await pilot.press("0", "enter")
            await until(pilot, lambda: len(app.session.answers) == 2)  # type: ignore[union-attr]

    asyncio.run(run())


def test_one_may_leave_meanwhile() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(120, 30)) as pilot:
            await start(pilot)
            with held_up(app):
                await pilot.press("1", "ctrl+q")
                await until(pilot, lambda: not app.is_running)

    asyncio.run(run())


def test_words_that_are_not_understood_stay_to_be_mended() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(120, 30), notifications=True) as pilot:
            await start(pilot)
            box = app.screen.query_one("#free", Input)
            box.focus()
            await press(pilot, *"zzqqxy", "enter")
            await see(pilot, "Not understood")
            assert box.value == "zzqqxy" and not app.session.answers  # type: ignore[union-attr]
            box.value = "alpine"
            await press(pilot, "enter")
            assert app.session.answers and box.value == ""  # type: ignore[union-attr]

    asyncio.run(run())
