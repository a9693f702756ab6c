"""From an image to facts: will its entry point start, and what will the program miss in there."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from troubleshooter.evidence.image.archive import Image
from troubleshooter.evidence.image.content import content_facts
from troubleshooter.evidence.image.entry import entry_facts, find_entry, is_shell_form
from troubleshooter.evidence.image.names import SOURCE
from troubleshooter.evidence.image.user import user_facts, user_of
from troubleshooter.model import Fact


def image_facts(image: Image) -> list[Fact]:
    """Everything that an image tells about its start and about what a Go program may miss; see FACTS."""
    user = user_of(image)
    found = [*_configuration(image), *user_facts(image, user), *content_facts(image, user)]
    entry = find_entry(image)
    if entry is not None:
        found += entry_facts(image, entry, user)
    return found


def _configuration(image: Image) -> Iterator[Fact]:
    config = image.config
    if image.name:
        yield Fact("image.name", image.name, SOURCE)
    if config.arch:
        yield Fact("image.arch", config.arch, SOURCE)
    if config.os:
        yield Fact("image.os", config.os, SOURCE)
    yield Fact("entry.command", shlex.join(config.command) or "none", SOURCE)
    if config.command:
        yield Fact("entry.form", "shell" if is_shell_form(config.command) else "exec", SOURCE)
