"""Values for holes that follow from others: an image that exists for one that does not, the owner as numbers, a variant."""

from __future__ import annotations

import re
from collections.abc import Mapping

from troubleshooter.kb.images import split

NEWEST_GO = (1, 27)
NEWEST = {"alpine": "3.22", "debian": "bookworm-slim", "ubuntu": "24.04", "busybox": "1.37"}
"""A tag of each image that is known to exist (docker-library, August 2026)."""

_USERS = {"nonroot": "65532:65532", "nobody": "65534:65534"}


def derived(known: Mapping[str, str]) -> dict[str, str]:
    """What can be said from ``known`` (facts and captured values); names that ``known`` has already are left out."""
    return {name: value for name, value in _every(known).items() if value and name not in known}


def _every(known: Mapping[str, str]) -> dict[str, str]:
    return {
        "image.general": existing(known.get("image", "")),
        "build.variant": variant(known.get("build.image", "")),
        "owner": _owner(known),
        "listens.public": re.sub(r"^(localhost|127\.0\.0\.1|\[::1\])", "", known.get("listens.loopback", "")),
        "env.public": re.sub(r"^\w+=(localhost|127\.0\.0\.1|\[::1\])", "", known.get("env.listens-loopback", "")),
        "env.name": known.get("env.listens-loopback", "").partition("=")[0],
        "build.debian": {"11": "bullseye", "12": "bookworm", "13": "trixie", "10": "buster"}.get(known.get("build.os.version", ""), ""),
        "kernel-headers": "linux-headers" if known.get("cgo.include", "").startswith(("linux/", "asm/")) else "",
        "program": known.get("go.module", "").rpartition("/")[2],
        "entry.name": known.get("entry.path", "").rpartition("/")[2],
        "go.required.short": ".".join(known.get("go.required", "").split(".")[:2]),
        "library-name": known.get("library.not-installed")
        or known.get("library.not-at-run-time")
        or known.get("library.without-archive")
        or "",
    }


def _owner(known: Mapping[str, str]) -> str:
    user = known.get("user", "")
    user = known.get("final.user", "") if user in ("", "unset") else user
    if user in ("", "root", "0", "unset"):
        return ""
    return _USERS.get(user) or (f"{user}:{user}" if user.isdigit() else user)


def variant(image: str) -> str:
    """What follows the Go version in a golang tag: ``-alpine``, ``-bookworm``; empty for the plain tag."""
    name, tag = split(image) if image else ("", "")
    match = re.match(r"[\d.]+(?:rc\d+|beta\d+)?(-[a-z][a-z-]*)", tag) if name.endswith("golang") else None
    return match[1] if match else "-alpine" if name.endswith("golang") and tag.startswith("alpine") else ""


def existing(image: str) -> str:
    """A tag of the same image that surely exists; empty where nothing is known of the image."""
    name, tag = split(image) if image else ("", "")
    base = name.rpartition("/")[2]
    if base == "golang":
        version = re.match(r"(\d+)\.(\d+)", tag)
        go = (int(version[1]), int(version[2])) if version else NEWEST_GO
        if not (1, 16) <= go <= NEWEST_GO:
            go = NEWEST_GO
        kind = "-alpine" if "alpine" in tag else next((f"-{c}" for c in ("bookworm", "trixie") if c in tag), "")
        if "bullseye" in tag or "buster" in tag or "stretch" in tag:
            kind = "-bookworm" if go >= (1, 20) else "-bullseye"
        return f"golang:{go[0]}.{go[1]}{kind}"
    return f"{base}:{NEWEST[base]}" if base in NEWEST and name in (base, f"library/{base}") else ""


DERIVED = frozenset(_every({}))
"""Names of the holes that are filled so."""
