"""What a file is, and what an ELF program asks of the system that starts it.

In: a path, bytes or a seekable binary stream; only headers, dynamic section, version needs and Go's build information
are read. Out: :class:`Binary`; :func:`facts` turns it into facts. A file that cannot be read, and an ELF file that is
truncated or makes no sense, raise :class:`BinaryError`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from troubleshooter.evidence.buildinfo import BuildInfo, find_build_info
from troubleshooter.evidence.magic import kind_of, mach_o_arch, pe_arch
from troubleshooter.evidence.program import Binary, BinaryError, Elf, read_elf
from troubleshooter.model import Fact

FACTS = {
    "binary.kind": "what the file is: elf, mach-o, pe, archive (of object files), script, wasm, gzip, zip, zstd, xz, bzip2, "
    "git-lfs (a pointer in place of the file), text, empty, data",
    "binary.type": "for ELF: program, shared-library, object, core",
    "binary.os": "GOOS of the program",
    "binary.arch": "GOARCH of the program",
    "link": "static or dynamic: whether the program names a loader or libraries",
    "binary.interpreter": "the loader that the program names (ELF interpreter)",
    "binary.needs": "the shared libraries that the program needs (DT_NEEDED), separated by spaces",
    "binary.rpath": "where the program itself says its libraries are (DT_RPATH), separated by colons",
    "binary.runpath": "the same as DT_RUNPATH",
    "binary.glibc": "the highest GLIBC_x version that the program needs",
    "binary.libc": "glibc, musl, bionic or none: the C library that the program was linked with",
    "binary.pie": "yes or no: position-independent program",
    "binary.stripped": "yes or no: without symbol table",
    "binary.packed": "upx: packed, so that link and libraries cannot be told",
    "binary.go": "yes or no: Go's build information is in the program",
    "go.version": "the Go version that built the program",
    "cgo": "1 or 0: CGO_ENABLED when the program was built",
    "build.tags": "the -tags that the program was built with",
    "build.ldflags": "the -ldflags that the program was built with",
    "build.mode": "the -buildmode that the program was built with",
    "build.cpu": "the CPU level that the program was built for (GOAMD64, GOARM, … with its value: GOAMD64=v3)",
    "build.module": "the main module of the program",
    "build.package": "the main package of the program",
}


def read_binary(source: str | Path | bytes | BinaryIO) -> Binary:
    """What ``source`` is. Raises BinaryError for what cannot be opened and for damaged ELF files."""
    with _opened(source) as stream:
        size = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        head = stream.read(1024)
        kind = kind_of(head)
        if kind == "elf":
            return read_elf(stream)
        if kind == "mach-o":
            return Binary(kind, "darwin", mach_o_arch(head), build=find_build_info(stream, 0, size))
        if kind == "pe":
            return Binary(kind, "windows", pe_arch(head), build=find_build_info(stream, 0, size))
        return Binary(kind)


def facts(source: str | Path | bytes | BinaryIO, name: str = "binary") -> list[Fact]:
    """What a file tells (see FACTS); ``name`` is the source of the facts. Raises BinaryError as read_binary does."""
    return binary_facts(read_binary(source), name)


def binary_facts(binary: Binary, name: str = "binary") -> list[Fact]:
    """The facts of a Binary; what it does not tell is left out."""
    known = {"binary.kind": binary.kind, "binary.os": binary.os, "binary.arch": binary.arch}
    if binary.elf:
        known |= _elf_facts(binary.elf)
    if binary.kind in ("elf", "mach-o", "pe"):
        known["binary.go"] = _yes_no(binary.build is not None)
    if binary.build:
        known |= _build_facts(binary.build)
    return [Fact(fact, value, name) for fact, value in known.items() if value]


def _elf_facts(program: Elf) -> dict[str, str]:
    known = {"binary.type": program.type, "binary.libc": program.libc, "binary.stripped": _yes_no(program.stripped)}
    if program.packed:
        return known | {"binary.packed": "upx", "binary.libc": ""}
    return known | {
        "link": program.link,
        "binary.interpreter": program.interpreter,
        "binary.needs": " ".join(program.needs),
        "binary.rpath": program.rpath,
        "binary.runpath": program.runpath,
        "binary.glibc": program.glibc,
        "binary.pie": _yes_no(program.pie),
    }


_CPU_LEVELS = ("GOAMD64", "GOARM", "GOARM64", "GO386", "GOPPC64", "GORISCV64", "GOMIPS", "GOMIPS64")


def _build_facts(build: BuildInfo) -> dict[str, str]:
    settings = build.settings
    return {
        "go.version": build.go,
        "cgo": settings.get("CGO_ENABLED", ""),
        "build.tags": settings.get("-tags", ""),
        "build.ldflags": settings.get("-ldflags", ""),
        "build.mode": settings.get("-buildmode", ""),
        "build.cpu": next((f"{level}={settings[level]}" for level in _CPU_LEVELS if settings.get(level)), ""),
        "build.module": build.module.path if build.module else "",
        "build.package": build.package,
    }


def _yes_no(value: bool) -> str:
    return "yes" if value else "no"


@contextmanager
def _opened(source: str | Path | bytes | BinaryIO) -> Iterator[BinaryIO]:
    if isinstance(source, bytes):
        yield io.BytesIO(source)
    elif isinstance(source, (str, Path)):
        with _open(Path(source)) as stream:
            yield stream
    else:
        yield source


def _open(path: Path) -> BinaryIO:
    try:
        if not path.is_file():
            raise BinaryError(f"{path} is not a file", "name the program itself")
        return path.open("rb")
    except OSError as error:
        raise BinaryError(f"cannot read {path}: {error.strerror}", "name a file that can be read") from error
