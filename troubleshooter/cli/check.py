"""``troubleshooter check [DIR]``: what will fail, from the files alone."""

from __future__ import annotations

import sys
from pathlib import Path

from troubleshooter.case import case_from
from troubleshooter.cli.common import evidence_for, from_here, knowledge_for, rendered
from troubleshooter.cli.options import Parser, colour, language, shared
from troubleshooter.diagnosis import diagnose
from troubleshooter.errors import InputError, UsageError
from troubleshooter.report.places import located


def main(arguments: list[str]) -> int:
    parser = Parser("troubleshooter check", parents=[shared()], description="Predict from the project's files what will fail and why.")
    parser.add_argument("dir", nargs="?", type=Path, help="the project (default: this folder)")
    parser.add_argument("--fail-on", default="0.5", metavar="CERTAINTY", help="status 1 from this certainty on, or never (default 0.5)")
    parser.add_argument("--target", default="", metavar="STAGE", help="the stage that is built (docker build --target)")
    given = parser.parse_args(arguments)
    limit = _limit(given.fail_on)
    # a Dockerfile of elsewhere says nothing of the sources in this folder
    alone = given.no_project or given.dockerfile is not None or given.go_mod is not None
    given.project = given.project or given.dir or (None if alone else Path.cwd())
    given.no_project = given.project is None
    if given.project is not None and not given.project.is_dir():
        raise InputError(f"{given.project}: no such directory; name the folder with the Dockerfile and go.mod")
    knowledge = knowledge_for(given)
    evidence, notes = evidence_for(given, "", knowledge)
    if not evidence.texts and given.binary is None and given.project is not None:
        raise InputError(_nothing_read(given.project))
    diagnosis = diagnose(case_from(evidence, notes, advice=True), knowledge)
    if given.format == "text":
        from troubleshooter.report.check_report import render

        sys.stdout.write(render(located(diagnosis, from_here(given)), language(given), colour(given)))
    else:
        sys.stdout.write(rendered(diagnosis, given))
    return 1 if any(c.certainty >= limit for c in diagnosis.causes) else 0


def _nothing_read(folder: Path) -> str:
    """What to name instead where a folder has neither a Dockerfile of the usual name nor a go.mod."""
    found = sorted(p.relative_to(folder).as_posix() for p in folder.glob("**/*ockerfile*") if p.is_file() and ".git" not in p.parts)[:6]
    if found:
        return f"{folder}: no Dockerfile of the usual name and no go.mod; name one: " + ", ".join(f"--dockerfile {p}" for p in found)
    return f"{folder}: neither Dockerfile nor go.mod here, so nothing can be predicted; name the project's folder"


def _limit(text: str) -> float:
    if text == "never":
        return 2.0
    try:
        limit = float(text)
    except ValueError:
        limit = -1.0
    if not 0 <= limit <= 1:
        raise UsageError(f"--fail-on {text}: a certainty from 0 to 1, or never")
    return limit
