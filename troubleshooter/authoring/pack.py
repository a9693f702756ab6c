"""A pack of knowledge files as lint looks at it: its entries, its files, and what lies in the layers below."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from troubleshooter.kb.conditions import as_list
from troubleshooter.kb.document import Document, held
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.layers import TRANSLATED, Layer, builtin_folder, cache_folder, read_layer
from troubleshooter.kb.load import assemble


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
        self.unreadable = mine.problems
        english = Layer(mine.name, tuple(f for f in mine.files if not f.language), mine.trusted, mine.folder, mine.problems)
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
