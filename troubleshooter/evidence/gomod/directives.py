"""Each directive from its arguments, as strict as the go command."""

from __future__ import annotations

import re

from troubleshooter.evidence.gomod.file import GoModError, Replacement, Requirement, Retraction, Value, is_directory
from troubleshooter.evidence.gomod.lexing import _PUNCTUATION, Token, unquoted
from troubleshooter.frozen import dataclass


@dataclass(frozen=True)
class Directive:
    """A verb with its arguments, on one line."""

    verb: Token
    args: tuple[Token, ...]
    line: int
    comment: str

    def wrong(self, says: str, cure: str, at: Token | None = None) -> GoModError:
        return GoModError(self.line, (at or self.verb).column, says, cure)

    def value(self, token: Token) -> str:
        return unquoted(token, self.line)


_GO_VERSION = re.compile(r"[1-9][0-9]*\.(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))?([a-z]+[0-9]+)?", re.ASCII)
_TOOLCHAIN = re.compile(r"default|go1(\..*)?")
_CANONICAL = re.compile(r"v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?", re.ASCII)
_GOPKG = re.compile(r"gopkg\.in/.*\.v(0|[1-9]\d*)(-unstable)?", re.ASCII)
_MAJOR = re.compile(r".*/v([2-9]|[1-9]\d+)", re.ASCII)
_CURE_REPLACE = "write replace module/path => other/module v1.4.0, or replace module/path => ../directory"


def one(directive: Directive, usage: str) -> Token:
    """The only argument; ``usage`` says what is right where there are more or none."""
    if len(directive.args) != 1:
        raise directive.wrong(f"{directive.verb.text} wants exactly one argument", f"write {usage}")
    return directive.args[0]


def module(directive: Directive) -> Value:
    """The path of ``module``."""
    return Value(directive.value(one(directive, "module example.org/path")), directive.line)


def path_of(directive: Directive) -> Value:
    """The path of ``tool``, ``ignore`` or ``use``."""
    return Value(directive.value(one(directive, f"{directive.verb.text} path")), directive.line)


def go_version(directive: Directive) -> Value:
    """The version of ``go``."""
    token = one(directive, "go 1.24")
    if not _GO_VERSION.fullmatch(token.text):
        raise directive.wrong(f"invalid Go version {token.text[:80]!a}", "write go 1.24 or go 1.24.0", token)
    return Value(token.text, directive.line)


def toolchain(directive: Directive) -> Value:
    """The name of ``toolchain``."""
    token = one(directive, "toolchain go1.24.0")
    if not _TOOLCHAIN.fullmatch(token.text):
        raise directive.wrong(f"invalid toolchain {token.text[:80]!a}", "write toolchain go1.24.0", token)
    return Value(token.text, directive.line)


def godebug(directive: Directive) -> Value:
    """The setting of ``godebug``."""
    usage = "godebug key=value"
    token = one(directive, usage)
    if "=" not in token.text or re.search("[\"'`]", token.text):
        raise directive.wrong("godebug wants key=value", f"write {usage}", token)
    return Value(token.text, directive.line)


def requirement(directive: Directive) -> Requirement:
    """A module and version of ``require`` or ``exclude``."""
    if len(directive.args) != 2:
        verb = directive.verb.text
        raise directive.wrong(f"{verb} wants a module and a version", f"write {verb} module/path v1.2.3")
    path, version = map(directive.value, directive.args)
    _check_major(directive, path, version)
    indirect = directive.comment == "indirect" or directive.comment.startswith("indirect;")
    return Requirement(path, version, directive.line, indirect)


def replacement(directive: Directive) -> Replacement:
    """Both sides of ``replace``."""
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


def retraction(directive: Directive) -> Retraction:
    """The version, or the interval, of ``retract``."""
    texts = [token.text for token in directive.args]
    if len(texts) == 5 and [texts[0], texts[2], texts[4]] == ["[", ",", "]"]:
        low, high = directive.value(directive.args[1]), directive.value(directive.args[3])
    elif len(texts) == 1 and texts[0] not in _PUNCTUATION:
        low = high = directive.value(directive.args[0])
    else:
        raise directive.wrong("retract wants a version or an interval", "write retract v1.2.3 or retract [v1.0.0, v1.2.3]")
    return Retraction(low, high, directive.line)


def _check_major(directive: Directive, path: str, version: str) -> None:
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
