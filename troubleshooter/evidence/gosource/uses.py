"""Facts of what the program does when it runs, by what it imports and calls."""

from __future__ import annotations

import re
from collections.abc import Iterator

from troubleshooter.evidence.gosource.calls import Use, is_loopback
from troubleshooter.evidence.gosource.gofile import GoFile
from troubleshooter.model import Fact

_NET = re.compile(r"net(/http(/.*)?|/mail|/rpc(/.*)?|/smtp|/textproto)?|crypto/(tls|x509)|expvar|log/syslog|mime/multipart")
_CA = re.compile(r"golang\.org/x/crypto/x509roots(/.*)?|github\.com/breml/rootcerts(/.*)?|github\.com/certifi/gocertifi")
_LIBC = re.compile(_NET.pattern + "|archive/tar|os/user|plugin|runtime/cgo")
"""Standard packages that contain cgo, or import one that does, in Go 1.19 to 1.27 (``go list -deps`` with CGO_ENABLED=1)."""
_BY_IMPORT = (
    ("uses.net", _NET),
    ("uses.os-user", re.compile("os/user")),
    ("uses.plugin", re.compile("plugin")),
    ("embeds.tzdata", re.compile("time/tzdata")),
    ("embeds.ca", _CA),
)


def asks_for_libc(kind: str, path: str) -> bool:
    """Whether a program that imports this is linked against the C library where cgo is on, as far as anybody can tell."""
    return kind != "own" and (kind != "std" or bool(_LIBC.fullmatch(path)))


def import_facts(used: tuple[GoFile, ...]) -> Iterator[Fact]:
    """What imports alone tell."""
    for name, pattern in _BY_IMPORT:
        for file in used:
            for found in file.imports:
                if pattern.fullmatch(found.path):
                    yield Fact(name, "yes", f"{file.path}:{found.line}")


_BY_USE = {
    "timezones": "uses.timezones",
    "tmp": "uses.tmp",
    "user-lookup": "uses.user-lookup",
    "multipart": "uses.multipart",
    "tls-dial": "uses.https",
}
_BY_VALUE = {"dial": "dials.loopback", "read": "reads.path", "file-url": "reads.path", "write": "writes.path", "command": "runs.command"}
_PORTS = {"http": "80", "https": "443"}


def use_facts(used: tuple[GoFile, ...]) -> Iterator[Fact]:
    """What calls and literals tell."""
    uses = [(file, use) for file in used for use in file.uses]
    for file, use in uses:
        if use.kind in _BY_USE:
            yield Fact(_BY_USE[use.kind], "yes", f"{file.path}:{use.line}")
        elif use.kind in _BY_VALUE:
            yield Fact(_BY_VALUE[use.kind], use.value, f"{file.path}:{use.line}", use.sure)
        elif use.kind == "linkname":
            yield Fact("uses.linkname", use.value, f"{file.path}:{use.line}")
        elif use.kind == "generate":
            yield Fact("generates.with", use.value, f"{file.path}:{use.line}")
        elif use.kind == "listen":
            yield from _listens(use, f"{file.path}:{use.line}")
    clients = [(file, use) for file, use in uses if use.kind == "http-client"]
    urls = [(file, use) for file, use in uses if use.kind == "https-url"]
    if clients and (urls or not any(use.kind == "http-url" for _, use in uses)):
        # The address may come from a setting: then nothing is certain.
        file, use = (urls or clients)[0]
        yield Fact("uses.https", "yes", f"{file.path}:{use.line}", sure=bool(urls))


def _listens(use: Use, source: str) -> Iterator[Fact]:
    port = use.value.rpartition(":")[2]
    if is_loopback(use.value):
        yield Fact("listens.loopback", use.value, source, use.sure)
    yield Fact("listens.port", _PORTS.get(port, port), source, use.sure)
