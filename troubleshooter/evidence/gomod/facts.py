"""Facts of a go.mod and a go.work."""

from __future__ import annotations

import re
from dataclasses import replace

from troubleshooter.evidence.gomod.file import GoMod, Value
from troubleshooter.evidence.gomod.parsing import parse_lenient, parse_work_lenient
from troubleshooter.model import Fact

FACTS = {
    "go.mod": "present: a go.mod was read",
    "go.module": "the module path that go.mod declares",
    "go.required": "the Go version in go.mod's go line",
    "go.directive-format": "the go line: minor (1.21), patch (1.21.0, 1.21rc2: Go before 1.21 cannot read it), absent",
    "go.toolchain": "the name in go.mod's toolchain line (go1.24.3, default)",
    "go.mod-syntax": "the oldest Go that knows all directives used (toolchain 1.21, godebug 1.23, tool 1.24, ignore 1.25)",
    "replace.local": "a local path that a replace directive points to (one fact for each)",
    "go.work": "present: a go.work was read",
    "go.work.required": "the Go version in go.work's go line",
    "go.work.use": "a directory that go.work uses (one fact for each)",
}
MANY = frozenset({"replace.local", "go.work.use"})
"""Names that may occur several times with different values, without contradiction."""


def facts(text: str, name: str = "go.mod") -> list[Fact]:
    """What a go.mod tells, mistakes skipped (see FACTS); ``name`` is how its sources read."""
    mod, mistakes = parse_lenient(text)
    found = [Fact("go.mod", "present", name)]
    if mod.module:
        found.append(_fact("go.module", mod.module, name))
    if mod.go:
        found.append(_fact("go.required", mod.go, name))
        found.append(_fact("go.directive-format", replace(mod.go, text=directive_format(mod.go.text)), name))
    elif not mistakes:
        found.append(Fact("go.directive-format", "absent", name))
    if mod.toolchain:
        found.append(_fact("go.toolchain", mod.toolchain, name))
    if newest := _newest_directive(mod):
        found.append(_fact("go.mod-syntax", newest, name))
    found += [_fact("replace.local", Value(r.target, r.line), name) for r in mod.replace if r.is_local]
    return found


def work_facts(text: str, name: str = "go.work") -> list[Fact]:
    """What a go.work tells, mistakes skipped (see FACTS)."""
    work, _ = parse_work_lenient(text)
    found = [Fact("go.work", "present", name)]
    if work.go:
        found.append(_fact("go.work.required", work.go, name))
    return found + [_fact("go.work.use", use, name) for use in work.use]


def directive_format(version: str) -> str:
    """``minor`` for what every Go can read (1.21), ``patch`` for what only Go 1.21 and later can (1.21.0, 1.21rc2)."""
    return "minor" if re.fullmatch(r"\d+\.\d+", version) else "patch"


_DIRECTIVE_SINCE = (("ignore", "1.25"), ("tool", "1.24"), ("godebug", "1.23"), ("toolchain", "1.21"))


def _fact(name: str, value: Value, file: str) -> Fact:
    return Fact(name, value.text, f"{file}:{value.line}")


def _newest_directive(mod: GoMod) -> Value | None:
    for verb, since in _DIRECTIVE_SINCE:
        used = getattr(mod, verb)
        if used:
            first = used if isinstance(used, Value) else used[0]
            return Value(since, first.line)
    return None
