"""The reference page of knowledge files: written from the same definition that the loader checks by."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from troubleshooter.kb import pattern
from troubleshooter.kb.schema import FILE, PLACES, SECTIONS, SPEAKERS, VERSION, WHEN
from troubleshooter.kb.shape import Either, Field, Free, Items, Record, Table, Text
from troubleshooter.model import PHASES, WEIGHTS

_INTRO = """\
# Reference of knowledge files, version {version}

<!-- written by `troubleshooter kb schema --markdown`; do not edit -->

A knowledge file is YAML in UTF-8, named `*.yaml`. All scalars are read as texts: `1.20` is no number and `yes` no boolean.
Anchors, aliases and tags are refused. A file may hold any of the sections below, in any order; a pack may be one file or
a folder of files. Translations lie in a folder named after the language (`ja/`), under the same keys.

`troubleshooter kb schema` prints the same as JSON Schema. Editors with a YAML language server complete and check a file
that begins with `# yaml-language-server: $schema=./knowledge.schema.json`; `troubleshooter kb new` writes both.

## Versions

`schema: "{version}"` at the head of a file says for which version it is written; without it, version 1. A file of an
older version is read as it is. A key that goes out of use stays readable, and `kb lint` names the one that replaces it.
A file of a newer version is refused with a message, and the rest of the knowledge works.

## What a later layer may change

Built-in < installed packs (entry points `troubleshooter.knowledge`) < the user's folder < the project's
`.troubleshooter/` < `TROUBLESHOOTER_KNOWLEDGE` < `--knowledge`. An entry with a new name is added. An entry with the name
of a lower layer's is laid over it: keys that it says replace those below, `rules`, `remedies`, `neighbours` and other
tables are merged name by name, `examples`, `phrasings`, `references` and `consequences` grow. `off: yes` switches an
entry, a rule or a remedy off. `troubleshooter kb list --layers` shows what was changed.
"""


def markdown() -> str:
    """The whole page."""
    out = [_INTRO.format(version=VERSION), "## Head of a file\n", *_rows({k: FILE.fields[k] for k in ("schema", "pack")}), ""]
    out += ["### `pack`\n", *_rows(FILE.fields["pack"].of.fields), ""]
    for name, (shape, doc) in SECTIONS.items():
        inner = shape.of
        out += [f"## `{name}`\n", f"{doc[:1].upper()}{doc[1:]}. Each entry has a name{_form(shape)}.\n"]
        if isinstance(inner, Record):
            out += [*_rows(inner.fields), ""]
            out += _inner(inner)
        else:
            out += [f"An entry is {_kind(inner)}.\n"]
    out += ["## Conditions: `when`\n", _WHEN, *_rows(WHEN.shapes[0].fields), ""]
    out += ["Every other key is the name of a fact, and its value what it must be:\n", *_rows(_value_forms()), ""]
    out += ["`where` gives conditions on captured values, by the name of the hole:\n", *_rows(_hole_forms()), ""]
    out += ["Places: " + ", ".join(f"`{p}`" for p in PLACES) + ". Speakers: " + ", ".join(f"`{s}`" for s in SPEAKERS) + ".\n"]
    out += ["## Patterns: `lines`\n", "```text", inspect.cleandoc(pattern.__doc__ or ""), "```\n"]
    out += ["Kinds of holes: " + ", ".join(f"`{k}`" for k in pattern.KINDS) + ".\n"]
    out += [
        "## Weights\n",
        "Weakest first: " + ", ".join(f"`{w}`" for w in WEIGHTS) + ". [How it decides](how-it-decides.md) says what they come to.\n",
    ]
    out += ["## Phases\n", ", ".join(f"`{p}`" for p in PHASES) + ".\n", *_operations()]
    return "\n".join(out).rstrip("\n") + "\n"


_WHEN = """\
What must hold for a rule, a deduction or a remedy. Everything in one mapping must hold together; a list of mappings
means: any of them. `{signal: a}` waits for a message, `{final.libc: none}` for a fact. A list of values means: one of
these. What is known may be equal, different or unknown, and these are three conditions: `value`, `is-not: value`,
`known: no`; `not: value` holds for the last two.
"""


def _value_forms() -> dict[str, Field]:
    fields: dict[str, Field] = WHEN.shapes[0].rest.shapes[2].fields
    return fields


def _hole_forms() -> dict[str, Field]:
    fields: dict[str, Field] = WHEN.shapes[0].fields["where"].of.of.shapes[2].fields
    return fields


def _rows(fields: Any) -> Iterator[str]:
    yield "| key | value | what it says |"
    yield "| --- | --- | --- |"
    for name, field in fields.items():
        doc = (
            field.doc
            + (" **(required)**" if field.required else "")
            + (f" **(deprecated: use `{field.instead}`)**" if field.instead else "")
        )
        yield f"| `{name}` | {_kind(field.of)} | {doc} |".replace("{", "&#123;").replace("}", "&#125;")


def _inner(record: Record) -> Iterator[str]:
    """The records inside an entry, each in a table of its own."""
    for name, field in record.fields.items():
        shape = field.of
        while isinstance(shape, (Items, Table)):
            shape = shape.of
        if isinstance(shape, Record) and not shape.open_form:
            yield f"### `{name}`\n"
            yield from _rows(shape.fields)
            if shape.one_of:
                yield f"\nExactly one of {' and '.join(f'`{n}`' for n in shape.one_of)}."
            yield ""


def _kind(shape: Any) -> str:
    if isinstance(shape, Free):
        return "an operation (below)"
    if isinstance(shape, Text):
        return (
            " or ".join(f"`{c}`" for c in shape.choices)
            if len(shape.choices) in range(1, 5)
            else "a word of a list"
            if shape.choices
            else "text"
        )
    if isinstance(shape, Items):
        return f"list of: {_kind(shape.of)}" + (" (or one)" if shape.single else "")
    if isinstance(shape, Table):
        return f"names, each with: {_kind(shape.of)}"
    if isinstance(shape, Either):
        if shape is WHEN:
            return "a condition, or a list of them"
        return " or ".join(dict.fromkeys(_kind(s) for s in shape.shapes))
    return f"{shape.name or 'a mapping'}"


def _form(table: Table) -> str:
    return f" like `{table.like}`" if table.like else ""


def _operations() -> list[str]:
    """The edit operations, from the first line of each one's docstring."""
    from troubleshooter.remedy.edits import OPERATIONS

    rows = [
        "## Edits: `edit`\n",
        "Operations on the Dockerfile, applied one after the other and shown as a diff. `any: [operation, …]` applies those that",
        "find something to change. `go-mod`, `dockerignore`, `go-sum`, `compose`, `script` and `go` wrap operations on those files.\n",
    ]
    for name, operation in OPERATIONS.items():
        first, _, rest = inspect.cleandoc(operation.__doc__ or "").partition("\n")
        rows.append(f"- **{name}**: {first} {' '.join(rest.split())}".rstrip())
    return rows
