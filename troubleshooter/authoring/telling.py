"""The lines of a log that tell most about its failure: rare, like an error, rich in detail, and not known yet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from troubleshooter.authoring.generalise import details
from troubleshooter.authoring.message import level, message
from troubleshooter.evidence.lines import shown
from troubleshooter.evidence.looks import SUSPICIOUS
from troubleshooter.evidence.scan import Log
from troubleshooter.evidence.steps import structural
from troubleshooter.frozen import dataclass
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.pattern import match
from troubleshooter.model import Hit
from troubleshooter.text import normal

_WORD = re.compile(r"[^\W\d_]{3,}")
_LOUD = re.compile(
    r"\b(?:"
    r"error|fatal|panic|fail\w*|refus\w+|reject\w*|denie[sd]|cannot|can't|could not|unable|does(?: not|n't)"
    r"|invalid|illegal|unknown|unsupported|missing|lacks?|without|needs?|must|has no|no (?:such|matching|longer)"
    r"|not (?:found|allowed|permitted|match\w*|support\w*|signed|known)|expired|revoked|frozen|drained|forbidden|violat\w+|block(?:ed|s)"
    r"|exceed\w*|mismatch\w*|kill(?:ed|s)"
    r"|already|past its|newer than|older than"
    r")\b|エラー|失敗|拒否|不正|禁止|期限|必要です|切れ|ていません|(?:でき|られ|め|け|せ|え)ません",
    re.IGNORECASE,
)
_EMPTY = re.compile(
    r"exit(?:ed)?(?: with)?(?: (?:code|status))?:? ?'?\d+|status(?: code)? \d+|failed with (?:result|status)|non-zero code|did not complete"
    r"|\*\*\* \[.*\] (?:error|エラー)|failed to solve|ld returned \d+ exit status|sending build context|building with"
    r"|(?:build|command|job|plugin|stage)s? (?:aborted|failed|was aborted)|(?:stopped|aborted) after|^(?:[\w-]+ ){1,4}failed\.?$"
    r"|giving up|cannot continue|refusing to (?:write|continue|proceed|start)|nothing generated"
    r"|error during command execution|^finished: |^exit$|終了コード|^(?:[\w.-]+: )?\d+ [\w ]{3,30}$|^(?:[\w.-]+: )?\d+ \w+ of .* failed",
    re.IGNORECASE,
)
"""Says that something failed, and not what."""
_ADVICE = re.compile(
    r"^(?:learn more|see |for more|to debug|check |please |hint|note:|try |details:|run '|use |詳細|参照)|参照してください",
    re.IGNORECASE,
)
_PROGRESS = re.compile(
    r"^(?:\S+[ :]+){0,3}(?:"
    r"(?:load|pull|push|fetch|retriev|check|connect|read|us|build|sync|prepar|resolv|start|download|sign|analyz|tak|runn|copy|extract)ing"
    r"|(?:transferr|compil|test|install|contact|updat|writ|send)ing|loaded|resolved|verified|done|ok|completed|passed|succeeded|success\w*"
    r")\b|✔|✓|(?:開始し|接続し|送信し|完了し)",
    re.IGNORECASE,
)
_CODE = re.compile(r"^[A-Z]{1,12}(?:[-_][A-Z]{1,12})*(?:[-_]?\d{2,6}|[-_][A-Z]{3,12})\b")
STRUCTURE = re.compile(r"^\s*\d+ \|\s|^\s*[\w./-]*(?:Dockerfile|Containerfile)[\w.-]*:\d+\s*$|^\s*(?:#\d+ )?> ?\[|^-{6,}|^#\d+ \[")
"""Lines of a builder that quote a Dockerfile or name a step."""
_TAIL = 40
"""Characters that two lines must share at their end to be one message, said twice."""


@dataclass(frozen=True)
class Telling:
    """One line of the log: what it says, how much it tells, the signals that hit it, and whether they say all of it."""

    number: int
    text: str
    said: str
    score: float = 0.0
    signals: tuple[str, ...] = ()
    known: bool = False


def telling(text: str, log: Log, knowledge: Knowledge, limit: int = 12) -> list[Telling]:
    """The most telling lines of a log, best first. ``text`` is what ``log`` was read from."""
    lines = text.split("\n")
    said = [message(line) for line in lines]
    structure = {number + 1 for number in structural(lines)}
    places = _places(log, len(lines))
    shapes = Counter(_shape(one) for one in said)
    literals = (literal for gate in knowledge.gates for _, _, needed in knowledge.gates[gate] for literal in needed)
    common = frozenset(word for literal in literals for word in re.split(r"[\s'\\]+", literal))
    found = []
    for number, line in enumerate(lines, 1):
        if _WORD.search(line):
            one = line_of(number, lines, said, log, knowledge)
            score = _score(line, one.said, shapes[_shape(said[number - 1])], common) + places.get(number, 0.0) + number / len(lines)
            score -= 5 * _covered(one.said, log.hits, number, knowledge) + 2.5 * (number in structure)
            # what stands right before "it failed" says why
            after = next((s for s in said[number:] if s), "")
            score += 2.0 * bool(_EMPTY.search(after) and not _EMPTY.search(one.said))
            found.append(Telling(number, one.text, one.said, score, one.signals, one.known))
    best: dict[str, Telling] = {}
    for one in sorted(found, key=lambda t: (-t.score, t.number)):
        best.setdefault(_shape(one.said), one)
    return list(best.values())[:limit]


def line_of(number: int, lines: Sequence[str], said: Sequence[str], log: Log, knowledge: Knowledge) -> Telling:
    """Line ``number`` of the log, whatever it tells. A message that another line repeats after other words begins where both agree."""
    hits = [h for h in log.hits if h.line == number and not knowledge.signals[h.signal].noise]
    signals = tuple(dict.fromkeys(h.signal for h in hits))
    text = _shared(said[number - 1], said)
    return Telling(number, shown(lines[number - 1]), text, 0.0, signals, _covered(text, hits, number, knowledge) >= 1.0)


def _shared(text: str, said: Iterable[str]) -> str:
    """The end of ``text`` that another line ends with, too, where that is most of what it says; else ``text``."""
    for other in said:
        if other != text and len(other) >= _TAIL and text[-_TAIL:] == other[-_TAIL:]:
            size = next((n for n in range(min(len(text), len(other))) if text[-n - 1] != other[-n - 1]), min(len(text), len(other)))
            begin = len(text) - size
            while 0 < begin < len(text) and not text[begin - 1].isspace():
                begin += 1
            if len(text) - begin >= max(_TAIL, len(text) // 2):
                return text[begin:]
    return text


def _score(line: str, said: str, repeated: int, common: Collection[str]) -> float:
    words = [w.lower() for w in _WORD.findall(said)]
    lowered = said.lower()
    score = 2.0 * any(word in lowered for word in SUSPICIOUS) + 2.0 * bool(_LOUD.search(said)) + 2.0 * bool(_CODE.search(said))
    score += 2.0 * level(line) + 0.4 * min(details(said), 4)
    score -= 6.0 * bool(_EMPTY.search(said)) + 3.0 * bool(_ADVICE.search(said)) + 8.0 * bool(STRUCTURE.search(line))
    score -= 3.0 * bool(_PROGRESS.search(said) and not _LOUD.search(said))
    if words:
        score += 2.0 * sum(w not in common for w in words) / len(words)
    score += 1.0 if 4 <= len(words) <= 40 or re.search(r"[\u3040-\u30ff]{4,}", said) else -1.0
    return score + (1.0 if repeated == 1 else -0.5 * min(repeated, 6))


def _covered(said: str, hits: Iterable[Hit], number: int, knowledge: Knowledge) -> float:
    """From 0 to 1: how far the signals that hit line ``number`` say already what it says."""
    words = _WORD.findall(said.lower())
    if not words:
        return 0.0
    best = 0.0
    for hit in hits:
        if hit.line == number and knowledge.signals[hit.signal].noise:
            best = max(best, 0.1)
        elif hit.line == number:
            plain = normal(hit.text)
            for pattern in knowledge.signals[hit.signal].patterns:
                if match(pattern, plain, plain.lower()) is not None:
                    literal = {word for piece in pattern.pieces for word in _WORD.findall(piece)}
                    best = max(best, sum(w in literal for w in words) / len(words) / 0.6)
    return min(best, 1.0)


def _shape(said: str) -> str:
    return re.sub(r"\W*\d[\w.:-]*", " 0", said).strip()


def _places(log: Log, count: int) -> dict[int, float]:
    """What the place of a line adds: much in a step that failed, less than nothing in one that passed."""
    starts = sorted((step.line, step.status) for step in log.steps if step.line)
    found: dict[int, float] = {}
    for (first, status), (after, _) in zip(starts, [*starts[1:], (count + 1, "")], strict=False):
        for number in range(first, after):
            found[number] = {"failed": 2.0, "passed": -2.0}.get(status, 0.0)
    return found
