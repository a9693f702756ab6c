"""Knowledge from its layers: merged, built, and kept as one cache file keyed by content.

A later layer adds, overrides or switches off. What is broken in a layer above the built-in one is reported and left
out; the rest works.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from troubleshooter.kb.knowledge import Knowledge, Shelf
from troubleshooter.kb.layers import KnowledgeError, Layer, builtin_folder, cache_folder, layers, read_layer

__all__ = ["KnowledgeError", "Layer", "assemble", "builtin_folder", "layers", "load_knowledge", "read_layer"]

_FORMAT = 3  # of the cache file; raise it when Knowledge or the model changes shape


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
    digest = hashlib.sha256(f"{_FORMAT} {language} {sys.version_info[:2]} {_code_stamp()}".encode())
    for layer in stack:
        digest.update(layer.name.encode())
        for name, raw in layer.files:
            digest.update(name.encode() + b"\0" + raw + b"\0")
    key = digest.hexdigest()
    stored = _read_cache(cache, key)
    if stored is None:
        from troubleshooter.kb.store import store  # reading YAML is only needed where the cache does not serve

        stored = store(stack, language, key)
        _write_cache(cache, key, stored)
    return _knowledge(stored)


def _code_stamp() -> str:
    """Changes when the code that builds the entries does, so that a developer never meets a stale cache."""
    here = Path(__file__).resolve().parents[1]
    return ",".join(str((here / n).stat().st_mtime_ns) for n in ("model.py", "text.py", "kb/build.py", "kb/pattern.py",
                                                                 "kb/store.py", "kb/conditions.py"))  # fmt: skip


def _knowledge(stored: Mapping[str, Any]) -> Knowledge:
    from troubleshooter import __version__

    return Knowledge(
        signals=Shelf(stored["signals"]), causes=Shelf(stored["causes"]), patterns=Shelf(stored["patterns"]),
        gates=stored["gates"], causes_of=stored["causes_of"], from_files=stored["from_files"],
        deductions=pickle.loads(stored["deductions"]), refines=stored["refines"], tables=Shelf(stored["tables"]),
        titles=stored["titles"], layers=stored["layers"], language=stored["language"], version=__version__,
        hash=stored["hash"], problems=stored["problems"], overrides=stored["overrides"],
    )  # fmt: skip


def _read_cache(folder: Path | None, key: str) -> dict[str, Any] | None:
    if folder is None:
        return None
    try:
        found = pickle.loads((folder / f"knowledge-{key[:16]}.cache").read_bytes())
        return found if isinstance(found, dict) and found.get("key") == key else None
    except Exception:  # absent, cut short, of another version: whatever is wrong with it, it is only a cache
        return None


def _write_cache(folder: Path | None, key: str, stored: dict[str, Any]) -> None:
    """Best effort and atomic: two writers leave one whole file, and a read-only home leaves none."""
    if folder is None:
        return
    import tempfile

    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, name = tempfile.mkstemp(dir=folder, prefix="knowledge-", suffix=".tmp")
        with os.fdopen(descriptor, "wb") as out:
            pickle.dump({**stored, "key": key}, out, 5)
        os.replace(name, folder / f"knowledge-{key[:16]}.cache")
        stale = sorted(folder.glob("knowledge-*.cache"), key=lambda p: p.stat().st_mtime)[:-6]
        for old in stale:
            old.unlink(missing_ok=True)
    except OSError:
        return
