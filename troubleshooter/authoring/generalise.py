"""From one message of a log to a readable pattern: what differs from case to case becomes a named hole."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from troubleshooter.frozen import dataclass
from troubleshooter.kb.pattern import PatternError, compile_patterns, implied_kind
from troubleshooter.model import Pattern

MAX_TEXT = 220
"""A longer message is cut: its beginning says what it is."""
MAX_HOLES = 9
_MAX_GAPS = 4
_LITERAL = re.compile(r"[A-Za-z0-9]+|_+|.", re.DOTALL)
_INSIDE = re.compile(r"[A-Za-z0-9_]")
# after one of these stands a name, where it looks like one: "type Money", "target Docker:Build"
_NOUNS = (
    "account|agent|application|artefact|artifact|bucket|certificate|change|channel|class|cluster|column|component|container|env|environment"
    "|feature|field|func|function|group|host|image|interface|job|key|leaf|licence|license|message|method|module|namespace|node|object|package"
    "|plugin|policy|pool|profile|project|queue|region|release|repo|repository|role|rpc|rule|runner|schema|secret|service|stage|step|stream"
    "|struct|table|target|task|team|template|tenant|topic|type|unit|user|volume|zone"
)
_AFTER_NOUN = re.compile(rf"(?:^|[\s(,:;])(?P<noun>{_NOUNS})\s'?$", re.IGNORECASE)
# these stand before a number or a code, and name its hole, too
_COUNTED = "attempt|gid|pid|port|rev|revision|serial|shard|slot|syscall|ticket|token|try|uid"
_NAMING = re.compile(rf"(?:^|[\s(,:;])(?P<noun>{_NOUNS}|{_COUNTED})\s'?$", re.IGNORECASE)
_IDENTIFIER = re.compile(r"(?:[A-Za-z][\w.-]*(?:[:/][\w.-]+)*\w|[A-Z])(?![\w=])", re.ASCII)
# a word in Latin letters after Japanese ones: テンプレート nyukin.tmpl
_AFTER_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]\s?$")
_UPPER_WORDS = frozenset(["NOT", "NO", "IS", "AND", "OR", "ID", "ERROR", "FAILED", "MISSING", "NAME"])
# the value of one of these says what happened, unless it is a name or number
_TELLING_KEYS = frozenset(["code", "error", "err", "kind", "level", "lvl", "reason", "result", "state", "status", "type"])
_KEY = re.compile(r"([A-Za-z_][\w.-]*)=$")


@dataclass(frozen=True)
class _Kind:
    """A form that becomes a hole ``{name:kind}``; ``general`` says up to which generality (3: only in the most general pattern)."""

    name: str
    form: re.Pattern[str]
    kind: str
    general: int


def _kind(name: str, form: str, kind: str, general: int, inside: bool = False) -> _Kind:
    return _Kind(name, re.compile(form if inside else rf"(?<![\w.-])(?:{form})", re.ASCII), kind, general)


# tried in this order at every place of the message; the first that fits makes the hole
_KINDS = (
    _kind("secret", r"\*\*\*(?! \[)", "word", 0),
    _kind("time", r"\d{4}[-/]\d\d[-/]\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?"
                  r"|(?<!:)\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?", "word", 1),
    _kind("list", r"(?<=\[)(?:(?!.{0,80}: )[^\[\]]{1,60}, [^\[\]]{1,60}|[\w.-]+/[\w./ -]+)(?=\])"
                  r"|(?:(?<=: )|(?<=\())[^\s,()]*\d[^\s,()]*(?:, [^\s,()]+)+(?=\)|$)"
                  r"|(?<=: )[\w./-]+(?:, [\w./-]+)+$", "text", 3, inside=True),
    _kind("value", r"(?:(?<=[a-z_]=)|(?<=\bCN=)|(?<=\bOU=))[^\s',;()\[\]{}<>]*[\w/]", "word", 3, inside=True),
    _kind("toolchain", r"go\d+\.\d+(?:\.\d+)*(?:(?:rc|beta)\d+)?\b", "word", 2),
    _kind("url", r"[a-z][a-z0-9+.-]{1,12}://[^\s'<>]+?(?=[),;:.]?(?:[\s'<>]|$))", "word", 2),
    _kind("hash", r"(?:(?:sha|SHA)\d{3}[:-]|h1:)[\w+/=]{6,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
                  r"|(?:[0-9A-Fa-f]{2}:){3,}[0-9A-Fa-f]{2}\b|(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,64}\b", "hash", 1),
    _kind("address", r"(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?|\[[0-9a-f:]{3,}\](?::\d+)?|0x[0-9a-fA-F]+", "host", 1),
    _kind("label", r"@{0,2}[\w.~+-]*//[\w./+-]*(?::[\w./+-]*)?\w", "word", 2),
    _kind("platform", r"(?:linux|windows|darwin|freebsd)/(?:amd64|arm64|arm|386|s390x|ppc64le|riscv64)(?:/v\d)?\b", "name", 2),
    _kind("source", r"(?:\.{0,2}/)?[\w.@-]+(?:/[\w.@-]+)*\.(?:go|c|h|cc|cpp|s|S|sh|py|ya?ml|mod|sum)(?=:\d)", "path", 2),
    _kind("image", r"[\w.-]+(?::\d+)?(?:/[\w.-]+)*/[\w.-]+(?::[\w.-]+(?:@sha256:\w+)?|@sha256:\w+)(?=[\s',;)]|:?\s|:?$)", "image", 2),
    _kind("module", r"(?:[\w-]+\.)+[a-z]{2,}(?:/[\w.@~!+-]+)+", "name", 3),
    _kind("path", r"(?:~|\.{1,2})?/[\w.@+~-]+(?:/[\w.@+~-]*)*|[\w.@-]+(?:/[\w.@-]+){1,}", "path", 2),
    _kind("user", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", "name", 3),
    _kind("host", r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.){2,}[a-z]{2,}(?::\d+)?|localhost:\d+", "host", 3),
    _kind("amount", r"\d+(?:\.\d+)?(?:[KMGT]i?B?|ms|[smhdB])\b", "word", 2),
    _kind("version", r"v?\d+\.\d+(?:\.\d+)*(?:[-+~][\w.+~-]*\w)?", "version", 2),
    _kind("name", r"(?<=')[\w.+-]+(?=')", "name", 3, inside=True),
    _kind("quoted", r"(?<=[\s(=:]')[^'\s]+(?=')", "word", 3, inside=True),
    _kind("quoted", r"(?<=[\s(=:]')(?=[^']*[A-Z0-9])[^']{1,120}(?=')", "text", 3, inside=True),
    _kind("name", r"(?=[\w.-]*\d)[A-Za-z][A-Za-z0-9_.]*(?:[-_][A-Za-z0-9_.]+)+\b|[A-Z]{2,}\d{3,}\b", "name", 3, inside=True),
    _kind("name", r"(?<=\d \()[A-Za-z][\w.-]*(?=\))", "name", 3, inside=True),
    _kind("number", r"\d+", "number", 1),
)  # fmt: skip


def candidates(said: str, names: Collection[str] = ()) -> list[tuple[str, tuple[Pattern, ...]]]:
    """Readable patterns of a message that compile, the most general first: (text, compiled).

    ``names`` are words, in lower case, that name things of this one project where they stand after a noun.
    """
    found: dict[str, tuple[Pattern, ...]] = {}
    text = _cut(" ".join(said.split()))
    for generality in (3, 2, 1, 0):
        pattern = _pattern(text, generality, names)
        try:
            found.setdefault(pattern, tuple(compile_patterns(pattern)))
        except PatternError:
            continue
    return list(found.items())


def chosen(
    said: str, names: Collection[str], suits: Sequence[Callable[[tuple[Pattern, ...]], bool]]
) -> tuple[str, tuple[Pattern, ...]] | None:
    """The most general pattern that meets all of ``suits``, else the most special one; None where none compiles."""
    found = candidates(said, names)
    for text, patterns in found:
        if all(suit(patterns) for suit in suits):
            return text, patterns
    return found[-1] if found else None


def details(said: str) -> int:
    """How many names, numbers, versions and paths a message holds."""
    return len(re.findall(r"(?<!\{)\{(?!\{)", _pattern(_cut(said), 3, ())))


def _cut(text: str) -> str:
    if len(text) <= MAX_TEXT:
        return text
    cut = text[:MAX_TEXT]
    return cut[: cut.rfind(" ")] if " " in cut[MAX_TEXT // 2 :] else cut


def _pattern(text: str, generality: int, names: Collection[str]) -> str:
    parts: list[str] = []
    used: set[str] = set()
    gaps = at = 0
    while at < len(text):
        hole = _hole(text, at, generality, names) if len(used) + gaps < MAX_HOLES else None
        if hole is None or (hole[2] == "text" and gaps == _MAX_GAPS):
            word = _LITERAL.match(text, at)
            piece = word[0] if word else text[at]
            parts.append(piece.replace("{", "{{").replace("}", "}}"))
            at += len(piece)
            continue
        begin = at
        at, name, kind = hole
        if kind == "text":
            gaps += 1
            parts.append("{...}")
            continue
        if name in ("name", "number", "quoted") and (noun := _NAMING.search(text[:begin])):
            name = noun["noun"].lower()
        numbered = next(n for n in (name, *(f"{name}{i}" for i in range(2, 99))) if n not in used)
        used.add(numbered)
        parts.append(f"{{{numbered}}}" if implied_kind(numbered) == kind else f"{{{numbered}:{kind}}}")
    return "".join(parts).strip().lstrip("^").rstrip("$").strip()


def _hole(text: str, at: int, generality: int, names: Collection[str]) -> tuple[int, str, str] | None:
    """Where the hole that begins at ``at`` ends, its name and its kind; None where none begins."""
    if at and _INSIDE.match(text[at - 1]):
        return None
    for one in _KINDS:
        if one.general <= generality and (found := one.form.match(text, at)) and found[0]:
            return _made(text, found, one)
    word = _IDENTIFIER.match(text, at) if generality == 3 else None
    if word and (_named(word[0], text[:at], names) or _AFTER_JAPANESE.search(text[:at])):
        return word.end(), "name", "word" if ":" in word[0] else "name"
    return None


def _named(word: str, before: str, names: Collection[str]) -> bool:
    """Whether ``word`` is the name of the thing that the words before it speak of."""
    looks = word[0].isupper() or re.search(r"[\d.:/_-]", word) or word.lower() in names
    return bool(looks and word not in _UPPER_WORDS and _AFTER_NOUN.search(before))


def _made(text: str, found: re.Match[str], one: _Kind) -> tuple[int, str, str] | None:
    before, value = text[: found.start()], found[0]
    if one.name == "name" and " " not in before and value[0].isupper():
        return None  # a message that begins with its code
    if one.name == "number" and re.search(r"[A-Z_]=$|^[A-Z-]{2,} $", before):
        return None  # CGO_ENABLED=0, and again a code: ACME-GIT 4032
    if one.name == "time" and " " in value:
        return found.end(), "time", "text"
    if one.name == "value":
        key = _KEY.search(before)
        if key is None or (key[1].lower() in _TELLING_KEYS and value.isalpha()):
            return None
        name = re.sub(r"\W+", "_", key[1].lower()).strip("_")
        return found.end(), name or "value", "number" if value.isdigit() else "word"
    return found.end(), one.name, one.kind
