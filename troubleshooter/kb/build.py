"""Plain YAML data to the frozen dataclasses of the model; one function per kind of entry.

Raises EntryError with the path of the value at fault, so that the caller can name file, line and column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from troubleshooter.kb.conditions import ConditionError, as_list, branches
from troubleshooter.kb.pattern import PatternError, compile_patterns, raw_pattern
from troubleshooter.model import Cause, Condition, Pattern, Remedy, Rule, Signal, Step


class EntryError(ValueError):
    """An entry that is of the right shape but says something impossible; ``path`` leads to the value."""

    def __init__(self, path: Sequence[str | int], says: str, cure: str = "") -> None:
        super().__init__(says)
        self.path = tuple(path)
        self.cure = cure


def lines_of(text: Any) -> list[str]:
    """The lines of a YAML block of text, empty ones left out."""
    return [line for _, line in numbered(text)]


def numbered(text: Any) -> list[tuple[int, str]]:
    """The same with their numbers in the block, from 0."""
    return [(number, line) for number, line in enumerate(str(text or "").split("\n")) if line.strip()]


def signal(name: str, data: Mapping[str, Any]) -> Signal:
    """A signal with its patterns compiled."""
    patterns: list[Pattern] = []
    for key, exact in (("lines", False), ("exact-lines", True)):
        patterns += [p for number, line in numbered(data.get(key)) for p in _patterns(line, exact, (name, key, number))]
    for position, raw in enumerate(data.get("regex") or ()):
        try:
            patterns.append(raw_pattern(raw["match"], raw["gate"]))
        except PatternError as fault:
            raise EntryError((name, "regex", position, "match"), fault.says, fault.cure) from None
    blocks = tuple(
        tuple(_patterns(line, False, (name, "block", position, number))[0] for number, line in numbered(block))
        for position, block in enumerate(data.get("block") or ())
    )
    if not patterns and not blocks:
        raise EntryError((name,), f"the signal {name!r} has no line", "add `lines: |` and the message below it")
    return Signal(
        id=name,
        speaker=data.get("speaker", "other"),
        says=_one_line(data.get("says", "")),
        patterns=tuple(patterns),
        blocks=blocks,
        within=int(data.get("within") or 5),
        refines=tuple(as_list(data.get("refines") or [])),
        phase=data.get("phase", ""),
        gives=tuple((data.get("gives") or {}).items()),
        matches=tuple(lines_of(data.get("matches"))),
        unlike=tuple(lines_of(data.get("unlike"))),
        noise=data.get("noise") == "yes",
    )


def cause(name: str, data: Mapping[str, Any], shared: Mapping[str, Any], layer: str = "built-in",
          remedy_layers: Mapping[str, str] | None = None) -> Cause:  # fmt: skip
    """A cause with its rules and remedies; ``shared`` are the entries of ``remedies``.

    ``remedy_layers`` names the layer of each remedy that does not come from the cause's own.
    """
    layers = remedy_layers or {}
    return Cause(
        id=name,
        phase=data["phase"],
        kind=data.get("kind", "ours"),
        frequency=data.get("frequency", "usual"),
        title=_one_line(data["title"]),
        says=_one_line(data["says"]),
        rules=tuple(rule(name, key, value, (name, "rules", key)) for key, value in data["rules"].items()
                    if value.get("off") != "yes"),
        remedies=tuple(remedy(key, value, shared, (name, "remedies", key), layers.get(key, layer))
                       for key, value in (data.get("remedies") or {}).items() if value.get("off") != "yes"),
        shows={k: tuple(as_list(v)) for k, v in (data.get("shows") or {}).items()},
        neighbours={k: _one_line(v) for k, v in (data.get("neighbours") or {}).items()},
        consequences=tuple(data.get("consequences") or ()),
        confirm=steps(data.get("confirm") or ()),
        references=tuple(data.get("references") or ()),
        phrasings={k: tuple(v) for k, v in (data.get("phrasings") or {}).items()},
        examples=tuple(data.get("examples") or ()),
        unproven=_one_line(data.get("unproven", "")),
        layer=layer,
    )  # fmt: skip


def rule(cause_id: str, key: str, data: Mapping[str, Any], path: Sequence[str | int]) -> Rule:
    """A rule that speaks for or against a cause."""
    if ("for" in data) == ("against" in data):
        raise EntryError(path, f"the rule {key!r} needs either `for` or `against`", "say how much it weighs: `for: strong`")
    return Rule(
        id=f"{cause_id}/{key}",
        cause=cause_id,
        branches=_branches(data["when"], path),
        weight=data.get("for") or data["against"],
        favours="for" in data,
        says=_one_line(data.get("says", "")),
    )


def deduction(key: str, data: Mapping[str, Any]) -> Rule:
    """A rule that concludes facts; its stratum is set by :func:`troubleshooter.kb.strata.stratify`."""
    return Rule(
        id=f"deduction/{key}",
        cause="",
        branches=_branches(data["when"], (key,)),
        gives=tuple(data["then"].items()),
        default=data.get("default") == "yes",
        says=_one_line(data.get("says", "")),
    )


def remedy(key: str, data: Mapping[str, Any], shared: Mapping[str, Any], path: Sequence[str | int], layer: str = "built-in") -> Remedy:
    """A remedy; what the cause says itself comes before what the shared one says."""
    if "shared" in data:
        if data["shared"] not in shared:
            raise EntryError((*path, "shared"), f"no shared remedy {data['shared']!r}", "see remedies.yaml for the names")
        data = {**shared[data["shared"]], **{k: v for k, v in data.items() if k != "shared"}}
    if not data.get("title"):
        raise EntryError(path, f"the remedy {key!r} has no title", "add `title:`, an imperative sentence")
    if not data.get("steps"):
        raise EntryError(path, f"the remedy {key!r} has no steps", "add `steps:` with `- say: …` and `- run: …`")
    return Remedy(
        id=key,
        title=_one_line(data["title"]),
        when=_branches(data["when"], path) if "when" in data else (),
        steps=steps(data.get("steps") or ()),
        edit=tuple(data.get("edit") or ()),
        verify=steps(data.get("verify") or ()),
        cost=_one_line(data.get("cost", "")),
        proven=data.get("proven") == "yes",
        layer=layer,
    )


def steps(items: Sequence[Mapping[str, str]]) -> tuple[Step, ...]:
    """The steps of a remedy."""
    return tuple(Step("run", item["run"].strip()) if "run" in item else Step("say", _one_line(item.get("say", "")))
                 for item in items)  # fmt: skip


def _branches(when: Any, path: Sequence[str | int]) -> tuple[tuple[Condition, ...], ...]:
    try:
        return branches(when)
    except ConditionError as fault:
        raise EntryError((*path, "when", *fault.path), str(fault), fault.cure) from None


def _patterns(line: str, exact: bool, path: Sequence[str | int]) -> list[Pattern]:
    try:
        return compile_patterns(line, exact)
    except PatternError as fault:
        raise EntryError(path, fault.says, fault.cure) from None


def _one_line(text: Any) -> str:
    return " ".join(str(text).split())
