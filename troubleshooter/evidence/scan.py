"""How a line of a log becomes a hit: by its look it is known what it may say, and only that is tried."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field, replace
from itertools import groupby
from typing import BinaryIO

from troubleshooter.evidence.lines import MAX_LINE, Block, blocks, clean, pieces, shown
from troubleshooter.evidence.looks import PLAIN, Looks
from troubleshooter.evidence.steps import Step, Tracker, event, prefixes
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
REJOINED, REJOINED_LINES = 1 << 20, 20_000
"""Characters and lines up to which a log is looked at once more with its hard-wrapped lines joined."""


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


class _Found:
    """Hits as the scan goes on: of each signal the first and the last ones, and how many there were."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.counts: dict[str, int] = {}
        self.enough: set[str] = set()
        """Signals that were seen so often that further lines tell nothing new."""
        self._knowledge = knowledge
        self._first: list[_Raw] = []
        self._last: dict[str, deque[_Raw]] = {}
        self._doubts: list[tuple[int, str]] = []
        self._last_doubts: deque[tuple[int, str]] = deque(maxlen=MAX_SUSPICIOUS // 2)

    def add(self, raw: _Raw) -> None:
        count = self.counts[raw.signal] = self.counts.get(raw.signal, 0) + 1
        if count <= MAX_HITS // 2:
            self._first.append(raw)
        else:
            self._last.setdefault(raw.signal, deque(maxlen=MAX_HITS // 2)).append(raw)
        if count >= MAX_COUNT or (count >= MAX_NOISE and self._knowledge.signals[raw.signal].noise):
            self.enough.add(raw.signal)

    def doubt(self, lines: Sequence[tuple[int, str]]) -> None:
        """Takes down the first and the last suspicious lines."""
        room = MAX_SUSPICIOUS // 2 - len(self._doubts)
        self._doubts += [(number, shown(line)) for number, line in lines[:room]]
        self._last_doubts += [(number, shown(line)) for number, line in lines[room:][-MAX_SUSPICIOUS // 2 :]]

    @property
    def suspicious(self) -> list[tuple[int, str]]:
        return [*self._doubts, *self._last_doubts]

    @property
    def hits(self) -> list[_Raw]:
        every = [*self._first, *(r for found in self._last.values() for r in found)]
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
    log = scan([Block(clean(text), 1)], knowledge)
    log.bytes = len(text.encode("utf-8", "replace"))
    return log


def scan(parts: Iterable[Block], knowledge: Knowledge) -> Log:
    """The one pass over the log."""
    reader = _Reader(knowledge)
    lines, head = 0, ""
    for block in parts:
        lines = block.first + block.text.count("\n") - (1 if block.text.endswith("\n") else 0)
        reader.read(block)
        head += block.text if len(head) <= REJOINED else ""
    if lines <= REJOINED_LINES and len(head) <= REJOINED:
        for number, line in _rejoined(head):
            reader.read_again(line, number)
    found, tracker = reader.found, reader.tracker
    hits = _placed(_refined(_with_blocks(found.hits, knowledge), knowledge), tracker)
    telling = {h.line for h in hits if not knowledge.signals[h.signal].noise}
    suspicious = tuple((number, line) for number, line in found.suspicious if number not in telling)
    return Log(tuple(hits), found.counts, tuple(tracker.steps.values()), suspicious, lines)


class _Reader:
    """Reads a log block by block: follows its structure, and tries the patterns that may match a line."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._looks = Looks(knowledge)
        self._speaker = ("", "")
        """The service and the step that the long line belongs to that is being read."""
        self.tracker, self.found = Tracker(), _Found(knowledge)

    def read(self, block: Block) -> None:
        lines, number = block.text.split("\n"), block.first
        if block.part:
            self._read_long(lines.pop(0), number, block.part)
            number += 1
        for long, group in groupby(lines, lambda line: len(line) > MAX_LINE):
            some = list(group)
            if long:
                for at, line in enumerate(some, number):
                    self._read_long(line, at, 0)
            else:
                self.found.doubt(self._read_lines(some, number))
            number += len(some)

    def read_again(self, line: str, number: int) -> None:
        """Tries the patterns on a line that is put together from others."""
        (key,) = self._looks.of([line])
        self._try(key, line, number, 0)

    def _read_long(self, line: str, number: int, part: int) -> None:
        """A long line, or what follows of one of which ``part`` pieces were read."""
        if not part:
            self._speaker = prefixes(line[:MAX_LINE])[1:]
        doubtful = [doubt for at, piece in enumerate(pieces(line), part) for doubt in self._read_lines([piece], number, at)]
        self.found.doubt(doubtful[:1])

    def _read_lines(self, lines: Sequence[str], first: int, part: int = 0) -> list[tuple[int, str]]:
        """Reads lines, or one piece of a line; returns those that tell of trouble which nothing knows."""
        looks, doubtful = self._looks, []
        keys = looks.of(lines)
        for at in [at for at, key in enumerate(keys) if looks[key] is not PLAIN]:
            key, line, number = keys[at], lines[at], first + at
            if looks[key].structural and not part and (said := event(line)):
                self.tracker.feed(number, said)
            known = looks[key].waiting and self._try(key, line, number, part)
            if looks[key].doubtful and not known:
                doubtful.append((number, line))
        return doubtful

    def _try(self, key: bytes, line: str, number: int, part: int) -> bool:
        """Tries what waits for a line of this look; tells whether the line is known for a failure now."""
        enough, signals = self.found.enough, self._knowledge.signals
        if gone := [one for one in self._looks[key].waiting if one[0] in enough]:
            self._looks.flooded(key, gone, any(not signals[signal].noise for signal, _ in gone))
        candidates = self._looks.waiting(key, line)
        if not candidates:
            return False
        message, service, prefix_step = (line, *self._speaker) if part else prefixes(line)
        plain = normal(message)
        low = plain.lower()
        known, failed = False, []
        for signal, pattern in candidates:
            holes = match(self._knowledge.patterns[signal][pattern], plain, low)
            if holes is None:
                failed.append((signal, pattern))
                continue
            known = known or not signals[signal].noise
            testing = self.tracker.testing or "_test.go:" in line or '"Action":"output"' in line
            step = self.tracker.step_of(prefix_step)
            self.found.add(_Raw(signal, pattern, number, shown(line), holes, service, step, testing, part))
        if not part:  # a piece may look like a line, but its beginning was not taken for a prefix
            self._looks.failed(key, failed)
        return known


def _rejoined(text: str) -> Iterator[tuple[int, str]]:
    """Lines that a terminal wrapped at a fixed width, joined again: (number of the first one, whole line)."""
    lines = text.split("\n")
    width = max(map(len, lines), default=0)
    if not 60 <= width <= 400 or sum(len(line) == width for line in lines) < 2:
        return
    joined, start = "", 0
    for number, line in enumerate(lines, 1):
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
