"""The lines of a log that tell most about its failure: rare, like an error, and not known yet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

from troubleshooter.authoring.generalise import message
from troubleshooter.evidence.lines import shown
from troubleshooter.evidence.scan import SUSPICIOUS, Log
from troubleshooter.evidence.steps import Tracker
from troubleshooter.frozen import dataclass
from troubleshooter.kb.knowledge import Knowledge

_WORD = re.compile(r"[^\W\d_]{3,}")
_LOUD = re.compile(r"\b(?:error|fatal|panic|failed|refus\w+|denied|cannot|unable|invalid|expired|forbidden)\b|エラー|失敗", re.IGNORECASE)
_EMPTY = re.compile(
    r"exit (?:code|status):? ?\d+|did not complete successfully|non-zero code|\*\*\* \[.*\] error|failed to solve"
    r"|ld returned \d+ exit status|sending build context|building with",
    re.IGNORECASE,
)
"""Says that something failed, and not what."""


@dataclass(frozen=True)
class Telling:
    """One line of the log, how much it tells, and the signals that know it already."""

    number: int
    text: str
    score: float
    known: tuple[str, ...] = ()


def telling(text: str, log: Log, knowledge: Knowledge, limit: int = 12) -> list[Telling]:
    """The most telling lines of a log, best first. ``text`` is what ``log`` was read from."""
    lines = text.split("\n")
    known: dict[int, list[str]] = {}
    quiet: set[int] = set()
    for hit in log.hits:
        if knowledge.signals[hit.signal].noise:
            quiet.add(hit.line)
        else:
            known.setdefault(hit.line, []).append(hit.signal)
    structure = {number for number, _ in Tracker().events(text, 1)}
    places = _places(log, len(lines))
    shapes = Counter(_shape(line) for line in lines)
    common = frozenset(word for gate in knowledge.gates for _, _, words in knowledge.gates[gate] for word in words)
    found = []
    for number, line in enumerate(lines, 1):
        if not _WORD.search(line):
            continue
        score = _score(line, shapes[_shape(line)], common) + 2.0 * number / len(lines) + places.get(number, 0.0)
        score -= 5 * (number in known) + 0.5 * (number in quiet) + 2.5 * (number in structure)
        # what stands right before "it failed" says why
        score += 2.5 * (number < len(lines) and bool(_EMPTY.search(lines[number])) and not _EMPTY.search(line))
        found.append(Telling(number, shown(line), score, tuple(dict.fromkeys(known.get(number, ())))))
    best: dict[str, Telling] = {}
    for one in sorted(found, key=lambda t: (-t.score, t.number)):
        best.setdefault(_shape(one.text), one)
    return list(best.values())[:limit]


def _score(line: str, repeated: int, common: Collection[str]) -> float:
    said = message(line)
    words = [w.lower() for w in _WORD.findall(said)]
    lowered = said.lower()
    score = 3.0 * any(word in lowered for word in SUSPICIOUS) + 1.5 * bool(_LOUD.search(said)) - 4.0 * bool(_EMPTY.search(said))
    if words:
        score += 2.0 * sum(w not in common for w in words) / len(words)
    score += 1.0 if 5 <= len(words) <= 30 else -1.0
    return score + (1.0 if repeated == 1 else -0.5 * min(repeated, 6))


def _shape(line: str) -> str:
    return re.sub(r"\W*\d[\w.:-]*", " 0", message(line)).strip()


def _places(log: Log, count: int) -> dict[int, float]:
    """What the place of a line adds: much in a step that failed, less than nothing in one that passed."""
    starts = sorted((step.line, step.status) for step in log.steps if step.line)
    found: dict[int, float] = {}
    for (first, status), (after, _) in zip(starts, [*starts[1:], (count + 1, "")], strict=False):
        for number in range(first, after):
            found[number] = {"failed": 2.0, "passed": -2.0}.get(status, 0.0)
    return found
