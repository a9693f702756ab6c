"""What the build and the program need of their images, looked up in the tables: C libraries, commands, and who brings them.

In: the facts read so far, the imports of the project, the tables. Out: what nothing in the Dockerfile installs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from troubleshooter.evidence.gosource import Imported
from troubleshooter.kb.conditions import as_list
from troubleshooter.kb.images import image_facts
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import Fact
from troubleshooter.text import like

FACTS = {
    "library.needed": "a C library that own sources or a required module compile against (one fact for each)",
    "library.not-installed": "a C library that is compiled against, and whose development package the build stage does not install",
    "library.not-at-run-time": "a C library that the program is linked against, and that the final image does not get",
    "library.without-archive": "a C library that is to be linked statically, and for which nothing installs the archive (.a)",
    "tool.missing": "a command that a RUN calls, and that neither its image nor a package brings (one fact for each)",
    "build.packages-here": "what the packages that the wrong package manager is to install are called in the build image",
    "final.packages-here": "the same for the final image",
    "package.misnamed": "a package under the name that another distribution gives it (one fact each)",
    "package.right-name": "its name in this image",
    "tool.missing-stage": "the stage in which it is called: build or final",
}
MANY = frozenset(
    {"library.needed", "library.not-installed", "library.not-at-run-time", "library.without-archive", "tool.missing", "package.misnamed"}
)

_APK, _APT = "apk", "apt"


def facts(known: Iterable[Fact], imported: Iterable[Imported], runs: str, knowledge: Knowledge) -> list[Fact]:
    """The facts of FACTS; ``runs`` is the text of all RUN instructions (what it makes by itself is not missing)."""
    listed = list(known)
    found = [*_libraries(listed, list(imported), knowledge)]
    names = {f.value for f in found}
    result = [Fact("library.needed", f.value, f.source) for f in found]
    if names:
        result += _uninstalled(found, listed, runs, knowledge)
    return [*result, *_tools(listed, runs, knowledge), *_names(listed, knowledge)]


def translated(package: str, to: str, knowledge: Knowledge) -> str:
    """What the package of the other distribution is called for ``apk`` or ``apt``; the same name where nothing is known."""
    same = _same(knowledge)
    pairs = dict(same) if to == _APT else {v: k for k, v in reversed(same.items())}
    source = _APK if to == _APT else _APT
    for row in [*knowledge.table("libraries").values(), *knowledge.table("tools").values()]:
        for column in ("", "-run"):
            theirs, ours = str(row.get(source + column, "")), str(row.get(to + column, ""))
            if theirs and ours and " " not in theirs:
                pairs.setdefault(theirs, ours)
    return pairs.get(package, package)


def _same(knowledge: Knowledge) -> dict[str, str]:
    """Alpine's name of a package: Debian's."""
    return {name: row["apt"] for name, row in knowledge.table("packages").items() if "apt" in row}


def _names(known: list[Fact], knowledge: Knowledge) -> Iterator[Fact]:
    """Packages under the name that another distribution gives them, and what the wrong manager's packages are called here."""
    images = knowledge.table("images")
    for role in ("build", "final"):
        family = _family(image_facts(_first(known, f"{role}.image"), images))
        managers = {f.value for f in known if f.name == f"{role}.package-manager"}
        packages = [f for f in known if f.name == f"{role}.package"]
        other = {"apk": "apt-get", "apt": "apk"}.get(family, "")
        if family and other in managers and packages:
            here = list(dict.fromkeys(translated(f.value, family, knowledge) for f in packages))
            if family == _APK and {"gcc", "clang"} & set(here) and not {"build-base", "musl-dev", "alpine-sdk"} & set(here):
                here.append("musl-dev")  # what Debian's gcc brings along
            yield Fact(f"{role}.packages-here", " ".join(here), packages[0].source)
        elif family and packages:
            for fact in packages:
                right = _right_name(fact.value, family, knowledge)
                if right and right != fact.value:
                    yield Fact("package.misnamed", fact.value, fact.source)
                    yield Fact("package.right-name", right, fact.source)


def _right_name(package: str, family: str, knowledge: Knowledge) -> str:
    """The name in this distribution of a package that is written as another one does; empty for one that may be right."""
    same = _same(knowledge)
    rows = [*knowledge.table("libraries").values(), *knowledge.table("tools").values()]
    here = {name for row in rows for column in ("", "-run", "-static") for name in str(row.get(family + column, "")).split()} | (
        set(same.values()) if family == _APT else set(same)
    )
    if package in here:
        return ""
    other = translated(package, family, knowledge)
    if other != package:
        return other if other in here else ""
    if package.endswith("-devel"):
        stem = package.removesuffix("-devel")
        wanted = {stem, stem.removeprefix("lib"), f"lib{stem}"}
        for name, row in knowledge.table("libraries").items():
            known = {name, f"lib{name}", *map(str, as_list(row.get("pkg-config") or [])), str(row.get(_APK, "")).removesuffix("-dev"),
                     str(row.get(_APT, "")).removesuffix("-dev")}  # fmt: skip
            if known & wanted and str(row.get(family, "")):
                return str(row[family]).split()[0]
    return ""


def _first(facts: Iterable[Fact], name: str) -> str:
    return next((f.value for f in facts if f.name == name), "")


def _libraries(known: list[Fact], imported: list[Imported], knowledge: Knowledge) -> Iterator[Fact]:
    """Libraries by what own #cgo lines name and by the modules that are imported."""
    rows = knowledge.table("libraries")
    seen: set[str] = set()
    for fact_name, column in (("cgo.link", "link"), ("cgo.pkg-config", "pkg-config"), ("cgo.include", "headers")):
        for fact in known:
            if fact.name == fact_name:
                name = next((n for n, row in rows.items() if like(fact.value, as_list(row.get(column) or []))), "")
                if name and name not in ("libc", "gcc", "linux-headers", "stdcxx") and name not in seen:
                    seen.add(name)
                    yield Fact("library.needed", name, fact.source)
    modules = knowledge.table("modules")
    own = set(as_list(knowledge.table("tables").get("modules-with-their-own-c") or []))
    for path, row in modules.items():
        library = row.get("library", "")
        if not library or library in seen or path in own or row.get("prebuilt") or library not in rows:
            continue
        hits = [i for i in imported if i.path == path or i.path.startswith(path + "/")]
        if row["needs-cgo"] != "yes":
            hits = [i for i in hits if i.path.rpartition("/")[2] in (library, *as_list(rows[library].get("link") or []))]
        if hits:
            seen.add(library)
            yield Fact("library.needed", library, f"{hits[0].file}:{hits[0].line}")


def _uninstalled(needed: list[Fact], known: list[Fact], runs: str, knowledge: Knowledge) -> Iterator[Fact]:
    rows = knowledge.table("libraries")
    images = knowledge.table("images")
    build, final = _first(known, "build.image"), _first(known, "final.image")
    static = _first(known, "link.flags") in ("static", "static-pie")
    if not build:
        return
    at_build, at_end = image_facts(build, images), image_facts(final, images)
    installed = _packages(known, "build", knowledge)
    running = _packages(known, "final", knowledge)
    for fact in needed:
        row = rows[fact.value]
        mentioned = any(re.search(rf"\blib{re.escape(link)}\.(so|a)\b", runs) for link in as_list(row.get("link") or []))
        family = _family(at_build)
        if not family or mentioned or f"{family}" not in row:
            continue
        wanted = set(as_list(row.get(family) or "")[0].split()) | set(str(row.get(f"{family}-static", "")).split())
        if wanted and not wanted & installed and at_build.get("go.version") is not None:
            yield Fact("library.not-installed", fact.value, fact.source)
        archive = str(row.get(f"{family}-static", ""))
        if static and wanted & installed and (not archive or not set(archive.split()) & installed):
            yield Fact("library.without-archive", fact.value, fact.source)
        end = _family(at_end)
        needs = set(str(row.get(f"{end}-run", "")).split()) if end else set()
        same = build == final
        bare = at_end.get("libc") == "glibc" and at_end.get("shell") == "no"
        copied = _first(known, "final.copies-libs") == "yes"
        if static or same or copied or not final or fact.value in _bundled(known):
            continue
        if (needs and not needs & running and not wanted & running) or (bare and fact.value != "stdcxx"):
            yield Fact("library.not-at-run-time", fact.value, fact.source)


def _bundled(known: list[Fact]) -> set[str]:
    return {f.value.removeprefix("lib").removesuffix(".a") for f in known if f.name == "cgo.archive"}


def _family(image: Mapping[str, Any]) -> str:
    os = image.get("os", "")
    return _APK if os in ("alpine", "wolfi") else _APT if os in ("debian", "ubuntu") and image.get("shell") != "no" else ""


def _packages(known: list[Fact], role: str, knowledge: Knowledge) -> set[str]:
    """What the packages that are installed bring, and these themselves."""
    rows = knowledge.table("packages")
    names = {f.value for f in known if f.name == f"{role}.package"}
    return names | {b for n in names for b in as_list(rows.get(n, {}).get("brings") or [])}


def _tools(known: list[Fact], runs: str, knowledge: Knowledge) -> Iterator[Fact]:
    """Commands that a RUN calls in an image that is known not to have them."""
    tables = knowledge.table("tables")
    images = knowledge.table("images")
    packages = knowledge.table("tools")
    for role in ("build", "final"):
        image = image_facts(_first(known, f"{role}.image"), images)
        family = _family(image)
        if not family or image.get("os") not in ("alpine", "debian", "ubuntu"):
            continue
        base = "alpine" if image["os"] == "alpine" else "golang" if "go.version" in image else "debian"
        absent = set(as_list(tables.get(f"commands-absent-in-{base}") or []))
        installed = _packages(known, role, knowledge)
        called = [f for f in known if f.name == f"{role}.runs" or (role == "build" and f.name == "generates.with" and _generates(known))]
        for fact in called:
            tool = fact.value
            brought = {tool, *str(packages.get(tool, {}).get(family, "")).split()}
            if tool in absent and not brought & installed and not _made(tool, runs):
                yield Fact("tool.missing", tool, fact.source)
                yield Fact("tool.missing-stage", role, fact.source)


def _generates(known: list[Fact]) -> bool:
    return any(f.name == "go.verbs" and f.value == "generate" for f in known)


def _made(tool: str, runs: str) -> bool:
    """Whether a RUN or COPY of the file may bring the command: its name stands there other than as the command itself."""
    return (
        re.search(
            rf"(/{re.escape(tool)}\b|\b{re.escape(tool)}@|install[^&;|\n]*[\s/]{re.escape(tool)}[-@\s]|-o\s+\S*{re.escape(tool)}\b|get-pip)",
            runs,
        )
        is not None
    )
