"""Questions to a Dockerfile: which stage builds, which one runs, what is copied, installed and started."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from troubleshooter.evidence.dockerfile.copied import copies, own_copies
from troubleshooter.evidence.dockerfile.gocommands import (
    BUILDERS,
    GoCommand,
    final_directory,
    go_commands,
    join,
)
from troubleshooter.evidence.dockerfile.installing import installs
from troubleshooter.evidence.dockerfile.instruction import Instruction
from troubleshooter.evidence.dockerfile.shell import commands
from troubleshooter.evidence.dockerfile.stages import Dockerfile, Stage, find_stage, lineage, plain
from troubleshooter.evidence.dockerfile.words import process_word
from troubleshooter.frozen import dataclass


@dataclass(frozen=True)
class Start:
    """What ENTRYPOINT and CMD start together."""

    instruction: Instruction
    form: str
    """``exec`` or ``shell``."""
    argv: tuple[str, ...]
    """The words; for the shell form those of its first command."""


def final_stage(dockerfile: Dockerfile, target: str = "") -> Stage | None:
    """The stage that is built: ``--target``, else the last one. None for a file without FROM or an unknown target."""
    if target:
        return find_stage(dockerfile.stages, target)
    return dockerfile.stages[-1] if dockerfile.stages else None


def base_image(dockerfile: Dockerfile, stage: Stage) -> Stage:
    """The stage of the lineage whose FROM names the image that all of it stands on."""
    return lineage(dockerfile, stage)[0]


def build_stage(dockerfile: Dockerfile, target: str = "") -> Stage | None:
    """The stage where the program is built: with the main go command, else the one that the final stage copies from."""
    final = final_stage(dockerfile, target)
    main = main_build(dockerfile, target)
    if main is not None:
        return dockerfile.stages[main.stage]
    if final is None:
        return None
    copied = [copy.stage for copy in copies(dockerfile, final) if copy.stage is not None]
    candidates = [dockerfile.stages[index] for index in reversed(copied)]
    candidates += [*reversed(lineage(dockerfile, final)), *reversed(dockerfile.stages)]
    for stage in candidates:
        if _has_go(dockerfile, stage):
            return stage
    return dockerfile.stages[copied[-1]] if copied else None


def main_build(dockerfile: Dockerfile, target: str = "") -> GoCommand | None:
    """The go command that makes the program which the final stage starts; None where no RUN or CMD has one."""
    final = final_stage(dockerfile, target)
    if final is None:
        return None
    reachable = _reachable(dockerfile, final)
    found = [each for stage in reachable for each in go_commands(dockerfile, stage)]
    builds = [each for each in found if each.verb in BUILDERS and not any("@" in word for word in each.packages)]
    wanted = _wanted_outputs(dockerfile, final)
    by_output = [each for each in builds if each.output and any(each.output == path for path in wanted)]
    if by_output:
        return by_output[-1]
    programs = [each for each in builds if each.flag("buildmode") in (None, "pie", "exe", "default")]
    for verbs in (("build", "install"), ("run", "test", "vet")):
        chosen = [each for each in programs or builds if each.verb in verbs]
        chosen = chosen or [each for each in found if each.verb in verbs and each.verb not in BUILDERS]
        if chosen:
            return chosen[-1]
    started = [each for each in go_commands(dockerfile, final, ("ENTRYPOINT", "CMD")) if each.verb != "env"]
    return started[-1] if started else None


def last(dockerfile: Dockerfile, stage: Stage, keyword: str) -> tuple[Instruction, Stage] | None:
    """The last instruction of that kind in the lineage of a stage: the one that counts."""
    for part in reversed(lineage(dockerfile, stage)):
        for instruction in reversed(part.instructions):
            if instruction.keyword == keyword:
                return instruction, part
    return None


def user(dockerfile: Dockerfile, stage: Stage) -> tuple[str, Instruction] | None:
    """The last USER of the lineage, variables put in, or None."""
    found = last(dockerfile, stage, "USER")
    if found is None:
        return None
    instruction, part = found
    at = part.instructions.index(instruction)
    return process_word(instruction.args.text, plain(part.environments[at]), dockerfile.escape), instruction


def workdir(dockerfile: Dockerfile, stage: Stage) -> str:
    """The folder in effect at the end of the stage; empty where it is not known."""
    return final_directory(dockerfile, stage)


def start(dockerfile: Dockerfile, stage: Stage) -> Start | None:
    """What the container starts: ENTRYPOINT with CMD as its arguments, else CMD. None if the stage names neither."""
    entry = last(dockerfile, stage, "ENTRYPOINT")
    cmd = last(dockerfile, stage, "CMD")
    if entry is not None and cmd is not None and cmd[1].index < entry[1].index:
        cmd = None  # An ENTRYPOINT resets the CMD that came with the base.
    if entry is None or not entry[0].args.text or entry[0].json == ():
        return _start(cmd[0]) if cmd else None
    began = _start(entry[0])
    if cmd is None or began.form == "shell":
        return began
    return Start(began.instruction, began.form, began.argv + (_start(cmd[0]).argv if cmd[0].json is not None else ()))


def _start(instruction: Instruction) -> Start:
    if instruction.json is not None:
        return Start(instruction, "exec", instruction.json)
    found = [each for each in commands(instruction) if each.words]
    return Start(instruction, "shell", found[-1].argv if found else ())


def _has_go(dockerfile: Dockerfile, stage: Stage) -> bool:
    name = base_image(dockerfile, stage).image
    packages = {package for package, _ in installs(dockerfile, stage)}
    return "golang" in name or bool(packages & {"go", "golang", "golang-go"}) or bool(go_commands(dockerfile, stage))


def _reachable(dockerfile: Dockerfile, final: Stage) -> Sequence[Stage]:
    """The stages that the final one is made from, directly or by COPY --from, in the order of the file."""
    reached: set[int] = set()
    waiting = [final]
    while waiting:
        stage = waiting.pop()
        if stage.index in reached:
            continue
        reached.add(stage.index)
        waiting += [dockerfile.stages[stage.parent]] if stage.parent is not None else []
        waiting += [dockerfile.stages[copy.stage] for copy in own_copies(dockerfile, stage) if copy.stage is not None]
    chosen = [stage for stage in dockerfile.stages if stage.index in reached]
    if any(go_commands(dockerfile, stage) for stage in chosen):
        return chosen
    # A misspelt COPY --from cuts the final stage off from the one that builds.
    return [stage for stage in dockerfile.stages if stage.index <= final.index]


def _wanted_outputs(dockerfile: Dockerfile, final: Stage) -> tuple[str, ...]:
    """Paths in other stages (or this one) from which the program that is started comes."""
    began = start(dockerfile, final)
    path = join(workdir(dockerfile, final), began.argv[0]) if began and began.argv else ""
    name = posixpath.basename(path)
    found: list[str] = [path] if path else []
    for copy in copies(dockerfile, final):
        for source in copy.sources if copy.origin else ():
            if copy.places(source) == path or posixpath.basename(source) == name:
                found.append(source)
    return tuple(found)
