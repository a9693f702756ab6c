"""Lines of Japanese: Textual breaks only at blanks, which Japanese has none of but around foreign words."""

from __future__ import annotations

from rich._wrap import divide_line as at_blanks
from rich.cells import cell_len
from textual import content

from troubleshooter.report.text_report import tokens
from troubleshooter.text import is_japanese


def install() -> None:
    """From now on Textual wraps Japanese as the reports do."""
    setattr(content, "divide_line", divide_line)  # noqa: B010 (Textual offers no other way)


def divide_line(text: str, width: int, fold: bool = True) -> list[int]:
    """Where ``text`` is broken into lines of ``width`` cells: what `rich` says, unless there is Japanese in it."""
    if not is_japanese(text):
        return at_blanks(text, width, fold)
    breaks: list[int] = []
    used = place = 0
    for token in tokens(text):
        size = cell_len(token.rstrip())
        if used and used + size > width:
            breaks.append(place)
            used = 0
        if size <= width or not fold:
            used += cell_len(token)
        else:
            for offset, c in enumerate(token):
                if used + cell_len(c) > width:
                    breaks.append(place + offset)
                    used = 0
                used += cell_len(c)
        place += len(token)
    return breaks
