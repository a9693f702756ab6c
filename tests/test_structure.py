"""The parts of the package import in one direction, the one that ``docs/structure.md`` declares."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "troubleshooter"
ENTRIES = {"__init__", "__main__"}
"""The doors of the package: they may name any part."""


def declared() -> list[str]:
    return re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "structure.md").read_text("utf-8"), re.MULTILINE)


def modules() -> dict[str, Path]:
    """Every module below the package by its dotted name."""
    paths = {path: path.relative_to(PACKAGE).with_suffix("").parts for path in PACKAGE.rglob("*.py")}
    return {".".join(p for p in parts if p != "__init__" or len(parts) == 1): path for path, parts in paths.items()}


def imports(path: Path, at_once: bool = False) -> Iterator[tuple[int, str]]:
    """(line, module below the package) of what a file imports; ``at_once``: only what runs when the file itself is imported."""
    todo: list[ast.AST] = [ast.parse(path.read_text("utf-8"))]
    while todo:
        node = todo.pop()
        if at_once and isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if at_once and isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}:{node.lineno}: a relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            names = []
        yield from ((node.lineno, name.partition(".")[2]) for name in names if name.partition(".")[0] == "troubleshooter")  # type: ignore[attr-defined]
        todo += ast.iter_child_nodes(node)


def test_every_part_is_declared_once() -> None:
    parts = {name.partition(".")[0] for name in modules()} - ENTRIES
    assert sorted(declared()) == sorted(parts)


@pytest.mark.parametrize("part", declared())
def test_a_part_knows_only_those_above_it(part: str) -> None:
    order = declared()
    allowed = {*order[: order.index(part) + 1], "__version__"}
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for module, path in modules().items()
        if module.partition(".")[0] == part
        for line, name in imports(path)
        if name.partition(".")[0] not in allowed
    ]
    assert not wrong, "\n".join(wrong)


def test_no_modules_import_each_other_in_a_circle() -> None:
    known = modules()
    uses = {m: {n if n in known else n.rpartition(".")[0] for _, n in imports(path, at_once=True)} - {m} for m, path in known.items()}
    free: set[str] = set()
    while fresh := {m for m, needed in uses.items() if m not in free and needed & known.keys() <= free}:
        free |= fresh
    assert not known.keys() - free, f"in a circle, or waiting for one: {sorted(known.keys() - free)}"
