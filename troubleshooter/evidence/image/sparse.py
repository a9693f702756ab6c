"""A program read as a stream into memory, without the parts that nobody asks for.

Machine code and debug information are most of a program, and its headers need neither. Kept are the beginning, all loaded
segments but the executable ones, and the end, where section headers stand; the gaps read as zeros.
"""

from __future__ import annotations

import io
from typing import BinaryIO

from troubleshooter.evidence import elf

MAX_KEPT = 128 << 20
_HEAD = 64 << 10
_TAIL = 1 << 20
_STEP = 1 << 16


class TooLarge(ValueError):
    """More than MAX_KEPT would have to be kept of a program."""


class SparseFile(io.RawIOBase):
    """A seekable file of a given size of which only some stretches are known."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._parts: list[tuple[int, bytes]] = []
        self._at = 0

    def put(self, offset: int, data: bytes) -> None:
        """Make bytes known; stretches come in order and do not overlap."""
        self._parts.append((offset, data))

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1, /) -> bytes:
        end = self._size if size < 0 else min(self._at + size, self._size)
        data = bytearray(max(end - self._at, 0))
        for offset, part in self._parts:
            start, stop = max(offset, self._at), min(offset + len(part), end)
            if start < stop:
                data[start - self._at : stop - self._at] = part[start - offset : stop - offset]
        self._at += len(data)
        return bytes(data)


def read_sparse(stream: BinaryIO, size: int) -> SparseFile:
    """The ``size`` bytes of a program from a stream. Raises TooLarge; a stream that ends too early gives a short file."""
    head = _take(stream, min(_HEAD, size))
    wanted = _wanted(head, size)
    read, kept = len(head), len(head)
    parts = [(0, head)]
    while read < size and (block := _take(stream, min(_STEP, size - read))):
        for start, stop in wanted:
            low, high = max(start, read), min(stop, read + len(block))
            if low < high:
                parts.append((low, block[low - read : high - read]))
                kept += high - low
        read += len(block)
        if kept > MAX_KEPT:
            raise TooLarge(f"more than {MAX_KEPT >> 20} MB of it would have to be kept in memory")
    file = SparseFile(read)
    for offset, part in parts:
        file.put(offset, part)
    return file


def _wanted(head: bytes, size: int) -> list[tuple[int, int]]:
    """The stretches to keep, in order and apart."""
    stretches = [(0, len(head)), (max(size - _TAIL, 0), size)]
    try:
        segments = elf.read_segments(io.BytesIO(head), size)
    except elf.ElfError:
        # Mach-O, PE, or damaged: build information may be anywhere.
        return [(0, size)]
    stretches += [(s.offset, s.offset + s.size) for s in segments if s.type == elf.PT_LOAD and not s.flags & elf.PF_X]
    merged: list[tuple[int, int]] = []
    for start, stop in sorted(stretches):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], stop))
        else:
            merged.append((start, stop))
    return merged


def _take(stream: BinaryIO, size: int) -> bytes:
    """``size`` bytes, or fewer at the end of the stream."""
    parts: list[bytes] = []
    while size > 0 and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
