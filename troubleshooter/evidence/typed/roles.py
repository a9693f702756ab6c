"""The images that somebody names, and which of them builds and which runs: by the words beside them, else by kind and order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_FAMILIES = (
    "golang", "alpine", "debian", "ubuntu", "scratch", "busybox", "fedora", "centos", "rockylinux", "almalinux", "amazonlinux", "archlinux",
    "oraclelinux", "opensuse/leap", "ubi8", "ubi9", "ubi-minimal", "ubi9-minimal", "ubi8-minimal", "ubi9-micro", "buildpack-deps",
)  # fmt: skip
_REFERENCE = re.compile(
    rf"(?<![\w./:-])((?:[a-z0-9.-]+\.[a-z]+(?::\d+)?/)?(?:[a-z0-9_.-]+/){{0,3}}(?:{'|'.join(map(re.escape, _FAMILIES))})"
    r"|(?:gcr\.io/)?distroless/[a-z0-9-]+"
    r"|cgr\.dev/chainguard/[a-z0-9-]+)(:[a-z0-9][\w.-]*\w|:\d)?(?![\w/:-])",
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
    r"builder|build(?:ing|s)?(?: stage| image| container)?|built|compil\w+|first stage|compile stage"
    r"|ビルダー?|ビルド\w{0,4}|コンパイル|最初のステージ",
    re.IGNORECASE,
)
_RUNNING = re.compile(
    r"final|runtime|run(?:s|ning)?(?: stage| image| on| in)?|last stage|second stage|production|deploy\w*|copied (?:in)?to|copy to"
    r"|target image|最終\w{0,4}|実行\w{0,4}|ランタイム|本番|->|→|result|end up",
    re.IGNORECASE,
)
_WORKS_BEFORE = re.compile(r"(?:works?|worked|fine|no problems?|starts)(?: fine| well| perfectly)? (?:on|in|under|with)(?: the| an?)? ?$")
_WORKS_AFTER = re.compile(
    r"(?: image| container| base| one)?,? (?:it )?(?:works|is fine|runs fine)(?! not)"
    r"|(?:ベース|のイメージ|イメージ|のコンテナ|コンテナ)?(?:では|だと|なら)、?(?:問題な|正常|うまくい|動く|動いて|動きます|動作し(?:ます|て)|起動する|起動します)"
)
"""Words that show that an image is named because it is well there."""
_BUILD_MATTERS = frozenset([
    "c-compiler", "header", "libc-development", "dev-package", "pkg-config", "static-link", "static-archive", "external-link",
    "ldflags", "at-build", "undefined-reference", "cannot-find-l", "lfs64", "tag-musl", "git", "module-download", "build-tool", "apk",
    "apt", "cross-compile", "go-mod", "builder",
])  # fmt: skip


@dataclass(frozen=True)
class _Mention:
    image: str
    start: int
    end: int


def roles(text: str, named: Iterable[str]) -> tuple[str, str]:
    """The images that build and that run, by the words beside them, else by their kind and order."""
    build, final, rest = "", "", []
    for mention in _mentions(text):
        role = _role(text, mention)
        if not role and mention.image.startswith("golang"):
            role = "build"
        if role == "build" and not build:
            build = (
                mention.image if mention.image.startswith(("golang", "fedora", "centos", "amazon", "registry")) else _with_go(mention.image)
            )
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
            name = (
                m[1]
                if not m[1].startswith(("distroless", "ubi"))
                else ("gcr.io/" if m[1][0] == "d" else "registry.access.redhat.com/") + m[1]
            )
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
    following = zip(ordered, [*ordered[1:], None], strict=False)
    kept = [m for m, after in following if m not in twice and not (after and _left_behind(text, m, after))]
    return [m for m in kept if not _well_there(text, m)] or kept


def _well_there(text: str, mention: _Mention) -> bool:
    """Whether the text says that all is well on the image, so that another one is meant."""
    return bool(_WORKS_BEFORE.search(text[: mention.start]) or _WORKS_AFTER.match(text[mention.end :]))


def _left_behind(text: str, one: _Mention, other: _Mention) -> bool:
    """Whether the text says "from ``one`` to ``other``"."""
    between = text[one.end : other.start].strip()
    return between == "から" or (
        between in ("to", "to a", "to an", "to the") and text[: one.start].rstrip().endswith(("from", "from an", "from a"))
    )


def _role(text: str, mention: _Mention) -> str:
    before = re.split(r"[,;.。、]\s?|\band\b|\bthen\b|\bbut\b", text[max(0, mention.start - 32) : mention.start])[-1]
    after = re.split(r"[,;。、]\s?|\.\s|\band\b|\bbut\b", text[mention.end : mention.end + 22])[0]
    near: list[tuple[int, str]] = []
    for role, words in (("build", _BUILDING), ("final", _RUNNING)):
        near += [(len(before) - m.end(), role) for m in words.finditer(before)]
        near += [(m.start() + 1, role) for m in words.finditer(after)]
    return min(near)[1] if near else ""
