"""From the options of a command to a Case: the files are read here, and nowhere else in the core."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from troubleshooter.errors import InputError, UsageError
from troubleshooter.evidence.facts import module_facts
from troubleshooter.evidence.scan import Log, read_log
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.problem import did_you_mean
from troubleshooter.model import Fact, Finding

MAX_FILE = 2_000_000
"""Bytes of a Dockerfile or go.mod that are read; a larger one is none."""


@dataclass(frozen=True)
class Sources:
    """Where evidence may lie, as the options say it."""

    log: str = ""
    """Path of the log, ``-`` for standard input, empty for none."""
    dockerfile: Path | None = None
    go_mod: Path | None = None
    binary: Path | None = None
    project: Path | None = None
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """What was read: the log, the facts of the files, what is wrong with them, and the texts that a diff changes."""

    log: Log | None = None
    facts: tuple[Fact, ...] = ()
    findings: tuple[Finding, ...] = ()
    texts: dict[str, str] = field(default_factory=dict)
    """Name to show -> text, of the files that an edit can change."""


def gather(sources: Sources, knowledge: Knowledge, stdin: BinaryIO | None = None) -> Evidence:
    """Reads everything that ``sources`` names. A broken Dockerfile or go.mod becomes a finding and stops nothing.

    Raises InputError for a log or named file that cannot be read, UsageError for a ``--fact`` that makes no sense.
    """
    facts = [parse_fact(text, knowledge) for text in sources.facts]
    findings: list[Finding] = []
    texts: dict[str, str] = {}
    log = open_log(sources.log, knowledge, stdin) if sources.log else None
    docker, go_mod = sources.dockerfile, sources.go_mod
    if sources.project is not None:
        docker = docker or _first(sources.project, ("Dockerfile", "Containerfile", "dockerfile"))
        go_mod = go_mod or _first(sources.project, ("go.mod",))
    if docker is not None:
        _dockerfile(docker, sources.project, facts, findings, texts)
    elif log is not None:
        _echoed(log, facts)
    if go_mod is not None:
        _go_mod(go_mod, sources.project, facts, findings, texts, knowledge)
    if sources.binary is not None:
        _binary(sources.binary, facts)
    return Evidence(log, tuple(facts), tuple(findings), texts)


def parse_fact(text: str, knowledge: Knowledge) -> Fact:
    """``name=value`` as an answered fact. Raises UsageError for an unknown name or a missing ``=``."""
    name, equals, value = text.partition("=")
    known = knowledge.table("facts")
    if not equals or not value:
        raise UsageError(f"--fact {text}: write it as NAME=VALUE, for example --fact final.image=scratch")
    if name not in known:
        raise UsageError(f"--fact {text}: no fact is called {name!r}; {did_you_mean(name, known)}")
    return Fact(name, value, "answered")


def open_log(path: str, knowledge: Knowledge, stdin: BinaryIO | None) -> Log:
    """The log at ``path`` (``-`` for ``stdin``), scanned."""
    if path == "-":
        if stdin is None:
            raise InputError("no log on standard input; pipe one, or name a file")
        return read_log(stdin, knowledge)
    try:
        if os.path.isdir(path):
            raise InputError(f"{path} is a directory; name the log file, or use: troubleshooter check {path}")
        with open(path, "rb") as stream:
            return read_log(stream, knowledge, path)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; name the log, or pipe it: COMMAND 2>&1 | troubleshooter") from None
    except OSError as fault:
        raise InputError(f"{path}: {fault.strerror or fault}; check its permissions") from None


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
    try:
        return raw.decode("utf-8-sig" if raw.startswith(b"\xef\xbb\xbf") else "utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def shown(path: Path, project: Path | None) -> str:
    """The name of a file in reports and diffs: relative to the project, else its last part."""
    if project is not None:
        try:
            return path.resolve().relative_to(project.resolve()).as_posix()
        except ValueError:
            pass
    return path.name


def _first(folder: Path, names: Sequence[str]) -> Path | None:
    return next((folder / n for n in names if (folder / n).is_file()), None)


def _dockerfile(path: Path, project: Path | None, facts: list[Fact], findings: list[Finding], texts: dict[str, str]) -> None:
    from troubleshooter.evidence import dockerfile

    text = read_text(path)
    name = shown(path, project)
    parsed = dockerfile.parse(text, lenient=True)
    findings += dockerfile.findings(parsed, name)
    facts += dockerfile.facts(parsed, name)
    if not parsed.problems:
        texts[name] = text


def _echoed(log: Log, facts: list[Fact]) -> None:
    """Facts of the Dockerfile that the log echoes, step by step; what a log does not show is not therefore absent."""
    steps = [s for s in log.steps if s.text and s.keyword in ("FROM", "RUN", "COPY", "ADD", "ENV", "ARG", "WORKDIR", "USER", "ENTRYPOINT", "CMD")]
    if not any(s.keyword == "FROM" for s in steps):
        return
    from troubleshooter.evidence import dockerfile
    from troubleshooter.evidence.echoed import reconstructed

    text, lines = reconstructed(steps)
    for fact in dockerfile.facts(dockerfile.parse(text, lenient=True), "log"):
        number = int(fact.source.rpartition(":")[2]) if fact.source.rpartition(":")[2].isdigit() else 0
        line = lines[number - 1] if 0 < number <= len(lines) else 0
        if line and fact.value not in ("no", "unset", "absent", "missing") and not fact.name.startswith(("copy-from.", "entry.provided")):
            facts.append(Fact(fact.name, fact.value, f"log line {line}", fact.sure, line))


def _go_mod(path: Path, project: Path | None, facts: list[Fact], findings: list[Finding], texts: dict[str, str], knowledge: Knowledge) -> None:
    from troubleshooter.evidence import gomod

    text = read_text(path)
    name = shown(path, project)
    parsed, broken = gomod.parse_lenient(text)
    findings += [Finding(f"{name}:{b.line}:{b.column}", b.says, b.cure) for b in broken]
    facts += gomod.facts(text, name)
    facts += module_facts([(r.path, r.version, r.line) for r in gomod.requirements(parsed)], knowledge.table("modules"), name)
    texts[name] = text


def _binary(path: Path, facts: list[Fact]) -> None:
    from troubleshooter.evidence import binary

    try:
        facts += binary.facts(path)
    except OSError as fault:
        raise InputError(f"{path}: {fault.strerror or fault}") from None
