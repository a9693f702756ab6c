"""Rules on experta: one YAML rule becomes one experta rule of literal patterns per branch; the Rete network matches.

The engine never retracts and never modifies: a changed answer is a replay with other facts. A rule's action only
declares what follows, and the facts that the network bound are the explanation.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from troubleshooter.frozen import dataclass
from troubleshooter.inference.experta_shim import experta
from troubleshooter.model import Condition, Rule

_TOP = 1000  # salience of stratum 0
_SIGNATURE = inspect.Signature([
    inspect.Parameter("engine", inspect.Parameter.POSITIONAL_OR_KEYWORD),
    inspect.Parameter("bound", inspect.Parameter.VAR_KEYWORD),
])  # fmt: skip


class Signal(experta.Fact):  # type: ignore[misc]
    """A signal was seen; ``test`` is empty or the canonical form of a constraint that some hit meets."""


class Known(experta.Fact):  # type: ignore[misc]
    """A fact has this value."""


class Given(experta.Fact):  # type: ignore[misc]
    """A fact has a value, whichever."""


class Test(experta.Fact):  # type: ignore[misc]
    """A comparison that holds."""


class Concluded(experta.Fact):  # type: ignore[misc]
    """A rule spoke for or against a cause."""


@dataclass(frozen=True)
class Firing:
    """A rule that fired, the branch that did, and the literals it bound."""

    rule: Rule
    branch: tuple[Condition, ...]


class _Order(experta.abstract.Strategy):  # type: ignore[misc]
    """Exact removal, then salience, rule name and fact ids: experta's own strategy may leave blocked rules to fire."""

    def _update_agenda(self, agenda: Any, added: Sequence[Any], removed: Sequence[Any]) -> None:
        waiting = {self._identity(a): a for a in agenda.activations}
        for activation in removed:
            waiting.pop(self._identity(activation), None)
        for activation in added:
            waiting[self._identity(activation)] = activation
        # the agenda is popped from its end
        agenda.activations = sorted(waiting.values(), key=self._rank)

    @staticmethod
    def _identity(activation: Any) -> tuple[str, tuple[int, ...]]:
        return activation.rule.__name__, tuple(sorted(f["__factid__"] for f in activation.facts))

    @staticmethod
    def _rank(activation: Any) -> tuple[int, _Reversed, tuple[int, ...]]:
        name, facts = _Order._identity(activation)
        return activation.rule.salience, _Reversed(name), tuple(-i for i in facts)


@dataclass(frozen=True)
class _Reversed:
    """Sorts names backwards, so that the first in the alphabet fires first."""

    name: str

    def __lt__(self, other: _Reversed) -> bool:
        return self.name > other.name


class _Engine(experta.KnowledgeEngine):  # type: ignore[misc]
    __strategy__ = _Order

    def __init__(self, rules: list[Any]) -> None:
        self._rules = rules
        super().__init__()

    def get_rules(self) -> list[Any]:
        return self._rules

    def get_deffacts(self) -> list[Any]:
        return [self._declare_initial_fact]


def run(rules: Sequence[Rule], present: Sequence[Condition]) -> tuple[list[Firing], dict[str, tuple[str, Rule, tuple[Condition, ...]]]]:
    """Runs ``rules`` on the literals ``present`` to the end.

    Returns the firings in order, and the facts that deductions concluded: name -> (value, rule, branch).
    """
    firings: list[Firing] = []
    concluded: dict[str, tuple[str, Rule, tuple[Condition, ...]]] = {}
    compiled = [_compiled(rule, position, branch, firings, concluded)
                for rule in rules for position, branch in enumerate(rule.branches)]  # fmt: skip
    engine = _Engine(compiled)
    engine.reset()
    spoken_of = {c.key for rule in rules for branch in rule.branches for c in branch}
    spoken_of |= {f"given:{name}=" for rule in rules for name, _ in rule.gives}
    # a fact that no rule mentions matches nothing: it need not pass through the network
    engine.declare(*dict.fromkeys(_fact(c) for c in present if c.key in spoken_of))
    engine.run()
    return firings, concluded


def _compiled(rule: Rule, position: int, branch: tuple[Condition, ...], firings: list[Firing], concluded: dict[str, Any]) -> Any:
    patterns = []
    for number, condition in enumerate(branch):
        pattern = _fact(condition)
        patterns.append(experta.NOT(pattern) if condition.negated else f"f{number}" << pattern)
    if rule.gives:
        # a deduction never contradicts what is already known
        patterns += [experta.NOT(Given(name=name)) for name, _ in rule.gives]
    if not any(not c.negated for c in branch):
        patterns.insert(0, experta.InitialFact())
    action = _action(rule, branch, firings, concluded)
    action.__name__ = f"{rule.id}#{position}"
    action.__signature__ = _SIGNATURE  # type: ignore[attr-defined]  # experta asks for it many times a rule
    return experta.Rule(*patterns, salience=_TOP - rule.stratum if rule.gives else 0)(action)


def _action(rule: Rule, branch: tuple[Condition, ...], firings: list[Firing], concluded: dict[str, Any]) -> Callable[..., None]:
    def action(engine: Any, **bound: Any) -> None:
        if rule.gives and any(name in concluded for name, _ in rule.gives):
            return
        firings.append(Firing(rule, branch))
        for name, value in rule.gives:
            concluded[name] = (value, rule, branch)
            engine.declare(Known(name=name, value=value), Given(name=name))
        if not rule.gives:
            engine.declare(Concluded(cause=rule.cause, rule=rule.id, weight=rule.weight, favours=rule.favours))

    return action


def _fact(condition: Condition) -> Any:
    if condition.kind == "signal":
        return Signal(id=condition.name, test=condition.test)
    if condition.kind == "known":
        return Known(name=condition.name, value=condition.value)
    if condition.kind == "given":
        return Given(name=condition.name)
    return Test(name=condition.name, test=condition.test)
