"""Broken packs: each fault is named at its exact place with a cure, none crashes anything, none stops a run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.kb.broken import BROKEN
from troubleshooter.authoring.lint import lint
from troubleshooter.kb.problem import Problem

SOUND = """\
signals:
  okapi-ill:
    speaker: program
    says: The okapi is ill.
    lines: okapi {number} is ill
    matches: okapi 7 is ill
causes:
  okapi-fever:
    phase: run
    title: The okapi has a fever
    says: It was too long in the sun.
    rules: {message: {when: {signal: okapi-ill}, for: strong}}
    examples: [{log: okapi 9 is ill, expect: first}]
"""


def written(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Every case as a file of ``folder``: name -> (line, column, words of the message)."""
    found = {}
    for name, (text, words) in BROKEN.items():
        text = text.replace("NAME", name)
        at = text.index("§")
        found[name] = (text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1, words.replace("NAME", name))
        (folder / f"{name}.yaml").write_text(text.replace("§", ""), "utf-8")
    return found


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, tuple[int, int, str]], dict[str, list[Problem]]]:
    folder = tmp_path_factory.mktemp("broken")
    wanted = written(folder)
    (folder / "latin.yaml").write_bytes("signals:\n  a: {says: caf\u00e9 \u00fc}\n".encode("latin-1"))
    found: dict[str, list[Problem]] = {}
    for problem in lint(folder):
        found.setdefault(Path(problem.file).stem, []).append(problem)
    return wanted, found


def test_there_are_sixty() -> None:
    assert len(BROKEN) >= 60


@pytest.mark.parametrize("name", BROKEN)
def test_fault_is_named_where_it_stands(name: str, findings: tuple[dict[str, tuple[int, int, str]], dict[str, list[Problem]]]) -> None:
    wanted, found = findings
    line, column, words = wanted[name]
    mine = found.get(name, [])
    matching = [p for p in mine if words in f"{p.says}; {p.cure}"]
    assert matching, [str(p) for p in mine]
    assert (line, column) in [(p.line, p.column) for p in matching], [str(p) for p in matching]
    assert all(p.cure for p in matching), [str(p) for p in matching]


def test_bytes_that_are_no_utf8(findings: tuple[dict[str, tuple[int, int, str]], dict[str, list[Problem]]]) -> None:
    problem = findings[1]["latin"][0]
    assert (problem.line, problem.column) == (2, 16) and "UTF-8" in problem.says


def test_none_stops_a_run(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "packs"
    folder.mkdir()
    written(folder)
    (folder / "sound.yaml").write_text(SOUND, "utf-8")
    done = run("diagnose", "-", "--knowledge", str(folder), "--format", "json", stdin=b"okapi 12 is ill\n")
    assert done.returncode == 0 and b'"okapi-fever"' in done.stdout
    assert b"Traceback" not in done.stderr and not os.path.exists("/tmp/owned")
    lines = done.stderr.decode().splitlines()
    assert len(lines) == 21 and all(line.startswith("troubleshooter: ") and ".yaml:" in line for line in lines[:-1])
    assert "more entries are left out" in lines[-1]


def test_lint_ends_with_one_and_names_each_as_file_line_column(tmp_path: Path, run: Run) -> None:
    (tmp_path / "x.yaml").write_text(BROKEN["unknown-key"][0].replace("NAME", "x").replace("§", ""), "utf-8")
    done = run("kb", "lint", "x.yaml")
    assert done.returncode == 1
    assert done.stdout.decode().splitlines()[0].startswith("x.yaml:9:5: unknown key 'liness' of a signal; did you mean 'lines'?")


def test_nothing_to_read_is_status_two(tmp_path: Path, run: Run) -> None:
    (tmp_path / "empty").mkdir()
    for arguments in (("kb", "lint", "none"), ("kb", "test", "none"), ("kb", "lint", "empty"), ("diagnose", "-", "--knowledge", "none")):
        done = run(*arguments, stdin=b"x\n")
        assert done.returncode == 2 and done.stderr.startswith(b"troubleshooter: ") and b"Traceback" not in done.stderr
