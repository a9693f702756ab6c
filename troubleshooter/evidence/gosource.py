"""The Go sources of a project, without a Go toolchain: what they import, and what they will want from the image.

:func:`read_project` walks a directory within bounds and follows no symbolic link out of it. :func:`facts` tells what the
files say that a build for a target uses (tests and unused packages left out), each fact at FILE:LINE.
"""

from __future__ import annotations

import os
import posixpath
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from troubleshooter.evidence.constraint import Target, file_matches
from troubleshooter.evidence.gofile import GoFile, Use, is_loopback, read_go_file
from troubleshooter.evidence.gomod import GoMod, parse_lenient
from troubleshooter.frozen import dataclass
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

MAX_FILES = 5_000
MAX_ENTRIES = 100_000
MAX_FILE_BYTES = 2 << 20
MAX_TOTAL_BYTES = 16 << 20
_MAX_GO_MOD = 1 << 20
_SKIPPED = frozenset({"vendor", "testdata", "node_modules"})

LINUX = Target()
_EVERYWHERE = "Go sources"
"""The source of what no single line says."""


@dataclass(frozen=True)
class Project:
    """The Go files of a module. ``complete`` is False where a bound was reached or a file could not be read."""

    directory: Path
    mod: GoMod
    files: tuple[GoFile, ...]
    complete: bool
    inner: str = "."
    """The way from the build context to ``directory``."""

    @property
    def context(self) -> Path:
        return self.directory if self.inner == "." else self.directory.parents[self.inner.count("/")]

    def placed(self, path: str) -> str:
        """A path in the module as one in the build context."""
        return path if self.inner == "." else posixpath.normpath(posixpath.join(self.inner, path))

    @property
    def module(self) -> str:
        return self.mod.module.text if self.mod.module else ""


@dataclass(frozen=True)
class Imported:
    """One import of a project's file; ``kind`` is std, own, third-party, no-dot or cgo."""

    path: str
    kind: str
    file: str
    line: int


def read_project(directory: Path, inner: str = ".") -> Project:
    """The Go files below a directory, in order of their paths; ``inner`` leads to it from the build context.

    Left out, as the go command does: vendor, testdata, node_modules, names that begin with . or _, nested modules.
    Raises OSError only where the directory itself cannot be listed.
    """
    os.scandir(directory).close()
    files: list[GoFile] = []
    total = 0
    walk = _Walk(directory.resolve())
    for path, relative in walk.go_files():
        try:
            content = _read_regular(path, MAX_FILE_BYTES)
        except OSError:
            walk.complete = False
            continue
        total += len(content)
        if len(files) >= MAX_FILES or total > MAX_TOTAL_BYTES:
            walk.complete = False
            break
        files.append(read_go_file(content.decode("utf-8", "replace"), relative))
    return Project(directory, _go_mod(directory), tuple(files), walk.complete, inner)


def used_files(project: Project, target: Target = LINUX, roots: Iterable[str] = ()) -> tuple[GoFile, ...]:
    """The files that a build of the packages ``roots`` (directories) uses, the own packages they import included.

    Without roots: all main packages, or every package where there is none.
    """
    matching = [file for file in project.files if is_used(file, target)]
    by_directory = {key: list(group) for key, group in groupby(matching, key=lambda file: file.directory)}
    pending = list(roots) or main_packages(project, target) or list(by_directory)
    reached: set[str] = set()
    while pending:
        directory = pending.pop()
        if directory in reached:
            continue
        reached.add(directory)
        for file in by_directory.get(directory, ()):
            pending += [own for found in file.imports if (own := own_directory(project, found.path)) is not None]
    return tuple(file for file in matching if file.directory in reached)


def main_packages(project: Project, target: Target = LINUX) -> list[str]:
    """The directories with a main package that a build for the target uses."""
    return sorted({file.directory for file in project.files if file.package == "main" and is_used(file, target)})


def imports(project: Project, target: Target = LINUX, roots: Iterable[str] = ()) -> list[Imported]:
    """Every import of the files that a build uses, with its kind and place."""
    return [
        Imported(found.path, _kind(project, found.path), file.path, found.line)
        for file in used_files(project, target, roots)
        for found in file.imports
    ]


def own_directory(project: Project, path: str) -> str | None:
    """The directory of an own package by its import path (it need not exist); None for packages of others."""
    if not project.module or not _below(path, project.module):
        return None
    if any(_below(path, other) and len(other) > len(project.module) for other in _required(project.mod)):
        return None
    return path[len(project.module) + 1 :] or "."


def facts(directory: Path, target: Target = LINUX, roots: Iterable[str] = ()) -> list[Fact]:
    """What the sources of a project tell (see FACTS), for a build of ``roots`` (see used_files) for ``target``."""
    return project_facts(read_project(directory), target, roots)


def project_facts(project: Project, target: Target = LINUX, roots: Iterable[str] = ()) -> list[Fact]:
    """The facts of a project that was read; each name and value once, at the first place."""
    roots = tuple(roots)
    with_cgo = replace(target, cgo=True)
    used = used_files(project, target, roots)
    found = [*_layout(project, target), *_cgo(project, with_cgo, roots), *_import_facts(used), *_use_facts(used)]
    found += [*_packages(project, target, roots), *_embedded(project, used), *_required_facts(project, target, roots)]
    if not project.complete:
        found.append(Fact("sources.incomplete", "yes", _EVERYWHERE))
    return list({(fact.name, fact.value): fact for fact in reversed(found)}.values())[::-1]


# --- walking -------------------------------------------------------------------------------------------------------


class _Walk:
    """Go files below a root; ``complete`` turns False when something had to be left out."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.complete = True
        self._entries = 0

    def go_files(self, directory: Path | None = None, prefix: str = "", depth: int = 0) -> Iterator[tuple[Path, str]]:
        try:
            entries = sorted(os.scandir(directory or self.root), key=lambda entry: entry.name)
        except OSError:
            self.complete = False
            return
        self._entries += len(entries)
        if self._entries > MAX_ENTRIES or depth > 40:
            self.complete = False
            return
        if prefix and any(entry.name == "go.mod" for entry in entries):
            return
        folders = []
        for entry in entries:
            if entry.name.startswith((".", "_")):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry)
            elif entry.name.endswith(".go") and self._is_inside(entry):
                yield Path(entry.path), prefix + entry.name
        for entry in folders:
            if entry.name not in _SKIPPED:
                yield from self.go_files(Path(entry.path), f"{prefix}{entry.name}/", depth + 1)

    def _is_inside(self, entry: os.DirEntry[str]) -> bool:
        if not entry.is_symlink():
            return True
        try:
            return Path(entry.path).resolve(strict=True).is_relative_to(self.root)
        except (OSError, RuntimeError):
            return False


def _read_regular(path: Path, limit: int) -> bytes:
    """The bytes of a regular file; OSError for anything else (a pipe would block) and for files over the limit."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
        raise OSError(f"{path} is no source file")
    with path.open("rb") as stream:
        return stream.read(limit)


def _go_mod(directory: Path) -> GoMod:
    try:
        content = _read_regular(directory / "go.mod", _MAX_GO_MOD)
    except OSError:
        return GoMod()
    return parse_lenient(content.decode("utf-8", "replace"))[0]


# --- files and packages --------------------------------------------------------------------------------------------

_STANDARD = (
    "archive arena bufio builtin bytes cmp compress container context crypto database debug embed encoding errors expvar flag fmt "
    "go hash html image index internal io iter log maps math mime net os path plugin reflect regexp runtime simd slices sort "
    "strconv strings structs sync syscall testing text time unicode unique unsafe uuid weak"
)
"""First parts of the standard library's paths, up to Go 1.27."""


def is_used(file: GoFile, target: Target) -> bool:
    name = file.path.rpartition("/")[2]
    needs_cgo = file.imported("C") is not None
    return not file.is_test and (target.cgo or not needs_cgo) and file_matches(name, file.constraint, target)


def _kind(project: Project, path: str) -> str:
    if path == "C":
        return "cgo"
    if own_directory(project, path) is not None:
        return "own"
    first = path.split("/", 1)[0]
    if any(_below(path, other) for other in _required(project.mod)) or "." in first:
        return "third-party"
    return "std" if first in _STANDARD.split() else "no-dot"


def is_standard(path: str) -> bool:
    """Whether an import path is one of Go's own library, by its first part."""
    return path.split("/", 1)[0] in _STANDARD.split()


def _required(mod: GoMod) -> set[str]:
    return {requirement.path for requirement in mod.require} | {rule.path for rule in mod.replace}


def _below(path: str, module: str) -> bool:
    return path == module or path.startswith(module + "/")


# --- facts ---------------------------------------------------------------------------------------------------------


def _layout(project: Project, target: Target) -> Iterator[Fact]:
    mains = main_packages(project, target)
    if mains:
        yield Fact("main.packages", " ".join(mains), _EVERYWHERE)
    for directory in mains:
        files = [file for file in project.files if file.directory == directory and is_used(file, target)]
        if len(files) > 1:
            yield Fact("main.several-files", directory, files[1].path)
    root = [file for file in project.files if file.directory == "." and not file.is_test]
    yield Fact("root.go-files", "yes" if root else "no", root[0].path if root else _EVERYWHERE)


def _cgo(project: Project, target: Target, roots: tuple[str, ...]) -> Iterator[Fact]:
    used = used_files(project, target, roots)
    importing = [(file, found) for file in used if (found := file.imported("C"))]
    if not importing:
        yield Fact("uses.cgo", "no", _EVERYWHERE)
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


_NET = re.compile(r"net(/http(/.*)?|/mail|/rpc(/.*)?|/smtp|/textproto)?|crypto/(tls|x509)|expvar|log/syslog|mime/multipart")
_CA = re.compile(r"golang\.org/x/crypto/x509roots(/.*)?|github\.com/breml/rootcerts(/.*)?|github\.com/certifi/gocertifi")
_BY_IMPORT = (
    ("uses.net", _NET),
    ("uses.os-user", re.compile("os/user")),
    ("uses.plugin", re.compile("plugin")),
    ("embeds.tzdata", re.compile("time/tzdata")),
    ("embeds.ca", _CA),
)


def _import_facts(used: tuple[GoFile, ...]) -> Iterator[Fact]:
    for name, pattern in _BY_IMPORT:
        for file in used:
            for found in file.imports:
                if pattern.fullmatch(found.path):
                    yield Fact(name, "yes", f"{file.path}:{found.line}")


_BY_USE = {
    "timezones": "uses.timezones",
    "tmp": "uses.tmp",
    "user-lookup": "uses.user-lookup",
    "multipart": "uses.multipart",
    "tls-dial": "uses.https",
}
_BY_VALUE = {"dial": "dials.loopback", "read": "reads.path", "file-url": "reads.path", "write": "writes.path", "command": "runs.command"}
_PORTS = {"http": "80", "https": "443"}


def _use_facts(used: tuple[GoFile, ...]) -> Iterator[Fact]:
    uses = [(file, use) for file in used for use in file.uses]
    for file, use in uses:
        if use.kind in _BY_USE:
            yield Fact(_BY_USE[use.kind], "yes", f"{file.path}:{use.line}")
        elif use.kind in _BY_VALUE:
            yield Fact(_BY_VALUE[use.kind], use.value, f"{file.path}:{use.line}", use.sure)
        elif use.kind == "linkname":
            yield Fact("uses.linkname", use.value, f"{file.path}:{use.line}")
        elif use.kind == "generate":
            yield Fact("generates.with", use.value, f"{file.path}:{use.line}")
        elif use.kind == "listen":
            yield from _listens(use, f"{file.path}:{use.line}")
    clients = [(file, use) for file, use in uses if use.kind == "http-client"]
    urls = [(file, use) for file, use in uses if use.kind == "https-url"]
    if clients:
        # The address may come from a setting: then nothing is certain.
        file, use = (urls or clients)[0]
        yield Fact("uses.https", "yes", f"{file.path}:{use.line}", sure=bool(urls))


def _listens(use: Use, source: str) -> Iterator[Fact]:
    port = use.value.rpartition(":")[2]
    if is_loopback(use.value):
        yield Fact("listens.loopback", use.value, source, use.sure)
    yield Fact("listens.port", _PORTS.get(port, port), source, use.sure)


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
    required = _required(project.mod)
    vendored = (project.directory / "vendor").is_dir()
    workspace = any((p / "go.work").exists() for p in (project.directory, *project.directory.parents[: project.inner.count("/") + 1]))
    for found in imports(project, replace(target, cgo=True), roots):
        source = f"{found.file}:{found.line}"
        since = _SINCE.get(found.path, "")
        if since and _version(since) > _version(newest[0]):
            newest = (since, found.path, source)
        provided = vendored or workspace or any(_below(found.path, path) for path in required)
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
