"""What an image contains, looked up in ``images.yaml`` by its name and tag."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from troubleshooter.kb.conditions import as_list
from troubleshooter.text import like


def split(image: str) -> tuple[str, str]:
    """``docker.io/library/golang:1.24-alpine@sha256:…`` -> (``golang``, ``1.24-alpine``); no tag is ``latest``."""
    name = image.strip().strip("'\"").split("@")[0].lower()
    name = re.sub(r"^(?:(?:index\.|registry-1\.)?docker\.io/)?(?:library/)?", "", name)
    head, colon, tag = name.rpartition(":")
    if colon and "/" not in tag:
        return head, tag
    return name, "latest"


def image_facts(image: str, images: Mapping[str, Any]) -> dict[str, str]:
    """Facts of ``image`` (without ``build.`` or ``final.``): ``libc``, ``shell``, …, and ``go.version`` where its tag tells.

    An unknown image gives none. Entries are tried in the order of the table; one that names a ``like`` starts from that.
    """
    name = entry_of(image, images)
    if not name:
        return {}
    entry, (repository, tag) = images[name], split(image)
    facts: dict[str, str] = {}
    if "like" in entry and split(entry["like"]) != (repository, tag):
        facts = image_facts(entry["like"], images)
    facts.update(entry.get("has") or {})
    version = re.match(r"v?(\d+(?:\.\d+){1,3})", tag)
    if entry.get("tag-version") and version:
        facts[entry["tag-version"]] = version[1]
    return facts


def entry_of(image: str, images: Mapping[str, Any]) -> str:
    """The name of the first entry that knows ``image``; empty for none."""
    repository, tag = split(image)
    fits = (
        n
        for n, e in images.items()
        if "image" in e and like(repository, as_list(e["image"])) and ("tag" not in e or like(tag, as_list(e["tag"])))
    )
    return next(fits, "")
