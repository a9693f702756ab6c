"""Commands, flags and instructions quoted in a text, read as a small Dockerfile, so that they mean the same wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_COMMAND = re.compile(
    r"(?<![\w/-])((?:go (?:build|install|get|run|test|mod download|mod tidy|vet|generate)"
    r"|apk (?:--no-cache )?add|apt(?:-get)? (?:-y )?install|chmod|upx|make|protoc)\b"
    r"(?: +[-\w./@:=+$~]+)*)",
    re.ASCII,
)
_FLAG = re.compile(
    r"(?<![\w-])(-tags[ =][\w,]+|-race|-buildmode[ =][\w-]+|-mod[ =]\w+|-linkshared|-trimpath|-buildvcs=\w+|-installsuffix[ =]?\w+)",
    re.ASCII,
)
_USER = re.compile(
    r"(?<![\w-])(?:user[ =:]|uid[ =:]|-u |runs? as (?:user )?|runasuser[ :=]*)\s?(\d+|nonroot|nobody|root|app|appuser)(?!\w)", re.ASCII
)
_NEGATED = re.compile(r"(?:no longer|not|n't|never|cannot|without|stop\w*|instead of) (?:to )?$")
_KEPT = (
    "go.verb", "go.verbs", "link.flags", "linkmode", "build.tag", "build.tags", "build.race", "build.buildvcs", "buildmode", "link.shared",
    "mod.flag", "build.single-file", "build.package", "build.installs", "build.package-manager", "build.runs", "build.user", "build.image",
    "final.image", "final.runs", "final.run", "final.package-manager", "run.images", "stages", "user", "user.numeric", "cgo", "target.os",
    "target.arch", "goamd64", "goproxy", "goflags", "gotoolchain", "go111module", "goprivate", "gosumdb", "gopath", "gocache", "home", "cc",
    "cgo.cflags", "cgo.ldflags", "outdated.flags", "uses.buildkit",
)  # fmt: skip
"""Facts that a quoted command or image tells; that something is absent says nothing, since nobody quotes a whole file."""
_QUOTED = (
    "copy-from.unknown-stage", "copy-from.nearest-stage", "from.unknown-stage", "entry.bare", "entry.json-broken", "entry.form", "cmd.form",
    "healthcheck.form", "healthcheck.tool", "copies.source", "build.platform", "final.platform",
)  # fmt: skip
"""Facts that only whole instructions tell."""
_INSTRUCTION = re.compile(r"(?<![\w./-])(FROM|RUN|COPY|ADD|ENV|ARG|USER|WORKDIR|ENTRYPOINT|CMD|HEALTHCHECK)\s+(?=[\w\[/\"$.-])", re.ASCII)
_FROM = re.compile(r"(?:--platform=\S+ )?\S*[^\s,;.)](?: (?:as|AS) [\w.-]+)?", re.ASCII)


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Facts of instructions that are quoted word for word, from FROM on."""
    starts = list(_INSTRUCTION.finditer(text))
    if len(starts) < 2 or not any(m[1] == "FROM" for m in starts):
        return
    lines = []
    for m, following in zip(starts, [*starts[1:], None], strict=True):
        rest = text[m.end() : following.start() if following else len(text)]
        rest = re.split(r"[^\x20-\x7e]|\s\.\.\.|\.\s|[,;] (?:then|and|but) |\n", rest)[0].strip(" ,;.")
        image = _FROM.match(rest)
        lines.append(f"{m[1]} {image[0] if m[1] == 'FROM' and image else rest}")
    lines = lines[[line.split(" ")[0] for line in lines].index("FROM") :]
    from troubleshooter.evidence import dockerfile

    for fact in dockerfile.facts(dockerfile.parse("\n".join(lines) + "\n", lenient=True), "typed"):
        if fact.name in (*_KEPT, *_QUOTED) and fact.value not in ("no", "unset", "absent", "missing"):
            yield fact.name, fact.value


def commands(text: str, build: str, final: str, settings: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Facts of the images, settings, commands and flags in folded ``text``, put together to the Dockerfile that they hint at."""
    found = [m[1] for m in _COMMAND.finditer(text)]
    flags = [m[1] for m in _FLAG.finditer(text)]
    linker = " ".join(
        flag
        for flag, form in (
            ("-linkmode external", r"-?linkmode[ =]external"),
            ("-extldflags -static", r"extldflags\W{0,6}(?:-static|static)"),
        )
        if re.search(form, text)
    )
    user = next((m for m in _USER.finditer(text) if not _NEGATED.search(text[: m.start()])), None)
    if not (build or final or settings or found or flags or linker or user):
        return
    from troubleshooter.evidence import dockerfile

    building = any(c.startswith("go ") for c in found)
    builds_as_user = bool(user and building and not final)
    ends = bool(final or (user and not builds_as_user))
    lines = [f"FROM {build or 'unnamed-builder'} AS build"]
    if user and builds_as_user:
        lines.append(f"USER {user[1]}")
    lines += [f"ENV {name}={value}" for name, value in settings.items()]
    lines += [f"RUN {command}" for command in found if not command.startswith("go build")]
    if flags or linker or settings or any(c.startswith("go build") for c in found):
        command = next((c for c in found if c.startswith("go build")), "go build")
        extra = [f for f in flags if f not in command] + ([f"-ldflags '{linker}'"] if linker else [])
        lines.append(f"RUN {command.replace('go build', ' '.join(['go build', *extra]), 1)}")
    if ends:
        lines.append(f"FROM {final or 'unnamed-image'}")
    if user and ends:
        lines.append(f"USER {user[1]}")
    for fact in dockerfile.facts(dockerfile.parse("\n".join(lines) + "\n", lenient=True), "typed"):
        absent = fact.value in ("no", "unset", "absent", "missing") and fact.name != "user.numeric"
        of_the_end = fact.name.startswith(("final.", "user", "stages"))
        assumed = not building and fact.name in ("go.verb", "go.verbs", "build.runs")
        if fact.name in _KEPT and not absent and not assumed and (ends or not of_the_end) and "unnamed-" not in fact.value:
            yield fact.name, fact.value
