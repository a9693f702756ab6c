"""What the guided dialogue promises, measured by simulated people on the recorded cases (``kb test --dialogue``)."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from conftest import ROOT, Run

ROW = re.compile(r"^(?P<name>.+?) {2,}(?P<number>\d+) +(?P<median>[\d.]+)(?: +(?P<fixed>[\d.]+) +(?P<fewer>\d+)%)? +(?P<right>[\d.]+)%$")


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[str, float]]:
    command = [sys.executable, "-m", "troubleshooter", "kb", "test", "--dialogue"]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert done.returncode == 0, done.stderr
    found = [m.groupdict() for line in done.stdout.splitlines() if (m := ROW.match(line))]
    names = ("log", "log, fallible", "symptom", "symptom, fallible")
    assert len(found) == len(names), done.stdout
    return {name: {k: float(v) for k, v in row.items() if k != "name" and v} for name, row in zip(names, found, strict=True)}


def test_questions_are_few(rows: dict[str, dict[str, float]]) -> None:
    assert rows["log"]["median"] <= 2
    assert rows["symptom"]["median"] <= 6


def test_the_best_question_first_saves_questions(rows: dict[str, dict[str, float]]) -> None:
    assert rows["log"]["fewer"] >= 40
    assert rows["symptom"]["fewer"] >= 40


def test_true_answers_end_at_the_true_cause(rows: dict[str, dict[str, float]]) -> None:
    assert rows["log"]["right"] >= 95
    assert rows["symptom"]["right"] >= 95


def test_wrong_answers_and_gaps_are_borne(rows: dict[str, dict[str, float]]) -> None:
    assert rows["log, fallible"]["right"] >= 85
    assert rows["symptom, fallible"]["right"] >= 85


def test_a_folder_without_recorded_cases_is_named(run: Run) -> None:
    done = run("kb", "test", str(ROOT / "docs"), "--dialogue")
    assert done.returncode == 2
    assert b"case.yaml" in done.stderr
