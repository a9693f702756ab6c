"""Changes to the user's files: operations as they stand in the knowledge, applied to a text, shown as a diff.

``apply(text, [{"set-env": {"stage": "build", "name": "CGO_ENABLED", "value": "0"}}], managers)`` gives the new Dockerfile;
:data:`OPERATIONS` names all operations, and the docstring of each begins with its form in YAML. ``any: [operation, …]``
applies those of a list that find something to change, and is refused only if none does.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from troubleshooter.remedy.diffs import diff
from troubleshooter.remedy.files import edit_compose, edit_dockerignore, edit_go_mod, edit_script, edit_text, fix_line_ends, set_shebang
from troubleshooter.remedy.managers import Managers
from troubleshooter.remedy.operations import OPERATIONS
from troubleshooter.remedy.place import Draft, EditRefused

__all__ = [
    "OPERATIONS",
    "EditRefused",
    "apply",
    "check_operation",
    "diff",
    "edit_compose",
    "edit_dockerignore",
    "edit_go_mod",
    "edit_script",
    "edit_text",
    "fix_line_ends",
    "set_shebang",
]


def apply(text: str, operations: Sequence[Mapping[str, Any]], managers: Managers, target: str = "") -> str:
    """The Dockerfile after the operations, one after the other; what they do not touch keeps its bytes.

    Raises :class:`EditRefused` when the file is not what an operation expects (nothing is changed then), and
    ``ValueError`` for an operation that does not exist or has wrong keys.
    """
    draft = Draft.of(text, managers, target)
    broken = len(draft.dockerfile.problems)
    for operation in operations:
        says = check_operation(operation)
        if says:
            raise ValueError(says)
        draft = _applied(draft, operation)
    if len(draft.dockerfile.problems) > broken:
        raise EditRefused(f"The change would break the Dockerfile: {draft.dockerfile.problems[-1].says}.")
    return draft.text


def _applied(draft: Draft, operation: Mapping[str, Any]) -> Draft:
    ((name, arguments),) = operation.items()
    if name != "any":
        return OPERATIONS[name](draft, **_arguments(arguments))
    refusals: list[EditRefused] = []
    for each in arguments:
        try:
            draft = _applied(draft, each)
        except EditRefused as refusal:
            refusals.append(refusal)
    if len(refusals) == len(arguments):
        raise refusals[0] if refusals else EditRefused("There is nothing to do.")
    return draft


def check_operation(operation: Mapping[str, Any]) -> str:
    """What is wrong with an operation (for the lint of the knowledge); empty if nothing is."""
    if len(operation) != 1:
        return f"an operation has one name, this one has {len(operation)}: {', '.join(map(str, operation))}"
    ((name, arguments),) = operation.items()
    if name == "any":
        inner = arguments if isinstance(arguments, Sequence) and not isinstance(arguments, str) else [{}]
        return next(filter(None, map(check_operation, inner)), "")
    if name not in OPERATIONS:
        return f"unknown operation {name!r}; known are {', '.join(OPERATIONS)}"
    if not isinstance(arguments or {}, Mapping):
        return f"{name} needs a mapping"
    try:
        inspect.signature(OPERATIONS[name]).bind(None, **_arguments(arguments))
    except TypeError as error:
        return f"{name}: {error}"
    return ""


def _arguments(arguments: Mapping[str, Any] | None) -> dict[str, Any]:
    """Keys as Python takes them: ``from`` is a reserved word."""
    return {"origin" if key == "from" else key: _plain(value) for key, value in (arguments or {}).items()}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, (int, float)) else value
