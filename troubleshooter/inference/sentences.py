"""Facts and conditions of rules as sentences of the knowledge base, in its language."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

from troubleshooter.holes import filled
from troubleshooter.kb.conditions import as_list
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import NONE, Condition, Fact

MANY = 3
"""More messages that must be absent are not told one by one."""
_EN = {
    "not": "not: {}",
    "nothing-else": "no message says which it is",
    "and": "; ",
    "unknown": "{}: not known",
    "or": " or ",
    "with": "{} ({})",
    "below": "below {}",
    "at-least": "{} or newer",
    "not-like": "other than {}",
    "is-not": "other than {}",
    "in-table": "one of {}",
    "not-in-table": "none of {}",
    "same-as": "the same as {}",
    "differs-from": "other than {}",
    "below-fact": "below {}",
    "above-fact": "above {}",
    "within": "in {}",
    "not-within": "outside {}",
    "base-of": "the last part of {}",
}
_JA = {
    "not": "「{}」に当てはまりません",
    "nothing-else": "どれであるかを示すメッセージがありません",
    "and": "。",
    "unknown": "{}：不明",
    "or": " または ",
    "with": "{}({})",
    "below": "{} 未満",
    "at-least": "{} 以上",
    "not-like": "{} 以外",
    "is-not": "{} 以外",
    "in-table": "{} のいずれか",
    "not-in-table": "{} のどれでもないもの",
    "same-as": "{} と同じ値",
    "differs-from": "{} と異なる値",
    "below-fact": "{} より低い値",
    "above-fact": "{} より高い値",
    "within": "{} の中",
    "not-within": "{} の外",
    "base-of": "{} の末尾の名前",
}


def fact_sentence(fact: Fact, knowledge: Knowledge) -> str:
    """The fact as a sentence of ``facts.yaml``, or plainly ``name: value``."""
    return _said(fact.name, _chosen(fact, knowledge), knowledge)


def _chosen(fact: Fact, knowledge: Knowledge) -> str:
    """What was chosen among the answers of a general question, in the words of the answer; of other facts the value as it is."""
    asked = [q for q in knowledge.table("questions").values() if q["fact"] == fact.name and q.get("general") == "yes"]
    if not asked:
        return fact.value
    answers, refused = asked[0]["answers"], fact.value.startswith(NONE)
    cause = knowledge.outlines.get(fact.value.removeprefix(NONE)) if {"yes", "no"} <= answers.keys() else None
    if cause is not None:  # somebody looked whether it is this one
        return f"{cause.title} ({answers['no' if refused else 'yes']})"
    messages = (knowledge.table("questions").get("symptom-message") or {}).get("answers") or {}
    says = {**messages, **answers}
    return str(says.get("none", fact.value) if refused else says.get(fact.value, fact.value))


def condition_sentence(condition: Condition, knowledge: Knowledge) -> str:
    """What a condition of a rule asks for, in words."""
    words = _JA if knowledge.language == "ja" else _EN
    if condition.kind == "signal":
        signal = knowledge.signals.get(condition.name)
        says = filled(signal.says, {}).rstrip("。.") if signal is not None else condition.name
        if condition.test:
            says = words["with"].format(says, "; ".join(f"{k}: {v}" for k, v in _plain(json.loads(condition.test), words)))
    elif condition.kind == "test":
        tests = [words[form].format(_operand(operand, words)) if form in words else _operand(operand, words)
                 for form, operand in json.loads(condition.test).items()]  # fmt: skip
        says = _said(condition.name, ", ".join(tests), knowledge)
    else:
        says = _said(condition.name, condition.value or "…", knowledge)
    if not condition.negated:
        return says
    return words["unknown" if condition.kind == "given" else "not"].format(says)


def branch_text(branch: Collection[Condition], knowledge: Knowledge) -> str:
    """The conditions of one alternative in words; that a fact is known goes without saying where more is asked of it."""
    asked = [c for c in branch if c.kind != "given" or c.negated or not any(o.name == c.name and o is not c for o in branch)]
    words = _JA if knowledge.language == "ja" else _EN
    absent = [c for c in asked if c.kind == "signal" and c.negated]
    if len(absent) > MANY:
        said = [condition_sentence(c, knowledge) for c in asked if c not in absent] + [words["nothing-else"]]
    else:
        said = [condition_sentence(c, knowledge) for c in asked]
    return words["and"].join(said)


def _said(name: str, value: str, knowledge: Knowledge) -> str:
    entry = knowledge.table("facts").get(name) or {}
    template = (entry.get("values") or {}).get(value) or entry.get("says") or ""
    return filled(template, {"value": value}) if template else f"{name}: {value}"


def _operand(operand: Any, words: dict[str, str]) -> str:
    return words["or"].join(str(o) for o in as_list(operand))


def _plain(test: dict[str, Any], words: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The places, counts and holes that a signal must have, hole by hole."""
    for key, value in test.items():
        if key == "where":
            for hole, form in value.items():
                tests = form.items() if isinstance(form, dict) else [("", form)]
                yield hole, ", ".join(words.get(f, "{}").format(_operand(o, words)) for f, o in tests)
        else:
            yield key, _operand(value, words)
