"""Calls and literals in the body of a Go file that tell what the program opens, listens on, dials or runs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from troubleshooter.evidence.gosource.golex import Token
from troubleshooter.frozen import dataclass


@dataclass(frozen=True)
class Import:
    """``import name "path"``; name is empty where the package's own holds."""

    path: str
    line: int
    name: str = ""


@dataclass(frozen=True)
class Use:
    """Something that the code does, at a line; ``sure`` is False where it only looks like it.

    Kinds: linkname (``value``: the name in the standard library), generate (command), timezones, tmp, user-lookup,
    http-client, tls-dial, multipart, https-url, http-url, listen and dial (address), read and write (path), command (name),
    file-url (path).
    """

    kind: str
    value: str
    line: int
    sure: bool = True


_CALLS = {
    ("time", "LoadLocation"): "timezones",
    ("os", "CreateTemp"): "tmp",
    ("os", "MkdirTemp"): "tmp",
    ("os", "TempDir"): "tmp",
    ("io/ioutil", "TempFile"): "tmp",
    ("io/ioutil", "TempDir"): "tmp",
    ("os/user", "Current"): "user-lookup",
    ("os/user", "Lookup"): "user-lookup",
    ("os/user", "LookupId"): "user-lookup",
    ("os/user", "LookupGroup"): "user-lookup",
    ("os/user", "LookupGroupId"): "user-lookup",
    ("net/http", "Get"): "http-client",
    ("net/http", "Head"): "http-client",
    ("net/http", "Post"): "http-client",
    ("net/http", "PostForm"): "http-client",
    ("net/http", "DefaultClient"): "http-client",
    ("net/http", "Client"): "http-client",
    ("net/http", "NewRequest"): "http-client",
    ("net/http", "NewRequestWithContext"): "http-client",
    ("crypto/tls", "Dial"): "tls-dial",
    ("crypto/tls", "DialWithDialer"): "tls-dial",
    ("os", "Open"): "read",
    ("os", "ReadFile"): "read",
    ("os", "ReadDir"): "read",
    ("os", "DirFS"): "read",
    ("io/ioutil", "ReadFile"): "read",
    ("io/ioutil", "ReadDir"): "read",
    ("html/template", "ParseFiles"): "read",
    ("html/template", "ParseGlob"): "read",
    ("text/template", "ParseFiles"): "read",
    ("text/template", "ParseGlob"): "read",
    ("net/http", "Dir"): "read",
    ("os", "Create"): "write",
    ("os", "WriteFile"): "write",
    ("os", "Mkdir"): "write",
    ("os", "MkdirAll"): "write",
    ("os", "OpenFile"): "write",
    ("io/ioutil", "WriteFile"): "write",
    ("database/sql", "Open"): "database",
    ("os/exec", "Command"): "command",
    ("os/exec", "LookPath"): "command",
}
_METHODS = {
    "ParseMultipartForm": "multipart",
    "FormFile": "multipart",
    "ParseFiles": "read",
    "ParseGlob": "read",
    "LoadHTMLGlob": "read",
    "LoadHTMLFiles": "read",
}
_WITH_PATH = frozenset({"read", "write", "command"})
_LISTEN = frozenset({"ListenAndServe", "ListenAndServeTLS", "Listen", "ListenPacket", "ListenTLS", "Run", "RunTLS", "Start", "StartTLS"})
_ADDRESS = re.compile(r"(?P<host>[\w.-]*|\[[0-9a-fA-F:]*\]):(?P<port>\d{1,5}|https?)")
_LOOPBACK_URL = re.compile(r"(?:^|//|@|host=|\()(?:localhost|127\.0\.0\.1|\[::1\])(?=[:/?)\s]|$)")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_STATEMENT = 60
"""Tokens that are looked back or ahead for the call or composite literal that a string belongs to."""


def is_loopback(address: str) -> bool:
    """Whether ``host:port`` listens to this machine alone."""
    return address.rpartition(":")[0] in _LOOPBACK


def uses(body: list[Token], imports: list[Import]) -> Iterator[Use]:
    """What the code does, call by call."""
    names = {found.name or _base(found.path): found.path for found in imports}
    variables = _address_variables(body)
    for at, token in enumerate(body):
        called = at > 1 and body[at - 1].text == "."
        if token.kind == "word" and called:
            qualified = at > 2 and body[at - 3].text == "."
            package = "" if qualified else names.get(body[at - 2].text, "")
            kind = _CALLS.get((package, token.text)) or ("" if package else _METHODS.get(token.text, ""))
            if kind == "database":
                yield from _database(body, at, token)
            elif kind in _WITH_PATH:
                yield from _with_path(kind, body, at, token)
            elif kind:
                yield Use(kind, "", token.line)
        if token.kind == "word" and token.text in _LISTEN:
            yield from _listening(body, at, variables)
        elif token.kind == "string":
            yield from _literal(body, at, token)


def _base(path: str) -> str:
    """The name that an import goes by without an alias: its last part, a major version left out."""
    parts = path.split("/")
    if len(parts) > 1 and re.fullmatch(r"v\d+", parts[-1]):
        parts.pop()
    return parts[-1]


def _with_path(kind: str, body: list[Token], at: int, token: Token) -> Iterator[Use]:
    """A call whose first argument is a path or name: one use for a literal, none for a computed one."""
    first = body[at + 2 : at + 3]
    if first and body[at + 1].text == "(" and first[0].kind == "string" and first[0].value:
        yield Use(kind, first[0].value, token.line)


def _database(body: list[Token], at: int, token: Token) -> Iterator[Use]:
    """``sql.Open("sqlite3", "/data/x.db")``: the file is written, and so is its folder."""
    literals = [each for each in _arguments(body, at) if each.kind == "string"]
    if len(literals) == 2 and "sqlite" in literals[0].value:
        path = literals[1].value.removeprefix("file:").split("?")[0]
        if path and path != ":memory:":
            yield Use("write", path, token.line)


def _arguments(body: list[Token], at: int) -> list[Token]:
    """The tokens between the parentheses that open after ``at``."""
    if body[at + 1 : at + 2] == [] or body[at + 1].text != "(":
        return []
    depth = 0
    for end in range(at + 1, min(at + _STATEMENT, len(body))):
        depth += {"(": 1, ")": -1}.get(body[end].text, 0)
        if depth == 0:
            return body[at + 2 : end]
    return []


def _listening(body: list[Token], at: int, variables: dict[str, Token]) -> Iterator[Use]:
    for argument in _arguments(body, at):
        source = variables.get(argument.text) if argument.kind == "word" else argument
        if source is not None and source.kind == "string" and _ADDRESS.fullmatch(source.value):
            yield Use("listen", source.value, source.line, sure=source is argument)


def _address_variables(body: list[Token]) -> dict[str, Token]:
    """Variables and constants with a literal address on the line where they are set."""
    found: dict[str, Token] = {}
    for at, token in enumerate(body):
        if token.kind != "string" or not _ADDRESS.fullmatch(token.value):
            continue
        line = [other for other in body[max(at - _STATEMENT, 0) : at] if other.line == token.line]
        sets = next((i for i, other in enumerate(line) if other.text in ("=", ":=")), 0)
        words = [other.text for other in line[:sets] if other.kind == "word" and other.text not in ("var", "const", "string")]
        if words:
            found[words[-1]] = token
    return found


def _literal(body: list[Token], at: int, token: Token) -> Iterator[Use]:
    text = token.value
    if text.startswith("https://"):
        yield Use("https-url", text, token.line)
    if text.startswith("http://"):
        yield Use("http-url", text, token.line)
    if text.startswith("file://") and len(text) > len("file://"):
        yield Use("file-url", text.removeprefix("file://"), token.line)
    is_addr = [other.text for other in body[max(at - 2, 0) : at]] == ["Addr", ":"]
    if is_addr and _ADDRESS.fullmatch(text) and _composite(body, at) == "Server":
        yield Use("listen", text, token.line)
    elif _LOOPBACK_URL.search(text) and not _is_listened_to(body, at):
        yield Use("dial", text, token.line, sure=False)


def _composite(body: list[Token], at: int) -> str:
    """The type of the composite literal around a token: Server in ``http.Server{Addr: …}``."""
    depth = 0
    for i in range(at - 1, max(at - _STATEMENT, 0), -1):
        depth += {"}": 1, "{": -1}.get(body[i].text, 0)
        if depth < 0:
            return body[i - 1].text
    return ""


def _is_listened_to(body: list[Token], at: int) -> bool:
    """Whether the statement of a literal listens, or only stores an address that something else may listen to."""
    line = [other.text for other in body[max(at - _STATEMENT, 0) : at] if other.line == body[at].line]
    if any(word.startswith(("Dial", "NewClient", "Connect")) for word in line):
        return False
    return bool(_LISTEN.intersection(line)) or (bool(_ADDRESS.fullmatch(body[at].value)) and ("=" in line or ":=" in line))
