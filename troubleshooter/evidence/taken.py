"""Facts of what one stage takes from another: files that the other never makes."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from troubleshooter.evidence.dockerfile import Dockerfile
from troubleshooter.evidence.dockerfile.copied import Copy, own_copies
from troubleshooter.evidence.dockerfile.gocommands import BUILDERS, go_commands
from troubleshooter.evidence.dockerfile.places import made, places
from troubleshooter.evidence.dockerfile.stages import Stage, lineage
from troubleshooter.evidence.dockerfile.words import has_variable
from troubleshooter.evidence.gosource import Project
from troubleshooter.evidence.landing import MAKES_SOURCES, Kept, Landing, landing
from troubleshooter.model import Fact


def taken_facts(project: Project, dockerfile: Dockerfile, kept: Kept, name: str) -> Iterator[Fact]:
    """Files that COPY --from wants of a stage whose content is known: the context and the go builds."""
    program = posixpath.basename(project.module) if project.module else ""
    for stage in dockerfile.stages:
        for copy in own_copies(dockerfile, stage):
            if copy.stage is not None:
                yield from _absent(project, dockerfile, copy, dockerfile.stages[copy.stage], kept, program, name)


def _absent(project: Project, dockerfile: Dockerfile, copy: Copy, giver: Stage, kept: Kept, program: str, name: str) -> Iterator[Fact]:
    where = places(dockerfile, giver)
    here = landing(dockerfile, giver)
    if not here.complete or MAKES_SOURCES.search(re.sub(r"\b(apk|apt-get|apt)\b[^&;|]*", "", where.mentions)):
        return
    built = set(made(dockerfile, giver)) | set(_named(dockerfile, giver, program))
    if not built:
        return
    workdirs = [c.directory for part in lineage(dockerfile, giver) for c in go_commands(dockerfile, part)]
    for source in copy.sources:
        path = posixpath.normpath(posixpath.join("/", source))
        if has_variable(source) or any(c in source for c in "*?[") or path in ("/", *workdirs):
            continue
        folder = posixpath.dirname(path)
        known = folder in {posixpath.dirname(b) for b in built} | set(workdirs) or folder == "/"
        if not known or path in built or any(b.startswith(path + "/") for b in built) or here.hidden(path):
            continue
        if path in (
            "/tmp",
            "/etc",
            "/usr",
            "/bin",
            "/lib",
            "/lib64",
            "/root",
            "/home",
            "/var",
            "/opt",
            "/go",
            "/dev",
            "/run",
            "/srv",
            "/sbin",
        ):
            continue
        if re.search(re.escape(path) + r"(?![\w.-])", where.mentions) or re.search(
            rf"\b{re.escape(posixpath.basename(path))}\b(?!\.)", re.sub(r"-o\s+\S+", "", where.mentions)
        ):
            continue
        if _in_context(project, here, path, kept):
            continue
        yield Fact("copy-from.absent", path, f"{name}:{copy.instruction.start_line}")
        yield Fact(
            "copy-from.made", sorted(built)[-1] if len(built) == 1 else _nearest(path, built), f"{name}:{copy.instruction.start_line}"
        )


def _nearest(path: str, built: Iterable[str]) -> str:
    base = posixpath.basename(path)
    return max(sorted(built), key=lambda b: (posixpath.basename(b) == base, len(posixpath.commonprefix([posixpath.basename(b), base]))))


def _named(dockerfile: Dockerfile, giver: Stage, program: str) -> Iterator[str]:
    """Programs of go builds that get their name from the module path."""
    for part in lineage(dockerfile, giver):
        for command in go_commands(dockerfile, part):
            if not program or command.output or command.verb not in BUILDERS or command.packages not in ((), (".",), ("./",)):
                continue
            if command.verb == "install":
                folder = command.environment.get("GOBIN")
                gopath = command.environment.get("GOPATH")
                base = folder.value if folder else (gopath.value if gopath else "/go") + "/bin"
                if not has_variable(base):
                    yield posixpath.join(base, program)
            elif command.flag("o") is None and command.directory:
                yield posixpath.join(command.directory, program)


def _in_context(project: Project, here: Landing, path: str, kept: Kept) -> bool:
    """Whether a file or folder of the project lands at ``path``."""
    for source, target, into in here.copies:
        if source == ".":
            inner = posixpath.relpath(path, target)
            if not inner.startswith("..") and (project.context / inner).exists():
                return True
        elif any(c in source for c in "*?["):
            return True
        else:
            base = posixpath.join(target, posixpath.basename(source)) if into else target
            for root in (base, target):
                inner = posixpath.relpath(path, root)
                if not inner.startswith("..") and (project.context / source / inner).exists():
                    return True
            if path == base:
                return True
    return False
