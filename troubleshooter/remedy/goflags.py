"""Changes inside go commands: flags and tags in the text of a RUN, continuation lines and quotes left as they are."""

from __future__ import annotations

import re

from troubleshooter.evidence.dockerfile import GoCommand
from troubleshooter.evidence.dockerfile.gocommands import Flag
from troubleshooter.evidence.dockerfile.shell import Word
from troubleshooter.remedy.place import EditRefused

Change = tuple[int, int, str]
_LIST_FLAGS = ("tags",)
_LINKER_FLAGS = ("extldflags", "linkmode", "s", "w", "X", "buildid", "r")


def word_range(command: GoCommand, word: Word) -> tuple[int, int]:
    """Where a word stands in the file."""
    if not command.command.editable:
        raise EditRefused(f"The go command in line {command.line} is not written in the shell form.")
    return command.command.span.offset(word.start), command.command.span.end_offset(word.end)


def quoted(value: str, text: str, command: GoCommand) -> str:
    """A value as one word for the shell, refused where it stands inside quotes already."""
    if re.fullmatch(r"[\w./,:=@%+\-$]*", value):
        return value
    start = command.command.span.offset(0)
    if start > 0 and text[start - 1] in "'\"":
        raise EditRefused(f"The go command in line {command.line} stands inside quotes; change it by hand.")
    return f"'{value}'" if "'" not in value else '"' + re.sub(r'(["\\`])', r"\\\1", value) + '"'


def add_flag(text: str, command: GoCommand, name: str, value: str) -> list[Change]:
    """Give a go command a flag; tags are added to a list, linker flags to the string, any other value is replaced."""
    present = [flag for flag in command.flags if flag.name == name]
    if not present:
        verb = command.command.words[_verb_index(command)]
        _, at = word_range(command, verb)
        return [(at, at, f" -{name}" + (f" {quoted(value, text, command)}" if value else ""))]
    flag = present[-1]
    if name in _LIST_FLAGS:
        tags = _tags(flag.value)
        value = ",".join([*tags, *(tag for tag in _tags(value) if tag not in tags)])
    elif name == "ldflags":
        value = flag.value if value in flag.value else f"{flag.value} {value}".strip()
    if value == flag.value or (not value and flag.value == "true"):
        return []
    return [_replaced(text, command, flag, quoted(value, text, command))]


def set_flag(text: str, command: GoCommand, name: str, value: str) -> list[Change]:
    """Set a flag that goes by ``-name=value`` (booleans such as ``-buildvcs=false``)."""
    present = [flag for flag in command.flags if flag.name == name]
    if not present:
        _, at = word_range(command, command.command.words[_verb_index(command)])
        return [(at, at, f" -{name}={value}")]
    start, _ = word_range(command, present[-1].words[0])
    _, end = word_range(command, present[-1].words[-1])
    return [] if present[-1].value == value else [(start, end, f"-{name}={value}")]


def remove_flag(text: str, command: GoCommand, name: str, value: str) -> list[Change]:
    """Take a flag away; with ``value`` only that tag, and of the linker's flags only the one that is named."""
    if name in _LINKER_FLAGS:
        flags = [flag for flag in command.flags if flag.name == "ldflags"]
        return [change for flag in flags for change in _without_linker_flag(text, command, flag, name)]
    changes: list[Change] = []
    for flag in command.flags:
        if flag.name != name:
            continue
        rest = [tag for tag in _tags(flag.value) if tag not in _tags(value)] if value and name in _LIST_FLAGS else []
        if value and name in _LIST_FLAGS and rest == _tags(flag.value):
            continue
        if rest:
            changes.append(_replaced(text, command, flag, quoted(",".join(rest), text, command)))
        elif not value or name in _LIST_FLAGS or flag.value == value:
            changes += removed(text, command, flag.words)
    return changes


def removed(text: str, command: GoCommand, words: tuple[Word, ...]) -> list[Change]:
    """Take words out together with the blanks (and continuation) before them; a comment between them stays."""
    before = [word for word in command.command.words if word.end <= words[0].start]
    start, _ = word_range(command, words[0])
    _, end = word_range(command, words[-1])
    left = word_range(command, before[-1])[1] if before else start
    if "#" in text[left:start]:
        return [(*word_range(command, word), "") for word in words]
    return [(left, end, "")]


def _replaced(text: str, command: GoCommand, flag: Flag, value: str) -> Change:
    start, end = word_range(command, flag.words[-1])
    if len(flag.words) == 1:
        start += text[start:end].index("=") + 1 if "=" in text[start:end] else end - start
        value = value if "=" in text[start - 1 : end] else "=" + value
    return start, end, value


def _without_linker_flag(text: str, command: GoCommand, flag: Flag, name: str) -> list[Change]:
    start, end = word_range(command, flag.words[-1])
    raw = text[start:end]
    takes = name in ("extldflags", "linkmode", "X", "buildid", "r")
    argument = r"(?:[ =](?:\\?\"[^\"]*\"|'[^']*'|[^\s'\"]+))" if takes else ""
    cleaned = re.sub(rf"(?<![\w-])-{name}(?![\w]){argument}", "", raw)
    if cleaned == raw:
        return []
    cleaned = re.sub(r"(?<=\S) {2,}(?=\S)", " ", cleaned)
    cleaned = re.sub(r"(?<=['\"=]) +| +(?=['\"]$)", "", cleaned)
    content = cleaned.partition("=")[2] if len(flag.words) == 1 else cleaned
    if content.strip("'\" ") == "":
        return removed(text, command, flag.words)
    return [(start, end, cleaned)]


def _verb_index(command: GoCommand) -> int:
    last = command.verb.split(" ")[-1]
    return next(i for i, word in enumerate(command.command.words) if i > 0 and word.value == last)


def _tags(value: str) -> list[str]:
    return [tag for tag in re.split(r"[ ,]+", value) if tag]
