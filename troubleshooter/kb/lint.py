"""Everything that can be wrong with knowledge files, each finding at its exact place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from troubleshooter.evidence.scan import scan_text
from troubleshooter.frozen import dataclass
from troubleshooter.kb import source
from troubleshooter.kb.build import lines_of
from troubleshooter.kb.conditions import as_list
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.lint_examples import dead_rules, run_all, strays
from troubleshooter.kb.lint_texts import translations
from troubleshooter.kb.load import Layer, assemble, builtin_folder, read_layer
from troubleshooter.kb.pattern import hole_names
from troubleshooter.kb.problem import Problem, did_you_mean
from troubleshooter.kb.source import SourceError
from troubleshooter.kb.store import checked
from troubleshooter.kb.testing import own_cases

LANGUAGES = ("ja",)
"""Languages into which the built-in knowledge is translated; a pack declares its own."""


@dataclass(frozen=True)
class _Base:
    """What the checks of a single entry look at beside it."""

    knowledge: Knowledge
    dead: frozenset[str]
    """Rules that no example made fire."""
    strays: Mapping[str, tuple[str, ...]]
    """Cause -> readable lines about its signals in the examples of others."""


def lint(folder: Path | None = None) -> list[Problem]:
    """Problems of the pack in ``folder`` (None: of the built-in knowledge), in the order of the files.

    Raises KnowledgeError when the folder cannot be read.
    """
    builtin = read_layer("built-in", builtin_folder(), "ja", trusted=True)
    mine = builtin if folder is None else read_layer(str(folder), folder, "ja")
    english = tuple(Layer(layer.name, tuple(f for f in layer.files if not _translated(f[0])), layer.trusted)
                    for layer in ((builtin,) if folder is None else (builtin, mine)))  # fmt: skip
    knowledge = assemble(english, "en", None)
    base = _examined(knowledge, own_cases() if folder is None else [p for p in [folder] if p.is_dir()])
    found: list[Problem] = []
    for file, raw in english[-1].files:
        wrong = checked(file, raw)[1]
        found += wrong
        if not any(p.says.startswith("not YAML") for p in wrong):
            found += _file(file, raw, base)
    found += [p for p in knowledge.problems if p not in found]
    for language in LANGUAGES if folder is None else _declared(mine):
        found += translations(mine.files, language)
    return sorted(dict.fromkeys(found), key=lambda p: (p.file, p.line, p.column))


def _translated(file: str) -> bool:
    return any(f"/{language}/" in f"/{file}" for language in LANGUAGES)


def _declared(pack: Layer) -> list[str]:
    """The languages beside English that a pack says it speaks."""
    found: set[str] = set()
    for file, raw in pack.files:
        data = checked(file, raw)[0].get("pack") or {}
        found |= set(as_list(data.get("languages") or []))
    return sorted(found & set(LANGUAGES))


def _examined(knowledge: Knowledge, folders: Sequence[Path]) -> _Base:
    seen = run_all(knowledge, folders)
    rules = [*knowledge.deductions, *(r for c in knowledge.causes for r in knowledge.causes[c].rules)]
    found: dict[str, list[str]] = {}
    for cause, other, example in strays(knowledge, seen):
        found.setdefault(cause, []).append(f"{example} of {other}, which is no neighbour")
    return _Base(knowledge, frozenset(r.id for r in dead_rules(rules, seen)), {c: tuple(v) for c, v in found.items()})


def _file(file: str, raw: bytes, base: _Base) -> Iterator[Problem]:
    knowledge = base.knowledge
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
            yield from _shown(name, entry, base, problem)
    for name, entry in (data.get("deductions") or {}).items():
        yield from _when(entry.get("when"), ("deductions", name, "when"), knowledge, problem)
        yield from _facts(entry.get("then") or {}, ("deductions", name, "then"), knowledge, problem)
        if f"deduction/{name}" in base.dead:
            yield problem(("deductions", name), f"the deduction {name!r} fires in no example", "add an example or remove it", "dead")
    for name, entry in (data.get("questions") or {}).items():
        yield from _facts({entry.get("fact", ""): ""}, ("questions", name), knowledge, problem)


def _signal(name: str, entry: Any, knowledge: Knowledge, problem: Any) -> Iterator[Problem]:
    signal = knowledge.signals[name]
    if name not in knowledge.causes_of and not signal.gives and not signal.noise:
        yield problem(("signals", name), f"no rule waits for the signal {name!r}, and it gives no fact", "use it or remove it", "dead")
    for pattern in signal.patterns:
        twins = {s for s, p, _ in knowledge.gates[pattern.gate] if s != name and knowledge.patterns[s][p].regex == pattern.regex}
        if twins:
            yield problem(("signals", name), f"{pattern.text!r} stands in {', '.join(sorted(twins))} too", "keep it in one place", "duplicate")
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


def _shown(name: str, entry: Any, base: _Base, problem: Any) -> Iterator[Problem]:
    """What running the examples showed of a cause."""
    for key in entry.get("rules") or {}:
        if f"{name}/{key}" in base.dead:
            yield problem(("causes", name, "rules", key), f"the rule {key!r} fires in no example of any cause",
                          "add an example that makes it fire, or remove it", "dead")  # fmt: skip
    for line in base.strays.get(name, ()):
        yield problem(("causes", name), f"{name}: its signal {line}", "name the two as neighbours, or narrow the signal", "stray")


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


