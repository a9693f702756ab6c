"""YAML files as data in which every scalar is a string, and as nodes where a message needs file:line:column.

Nothing in a knowledge file can run, and nothing in it is clever: tags, anchors and aliases are refused, so that what
stands in the file is what is meant, however large or hostile it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from troubleshooter.kb.problem import Problem

try:
    from yaml import CSafeLoader as _Base
except ImportError:  # a PyYAML built without libyaml: slower, the same result
    from yaml import SafeLoader as _Base  # type: ignore[assignment]

YAML_ERROR = yaml.YAMLError
MAX_BYTES = 4_000_000  # as in layers.py, which must not import yaml
MAX_DEPTH = 24
_PLAIN_TAGS = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")


class _StringLoader(_Base):
    """All scalars stay the text that they are: ``1.20`` is no number and ``yes`` no boolean."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 (as in its base class)


class SourceError(Exception):
    """The file cannot be read as YAML; ``problem`` says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def parse(text: str) -> Any:
    """Plain data of trusted YAML text (the built-in knowledge, which ``kb lint`` keeps true): fast, without checks."""
    loader = _StringLoader(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def decode(raw: bytes, file: str) -> str:
    """Text of a knowledge file. Raises SourceError when it is too large or no UTF-8."""
    if len(raw) > MAX_BYTES:
        raise SourceError(Problem(file, 1, 1, f"{len(raw):,} bytes are too many for a knowledge file",
                                  f"split it; the limit is {MAX_BYTES:,}"))  # fmt: skip
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        column = len(raw[raw.rfind(b"\n", 0, fault.start) + 1 : fault.start].decode("utf-8", "replace")) + 1
        raise SourceError(Problem(file, line, column, f"byte {raw[fault.start]:#04x} is no UTF-8",
                                  "save the file as UTF-8")) from None  # fmt: skip


def compose(text: str, file: str) -> yaml.Node | None:
    """The node tree of ``text``; None when it is empty.

    Raises SourceError with the exact place for broken YAML, an anchor, an alias, a tag, a key that occurs twice, or
    nesting deeper than any knowledge needs.
    """
    try:
        _refuse_tricks(text, file)  # before anything recurses into it
        loader = _StringLoader(text)
        try:
            node: yaml.Node | None = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        says = " ".join(p for p in (fault.context, fault.problem) if p)
        at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        before = text.split("\n")[at[0] - 1][: at[1] - 1] if mark and text.count("\n") >= at[0] - 1 else ""
        raise SourceError(Problem(file, *at, f"not YAML: {says}", _yaml_cure(says, before))) from None
    except yaml.YAMLError as fault:
        place = getattr(fault, "position", 0) or 0
        line = text.count("\n", 0, place) + 1
        column = place - (text.rfind("\n", 0, place) + 1) + 1
        raise SourceError(Problem(file, line, column, f"not YAML: {' '.join(str(fault).split())}",
                                  "remove the control character")) from None  # fmt: skip
    if node is not None:
        _refuse_cleverness(node, file)
    return node


def _refuse_tricks(text: str, file: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_StringLoader):
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            depth += 1
            if depth > MAX_DEPTH:
                raise SourceError(_at(event, file, "nested too deeply", "a cause needs no more than a few levels"))
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            depth -= 1
        elif isinstance(event, yaml.AliasEvent):
            raise SourceError(_at(event, file, f"an alias (*{event.anchor}) is used for this value",
                                  "write the value out: knowledge files have no anchors and aliases"))  # fmt: skip


def _refuse_cleverness(root: yaml.Node, file: str) -> None:
    stack: list[yaml.Node] = [root]
    while stack:
        node = stack.pop()
        if node.tag not in _PLAIN_TAGS:
            raise SourceError(_at(node, file, f"the tag {node.tag!r} is not allowed",
                                  "remove it: knowledge is plain text, lists and mappings"))  # fmt: skip
        if isinstance(node, yaml.MappingNode):
            keys: dict[str, yaml.Node] = {}
            for key, _ in node.value:
                if not isinstance(key, yaml.ScalarNode):
                    raise SourceError(_at(key, file, "a key must be a single word or line", "quote it if it is text"))
                if key.value in keys:
                    first = keys[key.value].start_mark.line + 1
                    raise SourceError(_at(key, file, f"{key.value!r} stands here for the second time (first: line {first})",
                                          "merge the two or rename one"))  # fmt: skip
                keys[key.value] = key
            stack += [child for pair in reversed(node.value) for child in reversed(pair)]
        elif isinstance(node, yaml.SequenceNode):
            stack += reversed(node.value)


def plain(node: yaml.Node) -> Any:
    """The data of a checked node: strings, lists and dicts."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [plain(child) for child in node.value]
    return node.value


def entries(node: yaml.Node | None) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
    """Key and value nodes of a mapping, in the order of the file."""
    if isinstance(node, yaml.MappingNode):
        yield from node.value


def locate(root: yaml.Node | None, path: Sequence[str | int], text: str = "") -> tuple[int, int]:
    """Line and column (from 1) of the value at ``path``; of the nearest enclosing one where the path ends early.

    A final string that is a key of a mapping gives the place of the key itself; a number after a block of text gives that
    line of it (from 0; ``text`` is the whole file, from which its column follows).
    """
    node, place = root, (1, 1)
    for position, step in enumerate(path):
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == step), None)
            if found is None:
                return place
            key, node = found
            mark = key.start_mark if position == len(path) - 1 else node.start_mark
            place = (mark.line + 1, mark.column + 1)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            place = (node.start_mark.line + 1, node.start_mark.column + 1)
        elif isinstance(node, yaml.ScalarNode) and isinstance(step, int) and node.style in ("|", ">"):
            number = node.start_mark.line + 2 + step
            lines = text.split("\n")
            line = lines[number - 1] if number <= len(lines) else ""
            return (number, len(line) - len(line.lstrip()) + 1)
        else:
            return place
    return place


def _at(node: yaml.Node | yaml.Event, file: str, says: str, cure: str) -> Problem:
    if node.start_mark is None:
        return Problem(file, 1, 1, says, cure)
    return Problem(file, node.start_mark.line + 1, node.start_mark.column + 1, says, cure)


def _yaml_cure(says: str, before: str) -> str:
    """What to do; ``before`` is the line at fault up to the place."""
    if "“" in before or "”" in before:
        return "typographic quotes are not YAML's: write \" around the text"
    if "mapping values are not allowed" in says and re.fullmatch(r"\s*(?:- )?[\w.-]+", before):
        return "indent this key like those it belongs to, or quote the text above if it goes on here"
    if "mapping values are not allowed" in says:
        return "quote the text: it contains ': '"
    if "did not find expected key" in says:
        return "align the keys; in a text between single quotes an apostrophe is written twice, and nothing follows the last quote"
    if "could not find expected ':'" in says:
        return "a key needs a colon and a space; a longer text needs `|` and indentation"
    if "cannot start any token" in says or "tab" in says:
        return "indent with spaces, and quote a value that begins with @, ` or a tab"
    if "unexpected end of stream" in says:
        return "close the quote or bracket"
    return "check indentation and quotes"
