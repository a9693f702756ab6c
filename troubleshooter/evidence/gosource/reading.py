"""A project's Go files: walked within bounds, with those that a build for a target uses."""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from troubleshooter.evidence.gomod import GoMod, parse_lenient
from troubleshooter.evidence.gosource.constraint import Target, file_matches
from troubleshooter.evidence.gosource.gofile import GoFile, read_go_file
from troubleshooter.frozen import dataclass

MAX_FILES = 5_000
MAX_ENTRIES = 100_000
MAX_FILE_BYTES = 2 << 20
MAX_TOTAL_BYTES = 16 << 20
_MAX_GO_MOD = 1 << 20
_SKIPPED = frozenset({"vendor", "testdata", "node_modules"})
LINUX = Target()
EVERYWHERE = "Go sources"
"""Source of a fact that no single file tells."""


@dataclass(frozen=True)
class Project:
    """The Go files of a module. ``complete`` is False where a bound was reached or a file could not be read."""

    directory: Path
    mod: GoMod
    files: tuple[GoFile, ...]
    complete: bool
    inner: str = "."
    """The way from the build context to ``directory``."""

    @property
    def context(self) -> Path:
        return self.directory if self.inner == "." else self.directory.parents[self.inner.count("/")]

    def placed(self, path: str) -> str:
        """A path in the module as one in the build context."""
        return path if self.inner == "." else posixpath.normpath(posixpath.join(self.inner, path))

    @property
    def module(self) -> str:
        return self.mod.module.text if self.mod.module else ""


@dataclass(frozen=True)
class Imported:
    """One import of a project's file; ``kind`` is std, own, third-party, no-dot or cgo."""

    path: str
    kind: str
    file: str
    line: int


def read_project(directory: Path, inner: str = ".") -> Project:
    """The Go files below a directory, in order of their paths; ``inner`` leads to it from the build context.

    Left out, as the go command does: vendor, testdata, node_modules, names that begin with . or _, nested modules.
    Raises OSError only where the directory itself cannot be listed.
    """
    os.scandir(directory).close()
    files: list[GoFile] = []
    total = 0
    walk = _Walk(directory.resolve())
    for path, relative in walk.go_files():
        try:
            content = _read_regular(path, MAX_FILE_BYTES)
        except OSError:
            walk.complete = False
            continue
        total += len(content)
        if len(files) >= MAX_FILES or total > MAX_TOTAL_BYTES:
            walk.complete = False
            break
        files.append(read_go_file(content.decode("utf-8", "replace"), relative))
    return Project(directory, _go_mod(directory), tuple(files), walk.complete, inner)


def used_files(project: Project, target: Target = LINUX, roots: Iterable[str] = ()) -> tuple[GoFile, ...]:
    """The files that a build of the packages ``roots`` (directories) uses, the own packages they import included.

    Without roots: all main packages, or every package where there is none.
    """
    matching = [file for file in project.files if is_used(file, target)]
    by_directory = {key: list(group) for key, group in groupby(matching, key=lambda file: file.directory)}
    pending = list(roots) or main_packages(project, target) or list(by_directory)
    reached: set[str] = set()
    while pending:
        directory = pending.pop()
        if directory in reached:
            continue
        reached.add(directory)
        for file in by_directory.get(directory, ()):
            pending += [own for found in file.imports if (own := own_directory(project, found.path)) is not None]
    return tuple(file for file in matching if file.directory in reached)


def main_packages(project: Project, target: Target = LINUX) -> list[str]:
    """The directories with a main package that a build for the target uses."""
    return sorted({file.directory for file in project.files if file.package == "main" and is_used(file, target)})


def imports(project: Project, target: Target = LINUX, roots: Iterable[str] = ()) -> list[Imported]:
    """Every import of the files that a build uses, with its kind and place."""
    return [
        Imported(found.path, kind_of(project, found.path), file.path, found.line)
        for file in used_files(project, target, roots)
        for found in file.imports
    ]


def own_directory(project: Project, path: str) -> str | None:
    """The directory of an own package by its import path (it need not exist); None for packages of others."""
    if not project.module or not below(path, project.module):
        return None
    if any(below(path, other) and len(other) > len(project.module) for other in required_modules(project.mod)):
        return None
    return path[len(project.module) + 1 :] or "."


class _Walk:
    """Go files below a root; ``complete`` turns False when something had to be left out."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.complete = True
        self._entries = 0

    def go_files(self, directory: Path | None = None, prefix: str = "", depth: int = 0) -> Iterator[tuple[Path, str]]:
        try:
            entries = sorted(os.scandir(directory or self.root), key=lambda entry: entry.name)
        except OSError:
            self.complete = False
            return
        self._entries += len(entries)
        if self._entries > MAX_ENTRIES or depth > 40:
            self.complete = False
            return
        if prefix and any(entry.name == "go.mod" for entry in entries):
            return
        folders = []
        for entry in entries:
            if entry.name.startswith((".", "_")):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry)
            elif entry.name.endswith(".go") and self._is_inside(entry):
                yield Path(entry.path), prefix + entry.name
        for entry in folders:
            if entry.name not in _SKIPPED:
                yield from self.go_files(Path(entry.path), f"{prefix}{entry.name}/", depth + 1)

    def _is_inside(self, entry: os.DirEntry[str]) -> bool:
        if not entry.is_symlink():
            return True
        try:
            return Path(entry.path).resolve(strict=True).is_relative_to(self.root)
        except (OSError, RuntimeError):
            return False


def _read_regular(path: Path, limit: int) -> bytes:
    """The bytes of a regular file; OSError for anything else (a pipe would block) and for files over the limit."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
        raise OSError(f"{path} is no source file")
    with path.open("rb") as stream:
        return stream.read(limit)


def _go_mod(directory: Path) -> GoMod:
    try:
        content = _read_regular(directory / "go.mod", _MAX_GO_MOD)
    except OSError:
        return GoMod()
    return parse_lenient(content.decode("utf-8", "replace"))[0]


_STANDARD = (
    "archive arena bufio builtin bytes cmp compress container context crypto database debug embed encoding errors expvar flag fmt "
    "go hash html image index internal io iter log maps math mime net os path plugin reflect regexp runtime simd slices sort "
    "strconv strings structs sync syscall testing text time unicode unique unsafe uuid weak"
)
"""First parts of the standard library's paths, up to Go 1.27."""


def is_used(file: GoFile, target: Target) -> bool:
    """Whether a build for the target compiles the file."""
    name = file.path.rpartition("/")[2]
    needs_cgo = file.imported("C") is not None
    return not file.is_test and (target.cgo or not needs_cgo) and file_matches(name, file.constraint, target)


def kind_of(project: Project, path: str) -> str:
    """What is imported: cgo, own, third-party, std, or no-dot (a path that no module can have)."""
    if path == "C":
        return "cgo"
    if own_directory(project, path) is not None:
        return "own"
    first = path.split("/", 1)[0]
    if any(below(path, other) for other in required_modules(project.mod)) or "." in first:
        return "third-party"
    return "std" if first in _STANDARD.split() else "no-dot"


def is_standard(path: str) -> bool:
    """Whether an import path is one of Go's own library, by its first part."""
    return path.split("/", 1)[0] in _STANDARD.split()


def required_modules(mod: GoMod) -> set[str]:
    """The module paths that go.mod names."""
    return {requirement.path for requirement in mod.require} | {rule.path for rule in mod.replace}


def below(path: str, module: str) -> bool:
    """Whether a package lies in a module, by their paths."""
    return path == module or path.startswith(module + "/")
