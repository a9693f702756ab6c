"""Words of the screens in the language of the screen, beside those of the dialogue and of the reports."""

from __future__ import annotations

from troubleshooter.dialogue import words as dialogue
from troubleshooter.report import words as report
from troubleshooter.tui import words_en, words_ja


def words(language: str) -> dict[str, str]:
    """All words that a screen may need."""
    own = words_ja.WORDS if language == "ja" else words_en.WORDS
    return {**report.words(language), **dialogue.words(language), **own}


def long(word: str, w: dict[str, str]) -> str:
    """The word of a key as a sentence, where there is one: in help and palette there is room."""
    return w.get(f"long-{word}", w[word])
