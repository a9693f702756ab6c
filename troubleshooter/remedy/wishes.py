"""What is wanted of a Dockerfile, what the project needs, and whether both go together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from troubleshooter.errors import UsageError
from troubleshooter.frozen import dataclass
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.releases import Releases, preferred, stand_in
from troubleshooter.model import Fact
from troubleshooter.text import version_key

FINALS = ("scratch", "distroless-static", "distroless-base", "distroless-cc", "alpine", "debian-slim")
BARE = ("scratch", "distroless-static")
"""Images without a C library."""
PLATFORM = re.compile(r"linux/(amd64|arm64|arm/v[67]|386|ppc64le|s390x|riscv64|mips64le|loong64)")


class Refused(UsageError):
    """The wishes contradict each other or the project; ``nearest`` are the options that come closest."""

    def __init__(self, reason: str, nearest: str) -> None:
        super().__init__(f"{reason}; nearest possible: troubleshooter dockerfile {nearest}".rstrip())
        self.reason, self.nearest = reason, nearest


@dataclass(frozen=True)
class Wishes:
    """The options of ``troubleshooter dockerfile``; empty means: as the project needs it."""

    final: str = ""
    cgo: str = "auto"
    link: str = ""
    """``static`` or ``dynamic``."""
    user: str = ""
    timezones: bool = False
    certificates: bool = False
    platforms: tuple[str, ...] = ()
    cache: bool = False
    smoke: str = ""
    health: str = ""
    go: str = ""
    package: str = ""


@dataclass(frozen=True)
class Needs:
    """What the project says: read from its facts, never asked."""

    module: str = ""
    go: str = ""
    """The oldest Go version that will do, as go.mod, the imports and replaced modules say."""
    newest: str = ""
    """The newest one that will do, where the sources reach into the runtime."""
    mains: tuple[str, ...] = ()
    sources: bool = True
    cgo: str = ""
    """Why C is needed (a module or a file); empty where it is not."""
    cpp: bool = False
    glibc_only: str = ""
    """The module whose archives are for glibc only."""
    libraries: tuple[str, ...] = ()
    timezones: bool = False
    certificates: bool = False
    tmp: bool = False
    vendor: bool = False
    sums: bool = True
    simple: bool = True
    """Whether go.mod and go.sum are enough for ``go mod download`` (no workspace, no local replacements)."""
    files: tuple[str, ...] = ()
    """Files and folders of the project that the program reads by a relative path."""
    writes: tuple[str, ...] = ()
    """Absolute folders that it writes to."""
    ports: tuple[str, ...] = ()


def needs_of(facts: Iterable[Fact], imported: Iterable[str] = ()) -> Needs:
    """What the facts of a project tell a writer of Dockerfiles."""
    many: dict[str, list[Fact]] = {}
    for fact in facts:
        many.setdefault(fact.name, []).append(fact)

    def one(name: str) -> str:
        return many[name][0].value if name in many else ""

    def every(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(f.value for f in many.get(name, ())))

    versions = [one(n) for n in ("go.required", "go.work.required", "imports.needs-go", "replace.required", "go.mod-syntax") if one(n)]
    why = one("needs-cgo.module") if one("needs-cgo") == "yes" else many["cgo.only-package"][0].source if "cgo.only-package" in many else ""
    glibc = one("module.prebuilt-path") if "glibc" in every("module.prebuilt") else ""
    return Needs(
        module=one("go.module"),
        go=max(versions, key=version_key, default=""),
        newest="1.22" if "uses.linkname" in many else "",
        mains=tuple(one("main.packages").split()),
        sources="main.packages" in many or one("root.go-files") == "yes",
        cgo=why or (many["uses.cgo"][0].source if one("uses.cgo") == "yes" else ""),
        cpp="uses.cpp" in many,
        glibc_only=glibc or (one("cgo.archive") if "cgo.archive" in many else ""),
        libraries=every("library.needed"),
        timezones="uses.timezones" in many and "embeds.tzdata" not in many,
        certificates="uses.https" in many and "embeds.ca" not in many,
        tmp="uses.tmp" in many or "uses.multipart" in many,
        vendor=one("vendor") == "present",
        sums=one("go.sum") == "present",
        simple="go.work" not in many and not many.get("replace.local"),
        files=every("reads.in-project"),
        writes=every("writes.folder"),
        ports=every("listens.port"),
    )


@dataclass(frozen=True)
class Plan:
    """Every question of a Dockerfile answered; see :func:`plan`."""

    final: str
    cgo: bool
    static: bool
    user: str
    """``root``, ``nobody``, ``nonroot`` or a number."""
    go: str
    package: str
    musl: bool
    """Whether the build image is Alpine."""
    timezones: bool
    certificates: bool
    build_packages: tuple[str, ...]
    final_packages: tuple[str, ...]


def plan(wishes: Wishes, needs: Needs, knowledge: Knowledge) -> Plan:
    """How both go together. Raises :class:`Refused` with the reason and the nearest possible where they do not."""
    cgo = wishes.cgo == "on" or (wishes.cgo == "auto" and bool(needs.cgo))
    if wishes.cgo == "off" and needs.cgo:
        raise Refused(f"{needs.cgo} needs cgo, so the program does not compile (or stops at once) with CGO_ENABLED=0", "--cgo on")
    if not cgo and wishes.link == "dynamic":
        raise Refused("without cgo Go makes a static program; there is nothing to link dynamically", "--cgo off --static")
    for platform in wishes.platforms:
        if not PLATFORM.fullmatch(platform):
            raise Refused(f"{platform} is no platform of Linux images", "--platforms linux/amd64,linux/arm64")
    final = wishes.final or (
        "debian-slim"
        if cgo and needs.libraries
        else "distroless-cc"
        if cgo and needs.cpp
        else "distroless-base"
        if cgo
        else "distroless-static"
    )
    static = wishes.link == "static" or (not wishes.link and (not cgo or final in BARE))
    if not static and final in BARE:
        raise Refused(f"{final} has no C library and no loader, so a dynamically linked program does not start there",
                      f"--final distroless-base {'--cgo on ' if cgo else ''}--dynamic")  # fmt: skip
    if needs.cpp and not static and final == "distroless-base":
        raise Refused("the program has C++ files, and distroless/base has no libstdc++", "--final distroless-cc")
    musl = cgo and (static or final == "alpine")
    if needs.glibc_only and musl:
        raise Refused(f"{needs.glibc_only} brings C code for glibc only, so it can neither be linked on Alpine nor statically there",
                      f"--final {'debian-slim' if final not in ('distroless-base', 'distroless-cc') else final} --dynamic")  # fmt: skip
    build, run = _packages(needs, knowledge, cgo, musl, static, final)
    return Plan(final, cgo, static, _user(wishes, final), _go(wishes, needs, knowledge.table("releases")), _package(wishes, needs), musl,
                wishes.timezones or needs.timezones, wishes.certificates or needs.certificates, build, run)  # fmt: skip


def _packages(
    needs: Needs, knowledge: Knowledge, cgo: bool, musl: bool, static: bool, final: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Packages to compile with, and packages to run with."""
    if not cgo:
        return (), ()
    family = "apk" if musl else "apt"
    build = ["gcc", "musl-dev"] if musl else []
    build += ["g++"] if musl and needs.cpp else []
    run: list[str] = ["libstdc++"] if needs.cpp and final == "alpine" and not static else []
    rows: Mapping[str, Any] = knowledge.table("libraries")
    for name in needs.libraries:
        row = rows.get(name, {})
        if not row.get(family):
            raise Refused(f"{'Alpine' if musl else 'Debian'} has no development package of {name}", "--final debian-slim --dynamic")
        build += str(row[family]).split() + (["pkgconf" if musl else "pkg-config"] if row.get("pkg-config") else [])
        if static and not row.get("apk-static"):
            raise Refused(f"Alpine has no archive of {name} to link statically", "--final debian-slim --dynamic")
        build += str(row["apk-static"]).split() if static else []
        if not static:
            if final.startswith("distroless"):
                raise Refused(
                    f"the program needs {name} when it runs, and nothing can be installed in {final}", "--final debian-slim --dynamic"
                )
            run += str(row.get(f"{family}-run", "")).split()
    return tuple(dict.fromkeys(build)), tuple(dict.fromkeys(run))


def _user(wishes: Wishes, final: str) -> str:
    user = wishes.user or ("nonroot" if final.startswith("distroless") else "nobody")
    if user in ("0", "root"):
        return "root"
    if user not in ("nobody", "nonroot") and not re.fullmatch(r"[1-9]\d{0,8}", user):
        raise Refused(
            f"--user {user}: a user by name has no number before the image exists", "--user nonroot (or a number such as --user 1000)"
        )
    return user


def _go(wishes: Wishes, needs: Needs, releases: Releases) -> str:
    """The version of the golang image: two numbers."""
    oldest = ".".join((needs.go or "").split(".")[:2])
    newest = stand_in("go", releases)
    if wishes.go:
        if not re.fullmatch(r"1\.\d{1,2}(\.\d{1,2})?", wishes.go):
            raise Refused(f"--go {wishes.go} is no Go version", f"--go {newest}")
        if needs.go and version_key(wishes.go)[: len(version_key(needs.go))] < version_key(needs.go)[: len(version_key(wishes.go))]:
            raise Refused(f"the project asks for Go {needs.go}, and --go says {wishes.go}", f"--go {oldest}")
        if version_key(wishes.go)[:2] > version_key(newest):
            raise Refused(f"Go {wishes.go} is not known to exist", f"--go {newest}")
        return wishes.go
    if needs.newest and version_key(needs.newest) >= version_key(oldest or "1.0"):
        return needs.newest
    # an older image is no longer maintained, and a newer Go builds what an older one does
    return max(oldest, preferred("go", releases), key=version_key)


def _package(wishes: Wishes, needs: Needs) -> str:
    if wishes.package:
        package = wishes.package if wishes.package.startswith((".", "/")) or "." in wishes.package.split("/")[0] else f"./{wishes.package}"
        folder = package.removeprefix("./").rstrip("/") or "."
        if needs.mains and package.startswith(".") and folder not in needs.mains:
            raise Refused(f"{package} has no main package", f"--package {_shown(needs.mains[0])}")
        return package
    if len(needs.mains) > 1 and "." not in needs.mains:
        raise Refused(
            f"the project has several programs: {', '.join(_shown(m) for m in needs.mains)}", f"--package {_shown(needs.mains[0])}"
        )
    if not needs.mains and needs.sources:
        raise Refused("the project has no main package", "--package ./cmd/NAME (once it is there)")
    return "." if "." in needs.mains or not needs.mains else _shown(needs.mains[0])


def _shown(folder: str) -> str:
    return folder if folder == "." else f"./{folder}"
