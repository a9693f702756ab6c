"""The command line: finds the command and imports only what it needs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from itertools import pairwise

COMMANDS = {
    "tui": "the guided dialogue on the whole screen (also: troubleshooter alone)",
    "diagnose": "read a build log or container output and tell the cause",
    "ask": "the same for what you type, in English or Japanese",
    "check": "no log needed: predict from the project's files what will fail",
    "fix": "print or apply the change to the project that cures the cause",
    "inspect": "a program or a whole image: will it start, and what is missing",
    "dockerfile": "write a working multi-stage Dockerfile for what you want",
    "chat": "the guided dialogue in plain lines",
    "explain": "one cause in full",
    "kb": "list, show, lint and test the knowledge base",
}  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit status of the contract."""
    from troubleshooter.errors import TroubleshooterError

    given = list(sys.argv[1:] if arguments is None else arguments)
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 (closed by the end of the process)
    elif hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        status = _run(given)
        sys.stdout.flush()
        return status
    except TroubleshooterError as fault:
        print(f"troubleshooter: {_told(str(fault), given)}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as fault:
        print(f"troubleshooter: {_told(_says(fault), given)}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 2
    except KeyboardInterrupt:
        return 130


def _told(message: str, given: Sequence[str]) -> str:
    """An error in the language of ``--lang`` or the locale."""
    from argparse import Namespace

    from troubleshooter.cli.options import language
    from troubleshooter.messages import in_language

    named = [a.removeprefix("--lang=") for a in given if a.startswith("--lang=")]
    named += [after for a, after in pairwise(given) if a == "--lang"]
    return in_language(message, language(Namespace(lang=named[-1] if named else "")))


def _says(fault: OSError) -> str:
    """What a fault of the system means, and of which file."""
    if isinstance(fault, FileNotFoundError) and not fault.filename and not _here():
        return "the current folder does not exist any more; change into one that does (cd)"
    return f"{fault.filename}: {fault.strerror}" if fault.filename else str(fault.strerror or fault)


def _here() -> bool:
    try:
        return os.path.isdir(os.getcwd())
    except OSError:
        return False


def _run(given: list[str]) -> int:
    if given[:1] in (["-h"], ["--help"], ["help"]):
        print(usage())
        return 0
    if given[:1] == ["--version"]:
        from troubleshooter import __version__

        print(f"troubleshooter {__version__}")
        return 0
    name = given[0] if given else ""
    if name in COMMANDS:
        rest = given[1:]
    elif not name or name.startswith("-") or os.path.exists(name):
        name, rest = _default(given)
    else:
        from troubleshooter.errors import UsageError
        from troubleshooter.kb.problem import did_you_mean

        raise UsageError(f"no command is called {name!r}; {did_you_mean(name, COMMANDS)} (or name a log file; see troubleshooter --help)")
    module = import_module(f"troubleshooter.cli.{name}")
    command: Callable[[list[str]], int] = module.main
    return command(rest)


def _default(given: list[str]) -> tuple[str, list[str]]:
    """Without a command: a pipe is diagnosed, a terminal gets the dialogue where there is one."""
    if not given and sys.stdin is not None and sys.stdin.isatty():
        if "tui" in COMMANDS:
            return "tui", given
        print(usage())
        raise SystemExit(0)
    return "diagnose", given


def usage() -> str:
    """What is printed for ``--help``."""
    lines = ["usage: troubleshooter COMMAND ...      or: BUILD COMMAND 2>&1 | troubleshooter", "", "commands:"]
    lines += [f"  {name:12}{says}" for name, says in COMMANDS.items()]
    lines += [
        "",
        "Every command has its own --help. Exit status: 0 a cause was named (check: nothing found), 1 none was, 2 bad usage or input.",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
