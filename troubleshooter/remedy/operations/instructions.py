"""Operations on any instruction, and on the file as a whole."""

from __future__ import annotations

import difflib
import re

from troubleshooter.remedy.goflags import Change
from troubleshooter.remedy.operations.common import changed, instructions_of
from troubleshooter.remedy.place import Draft, EditRefused


def remove_instruction_flag(draft: Draft, instruction: str, flag: str, stage: str = "") -> Draft:
    """``remove-instruction-flag: {instruction: COPY, flag: link}``: also chmod, mount; ``stage`` may be left out."""
    changes: list[Change] = []
    for each in instructions_of(draft, instruction, stage):
        for match in re.finditer(rf"\s--{re.escape(flag)}(?:=(?:\"[^\"]*\"|\S+))?(?=\s)", each.raw):
            if each.start + match.end() <= each.flags_end:
                changes.append((each.start + match.start(), each.start + match.end(), ""))
    return changed(draft, changes, f"No {instruction} has --{flag}.")


def replace_in_instruction(draft: Draft, instruction: str, find: str, replace: str, stage: str = "") -> Draft:
    """``replace-in-instruction: {instruction: RUN, find: apt-get, replace: apk, stage: build}``: all stages without."""
    changes: list[Change] = []
    for each in instructions_of(draft, instruction, stage):
        for match in re.finditer(re.escape(find), each.raw):
            changes.append((each.start + match.start(), each.start + match.end(), replace))
    return changed(draft, changes, f"No {instruction} contains {find!r}.")


def remove_instruction(draft: Draft, instruction: str, contains: str = "", stage: str = "") -> Draft:
    """``remove-instruction: {instruction: RUN, contains: chmod, stage: final}``: every one of that kind that fits."""
    chosen = [each for each in instructions_of(draft, instruction, stage) if contains in each.raw]
    if not chosen:
        raise EditRefused(f"No {instruction} contains {contains!r}." if contains else f"There is no {instruction}.")
    for each in reversed(chosen):
        draft = draft.drop(each)
    return draft


def continue_line(draft: Draft) -> Draft:
    """``continue-line: {}``: end the line above the first unknown instruction with the missing backslash."""
    unknown = [each for each in draft.dockerfile.problems if each.says.startswith("unknown instruction")]
    above = [each for each in draft.dockerfile.instructions if unknown and each.end_line < unknown[0].line]
    if not above or above[-1].keyword != "RUN" or above[-1].heredocs:
        raise EditRefused("No line of the Dockerfile lacks a backslash.")
    return draft.splice((above[-1].end, above[-1].end, f" {draft.dockerfile.escape}"))


def set_syntax(draft: Draft, value: str = "docker/dockerfile:1") -> Draft:
    """``set-syntax: {value: "docker/dockerfile:1"}``: the ``# syntax=`` line at the top."""
    if "syntax" in draft.dockerfile.directives:
        raise EditRefused("The Dockerfile has a syntax line already.")
    at = 1 if draft.text.startswith("\ufeff") else 0
    return draft.splice((at, at, f"# syntax={value}{draft.newline}"))


_KEYWORDS = ("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "ONBUILD", "RUN", "SHELL",
             "STOPSIGNAL", "USER", "VOLUME", "WORKDIR", "MAINTAINER")  # fmt: skip


def correct_keyword(draft: Draft) -> Draft:
    """``correct-keyword: {}``: the instruction that a misspelt one resembles (``RUNN``, ``ENTRYPONT``)."""
    for each in draft.dockerfile.instructions:
        if each.keyword in _KEYWORDS:
            continue
        near = difflib.get_close_matches(each.keyword, _KEYWORDS, 1, 0.7)
        if near:
            return draft.splice((each.start, each.start + len(each.keyword), near[0]))
    raise EditRefused("No instruction is misspelt.")
