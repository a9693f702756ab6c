"""How a line of a log becomes a hit: gate words are found in whole blocks, patterns only tried where one stands."""

from __future__ import annotations

import itertools
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from typing import BinaryIO

from troubleshooter.evidence.lines import MAX_LINE, Block, blocks, shown
from troubleshooter.evidence.steps import Step, Tracker, prefixes
from troubleshooter.frozen import dataclass
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.pattern import match
from troubleshooter.model import Hit
from troubleshooter.text import normal

MAX_HITS = 300
"""Hits kept of one signal; more of the same tell nothing new (their number is still counted)."""
MAX_COUNT = 20_000
"""Hits counted of one signal; what is seen so often is not looked for any more."""
MAX_NOISE = 2_000
"""The same for signals that are no failure in themselves."""
MAX_SUSPICIOUS = 200
MAX_REJOINED = 20_000
"""Lines up to which a log is looked at once more with its hard-wrapped lines joined."""
SUSPICIOUS = (
    "error", "fail", "cannot", "can't", "could not", "not found", "denied", "undefined", "no such", "fatal", "panic", "unable", "invalid",
    "refused", "missing", "unexpected", "mismatch", "unsupported", "エラー", "失敗", "見つかりません", "できません",
)  # fmt: skip
"""What a line that tells of trouble contains, in lower case."""


@dataclass
class Log:
    """What was read of a log. ``counts`` are the hits of each signal, also beyond those that were kept."""

    hits: tuple[Hit, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    suspicious: tuple[tuple[int, str], ...] = ()
    lines: int = 0
    bytes: int = 0


@dataclass
class _Raw:
    signal: str
    pattern: int
    line: int
    text: str
    holes: dict[str, str]
    service: str
    step: Step | None
    testing: bool
    part: int


@dataclass
class _Gathered:
    """Hits as the scan goes on: of each signal the first and the last ones, and how many there were."""

    first: list[_Raw] = field(default_factory=list)
    last: dict[str, deque[_Raw]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    suspicious: list[tuple[int, str]] = field(default_factory=list)

    def add(self, raw: _Raw) -> None:
        count = self.counts[raw.signal] = self.counts.get(raw.signal, 0) + 1
        if count <= MAX_HITS // 2:
            self.first.append(raw)
        else:
            self.last.setdefault(raw.signal, deque(maxlen=MAX_HITS // 2)).append(raw)

    def doubt(self, number: int, line: str) -> None:
        self.suspicious.append((number, shown(line)))
        if len(self.suspicious) > 2 * MAX_SUSPICIOUS:
            del self.suspicious[MAX_SUSPICIOUS // 2 : -MAX_SUSPICIOUS // 2]

    @property
    def hits(self) -> list[_Raw]:
        every = [*self.first, *(r for found in self.last.values() for r in found)]
        return sorted(every, key=lambda r: (r.line, r.part, r.signal, r.pattern))


class _Counting:
    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self.bytes = stream, 0

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self.bytes += len(data)
        return data


def read_log(stream: BinaryIO, knowledge: Knowledge, name: str = "standard input") -> Log:
    """Hits, steps and telling lines of the log in ``stream``. Raises InputError as :func:`lines.blocks` does."""
    counting = _Counting(stream)
    log = scan(blocks(counting, name), knowledge)  # type: ignore[arg-type]
    log.bytes = counting.bytes
    return log


def scan_text(text: str, knowledge: Knowledge) -> Log:
    """The same for text that is already at hand (a pasted line, an example of the knowledge base)."""
    from troubleshooter.evidence.lines import clean

    log = scan([Block(clean(text), 1)], knowledge)
    log.bytes = len(text.encode("utf-8", "replace"))
    return log


def scan(parts: Iterable[Block], knowledge: Knowledge) -> Log:
    """The one pass over the log."""
    tracker, gathered = Tracker(), _Gathered()
    lines = 0
    for block in parts:
        lines = block.first + block.text.count("\n") - (1 if block.text.endswith("\n") else 0)
        _scan_block(block, knowledge, tracker, gathered)
    hits = _placed(_refined(_with_blocks(gathered.hits, knowledge), knowledge), tracker)
    telling = {h.line for h in hits if not knowledge.signals[h.signal].noise}
    half = MAX_SUSPICIOUS // 2
    suspicious = gathered.suspicious
    if len(suspicious) > MAX_SUSPICIOUS:
        suspicious = suspicious[:half] + suspicious[-half:]
    return Log(tuple(hits), gathered.counts, tuple(tracker.steps.values()), tuple(s for s in suspicious if s[0] not in telling), lines)


def _scan_block(block: Block, knowledge: Knowledge, tracker: Tracker, gathered: _Gathered) -> None:
    text = block.text
    wide = text if text.isascii() else normal_block(text)
    lowered = wide.lower()
    if len(lowered) != len(text):
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in wide)
    wanted = _wanted(lowered, knowledge, gathered.counts)
    doubtful = {start for word in SUSPICIOUS for start in itertools.islice(_lines_with(word, lowered), MAX_SUSPICIOUS)}
    events = tracker.events(text, block.first)
    following = 0
    number, last = block.first, 0
    for start in sorted({*wanted, *doubtful}):
        number += text.count("\n", last, start)
        last = start
        while following < len(events) and events[following][0] <= number:
            tracker.feed(*events[following])
            following += 1
        end = text.find("\n", start)
        end = end if end >= 0 else len(text)
        candidates = _candidates(lowered[start:end], wanted.get(start, ()), knowledge, gathered.counts)
        seen = _scan_line(text[start:end], number, candidates, knowledge, tracker, gathered) if candidates else set()
        if start in doubtful and all(knowledge.signals[signal].noise for signal in seen):
            gathered.doubt(number, text[start:end])
    for event in events[following:]:
        tracker.feed(*event)
    if block.first == 1 and text.count("\n") < MAX_REJOINED:
        for number, line in _rejoined(text, block.first):
            low = normal_block(line).lower()
            candidates = _candidates(low, {g for g in knowledge.gates if g in low}, knowledge, gathered.counts)
            if candidates:
                _scan_line(line, number, candidates, knowledge, tracker, gathered)


def _wanted(lowered: str, knowledge: Knowledge, counts: Mapping[str, int]) -> dict[int, set[str]]:
    """Where the lines begin that hold a gate word, each with its gates."""
    wanted: dict[int, set[str]] = {}
    vocabulary = "\n".join(set(lowered.split()))
    for gate in knowledge.gates:  # what waits for a gate is taken down only where its word stands in the log
        there = max(gate.split(), key=len) in vocabulary
        if there and not all(_enough(signal, knowledge, counts) for signal, _, _ in knowledge.gates[gate]):
            for start in _lines_with(gate, lowered):
                wanted.setdefault(start, set()).add(gate)
    return wanted


def _enough(signal: str, knowledge: Knowledge, counts: Mapping[str, int]) -> bool:
    """Whether a signal was seen so often that further lines tell nothing new."""
    count = counts.get(signal, 0)
    return count >= MAX_COUNT or (count >= MAX_NOISE and knowledge.signals[signal].noise)


def _lines_with(word: str, text: str) -> Iterator[int]:
    """Where the lines of ``text`` begin that contain ``word``."""
    at = text.find(word)
    while at >= 0:
        yield text.rfind("\n", 0, at) + 1
        end = text.find("\n", at)
        if end < 0:
            return
        at = text.find(word, end)


def normal_block(text: str) -> str:
    """Full-width letters made narrow, length and line ends kept."""
    return text.translate(_NARROW)


_NARROW = {c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}


def _candidates(low: str, gates: Iterable[str], knowledge: Knowledge, counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Patterns all of whose words stand in the line (in lower case)."""
    return sorted((signal, position) for gate in gates for signal, position, words in knowledge.gates[gate]
                  if all(word in low for word in words) and not _enough(signal, knowledge, counts))  # fmt: skip


def _scan_line(line: str, number: int, candidates: list[tuple[str, int]], knowledge: Knowledge, tracker: Tracker,
               gathered: _Gathered) -> set[str]:  # fmt: skip
    """Tries the candidates on one line; returns the signals that matched."""
    message, service, prefix_step = prefixes(line)
    step = tracker.step_of(prefix_step)
    testing = tracker.testing or "_test.go:" in line or '"Action":"output"' in line
    seen: set[str] = set()
    for part, piece in enumerate(_pieces(message)):
        plain = normal(piece)
        low = plain.lower()
        for signal, position in candidates:
            holes = match(knowledge.patterns[signal][position], plain, low)
            if holes is not None:
                seen.add(signal)
                gathered.add(_Raw(signal, position, number, shown(_around(line, piece)), holes, service, step, testing, part))
    return seen


def _pieces(message: str) -> Iterator[str]:
    if len(message) <= MAX_LINE:
        yield message
    else:
        for at in range(0, len(message), MAX_LINE - 2000):
            yield message[at : at + MAX_LINE]


def _around(line: str, piece: str) -> str:
    return line if len(line) <= MAX_LINE else piece


def _rejoined(text: str, first: int) -> Iterator[tuple[int, str]]:
    """Lines that a terminal wrapped at a fixed width, joined again: (number of the first one, whole line)."""
    lines = text.split("\n")
    width = max(map(len, lines), default=0)
    if not 60 <= width <= 400 or sum(len(line) == width for line in lines) < 2:
        return
    joined, start = "", 0
    for number, line in enumerate(lines, first):
        if not joined:
            start = number
        joined += line
        if len(line) < width:
            if len(joined) > width:
                yield start, joined
            joined = ""


def _with_blocks(raw: list[_Raw], knowledge: Knowledge) -> list[_Raw]:
    """Single-line hits, and one hit for each complete group of a signal that spans several lines."""
    result: list[_Raw] = []
    parts: dict[str, list[_Raw]] = {}
    for r in raw:
        if r.pattern < len(knowledge.patterns[r.signal]) and r.signal not in parts:
            signal = knowledge.signals[r.signal]
            if r.pattern < len(signal.patterns):
                result.append(r)
                continue
        parts.setdefault(r.signal, []).append(r)
    for name, found in parts.items():
        signal = knowledge.signals[name]
        result += [r for r in found if r.pattern < len(signal.patterns)]
        offset = len(signal.patterns)
        for block in signal.blocks:
            positions = range(offset, offset + len(block))
            offset += len(block)
            for head in (r for r in found if r.pattern == positions[0]):
                chain = _chain(head, found, positions, signal.within)
                if chain is not None:
                    result.append(chain)
    return sorted(result, key=lambda r: (r.line, r.part, r.signal, r.pattern))


def _chain(head: _Raw, found: list[_Raw], positions: range, within: int) -> _Raw | None:
    holes, line = dict(head.holes), head.line
    for position in positions[1:]:
        following = next((r for r in found if r.pattern == position and line < r.line <= head.line + within), None)
        if following is None:
            return None
        holes.update(following.holes)
        line = following.line
    return replace(head, holes=holes)


def _refined(raw: list[_Raw], knowledge: Knowledge) -> list[_Raw]:
    """Without the general signal on a line where a more specific one matches, and without repetitions."""
    names: dict[tuple[int, int], set[str]] = {}
    for r in raw:
        names.setdefault((r.line, r.part), set()).add(r.signal)
    result, seen = [], set()
    for r in raw:
        here = names[r.line, r.part]
        key = (r.signal, r.line, tuple(sorted(r.holes.items())))
        if key in seen or any(_refines(other, r.signal, knowledge) for other in here if other != r.signal):
            continue
        seen.add(key)
        result.append(r)
    return result


def _refines(special: str, general: str, knowledge: Knowledge) -> bool:
    todo, seen = [special], {special}
    while todo:
        for name in knowledge.refines.get(todo.pop(), ()):
            if name == general:
                return True
            if name not in seen:
                seen.add(name)
                todo.append(name)
    return False


def _placed(raw: list[_Raw], tracker: Tracker) -> list[Hit]:
    """Hits with the place that the structure gives them, once it is known how every step ended."""
    tried = Counter(command for _, command in tracker.attempts)
    repeated = [number for number, command in tracker.attempts if tried[command] > 1]
    again = bool(repeated) and any(r.line > repeated[-1] for r in raw)
    hits = []
    for r in raw:
        status = r.step.status if r.step else ""
        if r.testing:
            place = "test"
        elif status:
            place = {"failed": "failing", "passed": "passed"}[status]
        else:
            place = "earlier" if again and r.line < repeated[-1] else "open"
        hits.append(Hit(r.signal, r.line, r.text, r.holes, place, r.service, r.step.text if r.step else ""))
    return hits
