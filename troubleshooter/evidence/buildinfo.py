"""The build information that the Go linker leaves in a program: how it was built, by which Go, from which modules.

Two layouts exist (see debug/buildinfo in Go's library): since Go 1.18 two strings stand after the 32-byte header, each
behind its length; before, the header points to two Go strings. Reading never raises for a damaged blob: it gives None.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import BinaryIO

from troubleshooter.frozen import dataclass

MAGIC = b"\xff Go buildinf:"

ReadAt = Callable[[int, int], bytes]
"""(address in memory, wanted size) to at most that many bytes."""

_HEADER = 32
_CHUNK = 1 << 20
_SEARCH_LIMIT = 256 << 20
_STRING_LIMIT = 16 << 20
_FRAME = 16
"""Length of the marks that the go command puts before and after the module text."""


@dataclass(frozen=True)
class Module:
    """The module that the program was built from."""

    path: str
    version: str


@dataclass(frozen=True)
class BuildInfo:
    """``settings`` has the go command's flags and environment: ``-tags``, ``-ldflags``, ``CGO_ENABLED``, ``GOOS`` …"""

    go: str
    """Version without the leading "go": 1.24.11; ``devel …`` for an unreleased toolchain."""
    package: str = ""
    module: Module | None = None
    settings: Mapping[str, str] = field(default_factory=dict)


def find_build_info(stream: BinaryIO, offset: int, size: int, read_at: ReadAt | None = None) -> BuildInfo | None:
    """The build information in ``size`` bytes of ``stream`` from ``offset`` on, or None.

    ``read_at`` resolves addresses for the layout before Go 1.18; without it, programs of that age give None.
    """
    start = _find_magic(stream, offset, min(size, _SEARCH_LIMIT))
    if start is None:
        return None
    header = _read(stream, start, _HEADER)
    if len(header) < _HEADER:
        return None
    if header[15] & 2:
        version, after = _inline_string(stream, start + _HEADER)
        text, _ = _inline_string(stream, after)
    elif read_at is not None and header[14] in (4, 8):
        order = "big" if header[15] & 1 else "little"
        width = header[14]
        version = _pointed_string(read_at, header[16 : 16 + width], order)
        text = _pointed_string(read_at, header[16 + width : 16 + 2 * width], order)
    else:
        return None
    return parse_build_info(version, text) if version else None


def parse_build_info(version: bytes, text: bytes) -> BuildInfo:
    """BuildInfo from the two strings of a blob; lines that are not understood are skipped."""
    framed = len(text) > 2 * _FRAME and text[-_FRAME - 1 : -_FRAME] == b"\n"
    body = text[_FRAME:-_FRAME].decode("utf-8", "replace") if framed else ""
    package = ""
    module: Module | None = None
    settings: dict[str, str] = {}
    for line in body.split("\n"):
        kind, *fields = line.split("\t")
        if kind == "path" and fields:
            package = fields[0]
        elif kind == "mod" and len(fields) >= 2:
            module = Module(fields[0], fields[1])
        elif kind == "build" and fields:
            key, value = _setting("\t".join(fields))
            settings[key] = value
    go = version.decode("utf-8", "replace").removeprefix("go")
    return BuildInfo(go, package, module, settings)


def _find_magic(stream: BinaryIO, offset: int, size: int) -> int | None:
    """Where the blob begins; it is aligned to 16 bytes in memory, and so in the file."""
    end = offset + size
    position = offset
    while position < end:
        chunk = _read(stream, position, min(_CHUNK, end - position))
        if not chunk:
            return None
        at = chunk.find(MAGIC)
        while at >= 0:
            if (position + at) % 16 == 0:
                return position + at
            at = chunk.find(MAGIC, at + 1)
        # Windows overlap, so that a blob across their border is found.
        position += max(len(chunk) - len(MAGIC) + 1, 1)
    return None


def _read(stream: BinaryIO, offset: int, size: int) -> bytes:
    stream.seek(offset)
    return stream.read(size)


def _inline_string(stream: BinaryIO, offset: int) -> tuple[bytes, int]:
    """The string at ``offset`` behind its length (a varint), and where it ends; empty if it makes no sense."""
    size = shift = 0
    for width, byte in enumerate(_read(stream, offset, 10), start=1):
        size |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            data = _read(stream, offset + width, size) if size <= _STRING_LIMIT else b""
            return (data if len(data) == size else b""), offset + width + size
    return b"", offset


def _pointed_string(read_at: ReadAt, pointer: bytes, order: str) -> bytes:
    """The Go string (address, length) that ``pointer`` points to; empty if it makes no sense."""
    width = len(pointer)
    header = read_at(_number(pointer, order), 2 * width)
    if len(header) < 2 * width:
        return b""
    size = _number(header[width:], order)
    data = read_at(_number(header[:width], order), size) if size <= _STRING_LIMIT else b""
    return data if len(data) == size else b""


def _number(data: bytes, order: str) -> int:
    return int.from_bytes(data, "big" if order == "big" else "little")


def _setting(text: str) -> tuple[str, str]:
    """``key=value``, either of them in Go quotes where it needs them."""
    match = re.match(r'("(?:[^"\\]|\\.)*"|`[^`]*`|[^=]*)=(.*)', text, re.DOTALL)
    return (_unquoted(match[1]), _unquoted(match[2])) if match else (text, "")


def _unquoted(text: str) -> str:
    if text[:1] == "`":
        return text.strip("`")
    if text[:1] != '"':
        return text
    try:
        # Go's and JSON's quoting agree on all that stands in flags; what JSON refuses is kept as it is.
        return str(json.loads(text))
    except ValueError:
        return text.strip('"')
