"""Go source text into tokens: just enough that comments and strings are never mistaken for code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from troubleshooter.frozen import dataclass

_TOKEN = re.compile(
    r"""
      (?P<comment> //[^\n]* | /\*(?:.*?\*/|.*) )
    | (?P<string>  "(?:[^"\\\n]|\\.)*"? | `[^`]*`? )
    | (?P<rune>    '(?:[^'\\\n]|\\.)*'? )
    | (?P<word>    [^\W\d]\w* )
    | (?P<number>  \d[\w.]* )
    | (?P<mark>    :=|[^\s\w] )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"'}


@dataclass(frozen=True)
class Token:
    """``kind``: comment, string, rune, word, number or mark; ``text`` as it stands in the source."""

    kind: str
    text: str
    line: int

    @property
    def value(self) -> str:
        """What a string token means; escapes other than the common ones are left as they stand."""
        if self.text.startswith("`"):
            return self.text[1:].removesuffix("`")
        inner = self.text[1:-1] if len(self.text) > 1 and self.text.endswith('"') else self.text[1:]
        return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[0]), inner)


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a Go file in order, comments included; any text will do."""
    line, at = 1, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        yield Token(match.lastgroup or "mark", match.group(), line)
