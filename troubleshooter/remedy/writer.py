"""A working multi-stage Dockerfile from a plan: each line with the reason why it stands there."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from troubleshooter.frozen import dataclass
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.releases import Releases, stand_in, suite, version_of
from troubleshooter.messages import in_language
from troubleshooter.remedy.managers import Managers
from troubleshooter.remedy.wishes import Needs, Plan, Wishes
from troubleshooter.text import version_key


@dataclass(frozen=True)
class Line:
    """One instruction and why it is there; an empty text parts two stages."""

    text: str
    why: str = ""


_SENTENCES = re.compile(r"(?<=\.) (?=[A-Z-])")
"""Where one sentence of a reason ends and the next begins."""


@dataclass(frozen=True)
class _Known:
    """What the knowledge says of the images that are written."""

    releases: Releases
    accounts: Mapping[str, Any]
    managers: Managers

    def number(self, user: str) -> str:
        """The number of an account; a number stays as it is."""
        return "0" if user == "root" else str(self.accounts[user]["id"]) if user in self.accounts else user

    def install(self, alpine: bool, packages: Sequence[str]) -> str:
        return self.managers.install("apk" if alpine else "apt-get", packages)


def render(lines: list[Line], explain: bool = False, language: str = "en") -> str:
    """The file; with ``explain`` the reason of each line stands above it as a comment in ``language``."""
    out: list[str] = []
    for line in lines:
        why = [f"# {_reason(line.why, language)}"] if explain and line.why else []
        text = in_language(line.text, language) if line.text.startswith("# A ") else line.text
        out += [text, *why] if line.text.startswith("# syntax") else [*why, text]
    return "\n".join(out) + "\n"


def _reason(why: str, language: str) -> str:
    return ("" if language == "ja" else " ").join(in_language(s, language) for s in _SENTENCES.split(why))


def write(plan: Plan, wishes: Wishes, needs: Needs, knowledge: Knowledge) -> list[Line]:
    """The lines of the Dockerfile that ``plan`` describes."""
    known = _Known(knowledge.table("releases"), knowledge.table("accounts"), Managers.of(knowledge))
    debian = suite(version_key(plan.go)[:2], known.releases)
    cross = bool(wishes.platforms) and not plan.cgo
    lines = [
        Line("# syntax=docker/dockerfile:1", "The front end of BuildKit: cache mounts and build arguments for platforms work everywhere.")
    ]
    lines += [Line("")]
    lines += _build(plan, wishes, needs, debian, cross, known)
    lines += [Line("")]
    lines += _final(plan, wishes, needs, debian, known)
    return lines


def _build(plan: Plan, wishes: Wishes, needs: Needs, debian: str, cross: bool, known: _Known) -> list[Line]:
    system = "alpine" if plan.musl else debian
    here = "--platform=$BUILDPLATFORM " if cross else ""
    why = (
        "Alpine, so that the C code is compiled for musl."
        if plan.musl
        else "Debian, as the C library of the final image."
        if plan.cgo
        else "The Go version that the project asks for, on Debian."
    )
    lines = [
        Line(
            f"FROM {here}golang:{plan.go}-{system} AS build",
            why + (" It runs on the machine's own processor and compiles for the target." if cross else ""),
        )
    ]
    if plan.build_packages:
        lines.append(
            Line(f"RUN {known.install(plan.musl, plan.build_packages)}", "The C compiler, headers and libraries that the imports need.")
        )
    lines.append(Line("WORKDIR /src", "The sources lie in a folder of their own, outside GOPATH."))
    cache = "--mount=type=cache,target=/go/pkg/mod " if wishes.cache else ""
    if needs.simple and not needs.vendor and needs.module:
        files = "go.mod go.sum" if needs.sums else "go.mod"
        lines.append(Line(f"COPY {files} ./", "These two first: as long as they stay the same, the modules are not downloaded again."))
        lines.append(Line(f"RUN {cache}go mod download", "All modules, in a layer of their own."))
    lines.append(Line("COPY . .", "Everything else; .dockerignore should leave out .git and what is built."))
    if cross:
        lines.append(Line("ARG TARGETOS", "Docker fills in the target's system and processor."))
        lines.append(Line("ARG TARGETARCH"))
        if any(p.startswith("linux/arm/") for p in wishes.platforms):
            lines.append(Line("ARG TARGETVARIANT"))
    lines.append(Line(f"RUN {_go_build(plan, wishes, cross)}", _build_why(plan)))
    if wishes.smoke:
        words = json.dumps(["/out/app", *shlex.split(wishes.smoke)])
        if cross:
            lines.append(Line("# A smoke test cannot run here: the program may be made for another processor."))
        else:
            lines.append(Line(f"RUN {words}", "The program must start once, or the build ends here."))
    root = _rootfs(plan, needs, known)
    if root:
        lines.append(Line(f"RUN {' && '.join(root)}", "What the final image lacks, prepared where there is a shell."))
    return lines


def _go_build(plan: Plan, wishes: Wishes, cross: bool) -> str:
    parts = []
    if wishes.cache:
        parts += ["--mount=type=cache,target=/go/pkg/mod", "--mount=type=cache,target=/root/.cache/go-build"]
    parts.append(f"CGO_ENABLED={'1' if plan.cgo else '0'}")
    if cross:
        parts += ["GOOS=$TARGETOS", "GOARCH=$TARGETARCH"]
        if any(p.startswith("linux/arm/") for p in wishes.platforms):
            parts.append("GOARM=${TARGETVARIANT#v}")
    parts.append("go build -trimpath")
    tags = (["timetzdata"] if plan.timezones and plan.final == "scratch" else []) + (
        ["netgo", "osusergo"] if plan.cgo and plan.static else []
    )
    if tags:
        parts.append(f"-tags {','.join(tags)}")
    flags = "-s -w" + (" -linkmode external -extldflags '-static'" if plan.cgo and plan.static else "")
    parts.append(f'-ldflags "{flags}"')
    parts.append(f"-o /out/app {plan.package}")
    return " ".join(parts)


def _build_why(plan: Plan) -> str:
    how = (
        "Without cgo the program is static and runs anywhere."
        if not plan.cgo
        else "With C code, linked statically against musl: no loader is needed."
        if plan.static
        else "With C code, linked dynamically."
    )
    zones = " -tags timetzdata compiles the time zones in." if plan.timezones and plan.final == "scratch" else ""
    return f"{how} -trimpath keeps paths of this machine out, -s -w leaves debug tables away.{zones}"


def _rootfs(plan: Plan, needs: Needs, known: _Known) -> list[str]:
    """Commands that prepare /rootfs, which is copied over the root of an image without a shell."""
    if plan.final in ("alpine", "debian-slim"):
        return []
    made: list[str] = []
    if plan.final == "scratch":
        made += ["mkdir -p /rootfs/etc /rootfs/tmp", "chmod 1777 /rootfs/tmp"]
        made.append(f"echo '{_passwd(plan.user, known)}' > /rootfs/etc/passwd")
        made.append(f"echo '{_group(plan.user, known)}' > /rootfs/etc/group")
    folders = [f for f in needs.writes if plan.user != "root"]
    if folders:
        made.append("mkdir -p " + " ".join(f"/owned{f}" for f in folders))
    return made


def _final(plan: Plan, wishes: Wishes, needs: Needs, debian: str, known: _Known) -> list[Line]:
    release = version_of("debian", debian, known.releases)
    tag = ":nonroot" if plan.user == "nonroot" else ""
    image = {
        "scratch": "scratch",
        "distroless-static": f"gcr.io/distroless/static-debian{release}{tag}",
        "distroless-base": f"gcr.io/distroless/base-debian{release}{tag}",
        "distroless-cc": f"gcr.io/distroless/cc-debian{release}{tag}",
        "alpine": f"alpine:{stand_in('alpine', known.releases)}",
        "debian-slim": f"debian:{debian}-slim",
    }[plan.final]
    lines = [Line(f"FROM {image}", _FINAL_WHY[plan.final])]
    packages = list(plan.final_packages)
    packages += ["tzdata"] if plan.timezones and plan.final in ("alpine", "debian-slim") else []
    packages += ["ca-certificates"] if plan.certificates and plan.final in ("alpine", "debian-slim") else []
    if packages:
        lines.append(
            Line(f"RUN {known.install(plan.final == 'alpine', tuple(dict.fromkeys(packages)))}", "What the program needs when it runs.")
        )
    if _makes_user(plan):
        lines.append(Line(f"RUN {_add_user(plan, known)}", "An entry in /etc/passwd for the user, with a home folder nowhere."))
    if plan.final == "scratch":
        lines.append(Line("COPY --from=build /rootfs/ /", "/etc/passwd and /etc/group with the user, and /tmp for everybody."))
        if plan.certificates:
            path = "/etc/ssl/certs/ca-certificates.crt"
            lines.append(Line(f"COPY --from=build {path} {path}", "The root certificates at the path where Go looks for them."))
    lines.append(Line("WORKDIR /app", "Relative paths of the program begin here."))
    for file in needs.files:
        lines.append(Line(f"COPY {file} /app/{file}", "The program reads it while it runs."))
    identity = known.number(plan.user)
    for folder in needs.writes if plan.user != "root" else ():
        if plan.final in ("alpine", "debian-slim"):
            lines.append(
                Line(
                    f"RUN mkdir -p {folder} && chown {identity}:{identity} {folder}", "The program writes there, and does not run as root."
                )
            )
        else:
            lines.append(
                Line(
                    f"COPY --from=build --chown={identity}:{identity} /owned{folder} {folder}",
                    "The program writes there, and does not run as root.",
                )
            )
    lines.append(Line("COPY --from=build /out/app /app/app", "The program, and nothing else of the build."))
    if plan.user != "root":
        lines.append(Line(f"USER {identity}:{identity}", "By number, so that Kubernetes can tell that it is not root."))
    for port in [p for p in needs.ports if p.isdigit()][:1]:
        lines.append(Line(f"EXPOSE {port}", "The port that the program listens on."))
    if wishes.health:
        words = json.dumps(["/app/app", *shlex.split(wishes.health)])
        lines.append(Line(f"HEALTHCHECK CMD {words}", "The program asks itself: no shell and no curl is needed."))
    lines.append(Line('ENTRYPOINT ["/app/app"]', "The exec form: no shell, and signals reach the program."))
    return lines


_FINAL_WHY = {
    "scratch": "Nothing but the program.",
    "distroless-static": "Root certificates, time zones, /etc/passwd and /tmp, and no shell.",
    "distroless-base": "The same with glibc, for a program that is linked dynamically.",
    "distroless-cc": "The same with glibc, libgcc and libstdc++.",
    "alpine": "Small, with a shell and a package manager; its C library is musl.",
    "debian-slim": "glibc, a shell and a package manager.",
}


def _makes_user(plan: Plan) -> bool:
    """Debian and Alpine have nobody already; a number needs an entry for programs that look themselves up."""
    return plan.final in ("alpine", "debian-slim") and plan.user not in ("root", "nobody")


def _add_user(plan: Plan, known: _Known) -> str:
    name, number = plan.user if not plan.user.isdigit() else "app", known.number(plan.user)
    if plan.final == "alpine":
        return f"addgroup -g {number} {name} && adduser -D -H -u {number} -G {name} {name}"
    return f"groupadd -g {number} {name} && useradd --no-create-home --no-log-init -u {number} -g {number} {name}"


def _passwd(user: str, known: _Known) -> str:
    name, number = user if not user.isdigit() else "app", known.number(user)
    return f"{name}:x:{number}:{number}:{name}:/:/sbin/nologin"


def _group(user: str, known: _Known) -> str:
    name, number = user if not user.isdigit() else "app", known.number(user)
    return f"{name}:x:{number}:"
