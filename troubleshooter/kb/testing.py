"""What ``kb test`` runs and prints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from troubleshooter.kb.calibration import table
from troubleshooter.kb.cases import NOT_OURS, Outcome, outcomes, recorded
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.layers import builtin_folder
from troubleshooter.kb.trial import Trial, trials

__all__ = ["own_cases", "run", "trials"]


def own_cases() -> list[Path]:
    """The project's own recorded cases, where this is a checkout; an installed wheel has none."""
    folder = builtin_folder().parent / "tests" / "recorded"
    return [folder] if folder.is_dir() else []


def run(tried: Iterable[Trial], folders: Sequence[Path], knowledge: Knowledge, calibration: bool) -> tuple[list[str], bool]:
    """Printed lines, and whether an example failed or a recorded case was answered wrongly with certainty."""
    tests = list(tried)
    failed = [t for t in tests if not t.passed]
    lines = [str(t) for t in failed]
    if tests:
        lines.append(f"{len(tests) - len(failed)} of {len(tests)} examples come out as they should")
    results = list(outcomes(recorded(folders), knowledge))
    wrong = [r for r in results if r.certainty >= 0.8 and not r.right]
    if results:
        lines += _figures(results, wrong)
    if calibration and results:
        lines += ["", *table(results)]
    return lines, bool(failed or wrong)


def _figures(results: Sequence[Outcome], wrong: Sequence[Outcome]) -> list[str]:
    lines = []
    groups = (
        ("logs, first cause right", [r for r in results if not r.files and not r.case.typed and r.case.cause not in NOT_OURS]),
        ("with files, first right", [r for r in results if r.files and r.case.cause not in NOT_OURS]),
        ("typed, first right", [r for r in results if r.case.typed and r.case.cause not in NOT_OURS]),
        ("not ours, left alone", [r for r in results if r.case.cause in NOT_OURS]),
    )
    for name, rows in groups:
        if rows:
            right, among = sum(r.right for r in rows), sum(r.among for r in rows)
            lines.append(f"{name:26} {right:4} of {len(rows):4}  {right / len(rows):6.1%}   among three {among / len(rows):6.1%}")
    lines += [f"sure and wrong: {r.case.name} is {r.case.cause}, named {r.first} ({r.certainty:.2f})" for r in wrong]
    return lines
