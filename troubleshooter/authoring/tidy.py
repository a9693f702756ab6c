"""``kb lint --fix``: what is mechanical, put right in the text itself, so that comments and layout stay as they are.

The order of keys (as in the schema), quotes around values that other YAML readers take for numbers or booleans, and the
gate of a regular expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from troubleshooter.kb import source
from troubleshooter.kb.regexes import longest_literal
from troubleshooter.kb.schema import FILE
from troubleshooter.kb.shape import Either, Items, Record, Table
from troubleshooter.kb.source import SourceError

_AMBIGUOUS = re.compile(
    r"(?:y|yes|n|no|true|false|on|off|null|~|[-+]?(?:0x[0-9a-f_]+|0o?[0-7_]+|[0-9][0-9_]*)(?:\.[0-9_]*)?(?:e[-+]?[0-9]+)?|[-+]?\.(?:inf|[0-9]+)|\.nan"
    r"|[0-9]+(?::[0-5]?[0-9])+(?:\.[0-9]*)?|\d{4}-\d\d?-\d\d?(?:[Tt \t].*)?|=|<<)",
    re.IGNORECASE,
)


def tidied(raw: bytes, file: str) -> tuple[str, list[str]]:
    """The text of a knowledge file with what is mechanical put right, and one line for each change."""
    changes: list[str] = []
    try:
        text = source.decode(raw, file)
        for step in (_gates, _quoted, _ordered):
            node = source.compose(text, file)
            if node is None:
                break
            new, done = step(text, node)
            if done and _same(text, new, file, step is _gates):
                text, changes = new, [*changes, *(f"{file}:{line}: {what}" for line, what in done)]
    except SourceError:
        return raw.decode("utf-8", "replace"), []  # lint says what is wrong
    return text, changes


def _same(old: str, new: str, file: str, adds: bool) -> bool:
    """Whether the new text still says the same: a change that does not is not made."""
    try:
        before, after = source.compose(old, file), source.compose(new, file)
    except SourceError:
        return False
    return before is not None and after is not None and (adds or source.plain(before) == source.plain(after))


Done = list[tuple[int, str]]


def _quoted(text: str, root: yaml.Node) -> tuple[str, Done]:
    lines, done = text.split("\n"), []
    places = [
        n for n in _scalars(root) if not n.style and n.value and _AMBIGUOUS.fullmatch(n.value) and n.start_mark.line == n.end_mark.line
    ]
    for node in sorted(places, key=lambda n: (n.start_mark.line, n.start_mark.column), reverse=True):
        number, column = node.start_mark.line, node.start_mark.column
        line = lines[number]
        if line[column : column + len(node.value)] == node.value:
            lines[number] = f'{line[:column]}"{node.value}"{line[column + len(node.value) :]}'
            done.append((number + 1, f"quoted {node.value}"))
    return "\n".join(lines), done[::-1]


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """Values (not keys) that are scalars."""
    if isinstance(node, yaml.ScalarNode):
        yield node
    else:
        for child in node.value:
            yield from _scalars(child[1] if isinstance(node, yaml.MappingNode) else child)


def _gates(text: str, root: yaml.Node) -> tuple[str, Done]:
    lines, done = text.split("\n"), []
    for item in sorted(_regexes(root), key=lambda n: n.start_mark.line, reverse=True):
        found = {k.value: (k, v) for k, v in item.value}
        gate = longest_literal(found["match"][1].value) if "match" in found and "gate" not in found else ""
        if gate:
            key = found["match"][0].start_mark
            line = lines[key.line]
            flow = bool(item.flow_style)
            head, rest = line[: key.column], line[key.column :]
            lines[key.line] = f'{head}gate: "{gate}", {rest}' if flow else f'{head}gate: "{gate}"\n{" " * key.column}{rest}'
            done.append((key.line + 1, f"added gate: {gate}"))
    return "\n".join(lines), done[::-1]


def _regexes(root: yaml.Node) -> Iterator[yaml.MappingNode]:
    for section, table in source.entries(root):
        for _, entry in source.entries(table) if section.value == "signals" else ():
            for key, value in source.entries(entry):
                if key.value == "regex" and isinstance(value, yaml.SequenceNode):
                    yield from (i for i in value.value if isinstance(i, yaml.MappingNode))


def _ordered(text: str, root: yaml.Node) -> tuple[str, Done]:
    lines, done = text.split("\n"), []
    # inner mappings first: an outer one then moves them whole
    for node, record in sorted(_records(root, FILE), key=lambda pair: -pair[0].start_mark.column):
        end = _end(node, lines)
        starts = [_with_comments(k.start_mark.line, k.start_mark.column, lines) for k, _ in node.value]
        if starts != sorted(set(starts)) or node.start_mark.line != node.value[0][0].start_mark.line:
            continue
        rank = {name: position for position, name in enumerate(record.fields)}
        pairs = sorted(range(len(starts)), key=lambda i: (rank.get(node.value[i][0].value, len(rank)), i))
        if pairs == list(range(len(starts))):
            continue
        first = lines[node.value[0][0].start_mark.line][: node.start_mark.column]
        if first.strip():  # the first key stands behind "- ": moving it would move the dash
            continue
        pieces = [lines[a:b] for a, b in zip(starts, [*starts[1:], end], strict=True)]
        lines[starts[0] : end] = [line for i in pairs for line in pieces[i]]
        done.append((node.start_mark.line + 1, f"ordered the keys of {record.name or 'a mapping'}"))
    return "\n".join(lines), sorted(done)


def _records(node: yaml.Node, shape: Any) -> Iterator[tuple[yaml.MappingNode, Record]]:
    if isinstance(shape, Either):
        wanted = Record if isinstance(node, yaml.MappingNode) else Items
        shape = next((s for s in shape.shapes if isinstance(s, wanted)), None)
    if isinstance(shape, Items) and isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _records(child, shape.of)
    elif isinstance(shape, (Table, Record)) and isinstance(node, yaml.MappingNode):
        if isinstance(shape, Record) and not node.flow_style and len(node.value) > 1 and not shape.open_form:
            yield node, shape
        for key, value in node.value:
            field = shape.fields.get(key.value) if isinstance(shape, Record) else None
            inner = shape.of if isinstance(shape, Table) else field.of if field else None
            if inner is not None:
                yield from _records(value, inner)


def _end(node: yaml.MappingNode, lines: list[str]) -> int:
    """The number of the line after the last one of a block mapping; blank lines and comments after it stay where they are."""
    last = min(node.end_mark.line, len(lines))
    while last > node.start_mark.line + 1 and (not lines[last - 1].strip() or lines[last - 1].lstrip().startswith("#")):
        last -= 1
    while last < len(lines) and lines[last].strip() and len(lines[last]) - len(lines[last].lstrip()) > node.start_mark.column:
        last += 1
    return last


def _with_comments(line: int, column: int, lines: list[str]) -> int:
    """The first of the comment lines that stand right above a key, at its own depth."""
    while line > 0 and lines[line - 1].lstrip().startswith("#") and len(lines[line - 1]) - len(lines[line - 1].lstrip()) == column:
        line -= 1
    return line
