"""Operations on FROM, USER and WORKDIR."""

from __future__ import annotations

import posixpath
import re

from troubleshooter.evidence.dockerfile import Instruction, Stage, lineage
from troubleshooter.evidence.dockerfile.words import split_words
from troubleshooter.kb.images import split
from troubleshooter.remedy.goflags import Change
from troubleshooter.remedy.operations.common import set_instruction_flag
from troubleshooter.remedy.place import Draft, EditRefused


def set_image(draft: Draft, image: str, stage: str = "build") -> Draft:
    """``set-image: {stage: build, image: golang:1.27-alpine}``: keeps AS and --platform; changes an ARG default."""
    where = lineage(draft.dockerfile, draft.stage(stage))[0]
    if where.image == image:
        raise EditRefused(f"The stage stands on {image} already.")
    through = _through_arguments(draft, where, image)
    if through:
        return draft.splice(*through)
    begin, end = split_words(where.source.args.text, draft.dockerfile.escape)[0]
    return draft.splice((where.source.args.offset(begin), where.source.args.end_offset(end), image))


def _through_arguments(draft: Draft, stage: Stage, image: str) -> list[Change]:
    """Changes to ARG defaults that make the FROM mean ``image``; empty where that cannot be done."""
    pieces = re.split(r"\$\{(\w+)[^}]*\}|\$(\w+)", stage.image_raw)
    names = [first or second for first, second in zip(pieces[1::3], pieces[2::3], strict=True)]
    pattern = re.escape(pieces[0]) + "".join(f"(.+?){re.escape(piece)}" for piece in pieces[3::3])
    match = re.fullmatch(pattern, image)
    if not names or match is None:
        return []
    changes: list[Change] = []
    for name, value in zip(names, match.groups(), strict=True):
        spots = [spot for each in draft.dockerfile.instructions for spot in _argument_default(draft, each, name)]
        spots = [spot for spot in spots if spot[0] < stage.source.start]
        if not spots:
            return []
        begin, end = spots[-1]
        if draft.text[begin:end].strip("\"'") != value:
            changes.append((begin, end, value))
    return changes


def _argument_default(draft: Draft, each: Instruction, name: str) -> list[tuple[int, int]]:
    if each.keyword != "ARG":
        return []
    text = each.args.text
    spans = [span for span in split_words(text, draft.dockerfile.escape) if text[slice(*span)].startswith(name + "=")]
    return [(each.args.offset(begin + len(name)) + 1, each.args.end_offset(end)) for begin, end in spans]


def set_platform(draft: Draft, platform: str, stage: str = "build") -> Draft:
    """``set-platform: {stage: build, platform: $BUILDPLATFORM}``: of FROM; an empty platform takes it away."""
    where = lineage(draft.dockerfile, draft.stage(stage))[0]
    if platform:
        return set_instruction_flag(draft, where.source, "platform", platform)
    match = re.search(r"\s--platform=\S+", where.source.raw)
    if not match:
        raise EditRefused("The FROM has no --platform.")
    return draft.splice((where.source.start + match.start(), where.source.start + match.end(), ""))


def set_user(draft: Draft, user: str, stage: str = "final") -> Draft:
    """``set-user: {user: "65534:65534", stage: final}``: change the last USER, else insert one before ENTRYPOINT."""
    where = draft.stage(stage)
    users = [each for each in where.instructions if each.keyword == "USER"]
    works = [each for each in where.instructions if users and each.start > users[-1].start and each.keyword in ("RUN", "COPY", "ADD")]
    # what is built or copied below the last USER still needs its rights
    changed = _set_single(draft, stage, "USER", user) if not works else None
    return changed or draft.before_start(where, f"USER {user}")


def set_workdir(draft: Draft, path: str, stage: str = "final") -> Draft:
    """``set-workdir: {path: /app, stage: final}``: change the last WORKDIR, else insert one below FROM."""
    return _set_single(draft, stage, "WORKDIR", path) or draft.below_from(draft.stage(stage), f"WORKDIR {path}")


def _set_single(draft: Draft, stage: str, keyword: str, value: str) -> Draft | None:
    present = [each for each in draft.stage(stage).instructions if each.keyword == keyword and each.args.text]
    if not present:
        return None
    args = present[-1].args
    if args.text == value:
        raise EditRefused(f"{keyword} is {value} already.")
    return draft.splice((args.offset(0), args.end_offset(len(args.text)), value))


def insert_workdir(draft: Draft, path: str, stage: str = "build") -> Draft:
    """``insert-workdir: {path: /src, stage: build}``: before the first go command of the stage."""
    where = draft.stage(stage)
    found = draft.go(where)
    if not found:
        raise EditRefused("No RUN of the stage calls go.")
    if found[0].directory == posixpath.normpath(path):
        raise EditRefused(f"The go commands run in {path} already.")
    return draft.before(found[0].instruction, f"WORKDIR {path}")


def replace_image(draft: Draft, find: str, image: str) -> Draft:
    """``replace-image: {find: golang:1.99, image: golang:1.27}``: in every FROM and COPY --from that names it."""
    changes = []
    for stage in draft.dockerfile.stages:
        begin, end = split_words(stage.source.args.text, draft.dockerfile.escape)[0]
        same = find in (stage.image, stage.image_raw) or split(find) == split(stage.image)
        if stage.parent is None and same and image != stage.image:
            changes.append((stage.source.args.offset(begin), stage.source.args.end_offset(end), image))
    for each in draft.dockerfile.instructions:
        match = re.search(rf"--from={re.escape(find)}(?=\s)", each.raw) if each.keyword == "COPY" else None
        if match:
            changes.append((each.start + match.start(), each.start + match.end(), f"--from={image}"))
    if not changes:
        raise EditRefused(f"No FROM names {find}.")
    return draft.splice(*changes)
