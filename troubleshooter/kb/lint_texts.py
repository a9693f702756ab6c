"""Lint of translations: every text in every language that a pack declares, none stale, none for what does not exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from troubleshooter.kb import source, translation
from troubleshooter.kb.problem import Problem, did_you_mean
from troubleshooter.kb.source import SourceError

Files = Sequence[tuple[str, bytes]]


def translations(files: Files, language: str) -> Iterator[Problem]:
    """Problems of the translation into ``language`` of the knowledge in ``files``; translated files lie in ``language/``."""
    originals: dict[tuple[str, str], tuple[str, yaml.Node, Any]] = {}
    translated: dict[tuple[str, str], tuple[str, yaml.Node, Any]] = {}
    for file, raw in files:
        try:
            node = source.compose(source.decode(raw, file), file)
        except SourceError as fault:
            if _in(file, language):
                yield fault.problem
            continue
        data = source.plain(node) if node is not None else {}
        target = translated if _in(file, language) else originals
        for section in translation.TEXTS:
            for name, entry in _entries(data, section):
                if node is not None:
                    target[section, name] = (file, node, entry)
    yield from _missing(originals, translated, language)
    yield from _compared(originals, translated)


def _in(file: str, language: str) -> bool:
    return f"/{language}/" in f"/{file}"


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
