"""Lint of single entries: names that exist, lines that match, edits that can be applied."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from troubleshooter.authoring.pack import Pack
from troubleshooter.evidence.dockerfile.syntax import KEYWORDS
from troubleshooter.evidence.scan import scan_text
from troubleshooter.kb.build import numbered
from troubleshooter.kb.conditions import as_list
from troubleshooter.kb.document import Document
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.pattern import hole_names, match
from troubleshooter.kb.problem import Problem, did_you_mean, wrong_value
from troubleshooter.remedy.derived import DERIVED
from troubleshooter.remedy.edits import EditRefused, check_operation
from troubleshooter.remedy.patch import EDITORS
from troubleshooter.text import normal

Path = tuple[str | int, ...]
_HOLE = re.compile(r"\{([a-z][\w.-]*)(?:\|[^{}]*)?\}")
_OPEN_HOLE = re.compile(r"(?<!\{)\{[a-z][\w.-]*(?=\s|$)")
_PACKAGES = ("apk", "apt", "apk-static", "apt-static", "apk-run", "apt-run", "pkg", "pkg-static", "pkg-run")
_TEXTS = ("title", "says", "say", "cost")


def entries(pack: Pack) -> Iterator[Problem]:
    """Problems of every entry of ``pack`` that is of the right shape."""
    knowledge = pack.knowledge
    used = _used(knowledge)
    holes = _fillable(knowledge)
    for d in pack.documents:
        for name, entry in (d.data.get("signals") or {}).items():
            if name in knowledge.signals:
                yield from _signal(name, entry, knowledge, d, used)
                if not pack.builtin:
                    yield from _expressions(name, entry, knowledge, d)
        for name, entry in (d.data.get("causes") or {}).items():
            if name in knowledge.causes:
                yield from _cause(name, entry, knowledge, d)
                yield from _holes(("causes", name), entry, holes, d)
        for name, entry in (d.data.get("remedies") or {}).items():
            yield from _remedy(entry, ("remedies", name), knowledge, d)
            yield from _holes(("remedies", name), entry, holes, d)
        for name, entry in (d.data.get("deductions") or {}).items():
            yield from _when(entry.get("when"), ("deductions", name, "when"), knowledge, d)
            yield from _facts(entry.get("then") or {}, ("deductions", name, "then"), knowledge, d)
        for name, entry in (d.data.get("questions") or {}).items():
            if "fact" in entry:
                yield from _facts([entry["fact"]], ("questions", name, "fact"), knowledge, d, whole=True)
                answers = list(entry.get("answers") or {})
                yield from _values(entry["fact"], answers, ("questions", name, "answers"), knowledge.table("facts"), d)
            yield from _signals(entry.get("reads") or [], ("questions", name, "reads"), knowledge, d)
            for value, signals in (entry.get("means") or {}).items():
                yield from _signals(as_list(signals), ("questions", name, "means", value), knowledge, d)
        yield from _switched_off(d, pack)


def _used(knowledge: Knowledge) -> frozenset[str]:
    """Signals that something beside a rule waits for."""
    found: set[str] = set()
    for entry in knowledge.table("questions").values():
        found |= {s for signals in (entry.get("reads") or [], *(entry.get("means") or {}).values()) for s in as_list(signals)}
    for entry in knowledge.table("concepts").values():
        found |= set(as_list(entry.get("signals") or []))
    for rule in [*knowledge.deductions, *(r for c in knowledge.causes for r in knowledge.rules[c])]:
        found |= {c.name for b in rule.branches for c in b if c.kind == "signal"}
    for cause in knowledge.causes.values():
        found |= {c.name for r in cause.remedies for b in r.when for c in b if c.kind == "signal"}
    return frozenset(found | {general for names in knowledge.refines.values() for general in names})


def _signal(name: str, entry: Mapping[str, Any], knowledge: Knowledge, d: Document, used: frozenset[str]) -> Iterator[Problem]:
    signal, here = knowledge.signals[name], ("signals", name)
    if name not in used and not signal.gives and not signal.noise and not signal.refines:
        yield d.at(here, f"no rule waits for the signal {name!r}, and it gives no fact", "use it or remove it", "dead")
    for pattern in signal.patterns:
        twins = {s for s, p, _ in knowledge.gates[pattern.gate] if s != name and knowledge.patterns[s][p].regex == pattern.regex}
        if twins:
            yield d.at(here, f"{pattern.text!r} stands in {', '.join(sorted(twins))} too", "keep it in one place", "duplicate")
    for number, line in numbered(entry.get("matches")):
        if not seen(line, name, knowledge):
            yield d.at(
                (*here, "matches", number),
                f"{name} does not match its own line {line[:120]!r}",
                "correct the line or the pattern",
                "example",
            )
    for number, line in numbered(entry.get("unlike")):
        if seen(line, name, knowledge):
            yield d.at((*here, "unlike", number), f"{name} matches the look-alike {line[:120]!r}", "make the pattern narrower", "example")
    yield from _signals(as_list(entry.get("refines") or []), (*here, "refines"), knowledge, d)
    if name in _all_refined(name, knowledge):
        yield d.at(
            (*here, "refines"),
            f"{name} refines itself by way of others, so that none of them is ever seen",
            "let the special one refine the general one",
            "cycle",
        )
    yield from _facts(entry.get("gives") or {}, (*here, "gives"), knowledge, d)
    own = {n for p in knowledge.patterns[name] for n in hole_names(p)}
    for fact, value in (entry.get("gives") or {}).items():
        for hole in _HOLE.finditer(str(value)):
            if hole[1] not in own:
                yield d.at((*here, "gives", fact), f"{name} has no hole {{{hole[1]}}}", did_you_mean(hole[1], own), "name")


def _expressions(name: str, entry: Mapping[str, Any], knowledge: Knowledge, d: Document) -> Iterator[Problem]:
    """Regular expressions that match no line of their own: a wrong gate keeps one from ever being tried."""
    for position, raw in enumerate(entry.get("regex") or ()):
        lines = [normal(line.replace("\\n", "\n")) for _, line in numbered(entry.get("matches"))]
        gate = raw["gate"].lower()
        exact = [p for p in knowledge.signals[name].patterns if p.text == raw["match"]]
        if exact and not any(gate in x.lower() and match(p, x, x.lower()) is not None for p in exact for x in lines):
            yield d.at(
                ("signals", name, "regex", position, "match"),
                f"the expression of {name} with the gate {raw['gate']!r} matches none of its lines",
                "add such a line under `matches:`, or correct the expression or its gate",
                "example",
            )


def _all_refined(name: str, knowledge: Knowledge) -> set[str]:
    found: set[str] = set()
    todo = list(knowledge.refines.get(name, ()))
    while todo:
        general = todo.pop()
        if general not in found:
            found.add(general)
            todo += knowledge.refines.get(general, ())
    return found


def seen(line: str, name: str, knowledge: Knowledge) -> bool:
    """Whether the signal is seen in a line (``\\n`` in it stands for a line break)."""
    return any(h.signal == name for h in scan_text(line.replace("\\n", "\n"), knowledge).hits)


def _cause(name: str, entry: Mapping[str, Any], knowledge: Knowledge, d: Document) -> Iterator[Problem]:
    here = ("causes", name)
    if not knowledge.rules.get(name) and knowledge.causes[name].kind != "healthy":
        yield d.at((*here, "rules"), f"no rule speaks for {name}, so that it is never named", "add one under `rules:`", "dead-cause")
    for key, rule in (entry.get("rules") or {}).items():
        yield from _when(rule.get("when"), (*here, "rules", key, "when"), knowledge, d)
    yield from _commands(entry.get("confirm"), (*here, "confirm"), d)
    for key, remedy in (entry.get("remedies") or {}).items():
        yield from _remedy(remedy, (*here, "remedies", key), knowledge, d)
    named = [(other, ("neighbours", other), "neighbour") for other in entry.get("neighbours") or {}]
    named += [(other, ("consequences", n), "consequence") for n, other in enumerate(entry.get("consequences") or ())]
    for other, where, what in named:
        if other not in knowledge.causes:
            cure = did_you_mean(other, knowledge.causes, "`troubleshooter kb list` shows all")
            yield d.at((*here, *where), f"no cause is called {other!r}", cure, "name")
        elif other == name:
            yield d.at((*here, *where), f"{name} is its own {what}", "remove it", "name")
    for position, example in enumerate(entry.get("examples") or ()):
        path = (*here, "examples", position)
        if not any(k in example for k in ("log", "file", "typed", "facts", "dockerfile", "go-mod")):
            yield d.at(path, "the example holds nothing to diagnose", "add `log:`, `typed:` or `dockerfile:`", "example")
        yield from _facts(example.get("facts") or {}, (*path, "facts"), knowledge, d)


def _remedy(remedy: Mapping[str, Any], path: Path, knowledge: Knowledge, d: Document) -> Iterator[Problem]:
    if "when" in remedy:
        yield from _when(remedy["when"], (*path, "when"), knowledge, d)
    for part in ("steps", "verify"):
        yield from _commands(remedy.get(part), (*path, part), d)
    for position, operation in enumerate(remedy.get("edit") or ()):
        says = _refused(operation)
        if says:
            yield d.at(
                (*path, "edit", position),
                f"this edit cannot be applied: {says}",
                "see the operations in `troubleshooter kb schema --markdown`",
                "edit",
            )


def _commands(steps: Any, path: Path, d: Document) -> Iterator[Problem]:
    """`run:` steps that are lines of a Dockerfile and no commands."""
    for position, step in enumerate(steps or ()):
        word = str(step.get("run", "")).partition(" ")[0]
        if word in KEYWORDS:
            yield d.at((*path, position, "run"), f"{word} is an instruction of a Dockerfile and no command that can be pasted into a shell",
                       f"write `say: 'Write in the Dockerfile: {word} …'`", "command")  # fmt: skip


def _refused(operation: Mapping[str, Any]) -> str:
    """Why an edit operation can never be applied; empty when it can."""
    kind, *others = operation
    editor = EDITORS.get(kind) if not others else None
    if editor is None:
        return check_operation(operation)
    try:
        editor("", [operation[kind]])  # an empty file refuses what makes sense; what makes none is an error
    except EditRefused:
        return ""
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        return str(fault)
    return ""


def _when(when: Any, path: Path, knowledge: Knowledge, d: Document) -> Iterator[Problem]:
    for position, alternative in enumerate(when if isinstance(when, list) else [when]):
        here = (*path, position) if isinstance(when, list) else path
        for key, value in alternative.items() if isinstance(alternative, dict) else ():
            if key in ("signal", "and-signal", "no-signal"):
                names = as_list(value["any"] if isinstance(value, dict) else value)
                where = value.get("where") if isinstance(value, dict) else alternative.get("where") if key == "signal" else None
                yield from _signals(names, (*here, key), knowledge, d)
                yield from _where([n for n in names if n in knowledge.signals], where or {}, (*here, key), knowledge, d)
            elif key not in ("where", "place", "share", "count"):
                yield from _facts({key: value}, here, knowledge, d)
                for form in ("below-fact", "above-fact", "within", "not-within", "same-as", "differs-from"):
                    if isinstance(value, dict) and form in value:
                        yield from _facts([value[form]], (*here, key, form), knowledge, d, whole=True)


def _signals(names: Any, path: Path, knowledge: Knowledge, d: Document) -> Iterator[Problem]:
    for name in names:
        if name not in knowledge.signals:
            cure = did_you_mean(name, knowledge.signals, "write it under `signals:`, or correct the name")
            yield d.at(path, f"no signal is called {name!r}", cure, "name")


def _where(signals: list[str], where: Mapping[str, Any], path: Path, knowledge: Knowledge, d: Document) -> Iterator[Problem]:
    known = {n for signal in signals for p in knowledge.patterns[signal] for n in hole_names(p)}
    for hole, form in where.items() if signals else ():
        if hole not in known:
            yield d.at(
                path,
                f"{' and '.join(signals)} {'has' if len(signals) == 1 else 'have'} no hole {{{hole}}}",
                did_you_mean(hole, known),
                "name",
            )
        for kind in ("in-table", "not-in-table"):
            if isinstance(form, dict) and kind in form and form[kind] not in knowledge.table("tables"):
                yield d.at(path, f"no table is called {form[kind]!r}", did_you_mean(form[kind], knowledge.table("tables")), "name")


def _facts(names: Any, path: Path, knowledge: Knowledge, d: Document, whole: bool = False) -> Iterator[Problem]:
    known = knowledge.table("facts")
    for name in names:
        if name not in known:
            yield d.at(
                path if whole else (*path, name),
                f"no fact is called {name!r}",
                did_you_mean(name, known) + " or add it under `facts:`",
                "name",
            )
        elif isinstance(names, Mapping):
            yield from _values(name, names[name], (*path, name), known, d)


def _values(fact: str, told: Any, path: Path, facts: Mapping[str, Any], d: Document) -> Iterator[Problem]:
    """Values of a fact with a closed list (`only`) that are not on it."""
    for value in as_list(told) if isinstance(told, (str, list)) else ():
        says = wrong_value(fact, str(value), facts)
        if says and "{" not in str(value):
            yield d.at(path, f"{fact} is never {value!r}", says, "value")


def _fillable(knowledge: Knowledge) -> frozenset[str]:
    """What can stand in a hole of a text: facts, values that signals capture, package names."""
    captured = {n for s in knowledge.signals for p in knowledge.patterns[s] for n in hole_names(p)}
    return frozenset(captured | set(knowledge.table("facts")) | set(_PACKAGES) | DERIVED)


def _holes(path: Path, value: Any, known: frozenset[str], d: Document) -> Iterator[Problem]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key in _TEXTS and isinstance(inner, str):
                for hole in _HOLE.finditer(inner):
                    if hole[1] not in known:
                        cure = did_you_mean(hole[1], known, "").removesuffix("?")
                        cure += f"{', or ' if cure else ''}say what to print instead: {{{hole[1]}|…}}"
                        yield d.at((*path, key), f"nothing fills the hole {{{hole[1]}}}", cure, "name")
                if _OPEN_HOLE.search(inner):
                    yield d.at((*path, key), "a hole is not closed", "write } after its name", "name")
            elif key not in ("when", "examples", "edit", "phrasings", "run"):
                yield from _holes((*path, key), inner, known, d)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _holes((*path, position), inner, known, d)


def _switched_off(d: Document, pack: Pack) -> Iterator[Problem]:
    """`off` for what no lower layer has."""
    for section, table in d.data.items():
        for name, entry in table.items() if isinstance(table, Mapping) and section in pack.below else ():
            lower = pack.below[section].get(name)
            if not isinstance(entry, Mapping):
                continue
            if entry.get("off") == "yes" and lower is None:
                yield d.at(
                    (section, name),
                    f"`off` for {name!r}, which no lower layer has",
                    did_you_mean(name, pack.below[section], "correct the name, or remove the entry"),
                    "name",
                )
            for part in ("rules", "remedies") if section == "causes" else ():
                has = (lower.get(part) if isinstance(lower, Mapping) else None) or {}
                for key, inner in (entry.get(part) or {}).items():
                    if inner.get("off") == "yes" and key not in has:
                        yield d.at(
                            (section, name, part, key),
                            f"`off` for {key!r}, which no lower layer has",
                            did_you_mean(key, has, f"`troubleshooter kb show {name}` shows what it has"),
                            "name",
                        )
