"""The engine against a naive evaluator, and the properties that experta does not promise by itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troubleshooter.inference import engine
from troubleshooter.kb.strata import CycleError, stratify
from troubleshooter.model import Condition, Rule

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("a", "b", "c", "d", "e")
VALUES = ("0", "1")


def known(name: str, value: str = "1", negated: bool = False) -> Condition:
    return Condition("known", name, value, negated=negated)


def condition_of(names: tuple[str, ...]) -> st.SearchStrategy[Condition]:
    return st.one_of(
        st.builds(Condition, st.just("known"), st.sampled_from(names), st.sampled_from(VALUES), negated=st.booleans()),
        st.builds(Condition, st.just("given"), st.sampled_from(names), negated=st.booleans()),
        st.builds(Condition, st.just("signal"), st.sampled_from(("s", "t")), negated=st.booleans()),
    )


def branch_of(names: tuple[str, ...]) -> st.SearchStrategy[tuple[Condition, ...]]:
    ordered = st.lists(condition_of(names), min_size=1, max_size=4, unique_by=lambda c: c.key)
    return ordered.map(lambda cs: tuple(sorted(cs, key=lambda c: (c.negated, c.key))))


@st.composite
def knowledge_bases(draw: st.DrawFn) -> tuple[list[Rule], list[Condition]]:
    """Deductions that only read names before their own (no cycle), rules of evidence over all names, and facts."""
    rules = []
    for number in range(draw(st.integers(0, 5))):
        target = draw(st.integers(1, len(NAMES) - 1))
        branches = tuple(draw(st.lists(branch_of(NAMES[:target]), min_size=1, max_size=2, unique=True)))
        value = draw(st.sampled_from(VALUES))
        rules.append(Rule(f"deduction/{number}", "", branches, gives=((NAMES[target], value),), default=draw(st.booleans())))
    rules = list(stratify(rules))
    for number in range(draw(st.integers(0, 6))):
        branches = tuple(draw(st.lists(branch_of(NAMES), min_size=1, max_size=2, unique=True)))
        rules.append(Rule(f"cause/{number}", "cause", branches, "weak", draw(st.booleans())))
    facts = draw(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(VALUES)))
    present = [known(n, v) for n, v in facts.items()] + [Condition("given", n) for n in facts]
    present += [Condition("signal", s) for s in draw(st.sets(st.sampled_from(("s", "t"))))]
    return rules, present


def naive(rules: list[Rule], present: list[Condition]) -> tuple[list[tuple[str, int]], dict[str, str]]:
    """What must happen, said in the plainest way: strata in order, names in order, one value for each fact."""
    memory = {c.key for c in present}
    fired, concluded = [], {}
    for rule in sorted(rules, key=lambda r: (not r.gives, r.stratum, r.id)):
        for position, branch in enumerate(rule.branches):
            if any((c.key in memory) == c.negated for c in branch):
                continue
            if any(f"given:{name}=" in memory for name, _ in rule.gives):
                continue
            fired.append((rule.id, position))
            for name, value in rule.gives:
                concluded[name] = value
                memory |= {f"known:{name}={value}", f"given:{name}="}
    return fired, concluded


@settings(max_examples=300, deadline=None)
@given(knowledge_bases())
def test_the_network_fires_what_a_naive_evaluator_fires(base: tuple[list[Rule], list[Condition]]) -> None:
    rules, present = base
    firings, concluded = engine.run(rules, present)
    trace = [(f.rule.id, f.rule.branches.index(f.branch)) for f in firings]
    expected, facts = naive(rules, present)
    assert trace == expected
    assert {name: value for name, (value, _, _) in concluded.items()} == facts


@settings(max_examples=100, deadline=None)
@given(knowledge_bases(), st.randoms())
def test_the_order_of_facts_and_rules_does_not_matter(base: tuple[list[Rule], list[Condition]], random: st.DataObject) -> None:
    rules, present = base
    first = engine.run(rules, present)
    random.shuffle(rules)  # type: ignore[attr-defined]
    random.shuffle(present)  # type: ignore[attr-defined]
    again = engine.run(rules, present)
    assert [(f.rule.id, f.branch) for f in first[0]] == [(f.rule.id, f.branch) for f in again[0]]


def test_a_rule_that_a_deduction_blocks_does_not_fire() -> None:
    """experta's own strategy leaves such activations on the agenda and fires them."""
    rules = [Rule(f"deduction/{n}", "", ((known("a"),),), gives=((f"x{n}", "1"),)) for n in range(6)]
    rules += [Rule(f"cause/{n}", "cause", ((known("a"), known(f"x{n % 6}", negated=True)),), "strong") for n in range(12)]
    firings, _ = engine.run(rules, [known("a"), Condition("given", "a")])
    assert [f.rule.id for f in firings] == [f"deduction/{n}" for n in range(6)]


def test_a_default_gives_way_to_what_another_rule_concludes() -> None:
    rules = stratify([
        Rule("deduction/a-default", "", ((Condition("signal", "s"),),), gives=(("link", "static"),), default=True),
        Rule("deduction/b-read", "", ((Condition("signal", "s"), known("cgo")),), gives=(("link", "dynamic"),)),
    ])  # fmt: skip
    _, concluded = engine.run(rules, [Condition("signal", "s"), known("cgo"), Condition("given", "cgo")])
    assert concluded["link"][0] == "dynamic"


def test_deductions_that_wait_for_each_other_are_refused() -> None:
    rules = [
        Rule("deduction/a", "", ((known("x"),),), gives=(("y", "1"),)),
        Rule("deduction/b", "", ((known("y"),),), gives=(("x", "1"),)),
    ]
    with pytest.raises(CycleError) as caught:
        stratify(rules)
    assert caught.value.rules == ("deduction/a", "deduction/b")


def test_the_same_log_gives_the_same_bytes_under_every_hash_seed() -> None:
    log = (
        b'#9 ERROR: process "/bin/sh -c go build" did not complete\nexec /app: no such file or directory\ncgo: C compiler "gcc" not found\n'
    )
    command = [sys.executable, "-m", "troubleshooter", "diagnose", "--format", "json", "--no-project", "--fact", "final.image=alpine:3.20"]
    answers = {
        subprocess.run(command, input=log, capture_output=True, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}).stdout
        for seed in ("0", "1", "42", "4711")
    }
    assert len(answers) == 1
    assert json.loads(answers.pop())["causes"]


def test_importing_the_engine_leaves_python_as_it_was() -> None:
    code = ("import logging, collections; import troubleshooter.inference.engine;"
            "assert not hasattr(collections, 'Mapping'); assert not logging.getLogger().handlers")  # fmt: skip
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_only_one_module_names_experta() -> None:
    named = [p for p in (ROOT / "troubleshooter").rglob("*.py") if "import experta" in p.read_text("utf-8")]
    assert [p.name for p in named if p.name != "engine.py"] == ["experta_shim.py"]
    assert "import experta" not in (ROOT / "troubleshooter/inference/engine.py").read_text("utf-8").replace(
        "from troubleshooter.inference.experta_shim import experta", ""
    )
