"""The app in a pseudo-terminal: first paint and readiness against an empty Textual app.

Run it with the Python of the environment that troubleshooter is installed in; prints medians and ratios, judges nothing.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from terminal import APP, environment, running

RUNS = 9
EMPTY = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("painted")
Empty().run()
"""
EMPTY_APP = [sys.executable, "-c", EMPTY]


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


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        environ = environment(Path(name))
        with running(APP, environ) as app:  # fills the cache
            app.until("causes known")
        start(environ)


if __name__ == "__main__":
    main()
