"""Tiny ELF files and Go build information made by hand: tests of binaries and images need no compiler."""

from __future__ import annotations

import struct

from troubleshooter.evidence import elf
from troubleshooter.evidence.buildinfo import MAGIC

GLIBC_LOADER = "/lib64/ld-linux-x86-64.so.2"


def make_elf(
    interpreter: str = "",
    needs: tuple[str, ...] = (),
    *,
    type_: int = elf.ET_EXEC,
    machine: int = 62,
    order: str = "<",
    bits: int = 64,
    data: bytes = b"",
    tags: tuple[tuple[int, str], ...] = (),
    glibc: tuple[str, ...] = (),
    defines: tuple[str, ...] = (),
) -> bytes:
    """A tiny ELF file: headers, interpreter, dynamic table, and ``data`` as a writable segment.

    ``glibc`` are the versions it needs of its first library, ``defines`` those that it provides as a library itself.
    """
    base = 0x400000
    header_size, row_size = (64, 56) if bits == 64 else (52, 32)
    body = bytearray(b"\0" * 1024)
    segments: list[tuple[int, int, int, int]] = []

    def put(content: bytes) -> int:
        while len(body) % 16:
            body.append(0)
        body.extend(content)
        return len(body) - len(content)

    if interpreter:
        at = put(interpreter.encode() + b"\0")
        segments.append((elf.PT_INTERP, 4, at, len(interpreter) + 1))
    if needs or tags or defines:
        texts = [*needs, *(text for _, text in tags), *glibc, *defines]
        strings, index = b"\0", {}
        for text in texts:
            index[text] = len(strings)
            strings += text.encode() + b"\0"
        rows = [(elf.DT_STRTAB, base + put(strings)), *((elf.DT_NEEDED, index[need]) for need in needs)]
        rows += [(tag, index[text]) for tag, text in tags]
        if glibc:
            links = [0 if version == glibc[-1] else 16 for version in glibc]
            table = struct.pack(order + "HHIII", 1, len(glibc), index[needs[0]], 16, 0)
            for version, link in zip(glibc, links, strict=True):
                table += struct.pack(order + "IHHII", 0, 0, 2, index[version], link)
            rows += [(elf.DT_VERNEED, base + put(table)), (elf.DT_VERNEEDNUM, 1)]
        if defines:
            table = b""
            for number, version in enumerate(defines):
                link = 0 if version == defines[-1] else 28
                table += struct.pack(order + "HHHHIIIII", 1, 0, number, 1, 0, 20, link, index[version], 0)
            rows += [(elf.DT_VERDEF, base + put(table)), (elf.DT_VERDEFNUM, len(defines))]
        width = "qQ" if bits == 64 else "iI"
        dynamic = b"".join(struct.pack(order + width, *row) for row in [*rows, (0, 0)])
        segments.append((elf.PT_DYNAMIC, 6, put(dynamic), len(dynamic)))
    if data:
        segments.append((elf.PT_LOAD, 6, put(data), len(data)))
    segments.insert(0, (elf.PT_LOAD, 5, 0, len(body)))
    ident = b"\x7fELF" + bytes([bits // 32, 1 if order == "<" else 2, 1]) + b"\0" * 9
    layout = "HHIQQQIHHHHHH" if bits == 64 else "HHIIIIIHHHHHH"
    header = ident + struct.pack(order + layout, type_, machine, 1, base, header_size, 0, 0, header_size, row_size, len(segments), 0, 0, 0)
    for kind, flags, at, size in segments:
        if bits == 64:
            header += struct.pack(order + "IIQQQQQQ", kind, flags, at, base + at, 0, size, size, 16)
        else:
            header += struct.pack(order + "IIIIIIII", kind, at, base + at, 0, size, size, flags, 16)
    body[: len(header)] = header
    return bytes(body)


FRAME = b"0123456789abcdef"
MODULES = (
    b"path\texample.org/app/cmd/app\nmod\texample.org/app\t(devel)\t\n"
    b"dep\texample.org/router\tv1.4.0\th1:x=\n=>\t./third_party/router\t(devel)\t\n"
    b'build\t-ldflags="-s -w -X main.v=a\\"b"\nbuild\t-tags=netgo,osusergo\n'
    b"build\tCGO_ENABLED=1\nbuild\tGOOS=linux\nbuild\tGOAMD64=v3\n"
)


def inline_build_info(version: bytes = b"go1.24.3", text: bytes = MODULES) -> bytes:
    text = FRAME + text + FRAME
    size = bytes([len(text) & 0x7F | 0x80, len(text) >> 7])
    return MAGIC + b"\x08\x02" + b"\0" * 16 + bytes([len(version)]) + version + size + text
