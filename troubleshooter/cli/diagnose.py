"""``troubleshooter diagnose [LOG or -]``."""

from __future__ import annotations

from troubleshooter.case import case_from
from troubleshooter.cli.common import answered, evidence_for, knowledge_for
from troubleshooter.cli.options import Parser, shared


def main(arguments: list[str]) -> int:
    parser = Parser("troubleshooter diagnose", parents=[shared()], description="Tell the cause of a failed build or start from its log.")
    parser.add_argument("log", nargs="?", default="-", help="the log (also .gz); - or nothing reads standard input")
    given = parser.parse_args(arguments)
    knowledge = knowledge_for(given)
    evidence, notes = evidence_for(given, given.log, knowledge)
    return answered(case_from(evidence, knowledge, notes), given, knowledge)
