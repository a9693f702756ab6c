"""Texts with holes: ``{final.image|the final image}`` becomes the user's own name, or the readable fallback."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from troubleshooter.kb.conditions import as_list
from troubleshooter.model import Fact, Hit
from troubleshooter.remedy.derived import derived
from troubleshooter.text import like

# a doubled brace belongs to a template of docker or go and is left alone
_HOLE = re.compile(r"(?<!\{)\{([a-z][\w.-]*)(?:\|([^{}]*))?\}(?!\})")
_BETWEEN_JAPANESE = re.compile(r"(?<=[\u3040-\u30ff\u3400-\u9fff]) (?=[\u3040-\u30ff\u3400-\u9fff])")
_SAFE = re.compile(r"[\w@%+=:,./~^-]+")


def filled(text: str, values: Mapping[str, str], command: bool = False) -> str:
    """``text`` with its holes filled from ``values``; a hole without a value becomes its fallback or its own name.

    In a ``command`` a value is quoted for the shell where it needs it.
    """

    def value(match: re.Match[str]) -> str:
        name, fallback = match[1], match[2]
        found = values.get(name)
        if found is None:
            return fallback if fallback is not None else name.replace(".", " ").replace("-", " ").upper() if command else name
        return found if not command or _SAFE.fullmatch(found) else "'" + found.replace("'", "'\\''") + "'"

    done = _HOLE.sub(value, text)
    # the blanks around a name in Latin letters are too many around a Japanese fallback
    return done if command else _BETWEEN_JAPANESE.sub("", done)


def unfilled(text: str, values: Mapping[str, str]) -> list[str]:
    """Holes of ``text`` that have neither a value nor a fallback."""
    return [m[1] for m in _HOLE.finditer(text) if m[1] not in values and m[2] is None]


def values(facts: Mapping[str, Fact], hits: Sequence[Hit], tables: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """What can stand in a hole: facts, values captured from the log (first line first), and package names for them."""
    known = {name: fact.value for name, fact in facts.items() if fact.value != "unknown"}
    for hit in hits:
        for name, value in hit.holes.items():
            known.setdefault(name, value)
    known.update(derived(known))
    known.update({n: v for n, v in packages(known, tables).items() if n not in known})
    return known


def packages(known: Mapping[str, str], tables: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Package names for the header, library, pkg-config name, shared object, symbol or tool that was captured.

    Names are ``apk``, ``apt``, ``apk-static``, ``apt-static``, ``apk-run``, ``apt-run``, and ``pkg`` for the build image's family.
    """
    row: Mapping[str, str] = {}
    for hole, column in (("header", "headers"), ("library", "link"), ("pc", "pkg-config"), ("so", "so"), ("symbol", "symbols")):
        value = known.get(hole)
        if value is not None:
            row = next((r for r in tables["libraries"].values() if like(value, as_list(r.get(column) or []))), {})
        if row:
            break
    tool = known.get("tool") or known.get("tool.missing", "")
    if not row and tool in tables["tools"]:
        row = tables["tools"][tool]
    if not row:
        row = tables["libraries"].get(known.get("library-name", ""), {})
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
