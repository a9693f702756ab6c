"""``troubleshooter ask TEXT...``."""

from __future__ import annotations

import os

from troubleshooter.case import case_from, understood
from troubleshooter.cli.common import answered, evidence_for, knowledge_for
from troubleshooter.cli.options import Parser, shared
from troubleshooter.errors import UsageError


def main(arguments: list[str]) -> int:
    parser = Parser("troubleshooter ask", parents=[shared()], description="Tell the cause from what you type, in English or Japanese.")
    parser.add_argument("text", nargs="+", help="half a message, a paraphrase, a question")
    given = parser.parse_args(arguments)
    from troubleshooter.evidence.typed import language_of

    # in a locale without UTF-8, arguments come as surrogates for their bytes
    text = os.fsencode(" ".join(given.text)).decode("utf-8", "replace")
    if not text.strip():
        raise UsageError("nothing is asked; write what fails, for example: troubleshooter ask 'exec format error'")
    given.lang = given.lang or language_of(text)
    knowledge = knowledge_for(given)
    evidence, notes = evidence_for(given, "", knowledge)
    return answered(understood(text, case_from(evidence, knowledge, notes), knowledge), given, knowledge)
