"""One knowledge file that is not ours: read with every check, entry by entry, so that one mistake costs one entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from troubleshooter.kb import source
from troubleshooter.kb.knowledge import PLAIN_SECTIONS, Knowledge
from troubleshooter.kb.problem import Problem
from troubleshooter.kb.schema import FILE, SECTIONS, refused
from troubleshooter.kb.shape import problems, upgraded
from troubleshooter.kb.source import SourceError

Below = Mapping[str, Mapping[str, Any]]
"""What lower layers hold: section -> name -> entry."""


class Document:
    """A file as data and as nodes. ``data`` holds the entries that are of the right shape, ``problems`` what is wrong with the rest."""

    def __init__(self, file: str, raw: bytes, below: Below | None = None) -> None:
        self.file = file
        self.text = ""
        self.node: yaml.Node | None = None
        self.data: dict[str, Any] = {}
        self.problems: list[Problem] = []
        try:
            self.text = source.decode(raw, file)
            self.node = source.compose(self.text, file)
        except SourceError as fault:
            self.problems.append(fault.problem)
            return
        if isinstance(self.node, yaml.MappingNode):
            self._read(self.node, below or {})
        elif self.node is not None and (not isinstance(self.node, yaml.ScalarNode) or self.node.value.strip()):
            self.problems += problems(self.node, FILE, file, "the file")

    def _read(self, root: yaml.MappingNode, below: Below) -> None:
        for key, value in root.value:
            if key.value == "schema" and isinstance(value, yaml.ScalarNode):
                says, cure = refused(value.value)
                if says:
                    self.problems.append(self.at(("schema",), says, cure))
                    self.node = None
                    return
        for key, value in root.value:
            if key.value in SECTIONS and isinstance(value, yaml.MappingNode):
                self.data[key.value] = self._entries(key.value, value, below.get(key.value) or {})
                continue
            wrong = list(problems(_only(root, [(key, value)]), FILE, self.file))
            self.problems += wrong
            if not wrong:
                self.data[key.value] = source.plain(value)

    def _entries(self, section: str, table: yaml.MappingNode, below: Mapping[str, Any]) -> dict[str, Any]:
        shape = SECTIONS[section][0]
        kept: dict[str, Any] = {}
        for name, entry in table.value:
            wrong = list(problems(_only(table, [(name, entry)]), shape, self.file, repr(section), below=below))
            self.problems += wrong
            if not any(p.severity == "error" for p in wrong):
                kept[name.value] = upgraded(source.plain(entry), shape.of)
        return kept

    def names(self, section: str) -> list[str]:
        """The names of all entries of a section, also of those that are left out."""
        table = next((value for key, value in source.entries(self.node) if key.value == section), None)
        return [key.value for key, _ in source.entries(table)]

    def at(self, path: Sequence[str | int], says: str, cure: str = "", rule: str = "knowledge", severity: str = "error") -> Problem:
        """A problem at the value to which ``path`` leads (see :func:`source.locate`)."""
        return Problem(self.file, *source.locate(self.node, path, self.text), says, cure, severity, rule)


def _only(parent: yaml.MappingNode, pairs: list[tuple[yaml.Node, yaml.Node]]) -> yaml.MappingNode:
    return yaml.MappingNode(parent.tag, pairs, parent.start_mark, parent.end_mark)


def held(knowledge: Knowledge) -> dict[str, dict[str, Any]]:
    """What ``knowledge`` holds, as far as the shape of an entry laid over it depends on it: section -> name -> its keys."""
    found: dict[str, dict[str, Any]] = {section: {} for section in SECTIONS}
    found["signals"] = dict.fromkeys(knowledge.signals, dict.fromkeys(SECTIONS["signals"][0].of.fields))
    for section in PLAIN_SECTIONS:
        found[section] = dict(knowledge.table(section))
    found["questions"] = dict.fromkeys(found["questions"], dict.fromkeys(SECTIONS["questions"][0].of.fields))
    found["deductions"] = {r.id.split("/")[1]: dict.fromkeys(("when", "then")) for r in knowledge.deductions}
    for name, cause in knowledge.causes.items():
        found["causes"][name] = {
            **dict.fromkeys(("phase", "title", "says")),
            "rules": {r.id.split("/")[1]: dict.fromkeys(("when", "for")) for r in cause.rules},
            "remedies": {r.id: {"steps": None} for r in cause.remedies},
        }
    return found
