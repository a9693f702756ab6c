"""Facts of what is copied: from the build context, from other stages, and what lies in reach of go."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from troubleshooter.evidence.dockerfile import queries
from troubleshooter.evidence.dockerfile.copied import Copy, copies, copy_origin_unknown, own_copies
from troubleshooter.evidence.dockerfile.gocommands import GoCommand, go_commands, join
from troubleshooter.evidence.dockerfile.instruction import Instruction
from troubleshooter.evidence.dockerfile.places import file_like, made, places
from troubleshooter.evidence.dockerfile.stages import Stage
from troubleshooter.evidence.dockerfile.subject import SYSTEM, Subject
from troubleshooter.evidence.dockerfile.words import has_variable
from troubleshooter.model import Fact
from troubleshooter.text import nearest

_NEEDS_MODULE = ("build", "test", "vet", "run", "mod download", "mod vendor", "mod verify", "mod tidy", "list", "generate")
"""Go commands that end where they find no go.mod."""


def context_facts(subject: Subject) -> Iterator[Fact]:
    """What has come from the build context when the main go command runs."""
    for stage in subject.dockerfile.stages:
        for copy in own_copies(subject.dockerfile, stage):
            for source in copy.sources if not copy.origin and not copy.instruction.heredocs else ():
                yield subject.fact("copies.source", source, copy.instruction.start_line)
    main = subject.main
    if main is None:
        return
    stage = subject.dockerfile.stages[main.stage]
    line = main.line
    before = [copy for copy in copies(subject.dockerfile, stage) if copy.instruction.start <= main.instruction.start]
    mounts = _bind_mounts(main.instruction)
    if mounts:
        yield subject.fact("uses.bind-mount", "yes", line)
    context = [copy for copy in before if not copy.origin]
    sources = [source for copy in context for source in copy.sources]
    everything = bool(mounts) or any(source in (".", "./", "/", "*", "./*") for source in sources)
    if not everything and any(copy.origin for copy in before) and not sources:
        return
    has = {
        "go-mod": everything or any(_names(source, "go.mod") for source in sources),
        "go-sum": everything or any(_names(source, "go.sum") for source in sources),
        "vendor": everything or any(posixpath.basename(source.rstrip("/")) == "vendor" for source in sources),
        "all": everything,
    }
    for what, yes in has.items():
        yield subject.fact(f"copies.{what}", "yes" if yes else "no", line)
    if sources:
        yield subject.fact("copies.sources", " ".join(sources), line)
    yield from _module_place(subject, main, context, bool(mounts))


def _module_place(subject: Subject, main: GoCommand, context: Sequence[Copy], mounted: bool) -> Iterator[Fact]:
    if mounted or main.verb not in (*_NEEDS_MODULE, "install"):
        return
    roots = [copy for copy in context if any(_may_hold_module(source) for source in copy.sources)]
    homes = [posixpath.normpath(copy.target) for copy in roots if copy.target]
    if main.directory and len(homes) == len(roots) and not any("@" in package for package in main.packages):
        related = any(main.directory == home or main.directory.startswith(home.rstrip("/") + "/") for home in homes)
        inner = any(home.startswith(main.directory.rstrip("/") + "/") for home in homes)
        whole = any(source in (".", "./") for copy in roots for source in copy.sources)
        if related:
            yield subject.fact("go-mod.reached", "yes", main.line)
        elif not homes or not inner or whole:
            yield subject.fact("go-mod.reached", "no", main.line)
    stage = subject.dockerfile.stages[main.stage]
    first_copy = min((copy.instruction.start for copy in roots), default=None)
    for each in go_commands(subject.dockerfile, stage):
        early = first_copy is not None and each.instruction.start < first_copy and not _bind_mounts(each.instruction)
        if early and each.verb in _NEEDS_MODULE and not any("@" in package for package in each.packages):
            yield subject.fact("go-mod.before-copy", "yes", each.line)
            return


def _names(source: str, file: str) -> bool:
    pattern = re.escape(posixpath.basename(source)).replace(r"\*", ".*").replace(r"\?", ".")
    return bool(re.fullmatch(pattern, file))


def _may_hold_module(source: str) -> bool:
    """Whether copying this source can bring a go.mod along: the file itself, a pattern, or any folder."""
    return _names(source, "go.mod") or not (file_like(source) or posixpath.basename(source) in ("go.sum", "Makefile"))


def _bind_mounts(instruction: Instruction) -> list[str]:
    """Mounts of the build context in a RUN."""
    mounts = [mount for mount in instruction.flags.get("mount", ()) if "type=" not in mount or "type=bind" in mount]
    return [mount for mount in mounts if "from=" not in mount]


def copy_from_facts(subject: Subject) -> Iterator[Fact]:
    """Stages and images that COPY --from names, and files in them that nothing makes."""
    stages = subject.dockerfile.stages
    for stage in stages:
        for copy in own_copies(subject.dockerfile, stage):
            line = copy.instruction.start_line
            if copy_origin_unknown(copy):
                yield subject.fact("copy-from.unknown-stage", copy.origin, line)
                names = [other.name for other in stages[: stage.index] if other.name]
                near = nearest(copy.origin, names, 1, 0.5) or (names if len(names) == 1 else [])
                if near:
                    yield subject.fact("copy-from.nearest-stage", near[0], line)
            elif copy.origin and copy.stage is None and not has_variable(copy.origin):
                yield subject.fact("copy-from.image", copy.origin, line)
            elif copy.stage is not None:
                yield from _mismatches(subject, copy, stages[copy.stage])


def _mismatches(subject: Subject, copy: Copy, origin: Stage) -> Iterator[Fact]:
    programs = made(subject.dockerfile, origin)
    if not programs:
        return
    where = places(subject.dockerfile, origin)
    entry = queries.start(subject.dockerfile, subject.final)
    started = join(queries.workdir(subject.dockerfile, subject.final), entry.argv[0]) if entry and entry.argv else ""
    for source in copy.sources:
        path = posixpath.normpath(posixpath.join("/", source))
        if has_variable(source) or any(char in source for char in "*?[") or path == "/":
            continue
        if any(path == file or file.startswith(path + "/") for file, _ in where.files):
            continue
        is_program = posixpath.basename(path) in {posixpath.basename(file) for file in programs} or (
            bool(started) and posixpath.normpath(copy.places(source) or "/") == started
        )
        below_open = any(path == folder or path.startswith(folder.rstrip("/") + "/") for folder in where.open_folders)
        above_open = any(folder.startswith(path + "/") for folder in where.open_folders)
        in_image = path.startswith(tuple(folder + "/" for folder in SYSTEM if folder not in ("/opt", "/root")))
        in_image = in_image or path in SYSTEM or path.startswith(("/go", "/tmp", "/home"))
        mentioned = re.search(re.escape(path) + r"(?![\w.-])", where.mentions) is not None
        if mentioned or above_open or ((below_open or in_image) and not is_program):
            continue
        if is_program and below_open and not any(posixpath.basename(path) == posixpath.basename(program) for program in programs):
            continue
        yield subject.fact("copy-from.mismatch", path, copy.instruction.start_line)
        yield subject.fact("copy-from.made", programs[-1], copy.instruction.start_line)


def buildkit_facts(subject: Subject) -> Iterator[Fact]:
    """Instructions and flags that only BuildKit knows."""
    for each in subject.dockerfile.instructions:
        found = ["run-mount"] if each.keyword == "RUN" and "mount" in each.flags else []
        if each.keyword in ("COPY", "ADD"):
            found += [f"copy-{flag}" for flag in ("chmod", "link", "parents", "exclude") if flag in each.flags]
            found += ["add-checksum"] if "checksum" in each.flags else []
        found += ["heredoc"] if each.heredocs else []
        for feature in found:
            yield subject.fact("uses.buildkit", feature, each.start_line)


def outside_facts(subject: Subject) -> Iterator[Fact]:
    """``go get`` and ``go install`` of a program where no go.mod is: neither installs it (any more)."""
    for stage in subject.dockerfile.stages:
        own = [copy for copy in copies(subject.dockerfile, stage) if not copy.origin]
        for each in go_commands(subject.dockerfile, stage):
            if each.verb not in ("get", "install") or not each.packages:
                continue
            package = each.packages[0]
            before = [
                copy for copy in own if copy.instruction.start < each.instruction.start and any(_may_hold_module(s) for s in copy.sources)
            ]
            reached = any(not copy.target or (each.directory + "/").startswith(copy.target.rstrip("/") + "/") for copy in before)
            setting = each.setting("GO111MODULE")
            remote = "." in package.split("/")[0] and not package.startswith(".")
            if (
                not remote
                or reached
                or _bind_mounts(each.instruction)
                or (setting is not None and setting.value == "off")
                or each.flag("d") is not None
            ):
                continue
            if re.search(r"go\s+mod\s+init", "\n".join(i.raw for i in stage.instructions if i.start <= each.instruction.start)):
                continue
            if each.verb == "get":
                yield subject.fact("go.get-outside", package, each.line)
            elif "@" not in package:
                yield subject.fact("go.install-unversioned", package, each.line)
