"""Go commands of a stage: verb, flags with their places, packages, environment and what they write."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from troubleshooter.evidence.dockerfile.instruction import Instruction
from troubleshooter.evidence.dockerfile.shell import Command, Word, commands
from troubleshooter.evidence.dockerfile.stages import Dockerfile, Environment, Setting, Stage, plain
from troubleshooter.evidence.dockerfile.words import has_variable, process_word
from troubleshooter.frozen import dataclass

BUILDERS = ("build", "install")
_NAMES = ("go", "xx-go", "gotip")
_WITH_VALUE = frozenset(
    [
        "C",
        "o",
        "p",
        "asmflags",
        "buildmode",
        "compiler",
        "covermode",
        "coverpkg",
        "coverprofile",
        "gccgoflags",
        "gcflags",
        "installsuffix",
        "ldflags",
        "mod",
        "modfile",
        "overlay",
        "pgo",
        "pkgdir",
        "tags",
        "toolexec",
        "exec",
        "run",
        "count",
        "timeout",
        "bench",
        "benchtime",
        "cpu",
        "parallel",
        "shuffle",
        "skip",
        "vet",
        "outputdir",
        "cpuprofile",
        "memprofile",
        "trace",
        "reuse",
        "go",
        "f",
    ]
)


@dataclass(frozen=True)
class Flag:
    """A flag of a go command; ``words`` is one word (``-tags=x``, ``-a``) or two (``-tags x``)."""

    name: str
    value: str
    words: tuple[Word, ...]


@dataclass(frozen=True)
class GoCommand:
    """One call of go in a RUN: verb, flags, packages, and the environment it runs in."""

    command: Command
    instruction: Instruction
    stage: int
    verb: str
    """``build``, ``install``, ``test``, ``run``, ``get``, ``mod download``, ``env`` ..."""
    flags: tuple[Flag, ...]
    arguments: tuple[Word, ...]
    """What is no flag: packages, files."""
    packages: tuple[str, ...]
    """The arguments with variables put in."""
    environment: Environment
    directory: str
    """Absolute path where it runs; empty if that cannot be read."""
    line: int

    def flag(self, name: str) -> str | None:
        """The value of the last such flag; ``true`` for one without a value; None without the flag."""
        values = [flag.value for flag in self.flags if flag.name == name]
        return values[-1] if values else None

    def setting(self, name: str) -> Setting | None:
        return self.environment.get(name)

    @property
    def output(self) -> str:
        """Absolute path of the program that it writes; empty where that cannot be read."""
        name = self._program_name()
        if self.verb == "install":
            folder = plain(self.environment).get("GOBIN") or plain(self.environment).get("GOPATH", "/go") + "/bin"
            return posixpath.join(folder, name) if name and not has_variable(folder) else ""
        wanted = self.flag("o")
        if self.verb != "build" or (wanted is None and not name) or has_variable(wanted or ""):
            return ""
        path = posixpath.join(self.directory, wanted or name) if self.directory else wanted or ""
        if not path.startswith("/"):
            return ""
        if path.endswith("/"):
            return posixpath.normpath(path) + "/" + name if name else ""
        return posixpath.normpath(path)

    def _program_name(self) -> str:
        """Name that Go gives to the program of the one package; empty where only the sources can tell."""
        if len(self.packages) > 1 and not all(each.endswith(".go") for each in self.packages):
            return ""
        package = self.packages[0].split("@")[0].rstrip("/") if self.packages else "."
        base = posixpath.basename(package)
        if base.endswith(".go"):
            return base[:-3]
        if base in (".", "..", "...", "") or has_variable(base):
            return ""
        if base[:1] == "v" and base[1:].isdigit() and self.verb == "install":
            return posixpath.basename(posixpath.dirname(package))
        return base


def go_commands(dockerfile: Dockerfile, stage: Stage, keywords: Sequence[str] = ("RUN",)) -> tuple[GoCommand, ...]:
    """The go commands of one stage (not of those that it inherits from), in order."""
    found: list[GoCommand] = []
    for instruction, environment, directory in walk(dockerfile, stage):
        if instruction.keyword in keywords:
            found += _of_instruction(dockerfile, stage, instruction, environment, directory)
    return tuple(found)


def walk(dockerfile: Dockerfile, stage: Stage) -> Iterator[tuple[Instruction, Environment, str]]:
    """Each instruction of a stage with its environment and the folder (empty: unknown) in which it runs."""
    directory = final_directory(dockerfile, dockerfile.stages[stage.parent]) if stage.parent is not None else ""
    directory = directory or _default_directory(stage)
    for instruction, environment in zip(stage.instructions, stage.environments[:-1], strict=True):
        yield instruction, environment, directory
        if instruction.keyword == "WORKDIR" and instruction.words:
            directory = join(directory, process_word(instruction.args.text, plain(environment), dockerfile.escape))


def final_directory(dockerfile: Dockerfile, stage: Stage) -> str:
    """WORKDIR at the end of a stage, inherited or not; empty where it cannot be read."""
    directory = ""
    for instruction, environment, before in walk(dockerfile, stage):
        directory = before
        if instruction.keyword == "WORKDIR" and instruction.words:
            directory = join(before, process_word(instruction.args.text, plain(environment), dockerfile.escape))
    if stage.instructions:
        return directory
    inherited = final_directory(dockerfile, dockerfile.stages[stage.parent]) if stage.parent is not None else ""
    return inherited or _default_directory(stage)


def join(directory: str, path: str) -> str:
    """``path`` seen from ``directory``; empty where either is unknown."""
    if has_variable(path) or not (path.startswith("/") or directory):
        return ""
    return posixpath.normpath(posixpath.join(directory, path))


def _default_directory(stage: Stage) -> str:
    """WORKDIR that the image brings along: official Go images have /go, bare ones the root."""
    name = stage.image.rsplit("/", 1)[-1].split("@")[0].split(":")[0]
    return "/go" if name == "golang" else "/"


def _of_instruction(
    dockerfile: Dockerfile, stage: Stage, instruction: Instruction, environment: Environment, directory: str
) -> Iterator[GoCommand]:
    exported: dict[str, Setting] = dict(environment)
    for command in commands(instruction):
        line = dockerfile.line_of(command.offset)
        inline = {
            name: Setting(process_word(word.raw, plain(exported)), _line_of_word(dockerfile, command, word), "inline")
            for name, word in command.assignments
        }
        if not command.words:
            exported.update({name: value for name, value in inline.items() if name in exported})
        elif command.name == "export":
            exported.update(_pairs(command.words[1:], exported, line, "export"))
        elif command.name == "cd":
            target = process_word(command.words[1].raw, plain(exported)) if len(command.words) > 1 else "/root"
            directory = join(directory, target)
        elif command.name in _NAMES and len(command.words) > 1:
            yield _go(command, stage, instruction, {**exported, **inline}, directory, line)
            if command.words[1].value == "env" and "-w" in command.argv:
                exported.update({n: s for n, s in _pairs(command.words[2:], exported, line, "go env").items() if n not in exported})


def _line_of_word(dockerfile: Dockerfile, command: Command, word: Word) -> int:
    """The line on which a word of the command stands."""
    return dockerfile.line_of(command.span.offset(min(word.start, max(len(command.span.text) - 1, 0))))


def _pairs(words: Sequence[Word], known: Environment, line: int, origin: str) -> dict[str, Setting]:
    pairs: dict[str, Setting] = {}
    for word in words:
        name, equals, raw = word.raw.partition("=")
        if equals and name.isidentifier():
            pairs[name] = Setting(process_word(raw, plain(known)), line, origin)
    return pairs


def _go(command: Command, stage: Stage, instruction: Instruction, environment: Environment, directory: str, line: int) -> GoCommand:
    words = list(command.words[1:])
    known = plain(environment)
    flags: list[Flag] = []
    while words and words[0].value.startswith("-C"):
        taken = words[:2] if words[0].value == "-C" else words[:1]
        directory = join(directory, process_word(taken[-1].raw.removeprefix("-C").lstrip("="), known))
        words = words[len(taken) :]
    verb = words.pop(0).value if words else ""
    if verb in ("mod", "work", "tool") and words and not words[0].value.startswith("-"):
        verb += " " + words.pop(0).value
    arguments: list[Word] = []
    while words:
        word = words.pop(0)
        if arguments and verb in ("run", "test", "tool"):
            arguments.append(word)
        elif word.value.startswith("-") and len(word.value) > 1:
            flag, equals, _ = word.value.lstrip("-").partition("=")
            raw = word.raw.partition("=")[2] if "=" in word.raw else ""
            value = process_word(raw, known) if equals and raw else word.value.partition("=")[2]
            if not equals and flag in _WITH_VALUE and words:
                following = words.pop(0)
                flags.append(Flag(flag, process_word(following.raw, known), (word, following)))
            else:
                flags.append(Flag(flag, value if equals else "true", (word,)))
        else:
            arguments.append(word)
    for flag_directory in (flag.value for flag in flags if flag.name == "C"):
        directory = join(directory, flag_directory)
    packages = tuple(process_word(word.raw, known) for word in arguments)
    return GoCommand(command, instruction, stage.index, verb, tuple(flags), tuple(arguments), packages, environment, directory, line)
