"""A project folder as evidence: what its files say together, and what is not there.

Nothing outside the folder is read: a symbolic link that leads out of it counts as absent.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from troubleshooter.evidence import binary, dockerignore, gomod, gosource, gosum, script, vendored
from troubleshooter.evidence.constraint import Target
from troubleshooter.evidence.dockerfile import Dockerfile
from troubleshooter.evidence.dockerfile.queries import Copy, own_copies
from troubleshooter.evidence.files import read_text
from troubleshooter.model import Fact

FACTS = {
    "context.missing": "a COPY source that is not in the build context (one fact for each)",
    "context.ignored": "a COPY source that .dockerignore leaves out (one fact for each)",
    "context.copies-binary": "a program in the project that a COPY takes from the build context",
    "git.present": "yes or no: the project folder has a .git",
    "git.ignored": "yes: .dockerignore leaves .git out of the build context",
}

MANY = frozenset({"context.missing", "context.ignored"})

_DOCKERFILES = ("Dockerfile", "Containerfile", "dockerfile", "build/Dockerfile", "docker/Dockerfile", "deploy/Dockerfile")


@dataclass(frozen=True)
class Folder:
    """The project folder and the files that were found in it."""

    path: Path
    dockerfile: Path | None
    go_mod: Path | None


def find(folder: Path) -> Folder:
    """The Dockerfile and go.mod of a project: at their usual places, else the only one of that kind."""
    docker = next((p for n in _DOCKERFILES if (p := inside(folder, n)) is not None and p.is_file()), None)
    if docker is None:
        named = sorted(p for p in [*folder.glob("Dockerfile.*"), *folder.glob("*.Dockerfile"), *folder.glob("*.dockerfile")] if p.is_file())
        docker = named[0] if len(named) == 1 else None
    go_mod = inside(folder, "go.mod")
    return Folder(folder, docker, go_mod if go_mod is not None and go_mod.is_file() else None)


def inside(folder: Path, name: str) -> Path | None:
    """The path of ``name`` if it exists and, links followed, lies in ``folder``."""
    path = folder / name
    try:
        resolved = path.resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        return None
    root = folder.resolve()
    return path if resolved == root or root in resolved.parents else None


def facts(folder: Folder, dockerfile: Dockerfile | None, name: str, given: list[Fact]) -> list[Fact]:
    """Everything that the folder tells beside its Dockerfile (``dockerfile``, shown as ``name``) and go.mod.

    ``given`` are the facts of those two, which say for which system and which package is built.
    """
    found: list[Fact] = []
    if folder.dockerfile is None:
        found.append(Fact("dockerfile", "absent", str(folder.path)))
    if folder.go_mod is None:
        found.append(Fact("go.mod", "absent", str(folder.path)))
    found += _modules(folder)
    target, roots = _target(given)
    found += gosource.facts(folder.path, target, roots)
    git = (folder.path / ".git").exists()
    found.append(Fact("git.present", "yes" if git else "no", ".git"))
    if dockerfile is not None:
        found += _context(folder, dockerfile, name, given)
    return found


def _target(given: list[Fact]) -> tuple[Target, tuple[str, ...]]:
    known = {f.name: f.value for f in given}
    tags = frozenset(known.get("build.tags", "").split(",")) - {""}
    package = known.get("build.target", "")
    roots = (package,) if package.startswith("./") and "..." not in package else ()
    return Target(known.get("target.os", "linux"), known.get("target.arch", "amd64"), known.get("cgo") != "0", tags), roots


def _modules(folder: Folder) -> Iterator[Fact]:
    if folder.go_mod is None:
        return
    mod_text = read_text(folder.go_mod)
    sums = inside(folder.path, "go.sum")
    yield from gosum.sum_facts(read_text(sums) if sums else None, mod_text)
    if sums is None:
        yield Fact("go.sum", "absent", str(folder.path))
    listing = inside(folder.path, "vendor/modules.txt")
    if listing is not None:
        yield from vendored.vendor_facts(read_text(listing), gomod.parse_lenient(mod_text)[0])
    work = inside(folder.path, "go.work")
    if work is not None:
        yield from gomod.work_facts(read_text(work))


def _context(folder: Folder, dockerfile: Dockerfile, name: str, given: list[Fact]) -> Iterator[Fact]:
    """What the COPY instructions take from the build context: absent, ignored, a script, a program."""
    ignore = _ignore_file(folder)
    patterns = dockerignore.parse(read_text(ignore)) if ignore else ()
    ignore_name = ignore.relative_to(folder.path).as_posix() if ignore else ""
    if patterns and dockerignore.ignored(patterns, ".git")[0]:
        yield Fact("git.ignored", "yes", ignore_name)
    entry = next((f.value for f in given if f.name == "entry.path"), "")
    for stage in dockerfile.stages:
        for copy in own_copies(dockerfile, stage):
            if copy.origin or copy.instruction.heredocs:
                continue
            for source in copy.sources:
                yield from _source(folder, copy, source, name, patterns, ignore_name, entry)


def _ignore_file(folder: Folder) -> Path | None:
    names = [".dockerignore"]
    if folder.dockerfile is not None:
        own = folder.dockerfile.with_name(folder.dockerfile.name + ".dockerignore")
        names.insert(0, own.relative_to(folder.path).as_posix() if folder.path in own.parents else own.name)
    return next((p for n in names if (p := inside(folder.path, n)) is not None and p.is_file()), None)


def _source(folder: Folder, copy: Copy, source: str, name: str, patterns: tuple[dockerignore.Pattern, ...], ignore_name: str,
            entry: str) -> Iterator[Fact]:  # fmt: skip
    clean = posixpath.normpath(source.lstrip("/")) if source.strip("/") else "."
    if "://" in source or "$" in source or clean == "." or clean.startswith(".."):
        return
    place = f"{name}:{copy.instruction.start_line}"
    found = sorted(folder.path.glob(clean)) if any(c in clean for c in "*?[") else [folder.path / clean]
    there = [p for p in found if inside(folder.path, p.relative_to(folder.path).as_posix()) is not None]
    if not there:
        if copy.instruction.keyword == "COPY" or "." in posixpath.basename(clean):
            yield Fact("context.missing", clean, place)
        return
    kept = [p for p in there if not dockerignore.ignored(patterns, p.relative_to(folder.path).as_posix())[0]]
    if not kept:
        line = dockerignore.ignored(patterns, there[0].relative_to(folder.path).as_posix())[1]
        yield Fact("context.ignored", clean, f"{ignore_name}:{line}")
        return
    for path in kept:
        if path.is_file() and entry and posixpath.basename(entry) in (path.name, posixpath.basename(copy.places(clean))):
            yield from _entry(path, path.relative_to(folder.path).as_posix(), place)


def _entry(path: Path, name: str, place: str) -> Iterator[Fact]:
    """The file that becomes the entry point, read for what it is."""
    try:
        read = binary.read_binary(path)
    except (binary.BinaryError, OSError):
        return
    if read.kind == "script":
        yield Fact("entry.kind", "script", name)
        yield from script.facts(path, name)
    elif read.kind == "elf":
        yield Fact("context.copies-binary", name, place)
        yield from binary.binary_facts(read, name)
    else:
        yield Fact("binary.kind", read.kind, name)
