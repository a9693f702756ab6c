"""The same app in a browser of this machine, by textual-serve (optional extra ``web``)."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from troubleshooter.errors import UsageError

HOST = "127.0.0.1"
TEMPLATES = Path(__file__).with_name("web")


def command(arguments: Sequence[str]) -> str:
    """The command that the server starts for each visitor."""
    return shlex.join([sys.executable, "-m", "troubleshooter", "tui", *arguments])


def own(host: str, origin: str | None, port: int) -> bool:
    """Whether a request comes from the page that this server showed: another site must not drive the app, by whatever name."""
    names = {f"{name}:{port}" for name in (HOST, "localhost")}
    return host in names and (origin is None or origin in {f"http://{name}" for name in names})


def serve(arguments: Sequence[str], port: int) -> int:
    """Serves until ctrl+c. Raises UsageError where textual-serve is not installed or the port is taken."""
    try:
        from aiohttp import web
        from textual_serve.server import Server
    except ImportError:
        raise UsageError("--serve needs textual-serve; install it with: pip install 'troubleshooter[web]'") from None

    @web.middleware
    async def guard(request: Any, handler: Any) -> Any:
        if not own(request.headers.get("Host", ""), request.headers.get("Origin"), port):
            raise web.HTTPForbidden(text=f"open http://{HOST}:{port}/ itself")
        return await handler(request)

    server: Any = Server(command(arguments), host=HOST, port=port, title="troubleshooter", templates_path=TEMPLATES)
    make = server._make_app

    async def guarded() -> Any:
        app = await make()
        app.middlewares.append(guard)
        return app

    server._make_app = guarded
    try:
        server.serve()
    except OSError as fault:
        raise UsageError(f"port {port} cannot be used ({fault.strerror or fault}); name another one with --port") from None
    return 0
