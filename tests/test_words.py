"""Fixed words: whatever the code asks for by name stands in both languages, with the same holes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from troubleshooter.dialogue import words as dialogue
from troubleshooter.report import words as report
from troubleshooter.tui import words as screen

PACKAGE = Path(__file__).parent.parent / "troubleshooter"
TABLES = {"tui": screen.words, "dialogue": dialogue.words, "report": report.words}
_HOLE = re.compile(r"\{(\w+)")


@pytest.mark.parametrize("part", TABLES)
def test_every_word_that_is_asked_for_is_there(part: str) -> None:
    texts = "\n".join(path.read_text("utf-8") for path in (PACKAGE / part).rglob("*.py"))
    asked = set(re.findall(r"\bw\[\"([\w-]+)\"\]", texts))
    assert asked
    for language in ("en", "ja"):
        assert not asked - TABLES[part](language).keys(), language


@pytest.mark.parametrize("part", TABLES)
def test_both_languages_say_the_same_things(part: str) -> None:
    english, japanese = TABLES[part]("en"), TABLES[part]("ja")
    assert english.keys() == japanese.keys()
    for name, text in english.items():
        assert set(_HOLE.findall(text)) == set(_HOLE.findall(japanese[name])), name
