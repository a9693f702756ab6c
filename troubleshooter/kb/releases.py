"""What ``releases.yaml`` says of versions that are to be named: a tag that exists, a code name, what a new Dockerfile takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from troubleshooter.text import version_key

Releases = Mapping[str, Mapping[str, Any]]


def stand_in(of: str, releases: Releases) -> str:
    """The tag of an image that surely exists; empty for an image of which nothing is known."""
    return next((r["tag"] for r in releases.values() if r["of"] == of and "tag" in r), "")


def preferred(of: str, releases: Releases) -> str:
    """The version that a new Dockerfile takes where nothing asks for another."""
    return next((r["version"] for r in releases.values() if r["of"] == of and "preferred" in r), "")


def code_name(of: str, version: str, releases: Releases) -> str:
    """``bookworm`` for Debian 12; empty where it is not known."""
    return next((r["name"] for r in releases.values() if r["of"] == of and r["version"] == version and "name" in r), "")


def version_of(of: str, name: str, releases: Releases) -> str:
    """``12`` for Debian bookworm; empty where it is not known."""
    return next((r["version"] for r in releases.values() if r["of"] == of and r.get("name") == name), "")


def suites(releases: Releases) -> list[tuple[tuple[int, ...], str]]:
    """The Debian that Go's images are made from, by the first version of Go for which it is true, oldest first."""
    return sorted((version_key(r["version"]), r["suite"]) for r in releases.values() if r["of"] == "go" and "suite" in r)


def suite(go: tuple[int, ...], releases: Releases) -> str:
    """The Debian that the images of this version of Go are made from; empty for one that is older than all known."""
    return next((name for since, name in reversed(suites(releases)) if go >= since), "")
