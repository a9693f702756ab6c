"""Everything that can be wrong with knowledge files, each finding at its exact place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from troubleshooter.authoring import lint_entries, lint_examples, lint_rules, lint_texts
from troubleshooter.authoring.pack import Pack, opened
from troubleshooter.kb.document import Document
from troubleshooter.kb.problem import Problem
from troubleshooter.kb.store import SECTIONS


def lint(folder: Path | None = None) -> list[Problem]:
    """Problems of the pack in ``folder`` (None: of the built-in knowledge), in the order of the files.

    Raises KnowledgeError when the folder cannot be read; a single file that cannot is among the problems.
    """
    pack = opened(folder)
    mine = {f.name for f in pack.files}
    found = [p for d in pack.documents for p in d.problems]
    found += [p for p in pack.knowledge.problems if p.file in mine]
    found += pack.unreadable
    found += _twice(pack)
    found += lint_entries.entries(pack)
    found += lint_rules.rules(pack)
    found += lint_examples.examples(pack)
    for document in pack.documents:
        found += lint_texts.unfinished(document)
    for language in pack.languages:
        found += lint_texts.translations(pack.files, language)
    found = list(_without_echoes(found, pack))
    return sorted(dict.fromkeys(found), key=lambda p: (p.file, p.line, p.column, p.says))


def _without_echoes(found: list[Problem], pack: Pack) -> Iterator[Problem]:
    """What is wrong only because a broken entry was left out is not said: whoever mends that one is done."""
    broken = {p.file for d in pack.documents for p in d.problems if p.severity == "error"}
    broken |= {p.file for p in pack.knowledge.problems}
    left_out = [n for d in pack.documents for n in d.names("signals") if n not in pack.knowledge.signals]
    echoes = {f"no signal is called {name!r}" for name in left_out}
    for problem in found:
        if problem.says not in echoes and not (problem.rule == "dead" and problem.file in broken):
            yield problem


def _twice(pack: Pack) -> Iterator[Problem]:
    """Entries that two files of one pack define."""
    first: dict[tuple[str, str], Document] = {}
    for document in pack.documents:
        for section in SECTIONS:
            for name in document.data.get(section) or {}:
                other = first.setdefault((section, name), document)
                if other is not document:
                    place = other.at((section, name), "")
                    yield document.at(
                        (section, name), f"{section} {name} stands in {place.file}:{place.line} too", "keep it in one place", "duplicate"
                    )
