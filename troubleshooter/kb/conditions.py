"""``when:`` of a rule, as branches of literals.

Everything fuzzy or numeric becomes a *test*: a literal with a canonical name that is worked out before the engine runs
(see ``inference/tests.py``), so that the engine matches nothing but constants.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any

from troubleshooter.model import Condition

Branches = tuple[tuple[Condition, ...], ...]
_SIGNAL_KEYS = ("where", "place", "share", "count")
MAX_BRANCHES = 200


class ConditionError(ValueError):
    """The condition makes no sense; ``path`` leads to the key at fault, from the value of ``when``."""

    def __init__(self, key: str, says: str, cure: str = "") -> None:
        super().__init__(says)
        self.path: tuple[str | int, ...] = (key,) if key else ()
        self.cure = cure


def branches(when: Any) -> Branches:
    """The alternatives of ``when``, each a conjunction: positive literals first, then the negated ones.

    Raises ConditionError for an empty condition, a place without a signal, or more than 200 alternatives.
    """
    alternatives = when if isinstance(when, list) else [when]
    result: dict[tuple[Condition, ...], None] = {}
    for position, alternative in enumerate(alternatives):
        try:
            result.update(dict.fromkeys(_conjunctions(alternative)))
        except ConditionError as fault:
            if isinstance(when, list):
                fault.path = (position, *fault.path)
            raise
    if not result:
        raise ConditionError("", "an empty condition would always hold", "say what must hold")
    return tuple(result)


def _conjunctions(when: Mapping[str, Any]) -> list[tuple[Condition, ...]]:
    if not when:
        raise ConditionError("", "an empty condition would always hold", "say what must hold")
    choices: list[list[list[Condition]]] = []
    extra = {k: when[k] for k in _SIGNAL_KEYS if k in when}
    if extra and "signal" not in when:
        raise ConditionError(next(iter(extra)), f"{next(iter(extra))!r} without `signal`", "say of which signal: `signal: …`")
    for key, value in when.items():
        if key == "signal":
            choices.append([[c] for c in _signals(value, extra)])
        elif key == "and-signal":
            choices.append([[c] for c in _signals(value, {})])
        elif key == "no-signal":
            choices.append([[Condition("signal", name, negated=True) for name in as_list(value)]])
        elif key not in _SIGNAL_KEYS:
            choices.append(_fact(key, value))
    count = 1
    for choice in choices:
        count *= len(choice)
    if count > MAX_BRANCHES:
        raise ConditionError("", f"{count} alternatives are too many", "use `like`, or a deduction that gives a fact of its own")
    result = []
    for combination in product(*choices):
        literals = list(dict.fromkeys(c for part in combination for c in part))
        result.append(tuple(sorted(literals, key=lambda c: (c.negated, c.kind != "signal", c.key))))
    return result


def _signals(value: Any, extra: Mapping[str, Any]) -> list[Condition]:
    if isinstance(value, Mapping):
        extra = {**extra, **{k: value[k] for k in _SIGNAL_KEYS if k in value}}
        value = value["any"]
    test = json.dumps(extra, sort_keys=True, ensure_ascii=False) if extra else ""
    return [Condition("signal", name, test=test) for name in as_list(value)]


def _fact(name: str, value: Any) -> list[list[Condition]]:
    """The alternatives of one condition on a fact, each a list of literals."""
    if not isinstance(value, Mapping):
        return [[Condition("known", name, v)] for v in as_list(value)]
    literals: list[Condition] = []
    for form, operand in value.items():
        if form == "is-not":
            literals += [Condition("given", name), *(Condition("known", name, v, negated=True) for v in as_list(operand))]
        elif form == "not":
            literals += [Condition("known", name, v, negated=True) for v in as_list(operand)]
        elif form == "known":
            literals.append(Condition("given", name, negated=operand == "no"))
        else:
            literals.append(Condition("test", name, test=json.dumps({form: operand}, sort_keys=True, ensure_ascii=False)))
    if not literals:
        raise ConditionError(name, f"no condition on {name!r}", "write a value, or `known: yes`")
    return [literals]


def as_list(value: Any) -> list[Any]:
    """A YAML value that may be one item or a list of them, as a list."""
    return list(value) if isinstance(value, (list, tuple)) else [value]


def needs(branch: Iterable[Condition]) -> frozenset[str]:
    """The literals of a conjunction as belief compares them: a signal with conditions contains the plain one."""
    literals = list(branch)
    found = {("!" if c.negated else "") + c.key for c in literals}
    return frozenset(found | {f"signal:{c.name}=" for c in literals if c.kind == "signal" and not c.negated})


def says(condition: Condition) -> str:
    """The literal in words, for WHY, HOW and ``explain --rule``."""
    sign = "not " if condition.negated else ""
    if condition.kind == "signal":
        return f"{sign}signal {condition.name}" + (f" with {_test(condition.test)}" if condition.test else "")
    if condition.kind == "known":
        return f"{condition.name} is {sign}{condition.value}"
    if condition.kind == "given":
        return f"{condition.name} is {'unknown' if condition.negated else 'known'}"
    return f"{sign}{condition.name} {_test(condition.test)}"


def _test(text: str) -> str:
    return ", ".join(f"{k} {json.dumps(v, ensure_ascii=False)}" for k, v in json.loads(text).items())
