"""``kb new --from-log LOG``: a pack from a log that is not known yet; on a terminal it asks for what was not given."""

from __future__ import annotations

import re
import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from troubleshooter.authoring import skeleton
from troubleshooter.authoring.telling import Telling, telling
from troubleshooter.case import Case
from troubleshooter.cli.common import knowledge_for
from troubleshooter.cli.options import Parser, knowledge_option
from troubleshooter.errors import InputError, UsageError
from troubleshooter.evidence.gather import open_log
from troubleshooter.evidence.lines import blocks, shown
from troubleshooter.kb.layers import layers, yaml_files
from troubleshooter.kb.schema import ID

SHOWN = 9
LIMIT = 30 << 20


def main(arguments: list[str]) -> int:
    parser = Parser(
        "troubleshooter kb new", description="Write a pack from a log that is not known yet: usable at once, with texts to fill in."
    )
    parser.add_argument("--from-log", metavar="LOG", default="", help="the log of the failure (- for standard input)")
    parser.add_argument("--id", default="", help="id of the cause, like acme-licence-expired; a known cause gets another rule")
    parser.add_argument("--into", type=Path, metavar="DIR", help="folder of the pack (made if it is not there)")
    parser.add_argument("--line", type=int, metavar="N", help="the telling line of the log (default: the most telling one)")
    parser.add_argument("--list", action="store_true", help="only show the telling lines")
    knowledge_option(parser)
    given = parser.parse_args(arguments)
    asks = sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty() and given.from_log != "-"
    given.from_log = given.from_log or _asked(asks, "The log of the failure: ", "--from-log LOG")
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
    line = _line(given, text, found, asks)
    given.id = given.id or _asked(asks, "An id for the cause, like acme-licence-expired: ", "--id ID")
    if not re.fullmatch(ID, given.id):
        raise UsageError(f"--id {given.id}: write it like acme-licence-expired (small letters, digits, hyphens)")
    given.into = given.into or Path(_asked(asks, "Folder of the pack [.troubleshooter]: ", "--into DIR", ".troubleshooter"))
    if (given.into / f"{given.id}.yaml").exists():
        raise InputError(f"{given.into / given.id}.yaml exists already; choose another --id, or edit that file")
    plan = skeleton.draft(given.id, text, log, line, knowledge)
    if (
        asks
        and plan.unlike
        and not _agreed(f"\nA line that looks alike and must not match:\n  {plan.unlike}\nKeep it as a look-alike? [Y/n] ")
    ):
        plan = replace(plan, unlike="")
    made = skeleton.made(plan, text, line.number, Case(log), knowledge, layers(given.knowledge, None, knowledge.language))
    for path in skeleton.write(made.files, given.into):
        print(f"written: {path}")
    return _told(plan, made, given)


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
    print(f"fill in what `troubleshooter kb lint {folder}` names, then run `troubleshooter kb test {folder}`")
    return 0 if made.certainty >= skeleton.ENOUGH else 1


def _read(name: str, knowledge: Any) -> tuple[str, Any]:
    """The text of the log without control codes, and what was read of it."""
    from troubleshooter.evidence.scan import scan_text

    try:
        if name == "-":
            text = "".join(b.text for b in blocks(sys.stdin.buffer, "standard input", LIMIT))
        else:
            with open(name, "rb") as stream:
                text = "".join(b.text for b in blocks(stream, name, LIMIT))
    except OSError:
        return "", open_log(name, knowledge, None)  # it says what is wrong with the file
    return text, scan_text(text, knowledge)


def _line(given: Any, text: str, found: list[Telling], asks: bool) -> Telling:
    if given.line is None and asks:
        _show(found[:SHOWN])
        answer = _asked(True, f"\nWhich line tells the failure? [1 to {min(SHOWN, len(found))}, Enter for 1] ", "--line N", "1")
        if not answer.isdigit() or not 1 <= int(answer) <= len(found):
            raise UsageError(f"{answer!r} is none of them")
        return found[int(answer) - 1]
    if given.line is None:
        return next((t for t in found if not t.known), found[0])
    lines = text.split("\n")
    if not 1 <= given.line <= len(lines) or not lines[given.line - 1].strip():
        raise UsageError(f"--line {given.line}: the log has {len(lines)} lines, and that one holds nothing; --list shows the telling ones")
    return next((t for t in found if t.number == given.line), Telling(given.line, shown(lines[given.line - 1]), 0.0))


def _show(found: list[Telling]) -> None:
    for number, line in enumerate(found, 1):
        print(
            f"{number:2}  line {line.number:<6} {line.text.strip()[:110]}" + (f"   (known: {', '.join(line.known)})" if line.known else "")
        )


def _asked(asks: bool, question: str, option: str, default: str = "") -> str:
    if not asks:
        raise UsageError(f"kb new needs {option}; see troubleshooter kb new --help")
    print(question, end="", flush=True)
    answer = sys.stdin.readline().strip() or default
    if not answer:
        raise UsageError(f"nothing was answered; {option} says it too")
    return answer


def _agreed(question: str) -> bool:
    print(question, end="", flush=True)
    return sys.stdin.readline().strip().lower() not in ("n", "no")
