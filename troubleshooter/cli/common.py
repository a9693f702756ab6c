"""What the commands that diagnose share: options to knowledge and evidence, a Diagnosis to standard output and an exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from troubleshooter.case import Case
from troubleshooter.cli.options import colour, language
from troubleshooter.diagnosis import diagnose
from troubleshooter.evidence.files import real
from troubleshooter.evidence.gather import Gathered, Sources, gather, project_folder
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.load import load_knowledge
from troubleshooter.model import Diagnosis
from troubleshooter.report.places import located
from troubleshooter.report.words import words

MAX_BROKEN = 20
"""Broken entries of knowledge files that a run names."""
MAX_LISTED = 4
"""Files that a note names."""


def knowledge_for(given: Any, here: bool = False) -> Knowledge:
    """The knowledge that the options name; what is broken in it is said in one line each on standard error.

    ``here``: a command without ``--project`` takes that of the project in the current folder, too.
    """
    takes = here or hasattr(given, "project")
    project = project_folder(getattr(given, "project", None), getattr(given, "no_project", False))[0] if takes else None
    knowledge = load_knowledge(given.knowledge, project, language(given))
    broken = {(p.file, p.line): p for p in reversed(knowledge.problems)}
    for problem in [*broken.values()][: -MAX_BROKEN - 1 : -1]:
        print(f"troubleshooter: {problem} (left out)", file=sys.stderr)
    if len(broken) > MAX_BROKEN:
        print(f"troubleshooter: {len(broken) - MAX_BROKEN} more entries are left out; `troubleshooter kb lint` names all", file=sys.stderr)
    return knowledge


def evidence_for(given: Any, log: str, knowledge: Knowledge) -> tuple[Gathered, tuple[str, ...]]:
    """What the options name, read; and a line each for what the reader may not expect: which files, which context."""
    project, found = project_folder(given.project, given.no_project)
    sources = Sources(log, given.dockerfile, given.go_mod, given.binary, project, tuple(given.fact), getattr(given, "target", ""))
    evidence = gather(sources, knowledge, sys.stdin.buffer if sys.stdin is not None else None)
    return evidence, tuple(_notes(evidence, project, found, given))


def _notes(evidence: Gathered, project: Path | None, found: bool, given: Any) -> Iterator[str]:
    w = words(language(given))
    if found and evidence.texts:
        yield w["project-read"].format(files=", ".join(evidence.texts))
    folder = evidence.folder
    if folder is None or project is None:
        return
    if folder.dockerfile is not None and real(folder.path) != real(project):
        names = {"dockerfile": os.path.relpath(folder.dockerfile), "folder": os.path.relpath(folder.path)}
        yield w["context-taken"].format(**names)
    if folder.others and given.dockerfile is None:
        names = {"files": listed(folder.others)}
        yield w["not-read" if folder.dockerfile is not None else "which-dockerfile"].format(**names)


def listed(paths: Sequence[Path]) -> str:
    """The first few paths, from the current folder, and how many more there are."""
    return ", ".join(os.path.relpath(p) for p in paths[:MAX_LISTED]) + (f" (+{len(paths) - MAX_LISTED})" if len(paths) > MAX_LISTED else "")


def answered(case: Case, given: Any, knowledge: Knowledge) -> int:
    """Diagnoses and prints in the format that was asked for; the status says whether a cause was named."""
    diagnosis = diagnose(case, knowledge)
    if given.format == "text":
        from troubleshooter.cli.again import fix_command
        from troubleshooter.report.text_report import render

        sys.stdout.write(render(diagnosis, language(given), colour(given), fix_command(given, case, diagnosis, knowledge)))
    else:
        sys.stdout.write(rendered(diagnosis, given))
    return 0 if diagnosis.outcome in ("diagnosed", "ambiguous") and diagnosis.causes else 1


def from_here(given: Any) -> str:
    """The way from the current folder to the project, so that places in it can be opened from here."""
    project = getattr(given, "project", None)
    return Path(os.path.relpath(project)).as_posix() if project is not None else ""


def rendered(diagnosis: Diagnosis, given: Any) -> str:
    """The diagnosis in the format that was asked for."""
    if given.format in ("github", "sarif"):
        diagnosis = located(diagnosis, from_here(given))
    if given.format == "json":
        from troubleshooter.report.json_report import render

        return render(diagnosis)
    if given.format == "text":
        from troubleshooter.report.text_report import render as text

        return text(diagnosis, language(given), colour(given))
    from importlib import import_module

    module = import_module(f"troubleshooter.report.{given.format}_report")
    result: str = module.render(diagnosis, language(given))
    return result
