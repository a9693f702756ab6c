"""Everything that can be wrong with knowledge files, each finding at its exact place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from troubleshooter.evidence.scan import scan_text
from troubleshooter.kb import source
from troubleshooter.kb.build import lines_of
from troubleshooter.kb.conditions import as_list
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.load import assemble, builtin_folder, read_layer
from troubleshooter.kb.pattern import hole_names
from troubleshooter.kb.problem import Problem, did_you_mean
from troubleshooter.kb.source import SourceError
from troubleshooter.kb.store import checked


def lint(folder: Path | None = None) -> list[Problem]:
    """Problems of the pack in ``folder`` (None: of the built-in knowledge), in the order of the files.

    Raises KnowledgeError when the folder cannot be read.
    """
    builtin = read_layer("built-in", builtin_folder(), "en", trusted=True)
    mine = builtin if folder is None else read_layer(str(folder), folder, "en")
    stack = (builtin,) if folder is None else (builtin, mine)
    knowledge = assemble(stack, "en", None)
    found: list[Problem] = []
    for file, raw in mine.files:
        if file.split("/")[0] == "ja":
            continue
        wrong = checked(file, raw)[1]
        found += wrong
        if any(p.says.startswith("not YAML") for p in wrong):
            continue
        found += _file(file, raw, knowledge)
    found += [p for p in knowledge.problems if p not in found]
    return sorted(dict.fromkeys(found), key=lambda p: (p.file, p.line, p.column))


def _file(file: str, raw: bytes, knowledge: Knowledge) -> Iterator[Problem]:
    try:
        node = source.compose(source.decode(raw, file), file)
    except SourceError as fault:
        yield fault.problem
        return
    data = source.plain(node) if node is not None else {}
    if not isinstance(data, dict):
        return

    def problem(path: Sequence[str | int], says: str, cure: str = "", rule: str = "") -> Problem:
        return Problem(file, *source.locate(node, path), says, cure, rule=rule or "knowledge")

    for name in data.get("signals") or {}:
        if name in knowledge.signals:
            yield from _signal(name, data["signals"][name], knowledge, problem)
    for name, entry in (data.get("causes") or {}).items():
        if name in knowledge.causes:
            yield from _cause(name, entry, knowledge, problem)
    for name, entry in (data.get("deductions") or {}).items():
        yield from _when(entry.get("when"), ("deductions", name, "when"), knowledge, problem)
        yield from _facts(entry.get("then") or {}, ("deductions", name, "then"), knowledge, problem)
    for name, entry in (data.get("questions") or {}).items():
        yield from _facts({entry.get("fact", ""): ""}, ("questions", name), knowledge, problem)


def _signal(name: str, entry: Any, knowledge: Knowledge, problem: Any) -> Iterator[Problem]:
    for line in lines_of(entry.get("matches")):
        if not _seen(line, name, knowledge):
            yield problem(("signals", name, "matches"), f"{name} does not match its own line {line!r}", "correct the line or the pattern", "example")
    for line in lines_of(entry.get("unlike")):
        if _seen(line, name, knowledge):
            yield problem(("signals", name, "unlike"), f"{name} matches the look-alike {line!r}", "make the pattern narrower", "example")
    for other in as_list(entry.get("refines") or []):
        if other not in knowledge.signals:
            yield problem(("signals", name, "refines"), f"no signal is called {other!r}", did_you_mean(other, knowledge.signals), "name")
    yield from _facts(entry.get("gives") or {}, ("signals", name, "gives"), knowledge, problem)


def _seen(line: str, name: str, knowledge: Knowledge) -> bool:
    return any(h.signal == name for h in scan_text(line.replace("\\n", "\n"), knowledge).hits)


def _cause(name: str, entry: Any, knowledge: Knowledge, problem: Any) -> Iterator[Problem]:
    for key, rule in (entry.get("rules") or {}).items():
        yield from _when(rule.get("when"), ("causes", name, "rules", key, "when"), knowledge, problem)
    for key, remedy in (entry.get("remedies") or {}).items():
        if "when" in remedy:
            yield from _when(remedy["when"], ("causes", name, "remedies", key, "when"), knowledge, problem)
    for other in entry.get("neighbours") or {}:
        if other not in knowledge.causes:
            yield problem(("causes", name, "neighbours", other), f"no cause is called {other!r}", did_you_mean(other, knowledge.causes), "name")
    for position, other in enumerate(entry.get("consequences") or ()):
        if other not in knowledge.causes:
            yield problem(("causes", name, "consequences", position), f"no cause is called {other!r}", did_you_mean(other, knowledge.causes), "name")


def _when(when: Any, path: tuple[str | int, ...], knowledge: Knowledge, problem: Any) -> Iterator[Problem]:
    for position, alternative in enumerate(when if isinstance(when, list) else [when]):
        here = (*path, position) if isinstance(when, list) else path
        if not isinstance(alternative, dict):
            continue
        for key, value in alternative.items():
            if key in ("signal", "and-signal", "no-signal"):
                names = as_list(value["any"] if isinstance(value, dict) else value)
                where = value.get("where") if isinstance(value, dict) else alternative.get("where") if key == "signal" else None
                for signal in names:
                    if signal not in knowledge.signals:
                        yield problem((*here, key), f"no signal is called {signal!r}", did_you_mean(signal, knowledge.signals), "name")
                    else:
                        yield from _holes(signal, where or {}, (*here, key), knowledge, problem)
            elif key not in ("where", "place", "share", "count"):
                yield from _facts({key: value}, here, knowledge, problem)


def _holes(signal: str, where: dict[str, Any], path: tuple[str | int, ...], knowledge: Knowledge, problem: Any) -> Iterator[Problem]:
    known = {n for p in knowledge.patterns[signal] for n in hole_names(p)}
    for hole, form in where.items():
        if hole not in known:
            yield problem(path, f"{signal} has no hole {{{hole}}}", did_you_mean(hole, known), "name")
        if isinstance(form, dict):
            for kind in ("in-table", "not-in-table"):
                if kind in form and form[kind] not in knowledge.table("tables"):
                    yield problem(path, f"no table is called {form[kind]!r}", did_you_mean(form[kind], knowledge.table("tables")), "name")


def _facts(names: Any, path: tuple[str | int, ...], knowledge: Knowledge, problem: Any) -> Iterator[Problem]:
    known = knowledge.table("facts")
    for name in names:
        if name not in known:
            yield problem((*path, name), f"no fact is called {name!r}", did_you_mean(name, known) + " or add it to facts.yaml", "name")


