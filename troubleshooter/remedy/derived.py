"""Values for holes that follow from others: an image that exists for one that does not, the owner as numbers, a variant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from troubleshooter.kb.images import split
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.releases import Releases, code_name, stand_in, suite, suites, version_of
from troubleshooter.text import version_key


def derived(known: Mapping[str, str], knowledge: Knowledge) -> dict[str, str]:
    """What can be said from ``known`` (facts and captured values); names that ``known`` has already are left out."""
    found = _every(known, knowledge.table("releases"), knowledge.table("accounts"))
    return {name: value for name, value in found.items() if value and name not in known}


def _every(known: Mapping[str, str], releases: Releases, accounts: Mapping[str, Any]) -> dict[str, str]:
    return {
        "image.general": existing(known.get("image", ""), releases),
        "image.registry": _registry(known.get("image", "")),
        "build.variant": variant(known.get("build.image", "")),
        "owner": _owner(known, accounts),
        "listens.public": re.sub(r"^(localhost|127\.0\.0\.1|\[::1\])", "", known.get("listens.loopback", "")),
        "env.public": re.sub(r"^\w+=(localhost|127\.0\.0\.1|\[::1\])", "", known.get("env.listens-loopback", "")),
        "env.name": known.get("env.listens-loopback", "").partition("=")[0],
        "build.debian": code_name("debian", known.get("build.os.version", ""), releases),
        "kernel-headers": "linux-headers" if known.get("cgo.include", "").startswith(("linux/", "asm/")) else "",
        "program": known.get("go.module", "").rpartition("/")[2],
        "program.file": _program(known),
        "entry.name": known.get("entry.path", "").rpartition("/")[2],
        "go.required.short": ".".join(known.get("go.required", "").split(".")[:2]),
        "library-name": known.get("library.not-installed")
        or known.get("library.not-at-run-time")
        or known.get("library.without-archive")
        or "",
    }


def _registry(image: str) -> str:
    """The host that an image is pulled from; empty for Docker Hub."""
    host, slash, _ = image.partition("/")
    return host if slash and re.search(r"[.:]", host) and host != "docker.io" else ""


def _program(known: Mapping[str, str]) -> str:
    """The program's file as its owner calls it: what go build writes, else what the container starts, else the module."""
    entry = known.get("entry.path", "") if known.get("entry.kind", "program") == "program" else ""
    path = known.get("build.output", "") or entry or re.sub(r"/v\d+$", "", known.get("go.module", ""))
    name = path.rstrip("/").rpartition("/")[2]
    return name if re.fullmatch(r"[\w.-]+", name) and not name.endswith((".sh", ".go")) else ""


def _owner(known: Mapping[str, str], accounts: Mapping[str, Any]) -> str:
    user = known.get("user", "")
    user = known.get("final.user", "") if user in ("", "unset") else user
    if user in ("", "root", "0", "unset"):
        return ""
    number = accounts[user]["id"] if user in accounts else user
    return f"{number}:{number}" if number.isdigit() else user


def variant(image: str) -> str:
    """What follows the Go version in a golang tag: ``-alpine``, ``-bookworm``; empty for the plain tag."""
    name, tag = split(image) if image else ("", "")
    match = re.match(r"[\d.]+(?:rc\d+|beta\d+)?(-[a-z][a-z-]*)", tag) if name.endswith("golang") else None
    return match[1] if match else "-alpine" if name.endswith("golang") and tag.startswith("alpine") else ""


def existing(image: str, releases: Releases) -> str:
    """A tag of the same image that surely exists; empty where nothing is known of the image."""
    name, tag = split(image) if image else ("", "")
    base = name.rpartition("/")[2]
    if base == "golang":
        return _golang(tag, releases)
    known = stand_in(base, releases)
    return f"{base}:{known}" if known and name in (base, f"library/{base}") else ""


def _golang(tag: str, releases: Releases) -> str:
    known = suites(releases)
    if not known:
        return ""
    newest = version_key(stand_in("go", releases))
    go = version_key(re.match(r"[\d.]*", tag)[0])[:2]  # type: ignore[index]
    if len(go) < 2 or not known[0][0] <= go <= newest:
        go = newest
    debian = next((r["name"] for r in releases.values() if r["of"] == "debian" and "name" in r and r["name"] in tag), "")
    if debian and _release(debian, releases) < _release(suite(go, releases), releases):
        debian = suite(go, releases)
    kind = "-alpine" if "alpine" in tag else f"-{debian}" if debian else ""
    return f"golang:{go[0]}.{go[1]}{kind}"


def _release(debian: str, releases: Releases) -> tuple[int, ...]:
    return version_key(version_of("debian", debian, releases))


DERIVED = frozenset(_every({}, {}, {}))
"""Names of the holes that are filled so."""
