"""``kb test [DIR]``: the examples of a pack and what it does to those of others; the built-in ones without DIR."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from troubleshooter.cli.options import Parser, knowledge_option, language
from troubleshooter.errors import UsageError


def main(arguments: list[str]) -> int:
    parser = Parser(
        "troubleshooter kb test", description="Run the examples of the knowledge base, of a pack, or a folder of recorded cases."
    )
    parser.add_argument("dir", nargs="?", type=Path, help="a pack, or a folder of recorded cases (default: the built-in knowledge)")
    parser.add_argument("--calibration", action="store_true", help="how far certainty can be trusted, and what is confused with what")
    parser.add_argument("--dialogue", action="store_true", help="how many questions simulated people get, and how often it ends right")
    parser.add_argument("--format", choices=("text", "junit"), default="text", help="format of the report")
    knowledge_option(parser)
    given = parser.parse_args(arguments)
    if given.dialogue:
        return _dialogue(given)
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


def _dialogue(given: Any) -> int:
    """The simulated dialogues on recorded cases: the project's own, or those below DIR."""
    from troubleshooter.authoring.cases import own_cases, recorded
    from troubleshooter.authoring.simulation import report, walks

    cases = list(recorded([given.dir] if given.dir else own_cases()))
    if not cases:
        raise UsageError("no recorded cases here (folders with case.yaml and log.txt); name theirs: troubleshooter kb test DIR --dialogue")
    print(*report(walks(cases, given.knowledge, language(given))), sep="\n")
    return 0
