"""What a file is, and what an ELF program asks of the system that starts it.

In: a path, bytes or a seekable binary stream; only headers, dynamic section, version needs and Go's build information
are read. Out: :class:`Binary`; :func:`facts` turns it into facts. A file that cannot be read, and an ELF file that is
truncated or makes no sense, raise :class:`BinaryError`.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from troubleshooter.evidence import elf
from troubleshooter.evidence.buildinfo import BuildInfo, find_build_info
from troubleshooter.frozen import dataclass
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


class BinaryError(ValueError):
    """A file that cannot be read as what it begins as: what is wrong, and what to do."""

    def __init__(self, says: str, cure: str) -> None:
        super().__init__(f"{says}; {cure}")
        self.says, self.cure = says, cure


@dataclass(frozen=True)
class Elf:
    """The parts of an ELF file that decide whether it starts. Empty strings for what is absent."""

    type: str
    bits: int
    interpreter: str
    needs: tuple[str, ...]
    soname: str
    rpath: str
    runpath: str
    needed: tuple[tuple[str, str], ...]
    """Needed symbol versions as (library, version): ("libc.so.6", "GLIBC_2.34")."""
    provided: tuple[str, ...]
    """Symbol versions that a library defines."""
    libc: str
    pie: bool
    stripped: bool
    packed: bool

    @property
    def link(self) -> str:
        return "dynamic" if self.interpreter or self.needs else "static"

    @property
    def glibc(self) -> str:
        """The highest GLIBC version needed, without the prefix; empty for none."""
        return highest(version for _, version in self.needed)


@dataclass(frozen=True)
class Binary:
    """A file by its content. ``os`` and ``arch`` are Go's names; empty where the file does not tell."""

    kind: str
    os: str = ""
    arch: str = ""
    elf: Elf | None = None
    build: BuildInfo | None = None


def read_binary(source: str | Path | bytes | BinaryIO) -> Binary:
    """What ``source`` is. Raises BinaryError for what cannot be opened and for damaged ELF files."""
    with _opened(source) as stream:
        size = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        head = stream.read(1024)
        kind = kind_of(head)
        if kind == "elf":
            return _read_elf(stream)
        if kind == "mach-o":
            return Binary(kind, "darwin", _mach_o_arch(head), build=find_build_info(stream, 0, size))
        if kind == "pe":
            return Binary(kind, "windows", _pe_arch(head), build=find_build_info(stream, 0, size))
        return Binary(kind)


def kind_of(head: bytes) -> str:
    """What a file is by its first bytes (1,024 are enough): see ``binary.kind`` in FACTS."""
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    # A fat Mach-O and a Java class begin alike; only the former counts fewer than 40 architectures here.
    if head[:4] in (b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf") and 0 < int.from_bytes(head[4:8], "big") < 40:
        return "mach-o"
    if not head:
        return "empty"
    return "text" if _is_text(head) else "data"


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


def highest(versions: Iterable[str], prefix: str = "GLIBC_") -> str:
    """The highest of the numbered versions with a prefix, without it; empty where there is none."""
    named = (_NUMBER_OF.get(version, version) for version in versions)
    numbers = [version.removeprefix(prefix) for version in named if re.fullmatch(prefix + r"\d[\d.]*", version)]
    return max(numbers, key=version_key, default="")


_NUMBER_OF = {"GLIBC_ABI_DT_RELR": "GLIBC_2.36"}
"""Versions that name a property, and the release that brought it."""


def version_key(version: str) -> tuple[int, ...]:
    """A dotted number, to be compared: 2.9 comes before 2.34."""
    return tuple(int(part) for part in version.split(".") if part)


# --- facts ---------------------------------------------------------------------------------------------------------


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


# --- opening and telling apart -------------------------------------------------------------------------------------

_MAGIC = (
    (b"\x7fELF", "elf"),
    (b"\xcf\xfa\xed\xfe", "mach-o"),
    (b"\xce\xfa\xed\xfe", "mach-o"),
    (b"\xfe\xed\xfa\xcf", "mach-o"),
    (b"\xfe\xed\xfa\xce", "mach-o"),
    (b"MZ", "pe"),
    (b"!<arch>\n", "archive"),
    (b"!<thin>\n", "archive"),
    (b"go object ", "archive"),
    (b"#!", "script"),
    (b"\xef\xbb\xbf#!", "script"),
    (b"\0asm", "wasm"),
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "zip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\xfd7zXZ\0", "xz"),
    (b"BZh", "bzip2"),
    (b"version https://git-lfs.github.com/spec/", "git-lfs"),
)


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


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # The last character may be cut.
        return error.start > len(head) - 4 and len(head) >= 1024
    return True


_MACH_O_CPUS = {0x01000007: "amd64", 0x0100000C: "arm64", 7: "386", 12: "arm"}
_PE_MACHINES = {0x8664: "amd64", 0xAA64: "arm64", 0x14C: "386", 0x1C4: "arm"}


def _mach_o_arch(head: bytes) -> str:
    if head[:3] == b"\xca\xfe\xba":
        return _MACH_O_CPUS.get(int.from_bytes(head[8:12], "big"), "")
    return _MACH_O_CPUS.get(int.from_bytes(head[4:8], "big" if head[0] == 0xFE else "little"), "")


def _pe_arch(head: bytes) -> str:
    at = int.from_bytes(head[0x3C:0x40], "little")
    if head[at : at + 4] != b"PE\0\0":
        return ""
    return _PE_MACHINES.get(int.from_bytes(head[at + 4 : at + 6], "little"), "")


# --- ELF -----------------------------------------------------------------------------------------------------------

_TYPES = {elf.ET_REL: "object", elf.ET_EXEC: "program", elf.ET_DYN: "shared-library", elf.ET_CORE: "core"}
_MACHINES = {
    (62, "<"): "amd64",
    (3, "<"): "386",
    (40, "<"): "arm",
    (183, "<"): "arm64",
    (21, "<"): "ppc64le",
    (21, ">"): "ppc64",
    (22, ">"): "s390x",
    (243, "<"): "riscv64",
    (258, "<"): "loong64",
    (43, ">"): "sparc64",
}
_MIPS = 8
_SYSTEMS = {2: "netbsd", 6: "solaris", 9: "freebsd", 12: "openbsd"}
_LOADERS = (
    ("/system/bin/linker", "android"),
    ("/libexec/ld-elf.so", "freebsd"),
    ("/ld.elf_so", "netbsd"),
    ("/libexec/ld.so", "openbsd"),
)


def _read_elf(stream: BinaryIO) -> Binary:
    try:
        file = elf.open_elf(stream)
        program = _program(file)
        build = _build_info(file)
    except elf.ElfError as error:
        raise BinaryError(f"the ELF file is truncated or damaged: {error}", "build it again and copy it whole") from error
    system = (build.settings.get("GOOS") if build else "") or _os(file, program.interpreter)
    return Binary("elf", system, _arch(file), program, build)


def _program(file: elf.ElfFile) -> Elf:
    interpreter, table = elf.interpreter(file), elf.dynamic(file)
    is_pie = bool(table.values.get(elf.DT_FLAGS_1, 0) & elf.DF_1_PIE) or bool(interpreter and not table.soname)
    pie = file.type == elf.ET_DYN and is_pie
    return Elf(
        type="program" if pie else _TYPES.get(file.type, "object"),
        bits=file.bits,
        interpreter=interpreter,
        needs=table.needs,
        soname=table.soname,
        rpath=table.rpath,
        runpath=table.runpath,
        needed=elf.needed_versions(file, table),
        provided=elf.defined_versions(file, table),
        libc=_libc(interpreter, table.needs, elf.has_glibc_note(file)),
        pie=pie,
        stripped=all(section.type != elf.SHT_SYMTAB for section in file.sections),
        packed=b"UPX!" in file.read(0, min(file.size, 512)),
    )


def _libc(interpreter: str, needs: tuple[str, ...], glibc_note: bool) -> str:
    """By the loader, else by the libraries; a static glibc program shows by its note."""
    names = (interpreter.rpartition("/")[2], *needs)
    if any(name.startswith(("ld-musl-", "libc.musl-")) or name == "libc.so" for name in names):
        return "musl"
    if any(name.startswith(("ld-linux", "ld64.so", "ld-2.")) or name == "libc.so.6" for name in names):
        return "glibc"
    if interpreter.startswith("/system/bin/linker"):
        return "bionic"
    return "glibc" if glibc_note else "none"


def _arch(file: elf.ElfFile) -> str:
    if file.machine == _MIPS:
        return f"mips{'64' if file.bits == 64 else ''}{'le' if file.order == '<' else ''}"
    return _MACHINES.get((file.machine, file.order), "")


def _os(file: elf.ElfFile, interpreter: str) -> str:
    named = next((system for part, system in _LOADERS if part in interpreter), "")
    return named or _SYSTEMS.get(file.os_abi, "linux")


def _build_info(file: elf.ElfFile) -> BuildInfo | None:
    section = file.section(".go.buildinfo")
    if section is not None:
        return find_build_info(file.stream, section.offset, section.size, file.read_at)
    for segment in file.segments:
        # As Go itself does: the first data segment, writable and not executable.
        if segment.type == elf.PT_LOAD and segment.flags & (elf.PF_W | elf.PF_X) == elf.PF_W:
            return find_build_info(file.stream, segment.offset, segment.size, file.read_at)
    return None
