"""A finished program or image, from a file or a pipe, and what it tells better than the project that it was built from."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast

from troubleshooter.errors import InputError
from troubleshooter.evidence.gather import Gathered
from troubleshooter.model import Fact

MAX_PROGRAM = 2 << 30
"""Bytes of a program on standard input that are kept (on disk) to be read."""
_HEAD = 512
_PLACED = ("user", "final.", "entry.", "run.", "mount.", "image.")
"""Facts of the Dockerfile that the image itself answers."""
_SYSTEMS = {"scratch": "none", "distroless": "debian", "busybox": "none"}
"""The system of an image whose family is not called like it."""


def read(file: str, platform: str = "", name: str = "", stdin: TextIO | None = None) -> tuple[Fact, ...]:
    """The facts of a program or image at a path, or (``-``) on ``stdin``. Raises InputError for what cannot be read."""
    from troubleshooter.evidence.image import ImageError
    from troubleshooter.evidence.program import BinaryError

    try:
        if file == "-":
            if stdin is None or stdin.isatty():
                raise InputError("nothing on standard input; write: docker save IMAGE | troubleshooter inspect -")
            return _stream(stdin.buffer, platform, name)
        path = Path(file)
        if not path.exists():
            raise InputError(f"{file}: no such file; name a program, or an image saved by docker save")
        return _path(path, platform, name)
    except (BinaryError, ImageError) as fault:
        raise InputError(f"{file}: {fault}") from None
    except OSError as fault:
        raise InputError(f"{file}: {fault.strerror or fault}") from None


def _path(path: Path, platform: str, name: str) -> tuple[Fact, ...]:
    from troubleshooter.evidence import binary
    from troubleshooter.evidence.image import image_facts, inspect_image, looks_like_image

    if path.is_dir():
        return tuple(image_facts(inspect_image(path, platform, name)))
    if not path.is_file():
        raise InputError(f"{path}: neither a file nor a folder")
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if looks_like_image(head):
        return tuple(image_facts(inspect_image(path, platform, name)))
    return _program(binary.facts(path), path.name)


def _stream(stream: BinaryIO, platform: str, name: str) -> tuple[Fact, ...]:
    """Standard input: an image is read as it comes; a program is put aside, since its headers lie anywhere."""
    from troubleshooter.evidence import binary
    from troubleshooter.evidence.image import Prefixed, image_facts, inspect_image, looks_like_image

    head = _exactly(stream, _HEAD)
    if not head:
        raise InputError("standard input is empty; did the command before the pipe fail?")
    if looks_like_image(head):
        source: Any = Prefixed(head, stream)
        return tuple(image_facts(inspect_image(source, platform, name)))
    with tempfile.TemporaryFile() as kept:
        kept.write(head)
        size = len(head)
        while piece := stream.read(1 << 20):
            size += len(piece)
            if size > MAX_PROGRAM:
                raise InputError(f"standard input is larger than {MAX_PROGRAM >> 30} GB and no image; is it the right file?")
            kept.write(piece)
        kept.seek(0)
        return _program(binary.facts(cast(BinaryIO, kept)), "standard input")


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = b""
    while len(data) < size and (piece := stream.read(size - len(data))):
        data += piece
    return data


def _program(found: list[Fact], name: str) -> tuple[Fact, ...]:
    """The facts of a program, and what kind of entry point it would be."""
    known = {f.name: f.value for f in found}
    kind = known.get("binary.kind", "")
    entry = {"elf": "program", "mach-o": "program", "pe": "program", "script": "script", "archive": "archive"}.get(kind, "")
    more = [Fact("entry.kind", entry, "binary")] if entry else []
    return (*found, *more)


def over(evidence: Gathered, read: tuple[Fact, ...]) -> Gathered:
    """What was read of the file, laid over what the project says: an image answers itself what it starts and contains."""
    names = {f.name for f in read}
    image = any(f.source.startswith("image") for f in read)
    known = {f.name: f.value for f in read}
    family = known.get("final.family", "")
    if family:
        read = (*read, Fact("final.os", _SYSTEMS.get(family, family), "image"))
    if "final.glibc" in known:
        read = (*read, Fact("final.libc.version", known["final.glibc"], "image"))
    kept = [f for f in evidence.facts if f.source == "answered" or not (f.name in names or (image and f.name.startswith(_PLACED)))]
    return Gathered(evidence.log, (*read, *kept), evidence.findings, evidence.texts)
