"""Operations on variables: ENV, exports, and assignments in front of commands."""

from __future__ import annotations

import re

from troubleshooter.evidence.dockerfile import Instruction
from troubleshooter.evidence.dockerfile.gocommands import BUILDERS
from troubleshooter.evidence.dockerfile.shell import Command
from troubleshooter.evidence.dockerfile.stages import env_pairs
from troubleshooter.remedy.goflags import Change
from troubleshooter.remedy.operations.common import commands_of, first_go
from troubleshooter.remedy.place import Draft, EditRefused


def set_env(draft: Draft, stage: str, name: str, value: str) -> Draft:
    """``set-env: {stage: build, name: CGO_ENABLED, value: 0}``: change every place that sets it, else insert an ENV."""
    where = draft.stage(stage)
    before = draft.text
    changes: list[Change] = []
    for command in commands_of(draft, where):
        changes += _assignments(draft, command, name, value)
    for each in where.instructions:
        for variable, begin, end in env_pairs(each, draft.dockerfile.escape) if each.keyword == "ENV" else ():
            if variable == name and each.args.text[begin:end].strip("\"'") != value:
                changes.append((each.args.offset(begin), each.args.end_offset(end), _env_value(value)))
    draft = draft.splice(*changes) if changes else draft
    where = draft.stage(stage)
    needing = [each for each in draft.go(where) if each.verb in (*BUILDERS, "test", "run", "vet", "list")]
    settled = [each.setting(name) for each in needing] or [where.environment.get(name)]
    if any(setting is None or setting.value != value for setting in settled):
        line = f"ENV {name}={_env_value(value)}"
        first = first_go(draft, where)
        if first is not None:
            draft = draft.before(first, line)
        elif any(each.keyword == "RUN" for each in where.instructions):
            draft = draft.below_from(where, line)
        else:
            draft = draft.before_start(where, line)
    if draft.text == before:
        raise EditRefused(f"{name} is {value} already.")
    return draft


def unset_env(draft: Draft, stage: str, name: str) -> Draft:
    """``unset-env: {stage: build, name: GOPROXY}``: take it out of ENV lines, exports and in front of commands."""
    where = draft.stage(stage)
    changes: list[Change] = []
    for command in commands_of(draft, where):
        for variable, word in command.assignments:
            if variable == name and command.editable:
                begin = command.span.offset(word.start - len(name) - 1)
                end = command.span.end_offset(word.end)
                changes.append((begin, end + len(draft.text[end:]) - len(draft.text[end:].lstrip(" ")), ""))
    gone: list[Instruction] = []
    for each in where.instructions:
        pairs = env_pairs(each, draft.dockerfile.escape) if each.keyword == "ENV" else []
        for variable, begin, end in pairs:
            if variable == name and len(pairs) > 1:
                left = begin - len(name) - 1
                left -= len(each.args.text[:left]) - len(each.args.text[:left].rstrip())
                right = end + (len(each.args.text[end:]) - len(each.args.text[end:].lstrip()) if left == 0 else 0)
                changes.append((each.args.end_offset(left), each.args.end_offset(right), ""))
            elif variable == name:
                gone.append(each)
    if not changes and not gone:
        raise EditRefused(f"Nothing in the stage sets {name}.")
    for each in reversed(gone):
        smaller = draft.drop(each)
        # Only what follows the removed line moves; everything before it keeps its offsets.
        moved = len(draft.text) - len(smaller.text)
        changes = [(a - moved, b - moved, new) if a > each.start else (a, b, new) for a, b, new in changes]
        draft = smaller
    return draft.splice(*changes) if changes else draft


def _assignments(draft: Draft, command: Command, name: str, value: str) -> list[Change]:
    """Changes to ``NAME=x`` in front of a command or after ``export``."""
    found: list[Change] = []
    spots = [(word.start, word.end, word.value) for variable, word in command.assignments if variable == name]
    if command.name in ("export", "env"):
        for word in command.words[1:]:
            if word.raw.startswith(name + "="):
                spots.append((word.start + len(name) + 1, word.end, word.value.partition("=")[2]))
    for begin, end, old in spots:
        if old == value:
            continue
        if not command.editable:
            raise EditRefused(f"{name} is set inside quotes in line {draft.dockerfile.line_of(command.offset)}.")
        at = command.span.end_offset(begin)
        found.append((at, command.span.end_offset(end) if end > begin else at, _env_value(value)))
    return found


def _env_value(value: str) -> str:
    if re.fullmatch(r"[\w./,:=@%+\-${}|*]*", value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
