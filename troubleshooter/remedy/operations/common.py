"""What several operations need: commands of a stage, chosen instructions, where arguments stand."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshooter.evidence.dockerfile import Instruction, Stage
from troubleshooter.evidence.dockerfile.shell import Command, commands
from troubleshooter.evidence.dockerfile.words import split_words
from troubleshooter.remedy.goflags import Change
from troubleshooter.remedy.place import Draft, EditRefused


def first_go(draft: Draft, stage: Stage) -> Instruction | None:
    """The first instruction of the stage that calls go."""
    found = draft.go(stage)
    return found[0].instruction if found else None


def commands_of(draft: Draft, stage: Stage) -> list[Command]:
    """The commands of all RUN lines of the stage."""
    return [command for each in stage.instructions if each.keyword == "RUN" for command in commands(each)]


def changed(draft: Draft, changes: Sequence[Change], otherwise: str) -> Draft:
    """The draft with ``changes``; refused with ``otherwise`` where there are none."""
    if not changes:
        raise EditRefused(otherwise)
    return draft.splice(*changes)


def argument_spans(each: Instruction, escape: str) -> list[tuple[int, int, str]]:
    """Where each argument stands in the file, quotes excluded, and its value."""
    text = each.args.text
    if each.json is not None:
        found = [(m.start() + 1, m.end() - 1) for m in re.finditer(r'"(?:[^"\\]|\\.)*"', text)]
        values = list(each.json)
    else:
        found = split_words(text, escape)
        values = [text[begin:end] for begin, end in found]
    return [(each.args.offset(a), each.args.end_offset(b), value) for (a, b), value in zip(found, values, strict=True)]


def set_instruction_flag(draft: Draft, each: Instruction, flag: str, value: str) -> Draft:
    """``--flag=value`` on an instruction, in place of another value."""
    if each.flag(flag) == value:
        raise EditRefused(f"{each.keyword} has --{flag}={value} already.")
    match = re.search(rf"--{flag}=\S+", draft.text[each.start : each.flags_end])
    if match:
        return draft.splice((each.start + match.start(), each.start + match.end(), f"--{flag}={value}"))
    return draft.splice((each.flags_end, each.flags_end, f" --{flag}={value}"))


def instructions_of(draft: Draft, keyword: str, stage: str) -> list[Instruction]:
    """The instructions of one kind, of a stage or (empty) of the whole file."""
    instructions = draft.stage(stage).instructions if stage else draft.dockerfile.instructions
    return [each for each in instructions if each.keyword == keyword.upper()]


def replaced(draft: Draft, each: Instruction, lines: list[str]) -> Draft:
    """The draft with the lines of one instruction in place of it."""
    if not lines:
        return draft.drop(each)
    start = draft.text.rfind("\n", 0, each.start) + 1
    indent = draft.text[start : each.start]
    return draft.splice((each.start, each.end, (draft.newline + indent).join(lines)))
