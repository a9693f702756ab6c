"""What a log tells of its own structure: whose lines these are, which build step they belong to, and how it ended."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import field

from troubleshooter.frozen import dataclass

_TIME = r"\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[ ]?[+-]\d\d:?\d\d)?"
# prefixes that other programs put before a message; (?P<service>) names one of several speakers
_PREFIX = re.compile(
    rf"{_TIME}[ \t]+"
    r"|\[?\d\d:\d\d:\d\d(?:[.,]\d+)?\]?[ \t]+"
    r"|\[[ ]*\d+(?:\.\d+)?s\][ \t]*"
    r"|#(?P<step>\d+)[ ](?:\d+\.\d+[ ])?"
    r"|\d{1,5}\.\d{1,3}[ ]"
    r"|(?P<service>[A-Za-z0-9][\w.-]{0,60})[ \t]+\|[ ]"
    r"|Step #\d+(?: - \"(?P<job>[^\"]{1,80})\")?: "
    r"|\d+[ ]:[ ](?:\[\d+\.\d+s\][ ])?\|?[ ]?"
    r"|remote: |DEBG '[^']+' std(?:out|err) output:|[ \t]*│[ ]?|> |[\w.-]{2,40}> |\[\d{1,3}/\d{1,3}\][ ](?=STEP)"
)
# a structural line, its prefixes gone
_EVENT = re.compile(
    r"#(?P<bk>\d+)[ ](?:\[(?P<where>[^\]\n]{1,80})\][ ](?P<text>[^\n]{0,2000})|(?P<end>DONE|CACHED|ERROR|CANCELED)\b)"
    r"|[ ]{0,4}=> (?P<tty>(?:ERROR |CACHED )?)\[(?P<ttywhere>[^\]\n]{1,80})\][ ](?P<ttytext>[^\n]{0,2000})"
    r"|(?P<classic>[Ss]tep[ ]\d{1,3}/\d{1,3}[ ]?:[ ])(?P<ctext>[^\n]{0,2000})"
    r"|(?P<buildah>(?:\[\d{1,3}/\d{1,3}\][ ])?STEP[ ]\d{1,3}(?:/\d{1,3})?:[ ])(?P<btext>[^\n]{0,2000})"
    r"|[ ]{0,4}>[ ]\[(?P<exwhere>[^\]\n]{1,80})\][ ](?P<extext>[^\n]{0,2000}?):?[ \t]*$"
    r"|(?P<rule>-{6})[ \t]*$"
    r"|(?P<nonzero>The command '[^\n]{1,2000}' returned a non-zero code: \d+)"
    r"|(?P<berror>(?:[Ee]rror: )?(?:error )?building at STEP)"
    r"|(?P<built>Successfully built |COMMIT\b|Successfully tagged )"
    r"|(?P<testrun>=== RUN )|(?P<testend>[ ]{0,8}--- (?:PASS|FAIL|SKIP)|FAIL\t|ok  \t|PASS$|FAIL$)"
    r"|(?P<prompt>(?!\#[ ]{1,2}[\w./~-]{1,300}(?:[ ]\[[^\]\n]{1,200}\])?[ \t]*$)"
    r"(?:[^\s#]{0,60}[$#%❯➜][ ]{1,2}|PS [^\n>]{0,60}>[ ]?)(?P<cmd>(?:sudo[ ])?[\w./-]{2,60}(?:[ ][a-z-]{2,20})?))"
)
# what one of these lines contains: found with str.find, since a regular expression at every line is slow in a large log
_MARKS = (
    " DONE", " CACHED", " ERROR", " CANCELED", "] FROM ", "] RUN ", "] COPY ", "] ADD ", "] WORKDIR ", "] ENV ", "] ARG ", "] USER ",
    "[internal] ", "=> [", "=> ERROR [", "=> CACHED [", "tep ", "STEP ", "> [", "------\n", "returned a non-zero", "=== RUN ", "--- PASS",
    "--- FAIL", "--- SKIP", "FAIL\t", "FAIL\n", "PASS\n", "ok  \t", "uccessfully ", "COMMIT", "building at", "$ ", "# ", "% ", "❯ ", "➜ ",
    "PS ",
)  # fmt: skip


MAX_STEPS = 2_000


def structural(lines: Sequence[str]) -> set[int]:
    """Which of ``lines``, counted from 0, are structural."""
    text = "\n".join([*lines, ""])
    starts: set[int] = set()
    for mark in _MARKS:
        at = text.find(mark)
        while at >= 0:
            starts.add(text.rfind("\n", 0, at) + 1)
            at = text.find(mark, text.find("\n", at))
    found, number, last = set(), 0, 0
    for start in sorted(starts):
        number += text.count("\n", last, start)
        last = start
        if event(lines[number]) is not None:
            found.add(number)
    return found


def event(line: str) -> re.Match[str] | None:
    """What a structural line says of the structure, None for any other line. Which digits stand in it makes no difference."""
    return _EVENT.match(line) or _EVENT.match(prefixes(line, keep_step=True)[0])


@dataclass
class Step:
    """A build step: what it runs, the stage it belongs to, and how it ended (``passed``, ``failed`` or open)."""

    text: str
    stage: str = ""
    line: int = 0
    status: str = ""
    number: int = 0
    """BuildKit's number of the step in its stage, 0 where the log tells none."""

    @property
    def keyword(self) -> str:
        return self.text.split(" ", 1)[0].upper()


@dataclass
class Tracker:
    """Follows the structure line by line; of very many steps and attempts the last ones are kept."""

    steps: dict[str, Step] = field(default_factory=dict)
    current: str = ""
    excerpt: str = ""
    testing: bool = False
    attempts: list[tuple[int, str]] = field(default_factory=list)
    built: int = 0

    def feed(self, number: int, event: re.Match[str]) -> None:
        """Takes one structural line into account."""
        kind = event.lastgroup
        if len(self.steps) > 2 * MAX_STEPS:
            self.steps = dict(list(self.steps.items())[-MAX_STEPS:])
        if event["bk"]:
            self._buildkit(number, event)
        elif event["ttywhere"]:
            key = f"[{event['ttywhere']}]"
            step = self.steps.setdefault(
                key, Step(_instruction(event["ttytext"]), _stage(event["ttywhere"]), number, "", _count(event["ttywhere"]))
            )
            step.status = "failed" if event["tty"].startswith("ERROR") else step.status or "passed"
        elif event["classic"] or event["buildah"]:
            self._finish("passed")
            text = event["ctext"] if event["classic"] else event["btext"]
            self.current = f"{number}"
            self.steps[self.current] = Step(_instruction(text), "", number)
        elif event["exwhere"]:
            self.excerpt = self._excerpt(number, event)
        elif event["rule"]:
            self.excerpt = ""
        elif event["nonzero"] or event["berror"]:
            self._finish("failed")
        elif event["built"]:
            self._finish("passed")
            self.built = number
        elif event["testrun"] or event["testend"]:
            self.testing = bool(event["testrun"])
        elif kind and event["prompt"]:
            self._finish("")
            del self.attempts[:-MAX_STEPS]
            self.attempts.append((number, " ".join(event["cmd"].replace("sudo ", "").split()[:2])))

    def _buildkit(self, number: int, event: re.Match[str]) -> None:
        key = f"#{event['bk']}"
        if event["end"]:
            step = self.steps.setdefault(key, Step("", "", number))
            step.status = "failed" if event["end"] == "ERROR" else "passed" if event["end"] != "CANCELED" else ""
        elif key not in self.steps or not self.steps[key].text:
            old = self.steps.get(key)
            self.steps[key] = Step(
                _instruction(event["text"]), _stage(event["where"]), number, old.status if old else "", _count(event["where"])
            )

    def _excerpt(self, number: int, event: re.Match[str]) -> str:
        """The step that BuildKit repeats at the end because it failed."""
        text = _instruction(event["extext"])
        for key, step in self.steps.items():
            if step.text == text:
                step.status = "failed"
                return key
        key = f">{event['exwhere']}"
        self.steps[key] = Step(text, _stage(event["exwhere"]), number, "failed", _count(event["exwhere"]))
        return key

    def _finish(self, status: str) -> None:
        if status and self.current in self.steps:
            self.steps[self.current].status = status
        self.current = ""

    def step_of(self, prefix_step: str) -> Step | None:
        """The step that the present line belongs to, None for none."""
        return self.steps.get(f"#{prefix_step}" if prefix_step else self.excerpt or self.current)


def prefixes(line: str, keep_step: bool = False) -> tuple[str, str, str]:
    """The message of a line, the service that speaks, and the number of the BuildKit step.

    ``keep_step`` leaves ``#12 `` and what follows in the message.
    """
    service = step = ""
    at = 0
    for _ in range(5):
        match = _PREFIX.match(line, at)
        if match is None or match.end() == at or (keep_step and (match["step"] or match[0] == "> ")):
            break
        service = match["service"] or match["job"] or service
        step = match["step"] or step
        at = match.end()
    return line[at:], service, step


def _instruction(text: str) -> str:
    return " ".join(text.split())


def _stage(where: str) -> str:
    """``linux/amd64 builder 5/6`` -> ``builder``; ``5/6`` -> ``stage-0`` (BuildKit's name of an only stage)."""
    words = [w for w in where.split() if not re.fullmatch(r"\d+/\d+", w) and "/" not in w]
    return words[-1] if words else "stage-0"


def _count(where: str) -> int:
    found = re.search(r"(?:^| )(\d+)/\d+$", where)
    return int(found[1]) if found else 0
