"""Facts of cgo: where C is called, what it includes and links, and archives that lie beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from troubleshooter.evidence.gosource.constraint import Target
from troubleshooter.evidence.gosource.gofile import GoFile
from troubleshooter.evidence.gosource.reading import EVERYWHERE, Project, is_used, used_files
from troubleshooter.model import Fact


def cgo_facts(project: Project, target: Target, roots: tuple[str, ...]) -> Iterator[Fact]:
    """Facts of the cgo preambles that count for the target."""
    used = used_files(project, target, roots)
    importing = [(file, found) for file in used if (found := file.imported("C"))]
    if not importing:
        yield Fact("uses.cgo", "no", EVERYWHERE)
        return
    for file, found in importing:
        yield Fact("uses.cgo", "yes", f"{file.path}:{found.line}")
    without = replace(target, cgo=False)
    kept = {file.directory for file in project.files if is_used(file, without)}
    for file, found in importing:
        if file.directory not in kept:
            yield Fact("cgo.only-package", file.directory, f"{file.path}:{found.line}")
        folder = project.directory / file.directory
        if any(any(folder.glob(f"*.{suffix}")) for suffix in ("cc", "cpp", "cxx")):
            yield Fact("uses.cpp", "yes", f"{file.path}:{found.line}")
        for line, archive in _archives(folder, file):
            yield Fact("cgo.archive", archive, f"{file.path}:{line}")
        for directive in file.cgo:
            if not directive.conditions or any(_holds(condition, target) for condition in directive.conditions):
                if (
                    directive.conditions
                    and directive.verb in ("CFLAGS", "CXXFLAGS")
                    and any(c not in ("linux", "cgo") for c in directive.conditions)
                ):
                    continue
                for name, value in _c_names(directive.verb, directive.value):
                    yield Fact(name, value, f"{file.path}:{directive.line}")


def _holds(condition: str, target: Target) -> bool:
    """Whether ``linux,!arm64`` of a #cgo line holds."""
    return all(target.has(term.removeprefix("!")) != term.startswith("!") for term in condition.split(","))


def _archives(folder: Path, file: GoFile) -> Iterator[tuple[int, str]]:
    """Archives that lie in the project and that LDFLAGS name with -L${SRCDIR}… -lNAME, or by their path."""
    for directive in file.cgo:
        if directive.verb != "LDFLAGS":
            continue
        words = directive.value.split()
        folders = [word[2:].replace("${SRCDIR}", ".") for word in words if word.startswith("-L${SRCDIR}")]
        names = [f"{base}/lib{word[2:]}.a" for base in folders for word in words if word.startswith("-l")]
        names += [word.replace("${SRCDIR}", ".") for word in words if word.startswith("${SRCDIR}") and word.endswith(".a")]
        yield from ((directive.line, name.rpartition("/")[2]) for name in names if (folder / name).is_file())


_CPU_FLAGS = (
    (
        "amd64",
        re.compile(r"-m(sse\S*|ssse3|avx\S*|aes|pclmul|fma|bmi2?|popcnt|64|32)|-march=(x86-64\S*|haswell|skylake\S*|core\S*|nehalem)"),
    ),
    ("arm", re.compile(r"-mfpu=\S+|-mfloat-abi=\S+|-march=armv[67]\S*")),
    ("arm64", re.compile(r"-march=armv[89]\S*|-mcpu=(cortex|neoverse)\S*")),
)


def _c_names(verb: str, value: str) -> Iterator[tuple[str, str]]:
    if verb in ("CFLAGS", "CXXFLAGS"):
        yield from (("cgo.flags-for", arch) for arch, flags in _CPU_FLAGS for word in value.split() if flags.fullmatch(word))
    if verb == "calls":
        yield "cgo.calls", value
    if verb == "LDFLAGS":
        yield from (("cgo.link", flag[2:]) for flag in value.split() if re.match(r"-l\S", flag))
    elif verb == "pkg-config":
        yield from (("cgo.pkg-config", word) for word in value.split() if not word.startswith("-"))
    elif verb == "include":
        yield "cgo.include", value
