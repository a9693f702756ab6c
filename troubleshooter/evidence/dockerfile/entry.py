"""Facts of what the container starts: where the program lies, health checks and ports."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from troubleshooter.evidence.dockerfile import queries
from troubleshooter.evidence.dockerfile.gocommands import join
from troubleshooter.evidence.dockerfile.places import Places, places
from troubleshooter.evidence.dockerfile.shell import commands
from troubleshooter.evidence.dockerfile.stages import lineage
from troubleshooter.evidence.dockerfile.subject import SYSTEM, Subject
from troubleshooter.evidence.dockerfile.words import has_variable
from troubleshooter.model import Fact

_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
_GO_PATH = ("/go/bin", "/usr/local/go/bin")


def entry_facts(subject: Subject) -> Iterator[Fact]:
    """What ENTRYPOINT or CMD starts, and in which form."""
    began = queries.start(subject.dockerfile, subject.final)
    cmd = queries.last(subject.dockerfile, subject.final, "CMD")
    if cmd is not None:
        yield subject.fact("cmd.form", "shell" if cmd[0].json is None else "exec", cmd[0].start_line)
    if began is None:
        return
    line = began.instruction.start_line
    yield subject.fact("entry.form", began.form, line)
    if began.form == "shell" and began.instruction.args.text.startswith("["):
        yield subject.fact("entry.json-broken", "yes", line)
        return
    if not began.argv or has_variable(began.argv[0]) or not began.argv[0]:
        return
    path = began.argv[0]
    yield subject.fact("entry.path", path, line)
    if posixpath.basename(path) == "go":
        yield subject.fact("entry.go", "yes", line)
    if "/" not in path:
        yield subject.fact("entry.bare", "yes", line)
    yield from _entry_place(subject, path, line)


def _entry_place(subject: Subject, path: str, line: int) -> Iterator[Fact]:
    """Whether and where the file that is started lies in the final image, as far as the instructions tell."""
    kind = "script" if path.endswith((".sh", ".bash")) else "program"
    directory = queries.workdir(subject.dockerfile, subject.final)
    where = places(subject.dockerfile, subject.final)
    if "/" not in path:
        homes = [place for place, _ in where.files if posixpath.basename(place) == path]
        in_path = [place for place in homes if posixpath.dirname(place) in _search_path(subject)]
        if in_path:
            yield subject.fact("entry.provided", "yes", line)
        elif homes and not where.open_folders & set(_search_path(subject)) and _search_path(subject):
            yield subject.fact("entry.in-path", "no", line)
            yield subject.fact("entry.found-at", homes[-1], line)
        yield subject.fact("entry.kind", kind, line)
        return
    full = join(directory, path)
    if not full:
        yield subject.fact("entry.kind", kind, line)
        return
    if any(place == full for place, _ in where.files):
        yield subject.fact("entry.provided", "yes", line)
        yield subject.fact("entry.kind", kind, line)
        return
    if full in where.folders:
        yield subject.fact("entry.kind", "directory", line)
        for inside in [place for place, _ in where.files if place.startswith(full + "/")][-1:]:
            yield subject.fact("entry.found-at", inside, line)
        return
    same = [place for place, made in where.files if made and posixpath.basename(place) == posixpath.basename(full)]
    unmentioned = posixpath.basename(full) not in where.mentions and not any(
        full.startswith(f.rstrip("/") + "/") for f in where.open_folders
    )
    if _certainly_absent(subject, full, where) or (same and unmentioned and not _merged(subject, full, same)):
        yield subject.fact("entry.provided", "no", line)
        yield subject.fact("entry.kind", "missing", line)
        near = [place for place, _ in where.files if posixpath.basename(place) == posixpath.basename(full)]
        near = near or ([place for place, made in where.files if made] if len(where.files) == 1 else [])
        if near:
            yield subject.fact("entry.found-at", near[-1], line)
        return
    yield subject.fact("entry.kind", kind, line)


def _merged(subject: Subject, path: str, places_: list[str]) -> bool:
    """Whether two paths may be one file because /bin is a link to /usr/bin (Debian, Ubuntu, Fedora)."""
    plain = {re.sub(r"^/usr/(s?bin|lib)/", r"/\1/", place) for place in places_}
    return re.sub(r"^/usr/(s?bin|lib)/", r"/\1/", path) in plain


def _certainly_absent(subject: Subject, path: str, where: Places) -> bool:
    bare = queries.base_image(subject.dockerfile, subject.final).image == "scratch"
    if not where.files and not where.open_folders and not bare:
        return False
    for folder in where.open_folders:
        if path == folder or path.startswith(folder.rstrip("/") + "/"):
            return False
    if posixpath.basename(path) in where.mentions:
        return False
    return bare or not path.startswith(tuple(folder + "/" for folder in SYSTEM))


def _search_path(subject: Subject) -> tuple[str, ...]:
    """Folders of PATH in the final stage; empty where it cannot be read."""
    setting = subject.final.environment.get("PATH")
    base = queries.base_image(subject.dockerfile, subject.final).image
    image_path = _PATH + (_GO_PATH if "golang" in base else ())
    if setting is None:
        return image_path
    kept = re.sub(r"\$\{?PATH\}?", ":".join(image_path), setting.value)
    return tuple(folder.rstrip("/") for folder in kept.split(":")) if not has_variable(kept) else ()


def health_facts(subject: Subject) -> Iterator[Fact]:
    """How HEALTHCHECK asks, and the ports of EXPOSE."""
    found = queries.last(subject.dockerfile, subject.final, "HEALTHCHECK")
    if found is not None and found[0].words:
        check = found[0]
        none = check.words[0].upper() == "NONE"
        form = "none" if none else "shell" if check.json is None else "exec"
        yield subject.fact("healthcheck.form", form, check.start_line)
        called = [each for each in commands(check) if each.words] if not none else []
        if called:
            yield subject.fact("healthcheck.tool", called[0].words[0].value, check.start_line)
    for stage in lineage(subject.dockerfile, subject.final):
        for each in stage.instructions:
            for word in each.words if each.keyword == "EXPOSE" else ():
                port = word.split("/")[0]
                yield subject.fact("expose", port, each.start_line)
                if port.isdigit() and 0 < int(port[:9]) < 1024:
                    yield subject.fact("expose.privileged", "yes", each.start_line)
