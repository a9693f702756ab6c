"""``kb schema``: the form of a knowledge file as JSON Schema, or as the reference page."""

from __future__ import annotations

import json

from troubleshooter.cli.options import Parser


def main(arguments: list[str]) -> int:
    parser = Parser("troubleshooter kb schema", description="The form of a knowledge file: JSON Schema for editors, Markdown for reading.")
    parser.add_argument("--markdown", action="store_true", help="the reference page instead of JSON Schema")
    given = parser.parse_args(arguments)
    if given.markdown:
        from troubleshooter.authoring.reference import markdown

        print(markdown(), end="")
    else:
        from troubleshooter.kb.schema import published

        print(json.dumps(published(), ensure_ascii=False, indent=1))
    return 0
