"""Knowledge from its layers: files read, merged, built, and kept as one cache file keyed by content.

Layers, lowest first: built-in, installed packs (entry points ``troubleshooter.knowledge``), the user's folder, the
project's ``.troubleshooter/``, ``TROUBLESHOOTER_KNOWLEDGE``, ``--knowledge``. A later layer adds, overrides or switches off. What
is broken in a layer above the built-in one is reported and left out; the rest works.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterable, Mapping, Sequence

from troubleshooter.kb import build, source
from troubleshooter.kb.knowledge import Knowledge, Shelf
from troubleshooter.kb.source import Problem, SourceError
from troubleshooter.kb.strata import CycleError, stratify
from troubleshooter.model import Cause, Rule, Signal

PLAIN_SECTIONS = ("questions", "facts", "images", "libraries", "tools", "modules", "tables", "releases", "concepts")
SECTIONS = ("signals", "causes", "deductions", "remedies", *PLAIN_SECTIONS)
_FORMAT = 3  # of the cache file; raise it when Knowledge or the model changes shape


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
    parts = lambda p: p.relative_to(folder).parts  # noqa: E731
    return sorted((p for p in found if parts(p)[0] not in other), key=lambda p: (parts(p)[0] in ("ja",), parts(p)))


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
        stored = _store(stack, language, key)
        _write_cache(cache, key, stored)
    return _knowledge(stored)


def _code_stamp() -> str:
    """Changes when the code that builds the entries does, so that a developer never meets a stale cache."""
    here = Path(__file__).resolve().parents[1]
    return ",".join(str((here / n).stat().st_mtime_ns) for n in ("model.py", "text.py", "kb/build.py", "kb/pattern.py",
                                                                 "kb/load.py", "kb/conditions.py"))  # fmt: skip


# --- from layers to one stored dict --------------------------------------------------------------------------------


def _store(stack: Sequence[Layer], language: str, key: str) -> dict[str, Any]:
    problems: list[Problem] = []
    overrides: list[str] = []
    merged: dict[str, dict[str, Any]] = {section: {} for section in SECTIONS}
    origin: dict[tuple[str, str], str] = {}
    for layer in stack:
        for file, data in _documents(layer, problems):
            if file.split("/")[0] == "ja":
                _translate(merged, data)
                continue
            for section in SECTIONS:
                for name, entry in (data.get(section) or {}).items():
                    before = origin.get((section, name))
                    if before is not None:
                        overrides.append(f"{layer.name}: {section} {name} changes {before}")
                        entry = merge(merged[section][name], entry)
                    origin.setdefault((section, name), layer.name)
                    merged[section][name] = entry
    signals = _built(merged["signals"], lambda n, d: build.signal(n, d), problems, origin, "signals", stack)
    causes = _built(merged["causes"], lambda n, d: build.cause(n, d, merged["remedies"], origin["causes", n]),
                    problems, origin, "causes", stack)  # fmt: skip
    deductions = _deductions(merged["deductions"], problems, origin, stack)
    return {**_index(signals, causes, deductions), "tables": {s: pickle.dumps(merged[s], 5) for s in PLAIN_SECTIONS},
            "language": language, "hash": key[:16], "problems": tuple(problems), "overrides": tuple(overrides)}  # fmt: skip


def _documents(layer: Layer, problems: list[Problem]) -> Iterable[tuple[str, dict[str, Any]]]:
    for file, raw in layer.files:
        if layer.trusted:
            data = _trusted(file, raw, problems)
        else:
            data, found = checked(file, raw)
            problems += found
        if isinstance(data, dict):
            yield file, data


def _trusted(file: str, raw: bytes, problems: list[Problem]) -> Any:
    try:
        return source.parse(raw.decode("utf-8-sig"))
    except ValueError as fault:  # a developer's half-written file: the slow way tells where
        problems += checked(file, raw)[1] or [Problem(file, 1, 1, str(fault))]
    except source.YAML_ERROR:
        problems += checked(file, raw)[1]
    return None


def checked(file: str, raw: bytes) -> tuple[dict[str, Any], list[Problem]]:
    """The data of a file that is not ours: entries that break the schema are left out and reported."""
    from troubleshooter.kb.schema import FILE, SECTIONS as SHAPES
    from troubleshooter.kb.shape import Record, problems as shape_problems

    try:
        node = source.compose(source.decode(raw, file), file)
    except SourceError as fault:
        return {}, [fault.problem]
    if node is None:
        return {}, []
    if not hasattr(node, "value") or not isinstance(source.plain(node), dict):
        return {}, list(shape_problems(node, FILE, file, "the file"))
    data: dict[str, Any] = {}
    head = Record({k: v for k, v in FILE.fields.items()}, FILE.name)
    found: list[Problem] = []
    for key, value in source.entries(node):
        if key.value not in SHAPES:
            wrong = [p for p in shape_problems(node, head, file) if (p.line, p.column) >= (key.start_mark.line + 1, 1)
                     and p.line <= value.end_mark.line + 1]  # fmt: skip
            found += [p for p in wrong if key.value not in FILE.fields or p.line >= key.start_mark.line + 1]
            data[key.value] = source.plain(value)
            continue
        shape = SHAPES[key.value][0]
        kept: dict[str, Any] = {}
        if not list(source.entries(value)) and not isinstance(source.plain(value), dict):
            found += list(shape_problems(value, shape, file, repr(key.value)))
        for name, entry in source.entries(value):
            single = type(entry)  # the same checks as lint, entry by entry, so that one mistake costs one entry
            table = _one_entry(value, name, entry)
            wrong = list(shape_problems(table, shape, file, repr(key.value)))
            found += wrong
            if not any(p.severity == "error" for p in wrong) and single is not None:
                kept[name.value] = source.plain(entry)
        data[key.value] = kept
    return data, list(dict.fromkeys(found))


def _one_entry(parent: Any, name: Any, entry: Any) -> Any:
    import yaml

    return yaml.MappingNode(parent.tag, [(name, entry)], parent.start_mark, parent.end_mark)


def merge(below: Any, above: Any) -> Any:
    """``above`` laid over ``below``: mappings key by key, everything else replaced."""
    if isinstance(below, dict) and isinstance(above, dict):
        return {**below, **{k: merge(below[k], v) if k in below else v for k, v in above.items()}}
    return above


def _translate(merged: dict[str, dict[str, Any]], data: Mapping[str, Any]) -> None:
    for section in SECTIONS:
        for name, texts in (data.get(section) or {}).items():
            if name in merged[section]:
                merged[section][name] = translated(merged[section][name], texts)


def translated(entry: Any, texts: Any) -> Any:
    """``entry`` with the texts of a translation file laid over it: same keys, lists item by item."""
    if isinstance(entry, dict) and isinstance(texts, dict):
        return {k: translated(v, texts[k]) if k in texts else v for k, v in entry.items()}
    if isinstance(entry, list) and isinstance(texts, list):
        return [translated(e, texts[i]) if i < len(texts) else e for i, e in enumerate(entry)]
    return texts if isinstance(texts, str) and texts else entry


def _built(entries: Mapping[str, Any], make: Any, problems: list[Problem], origin: Mapping[tuple[str, str], str],
           section: str, stack: Sequence[Layer]) -> dict[str, Any]:  # fmt: skip
    built = {}
    for name, data in entries.items():
        if data.get("off") == "yes":
            continue
        try:
            built[name] = make(name, data)
        except (build.EntryError, KeyError, ValueError) as fault:
            problems.append(_placed(fault, section, name, stack))
    return built


def _deductions(entries: Mapping[str, Any], problems: list[Problem], origin: Mapping[tuple[str, str], str],
                stack: Sequence[Layer]) -> tuple[Rule, ...]:  # fmt: skip
    rules = _built(entries, build.deduction, problems, origin, "deductions", stack)
    while True:
        try:
            return stratify(list(rules.values()))
        except CycleError as fault:
            # leave out those of the highest layer: what was sound before it came stays sound
            names = [r.split("/", 1)[1] for r in fault.rules]
            ranks = {n: [layer.name for layer in stack].index(origin["deductions", n]) for n in names}
            for name in [n for n in names if ranks[n] == max(ranks.values())]:
                problems.append(_placed(fault, "deductions", name, stack))
                del rules[name]


def _placed(fault: Exception, section: str, name: str, stack: Sequence[Layer]) -> Problem:
    """The problem of an entry, at its place in the highest layer that names it."""
    path = (section, *fault.path) if isinstance(fault, build.EntryError) else (section, name)
    if isinstance(fault, build.EntryError) and path[1] != name:
        path = (section, name, *fault.path)
    says = f"lacks {fault.args[0]!r}" if isinstance(fault, KeyError) else str(fault)
    cure = fault.cure if isinstance(fault, build.EntryError) else ""
    for layer in reversed(stack):
        for file, raw in layer.files:
            if f"{name}:".encode() not in raw:
                continue
            try:
                node = source.compose(raw.decode("utf-8-sig", "replace"), file)
            except SourceError:
                continue
            if name in (source.plain(node) or {}).get(section, {}) if node is not None else False:
                return Problem(file, *source.locate(node, path), f"{section} {name}: {says}", cure)
    return Problem(section, 1, 1, f"{name}: {says}", cure)


def _index(signals: Mapping[str, Signal], causes: Mapping[str, Cause], deductions: tuple[Rule, ...]) -> dict[str, Any]:
    gates: dict[str, list[tuple[str, int]]] = {}
    patterns = {}
    for s in signals.values():
        every = [*s.patterns, *(p for block in s.blocks for p in block)]
        patterns[s.id] = pickle.dumps(tuple(every), 5)
        for position, pattern in enumerate(every):
            gates.setdefault(pattern.gate, []).append((s.id, position))
    causes_of: dict[str, list[str]] = {}
    from_files: dict[str, list[frozenset[str]]] = {}
    for c in causes.values():
        for r in c.rules:
            for branch in r.branches:
                positive = [l for l in branch if not l.negated]
                for literal in positive:
                    if literal.kind == "signal" and c.id not in causes_of.setdefault(literal.name, []):
                        causes_of[literal.name].append(c.id)
                if r.favours and not any(l.kind == "signal" for l in positive):
                    from_files.setdefault(c.id, []).append(frozenset(l.name for l in positive))
    return {
        "signals": {n: pickle.dumps(s, 5) for n, s in signals.items()},
        "patterns": patterns,
        "causes": {n: pickle.dumps(c, 5) for n, c in causes.items()},
        "gates": {g: tuple(v) for g, v in gates.items()},
        "causes_of": {n: tuple(v) for n, v in causes_of.items()},
        "from_files": {n: tuple(v) for n, v in from_files.items()},
        "deductions": pickle.dumps(deductions, 5),
        "refines": {n: s.refines for n, s in signals.items() if s.refines},
        "titles": {n: c.title for n, c in causes.items()},
        "layers": {n: c.layer for n, c in causes.items()},
    }


def _knowledge(stored: Mapping[str, Any]) -> Knowledge:
    from troubleshooter import __version__

    return Knowledge(
        signals=Shelf(stored["signals"]), causes=Shelf(stored["causes"]), patterns=Shelf(stored["patterns"]),
        gates=stored["gates"], causes_of=stored["causes_of"], from_files=stored["from_files"],
        deductions=pickle.loads(stored["deductions"]), refines=stored["refines"], tables=Shelf(stored["tables"]),
        titles=stored["titles"], layers=stored["layers"], language=stored["language"], version=__version__,
        hash=stored["hash"], problems=stored["problems"], overrides=stored["overrides"],
    )  # fmt: skip


# --- the cache file ------------------------------------------------------------------------------------------------


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
