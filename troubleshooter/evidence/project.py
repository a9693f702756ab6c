"""A project folder as evidence: what its files say together, and what is not there.

Nothing outside the folder is read: a symbolic link that leads out of it counts as absent.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from troubleshooter.evidence import binary, compose, context, dockerignore, gomod, gosource, gosum, needs, running, script, vendored
from troubleshooter.evidence.dockerfile import Dockerfile, final_stage, lineage, main_build, start, workdir
from troubleshooter.evidence.dockerfile.copied import Copy, own_copies
from troubleshooter.evidence.files import read_text
from troubleshooter.evidence.gosource.constraint import Target
from troubleshooter.evidence.landing import landing
from troubleshooter.evidence.layout import Folder, inside, moved, relative
from troubleshooter.evidence.program import BinaryError
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import Fact
from troubleshooter.text import version_key

FACTS = {
    "context.missing": "a COPY source that is not in the build context (one fact for each)",
    "context.ignored": "a COPY source that .dockerignore leaves out (one fact for each)",
    "context.copies-binary": "a program in the project that a COPY takes from the build context",
    "goprivate.required": "a required module that GOPRIVATE covers",
    "replace.required": "the Go version in the go.mod of a module that replace points to inside the project",
    "go.requires": "yes: go.mod requires at least one module",
    "unrequired.module": "the module in go.sum that holds an imported package which go.mod does not require",
    "unrequired.version": "its version in go.sum",
    "mount.source-place": "where that file is mounted",
    "git.present": "yes or no: the project folder has a .git",
    "git.ignored": "yes: .dockerignore leaves .git out of the build context",
}

MANY = frozenset({"context.missing", "context.ignored"})

_SHELLS = ("sh", "/bin/sh", "bash", "/bin/bash", "ash", "/bin/ash")
_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")


def facts(folder: Folder, dockerfile: Dockerfile | None, name: str, given: list[Fact], knowledge: Knowledge, stage: str = "") -> list[Fact]:
    """Everything that the folder tells beside its Dockerfile (``dockerfile``, shown as ``name``) and go.mod.

    ``given`` are the facts of those two, which say for which system and which package is built; ``stage`` is ``--target``.
    """
    found: list[Fact] = []
    if dockerfile is None:
        found.append(Fact("dockerfile", "absent", str(folder.path)))
    if folder.go_mod is None:
        found.append(Fact("go.mod", "absent", str(folder.path)))
    found += _workspace(folder)
    project = _project(folder)
    target, roots = _target(given, folder.inner)
    found += moved(_module(folder, project, target, roots, given), folder.module, folder.path)
    git = (folder.path / ".git").exists()
    found.append(Fact("git.present", "yes" if git else "no", ".git"))
    found += _composed(folder, given)
    if dockerfile is not None:
        patterns, ignore_name = _ignored(folder)
        found += _context(folder, dockerfile, name, given, patterns, ignore_name, stage)

        def kept(path: str) -> bool:
            return not dockerignore.ignored(patterns, path)[0]

        every = [*given, *found]
        if project is not None:
            found += context.facts(project, dockerfile, main_build(dockerfile, stage), kept, target, name, stage)
            imported = gosource.imports(project, target, roots)
            runs = "\n".join(each.raw for each in dockerfile.instructions if each.keyword in ("RUN", "COPY", "ADD"))
            found += needs.facts(every, imported, runs, knowledge)
        found += running.facts(folder.path, dockerfile, stage, every, kept, name, folder.inner)
    return found


def _module(folder: Folder, project: gosource.Project | None, target: Target, roots: tuple[str, ...], given: list[Fact]) -> list[Fact]:
    """What the module itself tells, at places in it."""
    found = list(_modules(folder))
    if project is not None:
        found += gosource.project_facts(project, target, roots)
        found += _demands(folder, project.mod, [*given, *found])
    return found


def _demands(folder: Folder, mod: gomod.GoMod, given: list[Fact]) -> Iterator[Fact]:
    """What required modules ask for: a private one git, one that lies in the project a Go version."""
    private = next((f.value for f in given if f.name == "goprivate"), "")
    for required in gomod.requirements(mod) if private else ():
        if any(_private(required.path, pattern.strip()) for pattern in private.split(",")):
            yield Fact("goprivate.required", required.path, f"go.mod:{required.line}")
            break
    yield from _unrequired(folder, given)
    newest = ("", "")
    for fact in given:
        path = posixpath.normpath(fact.value)
        place = posixpath.normpath(posixpath.join(folder.inner, path))
        inner = inside(folder.path, f"{place}/go.mod") if fact.name == "replace.local" and not path.startswith("/") else None
        if inner is not None and inner.is_file():
            told = next((f.value for f in gomod.facts(read_text(inner), f"{path}/go.mod") if f.name == "go.required"), "")
            if told and version_key(told) > version_key(newest[0]):
                newest = (told, f"{path}/go.mod")
    if newest[0]:
        yield Fact("replace.required", newest[0], newest[1])


def _unrequired(folder: Folder, given: list[Fact]) -> Iterator[Fact]:
    """The module and version of an import that go.mod lacks, where go.sum has exactly one that holds it."""
    imported = next((f for f in given if f.name == "imports.unrequired"), None)
    sums = inside(folder.module, "go.sum")
    if imported is None or sums is None:
        return
    found = {
        tuple(line.split()[:2])
        for line in read_text(sums).splitlines()
        if len(line.split()) == 3 and not line.split()[1].endswith("/go.mod")
    }
    fitting = sorted((m, v) for m, v in found if imported.value == m or imported.value.startswith(m + "/"))
    if len(fitting) == 1:
        yield Fact("unrequired.module", fitting[0][0], "go.sum")
        yield Fact("unrequired.version", fitting[0][1], "go.sum")


def _private(path: str, pattern: str) -> bool:
    """Whether a module is below a pattern of GOPRIVATE (globs match as many path elements as they have)."""
    depth = pattern.count("/") + 1
    return bool(pattern) and fnmatchcase("/".join(path.split("/")[:depth]), pattern)


def _project(folder: Folder) -> gosource.Project | None:
    try:
        return gosource.read_project(folder.module, folder.inner)
    except OSError:
        return None


def _composed(folder: Folder, given: list[Fact]) -> Iterator[Fact]:
    """What a compose file beside the Dockerfile changes."""
    path = folder.compose
    built = relative(folder.dockerfile, path.parent) if path is not None and folder.dockerfile is not None else ""
    service = compose.read(read_text(path), built) if path is not None else None
    if path is None or service is None:
        return
    known = {f.name: f.value for f in given}
    name = relative(path, folder.path)
    yield from compose.facts(service, name, known.get("entry.path", ""), known.get("final.workdir", ""))
    for source, place, line in service.volumes:
        if source.startswith("./") and "." in posixpath.basename(source) and "$" not in source and not (path.parent / source).exists():
            yield Fact("mount.source-missing", source, f"{name}:{line}")
            yield Fact("mount.source-place", place, f"{name}:{line}")
    if service.image and not service.context and folder.dockerfile is None:
        yield Fact("build.image", service.image, f"{name}:{service.line}")


def _target(given: list[Fact], inner: str) -> tuple[Target, tuple[str, ...]]:
    """What is built for, and the packages as folders of the module, which lies at ``inner`` in the context."""
    known = {f.name: f.value for f in given}
    tags = frozenset(known.get("build.tags", "").split(",")) - {""}
    package = known.get("build.target", "")
    root = posixpath.normpath(package)
    root = posixpath.relpath(root, inner) if (root + "/").startswith(inner + "/") else root
    roots = (root,) if package.startswith("./") and "..." not in package and not package.endswith(".go") else ()
    return Target(known.get("target.os", "linux"), known.get("target.arch", "amd64"), known.get("cgo") != "0", tags), roots


def _workspace(folder: Folder) -> Iterator[Fact]:
    work = inside(folder.path, "go.work")
    if work is not None and work.is_file():
        yield from gomod.work_facts(read_text(work))


def _modules(folder: Folder) -> Iterator[Fact]:
    if folder.go_mod is None:
        return
    mod_text = read_text(folder.go_mod)
    sums = inside(folder.module, "go.sum")
    yield from gosum.sum_facts(read_text(sums) if sums else None, mod_text)
    if sums is None:
        yield Fact("go.sum", "absent", str(folder.path))
    listing = inside(folder.module, "vendor/modules.txt")
    if listing is not None:
        yield from vendored.vendor_facts(read_text(listing), gomod.parse_lenient(mod_text)[0])


def _ignored(folder: Folder) -> tuple[tuple[dockerignore.Pattern, ...], str]:
    """The patterns of .dockerignore and the name of that file."""
    ignore = _ignore_file(folder)
    if ignore is None:
        return (), ""
    return dockerignore.parse(read_text(ignore)), ignore.relative_to(folder.path).as_posix()


def _context(folder: Folder, dockerfile: Dockerfile, name: str, given: list[Fact], patterns: tuple[dockerignore.Pattern, ...],
             ignore_name: str, target: str) -> Iterator[Fact]:  # fmt: skip
    """What the COPY instructions take from the build context: absent, ignored, a script, a program."""
    if patterns and dockerignore.ignored(patterns, ".git")[0]:
        yield Fact("git.ignored", "yes", ignore_name)
    for stage in dockerfile.stages:
        for copy in own_copies(dockerfile, stage):
            if copy.origin or copy.instruction.heredocs:
                continue
            for source in copy.sources:
                yield from _source(folder, copy, source, name, patterns, ignore_name)
        for each in stage.instructions:
            for mount in each.flags.get("mount", ()) if each.keyword == "RUN" else ():
                yield from _mounted(folder, mount, f"{name}:{each.start_line}")
    yield from _started(folder, dockerfile, target)


def _mounted(folder: Folder, mount: str, place: str) -> Iterator[Fact]:
    """The source of a ``RUN --mount=type=bind`` that is not in the context."""
    pairs = dict(part.partition("=")[::2] for part in mount.split(","))
    source = pairs.get("source") or pairs.get("src") or ""
    if pairs.get("type", "bind") != "bind" or pairs.get("from") or not source or "$" in source:
        return
    clean = posixpath.normpath(source.lstrip("/") or ".")
    if not clean.startswith("..") and inside(folder.path, clean) is None:
        yield Fact("context.missing", clean, place)


def _started(folder: Folder, dockerfile: Dockerfile, target: str) -> Iterator[Fact]:
    """The file of the project that becomes the entry point, whatever COPY brings it."""
    final = final_stage(dockerfile, target)
    began = start(dockerfile, final) if final is not None else None
    if final is None or began is None or not began.argv:
        return
    program = began.argv[1] if began.argv[0] in _SHELLS and len(began.argv) > 1 else began.argv[0]
    here = landing(dockerfile, final)
    path = posixpath.normpath(posixpath.join(workdir(dockerfile, final) or "/", program))
    places = [path] if "/" in program else [posixpath.join(folder_, program) for folder_ in _PATH]
    text = "\n".join(each.raw for part in lineage(dockerfile, final) for each in part.instructions)
    for found in [f for p in places for f in running.behind(folder.path, here, p)][:1]:
        if (folder.path / found).is_file():
            for fact in _entry(folder.path / found, found, found):
                chmod = re.search(
                    rf"chmod\b[^\n]*({re.escape(posixpath.basename(found))}|\s{re.escape(posixpath.dirname(path))}\b|-R)|--chmod=", text
                )
                if fact.name == "entry.executable" and fact.value == "no" and (chmod or began.argv[0] in _SHELLS):
                    continue
                if fact.name == "entry.newlines" and fact.value == "crlf" and re.search(r"\bsed\b[^\n]*\\r|\bdos2unix\b|\btr\s+-d\b", text):
                    continue
                if fact.name == "entry.shebang" and fact.value == "no" and began.argv[0] in _SHELLS:
                    continue
                yield fact


def _ignore_file(folder: Folder) -> Path | None:
    names = [".dockerignore"]
    if folder.dockerfile is not None:
        own = folder.dockerfile.with_name(folder.dockerfile.name + ".dockerignore")
        names.insert(0, relative(own, folder.path))
    return next((p for n in names if (p := inside(folder.path, n)) is not None and p.is_file()), None)


def _source(
    folder: Folder, copy: Copy, source: str, name: str, patterns: tuple[dockerignore.Pattern, ...], ignore_name: str
) -> Iterator[Fact]:
    clean = posixpath.normpath(source.lstrip("/")) if source.strip("/") else "."
    if "://" in source or "$" in source or clean == "." or clean.startswith("..") or any(c in clean for c in "*?["):
        return  # a pattern that matches nothing is no failure of its own
    place = f"{name}:{copy.instruction.start_line}"
    path = folder.path / clean
    if inside(folder.path, clean) is None:
        if copy.instruction.keyword == "COPY" or "." in posixpath.basename(clean):
            yield Fact("context.missing", clean, place)
        return
    out, line = dockerignore.ignored(patterns, clean)
    taken_back = path.is_dir() and any(p.exception and (p.text.startswith(clean + "/") or "*" in p.text) for p in patterns)
    if out and not taken_back:
        yield Fact("context.ignored", clean, f"{ignore_name}:{line}")


def _entry(path: Path, name: str, place: str) -> Iterator[Fact]:
    """The file that becomes the entry point, read for what it is."""
    try:
        read = binary.read_binary(path)
    except (BinaryError, OSError):
        return
    if read.kind == "script" or (read.kind == "text" and path.suffix in ("", ".sh", ".bash")):
        yield Fact("entry.kind", "script", name)
        yield from script.facts(path, name)
    elif read.kind == "elf":
        yield Fact("context.copies-binary", name, place)
        yield from binary.binary_facts(read, name)
    else:
        yield Fact("binary.kind", read.kind, name)


def read_in_project(folder: Path, given: list[Fact]) -> list[Fact]:
    """The files and folders of the project that own sources read by a relative path, and the folders that they write to."""
    found: list[Fact] = []
    for fact in given:
        if fact.name == "reads.path" and not fact.value.startswith(("/", "~", "-")) and ":" not in fact.value:
            path = re.split(r"[*?\[]", posixpath.normpath(fact.value))[0]
            path = path if path == posixpath.normpath(fact.value) else posixpath.dirname(path)
            if path not in ("", ".") and not path.startswith("..") and inside(folder, path) is not None:
                found.append(Fact("reads.in-project", path, fact.source))
        elif fact.name == "writes.path":
            found += [f for f in running.written(fact) if f.name == "writes.folder"]
    return found
