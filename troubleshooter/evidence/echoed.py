"""The Dockerfile that a build log echoes: its steps, in the order of their stages, as Dockerfile text."""

from __future__ import annotations

from collections.abc import Sequence

from troubleshooter.evidence.steps import Step


def reconstructed(steps: Sequence[Step]) -> tuple[str, list[int]]:
    """Dockerfile text of ``steps``, and for each of its lines the line of the log that echoed it.

    BuildKit runs stages side by side, so its steps are sorted by stage; the classic builder's are in order already.
    """
    stages: dict[str, list[Step]] = {}
    current = ""
    for number, step in enumerate(steps):
        if step.stage:
            current = step.stage
        elif step.keyword == "FROM":
            current = f"#{number}"
        stages.setdefault(current, []).append(step)
    names = {s for s in stages if s and not s.startswith("#")}
    text, lines = [], []
    for name, members in sorted(stages.items(), key=lambda item: _order(item[0], list(stages), names)):
        for step in sorted([*_empty_base(members), *members], key=lambda s: s.keyword != "FROM"):
            line = step.text
            if step.keyword == "FROM" and name in names and " as " not in line.lower():
                line += f" AS {name}"
            text.append(line)
            lines.append(step.line)
    return "\n".join(text) + "\n", lines


def _empty_base(members: Sequence[Step]) -> list[Step]:
    """BuildKit prints nothing for ``FROM scratch``: such a stage begins with another instruction as its step 1."""
    first = min(members, key=lambda s: s.number or 99)
    if any(s.keyword == "FROM" for s in members) or first.number != 1:
        return []
    return [Step("FROM scratch", first.stage, first.line)]


def _order(name: str, seen: list[str], named: set[str]) -> tuple[int, int]:
    """``stage-N`` is the N-th stage by BuildKit's own count and, in a Go build, the one that the named ones serve."""
    if name.startswith("stage-") and name[6:].isdigit():
        return 1, int(name[6:])
    return 0, seen.index(name)
