"""Knowledge from its layers: merged, built, and kept as one cache file keyed by content.

A later layer adds, overrides or switches off. What is broken in a layer above the built-in one is reported and left
out; the rest works.
"""

from __future__ import annotations

import gc
import os
import pickle
import zlib
from collections.abc import Mapping, Sequence
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

from troubleshooter.kb.knowledge import Knowledge, Shelf
from troubleshooter.kb.layers import KnowledgeError, Layer, builtin_folder, cache_folder, layers, read_layer

try:
    from _blake2 import blake2b  # without OpenSSL, whose loading hashlib begins with
except ImportError:
    from hashlib import blake2b

__all__ = ["KnowledgeError", "Layer", "assemble", "builtin_folder", "layers", "load_knowledge", "read_layer"]

COMPILED = ".compiled"
"""Folder beside the built-in YAML where a build leaves it compiled."""
_FORMAT = 11  # of the cache file; raise it when Knowledge or the model changes shape
_SHELVES = ("signals", "causes", "rules", "patterns", "gates", "tables")


def load_knowledge(
    extra: Sequence[Path] = (), project: Path | None = None, language: str = "en", environ: Mapping[str, str] = os.environ,
    cache: bool = True,
) -> Knowledge:  # fmt: skip
    """The knowledge of all layers in ``language``, from the cache where the files are still the same.

    Raises KnowledgeError when a folder that was named cannot be read; entries that are broken are left out and listed in
    ``problems``.
    """
    return assemble(layers(extra, project, language, environ), language, cache_folder(environ) if cache else None)


def assemble(stack: Sequence[Layer], language: str = "en", cache: Path | None = None) -> Knowledge:
    """Knowledge from ``stack``; ``cache`` is the folder of the cache file, None for none."""
    key = _key(stack, language)
    found: tuple[dict[str, Any], bytes | memoryview] | None = _read(cache / _file_name(key), key) if cache is not None else None
    found = found or _read(builtin_folder() / COMPILED / _file_name(key), key)
    if found is None:
        from troubleshooter.kb.store import store  # reading YAML is only needed where no cache serves

        found = _apart(store(stack, language, key), key)
        if cache is not None:
            write_compiled(cache, key, *found)
            _tidy(cache)
    return _knowledge(*found)


def compile_builtin(language: str, folder: Path) -> Path:
    """Compiles the built-in knowledge alone into ``folder``, for a wheel that starts fast before any cache exists."""
    from troubleshooter.kb.store import store

    stack = (read_layer("built-in", builtin_folder(), language, trusted=True),)
    key = _key(stack, language)
    write_compiled(folder, key, *_apart(store(stack, language, key), key))
    return folder / _file_name(key)


def _key(stack: Sequence[Layer], language: str) -> str:
    digest = blake2b(f"{_FORMAT} {language} {_code_stamp()}".encode())
    for layer in stack:
        digest.update(layer.name.encode("utf-8", "surrogateescape"))
        for file in layer.files:
            digest.update(f"{file.name}\0{file.language}\0".encode("utf-8", "surrogateescape") + file.raw + b"\0")
        digest.update("".join(map(str, layer.problems)).encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _file_name(key: str) -> str:
    return f"knowledge-{key[:16]}.cache"


def _code_stamp() -> int:
    """Changes when the code that builds the entries does, so that nobody meets entries of another shape."""
    here = Path(__file__).resolve().parents[1]
    names = (
        "model.py",
        "text.py",
        "kb/build.py",
        "kb/pattern.py",
        "kb/regexes.py",
        "kb/store.py",
        "kb/conditions.py",
        "kb/document.py",
        "kb/shape.py",
        "kb/schema.py",
    )
    return zlib.crc32(b"".join((here / name).read_bytes() for name in names))


def _apart(stored: Mapping[str, Any], key: str) -> tuple[dict[str, Any], bytes]:
    """What is always needed, and (one after the other) the packed entries of which a run takes down a few."""
    region = bytearray()
    head = {**stored, "key": key}
    for shelf in _SHELVES:
        places = head[shelf] = {}
        for name, packed in stored[shelf].items():
            places[name] = (len(region), len(region) + len(packed))
            region += packed
    head["size"] = len(region)
    return head, bytes(region)


def _knowledge(stored: Mapping[str, Any], region: bytes | memoryview) -> Knowledge:
    from troubleshooter import __version__

    return Knowledge(
        signals=Shelf(region, stored["signals"]), causes=Shelf(region, stored["causes"]),
        rules=Shelf(region, stored["rules"]), patterns=Shelf(region, stored["patterns"]),
        gates=Shelf(region, stored["gates"]), causes_of=stored["causes_of"], from_files=stored["from_files"],
        deductions=pickle.loads(stored["deductions"]), refines=stored["refines"], tables=Shelf(region, stored["tables"]),
        outlines=stored["outlines"], language=stored["language"], version=__version__,
        hash=stored["hash"], problems=stored["problems"], overrides=stored["overrides"], notes=stored["notes"],
    )  # fmt: skip


def _read(path: Path, key: str) -> tuple[dict[str, Any], memoryview] | None:
    try:
        with open(path, "rb") as stream:
            whole = memoryview(mmap(stream.fileno(), 0, access=ACCESS_READ))
        end = 8 + int.from_bytes(whole[:8], "little")
        head = _unpacked(whole[8:end])
        return (head, whole[end:]) if head["key"] == key and head["size"] == len(whole) - end else None
    except Exception:  # absent, cut short, of another version: whatever is wrong with it, it is only a cache
        return None


def _unpacked(packed: memoryview) -> Any:
    collecting = gc.isenabled()
    gc.disable()  # ten thousand tuples that all stay: looking through them for garbage takes longer than making them
    try:
        return pickle.loads(packed)
    finally:
        if collecting:
            gc.enable()


def write_compiled(folder: Path, key: str, head: dict[str, Any], region: bytes) -> None:
    """Best effort and atomic: two writers leave one whole file, and a read-only home leaves none."""
    import tempfile

    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, name = tempfile.mkstemp(dir=folder, prefix="knowledge-", suffix=".tmp")
        with os.fdopen(descriptor, "wb") as out:
            packed = pickle.dumps(head, 5)
            out.write(len(packed).to_bytes(8, "little") + packed)
            out.write(region)
        os.chmod(name, 0o644)
        os.replace(name, folder / _file_name(key))
    except OSError:
        return


def _tidy(folder: Path) -> None:
    """Keeps the newest few cache files."""
    try:
        for old in sorted(folder.glob("knowledge-*.cache"), key=lambda p: p.stat().st_mtime)[:-6]:
            old.unlink(missing_ok=True)
    except OSError:
        return
