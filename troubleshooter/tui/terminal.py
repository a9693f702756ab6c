"""The terminal before Textual is imported: is there one, and who has it. Nothing here needs POSIX at import."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from troubleshooter.errors import UsageError

BLOCK = 1 << 16
ON_WINDOWS = ("with the log on a pipe no key can be read on Windows: save it, then open it:"
              " docker build . > build.log 2>&1, and: troubleshooter tui build.log")  # fmt: skip


def lacks(environ: Mapping[str, str], piped: bool) -> str:
    """Why the full screen cannot be shown here; empty where it can. ``piped``: standard input is the log."""
    if environ.get("TERM", "") == "dumb":
        return "TERM=dumb is no terminal for the full screen"
    if sys.__stderr__ is None or not sys.__stderr__.isatty():
        return "standard error is no terminal"
    if piped:
        return "" if _can_open_terminal() else "there is no terminal to read keys from"
    if sys.__stdin__ is None or not sys.__stdin__.isatty():
        return "standard input is no terminal (a log on a pipe: troubleshooter tui -)"
    return ""


def _can_open_terminal() -> bool:
    if os.name == "nt":
        return True
    try:
        os.close(os.open("/dev/tty", os.O_RDWR))
    except OSError:
        return False
    return True


def spooled(stream: BinaryIO, report: bool) -> Path:
    """All of ``stream`` in a temporary file, that the log can be looked at; ``report`` shows on standard error how much came."""
    descriptor, name = tempfile.mkstemp(prefix="troubleshooter-", suffix=".log")
    read = 0
    try:
        with os.fdopen(descriptor, "wb") as out:
            while chunk := getattr(stream, "read1", stream.read)(BLOCK):
                out.write(chunk)
                read += len(chunk)
                if report:
                    sys.stderr.write(f"\rtroubleshooter: {read >> 10} KiB of log read; the dialogue begins at its end ")
                    sys.stderr.flush()
    except BaseException:
        os.unlink(name)
        raise
    if report and read:
        sys.stderr.write("\n")
    return Path(name)


def take_terminal() -> None:
    """Puts the terminal on descriptor 0, where Textual reads keys. Raises UsageError where that cannot be."""
    if os.name == "nt":
        raise UsageError(ON_WINDOWS)
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError as fault:
        raise UsageError(f"no terminal to read keys from ({fault.strerror}); use: troubleshooter chat LOG") from None
    os.dup2(terminal, 0)
    if terminal != 0:
        os.close(terminal)
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", errors="replace", closefd=False)  # type: ignore[misc]  # noqa: SIM115
