"""Unified diffs that ``patch -p1`` and ``git apply`` take, whatever the line ends are."""

from __future__ import annotations

import difflib


def diff(old: str, new: str, name: str) -> str:
    """What changes from ``old`` to ``new``, as a patch of the file ``name``; empty if nothing does.

    An empty ``old`` means that the file is new.
    """
    if old == new:
        return ""
    # A name with a blank needs a tab behind it, or patch cuts it off.
    tail = "\t" if " " in name else ""
    before = f"a/{name}{tail}" if old else "/dev/null"
    out = [f"--- {before}\n", f"+++ b/{name}{tail}\n"]
    hunks = difflib.unified_diff(_lines(old), _lines(new), n=3)
    for line in list(hunks)[2:]:
        out.append(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n")
    return "".join(out)


def _lines(text: str) -> list[str]:
    """Lines with their ends; ``\\n`` alone ends one, as for patch."""
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
