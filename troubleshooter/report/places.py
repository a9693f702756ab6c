"""Where a cause shows in a file of the project, for formats that annotate files."""

from __future__ import annotations

from troubleshooter.model import Hypothesis


def place(cause: Hypothesis) -> tuple[str, int]:
    """File and line (from 1) of the strongest reason that stands in a file; ``Dockerfile`` line 1 where only the log speaks."""
    for reason in (r for r in cause.why if r.favours):
        name, colon, line = reason.source.split(" ")[0].rpartition(":")
        if colon and line.isdigit():
            return name, int(line)
    return "Dockerfile", 1
