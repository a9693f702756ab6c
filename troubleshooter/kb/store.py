"""Layers merged into one stored form: entries laid over each other, built, indexed, and packed one by one."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from troubleshooter.frozen import dataclass
from troubleshooter.kb import build, source
from troubleshooter.kb.knowledge import PLAIN_SECTIONS, Outline
from troubleshooter.kb.layers import PROJECT, File, Layer
from troubleshooter.kb.problem import Problem
from troubleshooter.kb.strata import CycleError, stratify
from troubleshooter.model import Cause, Rule, Signal

SECTIONS = ("signals", "causes", "deductions", "remedies", *PLAIN_SECTIONS)


@dataclass
class _Stack:
    """The layers while they are laid over each other."""

    layers: Sequence[Layer]
    merged: dict[str, dict[str, Any]] = field(default_factory=lambda: {section: {} for section in SECTIONS})
    origin: dict[tuple[str, str], str] = field(default_factory=dict)
    """The layer that an entry first came from."""
    remedies: dict[tuple[str, str], str] = field(default_factory=dict)
    """(cause, remedy) -> the layer that last said something of it, where it is not the cause's own."""
    problems: list[Problem] = field(default_factory=list)
    overrides: list[str] = field(default_factory=list)


def store(stack: Sequence[Layer], language: str, key: str) -> dict[str, Any]:
    """The stored form of ``stack``: what is wrong in a layer above the built-in one is listed in it and left out."""
    s = _Stack(stack)
    for layer in stack:
        s.problems += layer.problems
        for file in layer.files:
            data = _data(layer, file, s)
            if file.language:
                _translate(s.merged, data)
            else:
                _lay(layer, data, s)
    _refuse_image_cycles(s)
    signals = _built("signals", build.signal, s)
    causes = _built("causes", lambda n, d: build.cause(n, d, s.merged["remedies"], s.origin["causes", n], _remedy_layers(n, s)), s)
    deductions = _deductions(s)
    tables = {section: {n: e for n, e in s.merged[section].items() if not _off(e)} for section in PLAIN_SECTIONS}
    return {
        **_index(signals, causes, deductions),
        "tables": {n: pickle.dumps(t, 5) for n, t in tables.items()},
        "language": language,
        "hash": key[:16],
        "problems": tuple(dict.fromkeys(s.problems)),
        "overrides": tuple(s.overrides),
        "notes": _notes(s, language),
    }


def _data(layer: Layer, file: File, s: _Stack) -> Mapping[str, Any]:
    if layer.trusted:
        try:
            data = source.parse(file.raw.decode("utf-8-sig"))
            return data if isinstance(data, dict) else {}
        except (ValueError, source.YAML_ERROR):
            pass  # a developer's half-written file: the slow way tells where
    from troubleshooter.kb.document import Document

    document = Document(file.name, file.raw, s.merged)
    s.problems += [p for p in document.problems if p.severity == "error"]
    return document.data


def _lay(layer: Layer, data: Mapping[str, Any], s: _Stack) -> None:
    """Lays the entries of one file over what is there."""
    for section in SECTIONS:
        fresh: dict[str, Any] = {}
        for name, entry in (data.get(section) or {}).items():
            below = s.merged[section].get(name)
            if below is None:
                s.origin[section, name] = layer.name
                fresh[name] = entry
                continue
            from troubleshooter.kb.schema import SECTIONS as SHAPES
            from troubleshooter.kb.shape import merged

            s.overrides += [f"{layer.name}: {section} {name} of {s.origin[section, name]}: {what}" for what in _changes(below, entry)]
            s.merged[section][name] = merged(below, entry, SHAPES[section][0].of)
            if section == "causes":
                s.remedies.update({(name, key): layer.name for key in entry.get("remedies") or {}})
        if section == "images":  # the first that fits is taken: a later layer knows its own images better
            s.merged[section] = {**fresh, **s.merged[section]}
        else:
            s.merged[section].update(fresh)


def _off(entry: Any) -> bool:
    return isinstance(entry, dict) and entry.get("off") == "yes"


def _changes(below: Mapping[str, Any], above: Any) -> Iterator[str]:
    """What ``above`` changes, in words: single rules and remedies by name, all else by key."""
    if not isinstance(above, Mapping):
        yield "replaced"
        return
    if _off(above):
        yield "switched off"
        return
    for key, value in above.items():
        if not isinstance(value, dict):
            yield f"{key} {'replaced' if key in below else 'added'}"
            continue
        for name, inner in value.items():
            known = name in (below.get(key) or {})
            yield f"{key} {name} " + ("switched off" if _off(inner) else "changed" if known else "added")


def _remedy_layers(cause: str, s: _Stack) -> dict[str, str]:
    return {key: layer for (name, key), layer in s.remedies.items() if name == cause}


def _notes(s: _Stack, language: str) -> tuple[str, ...]:
    """What a report must say of where its knowledge comes from."""
    layer = next((layer for layer in s.layers if layer.name == PROJECT), None)
    if layer is None:
        return ()
    if language == "ja":
        return (f"知識: プロジェクト付属の {layer.folder} も使用しました(データのみ。その変更案は確認後に適用されます)",)
    return (f"knowledge: {layer.folder} came with the project (data only; its edits are applied only after a question)",)


def _refuse_image_cycles(s: _Stack) -> None:
    """Takes out images that are like themselves by way of others: looking one up would not end."""
    from troubleshooter.kb.images import entry_of

    images = s.merged["images"]
    for name in [n for n, e in images.items() if s.origin["images", n] != "built-in" and not _off(e)]:
        seen, here = [name], images[name]
        while here is not None and "like" in here:
            found = entry_of(here["like"], images)
            if found == seen[-1]:  # one entry for several tags of the same image
                break
            if found in seen:
                s.problems.append(
                    _placed(
                        build.EntryError((name, "like"), f"is made from itself: {' -> '.join([*seen, found])}", "name another image"),
                        "images",
                        name,
                        s.layers,
                    )
                )
                del images[name]
                break
            seen.append(found or "")
            here = images.get(found or "")


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


def _built(section: str, make: Callable[[str, Any], Any], s: _Stack) -> dict[str, Any]:
    built = {}
    for name, data in s.merged[section].items():
        if _off(data):
            continue
        try:
            built[name] = make(name, data)
        except (build.EntryError, KeyError, ValueError) as fault:
            s.problems.append(_placed(fault, section, name, s.layers))
    return built


def _deductions(s: _Stack) -> tuple[Rule, ...]:
    rules = _built("deductions", build.deduction, s)
    while True:
        try:
            return stratify(list(rules.values()))
        except CycleError as fault:
            # leave out those of the highest layer: what was sound before it came stays sound
            names = [r.split("/", 1)[1] for r in fault.rules]
            ranks = {n: [layer.name for layer in s.layers].index(s.origin["deductions", n]) for n in names}
            for name in [n for n in names if ranks[n] == max(ranks.values())]:
                s.problems.append(_placed(fault, "deductions", name, s.layers))
                del rules[name]


def _placed(fault: Exception, section: str, name: str, stack: Sequence[Layer]) -> Problem:
    """The problem of an entry, at its place in the highest layer that names it."""
    from troubleshooter.kb.document import Document

    inner = fault.path if isinstance(fault, build.EntryError) else (name,)
    path = (section, *inner) if inner[:1] == (name,) else (section, name, *inner)
    says = f"lacks {fault.args[0]!r}" if isinstance(fault, KeyError) else str(fault)
    cure = (
        fault.cure
        if isinstance(fault, build.EntryError)
        else "break the circle: one of them must not wait"
        if isinstance(fault, CycleError)
        else ""
    )
    fallback = None
    for layer in reversed(stack):
        for file in layer.files:
            if file.language or f"{name}:".encode() not in file.raw:
                continue
            document = Document(file.name, file.raw)
            if document.node is None or name not in (source.plain(document.node).get(section) or {}):
                continue
            problem = document.at(path, f"{section} {name}: {says}", cure)
            if len(path) < 4 or problem.line > document.at(path[:2], "").line:
                return problem
            fallback = fallback or problem  # the layer that changes the entry need not be the one that says what is wrong
    return fallback or Problem(section, 1, 1, f"{name}: {says}", cure)


def _index(signals: Mapping[str, Signal], causes: Mapping[str, Cause], deductions: tuple[Rule, ...]) -> dict[str, Any]:
    gates: dict[str, list[tuple[str, int, tuple[str, ...]]]] = {}
    patterns = {}
    for s in signals.values():
        every = [*s.patterns, *(p for block in s.blocks for p in block)]
        patterns[s.id] = pickle.dumps(tuple(every), 5)
        for position, pattern in enumerate(every):
            needed = sorted(pattern.literals, key=lambda l: pattern.gate in l)  # the gate itself is there already
            gates.setdefault(pattern.gate, []).append((s.id, position, tuple(needed)))
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
        "gates": {g: pickle.dumps(tuple(v), 5) for g, v in gates.items()},
        "causes_of": {n: tuple(v) for n, v in causes_of.items()},
        "from_files": {n: tuple(v) for n, v in from_files.items()},
        "deductions": pickle.dumps(deductions, 5),
        "refines": {n: s.refines for n, s in signals.items() if s.refines},
        "outlines": {
            n: Outline(c.title, c.phase, c.kind, c.frequency, c.layer, c.consequences, tuple(c.neighbours), c.shows)
            for n, c in causes.items()
        },
    }
