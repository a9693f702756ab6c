"""Facts of the build: go commands and their flags, packages that are installed, the user who builds."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from troubleshooter.evidence.dockerfile.gocommands import BUILDERS, GoCommand, go_commands
from troubleshooter.evidence.dockerfile.installing import INSTALLERS, installed, installs, run_commands
from troubleshooter.evidence.dockerfile.shell import commands
from troubleshooter.evidence.dockerfile.stages import Setting, lineage
from troubleshooter.evidence.dockerfile.subject import Subject, user_at
from troubleshooter.evidence.dockerfile.words import has_variable
from troubleshooter.model import Fact


def go_facts(subject: Subject) -> Iterator[Fact]:
    """The go commands, and the main one: what it builds, where, as whom, into which file."""
    found = [each for stage in subject.dockerfile.stages for each in go_commands(subject.dockerfile, stage)]
    for each in found:
        yield subject.fact("go.verbs", each.verb, each.line)
    main = subject.main
    if not found:
        yield subject.fact("go.command-missing", "yes", subject.final.source.start_line)
    if main is None:
        return
    yield subject.fact("go.verb", main.verb, main.line)
    if main.directory:
        yield subject.fact("build.directory", main.directory, main.line)
    build_user = user_at(subject, main.instruction)
    if build_user:
        yield subject.fact("build.user", build_user, main.line)
    if main.verb not in (*BUILDERS, "run", "test", "vet"):
        return
    target = " ".join(main.packages) if main.verb != "run" else " ".join(main.packages[:1])
    if target and not has_variable(target):
        yield subject.fact("build.target", target, main.line)
    if len(main.packages) == 1 and main.packages[0].endswith(".go"):
        yield subject.fact("build.single-file", "yes", main.line)
    if main.output:
        yield subject.fact("build.output", main.output, main.line)
    elif main.verb == "build" and main.flag("o") is None:
        many = len(main.packages) > 1 or any("..." in package for package in main.packages)
        yield subject.fact("build.discards" if many else "build.output-missing", "yes", main.line)


def flag_facts(subject: Subject) -> Iterator[Fact]:
    """Flags of the main go command that decide how the program is compiled and linked."""
    main = subject.main
    if main is None:
        return
    goflags = _goflags(main)
    ldflags = main.flag("ldflags") or goflags.get("ldflags", "")
    static = _static_linking(main, ldflags)
    if static:
        yield subject.fact("link.flags", static, main.line)
    mode = re.search(r"-linkmode[ =]['\"]?(external|internal)", ldflags)
    if mode:
        yield subject.fact("linkmode", mode.group(1), main.line)
    tags = (main.flag("tags") or goflags.get("tags", "")).replace(" ", ",").strip(",")
    if tags and not has_variable(tags):
        yield subject.fact("build.tags", tags, main.line)
        for tag in filter(None, tags.split(",")):
            yield subject.fact("build.tag", tag, main.line)
        if "timetzdata" in tags.split(","):
            yield subject.fact("tzdata.embedded", "yes", main.line)
    for each in go_commands(subject.dockerfile, subject.dockerfile.stages[main.stage]):
        if each.flag("race") in ("true", "1") and each.verb in (*BUILDERS, "test", "run", "vet"):
            yield subject.fact("build.race", "yes", each.line)
        for given in each.flags if each.verb in (*BUILDERS, "test", "run", "vet") else ():
            yield subject.fact("build.flag", given.name, each.line)
    if "checklinkname=0" in ldflags:
        yield subject.fact("build.checklinkname", "0", main.line)
    builds = [each for each in go_commands(subject.dockerfile, subject.dockerfile.stages[main.stage]) if each.verb in BUILDERS]
    if (
        any(each.flag("buildmode") == "plugin" for each in builds)
        and len({(each.flag("trimpath"), each.flag("tags"), each.flag("race")) for each in builds}) > 1
    ):
        yield subject.fact("plugin.flags-differ", "yes", builds[-1].line)
    for flag, name in (("trimpath", "build.trimpath"), ("linkshared", "link.shared")):
        if main.flag(flag) in ("true", "1"):
            yield subject.fact(name, "yes", main.line)
    for flag, name in (("buildvcs", "build.buildvcs"), ("mod", "mod.flag")):
        value = main.flag(flag) or goflags.get(flag, "")
        if value:
            yield subject.fact(name, value, main.line)
    for each in go_commands(subject.dockerfile, subject.dockerfile.stages[main.stage]):
        if each.verb in BUILDERS and (mode_of_build := each.flag("buildmode")):
            yield subject.fact("buildmode", mode_of_build, each.line)
    cgo = main.environment.get("CGO_ENABLED")
    outdated = [f"-{flag}" for flag in ("a", "installsuffix") if main.flag(flag) is not None]
    outdated += ["netgo"] if cgo is not None and cgo.value == "0" and "netgo" in tags.split(",") else []
    for flag in outdated:
        yield subject.fact("outdated.flags", flag, main.line)


def _goflags(main: GoCommand) -> dict[str, str]:
    value = main.environment.get("GOFLAGS", Setting("", 0, "")).value
    pairs = (word.lstrip("-").partition("=") for word in value.split() if word.startswith("-"))
    return {name: content or "true" for name, _, content in pairs}


def _static_linking(main: GoCommand, ldflags: str) -> str:
    if "-static-pie" in ldflags:
        return "static-pie"
    if re.search(r"-extldflags[ =]['\"]?[^'\"]*-static\b", ldflags):
        return "static"
    if any(flag.name in ("static", "extldflags") for flag in main.flags) or (
        ldflags.strip() in ("-extldflags", "'-extldflags") and any("-static" in each for each in main.packages)
    ):
        return "lost"
    return "static" if "-static" in main.environment.get("CGO_LDFLAGS", Setting("", 0, "")).value.split() else ""


def install_facts(subject: Subject) -> Iterator[Fact]:
    """Packages that the build and the final stage install, and the commands that their RUN lines call."""
    for role, stage in (("build", subject.build), ("final", subject.final)):
        if stage is None:
            continue
        packages = installs(subject.dockerfile, stage)
        if packages:
            names = " ".join(dict.fromkeys(name for name, _ in packages))
            yield subject.fact(f"{role}.installs", names, packages[0][1])
        for package, line in packages:
            yield subject.fact(f"{role}.package", package, line)
        seen: set[str] = set()
        for program, line in run_commands(subject.dockerfile, stage):
            if program in seen or has_variable(program):
                continue
            seen.add(program)
            yield subject.fact(f"{role}.runs", program, line)
            if program in INSTALLERS:
                yield subject.fact(f"{role}.package-manager", "apt-get" if program == "apt" else program, line)


def own_library_facts(subject: Subject) -> Iterator[Fact]:
    """Libraries that RUN lines of the build stage compile, and packages that are installed without recommended ones."""
    for part in lineage(subject.dockerfile, subject.build) if subject.build is not None else ():
        for each in part.instructions:
            for command in commands(each) if each.keyword == "RUN" else ():
                words = command.argv
                line = subject.dockerfile.line_of(command.offset)
                made = [word for word in words if re.search(r"(^|/)lib[^/]*\.so", word)]
                if "-shared" in words and made:
                    yield subject.fact("build.makes-library", posixpath.basename(made[0]), line)
                    if made[0].startswith("/"):
                        yield subject.fact("build.makes-library-at", made[0], line)
                        yield subject.fact("build.makes-library-folder", posixpath.dirname(made[0]) + "/", line)
                if command.name in ("ar", "make", "cmake") or any(word.endswith(".a") for word in words):
                    yield subject.fact("build.makes-archive", "yes", line)
                if command.name in ("apt-get", "apt") and "--no-install-recommends" in words:
                    yield subject.fact("build.no-recommends", "yes", line)


def homeless_facts(subject: Subject) -> Iterator[Fact]:
    """A user without a home folder under whom Go runs and nothing says where its caches are."""
    main = subject.main
    if main is None:
        return
    stage = subject.dockerfile.stages[main.stage]
    for each in go_commands(subject.dockerfile, stage):
        name = user_at(subject, each.instruction).split(":")[0]
        if not name or name in ("root", "0") or has_variable(name):
            continue
        if any(each.setting(variable) is not None for variable in ("GOCACHE", "HOME", "XDG_CACHE_HOME")):
            continue
        if any("type=cache" in mount for mount in each.instruction.flags.get("mount", ())):
            continue
        text = "\n".join(i.raw for part in lineage(subject.dockerfile, stage) for i in part.instructions if i.keyword == "RUN")
        if _has_no_home(name, text):
            yield subject.fact("build.homeless-user", name, each.line)
            return


def _has_no_home(name: str, text: str) -> bool:
    if name.isdigit():
        return not re.search(rf"\b(useradd|adduser)\b[^\n;&|]*\b{name}\b", text)
    made = re.search(rf"\b(useradd|adduser)\b([^\n;&|]*)\b{re.escape(name)}\b", text)
    if made is None:
        return name in ("nobody",)
    words = made[2].split()
    if made[1] == "useradd":
        return not any(word in ("-m", "--create-home") or re.fullmatch(r"-[a-zA-Z]*m[a-zA-Z]*", word) for word in words)
    return any(
        word in ("-H", "--no-create-home") or re.fullmatch(r"-[A-Z]*H[A-Z]*", word) or re.fullmatch(r"-[a-zA-Z]*H[a-zA-Z]*", word)
        for word in words
    )


def stale_list_facts(subject: Subject) -> Iterator[Fact]:
    """``apt-get install`` with no ``apt-get update`` before it: Docker's images hold no package lists."""
    for stage in subject.dockerfile.stages:
        updated = False
        for part in lineage(subject.dockerfile, stage):
            for each in part.instructions:
                for command in commands(each) if each.keyword == "RUN" else ():
                    argv = command.argv
                    updated = (
                        updated
                        or (command.name in ("apt-get", "apt") and "update" in argv)
                        or command.name in ("make", "sh", "bash")
                        or "/" in (argv[0] if argv else "")
                    )
                    local = all(word.endswith(".deb") for word in installed(command))
                    if (
                        command.name in ("apt-get", "apt")
                        and installed(command)
                        and not updated
                        and not local
                        and "mount" not in each.flags
                    ):
                        yield subject.fact("apt.no-update", "yes", subject.dockerfile.line_of(command.offset))
                        return
