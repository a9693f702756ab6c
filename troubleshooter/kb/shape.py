"""A small language for what a YAML value must look like; ``kb/schema.py`` says it for the knowledge.

One description serves three readers: the loader (problems at file:line:column), editors (JSON Schema) and people
(the reference page).
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
    """A list; a single value counts as a list of one where ``single`` says so."""

    of: Any
    single: bool = False


@dataclass(frozen=True)
class Table:
    """A mapping whose keys are free (or must have ``form``)."""

    of: Any
    form: str = ""
    like: str = ""


@dataclass(frozen=True)
class Either:
    """One of several shapes, told apart by kind of node (scalar, list, mapping)."""

    shapes: tuple[Any, ...]


@dataclass(frozen=True)
class Field:
    of: Any
    doc: str
    required: bool = False
    deprecated: str = ""
    """The replacement, where the key is kept only for older packs."""


@dataclass(frozen=True)
class Record:
    """A mapping with known keys. ``open_form`` admits further keys of that form, all of shape ``rest``."""

    fields: Mapping[str, Field]
    name: str = ""
    open_form: str = ""
    rest: Any = None
    open_doc: str = ""


def problems(node: yaml.Node, shape: Any, file: str, what: str = "value") -> Iterator[Problem]:
    """Everything in which ``node`` is not of ``shape``, each at its exact place."""
    kind = _kind(node)
    if isinstance(shape, Either):
        fitting = [s for s in shape.shapes if kind in _kinds(s)]
        if fitting:
            yield from problems(node, fitting[0], file, what)
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
            yield _problem(node, file, f"{what} is a {kind}", "write a list: one item a line, each after '- '")
    elif kind != "mapping":
        yield _problem(node, file, f"{what} is a {kind}", "write a mapping: `key: value` lines, indented")
    elif isinstance(shape, Table):
        for key, value in node.value:
            if shape.form and not re.fullmatch(shape.form, key.value):
                yield _problem(key, file, f"{key.value!r} is no name here", f"write it like {shape.like!r}")
            yield from problems(value, shape.of, file, repr(key.value))
    elif isinstance(shape, Record):
        yield from _record(node, shape, file, what)
    else:
        raise TypeError(f"no shape: {shape!r}")


def _text(node: yaml.Node, shape: Text, file: str, what: str, kind: str) -> Iterator[Problem]:
    if kind != "text":
        yield _problem(node, file, f"{what} is a {kind}", "write a text; quote it if it contains ': ' or begins with [ or {")
    elif shape.choices and node.value not in shape.choices:
        yield _problem(node, file, f"{what} is {node.value!r}", did_you_mean(node.value, shape.choices))
    elif shape.form and not re.fullmatch(shape.form, node.value):
        yield _problem(node, file, f"{what} is {node.value!r}", f"write it like {shape.like!r}")
    elif not node.value.strip() and not shape.empty:
        yield _problem(node, file, f"{what} is empty", "fill it in or remove the key")


def _record(node: yaml.Node, shape: Record, file: str, what: str) -> Iterator[Problem]:
    present = set()
    for key, value in node.value:
        field = shape.fields.get(key.value)
        present.add(key.value)
        if field is not None:
            if field.deprecated:
                yield Problem(file, key.start_mark.line + 1, key.start_mark.column + 1,
                              f"{key.value!r} is deprecated", f"use {field.deprecated}", "warning", "deprecated")  # fmt: skip
            yield from problems(value, field.of, file, repr(key.value))
        elif shape.open_form and re.fullmatch(shape.open_form, key.value):
            yield from problems(value, shape.rest, file, repr(key.value))
        else:
            name = f" of {shape.name}" if shape.name else ""
            yield _problem(key, file, f"unknown key {key.value!r}{name}", did_you_mean(key.value, shape.fields))
    for name, field in shape.fields.items():
        if field.required and name not in present:
            yield _problem(node, file, f"{shape.name or what} lacks {name!r}", f"add it: {field.doc}")


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


def json_schema(shape: Any) -> dict[str, Any]:
    """``shape`` as JSON Schema (2020-12), for editors."""
    if isinstance(shape, Text):
        schema: dict[str, Any] = {"type": ["string", "number", "boolean"] if not (shape.choices or shape.form) else "string"}
        if shape.choices:
            return {"enum": list(shape.choices)}
        if shape.form:
            schema["pattern"] = f"^(?:{shape.form})$"
        return schema
    if isinstance(shape, Items):
        listed = {"type": "array", "items": json_schema(shape.of)}
        return {"anyOf": [listed, json_schema(shape.of)]} if shape.single else listed
    if isinstance(shape, Table):
        free: dict[str, Any] = {"type": "object", "additionalProperties": json_schema(shape.of)}
        return {**free, "propertyNames": {"pattern": f"^(?:{shape.form})$"}} if shape.form else free
    if isinstance(shape, Either):
        return {"anyOf": [json_schema(s) for s in shape.shapes]}
    record: dict[str, Any] = {
        "type": "object",
        "properties": {n: {**json_schema(f.of), "description": f.doc, **({"deprecated": True} if f.deprecated else {})}
                       for n, f in shape.fields.items()},
        "required": [n for n, f in shape.fields.items() if f.required],
        "additionalProperties": False,
    }  # fmt: skip
    if shape.open_form:
        record["patternProperties"] = {f"^(?:{shape.open_form})$": json_schema(shape.rest)}
    return record
