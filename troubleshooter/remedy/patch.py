"""Edit operations of a remedy as one unified diff over the files that were read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from troubleshooter.model import Change
from troubleshooter.remedy import edits
from troubleshooter.remedy.choose import Patch, Patcher
from troubleshooter.remedy.fill import filled, unfilled

_FILES = {"go-mod": "go.mod", "dockerignore": ".dockerignore"}


def patch_for(texts: Mapping[str, str]) -> Patcher:
    """A function from operations to the change of ``texts`` (name to show -> text), or to the reason why there is none."""

    def patch(operations: Sequence[Mapping[str, Any]], values: Mapping[str, str]) -> Patch:
        try:
            changes = changed(operations, values, texts)
        except edits.EditRefused as refusal:
            return Patch("", (), refusal.reason)
        return Patch("".join(edits.diff(c.old, c.new, c.name) for c in changes), changes, "")

    return patch


def changed(operations: Sequence[Mapping[str, Any]], values: Mapping[str, str], texts: Mapping[str, str]) -> tuple[Change, ...]:
    """Every file that the operations change.

    Raises EditRefused when a file is not what an operation expects, or was not read.
    """
    result = []
    for file, group in _by_file(operations).items():
        name = next((n for n in texts if _is(n, file)), None)
        if name is None:
            raise edits.EditRefused(f"{file} was not read")
        ready = [resolved(operation, values) for operation in group]
        old = texts[name]
        edit = {"go.mod": edits.edit_go_mod, ".dockerignore": edits.edit_dockerignore}.get(file, edits.apply)
        new = edit(old, ready)
        if new != old:
            result.append(Change(name, old, new))
    return tuple(result)


def _by_file(operations: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Operations grouped by the file that they change; ``go-mod:`` and ``dockerignore:`` wrap those of other files."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for operation in operations:
        kind = next(iter(operation))
        if kind in _FILES:
            groups.setdefault(_FILES[kind], []).append(operation[kind])
        else:
            groups.setdefault("Dockerfile", []).append(operation)
    return groups


def _is(name: str, file: str) -> bool:
    last = name.rpartition("/")[2]
    return last == file if file in _FILES.values() else last not in _FILES.values()


def resolved(value: Any, values: Mapping[str, str]) -> Any:
    """An operation with the holes of its texts filled. Raises EditRefused for a hole that has neither value nor fallback."""
    if isinstance(value, Mapping):
        return {k: resolved(v, values) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [resolved(v, values) for v in value]
    unknown = unfilled(str(value), values)
    if unknown:
        raise edits.EditRefused(f"{', '.join(unknown)} is not known here")
    return filled(str(value), values)
