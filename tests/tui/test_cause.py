"""The page of a cause: evidence with the log around it, remedies, applying after a question, copying, writing."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path
from typing import Any

import pytest
from tui.driver import DOCKERFILE, LINES, app_for, press, ready, see, small_knowledge, start, text_of, until

from troubleshooter.kb import load
from troubleshooter.tui.cause import CauseScreen
from troubleshooter.tui.dialogs import Confirm


@pytest.fixture
def project(own_folders: Path) -> Path:
    (own_folders / "Dockerfile").write_text(DOCKERFILE)
    return own_folders


async def page(pilot: Any) -> None:
    await start(pilot, LINES)
    await press(pilot, "f")
    await until(pilot, lambda: isinstance(pilot.app.screen, CauseScreen))
    await ready(pilot)


def test_it_shows_what_is_wrong_the_evidence_and_the_remedies(project: Path) -> None:
    async def run() -> None:
        for size in ((140, 40), (80, 60)):
            app = app_for(no_project=False, project=project)
            async with app.run_test(size=size, notifications=True) as pilot:
                await page(pilot)
                screen = text_of(app)
                for text in ("The kernel found /app, but not the loader", "2 │ two", "▶ 3 │ exec /app", "4 │ four", "+ENV CGO_ENABLED=0",
                             "1 Build without cgo", "2 Run on an image", "Then check", "Costs:", "Apply (a)"):  # fmt: skip
                    assert text in screen, text
                await press(pilot, "2")
                assert "Take gcr.io/distroless/base-debian12" in text_of(app)

    asyncio.run(run())


def test_apply_asks_first_and_writes_after_a_yes(project: Path) -> None:
    async def run() -> None:
        app = app_for(no_project=False, project=project)
        async with app.run_test(size=(140, 40), notifications=True) as pilot:
            await page(pilot)
            for refusal in ("n", "escape"):
                await press(pilot, "a")
                assert isinstance(app.screen, Confirm)
                assert "+ENV CGO_ENABLED=0" in text_of(app) and str(project / "Dockerfile") in text_of(app)
                await press(pilot, refusal)
                assert (project / "Dockerfile").read_text() == DOCKERFILE
            await press(pilot, "a", "enter")
            await see(pilot, "✔ applied")
            assert "ENV CGO_ENABLED=0" in (project / "Dockerfile").read_text()
            assert app.session is not None and app.session.events[-1].kind == "applied"
            await press(pilot, "u", "y")
            await until(pilot, lambda: (project / "Dockerfile").read_text() == DOCKERFILE)
            await ready(pilot)
            assert app.session.events[-1].kind != "applied" and "✔" not in text_of(app)

    asyncio.run(run())


@pytest.mark.parametrize("layer", ["project", "user"])
def test_a_change_that_the_project_itself_proposes_is_warned_of(project: Path, monkeypatch: pytest.MonkeyPatch, layer: str) -> None:
    monkeypatch.setattr(load, "load_knowledge", lambda extra, project, language: small_knowledge(layer=layer))

    async def run() -> None:
        app = app_for(no_project=False, project=project)
        async with app.run_test(size=(140, 40)) as pilot:
            await page(pilot)
            await press(pilot, "a")
            assert isinstance(app.screen, Confirm)
            assert ("the project's own .troubleshooter folder" in text_of(app)) == (layer == "project")

    asyncio.run(run())


def test_the_page_scrolls_by_keys_whatever_has_the_focus(project: Path) -> None:
    async def run() -> None:
        app = app_for(no_project=False, project=project)
        async with app.run_test(size=(80, 24)) as pilot:
            await page(pilot)
            assert "Evidence" not in text_of(app)
            await press(pilot, "pagedown", "pagedown", "pagedown")
            await see(pilot, "▶ 3 │ exec /app")
            await press(pilot, "home")
            await see(pilot, "The kernel found /app")

    asyncio.run(run())


def test_a_file_that_changed_meanwhile_is_left_alone(project: Path) -> None:
    async def run() -> None:
        app = app_for(no_project=False, project=project)
        async with app.run_test(size=(140, 40), notifications=True) as pilot:
            await page(pilot)
            (project / "Dockerfile").write_text("FROM scratch\n")
            await press(pilot, "a", "y")
            await see(pilot, "has changed since it was read")
            assert (project / "Dockerfile").read_text() == "FROM scratch\n"

    asyncio.run(run())


def test_without_a_file_to_change_apply_says_so() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(140, 40), notifications=True) as pilot:
            await page(pilot)
            await press(pilot, "a")
            await see(pilot, "changes no file that was read")

    asyncio.run(run())


def test_copying_writes_the_sequence_and_to_file_writes_the_same(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        app = app_for(no_project=False, project=project)
        async with app.run_test(size=(140, 40), notifications=True) as pilot:
            await page(pilot)
            written: list[str] = []
            assert app._driver is not None
            monkeypatch.setattr(app._driver, "write", written.append)
            await press(pilot, "c")
            sequence = next(w for w in written if w.startswith("\x1b]52;c;"))
            copied = base64.b64decode(sequence[len("\x1b]52;c;") : -1]).decode()
            assert "+ENV CGO_ENABLED=0" in copied
            await see(pilot, "To be sure")
            await press(pilot, "o", "enter")
            await until(pilot, lambda: (project / "disable-cgo.patch").read_text() == copied)

    asyncio.run(run())


def test_the_buttons_do_the_same_with_the_mouse(project: Path) -> None:
    async def run() -> None:
        app = app_for(no_project=False, project=project)
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await page(pilot)
            await pilot.click("#apply")
            await until(pilot, lambda: isinstance(app.screen, Confirm))
            await pilot.click("#yes")
            await see(pilot, "✔ applied")
            assert "CGO_ENABLED" in (project / "Dockerfile").read_text()

    asyncio.run(run())


def test_a_folder_that_cannot_be_written_is_said(project: Path) -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(120, 30), notifications=True) as pilot:
            await page(pilot)
            await press(pilot, "o")
            for _ in range(30):
                await pilot.press("backspace")
            await press(pilot, *"no/such/x", "enter")
            await see(pilot, "No such file")

    asyncio.run(run())
