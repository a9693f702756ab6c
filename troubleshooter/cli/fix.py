"""``troubleshooter fix [DIR]``: the change to the project as a diff, or applied."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from troubleshooter.case import case_from
from troubleshooter.cli.common import evidence_for, knowledge_for
from troubleshooter.cli.options import LIST, Parser, knowledge_option, language
from troubleshooter.diagnosis import diagnose
from troubleshooter.errors import InputError, UsageError
from troubleshooter.kb.layers import PROJECT
from troubleshooter.kb.problem import did_you_mean
from troubleshooter.model import Diagnosis, Fix, Hypothesis
from troubleshooter.report.text_report import WIDTH, wrapped
from troubleshooter.report.words import words


def main(arguments: list[str]) -> int:
    parser = Parser("troubleshooter fix", description="Print the change to the project that cures the best cause, as a unified diff.")
    parser.add_argument("dir", nargs="?", type=Path, default=Path("."), help="the project (default: this folder)")
    parser.add_argument("--log", default="", help="the log of the failure (- for standard input); without it the files alone")
    parser.add_argument("--cause", default="", metavar="ID", help="cure this cause")
    parser.add_argument("--remedy", default="", metavar="ID", help="with this remedy (default: the first that fits)")
    parser.add_argument("--apply", action="store_true", help="write the change")
    parser.add_argument("--dockerfile", type=Path, metavar="FILE")
    parser.add_argument("--go-mod", type=Path, metavar="FILE")
    parser.add_argument("--binary", type=Path, metavar="FILE")
    parser.add_argument("--fact", action="append", default=[], metavar="NAME=VALUE")
    knowledge_option(parser)
    given = parser.parse_args(arguments)
    given.project, given.no_project = given.dir, False
    if not given.dir.is_dir():
        raise InputError(f"{given.dir}: no such directory; name the folder with the Dockerfile")
    knowledge = knowledge_for(given)
    if given.cause and given.cause not in knowledge.causes:
        raise UsageError(f"--cause {given.cause}: no such cause; {did_you_mean(given.cause, knowledge.causes, LIST)}")
    evidence, notes = evidence_for(given, given.log, knowledge)
    for note in notes:
        _say(note)
    diagnosis = diagnose(case_from(evidence, knowledge), knowledge)
    cause = _chosen(diagnosis, given.cause, evidence, knowledge)
    if cause is None:
        print(words(language(given))["no-cause"], file=sys.stderr)
        return 1
    return _offer(cause, given, evidence.folder.path if evidence.folder is not None else given.dir)


def _chosen(diagnosis: Diagnosis, wanted: str, evidence: Any, knowledge: Any) -> Hypothesis | None:
    """The cause to cure: the one that was named, else the first that has a change, else the first."""
    every = (*diagnosis.causes, *diagnosis.next)
    if wanted:
        found = next((c for c in every if c.id == wanted), None)
        if found is None:
            from troubleshooter.diagnosis import hypothesis, read

            reading = read(case_from(evidence, knowledge), knowledge)
            found = hypothesis(wanted, reading, knowledge)
        return found
    return diagnosis.causes[0] if diagnosis.causes else None


def _offer(cause: Hypothesis, given: Any, context: Path) -> int:
    """Prints or writes the change; files below the project and below the build ``context`` may be written."""
    w = words(language(given))
    fix = _remedy(cause, given.remedy)
    _say(f"{cause.title}  [{cause.id}, {cause.certainty:.0%}]")
    if fix is None or not fix.patch:
        refused = next((f.refused for f in cause.fixes if f.refused), "")
        _say(w["no-patch"] + (f" {refused}" if refused else ""))
        for number, f in enumerate(cause.fixes[:3]):
            _say(f"{w['do'] if number == 0 else w['or']}: {f.title}", "  ")
            for step in f.steps:
                if step.kind == "run":
                    print(*(f"    $ {line}" for line in step.text.splitlines()), sep="\n", file=sys.stderr)
                elif step.text.rstrip(".。") != f.title:
                    _say(step.text, "    ")
        return 0
    if fix is not cause.fixes[0] and not given.remedy:
        _say(w["by-hand"].format(title=cause.fixes[0].title, cause=cause.id))
    _say(fix.title + (f"  ({w['cost']}: {fix.cost})" if fix.cost and fix.cost != w["no-cost"] else ""))
    if not given.apply:
        sys.stdout.write(fix.patch)
        return 0
    if fix.layer == PROJECT and not given.trust_project and not _agreed(fix, language(given)):
        return 2
    from troubleshooter.remedy.write import write_changes

    for path in write_changes(fix.changes, given.dir, context):
        print(f"{w['written']}: {path}", file=sys.stderr)
    return 0


def _say(text: str, indent: str = "") -> None:
    """A sentence on standard error, in lines that fit a terminal."""
    print(*(indent + line for line in wrapped(text, WIDTH - len(indent))), sep="\n", file=sys.stderr)


def _agreed(fix: Fix, lang: str) -> bool:
    """Whether the person agrees to an edit that knowledge of the project itself proposes; nobody asked means no."""
    w = words(lang)
    if not sys.stdin.isatty():
        print(w["project-edit"], file=sys.stderr)
        return False
    print(fix.patch, file=sys.stderr)
    print(w["project-ask"], end=" ", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes", "はい")


def _remedy(cause: Hypothesis, wanted: str) -> Fix | None:
    if wanted:
        found = next((f for f in cause.fixes if f.id == wanted), None)
        if found is None:
            raise UsageError(f"--remedy {wanted}: {cause.id} has no such remedy here; {did_you_mean(wanted, [f.id for f in cause.fixes])}")
        return found
    return next((f for f in cause.fixes if f.patch), None)
