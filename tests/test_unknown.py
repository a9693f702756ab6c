"""Somebody who knows nothing: every question is answered with "I don't know", in the dialogue and through ``--fact``."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from troubleshooter.case import Case
from troubleshooter.dialogue.session import Session
from troubleshooter.evidence.scan import scan_text
from troubleshooter.inference.sentences import fact_sentence
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import Fact

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]
RECORDED = sorted(Path(__file__).parent.glob("recorded/*/*/log.txt"))
VAGUE = ("it does not start", "the build fails", "動きません", "my build is slow", "docker is broken")


def asked_to_the_end(session: Session) -> list[str]:
    """The questions until none is left, each answered with "I don't know"."""
    asked: list[str] = []
    while (question := session.question) is not None:
        assert question.fact not in asked, f"{question.fact} is asked again"
        assert question.text and question.why and question.answers
        asked.append(question.fact)
        assert len(asked) < 20, asked
        session = session.unknown(question.fact)
    assert session.done
    return asked


def test_no_dialogue_on_a_recorded_log_is_endless_and_none_is_stuck(knowledge: Knowledge) -> None:
    assert RECORDED
    asked = 0
    for path in RECORDED:
        text = path.read_text("utf-8", "replace")
        whole = Session(knowledge, Case(scan_text(text, knowledge)))
        telling = next((r.text for c in whole.diagnosis.causes[:1] for r in c.why if r.favours and r.text), "")
        for session in (whole, Session(knowledge, Case(scan_text(f"{telling}\n", knowledge)))):
            asked += bool(asked_to_the_end(session))
            stuck = session.diagnosis.outcome == "ambiguous" and not session.diagnosis.questions
            assert not stuck, f"{path}: several causes, and nothing that would part them"
    assert asked > 20


@pytest.mark.parametrize("text", VAGUE)
def test_a_vague_symptom_leads_through_questions(knowledge: Knowledge, text: str) -> None:
    asked = asked_to_the_end(Session(knowledge).describe(text))
    assert {"symptom.about", "symptom.message"} & set(asked[:2])


def test_facts_on_the_command_line_walk_the_very_same_dialogue(run: Run, knowledge: Knowledge) -> None:
    session, facts = Session(knowledge).describe("the container does not start"), list[str]()
    answers = iter(["start", "file", "exec-no-such-file", "unknown", "unknown"])
    while (question := session.question) is not None:
        done = json.loads(run("ask", "the container does not start", "--no-project", "--format", "json", *facts).stdout)
        assert [q["fact"] for q in done["questions"]] == [q.fact for q in session.diagnosis.questions]
        assert [(c["id"], c["certainty"]) for c in done["causes"]] == [(c.id, c.certainty) for c in session.diagnosis.causes]
        values = [a.value for a in question.answers]
        value = next((v for v in answers if v in values or v == "unknown"), "unknown")
        facts += ["--fact", f"{question.fact}={value}"]
        session = session.answer(question.fact, value)
    assert len(facts) > 4 and session.diagnosis.causes


def test_a_slow_build_is_no_failure_of_ours(run: Run) -> None:
    done = json.loads(run("ask", "my build is slow", "--no-project", "--format", "json").stdout)
    assert done["outcome"] in ("unknown", "ambiguous") and done["questions"]
    assert all(c["certainty"] < 0.5 for c in done["causes"])


def test_whatever_is_chosen_is_told_in_words(knowledge: Knowledge) -> None:
    questions = knowledge.table("questions")
    messages = questions["symptom-message"]["answers"]
    for name, entry in questions.items():
        if entry.get("general") == "yes":
            chosen = knowledge.outlines if name.startswith("confirmed") else {**messages, **entry["answers"]}
            for value in chosen:
                for said in (value, f"not:{value}", f"not:{value},"):
                    assert fact_sentence(Fact(entry["fact"], said, "answered"), knowledge), (name, said)
    assert "none of these" in fact_sentence(Fact("symptom.message", "not:a,b,", "answered"), knowledge)
