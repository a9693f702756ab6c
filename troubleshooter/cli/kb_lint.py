"""``kb lint [DIR]``: everything that can be wrong with knowledge files."""

from __future__ import annotations

import sys
from pathlib import Path

from troubleshooter.cli.options import Parser, output
from troubleshooter.errors import InputError
from troubleshooter.kb.layers import UNREADABLE

FORMATS = ("text", "json", "sarif", "github")


def main(arguments: list[str]) -> int:
    parser = Parser("troubleshooter kb lint", description="Everything that can be wrong with knowledge files, at file:line:column.")
    parser.add_argument("dir", nargs="?", type=Path, help="a pack (default: the built-in knowledge)")
    parser.add_argument("--fix", action="store_true", help="first put right what is mechanical: order of keys, quoting, a missing gate")
    parser.add_argument(
        "--fail-on", choices=("error", "warning"), default="warning", help="what makes the exit status 1 (default: warning)"
    )
    output(parser, FORMATS)
    given = parser.parse_args(arguments)
    if given.fix:
        _fix(given.dir)
    from troubleshooter.authoring.lint import lint

    problems = lint(given.dir)
    from troubleshooter.report.lint_report import count, render

    sys.stdout.write(render(problems, given.format))
    if given.format == "text":
        print(count(problems), file=sys.stderr)
    if any(p.rule == UNREADABLE for p in problems):
        return 2
    return 1 if any(p.severity == "error" or given.fail_on == "warning" for p in problems) else 0


def _fix(folder: Path | None) -> None:
    from troubleshooter.authoring.tidy import tidied
    from troubleshooter.kb.layers import builtin_folder, yaml_files

    place = folder if folder is not None else builtin_folder()
    for path in [place] if place.is_file() else yaml_files(place):
        raw = path.read_bytes()
        text, changes = tidied(raw, str(path))
        if changes:
            try:
                path.write_bytes(text.encode())
            except OSError as fault:
                raise InputError(f"{path}: {fault.strerror}") from None
        for change in changes:
            print(f"fixed: {change}", file=sys.stderr)
