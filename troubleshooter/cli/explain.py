"""``troubleshooter explain CAUSE`` and ``explain --rule ID``."""

from __future__ import annotations

import json
import sys

from troubleshooter.cli.common import knowledge_for
from troubleshooter.cli.options import LIST, Parser, colour, knowledge_option, language, output
from troubleshooter.errors import UsageError
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.problem import did_you_mean


def main(arguments: list[str]) -> int:
    parser = Parser("troubleshooter explain", description="One cause in full: what is wrong, how to tell, remedies, references.")
    parser.add_argument("cause", nargs="?", help="id of the cause")
    parser.add_argument(
        "--rule", metavar="CAUSE/RULE", help="one rule (or deduction/NAME): its compiled form and the facts that it waits for"
    )
    knowledge_option(parser)
    output(parser, ("text", "json", "markdown"))
    given = parser.parse_args(arguments)
    knowledge = knowledge_for(given, here=True)
    if given.rule:
        return _rule(given.rule, knowledge)
    if not given.cause:
        raise UsageError(f"explain needs the id of a cause; {LIST}")
    if given.cause not in knowledge.causes:
        raise UsageError(f"no cause is called {given.cause!r}; {did_you_mean(given.cause, knowledge.causes, LIST)}")
    cause = knowledge.causes[given.cause]
    if given.format == "markdown":
        from troubleshooter.authoring.cause_page import page as markdown

        print(markdown(cause, knowledge, language(given), alone=True), end="")
        return 0
    from troubleshooter.report import page

    if given.format == "json":
        json.dump(page.cause_data(cause), sys.stdout, ensure_ascii=False, indent=1)
        print()
    else:
        print(page.cause_text(cause, knowledge, language(given), colour(given)))
    return 0


def _rule(name: str, knowledge: Knowledge) -> int:
    """One rule, of a cause or (``deduction/…``) one that concludes facts."""
    from troubleshooter.report.page import rule_text

    cause = name.split("/")[0]
    rules = {r.id: r for r in knowledge.rules.get(cause, knowledge.deductions)}
    if name not in rules:
        known = rules if cause in knowledge.rules or cause == "deduction" else [f"{c}/" for c in knowledge.causes]
        raise UsageError(f"no rule is called {name!r}; {did_you_mean(name, known, LIST)}")
    print(rule_text(rules[name], knowledge))
    return 0
