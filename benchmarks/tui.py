"""The app in a pseudo-terminal: first paint and readiness against an empty Textual app, and key to screen with a 100 MB log.

Run it with the Python of the environment that troubleshooter is installed in; prints medians and ratios, judges nothing.
"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import statistics
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

RUNS = 9
MEGABYTES = 100
EMPTY = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("painted")
Empty().run()
"""
EMPTY_APP = [sys.executable, "-c", EMPTY]
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

    def until(self, word: str, timeout: float = 120.0) -> float:
        """Seconds from the start until ``word`` was written."""
        end = time.perf_counter() + timeout
        while word.encode() not in self.text:
            if time.perf_counter() > end:
                raise TimeoutError(f"{word!r} was not written:\n{self.text[-2000:].decode('utf-8', 'replace')}")
            if select.select([self.master], [], [], 0.05)[0]:
                self.text += os.read(self.master, 1 << 16)
        return time.perf_counter() - self.began

    def quiet(self, seconds: float = 0.15) -> None:
        """Reads until nothing was written for a while."""
        while select.select([self.master], [], [], seconds)[0]:
            self.text += os.read(self.master, 1 << 16)

    def keys(self, text: str) -> None:
        os.write(self.master, text.encode())


@contextmanager
def running(command: list[str], environ: dict[str, str]) -> Iterator[Terminal]:
    terminal = Terminal(command, environ)
    try:
        yield terminal
    finally:
        terminal.keys("\x11")
        try:
            while True:
                if not os.read(terminal.master, 1 << 16):
                    break
        except OSError:
            pass  # the program is gone
        os.waitpid(terminal.pid, 0)
        os.close(terminal.master)


def start(environ: dict[str, str]) -> None:
    rows: dict[str, list[float]] = {"empty app, painted": [], "troubleshooter, painted": [], "troubleshooter, ready": []}
    for _ in range(RUNS):  # in turn, so that a slow moment of the machine strikes all alike
        with running(EMPTY_APP, environ) as empty:
            rows["empty app, painted"].append(empty.until("painted"))
        with running(APP, environ) as app:
            rows["troubleshooter, painted"].append(app.until("What goes wrong?"))
            rows["troubleshooter, ready"].append(app.until("causes known"))
    base = statistics.median(rows["empty app, painted"])
    for name, times in rows.items():
        median = statistics.median(times)
        print(f"{name:26} median {median * 1000:6.0f} ms   {median / base:4.2f} times the empty app")


def write_log(path: Path) -> None:
    line = "#12 34.56 unit {n} of very many is finished, seven workers are still busy with what comes next ................\n"
    with path.open("w") as out:
        n = 0
        while out.tell() < MEGABYTES << 20:
            out.writelines(line.format(n=n + i) for i in range(5000))
            n += 5000
            out.write("exec /app: no such file or directory\n" if n % 250_000 == 0 else "")
        out.write("exec /app: no such file or directory\n")


def keys(environ: dict[str, str], folder: Path) -> None:
    log, trace = folder / "big.log", folder / "trace.json"
    write_log(log)
    with running([*APP, str(log)], {**environ, "TROUBLESHOOTER_TRACE": str(trace)}) as app:
        loaded = app.until("Question 1")
        app.quiet(0.5)
        scrolled = [*["\x1b[B"] * 10, *["\x1b[6~"] * 10, *["\x1b[5~"] * 10]
        for key in ["l", *"npnpn", *scrolled, "g", "G", "\x1b", "w", "\x1b", "h", "\x1b", "t", "t", "t", "1"]:
            app.keys(key)
            app.quiet()
    times: dict[str, list[float]] = {}
    for key, seconds in json.loads(trace.read_text()):
        times.setdefault(key, []).append(seconds * 1000)
    every = sorted(t for ts in times.values() for t in ts)
    print(f"\n{log.stat().st_size >> 20} MB log: {loaded:.1f} s from the start to the first question")
    for key, ts in times.items():
        print(f"  {key:10} {len(ts):3} times   median {statistics.median(ts):6.1f} ms   most {max(ts):6.1f} ms")
    most = every[int(len(every) * 0.95)]
    print(f"key to screen: median {statistics.median(every):.1f} ms, 95 % within {most:.1f} ms, most {every[-1]:.1f} ms")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environ = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "XDG_STATE_HOME": name, "XDG_CACHE_HOME": name,
                   "LC_ALL": "C.UTF-8"}  # fmt: skip
        environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else every start compiles what an installed program has compiled
        with running(APP, environ) as app:  # fills the cache
            app.until("causes known")
        start(environ)
        keys(environ, folder)


if __name__ == "__main__":
    main()
