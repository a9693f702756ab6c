"""``troubleshooter explain CAUSE`` and ``explain --rule ID``."""

from __future__ import annotations

import json
import sys

from troubleshooter.cli.common import knowledge_for
from troubleshooter.cli.options import Parser, colour, knowledge_option, language, output
from troubleshooter.errors import UsageError
from troubleshooter.kb.problem import did_you_mean


def main(arguments: list[str]) -> int:
    parser = Parser("troubleshooter explain", description="One cause in full: what is wrong, how to tell, remedies, references.")
    parser.add_argument("cause", nargs="?", help="id of the cause")
    parser.add_argument("--rule", metavar="CAUSE/RULE", help="one rule: its compiled form and the facts that it waits for")
    knowledge_option(parser)
    output(parser, ("text", "json", "markdown"))
    given = parser.parse_args(arguments)
    knowledge = knowledge_for(given)
    name = given.rule.split("/")[0] if given.rule else given.cause
    if not name:
        raise UsageError("explain needs the id of a cause; `troubleshooter kb list` shows them")
    if name not in knowledge.causes:
        raise UsageError(f"no cause is called {name!r}; {did_you_mean(name, knowledge.causes)} (`troubleshooter kb list` shows all)")
    from troubleshooter.report import page

    cause = knowledge.causes[name]
    if given.rule:
        rule = next((r for r in cause.rules if r.id == given.rule), None)
        if rule is None:
            names = [r.id for r in cause.rules]
            raise UsageError(f"no rule is called {given.rule!r}; {did_you_mean(given.rule, names)}")
        print(page.rule_text(rule, knowledge))
    elif given.format == "json":
        json.dump(page.cause_data(cause), sys.stdout, ensure_ascii=False, indent=1)
        print()
    elif given.format == "markdown":
        print(page.cause_markdown(cause, knowledge))
    else:
        print(page.cause_text(cause, knowledge, language(given), colour(given)))
    return 0
