"""Operations on packages that a RUN installs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from troubleshooter.evidence.dockerfile import Stage, lineage
from troubleshooter.evidence.dockerfile.installing import INSTALLERS, installed
from troubleshooter.evidence.dockerfile.shell import Command, commands
from troubleshooter.remedy.managers import has_none
from troubleshooter.remedy.operations.common import commands_of, first_go, replaced
from troubleshooter.remedy.place import Draft, EditRefused


def add_packages(draft: Draft, packages: str | Sequence[str] | Mapping[str, str], stage: str = "build", manager: str = "") -> Draft:
    """``add-packages: {stage: build, packages: {apk: gcc musl-dev, apt: gcc libc6-dev}}``, or one list for all."""
    where = draft.stage(stage)
    found = [(each, installed(each)) for each in commands_of(draft, where) if each.name in INSTALLERS]
    manager = manager or _manager(draft, where, found)
    if isinstance(packages, Mapping):
        family = draft.managers.family(manager)
        if family not in packages and manager not in packages:
            raise EditRefused(f"It is not known what the packages are called for {manager}.")
        packages = str(packages[family] if family in packages else packages[manager])
    wanted = packages.split() if isinstance(packages, str) else list(packages)
    if not wanted:
        raise EditRefused("No package is to be installed.")
    present = {name for _, names in found for name in names}
    missing = [name for name in wanted if name not in present]
    if not missing:
        raise EditRefused(f"The stage installs {' '.join(wanted)} already.")
    first = first_go(draft, where)
    for command, names in found:
        early = first is None or command.offset < first.end
        if names and early and command.editable and draft.managers.family(command.name) == draft.managers.family(manager):
            return _extended(draft, command, names, missing)
    return draft.below_from(where, f"RUN {draft.managers.install(manager, missing)}")


def _manager(draft: Draft, stage: Stage, found: Sequence[tuple[Command, tuple[str, ...]]]) -> str:
    used = next((command.name for command, _ in found if command.name in draft.managers.rows), "")
    if used:
        return used
    image = lineage(draft.dockerfile, stage)[0].image
    if has_none(image):
        raise EditRefused(f"{image} has no package manager.")
    manager = draft.managers.in_image(image)
    if not manager:
        raise EditRefused(f"The package manager of {image} is not known.")
    return manager


def _extended(draft: Draft, command: Command, names: Sequence[str], missing: Sequence[str]) -> Draft:
    """More packages behind the last one; on lines of their own where each of them has one."""
    last = [word for word in command.words if re.split(r"[=<>~@]", word.value)[0] == names[-1]][-1]
    begin, end = command.span.offset(last.start), command.span.end_offset(last.end)
    line = draft.text[draft.text.rfind("\n", 0, begin) + 1 : begin]
    if line and not line.strip():
        glue = f" {draft.dockerfile.escape}{draft.newline}{line}"
        return draft.splice((end, end, "".join(glue + name for name in missing)))
    return draft.splice((end, end, "".join(f" {name}" for name in missing)))


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
        return replaced(draft, each, [line] if packages or rest else [])
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
