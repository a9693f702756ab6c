"""The library's three questions: what does this log say, what do these words mean, what will these files do.

All three take the same evidence and give a :class:`~troubleshooter.model.Diagnosis`. A string is a text, a
:class:`~pathlib.Path` a file. What is wrong with an input is an error of :mod:`troubleshooter.errors`; what is wrong with
a Dockerfile or go.mod is a finding in the diagnosis.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from troubleshooter.case import Case, case_from, understood
from troubleshooter.diagnosis import diagnose as diagnosed
from troubleshooter.evidence.gather import Sources, gather
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.load import load_knowledge
from troubleshooter.model import Diagnosis

Log = str | bytes | Path | BinaryIO
File = str | Path


def diagnose(
    log: Log,
    *,
    dockerfile: File | None = None,
    go_mod: File | None = None,
    binary: Path | None = None,
    project: Path | None = None,
    facts: Mapping[str, str] | None = None,
    knowledge: Knowledge | None = None,
    language: str = "en",
) -> Diagnosis:
    """The diagnosis of a log: its text, its bytes (also gzip), a file, or a stream of bytes.

    ``dockerfile`` and ``go_mod`` are texts or files, ``project`` is a folder to read, ``facts`` are names and values of the
    contract (``{"final.image": "scratch"}``). ``knowledge`` is what :func:`load_knowledge` gave; without it all layers of
    the machine are loaded, in ``language``.

    >>> dockerfile = "FROM golang:1.24-bookworm AS build\\nRUN go build -o /api .\\nFROM scratch\\nCOPY --from=build /api /api\\n"
    >>> diagnosis = diagnose("exec /api: no such file or directory", dockerfile=dockerfile)
    >>> diagnosis.causes[0].id
    'exec-loader-missing-scratch'
    >>> print(diagnosis.causes[0].fixes[0].patch)  # doctest: +ELLIPSIS
    --- a/Dockerfile
    +++ b/Dockerfile
    ...
    +ENV CGO_ENABLED=0
    ...

    Raises InputError for a log that is empty, binary or cannot be read, and UsageError for a fact that does not exist:

    >>> diagnose("")
    Traceback (most recent call last):
    troubleshooter.errors.InputError: standard input is empty: nothing to diagnose; ...
    """
    known = knowledge or load_knowledge(project=project, language=language)
    return diagnosed(_case(log, dockerfile, go_mod, binary, project, facts, known), known)


def ask(
    text: str,
    *,
    dockerfile: File | None = None,
    go_mod: File | None = None,
    binary: Path | None = None,
    project: Path | None = None,
    facts: Mapping[str, str] | None = None,
    knowledge: Knowledge | None = None,
    language: str = "en",
) -> Diagnosis:
    """The diagnosis of what a person types: half a message, a paraphrase, a question, in English or Japanese.

    >>> ask("x509 unknown authority in scratch, go http client").causes[0].id
    'ca-certificates-missing'
    """
    known = knowledge or load_knowledge(project=project, language=language)
    return diagnosed(understood(text, _case(None, dockerfile, go_mod, binary, project, facts, known), known), known)


def check(
    *,
    dockerfile: File | None = None,
    go_mod: File | None = None,
    binary: Path | None = None,
    project: Path | None = None,
    facts: Mapping[str, str] | None = None,
    knowledge: Knowledge | None = None,
    language: str = "en",
) -> Diagnosis:
    """What the files alone say will fail, before anything was built.

    >>> dockerfile = "FROM golang:1.24-alpine AS build\\nWORKDIR /src\\nCOPY . .\\nRUN go build -o /api .\\n"
    >>> dockerfile += "FROM scratch\\nCOPY --from=build /api /api\\n"
    >>> check(dockerfile=dockerfile).outcome
    'healthy'
    """
    known = knowledge or load_knowledge(project=project, language=language)
    return diagnosed(_case(None, dockerfile, go_mod, binary, project, facts, known, advice=True), known)


def _case(
    log: Log | None,
    dockerfile: File | None,
    go_mod: File | None,
    binary: Path | None,
    project: Path | None,
    facts: Mapping[str, str] | None,
    knowledge: Knowledge,
    advice: bool = False,
) -> Case:
    stream = BytesIO(log.encode("utf-8", "surrogateescape") if isinstance(log, str) else log) if isinstance(log, (str, bytes)) else log
    name = str(stream) if isinstance(stream, Path) else "" if stream is None else "-"
    sources = Sources(name, dockerfile, go_mod, binary, project, tuple(f"{n}={v}" for n, v in (facts or {}).items()))
    found = gather(sources, knowledge, None if isinstance(stream, Path) else stream)
    return case_from(found, knowledge, advice=advice)
