"""What kind of file begins with these bytes."""

from __future__ import annotations


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


def mach_o_arch(head: bytes) -> str:
    """The processor that a Mach-O file is for."""
    if head[:3] == b"\xca\xfe\xba":
        return _MACH_O_CPUS.get(int.from_bytes(head[8:12], "big"), "")
    return _MACH_O_CPUS.get(int.from_bytes(head[4:8], "big" if head[0] == 0xFE else "little"), "")


def pe_arch(head: bytes) -> str:
    """The processor that a PE file is for."""
    at = int.from_bytes(head[0x3C:0x40], "little")
    if head[at : at + 4] != b"PE\0\0":
        return ""
    return _PE_MACHINES.get(int.from_bytes(head[at + 4 : at + 6], "little"), "")
