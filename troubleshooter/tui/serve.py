"""The same app in a browser of this machine, by textual-serve (optional extra ``web``)."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from typing import Any

from troubleshooter.errors import UsageError

HOST = "127.0.0.1"
PORT = 8000


def command(arguments: Sequence[str]) -> str:
    """The command that the server starts for each visitor."""
    return shlex.join([sys.executable, "-m", "troubleshooter", "tui", *arguments])


def serve(arguments: Sequence[str], port: int) -> int:
    """Serves until ctrl+c. Raises UsageError where textual-serve is not installed."""
    try:
        from textual_serve.server import Server
    except ImportError:
        raise UsageError("--serve needs textual-serve; install it with: pip install 'troubleshooter[web]'") from None
    server: Any = Server(command(arguments), host=HOST, port=port, title="troubleshooter")
    server.serve()
    return 0
