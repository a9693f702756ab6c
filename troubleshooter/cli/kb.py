"""``troubleshooter kb …``: work on the knowledge base; one module per sub-command, imported when it is used."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from troubleshooter.errors import UsageError
from troubleshooter.kb.problem import did_you_mean

COMMANDS = {
    "list": "the causes that the knowledge base can name, and where each comes from",
    "show": "one entry in full: a cause or a signal",
    "new": "a pack from a log that is not known yet",
    "lint": "everything that can be wrong with knowledge files, at file:line:column",
    "test": "run the examples of the knowledge base or of a pack",
    "schema": "the form of a knowledge file, for editors and for reading",
    "docs": "a page for every cause",
}


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help"):
        print("usage: troubleshooter kb COMMAND ...\n\ncommands:")
        print("\n".join(f"  {name:8}{says}" for name, says in COMMANDS.items()))
        return 0 if arguments else 2
    if arguments[0] not in COMMANDS:
        raise UsageError(f"kb has no command {arguments[0]!r}; {did_you_mean(arguments[0], COMMANDS)}")
    command: Callable[[list[str]], int] = import_module(f"troubleshooter.cli.kb_{arguments[0]}").main
    return command(arguments[1:])
