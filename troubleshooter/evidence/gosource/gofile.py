"""One Go file: its package, imports, build constraint, cgo preamble, embeds, and the calls that matter in a container.

In: the text. Out: :class:`GoFile`. Any text will do; what cannot be understood is left out. Comments and strings are told
from code by golex, so that a call in a comment is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from troubleshooter.evidence.gosource.calls import Import, Use, uses
from troubleshooter.evidence.gosource.constraint import read_constraint
from troubleshooter.evidence.gosource.golex import Token, tokens
from troubleshooter.frozen import dataclass


@dataclass(frozen=True)
class CgoDirective:
    """``#cgo conditions verb: value`` (LDFLAGS, CFLAGS, pkg-config) or ``#include <value>`` (verb ``include``)."""

    verb: str
    value: str
    line: int
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True)
class GoFile:
    """What one Go file says; see :func:`read_go_file`."""

    path: str
    """Relative to the project, with forward slashes."""
    package: str
    imports: tuple[Import, ...]
    constraint: str
    cgo: tuple[CgoDirective, ...]
    embeds: tuple[tuple[str, int], ...]
    uses: tuple[Use, ...]

    @property
    def is_test(self) -> bool:
        return self.path.endswith("_test.go")

    @property
    def directory(self) -> str:
        """The folder of the file, ``.`` for the project itself."""
        return self.path.rpartition("/")[0] or "."

    def imported(self, path: str) -> Import | None:
        return next((found for found in self.imports if found.path == path), None)


def read_go_file(text: str, path: str) -> GoFile:
    """What a Go file says; ``path`` is how it is called in the result."""
    text = text.removeprefix("\ufeff")
    all_tokens = _wanted_tokens(text)
    code = [token for token in all_tokens if token.kind != "comment"]
    imports, body = _imports(code)
    return GoFile(
        path=path,
        package=_package(code),
        imports=tuple(imports),
        constraint=read_constraint(text),
        cgo=tuple(_cgo(all_tokens)),
        embeds=tuple(_embeds(all_tokens)),
        uses=(*_comments(all_tokens), *uses(body, imports)),
    )


_TELLING = re.compile(
    r"LoadLocation|Temp|user\.|http|Listen|Addr|\.Run|\.Start|Dial|127\.0\.0\.1|localhost|os\.|ParseFiles|ParseGlob|Command"
    r"|go:embed|go:linkname|go:generate|file://|https://|FormFile|ParseMultipartForm|ioutil|sql\.Open"
)


def _wanted_tokens(text: str) -> list[Token]:
    """All tokens, or those up to the first declaration after the imports where the rest cannot tell anything."""
    found: list[Token] = []
    whole = _TELLING.search(text) is not None
    depth = 0
    for token in tokens(text):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if not whole and depth == 0 and token.text in ("func", "type", "var", "const"):
            break
        found.append(token)
    return found


def _package(code: list[Token]) -> str:
    return code[1].text if len(code) > 1 and code[0].text == "package" and code[1].kind == "word" else ""


def _imports(code: list[Token]) -> tuple[list[Import], list[Token]]:
    """The imports of a file, and the tokens after them."""
    found: list[Import] = []
    at = 2
    while at < len(code):
        if code[at].text == ";":
            at += 1
        elif code[at].text != "import":
            break
        elif at + 1 < len(code) and code[at + 1].text == "(":
            end = next((i for i in range(at, len(code)) if code[i].text == ")"), len(code))
            found += _specs(code[at + 2 : end])
            at = end + 1
        else:
            end = next((i for i in range(at + 1, min(at + 3, len(code))) if code[i].kind == "string"), at)
            found += _specs(code[at + 1 : end + 1])
            at = end + 1
    return found, code[at:]


def _specs(code: list[Token]) -> Iterator[Import]:
    for before, token in zip([None, *code], code, strict=False):
        if token.kind == "string":
            named = before is not None and (before.kind == "word" or before.text == ".")
            yield Import(token.value, token.line, before.text if before is not None and named else "")


def _cgo(all_tokens: list[Token]) -> Iterator[CgoDirective]:
    """The lines of the comment that stands directly before ``import "C"``."""
    for at, token in enumerate(all_tokens):
        if token.text not in ('"C"', "`C`") or at == 0 or all_tokens[at - 1].text not in ("import", "("):
            continue
        start = at - 1
        if all_tokens[start].text == "(":
            start -= 1
        next_line = all_tokens[start].line if start >= 0 else 0
        comments: list[Token] = []
        while start > 0 and all_tokens[start - 1].kind == "comment":
            comment = all_tokens[start - 1]
            if comment.line + comment.text.count("\n") != next_line - 1:
                break
            comments.insert(0, comment)
            next_line, start = comment.line, start - 1
        for comment in comments:
            yield from _preamble(comment)


_CGO = re.compile(r"\s*#cgo\s+(?P<conditions>.*?)\s*(?P<verb>[A-Za-z-]+)\s*:\s*(?P<value>.*)")
_C_CALL = re.compile(r"\b(getaddrinfo|gethostbyname\w*|getpw(?:nam|uid|ent)\w*|getgr(?:nam|gid|ent|ouplist)\w*|getservby\w+|dlopen)\s*\(")
_INCLUDE = re.compile(r"\s*#\s*include\s*[<\"]([^>\"]+)[>\"]")


def _preamble(comment: Token) -> Iterator[CgoDirective]:
    text = comment.text[2:].removesuffix("*/") if comment.text.startswith("/*") else comment.text[2:]
    for offset, line in enumerate(text.split("\n")):
        if match := _CGO.match(line):
            conditions = tuple(match["conditions"].split())
            yield CgoDirective(match["verb"], match["value"].strip(), comment.line + offset, conditions)
        elif match := _INCLUDE.match(line):
            yield CgoDirective("include", match[1], comment.line + offset)
        else:
            for called in _C_CALL.finditer(line):
                yield CgoDirective("calls", called[1], comment.line + offset)


def _embeds(all_tokens: list[Token]) -> Iterator[tuple[str, int]]:
    for token in all_tokens:
        if token.text.startswith("//go:embed "):
            for pattern in re.findall(r'"[^"]*"|`[^`]*`|\S+', token.text[len("//go:embed ") :]):
                yield pattern.strip('"`').removeprefix("all:"), token.line


_LINKNAME = re.compile(r"//go:linkname\s+\w+\s+([a-z][\w/]*\.\w+)\s*")
_OLD_LINKS = frozenset(
    {
        "runtime.nanotime",
        "runtime.fastrand",
        "runtime.procPin",
        "runtime.procUnpin",
        "runtime.memhash",
        "runtime.strhash",
        "runtime.mallocgc",
    }
)
"""Names that stay open to //go:linkname in Go 1.23 ("hall of shame" in the sources)."""


def _comments(all_tokens: list[Token]) -> Iterator[Use]:
    """What //go:linkname and //go:generate lines ask for."""
    for token in all_tokens:
        if token.kind != "comment" or not token.text.startswith("//go:"):
            continue
        link = _LINKNAME.fullmatch(token.text.rstrip())
        if link and "." in link[1] and link[1] not in _OLD_LINKS and "." not in link[1].split("/")[0].rpartition(".")[0]:
            yield Use("linkname", link[1], token.line)
        elif token.text.startswith("//go:generate "):
            word = token.text.split()[1:2]
            if word and re.fullmatch(r"[\w./+-]+", word[0]):
                yield Use("generate", word[0], token.line)
