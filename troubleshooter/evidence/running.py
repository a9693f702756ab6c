"""What the program meets in its image: files that it reads and nothing copies, folders that its user may not write to, scripts.

In: the project, the parsed Dockerfile and the facts of both. Out: facts; silent where an instruction cannot be read.
"""

from __future__ import annotations

import posixpath
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from troubleshooter.evidence import script
from troubleshooter.evidence.dockerfile import Dockerfile, final_stage, lineage, workdir
from troubleshooter.evidence.dockerfile.words import has_variable
from troubleshooter.evidence.landing import Kept, Landing, landing
from troubleshooter.model import Fact

FACTS = {
    "reads.not-copied": "a file or folder of the project that the program reads and that the final image does not get (one fact each)",
    "reads.place": "the path at which the program looks for it",
    "writes.not-owned": "a path below a folder of root that the program writes, and that nothing gives to another user (one fact each)",
    "writes.folder": "the folder that such a path lies in",
    "reads.closed": "a file that only its owner may read and that the final image gets as it is (one fact each)",
    "reads.place-closed": "the path of such a file in the final image (one fact each)",
    "run.script": "a script of the project that a RUN calls",
    "run.script-interpreter": "the interpreter that its first line names",
    "run.script-newlines": "lf or crlf: how its lines end",
    "run.script-executable": "yes or no: somebody may execute it, and no chmod before it",
}
MANY = frozenset({"reads.not-copied", "writes.not-owned", "reads.closed", "reads.place-closed"})

_FREE = ("/tmp", "/dev", "/proc", "/sys", "/var/tmp", "/run/secrets")


def facts(root: Path, dockerfile: Dockerfile, target: str, given: list[Fact], kept: Kept, name: str, inner: str) -> list[Fact]:
    """The facts of FACTS; ``root`` is the build context, ``inner`` leads from it to the module."""
    final = final_stage(dockerfile, target)
    if final is None:
        return []
    here = landing(dockerfile, final)
    text = "\n".join(each.raw for part in lineage(dockerfile, final) for each in part.instructions)
    directory = workdir(dockerfile, final) or "/"
    found = [
        *_reads(root, here, given, kept, directory, text, inner),
        *_writes(given, text, directory),
        *_closed(root, here, given, kept, directory, text),
    ]
    return [*found, *_scripts(root, given, dockerfile)]


def _reads(root: Path, here: Landing, given: list[Fact], kept: Kept, directory: str, text: str, inner: str) -> Iterator[Fact]:
    mounted = [f.value for f in given if f.name == "mount.path"]
    volumes = re.findall(r"(?im)^\s*VOLUME\s+(.*)$", text)
    for fact in given:
        if (
            fact.name != "reads.path"
            or fact.value.startswith(("/", "~", "$", "-"))
            or has_variable(fact.value)
            or ":" in fact.value
            or not here.complete
        ):
            continue
        path = posixpath.normpath(fact.value)
        fixed = posixpath.dirname(re.split(r"[*?\[]", path)[0] + "x") if re.search(r"[*?\[]", path) else path
        if path.startswith("..") or fixed in (".", "") or not (root / inner / fixed).exists():
            continue
        place = posixpath.normpath(posixpath.join(directory, fixed))
        if here.hidden(place) or _lands(root, here, place, kept) or any(place == m or place.startswith(m + "/") for m in mounted):
            continue
        first = fixed.split("/")[0]
        if any(first in v for v in volumes) or re.search(rf"\b(curl|wget|git clone|mkdir)\b[^\n]*{re.escape(first)}", text):
            continue
        yield Fact("reads.not-copied", posixpath.normpath(posixpath.join(inner, fixed)), fact.source)
        yield Fact("reads.place", place, fact.source)


def _lands(root: Path, here: Landing, place: str, kept: Kept) -> bool:
    return any(kept(path) or (root / path).is_dir() for path in behind(root, here, place))


def behind(root: Path, here: Landing, place: str) -> list[str]:
    """The files or folders of the project that lie at ``place``."""
    found = []
    for source, target, into in here.copies:
        bases = [(posixpath.join(target, posixpath.basename(source)) if into else target, source), (target, source)]
        for base, origin in bases if source != "." else [(target, ".")]:
            inner = posixpath.relpath(place, base)
            path = posixpath.normpath(posixpath.join(origin, inner))
            if not inner.startswith("..") and not path.startswith("..") and not re.search(r"[*?\[]", path) and _inside(root, path):
                found.append(path)
        if re.search(r"[*?\[]", source) and posixpath.dirname(place) == posixpath.normpath(target):
            path = posixpath.join(posixpath.dirname(source), posixpath.basename(place))
            if _inside(root, path):
                found.append(path)
    return list(dict.fromkeys(found))


def _inside(root: Path, name: str) -> bool:
    try:
        resolved = (root / name).resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        return False
    base = root.resolve()
    return resolved == base or base in resolved.parents


def _writes(given: list[Fact], text: str, directory: str) -> Iterator[Fact]:
    """Paths that are written and that neither a chown, a volume nor a mount opens for another user than root."""
    opened = re.findall(r"\bchown\b[^;&|\n]*|\bchmod\b\s+(?:-\S+\s+)*(?:[0-7]?777|[augo]*\+\S*w\S*)[^;&|\n]*|\binstall\s+-d[^;&|\n]*", text)
    owned = re.findall(r"--(?:chown|chmod)=\S+[^\n]*?(\S+)\s*$", text, re.MULTILINE)
    volumes = " ".join(re.findall(r"(?im)^\s*VOLUME\s+(.*)$", text))
    mounted = [f.value for f in given if f.name == "mount.path"]
    homes = re.findall(r"\b(?:useradd|adduser)\b[^\n;&|]*", text)
    for fact in given:
        path = _owned_by_root(fact)
        if not path:
            continue
        folders = [path, *_above(path)]
        named = [f for f in folders if f != "/"]
        if any(re.search(rf"{re.escape(f)}(?![\w.-])", line) for line in opened for f in named) or any(
            o.rstrip("/\"']") in named for o in owned
        ):
            continue
        if any(re.search(rf"{re.escape(f)}(?![\w.-])", volumes) for f in named) or any(m in named for m in mounted):
            continue
        if any(f in line for line in homes for f in named if len(f) > 1):
            continue
        yield Fact("writes.not-owned", path, fact.source)
        yield Fact("writes.folder", _folder(path), fact.source)


def _owned_by_root(fact: Fact) -> str:
    """The absolute path that is written where only root may, empty for any other fact."""
    if fact.name != "writes.path" or has_variable(fact.value) or not fact.value.startswith("/"):
        return ""
    path = posixpath.normpath(fact.value)
    free = path.startswith(tuple(f + "/" for f in _FREE)) or path in _FREE or path.startswith("/home/")
    return "" if free else path


def written(fact: Fact) -> list[Fact]:
    """The folder that must belong to the program's user so that it can write what the fact says."""
    path = _owned_by_root(fact)
    return [Fact("writes.folder", _folder(path), fact.source)] if path else []


def _folder(path: str) -> str:
    """The folder that the user must own to write ``path``: its own topmost one, not one of the system's."""
    parts = path.strip("/").split("/")
    depth = 2 if parts[0] in ("var", "usr", "etc", "opt", "srv", "mnt") else 1
    depth = 3 if parts[:2] in (["var", "lib"], ["var", "log"], ["var", "cache"], ["usr", "local"]) else depth
    is_file = "." in parts[-1]
    return "/" + "/".join(parts[: min(depth, max(len(parts) - (1 if is_file else 0), 1))])


def _above(path: str) -> Iterator[str]:
    while path not in ("/", ""):
        path = posixpath.dirname(path)
        yield path


def _closed(root: Path, here: Landing, given: list[Fact], kept: Kept, directory: str, text: str) -> Iterator[Fact]:
    """Files that the program reads, that COPY takes over with a mode that is closed to others."""
    if re.search(r"--ch(mod|own)=|\bch(mod|own)\b", text):
        return
    for fact in given:
        if fact.name != "reads.path" or has_variable(fact.value):
            continue
        place = posixpath.normpath(posixpath.join(directory, fact.value))
        for path in behind(root, here, place):
            mode = (root / path).stat().st_mode
            if stat.S_ISREG(mode) and not mode & stat.S_IROTH and kept(path):
                yield Fact("reads.closed", path, fact.source)
                yield Fact("reads.place-closed", place, fact.source)


def _scripts(root: Path, given: list[Fact], dockerfile: Dockerfile) -> Iterator[Fact]:
    """Scripts of the project that RUN lines call by a relative path."""
    text = "\n".join(each.raw for each in dockerfile.instructions if each.keyword == "RUN")
    for fact in given:
        path = posixpath.normpath(fact.value)
        if (
            fact.name not in ("build.runs", "final.runs")
            or "/" not in fact.value
            or path.startswith(("/", ".."))
            or not _inside(root, path)
        ):
            continue
        if not (root / path).is_file():
            continue
        read = {f.name: f for f in script.facts(root / path, path)}
        yield Fact("run.script", path, fact.source)
        for known, told in (("entry.interpreter", "run.script-interpreter"), ("entry.newlines", "run.script-newlines")):
            if known in read:
                yield Fact(told, read[known].value, path)
        if "entry.program" in read:
            yield Fact("run.script-interpreter", read["entry.program"].value, path)
        if (
            read.get("entry.executable") is not None
            and read["entry.executable"].value == "no"
            and not re.search(rf"chmod[^\n]*{re.escape(posixpath.basename(path))}|chmod\s+-R", text)
        ):
            yield Fact("run.script-executable", "no", path)
