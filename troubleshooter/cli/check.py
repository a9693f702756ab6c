"""``troubleshooter check [DIR]``: what will fail, from the files alone."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from troubleshooter.case import case_from
from troubleshooter.cli.common import evidence_for, from_here, knowledge_for, listed, rendered
from troubleshooter.cli.options import Parser, colour, language, shared
from troubleshooter.diagnosis import diagnose
from troubleshooter.errors import InputError, UsageError
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import Diagnosis
from troubleshooter.report.places import located
from troubleshooter.report.words import words

MAX_DOCKERFILES = 30
"""Dockerfiles of one repository that are checked."""


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
    diagnosis = _diagnosed(given, knowledge)
    if given.format == "text":
        from troubleshooter.report.check_report import render

        sys.stdout.write(render(located(diagnosis, from_here(given)), language(given), colour(given)))
    else:
        sys.stdout.write(rendered(diagnosis, given))
    return 1 if any(c.certainty >= limit for c in diagnosis.causes) else 0


def _diagnosed(given: Any, knowledge: Knowledge) -> Diagnosis:
    """What the files tell; of a repository with several Dockerfiles and none at the usual place, what each of them tells."""
    evidence, notes = evidence_for(given, "", knowledge)
    folder = evidence.folder
    if folder is not None and folder.dockerfile is None and folder.others:
        found = []
        for given.dockerfile in folder.others[:MAX_DOCKERFILES]:
            each, _ = evidence_for(given, "", knowledge)
            found.append(diagnose(case_from(each, knowledge, advice=True), knowledge))
        return _together(found, words(language(given))["read-each"].format(files=listed(folder.others)))
    if not evidence.texts and given.binary is None and given.project is not None:
        raise InputError(f"{given.project}: neither Dockerfile nor go.mod here, so nothing can be predicted; name the project's folder")
    return diagnose(case_from(evidence, knowledge, notes, advice=True), knowledge)


def _together(found: list[Diagnosis], note: str) -> Diagnosis:
    """Several diagnoses as one: what is found twice for the same reason is told once."""
    causes = {(c.id, c.why): c for d in found for c in d.causes}
    ranked = tuple(sorted(causes.values(), key=lambda c: (-c.certainty, c.id)))
    findings = tuple(dict.fromkeys(f for d in found for f in d.findings))
    worst = next((d for d in found if d.causes), found[0])
    return replace(worst, causes=ranked, findings=findings, notes=(note, *worst.notes))


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
