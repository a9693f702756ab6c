"""The first screen: what may be typed, pasted, picked and opened."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from textual import events
from textual.widgets import OptionList
from tui.driver import LOG, app_for, press, ready, see, start, text_of, until

from troubleshooter.kb import load
from troubleshooter.tui.dialogue import DialogueScreen
from troubleshooter.tui.start import Box

PROJECT = 'FROM golang:1.24\nWORKDIR /src\nCOPY . .\nRUN go build -o /app .\nFROM scratch\nCOPY --from=0 /app /app\nENTRYPOINT ["/app"]\n'


def in_dialogue(app: Any) -> bool:
    return isinstance(app.screen, DialogueScreen)


def test_the_box_has_the_cursor_and_text_with_enter_starts() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            assert app.screen.query_one(Box).has_focus
            await pilot.press(*"exec /app: no such file or directory", "enter")
            await until(pilot, lambda: in_dialogue(app))
            assert app.session is not None and app.session.events[0].value == "exec /app: no such file or directory"

    asyncio.run(run())


def test_what_is_typed_before_the_knowledge_is_there_waits_for_it(monkeypatch: Any) -> None:
    import threading

    gate, real = threading.Event(), load.load_knowledge

    def slow(*args: Any) -> Any:
        gate.wait(20)
        return real(*args)

    monkeypatch.setattr(load, "load_knowledge", slow)

    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await see(pilot, "What goes wrong?")
            assert not app.known and "reading the knowledge" in text_of(app)
            await pilot.press(*"x509", "enter")
            await until(pilot, lambda: app.waiting is not None)
            gate.set()
            await until(pilot, lambda: in_dialogue(app))
            await ready(pilot)

    asyncio.run(run())


def test_a_paste_of_several_lines_stays_whole_and_becomes_the_log() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await ready(pilot)
            app.screen.post_message(events.Paste(LOG))
            await until(pilot, lambda: app.screen.query_one(Box).text == LOG)
            await pilot.press("enter")
            await until(pilot, lambda: in_dialogue(app))
            await ready(pilot)
            assert app.session is not None and app.session.case.log is not None and app.session.case.log.lines == 4
            assert app.desk.log is not None and app.desk.log.line(3) == "exec /app: no such file or directory"

    asyncio.run(run())


def test_lines_that_arrive_as_keys_are_a_paste_too() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await ready(pilot)
            for key, character in (("a", "a"), ("enter", "\r"), ("b", "b"), ("ctrl+j", "\n"), ("c", "c")):
                app.post_message(events.Key(key, character))
            await until(pilot, lambda: app.screen.query_one(Box).text == "a\nb\nc")
            assert not in_dialogue(app)

    asyncio.run(run())


def test_alt_enter_breaks_the_line() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await press(pilot, "a", "alt+enter", "b")
            assert app.screen.query_one(Box).text == "a\nb"

    asyncio.run(run())


def test_typing_searches_and_a_match_can_be_picked_with_keys() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await ready(pilot)
            await pilot.press(*"alpine")
            await see(pilot, "≈ The program wants glibc")
            await press(pilot, "down")
            assert app.screen.query_one("#choices").has_focus
            await pilot.press("enter")
            await until(pilot, lambda: in_dialogue(app))
            assert app.session is not None and "alpine" in app.session.events[0].value

    asyncio.run(run())


def test_letters_typed_on_the_list_go_to_the_box() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await ready(pilot)
            await press(pilot, "down", "x", "y")
            box = app.screen.query_one(Box)
            assert box.text == "xy" and box.has_focus

    asyncio.run(run())


def test_a_log_is_opened_by_name_and_a_wrong_name_is_said(own_folders: Path) -> None:
    (own_folders / "build.log").write_text(LOG)

    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await ready(pilot)
            await press(pilot, "f4")
            assert "build.log" in text_of(app)
            await press(pilot, *"nothing", "enter")
            await see(pilot, "nothing: there is no such file")
            for _ in "nothing":
                await pilot.press("backspace")
            await press(pilot, *"build", "down", "enter")
            await until(pilot, lambda: in_dialogue(app))
            assert app.desk.log_name == "build.log"

    asyncio.run(run())


def test_a_log_is_opened_with_the_mouse(own_folders: Path) -> None:
    (own_folders / "build.log").write_text(LOG)

    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await ready(pilot)
            await pilot.click("#choices", offset=(10, 1))
            await see(pilot, "Which log?")
            await ready(pilot)
            await pilot.click("#files", offset=(2, 0))
            await until(pilot, lambda: in_dialogue(app))

    asyncio.run(run())


def test_the_path_of_a_file_in_the_box_opens_it(own_folders: Path) -> None:
    (own_folders / "x.log").write_text(LOG)

    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await ready(pilot)
            await pilot.press(*str(own_folders / "x.log"), "enter")
            await until(pilot, lambda: in_dialogue(app))
            assert app.session is not None and app.session.case.log is not None

    asyncio.run(run())


def test_a_binary_is_refused_with_a_word(own_folders: Path) -> None:
    (own_folders / "x.log").write_bytes(b"\x7fELF" + bytes(200))

    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await ready(pilot)
            await pilot.press(*str(own_folders / "x.log"), "enter")
            await see(pilot, "is a program or archive")
            assert not in_dialogue(app)

    asyncio.run(run())


def test_the_project_here_is_read(own_folders: Path) -> None:
    (own_folders / "Dockerfile").write_text(PROJECT)
    (own_folders / "go.mod").write_text("module example.com/x\n\ngo 1.24\n")

    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await see(pilot, "Dockerfile, go.mod")
            await ready(pilot)
            await press(pilot, "f5")
            await until(pilot, lambda: in_dialogue(app))
            assert app.session is not None and "final.image" in {f.name for f in app.session.diagnosis.facts}

    asyncio.run(run())


def test_a_session_is_among_the_recent_ones_and_goes_on() -> None:
    async def first() -> None:
        app = app_for()
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await start(pilot)
            await press(pilot, "1")

    async def second() -> None:
        app = app_for()
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await see(pilot, "The final image has no loader")
            await ready(pilot)
            choices = app.screen.query_one("#choices", OptionList)
            choices.focus()
            choices.highlighted = 3
            await press(pilot, "enter")
            await until(pilot, lambda: in_dialogue(app))
            assert app.session is not None and [e.kind for e in app.session.events] == ["typed", "answer"]
            assert app.desk.log is not None  # the pasted lines can be looked at again

    asyncio.run(first())
    asyncio.run(second())


def test_secrets_are_masked_before_anything_is_kept(own_folders: Path, tmp_path: Path) -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await start(pilot, "exec /app: no such file or directory\nPASSWORD=hunter2hunter2")

    asyncio.run(run())
    kept = list((tmp_path / "xdg_state_home").rglob("*.json"))
    assert kept and all("hunter2" not in p.read_text() for p in kept)
