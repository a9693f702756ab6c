"""Changes written to the project: whole or not at all, with the mode and owner that each file had."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from troubleshooter.errors import InputError
from troubleshooter.model import Change


def write_changes(changes: Sequence[Change], project: Path, context: Path | None = None) -> list[Path]:
    """Writes every change, named from ``project`` on, and returns the paths.

    Raises InputError, with nothing written, when a file lies outside the project and its build ``context``, was changed
    meanwhile, or cannot be written. New texts are complete on disk before the first file is replaced.
    """
    root = project.resolve()
    allowed = (root, context.resolve()) if context is not None else (root,)
    ready: list[tuple[Path, str]] = []
    try:
        for change in changes:
            path = _target(root, change, allowed)
            ready.append((path, _beside(path, change.new)))
        return [_replaced(path, temporary) for path, temporary in ready]
    finally:
        for _, temporary in ready:
            if os.path.exists(temporary):
                os.unlink(temporary)


def _target(root: Path, change: Change, allowed: tuple[Path, ...]) -> Path:
    path = (root / change.name).resolve()
    if not any(folder in path.parents for folder in allowed):
        raise InputError(f"{change.name} leads out of {root}; nothing was written")
    try:
        now = path.read_bytes()
    except OSError as fault:
        raise InputError(f"{path}: {fault.strerror}; nothing was written") from None
    if now.decode("utf-8", "surrogateescape") != change.old:
        raise InputError(f"{path} has changed since it was read; nothing was written, run the command again")
    return path


def _beside(path: Path, text: str) -> str:
    """The new text in a temporary file of the same folder, mode and owner."""
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(descriptor, "wb") as out:
            out.write(text.encode("utf-8", "surrogateescape"))
            out.flush()
            os.fsync(out.fileno())
        before = path.stat()
        os.chmod(name, before.st_mode & 0o7777)
        if hasattr(os, "chown") and (before.st_uid, before.st_gid) != (os.stat(name).st_uid, os.stat(name).st_gid):
            os.chown(name, before.st_uid, before.st_gid)
        return name
    except OSError as fault:
        raise InputError(f"{path}: cannot be written ({fault.strerror}); nothing was written") from None


def _replaced(path: Path, temporary: str) -> Path:
    os.replace(temporary, path)
    return path
