"""Lines of a go.mod into tokens; strings as the go command reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from troubleshooter.evidence.gomod.file import GoModError
from troubleshooter.frozen import dataclass


def quoted(text: str) -> str:
    """``text`` as one token of a go.mod: as it is, or quoted where it has to be."""
    plain = text.isprintable() and text and not re.search(r"""[ "'`]|//|/\*""", text)
    if plain and (len(text) == 1 or not re.search(r"[()\[\]{},]", text)):
        return text
    return '"' + "".join(_escaped(char) for char in text) + '"'


_PUNCTUATION = "()[]{},"
_CONTEXT = re.compile(r"^(<{7}|={7}|>{7}|\|{7})")
_CURE_QUOTES = "close the quotes on the same line"


@dataclass(frozen=True)
class Token:
    """A word, a string or a bracket, and its column."""

    text: str
    """As it stands, quotes included."""
    column: int


@dataclass(frozen=True)
class Line:
    """One line: its tokens, the comment that ends it, or what is wrong with it."""

    number: int
    tokens: tuple[Token, ...]
    comment: str
    error: GoModError | None = None


def lines(text: str) -> Iterator[Line]:
    """Every line in tokens; one that cannot be read carries its error."""
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            tokens, comment = _lex(line, number)
        except GoModError as error:
            yield Line(number, (), "", error)
        else:
            yield Line(number, tuple(tokens), comment)


def _lex(line: str, number: int) -> tuple[list[Token], str]:
    """The tokens of a line and the comment after them; raises GoModError."""
    if _CONTEXT.match(line):
        raise GoModError(number, 1, "merge conflict marker", "resolve the merge conflict, then run go mod tidy")
    tokens: list[Token] = []
    at = 0
    while at < len(line):
        char = line[at]
        if char in " \t\r":
            at += 1
        elif line.startswith("//", at):
            return tokens, line[at + 2 :].strip()
        else:
            end = _token_end(line, at, number)
            tokens.append(Token(line[at:end], at + 1))
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


_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", '"': '"'}
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.?))", re.DOTALL)


def unquoted(token: Token, line: int) -> str:
    """The value of a token; raises GoModError for quotes in the wrong place and for unknown escapes."""
    text = token.text
    if text.startswith('"'):
        return _ESCAPE.sub(lambda match: _unescaped(match, token, line), text[1:-1])
    if re.search("[\"'`]", text):
        raise GoModError(line, token.column, "quote inside a word", "quote the whole word with double quotes, or not at all")
    return text


def _unescaped(match: re.Match[str], token: Token, line: int) -> str:
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
