"""What the container starts: the file, whether it can be executed, and what its loader will miss."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from troubleshooter.evidence.binary import binary_facts
from troubleshooter.evidence.image.archive import Image
from troubleshooter.evidence.image.loader import Loading, Missing, load
from troubleshooter.evidence.image.names import SOURCE, yes_no
from troubleshooter.evidence.image.tree import Entry, Tree
from troubleshooter.evidence.image.user import User, may
from troubleshooter.evidence.program import highest
from troubleshooter.evidence.script import read_script, script_facts
from troubleshooter.frozen import dataclass
from troubleshooter.model import Fact

_DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_WRAPPERS = frozenset({"tini", "tini-static", "dumb-init", "catatonit"})


@dataclass(frozen=True)
class EntryPoint:
    """The word that is executed and where it leads. ``entry`` is None where nothing is."""

    word: str
    path: str
    entry: Entry | None
    searched: bool


def find_entry(image: Image) -> EntryPoint | None:
    """What the image starts: behind ``/bin/sh -c`` and init wrappers where these are there; None if it starts nothing."""
    command = image.config.command
    found = _look_up(image, command[0]) if command else None
    if found is None or found.entry is None:
        return found
    inner = _inner_word(command, found)
    return _look_up(image, inner) if inner else found


def is_shell_form(command: tuple[str, ...]) -> bool:
    """Whether the command is one text for /bin/sh -c."""
    return len(command) >= 3 and command[0] in ("/bin/sh", "/bin/bash", "/bin/ash") and command[1] == "-c"


def _inner_word(command: tuple[str, ...], found: EntryPoint) -> str:
    """The command behind a shell or an init wrapper; empty if there is none or it cannot be told."""
    if is_shell_form(command):
        try:
            words = shlex.split(command[2])
        except ValueError:
            return ""
        words = words[1:] if words[:1] == ["exec"] else words
        plain = bool(words) and re.fullmatch(r"[\w./+-]+", words[0]) is not None
        return words[0] if plain and words[0] not in _SHELL_WORDS else ""
    if found.word.rpartition("/")[2] in _WRAPPERS:
        after = command[command.index("--") + 1 :] if "--" in command else command[1:]
        return next((word for word in after if not word.startswith("-")), "")
    return ""


_SHELL_WORDS = frozenset({".", "cd", "if", "for", "while", "case", "set", "export", "source", "eval", "trap", "test", "echo", "wait"})


def _look_up(image: Image, word: str) -> EntryPoint:
    files = image.files
    if "/" in word:
        path, entry = files.resolve(word if word.startswith("/") else f"{image.config.workdir}/{word}")
        return EntryPoint(word, path, entry, False)
    for folder in (image.config.variable("PATH") or _DEFAULT_PATH).split(":"):
        path, entry = files.resolve(f"{folder}/{word}")
        if entry is not None and entry.type == "file" and entry.mode & 0o111:
            return EntryPoint(word, path, entry, True)
    return EntryPoint(word, word, None, True)


_KINDS = {
    "elf": "program",
    "mach-o": "program",
    "pe": "program",
    "script": "script",
    "archive": "archive",
    "text": "text",
    "empty": "empty",
}


def entry_facts(image: Image, found: EntryPoint, user: User) -> Iterator[Fact]:
    """What the entry point is, whether it lies there and may be executed."""
    entry, source = found.entry, f"image:{found.path}"
    yield Fact("entry.lookup", "search" if found.searched else "path", SOURCE)
    yield Fact("entry.path", found.path, SOURCE)
    if entry is None or entry.type not in ("file", "dir"):
        yield Fact("entry.kind", "missing", SOURCE)
        yield from _elsewhere(image.files, found)
        return
    yield Fact("entry.kind", "directory" if entry.type == "dir" else _KINDS.get(entry.kind, "data"), source)
    if entry.type == "dir":
        return
    reachable = all(may(user, parent, 1) for parent in image.files.parents(found.path))
    executable = reachable and may(user, entry, 1)
    if entry.kind == "script":
        yield from script_facts(entry.content, executable, source)
        yield from _interpreter(image, entry, source)
        return
    yield yes_no("entry.executable", executable, source)
    if entry.damage:
        yield Fact("entry.damaged", entry.damage, source)
    if entry.binary is not None:
        yield from binary_facts(entry.binary, source)
        if image.config.arch and entry.binary.arch:
            yield yes_no("entry.arch-matches", _runs_on(entry.binary.arch, image.config.arch), source)
        if entry.binary.elf is not None and entry.binary.elf.link == "dynamic":
            library_path = image.config.variable("LD_LIBRARY_PATH")
            yield from _loading_facts(image.files, load(image.files, found.path, entry.binary, library_path), source)


def _runs_on(program: str, image: str) -> bool:
    return program == image or (program, image) == ("386", "amd64")


def _elsewhere(files: Tree, found: EntryPoint) -> Iterator[Fact]:
    name = found.word.rpartition("/")[2]
    paths = sorted(path for path, entry in files.walk() if path.endswith("/" + name) and entry.type == "file")
    yield from (Fact("entry.elsewhere", path, SOURCE) for path in paths[:3])


def _interpreter(image: Image, entry: Entry, source: str) -> Iterator[Fact]:
    script = read_script(entry.content)
    if script.interpreter:
        # A carriage return at the end of the line is part of the name that the kernel looks for.
        present = image.files.get(script.interpreter) is not None and script.newlines == "lf"
        if present and script.program:
            present = _look_up(image, script.program).entry is not None
        yield yes_no("entry.interpreter-present", present, source)


def _loading_facts(files: Tree, loading: Loading, source: str) -> Iterator[Fact]:
    """What the loader will not find."""
    yield yes_no("image.loader", bool(loading.loader), source)
    if not loading.loader:
        return
    yield Fact("image.loader-libc", loading.libc, f"image:{loading.loader}")
    if loading.glibc:
        yield Fact("final.glibc", loading.glibc, f"image:{loading.found['libc.so.6']}")
    for lack in loading.missing:
        yield Fact("missing.libs", lack.name, f"image:{lack.needed_by}")
    yield from _lost(files, loading.missing)
    for lack in loading.versions:
        yield Fact("missing.versions", f"{lack.name} {lack.version}", f"image:{lack.needed_by}")
    numbers = [(lack.version, lack) for lack in loading.versions if lack.version.startswith("GLIBC_")]
    if wanted := _highest(numbers):
        yield Fact("missing.glibc", wanted[0], f"image:{wanted[1].needed_by}")


def _highest(versions: list[tuple[str, Missing]]) -> tuple[str, Missing] | None:
    top = highest(version for version, _ in versions)
    return next(((top, lack) for version, lack in versions if top and highest([version]) == top), None)


def _lost(files: Tree, missing: tuple[Missing, ...]) -> Iterator[Fact]:
    """Missing libraries that lie somewhere else, or whose link leads nowhere."""
    names = {lack.name for lack in missing}
    if not names:
        return
    for path, entry in sorted(files.walk(), key=lambda item: item[0]):
        if path.rpartition("/")[2] in names:
            broken = entry.type == "link" and files.get(path) is None
            yield Fact("missing.lib-broken-link" if broken else "missing.lib-elsewhere", path, SOURCE)
