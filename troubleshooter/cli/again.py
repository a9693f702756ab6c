"""The command that writes the change a report shows: ``fix`` with the log, or with the cause where the files suffice."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

from troubleshooter.case import Case
from troubleshooter.diagnosis import hypothesis, read
from troubleshooter.evidence.files import real
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import Diagnosis


def fix_command(given: Any, case: Case, diagnosis: Diagnosis, knowledge: Knowledge) -> str:
    """A line for the shell; empty where the report shows no change."""
    if not diagnosis.causes or not diagnosis.causes[0].fixes or not diagnosis.causes[0].fixes[0].patch:
        return ""
    cause, log = diagnosis.causes[0], getattr(given, "log", "")
    words = ["troubleshooter", "fix", *_project(given)]
    for option in ("dockerfile", "go_mod", "binary"):
        if getattr(given, option) is not None:
            words += [f"--{option.replace('_', '-')}", str(getattr(given, option))]
    for fact in given.fact:
        words += ["--fact", fact]
    for folder in given.knowledge:
        words += ["--knowledge", str(folder)]
    if log not in ("", "-"):
        words += ["--log", log]
    elif _without_log(cause.id, case, knowledge) == cause.fixes[0].patch:
        words += ["--cause", cause.id]
    elif log == "-":
        return f"{shlex.join([*words, '--log', 'LOG', '--apply'])}"
    else:
        return ""
    return shlex.join([*words, "--apply"])


def _project(given: Any) -> list[str]:
    """The folder that ``fix`` is given: the project, or where a Dockerfile of elsewhere lies."""
    if given.project is not None:
        return [str(given.project)]
    elsewhere = given.dockerfile is not None and not real(given.dockerfile).is_relative_to(real(Path.cwd()))
    return [str(given.dockerfile.parent)] if elsewhere else []


def _without_log(cause: str, case: Case, knowledge: Knowledge) -> str:
    """The change that the files alone give for a cause."""
    kept = tuple(f for f in case.facts if not f.source.startswith(("log line", "typed")))
    alone = read(replace(case, log=None, typed=(), facts=kept), knowledge)
    return next((f.patch for f in hypothesis(cause, alone, knowledge).fixes if f.patch), "")
