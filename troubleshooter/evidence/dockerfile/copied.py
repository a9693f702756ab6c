"""COPY and ADD: from where, what, and to which place."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from troubleshooter.evidence.dockerfile.gocommands import (
    join,
    walk,
)
from troubleshooter.evidence.dockerfile.instruction import Instruction
from troubleshooter.evidence.dockerfile.official import is_official
from troubleshooter.evidence.dockerfile.stages import Dockerfile, Stage, find_stage, lineage, plain
from troubleshooter.evidence.dockerfile.words import process_word
from troubleshooter.frozen import dataclass


@dataclass(frozen=True)
class Copy:
    """A COPY or ADD. ``target`` is the absolute destination (a trailing slash kept), empty where it cannot be read."""

    instruction: Instruction
    sources: tuple[str, ...]
    destination: str
    target: str
    origin: str
    """The value of ``--from``; empty: the build context."""
    stage: int | None
    """The index of the stage that ``--from`` names."""
    into_folder: bool
    """Whether the destination is certainly a folder: a slash at the end, several sources, or the WORKDIR."""

    def places(self, source: str) -> str:
        """Where a source lands; for a source that may be a folder, the folder's own place."""
        if not self.target:
            return ""
        name = posixpath.basename(source.rstrip("/"))
        spread = source.endswith("/") or name in (".", "..", "", "*") or "*" in name
        return posixpath.join(self.target, "" if spread else name) if self.into_folder else self.target


def copies(dockerfile: Dockerfile, stage: Stage) -> tuple[Copy, ...]:
    """The COPY and ADD instructions of a stage and of those that it inherits from."""
    return tuple(copy for part in lineage(dockerfile, stage) for copy in own_copies(dockerfile, part))


def own_copies(dockerfile: Dockerfile, stage: Stage) -> Iterator[Copy]:
    """COPY and ADD of the stage itself, without those of the stages that it is made from."""
    for instruction, environment, directory in walk(dockerfile, stage):
        if instruction.keyword not in ("COPY", "ADD") or len(instruction.words) < 2:
            continue
        known = plain(environment)
        words = [process_word(word, known, dockerfile.escape) for word in instruction.words]
        sources = tuple(word for word in words[:-1] if not word.startswith("<<"))
        sources += tuple(heredoc.name for heredoc in instruction.heredocs)
        target = join(directory, words[-1])
        folder = words[-1].endswith(("/", "/.")) or words[-1] in (".", "") or len(sources) > 1 or target == directory
        origin = process_word(instruction.flag("from") or "", known, dockerfile.escape)
        origin_stage = find_stage(dockerfile.stages[: stage.index], origin) if origin else None
        yield Copy(
            instruction,
            sources,
            words[-1],
            target.rstrip("/") + "/" if target and folder else target,
            origin,
            origin_stage.index if origin_stage else None,
            folder,
        )


def copy_origin_unknown(copy: Copy) -> bool:
    """Whether ``COPY --from`` names neither a stage nor anything that looks like an image."""
    name = copy.origin
    if not name or copy.stage is not None or "$" in name:
        return False
    return not any(char in name for char in "/:.@") and not is_official(name)
