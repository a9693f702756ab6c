"""What the tests share: the built-in knowledge, loaded once, and the command line as a user runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.load import load_knowledge

ROOT = Path(__file__).resolve().parents[1]
Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load_knowledge(environ={"HOME": "/nonexistent"}, cache=False)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs ``troubleshooter ARGUMENTS`` in an empty folder; ``stdin`` is bytes."""

    def call(*arguments: str, stdin: bytes = b"", cwd: Path | None = None, **environ: str) -> subprocess.CompletedProcess[bytes]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "XDG_CONFIG_HOME": str(tmp_path / "none"), **environ}
        return subprocess.run([sys.executable, "-m", "troubleshooter", *arguments], input=stdin, capture_output=True,
                              cwd=cwd or tmp_path, env=environment, timeout=120)  # fmt: skip

    return call


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """With TROUBLESHOOTER_TESTS=all, as in CI, a test that skips because a tool is missing fails."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("TROUBLESHOOTER_TESTS") == "all":
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped: {report.longrepr}"
