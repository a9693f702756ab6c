"""From an image to facts: will its entry point start, and what will the program miss in there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from troubleshooter.evidence.binary import binary_facts, highest
from troubleshooter.evidence.image.archive import Image
from troubleshooter.evidence.image.loader import Loading, Missing, load
from troubleshooter.evidence.image.tree import Entry, Tree
from troubleshooter.evidence.script import read_script, script_facts
from troubleshooter.frozen import dataclass
from troubleshooter.model import Fact

FACTS = {
    "image.name": "the name and tag of the image",
    "image.arch": "GOARCH of the image's configuration",
    "image.os": "GOOS of the image's configuration",
    "image.loader": "yes or no: the loader that the program names is in the image, for its architecture",
    "image.loader-libc": "glibc or musl: whose loader answers to the name that the program asks for",
    "entry.command": "the words of ENTRYPOINT and CMD as the image has them; none if it has neither",
    "entry.form": "shell or exec: whether /bin/sh starts the command",
    "entry.path": "where the program or script of the entry point lies, symbolic links followed",
    "entry.kind": "what the entry point is: program, script, archive, directory, missing, text, empty, data",
    "entry.lookup": "path or search: whether the command is a path or is looked for in $PATH",
    "entry.elsewhere": "a file with the name of a missing entry point at another place (one fact for each)",
    "entry.executable": "yes or no: the user may execute the entry point (mode of the file and of its directories)",
    "entry.interpreter-present": "yes or no: the interpreter that the script names is in the image",
    "entry.arch-matches": "yes or no: the program's architecture is that of the image",
    "entry.damaged": "why the program's headers cannot be read",
    "missing.libs": "a shared library that the loader will not find (one fact for each; source: the file that needs it)",
    "missing.lib-elsewhere": "where a missing library lies all the same, but the loader does not look (one fact for each)",
    "missing.lib-broken-link": "a symbolic link with a missing library's name that leads nowhere (one fact for each)",
    "missing.versions": "a library and a symbol version that it does not define (libc.so.6 GLIBC_2.34; one fact for each)",
    "missing.glibc": "the highest GLIBC version that is needed and not provided",
    "final.glibc": "the highest GLIBC version that the image provides",
    "final.libc": "glibc, musl or none: the C library in the image",
    "final.family": "what the image is made from: scratch, alpine, distroless, debian, ubuntu, … (ID of os-release)",
    "final.shell": "yes or no: /bin/sh is in the image and can be executed",
    "final.ca": "yes or no: certificates lie where Go looks for them",
    "final.tzdata": "yes or no: time zones lie where Go looks for them",
    "final.passwd": "yes or no: /etc/passwd has an entry for the user",
    "final.group": "yes or no: /etc/group has an entry for the group that USER names",
    "final.tmp": "yes or no: the temporary directory exists",
    "final.tmp-writable": "yes or no: the user may create files in it",
    "final.nsswitch": "yes or no: /etc/nsswitch.conf is in the image",
    "user.numeric": "yes or no: the user is given as a number",
    "user": "root, or the name or number of the user that the image runs as",
}

MANY = frozenset({"entry.elsewhere", "missing.libs", "missing.lib-elsewhere", "missing.lib-broken-link", "missing.versions"})

SOURCE = "image"
_DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_WRAPPERS = frozenset({"tini", "tini-static", "dumb-init", "catatonit"})
_CERT_FILES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
_CERT_DIRECTORIES = ("/etc/ssl/certs", "/etc/pki/tls/certs")
_ZONE_DIRECTORIES = ("/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/usr/lib/locale/TZ", "/etc/zoneinfo")
_ZONE_ARCHIVE = "/usr/local/go/lib/time/zoneinfo.zip"


def image_facts(image: Image) -> list[Fact]:
    """Everything that an image tells about its start and about what a Go program may miss; see FACTS."""
    user = _user(image)
    found = [*_configuration(image), *user_facts(image, user), *_contents(image, user)]
    entry = find_entry(image)
    if entry is not None:
        found += _entry_facts(image, entry, user)
    return found


# --- the user ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class User:
    """Who runs the program. ``uid`` is None for a name without entry in /etc/passwd."""

    name: str
    uid: int | None
    gids: frozenset[int]
    known: bool
    group: str = ""
    group_known: bool = True


def _user(image: Image) -> User:
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
    yield _yes_no("user.numeric", user.name.isdecimal())
    yield _yes_no("final.passwd", user.known, "image:/etc/passwd")
    if user.group and not user.group.isdecimal():
        yield _yes_no("final.group", user.group_known, "image:/etc/group")


def _rows(files: Tree, path: str) -> list[list[str]]:
    entry = files.get(path)
    text = entry.content.decode("utf-8", "replace") if entry else ""
    return [line.split(":") for line in text.splitlines() if line and not line.startswith("#")]


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,10}", text) else None


def _may(user: User, entry: Entry, bit: int) -> bool:
    """Whether the mode of a file lets the user read (4), write (2) or execute (1) it."""
    if user.uid == 0:
        return bit != 1 or entry.type == "dir" or bool(entry.mode & 0o111)
    if entry.uid == user.uid:
        return bool(entry.mode & (bit << 6))
    if entry.gid in user.gids:
        return bool(entry.mode & (bit << 3))
    return bool(entry.mode & bit)


# --- what is in the image ------------------------------------------------------------------------------------------


def _configuration(image: Image) -> Iterator[Fact]:
    config = image.config
    if image.name:
        yield Fact("image.name", image.name, SOURCE)
    if config.arch:
        yield Fact("image.arch", config.arch, SOURCE)
    if config.os:
        yield Fact("image.os", config.os, SOURCE)
    yield Fact("entry.command", shlex.join(config.command) or "none", SOURCE)
    if config.command:
        yield Fact("entry.form", "shell" if _is_shell_form(config.command) else "exec", SOURCE)


def _contents(image: Image, user: User) -> Iterator[Fact]:
    files = image.files
    libc = _libc(files)
    shell = files.get("/bin/sh")
    has_shell = shell is not None and shell.type == "file" and bool(shell.mode & 0o111)
    tmp = files.get(image.config.variable("TMPDIR") or "/tmp")
    yield Fact("final.libc", libc, SOURCE)
    yield Fact("final.family", _family(files, libc, has_shell), SOURCE)
    yield _yes_no("final.shell", has_shell)
    yield _yes_no("final.ca", _has_certificates(image))
    yield _yes_no("final.tzdata", _has_time_zones(image))
    yield _yes_no("final.tmp", tmp is not None and tmp.type == "dir")
    if tmp is not None and tmp.type == "dir":
        yield _yes_no("final.tmp-writable", _may(user, tmp, 2) and _may(user, tmp, 1))
    yield _yes_no("final.nsswitch", files.get("/etc/nsswitch.conf") is not None)


def _libc(files: Tree) -> str:
    names = {name for folder in ("/lib", "/lib64", "/usr/lib", "/usr/lib64") for name in files.children(folder)}
    triplets = {name for name in names if name.endswith(("-linux-gnu", "-linux-gnueabihf", "-linux-gnuabi64"))}
    names |= {name for triplet in triplets for folder in ("/lib", "/usr/lib") for name in files.children(f"{folder}/{triplet}")}
    musl = any(name.startswith(("ld-musl-", "libc.musl-")) for name in names)
    glibc = "libc.so.6" in names
    if musl and glibc:
        return "musl" if _release(files).get("ID") == "alpine" else "glibc"
    return "musl" if musl else "glibc" if glibc else "none"


def _release(files: Tree) -> dict[str, str]:
    entry = files.get("/etc/os-release") or files.get("/usr/lib/os-release")
    text = entry.content.decode("utf-8", "replace") if entry else ""
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line)
    return {key.strip(): value.strip().strip("\"'") for key, _, value in pairs}


def _family(files: Tree, libc: str, has_shell: bool) -> str:
    release = _release(files)
    if "distroless" in (release.get("PRETTY_NAME", "") + release.get("HOME_URL", "")).lower():
        return "distroless"
    if release.get("ID"):
        return release["ID"]
    if has_shell:
        return "busybox" if "busybox" in files.resolve("/bin/sh")[0] or files.get("/bin/busybox") else "unknown"
    return "scratch" if libc == "none" else "unknown"


def _has_certificates(image: Image) -> bool:
    """Whether Go's crypto/x509 finds roots, which stops at the first file and reads all directories."""
    files, config = image.files, image.config
    bundles = [config.variable("SSL_CERT_FILE")] if config.variable("SSL_CERT_FILE") else _CERT_FILES
    if any(entry.type == "file" and entry.size for path in bundles if (entry := files.get(path))):
        return True
    folders = config.variable("SSL_CERT_DIR").split(":") if config.variable("SSL_CERT_DIR") else _CERT_DIRECTORIES
    paths = (f"{folder}/{name}" for folder in folders for name in files.children(folder))
    return any(entry.type == "file" and entry.size for path in paths if (entry := files.get(path)))


def _has_time_zones(image: Image) -> bool:
    files = image.files
    archives = [path for path in (image.config.variable("ZONEINFO"), _ZONE_ARCHIVE) if path]
    if any(files.get(path) is not None for path in archives):
        return True
    return any(entry.type == "dir" for folder in _ZONE_DIRECTORIES for entry in files.children(folder).values())


# --- the entry point -----------------------------------------------------------------------------------------------


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


def _is_shell_form(command: tuple[str, ...]) -> bool:
    return len(command) >= 3 and command[0] in ("/bin/sh", "/bin/bash", "/bin/ash") and command[1] == "-c"


def _inner_word(command: tuple[str, ...], found: EntryPoint) -> str:
    """The command behind a shell or an init wrapper; empty if there is none or it cannot be told."""
    if _is_shell_form(command):
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


def _entry_facts(image: Image, found: EntryPoint, user: User) -> Iterator[Fact]:
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
    reachable = all(_may(user, parent, 1) for parent in image.files.parents(found.path))
    executable = reachable and _may(user, entry, 1)
    if entry.kind == "script":
        yield from script_facts(entry.content, executable, source)
        yield from _interpreter(image, entry, source)
        return
    yield _yes_no("entry.executable", executable, source)
    if entry.damage:
        yield Fact("entry.damaged", entry.damage, source)
    if entry.binary is not None:
        yield from binary_facts(entry.binary, source)
        if image.config.arch and entry.binary.arch:
            yield _yes_no("entry.arch-matches", _runs_on(entry.binary.arch, image.config.arch), source)
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
        yield _yes_no("entry.interpreter-present", present, source)


def _loading_facts(files: Tree, loading: Loading, source: str) -> Iterator[Fact]:
    yield _yes_no("image.loader", bool(loading.loader), source)
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


def _yes_no(name: str, value: bool, source: str = SOURCE) -> Fact:
    return Fact(name, "yes" if value else "no", source)
