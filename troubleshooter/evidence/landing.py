"""Where the files of the project land in a stage, COPY by COPY."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase

from troubleshooter.evidence.dockerfile import Dockerfile
from troubleshooter.evidence.dockerfile.copied import copies
from troubleshooter.evidence.dockerfile.gocommands import GoCommand, join
from troubleshooter.evidence.dockerfile.stages import Stage, lineage
from troubleshooter.evidence.dockerfile.words import has_variable
from troubleshooter.frozen import dataclass

Kept = Callable[[str], bool]
"""Whether a path of the project is in the build context (``.dockerignore``)."""


@dataclass(frozen=True)
class Landing:
    """Where the context's files come to lie in a stage: (source pattern, folder or file it becomes, into a folder)."""

    copies: tuple[tuple[str, str, bool], ...]
    complete: bool
    """False where a COPY could not be read: then nothing is known to be absent."""
    opaque: frozenset[str] = frozenset()
    """Folders into which other stages or images put files."""
    inner: str = "."
    """The way from the context to the module, whose files are asked for."""

    def places(self, path: str) -> set[str]:
        """The absolute paths at which the module's file ``path`` lies."""
        return self.places_of(posixpath.normpath(posixpath.join(self.inner, path)))

    def places_of(self, path: str) -> set[str]:
        """The absolute paths at which the file ``path`` of the context lies; none for one outside it."""
        found: set[str] = set()
        if path.startswith("../"):
            return found
        for source, target, into in self.copies:
            if source == ".":
                found.add(posixpath.join(target, path))
            elif path == source or _fits(path, source):
                found.add(posixpath.join(target, posixpath.basename(path)) if into else target)
            else:
                for folder in _folders(path):
                    if folder == source or _fits(folder, source):
                        found.add(posixpath.join(target, posixpath.relpath(path, folder)))
        return {posixpath.normpath(place) for place in found}

    def hidden(self, place: str) -> bool:
        """Whether something unknown may lie at ``place``."""
        return any(place == f or place.startswith(f.rstrip("/") + "/") for f in self.opaque)


def _fits(path: str, pattern: str) -> bool:
    return any(c in pattern for c in "*?[") and path.count("/") == pattern.count("/") and fnmatchcase(path, pattern)


def _folders(path: str) -> Iterator[str]:
    """The folders that a path lies in, outermost first."""
    parts = path.split("/")
    for end in range(1, len(parts)):
        yield "/".join(parts[:end])


def landing(dockerfile: Dockerfile, stage: Stage, command: GoCommand | None = None, inner: str = ".") -> Landing:
    """What the COPY instructions of a stage and its lineage take from the context before ``command`` runs.

    ``inner`` is the way from the context to the module whose files will be asked for.
    """
    taken: list[tuple[str, str, bool]] = []
    opaque: set[str] = set()
    complete = True
    for copy in copies(dockerfile, stage):
        if command is not None and copy.instruction.start > command.instruction.start:
            continue
        if not copy.target:
            complete = False
        elif copy.origin or copy.instruction.heredocs:
            opaque.add(posixpath.normpath(copy.target))
        else:
            for source in copy.sources:
                clean = posixpath.normpath(source.lstrip("/")) if source.strip("/") else "."
                if has_variable(source) or "://" in source or copy.instruction.flag("parents"):
                    complete = False
                elif copy.instruction.keyword == "ADD" and re.search(r"\.(tar|tgz|tar\.\w+|txz)$", source):
                    opaque.add(posixpath.normpath(copy.target))
                else:
                    everything = clean in (".", "*")
                    taken.append(("." if everything else clean, posixpath.normpath(copy.target), copy.into_folder))
    for mount in _mounts(command):
        if mount is None:
            complete = False
        else:
            taken.append(mount)
    if command is not None and _writes_sources(dockerfile, stage, command):
        complete = False
    return Landing(tuple(taken), complete, frozenset(opaque), inner)


def _mounts(command: GoCommand | None) -> Iterator[tuple[str, str, bool] | None]:
    """Bind mounts of the context in the RUN of a go command."""
    for mount in command.instruction.flags.get("mount", ()) if command is not None else ():
        pairs = dict(part.partition("=")[::2] for part in mount.split(","))
        if pairs.get("type", "bind") != "bind" or pairs.get("from"):
            continue
        target = pairs.get("target") or pairs.get("dst") or pairs.get("destination") or ""
        place = join(command.directory, target) if command is not None else ""
        source = posixpath.normpath((pairs.get("source") or pairs.get("src") or ".").lstrip("/") or ".")
        yield (source, place, False) if place else None


MAKES_SOURCES = re.compile(
    r"\bgit\s+(clone|checkout|submodule)\b|\b(curl|wget)\b|\bgo\s+generate\b|\bgo\s+mod\s+(init|vendor)\b|\bprotoc\b|\b(cp|mv|ln|tar|unzip|sqlc|buf|swag|templ|mockgen|wire)\b|\bmake\b"
    r"|\.sh\b|\bgo\s+work\s+init\b"
)


def _writes_sources(dockerfile: Dockerfile, stage: Stage, command: GoCommand) -> bool:
    """Whether a RUN before the go command may put Go files into place by itself."""
    for part in lineage(dockerfile, stage):
        for each in part.instructions:
            if each.keyword == "RUN" and each.start <= command.instruction.start:
                before = each.raw if each is not command.instruction else each.raw.split("go build")[0].split("go install")[0]
                if MAKES_SOURCES.search(re.sub(r"\b(apk|apt-get|apt)\b[^&;|]*", "", before)):
                    return True
    return False
