"""What a line of a log says: the message without what other programs put before it, and how loud its writer was."""

from __future__ import annotations

import re

from troubleshooter.evidence.steps import prefixes
from troubleshooter.text import normal

_LEVEL = r"(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|情報|警告|エラー|致命的)"
_CLOCK = r"\d\d:\d\d:\d\d(?:[.,]\d+)?"
_LEADS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"\[?'?\d{{4}}[-/]\d\d[-/]\d\d[T ]?(?:{_CLOCK}(?:Z|[ ]?[+-]\d\d:?\d\d)?)?'?\]?[\s|:-]+",
        rf"[\[(]?{_CLOCK}[\])]?[\s|:-]+",
        # the system's journal: Nov 03 02:14:57 node-113 fleetd[4123]:
        rf"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[ ]{{1,2}}\d{{1,2}}[ ]{_CLOCK}[ ][\w.-]+[ ][\w./@-]+(?:\[\d+\])?:[ ]",
        # Kubernetes' programs: E1102 04:05:06.789012       1 main.go:12]
        rf"[IWEF]\d{{4}}[ ]{_CLOCK}[ ]+\d+[ ][\w.-]+:\d+\][ ]",
        # Java's and its kin: [main] ERROR com.acme.Boot -
        rf"\[[\w# .-]{{1,40}}\][ ](?=\[?{_LEVEL}\b)",
        rf"\[?{_LEVEL}(?:\[\d+\])?\]?:?[ ]+[\w.$]{{2,80}}[ ]-[ ]",
        rf"[\[(]?{_LEVEL}(?:\[\d+\])?[\])]?(?::\s*|[\s|-]+)",
        r"[\w./-]{1,80}\.(?:go|py|java|rs|ts|js|cc):\d+:[ ]\[\w{1,12}\][ ]",
        # Kubernetes' and Tekton's: [pod/api-1/app] …, [build : step-build] …
        r"\[[\w.-]+(?:[ ]:[ ]|/)[\w./-]+\][ ]",
        r"[!•⨯✘✗✖×❌]️?[ ]+",
    )
)
# what a structured log says, without the fields around it: msg="…", "message": "…"
_FIELD = re.compile(r'(?:^|[\s{,])"?(?:msg|message|error|err)"?\s?[=:]\s?"((?:[^"\\]|\\.){1,2000})"')
_LOUD = re.compile(r"\b(?:error|fatal|panic|critical)\b|エラー|致命的|[⨯✘✗✖❌]", re.IGNORECASE)
_QUIET = re.compile(r"\b(?:trace|debug|info|notice)\b(?!-)|情報", re.IGNORECASE)
_HEAD = 80
"""Characters of a line in which its level stands."""


def message(line: str) -> str:
    """The line without build steps, services, times, levels and loggers before it, and without the fields around it."""
    text = prefixes(line.strip())[0].split("\n")[0].strip()
    fields = [f for f in _FIELD.findall(text) if len(f) >= 8 or text.startswith("{")]
    if fields:
        return _bare(_first_line(max(fields, key=len)))
    return _bare(_first_line(text)) or normal(text).strip()


def level(line: str) -> int:
    """1 where the writer called the line an error, -1 where he called it information, else 0."""
    head = prefixes(line.strip())[0].strip()[:_HEAD]
    if _QUIET.search(head):
        return -1
    return 1 if _LOUD.search(head) else 0


def _first_line(text: str) -> str:
    return normal(re.split(r"\\+n", text, maxsplit=1)[0] if '"' not in text else text).split("\n")[0].strip()


def _bare(text: str) -> str:
    found: re.Match[str] | None
    while found := next((m for lead in _LEADS if (m := lead.match(text)) and text[m.end() :].strip()), None):
        text = text[found.end() :].strip()
    return text
