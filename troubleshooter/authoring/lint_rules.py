"""Lint of what rules mean together: a special one that hides a stronger general one, twins, words too common to scan for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from troubleshooter.authoring.pack import Pack
from troubleshooter.kb.conditions import needs
from troubleshooter.kb.pattern import COMMON
from troubleshooter.kb.problem import Problem
from troubleshooter.model import WEIGHTS, Pattern, Rule


def rules(pack: Pack) -> Iterator[Problem]:
    """Problems of the rules and gates of ``pack``."""
    knowledge = pack.knowledge
    for d in pack.documents:
        for name, entry in (d.data.get("causes") or {}).items():
            mine = {f"{name}/{key}" for key in entry.get("rules") or {}}
            every = knowledge.rules.get(name, ())
            for rule in (r for r in every if r.id in mine):
                for other in every:
                    says = _against(rule, other)
                    if says:
                        yield d.at(
                            ("causes", name, "rules", rule.id.split("/")[1]),
                            *says,
                            "weight" if "weaker" in says[0] else "duplicate",
                            "warning",
                        )
        for name in d.data.get("signals") or {}:
            for pattern in knowledge.signals[name].patterns if name in knowledge.signals and not pack.builtin else ():
                if _common(pattern) and not knowledge.signals[name].noise:
                    yield d.at(
                        ("signals", name),
                        f"{pattern.text!r} holds only words that stand in every log",
                        "add a word that tells it apart",
                        "gate",
                        "warning",
                    )


def _common(pattern: Pattern) -> bool:
    """Whether a readable pattern says so little that any log might contain it."""
    if pattern.regex == pattern.text or (pattern.text.startswith("^") and pattern.text.endswith("$")):
        return False
    words = re.findall(r"[^\W_]{2,}", re.sub(r"\{[a-z0-9_]*(?::[a-z]+)?\}", " ", pattern.text).lower())
    return len(words) < 3 and all(word in COMMON for word in words)


def _against(rule: Rule, other: Rule) -> tuple[str, str] | None:
    """What is wrong with ``rule`` beside ``other``, another rule of the same cause."""
    if other.id == rule.id or other.favours != rule.favours:
        return None
    if rule.branches == other.branches and rule.id > other.id:
        return f"the rule says the same as {other.id.split('/')[1]!r}", "keep one of them"
    if WEIGHTS.index(rule.weight) >= WEIGHTS.index(other.weight):
        return None
    if any(needs(general) < needs(special) for special in rule.branches for general in other.branches):
        name = other.id.split("/")[1]
        return (
            f"where this rule fires, the more general {name!r} ({other.weight}) no longer counts, and this one is weaker ({rule.weight})",
            f"weigh it at least {other.weight}, or speak against the cause instead",
        )
    return None
