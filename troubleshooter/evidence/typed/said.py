"""Facts that somebody names in passing: images and their roles, versions, settings, commands, users, machines.

What reads like a Dockerfile or a command becomes a small Dockerfile of its own and is read by the reader of Dockerfiles, so
that ``go build -tags musl`` means the same wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from troubleshooter.frozen import dataclass
from troubleshooter.kb.words import Found, folded
from troubleshooter.model import Fact

_FAMILIES = (
    "golang", "alpine", "debian", "ubuntu", "scratch", "busybox", "fedora", "centos", "rockylinux", "almalinux", "amazonlinux", "archlinux",
    "oraclelinux", "opensuse/leap", "ubi8", "ubi9", "ubi-minimal", "ubi9-minimal", "ubi8-minimal", "ubi9-micro", "buildpack-deps",
)  # fmt: skip
_REFERENCE = re.compile(
    rf"(?<![\w./:-])((?:[a-z0-9.-]+\.[a-z]+(?::\d+)?/)?(?:[a-z0-9_.-]+/){{0,3}}(?:{'|'.join(map(re.escape, _FAMILIES))})|(?:gcr\.io/)?distroless/[a-z0-9-]+"
    rf"|cgr\.dev/chainguard/[a-z0-9-]+)(:[a-z0-9][\w.-]*\w|:\d)?(?![\w/:-])",
    re.ASCII,
)
_CODENAMES = "bookworm|bullseye|buster|trixie|stretch"
_LOOSE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"(?<![\w./:-])(?:{form})(?![\w/:-])", re.ASCII), image)
    for form, image in (
        (rf"golang[ -]+({_CODENAMES})", "golang:{}"),
        (r"(?:golang|go)[ -]+alpine|alpine[ -]+(?:golang|go)(?: image)?", "golang:alpine"),
        (r"golang[ -]+(\d+\.\d+(?:\.\d+)?)[ -]+alpine", "golang:{}-alpine"),
        (r"golang[ -]+(\d+\.\d+(?:\.\d+)?)", "golang:{}"),
        (r"alpine(?: linux)?[ -]+v?(\d\.\d+)", "alpine:{}"),
        (rf"debian[ -]+({_CODENAMES})(?:[ -]slim)?", "debian:{}"),
        (r"debian[ -]+(\d+)(?:[ -]slim)?", "debian:{}"),
        (r"debian[ -]+slim", "debian:stable-slim"),
        (rf"({_CODENAMES})(?:-slim)?", "debian:{}"),
        (r"ubuntu[ -]+(\d\d\.\d\d)", "ubuntu:{}"),
        (r"(fedora|centos)[ -]+(\d+)", "{}:{}"),
        (r"(?:ubi ?(8|9))(?:[ -]minimal)?", "registry.access.redhat.com/ubi{0}/ubi-minimal"),
        (r"amazon linux(?: ?2)?", "amazonlinux:2"),
        (r"distroless[ -/]*(static|base|cc)(?:-debian(\d+))?", "gcr.io/distroless/{0}-debian12"),
        (r"distroless", "gcr.io/distroless/static-debian12"),
    )
)  # fmt: skip
_BUILDING = re.compile(
    r"builder|build(?:ing|s)?(?: stage| image| container)?|built|compil\w+|first stage|compile stage|ビルダー?|ビルド\w{0,4}|コンパイル|最初のステージ", re.IGNORECASE
)
_RUNNING = re.compile(
    r"final|runtime|run(?:s|ning)?(?: stage| image| on| in)?|last stage|second stage|production|deploy\w*|copied (?:in)?to|copy to|target image|最終\w{0,4}|実行\w{0,4}"
    r"|ランタイム|本番|->|→|result|end up",
    re.IGNORECASE,
)
_BUILD_MATTERS = frozenset([
    "c-compiler", "header", "libc-development", "dev-package", "pkg-config", "static-link", "static-archive", "external-link", "ldflags", "at-build",
    "undefined-reference", "cannot-find-l", "lfs64", "tag-musl", "git", "module-download", "build-tool", "apk", "apt", "cross-compile", "go-mod", "builder",
])  # fmt: skip
_SETTING = re.compile(
    r"(?<![\w])(cgo_enabled|goos|goarch|goamd64|goarm|goproxy|goflags|gotoolchain|go111module|goprivate|gosumdb|gopath|gocache|cc|home|cgo_cflags|cgo_ldflags)"
    r"\s?=\s?([^\s,;。、'()]+)",
    re.IGNORECASE,
)
_COMMAND = re.compile(
    r"(?<![\w/-])((?:go (?:build|install|get|run|test|mod download|mod tidy|vet|generate)|apk (?:--no-cache )?add|apt(?:-get)? (?:-y )?install|chmod|upx|make|protoc)\b"
    r"(?: +[-\w./@:=+$~]+)*)",
    re.ASCII,
)
_FLAG = re.compile(r"(?<![\w-])(-tags[ =][\w,]+|-race|-buildmode[ =][\w-]+|-mod[ =]\w+|-linkshared|-trimpath|-buildvcs=\w+|-installsuffix[ =]?\w+)", re.ASCII)
_USER = re.compile(r"(?<![\w-])(?:user[ =:]|uid[ =:]|-u |runs? as (?:user )?|runasuser[ :=]*)\s?(\d+|nonroot|nobody|root|app|appuser)(?!\w)", re.ASCII)
_GO = re.compile(r"(?<![\w.])(?:go|golang)[ :-]?v?(1\.\d{1,2}(?:\.\d{1,2})?)(?![\d.])", re.ASCII)
_BARE_VERSION = re.compile(r"(?<![\w.:-])(1\.\d{1,2}(?:\.\d{1,2})?)(?= (?:image|container|base)|のイメージ)", re.ASCII)
_REQUIRED_BEFORE = re.compile(r"(?:go\.mod\W*(?:\w+ )?(?:は|に|が|says|wants|asks for|needs|requires?|go|has|with|line|=|:)?\W*|go (?:line|directive)\W*|requires? |>= ?)$")
_REQUIRED_AFTER = re.compile(r"^(?:\.\d+)?\W*(?:in (?:the )?go\.mod|以上が必要|を要求|or (?:newer|later))")
_GO_MOD_VERSION = re.compile(r"go\.mod[^.。\d]{0,14}?(?:go )?(1\.\d{1,2}(?:\.\d{1,2})?)(?![\d.])", re.ASCII)
_LOCAL = re.compile(r"(?:手元|ローカル|local\w*|laptop|my (?:machine|mac|pc|computer)|host)\W*(?:の|では|with|has|is|on|,)?\W*$")
_FETCHED = re.compile(r"(?:fetch|download)\w* $")
_ARM = re.compile(r"(?<![\w])(?:m[1-4](?:[ -](?:pro|max|mac\w*|air))?|macbook|new mac|apple silicon|graviton\d?|raspberry pi|raspi|jetson|arm64|aarch64|arm)(?!\w)|ラズパイ|ラズベリーパイ", re.ASCII)
_INTEL = re.compile(r"(?<![\w])(?:amd64|x86[_-]64|x86|intel)(?!\w)", re.ASCII)
_DEPLOYED = re.compile(r"deploy|production|server|start|run on|runs? (?:it|there)|pull|cluster|起動|デプロイ|実行|動か|サーバ|本番")
_PORT = re.compile(r"(?:port |ports |ポート|(?<![\w.]):|bind(?: to)? |listen(?:s|ing)? on )(\d{1,4})(?![\d.])|(?<!\d)(\d{1,4})番(?:ポート)?", re.ASCII)
_LISTENING = re.compile(r"listen|bind|待ち?受け|リッスン|nonroot|non-root|user ", re.IGNORECASE)
_KEPT = (
    "go.verb", "go.verbs", "link.flags", "linkmode", "build.tag", "build.tags", "build.race", "build.buildvcs", "buildmode", "link.shared", "mod.flag",
    "build.single-file", "build.package", "build.installs", "build.package-manager", "build.runs", "user", "user.numeric", "cgo", "target.os",
    "target.arch", "goamd64", "goproxy", "goflags", "gotoolchain", "go111module", "goprivate", "gosumdb", "gopath", "gocache", "home", "cc",
    "cgo.cflags", "cgo.ldflags", "build.image", "final.image", "outdated.flags", "run.images", "uses.buildkit", "final.runs", "final.package-manager",
    "stages", "final.run", "build.user",
)  # fmt: skip


@dataclass(frozen=True)
class _Mention:
    image: str
    start: int
    end: int


def facts(text: str, found: Sequence[Found], concepts: Mapping[str, Mapping[str, Any]]) -> list[Fact]:
    """What ``text`` tells in passing; ``found`` are its concepts."""
    plain = folded(text)
    named = {f.concept for f in found}
    result: dict[tuple[str, str], Fact] = {}

    def add(name: str, value: str, sure: bool = True) -> None:
        result.setdefault((name, value), Fact(name, value, "typed", sure))

    build, final = _roles(plain, named)
    settings = {m[1].upper(): m[2].rstrip(".") for m in _SETTING.finditer(plain)}
    for name, value in _versions(plain):
        add(name, value)
    for concept in sorted(named):
        for name, value in (concepts[concept].get("facts") or {}).items():
            if not (name == "cgo" and ("CGO_ENABLED" in settings or {"cgo-on", "cgo-off"} <= named)):
                add(name, value)
    for name, value in _machines(plain, settings):
        add(name, value)
    for port in (m[1] or m[2] for m in _PORT.finditer(plain)):
        if 0 < int(port) < 1024 and _LISTENING.search(plain):
            add("listens.port", port)
    for name, value in _as_dockerfile(plain, build, final, settings):
        add(name, value)
    return list(result.values())


def _roles(text: str, named: Iterable[str]) -> tuple[str, str]:
    """The images that build and that run, by the words beside them, else by their kind and order."""
    build, final, rest = "", "", []
    for mention in _mentions(text):
        role = _role(text, mention)
        if not role and mention.image.startswith("golang"):
            role = "build"
        if role == "build" and not build:
            build = mention.image if mention.image.startswith(("golang", "fedora", "centos", "amazon", "registry")) else _with_go(mention.image)
        elif role == "final" and not final:
            final = mention.image
        else:
            rest.append(mention.image)
    if len(rest) > 1 and not build and not final:
        build, final = _with_go(rest[0]), rest[1]
    elif rest and not final and build and rest[0].split(":")[0] not in build:
        final = rest[0]
    elif rest and not build and final and rest[0] != final:
        build = _with_go(rest[0])
    elif rest and not build and not final:
        if _BUILD_MATTERS & set(named) and rest[0] != "scratch" and "distroless" not in rest[0]:
            build = _with_go(rest[0])
        else:
            final = rest[0]
    return build, final


def _with_go(image: str) -> str:
    """The Go image of the same distribution, where somebody says "alpine builder"."""
    name, _, tag = image.partition(":")
    if name == "alpine":
        return f"golang:alpine{tag}"
    if name == "debian" and re.fullmatch(_CODENAMES, tag):
        return f"golang:{tag}"
    return "golang:bookworm" if name == "debian" else image


def _mentions(text: str) -> list[_Mention]:
    found: list[_Mention] = []

    def free(start: int, end: int) -> bool:
        return all(end <= m.start or start >= m.end for m in found)

    for m in _REFERENCE.finditer(text):
        if m[2] or m[1] in ("scratch", "busybox") or "/" in m[1]:
            name = m[1] if not m[1].startswith(("distroless", "ubi")) else ("gcr.io/" if m[1][0] == "d" else "registry.access.redhat.com/") + m[1]
            found.append(_Mention(name + (m[2] or ""), *m.span()))
    for form, image in _LOOSE:
        for m in form.finditer(text):
            if free(*m.span()):
                found.append(_Mention(image.format(*(g or "" for g in m.groups())).rstrip(":"), *m.span()))
    for m in _REFERENCE.finditer(text):
        if free(*m.span()):
            found.append(_Mention(m[1], *m.span()))
    ordered = sorted(found, key=lambda m: m.start)
    # "golang:1.20 (debian)" names one image twice; what somebody moved away from no longer matters
    twice = {m for n, m in enumerate(ordered) if n and text[ordered[n - 1].end : m.start].strip() == "("}
    return [m for m, after in zip(ordered, [*ordered[1:], None]) if m not in twice and not (after and _left_behind(text, m, after))]


def _left_behind(text: str, one: _Mention, other: _Mention) -> bool:
    """Whether the text says "from ``one`` to ``other``"."""
    between = text[one.end : other.start].strip()
    return between == "から" or (between in ("to", "to a", "to an", "to the") and text[: one.start].rstrip().endswith(("from", "from an", "from a")))


def _role(text: str, mention: _Mention) -> str:
    before = re.split(r"[,;.。、]\s?|\band\b|\bthen\b|\bbut\b", text[max(0, mention.start - 32) : mention.start])[-1]
    after = re.split(r"[,;。、]\s?|\.\s|\band\b|\bbut\b", text[mention.end : mention.end + 22])[0]
    near: list[tuple[int, str]] = []
    for role, words in (("build", _BUILDING), ("final", _RUNNING)):
        near += [(len(before) - m.end(), role) for m in words.finditer(before)]
        near += [(m.start() + 1, role) for m in words.finditer(after)]
    return min(near)[1] if near else ""


def _versions(text: str) -> Iterator[tuple[str, str]]:
    seen = set()
    for m in _GO_MOD_VERSION.finditer(text):
        seen.add(m.start(1))
        yield "go.required", m[1]
    for m in [*_GO.finditer(text), *_BARE_VERSION.finditer(text)]:
        if m.start(1) in seen:
            continue
        before, after = text[: m.start()], text[m.end() :]
        if _REQUIRED_BEFORE.search(before) or _REQUIRED_AFTER.search(after):
            yield "go.required", m[1]
        elif not _LOCAL.search(before[-24:]) and not _FETCHED.search(before[-14:]):
            yield "go.version", m[1]


def _machines(text: str, settings: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The machine that builds and the one that runs, where two kinds are named."""
    arms, intels = list(_ARM.finditer(text)), list(_INTEL.finditer(text))
    if "GOARCH" in settings or not arms or not intels:
        return
    kinds = sorted([(arms[0].start(), "arm64"), (intels[0].start(), "amd64")])
    if _DEPLOYED.search(text):
        yield "target.arch", kinds[0][1]
        yield "host.arch", kinds[1][1]


def _as_dockerfile(text: str, build: str, final: str, settings: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    commands = [m[1] for m in _COMMAND.finditer(text)]
    flags = [m[1] for m in _FLAG.finditer(text)]
    linker = " ".join(
        flag for flag, form in (("-linkmode external", r"-?linkmode[ =]external"), ("-extldflags -static", r"extldflags\W{0,6}(?:-static|static)")) if re.search(form, text)
    )
    user = _USER.search(text)
    if not (build or final or settings or commands or flags or linker or user):
        return
    from troubleshooter.evidence import dockerfile

    lines = [f"FROM {build or 'unnamed-builder'} AS build"]
    if user and not final and any(c.startswith("go ") for c in commands):
        lines.append(f"USER {user[1]}")
    lines += [f"ENV {name}={value}" for name, value in settings.items()]
    lines += [f"RUN {command}" for command in commands if not command.startswith("go build")]
    building = any(c.startswith("go ") for c in commands)
    if flags or linker or settings or any(c.startswith("go build") for c in commands):
        command = next((c for c in commands if c.startswith("go build")), "go build")
        extra = [f for f in flags if f not in command] + ([f"-ldflags '{linker}'"] if linker else [])
        lines.append(f"RUN {command.replace('go build', ' '.join(['go build', *extra]), 1)}")
    ends = bool(final or (user and not lines[1:2] == [f"USER {user[1]}"]))
    if ends:
        lines.append(f"FROM {final or 'unnamed-image'}")
    if user and ends:
        lines.append(f"USER {user[1]}")
    for fact in dockerfile.facts(dockerfile.parse("\n".join(lines) + "\n", lenient=True), "typed"):
        told = fact.value not in ("no", "unset", "absent", "missing") or fact.name == "user.numeric"
        told &= (ends or not fact.name.startswith(("final.", "user", "stages"))) and (building or fact.name not in ("go.verb", "go.verbs", "build.runs"))
        if fact.name in _KEPT and told and "unnamed-" not in fact.value:
            yield fact.name, fact.value
