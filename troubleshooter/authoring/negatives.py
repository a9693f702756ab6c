"""Logs in which nothing of ours is wrong: what a signal must be silent on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from troubleshooter.kb.layers import builtin_folder

KINDS = ("healthy", "unrelated", "program-panic", "source-compile-error", "test-failure")
"""Recorded cases that count: those that are healthy, and failures that are not the environment's."""
MAX_BYTES = 200_000


def folders() -> list[Path]:
    """Where the recorded negatives lie: inside an installed package, beside the tests in a checkout."""
    builtin = builtin_folder()
    for root in (builtin / "negatives", builtin.parent / "tests" / "recorded"):
        found = [root / kind for kind in KINDS if (root / kind).is_dir()]
        if found:
            return found
    return []


@lru_cache(maxsize=1)
def negatives() -> tuple[str, ...]:
    """Their texts, in the order of their names."""
    return tuple(_texts())


def _texts() -> Iterator[str]:
    for folder in folders():
        for path in sorted(folder.glob("*/log.txt")):
            try:
                yield path.read_bytes()[:MAX_BYTES].decode("utf-8", "replace")
            except OSError:
                continue
