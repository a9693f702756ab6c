"""What can stand in the holes of a remedy: facts, captured values, and the names of packages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from troubleshooter.kb.conditions import as_list
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import Fact, Hit
from troubleshooter.remedy.derived import derived
from troubleshooter.text import like


def values(facts: Mapping[str, Fact], hits: Sequence[Hit], knowledge: Knowledge) -> dict[str, str]:
    """What can stand in a hole: facts, values captured from the log (first line first), and what follows from them."""
    known = {name: fact.value for name, fact in facts.items() if fact.value != "unknown"}
    for hit in hits:
        for name, value in hit.holes.items():
            known.setdefault(name, value)
    known.update(derived(known, knowledge))
    known.update({n: v for n, v in packages(known, knowledge).items() if n not in known})
    return known


def packages(known: Mapping[str, str], knowledge: Knowledge) -> dict[str, str]:
    """Package names for the header, library, pkg-config name, shared object, symbol or tool that was captured.

    Names are ``apk``, ``apt``, ``apk-static``, ``apt-static``, ``apk-run``, ``apt-run``, and ``pkg`` for the build image's family.
    """
    libraries, tools = knowledge.table("libraries"), knowledge.table("tools")
    row: Mapping[str, str] = {}
    for hole, column in (("header", "headers"), ("library", "link"), ("pc", "pkg-config"), ("so", "so"), ("symbol", "symbols")):
        value = known.get(hole)
        if value is not None:
            row = next((r for r in libraries.values() if like(value, as_list(r.get(column) or []))), {})
        if row:
            break
    tool = known.get("tool") or known.get("tool.missing", "")
    if not row and tool in tools:
        row = tools[tool]
    if not row:
        row = libraries.get(known.get("library-name", ""), {})
    found = {k: v for k, v in row.items() if k.startswith(("apk", "apt"))}
    family = "apk" if known.get("build.libc") == "musl" or known.get("build.package-manager") == "apk" else "apt"
    if family in found:
        found["pkg"] = found[family]
    if f"{family}-static" in found:
        found["pkg-static"] = found[f"{family}-static"]
    run = "apk" if known.get("final.libc") == "musl" else "apt"
    if f"{run}-run" in found:
        found["pkg-run"] = found[f"{run}-run"]
    return found
