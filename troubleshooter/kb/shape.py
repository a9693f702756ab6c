"""A small language for what a YAML value must look like; ``kb/schema.py`` says it for the knowledge.

One description serves four readers: the loader (problems at file:line:column, and how a later layer is laid over an
earlier one), editors (JSON Schema) and people (the reference page).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from troubleshooter.frozen import dataclass
from troubleshooter.kb.problem import Problem, did_you_mean


@dataclass(frozen=True)
class Text:
    """A scalar; ``choices`` limits it to words, ``form`` to a regular expression (``like`` shows a valid one)."""

    choices: tuple[str, ...] = ()
    form: str = ""
    like: str = ""
    empty: bool = False


@dataclass(frozen=True)
class Items:
    """A list; a single value counts as a list of one where ``single`` says so. ``grows``: a later layer adds to it."""

    of: Any
    single: bool = False
    grows: bool = False


@dataclass(frozen=True)
class Table:
    """A mapping whose keys are free (or must have ``form``)."""

    of: Any
    form: str = ""
    like: str = ""


@dataclass(frozen=True)
class Free:
    """Whatever it is; who uses it checks it."""


@dataclass(frozen=True)
class Either:
    """One of several shapes, told apart by kind of node (scalar, list, mapping)."""

    shapes: tuple[Any, ...]


@dataclass(frozen=True)
class Field:
    """A key of a record. ``instead`` is the key that replaces it, where it is kept only for older packs."""

    of: Any
    doc: str
    required: bool = False
    instead: str = ""


@dataclass(frozen=True)
class Record:
    """A mapping with known keys. ``open_form`` admits further keys of that form, all of shape ``rest``.

    ``one_of`` are keys of which exactly one must be there; in a later layer the one that it names replaces the others.
    """

    fields: Mapping[str, Field]
    name: str = ""
    open_form: str = ""
    rest: Any = None
    one_of: tuple[str, ...] = ()


def problems(
    node: yaml.Node, shape: Any, file: str, what: str = "value", at: yaml.Node | None = None, below: Any = None
) -> Iterator[Problem]:
    """Everything in which ``node`` is not of ``shape``, each at its exact place.

    ``at`` is the node that is named where something is missing in ``node`` (its key); ``below`` is what a lower layer says
    in the same place, so that an entry that only changes it need not repeat what is required.
    """
    kind = _kind(node)
    if isinstance(shape, Free):
        return
    if isinstance(shape, Either):
        fitting = [s for s in shape.shapes if kind in _kinds(s)]
        if fitting:
            yield from problems(node, fitting[0], file, what, at, below)
        else:
            expected = " or ".join(dict.fromkeys(k for s in shape.shapes for k in _kinds(s)))
            yield _problem(node, file, f"{what} is a {kind}", f"write a {expected}")
    elif isinstance(shape, Text):
        yield from _text(node, shape, file, what, kind)
    elif isinstance(shape, Items):
        if kind == "list":
            for child in node.value:
                yield from problems(child, shape.of, file, f"an item of {what}")
        elif shape.single:
            yield from problems(node, shape.of, file, what)
        else:
            yield _wrong_kind(node, file, what, kind, "write a list: one item a line, each after '- '")
    elif kind != "mapping":
        yield _wrong_kind(node, file, what, kind, "write a mapping: `key: value` lines, indented")
    elif isinstance(shape, Table):
        for key, value in node.value:
            if shape.form and not re.fullmatch(shape.form, key.value):
                yield _problem(key, file, f"{key.value!r} is no name here", f"write it like {shape.like!r}")
            yield from problems(value, shape.of, file, repr(key.value), key, _under(below, key.value))
    elif isinstance(shape, Record):
        yield from _record(node, shape, file, what, at or node, below)
    else:
        raise TypeError(f"no shape: {shape!r}")


_NOTHING = ("~", "null", "Null", "NULL")
"""What YAML reads as nothing where it is not quoted."""


def _text(node: yaml.Node, shape: Text, file: str, what: str, kind: str) -> Iterator[Problem]:
    if kind != "text":
        yield _problem(node, file, f"{what} is a {kind}", "write a text; quote it if it contains ': ' or begins with [ or {")
    elif (not node.value.strip() and not shape.empty) or (not getattr(node, "style", None) and node.value in _NOTHING):
        yield _problem(node, file, f"{what} is empty", "fill it in or remove the key")
    elif shape.choices and node.value not in shape.choices:
        yield _problem(node, file, f"{what} is {node.value!r}", did_you_mean(node.value, shape.choices))
    elif shape.form and not re.fullmatch(shape.form, node.value):
        yield _problem(node, file, f"{what} is {node.value!r}", f"write it like {shape.like!r}")


def _record(node: yaml.Node, shape: Record, file: str, what: str, at: yaml.Node, below: Any) -> Iterator[Problem]:
    present: dict[str, yaml.Node] = {}
    for key, value in node.value:
        field = shape.fields.get(key.value)
        present[key.value] = key
        if field is not None:
            if field.instead:
                present[field.instead] = key
                yield Problem(file, key.start_mark.line + 1, key.start_mark.column + 1,
                              f"{key.value!r} is deprecated", f"use {field.instead!r}", "warning", "deprecated")  # fmt: skip
            yield from problems(value, field.of, file, repr(key.value), key, _under(below, key.value))
        elif shape.open_form and re.fullmatch(shape.open_form, key.value):
            yield from problems(value, shape.rest, file, repr(key.value), key)
        else:
            name = f" of {shape.name}" if shape.name else ""
            torn = " " in key.value and isinstance(value, yaml.ScalarNode) and not value.value
            cure = "quote the text before it: between { and } a comma ends it" if torn else did_you_mean(
                key.value, [n for n, f in shape.fields.items() if not f.instead])  # fmt: skip
            yield _problem(key, file, f"unknown key {key.value!r}{name}", cure)
    if "off" in present:
        return
    for name, field in shape.fields.items():
        if field.required and name not in present and name not in (below or {}):
            yield _problem(at, file, f"{shape.name or what} lacks {name!r}", f"add it: {field.doc}")
    chosen = [n for n in shape.one_of if n in present]
    if len(chosen) > 1:
        yield _problem(present[chosen[1]], file, f"{chosen[0]!r} and {chosen[1]!r} stand side by side", "keep one of them")
    elif shape.one_of and not chosen and not any(n in (below or {}) for n in shape.one_of):
        yield _problem(at, file, f"{shape.name or what} lacks {' or '.join(map(repr, shape.one_of))}", "add one of them")


def _under(below: Any, key: str) -> Any:
    return below.get(key) if isinstance(below, Mapping) else None


def merged(below: Any, above: Any, shape: Any) -> Any:
    """``above`` laid over ``below``: tables and records key by key, lists that grow one after the other, all else replaced."""
    if isinstance(shape, Items) and shape.grows and isinstance(below, list) and isinstance(above, list):
        return [*below, *(item for item in above if item not in below)]
    if not (isinstance(shape, (Table, Record)) and isinstance(below, dict) and isinstance(above, dict)):
        return above
    kept = dict(below)
    if isinstance(shape, Record) and any(n in above for n in shape.one_of):
        kept = {k: v for k, v in kept.items() if k not in shape.one_of}
    for key, value in above.items():
        inner = shape.of if isinstance(shape, Table) else shape.fields[key].of if key in shape.fields else shape.rest
        kept[key] = merged(kept[key], value, inner) if key in kept else value
    return kept


def upgraded(data: Any, shape: Any) -> Any:
    """``data`` with deprecated keys under the names that replace them."""
    if isinstance(shape, Table) and isinstance(data, dict):
        return {k: upgraded(v, shape.of) for k, v in data.items()}
    if isinstance(shape, Record) and isinstance(data, dict):
        found = {}
        for key, value in data.items():
            field = shape.fields.get(key)
            found[(field.instead or key) if field else key] = upgraded(value, field.of if field else shape.rest)
        return found
    if isinstance(shape, Items) and isinstance(data, list):
        return [upgraded(item, shape.of) for item in data]
    if isinstance(shape, Either):
        kind = "mapping" if isinstance(data, dict) else "list" if isinstance(data, list) else "text"
        fitting = [s for s in shape.shapes if kind in _kinds(s)]
        return upgraded(data, fitting[0]) if fitting else data
    return data


def _kind(node: yaml.Node) -> str:
    return "mapping" if isinstance(node, yaml.MappingNode) else "list" if isinstance(node, yaml.SequenceNode) else "text"


def _kinds(shape: Any) -> tuple[str, ...]:
    if isinstance(shape, Text):
        return ("text",)
    if isinstance(shape, Items):
        return ("list", *_kinds(shape.of)) if shape.single else ("list",)
    if isinstance(shape, Either):
        return tuple(k for s in shape.shapes for k in _kinds(s))
    return ("mapping",)


def _problem(node: yaml.Node, file: str, says: str, cure: str) -> Problem:
    return Problem(file, node.start_mark.line + 1, node.start_mark.column + 1, says, cure)


def _wrong_kind(node: yaml.Node, file: str, what: str, kind: str, cure: str) -> Problem:
    empty = kind == "text" and not node.value.strip()
    return _problem(node, file, f"{what} is " + ("empty" if empty else f"a {kind}"), cure)


def json_schema(shape: Any, defs: dict[str, Any]) -> dict[str, Any]:
    """``shape`` as JSON Schema (2020-12), for editors; named records are put into ``defs`` and referred to.

    What is required of an entry is left to the loader where a later layer may change it: there the entry is whole only
    together with what it changes.
    """
    if isinstance(shape, Free):
        return {}
    if isinstance(shape, Text):
        if shape.choices:
            plain = {"yes": True, "no": False}  # as an editor may read them
            return {"enum": [*shape.choices, *(plain[c] for c in shape.choices if c in plain)]}
        if shape.form:
            numbers = ["number"] if re.search(r"\\d", shape.form) else []
            return {"type": ["string", *numbers], "pattern": f"^(?:{shape.form})$"}
        return {"type": ["string", "number", "boolean"]}
    if isinstance(shape, Items):
        inner = json_schema(shape.of, defs)
        listed = {"type": "array", "items": inner}
        return {"anyOf": [listed, inner]} if shape.single else listed
    if isinstance(shape, Table):
        free: dict[str, Any] = {"type": "object", "additionalProperties": json_schema(shape.of, defs)}
        return {**free, "propertyNames": {"pattern": f"^(?:{shape.form})$"}} if shape.form else free
    if isinstance(shape, Either):
        return {"anyOf": [json_schema(s, defs) for s in shape.shapes]}
    name = re.sub(r"^an? ", "", shape.name).replace(" ", "-")
    if name and name not in defs:
        defs[name] = {}  # the place is taken, should the record contain itself
        defs[name] = _record_schema(shape, defs)
    return {"$ref": f"#/$defs/{name}"} if name else _record_schema(shape, defs)


def _record_schema(shape: Record, defs: dict[str, Any]) -> dict[str, Any]:
    record: dict[str, Any] = {
        "type": "object",
        "properties": {n: {**json_schema(f.of, defs), "description": f.doc, **({"deprecated": True} if f.instead else {})}
                       for n, f in shape.fields.items()},
        "additionalProperties": False,
    }  # fmt: skip
    needed = [n for n, f in shape.fields.items() if f.required]
    if needed and "off" not in shape.fields:
        record["required"] = needed
    if shape.open_form:
        record["patternProperties"] = {f"^(?!(?:{'|'.join(shape.fields)})$)(?:{shape.open_form})$": json_schema(shape.rest, defs)}
    return record
