"""Facts that somebody names in passing: images and their roles, versions, settings, commands, users, machines, ports."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from troubleshooter.evidence.typed import fragments
from troubleshooter.evidence.typed.roles import roles
from troubleshooter.kb.words import Found, folded
from troubleshooter.model import Fact

_SETTING = re.compile(
    r"(?<![\w])(cgo_enabled|goos|goarch|goamd64|goarm|goproxy|goflags|gotoolchain|go111module|goprivate|gosumdb|gopath|gocache|cc|home|cgo_cflags|cgo_ldflags)"
    r"\s?=\s?([^\s,;。、'()]+)",
    re.IGNORECASE,
)
_GO = re.compile(r"(?<![\w.])(?:go|golang)[ :-]?v?(1\.\d{1,2}(?:\.\d{1,2})?)(?![\d.])", re.ASCII)
_BARE_VERSION = re.compile(r"(?<![\w.:-])(1\.\d{1,2}(?:\.\d{1,2})?)(?= (?:image|container|base)|のイメージ)", re.ASCII)
_REQUIRED_BEFORE = re.compile(
    r"(?:go\.mod\W*(?:\w+ )?(?:は|に|が|says|wants|asks for|needs|requires?|go|has|with|line|=|:)?\W*"
    r"|go (?:line|directive)\W*|requires? |>= ?)$"
)
_REQUIRED_AFTER = re.compile(r"^(?:\.\d+)?\W*(?:in (?:the )?go\.mod|以上が必要|を要求|or (?:newer|later))")
_GO_MOD_VERSION = re.compile(r"go\.mod[^.。\d]{0,14}?(?:go )?(1\.\d{1,2}(?:\.\d{1,2})?)(?![\d.])", re.ASCII)
_LOCAL = re.compile(r"(?:手元|ローカル|local\w*|laptop|my (?:machine|mac|pc|computer)|host)\W*(?:の|では|with|has|is|on|,)?\W*$")
_FETCHED = re.compile(r"(?:fetch|download)\w* $")
_ARM = re.compile(
    r"(?<![\w])(?:m[1-4](?:[ -](?:pro|max|mac\w*|air))?|macbook|new mac|apple silicon|graviton\d?|raspberry pi|raspi|jetson"
    r"|arm64|aarch64|arm)(?!\w)|ラズパイ|ラズベリーパイ",
    re.ASCII,
)
_INTEL = re.compile(r"(?<![\w])(?:amd64|x86[_-]64|x86|intel)(?!\w)", re.ASCII)
_DEPLOYED = re.compile(r"deploy|production|server|start|run on|runs? (?:it|there)|pull|cluster|起動|デプロイ|実行|動か|サーバ|本番")
_PORT = re.compile(
    r"(?:port |ports |ポート|(?<![\w.]):|bind(?: to)? |listen(?:s|ing)? on )(\d{1,4})(?![\d.])|(?<!\d)(\d{1,4})番(?:ポート)?", re.ASCII
)
_LISTENING = re.compile(r"listen|bind|待ち?受け|リッスン|nonroot|non-root|user ", re.IGNORECASE)


def facts(text: str, found: Sequence[Found], concepts: Mapping[str, Mapping[str, Any]]) -> list[Fact]:
    """What ``text`` tells in passing; ``found`` are its concepts."""
    plain = folded(text)
    named = {f.concept for f in found}
    result: dict[tuple[str, str], Fact] = {}

    def add(name: str, value: str, sure: bool = True) -> None:
        result.setdefault((name, value), Fact(name, value, "typed", sure))

    build, final = roles(plain, named)
    settings = {m[1].upper(): m[2].rstrip(".") for m in _SETTING.finditer(plain)}
    for name, value in _versions(plain):
        add(name, value)
    for concept in sorted(named):
        for name, value in (concepts[concept].get("facts") or {}).items():
            if not (name == "cgo" and ("CGO_ENABLED" in settings or {"cgo-on", "cgo-off"} <= named)):
                add(name, value)
    for name, value in _machines(plain, settings):
        add(name, value)
    for port in (m[1] or m[2] for m in _PORT.finditer(plain)):
        if 0 < int(port) < 1024 and _LISTENING.search(plain):
            add("listens.port", port)
    for name, value in [*fragments.instructions(text), *fragments.commands(plain, build, final, settings)]:
        add(name, value)
    return list(result.values())


def _versions(text: str) -> Iterator[tuple[str, str]]:
    seen = set()
    for m in _GO_MOD_VERSION.finditer(text):
        seen.add(m.start(1))
        yield "go.required", m[1]
    for m in [*_GO.finditer(text), *_BARE_VERSION.finditer(text)]:
        if m.start(1) in seen:
            continue
        before, after = text[: m.start()], text[m.end() :]
        if _REQUIRED_BEFORE.search(before) or _REQUIRED_AFTER.search(after):
            yield "go.required", m[1]
        elif not _LOCAL.search(before[-24:]) and not _FETCHED.search(before[-14:]):
            yield "go.version", m[1]


def _machines(text: str, settings: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The machine that builds and the one that runs, where two kinds are named."""
    arms, intels = list(_ARM.finditer(text)), list(_INTEL.finditer(text))
    if "GOARCH" in settings or not arms or not intels:
        return
    kinds = sorted([(arms[0].start(), "arm64"), (intels[0].start(), "amd64")])
    if _DEPLOYED.search(text):
        yield "target.arch", kinds[0][1]
        yield "host.arch", kinds[1][1]
