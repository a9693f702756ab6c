"""Lint of translations: every text in every language that a pack declares, none stale, none for what does not exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from troubleshooter.kb import source, translation
from troubleshooter.kb.document import Document
from troubleshooter.kb.layers import File
from troubleshooter.kb.problem import Problem, did_you_mean
from troubleshooter.kb.source import SourceError

TODO = "TODO:"


def unfinished(document: Document) -> Iterator[Problem]:
    """Texts that `kb new` left to be filled in."""
    todo: list[yaml.Node] = [document.node] if document.node is not None else []
    while todo:
        node = todo.pop()
        if isinstance(node, yaml.ScalarNode):
            if node.value.lstrip().startswith(TODO):
                says = f"still to be written: {node.value.strip()[len(TODO) :].strip()}"
                yield Problem(document.file, node.start_mark.line + 1, node.start_mark.column + 1, says,
                              "put the text here", rule="todo")  # fmt: skip
        elif isinstance(node, yaml.MappingNode):
            todo += [child for pair in node.value for child in pair]
        else:
            todo += node.value


def translations(files: Sequence[File], language: str) -> Iterator[Problem]:
    """Problems of the translation into ``language`` of the knowledge in ``files``; translated files lie in ``language/``."""
    originals: dict[tuple[str, str], tuple[str, yaml.Node, Any]] = {}
    translated: dict[tuple[str, str], tuple[str, yaml.Node, Any]] = {}
    for file, raw, spoken in files:
        if spoken not in ("", language):
            continue
        try:
            node = source.compose(source.decode(raw, file), file)
        except SourceError as fault:
            if spoken:
                yield fault.problem
            continue
        data = source.plain(node) if node is not None else {}
        target = translated if spoken else originals
        for section in translation.TEXTS:
            for name, entry in _entries(data, section):
                if node is not None:
                    target[section, name] = (file, node, entry)
    yield from _missing(originals, translated, language)
    yield from _compared(originals, translated)


def _entries(data: Any, section: str) -> Iterator[tuple[str, Any]]:
    found = data.get(section) if isinstance(data, Mapping) else None
    if isinstance(found, Mapping):
        yield from found.items()


def _missing(originals: Mapping[Any, Any], translated: Mapping[Any, Any], language: str) -> Iterator[Problem]:
    for (section, name), (file, node, entry) in originals.items():
        if (section, name) not in translated and isinstance(entry, Mapping) and translation.texts(section, entry):
            yield Problem(file, *source.locate(node, (section, name)), f"{section} {name} has no {language} texts",
                          f"scripts/translations {language} prints what to fill in", rule="translation")  # fmt: skip


def _compared(originals: Mapping[Any, Any], translated: Mapping[Any, Any]) -> Iterator[Problem]:
    for (section, name), (file, node, entry) in translated.items():
        original = originals.get((section, name))
        if not isinstance(entry, Mapping):
            yield Problem(
                file,
                *source.locate(node, (section, name)),
                f"{section} {name} is no mapping",
                "write the texts under their keys",
                rule="translation",
            )
            continue
        if original is None:
            names = [n for s, n in originals if s == section]
            yield Problem(file, *source.locate(node, (section, name)), f"{section} {name} translates nothing", did_you_mean(name, names),
                          rule="translation")  # fmt: skip
            continue
        texts = translation.texts(section, original[2])
        if entry.get("of") != translation.stamp(texts):
            yield Problem(file, *source.locate(node, (section, name)), f"{section} {name}: the original has changed since",
                          f"translate anew and set of: {translation.stamp(texts)}", rule="translation")  # fmt: skip
        for path, what in translation.gaps(texts, entry):
            says = "has no translation" if what == "missing" else "translates nothing"
            yield Problem(file, *source.locate(node, (section, name, *path)), f"{section} {name}: {'.'.join(map(str, path))} {says}",
                          "the keys are those of the original", rule="translation")  # fmt: skip
