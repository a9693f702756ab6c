"""A file that an option names: read, and refused where it cannot be what it was named for."""

from __future__ import annotations

import re
from pathlib import Path

from troubleshooter.errors import InputError
from troubleshooter.evidence.files import read_text
from troubleshooter.frozen import dataclass


@dataclass(frozen=True)
class Kind:
    """What such a file is called, how one of its lines looks, and what a person may have meant."""

    called: str
    line: re.Pattern[str]
    looks: str
    cure: str


DOCKERFILE = Kind(
    "Dockerfile",
    re.compile(r"(?m)^\s*(?:(?i:from)|ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|RUN|USER|WORKDIR)\s+\S"),
    "an instruction (FROM, COPY, RUN)",
    "name the Dockerfile that was built",
)
GO_MOD = Kind(
    "go.mod",
    re.compile(r"(?m)^\s*(?:module|go|require|replace|toolchain)\b"),
    "a directive (module, go, require)",
    "name the go.mod of the program",
)


_UTF16 = ("\udcff\udcfe", "\udcfe\udcff")
"""A byte order mark of UTF-16, as bytes that are no UTF-8 are kept."""


def read_named(path: Path, kind: Kind) -> str:
    """The text of a file that an option names. Raises InputError for one that is something else."""
    text = read_text(path)
    if says := _wrong(text, kind):
        raise InputError(f"{path} {says}" + ("" if ";" in says else f"; {kind.cure}"))
    return text


def _wrong(text: str, kind: Kind) -> str:
    """Why ``text`` is no file of that kind; empty where it may be one."""
    if not text.strip():
        return "is empty"
    if text.startswith(_UTF16):
        return "is written in UTF-16, which neither Docker nor Go reads; save it as UTF-8"
    if "\0" in text:
        return f"is a binary file and no {kind.called}"
    return "" if kind.line.search(text) else f"is no {kind.called}: no line of it is {kind.looks}"
