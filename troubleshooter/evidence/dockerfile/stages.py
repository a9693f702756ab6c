"""From instructions to stages: images with ARG defaults put in, what is inherited, the environment at each point."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import field
from itertools import pairwise

from troubleshooter.evidence.dockerfile.instruction import DockerfileError, Instruction, Problem
from troubleshooter.evidence.dockerfile.problems import find_problems
from troubleshooter.evidence.dockerfile.syntax import split
from troubleshooter.evidence.dockerfile.words import process_word, split_words, variables
from troubleshooter.frozen import dataclass
from troubleshooter.model import Finding


@dataclass(frozen=True)
class Setting:
    """A value in the environment and where it was set: ``origin`` is ``ENV``, ``ARG``, ``export`` or ``inline``."""

    value: str
    line: int
    origin: str


Environment = Mapping[str, Setting]


@dataclass(frozen=True)
class Stage:
    """One stage: its FROM, its instructions, and what holds at its end."""

    index: int
    name: str
    """As written after AS; empty without."""
    source: Instruction
    """The FROM."""
    image_raw: str
    image: str
    """With build arguments and their defaults put in; what has no value is left out (``golang:$X``: ``golang``)."""
    unresolved: tuple[str, ...]
    """Build arguments in the image's name that have no value."""
    parent: int | None
    """Index of the earlier stage that FROM names."""
    platform: str
    instructions: tuple[Instruction, ...]
    environments: tuple[Environment, ...]
    """The environment (ENV and ARG, ENV first) in which each instruction runs, and one more for after the last."""
    variables: Environment
    """ENV alone, at the end: what a stage built on this one, or the program, sees."""

    @property
    def environment(self) -> Environment:
        """The environment after the last instruction."""
        return self.environments[-1]


@dataclass(frozen=True)
class Dockerfile:
    """A parsed file. ``gaps[i]`` is the text before ``instructions[i]``, the last one the text after all of them."""

    instructions: tuple[Instruction, ...]
    gaps: tuple[str, ...]
    stages: tuple[Stage, ...]
    escape: str
    directives: Mapping[str, str]
    arguments: Environment
    """ARG instructions before the first FROM."""
    problems: tuple[Problem, ...]
    lines: tuple[int, ...] = field(repr=False, default=(0,))

    def line_of(self, offset: int) -> int:
        """The line, counted from 1, of an offset in the file."""
        return bisect_right(self.lines, offset)


def parse(text: str, *, lenient: bool = False, build_args: Mapping[str, str] | None = None) -> Dockerfile:
    """Read a Dockerfile.

    ``build_args`` are values given at build time (``--build-arg``), which beat the defaults. Raises
    :class:`DockerfileError` for the first thing that Docker would refuse; ``lenient`` lists all of them in ``problems``
    instead and reads what can be read. Any text is accepted (see ``decode`` for bytes).
    """
    source = split(text)
    problems = tuple(find_problems(source))
    if problems and not lenient:
        raise DockerfileError(problems[0])
    given = dict(build_args or {})
    first = next((i for i, each in enumerate(source.instructions) if each.keyword == "FROM"), len(source.instructions))
    arguments: dict[str, Setting] = {}
    for each in source.instructions[:first]:
        if each.keyword == "ARG":
            _apply_arg(each, arguments, {}, given, source.escape, arguments)
    stages: list[Stage] = []
    starts = [i for i, each in enumerate(source.instructions) if each.keyword == "FROM"]
    for start, end in pairwise([*starts, len(source.instructions)]):
        stages.append(_stage(source.instructions[start:end], stages, arguments, given, source.escape))
    return Dockerfile(
        source.instructions,
        source.gaps,
        tuple(stages),
        source.escape,
        source.directives,
        arguments,
        problems,
        source.lines,
    )


def render(dockerfile: Dockerfile) -> str:
    """The text of the file, the same as was parsed."""
    pieces = [dockerfile.gaps[0]]
    for instruction, gap in zip(dockerfile.instructions, dockerfile.gaps[1:], strict=True):
        pieces += [instruction.raw, gap]
    return "".join(pieces)


def findings(dockerfile: Dockerfile, name: str = "Dockerfile") -> list[Finding]:
    """The problems of a leniently parsed file, as findings at ``name:LINE:COLUMN``."""
    return [Finding(f"{name}:{each.line}:{each.column}", each.says, each.cure) for each in dockerfile.problems]


def find_stage(stages: Sequence[Stage], reference: str) -> Stage | None:
    """The stage that a name or an index means, as in FROM, ``COPY --from`` and ``--target``; the last of that name."""
    wanted = reference.lower()
    for stage in reversed(stages):
        if stage.name and stage.name.lower() == wanted:
            return stage
    return stages[int(wanted)] if wanted.isascii() and wanted.isdigit() and int(wanted[:9]) < len(stages) else None


def plain(environment: Environment) -> dict[str, str]:
    """The values of an environment by their names."""
    return {name: setting.value for name, setting in environment.items()}


def env_pairs(instruction: Instruction, escape: str = "\\") -> list[tuple[str, int, int]]:
    """Of an ENV: each name with the span of its raw value in ``instruction.args.text``."""
    text = instruction.args.text
    spans = split_words(text, escape)
    if spans and "=" not in text[spans[0][0] : spans[0][1]]:
        start, end = spans[0]
        return [(text[start:end], spans[1][0], len(text))] if len(spans) > 1 else []
    pairs = []
    for start, end in spans:
        name, equals, _ = text[start:end].partition("=")
        if equals:
            pairs.append((name, start + len(name) + 1, end))
    return pairs


def _stage(
    instructions: Sequence[Instruction],
    earlier: Sequence[Stage],
    arguments: Environment,
    given: Mapping[str, str],
    escape: str,
) -> Stage:
    source = instructions[0]
    image_raw = source.words[0] if source.words else ""
    named = len(source.words) >= 3 and source.words[1].upper() == "AS"
    known = plain(arguments)
    resolved = process_word(image_raw, known, escape)
    unresolved = variables(resolved)
    image = process_word(resolved, dict.fromkeys(unresolved, "")).rstrip(":@")
    parent = find_stage(earlier, image) if not image.isdigit() else None
    env: dict[str, Setting] = dict(parent.variables) if parent else {}
    args: dict[str, Setting] = {}
    environments: list[Environment] = []
    for each in instructions[1:]:
        environments.append({**args, **env})
        if each.keyword == "ENV":
            _apply_env(each, env, args, escape)
        elif each.keyword == "ARG":
            _apply_arg(each, args, env, given, escape, arguments)
    environments.append({**args, **env})
    return Stage(
        index=len(earlier),
        name=source.words[2] if named else "",
        source=source,
        image_raw=image_raw,
        image=image,
        unresolved=unresolved,
        parent=parent.index if parent else None,
        platform=process_word(source.flag("platform") or "", known, escape),
        instructions=tuple(instructions[1:]),
        environments=tuple(environments),
        variables=env,
    )


def _apply_env(each: Instruction, env: dict[str, Setting], args: Mapping[str, Setting], escape: str) -> None:
    # Docker looks values up in the environment before this instruction, not in what the same line has just set.
    known = {**plain(args), **plain(env)}
    for name, start, end in env_pairs(each, escape):
        env[name] = Setting(process_word(each.args.text[start:end], known, escape), each.start_line, "ENV")


def _apply_arg(
    each: Instruction,
    args: dict[str, Setting],
    env: Mapping[str, Setting],
    given: Mapping[str, str],
    escape: str,
    outer: Environment,
) -> None:
    for word in each.words:
        name, equals, raw = word.partition("=")
        known = {**plain(args), **plain(env)}
        if name in given:
            args[name] = Setting(given[name], each.start_line, "ARG")
        elif equals:
            args[name] = Setting(process_word(raw, known, escape), each.start_line, "ARG")
        elif name in outer:
            args[name] = outer[name]


def lineage(dockerfile: Dockerfile, stage: Stage) -> tuple[Stage, ...]:
    """The stages that a stage is made of, the one with the foreign base image first, itself last."""
    chain = [stage]
    while chain[0].parent is not None:
        chain.insert(0, dockerfile.stages[chain[0].parent])
    return tuple(chain)
