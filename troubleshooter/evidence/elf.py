"""The few tables of an ELF file that decide whether it starts: segments, sections, dynamic table, symbol versions.

An own reader, because it must neither read much nor trust anything: pyelftools reads a library's whole hash tables on the
way (100,000 reads for containerd), finds versions only by section, and has no bound on the work that hostile bytes cause.
The tests compare the two. Everything raises :class:`ElfError` for bytes that make no sense.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from troubleshooter.frozen import dataclass

ET_REL, ET_EXEC, ET_DYN, ET_CORE = 1, 2, 3, 4
PT_LOAD, PT_DYNAMIC, PT_INTERP, PT_NOTE = 1, 2, 3, 4
PF_X, PF_W = 1, 2
SHT_SYMTAB = 2
DT_NEEDED, DT_STRTAB, DT_SONAME, DT_RPATH, DT_RUNPATH = 1, 5, 14, 15, 29
DT_VERDEF, DT_VERDEFNUM, DT_VERNEED, DT_VERNEEDNUM = 0x6FFFFFFC, 0x6FFFFFFD, 0x6FFFFFFE, 0x6FFFFFFF
DT_FLAGS_1, DF_1_PIE = 0x6FFFFFFB, 0x08000000

_MAX_TABLE = 4 << 20
_MAX_STRING = 4096
_MAX_VERSIONS = 10_000
"""Far above what real files have (glibc defines about 40 versions, needs of a program are fewer)."""


class ElfError(ValueError):
    """The bytes are no whole ELF file; the text says in what respect."""


@dataclass(frozen=True)
class Segment:
    """A program header."""

    type: int
    flags: int
    offset: int
    address: int
    size: int


@dataclass(frozen=True)
class Section:
    """A section header."""

    name: str
    type: int
    offset: int
    size: int


@dataclass(frozen=True)
class ElfFile:
    """An open ELF file; reads happen only when a function below asks for them."""

    stream: BinaryIO
    size: int
    bits: int
    order: str
    """``<`` or ``>``, as in struct."""
    os_abi: int
    type: int
    machine: int
    segments: tuple[Segment, ...]
    sections: tuple[Section, ...]

    def read(self, offset: int, size: int) -> bytes:
        """Exactly ``size`` bytes at ``offset``."""
        return _read(self.stream, self.size, offset, size)

    def read_at(self, address: int, size: int) -> bytes:
        """At most ``size`` bytes that the file puts at ``address`` in memory; empty where it puts nothing there."""
        for segment in self.segments:
            inside = address - segment.address
            if segment.type == PT_LOAD and 0 <= inside < segment.size:
                return self.read(segment.offset + inside, min(size, segment.size - inside))
        return b""

    def section(self, name: str) -> Section | None:
        return next((section for section in self.sections if section.name == name), None)


def open_elf(stream: BinaryIO) -> ElfFile:
    """The headers of an ELF file in a seekable stream. Raises ElfError, also where the file ends too early."""
    file, header = _header(stream, stream.seek(0, io.SEEK_END))
    return replace(
        file,
        segments=tuple(_segments(file, header[4], header[8], header[9])),
        sections=tuple(_sections(file, header[5], header[10], header[11], header[12])),
    )


def read_segments(stream: BinaryIO, size: int) -> tuple[Segment, ...]:
    """The segments of an ELF file of ``size`` bytes of which the stream has the beginning. Raises ElfError."""
    file, header = _header(stream, size)
    return tuple(_segments(file, header[4], header[8], header[9]))


def interpreter(file: ElfFile) -> str:
    """The loader that the file names; empty for none."""
    for segment in file.segments:
        if segment.type == PT_INTERP:
            return _text(file.read(segment.offset, min(segment.size, _MAX_STRING)))
    return ""


@dataclass(frozen=True)
class Dynamic:
    """The dynamic table: numbers by tag, and the strings it points to."""

    values: dict[int, int]
    needs: tuple[str, ...] = ()
    soname: str = ""
    rpath: str = ""
    runpath: str = ""


def dynamic(file: ElfFile) -> Dynamic:
    """The dynamic table; empty for a file without one."""
    tags = list(_dynamic_tags(file))
    values = dict(tags)
    texts = {tag: _string(file, values.get(DT_STRTAB, 0), values[tag]) for tag in (DT_SONAME, DT_RPATH, DT_RUNPATH) if tag in values}
    needs = tuple(_string(file, values.get(DT_STRTAB, 0), value) for tag, value in tags if tag == DT_NEEDED)
    return Dynamic(values, needs, texts.get(DT_SONAME, ""), texts.get(DT_RPATH, ""), texts.get(DT_RUNPATH, ""))


def needed_versions(file: ElfFile, table: Dynamic) -> tuple[tuple[str, str], ...]:
    """The symbol versions that the file needs, as (library, version)."""
    found: list[tuple[str, str]] = []
    strings = table.values.get(DT_STRTAB, 0)
    for entry in _chain(file, table.values.get(DT_VERNEED, 0), table.values.get(DT_VERNEEDNUM, 0), "HHIII", 4):
        (_, count, library, first, _), address = entry
        for (_, _, _, name, _), _ in _chain(file, address + first, count, "IHHII", 4):
            found.append((_string(file, strings, library), _string(file, strings, name)))
        if len(found) > _MAX_VERSIONS:
            raise ElfError("it needs too many symbol versions")
    return tuple(found)


def defined_versions(file: ElfFile, table: Dynamic) -> tuple[str, ...]:
    """The symbol versions that the file, a library, provides."""
    found: list[str] = []
    for entry in _chain(file, table.values.get(DT_VERDEF, 0), table.values.get(DT_VERDEFNUM, 0), "HHHHIII", 6):
        (_, _, _, _, _, first, _), address = entry
        (name, _), _ = next(_chain(file, address + first, 1, "II", 1))
        found.append(_string(file, table.values.get(DT_STRTAB, 0), name))
    return tuple(found)


def has_glibc_note(file: ElfFile) -> bool:
    """Whether glibc's start files left their mark (the ABI note), as they do in static programs too."""
    for segment in file.segments:
        if segment.type == PT_NOTE and segment.size <= _MAX_TABLE:
            notes = file.read(segment.offset, segment.size)
            if struct.pack(file.order + "III4s", 4, 16, 1, b"GNU\0") in notes:
                return True
    return False


# --- tables --------------------------------------------------------------------------------------------------------


def _header(stream: BinaryIO, size: int) -> tuple[ElfFile, tuple[int, ...]]:
    """The file without its tables, and the fields of its header from e_type on."""
    ident = _read(stream, size, 0, 16)
    if ident[:4] != b"\x7fELF" or ident[4] not in (1, 2) or ident[5] not in (1, 2):
        raise ElfError("its first bytes make no sense")
    bits, order = 32 * ident[4], "<" if ident[5] == 1 else ">"
    layout = order + ("HHIQQQIHHHHHH" if bits == 64 else "HHIIIIIHHHHHH")
    header = struct.unpack(layout, _read(stream, size, 16, struct.calcsize(layout)))
    return ElfFile(stream, size, bits, order, ident[7], header[0], header[1], (), ()), header


def _read(stream: BinaryIO, total: int, offset: int, size: int) -> bytes:
    if offset + size > total:
        raise ElfError(f"it should have {offset + size:,} bytes and has {total:,}")
    stream.seek(offset)
    data = stream.read(size)
    if len(data) < size:
        raise ElfError("it ends too early")
    return data


def _rows(file: ElfFile, offset: int, width: int, count: int, layout: str) -> Iterator[tuple[int, ...]]:
    if count == 0:
        return
    if width < struct.calcsize(file.order + layout) or width * count > _MAX_TABLE:
        raise ElfError("the size of a table makes no sense")
    table = file.read(offset, width * count)
    for at in range(0, width * count, width):
        yield struct.unpack_from(file.order + layout, table, at)


def _segments(file: ElfFile, offset: int, width: int, count: int) -> Iterator[Segment]:
    for row in _rows(file, offset, width, count, "IIQQQQQQ" if file.bits == 64 else "IIIIIIII"):
        if file.bits == 64:
            type_, flags, start, address, _, size, _, _ = row
        else:
            type_, start, address, _, size, _, flags, _ = row
        if type_ in (PT_LOAD, PT_INTERP) and start + size > file.size:
            raise ElfError(f"it should have {start + size:,} bytes and has {file.size:,}")
        yield Segment(type_, flags, start, address, size)


def _sections(file: ElfFile, offset: int, width: int, count: int, names_at: int) -> Iterator[Section]:
    rows = list(_rows(file, offset, width, count, "IIQQQQIIQQ" if file.bits == 64 else "IIIIIIIIII"))
    if not 0 < names_at < len(rows):
        return
    start, size = rows[names_at][4:6]
    names = file.read(start, min(size, _MAX_TABLE))
    for row in rows:
        yield Section(_text(names[row[0] : row[0] + _MAX_STRING]), row[1], row[4], row[5])


def _dynamic_tags(file: ElfFile) -> Iterator[tuple[int, int]]:
    segment = next((segment for segment in file.segments if segment.type == PT_DYNAMIC), None)
    if segment is None:
        return
    width = file.bits // 4
    for tag, value in _rows(file, segment.offset, width, segment.size // width, "qQ" if file.bits == 64 else "iI"):
        if tag == 0:
            return
        yield tag, value


def _chain(file: ElfFile, address: int, count: int, layout: str, link: int) -> Iterator[tuple[tuple[int, ...], int]]:
    """The records of a linked table, each with its address; field ``link`` is the distance to the next one."""
    size = struct.calcsize(file.order + layout)
    for _ in range(min(count, _MAX_VERSIONS)):
        data = file.read_at(address, size)
        if len(data) < size:
            raise ElfError("a table of symbol versions lies outside of it")
        record = struct.unpack(file.order + layout, data)
        yield record, address
        if record[link] == 0:
            return
        address += record[link]


def _string(file: ElfFile, table: int, index: int) -> str:
    return _text(file.read_at(table + index, _MAX_STRING))


def _text(data: bytes) -> str:
    return data.split(b"\0", 1)[0].decode("utf-8", "replace")
