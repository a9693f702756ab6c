"""Facts of a project's Go sources; FACTS says which there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from troubleshooter.evidence.gosource.cgo import cgo_facts
from troubleshooter.evidence.gosource.constraint import Target
from troubleshooter.evidence.gosource.gofile import GoFile
from troubleshooter.evidence.gosource.reading import (
    EVERYWHERE,
    LINUX,
    Project,
    below,
    imports,
    is_used,
    main_packages,
    own_directory,
    read_project,
    required_modules,
    used_files,
)
from troubleshooter.evidence.gosource.uses import asks_for_libc, import_facts, use_facts
from troubleshooter.model import Fact

FACTS = {
    "main.packages": "the directories with a main package, separated by spaces; . for the project itself",
    "main.several-files": "a main package of more than one file (one fact for each)",
    "root.go-files": "yes or no: Go files (tests aside) lie in the project's own directory",
    "uses.cgo": "yes or no: a package of the project itself imports C",
    "cgo.only-package": "an own package that has no Go files with CGO_ENABLED=0 (one fact for each)",
    "cgo.link": "a C library that own sources link (-lNAME in #cgo LDFLAGS; one fact for each)",
    "cgo.pkg-config": "a pkg-config name in own #cgo lines (one fact for each)",
    "cgo.include": "a C header that own sources include (one fact for each)",
    "uses.net": "yes: own sources import net, or a standard package that does (net/http, crypto/tls, …)",
    "uses.os-user": "yes: own sources import os/user",
    "uses.libc": "no: all that is imported, own packages included, is known, and none of it asks for the C library, even with cgo on",
    "uses.user-lookup": "yes: own sources look users or groups up (user.Current, user.Lookup, …)",
    "uses.plugin": "yes: own sources import plugin",
    "uses.timezones": "yes: own sources call time.LoadLocation",
    "uses.tmp": "yes: own sources create files in the temporary directory",
    "uses.multipart": "yes: own sources parse multipart forms (large uploads go to the temporary directory)",
    "uses.https": "yes: own sources connect by TLS (an https:// address with an HTTP client, tls.Dial)",
    "embeds.tzdata": "yes: own sources import time/tzdata",
    "embeds.ca": "yes: own sources import a package with CA certificates (golang.org/x/crypto/x509roots, …)",
    "embed.missing": "a //go:embed pattern that matches no file (one fact for each)",
    "listens.loopback": "an address of this machine alone that own sources listen on (one fact for each)",
    "listens.port": "a port number that own sources listen on (one fact for each)",
    "dials.loopback": "an address at localhost that own sources connect to (one fact for each)",
    "reads.path": "a path that own sources read (one fact for each)",
    "writes.path": "a path that own sources write (one fact for each)",
    "runs.command": "a command that own sources execute (one fact for each)",
    "own.missing": "an imported package below the module's own path without a directory (one fact for each)",
    "own.excluded": "an imported package of the project without a file for the target, cgo or not (one fact for each)",
    "imports.no-dot": "an import that is neither standard nor own nor required, without a dot (one fact for each)",
    "imports.own-path": "the full path of the own package that such an import means",
    "imports.unrequired": "an imported package that no module in go.mod holds (one fact for each)",
    "imports.needs-go": "the Go version that the newest standard package needs which own sources import",
    "imports.newest": "that package",
    "uses.linkname": "a name inside Go's runtime or standard library that //go:linkname reaches for (one fact for each)",
    "uses.cpp": "yes: a package with import C has C++ files",
    "cgo.flags-for": "the processor that unconditional #cgo flags are made for: amd64, arm, arm64 (one fact for each)",
    "cgo.calls": "a C function of name or user look-ups, or dlopen, that own C code calls (one fact for each)",
    "cgo.archive": "a C archive (.a) in the project that #cgo LDFLAGS link (one fact for each)",
    "generates.with": "a command in a //go:generate line (one fact for each)",
    "sources.incomplete": "yes: not all Go files were read (too many, too large, or not readable)",
}
MANY = frozenset(
    {
        "main.several-files",
        "cgo.only-package",
        "cgo.link",
        "cgo.pkg-config",
        "cgo.include",
        "embed.missing",
        "listens.loopback",
        "listens.port",
        "dials.loopback",
        "reads.path",
        "writes.path",
        "runs.command",
        "own.missing",
        "own.excluded",
        "imports.no-dot",
        "imports.unrequired",
        "uses.linkname",
        "cgo.flags-for",
        "cgo.calls",
        "cgo.archive",
        "generates.with",
    }
)
"""The source of what no single line says."""


def facts(directory: Path, target: Target = LINUX, roots: Iterable[str] = ()) -> list[Fact]:
    """What the sources of a project tell (see FACTS), for a build of ``roots`` (see used_files) for ``target``."""
    return project_facts(read_project(directory), target, roots)


def project_facts(project: Project, target: Target = LINUX, roots: Iterable[str] = ()) -> list[Fact]:
    """The facts of a project that was read; each name and value once, at the first place."""
    roots = tuple(roots)
    with_cgo = replace(target, cgo=True)
    used = used_files(project, target, roots)
    found = [*_layout(project, target), *cgo_facts(project, with_cgo, roots), *import_facts(used), *use_facts(used)]
    found += [*_packages(project, target, roots), *_embedded(project, used), *_required_facts(project, target, roots)]
    imported = imports(project, with_cgo, roots)
    if project.complete and used and not any(asks_for_libc(i.kind, i.path) for i in imported):
        found.append(Fact("uses.libc", "no", EVERYWHERE))
    if not project.complete:
        found.append(Fact("sources.incomplete", "yes", EVERYWHERE))
    return list({(fact.name, fact.value): fact for fact in reversed(found)}.values())[::-1]


def _layout(project: Project, target: Target) -> Iterator[Fact]:
    mains = main_packages(project, target)
    if mains:
        yield Fact("main.packages", " ".join(mains), EVERYWHERE)
    for directory in mains:
        files = [file for file in project.files if file.directory == directory and is_used(file, target)]
        if len(files) > 1:
            yield Fact("main.several-files", directory, files[1].path)
    root = [file for file in project.files if file.directory == "." and not file.is_test]
    yield Fact("root.go-files", "yes" if root else "no", root[0].path if root else EVERYWHERE)


def _packages(project: Project, target: Target, roots: tuple[str, ...]) -> Iterator[Fact]:
    """Imports that will not be found."""
    present = {file.directory for file in project.files if not file.is_test}
    built = {file.directory for file in project.files if any(is_used(file, replace(target, cgo=cgo)) for cgo in (True, False))}
    for found in imports(project, replace(target, cgo=True), roots):
        source = f"{found.file}:{found.line}"
        if found.kind == "no-dot":
            yield Fact("imports.no-dot", found.path, source)
            tail = next((t for t in _tails(found.path) if t in present and project.module), "")
            if tail:
                yield Fact("imports.own-path", f"{project.module}/{tail}", source)
        elif found.kind == "own":
            own = own_directory(project, found.path) or "."
            if own not in present:
                # A directory that the walk leaves out (nested module, vendor) may still be there.
                if project.complete and not (project.directory / own).is_dir():
                    yield Fact("own.missing", found.path, source)
            elif own not in built:
                yield Fact("own.excluded", found.path, source)


_SINCE = {
    "embed": "1.16", "io/fs": "1.16", "testing/fstest": "1.16", "runtime/metrics": "1.16", "net/netip": "1.18", "debug/buildinfo": "1.18",
    "crypto/ecdh": "1.20", "runtime/coverage": "1.20", "cmp": "1.21", "log/slog": "1.21", "maps": "1.21", "slices": "1.21",
    "testing/slogtest": "1.21", "go/version": "1.22", "math/rand/v2": "1.22", "iter": "1.23", "structs": "1.23", "unique": "1.23",
    "crypto/fips140": "1.24", "crypto/hkdf": "1.24", "crypto/mlkem": "1.24", "crypto/pbkdf2": "1.24", "crypto/sha3": "1.24", "weak": "1.24",
    "testing/synctest": "1.25", "crypto/hpke": "1.26",
}  # fmt: skip
"""The Go version that brought a standard package (api/go1.*.txt)."""


def _required_facts(project: Project, target: Target, roots: tuple[str, ...]) -> Iterator[Fact]:
    """Imports that go.mod does not provide for, and standard packages that older releases lack."""
    newest = ("", "", "")
    required = required_modules(project.mod)
    vendored = (project.directory / "vendor").is_dir()
    workspace = any((p / "go.work").exists() for p in (project.directory, *project.directory.parents[: project.inner.count("/") + 1]))
    for found in imports(project, replace(target, cgo=True), roots):
        source = f"{found.file}:{found.line}"
        since = _SINCE.get(found.path, "")
        if since and _version(since) > _version(newest[0]):
            newest = (since, found.path, source)
        provided = vendored or workspace or any(below(found.path, path) for path in required)
        if found.kind == "third-party" and project.module and not provided:
            yield Fact("imports.unrequired", found.path, source)
    if newest[0]:
        yield Fact("imports.needs-go", newest[0], newest[2])
        yield Fact("imports.newest", newest[1], newest[2])


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part)


def _tails(path: str) -> Iterator[str]:
    parts = path.split("/")
    yield from ("/".join(parts[start:]) for start in range(len(parts)))


def _embedded(project: Project, used: tuple[GoFile, ...]) -> Iterator[Fact]:
    for file in used:
        for pattern, line in file.embeds:
            base = project.directory / file.directory
            try:
                matches = any(base.glob(pattern))
            except (ValueError, NotImplementedError, OSError):
                continue
            if not matches:
                yield Fact("embed.missing", pattern, f"{file.path}:{line}")
