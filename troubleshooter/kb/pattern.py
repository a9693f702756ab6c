"""A signal's readable line with named holes, made ready for scanning.

``version `GLIBC_{version}' not found`` becomes: a *gate* (a run of letters that every matching line contains, found with
plain ``str.find``), the *pieces* (literals that follow each other in every matching line), and a regular expression in which
every repetition is bounded.

    {name}          a hole; its kind follows from the name (path, version2, number, …), else any text without spaces
    {name:kind}     a hole of that kind: word, name, path, text, number, version, symbol, host, hash, image
    {...}           anything, up to 200 characters
    {a|b|c}         one of these; {a|} means "a, or nothing"
    {name=a|b}      one of these, captured; {name=a} captures the literal a
    {{  }}          a brace
    ^ at the start, $ at the end: the message begins or ends here (prefixes of other programs do not count)
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from troubleshooter.model import Pattern
from troubleshooter.text import normal, zeroed

KINDS: dict[str, str] = {
    "word": r"[^\s']{1,300}",
    "name": r"[\w.@/!~+-]{1,200}",
    "path": r"[^\s':;,()]{1,400}",
    "text": r".{1,400}?",
    "number": r"\d{1,20}",
    "version": r"v?\d[\w.+~:-]{0,80}",
    "symbol": r"[\w.@$*~:<>()-]{1,300}?",
    "host": r"[\w.:\[\]-]{1,200}",
    "hash": r"[\w:+/=-]{6,200}",
    "image": r"[\w./:@-]{1,300}",
}
_BY_NAME = {
    "path": "path", "file": "path", "dir": "path", "source": "path", "directory": "path", "header": "path",
    "version": "version", "required": "version", "running": "version", "number": "number", "line": "number",
    "code": "number", "port": "number", "column": "number", "symbol": "symbol", "host": "host", "image": "image",
    "text": "text", "message": "text", "command": "text", "module": "name", "package": "name", "library": "name",
    "hash": "hash", "user": "name", "tool": "name", "stage": "name", "arch": "name", "os": "name",
}  # fmt: skip
_TOKEN = re.compile(r"\{\{|\}\}|\{[^{}]*\}|[^{}]+|[{}]")
_WORD = re.compile(r"\w[\w.+-]*\w|\w")
_CHOICE = re.compile(r"\{(?P<name>\w+=)?(?P<choice>[^{}]*\|[^{}]*)\}")
_LETTERS = re.compile(r"[^\W\d_]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{2,}")
# words so frequent in any log that scanning for them saves nothing
COMMON = frozenset(
    [
        "error",
        "failed",
        "file",
        "not",
        "found",
        "such",
        "no",
        "the",
        "to",
        "in",
        "of",
        "for",
        "is",
        "with",
        "and",
        "or",
        "a",
        "an",
        "at",
        "on",
        "by",
        "it",
        "was",
        "from",
        "exit",
        "code",
        "status",
        "line",
        "go",
        "run",
        "build",
        "docker",
        "package",
        "module",
        "using",
        "version",
        "message",
        "type",
        "could",
        "name",
        "command",
        "cannot",
        "can't",
        "directory",
    ]
)


class PatternError(ValueError):
    """The line is not a pattern; ``says`` is why, ``cure`` what to do."""

    def __init__(self, says: str, cure: str) -> None:
        super().__init__(f"{says}; {cure}")
        self.says, self.cure = says, cure


def compile_pattern(text: str, exact: bool = False) -> Pattern:
    """The pattern of one readable line.

    ``exact`` keeps upper and lower case apart. Raises PatternError for an unbalanced brace, an unknown kind, a hole
    named twice, more than four open gaps, or a line without one literal word to scan for.
    """
    body = text.strip()
    start, end = body.startswith("^"), body.endswith("$") and not body.endswith("\\$")
    body = body[1 if start else 0 : len(body) - 1 if end else len(body)]
    parts: list[str] = []
    literals: list[str] = [""]
    names: set[str] = set()
    gaps = 0
    for token in _TOKEN.findall(body):
        if token in ("{{", "}}"):
            literals[-1] += token[0]
            parts.append(re.escape(token[0]))
        elif token in ("{", "}"):
            raise PatternError(f"unbalanced {token!r} in {text!r}", f"write {token * 2} for a brace")
        elif token.startswith("{"):
            source, gap = _hole(token[1:-1], names, text)
            gaps += gap
            parts.append(source)
            # a captured literal is still a literal to scan for
            fixed = re.fullmatch(r"\w+=([^|]+)", token[1:-1])
            literals += [normal(fixed[1]), ""] if fixed else [""]
        else:
            piece = normal(token)
            literals[-1] += piece
            parts.append(_literal(piece))
    if gaps > 4:
        raise PatternError(f"{gaps} open gaps in {text!r}", "at most four, or matching may become slow: split the line")
    pieces = tuple(p for p in (_lower(literal) for literal in literals) if p)
    if not any(len(w) > 1 for p in pieces for w in [*_WORD.findall(p), *_CJK.findall(p)]):
        raise PatternError(f"no word to scan for in {text!r}", "a pattern needs one literal word of two letters or more")
    source = "".join(parts)
    if start:
        source = r"(?:^|\n)[ \t]*" + source
    elif parts and re.match(r"\w", literals[0][:1]):
        source = r"(?<![\w])" + source
    if end:
        source += r"[ \t]*(?:$|\n)"
    found = _longest(source)
    return Pattern(text.strip(), letters(found), pieces, found, source, exact)


def compile_patterns(text: str, exact: bool = False) -> list[Pattern]:
    """The pattern of one readable line; one for each alternative where only alternatives hold a word to scan for.

    Raises PatternError as :func:`compile_pattern` does.
    """
    choices = [m for m in _CHOICE.finditer(text) if all(_WORD.search(a) for a in m["choice"].split("|"))]
    bare = re.sub(r"\{[^{}]*\}", " ", text.replace("{{", " ").replace("}}", " "))
    if not choices or any(len(w) > 1 for w in [*_WORD.findall(bare), *_CJK.findall(bare)]):
        return [compile_pattern(text, exact)]
    chosen = max(choices, key=lambda m: min(len(a) for a in m["choice"].split("|")))
    name = chosen["name"] or ""
    return [
        compile_pattern(text[: chosen.start()] + (f"{{{name}{a}}}" if name else a) + text[chosen.end() :], exact)
        for a in chosen["choice"].split("|")
    ]


def raw_pattern(source: str, gate: str) -> Pattern:
    """A pattern from a regular expression, for the rare case that a readable line cannot say.

    Raises PatternError when it does not compile, holds an unbounded or nested repetition, or has no gate word.
    """
    from troubleshooter.kb.regexes import trap

    says, cure = trap(source)
    if says:
        raise PatternError(says, cure)
    if not gate.strip():
        raise PatternError("the regex has no gate", "add `gate: word`: a word that every matching line contains")
    found = (*_longest(source), zeroed(gate.lower()))
    return Pattern(source, letters(found), (gate.lower(),), found, source, exact=False)


@lru_cache(maxsize=4096)
def regex(source: str, exact: bool) -> re.Pattern[str]:
    return re.compile(source, 0 if exact else re.IGNORECASE)


def match(pattern: Pattern, text: str, lowered: str) -> dict[str, str] | None:
    """The captured holes if ``pattern`` occurs in ``text`` (in normal form; ``lowered`` is the same in lower case)."""
    at = 0
    for piece in pattern.pieces:
        for word in piece.split():
            at = lowered.find(word, at)
            if at < 0:
                return None
            at += len(word)
    found = regex(pattern.regex, pattern.exact).search(text)
    if found is None:
        return None
    return {name: value.strip() for name, value in found.groupdict().items() if value}


def fuzzy_text(pattern: Pattern) -> str:
    """What a person would remember of the line: its literals, holes left out."""
    return " ".join(" ".join(pattern.pieces).split())


def implied_kind(name: str) -> str:
    """The kind of a hole that says none: ``path`` and ``path2`` are paths."""
    return _BY_NAME.get(name.rstrip("0123456789"), "word")


def hole_names(pattern: Pattern) -> frozenset[str]:
    """The names of the holes of a pattern."""
    return frozenset(re.findall(r"\(\?P<(\w+)>", pattern.regex))


def _hole(inside: str, names: set[str], text: str) -> tuple[str, int]:
    """Regular expression of one hole, and 1 when it is an open gap."""
    if inside == "...":
        return r".{0,200}?", 1
    if "|" in inside or re.match(r"\w+=", inside):
        name, equals, alternatives = inside.partition("=") if re.match(r"\w+=", inside) else ("", "", inside)
        choice = "|".join(_literal(normal(a)) for a in sorted(alternatives.split("|"), key=len, reverse=True))
        return (f"(?P<{_new(name, names, text)}>{choice})" if equals else f"(?:{choice})"), 0
    name, _, kind = inside.partition(":")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise PatternError(f"{{{inside}}} in {text!r} is no hole", "a name is lower-case letters, digits and _; write {{ for a brace")
    kind = kind or implied_kind(name)
    if kind not in KINDS:
        raise PatternError(f"unknown kind {kind!r} in {text!r}", f"one of {', '.join(sorted(KINDS))}")
    return f"(?P<{_new(name, names, text)}>{KINDS[kind]})", int(kind == "text")


def _new(name: str, names: set[str], text: str) -> str:
    if name in names:
        raise PatternError(f"the hole {{{name}}} occurs twice in {text!r}", "name them apart")
    names.add(name)
    return name


def _literal(piece: str) -> str:
    return re.sub(r"(?:\\ |[ \t])+", r"[ \\t]{1,40}", re.escape(piece)) if piece else ""


def _lower(literal: str) -> str:
    return " ".join(literal.lower().split())


def _longest(source: str) -> tuple[str, ...]:
    """Longest first, since a long literal is the least likely to stand in another line."""
    from troubleshooter.kb.regexes import literals

    found = {zeroed(re.sub(r"\s+", " ", literal)) for literal in literals(source)}
    return tuple(sorted((f for f in found if len(f) > 1 and not f.isspace()), key=lambda f: (-len(f), f)))[:6]


def letters(words: Iterable[str]) -> str:
    """The run of letters in ``words`` that is the least likely to stand in any line; empty where there is none."""
    runs = [run for word in words for run in _LETTERS.findall(word) if len(run) > 1]
    return max(runs, key=lambda r: (r not in COMMON, min(len(r), 14), r), default="")
