"""Sessions of the last days, in the user's state folder; and what the app remembers between two runs."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KEPT = 30


@dataclass(frozen=True)
class Recent:
    """A session that was kept: its file, what it was about, and when."""

    path: Path
    title: str
    log: str
    when: float


def state_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where this user's programs keep their state."""
    if sys.platform == "win32":
        base = Path(environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(environ.get("XDG_STATE_HOME") or Path(environ.get("HOME") or "~").expanduser() / ".local" / "state")
    return base / "troubleshooter"


def new_name() -> str:
    """A file name for a new session."""
    return time.strftime("%Y%m%d-%H%M%S") + f"-{os.getpid()}.json"


def keep(name: str, text: str, folder: Path) -> None:
    """Writes the session whole or not at all; a home that cannot be written is no reason to disturb anybody."""
    _write(folder / "sessions", name, text)
    try:
        for old in sorted((folder / "sessions").glob("*.json"))[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        return


def recents(folder: Path, number: int = 8) -> list[Recent]:
    """The newest sessions, the newest first; what cannot be read is passed over."""
    found = []
    try:
        paths = sorted((folder / "sessions").glob("*.json"), reverse=True)[: number * 2]
    except OSError:
        return []
    for path in paths:
        try:
            data = json.loads(path.read_text("utf-8"))
            found.append(Recent(path, str(data["title"]), str(data.get("log-path") or ""), path.stat().st_mtime))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found[:number]


def settings(folder: Path) -> dict[str, Any]:
    """What was set the last time; empty where nothing was."""
    try:
        found = json.loads((folder / "settings.json").read_text("utf-8"))
        return found if isinstance(found, dict) else {}
    except (OSError, ValueError):
        return {}


def remember(folder: Path, **values: str) -> None:
    """Keeps a choice for the next time."""
    _write(folder, "settings.json", json.dumps({**settings(folder), **values}))


def _write(folder: Path, name: str, text: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=".new-")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as out:
            out.write(text)
        os.replace(temporary, folder / name)
    except OSError:
        return
