"""``.dockerignore``: which paths of the build context Docker leaves out, by the rules of moby's patternmatcher.

Not git's rules: a pattern is anchored at the root of the context, the last line that matches wins, and a pattern that
matches a folder covers all that lies below it until a ``!`` line takes it back.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

from troubleshooter.frozen import dataclass

_SPECIAL = frozenset(".$()+{}^|")


@dataclass(frozen=True)
class Pattern:
    """One line: the cleaned pattern, whether ``!`` takes paths back, and its line counted from 1."""

    text: str
    exception: bool
    line: int


def parse(text: str) -> tuple[Pattern, ...]:
    """The patterns of a file; comments (``#`` in the first column), empty lines and a lone ``!`` are left out."""
    patterns: list[Pattern] = []
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if line.startswith("#"):
            continue
        pattern = line.strip()
        exception = pattern.startswith("!")
        pattern = pattern.removeprefix("!").strip()
        if not pattern:
            continue
        pattern = posixpath.normpath(pattern).lstrip("/") or "/"
        patterns.append(Pattern(pattern, exception, number))
    return tuple(patterns)


def ignored(patterns: Sequence[Pattern], path: str) -> tuple[bool, int]:
    """Whether Docker leaves ``path`` (relative to the context) out, and the line that decided (0: none did)."""
    path = posixpath.normpath(path).lstrip("/")
    parts = path.split("/")
    candidates = [path, *("/".join(parts[:end]) for end in range(1, len(parts)))]
    out, line = False, 0
    for pattern in patterns:
        # Moby looks at a pattern only if it could change the verdict, and so is the deciding line the last that did.
        if pattern.exception == out and any(_matches(pattern.text, candidate) for candidate in candidates):
            out, line = not pattern.exception, pattern.line
    return out, line


def _matches(pattern: str, path: str) -> bool:
    """Whether one pattern matches one path; a pattern with a broken bracket, which Docker refuses, matches nothing."""
    if not re.search(r"[*?\[\]\\]", pattern):
        return pattern == path
    rest = pattern.replace("**", "", 1)
    if not re.search(r"[*?\[\]\\]", rest):
        if pattern.startswith("**"):
            return path.endswith(pattern[2:]) or (pattern[2:3] == "/" and path == pattern[3:])
        if pattern.endswith("**"):
            return path.startswith(pattern[:-2])
    try:
        return re.fullmatch(_regex(pattern), path, re.DOTALL) is not None
    except re.error:
        return False


def _regex(pattern: str) -> str:
    out: list[str] = []
    position = 0
    while position < len(pattern):
        char = pattern[position]
        position += 1
        if char == "*" and pattern[position : position + 1] == "*":
            position += 2 if pattern[position + 1 : position + 2] == "/" else 1
            out.append("(?:.*/)?" if position < len(pattern) else ".*")
        elif char == "*":
            out.append("[^/]*")
        elif char == "?":
            out.append("[^/]")
        elif char == "\\":
            out.append(re.escape(pattern[position : position + 1] or "\\"))
            position += 1
        elif char == "[":
            end = pattern.find("]", position + 1)
            if end < 0:
                raise re.error("bracket without an end")
            # Python gives a meaning of its own to these inside brackets, Go none.
            out.append("[" + re.sub(r"([\[&|~])", r"\\\1", pattern[position:end]) + "]")
            position = end + 1
        else:
            out.append("\\" + char if char in _SPECIAL else re.escape(char))
    return "".join(out)
