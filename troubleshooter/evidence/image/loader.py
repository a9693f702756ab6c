"""What the dynamic loader of an image would do with a program: which libraries it finds, and what is not there.

glibc's loader looks at DT_RPATH, LD_LIBRARY_PATH, DT_RUNPATH, /etc/ld.so.cache and its own directories, in this order; it
does not read /etc/ld.so.conf, which only ldconfig does. musl's looks at LD_LIBRARY_PATH, both paths of the program and of
whoever needs the library, and /etc/ld-musl-ARCH.path or its own directories.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import field

from troubleshooter.evidence.image.tree import Tree
from troubleshooter.evidence.program import Binary, Elf, highest
from troubleshooter.frozen import dataclass

_MAX_LIBRARIES = 2_000


@dataclass(frozen=True)
class Missing:
    """Something that the loader does not find: ``name`` is a library, ``version`` a symbol version it should define."""

    name: str
    needed_by: str
    version: str = ""


@dataclass(frozen=True)
class Loading:
    """How loading a dynamic program ends."""

    loader: str
    """Where the loader lies in the image; empty if it is not there or of another architecture."""
    libc: str
    """glibc or musl: whose loader it is; empty without loader."""
    found: dict[str, str] = field(default_factory=dict)
    """Needed name to path of the library."""
    missing: tuple[Missing, ...] = ()
    versions: tuple[Missing, ...] = ()
    glibc: str = ""
    """The highest GLIBC version that the image's libc.so.6 provides."""


def load(files: Tree, path: str, program: Binary, library_path: str = "") -> Loading:
    """Load the program at a (resolved) path; ``library_path`` is the value of LD_LIBRARY_PATH."""
    elf = program.elf
    if elf is None:
        return Loading("", "")
    loader, libc = _loader(files, elf, program.arch)
    if elf.interpreter and not loader:
        return Loading("", "")
    search = _Search(files, libc, program.arch, tuple(filter(None, library_path.split(":"))))
    return search.run(path, elf, loader)


def _loader(files: Tree, elf: Elf, arch: str) -> tuple[str, str]:
    if not elf.interpreter:
        return "", elf.libc
    path, entry = files.resolve(elf.interpreter)
    if entry is None or entry.type != "file":
        return "", ""
    found = entry.binary
    if found is not None and found.arch != arch:
        return "", ""
    # gcompat puts a loader of glibc's name in place that hands over to musl.
    musl = "musl" in path or (found is not None and found.elf is not None and found.elf.libc == "musl")
    return path, "musl" if musl else "glibc"


@dataclass(frozen=True)
class _Object:
    """A program or library in memory, with the chain of those that asked for it."""

    path: str
    elf: Elf
    needed_by: _Object | None = None


class _Search:
    """One run of a loader."""

    def __init__(self, files: Tree, libc: str, arch: str, library_path: tuple[str, ...]) -> None:
        self.files, self.libc, self.arch, self.library_path = files, libc, arch, library_path
        self.cache = _read_cache(files) if libc == "glibc" else {}

    def run(self, path: str, elf: Elf, loader: str) -> Loading:
        loaded: dict[str, _Object] = {}
        missing: list[Missing] = []
        pending = [_Object(path, elf)]
        done: list[_Object] = []
        while pending and len(loaded) < _MAX_LIBRARIES:
            asking = pending.pop(0)
            done.append(asking)
            for name in asking.elf.needs:
                if name in loaded or self._is_loader_itself(name) or any(lack.name == name for lack in missing):
                    continue
                found = self._find(name, asking)
                if found is None:
                    missing.append(Missing(name, asking.path))
                else:
                    loaded[name] = found
                    pending.append(found)
        found_paths = {name: found.path for name, found in loaded.items()}
        libc = loaded.get("libc.so.6")
        glibc = highest(libc.elf.provided) if libc is not None and self.libc == "glibc" else ""
        return Loading(loader, self.libc, found_paths, tuple(missing), tuple(_lacking_versions(done, loaded)), glibc)

    def _is_loader_itself(self, name: str) -> bool:
        """Names that the loader answers without looking for a file."""
        if self.libc == "musl":
            return re.match(r"lib(c|pthread|rt|m|dl|util|xnet)\.", name) is not None or name.startswith("ld-musl-")
        return name.startswith("ld-linux") or name in ("ld64.so.1", "ld64.so.2", "linux-vdso.so.1")

    def _find(self, name: str, asking: _Object) -> _Object | None:
        candidates = [name] if "/" in name else self._candidates(name, asking)
        for path in candidates:
            entry = self.files.get(path)
            if entry is None or entry.type != "file" or entry.kind != "elf":
                continue
            if entry.binary is None or entry.binary.elf is None:
                # Too large or damaged: that it is there is all that can be said.
                return _Object(path, _UNKNOWN, asking)
            if entry.binary.arch == self.arch:
                return _Object(path, entry.binary.elf, asking)
        return None

    def _candidates(self, name: str, asking: _Object) -> Iterator[str]:
        for directory in self._directories(asking):
            yield f"{directory.rstrip('/')}/{name}"
        if self.libc == "glibc":
            yield from self.cache.get(name, ())
            yield from (f"{directory}/{name}" for directory in _glibc_directories(self.arch))

    def _directories(self, asking: _Object) -> Iterator[str]:
        if self.libc == "musl":
            yield from self.library_path
            link: _Object | None = asking
            while link is not None:
                yield from _expanded(link.elf.runpath or link.elf.rpath, link.path)
                link = link.needed_by
            yield from _musl_directories(self.files)
            return
        if not asking.elf.runpath:
            link = asking
            while link is not None:
                if not link.elf.runpath:
                    yield from _expanded(link.elf.rpath, link.path)
                link = link.needed_by
        yield from self.library_path
        yield from _expanded(asking.elf.runpath, asking.path)


_UNKNOWN = Elf("shared-library", 64, "", (), "", "", "", (), (), "none", False, False, False)
_TRIPLETS = {
    "amd64": "x86_64-linux-gnu",
    "arm64": "aarch64-linux-gnu",
    "arm": "arm-linux-gnueabihf",
    "386": "i386-linux-gnu",
    "ppc64le": "powerpc64le-linux-gnu",
    "s390x": "s390x-linux-gnu",
    "riscv64": "riscv64-linux-gnu",
    "mips64le": "mips64el-linux-gnuabi64",
    "loong64": "loongarch64-linux-gnu",
}


def _glibc_directories(arch: str) -> list[str]:
    """Debian's directories, then those of the others."""
    triplet = _TRIPLETS.get(arch)
    own = [f"/lib/{triplet}", f"/usr/lib/{triplet}"] if triplet else []
    return [*own, "/lib64", "/usr/lib64", "/lib", "/usr/lib"]


def _musl_directories(files: Tree) -> list[str]:
    for name, entry in files.children("/etc").items():
        if name.startswith("ld-musl-") and name.endswith(".path"):
            return [part for part in re.split(r"[:\n]", entry.content.decode("utf-8", "replace")) if part]
    return ["/lib", "/usr/local/lib", "/usr/lib"]


def _expanded(paths: str, origin: str) -> list[str]:
    """The directories of a run path; $ORIGIN is where the object lies that has it."""
    here = origin.rpartition("/")[0] or "/"
    return [re.sub(r"\$ORIGIN\b|\$\{ORIGIN\}", lambda _: here, part) for part in paths.split(":") if part]


def _read_cache(files: Tree) -> dict[str, tuple[str, ...]]:
    """The libraries that ldconfig wrote down in /etc/ld.so.cache; empty without that file."""
    entry = files.get("/etc/ld.so.cache")
    content = entry.content if entry is not None else b""
    start = content.find(b"glibc-ld.so.cache1.1")
    if start < 0 or len(content) < start + 48:
        return {}
    count = struct.unpack_from("=I", content, start + 20)[0]
    found: dict[str, tuple[str, ...]] = {}
    for at in range(start + 48, min(start + 48 + 24 * count, len(content) - 23), 24):
        _, key, value = struct.unpack_from("=III", content, at)
        name, path = (content[start + offset : start + offset + 4096].split(b"\0")[0].decode("utf-8", "replace") for offset in (key, value))
        found[name] = (*found.get(name, ()), path)
    return found


def _lacking_versions(objects: list[_Object], loaded: dict[str, _Object]) -> Iterator[Missing]:
    """Symbol versions that are needed of a library that is there and does not define them."""
    for asking in objects:
        for library, version in asking.elf.needed:
            found = loaded.get(library)
            if found is not None and found.elf.provided and version not in found.elf.provided:
                yield Missing(library, asking.path, version)
