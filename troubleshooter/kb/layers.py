"""Where knowledge lies: the layers, lowest first, and their files.

Built-in, installed packs (entry points ``troubleshooter.knowledge``), the user's folder, the project's ``.troubleshooter/``,
``TROUBLESHOOTER_KNOWLEDGE``, ``--knowledge``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from troubleshooter.errors import InputError
from troubleshooter.frozen import dataclass
from troubleshooter.kb.problem import Problem

TRANSLATED = ("ja",)
"""Languages beside English; a pack's translations lie in a folder of that name."""
PROJECT = "project"
"""Name of the layer that comes with a project: nobody has vouched for what it says."""
MAX_BYTES = 4_000_000
MAX_FILES = 500
MAX_ENTRIES = 20_000


class File(NamedTuple):
    """One knowledge file: its name in messages, its bytes, and the language where it holds translations."""

    name: str
    raw: bytes
    language: str = ""


@dataclass(frozen=True)
class Layer:
    """One source of knowledge: its name, its files, whether lint has vouched for it, and what could not be read of it."""

    name: str
    files: tuple[File, ...]
    trusted: bool = False
    folder: str = ""
    problems: tuple[Problem, ...] = ()


UNREADABLE = "unreadable"
"""Rule of the problem of a file that cannot be read, while others of its folder can."""


class KnowledgeError(InputError):
    """A knowledge folder that cannot be read at all, or a built-in one that is broken."""


def builtin_folder() -> Path:
    """Where the built-in YAML lies: inside the package of a wheel, beside it in a checkout or an editable install."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "knowledge", package.parent / "knowledge"):
        if (folder / "facts.yaml").is_file():
            return folder
    raise KnowledgeError(f"the knowledge folder is missing beside {package}; install troubleshooter again")


def read_layer(name: str, folder: Path, language: str, trusted: bool = False, shown: str | None = None) -> Layer:
    """The layer of ``folder`` (or of one YAML file): English, and what is translated into ``language`` (``all``: whatever there is).

    ``shown`` is what its file names begin with in messages; without it they are relative to the working directory.
    Raises KnowledgeError when there is nothing to read.
    """
    if not folder.exists():
        raise KnowledgeError(f"{folder}: no such knowledge folder; write one with `troubleshooter kb new --into {folder}`")
    found = [((folder.name,), str(folder))] if folder.is_file() else _listed(str(folder), language)
    if not found and not trusted:
        raise KnowledgeError(f"{folder}: no .yaml file in it; write a pack with `troubleshooter kb new --into {folder}`")
    files: list[File] = []
    problems: list[Problem] = []
    for parts, path in found:
        title = "/".join(parts) if trusted else os.path.relpath(path).replace(os.sep, "/")
        try:
            with open(path, "rb", buffering=0) as stream:
                raw = stream.read(MAX_BYTES + 1)
        except OSError as fault:
            if trusted or len(found) == 1:
                raise KnowledgeError(f"{fault.filename}: {fault.strerror}; check its permissions") from None
            problems.append(Problem(title, 1, 1, f"cannot be read: {fault.strerror}", "check its permissions", rule=UNREADABLE))
            continue
        files.append(File(f"{shown}/{title}" if shown else title, raw, parts[0] if len(parts) > 1 and parts[0] in TRANSLATED else ""))
    return Layer(name, tuple(files), trusted, str(folder), tuple(problems))


def yaml_files(folder: Path, language: str = "all") -> list[Path]:
    """The knowledge files of a pack: not what is hidden, nor what belongs to a recorded case. Translations come last.

    Raises KnowledgeError for a folder that cannot be listed or holds more than any knowledge needs.
    """
    return [Path(path) for _, path in _listed(str(folder), language)]


def _listed(folder: str, language: str) -> list[tuple[tuple[str, ...], str]]:
    """The same as (parts below ``folder``, path); in plain strings, since every run goes through here."""
    found: list[tuple[tuple[str, ...], str]] = []
    waiting: list[tuple[tuple[str, ...], str]] = [((), folder)]
    seen = 0
    while waiting:
        above, here = waiting.pop()
        try:
            with os.scandir(here) as listing:
                entries = list(listing)
        except OSError as fault:
            raise KnowledgeError(f"{fault.filename}: {fault.strerror}; check its permissions") from None
        seen += len(entries)
        if seen > MAX_ENTRIES or len(found) > MAX_FILES:
            raise KnowledgeError(f"{folder}: more files than a knowledge folder holds; name the folder of the pack itself")
        if any(e.name == "case.yaml" for e in entries):
            continue  # a recorded case, with whatever else lies there
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.name.endswith(".yaml") and entry.is_file(follow_symlinks=False):
                found.append(((*above, entry.name), entry.path))
            elif entry.is_dir(follow_symlinks=False):
                waiting.append(((*above, entry.name), entry.path))
    # translations come last: they are laid over what they translate
    found.sort(key=lambda n: (len(n[0]) > 1 and n[0][0] in TRANSLATED, n[0]))
    return [f for f in found if language == "all" or len(f[0]) == 1 or f[0][0] not in TRANSLATED or f[0][0] == language]


def layers(
    extra: Sequence[Path] = (), project: Path | None = None, language: str = "en", environ: Mapping[str, str] = os.environ
) -> tuple[Layer, ...]:
    """All layers that exist, lowest first. Raises KnowledgeError only for those that were named and cannot be read."""
    found = [read_layer("built-in", builtin_folder(), language, trusted=True)]
    found += _installed(language)
    for name, folder in (("user", user_folder(environ)), (PROJECT, project / ".troubleshooter" if project is not None else None)):
        if folder is not None and os.path.isdir(folder):  # False too where the home cannot be entered
            found.append(_as_found(name, folder, language))
    named = [Path(p) for p in environ.get("TROUBLESHOOTER_KNOWLEDGE", "").split(os.pathsep) if p]
    found += [read_layer(str(p), p, language) for p in (*named, *extra)]
    return tuple(layer for layer in found if layer.files or layer.problems)


def _as_found(name: str, folder: Path, language: str) -> Layer:
    """A folder that nobody named: what cannot be read of it is said, and stops nothing. An empty one is no layer."""
    try:
        return read_layer(name, folder, language) if yaml_files(folder) else Layer(name, ())
    except KnowledgeError as fault:
        says, _, cure = str(fault).partition("; ")
        return Layer(name, (), problems=(Problem(os.path.relpath(folder), 1, 1, says, cure),))


def _installed(language: str) -> list[Layer]:
    # importlib.metadata reads every installed distribution: only worth it where a pack could have left its mark
    roots = [Path(p) for p in sys.path if p.endswith(("site-packages", "dist-packages"))]
    marked = [f for r in roots for f in r.glob("*.dist-info/entry_points.txt")]
    if not any(b"[troubleshooter.knowledge]" in f.read_bytes() for f in marked if f.stat().st_size < 65536):
        return []
    from importlib.metadata import entry_points

    found = []
    for point in sorted(entry_points(group="troubleshooter.knowledge"), key=lambda p: p.name):
        folder = _package_folder(point.value)
        if folder is None:
            problem = Problem(
                f"entry point {point.name}", 1, 1, f"no package {point.value!r} is installed", "reinstall or remove that pack"
            )
            found.append(Layer(point.name, (), problems=(problem,)))
        else:
            found.append(_as_found(point.name, folder, language))
    return found


def _package_folder(value: str) -> Path | None:
    """Where the package of an entry point lies (``acme_pack`` or ``acme_pack:knowledge`` for a folder in it); none of its code runs."""
    from importlib.util import find_spec

    package, _, inner = value.partition(":")
    first, *rest = package.strip().split(".")
    try:
        spec = find_spec(first)
    except (ImportError, ValueError):
        return None
    for place in (spec.submodule_search_locations or []) if spec is not None else []:
        folder = Path(place, *rest, *filter(None, inner.strip().split(".")))
        if folder.is_dir():
            return folder
    return None


def user_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """The user's own knowledge folder, by the custom of the system."""
    return _base(environ, "XDG_CONFIG_HOME", ".config", "Application Support", "APPDATA") / "troubleshooter" / "knowledge"


def cache_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where compiled knowledge is kept between runs."""
    return _base(environ, "XDG_CACHE_HOME", ".cache", "Caches", "LOCALAPPDATA") / "troubleshooter"


def _base(environ: Mapping[str, str], xdg: str, unix: str, mac: str, windows: str) -> Path:
    # the three lines of platformdirs that are needed here; its import would cost a tenth of the whole run
    if environ.get(xdg):
        return Path(environ[xdg])
    home = Path(environ.get("HOME") or os.path.expanduser("~"))
    if sys.platform == "win32":
        return Path(environ.get(windows) or home / "AppData" / "Local")
    return home / "Library" / mac if sys.platform == "darwin" else home / unix
