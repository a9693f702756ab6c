"""The session without a screen: replaying, undoing, the next log."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tui.driver import small_knowledge

from troubleshooter.case import Case
from troubleshooter.dialogue import saved
from troubleshooter.dialogue.answers import heard
from troubleshooter.dialogue.explanations import how, told, why
from troubleshooter.dialogue.session import Session
from troubleshooter.errors import InputError, UsageError
from troubleshooter.evidence.scan import scan_text
from troubleshooter.kb.knowledge import Knowledge

KNOWLEDGE = small_knowledge()
LOG = "starting\nexec /app: no such file or directory\nend\n"
X509 = "x509: certificate signed by unknown authority\n"
FACTS = {"final.libc": ("none", "musl", "glibc", "unknown"), "link": ("static", "dynamic", "unknown"), "cgo": ("0", "1")}


def session(log: str = LOG) -> Session:
    return Session(KNOWLEDGE, Case(scan_text(log, KNOWLEDGE), advice=True))


OUTPUTS = {
    "Program Headers:\n  LOAD  0x0\n  GNU_STACK  0x0\n": {"link"},
    "1:FROM golang:1.24 AS build\n2:ENV CGO_ENABLED=0\n3:RUN go build -o /app .\n": {"cgo"},
    "nothing to read\n": set(),
}
"""Pasted outputs, and the facts of FACTS that they tell."""
MOVES = st.lists(
    st.one_of(
        *(st.tuples(st.just("answer"), st.just(fact), st.sampled_from(values)) for fact, values in FACTS.items()),
        st.tuples(st.just("forget"), st.sampled_from(sorted(FACTS)), st.just("")),
        st.tuples(st.just("change"), st.integers(1, 4), st.sampled_from(["musl", "static", "1"])),
        st.tuples(st.just("paste"), st.sampled_from(sorted(OUTPUTS)), st.just("")),
        st.tuples(st.sampled_from(["undo", "restart"]), st.just(""), st.just("")),
    ),
    max_size=14,
)


@settings(max_examples=120, deadline=None)
@given(MOVES)
def test_whatever_the_way_the_state_is_that_of_the_final_answers(moves: list[tuple[str, str | int, str]]) -> None:
    now = session()
    said: list[tuple[str, str]] = []  # what a naive reader keeps of it: answers by their facts, and outputs under no name
    before: list[list[tuple[str, str]]] = []
    for kind, what, value in moves:
        if kind == "undo":
            now, said = now.undo(), before.pop() if before else said
            continue
        answers = [(f, v) for f, v in said if f]
        if kind == "change":
            if not 1 <= int(what) <= len(answers):
                with pytest.raises(UsageError):
                    now.change(int(what), value)
                continue
            now, what = now.change(int(what), value), answers[int(what) - 1][0]
        elif kind == "paste":
            now = now.paste(str(what))
        else:
            now = now.answer(str(what), value) if kind == "answer" else now.forget(str(what)) if kind == "forget" else now.restart()
        before.append(said)
        if kind in ("answer", "change"):
            said = [(f, value if f == what else v) for f, v in said] if what in dict(said) else [*said, (str(what), value)]
        elif kind == "paste":
            said = [*((f, v) for f, v in said if f not in OUTPUTS[str(what)]), ("", str(what))]
        else:
            said = [] if kind == "restart" else [(f, v) for f, v in said if f != what]
    fresh = session()
    for fact, value in said:
        fresh = fresh.answer(fact, value) if fact else fresh.paste(value)
    assert [(e.name, e.value) for e in now.answers] == [(f, v) for f, v in said if f]
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
    meant = {"1": "none", "2)": "musl", "0": "unknown", "dunno": "unknown", "musl": "musl", "Alpine": "musl", "alpien": "musl",
             "debian": "glibc", "I think it is Ubuntu": "glibc", "the last one": "glibc",
             "分からない": "unknown", "qqq": "", "9": "", "": ""}  # fmt: skip
    for text, value in meant.items():
        assert heard(text, question, session()).value == value, text


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


def test_the_small_knowledge_of_the_tests_is_sound(knowledge: Knowledge) -> None:
    assert not KNOWLEDGE.problems and set(KNOWLEDGE.causes).isdisjoint(knowledge.causes)
