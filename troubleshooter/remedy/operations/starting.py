"""Operations on what the container starts."""

from __future__ import annotations

import ast
import json
import re
import shlex

from troubleshooter.evidence.dockerfile import start
from troubleshooter.evidence.dockerfile.shell import commands
from troubleshooter.remedy.operations.common import argument_spans, instructions_of
from troubleshooter.remedy.place import Draft, EditRefused


def exec_form(draft: Draft, instruction: str = "ENTRYPOINT", stage: str = "final") -> Draft:
    """``exec-form: {instruction: ENTRYPOINT, stage: final}``: also CMD, HEALTHCHECK; shell form to JSON."""
    chosen = [each for each in instructions_of(draft, instruction, stage) if each.args.text and each.json is None]
    if not chosen:
        raise EditRefused(f"The stage has no {instruction} in the shell form.")
    each = chosen[-1]
    text, at = each.args.text, 0
    if instruction.upper() == "HEALTHCHECK":
        match = re.match(r"CMD\s+", text, re.IGNORECASE)
        if not match:
            raise EditRefused("HEALTHCHECK has no command.")
        at = match.end()
    words = json.dumps(_plain_words(text[at:], instruction), ensure_ascii=False)
    return draft.splice((each.args.offset(at), each.args.end_offset(len(text)), words))


def _plain_words(text: str, instruction: str) -> list[str]:
    """The words of a command that needs no shell; refused for any other."""
    if text.startswith("["):
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            value = None
        if isinstance(value, list) and all(isinstance(word, str) for word in value):
            return value
        raise EditRefused(f"The list of {instruction} cannot be read.")
    if re.search(r"[$`*?;&|<>(){}~\n]", text) or re.match(r"\w+=", text):
        raise EditRefused(f"{instruction} uses the shell (variables, && or the like), which the exec form has not.")
    try:
        return shlex.split(text.removeprefix("exec "))
    except ValueError as error:
        raise EditRefused(f"The quotes of {instruction} are not closed.") from error


def change_entrypoint(draft: Draft, path: str, stage: str = "final") -> Draft:
    """``change-entrypoint: {path: /app/server, stage: final}``: the program that ENTRYPOINT, else CMD, starts."""
    began = start(draft.dockerfile, draft.stage(stage))
    if began is None or not began.argv:
        raise EditRefused("The stage has neither ENTRYPOINT nor CMD.")
    each = began.instruction
    if began.argv[0] == path:
        raise EditRefused(f"The container starts {path} already.")
    if began.form == "exec":
        begin, end, _ = argument_spans(each, draft.dockerfile.escape)[0]
        return draft.splice((begin, end, path))
    found = [command for command in commands(each) if command.words]
    word = found[-1].words[0]
    if not found[-1].editable:
        raise EditRefused(f"{each.keyword} starts the program inside quotes.")
    return draft.splice((found[-1].span.offset(word.start), found[-1].span.end_offset(word.end), path))
