"""Operations on COPY and ADD."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

from troubleshooter.evidence.dockerfile import Stage, copies, lineage
from troubleshooter.evidence.dockerfile.words import split_words
from troubleshooter.remedy.goflags import Change
from troubleshooter.remedy.operations.common import argument_spans, changed, first_go, set_instruction_flag
from troubleshooter.remedy.place import Draft, EditRefused


def copy_from(
    draft: Draft,
    source: str | Sequence[str],
    destination: str,
    origin: str = "build",
    stage: str = "final",
    chown: str = "",
    chmod: str = "",
) -> Draft:
    """``copy-from: {from: build, source: /tmp, destination: /tmp}``: ``from`` may be an image; chown and chmod too."""
    where = draft.stage(stage)
    if re.search(r"[:/.]", origin):
        reference = origin
    else:
        giver = draft.stage(origin)
        if giver.index >= where.index:
            raise EditRefused("The Dockerfile has one stage only: there is no earlier stage to copy from.")
        reference = giver.name or str(giver.index)
    flags = "".join(f" --{name}={value}" for name, value in (("chown", chown), ("chmod", chmod)) if value)
    return _insert_copy(draft, where, f"COPY --from={reference}{flags}", source, destination)


def copy(draft: Draft, source: str | Sequence[str], destination: str, stage: str = "build", early: str = "no") -> Draft:
    """``copy: {source: go.sum, destination: ./, stage: build, early: no}``: from the build context, before it is needed.

    ``early: yes`` is before the first go command of any kind, as go.mod always is.
    """
    where = draft.stage(stage)
    sources = [source] if isinstance(source, str) else list(source)
    main = draft.main()
    first = first_go(draft, where)
    if main is None or first is None or main.instruction not in where.instructions:
        return _insert_copy(draft, where, "COPY", source, destination)
    soon = early == "yes" or any(each.rstrip("/").rsplit("/", 1)[-1] in ("go.mod", "go.sum", "go.work", "vendor") for each in sources)
    return draft.before(first if soon else main.instruction, f"COPY {' '.join(sources)} {destination}")


def _insert_copy(draft: Draft, stage: Stage, head: str, source: str | Sequence[str], destination: str) -> Draft:
    sources = [source] if isinstance(source, str) else list(source)
    for each in copies(draft.dockerfile, stage):
        if list(each.sources) == sources and each.destination.rstrip("/") == destination.rstrip("/"):
            raise EditRefused(f"The stage copies {' '.join(sources)} already.")
    return draft.into_final(stage, f"{head} {' '.join(sources)} {destination}")


def change_copy_source(draft: Draft, find: str, source: str, stage: str = "final") -> Draft:
    """``change-copy-source: {find: /src/server, source: /src/bin/server, stage: final}``."""
    return _change_copy(draft, stage, find, source, slice(0, -1))


def change_copy_dest(draft: Draft, find: str, destination: str, stage: str = "final") -> Draft:
    """``change-copy-dest: {find: /app/, destination: /app, stage: final}``: ``find`` is the old destination."""
    return _change_copy(draft, stage, find, destination, slice(-1, None))


def change_copy_from(draft: Draft, find: str, origin: str, stage: str = "final") -> Draft:
    """``change-copy-from: {find: builder, from: build}``: what ``COPY --from`` names; ``build`` finds it."""
    where = draft.stage(stage)
    giver = draft.stage(origin) if not re.search(r"[:/.]", origin) else None
    reference = origin if giver is None else giver.name or str(giver.index)
    changes: list[Change] = []
    for each in where.instructions:
        if each.keyword == "COPY" and each.flag("from") == find:
            match = re.search(rf"--from=([\"']?){re.escape(find)}\1(?=\s)", each.raw)
            if match:
                changes.append((each.start + match.start(), each.start + match.end(), f"--from={reference}"))
    return changed(draft, changes, f"No COPY of the stage copies from {find}.")


def _change_copy(draft: Draft, stage: str, find: str, new: str, part: slice) -> Draft:
    changes: list[Change] = []
    for each in draft.stage(stage).instructions:
        if each.keyword in ("COPY", "ADD"):
            spans = argument_spans(each, draft.dockerfile.escape)
            changes += [(begin, end, new) for begin, end, value in spans[part] if value == find]
    return changed(draft, changes, f"No COPY of the stage names {find}.")


def chmod(draft: Draft, path: str, mode: str = "0755", stage: str = "final", how: str = "copy") -> Draft:
    """``chmod: {path: /entrypoint.sh, mode: "0755", how: copy}``: ``--chmod`` (needs BuildKit), or ``how: run``."""
    where = draft.stage(stage)
    if how == "run":
        return draft.into_final(where, f"RUN chmod {mode} {path}")
    for each in reversed(copies(draft.dockerfile, where)):
        if path in [each.places(source) for source in each.sources] and each.instruction in where.instructions:
            return set_instruction_flag(draft, each.instruction, "chmod", mode)
    raise EditRefused(f"No COPY of the stage puts a file at {path}.")


def chown_copy(draft: Draft, path: str, owner: str, stage: str = "final") -> Draft:
    """``chown-copy: {path: /data, owner: "65532:65532", stage: final}``: of the COPY that brings the folder, else a new one."""
    where = draft.stage(stage)
    for each in reversed(copies(draft.dockerfile, where)):
        target = posixpath.normpath(each.target or "/")
        if each.instruction not in where.instructions or not (path == target or path.startswith(target.rstrip("/") + "/")) or target == "/":
            continue
        if each.instruction.flag("chown"):
            raise EditRefused(f"The COPY to {target} names an owner already.")
        return draft.splice((each.instruction.flags_end, each.instruction.flags_end, f" --chown={owner}"))
    return make_folder(draft, path, owner, stage)


def make_folder(draft: Draft, path: str, owner: str, stage: str = "final") -> Draft:
    """``make-folder: {path: /data, owner: "65532:65532", stage: final}``: an empty folder that belongs to the user."""
    where = draft.stage(stage)
    uid = owner.split(":")[0]
    if lineage(draft.dockerfile, where)[0].image != "scratch" and "distroless" not in lineage(draft.dockerfile, where)[0].image:
        users = [each for each in where.instructions if each.keyword == "USER"]
        line = f"RUN mkdir -p {path} && chown {owner if owner else uid} {path}"
        return draft.before(users[0], line) if users else draft.into_final(where, line)
    build = draft.stage("build")
    if build.index >= where.index:
        raise EditRefused("There is no earlier stage in which the folder could be made.")
    origin = build.name or str(build.index)
    draft = draft.into_final(where, f"COPY --from={origin} --chown={owner} /rootfs{path} {path}")
    return draft.at_end(draft.stage("build"), f"RUN mkdir -p /rootfs{path}")


def complete_copy(draft: Draft, destination: str = "./") -> Draft:
    """``complete-copy: {destination: ./}``: a destination for every COPY and ADD that has one argument only."""
    changes = []
    for each in draft.dockerfile.instructions:
        if each.keyword in ("COPY", "ADD") and len(each.words) == 1 and each.json is None and not each.heredocs:
            end = each.args.end_offset(len(each.args.text))
            changes.append((end, end, f" {destination}"))
    if not changes:
        raise EditRefused("Every COPY has a source and a destination.")
    return draft.splice(*changes)


def drop_copy_source(draft: Draft, source: str) -> Draft:
    """``drop-copy-source: {source: go.sum}``: out of every COPY from the context; a COPY of it alone goes."""
    for each in draft.dockerfile.instructions:
        if each.keyword not in ("COPY", "ADD") or each.json is not None or each.flag("from"):
            continue
        spans = split_words(each.args.text, draft.dockerfile.escape)
        words = [each.args.text[a:b] for a, b in spans]
        if source not in [word.removeprefix("./") for word in words[:-1]]:
            continue
        if len(words) == 2:
            return draft.drop(each)
        at = [word.removeprefix("./") for word in words].index(source)
        begin, end = spans[at][0], spans[at + 1][0]
        return draft.splice((each.args.offset(begin), each.args.offset(end), ""))
    raise EditRefused(f"No COPY takes {source} from the build context.")
