"""Frozen dataclasses that are cheap to define.

The standard decorator compiles six functions for every frozen class, about half a millisecond each; for the fifty classes
on the way of a small log that is as long as everything else together. Here ``__init__`` alone is compiled, and the rest is
shared. To a type checker, and in what they do, they are the standard ones.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(cls=None, /, *, frozen=False):
        """``dataclasses.dataclass`` with the options that this project uses: none, or ``frozen=True``."""

        def made(cls):
            return _frozen(cls) if frozen else dataclasses.dataclass(cls)

        return made if cls is None else made(cls)


def _frozen(cls: type) -> type:
    own = set(vars(cls))
    made: Any = dataclasses.dataclass(repr=False, eq=False)(cls)
    made.__compared__ = tuple(f.name for f in dataclasses.fields(made) if f.compare)
    for name, shared in _SHARED.items():
        if name not in own:
            setattr(made, name, shared)
    return made  # type: ignore[no-any-return]


def _set_once(self: Any, name: str, value: object) -> None:
    if name in self.__dict__:
        raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
    self.__dict__[name] = value


def _keep(self: Any, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _values(self: Any) -> tuple[object, ...]:
    return tuple(self.__dict__[name] for name in self.__compared__)


def _equal(self: Any, other: object) -> bool:
    return _values(self) == _values(other) if other.__class__ is self.__class__ else NotImplemented


def _hash(self: Any) -> int:
    return hash(_values(self))


def _shown(self: Any) -> str:
    fields = (f"{f.name}={getattr(self, f.name)!r}" for f in dataclasses.fields(self) if f.repr)
    return f"{type(self).__qualname__}({', '.join(fields)})"


_SHARED = {"__setattr__": _set_once, "__delattr__": _keep, "__eq__": _equal, "__hash__": _hash, "__repr__": _shown}
