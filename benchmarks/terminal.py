"""A program in a pseudo-terminal, for the benchmarks: what it writes, and when."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

APP = [sys.executable, "-m", "troubleshooter", "tui", "--no-project"]


class Terminal:
    """A program in a pseudo-terminal of 120 by 40; ``text`` is all that it wrote."""

    def __init__(self, command: list[str], environ: dict[str, str]) -> None:
        self.began = time.perf_counter()
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], command, environ)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.text = b""

    def until(self, word: str, timeout: float = 300.0) -> float:
        """Seconds from the start until ``word`` was written."""
        end = time.perf_counter() + timeout
        while word.encode() not in self.text:
            if time.perf_counter() > end:
                raise TimeoutError(f"{word!r} was not written:\n{self.text[-2000:].decode('utf-8', 'replace')}")
            if select.select([self.master], [], [], 0.05)[0]:
                self.text += os.read(self.master, 1 << 16)
        return time.perf_counter() - self.began

    def quiet(self, seconds: float = 0.15) -> float:
        """Reads until nothing was written for a while; the time of the last write."""
        last = time.perf_counter()
        while select.select([self.master], [], [], seconds)[0]:
            self.text += os.read(self.master, 1 << 16)
            last = time.perf_counter()
        return last

    def keys(self, text: str) -> None:
        os.write(self.master, text.encode())


@contextmanager
def running(command: list[str], environ: dict[str, str]) -> Iterator[Terminal]:
    """The program while it runs; ctrl+q ends it."""
    terminal = Terminal(command, environ)
    try:
        yield terminal
    finally:
        terminal.keys("\x11")
        try:
            while os.read(terminal.master, 1 << 16):
                pass
        except OSError:
            pass  # the program is gone
        os.waitpid(terminal.pid, 0)
        os.close(terminal.master)


def environment(folder: Path) -> dict[str, str]:
    """A user with an empty home, at a terminal with colours."""
    own = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "XDG_STATE_HOME": str(folder),
           "XDG_CACHE_HOME": str(folder), "LC_ALL": "C.UTF-8"}
    environ = {**os.environ, **own}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else every start compiles what an installed program has compiled
    return environ
