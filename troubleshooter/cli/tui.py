"""``troubleshooter tui [LOG or -]``: the guided dialogue on the whole screen, or in a browser."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from troubleshooter.cli.options import Parser, language, shared
from troubleshooter.errors import InputError, TroubleshooterError, UsageError
from troubleshooter.evidence.gather import project_folder


def main(arguments: list[str]) -> int:
    parser = Parser("troubleshooter tui", parents=[shared()], description="The guided dialogue on the whole screen.")
    parser.add_argument("log", nargs="?", default="", help="a log to begin with; - reads it from the pipe first")
    parser.add_argument("--resume", type=Path, metavar="FILE", help="go on with a saved session")
    parser.add_argument("--theme", choices=("dark", "light", "terminal"), help="colours (default: as the last time)")
    parser.add_argument("--serve", action="store_true", help="show it in a browser of this machine (http://127.0.0.1:PORT)")
    parser.add_argument("--port", type=int, default=8000, help="port of --serve (default: 8000)")
    given = parser.parse_args(arguments)
    project_folder(given.project, given.no_project)
    if given.serve:
        return _serve(given, arguments)
    from troubleshooter.tui import terminal

    piped = given.log == "-"
    if piped and os.name == "nt":
        raise UsageError(terminal.ON_WINDOWS)
    if piped and (sys.stdin is None or sys.stdin.isatty()):
        raise UsageError("no log on standard input; pipe one: docker build . 2>&1 | troubleshooter tui -")
    _readable(given)
    reason = "" if "TEXTUAL_DRIVER" in os.environ else terminal.lacks(os.environ, piped)
    if not piped:
        return _plain(reason, arguments) if reason else _show(given, Path(given.log) if given.log else None)
    assert sys.stdin is not None
    spool = terminal.spooled(sys.stdin.buffer, report=not reason)
    given.spool = spool
    try:
        if reason:
            return _plain(reason, [str(spool) if a == "-" else a for a in arguments])
        terminal.take_terminal()
        return _show(given, spool)
    finally:
        spool.unlink(missing_ok=True)


def _readable(given: Any) -> None:
    """Raises InputError before the screen is taken, for a file that is not there."""
    for path in (given.log if given.log != "-" else "", given.resume):
        if path and not os.path.exists(path):
            raise InputError(f"{path}: no such file; name the log, or pipe it: COMMAND 2>&1 | troubleshooter tui -")


def _plain(reason: str, arguments: list[str]) -> int:
    """The same dialogue in plain lines, with a word why."""
    from troubleshooter.cli import chat

    print(f"troubleshooter: {reason}; going on in plain lines (troubleshooter chat)", file=sys.stderr)
    own = [a for n, a in enumerate(arguments) if not a.startswith("--theme") and (n == 0 or arguments[n - 1] != "--theme")]
    return chat.main(own)


def _show(given: Any, log: Path | None) -> int:
    if given.color == "never":
        os.environ["NO_COLOR"] = "1"
    if sys.__stdout__ is not None and sys.__stdout__.isatty():
        for name in ("COLUMNS", "LINES"):  # exported by some shells: they would hide that the terminal was resized
            os.environ.pop(name, None)
    from troubleshooter.tui.quick import hold_still

    hold_still()
    from troubleshooter.tui.app import TroubleshooterApp
    from troubleshooter.tui.desk import Desk
    from troubleshooter.tui.recent import settings
    from troubleshooter.tui.themes import THEMES

    desk = Desk(given, language(given), "standard input" if getattr(given, "spool", None) else "")
    named = {"dark": THEMES[0], "light": THEMES[1], "terminal": THEMES[2]}.get(given.theme or "", "")
    app = TroubleshooterApp(desk, named or str(settings(desk.state).get("theme", "")), log, given.resume)
    fault = app.run()
    if app.last_resort is not None:
        app.last_resort.cancel()
    if isinstance(fault, TroubleshooterError):
        raise fault
    return app.return_code or 0


def _serve(given: Any, arguments: list[str]) -> int:
    from troubleshooter.tui.serve import serve

    if given.log == "-":
        raise UsageError("--serve reads no pipe; save the log and name it: troubleshooter tui build.log --serve")
    own = [a for n, a in enumerate(arguments) if n == 0 or arguments[n - 1] != "--port"]
    return serve([a for a in own if a not in ("--serve", "--port") and not a.startswith("--port=")], given.port)
