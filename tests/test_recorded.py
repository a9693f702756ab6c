"""Our own recorded failures, each made with real tools: the figures that the knowledge must keep."""

from __future__ import annotations

from pathlib import Path

import pytest

from troubleshooter.authoring.calibration import bands, gap
from troubleshooter.authoring.cases import NOT_OURS, Outcome, outcomes, recorded
from troubleshooter.kb.knowledge import Knowledge

FOLDER = Path(__file__).parent / "recorded"


@pytest.fixture(scope="module")
def results(knowledge: Knowledge) -> list[Outcome]:
    return list(outcomes(recorded([FOLDER]), knowledge))


def share(rows: list[bool]) -> float:
    return sum(rows) / len(rows)


def test_the_first_cause_is_right(results: list[Outcome]) -> None:
    logs = [r for r in results if not r.files and r.case.cause not in NOT_OURS]
    assert len(logs) > 200
    assert share([r.right for r in logs]) >= 0.97, [r.case.name for r in logs if not r.right]
    assert share([r.among for r in logs]) >= 0.99, [r.case.name for r in logs if not r.among]


def test_with_files_the_first_cause_is_right(results: list[Outcome]) -> None:
    rows = [r for r in results if r.files and r.case.cause not in NOT_OURS]
    assert share([r.right for r in rows]) >= 0.97, [r.case.name for r in rows if not r.right]


def test_what_is_not_ours_is_left_alone(results: list[Outcome]) -> None:
    rows = [r for r in results if r.case.cause in NOT_OURS]
    assert all(r.right or r.certainty < 0.5 for r in rows), [r.case.name for r in rows if not r.right]
    assert share([r.right for r in rows]) >= 0.97


def test_nothing_is_sure_and_wrong(results: list[Outcome]) -> None:
    assert [r.case.name for r in results if r.certainty >= 0.8 and not r.right] == []


def test_certainty_does_not_claim_more_than_it_delivers(results: list[Outcome]) -> None:
    logs = [r for r in results if not r.files]
    assert [b for b in bands(logs) if b.overclaims] == []
    assert gap(bands(logs)) <= 8
