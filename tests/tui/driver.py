"""What the tests of the app share: the app on a small knowledge, waiting for conditions, and the text of the screen."""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.layers import Layer, builtin_folder, read_layer
from troubleshooter.kb.load import assemble
from troubleshooter.tui.app import TroubleshooterApp
from troubleshooter.tui.desk import Desk

PACK = Path(__file__).with_name("pack.yaml")
TABLES = ("images.yaml", "packages.yaml", "tables.yaml", "tools.yaml", "releases.yaml", "concepts.yaml")
LOG = "starting\nwaiting\nexec /app: no such file or directory\nend\n"
DOCKERFILE = """FROM golang:1.24 AS build
WORKDIR /src
COPY . .
RUN go build -o /app .

FROM scratch
COPY --from=build /app /app
CMD ["/app"]
"""
LINES = "one\ntwo\nexec /app: no such file or directory\nfour\nfive"
TIMEOUT = 20.0


def small_knowledge(language: str = "en", layer: str = "test") -> Knowledge:
    """The causes, signals and questions of pack.yaml on the built-in tables."""
    tables = read_layer("built-in", builtin_folder(), language, trusted=True)
    files = tuple(f for f in tables.files if f[0] in TABLES)
    own = read_layer(layer, PACK, language, trusted=False)
    return assemble((Layer("built-in", files, True), own), language)


def options(**more: Any) -> argparse.Namespace:
    plain = {"dockerfile": None, "go_mod": None, "binary": None, "project": None, "no_project": True, "fact": [], "knowledge": []}
    return argparse.Namespace(**{**plain, **more})


def app_for(language: str = "en", theme: str = "", log: Path | None = None, resume: Path | None = None, **given: Any) -> TroubleshooterApp:
    return TroubleshooterApp(Desk(options(**given), language), theme, log, resume)


async def until(pilot: Pilot[Any], condition: Callable[[], object], what: str = "") -> None:
    """Goes on as soon as ``condition`` holds."""
    end = time.monotonic() + TIMEOUT
    while True:
        await pilot.pause()
        try:
            if condition():
                return
        except Exception:
            pass
        if time.monotonic() > end:
            raise AssertionError(f"not within {TIMEOUT} s: {what or condition}\n{text_of(pilot.app)}")
        await asyncio.sleep(0.005)


def idle(app: TroubleshooterApp) -> bool:
    """Whether nothing is being worked out any more."""
    working = any(w.is_running or w.state.name == "PENDING" for w in app.workers)
    return bool(app.known) and not app.busy and app.desk.start is not None and not working


async def ready(pilot: Pilot[Any]) -> None:
    """All that was asked for has been done and drawn."""
    app: Any = pilot.app
    await until(pilot, lambda: idle(app), "idle")
    await pilot.pause()
    await until(pilot, lambda: idle(app), "idle")


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Presses each key and waits for what it does."""
    for key in keys:
        await pilot.press(key)
        await ready(pilot)


def text_of(app: Any) -> str:
    """The screen as a person reads it, without trailing blanks."""
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(s.text for s in strip).rstrip() for strip in lines) + "\n"


async def see(pilot: Pilot[Any], text: str) -> None:
    """Waits until ``text`` stands on the screen."""
    await until(pilot, lambda: text in text_of(pilot.app), f"{text!r} on the screen")


async def start(pilot: Pilot[Any], message: str = "exec /app: no such file or directory\n") -> None:
    """Pastes ``message`` and starts."""
    from troubleshooter.tui.dialogue import DialogueScreen
    from troubleshooter.tui.start import Box

    await ready(pilot)
    pilot.app.screen.query_one(Box).load_text(message + "\nand then nothing\n")
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, DialogueScreen), "the dialogue")
    await ready(pilot)
