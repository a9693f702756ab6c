"""``kb test [DIR]``: the examples of a pack and what it does to those of others; the built-in ones without DIR."""

from __future__ import annotations

import sys
from pathlib import Path

from troubleshooter.cli.options import Parser, knowledge_option, language


def main(arguments: list[str]) -> int:
    parser = Parser(
        "troubleshooter kb test", description="Run the examples of the knowledge base, of a pack, or a folder of recorded cases."
    )
    parser.add_argument("dir", nargs="?", type=Path, help="a pack, or a folder of recorded cases (default: the built-in knowledge)")
    parser.add_argument("--calibration", action="store_true", help="how far certainty can be trusted, and what is confused with what")
    parser.add_argument("--format", choices=("text", "junit"), default="text", help="format of the report")
    knowledge_option(parser)
    given = parser.parse_args(arguments)
    from troubleshooter.authoring.testing import report, tested

    result = tested(given.dir, given.knowledge, language(given))
    for problem in result.problems:
        print(f"troubleshooter: {problem} (left out)", file=sys.stderr)
    if given.format == "junit":
        from troubleshooter.authoring.tested_report import junit

        sys.stdout.write(junit(result))
    else:
        print(*report(result, given.calibration), sep="\n")
    return 0 if result.green else 1
