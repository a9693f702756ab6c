"""Facts of what the final stage brings along beyond its image, and of its user."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from troubleshooter.evidence.dockerfile import queries
from troubleshooter.evidence.dockerfile.copied import Copy, copies
from troubleshooter.evidence.dockerfile.installing import installs
from troubleshooter.evidence.dockerfile.stages import lineage
from troubleshooter.evidence.dockerfile.subject import Subject
from troubleshooter.evidence.dockerfile.words import has_variable
from troubleshooter.model import Fact


def provided_facts(subject: Subject) -> Iterator[Fact]:
    """What the final stage brings along beyond its image."""
    stages = lineage(subject.dockerfile, subject.final)
    runs = [each for stage in stages for each in stage.instructions if each.keyword == "RUN"]
    yield subject.fact("final.run", "yes" if runs else "no", (runs[0] if runs else subject.final.source).start_line)
    directory = queries.workdir(subject.dockerfile, subject.final)
    if directory:
        workdir = queries.last(subject.dockerfile, subject.final, "WORKDIR")
        line = workdir[0].start_line if workdir else subject.final.source.start_line
        yield subject.fact("final.workdir", directory, line, workdir is not None)
    tests = {
        "final.copies-ca": r"ca-certificates|/etc/ssl|/etc/pki|ca-bundle|cert\.pem|/etc$",
        "final.copies-zoneinfo": r"zoneinfo|tzdata",
        "final.copies-passwd": r"/etc/passwd|/passwd$|/etc$|nonroot.*passwd|^passwd",
        "final.copies-tmp": r"^/tmp",
        "final.copies-libs": r"\.so(\.|$|\*)|/lib(64|32)?$|/lib/[^/]*-linux|^/usr/lib(64)?$|^/lib(64)?/|/local/lib",
        "final.copies-loader": r"ld-linux|ld-musl|ld-\*|^/lib(64)?$|^/lib64/\*|^/lib/ld",
    }
    for copy in copies(subject.dockerfile, subject.final):
        line = copy.instruction.start_line
        paths = [path.rstrip("/") or path for path in (*copy.sources, copy.target) if path]
        if copy.target:
            yield subject.fact("final.copies", copy.target, line)
        for name, pattern in tests.items():
            # A folder given as destination tells nothing about what comes into it, except for /tmp.
            looked_at = paths[-1:] if name == "final.copies-tmp" else paths[:-1]
            named = name in ("final.copies-ca", "final.copies-passwd") and _lands_as(copy, pattern)
            if named or any(re.search(pattern, path) for path in looked_at):
                yield subject.fact(name, "yes", line)
    yield from _provided_by_packages(subject)
    yield from _provided_by_roots(subject)
    for run in runs:
        for name, pattern in (
            ("final.copies-passwd", r"\b(adduser|useradd)\b|/etc/passwd"),
            ("final.copies-tmp", r"mkdir[^&;|]*\s/tmp\b"),
            ("final.copies-loader", r"\bln\b[^&;|]*ld-(linux|musl)"),
        ):
            if re.search(pattern, run.raw):
                yield subject.fact(name, "yes", run.start_line)
    for stage in stages:
        for each in stage.instructions:
            if each.keyword in ("WORKDIR", "VOLUME") and any(word.startswith("/tmp") for word in each.words):
                yield subject.fact("final.copies-tmp", "yes", each.start_line)


def _provided_by_roots(subject: Subject) -> Iterator[Fact]:
    """A folder that another stage prepared and that is copied over the root: what its RUN lines put into it."""
    inside = {
        "final.copies-tmp": "/tmp", "final.copies-passwd": "/etc/passwd", "final.copies-ca": "/etc/ssl",
        "final.copies-zoneinfo": "/usr/share/zoneinfo",
    }  # fmt: skip
    for copy in copies(subject.dockerfile, subject.final):
        if copy.stage is None or copy.target != "/":
            continue
        giver = subject.dockerfile.stages[copy.stage]
        made = "\n".join(
            each.raw
            for part in lineage(subject.dockerfile, giver)
            for each in part.instructions
            if each.keyword in ("RUN", "COPY", "WORKDIR")
        )
        for source in copy.sources:
            for name, place in inside.items():
                if re.search(re.escape(posixpath.join(source.rstrip("/"), place.lstrip("/"))) + r"(?![\w.-])", made):
                    yield subject.fact(name, "yes", copy.instruction.start_line)


def _lands_as(copy: Copy, pattern: str) -> bool:
    """Whether a single file is copied to a place whose full name tells what it is (``COPY passwd /etc/passwd``)."""
    return not copy.into_folder and bool(re.search(pattern.replace("|/etc$", ""), copy.target))


def _provided_by_packages(subject: Subject) -> Iterator[Fact]:
    for package, line in installs(subject.dockerfile, subject.final):
        if package.startswith("ca-certificates"):
            yield subject.fact("final.copies-ca", "yes", line)
        if package in ("tzdata", "tzdata-legacy", "timezone"):
            yield subject.fact("final.copies-zoneinfo", "yes", line)


def user_facts(subject: Subject) -> Iterator[Fact]:
    """The user whom the final stage names."""
    found = queries.user(subject.dockerfile, subject.final)
    if found is None:
        yield subject.fact("user", "unset", subject.final.source.start_line)
        return
    value, instruction = found
    if has_variable(value):
        return
    name = value.split(":")[0]
    yield subject.fact("user", "root" if name in ("root", "0") else name, instruction.start_line)
    yield subject.fact("user.numeric", "yes" if name.isdigit() else "no", instruction.start_line)
