"""A pack's tests in its own repository, in two lines of a pytest file::

from troubleshooter.testing import pack_tests
test_pack = pack_tests("knowledge")
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from troubleshooter.authoring.lint import lint
from troubleshooter.authoring.testing import tested


def pack_tests(folder: str | Path) -> Callable[[str], None]:
    """One test for each example of the pack in ``folder``, one for what it does to other causes, one for ``kb lint``."""
    import pytest

    place = Path(folder)
    result = tested(place)
    outcomes = {f"{t.cause} example {t.number}": "" if t.passed else str(t) for t in result.trials}
    outcomes["leaves other causes alone"] = "\n".join([*map(str, result.stolen), *(f"{c} claims: {line}" for c, line in result.claimed)])
    outcomes["recorded cases"] = "\n".join(f"{r.case.name} is {r.case.cause}, named {r.first}" for r in result.wrong)
    outcomes["lint"] = "\n".join(str(p) for p in lint(place) if p.severity == "error")

    @pytest.mark.parametrize("what", list(outcomes))
    def test_pack(what: str) -> None:
        assert not outcomes[what], outcomes[what]

    return test_pack
