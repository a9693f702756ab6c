"""The three panes: answering in every way, changing, going back, several failures, the next log."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from textual import events
from textual.widgets import Input, OptionList, Tabs
from tui.driver import LOG, app_for, press, ready, see, start, text_of, until

from troubleshooter.tui.dialogue import DialogueScreen
from troubleshooter.tui.start import StartScreen

COMPOSE = "web-1  | bind: address already in use\ndb-1   | x509: certificate signed by unknown authority\n"


def answers(app: Any) -> list[tuple[str, str]]:
    return [(e.name, e.value) for e in app.session.answers]


def test_an_answer_by_its_number_ends_the_question() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(120, 30), notifications=True) as pilot:
            await start(pilot)
            screen = text_of(app)
            for text in ("Question 1", "Which C library", "1  scratch", "0  I don't know", "find out", "Causes", "Known", "? final.libc"):
                assert text in screen
            await press(pilot, "1")
            assert answers(app) == [("final.libc", "none")]
            assert "Result" in text_of(app) and "The final image has no loader" in text_of(app)

    asyncio.run(run())


def test_an_answer_by_arrow_mouse_and_words() -> None:
    async def run() -> None:
        for way in ("arrow", "mouse", "words", "number in the box"):
            app = app_for()
            async with app.run_test(size=(120, 30), notifications=True) as pilot:
                await start(pilot)
                if way == "arrow":
                    await press(pilot, "down", "enter")
                elif way == "mouse":
                    await pilot.click("#answers", offset=(3, 1))
                    await ready(pilot)
                else:
                    app.screen.query_one("#free", Input).focus()
                    await press(pilot, *("alpine" if way == "words" else "2"), "enter")
                assert answers(app) == [("final.libc", "musl")], way

    asyncio.run(run())


def test_dont_know_is_not_asked_again() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(120, 30), notifications=True) as pilot:
            await start(pilot)
            await press(pilot, "0")
            assert answers(app) == [("final.libc", "unknown")]
            assert "How is the program linked?" in text_of(app) and "Question 2" in text_of(app)

    asyncio.run(run())


def test_a_digit_past_the_last_answer_does_nothing() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(120, 30), notifications=True) as pilot:
            await start(pilot)
            await press(pilot, "4", "9")
            assert answers(app) == []

    asyncio.run(run())


def test_the_pasted_output_of_a_command_is_read() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(120, 30), notifications=True) as pilot:
            await start(pilot)
            await press(pilot, "0")
            app.screen.post_message(events.Paste("app: ELF 64-bit LSB executable, x86-64, statically linked\n"))
            await see(pilot, "Read from what you pasted: link static")
            await ready(pilot)
            assert app.session is not None and ("link", "static") in {(f.name, f.value) for f in app.session.diagnosis.facts}

    asyncio.run(run())


def test_what_is_not_understood_is_said() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(120, 30), notifications=True) as pilot:
            await start(pilot)
            app.screen.query_one("#free", Input).focus()
            await press(pilot, *"[bold]qqq", "enter")
            await see(pilot, "Not understood as an answer")
            assert answers(app) == []

    asyncio.run(run())


def test_a_fact_is_changed_and_forgotten_again() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(120, 30), notifications=True) as pilot:
            await start(pilot)
            await press(pilot, "1")
            facts = app.screen.query_one("#facts-pane", OptionList)
            facts.focus()
            facts.highlighted = 0
            await press(pilot, "enter")
            assert "Change what is known: final.libc" in text_of(app)
            await press(pilot, "down", "enter")
            assert answers(app) == [("final.libc", "musl")]
            await press(pilot, "enter")
            values = app.screen.query_one("#values", OptionList)
            values.highlighted = values.option_count - 1
            await press(pilot, "enter")
            assert answers(app) == [] and "Question 1" in text_of(app)

    asyncio.run(run())


def test_back_takes_each_step_back_and_ends_at_the_first_screen() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(120, 30), notifications=True) as pilot:
            await start(pilot)
            await press(pilot, "0", "1")
            assert len(answers(app)) == 2
            await press(pilot, "b")
            assert len(answers(app)) == 1
            await press(pilot, "b", "b")
            assert isinstance(app.screen, StartScreen)

    asyncio.run(run())


def test_a_new_problem_begins_after_a_question() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(120, 30), notifications=True) as pilot:
            await start(pilot)
            await press(pilot, "r", "n")
            assert isinstance(app.screen, DialogueScreen)
            await press(pilot, "r", "y")
            assert isinstance(app.screen, StartScreen) and app.session is None

    asyncio.run(run())


def test_panes_are_tabs_where_it_is_narrow_and_side_by_side_where_it_is_wide() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(79, 24), notifications=True) as pilot:
            await start(pilot)
            assert "Causes 2" in text_of(app) and not app.screen.query_one("#right").is_on_screen
            assert "First now" in text_of(app)
            await press(pilot, "t")
            assert app.screen.query_one("#causes-pane").has_focus and "The program wants glibc" in text_of(app)
            await press(pilot, "t")
            assert app.screen.query_one("#facts-pane").has_focus and "? final.libc" in text_of(app)
            await press(pilot, "1")  # answers work from every pane
            assert answers(app) == [("final.libc", "none")]
            await pilot.resize_terminal(80, 24)
            await until(pilot, lambda: not app.screen.query_one(Tabs).is_on_screen and app.screen.query_one("#answers").is_on_screen)
            await pilot.resize_terminal(50, 20)
            await until(pilot, lambda: app.screen.query_one(Tabs).is_on_screen)

    asyncio.run(run())


def test_question_causes_and_facts_are_in_sight_at_80_columns() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(80, 24)) as pilot:
            await start(pilot)
            screen = text_of(app)
            for text in ("Which C library", "3  Debian or Ubuntu", "The program wants glibc, and the", "? final.libc", "find out"):
                assert text in screen, text
            await press(pilot, "t", "t", "enter")
            await see(pilot, "Change what is known: final.libc")

    asyncio.run(run())


def test_the_suggested_command_is_copied() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(120, 30), notifications=True) as pilot:
            await start(pilot)
            await press(pilot, "c")
            assert app.clipboard == "docker image inspect IMAGE"
            await see(pilot, "Copied, if the terminal allows it")

    asyncio.run(run())


def test_tabs_by_mouse() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(79, 24), notifications=True) as pilot:
            await start(pilot)
            await pilot.click("#facts")
            await see(pilot, "? final.libc")

    asyncio.run(run())


def test_several_failures_are_offered_first() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await ready(pilot)
            app.describe(COMPOSE)
            await see(pilot, "several failures")
            assert "line 2" in text_of(app)
            await press(pilot, "2")
            assert app.session is not None
            assert app.session.diagnosis.causes[0].id == "other-program-on-port"
            assert isinstance(app.screen, DialogueScreen)  # the digit was no answer besides
            await press(pilot, "m", "escape", "b")
            assert app.session.diagnosis.causes[0].id == "no-certificates"

    asyncio.run(run())


def test_it_still_fails_reads_the_next_log_into_the_same_session(own_folders: Path) -> None:
    (own_folders / "again.log").write_text("x509: certificate signed by unknown authority\n")

    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(120, 30), notifications=True) as pilot:
            await start(pilot)
            await press(pilot, "1", "i", *"again.log", "enter")
            await see(pilot, "The final image has no certificates")
            assert app.session is not None
            assert [e.kind for e in app.session.events] == ["typed", "answer", "log"]
            assert app.desk.log is not None and app.desk.log.lines == 1

    asyncio.run(run())


def test_why_and_how() -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            await start(pilot)
            await press(pilot, "w")
            await see(pilot, "What each answer would change")
            assert "↑" in text_of(app) and "loader-missing/empty" in text_of(app)
            await press(pilot, "escape", "h")
            assert "exec /app: no such file or directory" in text_of(app) and "does not hold" in text_of(app)
            await press(pilot, "escape", "1", "w")
            await see(pilot, "No question would change the order")

    asyncio.run(run())


def test_saving_and_going_on(own_folders: Path) -> None:
    async def run() -> None:
        app = app_for()
        async with app.run_test(size=(120, 30), notifications=True) as pilot:
            await start(pilot)
            await press(pilot, "0", "s", "enter")
            await until(pilot, lambda: (own_folders / "session.json").is_file())
            await press(pilot, "s", "enter")
            assert "is there already" in text_of(app)
            await press(pilot, "enter", "e", "enter")
            await until(pilot, lambda: (own_folders / "diagnosis.md").is_file())
        text = (own_folders / "diagnosis.md").read_text()
        assert "exec /app" in text and "Unanswered" in text
        again = app_for(resume=own_folders / "session.json")
        async with again.run_test(size=(120, 30), notifications=True) as pilot:
            await until(pilot, lambda: isinstance(again.screen, DialogueScreen))
            assert answers(again) == [("final.libc", "unknown")]

    asyncio.run(run())


def test_nothing_of_a_log_is_read_as_markup_or_escape_code(own_folders: Path) -> None:
    nasty = "[bold red]b[/] $(x) [@click=app.quit]q[/] exec /app: no such file or directory"
    (own_folders / "x.log").write_bytes(b"\x1b]0;title\x07\x1b[31m[blink]red[/blink]\x1b[0m\x1b[2J\n" + nasty.encode() + b"\n")

    async def run() -> None:
        app = app_for(log=own_folders / "x.log")
        async with app.run_test(size=(220, 40), notifications=True) as pilot:
            await until(pilot, lambda: isinstance(app.screen, DialogueScreen))
            await press(pilot, "1")
            assert nasty in text_of(app), text_of(app)
            await press(pilot, "f")
            assert nasty in text_of(app)
            await press(pilot, "l")
            assert "[blink]red[/blink]" in text_of(app) and nasty in text_of(app) and "title" not in text_of(app).split("\n", 1)[1]
            await press(pilot, "escape", "escape", "h")
            assert nasty in text_of(app)

    asyncio.run(run())


def test_a_log_given_at_the_start_is_read_at_once(own_folders: Path) -> None:
    (own_folders / "x.log").write_text(LOG)

    async def run() -> None:
        app = app_for(log=own_folders / "x.log")
        async with app.run_test(size=(120, 30), notifications=True) as pilot:
            await see(pilot, "Question 1")
            assert "x.log" in text_of(app)

    asyncio.run(run())


def test_a_log_given_at_the_start_that_cannot_be_read_ends_the_app(own_folders: Path) -> None:
    (own_folders / "x.log").write_text("")

    async def run() -> None:
        app = app_for(log=own_folders / "x.log")
        async with app.run_test(size=(120, 30), notifications=True) as pilot:
            await until(pilot, lambda: app.return_code == 2)
        assert "is empty" in str(app.return_value)

    asyncio.run(run())
