"""Output of a command, pasted as an answer: everything that it tells, and what it means for the question that suggested it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from troubleshooter.evidence import pasted
from troubleshooter.evidence.facts import from_hits
from troubleshooter.evidence.scan import Log
from troubleshooter.kb.conditions import as_list
from troubleshooter.kb.images import image_facts
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import Fact, Hit

HERE = "here."
"""Begins the names of facts about "the image in which the command was run": only the question tells which one that is."""


def read_output(text: str, about: str, knowledge: Knowledge, scanner: Callable[[str, Knowledge], Log]) -> tuple[list[Fact], list[Hit]]:
    """Facts in ``text``, pasted when ``about`` (a fact) was asked for, and the messages of failures in it."""
    hits = scanner("\n".join([text, *pasted.errors(text)]), knowledge).hits
    told = [Fact(f.name, f.value, "answered") for f in from_hits(hits, knowledge)]
    found = [*_answers(about, hits, knowledge), *pasted.facts(text), *_placed(told, about, knowledge)]
    messages = {h.signal: replace(h, line=0, place="open") for h in hits if not knowledge.signals[h.signal].noise}
    return list({(f.name, f.value): f for f in reversed(found)}.values())[::-1], list(messages.values())


def _answers(about: str, hits: Sequence[Hit], knowledge: Knowledge) -> Iterator[Fact]:
    """What the signals that a question names under ``means`` answer to it."""
    seen = {h.signal for h in hits}
    for entry in knowledge.table("questions").values():
        if entry["fact"] == about:
            for value, signals in (entry.get("means") or {}).items():
                if seen & set(as_list(signals)):
                    yield Fact(about, value, "answered")


def _placed(facts: Sequence[Fact], about: str, knowledge: Knowledge) -> Iterator[Fact]:
    """``facts`` with those about the image "here" under the name of that image: the final one unless the build was asked about."""
    prefix = "build." if about.startswith("build.") else "final."
    here = {f.name.removeprefix(HERE): f.value for f in facts if f.name.startswith(HERE)}
    for name, value in {**here, **_distribution(here, knowledge)}.items():
        yield Fact(prefix + name, value, "answered")
    # that a program was linked on musl says nothing of the image that the question is about
    yield from (f for f in facts if not f.name.startswith(HERE) and (f.name != "build.libc" or f.name == about))


def _distribution(here: Mapping[str, str], knowledge: Knowledge) -> dict[str, str]:
    """What is known of the distribution that /etc/os-release names; an image without packages has only its name."""
    if here.get("family") or "os" not in here:
        return {}
    known = image_facts(f"{here['os']}:{here.get('os.version', 'latest')}", knowledge.table("images"))
    return {name: value for name, value in known.items() if name in ("libc", "libc.version")}
