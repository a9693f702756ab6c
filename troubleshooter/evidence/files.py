"""Small text files, read whole and with care."""

from __future__ import annotations

import os
from pathlib import Path

from troubleshooter.errors import InputError

MAX_FILE = 2_000_000
"""Bytes of a Dockerfile or go.mod that are read; a larger one is none."""


def real(path: Path) -> Path:
    """The absolute path with links followed, as far as they lead; a loop of links stays as it is."""
    return Path(os.path.realpath(path))


def read_text(path: Path) -> str:
    """Text of a project file, whatever its encoding. Raises InputError when it cannot be read or is too large."""
    try:
        if path.is_dir():
            raise InputError(f"{path} is a directory; name the file in it")
        with path.open("rb") as stream:
            raw = stream.read(MAX_FILE + 1)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except OSError as fault:
        raise InputError(f"{path}: {fault.strerror or fault}") from None
    if len(raw) > MAX_FILE:
        raise InputError(f"{path}: larger than {MAX_FILE:,} bytes, not read; is it the right file?")
    # bytes that are no UTF-8 come back as the same bytes when the text is written
    return raw.decode("utf-8", "surrogateescape")
