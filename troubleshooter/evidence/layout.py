"""Which Dockerfile of a project is meant, with which folder as its build context, and which module it builds.

A project may be one folder with everything in it, a repository of several services, or a service whose Dockerfile is
built with a folder above it as the context (``docker build -f svc/a/Dockerfile .``). Nothing is run and no link is
followed out of the folder.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from troubleshooter.errors import InputError
from troubleshooter.evidence import compose
from troubleshooter.evidence.dockerfile import Dockerfile, main_build, parse
from troubleshooter.evidence.dockerfile.copied import own_copies
from troubleshooter.evidence.files import read_text, real
from troubleshooter.evidence.landing import landing
from troubleshooter.evidence.steps import Step
from troubleshooter.frozen import dataclass
from troubleshooter.model import Fact

USUAL = ("Dockerfile", "Containerfile", "dockerfile", "build/Dockerfile", "docker/Dockerfile", "deploy/Dockerfile")
DEPTH = 3
"""Folders below the project in which Dockerfiles and go.mod files are looked for."""
MAX_ENTRIES = 20_000
_SKIPPED = frozenset({"vendor", "node_modules", "testdata"})
_DOCKERFILE = re.compile(r"(?:Docker|Container|docker)file(?:[._-][\w.-]+)?|[\w.-]+\.(?:D|d)ockerfile")
_LOADED = "load build definition from "


@dataclass(frozen=True)
class Folder:
    """The build context ``path``, and the files that go with it."""

    path: Path
    dockerfile: Path | None
    go_mod: Path | None
    """go.mod of the module that is built; it may lie below ``path``."""
    compose: Path | None = None
    others: tuple[Path, ...] = ()
    """Further Dockerfiles; where ``dockerfile`` is None they are as likely as one another."""

    @property
    def module(self) -> Path:
        return self.path if self.go_mod is None else self.go_mod.parent

    @property
    def inner(self) -> str:
        """The way from the context to the module, ``.`` where they are the same."""
        return relative(self.module, self.path)


def find(folder: Path, named: Path | None = None, steps: Sequence[Step] = (), above: bool = False) -> Folder:
    """What the project in ``folder`` consists of; ``named`` is the Dockerfile that an option names.

    ``steps`` are those of a log: they tell which of several Dockerfiles was built. ``above``: the context may be a folder
    above, up to the root of the repository.
    """
    composed = next((p for n in compose.NAMES if (p := inside(folder, n)) is not None and p.is_file()), None)
    services = compose.built(read_text(composed)) if composed is not None else ()
    files = list(_files(folder))
    found = _dockerfiles(folder, files)
    chosen = named or _chosen(folder, found, steps, services)
    if chosen is None:
        return Folder(folder, None, _sole(folder, files), composed, tuple(found))
    parsed = _parsed(chosen)
    path = next((p for c, d in services if d and _same(folder / d, chosen) and (p := inside(folder, c))), None)
    path = path or _context(chosen, parsed, folder, above)
    others = tuple(p for p in found if not _same(p, chosen))
    return Folder(path, chosen, _module(path, chosen, parsed, files if path is folder else list(_files(path))), composed, others)


def inside(folder: Path, name: str) -> Path | None:
    """The path of ``name`` if it exists and, links followed, lies in ``folder``."""
    path = folder / name
    try:
        resolved = path.resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        return None
    root = real(folder)
    return path if resolved == root or root in resolved.parents else None


def relative(path: Path, folder: Path) -> str:
    """The way from ``folder`` to ``path``, with ``/``."""
    return Path(os.path.relpath(real(path), real(folder))).as_posix()


def moved(facts: Iterable[Fact], base: Path, home: Path) -> list[Fact]:
    """``facts`` with the places in files below ``base`` told from ``home``."""
    return [replace(f, source=renamed(f.source, base, home)) for f in facts]


def renamed(source: str, base: Path, home: Path) -> str:
    """A place (FILE, FILE:LINE and what follows) from ``home`` instead of ``base``; what is no file stays as it is."""
    name, colon, rest = source.partition(":")
    if _same(base, home) or name in ("", ".") or not (base / name).is_file():
        return source
    return relative(base / name, home) + colon + rest


def _dockerfiles(folder: Path, files: Sequence[str]) -> list[Path]:
    """Every Dockerfile among the files of a folder, those at the top first."""
    names = [n for n in files if _DOCKERFILE.fullmatch(posixpath.basename(n)) and not n.endswith((".dockerignore", ".md", ".go"))]
    return [p for n in sorted(names, key=lambda n: (n.count("/"), n)) if (p := inside(folder, n)) is not None and p.is_file()]


def _files(folder: Path) -> Iterator[str]:
    """Names of the files in a folder and below it, down to DEPTH."""
    todo, entries = [("", 0)], 0
    while todo:
        prefix, depth = todo.pop(0)
        try:
            with os.scandir(folder / prefix) as found:
                listed = sorted(found, key=lambda e: e.name)
        except OSError:
            continue
        entries += len(listed)
        if entries > MAX_ENTRIES:
            return
        for entry in listed:
            if entry.is_dir(follow_symlinks=False):
                if depth < DEPTH and not entry.name.startswith((".", "_")) and entry.name not in _SKIPPED:
                    todo.append((f"{prefix}{entry.name}/", depth + 1))
            else:
                yield prefix + entry.name


def _same(one: Path, other: Path) -> bool:
    return real(one) == real(other)


def _parsed(path: Path) -> Dockerfile:
    try:
        return parse(read_text(path), lenient=True)
    except InputError:
        return parse("", lenient=True)


# --- which Dockerfile ----------------------------------------------------------------------------------------------


def _chosen(folder: Path, found: list[Path], steps: Sequence[Step], services: Sequence[tuple[str, str]]) -> Path | None:
    """The one that the log shows, else the one of the usual name, of the compose file, or the only one."""
    shown = _shown(found, steps) if len(found) > 1 else None
    usual = next((p for n in USUAL if (p := inside(folder, n)) is not None and p.is_file()), None)
    named = {d: p for _, d in services if d and (p := inside(folder, d)) is not None and p.is_file()}
    return shown or usual or (next(iter(named.values())) if len(named) == 1 else None) or (found[0] if len(found) == 1 else None)


def _shown(found: list[Path], steps: Sequence[Step]) -> Path | None:
    """The Dockerfile of which the log shows most instructions, among those of the name that the builder loaded."""
    loaded = next((s.text.removeprefix(_LOADED) for s in steps if s.text.startswith(_LOADED)), "")
    named = [p for p in found if p.name == posixpath.basename(loaded)] or found
    texts = {s.text for s in steps if s.keyword in ("RUN", "COPY", "ADD", "WORKDIR", "FROM")}
    scores = {p: sum(" ".join(i.raw.split()) in texts for i in _parsed(p).instructions) for p in named} if len(named) > 1 else {}
    best = max(scores, key=lambda p: scores[p], default=None)
    if best is not None and scores[best] > 0 and list(scores.values()).count(scores[best]) == 1:
        return best
    return named[0] if len(named) == 1 else None


# --- which context -------------------------------------------------------------------------------------------------


def _context(dockerfile: Path, parsed: Dockerfile, folder: Path, above: bool) -> Path:
    """The folder in which most of what the Dockerfile takes from its context exists; of equals the project's own."""
    own = dockerfile.parent
    if not _within(own, folder):
        return folder
    way = [folder, *(p for p in _upwards(own, folder) if not _same(p, folder))]
    if (own / "go.mod").is_file() and len(way) > 1:
        way = [own, *(p for p in way if not _same(p, own))]
    wanted = _wanted(parsed)
    scores = [sum(inside(p, name) is not None for name in wanted) for p in way]
    best = way[scores.index(max(scores))]
    if above and max(scores) < len(wanted):
        higher = [(sum(inside(p, name) is not None for name in wanted), p) for p in _above(folder)]
        return max([(max(scores), best), *higher], key=lambda scored: scored[0])[1]
    return best


def _wanted(parsed: Dockerfile) -> list[str]:
    """What COPY and ADD take from the context, and the folder that is built."""
    copies = [c for stage in parsed.stages for c in own_copies(parsed, stage) if not c.origin and not c.instruction.heredocs]
    names = [s for c in copies for s in c.sources]
    main = main_build(parsed)
    names += [p for p in (main.packages if main is not None else ()) if p.startswith("./") and "..." not in p and not p.endswith(".go")]
    clean = [posixpath.normpath(n.lstrip("/") or ".") for n in names if "://" not in n and not re.search(r"[$*?\[]", n)]
    return [n for n in dict.fromkeys(clean) if n != "." and not n.startswith("..")]


def _within(path: Path, folder: Path) -> bool:
    return real(path).is_relative_to(real(folder))


def _upwards(path: Path, top: Path) -> Iterator[Path]:
    yield path
    while not _same(path, top):
        path = path.parent
        yield path


def _above(folder: Path) -> Iterator[Path]:
    """The folders above, up to the root of the repository; none where there is no repository."""
    parents = list(real(folder).parents)
    root = next((n for n, p in enumerate(parents) if (p / ".git").exists() or (p / "go.work").is_file()), -1)
    yield from parents[: root + 1] if not (folder / ".git").exists() else ()


# --- which module --------------------------------------------------------------------------------------------------


def _module(context: Path, dockerfile: Path, parsed: Dockerfile, files: Sequence[str]) -> Path | None:
    """go.mod of what is built: the nearest one at or above the package where Go runs, as far as COPY tells."""
    names = [n for n in files if posixpath.basename(n) == "go.mod"]
    if names != ["go.mod"] and (main := main_build(parsed)) is not None and main.directory:
        here = landing(parsed, parsed.stages[main.stage], main)
        package = next((p for p in main.packages if p.startswith(".")), ".")
        built = posixpath.normpath(posixpath.join(main.directory, package.replace("...", "")))
        homes = {posixpath.dirname(place): n for n in names for place in here.places(n)}
        over = [home for home in homes if (built + "/").startswith(home.rstrip("/") + "/")]
        if over and (path := inside(context, homes[max(over, key=len)])) is not None:
            return path
    beside = _beside(dockerfile, context) if "go.mod" not in files else None
    return beside if beside is not None and beside.is_file() else _sole(context, files)


def _beside(dockerfile: Path, context: Path) -> Path | None:
    return inside(context, relative(dockerfile.parent / "go.mod", context)) if _within(dockerfile.parent, context) else None


def _sole(folder: Path, files: Sequence[str]) -> Path | None:
    """go.mod of the folder, else the only one below it."""
    names = [n for n in files if posixpath.basename(n) == "go.mod"]
    chosen = "go.mod" if "go.mod" in names else names[0] if len(names) == 1 else ""
    return inside(folder, chosen) if chosen else None
