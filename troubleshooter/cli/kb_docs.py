"""``kb docs``: a page for every cause, in both languages, with an index and a list by message."""

from __future__ import annotations

import sys
from pathlib import Path

from troubleshooter.cli.options import Parser, knowledge_option
from troubleshooter.errors import InputError


def main(arguments: list[str]) -> int:
    parser = Parser(
        "troubleshooter kb docs", description="A Markdown page for every cause, in both languages, an index, and a list by message."
    )
    parser.add_argument("--into", type=Path, default=Path("docs/causes"), metavar="DIR", help="folder of the pages (default: docs/causes)")
    parser.add_argument("--check", action="store_true", help="write nothing; name the pages that are stale, with status 1")
    knowledge_option(parser)
    given = parser.parse_args(arguments)
    from troubleshooter.authoring.docs import pages, stale, write

    made = pages(given.knowledge)
    old = stale(made, given.into)
    if given.check:
        for name in old:
            print(f"{given.into / name}:1:1: stale; run `troubleshooter kb docs --into {given.into}`")
        return 1 if old else 0
    try:
        write(made, given.into, old)
    except OSError as fault:
        raise InputError(f"{fault.filename}: {fault.strerror}; choose another folder with --into") from None
    print(f"{len(made)} pages in {given.into}, {len(old)} of them changed", file=sys.stderr)
    return 0
