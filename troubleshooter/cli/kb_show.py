"""``kb show ID``: one entry of the knowledge base in full."""

from __future__ import annotations

from troubleshooter.cli.common import knowledge_for
from troubleshooter.cli.options import LIST, Parser, colour, knowledge_option, language, output
from troubleshooter.errors import UsageError
from troubleshooter.kb.problem import did_you_mean


def main(arguments: list[str]) -> int:
    parser = Parser("troubleshooter kb show", description="One entry of the knowledge base: a cause or a signal.")
    parser.add_argument("id")
    knowledge_option(parser)
    output(parser, ("text", "json"))
    given = parser.parse_args(arguments)
    knowledge = knowledge_for(given, here=True)
    from troubleshooter.report import page

    if given.id in knowledge.causes:
        cause = knowledge.causes[given.id]
        if given.format == "json":
            print(page.as_json(page.cause_data(cause)))
        else:
            print(page.cause_text(cause, knowledge, language(given), colour(given)))
            print("\n  rules\n" + "\n".join(page.rule_text(r, knowledge) for r in cause.rules))
    elif given.id in knowledge.signals:
        print(page.as_json(page.signal_data(given.id, knowledge)))
    else:
        near = did_you_mean(given.id, [*knowledge.causes, *knowledge.signals], LIST)
        raise UsageError(f"no cause or signal is called {given.id!r}; {near}")
    return 0
