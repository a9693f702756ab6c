"""Everything that can be wrong with knowledge files, each finding at its exact place."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from troubleshooter.kb import lint_entries, lint_examples, lint_rules, lint_texts
from troubleshooter.kb.conditions import as_list
from troubleshooter.kb.document import Document, held
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.layers import TRANSLATED, Layer, builtin_folder, cache_folder, read_layer
from troubleshooter.kb.load import assemble
from troubleshooter.kb.problem import Problem
from troubleshooter.kb.store import SECTIONS

__all__ = ["Pack", "lint", "opened"]


class Pack:
    """What is looked at, with everything that the checks compare it with.

    ``knowledge`` is that of all layers, the pack included; ``below`` says which entries the layers below it hold;
    ``documents`` are its English files, ``translations`` the others.
    """

    def __init__(self, mine: Layer, lower: Sequence[Layer], builtin: bool) -> None:
        self.builtin = builtin
        self.folder = Path(mine.folder)
        self.below = held(assemble(lower, "en", cache_folder())) if lower else {}
        self.files = mine.files
        english = Layer(mine.name, tuple(f for f in mine.files if not f.language), mine.trusted, mine.folder)
        self.documents = [Document(f.name, f.raw, self.below) for f in english.files]
        self.knowledge: Knowledge = assemble((*lower, english), "en", None)
        self.languages = TRANSLATED if builtin else self._declared()

    def _declared(self) -> tuple[str, ...]:
        """The languages beside English that a pack says it speaks."""
        found = {name for d in self.documents for name in as_list((d.data.get("pack") or {}).get("languages") or [])}
        return tuple(sorted(found & set(TRANSLATED)))

    def defines(self, section: str, name: str) -> Document | None:
        """The file of the pack that says something of an entry."""
        return next((d for d in self.documents if name in (d.data.get(section) or {})), None)


def opened(folder: Path | None = None) -> Pack:
    """The pack in ``folder`` on top of the built-in knowledge, or (None) that itself. Raises KnowledgeError where it cannot be read."""
    if folder is None:
        place = os.path.relpath(builtin_folder()).replace(os.sep, "/")
        return Pack(read_layer("built-in", builtin_folder(), "all", trusted=True, shown=place), (), True)
    builtin = read_layer("built-in", builtin_folder(), "en", trusted=True)
    return Pack(read_layer(str(folder), folder, "all"), (builtin,), False)


def lint(folder: Path | None = None) -> list[Problem]:
    """Problems of the pack in ``folder`` (None: of the built-in knowledge), in the order of the files.

    Raises KnowledgeError when the folder cannot be read.
    """
    pack = opened(folder)
    mine = {f.name for f in pack.files}
    found = [p for d in pack.documents for p in d.problems]
    found += [p for p in pack.knowledge.problems if p.file in mine]
    found += _twice(pack)
    found += lint_entries.entries(pack)
    found += lint_rules.rules(pack)
    found += lint_examples.examples(pack)
    for document in pack.documents:
        found += lint_texts.unfinished(document)
    for language in pack.languages:
        found += lint_texts.translations(pack.files, language)
    return sorted(dict.fromkeys(found), key=lambda p: (p.file, p.line, p.column, p.says))


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
