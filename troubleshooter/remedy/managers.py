"""Package managers: which one an image has, whose names of packages it takes, and how it installs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from troubleshooter.frozen import dataclass
from troubleshooter.kb.conditions import as_list
from troubleshooter.kb.images import image_facts
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.text import like


@dataclass(frozen=True)
class Managers:
    """What the tables ``package-managers``, ``packages`` and ``images`` of the knowledge say."""

    rows: Mapping[str, Mapping[str, Any]]
    packages: Mapping[str, Mapping[str, Any]]
    images: Mapping[str, Any]

    @classmethod
    def of(cls, knowledge: Knowledge) -> Managers:
        return cls(knowledge.table("package-managers"), knowledge.table("packages"), knowledge.table("images"))

    def in_image(self, image: str) -> str:
        """The manager that ``image`` comes with; empty where none is known."""
        known = str(image_facts(image, self.images).get("package-manager", ""))
        if known in self.rows:
            return known
        return next((name for name, row in self.rows.items() if like(image, as_list(row.get("images") or []))), "")

    def files(self, package: str) -> list[str]:
        """What to copy from an image with ``package`` into one that cannot install it; nothing where that is not enough."""
        return as_list(self.packages.get(package, {}).get("files") or [])

    def family(self, manager: str) -> str:
        """Whose names of packages ``manager`` takes."""
        return str(self.rows.get(manager, {}).get("family", manager))

    def install(self, manager: str, packages: Sequence[str]) -> str:
        """The command that installs ``packages``."""
        return str(self.rows[manager]["install"]).replace("{packages}", " ".join(packages))


def has_none(image: str) -> bool:
    """Whether an image surely has no package manager."""
    return re.search(r"^scratch$|distroless", image) is not None
