"""Edit operations of a remedy as one unified diff over the files that were read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from troubleshooter.holes import filled, unfilled
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import Change
from troubleshooter.remedy import edits
from troubleshooter.remedy.choose import Patch, Patcher
from troubleshooter.remedy.managers import Managers

_KINDS = ("go-mod", "dockerignore", "go-sum", "compose", "script", "go")
"""Names that wrap the operations on another file than the Dockerfile."""
_LABELS = {"go-mod": "go.mod", "dockerignore": ".dockerignore", "go-sum": "go.sum", "compose": "the compose file", "script": "the script",
           "go": "the Go source", "": "the Dockerfile"}  # fmt: skip
EDITORS: Mapping[str, Callable[[str, Sequence[Any]], str]] = {
    "go-mod": edits.edit_go_mod, "dockerignore": edits.edit_dockerignore, "go-sum": edits.edit_text,
    "compose": edits.edit_compose, "script": edits.edit_script, "go": edits.edit_text,
}  # fmt: skip


def patch_for(texts: Mapping[str, str], knowledge: Knowledge) -> Patcher:
    """A function from operations to the change of ``texts`` (name to show -> text), or to the reason why there is none."""

    managers = Managers.of(knowledge)

    def patch(operations: Sequence[Mapping[str, Any]], values: Mapping[str, str]) -> Patch:
        try:
            changes = changed(operations, values, texts, managers)
        except edits.EditRefused as refusal:
            return Patch("", (), refusal.reason)
        except (ValueError, TypeError, KeyError, AttributeError) as fault:
            # a pack of knowledge that was never linted must not end the diagnosis
            return Patch("", (), f"The edit of the remedy makes no sense: {fault}.")
        return Patch("".join(edits.diff(c.old, c.new, c.name) for c in changes), changes, "")

    return patch


def changed(operations: Sequence[Mapping[str, Any]], values: Mapping[str, str], texts: Mapping[str, str],
            managers: Managers) -> tuple[Change, ...]:  # fmt: skip
    """Every file that the operations change.

    Raises EditRefused when a file is not what an operation expects, or was not read.
    """
    result = []
    for kind, group in _by_kind(operations).items():
        ready = [resolved(operation, values) for operation in group]
        name = _chosen(kind, texts, ready)
        if name is None:
            raise edits.EditRefused(f"{_LABELS[kind]} was not read")
        old = texts[name]
        new = EDITORS[kind](old, ready) if kind else edits.apply(old, ready, managers)
        if new != old:
            result.append(Change(name, old, new))
    return tuple(result)


def _by_kind(operations: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Operations grouped by the kind of file that they change; an empty kind is the Dockerfile."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for operation in operations:
        kind = next(iter(operation))
        if kind in _KINDS:
            groups.setdefault(kind, []).append(operation[kind])
        else:
            groups.setdefault("", []).append(operation)
    return groups


def kind_of(name: str) -> str:
    """The kind of a file by its name, as an edit would call it."""
    last = name.rpartition("/")[2]
    if last in ("go.mod", ".dockerignore", "go.sum"):
        return {"go.mod": "go-mod", ".dockerignore": "dockerignore", "go.sum": "go-sum"}[last]
    if last.endswith((".yaml", ".yml")):
        return "compose"
    if last.endswith(".go"):
        return "go"
    return "" if "dockerfile" in last.lower() or "containerfile" in last.lower() else "script"


def _chosen(kind: str, texts: Mapping[str, str], ready: Sequence[Any]) -> str | None:
    """The file of that kind that is meant: for Go sources the one that contains what is to be replaced."""
    names = [name for name in texts if kind_of(name) == kind]
    if not kind and not names:
        # a Dockerfile may have any name: the first file that was read is it
        names = [name for name in list(texts)[:1] if kind_of(name) == "script"]
    if kind == "go":
        finds = [str(arguments.get("find", "")) for operation in ready for arguments in operation.values()]
        names = [name for name in names if all(find in texts[name] for find in finds)]
    return names[0] if names else None


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
