"""An ELF program: its loader, C library, needed libraries, processor, and what Go wrote into it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import BinaryIO

from troubleshooter.evidence import elf
from troubleshooter.evidence.buildinfo import BuildInfo, find_build_info
from troubleshooter.frozen import dataclass


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


def read_elf(stream: BinaryIO) -> Binary:
    """The ELF file as a Binary. Raises BinaryError for a damaged one."""
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
