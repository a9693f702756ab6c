"""What the shell of a RUN would execute: simple commands with their assignments, words and places in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from troubleshooter.evidence.dockerfile.instruction import Instruction, Span
from troubleshooter.evidence.dockerfile.words import matching_bracket, process_word
from troubleshooter.frozen import dataclass

_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=")
_KEYWORDS = frozenset({"if", "then", "else", "elif", "fi", "do", "done", "while", "until", "!", "{", "}", "time"})
_WRAPPERS = frozenset({"env", "exec", "command", "sudo", "nice", "nohup"})
_SHELLS = frozenset({"sh", "bash", "ash", "dash"})
_DEEPEST = 4


@dataclass(frozen=True)
class Word:
    """One word of a command: as written, its value, and where it stands."""

    raw: str
    value: str
    """Unquoted; variables as written."""
    start: int
    end: int


@dataclass(frozen=True)
class Command:
    """A simple command: ``NAME=VALUE`` assignments, then words. ``span`` maps their positions to the file."""

    assignments: tuple[tuple[str, Word], ...]
    words: tuple[Word, ...]
    span: Span
    editable: bool = True
    """False where the words do not stand in the file as the shell sees them (exec form, escaped quotes)."""

    @property
    def start(self) -> int:
        """Position in ``span`` where the command begins, assignments and wrappers included."""
        return min([word.start for word in self.words] + [word.start for _, word in self.assignments])

    @property
    def offset(self) -> int:
        """Offset in the file where the command begins."""
        return self.span.offset(self.start)

    @property
    def name(self) -> str:
        """The program without its folder."""
        return self.words[0].value.rsplit("/", 1)[-1] if self.words else ""

    @property
    def argv(self) -> tuple[str, ...]:
        return tuple(word.value for word in self.words)


def commands(instruction: Instruction) -> tuple[Command, ...]:
    """All simple commands of a RUN, CMD, ENTRYPOINT or HEALTHCHECK, those in heredocs and ``sh -c`` included."""
    span = instruction.args
    if instruction.keyword == "HEALTHCHECK" and instruction.words[:1]:
        span = span.slice(min(len(instruction.words[0]) + 1, len(span.text)))
    if instruction.json is not None:
        words = tuple(Word(each, each, 0, 1) for each in instruction.json)
        return tuple(_unwrapped(Command((), words, span, editable=False), 0)) if words else ()
    found = list(_script(span, 0))
    for heredoc in instruction.heredocs if instruction.keyword == "RUN" else ():
        if _is_script(instruction, found):
            found = [each for each in found if each.name not in _SHELLS]
            found += _script(heredoc.body, 0)
    return tuple(found)


def _is_script(instruction: Instruction, found: list[Command]) -> bool:
    """Whether the heredoc of a RUN is run by the shell (and not, say, the input of ``cat``)."""
    if not instruction.args.text.startswith("<<"):
        return bool(found) and found[0].name in _SHELLS
    return True


def _script(span: Span, depth: int) -> Iterator[Command]:
    words: list[Word] = []
    for token in _tokens(span.text):
        if token is not None:
            words.append(token)
        elif words:
            yield from _command(words, span, depth)
            words = []
    if words:
        yield from _command(words, span, depth)


def _command(words: list[Word], span: Span, depth: int) -> Iterator[Command]:
    while words and words[0].raw in _KEYWORDS:
        words = words[1:]
    assignments: list[tuple[str, Word]] = []
    while words:
        match = _ASSIGNMENT.match(words[0].raw)
        if match:
            value = words[0].raw[match.end() :]
            at = words[0].start + match.end()
            assignments.append((match.group(1), Word(value, process_word(value, {}), at, words[0].end)))
        elif not (words[0].value in _WRAPPERS and len(words) > 1 and not words[1].raw.startswith("-")):
            break
        words = words[1:]
    if words or assignments:
        yield from _unwrapped(Command(tuple(assignments), tuple(words), span), depth)


def _unwrapped(command: Command, depth: int) -> Iterator[Command]:
    """The command itself, or for ``sh -c SCRIPT`` those of the script."""
    if depth < _DEEPEST and command.name in _SHELLS:
        for option, script in pairwise(command.words[1:]):
            if re.fullmatch(r"-[a-z]*c", option.value):
                yield from _inner(command, script, depth)
                return
    yield command


def _inner(command: Command, script: Word, depth: int) -> Iterator[Command]:
    verbatim = command.editable and script.raw[1:-1] == script.value and script.raw[:1] in ("'", '"')
    if verbatim:
        span = command.span.slice(script.start + 1, script.end - 1)
    else:
        span = Span(script.value, ((0, command.span.offset(script.start)),))
    for each in _script(span, depth + 1):
        yield replace(each, assignments=(*command.assignments, *each.assignments), editable=each.editable and verbatim)


def _tokens(text: str) -> Iterator[Word | None]:
    """Words of a script; None stands for anything that ends a command. Redirections are left out."""
    position = 0
    skip_word = False
    while position < len(text):
        char = text[position]
        if char in " \t\r":
            position += 1
        elif text.startswith("\\\n", position) or text.startswith("\\\r\n", position):
            position = text.index("\n", position) + 1
        elif char == "#":
            newline = text.find("\n", position)
            position = len(text) if newline < 0 else newline
        elif char in ";&|\n()":
            if text.startswith("&>", position):
                position += 2
                skip_word = True
                continue
            yield None
            position += 1
        elif char in "<>":
            while position < len(text) and text[position] in "<>&-|":
                position += 1
            skip_word = True
        else:
            end = _word_end(text, position)
            follows = text[end : end + 1]
            raw = text[position:end]
            if not skip_word and not (raw.isdigit() and follows and follows in "<>"):
                clean = raw.replace("\\\r\n", "").replace("\\\n", "")
                yield Word(raw, process_word(clean, {}), position, end)
            skip_word = False
            position = end


def _word_end(text: str, position: int) -> int:
    quote = ""
    while position < len(text):
        char = text[position]
        if quote == "'":
            quote = "" if char == "'" else quote
        elif char == "\\":
            position += 1
        elif char == "$" and text[position + 1 : position + 2] in ("(", "{"):
            position = matching_bracket(text, position + 1)
            continue
        elif char == quote:
            quote = ""
        elif not quote and char in "'\"":
            quote = char
        elif not quote and char in " \t\r\n;&|()<>":
            break
        position += 1
    return min(position, len(text))
