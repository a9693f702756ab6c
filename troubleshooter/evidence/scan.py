"""How a line of a log becomes a hit: gate words are found in whole blocks, patterns only tried where one stands."""

from __future__ import annotations

import itertools
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
    last_line: int = 0


@dataclass
class _Raw:
    signal: str
    pattern: int
    line: int
    text: str
    holes: dict[str, str]
    service: str
    step: str
    testing: bool
    part: int


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
    tracker = Tracker()
    raw: list[_Raw] = []
    counts: dict[str, int] = {}
    suspicious: list[tuple[int, str]] = []
    lines = 0
    for block in parts:
        lines = block.first + block.text.count("\n") - (1 if block.text.endswith("\n") else 0)
        _scan_block(block, knowledge, tracker, raw, counts, suspicious)
    hits = _placed(_refined(_with_blocks(raw, knowledge), knowledge), tracker)
    half = MAX_SUSPICIOUS // 2
    if len(suspicious) > MAX_SUSPICIOUS:
        suspicious = suspicious[:half] + suspicious[-half:]
    hit_lines = {h.line for h in hits if not knowledge.signals[h.signal].noise}
    return Log(tuple(hits), counts, tuple(tracker.steps.values()), tuple(s for s in suspicious if s[0] not in hit_lines), lines)


def _scan_block(block: Block, knowledge: Knowledge, tracker: Tracker, raw: list[_Raw], counts: dict[str, int],
                suspicious: list[tuple[int, str]]) -> None:  # fmt: skip
    text = block.text
    wide = text if text.isascii() else normal_block(text)
    lowered = wide.lower()
    if len(lowered) != len(text):
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in wide)
    wanted: dict[int, set[str]] = {}
    vocabulary = "\n".join(set(lowered.split()))
    for gate in knowledge.gates:
        if max(gate.split(), key=len) not in vocabulary:
            continue
        for start in _lines_with(gate, lowered):
            wanted.setdefault(start, set()).add(gate)
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
        line = text[start : end if end >= 0 else len(text)]
        before = len(raw)
        if start in wanted:
            low = lowered[start : end if end >= 0 else len(text)]
            candidates = _candidates(low, wanted[start], knowledge, counts)
            if candidates:
                _scan_line(line, number, candidates, knowledge, tracker, raw, counts)
        if start in doubtful and all(knowledge.signals[r.signal].noise for r in raw[before:]):
            suspicious.append((number, shown(line)))
            if len(suspicious) > 2 * MAX_SUSPICIOUS:
                del suspicious[MAX_SUSPICIOUS // 2 : -MAX_SUSPICIOUS // 2]
    for event in events[following:]:
        tracker.feed(*event)
    if block.first == 1 and text.count("\n") < MAX_REJOINED:
        for number, line in _rejoined(text, block.first):
            low = normal_block(line).lower()
            candidates = _candidates(low, {g for g in knowledge.gates if g in low}, knowledge, counts)
            if candidates:
                _scan_line(line, number, candidates, knowledge, tracker, raw, counts)


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


def _candidates(low: str, gates: set[str], knowledge: Knowledge, counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Patterns all of whose words stand in the line (in lower case); a signal seen very often needs no further line."""
    return sorted((signal, position) for gate in gates for signal, position, words in knowledge.gates[gate]
                  if counts.get(signal, 0) < MAX_COUNT and all(word in low for word in words))  # fmt: skip


def _scan_line(line: str, number: int, candidates: list[tuple[str, int]], knowledge: Knowledge, tracker: Tracker, raw: list[_Raw],
               counts: dict[str, int]) -> None:  # fmt: skip
    message, service, prefix_step = prefixes(line)
    step = tracker.step_of(prefix_step)
    testing = tracker.testing or "_test.go:" in line or '"Action":"output"' in line
    for part, piece in enumerate(_pieces(message)):
        plain = normal(piece)
        low = plain.lower()
        for signal, position in candidates:
            holes = match(knowledge.patterns[signal][position], plain, low)
            if holes is None:
                continue
            counts[signal] = counts.get(signal, 0) + 1
            if counts[signal] <= MAX_HITS:
                raw.append(_Raw(signal, position, number, shown(_around(line, piece)), holes, service, step, testing, part))


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
    repeated = [(n, c) for n, c in tracker.attempts if sum(c == other for _, other in tracker.attempts) > 1]
    last = max((n for n, _ in repeated), default=0)
    tried_again = any(r.line > last for r in raw) and bool(last)
    hits = []
    for r in raw:
        status = tracker.steps[r.step].status if r.step in tracker.steps else ""
        if r.testing:
            place = "test"
        elif status:
            place = {"failed": "failing", "passed": "passed"}[status]
        elif tried_again and r.line < repeated[0][0] + 10_000 and any(r.line < n for n, _ in repeated[1:]):
            place = "earlier"
        else:
            place = "open"
        step = tracker.steps[r.step].text if r.step in tracker.steps else ""
        hits.append(Hit(r.signal, r.line, r.text, r.holes, place, r.service, step))
    return hits
