"""Who the program runs as, and what that user may do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from troubleshooter.evidence.image.archive import Image
from troubleshooter.evidence.image.names import SOURCE, yes_no
from troubleshooter.evidence.image.tree import Entry, Tree
from troubleshooter.frozen import dataclass
from troubleshooter.model import Fact


@dataclass(frozen=True)
class User:
    """Who runs the program. ``uid`` is None for a name without entry in /etc/passwd."""

    name: str
    uid: int | None
    gids: frozenset[int]
    known: bool
    group: str = ""
    group_known: bool = True


def user_of(image: Image) -> User:
    """The user of the configuration, looked up in /etc/passwd and /etc/group."""
    name, _, group = image.config.user.partition(":")
    name = name or "root"
    rows = _rows(image.files, "/etc/passwd")
    groups = _rows(image.files, "/etc/group")
    row = next((row for row in rows if row[0] == name or (name.isdecimal() and row[2:3] == [name])), None)
    root = name in ("root", "0")
    if row is None and root:
        row_uid, row_gid = "0", "0"
    elif row is None:
        row_uid, row_gid = name, "0"
    else:
        row_uid, row_gid = [*row[2:4], "", ""][:2]
    named = next((line for line in groups if line[0] == group), None)
    gid = named[2] if named and len(named) > 2 else group or row_gid
    member = {line[2] for line in groups if len(line) > 3 and row is not None and row[0] in line[3].split(",")}
    return User(
        name="root" if root else name,
        uid=_number(row_uid),
        gids=frozenset(number for text in {gid, *member} if (number := _number(text)) is not None),
        known=row is not None,
        group=group,
        group_known=named is not None or group.isdecimal() or not group,
    )


def user_facts(image: Image, user: User) -> Iterator[Fact]:
    """Whether the user and the group of the configuration exist."""
    yield Fact("user", user.name, SOURCE)
    yield yes_no("user.numeric", user.name.isdecimal())
    yield yes_no("final.passwd", user.known, "image:/etc/passwd")
    if user.group and not user.group.isdecimal():
        yield yes_no("final.group", user.group_known, "image:/etc/group")


def _rows(files: Tree, path: str) -> list[list[str]]:
    entry = files.get(path)
    text = entry.content.decode("utf-8", "replace") if entry else ""
    return [line.split(":") for line in text.splitlines() if line and not line.startswith("#")]


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,10}", text) else None


def may(user: User, entry: Entry, bit: int) -> bool:
    """Whether the mode of a file lets the user read (4), write (2) or execute (1) it."""
    if user.uid == 0:
        return bit != 1 or entry.type == "dir" or bool(entry.mode & 0o111)
    if entry.uid == user.uid:
        return bool(entry.mode & (bit << 6))
    if entry.gid in user.gids:
        return bool(entry.mode & (bit << 3))
    return bool(entry.mode & bit)
