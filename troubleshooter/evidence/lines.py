"""Bytes of a log to blocks of clean text: decoding, control codes, secrets. Memory does not grow with the log."""

from __future__ import annotations

import codecs
import io
import itertools
import re
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from troubleshooter.errors import InputError
from troubleshooter.frozen import dataclass

BLOCK = 1 << 20
HEAD = 4096
"""Bytes that the encoding is told from."""
LIMIT = 512 << 20
MAX_LINES = 8_000_000
MAX_LINE, OVERLAP = 16_000, 2_000
"""Characters of one line that are looked at in one piece; a longer line is looked at in overlapping pieces."""

_CONTROL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]")
_SECRETS = re.compile(
    r"(?P<url>(?<=://)[^/\s:@]{1,100}:[^/\s@]{1,200}(?=@))"
    r"|(?P<token>\b(?:gh[opusr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{15,}|xox[abprs]-[\w-]{10,}|AKIA[0-9A-Z]{16}|npm_\w{30,})\b)"
    r"|(?P<jwt>\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{5,})"
    r"|(?P<bearer>(?i:(?<=bearer )|(?<=authorization: basic ))[\w.~+/=-]{12,})"
    r"|(?P<key>(?i:\b(?:[A-Z0-9]{1,20}_)?(?:password|passwd|secret|token|api_?key|access_?key))[\"']?\s?[=:]\s?[\"']?)(?P<value>[^\s\"',;&]{4,200})"
)


@dataclass(frozen=True)
class Block:
    """Lines of clean text; ``first`` is the number of the first one, counted from 1.

    A very long line comes in several blocks: of its beginning ``part`` pieces went before.
    """

    text: str
    first: int
    part: int = 0


def blocks(stream: BinaryIO, name: str, limit: int = LIMIT) -> Iterator[Block]:
    """The log in ``stream`` as blocks of about a megabyte, cut at line ends; gzip and UTF-16 are recognised.

    Raises InputError for an empty or binary log, a broken gzip file, or one longer than ``limit`` bytes.
    """
    chunks = _chunks(stream, name)
    head = next(chunks, b"")
    decoder = codecs.getincrementaldecoder(_encoding(head[:HEAD], name))(errors="replace")
    number, part, rest, read, blank = 1, 0, "", 0, True
    for chunk in itertools.chain([head], chunks):
        read += len(chunk)
        if read > limit or number > MAX_LINES:
            raise InputError(f"{name}: {read >> 20} MiB, {number:,} lines and no end; give the part around the failure, "
                             "for example: tail -c 50M LOG | troubleshooter")  # fmt: skip
        text = rest + decoder.decode(chunk)
        blank = blank and not text.strip("\0 \t\r\n\ufeff")
        rest = text[text.rfind("\n") + 1 :]
        if len(rest) < len(text):
            block = Block(clean(text[: len(text) - len(rest)]), number, part)
            yield block
            number, part = number + block.text.count("\n"), 0
        if len(rest) > BLOCK:
            yield Block(clean(rest), number, part)
            part += len(list(pieces(rest)))
            rest = rest[-OVERLAP:]
    rest += decoder.decode(b"", final=True)
    if blank and not rest.strip():
        raise InputError(f"{name} is empty: nothing to diagnose; pipe what the failing command prints, errors included (2>&1)")
    if rest:
        yield Block(clean(rest), number, part)


def _chunks(stream: BinaryIO, name: str) -> Iterator[bytes]:
    """The bytes of the log in pieces, unzipped where they are gzip; the first piece holds HEAD bytes or more if there are."""
    head = stream.read(BLOCK)
    while len(head) < HEAD and (more := stream.read(BLOCK)):
        head += more
    if head.startswith(b"\x1f\x8b"):
        yield from _unzipped(_Whole(head, stream), name)
        return
    yield head
    while chunk := stream.read(BLOCK):
        yield chunk


def _encoding(head: bytes, name: str) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if head.startswith((b"\x7fELF", b"MZ\x90", b"\xcf\xfa\xed\xfe", b"PK\x03\x04")):
        raise InputError(f"{name} is a program or archive, no log; for a binary: troubleshooter inspect {name}")
    nuls = head.count(0)
    if nuls > len(head) // 4:
        for half, encoding in ((head[1::2], "utf-16-le"), (head[::2], "utf-16-be")):
            if half.count(0) > len(half) * 0.8 and nuls < len(head) * 0.6:
                return encoding
    odd = sum(b < 9 or 13 < b < 27 or 27 < b < 32 for b in head)
    high = head.decode("utf-8", "replace").count("\ufffd")
    if nuls > 8 or odd > len(head) // 20 or high > len(head) // 8:
        raise InputError(f"{name} is binary, no log; give the text that the failing command printed")
    return "utf-8"


class _Whole(io.RawIOBase):
    """``head`` and then the rest of ``stream`` as one readable stream."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head, self._stream = head, stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._head or self._stream.read(len(buffer))
        taken, self._head = data[: len(buffer)], data[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)


def _unzipped(stream: io.RawIOBase, name: str) -> Iterator[bytes]:
    import gzip

    try:
        with gzip.GzipFile(fileobj=io.BufferedReader(stream)) as unzipped:
            while chunk := unzipped.read(BLOCK):
                yield chunk
    except (OSError, EOFError, zlib.error) as fault:
        raise InputError(f"{name} is no whole gzip file: {fault}; unpack what there is: zcat {name} | troubleshooter") from None


def pieces(line: str) -> Iterator[str]:
    """``line`` in pieces of at most MAX_LINE characters, each of which repeats the end of the one before."""
    for at in range(0, max(len(line) - OVERLAP, 1), MAX_LINE - OVERLAP):
        yield line[at : at + MAX_LINE]


def clean(text: str) -> str:
    """Text without control codes; a carriage return inside a line becomes a mark that :func:`shown` drops.

    Line ends of Windows become ``\\n``. The number of lines stays what it was.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if not text.isascii() or "\x1b" in text or not text.isprintable():
        text = _CONTROL.sub("", text)
    return text


def shown(line: str) -> str:
    """A line of a block as it may be printed: secrets masked, at most 2,000 characters around what matters."""
    return masked(line[:3000].replace("\r", " ").rstrip())[:2000]


def masked(text: str) -> str:
    """``text`` without passwords, tokens and keys."""
    return _SECRETS.sub(lambda m: f"{m['key']}***" if m["key"] else "***", text)
