"""``troubleshooter diagnose [LOG or -]``."""

from __future__ import annotations

from troubleshooter.case import case_from
from troubleshooter.cli.common import evidence_for, knowledge_for, report
from troubleshooter.cli.options import Parser, shared
from troubleshooter.diagnosis import diagnose


def main(arguments: list[str]) -> int:
    parser = Parser("troubleshooter diagnose", parents=[shared()], description="Tell the cause of a failed build or start from its log.")
    parser.add_argument("log", nargs="?", default="-", help="the log (also .gz); - or nothing reads standard input")
    given = parser.parse_args(arguments)
    knowledge = knowledge_for(given)
    evidence, notes = evidence_for(given, given.log, knowledge)
    return report(diagnose(case_from(evidence, knowledge, notes), knowledge), given)
