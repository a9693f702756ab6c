"""Lines as they are typed, piped or pasted: one at a time, or all that were pasted at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TextIO

from troubleshooter.errors import InputError

PASTED_WITHIN = 0.06
"""Seconds after a line within which the next one comes only if both were pasted."""


def keyboard() -> TextIO:
    """The terminal, where standard input was the log. Raises InputError where there is none."""
    try:
        return open("CONIN$" if os.name == "nt" else "/dev/tty", encoding="utf-8", errors="replace")
    except OSError:
        return open(os.devnull, encoding="utf-8")


class Lines:
    """Reads ``source`` line by line, and can tell whether another line is there already."""

    def __init__(self, source: TextIO | None) -> None:
        if source is None:
            raise InputError("no standard input; run this in a terminal, or pipe the answers")
        self.source, self.buffer, self.ended = source, b"", False
        self.typed = source.isatty()
        try:
            self.number = source.fileno()
        except (OSError, ValueError):
            self.number = -1

    def read(self) -> str | None:
        """The next line without its end; None at the end of input."""
        if self.typed and sys.stdout.isatty() and not self.buffer:
            print("> ", end="", flush=True)
        if self.number < 0:
            text = self.source.readline()
            return text.rstrip("\r\n") if text else None
        while b"\n" not in self.buffer and not self.ended:
            self._fill()
        if not self.buffer:
            return None
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line.decode("utf-8", "replace").rstrip("\r")

    def rest_of(self, first: str, ends: Callable[[str], bool], printed: bool) -> str:
        """``first`` and the lines that were pasted with it, up to one for which ``ends``; from a pipe only where it looks printed."""
        lines = [first]
        while (self.typed or printed) and self._another():
            line = self.buffer.partition(b"\n")[0].decode("utf-8", "replace").rstrip("\r")
            if not line.strip() and not (self.typed and self._goes_on()):
                self.read()
                break
            if line.strip() and ends(line):
                break
            self.buffer = self.buffer.partition(b"\n")[2]
            lines.append(line)
        return "\n".join(lines)

    def _goes_on(self) -> bool:
        """Whether a pasted text goes on after an empty line."""
        return bool(self.buffer.partition(b"\n")[2]) or self._ready()

    def _another(self) -> bool:
        """Whether a whole line more is there."""
        while b"\n" not in self.buffer and not self.ended and self._ready():
            self._fill()
        return b"\n" in self.buffer or (self.ended and bool(self.buffer))

    def _fill(self) -> None:
        part = os.read(self.number, 65536)
        self.ended = not part
        self.buffer += part

    def _ready(self) -> bool:
        if self.number < 0:
            return False
        if os.name == "nt":
            return not self.typed
        import select

        return bool(select.select([self.number], [], [], PASTED_WITHIN)[0])
