"""Where files lie in the image of a stage, as far as COPY, ADD, WORKDIR and the go builds tell."""

from __future__ import annotations

import posixpath
import re

from troubleshooter.evidence.dockerfile.copied import Copy, copies
from troubleshooter.evidence.dockerfile.gocommands import BUILDERS, GoCommand, go_commands, join, walk
from troubleshooter.evidence.dockerfile.stages import Dockerfile, Setting, Stage, lineage
from troubleshooter.frozen import dataclass


@dataclass(frozen=True)
class Places:
    """Where files lie in a stage, as far as its instructions tell."""

    files: tuple[tuple[str, bool], ...]
    """Paths of files, with whether a go build made them."""
    folders: frozenset[str]
    """Paths that are folders for certain: a COPY or WORKDIR makes them."""
    open_folders: frozenset[str]
    """Folders in which anything may lie, because whole folders are copied into them."""
    mentions: str
    """The text of all RUN instructions: what it names may exist."""


def places(dockerfile: Dockerfile, stage: Stage) -> Places:
    """What the instructions of a stage and its lineage put where."""
    files: list[tuple[str, bool]] = []
    folders: set[str] = set()
    opened: set[str] = set()
    for copy in copies(dockerfile, stage):
        target = posixpath.normpath(copy.target or "/")
        folders |= {target} if copy.into_folder else set()
        for source in copy.sources:
            landed, spreads = _landed(dockerfile, copy, source)
            files += landed
            opened |= {target} if spreads else set()
    parts = lineage(dockerfile, stage)
    for part in parts:
        folders |= {place for each, _, place in walk(dockerfile, part) if place and each.keyword != "WORKDIR"}
        for command in go_commands(dockerfile, part):
            if command.output:
                files.append((command.output, True))
            elif command.verb in BUILDERS:
                opened.add(_output_folder(command))
    runs = [each.raw for part in parts for each in part.instructions if each.keyword == "RUN"]
    return Places(tuple(files), frozenset(folders), frozenset(opened), "\n".join(runs))


def _landed(dockerfile: Dockerfile, copy: Copy, source: str) -> tuple[list[tuple[str, bool]], bool]:
    """The files that a source of a COPY puts into the image, and whether it may be a folder with unknown files."""
    programs = made(dockerfile, dockerfile.stages[copy.stage]) if copy.stage is not None else ()
    place = copy.places(source)
    folder = source.rstrip("/") + "/"
    if not place or "*" in source or "?" in source or _is_archive(copy, source):
        return [], True
    if source in programs:
        return [(posixpath.normpath(place), True)], False
    inner = [path for path in programs if path.startswith(folder)]
    if inner:
        return [(posixpath.join(copy.target, path[len(folder) :]), True) for path in inner], True
    if posixpath.basename(source.rstrip("/")) in (".", "..", "") or source.endswith("/"):
        return [], True
    return [(posixpath.normpath(place), False)], not file_like(source)


def _output_folder(command: GoCommand) -> str:
    """The folder into which a go build writes a program whose name is not known."""
    if command.verb == "install":
        return command.environment.get("GOBIN", Setting("/go/bin", 0, "")).value
    return join(command.directory, command.flag("o") or ".") or "/"


def made(dockerfile: Dockerfile, stage: Stage) -> tuple[str, ...]:
    """The programs that the go builds of a stage and its lineage write, by absolute path."""
    parts = lineage(dockerfile, stage)
    return tuple(each.output for part in parts for each in go_commands(dockerfile, part) if each.output)


def file_like(source: str) -> bool:
    """Whether a source is surely one file: it has an extension."""
    return bool(re.search(r"[^/.]\.[A-Za-z0-9]{1,5}$", source))


def _is_archive(copy: Copy, source: str) -> bool:
    return copy.instruction.keyword == "ADD" and bool(re.search(r"\.(tar|tgz|tar\.\w+|txz)$|^https?:", source))
