"""What of the project reaches the build: the files that COPY takes from the context, and where they lie when Go runs.

Silent where an instruction cannot be read (variables, unknown folders): only what is certain becomes a fact.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from troubleshooter.errors import InputError
from troubleshooter.evidence import gosource
from troubleshooter.evidence.dockerfile import Dockerfile, queries
from troubleshooter.evidence.dockerfile.copied import copies
from troubleshooter.evidence.dockerfile.gocommands import BUILDERS, GoCommand, go_commands
from troubleshooter.evidence.dockerfile.places import made
from troubleshooter.evidence.dockerfile.stages import Stage
from troubleshooter.evidence.dockerfile.words import has_variable
from troubleshooter.evidence.files import read_text
from troubleshooter.evidence.gomod import GoWork, parse_work_lenient
from troubleshooter.evidence.gosource import Project
from troubleshooter.evidence.gosource.constraint import Target
from troubleshooter.evidence.landing import Kept, Landing, landing
from troubleshooter.evidence.taken import _named, taken_facts
from troubleshooter.model import Fact
from troubleshooter.text import nearest

FACTS = {
    "build.no-go-files": "the package that go build is given, where its folder has no Go files in the build stage",
    "build.main-at": "the one package with a func main, where go build is given another (as ./cmd/app)",
    "build.not-main": "the package that go build is given, where it is a library and not a program",
    "build.std-path": "the argument of go build, where it lacks ./ and so reads as a package of the standard library",
    "own.not-copied": "a package of the module itself that is in the project but not in the build stage (one fact for each)",
    "own.ignored": "the folder of such a package that .dockerignore leaves out",
    "own.not-copied-path": "the folder of that package",
    "own.place": "where that folder belongs in the build stage",
    "local.not-copied": "a folder that go.mod (replace) or go.work (use) points to and that no COPY brings (one fact for each)",
    "local.copied": "yes: such a folder is copied to where Go looks for it",
    "local.place": "where Go looks for that folder",
    "local.outside": "a folder that go.mod (replace) points to outside the build context",
    "go-mod.nowhere": "yes: the project has no go.mod, and the Dockerfile makes none",
    "go-mod.not-there": "the go command that runs in a folder with no go.mod in it or above it",
    "go-mod.home": "the folder into which a COPY before it brings go.mod",
    "go-mod.files": "go.mod and go.sum, as far as the project has them and the context lets them in",
    "go-mod.uncopied": "yes: no COPY before that go command brings go.mod",
    "context.ignores-sources": "yes: .dockerignore leaves Go files of the package out that is built",
    "vendor.not-copied": "yes: the project has a vendor folder that does not reach the build stage",
    "program.name": "the name that Go gives to the program (last part of the module path, or of the package)",
    "entry.similar": "the program that the final stage has, where what it starts has nearly that name",
    "copy-from.absent": "path in COPY --from that neither the context nor a go build puts into that stage (one fact for each)",
}
MANY = frozenset({"own.not-copied", "local.not-copied", "copy-from.absent"})
_NEEDS_MODULE = frozenset({"build", "vet", "test", "run", "mod download", "mod verify", "mod vendor", "mod tidy", "list", "generate"})


def facts(project: Project, dockerfile: Dockerfile, main: GoCommand | None, in_context: Kept, target: Target, name: str,
          stage: str = "") -> list[Fact]:  # fmt: skip
    """The facts of FACTS for the main go command ``main`` of a Dockerfile shown as ``name``.

    ``in_context`` tells of a path of the build context whether it is sent.
    """
    found: list[Fact] = []

    def kept(path: str) -> bool:
        return in_context(project.placed(path))

    found += _nowhere(project, dockerfile, name)
    if main is not None:
        found += _go(project, dockerfile, main, kept, target, name)
    files = [f for f in ("go.mod", "go.sum") if (project.directory / f).is_file() and kept(f)]
    if files:
        found.append(Fact("go-mod.files", " ".join(map(project.placed, files)), "project"))
    found += taken_facts(project, dockerfile, kept, name)
    found += _similar(project, dockerfile, stage, name)
    return found


def _similar(project: Project, dockerfile: Dockerfile, target: str, name: str) -> Iterator[Fact]:
    """The program that is probably meant where the final stage starts a name that it nearly has."""
    final = queries.final_stage(dockerfile, target)
    began = queries.start(dockerfile, final) if final is not None else None
    if final is None or began is None or not began.argv or "/" in began.argv[0] or has_variable(began.argv[0]):
        return
    program = posixpath.basename(project.module) if project.module else ""
    built = {*made(dockerfile, final), *_named(dockerfile, final, program)}
    built |= {
        posixpath.normpath(copy.places(s))
        for copy in copies(dockerfile, final)
        for s in copy.sources
        if copy.stage is not None and copy.target
    }
    names = {posixpath.basename(path) for path in built}
    near = nearest(began.argv[0], sorted(names), 1, 0.75)
    if names and began.argv[0] not in names and near:
        yield Fact("entry.similar", near[0], f"{name}:{began.instruction.start_line}")


def _go(project: Project, dockerfile: Dockerfile, main: GoCommand, kept: Kept, target: Target, name: str) -> Iterator[Fact]:
    stage = dockerfile.stages[main.stage]
    here = landing(dockerfile, stage, main, project.inner)
    source = f"{name}:{main.line}"
    root = _module_root(project, here, kept)
    yield from _module_places(dockerfile, stage, here, project, kept, name)
    if (
        (project.directory / "vendor").is_dir()
        and here.complete
        and root
        and not any(here.places(f"vendor/{f}") for f in ("modules.txt",) if kept(f"vendor/{f}"))
    ):
        yield Fact("vendor.not-copied", "yes", source)
    if not here.complete or main.verb not in (*BUILDERS, "run", "vet", "test") or not main.directory or not here.copies:
        return
    if root and not (project.directory / "vendor").is_dir():
        yield from _local(project, main, here, root, kept)
    yield from _argument(project, main, root, source)
    lying = {place for file in project.files if not file.is_test and kept(file.path) for place in here.places(file.path)}
    folders = {posixpath.dirname(place) for place in lying}
    yield from _packages(project, main, root, folders, here, kept, target, source)
    if root:
        for fact in _own(project, here, root, folders, kept, target, _roots(main, root)):
            yield fact
            if fact.name == "own.not-copied-path":
                place = posixpath.join(root, posixpath.relpath(fact.value, project.inner))
                yield Fact("own.place", f"./{fact.value}" if place == posixpath.join(main.directory, fact.value) else place, fact.source)


def _local(project: Project, main: GoCommand, here: Landing, root: str, kept: Kept) -> Iterator[Fact]:
    """Modules that lie beside this one and that Go wants: those of ``replace`` and, in a workspace, of ``use``."""
    required = {r.path for r in project.mod.require}
    wanted = [(r.target, root, ".", f"go.mod:{r.line}") for r in project.mod.replace if r.is_local and r.path in required]
    homes = {posixpath.dirname(p) for p in here.places_of("go.work")} & {main.directory, *_parents(main.directory)}
    work = _read_work(project) if len(homes) == 1 and main.environment.get("GOWORK") is None else None
    up = posixpath.relpath(".", project.inner)
    wanted += [(use.text, next(iter(homes)), up, f"{up}/go.work:{use.line}") for use in (work.use if work is not None else ())]
    for target, base, origin, source in wanted:
        path = posixpath.normpath(posixpath.join(origin, target))
        place = posixpath.normpath(posixpath.join(base, target))
        lies = {posixpath.dirname(p) for p in here.places(f"{path}/go.mod")} if kept(f"{path}/go.mod") else set()
        if place in lies:
            yield Fact("local.copied", "yes", project.placed(source))
        if target.startswith("/") or place in lies or here.hidden(place):
            continue
        if project.placed(path).startswith(".."):
            yield Fact("local.outside", target, project.placed(source))
        else:
            yield Fact("local.not-copied", project.placed(path), project.placed(source))
            yield Fact("local.place", place, project.placed(source))


def _read_work(project: Project) -> GoWork | None:
    try:
        return parse_work_lenient(read_text(project.context / "go.work"))[0]
    except InputError:
        return None


def _module_root(project: Project, here: Landing, kept: Kept) -> str:
    """The folder in which go.mod lies when Go runs; empty where that is not known."""
    if not project.module or not kept("go.mod"):
        return ""
    homes = {posixpath.dirname(place) for place in here.places("go.mod")}
    return homes.pop() if len(homes) == 1 else ""


def _roots(main: GoCommand, root: str) -> list[str]:
    """The packages that are built, as folders of the project; none where a pattern or an unknown folder is meant."""
    found = []
    for package in main.packages[:1] if main.verb == "run" else main.packages or (".",):
        path = posixpath.normpath(posixpath.join(main.directory, package))
        if package.endswith(".go"):
            path = posixpath.dirname(path)
        if (
            "..." in package
            or not (package.startswith(".") or package.startswith("/") or package.endswith(".go"))
            or not (path + "/").startswith(root.rstrip("/") + "/")
        ):
            return []
        found.append(posixpath.relpath(path, root))
    return found


_RESERVED = frozenset({"all", "std", "cmd", "tool", "work", "main"})


def _argument(project: Project, main: GoCommand, root: str, source: str) -> Iterator[Fact]:
    """A package without ``./`` that names a folder of the project."""
    for package in main.packages[:1] if main.verb == "run" else main.packages:
        first = package.split("/")[0]
        if (
            package.endswith(".go")
            or "@" in package
            or "." in first
            or package.startswith("/")
            or has_variable(package)
            or package in _RESERVED
            or "..." in package
        ):
            continue
        own = project.module and (package == project.module or package.startswith(project.module + "/"))
        if not own and not gosource.is_standard(package):
            yield Fact("build.std-path", package, source)


def _packages(project: Project, main: GoCommand, root: str, folders: set[str], here: Landing, kept: Kept, target: Target,
              source: str) -> Iterator[Fact]:  # fmt: skip
    """Whether the folder that is built has Go files, and a func main where a program is wanted."""
    packages = main.packages or (".",)
    mains = gosource.main_packages(project, target)
    elsewhere = [f"./{folder}" for folder in mains if folder != "."]
    for package in packages[:1]:
        if not package.startswith((".", "/")) or "..." in package or package.endswith(".go") or has_variable(package):
            continue
        place = posixpath.normpath(posixpath.join(main.directory, package))
        if here.hidden(place) or _in_nested(project, here, place):
            continue
        if place not in folders and not project.files and posixpath.normpath(package) != ".":
            return  # without any Go file this is not the whole project
        if place not in folders:
            yield Fact("build.no-go-files", package, source, bool(project.files))
            if any(
                not kept(f.path) and any(posixpath.dirname(p) == place for p in here.places(f.path)) for f in project.files if not f.is_test
            ):
                yield Fact("context.ignores-sources", "yes", ".dockerignore")
            if len(elsewhere) == 1:
                yield Fact("build.main-at", elsewhere[0], "Go sources")
            return
        if main.verb == "build" and main.flag("o") is not None and main.flag("buildmode") in (None, "pie", "exe"):
            own = {posixpath.dirname(p): f for f in project.files if not f.is_test and kept(f.path) for p in here.places(f.path)}
            names = {
                f.package
                for f in project.files
                if not f.is_test
                for p in here.places(f.path)
                if posixpath.dirname(p) == place and gosource.is_used(f, target)
            }
            if names and "main" not in names and place in own:
                yield Fact("build.not-main", package, source)
                if len(elsewhere) == 1:
                    yield Fact("build.main-at", elsewhere[0], "Go sources")
    base = root and posixpath.basename(project.module)
    only = packages[0]
    if main.verb in BUILDERS and base and len(packages) == 1 and posixpath.normpath(posixpath.join(main.directory, only)) == root:
        yield Fact("program.name", re.sub(r"^v\d+$", "", base) or posixpath.basename(posixpath.dirname(project.module)), "go.mod")


def _own(project: Project, here: Landing, root: str, folders: set[str], kept: Kept, target: Target, roots: Sequence[str]) -> Iterator[Fact]:
    """Packages of the module that the program imports, that are in the project, and that no COPY brings."""
    if (project.directory / "vendor").is_dir() and project.module == "":
        return
    built = {f.directory for f in project.files if not f.is_test}
    for found in gosource.imports(project, target, roots):
        own = gosource.own_directory(project, found.path) if found.kind == "own" else None
        if own is None or own not in built:
            continue
        place = posixpath.normpath(posixpath.join(root, own))
        # Only what is there itself can miss a package.
        there = kept(found.file) and any(posixpath.dirname(p) in folders for p in here.places(found.file))
        if there and place not in folders and not here.hidden(place):
            source = f"{project.placed(found.file)}:{found.line}"
            yield Fact("own.not-copied", found.path, source)
            yield Fact("own.not-copied-path", project.placed(own.split("/")[0]), source)
            if any(f.directory == own and not kept(f.path) for f in project.files):
                yield Fact("own.ignored", project.placed(own), ".dockerignore")


def _module_places(dockerfile: Dockerfile, stage: Stage, here: Landing, project: Project, kept: Kept, name: str) -> Iterator[Fact]:
    """The first go command of the stage that needs a go.mod and runs where none is."""
    for command in go_commands(dockerfile, stage):
        if command.verb not in _NEEDS_MODULE or not command.directory or any("@" in p for p in command.packages):
            continue
        at = landing(dockerfile, stage, command, project.inner)
        if not at.complete or at.hidden(command.directory) or command.environment.get("GO111MODULE") is not None:
            continue
        homes = {posixpath.dirname(p) for p in at.places("go.mod") if kept("go.mod")}
        homes |= {posixpath.dirname(p) for p in at.places_of("go.work")}
        inner = {posixpath.dirname(p) for m in _nested(project) for p in at.places(m)}
        above = {command.directory, *_parents(command.directory)}
        if project.module and not (homes | inner) & above:
            yield Fact("go-mod.not-there", f"go {command.verb}", f"{name}:{command.line}")
            if len(homes) == 1:
                yield Fact("go-mod.home", next(iter(homes)), f"{name}:{command.line}")
            if not homes:
                yield Fact("go-mod.uncopied", "yes", f"{name}:{command.line}")
            return


def _nested(project: Project) -> list[str]:
    """go.mod files in folders of the project, two levels deep."""
    found = []
    for pattern in ("*/go.mod", "*/*/go.mod"):
        found += [p.relative_to(project.directory).as_posix() for p in sorted(project.directory.glob(pattern))[:50]]
    return found


def _in_nested(project: Project, here: Landing, place: str) -> bool:
    """Whether a module of its own inside the project lies at or above ``place``."""
    homes = {posixpath.dirname(p) for m in _nested(project) for p in here.places(m)}
    return bool(homes & {place, *_parents(place)})


def _parents(path: str) -> Iterator[str]:
    while path not in ("/", ""):
        path = posixpath.dirname(path)
        yield path


def _nowhere(project: Project, dockerfile: Dockerfile, name: str) -> Iterator[Fact]:
    if project.module or (project.directory / "go.mod").exists() or (project.context / "go.work").exists() or _nested(project):
        return
    every = [c for stage in dockerfile.stages for c in go_commands(dockerfile, stage)]
    text = "\n".join(i.raw for i in dockerfile.instructions if i.keyword == "RUN")
    if re.search(r"go\s+mod\s+init|git\s+clone|GO111MODULE|\bgo\.mod\b|\b(curl|wget)\b", text) or not project.files:
        return
    builds = [
        c
        for c in every
        if c.verb in ("build", "test", "vet", "run", "mod download") and not any("@" in p or p.endswith(".go") for p in c.packages)
    ]
    if builds and all(c.environment.get("GO111MODULE") is None for c in builds):
        yield Fact("go-mod.nowhere", "yes", f"{name}:{builds[0].line}")
