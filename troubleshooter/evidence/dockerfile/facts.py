"""Facts that a Dockerfile tells without knowledge of images; every name that can occur stands in ``names.FACTS``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from troubleshooter.evidence.dockerfile import queries
from troubleshooter.evidence.dockerfile.building import (
    flag_facts,
    go_facts,
    homeless_facts,
    install_facts,
    own_library_facts,
    stale_list_facts,
)
from troubleshooter.evidence.dockerfile.content import provided_facts, user_facts
from troubleshooter.evidence.dockerfile.copying import buildkit_facts, context_facts, copy_from_facts, outside_facts
from troubleshooter.evidence.dockerfile.entry import entry_facts, health_facts
from troubleshooter.evidence.dockerfile.lines import printable
from troubleshooter.evidence.dockerfile.official import is_official
from troubleshooter.evidence.dockerfile.stages import Dockerfile, Environment, Stage
from troubleshooter.evidence.dockerfile.subject import Subject
from troubleshooter.evidence.dockerfile.words import has_variable
from troubleshooter.model import Fact
from troubleshooter.text import nearest

_SETTINGS = {
    "GOAMD64": "goamd64", "GOPROXY": "goproxy", "GOFLAGS": "goflags", "GOTOOLCHAIN": "gotoolchain",
    "GO111MODULE": "go111module", "GOPRIVATE": "goprivate", "GOSUMDB": "gosumdb", "GOPATH": "gopath",
    "GOCACHE": "gocache", "HOME": "home", "CC": "cc", "CGO_CFLAGS": "cgo.cflags", "CGO_LDFLAGS": "cgo.ldflags",
    "GOOS": "target.os", "GOARCH": "target.arch",
}  # fmt: skip


def facts(dockerfile: Dockerfile, name: str = "Dockerfile", target: str = "") -> list[Fact]:
    """All facts of a parsed file, each with the source ``name:LINE``; nothing is raised for a broken one."""
    found = [Fact("dockerfile", "present", name)]
    if dockerfile.problems:
        problem = dockerfile.problems[0]
        found.append(Fact("dockerfile.syntax-error", printable(problem.says), f"{name}:{problem.line}"))
        found.append(Fact("dockerfile.syntax-line", str(problem.line), f"{name}:{problem.line}"))
        found.append(Fact("dockerfile.syntax-cure", printable(problem.cure), f"{name}:{problem.line}"))
    final = queries.final_stage(dockerfile, target)
    if final is None:
        return found
    build, main = queries.build_stage(dockerfile, target), queries.main_build(dockerfile, target)
    subject = Subject(dockerfile, name, final, build, main)
    groups: list[Callable[[Subject], Iterator[Fact]]] = [
        _stages, _images, _environment, go_facts, flag_facts, install_facts, provided_facts, user_facts, entry_facts, health_facts,
        context_facts, copy_from_facts, buildkit_facts, outside_facts, own_library_facts, homeless_facts, stale_list_facts, _settings,
    ]  # fmt: skip
    return list(dict.fromkeys([*found, *(fact for group in groups for fact in group(subject))]))


def _stages(subject: Subject) -> Iterator[Fact]:
    stages = subject.dockerfile.stages
    if "syntax" in subject.dockerfile.directives:
        yield subject.fact("dockerfile.syntax", subject.dockerfile.directives["syntax"], 1)
    yield subject.fact("stages", str(len(stages)), stages[-1].source.start_line)
    for stage in stages:
        line = stage.source.start_line
        base = queries.base_image(subject.dockerfile, stage)
        yield subject.fact(f"stage.{stage.index}.image", base.image, line, not base.unresolved)
        if stage.name:
            yield subject.fact(f"stage.{stage.index}.name", stage.name, line)
        runs = [each for each in stage.instructions if each.keyword == "RUN"]
        if runs:
            yield subject.fact(f"stage.{stage.index}.run", "yes", runs[0].start_line)
            yield subject.fact("run.images", base.image, runs[0].start_line)
        for argument in stage.unresolved:
            yield subject.fact("from.unresolved-arg", argument, line)
        yield from _odd_from(subject, stage)


def _odd_from(subject: Subject, stage: Stage) -> Iterator[Fact]:
    if stage.parent is not None or not stage.image:
        return
    line = stage.source.start_line
    if any(char in stage.image for char in ":/@."):
        last = stage.image.rsplit("/", 1)[-1]
        if ":" not in last and "@" not in last and not stage.unresolved:
            yield subject.fact("image.tagless", stage.image, line)
        return
    later = [other.name for other in subject.dockerfile.stages[stage.index :] if other.name.lower() == stage.image.lower()]
    earlier = [other.name for other in subject.dockerfile.stages[: stage.index] if other.name]
    if is_official(stage.image):
        if stage.image != "scratch" and not stage.unresolved:
            yield subject.fact("image.tagless", stage.image, line)
    elif later or nearest(stage.image, earlier, 1, 0.6):
        yield subject.fact("from.unknown-stage", stage.image, line)


def _images(subject: Subject) -> Iterator[Fact]:
    for role, stage in (("build", subject.build), ("final", subject.final)):
        if stage is None:
            continue
        base = queries.base_image(subject.dockerfile, stage)
        line = base.source.start_line
        if base.image:
            yield subject.fact(f"{role}.image", base.image, line, not base.unresolved)
        if base.platform:
            yield subject.fact(f"{role}.platform", base.platform, line)
        if role == "build":
            yield subject.fact("build.stage", stage.name or str(stage.index), stage.source.start_line)


def _environment(subject: Subject) -> Iterator[Fact]:
    environment: Environment = {}
    if subject.main is not None:
        environment = subject.main.environment
    elif subject.build is not None:
        environment = subject.build.environment
    cgo = environment.get("CGO_ENABLED")
    if cgo is not None and cgo.value in ("0", "1"):
        yield subject.fact("cgo", cgo.value, cgo.line)
        yield subject.fact("cgo.set-by", cgo.origin, cgo.line)
    for variable, name in _SETTINGS.items():
        setting = environment.get(variable)
        if setting is None or not setting.value:
            continue
        if not has_variable(setting.value):
            yield subject.fact(name, setting.value, setting.line)
        elif variable == "GOARCH":
            yield subject.fact("target.arch-from", setting.value.strip("${}"), setting.line)


_LISTENS = re.compile(r"(?:.*_)?(?:LISTEN|BIND)(?:_.*)?|(?:HTTP|SERVER|APP|WEB|API|GRPC)_?(?:ADDR|ADDRESS|HOST)|(?:ADDR|ADDRESS|HOST)")


def _settings(subject: Subject) -> Iterator[Fact]:
    """Addresses and ports in the environment of the final stage."""
    for variable, setting in subject.final.variables.items():
        if variable == "GODEBUG" and setting.value:
            yield subject.fact("godebug", setting.value, setting.line)
        if _LISTENS.fullmatch(variable) and re.fullmatch(r"(localhost|127\.0\.0\.1|\[::1\])(:\d+)?", setting.value):
            yield subject.fact("env.listens-loopback", f"{variable}={setting.value}", setting.line)
        if re.fullmatch(r"(?:\w+_)?PORT", variable) and setting.value.isdigit() and 0 < int(setting.value[:6]) < 1024:
            yield subject.fact("env.privileged-port", setting.value, setting.line)
