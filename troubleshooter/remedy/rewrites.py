"""Further operations on a Dockerfile, which rewrite more than one place. Docstrings begin with the form in YAML."""

from __future__ import annotations

import difflib
import posixpath
import re
from collections.abc import Callable, Mapping

from troubleshooter.evidence.dockerfile import Instruction, Stage, copies, lineage
from troubleshooter.evidence.dockerfile.queries import INSTALLERS, installed
from troubleshooter.evidence.dockerfile.shell import Command, commands
from troubleshooter.evidence.dockerfile.words import split_words
from troubleshooter.kb.images import split
from troubleshooter.remedy.place import Draft, EditRefused

_KEYWORDS = ("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "ONBUILD", "RUN", "SHELL",
             "STOPSIGNAL", "USER", "VOLUME", "WORKDIR", "MAINTAINER")  # fmt: skip


def move_runs(draft: Draft, stage: str = "final") -> Draft:
    """``move-runs: {stage: final}``: do the RUN lines of an image without a shell in the build stage, and COPY the result."""
    where, build = draft.stage(stage), draft.stage("build")
    if build.index >= where.index:
        raise EditRefused("The Dockerfile has no earlier stage in which the step could be done.")
    runs = [each for each in where.instructions if each.keyword == "RUN"]
    if not runs:
        raise EditRefused("The stage has no RUN.")
    origin = build.name or str(build.index)
    prepared: list[str] = []
    for each in reversed(runs):
        steps, lines = _moved(draft, where, each, origin)
        prepared = [*steps, *prepared]
        draft = _replaced(draft, each, lines)
    if not prepared:
        return draft
    build = draft.stage("build")
    return draft.at_end(build, "RUN " + " && ".join(prepared))


def _moved(draft: Draft, stage: Stage, each: Instruction, origin: str) -> tuple[list[str], list[str]]:
    """What the build stage has to run for one RUN, and the COPY lines that take its place."""
    steps: list[str] = []
    lines: list[str] = []
    owners: dict[str, str] = {}
    folders: list[str] = []
    brought = {each_copy.places(source) for each_copy in copies(draft.dockerfile, stage) for source in each_copy.sources}
    for command in commands(each):
        words = [word.value for word in command.words]
        paths = [word for word in words[1:] if word.startswith("/")]
        packages = installed(command)
        if command.name == "mkdir":
            folders += paths
            steps.append("mkdir -p " + " ".join("/rootfs" + path for path in paths))
        elif command.name == "chown" and len(words) > 2:
            owner = next((word for word in words[1:] if not word.startswith(("-", "/"))), "")
            owners.update({path: owner for path in paths if path in folders})
        elif command.name == "chmod":
            inner = [path for path in paths if path in folders]
            mode = next((word for word in words[1:] if not word.startswith(("-R", "/"))), "")
            if inner and mode:
                steps.append(f"chmod {mode} " + " ".join("/rootfs" + path for path in inner))
            elif not set(paths) <= brought:
                raise EditRefused(f"It is not known what {' '.join(words)} is to change.")
        elif command.name in ("adduser", "addgroup", "useradd", "groupadd"):
            steps.append(" ".join(word.raw for word in command.words))
            lines += [f"COPY --from={origin} /etc/passwd /etc/passwd", f"COPY --from={origin} /etc/group /etc/group"]
        elif command.name in INSTALLERS or command.name == "update-ca-certificates":
            lines += _copied(packages, origin, draft)
        elif command.words and command.words[0].value in brought:
            continue  # the program is started as a trial
        elif command.name not in ("rm", "true", ":"):
            raise EditRefused(f"What {command.name} does cannot be copied from another stage.")
    for folder in dict.fromkeys(folders):
        owner = f" --chown={owners[folder]}" if owners.get(folder) else ""
        lines.append(f"COPY --from={origin}{owner} /rootfs{folder} {folder}")
    return steps, list(dict.fromkeys(lines))


def _copied(packages: tuple[str, ...], origin: str, draft: Draft) -> list[str]:
    unknown = [package for package in packages if not draft.managers.files(package)]
    if unknown:
        raise EditRefused(f"{' '.join(unknown)} cannot be installed in an image without a package manager.")
    return [f"COPY --from={origin} {path} {path}" for package in packages for path in draft.managers.files(package)]


def _replaced(draft: Draft, each: Instruction, lines: list[str]) -> Draft:
    """The draft with the lines of one instruction in place of it."""
    if not lines:
        return draft.drop(each)
    start = draft.text.rfind("\n", 0, each.start) + 1
    indent = draft.text[start : each.start]
    return draft.splice((each.start, each.end, (draft.newline + indent).join(lines)))


def reinstall(draft: Draft, manager: str, packages: str, stage: str = "build") -> Draft:
    """``reinstall: {stage: build, manager: apt-get, packages: gcc libc6-dev}``: in place of what another manager installs."""
    if manager not in draft.managers.rows:
        raise EditRefused(f"It is not known how {manager} installs.")
    where = draft.stage(stage)
    for each in where.instructions:
        found = [c for c in commands(each) if each.keyword == "RUN"]
        wrong = [c for c in found if c.name in INSTALLERS and c.name.removesuffix("-get") != manager.removesuffix("-get")]
        if not wrong:
            continue
        kept = [c for c in found if c not in wrong and not _cleans(c)]
        if any(not c.editable for c in found) or each.heredocs:
            raise EditRefused("The packages are installed inside quotes or a heredoc.")
        rest = [draft.text[c.offset : c.span.end_offset(c.words[-1].end)] for c in kept if c.words]
        line = "RUN " + " && ".join([draft.managers.install(manager, packages.split()) if packages else "", *rest]).removeprefix(" && ")
        return _replaced(draft, each, [line] if packages or rest else [])
    raise EditRefused(f"No RUN of the stage installs with another manager than {manager}.")


def _cleans(command: Command) -> bool:
    return command.name == "rm" and any("/var/lib/apt" in w or "/var/cache/apk" in w for w in command.argv)


def update_lists(draft: Draft) -> Draft:
    """``update-lists: {}``: ``apt-get update`` before the first ``apt-get install`` that has none."""
    for each in draft.dockerfile.instructions:
        found = commands(each) if each.keyword == "RUN" else ()
        first = next((c for c in found if c.name in ("apt-get", "apt") and installed(c)), None)
        if first is None or any(c.name in ("apt-get", "apt") and "update" in c.argv for c in found):
            continue
        if not first.editable:
            raise EditRefused("apt-get install stands inside quotes.")
        return draft.splice((first.offset, first.offset, f"{first.name} update && "))
    raise EditRefused("Every apt-get install has an apt-get update before it.")


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


def correct_keyword(draft: Draft) -> Draft:
    """``correct-keyword: {}``: the instruction that a misspelt one resembles (``RUNN``, ``ENTRYPONT``)."""
    for each in draft.dockerfile.instructions:
        if each.keyword in _KEYWORDS:
            continue
        near = difflib.get_close_matches(each.keyword, _KEYWORDS, 1, 0.7)
        if near:
            return draft.splice((each.start, each.start + len(each.keyword), near[0]))
    raise EditRefused("No instruction is misspelt.")


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


REWRITES: Mapping[str, Callable[..., Draft]] = {
    "move-runs": move_runs,
    "reinstall": reinstall,
    "update-lists": update_lists,
    "insert-workdir": insert_workdir,
    "replace-image": replace_image,
    "chown-copy": chown_copy,
    "make-folder": make_folder,
    "complete-copy": complete_copy,
    "correct-keyword": correct_keyword,
    "drop-copy-source": drop_copy_source,
}
