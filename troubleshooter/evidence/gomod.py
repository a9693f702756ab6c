"""go.mod and go.work: text in, directives with their lines out.

The grammar is that of golang.org/x/mod/modfile: one directive a line, or a block in parentheses; ``//`` comments;
``"…"`` strings (the go command refuses backquoted ones). :func:`parse` and :func:`parse_work` are as strict as the go
command and raise :class:`GoModError` at the first mistake; :func:`parse_lenient` and :func:`parse_work_lenient` never
raise, skip what is wrong and return the errors. :func:`facts` and :func:`work_facts` tell what a diagnosis needs to know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from troubleshooter.frozen import dataclass
from troubleshooter.model import Fact

FACTS = {
    "go.mod": "present: a go.mod was read",
    "go.module": "the module path that go.mod declares",
    "go.required": "the Go version in go.mod's go line",
    "go.directive-format": "the go line: minor (1.21), patch (1.21.0, 1.21rc2: Go before 1.21 cannot read it), absent",
    "go.toolchain": "the name in go.mod's toolchain line (go1.24.3, default)",
    "go.mod-syntax": "the oldest Go that knows all directives used (toolchain 1.21, godebug 1.23, tool 1.24, ignore 1.25)",
    "replace.local": "a local path that a replace directive points to (one fact for each)",
    "go.work": "present: a go.work was read",
    "go.work.required": "the Go version in go.work's go line",
    "go.work.use": "a directory that go.work uses (one fact for each)",
}

MANY = frozenset({"replace.local", "go.work.use"})
"""Names that may occur several times with different values, without contradiction."""


class GoModError(ValueError):
    """A mistake in a go.mod or go.work: where (counted from 1), what is wrong, and what to do."""

    def __init__(self, line: int, column: int, says: str, cure: str) -> None:
        super().__init__(f"{line}:{column}: {says}; {cure}")
        self.line, self.column, self.says, self.cure = line, column, says, cure


@dataclass(frozen=True)
class Value:
    """The only argument of a directive (module path, Go version, tool, …) and its line."""

    text: str
    line: int


@dataclass(frozen=True)
class Requirement:
    """A module at a version: of ``require`` or ``exclude``."""

    path: str
    version: str
    line: int
    indirect: bool = False


@dataclass(frozen=True)
class Replacement:
    """``replace path [version] => target [target_version]``; without target version the target is a directory."""

    path: str
    version: str
    target: str
    target_version: str
    line: int

    @property
    def is_local(self) -> bool:
        return is_directory(self.target)


@dataclass(frozen=True)
class Retraction:
    """An interval of retracted versions; both ends are the same for a single one."""

    low: str
    high: str
    line: int


@dataclass(frozen=True)
class GoMod:
    """What a go.mod says."""

    module: Value | None = None
    go: Value | None = None
    toolchain: Value | None = None
    require: tuple[Requirement, ...] = ()
    exclude: tuple[Requirement, ...] = ()
    replace: tuple[Replacement, ...] = ()
    retract: tuple[Retraction, ...] = ()
    tool: tuple[Value, ...] = ()
    ignore: tuple[Value, ...] = ()
    godebug: tuple[Value, ...] = ()


@dataclass(frozen=True)
class GoWork:
    """What a go.work says."""

    go: Value | None = None
    toolchain: Value | None = None
    use: tuple[Value, ...] = ()
    replace: tuple[Replacement, ...] = ()
    godebug: tuple[Value, ...] = ()


def parse(text: str) -> GoMod:
    """The directives of a go.mod; raises GoModError at the first mistake that the go command would report."""
    fields, errors = _directives(text, _MOD_VERBS, _MOD_BLOCKS)
    if errors:
        raise errors[0]
    return GoMod(**fields)


def parse_lenient(text: str) -> tuple[GoMod, tuple[GoModError, ...]]:
    """The directives of a go.mod as far as they can be read, and all mistakes. Never raises."""
    fields, errors = _directives(text, _MOD_VERBS, _MOD_BLOCKS)
    return GoMod(**fields), tuple(errors)


def parse_work(text: str) -> GoWork:
    """The directives of a go.work; raises GoModError at the first mistake."""
    fields, errors = _directives(text, _WORK_VERBS, _WORK_BLOCKS)
    if errors:
        raise errors[0]
    return GoWork(**fields)


def parse_work_lenient(text: str) -> tuple[GoWork, tuple[GoModError, ...]]:
    """The directives of a go.work as far as they can be read, and all mistakes. Never raises."""
    fields, errors = _directives(text, _WORK_VERBS, _WORK_BLOCKS)
    return GoWork(**fields), tuple(errors)


def requirements(mod: GoMod) -> tuple[Requirement, ...]:
    """The modules that are really used: ``require`` with every replacement by another module applied."""
    return tuple(_replaced(requirement, mod) for requirement in mod.require)


def replacement_of(mod: GoMod | GoWork, path: str, version: str) -> Replacement | None:
    """The replace directive that holds for a module at a version, if any: one with a version beats one without."""
    found = [r for r in mod.replace if r.path == path and r.version in ("", version)]
    return max(found, key=lambda r: r.version != "", default=None)


def facts(text: str, name: str = "go.mod") -> list[Fact]:
    """What a go.mod tells, mistakes skipped (see FACTS); ``name`` is how its sources read."""
    mod, mistakes = parse_lenient(text)
    found = [Fact("go.mod", "present", name)]
    if mod.module:
        found.append(_fact("go.module", mod.module, name))
    if mod.go:
        found.append(_fact("go.required", mod.go, name))
        found.append(_fact("go.directive-format", replace(mod.go, text=directive_format(mod.go.text)), name))
    elif not mistakes:
        found.append(Fact("go.directive-format", "absent", name))
    if mod.toolchain:
        found.append(_fact("go.toolchain", mod.toolchain, name))
    if newest := _newest_directive(mod):
        found.append(_fact("go.mod-syntax", newest, name))
    found += [_fact("replace.local", Value(r.target, r.line), name) for r in mod.replace if r.is_local]
    return found


def work_facts(text: str, name: str = "go.work") -> list[Fact]:
    """What a go.work tells, mistakes skipped (see FACTS)."""
    work, _ = parse_work_lenient(text)
    found = [Fact("go.work", "present", name)]
    if work.go:
        found.append(_fact("go.work.required", work.go, name))
    return found + [_fact("go.work.use", use, name) for use in work.use]


def directive_format(version: str) -> str:
    """``minor`` for what every Go can read (1.21), ``patch`` for what only Go 1.21 and later can (1.21.0, 1.21rc2)."""
    return "minor" if re.fullmatch(r"\d+\.\d+", version) else "patch"


def is_directory(target: str) -> bool:
    """Whether the target of a replace is a directory (rooted, or beginning with . or ..) rather than a module path."""
    return re.match(r"\.{1,2}([/\\]|$)|[/\\]|[A-Za-z]:", target) is not None


def quoted(text: str) -> str:
    """``text`` as one token of a go.mod: as it is, or quoted where it has to be."""
    plain = text.isprintable() and text and not re.search(r"""[ "'`]|//|/\*""", text)
    if plain and (len(text) == 1 or not re.search(r"[()\[\]{},]", text)):
        return text
    return '"' + "".join(_escaped(char) for char in text) + '"'


# --- facts ---------------------------------------------------------------------------------------------------------

_DIRECTIVE_SINCE = (("ignore", "1.25"), ("tool", "1.24"), ("godebug", "1.23"), ("toolchain", "1.21"))


def _fact(name: str, value: Value, file: str) -> Fact:
    return Fact(name, value.text, f"{file}:{value.line}")


def _newest_directive(mod: GoMod) -> Value | None:
    for verb, since in _DIRECTIVE_SINCE:
        used = getattr(mod, verb)
        if used:
            first = used if isinstance(used, Value) else used[0]
            return Value(since, first.line)
    return None


def _replaced(requirement: Requirement, mod: GoMod) -> Requirement:
    found = replacement_of(mod, requirement.path, requirement.version)
    if found is None or found.is_local:
        return requirement
    return replace(requirement, path=found.target, version=found.target_version)


# --- lexing: one line into tokens ----------------------------------------------------------------------------------

_PUNCTUATION = "()[]{},"
_CONTEXT = re.compile(r"^(<{7}|={7}|>{7}|\|{7})")
_CURE_QUOTES = "close the quotes on the same line"


@dataclass(frozen=True)
class _Token:
    text: str
    """As it stands, quotes included."""
    column: int


@dataclass(frozen=True)
class _Line:
    number: int
    tokens: tuple[_Token, ...]
    comment: str
    error: GoModError | None = None


def _lines(text: str) -> Iterator[_Line]:
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            tokens, comment = _lex(line, number)
        except GoModError as error:
            yield _Line(number, (), "", error)
        else:
            yield _Line(number, tuple(tokens), comment)


def _lex(line: str, number: int) -> tuple[list[_Token], str]:
    """The tokens of a line and the comment after them; raises GoModError."""
    if _CONTEXT.match(line):
        raise GoModError(number, 1, "merge conflict marker", "resolve the merge conflict, then run go mod tidy")
    tokens: list[_Token] = []
    at = 0
    while at < len(line):
        char = line[at]
        if char in " \t\r":
            at += 1
        elif line.startswith("//", at):
            return tokens, line[at + 2 :].strip()
        else:
            end = _token_end(line, at, number)
            tokens.append(_Token(line[at:end], at + 1))
            at = end
    return tokens, ""


def _token_end(line: str, start: int, number: int) -> int:
    char = line[start]
    if char in _PUNCTUATION:
        return start + 1
    if char in '"`':
        return _string_end(line, start, number)
    end = start
    while end < len(line) and _is_word(line[end]) and not line.startswith("//", end):
        if line.startswith("/*", end):
            raise GoModError(number, end + 1, "/* */ comments are not allowed here", "use // comments")
        end += 1
    if end > start:
        return end
    if char == "\ufeff":
        raise GoModError(number, start + 1, "byte order mark", "save the file as UTF-8 without a byte order mark")
    raise GoModError(number, start + 1, f"unexpected character {char!a}", "remove it")


def _string_end(line: str, start: int, number: int) -> int:
    quote, at = line[start], start + 1
    while at < len(line) and line[at] != quote:
        at += 2 if line[at] == "\\" and quote == '"' else 1
    if at >= len(line):
        raise GoModError(number, start + 1, "string without end", _CURE_QUOTES)
    return at + 1


def _is_word(char: str) -> bool:
    return char not in " ()[]{}," and char.isprintable()


# --- strings -------------------------------------------------------------------------------------------------------

_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", '"': '"'}
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.?))", re.DOTALL)


def _unquoted(token: _Token, line: int) -> str:
    """The value of a token; raises GoModError for quotes in the wrong place and for unknown escapes."""
    text = token.text
    if text.startswith('"'):
        return _ESCAPE.sub(lambda match: _unescaped(match, token, line), text[1:-1])
    if re.search("[\"'`]", text):
        raise GoModError(line, token.column, "quote inside a word", "quote the whole word with double quotes, or not at all")
    return text


def _unescaped(match: re.Match[str], token: _Token, line: int) -> str:
    byte, short, long, octal, simple = match.groups()
    code = int(octal, 8) if octal else int(byte or short or long or "0", 16)
    known = simple in _SIMPLE if simple is not None else code <= (0xFF if byte or octal else 0x10FFFF)
    if not known or 0xD800 <= code <= 0xDFFF:
        raise GoModError(line, token.column, f"unknown escape {match.group()!a} in a string", "write the character itself")
    return _SIMPLE[simple] if simple is not None else chr(code)


def _escaped(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    if char.isprintable():
        return char
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


# --- parsing: lines into directives --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Directive:
    verb: _Token
    args: tuple[_Token, ...]
    line: int
    comment: str

    def wrong(self, says: str, cure: str, at: _Token | None = None) -> GoModError:
        return GoModError(self.line, (at or self.verb).column, says, cure)

    def value(self, token: _Token) -> str:
        return _unquoted(token, self.line)


_Verb = Callable[[_Directive], object]


def _directives(text: str, verbs: Mapping[str, _Verb], blocks: frozenset[str]) -> tuple[dict[str, Any], list[GoModError]]:
    """The fields of a GoMod or GoWork from every readable directive, and the mistakes in the order of their lines."""
    fields: dict[str, Any] = {}
    errors: list[GoModError] = []
    for item in _statements(text, frozenset(verbs), blocks):
        if isinstance(item, GoModError):
            errors.append(item)
            continue
        verb = item.verb.text
        try:
            made = verbs[verb](item)
            if verb not in _SINGLE:
                fields.setdefault(verb, []).append(made)
            elif verb in fields:
                raise item.wrong(f"second {verb} line", "keep one of them")
            else:
                fields[verb] = made
        except GoModError as error:
            errors.append(error)
    return {verb: tuple(made) if isinstance(made, list) else made for verb, made in fields.items()}, errors


def _statements(text: str, verbs: frozenset[str], blocks: frozenset[str]) -> Iterator[_Directive | GoModError]:
    block: _Line | None = None
    for line in _lines(text):
        if line.error:
            yield line.error
        elif not line.tokens:
            continue
        elif block is None:
            first = line.tokens[0]
            if (opening := _opening(line.tokens)) is None:
                known = first.text in verbs
                yield (_directive(line, first, line.tokens[1:]) if known else _unknown(first, line.number, "directive", verbs))
                continue
            if len(opening) > 1 or first.text not in blocks:
                yield _unknown(first, line.number, "block", blocks)
            block = line if line.tokens[-1].text == "(" else None
        elif line.tokens[0].text != ")":
            if block.tokens[0].text in blocks:
                yield _directive(line, block.tokens[0], line.tokens)
        else:
            block = None
            if len(line.tokens) > 1:
                at = line.tokens[1].column
                yield GoModError(line.number, at, "text after a closing parenthesis", "begin a new line")
    if block is not None:
        at = block.tokens[-1].column
        yield GoModError(block.number, at, "block without end", "close it with a line that holds only )")


def _opening(tokens: tuple[_Token, ...]) -> tuple[_Token, ...] | None:
    """The tokens before ``(`` or ``()`` of a line that opens a block, else None."""
    texts = [token.text for token in tokens]
    size = 2 if texts[-2:] == ["(", ")"] else 1
    return tokens[:-size] if len(texts) > size and texts[-size] == "(" else None


def _directive(line: _Line, verb: _Token, args: tuple[_Token, ...]) -> _Directive:
    return _Directive(verb, args, line.number, line.comment)


def _unknown(token: _Token, line: int, kind: str, known: frozenset[str]) -> GoModError:
    cure = f"known here: {', '.join(sorted(known))}"
    return GoModError(line, token.column, f"unknown {kind}: {token.text[:80]!a}", cure)


# --- one directive each --------------------------------------------------------------------------------------------

_GO_VERSION = re.compile(r"[1-9][0-9]*\.(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))?([a-z]+[0-9]+)?", re.ASCII)
_TOOLCHAIN = re.compile(r"default|go1(\..*)?")
_CANONICAL = re.compile(r"v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?", re.ASCII)
_GOPKG = re.compile(r"gopkg\.in/.*\.v(0|[1-9]\d*)(-unstable)?", re.ASCII)
_MAJOR = re.compile(r".*/v([2-9]|[1-9]\d+)", re.ASCII)
_CURE_REPLACE = "write replace module/path => other/module v1.4.0, or replace module/path => ../directory"


def _one(directive: _Directive, usage: str) -> _Token:
    if len(directive.args) != 1:
        raise directive.wrong(f"{directive.verb.text} wants exactly one argument", f"write {usage}")
    return directive.args[0]


def _module(directive: _Directive) -> Value:
    return Value(directive.value(_one(directive, "module example.org/path")), directive.line)


def _path(directive: _Directive) -> Value:
    return Value(directive.value(_one(directive, f"{directive.verb.text} path")), directive.line)


def _go(directive: _Directive) -> Value:
    token = _one(directive, "go 1.24")
    if not _GO_VERSION.fullmatch(token.text):
        raise directive.wrong(f"invalid Go version {token.text[:80]!a}", "write go 1.24 or go 1.24.0", token)
    return Value(token.text, directive.line)


def _toolchain(directive: _Directive) -> Value:
    token = _one(directive, "toolchain go1.24.0")
    if not _TOOLCHAIN.fullmatch(token.text):
        raise directive.wrong(f"invalid toolchain {token.text[:80]!a}", "write toolchain go1.24.0", token)
    return Value(token.text, directive.line)


def _godebug(directive: _Directive) -> Value:
    usage = "godebug key=value"
    token = _one(directive, usage)
    if "=" not in token.text or re.search("[\"'`]", token.text):
        raise directive.wrong("godebug wants key=value", f"write {usage}", token)
    return Value(token.text, directive.line)


def _requirement(directive: _Directive) -> Requirement:
    if len(directive.args) != 2:
        verb = directive.verb.text
        raise directive.wrong(f"{verb} wants a module and a version", f"write {verb} module/path v1.2.3")
    path, version = map(directive.value, directive.args)
    _check_major(directive, path, version)
    indirect = directive.comment == "indirect" or directive.comment.startswith("indirect;")
    return Requirement(path, version, directive.line, indirect)


def _replace(directive: _Directive) -> Replacement:
    texts = [token.text for token in directive.args]
    arrow = 1 if texts[1:2] == ["=>"] else 2
    after = directive.args[arrow + 1 :]
    if texts[arrow : arrow + 1] != ["=>"] or len(after) not in (1, 2):
        raise directive.wrong("malformed replace", _CURE_REPLACE)
    path = directive.value(directive.args[0])
    version = directive.value(directive.args[1]) if arrow == 2 else ""
    target, target_version = directive.value(after[0]), directive.value(after[1]) if len(after) == 2 else ""
    _check_major(directive, path, version)
    if not target_version and not is_directory(target):
        raise directive.wrong("a replacement without version must be a directory", _CURE_REPLACE, after[0])
    if target_version and is_directory(target):
        raise directive.wrong("a replacement that is a directory has no version", "remove the version", after[1])
    if is_directory(target) and "\\" in target:
        raise directive.wrong("the replacement is a Windows path", "write it with forward slashes", after[0])
    return Replacement(path, version, target, target_version, directive.line)


def _retract(directive: _Directive) -> Retraction:
    texts = [token.text for token in directive.args]
    if len(texts) == 5 and [texts[0], texts[2], texts[4]] == ["[", ",", "]"]:
        low, high = directive.value(directive.args[1]), directive.value(directive.args[3])
    elif len(texts) == 1 and texts[0] not in _PUNCTUATION:
        low = high = directive.value(directive.args[0])
    else:
        raise directive.wrong("retract wants a version or an interval", "write retract v1.2.3 or retract [v1.0.0, v1.2.3]")
    return Retraction(low, high, directive.line)


def _check_major(directive: _Directive, path: str, version: str) -> None:
    """Raise where the major version in the path and that of a canonical version disagree."""
    canonical = _CANONICAL.fullmatch(version)
    if canonical is None or (path.startswith("gopkg.in/") and _GOPKG.fullmatch(path) is None):
        return
    suffix = _GOPKG.fullmatch(path) or _MAJOR.fullmatch(path)
    major = canonical.group(1)
    if suffix is None:
        fits = major in "01" or canonical.group(5) == "+incompatible"
        wanted = "v0 or v1"
    else:
        # gopkg.in/x.v1 is also allowed at v0.0.0-… pseudo-versions.
        fits = major == suffix.group(1) or (path.startswith("gopkg.in/") and version.startswith("v0.0.0-"))
        wanted = f"v{suffix.group(1)}"
    if not fits:
        cure = f"give a version {wanted}, or the path that ends with /v{major}"
        raise directive.wrong(f"version {version[:80]!a} of {path[:120]!a} should be {wanted}", cure)


_SINGLE = frozenset({"module", "go", "toolchain"})
_MOD_VERBS: Mapping[str, _Verb] = {
    "module": _module,
    "go": _go,
    "toolchain": _toolchain,
    "require": _requirement,
    "exclude": _requirement,
    "replace": _replace,
    "retract": _retract,
    "tool": _path,
    "ignore": _path,
    "godebug": _godebug,
}
_MOD_BLOCKS = frozenset(_MOD_VERBS) - {"go", "toolchain"}
_WORK_VERBS: Mapping[str, _Verb] = {
    "go": _go,
    "toolchain": _toolchain,
    "use": _path,
    "replace": _replace,
    "godebug": _godebug,
}
_WORK_BLOCKS = frozenset({"use", "replace", "godebug"})
