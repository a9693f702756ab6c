"""What stands in a go.mod or go.work."""

from __future__ import annotations

import re
from dataclasses import replace

from troubleshooter.frozen import dataclass


class GoModError(ValueError):
    """A mistake in a go.mod or go.work: where (counted from 1), what is wrong, and what to do."""

    def __init__(self, line: int, column: int, says: str, cure: str) -> None:
        super().__init__(f"{line}:{column}: {says}; {cure}")
        self.line, self.column, self.says, self.cure = line, column, says, cure


@dataclass(frozen=True)
class Value:
    """The only argument of a directive (module path, Go version, tool, …) and its line."""

    text: str
    line: int


@dataclass(frozen=True)
class Requirement:
    """A module at a version: of ``require`` or ``exclude``."""

    path: str
    version: str
    line: int
    indirect: bool = False


@dataclass(frozen=True)
class Replacement:
    """``replace path [version] => target [target_version]``; without target version the target is a directory."""

    path: str
    version: str
    target: str
    target_version: str
    line: int

    @property
    def is_local(self) -> bool:
        return is_directory(self.target)


@dataclass(frozen=True)
class Retraction:
    """An interval of retracted versions; both ends are the same for a single one."""

    low: str
    high: str
    line: int


@dataclass(frozen=True)
class GoMod:
    """What a go.mod says."""

    module: Value | None = None
    go: Value | None = None
    toolchain: Value | None = None
    require: tuple[Requirement, ...] = ()
    exclude: tuple[Requirement, ...] = ()
    replace: tuple[Replacement, ...] = ()
    retract: tuple[Retraction, ...] = ()
    tool: tuple[Value, ...] = ()
    ignore: tuple[Value, ...] = ()
    godebug: tuple[Value, ...] = ()


@dataclass(frozen=True)
class GoWork:
    """What a go.work says."""

    go: Value | None = None
    toolchain: Value | None = None
    use: tuple[Value, ...] = ()
    replace: tuple[Replacement, ...] = ()
    godebug: tuple[Value, ...] = ()


def requirements(mod: GoMod) -> tuple[Requirement, ...]:
    """The modules that are really used: ``require`` with every replacement by another module applied."""
    return tuple(_replaced(requirement, mod) for requirement in mod.require)


def replacement_of(mod: GoMod | GoWork, path: str, version: str) -> Replacement | None:
    """The replace directive that holds for a module at a version, if any: one with a version beats one without."""
    found = [r for r in mod.replace if r.path == path and r.version in ("", version)]
    return max(found, key=lambda r: r.version != "", default=None)


def is_directory(target: str) -> bool:
    """Whether the target of a replace is a directory (rooted, or beginning with . or ..) rather than a module path."""
    return re.match(r"\.{1,2}([/\\]|$)|[/\\]|[A-Za-z]:", target) is not None


def _replaced(requirement: Requirement, mod: GoMod) -> Requirement:
    found = replacement_of(mod, requirement.path, requirement.version)
    if found is None or found.is_local:
        return requirement
    return replace(requirement, path=found.target, version=found.target_version)
