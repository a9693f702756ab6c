"""Where Japanese lines may break: between any two letters, but no line begins with closing punctuation or ends with opening one."""

from __future__ import annotations

import re

import rich._wrap

OPENING = "「『【〈《（〔［｛"
CLOSING = "、。，．・：；？！」』】〉》）〕］｝ーァィゥェォッャュョヮヵヶぁぃぅぇぉっゃゅょゎ々ゝゞ"
LETTER = "\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff60"
WORD = re.compile(rf"\s*(?:[{OPENING}]*[{LETTER}][{CLOSING}]*|[{OPENING}]*[^\s{LETTER}{OPENING}]+[{CLOSING}]*|\S)\s*")


def break_lines() -> None:
    """Textual breaks lines at spaces alone, and Japanese has none: here it learns what a word is. English stays as it was."""
    rich._wrap.re_word = WORD
