"""``troubleshooter kb …``: work on the knowledge base; one function per sub-command."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from troubleshooter.cli.common import knowledge_for
from troubleshooter.cli.options import Parser, colour, knowledge_option, language, output
from troubleshooter.errors import InputError, UsageError
from troubleshooter.kb.problem import did_you_mean


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help"):
        print("usage: troubleshooter kb {" + ",".join(COMMANDS) + "} ...   (each has its own --help)")
        return 0 if arguments else 2
    if arguments[0] not in COMMANDS:
        raise UsageError(f"kb has no command {arguments[0]!r}; {did_you_mean(arguments[0], COMMANDS)}")
    return COMMANDS[arguments[0]](arguments[1:])


def _list(arguments: list[str]) -> int:
    parser = Parser("troubleshooter kb list", description="The causes that the knowledge base can name.")
    parser.add_argument("--layers", action="store_true", help="show which layer each comes from, and what it overrides")
    knowledge_option(parser)
    output(parser, ("text", "json"))
    given = parser.parse_args(arguments)
    knowledge = knowledge_for(given)
    rows = [{"id": n, "title": knowledge.outlines[n].title, "layer": knowledge.outlines[n].layer} for n in sorted(knowledge.outlines)]
    if given.format == "json":
        json.dump(rows, sys.stdout, ensure_ascii=False, indent=1)
        print()
        return 0
    for row in rows:
        print(f"{row['id']:34} " + (f"[{row['layer']}] " if given.layers else "") + row["title"])
    if given.layers:
        print(*knowledge.overrides, sep="\n")
    return 0


def _show(arguments: list[str]) -> int:
    parser = Parser("troubleshooter kb show", description="One entry of the knowledge base: a cause or a signal.")
    parser.add_argument("id")
    knowledge_option(parser)
    output(parser, ("text", "json"))
    given = parser.parse_args(arguments)
    knowledge = knowledge_for(given)
    from troubleshooter.report import page

    if given.id in knowledge.causes:
        cause = knowledge.causes[given.id]
        print(page.as_json(page.cause_data(cause)) if given.format == "json" else page.cause_text(cause, knowledge, language(given), colour(given)))
        if given.format == "text":
            print("\n  rules\n" + "\n".join(page.rule_text(r, knowledge) for r in cause.rules))
    elif given.id in knowledge.signals:
        print(page.as_json(page.signal_data(given.id, knowledge)))
    else:
        raise UsageError(f"no cause or signal is called {given.id!r}; {did_you_mean(given.id, [*knowledge.causes, *knowledge.signals])}")
    return 0


def _lint(arguments: list[str]) -> int:
    parser = Parser("troubleshooter kb lint", description="Everything that can be wrong with knowledge files, at file:line:column.")
    parser.add_argument("dir", nargs="?", type=Path, help="a pack (default: the built-in knowledge)")
    output(parser, ("text", "json"))
    given = parser.parse_args(arguments)
    from troubleshooter.kb.lint import lint

    problems = lint(given.dir)
    if given.format == "json":
        json.dump([vars(p) for p in problems], sys.stdout, ensure_ascii=False, indent=1)
        print()
    else:
        for problem in problems:
            print(problem if problem.severity == "error" else f"{problem} (warning)")
    return 1 if any(p.severity == "error" for p in problems) else 0


def _test(arguments: list[str]) -> int:
    parser = Parser("troubleshooter kb test", description="Run the examples of the knowledge base, of a pack, or a folder of recorded cases.")
    parser.add_argument("dir", nargs="?", type=Path, help="a pack, or a folder of recorded cases (default: the built-in knowledge)")
    parser.add_argument("--calibration", action="store_true", help="how far certainty can be trusted, and what is confused with what")
    knowledge_option(parser)
    given = parser.parse_args(arguments)
    if given.dir is not None and not given.dir.exists():
        raise InputError(f"{given.dir}: no such folder")
    cases = given.dir if given.dir is not None and next(given.dir.rglob("case.yaml"), None) else None
    given.knowledge += [given.dir] if given.dir is not None and cases is None else []
    knowledge = knowledge_for(given)
    from troubleshooter.kb import testing

    folders = [cases] if cases is not None else testing.own_cases()
    tried = testing.trials(knowledge.causes, knowledge) if cases is None else ()
    lines, failed = testing.run(tried, folders, knowledge, given.calibration)
    print(*lines, sep="\n")
    return 1 if failed else 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {"list": _list, "show": _show, "lint": _lint, "test": _test}
