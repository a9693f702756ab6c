"""Key to screen in the app's own trace (TROUBLESHOOTER_TRACE), in a pseudo-terminal, with a 100 MB log loaded.

Run it with the Python of the environment that troubleshooter is installed in; prints medians and the worst, judges nothing.
"To result" is measured from outside: until the program has written all that the key led to.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from pathlib import Path

from terminal import APP, environment, running

MEGABYTES = 100
UP, DOWN, PAGE_UP, PAGE_DOWN, ESCAPE, TAB, ENTER, RIGHT = "\x1b[A", "\x1b[B", "\x1b[5~", "\x1b[6~", "\x1b", "\t", "\r", "\x1b[C"
F1, F2, F3, PALETTE = "\x1bOP", "\x1bOQ", "\x1bOR", "\x10"
SEQUENCE: list[tuple[str, str]] = [
    *[("open the log", "l"), ("close a screen", ESCAPE)] * 5,
    ("open the log", "l"),
    *[("next or previous mark", key) for key in "npnpnpnnpp"],
    *[("scroll a line", DOWN)] * 20, *[("scroll a line", UP)] * 10,
    *[("scroll a page", PAGE_DOWN)] * 20, *[("scroll a page", PAGE_UP)] * 10,
    *[("first or last line", key) for key in "gGgGgG"], *[("scroll a page", PAGE_UP)] * 10, ("close a screen", ESCAPE),
    *[("answer", "1"), ("take the answer back", "b"), ("answer", "2"), ("take the answer back", "b")] * 3,
    *[("move in a list", DOWN)] * 3, ("answer", ENTER), ("take the answer back", "b"),
    *[("why", "w"), ("close a screen", ESCAPE), ("how", "h"), ("close a screen", ESCAPE)] * 3,
    *[("next pane", "t")] * 6,
    *[("cause", "f"), ("next remedy", "2"), ("next remedy", "1"), ("next focus", TAB), ("close a screen", ESCAPE)] * 3,
    *[("help", "?"), ("close a screen", ESCAPE)] * 3,
    *[("palette", PALETTE), *[("type", c) for c in "report"], ("close a screen", ESCAPE)] * 2,
    *[("type", c) for c in "\t"], *[("type", c) for c in "alpine 3.20"], ("answer in words", ENTER),
    ("close a screen", ESCAPE), ("take the answer back", "b"),
    *[("language", F2)] * 4, *[("theme", F3)] * 3,
]  # fmt: skip


def write_log(path: Path) -> None:
    line = "#12 34.56 unit {n} of very many is finished, seven workers are still busy with what comes next ................\n"
    with path.open("w") as out:
        n = 0
        while out.tell() < MEGABYTES << 20:
            out.writelines(line.format(n=n + i) for i in range(5000))
            n += 5000
            out.write("exec /app: no such file or directory\n" if n % 250_000 == 0 else "")
        out.write("exec /app: no such file or directory\n")


def measured(folder: Path) -> tuple[Times, Times, Times]:
    """Milliseconds until the screen changed and of them its thread's own work (app's trace), and until nothing more was written."""
    log, trace = folder / "big.log", folder / "trace.json"
    write_log(log)
    drawn, worked, settled = Times(), Times(), Times()
    with running([*APP, str(log)], {**environment(folder), "TROUBLESHOOTER_TRACE": str(trace)}) as app:
        app.until("Reading big.log")
        while b"Question 1" not in app.text:  # keys while the log is being read
            for key in PALETTE, ESCAPE:
                app.keys(key)
                app.quiet(0.3)
        print(f"{log.stat().st_size >> 20} MB log: {app.until('Question 1'):.1f} s from the start to the first question")
        app.quiet(0.5)
        for kind, key in SEQUENCE:
            pressed = time.perf_counter()
            app.keys(key)
            settled.add(kind, app.quiet(3.0 if kind == "answer in words" else 0.15) - pressed)
    for screen, key, seconds, work in json.loads(trace.read_text()):
        kind = f"{screen.removesuffix('Screen').lower()} {key}"
        drawn.add(kind, seconds)
        worked.add(kind, work)
    return drawn, worked, settled


class Times(dict[str, list[float]]):
    """Milliseconds by kind."""

    def add(self, kind: str, seconds: float) -> None:
        self.setdefault(kind, []).append(seconds * 1000)

    def show(self, title: str) -> None:
        print(f"\n{title}")
        for kind, times in sorted(self.items()):
            print(f"  {kind:26} {len(times):3} times   median {statistics.median(times):6.1f} ms   most {max(times):6.1f} ms")
        every = sorted(t for times in self.values() for t in times)
        most = every[int(len(every) * 0.95)]
        print(f"  all: median {statistics.median(every):.1f} ms, 95 % within {most:.1f} ms, most {every[-1]:.1f} ms")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        drawn, worked, settled = measured(Path(name))
    drawn.show("Key to screen (the app's own trace)")
    worked.show("Of it the work of the thread that draws; the rest is waiting, on a busy machine for other programs")
    settled.show("Key to result (from outside)")


if __name__ == "__main__":
    main()
