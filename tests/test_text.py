"""Shell patterns by plain searches mean what fnmatch means."""

from __future__ import annotations

from fnmatch import fnmatchcase

from hypothesis import given
from hypothesis import strategies as st

from troubleshooter.text import like, normal


@given(st.text("ab/.", max_size=8), st.text("ab/.*?", max_size=8))
def test_patterns_match_as_fnmatch_does(value: str, pattern: str) -> None:
    assert like(value, [pattern]) == fnmatchcase(value, pattern)


@given(st.text(max_size=200))
def test_normal_form_is_stable(text: str) -> None:
    once = normal(text)
    assert normal(once) == once or "\\" in text
