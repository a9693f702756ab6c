"""``kb list``: the causes, and the layer that each comes from; ``--facts``: the names that ``--fact`` takes."""

from __future__ import annotations

import json
import sys

from troubleshooter.cli.common import knowledge_for
from troubleshooter.cli.options import Parser, knowledge_option, output
from troubleshooter.kb.knowledge import Knowledge


def main(arguments: list[str]) -> int:
    parser = Parser("troubleshooter kb list", description="The causes that the knowledge base can name.")
    parser.add_argument("--layers", action="store_true", help="show which layer each comes from, and what later layers change")
    parser.add_argument("--facts", action="store_true", help="the facts instead: names and values that --fact NAME=VALUE takes")
    knowledge_option(parser)
    output(parser, ("text", "json"))
    given = parser.parse_args(arguments)
    knowledge = knowledge_for(given, here=True)
    if given.facts:
        return _facts(knowledge, given.format)
    rows = [{"id": n, "title": knowledge.outlines[n].title, "layer": knowledge.outlines[n].layer} for n in sorted(knowledge.outlines)]
    if given.format == "json":
        json.dump(rows, sys.stdout, ensure_ascii=False, indent=1)
        print()
        return 0
    for row in rows:
        print(f"{row['id']:34} " + (f"[{row['layer']}] " if given.layers else "") + row["title"])
    if given.layers and knowledge.overrides:
        print("\nchanged by a later layer:", *(f"  {line}" for line in knowledge.overrides), sep="\n")
    return 0


def _facts(knowledge: Knowledge, form: str) -> int:
    rows = [{"name": n, "doc": e["doc"], "only": list(e.get("only") or ())} for n, e in knowledge.table("facts").items()]
    if form == "json":
        json.dump(rows, sys.stdout, ensure_ascii=False, indent=1)
        print()
        return 0
    for row in rows:
        print(f"{row['name']:22} {row['doc']}" + (f"  [{', '.join(row['only'])}]" if row["only"] else ""))
    return 0
