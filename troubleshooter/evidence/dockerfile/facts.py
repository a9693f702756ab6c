"""Facts that a Dockerfile tells without knowledge of images; every name that can occur stands in ``names.FACTS``."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence

from troubleshooter.evidence.dockerfile import queries
from troubleshooter.evidence.dockerfile.gocommands import BUILDERS, GoCommand, go_commands, join
from troubleshooter.evidence.dockerfile.places import Places, file_like, made, places
from troubleshooter.evidence.dockerfile.queries import Copy
from troubleshooter.evidence.dockerfile.shell import commands
from troubleshooter.evidence.dockerfile.stages import Dockerfile, Environment, Setting, Stage
from troubleshooter.evidence.dockerfile.syntax import Instruction
from troubleshooter.evidence.dockerfile.words import has_variable
from troubleshooter.frozen import dataclass
from troubleshooter.model import Fact
from troubleshooter.text import nearest

_SETTINGS = {
    "GOAMD64": "goamd64", "GOPROXY": "goproxy", "GOFLAGS": "goflags", "GOTOOLCHAIN": "gotoolchain",
    "GO111MODULE": "go111module", "GOPRIVATE": "goprivate", "GOSUMDB": "gosumdb", "GOPATH": "gopath",
    "GOCACHE": "gocache", "HOME": "home", "CC": "cc", "CGO_CFLAGS": "cgo.cflags", "CGO_LDFLAGS": "cgo.ldflags",
    "GOOS": "target.os", "GOARCH": "target.arch",
}  # fmt: skip
_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
_GO_PATH = ("/go/bin", "/usr/local/go/bin")
_SYSTEM = (
    "/bin",
    "/dev",
    "/etc",
    "/lib",
    "/lib32",
    "/lib64",
    "/opt",
    "/proc",
    "/root",
    "/sbin",
    "/sys",
    "/usr",
    "/var",
)
_NEEDS_MODULE = (
    "build",
    "test",
    "vet",
    "run",
    "mod download",
    "mod vendor",
    "mod verify",
    "mod tidy",
    "list",
    "generate",
)


@dataclass(frozen=True)
class _Case:
    """One file and what every group of facts wants to know about it."""

    dockerfile: Dockerfile
    name: str
    final: Stage
    build: Stage | None
    main: GoCommand | None

    def fact(self, name: str, value: str, line: int, sure: bool = True) -> Fact:
        # Bytes that are no UTF-8 must not reach a report.
        clean = value.encode("utf-8", "replace").decode("utf-8")
        return Fact(name, clean, f"{self.name}:{line}", sure)


def facts(dockerfile: Dockerfile, name: str = "Dockerfile", target: str = "") -> list[Fact]:
    """All facts of a parsed file, each with the source ``name:LINE``; nothing is raised for a broken one."""
    found = [Fact("dockerfile", "present", name)]
    if dockerfile.problems:
        problem = dockerfile.problems[0]
        says = problem.says.encode("utf-8", "replace").decode("utf-8")
        found.append(Fact("dockerfile.syntax-error", says, f"{name}:{problem.line}"))
    final = queries.final_stage(dockerfile, target)
    if final is None:
        return found
    build, main = queries.build_stage(dockerfile, target), queries.main_build(dockerfile, target)
    case = _Case(dockerfile, name, final, build, main)
    groups: list[Callable[[_Case], Iterator[Fact]]] = [
        _stages, _images, _environment, _go, _flags, _installs, _provided, _user, _entry, _health, _context, _copy_from,
        _buildkit, _outside, _own_libraries, _homeless, _stale_lists, _settings,
    ]  # fmt: skip
    return list(dict.fromkeys([*found, *(fact for group in groups for fact in group(case))]))


def _stages(case: _Case) -> Iterator[Fact]:
    stages = case.dockerfile.stages
    if "syntax" in case.dockerfile.directives:
        yield case.fact("dockerfile.syntax", case.dockerfile.directives["syntax"], 1)
    yield case.fact("stages", str(len(stages)), stages[-1].source.start_line)
    for stage in stages:
        line = stage.source.start_line
        base = queries.base_image(case.dockerfile, stage)
        yield case.fact(f"stage.{stage.index}.image", base.image, line, not base.unresolved)
        if stage.name:
            yield case.fact(f"stage.{stage.index}.name", stage.name, line)
        runs = [each for each in stage.instructions if each.keyword == "RUN"]
        if runs:
            yield case.fact(f"stage.{stage.index}.run", "yes", runs[0].start_line)
            yield case.fact("run.images", base.image, runs[0].start_line)
        for argument in stage.unresolved:
            yield case.fact("from.unresolved-arg", argument, line)
        yield from _odd_from(case, stage)


def _odd_from(case: _Case, stage: Stage) -> Iterator[Fact]:
    if stage.parent is not None or not stage.image:
        return
    line = stage.source.start_line
    if any(char in stage.image for char in ":/@."):
        last = stage.image.rsplit("/", 1)[-1]
        if ":" not in last and "@" not in last and not stage.unresolved:
            yield case.fact("image.tagless", stage.image, line)
        return
    later = [other.name for other in case.dockerfile.stages[stage.index :] if other.name.lower() == stage.image.lower()]
    earlier = [other.name for other in case.dockerfile.stages[: stage.index] if other.name]
    if queries.is_official(stage.image):
        if stage.image != "scratch" and not stage.unresolved:
            yield case.fact("image.tagless", stage.image, line)
    elif later or nearest(stage.image, earlier, 1, 0.6):
        yield case.fact("from.unknown-stage", stage.image, line)


def _images(case: _Case) -> Iterator[Fact]:
    for role, stage in (("build", case.build), ("final", case.final)):
        if stage is None:
            continue
        base = queries.base_image(case.dockerfile, stage)
        line = base.source.start_line
        if base.image:
            yield case.fact(f"{role}.image", base.image, line, not base.unresolved)
        if base.platform:
            yield case.fact(f"{role}.platform", base.platform, line)
        if role == "build":
            yield case.fact("build.stage", stage.name or str(stage.index), stage.source.start_line)


def _environment(case: _Case) -> Iterator[Fact]:
    environment: Environment = {}
    if case.main is not None:
        environment = case.main.environment
    elif case.build is not None:
        environment = case.build.environment
    cgo = environment.get("CGO_ENABLED")
    if cgo is not None and cgo.value in ("0", "1"):
        yield case.fact("cgo", cgo.value, cgo.line)
        yield case.fact("cgo.set-by", cgo.origin, cgo.line)
    for variable, name in _SETTINGS.items():
        setting = environment.get(variable)
        if setting is None or not setting.value:
            continue
        if not has_variable(setting.value):
            yield case.fact(name, setting.value, setting.line)
        elif variable == "GOARCH":
            yield case.fact("target.arch-from", setting.value.strip("${}"), setting.line)


def _go(case: _Case) -> Iterator[Fact]:
    found = [each for stage in case.dockerfile.stages for each in go_commands(case.dockerfile, stage)]
    for each in found:
        yield case.fact("go.verbs", each.verb, each.line)
    main = case.main
    if not found:
        yield case.fact("go.command-missing", "yes", case.final.source.start_line)
    if main is None:
        return
    yield case.fact("go.verb", main.verb, main.line)
    if main.directory:
        yield case.fact("build.directory", main.directory, main.line)
    build_user = _user_at(case, main.instruction)
    if build_user:
        yield case.fact("build.user", build_user, main.line)
    if main.verb not in (*BUILDERS, "run", "test", "vet"):
        return
    target = " ".join(main.packages) if main.verb != "run" else " ".join(main.packages[:1])
    if target and not has_variable(target):
        yield case.fact("build.target", target, main.line)
    if len(main.packages) == 1 and main.packages[0].endswith(".go"):
        yield case.fact("build.single-file", "yes", main.line)
    if main.output:
        yield case.fact("build.output", main.output, main.line)
    elif main.verb == "build" and main.flag("o") is None:
        many = len(main.packages) > 1 or any("..." in package for package in main.packages)
        yield case.fact("build.discards" if many else "build.output-missing", "yes", main.line)


def _flags(case: _Case) -> Iterator[Fact]:
    main = case.main
    if main is None:
        return
    goflags = _goflags(main)
    ldflags = main.flag("ldflags") or goflags.get("ldflags", "")
    static = _static_linking(main, ldflags)
    if static:
        yield case.fact("link.flags", static, main.line)
    mode = re.search(r"-linkmode[ =]['\"]?(external|internal)", ldflags)
    if mode:
        yield case.fact("linkmode", mode.group(1), main.line)
    tags = (main.flag("tags") or goflags.get("tags", "")).replace(" ", ",").strip(",")
    if tags and not has_variable(tags):
        yield case.fact("build.tags", tags, main.line)
        for tag in filter(None, tags.split(",")):
            yield case.fact("build.tag", tag, main.line)
        if "timetzdata" in tags.split(","):
            yield case.fact("tzdata.embedded", "yes", main.line)
    for each in go_commands(case.dockerfile, case.dockerfile.stages[main.stage]):
        if each.flag("race") in ("true", "1") and each.verb in (*BUILDERS, "test", "run", "vet"):
            yield case.fact("build.race", "yes", each.line)
        for given in each.flags if each.verb in (*BUILDERS, "test", "run", "vet") else ():
            yield case.fact("build.flag", given.name, each.line)
    if "checklinkname=0" in ldflags:
        yield case.fact("build.checklinkname", "0", main.line)
    builds = [each for each in go_commands(case.dockerfile, case.dockerfile.stages[main.stage]) if each.verb in BUILDERS]
    if (
        any(each.flag("buildmode") == "plugin" for each in builds)
        and len({(each.flag("trimpath"), each.flag("tags"), each.flag("race")) for each in builds}) > 1
    ):
        yield case.fact("plugin.flags-differ", "yes", builds[-1].line)
    for flag, name in (("trimpath", "build.trimpath"), ("linkshared", "link.shared")):
        if main.flag(flag) in ("true", "1"):
            yield case.fact(name, "yes", main.line)
    for flag, name in (("buildvcs", "build.buildvcs"), ("mod", "mod.flag")):
        value = main.flag(flag) or goflags.get(flag, "")
        if value:
            yield case.fact(name, value, main.line)
    for each in go_commands(case.dockerfile, case.dockerfile.stages[main.stage]):
        if each.verb in BUILDERS and (mode_of_build := each.flag("buildmode")):
            yield case.fact("buildmode", mode_of_build, each.line)
    cgo = main.environment.get("CGO_ENABLED")
    outdated = [f"-{flag}" for flag in ("a", "installsuffix") if main.flag(flag) is not None]
    outdated += ["netgo"] if cgo is not None and cgo.value == "0" and "netgo" in tags.split(",") else []
    for flag in outdated:
        yield case.fact("outdated.flags", flag, main.line)


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


def _installs(case: _Case) -> Iterator[Fact]:
    for role, stage in (("build", case.build), ("final", case.final)):
        if stage is None:
            continue
        packages = queries.installs(case.dockerfile, stage)
        if packages:
            names = " ".join(dict.fromkeys(name for name, _ in packages))
            yield case.fact(f"{role}.installs", names, packages[0][1])
        for package, line in packages:
            yield case.fact(f"{role}.package", package, line)
        seen: set[str] = set()
        for program, line in queries.run_commands(case.dockerfile, stage):
            if program in seen or has_variable(program):
                continue
            seen.add(program)
            yield case.fact(f"{role}.runs", program, line)
            if program in queries.INSTALLERS:
                yield case.fact(f"{role}.package-manager", "apt-get" if program == "apt" else program, line)


def _provided(case: _Case) -> Iterator[Fact]:
    """What the final stage brings along beyond its image."""
    stages = queries.lineage(case.dockerfile, case.final)
    runs = [each for stage in stages for each in stage.instructions if each.keyword == "RUN"]
    yield case.fact("final.run", "yes" if runs else "no", (runs[0] if runs else case.final.source).start_line)
    directory = queries.workdir(case.dockerfile, case.final)
    if directory:
        workdir = queries.last(case.dockerfile, case.final, "WORKDIR")
        line = workdir[0].start_line if workdir else case.final.source.start_line
        yield case.fact("final.workdir", directory, line, workdir is not None)
    tests = {
        "final.copies-ca": r"ca-certificates|/etc/ssl|/etc/pki|ca-bundle|cert\.pem|/etc$",
        "final.copies-zoneinfo": r"zoneinfo|tzdata",
        "final.copies-passwd": r"/etc/passwd|/passwd$|/etc$|nonroot.*passwd|^passwd",
        "final.copies-tmp": r"^/tmp",
        "final.copies-libs": r"\.so(\.|$|\*)|/lib(64|32)?$|/lib/[^/]*-linux|^/usr/lib(64)?$|^/lib(64)?/|/local/lib",
        "final.copies-loader": r"ld-linux|ld-musl|ld-\*|^/lib(64)?$|^/lib64/\*|^/lib/ld",
    }
    for copy in queries.copies(case.dockerfile, case.final):
        line = copy.instruction.start_line
        paths = [path.rstrip("/") or path for path in (*copy.sources, copy.target) if path]
        if copy.target:
            yield case.fact("final.copies", copy.target, line)
        for name, pattern in tests.items():
            # A folder given as destination tells nothing about what comes into it, except for /tmp.
            looked_at = paths[-1:] if name == "final.copies-tmp" else paths[:-1]
            named = name in ("final.copies-ca", "final.copies-passwd") and _lands_as(copy, pattern)
            if named or any(re.search(pattern, path) for path in looked_at):
                yield case.fact(name, "yes", line)
    yield from _provided_by_packages(case)
    yield from _provided_by_roots(case)
    for run in runs:
        for name, pattern in (
            ("final.copies-passwd", r"\b(adduser|useradd)\b|/etc/passwd"),
            ("final.copies-tmp", r"mkdir[^&;|]*\s/tmp\b"),
            ("final.copies-loader", r"\bln\b[^&;|]*ld-(linux|musl)"),
        ):
            if re.search(pattern, run.raw):
                yield case.fact(name, "yes", run.start_line)
    for stage in stages:
        for each in stage.instructions:
            if each.keyword in ("WORKDIR", "VOLUME") and any(word.startswith("/tmp") for word in each.words):
                yield case.fact("final.copies-tmp", "yes", each.start_line)


def _provided_by_roots(case: _Case) -> Iterator[Fact]:
    """A folder that another stage prepared and that is copied over the root: what its RUN lines put into it."""
    inside = {
        "final.copies-tmp": "/tmp", "final.copies-passwd": "/etc/passwd", "final.copies-ca": "/etc/ssl",
        "final.copies-zoneinfo": "/usr/share/zoneinfo",
    }  # fmt: skip
    for copy in queries.copies(case.dockerfile, case.final):
        if copy.stage is None or copy.target != "/":
            continue
        giver = case.dockerfile.stages[copy.stage]
        made = "\n".join(
            each.raw
            for part in queries.lineage(case.dockerfile, giver)
            for each in part.instructions
            if each.keyword in ("RUN", "COPY", "WORKDIR")
        )
        for source in copy.sources:
            for name, place in inside.items():
                if re.search(re.escape(posixpath.join(source.rstrip("/"), place.lstrip("/"))) + r"(?![\w.-])", made):
                    yield case.fact(name, "yes", copy.instruction.start_line)


def _lands_as(copy: Copy, pattern: str) -> bool:
    """Whether a single file is copied to a place whose full name tells what it is (``COPY passwd /etc/passwd``)."""
    return not copy.into_folder and bool(re.search(pattern.replace("|/etc$", ""), copy.target))


def _provided_by_packages(case: _Case) -> Iterator[Fact]:
    for package, line in queries.installs(case.dockerfile, case.final):
        if package.startswith("ca-certificates"):
            yield case.fact("final.copies-ca", "yes", line)
        if package in ("tzdata", "tzdata-legacy", "timezone"):
            yield case.fact("final.copies-zoneinfo", "yes", line)


def _user(case: _Case) -> Iterator[Fact]:
    found = queries.user(case.dockerfile, case.final)
    if found is None:
        yield case.fact("user", "unset", case.final.source.start_line)
        return
    value, instruction = found
    if has_variable(value):
        return
    name = value.split(":")[0]
    yield case.fact("user", "root" if name in ("root", "0") else name, instruction.start_line)
    yield case.fact("user.numeric", "yes" if name.isdigit() else "no", instruction.start_line)


def _user_at(case: _Case, instruction: Instruction) -> str:
    """The USER in effect at an instruction, empty without one."""
    found = ""
    for stage in case.dockerfile.stages:
        if instruction in stage.instructions:
            parents = queries.lineage(case.dockerfile, stage)
            for each in (each for part in parents for each in part.instructions):
                if each is instruction:
                    return found
                found = each.words[0] if each.keyword == "USER" and each.words else found
    return ""


def _entry(case: _Case) -> Iterator[Fact]:
    began = queries.start(case.dockerfile, case.final)
    cmd = queries.last(case.dockerfile, case.final, "CMD")
    if cmd is not None:
        yield case.fact("cmd.form", "shell" if cmd[0].json is None else "exec", cmd[0].start_line)
    if began is None:
        return
    line = began.instruction.start_line
    yield case.fact("entry.form", began.form, line)
    if began.form == "shell" and began.instruction.args.text.startswith("["):
        yield case.fact("entry.json-broken", "yes", line)
        return
    if not began.argv or has_variable(began.argv[0]) or not began.argv[0]:
        return
    path = began.argv[0]
    yield case.fact("entry.path", path, line)
    if posixpath.basename(path) == "go":
        yield case.fact("entry.go", "yes", line)
    if "/" not in path:
        yield case.fact("entry.bare", "yes", line)
    yield from _entry_place(case, path, line)


def _entry_place(case: _Case, path: str, line: int) -> Iterator[Fact]:
    """Whether and where the file that is started lies in the final image, as far as the instructions tell."""
    kind = "script" if path.endswith((".sh", ".bash")) else "program"
    directory = queries.workdir(case.dockerfile, case.final)
    where = places(case.dockerfile, case.final)
    if "/" not in path:
        homes = [place for place, _ in where.files if posixpath.basename(place) == path]
        in_path = [place for place in homes if posixpath.dirname(place) in _search_path(case)]
        if in_path:
            yield case.fact("entry.provided", "yes", line)
        elif homes and not where.open_folders & set(_search_path(case)) and _search_path(case):
            yield case.fact("entry.in-path", "no", line)
            yield case.fact("entry.found-at", homes[-1], line)
        yield case.fact("entry.kind", kind, line)
        return
    full = join(directory, path)
    if not full:
        yield case.fact("entry.kind", kind, line)
        return
    if any(place == full for place, _ in where.files):
        yield case.fact("entry.provided", "yes", line)
        yield case.fact("entry.kind", kind, line)
        return
    if full in where.folders:
        yield case.fact("entry.kind", "directory", line)
        for inside in [place for place, _ in where.files if place.startswith(full + "/")][-1:]:
            yield case.fact("entry.found-at", inside, line)
        return
    same = [place for place, made in where.files if made and posixpath.basename(place) == posixpath.basename(full)]
    unmentioned = posixpath.basename(full) not in where.mentions and not any(
        full.startswith(f.rstrip("/") + "/") for f in where.open_folders
    )
    if _certainly_absent(case, full, where) or (same and unmentioned and not _merged(case, full, same)):
        yield case.fact("entry.provided", "no", line)
        yield case.fact("entry.kind", "missing", line)
        near = [place for place, _ in where.files if posixpath.basename(place) == posixpath.basename(full)]
        near = near or ([place for place, made in where.files if made] if len(where.files) == 1 else [])
        if near:
            yield case.fact("entry.found-at", near[-1], line)
        return
    yield case.fact("entry.kind", kind, line)


def _merged(case: _Case, path: str, places_: list[str]) -> bool:
    """Whether two paths may be one file because /bin is a link to /usr/bin (Debian, Ubuntu, Fedora)."""
    plain = {re.sub(r"^/usr/(s?bin|lib)/", r"/\1/", place) for place in places_}
    return re.sub(r"^/usr/(s?bin|lib)/", r"/\1/", path) in plain


def _certainly_absent(case: _Case, path: str, where: Places) -> bool:
    bare = queries.base_image(case.dockerfile, case.final).image == "scratch"
    if not where.files and not where.open_folders and not bare:
        return False
    for folder in where.open_folders:
        if path == folder or path.startswith(folder.rstrip("/") + "/"):
            return False
    if posixpath.basename(path) in where.mentions:
        return False
    return bare or not path.startswith(tuple(folder + "/" for folder in _SYSTEM))


def _search_path(case: _Case) -> tuple[str, ...]:
    """Folders of PATH in the final stage; empty where it cannot be read."""
    setting = case.final.environment.get("PATH")
    base = queries.base_image(case.dockerfile, case.final).image
    image_path = _PATH + (_GO_PATH if "golang" in base else ())
    if setting is None:
        return image_path
    kept = re.sub(r"\$\{?PATH\}?", ":".join(image_path), setting.value)
    return tuple(folder.rstrip("/") for folder in kept.split(":")) if not has_variable(kept) else ()


def _health(case: _Case) -> Iterator[Fact]:
    found = queries.last(case.dockerfile, case.final, "HEALTHCHECK")
    if found is not None and found[0].words:
        check = found[0]
        none = check.words[0].upper() == "NONE"
        form = "none" if none else "shell" if check.json is None else "exec"
        yield case.fact("healthcheck.form", form, check.start_line)
        called = [each for each in commands(check) if each.words] if not none else []
        if called:
            yield case.fact("healthcheck.tool", called[0].words[0].value, check.start_line)
    for stage in queries.lineage(case.dockerfile, case.final):
        for each in stage.instructions:
            for word in each.words if each.keyword == "EXPOSE" else ():
                port = word.split("/")[0]
                yield case.fact("expose", port, each.start_line)
                if port.isdigit() and 0 < int(port[:9]) < 1024:
                    yield case.fact("expose.privileged", "yes", each.start_line)


def _context(case: _Case) -> Iterator[Fact]:
    """What has come from the build context when the main go command runs."""
    for stage in case.dockerfile.stages:
        for copy in queries.own_copies(case.dockerfile, stage):
            for source in copy.sources if not copy.origin and not copy.instruction.heredocs else ():
                yield case.fact("copies.source", source, copy.instruction.start_line)
    main = case.main
    if main is None:
        return
    stage = case.dockerfile.stages[main.stage]
    line = main.line
    before = [copy for copy in queries.copies(case.dockerfile, stage) if copy.instruction.start <= main.instruction.start]
    mounts = _bind_mounts(main.instruction)
    if mounts:
        yield case.fact("uses.bind-mount", "yes", line)
    context = [copy for copy in before if not copy.origin]
    sources = [source for copy in context for source in copy.sources]
    everything = bool(mounts) or any(source in (".", "./", "/", "*", "./*") for source in sources)
    if not everything and any(copy.origin for copy in before) and not sources:
        return
    has = {
        "go-mod": everything or any(_names(source, "go.mod") for source in sources),
        "go-sum": everything or any(_names(source, "go.sum") for source in sources),
        "vendor": everything or any(posixpath.basename(source.rstrip("/")) == "vendor" for source in sources),
        "all": everything,
    }
    for what, yes in has.items():
        yield case.fact(f"copies.{what}", "yes" if yes else "no", line)
    if sources:
        yield case.fact("copies.sources", " ".join(sources), line)
    yield from _module_place(case, main, context, bool(mounts))


def _module_place(case: _Case, main: GoCommand, context: Sequence[Copy], mounted: bool) -> Iterator[Fact]:
    if mounted or main.verb not in (*_NEEDS_MODULE, "install"):
        return
    roots = [copy for copy in context if any(_may_hold_module(source) for source in copy.sources)]
    homes = [posixpath.normpath(copy.target) for copy in roots if copy.target]
    if main.directory and len(homes) == len(roots) and not any("@" in package for package in main.packages):
        related = any(main.directory == home or main.directory.startswith(home.rstrip("/") + "/") for home in homes)
        inner = any(home.startswith(main.directory.rstrip("/") + "/") for home in homes)
        whole = any(source in (".", "./") for copy in roots for source in copy.sources)
        if related:
            yield case.fact("go-mod.reached", "yes", main.line)
        elif not homes or not inner or whole:
            yield case.fact("go-mod.reached", "no", main.line)
    stage = case.dockerfile.stages[main.stage]
    first_copy = min((copy.instruction.start for copy in roots), default=None)
    for each in go_commands(case.dockerfile, stage):
        early = first_copy is not None and each.instruction.start < first_copy and not _bind_mounts(each.instruction)
        if early and each.verb in _NEEDS_MODULE and not any("@" in package for package in each.packages):
            yield case.fact("go-mod.before-copy", "yes", each.line)
            return


def _names(source: str, file: str) -> bool:
    pattern = re.escape(posixpath.basename(source)).replace(r"\*", ".*").replace(r"\?", ".")
    return bool(re.fullmatch(pattern, file))


def _may_hold_module(source: str) -> bool:
    """Whether copying this source can bring a go.mod along: the file itself, a pattern, or any folder."""
    return _names(source, "go.mod") or not (file_like(source) or posixpath.basename(source) in ("go.sum", "Makefile"))


def _bind_mounts(instruction: Instruction) -> list[str]:
    """Mounts of the build context in a RUN."""
    mounts = [mount for mount in instruction.flags.get("mount", ()) if "type=" not in mount or "type=bind" in mount]
    return [mount for mount in mounts if "from=" not in mount]


def _copy_from(case: _Case) -> Iterator[Fact]:
    stages = case.dockerfile.stages
    for stage in stages:
        for copy in queries.own_copies(case.dockerfile, stage):
            line = copy.instruction.start_line
            if queries.copy_origin_unknown(copy):
                yield case.fact("copy-from.unknown-stage", copy.origin, line)
                names = [other.name for other in stages[: stage.index] if other.name]
                near = nearest(copy.origin, names, 1, 0.5) or (names if len(names) == 1 else [])
                if near:
                    yield case.fact("copy-from.nearest-stage", near[0], line)
            elif copy.origin and copy.stage is None and not has_variable(copy.origin):
                yield case.fact("copy-from.image", copy.origin, line)
            elif copy.stage is not None:
                yield from _mismatches(case, copy, stages[copy.stage])


def _mismatches(case: _Case, copy: Copy, origin: Stage) -> Iterator[Fact]:
    programs = made(case.dockerfile, origin)
    if not programs:
        return
    where = places(case.dockerfile, origin)
    entry = queries.start(case.dockerfile, case.final)
    started = join(queries.workdir(case.dockerfile, case.final), entry.argv[0]) if entry and entry.argv else ""
    for source in copy.sources:
        path = posixpath.normpath(posixpath.join("/", source))
        if has_variable(source) or any(char in source for char in "*?[") or path == "/":
            continue
        if any(path == file or file.startswith(path + "/") for file, _ in where.files):
            continue
        is_program = posixpath.basename(path) in {posixpath.basename(file) for file in programs} or (
            bool(started) and posixpath.normpath(copy.places(source) or "/") == started
        )
        below_open = any(path == folder or path.startswith(folder.rstrip("/") + "/") for folder in where.open_folders)
        above_open = any(folder.startswith(path + "/") for folder in where.open_folders)
        in_image = path.startswith(tuple(folder + "/" for folder in _SYSTEM if folder not in ("/opt", "/root")))
        in_image = in_image or path in _SYSTEM or path.startswith(("/go", "/tmp", "/home"))
        mentioned = re.search(re.escape(path) + r"(?![\w.-])", where.mentions) is not None
        if mentioned or above_open or ((below_open or in_image) and not is_program):
            continue
        if is_program and below_open and not any(posixpath.basename(path) == posixpath.basename(program) for program in programs):
            continue
        yield case.fact("copy-from.mismatch", path, copy.instruction.start_line)
        yield case.fact("copy-from.made", programs[-1], copy.instruction.start_line)


def _buildkit(case: _Case) -> Iterator[Fact]:
    for each in case.dockerfile.instructions:
        found = ["run-mount"] if each.keyword == "RUN" and "mount" in each.flags else []
        if each.keyword in ("COPY", "ADD"):
            found += [f"copy-{flag}" for flag in ("chmod", "link", "parents", "exclude") if flag in each.flags]
            found += ["add-checksum"] if "checksum" in each.flags else []
        found += ["heredoc"] if each.heredocs else []
        for feature in found:
            yield case.fact("uses.buildkit", feature, each.start_line)


def _outside(case: _Case) -> Iterator[Fact]:
    """``go get`` and ``go install`` of a program where no go.mod is: neither installs it (any more)."""
    for stage in case.dockerfile.stages:
        own = [copy for copy in queries.copies(case.dockerfile, stage) if not copy.origin]
        for each in go_commands(case.dockerfile, stage):
            if each.verb not in ("get", "install") or not each.packages:
                continue
            package = each.packages[0]
            before = [
                copy for copy in own if copy.instruction.start < each.instruction.start and any(_may_hold_module(s) for s in copy.sources)
            ]
            reached = any(not copy.target or (each.directory + "/").startswith(copy.target.rstrip("/") + "/") for copy in before)
            setting = each.setting("GO111MODULE")
            remote = "." in package.split("/")[0] and not package.startswith(".")
            if (
                not remote
                or reached
                or _bind_mounts(each.instruction)
                or (setting is not None and setting.value == "off")
                or each.flag("d") is not None
            ):
                continue
            if re.search(r"go\s+mod\s+init", "\n".join(i.raw for i in stage.instructions if i.start <= each.instruction.start)):
                continue
            if each.verb == "get":
                yield case.fact("go.get-outside", package, each.line)
            elif "@" not in package:
                yield case.fact("go.install-unversioned", package, each.line)


def _own_libraries(case: _Case) -> Iterator[Fact]:
    """Libraries that RUN lines of the build stage compile, and packages that are installed without recommended ones."""
    for part in queries.lineage(case.dockerfile, case.build) if case.build is not None else ():
        for each in part.instructions:
            for command in commands(each) if each.keyword == "RUN" else ():
                words = command.argv
                line = case.dockerfile.line_of(command.offset)
                made = [word for word in words if re.search(r"(^|/)lib[^/]*\.so", word)]
                if "-shared" in words and made:
                    yield case.fact("build.makes-library", posixpath.basename(made[0]), line)
                    if made[0].startswith("/"):
                        yield case.fact("build.makes-library-at", made[0], line)
                        yield case.fact("build.makes-library-folder", posixpath.dirname(made[0]) + "/", line)
                if command.name in ("ar", "make", "cmake") or any(word.endswith(".a") for word in words):
                    yield case.fact("build.makes-archive", "yes", line)
                if command.name in ("apt-get", "apt") and "--no-install-recommends" in words:
                    yield case.fact("build.no-recommends", "yes", line)


def _homeless(case: _Case) -> Iterator[Fact]:
    """A user without a home folder under whom Go runs and nothing says where its caches are."""
    main = case.main
    if main is None:
        return
    stage = case.dockerfile.stages[main.stage]
    for each in go_commands(case.dockerfile, stage):
        name = _user_at(case, each.instruction).split(":")[0]
        if not name or name in ("root", "0") or has_variable(name):
            continue
        if any(each.setting(variable) is not None for variable in ("GOCACHE", "HOME", "XDG_CACHE_HOME")):
            continue
        if any("type=cache" in mount for mount in each.instruction.flags.get("mount", ())):
            continue
        text = "\n".join(i.raw for part in queries.lineage(case.dockerfile, stage) for i in part.instructions if i.keyword == "RUN")
        if _has_no_home(name, text):
            yield case.fact("build.homeless-user", name, each.line)
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


def _stale_lists(case: _Case) -> Iterator[Fact]:
    """``apt-get install`` with no ``apt-get update`` before it: Docker's images hold no package lists."""
    for stage in case.dockerfile.stages:
        updated = False
        for part in queries.lineage(case.dockerfile, stage):
            for each in part.instructions:
                for command in commands(each) if each.keyword == "RUN" else ():
                    argv = command.argv
                    updated = (
                        updated
                        or (command.name in ("apt-get", "apt") and "update" in argv)
                        or command.name in ("make", "sh", "bash")
                        or "/" in (argv[0] if argv else "")
                    )
                    local = all(word.endswith(".deb") for word in queries.installed(command))
                    if (
                        command.name in ("apt-get", "apt")
                        and queries.installed(command)
                        and not updated
                        and not local
                        and "mount" not in each.flags
                    ):
                        yield case.fact("apt.no-update", "yes", case.dockerfile.line_of(command.offset))
                        return


_LISTENS = re.compile(r"(?:.*_)?(?:LISTEN|BIND)(?:_.*)?|(?:HTTP|SERVER|APP|WEB|API|GRPC)_?(?:ADDR|ADDRESS|HOST)|(?:ADDR|ADDRESS|HOST)")


def _settings(case: _Case) -> Iterator[Fact]:
    """Addresses and ports in the environment of the final stage."""
    for variable, setting in case.final.variables.items():
        if variable == "GODEBUG" and setting.value:
            yield case.fact("godebug", setting.value, setting.line)
        if _LISTENS.fullmatch(variable) and re.fullmatch(r"(localhost|127\.0\.0\.1|\[::1\])(:\d+)?", setting.value):
            yield case.fact("env.listens-loopback", f"{variable}={setting.value}", setting.line)
        if re.fullmatch(r"(?:\w+_)?PORT", variable) and setting.value.isdigit() and 0 < int(setting.value[:6]) < 1024:
            yield case.fact("env.privileged-port", setting.value, setting.line)
