"""Where knowledge lies: the layers, lowest first, and their files.

Built-in, installed packs (entry points ``troubleshooter.knowledge``), the user's folder, the project's ``.troubleshooter/``,
``TROUBLESHOOTER_KNOWLEDGE``, ``--knowledge``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from troubleshooter.frozen import dataclass


@dataclass(frozen=True)
class Layer:
    """One source of knowledge: its name, its files as (name to show, bytes), and whether lint has vouched for it."""

    name: str
    files: tuple[tuple[str, bytes], ...]
    trusted: bool = False


class KnowledgeError(Exception):
    """A knowledge folder that cannot be read at all, or a built-in one that is broken."""


def builtin_folder() -> Path:
    """Where the built-in YAML lies: inside the package of a wheel, beside it in a checkout or an editable install."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "knowledge", package.parent / "knowledge"):
        if (folder / "facts.yaml").is_file():
            return folder
    raise KnowledgeError(f"the knowledge folder is missing beside {package}; install troubleshooter again")


def read_layer(name: str, folder: Path, language: str, trusted: bool = False) -> Layer:
    """The layer of ``folder`` (or of one YAML file). Raises KnowledgeError when there is nothing to read."""
    paths = [folder] if folder.is_file() else _yaml_files(folder, language)
    if not paths and not trusted:
        raise KnowledgeError(f"{folder}: no such knowledge folder, or no .yaml file in it; write one with `troubleshooter kb new`")
    base = folder if folder.is_dir() else folder.parent
    try:
        return Layer(name, tuple((_shown(p, base, trusted), p.read_bytes()) for p in paths), trusted)
    except OSError as fault:
        raise KnowledgeError(f"{fault.filename}: {fault.strerror}") from None


def _yaml_files(folder: Path, language: str) -> list[Path]:
    if not folder.is_dir():
        return []
    found = [p for p in folder.rglob("*.yaml") if p.is_file() and not p.is_symlink()]
    other = {"ja"} - {language}
    named = sorted((p.relative_to(folder).parts, p) for p in found)
    # translations come last: they are laid over what they translate
    return [p for parts, p in sorted(named, key=lambda n: n[0][0] == "ja") if parts[0] not in other]


def _shown(path: Path, base: Path, trusted: bool) -> str:
    return path.relative_to(base).as_posix() if trusted else os.path.relpath(path).replace(os.sep, "/")


def layers(
    extra: Sequence[Path] = (), project: Path | None = None, language: str = "en", environ: Mapping[str, str] = os.environ
) -> tuple[Layer, ...]:
    """All layers that exist, lowest first."""
    found = [read_layer("built-in", builtin_folder(), language, trusted=True)]
    found += _installed(language)
    user = user_folder(environ)
    if user.is_dir():
        found.append(read_layer("user", user, language))
    if project is not None and (project / ".troubleshooter").is_dir():
        found.append(read_layer("project", project / ".troubleshooter", language))
    named = [Path(p) for p in environ.get("TROUBLESHOOTER_KNOWLEDGE", "").split(os.pathsep) if p]
    found += [read_layer(str(p), p, language) for p in (*named, *extra)]
    return tuple(layer for layer in found if layer.files)


def _installed(language: str) -> list[Layer]:
    # importlib.metadata reads every installed distribution: only worth it where a pack could have left its mark
    roots = [Path(p) for p in sys.path if p.endswith(("site-packages", "dist-packages"))]
    marked = [f for r in roots for f in r.glob("*.dist-info/entry_points.txt")]
    if not any(b"[troubleshooter.knowledge]" in f.read_bytes() for f in marked if f.stat().st_size < 65536):
        return []
    from importlib.metadata import entry_points

    found = []
    for point in sorted(entry_points(group="troubleshooter.knowledge"), key=lambda p: p.name):
        folder = point.load()
        found.append(read_layer(point.name, Path(os.fspath(folder() if callable(folder) else folder)), language))
    return found


def user_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """The user's own knowledge folder, by the custom of the system."""
    return _base(environ, "XDG_CONFIG_HOME", ".config", "Application Support", "APPDATA") / "troubleshooter" / "knowledge"


def cache_folder(environ: Mapping[str, str] = os.environ) -> Path:
    return _base(environ, "XDG_CACHE_HOME", ".cache", "Caches", "LOCALAPPDATA") / "troubleshooter"


def _base(environ: Mapping[str, str], xdg: str, unix: str, mac: str, windows: str) -> Path:
    # the three lines of platformdirs that are needed here; its import would cost a tenth of the whole run
    if environ.get(xdg):
        return Path(environ[xdg])
    home = Path(environ.get("HOME") or os.path.expanduser("~"))
    if sys.platform == "win32":
        return Path(environ.get(windows) or home / "AppData" / "Local")
    return home / "Library" / mac if sys.platform == "darwin" else home / unix
