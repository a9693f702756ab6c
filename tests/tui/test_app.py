"""What holds on every screen: help, palette, language, themes, leaving, the mouse, a narrow terminal."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from textual.command import CommandPalette
from tui.driver import app_for, press, ready, see, start, text_of, until

from troubleshooter.kb import load
from troubleshooter.tui import words_en, words_ja
from troubleshooter.tui.help import HelpScreen
from troubleshooter.tui.start import StartScreen

SCREENS: tuple[tuple[str, ...], ...] = ((), ("w",), ("h",), ("l",), ("f",), ("f", "o"), ("i",), ("s",), ("question_mark",), ("r",))


def test_both_languages_have_the_same_words() -> None:
    assert words_en.WORDS.keys() == words_ja.WORDS.keys()
    for name, english in words_en.WORDS.items():
        holes = {part.split("}")[0] for part in english.split("{")[1:]}
        assert holes == {part.split("}")[0] for part in words_ja.WORDS[name].split("{")[1:]}, name


@pytest.mark.parametrize("keys", SCREENS, ids="-".join)
def test_ctrl_q_leaves_from_everywhere(keys: tuple[str, ...]) -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(80, 24)) as pilot:
            await start(pilot)
            await press(pilot, *keys)
            await pilot.press("ctrl+q")
            await until(pilot, lambda: not app.is_running)

    asyncio.run(run())


@pytest.mark.parametrize("keys", SCREENS, ids="-".join)
@pytest.mark.parametrize("size", [(40, 15), (80, 24), (160, 50)], ids=str)
def test_every_screen_has_a_focus_and_fits(keys: tuple[str, ...], size: tuple[int, int]) -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=size) as pilot:
            await start(pilot)
            await press(pilot, *keys)
            focused = app.screen.focused
            assert focused is not None and focused.region.overlaps(app.screen.region)

    asyncio.run(run())


def test_help_tells_the_keys_of_the_screen_that_it_was_called_from() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(100, 50)) as pilot:
            await start(pilot)
            await press(pilot, "f1")
            assert isinstance(app.screen, HelpScreen) and "Answer the question" in text_of(app)
            await press(pilot, "escape", "l", "question_mark")
            assert "Next decisive line" in text_of(app) and "Answer the question" not in text_of(app)
            await press(pilot, "question_mark", "escape", "escape", "b")
            assert isinstance(app.screen, StartScreen)
            await press(pilot, "f1")
            assert "Open a log" in text_of(app)

    asyncio.run(run())


def test_the_palette_has_every_action_and_runs_it() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(100, 50)) as pilot:
            await start(pilot)
            await pilot.press("ctrl+p")
            await until(pilot, lambda: isinstance(app.screen, CommandPalette))
            await see(pilot, "Look at the log  (l)")
            shown = text_of(app)
            for key in app.screen_stack[-2].keys:  # type: ignore[attr-defined]
                assert f"({key.label})" in shown, key
            await pilot.press(*"how the first")
            await see(pilot, "How the first cause")
            await pilot.press("down", "enter")
            await see(pilot, "does not hold")

    asyncio.run(run())


def test_the_footer_works_with_the_mouse() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(120, 30)) as pilot:
            await start(pilot)
            await pilot.click("#keys", offset=(text_of(app).splitlines()[-1].index("why"), 0))
            await see(pilot, "What each answer would change")

    asyncio.run(run())


def test_the_language_is_switched_live(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = load.load_knowledge
    monkeypatch.setattr(load, "load_knowledge", lambda extra, project, language: asked.append(language) or real(extra, project, language))  # type: ignore[func-returns-value]

    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(120, 30)) as pilot:
            await ready(pilot)
            await press(pilot, *"abc", "f2")
            await see(pilot, "どのような症状でしょうか")
            assert app.screen.query_one("#box").text == "abc"  # type: ignore[attr-defined]
            await press(pilot, "f2")
            await start(pilot)
            await press(pilot, "0", "f2")
            await see(pilot, "質問 2")
            assert app.session is not None and len(app.session.answers) == 1
            await press(pilot, "f")
            await see(pilot, "何" if False else "対処")
            await press(pilot, "f2")
            await see(pilot, "What to do")

    asyncio.run(run())
    assert asked == ["en", "ja", "en", "ja", "en"]


def test_themes_go_round_and_are_remembered(tmp_path: Path) -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(80, 24)) as pilot:
            await ready(pilot)
            assert app.theme == "troubleshooter-dark"
            await press(pilot, "f3")
            assert app.theme == "troubleshooter-light"
            await press(pilot, "f3")
            assert app.theme == "ansi-dark" and app.current_theme.ansi

    asyncio.run(run())
    assert json.loads((tmp_path / "xdg_state_home/troubleshooter/settings.json").read_text()) == {"theme": "ansi-dark"}


def test_no_color_starts_with_the_colours_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def run() -> None:
        app = app_for(theme="troubleshooter-light")
        async with app.run_test(size=(80, 24)) as pilot:
            await start(pilot)
            assert app.theme == "ansi-dark" and app.native_ansi_color
            strips = app.screen._compositor.render_strips()
            triplets = [s.style.color for strip in strips for s in strip if s.style and s.style.color and s.style.color.triplet]
            assert not triplets  # no colour of our own

    asyncio.run(run())


@pytest.mark.skipif(os.name == "nt", reason="no signals")
def test_sigterm_ends_the_app_in_order() -> None:
    async def run() -> Any:
        app = app_for()
        async with app.run_test(size=(80, 24)) as pilot:
            await ready(pilot)
            os.kill(os.getpid(), signal.SIGTERM)
            await until(pilot, lambda: not app.is_running)
        assert app.last_resort is not None
        app.last_resort.cancel()
        return app.return_code

    assert asyncio.run(run()) == 128 + signal.SIGTERM


def test_keys_are_answered_with_a_measured_delay() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(80, 24)) as pilot:
            await start(pilot)
            before = len(app.trace)
            await press(pilot, "down", "up")
            assert len(app.trace) >= before + 2

    asyncio.run(run())
