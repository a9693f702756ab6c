"""Which Go files a build uses: ``//go:build`` and ``// +build`` lines and names like ``file_linux_arm64.go``.

The rules are those of go/build. What a build is made for is a :class:`Target`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import field

from troubleshooter.frozen import dataclass

_SYSTEMS = "aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1 windows zos"
_ARCHITECTURES = (
    "386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ppc ppc64 ppc64le "
    "riscv riscv64 s390 s390x sparc sparc64 wasm"
)
KNOWN_OS = frozenset(_SYSTEMS.split())
KNOWN_ARCH = frozenset(_ARCHITECTURES.split())
_UNIX = KNOWN_OS - {"js", "nacl", "plan9", "wasip1", "windows", "zos"}
_ALSO = {"android": "linux", "illumos": "solaris", "ios": "darwin"}


class ConstraintError(ValueError):
    """A build constraint that cannot be parsed; the text says why."""


@dataclass(frozen=True)
class Target:
    """What a build is made for. ``minor`` is the Go version's: 24 for Go 1.24."""

    goos: str = "linux"
    goarch: str = "amd64"
    cgo: bool = True
    tags: frozenset[str] = field(default_factory=frozenset)
    minor: int = 27

    def has(self, tag: str) -> bool:
        """Whether a tag of a build constraint holds."""
        if tag == "cgo":
            return self.cgo
        if tag in (self.goos, self.goarch, "gc", _ALSO.get(self.goos)) or tag in self.tags:
            return True
        if tag == "unix":
            return self.goos in _UNIX
        release = re.fullmatch(r"go1\.(\d{1,4})", tag, re.ASCII)
        return release is not None and 1 <= int(release[1]) <= self.minor


def file_matches(name: str, constraint: str, target: Target) -> bool:
    """Whether a build for ``target`` uses the file of that name with that constraint (as read_constraint returns it).

    A constraint that cannot be parsed excludes the file, as the go command does after complaining.
    """
    try:
        return name_matches(name, target) and evaluate(constraint, target.has)
    except ConstraintError:
        return False


def name_matches(name: str, target: Target) -> bool:
    """Whether the name of a file (``x_linux.go``, ``x_arm64_test.go``) admits a target."""
    stem = name.split(".", 1)[0]
    parts = stem.split("_")[1:]
    if parts[-1:] == ["test"]:
        parts.pop()
    if len(parts) >= 2 and parts[-2] in KNOWN_OS and parts[-1] in KNOWN_ARCH:
        return target.has(parts[-2]) and target.has(parts[-1])
    if parts and (parts[-1] in KNOWN_OS or parts[-1] in KNOWN_ARCH):
        return target.has(parts[-1])
    return True


def read_constraint(text: str) -> str:
    """The constraint in the head of a Go file as one ``//go:build`` expression; empty for none.

    ``// +build`` lines count only without a ``//go:build`` line and before a blank line.
    """
    old: list[str] = []
    pending: list[str] = []
    in_comment = False
    for raw in text.split("\n"):
        line = raw.strip()
        if in_comment or line.startswith("/*"):
            pending.clear()
            body = line if in_comment else line[2:]
            in_comment = "*/" not in body
            if not in_comment and body.split("*/", 1)[1].strip():
                break
            continue
        if not line:
            old += pending
            pending.clear()
        elif not line.startswith("//"):
            break
        elif match := re.match(r"//go:build(?:\s+(.*))?$", line):
            return match[1] or ""
        elif match := re.match(r"//\s*\+build(?:\s+(.*))?$", line):
            pending.append(_from_plus_build(match[1] or ""))
    return " && ".join(f"({expression})" for expression in old)


def evaluate(expression: str, has: Callable[[str], bool]) -> bool:
    """Whether a ``//go:build`` expression holds; the empty one does. Raises ConstraintError."""
    tokens = re.findall(r"\|\||&&|[()!]|[\w.]+|\S", expression)
    if not tokens:
        return True
    if tokens.count("(") > 100:
        raise ConstraintError("the expression is too complex")
    value, at = _or(tokens, 0, has)
    if at < len(tokens):
        raise ConstraintError(f"unexpected {tokens[at]!a}")
    return value


def _or(tokens: list[str], at: int, has: Callable[[str], bool]) -> tuple[bool, int]:
    value, at = _and(tokens, at, has)
    while tokens[at : at + 1] == ["||"]:
        right, at = _and(tokens, at + 1, has)
        value = value or right
    return value, at


def _and(tokens: list[str], at: int, has: Callable[[str], bool]) -> tuple[bool, int]:
    value, at = _not(tokens, at, has)
    while tokens[at : at + 1] == ["&&"]:
        right, at = _not(tokens, at + 1, has)
        value = value and right
    return value, at


def _not(tokens: list[str], at: int, has: Callable[[str], bool]) -> tuple[bool, int]:
    if tokens[at : at + 1] != ["!"]:
        return _atom(tokens, at, has)
    if tokens[at + 1 : at + 2] == ["!"]:
        raise ConstraintError("double negation")
    value, at = _atom(tokens, at + 1, has)
    return not value, at


def _atom(tokens: list[str], at: int, has: Callable[[str], bool]) -> tuple[bool, int]:
    token = tokens[at] if at < len(tokens) else ""
    if token == "(":
        value, at = _or(tokens, at + 1, has)
        if tokens[at : at + 1] != [")"]:
            raise ConstraintError("missing )")
        return value, at + 1
    if not re.fullmatch(r"[\w.]+", token):
        raise ConstraintError(f"unexpected {token!a}" if token else "unexpected end")
    return has(token), at + 1


def _from_plus_build(words: str) -> str:
    """``linux,cgo !arm`` (comma: and; space: or) as a ``//go:build`` expression."""
    clauses = []
    for clause in words.split():
        terms = [term if re.fullmatch(r"!?[\w.]+", term) else "ignore" for term in clause.split(",")]
        clauses.append(" && ".join(terms))
    return " || ".join(f"({clause})" for clause in clauses) or "ignore"
