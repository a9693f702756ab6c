"""A log of any size, line by line: offsets are counted once, lines are read when they are looked at."""

from __future__ import annotations

import os
import tempfile
from array import array
from bisect import bisect_left
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from troubleshooter.evidence.lines import blocks, clean, shown

CHUNK = 1 << 16
"""Bytes between two places where the number of lines is noted."""
WIDEST = 1 << 14
"""Bytes of one line that are read at most."""
GROUP = 64
"""Lines that are read together."""
KEPT = 512
"""Lines kept ready."""


class LogFile:
    """Lines of ``stream``, counted from 1 as in reports: decoded, without control codes, secrets masked.

    :meth:`count` walks once through the file, and may do so in another thread; what was counted can be read meanwhile.
    """

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self.name = name
        self._stream = stream
        self._before = array("Q", [0])  # line ends before each chunk
        self._lines: dict[int, str] = {}
        self.size = stream.seek(0, os.SEEK_END)
        self.lines = 0
        self.counted = 0

    def count(self, going_on: Callable[[], bool] = lambda: True, stream: BinaryIO | None = None) -> None:
        """Counts the lines; stops early when ``going_on`` says so. ``stream`` is a second handle, for another thread."""
        source = stream or self._stream
        source.seek(0)
        total, last = 0, b""
        while going_on() and (chunk := source.read(CHUNK)):
            total += chunk.count(b"\n")
            self.counted += len(chunk)
            last = chunk
            if len(chunk) == CHUNK:
                self._before.append(total)
            self.lines = total
        if last and not last.endswith(b"\n"):
            self.lines = total + 1

    def line(self, number: int) -> str:
        """The text of one line; empty where there is none."""
        if number not in self._lines and number > 0:
            if len(self._lines) > KEPT:
                self._lines.clear()
            self._read(number)
        return self._lines.get(number, "")

    def around(self, number: int, reach: int = 2) -> list[tuple[int, str]]:
        """The lines near ``number``, with their numbers."""
        return [(n, self.line(n)) for n in range(max(1, number - reach), min(self.lines, number + reach) + 1)]

    def _read(self, number: int) -> None:
        """Reads the group of lines that ``number`` belongs to."""
        number = (number - 1) // GROUP * GROUP + 1
        chunk = max(0, bisect_left(self._before, number - 1) - 1) if number > 1 else 0
        self._stream.seek(chunk * CHUNK)
        skip = number - 1 - self._before[chunk] if number > 1 else 0
        for _ in range(skip):
            self._skip()
        for n in range(number, number + GROUP):
            raw = self._stream.readline(WIDEST)
            if not raw:
                return
            if not raw.endswith(b"\n"):
                self._skip()
            text = shown(clean(raw.decode("utf-8-sig" if n == 1 else "utf-8", "replace").rstrip("\r\n")))
            self._lines[n] = text.expandtabs(8)

    def _skip(self) -> None:
        while (raw := self._stream.readline(CHUNK)) and not raw.endswith(b"\n"):
            pass


def open_logfile(path: Path) -> LogFile:
    """The file at ``path``; a packed or UTF-16 one is unpacked beside it into a temporary file first."""
    stream = path.open("rb")
    head = stream.read(4096)
    if head.startswith((b"\x1f\x8b", b"\xff\xfe", b"\xfe\xff")) or head.count(0) > len(head) // 4:
        stream.seek(0)
        plain = tempfile.TemporaryFile()  # noqa: SIM115
        with stream:
            for block in blocks(stream, str(path)):
                plain.write(block.text.encode("utf-8", "replace"))
        return LogFile(plain, path.name)
    return LogFile(stream, path.name)
