"""What lines may say by their look, worked out once for all lines that differ in nothing but their digits.

Most lines of a large log look like lines before them, and most looks can say nothing that is known. So the words of new
looks are searched for gates (runs of letters that patterns wait for), and every other line costs a look-up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from troubleshooter.evidence.steps import structural
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.pattern import letters
from troubleshooter.text import normal, zeroed

SUSPICIOUS = (
    "error", "fail", "cannot", "can't", "could not", "not found", "denied", "undefined", "no such", "fatal", "panic", "unable", "invalid",
    "refused", "missing", "unexpected", "mismatch", "unsupported", "エラー", "失敗", "見つかりません", "できません",
)  # fmt: skip
"""What a line that tells of trouble contains, in lower case."""
KEPT, EACH = 20 << 20, 200
"""About so many bytes of looks are remembered; what one takes besides the characters of its line."""
WORDS = 100_000
"""Words of which it is remembered which gates they contain."""
_BATCH = 2_000
_DOUBT = ("", 0)
"""Waits, among the patterns, for SUSPICIOUS words."""
_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_LETTERS = re.compile(r"[^\W\d_]+")
_NO_DIGIT = re.compile(r"\{\d+,?\d*\}|0-9|\(\?P<\w+>")
"""Digits of a regular expression that stand for no digit of a line, or for any."""

Waiting = tuple[str, int]
"""A pattern that may match: its signal and its number there."""
_Entry = tuple[str, int, tuple[str, ...]]


class Look(NamedTuple):
    """What a line of this look may be: a match of patterns, a part of the structure, a sign of trouble."""

    waiting: tuple[Waiting, ...] = ()
    structural: bool = False
    doubtful: bool = False


PLAIN = Look()


class Looks(dict[bytes, Look]):
    """The looks that were met lately, by what their lines have in common."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._gates, self._patterns = _Gates(knowledge), knowledge.patterns
        self._size = 0
        self._minding: dict[Waiting, bool] = {}
        self._numbers: dict[Waiting, list[str]] = {}

    def of(self, lines: Sequence[str]) -> list[bytes]:
        """The key of the look of each line; they are all here until the next call."""
        keys = _keys(lines)
        if self._size > KEPT:
            self.clear()
            self._size = 0
        fresh = {key: at for at, key in enumerate(keys) if key not in self}
        self._size += sum(map(len, fresh)) + EACH * len(fresh)
        names = list(fresh)
        for begin in range(0, len(names), _BATCH):
            batch = names[begin : begin + _BATCH]
            self.update(zip(batch, self._gates.looks([lines[fresh[key]] for key in batch]), strict=True))
        return keys

    def waiting(self, key: bytes, line: str) -> Sequence[Waiting]:
        """What may match this very line: patterns that wait for its look and whose digits, if they ask for any, stand in it."""
        waiting = self[key].waiting
        if not line.isascii():  # digits of other scripts become plain ones
            return waiting
        return [one for one in waiting if all(map(line.__contains__, self._numbers_of(one)))]

    def _numbers_of(self, one: Waiting) -> list[str]:
        if one not in self._numbers:
            self._numbers[one] = re.findall(r"\d+", " ".join(self._patterns[one[0]][one[1]].pieces))
        return self._numbers[one]

    def failed(self, key: bytes, tried: Sequence[Waiting]) -> None:
        """``tried`` did not match a line of this look: what asks for no certain digit need not be tried again."""
        self._drop(key, [one for one in tried if not self._minds_digits(one)], self[key].doubtful)

    def flooded(self, key: bytes, gone: Sequence[Waiting], known: bool) -> None:
        """``gone`` were seen often enough; ``known`` says that a failure is among them, so that there is no doubt any more."""
        self._drop(key, gone, self[key].doubtful and not known)

    def _drop(self, key: bytes, gone: Sequence[Waiting], doubtful: bool) -> None:
        if gone:
            look = self[key]
            waiting = tuple(one for one in look.waiting if one not in gone)
            self[key] = Look(waiting, look.structural, doubtful) if waiting or look.structural or doubtful else PLAIN

    def _minds_digits(self, one: Waiting) -> bool:
        if one not in self._minding:
            pattern = self._patterns[one[0]][one[1]]
            self._minding[one] = bool(re.search(r"\d", _NO_DIGIT.sub("", pattern.regex) + "".join(pattern.pieces)))
        return self._minding[one]


def _keys(lines: Sequence[str]) -> list[bytes]:
    raw = "\n".join(lines).encode("utf-8", "surrogatepass")
    keys = raw.translate(_DIGITS).split(b"\n")
    if b"\\u00" in raw:  # an escape says with its digits which character it is
        keys = [line.encode("utf-8", "surrogatepass") if b"\\u00" in key else key for key, line in zip(keys, lines, strict=True)]
    return keys


def _plain(lines: Sequence[str]) -> list[str]:
    """The lines in the form that literals are compared in."""
    text = "\n".join(lines)
    if text.isascii() and "\\" not in text:  # no line can become several ones
        return zeroed(normal(text).lower()).split("\n")
    return [zeroed(normal(line).lower()) for line in lines]


class _Gates:
    """Which patterns wait for a word; what waits for a gate is taken down only where a word contains it."""

    def __init__(self, knowledge: Knowledge) -> None:
        doubts: dict[str, list[_Entry]] = {}
        for words in SUSPICIOUS:
            doubts.setdefault(letters([words]), []).append((*_DOUBT, (words,)))
        self._shelf, self._doubts = knowledge.gates, doubts
        self._gates = [gate for gate in {**dict.fromkeys(knowledge.gates), **doubts} if gate]
        self._open: dict[str, tuple[_Entry, ...]] = {}
        self._met: set[str] = set()
        self._telling: dict[str, list[str]] = {}
        """Words that contain gates, each with its gates."""

    def looks(self, lines: Sequence[str]) -> list[Look]:
        plain = _plain(lines)
        words = [_LETTERS.findall(line) for line in plain]
        self._learn({word for found in words for word in found})
        text = "\n".join(plain)
        wordless = [entry for entry in self._waiting("") if max(entry[2][0].split(), key=len) in text]
        parts = structural(lines)
        return [self._look(line, found, wordless, at in parts) for at, (line, found) in enumerate(zip(plain, words, strict=True))]

    def _look(self, line: str, words: Iterable[str], wordless: Sequence[_Entry], part: bool) -> Look:
        gates = {gate for word in words if word in self._telling for gate in self._telling[word]}
        waiting: set[Waiting] = set()
        if gates or wordless:
            line = f" {' '.join(line.split())} "
            waiting = {(signal, number) for entries in (wordless, *map(self._waiting, gates)) for signal, number, needed in entries
                       if needed[0] in line and all(map(line.__contains__, needed))}  # fmt: skip
        doubtful = _DOUBT in waiting
        waiting.discard(_DOUBT)
        return Look(tuple(sorted(waiting)), part, doubtful) if waiting or part or doubtful else PLAIN

    def _waiting(self, gate: str) -> tuple[_Entry, ...]:
        if gate not in self._open:
            self._open[gate] = (*self._shelf.get(gate, ()), *self._doubts.get(gate, ()))
        return self._open[gate]

    def _learn(self, words: set[str]) -> None:
        """Finds the gates that new words contain."""
        if len(self._met) > WORDS:
            self._met.clear()
            self._telling.clear()
        fresh = words - self._met
        self._met |= fresh
        text = "\n".join(fresh)
        for gate in self._gates:
            at = text.find(gate)
            while at >= 0:
                end = text.find("\n", at)
                end = end if end >= 0 else len(text)
                self._telling.setdefault(text[text.rfind("\n", 0, at) + 1 : end], []).append(gate)
                at = text.find(gate, end)
