"""Layers merged into one stored form: entries laid over each other, built, indexed, and packed one by one."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from troubleshooter.kb import build, source
from troubleshooter.kb.knowledge import Outline
from troubleshooter.kb.layers import Layer
from troubleshooter.kb.problem import Problem
from troubleshooter.kb.source import SourceError
from troubleshooter.kb.strata import CycleError, stratify
from troubleshooter.model import Cause, Rule, Signal

PLAIN_SECTIONS = ("questions", "facts", "images", "libraries", "tools", "modules", "tables", "releases", "concepts")
SECTIONS = ("signals", "causes", "deductions", "remedies", *PLAIN_SECTIONS)




def store(stack: Sequence[Layer], language: str, key: str) -> dict[str, Any]:
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
    from troubleshooter.kb.schema import FILE
    from troubleshooter.kb.schema import SECTIONS as SHAPES
    from troubleshooter.kb.shape import Record
    from troubleshooter.kb.shape import problems as shape_problems

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
    gates: dict[str, list[tuple[str, int, tuple[str, ...]]]] = {}
    patterns = {}
    for s in signals.values():
        every = [*s.patterns, *(p for block in s.blocks for p in block)]
        patterns[s.id] = pickle.dumps(tuple(every), 5)
        for position, pattern in enumerate(every):
            gates.setdefault(pattern.gate, []).append((s.id, position, pattern.words))
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
        "rules": {n: pickle.dumps(c.rules, 5) for n, c in causes.items()},
        "gates": {g: tuple(v) for g, v in gates.items()},
        "causes_of": {n: tuple(v) for n, v in causes_of.items()},
        "from_files": {n: tuple(v) for n, v in from_files.items()},
        "deductions": pickle.dumps(deductions, 5),
        "refines": {n: s.refines for n, s in signals.items() if s.refines},
        "outlines": {n: Outline(c.title, c.phase, c.kind, c.layer, c.consequences, tuple(c.neighbours)) for n, c in causes.items()},
    }
