"""Options of the command line, shared by the commands that take evidence."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

LIST = "`troubleshooter kb list` shows all causes; those of a pack are read with --knowledge DIR"
FORMATS = ("text", "json", "markdown", "sarif", "github", "junit")


class Parser(argparse.ArgumentParser):
    """Says what is wrong and what to do, on standard error, with status 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def shared() -> argparse.ArgumentParser:
    """Parent parser with the options that diagnose, ask, run, check, fix, tui and chat have in common."""
    parent = argparse.ArgumentParser(add_help=False)
    group = parent.add_argument_group("evidence")
    group.add_argument("--dockerfile", type=Path, metavar="FILE", help="the Dockerfile that was built")
    group.add_argument("--go-mod", type=Path, metavar="FILE", help="the program's go.mod")
    group.add_argument("--binary", type=Path, metavar="FILE", help="the program that was built")
    project = group.add_mutually_exclusive_group()
    project.add_argument("--project", type=Path, metavar="DIR", help="read the project in DIR")
    project.add_argument("--no-project", action="store_true", help="do not read the current folder as the project")
    group.add_argument("--fact", action="append", default=[], metavar="NAME=VALUE", help="a fact that you know; beats what was read")
    knowledge_option(parent)
    output(parent)
    return parent


def knowledge_option(parser: argparse._ActionsContainer) -> None:
    """``--knowledge``, ``--lang`` and ``--trust-project``."""
    parser.add_argument("--knowledge", action="append", type=Path, default=[], metavar="DIR", help="a knowledge folder more")
    parser.add_argument("--lang", choices=("en", "ja"), help="language of the report (default: the locale's)")
    parser.add_argument("--trust-project", action="store_true", help="apply edits that the project's own knowledge proposes")


def output(parser: argparse._ActionsContainer, formats: Sequence[str] = FORMATS) -> None:
    """``--format`` and ``--color``."""
    parser.add_argument("--format", choices=formats, default="text", help="format of the report")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="colour (NO_COLOR is honoured)")


def language(given: Any) -> str:
    """``--lang``, else the language of the locale, else English."""
    if getattr(given, "lang", None):
        return str(given.lang)
    locale = next((os.environ[n] for n in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(n)), "")
    return "ja" if locale.lower().startswith("ja") else "en"


def colour(given: Any) -> bool:
    """Whether to colour standard output."""
    if given.color == "auto":
        return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return bool(given.color == "always")
