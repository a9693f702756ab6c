"""One layer of an image, read as a stream: tar, plain or compressed by gzip or zstd, into a :class:`Layer`.

Nothing is written to disk. In memory stay the list of the files and, one file at a time, what :mod:`.sparse` keeps of an ELF
file until its headers are read; every other content is read past.
"""

from __future__ import annotations

import gzip
import importlib
import io
import posixpath
import re
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

from troubleshooter.evidence.binary import read_binary
from troubleshooter.evidence.image.sparse import TooLarge, read_sparse
from troubleshooter.evidence.image.tree import Entry, Layer
from troubleshooter.evidence.magic import kind_of
from troubleshooter.evidence.program import BinaryError

HEAD = 1024
MAX_ENTRIES = 1_000_000
_MAX_HEADERS = 16 << 20
"""Bytes of tar headers (long names, pax records) before one file."""
_MAX_UNPACKED = 64 << 30
_MAX_CONTENT = 1 << 20
_KEPT = re.compile(r"etc/(passwd|group|os-release|ld\.so\.cache|ld-musl-\w+\.path)|usr/lib/os-release")
_OBJECTS = (".o", ".a", ".ko", ".syso", ".debug")


class ImageError(ValueError):
    """An image that cannot be read: what is wrong, and what to do."""

    def __init__(self, says: str, cure: str) -> None:
        super().__init__(f"{says}; {cure}")
        self.says, self.cure = says, cure


def is_layer(head: bytes) -> bool:
    """Whether bytes (512 are enough) begin a tar archive, plain or compressed."""
    return head[257:262] == b"ustar" or head.startswith((b"\x1f\x8b", _ZSTD)) or head == b"\0" * 512


def read_layer(stream: BinaryIO) -> Layer:
    """The changes that a layer makes. Raises ImageError for damage, and for zstd without a library that reads it."""
    with damage_is_typed():
        return _read_layer(stream)


def _read_layer(stream: BinaryIO) -> Layer:
    entries: list[tuple[str, Entry]] = []
    removed: list[str] = []
    emptied: list[str] = []
    for member, content in members(stream):
        path = clean(member.name)
        folder, _, name = path.rpartition("/")
        if name == ".wh..wh..opq":
            emptied.append(folder)
        elif name.startswith(".wh."):
            # Other names with .wh..wh. are notes of the aufs driver.
            if not name.startswith(".wh..wh."):
                removed.append(f"{folder}/{name[4:]}".lstrip("/"))
        else:
            entries.append((path, _entry(member, path, content)))
        if len(entries) > MAX_ENTRIES:
            raise ImageError(f"a layer has more than {MAX_ENTRIES:,} files", "inspect the program alone")
    return Layer(tuple(entries), tuple(removed), tuple(emptied))


def members(stream: BinaryIO) -> Iterator[tuple[tarfile.TarInfo, BinaryIO]]:
    """The members of a tar stream, compressed or not, each with its content, to be read before the next one is asked for.

    To be used within damage_is_typed: damage shows in many exceptions, here and where a content is read.
    """
    reader = _Budget(decompressed(stream))
    reader.allow(0)
    with tarfile.open(fileobj=cast(BinaryIO, reader), mode="r|", bufsize=1 << 18) as archive:
        for member in archive:
            reader.allow(member.size)
            content = archive.extractfile(member) if member.isreg() else None
            yield member, cast(BinaryIO, content or io.BytesIO())
            # tarfile remembers every member, a kilobyte each.
            cast(Any, archive).members.clear()


def decompressed(stream: BinaryIO) -> BinaryIO:
    """The stream with gzip or zstd taken off, as its first bytes tell. Raises ImageError for zstd without a library."""
    head = stream.read(HEAD)
    whole = Prefixed(head, stream)
    if head.startswith(b"\x1f\x8b"):
        return cast(BinaryIO, gzip.GzipFile(fileobj=whole))
    if head.startswith(_ZSTD):
        return _zstd(whole)
    return cast(BinaryIO, whole)


def clean(name: str) -> str:
    """The name of a tar member as a path without leading slash, and never above the root; empty for the root."""
    path = posixpath.normpath("/" + name).lstrip("/")
    return "" if path == "." else path


class Prefixed(io.RawIOBase):
    """A stream with bytes put back before it that had to be read to see what it is."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head, self._stream = head, stream

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        if size is None or size < 0:
            data, self._head = self._head + self._stream.read(), b""
        elif self._head:
            data, self._head = self._head[:size], self._head[size:]
        else:
            data = self._stream.read(size)
        return data


_ZSTD = b"\x28\xb5\x2f\xfd"


class _Budget(io.RawIOBase):
    """A stream that refuses to deliver more than was allowed: a hostile archive must not fill the memory."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._left = 0
        self._total = 0

    def allow(self, size: int) -> None:
        """Until the next call, a content of that size may be read, and headers."""
        self._left = size + _MAX_HEADERS

    def read(self, size: int = -1, /) -> bytes:
        data = self._stream.read(size)
        self._left -= len(data)
        self._total += len(data)
        if self._left < 0 or self._total > _MAX_UNPACKED:
            raise ImageError("a layer is larger than it says", "do not run this image")
        return data


def _zstd(stream: io.RawIOBase) -> BinaryIO:
    # The standard library reads zstd from Python 3.14 on.
    for module, opened in (("compression.zstd", "ZstdFile"), ("zstandard", "ZstdDecompressor")):
        try:
            library = importlib.import_module(module)
        except ImportError:
            continue
        if opened == "ZstdFile":
            return cast(BinaryIO, library.ZstdFile(stream))
        return cast(BinaryIO, library.ZstdDecompressor().stream_reader(stream, read_across_frames=True))
    raise ImageError("a layer is compressed by zstd", "pip install 'troubleshooter[zstd]', or use Python 3.14 or later")


@contextmanager
def damage_is_typed() -> Iterator[None]:
    """Turn everything that a damaged archive makes its readers raise into ImageError."""
    try:
        yield
    except ImageError:
        raise
    except (tarfile.TarError, EOFError, zlib.error, ValueError, OverflowError, OSError) as error:
        says = f"the archive is truncated or damaged ({str(error)[:200] or type(error).__name__})"
        raise ImageError(says, "save the image again") from error
    except Exception as error:
        # The two zstd libraries have error classes of their own, which cannot be named without importing them.
        if type(error).__name__ != "ZstdError":
            raise
        raise ImageError(f"a layer is damaged ({str(error)[:200]})", "save the image again") from error


def _entry(member: tarfile.TarInfo, path: str, content: BinaryIO) -> Entry:
    if member.isdir():
        return Entry("dir", member.mode, 0, member.uid, member.gid)
    if member.issym():
        return Entry("link", member.mode, 0, member.uid, member.gid, member.linkname)
    if member.islnk():
        return Entry("hardlink", target="/" + clean(member.linkname))
    if not member.isreg():
        return Entry("special", member.mode, 0, member.uid, member.gid)
    return _file(member, path, content)


def _file(member: tarfile.TarInfo, path: str, content: BinaryIO) -> Entry:
    head = content.read(HEAD)
    kind = kind_of(head)
    kept = head if kind == "script" else b""
    if _KEPT.fullmatch(path) and member.size <= _MAX_CONTENT:
        kept = head + content.read()
    binary, damage = None, ""
    if kind in ("elf", "mach-o", "pe") and not path.endswith(_OBJECTS):
        try:
            program = read_sparse(cast(BinaryIO, Prefixed(head, content)), member.size)
            binary = read_binary(cast(BinaryIO, program))
        except (BinaryError, TooLarge) as error:
            damage = str(error)
    return Entry("file", member.mode, member.size, member.uid, member.gid, "", kind, binary, damage, kept)
