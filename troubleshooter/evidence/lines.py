"""Bytes of a log to blocks of clean text: decoding, control codes, secrets. Memory does not grow with the log."""

from __future__ import annotations

import codecs
import gzip
import re
from dataclasses import dataclass
from typing import BinaryIO, Iterator

from troubleshooter.errors import InputError

BLOCK = 1 << 20
LIMIT = 512 << 20
MAX_LINE = 16_000
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
    """Whole lines of clean text; ``first`` is the number of the first one, counted from 1."""

    text: str
    first: int


def blocks(stream: BinaryIO, name: str, limit: int = LIMIT) -> Iterator[Block]:
    """The log in ``stream`` as blocks of about a megabyte, cut at line ends; gzip and UTF-16 are recognised.

    Raises InputError for an empty or binary log, a broken gzip file, or one longer than ``limit`` bytes.
    """
    head = stream.read(4096)
    while len(head) < 4 and (more := stream.read(4096)):
        head += more
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe") and not stream.peek(1) if hasattr(stream, "peek") else not head:
        raise InputError(f"{name} is empty: no line to diagnose; pipe the output of the failing command, errors included (2>&1)")
    if head.startswith(b"\x1f\x8b"):
        yield from blocks(_Reread(head, stream).unzipped(name), name.removesuffix(".gz") or name, limit)
        return
    encoding = _encoding(head, name)
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    number, rest, read = 1, "", 0
    chunk = head
    while chunk:
        read += len(chunk)
        if read > limit:
            raise InputError(f"{name}: more than {limit >> 20} MiB and no end; give the part around the failure, "
                             f"for example: tail -c 50M LOG | troubleshooter")  # fmt: skip
        text = rest + decoder.decode(chunk)
        cut = text.rfind("\n") + 1
        if not cut and len(text) > 8 * BLOCK:
            cut = len(text)
        if cut:
            yield Block(clean(text[:cut]), number)
            number += text.count("\n", 0, cut)
        rest = text[cut:]
        chunk = stream.read(BLOCK)
    rest += decoder.decode(b"", final=True)
    if rest:
        yield Block(clean(rest), number)


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


class _Reread:
    """``head`` and then the rest of ``stream`` as one readable stream, for gzip."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head, self._stream = head, stream

    def read(self, size: int = -1) -> bytes:
        head, self._head = self._head[:size] if size >= 0 else self._head, self._head[size:] if size >= 0 else b""
        return head + (self._stream.read(size - len(head)) if size < 0 or len(head) < size else b"")

    def unzipped(self, name: str) -> BinaryIO:
        return _Gunzip(gzip.GzipFile(fileobj=self), name)  # type: ignore[return-value, arg-type]


class _Gunzip:
    def __init__(self, stream: gzip.GzipFile, name: str) -> None:
        self._stream, self._name = stream, name

    def read(self, size: int) -> bytes:
        try:
            return self._stream.read(size)
        except (OSError, EOFError) as fault:
            raise InputError(f"{self._name} is no whole gzip file: {fault}; unpack what there is with: zcat FILE | troubleshooter") from None


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
    return masked(line.replace("\r", " ").rstrip())[:2000]


def masked(text: str) -> str:
    """``text`` without passwords, tokens and keys."""
    return _SECRETS.sub(lambda m: f"{m['key']}***" if m["key"] else "***", text)
