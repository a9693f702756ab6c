"""``kb new --from-log LOG``: a pack from a log that is not known yet; on a terminal it asks for what was not given."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from troubleshooter.authoring import skeleton
from troubleshooter.authoring.message import message
from troubleshooter.authoring.telling import Telling, line_of, telling
from troubleshooter.case import Case
from troubleshooter.cli.common import knowledge_for
from troubleshooter.cli.kb_ask import agreed, asked, editing
from troubleshooter.cli.options import Parser, knowledge_option
from troubleshooter.errors import InputError, UsageError
from troubleshooter.evidence.gather import open_log
from troubleshooter.evidence.lines import blocks
from troubleshooter.evidence.scan import Log, scan_text
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.layers import layers, yaml_files
from troubleshooter.kb.schema import ID

SHOWN = 9
LIMIT = 30 << 20
_ID_FORM = "write it like acme-licence-expired (small letters, digits, hyphens)"
_QUESTIONS = {
    "means": "What does the message mean? (one sentence)\n ",
    "title": "The cause, not the symptom, in one sentence:\n ",
    "says": "What is wrong? (two or three sentences)\n ",
    "remedy": "What to do? (one sentence, like: Renew the licence)\n ",
    "step": "The first step; begin it with $ where it is a command:\n ",
}


def main(arguments: list[str]) -> int:
    given = _options(arguments)
    asks = sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty() and given.from_log != "-"
    if asks:
        editing()
    given.from_log = given.from_log or _wanted(asks, "The log of the failure:", "--from-log LOG", fault=_no_file)
    if given.into is not None and given.into.is_dir() and yaml_files(given.into):
        given.knowledge.append(given.into)  # what the pack says already counts
    knowledge = knowledge_for(given)
    text, log = _read(given.from_log, knowledge)
    found = telling(text, log, knowledge)
    if not found:
        raise InputError(f"{given.from_log}: no line with a word in it; give the log of a failure")
    if given.list:
        _show(found)
        return 0
    line = _line(given, text, log, found, knowledge, asks)
    given.id = given.id or _wanted(asks, "An id for the cause:", "--id ID", skeleton.suggested_id(line.said), _no_id)
    if _no_id(given.id):
        raise UsageError(f"--id {given.id}: {_ID_FORM}")
    given.into = given.into or Path(_wanted(asks, "Folder of the pack:", "--into DIR", ".troubleshooter"))
    if (given.into / f"{given.id}.yaml").exists():
        raise InputError(f"{given.into / given.id}.yaml exists already; choose another --id, or edit that file")
    plan = skeleton.draft(given.id, text, log, line, knowledge)
    if asks:
        plan = _completed(plan)
    made = skeleton.made(plan, text, line.number, Case(log), knowledge, layers(given.knowledge, None, knowledge.language))
    for path in skeleton.write(made.files, given.into):
        print(f"written: {path}")
    return _told(plan, made, given)


def _options(arguments: list[str]) -> Any:
    parser = Parser(
        "troubleshooter kb new", description="Write a pack from a log that is not known yet: usable at once, with texts to fill in."
    )
    parser.add_argument("--from-log", metavar="LOG", default="", help="the log of the failure (- for standard input)")
    parser.add_argument("--id", default="", help="id of the cause, like acme-licence-expired; a known cause gets another rule")
    parser.add_argument("--into", type=Path, metavar="DIR", help="folder of the pack (made if it is not there)")
    parser.add_argument("--line", type=int, metavar="N", help="the telling line of the log (default: the most telling one)")
    parser.add_argument("--list", action="store_true", help="only show the telling lines")
    knowledge_option(parser)
    return parser.parse_args(arguments)


def _completed(plan: skeleton.Draft) -> skeleton.Draft:
    """The draft with what a person at the terminal says to it."""
    print(f"\nThe message; what differs from case to case has become a hole:\n  {plan.pattern}")
    if plan.unlike and not agreed(f"\nA line that looks alike and must not match:\n  {plan.unlike}\nKeep it as a look-alike?"):
        plan = replace(plan, unlike="")
    print("\nNow the texts that only you can write. Enter alone leaves one to be filled in later, in the file.")
    wanted = ["means"] if plan.existing else list(_QUESTIONS)
    return replace(plan, texts={name: asked(_QUESTIONS[name], needed=False) for name in wanted})


def _told(plan: skeleton.Draft, made: skeleton.Made, given: Any) -> int:
    folder = shlex.quote(str(given.into))
    print(f"\nthe message, with holes:  {plan.pattern}")
    if made.certainty >= skeleton.ENOUGH:
        print(f"the log is now diagnosed as {plan.id} ({made.certainty:.0%}):")
    else:
        print(
            f"the log is still diagnosed as {made.first}; edit the rule in {given.into / plan.id}.yaml, "
            "or choose a line that tells more (--list shows them)"
        )
    print(f"  troubleshooter diagnose {shlex.quote(given.from_log)} --knowledge {folder}")
    if "means" in plan.texts and all(plan.texts.values()):
        print(f"see that it stays true:\n  troubleshooter kb lint {folder}\n  troubleshooter kb test {folder}")
    else:
        print(f"fill in what `troubleshooter kb lint {folder}` names, then run `troubleshooter kb test {folder}`")
    return 0 if made.certainty >= skeleton.ENOUGH else 1


def _read(name: str, knowledge: Knowledge) -> tuple[str, Log]:
    """The text of the log without control codes, and what was read of it."""
    try:
        if name == "-":
            text = "".join(b.text for b in blocks(sys.stdin.buffer, "standard input", LIMIT))
        else:
            with open(name, "rb") as stream:
                text = "".join(b.text for b in blocks(stream, name, LIMIT))
    except OSError:
        return "", open_log(name, knowledge, None)  # it says what is wrong with the file
    return text, scan_text(text, knowledge)


def _line(given: Any, text: str, log: Log, found: Sequence[Telling], knowledge: Knowledge, asks: bool) -> Telling:
    if given.line is None and asks:
        some = found[:SHOWN]
        _show(some)
        return some[int(asked("\nWhich line tells the failure?", "1", lambda a: _no_number(a, len(some)))) - 1]
    if given.line is None:
        return next((t for t in found if not t.known), found[0])
    lines = text.split("\n")
    if not 1 <= given.line <= len(lines) or not lines[given.line - 1].strip():
        raise UsageError(f"--line {given.line}: the log has {len(lines)} lines, and that one holds nothing; --list shows the telling ones")
    return line_of(given.line, lines, [message(one) for one in lines], log, knowledge)


def _show(found: Sequence[Telling]) -> None:
    width = max(40, shutil.get_terminal_size((140, 24)).columns - 1)
    for number, line in enumerate(found, 1):
        known = f"   (known: {', '.join(line.signals)})" if line.known else ""
        head = f"{number:2}  line {line.number:<6} "
        room = max(20, width - len(head) - len(known))
        text = line.text.strip()
        print(head + (text if len(text) <= room else text[: room - 1] + "…") + known)


def _wanted(asks: bool, question: str, option: str, default: str = "", fault: Callable[[str], str] = lambda answer: "") -> str:
    if not asks:
        raise UsageError(f"kb new needs {option}; see troubleshooter kb new --help")
    return asked(question, default, fault)


def _no_file(name: str) -> str:
    return "" if Path(name).is_file() else f"{name} is no file."


def _no_id(name: str) -> str:
    return "" if re.fullmatch(ID, name) else f"{name!r} is no id: {_ID_FORM}."


def _no_number(answer: str, most: int) -> str:
    return "" if answer.isdigit() and 1 <= int(answer) <= most else f"A number from 1 to {most}."
