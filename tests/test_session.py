"""The session without a screen: replaying, undoing, the next log; and the same by the words of ``chat``."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tui.driver import small_knowledge

from troubleshooter.case import Case
from troubleshooter.dialogue import saved
from troubleshooter.dialogue.explanations import how, told, why
from troubleshooter.dialogue.session import Session, understood_answer
from troubleshooter.errors import InputError, UsageError
from troubleshooter.evidence.scan import scan_text
from troubleshooter.kb.knowledge import Knowledge

KNOWLEDGE = small_knowledge()
LOG = "starting\nexec /app: no such file or directory\nend\n"
X509 = "x509: certificate signed by unknown authority\n"
FACTS = {"final.libc": ("none", "musl", "glibc", "unknown"), "link": ("static", "dynamic", "unknown"), "cgo": ("0", "1")}
Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


def session(log: str = LOG) -> Session:
    return Session(KNOWLEDGE, Case(scan_text(log, KNOWLEDGE), advice=True))


MOVES = st.lists(
    st.one_of(
        *(st.tuples(st.just("answer"), st.just(fact), st.sampled_from(values)) for fact, values in FACTS.items()),
        st.tuples(st.just("forget"), st.sampled_from(sorted(FACTS)), st.just("")),
        st.tuples(st.just("change"), st.integers(1, 4), st.sampled_from(["musl", "static", "1"])),
        st.tuples(st.sampled_from(["undo", "restart"]), st.just(""), st.just("")),
    ),
    max_size=14,
)


@settings(max_examples=120, deadline=None)
@given(MOVES)
def test_whatever_the_way_the_state_is_that_of_the_final_answers(moves: list[tuple[str, str | int, str]]) -> None:
    now = session()
    answers: list[tuple[str, str]] = []  # what a naive reader keeps of it
    before: list[list[tuple[str, str]]] = []
    for kind, what, value in moves:
        if kind == "undo":
            now, answers = now.undo(), before.pop() if before else answers
            continue
        if kind == "change":
            if not 1 <= int(what) <= len(answers):
                with pytest.raises(UsageError):
                    now.change(int(what), value)
                continue
            what = answers[int(what) - 1][0]
            now = now.change([a for a, _ in answers].index(what) + 1, value)
        else:
            now = now.answer(str(what), value) if kind == "answer" else now.forget(str(what)) if kind == "forget" else now.restart()
        before.append(answers)
        if kind in ("answer", "change"):
            known = dict(answers)
            answers = [(f, value if f == what else v) for f, v in answers] if what in known else [*answers, (str(what), value)]
        else:
            answers = [] if kind == "restart" else [(f, v) for f, v in answers if f != what]
    fresh = session()
    for fact, value in answers:
        fresh = fresh.answer(fact, value)
    assert [(e.name, e.value) for e in now.answers] == answers
    assert now.diagnosis == fresh.diagnosis and now.question == fresh.question and now.events == fresh.events


@settings(max_examples=40, deadline=None)
@given(MOVES)
def test_a_saved_session_comes_back_as_it_was(moves: list[tuple[str, str | int, str]]) -> None:
    now = session()
    for kind, what, value in moves:
        if kind == "answer":
            now = now.answer(str(what), value)
    again = saved.resumed(saved.saved(now, title="x"), Session(KNOWLEDGE, Case(advice=True)))
    assert again.events == now.events and again.diagnosis == now.diagnosis


def test_undo_takes_back_a_change_and_not_the_answer() -> None:
    changed = session().answer("final.libc", "none").answer("link", "static").change(1, "musl")
    assert [(e.name, e.value) for e in changed.undo().answers] == [("final.libc", "none"), ("link", "static")]
    assert session().restart().undo() == session()


def test_what_was_changed_counts_from_the_next_log_on() -> None:
    applied = session().answer("final.libc", "none").applied("loader-missing", "disable-cgo")
    assert "cgo" not in {f.name for f in applied.diagnosis.facts}
    assert "disable-cgo" not in {f.id for f in applied.fixes}
    after = applied.still_fails(X509)
    assert ("cgo", "0") in {(f.name, f.value) for f in after.diagnosis.facts}
    assert after.diagnosis.causes[0].id == "no-certificates"
    assert applied.taken_back("loader-missing", "disable-cgo").events == session().answer("final.libc", "none").events


def test_a_log_that_was_read_counts_like_its_text_and_is_kept_small() -> None:
    text = X509 + "noise\n" * 50_000
    read, pasted = session().still_fails(scan_text(text, KNOWLEDGE)), session().still_fails(text)
    assert read.diagnosis.causes == pasted.diagnosis.causes and read.diagnosis.lines == pasted.diagnosis.lines
    assert len(saved.saved(read)) < 5_000
    again = saved.resumed(saved.saved(read), Session(KNOWLEDGE, Case(advice=True)))
    assert again.diagnosis == read.diagnosis


def test_what_is_typed_beside_a_log_does_not_replace_it() -> None:
    described = session().describe("not found in alpine")
    assert described.case.log is not None and described.case.log.lines == 3
    assert any(h.line == 2 for h in described.reading.hits)


def test_several_failures_are_chosen_by_line() -> None:
    both = session("web-1  | bind: address already in use\ndb-1   | " + X509)
    assert len(both.failures) == 2
    other = both.failures[1]
    assert both.choose(other.line).diagnosis.causes[0].id == other.causes[0].id
    assert both.choose(other.line).choose(0).diagnosis == both.diagnosis


def test_answers_in_words() -> None:
    question = session().question
    assert question is not None
    meant = {"1": "none", "0": "unknown", "musl": "musl", "Alpine": "musl", "debian": "glibc", "qqq": None, "9": None}
    for text, value in meant.items():
        assert understood_answer(text, question, session()) == value, text


def test_why_and_how_are_complete() -> None:
    now = session()
    assert now.question is not None
    reason = why(now, now.question)
    assert [e.value for e in reason.effects] == [a.value for a in now.question.answers]
    assert "loader-missing/empty" in reason.needed_by
    traces = {t.rule: t for t in how(now, "loader-missing")}
    assert traces["loader-missing/message"].fired and traces["loader-missing/message"].lines[0][0] == 2
    assert not traces["loader-missing/empty"].fired and traces["loader-missing/empty"].waits
    assert told(now, "loader-missing") == "The kernel found /app, but not the loader that it names."


@pytest.mark.parametrize("text", ["", "{}", "[]", "nonsense", '{"troubleshooter-session": 99}', '{"troubleshooter-session": 1}'])
def test_what_is_no_session_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        saved.resumed(text, session())


# --- chat -----------------------------------------------------------------------------------------------------------


def chat(run: Run, tmp_path: Path, *lines: str, log: str = LOG, arguments: tuple[str, ...] = ()) -> str:
    """What ``chat`` answers to ``lines`` on the built-in knowledge and a log that leaves a question."""
    (tmp_path / "build.log").write_text(log)
    typed = "".join(f"{line}\n" for line in lines).encode()
    done = run("chat", *(("build.log",) if log else ()), "--no-project", *arguments, stdin=typed)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout.decode()


def test_chat_asks_explains_and_answers(run: Run, tmp_path: Path) -> None:
    said = chat(run, tmp_path, "why", "how", "facts", "causes", "help", "unknown", "back", "1")
    assert "1:" in said and "What each answer would change" in said and "fired" in said
    assert "I don't know" in said and "taken back" in said and said.rstrip().endswith("End of input.")


def test_chat_ends_with_quit_and_with_the_end_of_input(run: Run, tmp_path: Path) -> None:
    assert chat(run, tmp_path, "quit").rstrip().endswith("Bye.")
    assert chat(run, tmp_path).rstrip().endswith("End of input.")


def test_chat_begins_with_a_pasted_message(run: Run, tmp_path: Path) -> None:
    said = chat(run, tmp_path, "x509: certificate signed by unknown authority", "", "quit", log="")
    assert "What goes wrong?" in said and "x509" in said


def test_chat_changes_saves_and_goes_on(run: Run, tmp_path: Path) -> None:
    lines = ("unknown", "change 1 none", "change 9 x", "change", "save s.json", "export d.md", "export d.json", "restart")
    said = chat(run, tmp_path, *lines)
    assert "changed" in said and "there is no answer 9" in said and "saved: s.json" in said and "From the beginning" in said
    assert json.loads((tmp_path / "d.json").read_text())["answers"]
    assert "Facts" in (tmp_path / "d.md").read_text()
    again = chat(run, tmp_path, "facts", log="", arguments=("--resume", "s.json"))
    assert " = none" in again


def test_chat_reads_the_next_log_and_says_what_it_cannot(run: Run, tmp_path: Path) -> None:
    (tmp_path / "next.log").write_text(X509)
    said = chat(run, tmp_path, "1", "done", "log nothing.log", "log next.log", "quit")
    assert "noted as done" in said and "nothing.log" in said and "x509" in said


def test_chat_does_not_understand_everything(run: Run, tmp_path: Path) -> None:
    assert "I do not understand 'qqqq'" in chat(run, tmp_path, "qqqq", "quit")


def test_the_small_knowledge_of_the_tests_is_sound(knowledge: Knowledge) -> None:
    assert not KNOWLEDGE.problems and set(KNOWLEDGE.causes).isdisjoint(knowledge.causes)
