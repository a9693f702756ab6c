"""The log viewer: any size, any encoding, only what is seen is read; marks and jumps."""

from __future__ import annotations

import asyncio
import gzip
import io
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tui.driver import app_for, press, ready, text_of, until

from troubleshooter.errors import InputError
from troubleshooter.tui import app as app_module
from troubleshooter.tui.desk import Cancelled, Desk, Reading
from troubleshooter.tui.dialogs import Progress
from troubleshooter.tui.log import LogScreen, LogView
from troubleshooter.tui.logfile import CHUNK, LogFile, open_logfile

LETTERS = st.characters(codec="utf-8", categories=("L", "N", "P"))


def logfile(raw: bytes) -> LogFile:
    log = LogFile(io.BytesIO(raw), "x")
    log.count()
    return log


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(LETTERS, max_size=30), max_size=300), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_lines_are_those_of_the_text(lines: list[str], end: str, closed: bool) -> None:
    raw = (end.join(lines) + (end if closed else "")).encode()
    expected = raw.decode().replace("\r\n", "\n").split("\n")
    expected = expected[:-1] if expected[-1] == "" else expected
    log = logfile(raw)
    assert log.lines == len(expected)
    assert [log.line(n) for n in range(log.lines, 0, -1)] == [e.rstrip() for e in reversed(expected)]


def test_lines_are_found_across_chunks_and_however_long() -> None:
    lines = [f"{n} " + "x" * (n * 37 % 5000) for n in range(1500)]
    lines[700] = "long " + "y" * (3 * CHUNK)
    raw = "\n".join(lines).encode()
    assert len(raw) > 20 * CHUNK
    log = logfile(raw)
    assert log.lines == 1500
    for n in (1, 2, 64, 65, 699, 700, 701, 702, 703, 1499, 1500):
        assert log.line(n).startswith(lines[n - 1][:50].rstrip())
    assert log.line(1501) == "" and log.line(0) == ""


def test_empty_and_one_line_logs() -> None:
    assert logfile(b"").lines == 0 and logfile(b"").line(1) == ""
    assert logfile(b"x").lines == 1 and logfile(b"x").line(1) == "x"
    assert logfile(b"x").around(1) == [(1, "x")]


def test_control_codes_are_gone_and_secrets_masked() -> None:
    log = logfile(b"\x1b[31mred\x1b[0m \x1b]0;t\x07bell\x07 TOKEN=abcdef123456\n10%\r20%\n")
    assert log.line(1) == "red bell TOKEN=***" and log.line(2) == "10% 20%"


@pytest.mark.parametrize("form", ["gzip", "utf-16", "utf-8-sig"])
def test_packed_and_wide_files_are_unpacked(tmp_path: Path, form: str) -> None:
    path, text = tmp_path / "x.log", "one\ntwo\u00e9\nthree\n"
    path.write_bytes(gzip.compress(text.encode()) if form == "gzip" else text.encode(form))
    log = open_logfile(path)
    log.count()
    assert [log.line(n) for n in (1, 2, 3)] == ["one", "two\u00e9", "three"] and log.lines == 3


def big_log(path: Path, lines: int) -> None:
    with path.open("w") as out:
        for n in range(lines):
            out.write("exec /app: no such file or directory\n" if n in (1000, lines // 2, lines - 5) else f"line {n} of a long log\n")


def test_marks_jumps_and_ends(tmp_path: Path) -> None:
    path = tmp_path / "big.log"
    big_log(path, 200_000)

    async def run() -> None:
        app = app_for(log=path)
        async with app.run_test(size=(100, 30), notifications=True) as pilot:
            await until(pilot, lambda: app.session is not None)
            await press(pilot, "l")
            view = app.screen.query_one(LogView)
            assert view.has_focus and view.current == 1001 and "▶   1001 │ exec /app" in text_of(app)
            reads: list[int] = []
            real = LogFile.line
            LogFile.line = lambda self, n: reads.append(n) or real(self, n)  # type: ignore[assignment, method-assign, func-returns-value]
            await press(pilot, "n")
            LogFile.line = real  # type: ignore[method-assign]
            assert 0 < len(reads) < 500  # what is seen, not what lies between
            assert view.current == 100_001 and "decisive line 2 of 3" in text_of(app)
            await press(pilot, "n", "n")
            assert view.current == 1001
            await press(pilot, "p")
            assert view.current == 199_996
            await press(pilot, "g")
            assert "line 0 of a long log" in text_of(app)
            await press(pilot, "G")
            assert "200000 │ line 199999" in text_of(app)
            await press(pilot, "pageup", "up", "j", "k")
            await pilot.resize_terminal(60, 15)
            await ready(pilot)
            assert len(text_of(app).splitlines()) == 15
            await press(pilot, "escape")
            assert not isinstance(app.screen, LogScreen)

    asyncio.run(run())


def test_a_long_line_scrolls_sideways_with_its_number_in_sight() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(60, 20), notifications=True) as pilot:
            await ready(pilot)
            app.describe("exec /app: no such file or directory\nstart" + "x" * 300 + "end\n")
            await until(pilot, lambda: app.session is not None)
            await ready(pilot)
            await press(pilot, "l")
            view = app.screen.query_one(LogView)
            await until(pilot, lambda: view.virtual_size.width > 300)
            view.scroll_to(x=10_000, animate=False)
            await until(pilot, lambda: "xend" in text_of(app))
            assert "2 │ " in text_of(app)

    asyncio.run(run())


def test_a_long_reading_shows_how_far_it_is_and_can_be_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.log"
    path.write_text("exec /app: no such file or directory\n")
    monkeypatch.setattr(app_module, "PATIENCE", 0.01)
    reached = threading.Event()

    def endless(self: Desk, reading: Reading, session: Any = None) -> Any:
        reading.total, reading.done = 100, 40
        reached.set()
        assert reading.stop.wait(20)
        raise Cancelled

    monkeypatch.setattr(Desk, "read_log", endless)

    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await ready(pilot)
            for stop in ("escape", "click"):
                app.open_log(path)
                await until(pilot, lambda: isinstance(app.screen, Progress) and "40%" in text_of(app))
                assert reached.is_set() and "Reading x.log" in text_of(app)
                if stop == "escape":
                    await pilot.press("escape")
                else:
                    await pilot.click("#cancel")
                await until(pilot, lambda: not app.busy and not isinstance(app.screen, Progress))
                assert "Stopped; nothing was read." in text_of(app) and app.session is None

    asyncio.run(run())


def test_a_reading_stops_where_it_is_told_to(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_text("x" * 100)
    reading = Reading(path)
    reading.open()
    assert reading.read(10) == b"x" * 10 and (reading.done, reading.total) == (10, 100)
    reading.stop.set()
    with pytest.raises(Cancelled):
        reading.read(10)
    with pytest.raises(InputError, match="is a directory"):
        Reading(tmp_path).open()
    with pytest.raises(InputError, match="no such file"):
        Reading(tmp_path / "none").open()
