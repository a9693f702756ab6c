"""Words as Docker and the shell read them: splitting with quotes respected, unquoting, ``$VAR`` expansion.

Pure functions over strings; nothing here fails: an unclosed quote runs to the end of the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]")
_BRACED = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-+?])(.*))?", re.DOTALL)
_DEEPEST = 20
"""Nested defaults beyond this depth are left as they are: nobody writes them, and recursion has an end."""


def split_words(text: str, escape: str = "\\") -> list[tuple[int, int]]:
    """Spans of the words of ``text`` that white space outside of quotes parts."""
    spans: list[tuple[int, int]] = []
    position, start, quote = 0, -1, ""
    while position < len(text):
        char = text[position]
        if quote:
            if char == escape and quote == '"':
                position += 1
            elif char == quote:
                quote = ""
        elif char.isspace():
            if start >= 0:
                spans.append((start, position))
            start = -1
        else:
            start = position if start < 0 else start
            if char == escape:
                position += 1
            elif char in "'\"":
                quote = char
        position += 1
    if start >= 0:
        spans.append((start, len(text)))
    return spans


def process_word(raw: str, values: Mapping[str, str], escape: str = "\\") -> str:
    """``raw`` without its quotes and escapes, variables of ``values`` put in; unknown variables stay as written."""
    out: list[str] = []
    position, quote = 0, ""
    while position < len(raw):
        char = raw[position]
        if quote == "'":
            quote = "" if char == "'" else quote
            out.append("" if char == "'" else char)
        elif char == escape and position + 1 < len(raw):
            position += 1
            keeps_escape = quote == '"' and raw[position] not in '"$`' + escape
            out.append(escape + raw[position] if keeps_escape else raw[position])
        elif char in "'\"" and quote in ("", char):
            quote = "" if quote else char
        elif char == "$":
            text, position = _variable(raw, position, values)
            out.append(text)
            continue
        else:
            out.append(char)
        position += 1
    return "".join(out)


def variables(raw: str) -> tuple[str, ...]:
    """Names of the variables that ``raw`` mentions, in order."""
    return tuple(re.findall(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)", raw))


def has_variable(text: str) -> bool:
    """Whether something in ``text`` is only known when it runs (``$VAR``, ``$(command)`` or a back-quoted command)."""
    return "$" in text or "`" in text


def matching_bracket(text: str, start: int) -> int:
    """Position after the bracket that closes the one at ``start``; the end of the text if none does."""
    pair = {"(": ")", "{": "}"}[text[start]]
    depth, quote, position = 0, "", start
    while position < len(text):
        char = text[position]
        if char == "\\":
            position += 1
        elif quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char == text[start]:
            depth += 1
        elif char == pair:
            depth -= 1
            if depth == 0:
                return position + 1
        position += 1
    return len(text)


def _variable(raw: str, start: int, values: Mapping[str, str]) -> tuple[str, int]:
    """The text for the ``$...`` at ``start`` and the position after it."""
    following = raw[start + 1 : start + 2]
    if following == "(":
        end = matching_bracket(raw, start + 1)
        return raw[start:end], end
    if following == "{":
        end = matching_bracket(raw, start + 1)
        return _braced(raw[start:end], values), end
    name = _NAME.match(raw, start + 1)
    if name is None:
        return "$", start + 1
    return values.get(name.group(), raw[start : name.end()]), name.end()


def _braced(raw: str, values: Mapping[str, str]) -> str:
    parts = _BRACED.fullmatch(raw[2:-1]) if raw.endswith("}") else None
    if parts is None or raw.count("${") > _DEEPEST:
        return raw
    name, operator, operand = parts.group(1), parts.group(2) or "", parts.group(3) or ""
    value = values.get(name)
    if operator in (":-", "-"):
        use = value if operator == "-" else value or None
        return process_word(operand, values) if use is None else use
    if operator in (":+", "+"):
        present = value is not None if operator == "+" else bool(value)
        return process_word(operand, values) if present else ""
    return raw if value is None else value
