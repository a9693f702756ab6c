"""vendor/modules.txt: text in, vendored modules out; and where it contradicts go.mod, as the go command checks it."""

from __future__ import annotations

import re

from troubleshooter.evidence.gomod import GoMod, replacement_of
from troubleshooter.frozen import dataclass
from troubleshooter.model import Fact

FACTS = {
    "vendor": "present: a vendor/modules.txt was read",
    "vendor.consistent": "yes or no: vendor/modules.txt agrees with go.mod",
    "vendor.mismatch": "a module on which the two disagree, as path@version: what is wrong (one fact for each)",
}

MANY = frozenset({"vendor.mismatch"})

_HEADER = re.compile(r"# (\S+)(?= (?:v|=> ))(?: (v\S+))?(?: => (\S+)(?: (v\S+))?)?\s*$")


@dataclass(frozen=True)
class VendoredModule:
    """One ``# path version [=> target version]`` of vendor/modules.txt, with the packages below it."""

    path: str
    version: str
    target: str
    target_version: str
    explicit: bool
    packages: tuple[str, ...]
    line: int


def parse_vendor(text: str) -> tuple[VendoredModule, ...]:
    """The modules of a vendor/modules.txt in order; lines that mean nothing to the go command are skipped."""
    modules: list[VendoredModule] = []
    header: re.Match[str] | None = None
    marks: list[str] = []
    packages: list[str] = []
    begun = 0

    def close() -> None:
        if header is not None:
            path, version, target, target_version = (part or "" for part in header.groups())
            explicit = "explicit" in marks
            modules.append(VendoredModule(path, version, target, target_version, explicit, tuple(packages), begun))

    for number, line in enumerate(text.split("\n"), start=1):
        if line.startswith("## "):
            marks += [mark.strip() for mark in line[3:].split(";")]
        elif line.startswith("# "):
            close()
            header, marks, packages, begun = _HEADER.match(line), [], [], number
        elif header is not None and line.strip():
            packages.append(line.strip())
    close()
    return tuple(modules)


def mismatches(mod: GoMod, vendored: tuple[VendoredModule, ...]) -> tuple[str, ...]:
    """Why the go command would report "inconsistent vendoring"; empty where it would not."""
    if not _marks_explicit(mod):
        return ()
    explicit = {(module.path, module.version) for module in vendored if module.explicit}
    replaced = {(module.path, module.version): (module.target, module.target_version) for module in vendored if module.target}
    required = {(requirement.path, requirement.version) for requirement in mod.require}
    found = [f"{_at(*key)}: required in go.mod, but not marked as explicit" for key in sorted(required - explicit)]
    for rule in mod.replace:
        target = replaced.get((rule.path, rule.version))
        if target is None:
            found.append(f"{_at(rule.path, rule.version)}: replaced in go.mod, but not marked as replaced")
        elif target != (rule.target, rule.target_version):
            found.append(f"{_at(rule.path, rule.version)}: replaced by {_at(*target)}, but go.mod says otherwise")
    found += [f"{_at(*key)}: marked as explicit, but not required in go.mod" for key in sorted(explicit - required)]
    for path, version in replaced:
        if replacement_of(mod, path, version) is None:
            found.append(f"{_at(path, version)}: marked as replaced, but not replaced in go.mod")
    return tuple(found)


def vendor_facts(text: str, mod: GoMod, name: str = "vendor/modules.txt") -> list[Fact]:
    """What a vendor/modules.txt tells next to its go.mod; see FACTS."""
    wrong = mismatches(mod, parse_vendor(text))
    found = [Fact("vendor", "present", name), Fact("vendor.consistent", "no" if wrong else "yes", name)]
    return found + [Fact("vendor.mismatch", says, name) for says in wrong]


def _at(path: str, version: str) -> str:
    return f"{path}@{version}" if version else path


def _marks_explicit(mod: GoMod) -> bool:
    """Whether vendor/modules.txt of this module marks what is explicit: since Go 1.14, and checked since then."""
    version = re.match(r"(\d+)\.(\d+)", mod.go.text) if mod.go else None
    return version is not None and (int(version[1]), int(version[2])) >= (1, 14)
