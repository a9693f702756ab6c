"""The main screens as they were accepted; TROUBLESHOOTER_SNAPSHOTS=write accepts them as they are now."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from tui.driver import DOCKERFILE, LINES, app_for, press, ready, start, text_of

HERE = Path(__file__).with_name("snapshots")
NARROW, WIDE, TINY = (80, 24), (140, 40), (48, 18)
SCREENS: dict[str, tuple[tuple[int, int], str, tuple[str, ...]]] = {
    "start-80": (NARROW, "en", ()),
    "start-ja": (NARROW, "ja", ()),
    "question-80": (NARROW, "en", ("start",)),
    "question-140": (WIDE, "en", ("start",)),
    "question-48": (TINY, "en", ("start",)),
    "result-140": (WIDE, "en", ("start", "1")),
    "result-48": (TINY, "en", ("start", "1")),
    "why-80": (NARROW, "en", ("start", "w")),
    "how-140": (WIDE, "en", ("start", "1", "h")),
    "cause-80": (NARROW, "en", ("start", "f")),
    "cause-140": (WIDE, "en", ("start", "f")),
    "apply-80": (NARROW, "en", ("start", "f", "a")),
    "log-80": (NARROW, "en", ("start", "l")),
    "help-80": (NARROW, "en", ("start", "question_mark")),
    "cause-ja": (WIDE, "ja", ("start", "f")),
}


def compare(name: str, text: str) -> None:
    """``text`` must be what was accepted under ``name``."""
    path = HERE / f"{name}.txt"
    if os.environ.get("TROUBLESHOOTER_SNAPSHOTS") == "write":
        path.write_text(text, "utf-8")
    assert path.read_text("utf-8") == text


@pytest.mark.parametrize("name", SCREENS)
def test_the_screen_is_as_it_was_accepted(name: str, own_folders: Path) -> None:
    size, language, keys = SCREENS[name]
    files = name.startswith(("cause", "apply"))
    if files:
        (own_folders / "Dockerfile").write_text(DOCKERFILE)

    async def run() -> None:
        app = app_for(language, project=Path(".") if files else None)
        async with app.run_test(size=size) as pilot:
            await ready(pilot)
            for key in keys:
                await (start(pilot, LINES) if key == "start" else press(pilot, key))
            text = text_of(app)
        compare(name, text)

    asyncio.run(run())
