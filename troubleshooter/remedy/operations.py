"""The operations on a Dockerfile. Each function's docstring begins with its form in YAML; each returns a new draft.

``stage`` is ``build``, ``final``, a stage's name or its index. An operation that finds nothing to change raises
:class:`EditRefused`, so that no remedy promises a change that does not happen.
"""

from __future__ import annotations

import ast
import json
import re
import shlex
from collections.abc import Callable, Mapping, Sequence

from troubleshooter.evidence.dockerfile import Instruction, Stage, copies, lineage, start
from troubleshooter.evidence.dockerfile.gocommands import BUILDERS, GoCommand
from troubleshooter.evidence.dockerfile.queries import INSTALLERS, installed
from troubleshooter.evidence.dockerfile.shell import Command, commands
from troubleshooter.evidence.dockerfile.stages import env_pairs
from troubleshooter.evidence.dockerfile.words import split_words
from troubleshooter.remedy import goflags
from troubleshooter.remedy.goflags import Change
from troubleshooter.remedy.managers import has_none
from troubleshooter.remedy.place import Draft, EditRefused
from troubleshooter.remedy.rewrites import REWRITES

Operation = Callable[..., Draft]


# --- the environment ------------------------------------------------------------------------------------------------


def set_env(draft: Draft, stage: str, name: str, value: str) -> Draft:
    """``set-env: {stage: build, name: CGO_ENABLED, value: 0}``: change every place that sets it, else insert an ENV."""
    where = draft.stage(stage)
    before = draft.text
    changes: list[Change] = []
    for command in _commands(draft, where):
        changes += _assignments(draft, command, name, value)
    for each in where.instructions:
        for variable, begin, end in env_pairs(each, draft.dockerfile.escape) if each.keyword == "ENV" else ():
            if variable == name and each.args.text[begin:end].strip("\"'") != value:
                changes.append((each.args.offset(begin), each.args.end_offset(end), _env_value(value)))
    draft = draft.splice(*changes) if changes else draft
    where = draft.stage(stage)
    needing = [each for each in draft.go(where) if each.verb in (*BUILDERS, "test", "run", "vet", "list")]
    settled = [each.setting(name) for each in needing] or [where.environment.get(name)]
    if any(setting is None or setting.value != value for setting in settled):
        line = f"ENV {name}={_env_value(value)}"
        first = _first_go(draft, where)
        if first is not None:
            draft = draft.before(first, line)
        elif any(each.keyword == "RUN" for each in where.instructions):
            draft = draft.below_from(where, line)
        else:
            draft = draft.before_start(where, line)
    if draft.text == before:
        raise EditRefused(f"{name} is {value} already.")
    return draft


def unset_env(draft: Draft, stage: str, name: str) -> Draft:
    """``unset-env: {stage: build, name: GOPROXY}``: take it out of ENV lines, exports and in front of commands."""
    where = draft.stage(stage)
    changes: list[Change] = []
    for command in _commands(draft, where):
        for variable, word in command.assignments:
            if variable == name and command.editable:
                begin = command.span.offset(word.start - len(name) - 1)
                end = command.span.end_offset(word.end)
                changes.append((begin, end + len(draft.text[end:]) - len(draft.text[end:].lstrip(" ")), ""))
    gone: list[Instruction] = []
    for each in where.instructions:
        pairs = env_pairs(each, draft.dockerfile.escape) if each.keyword == "ENV" else []
        for variable, begin, end in pairs:
            if variable == name and len(pairs) > 1:
                left = begin - len(name) - 1
                left -= len(each.args.text[:left]) - len(each.args.text[:left].rstrip())
                right = end + (len(each.args.text[end:]) - len(each.args.text[end:].lstrip()) if left == 0 else 0)
                changes.append((each.args.end_offset(left), each.args.end_offset(right), ""))
            elif variable == name:
                gone.append(each)
    if not changes and not gone:
        raise EditRefused(f"Nothing in the stage sets {name}.")
    for each in reversed(gone):
        smaller = draft.drop(each)
        # Only what follows the removed line moves; everything before it keeps its offsets.
        moved = len(draft.text) - len(smaller.text)
        changes = [(a - moved, b - moved, new) if a > each.start else (a, b, new) for a, b, new in changes]
        draft = smaller
    return draft.splice(*changes) if changes else draft


def _assignments(draft: Draft, command: Command, name: str, value: str) -> list[Change]:
    """Changes to ``NAME=x`` in front of a command or after ``export``."""
    found: list[Change] = []
    spots = [(word.start, word.end, word.value) for variable, word in command.assignments if variable == name]
    if command.name in ("export", "env"):
        for word in command.words[1:]:
            if word.raw.startswith(name + "="):
                spots.append((word.start + len(name) + 1, word.end, word.value.partition("=")[2]))
    for begin, end, old in spots:
        if old == value:
            continue
        if not command.editable:
            raise EditRefused(f"{name} is set inside quotes in line {draft.dockerfile.line_of(command.offset)}.")
        at = command.span.end_offset(begin)
        found.append((at, command.span.end_offset(end) if end > begin else at, _env_value(value)))
    return found


def _env_value(value: str) -> str:
    if re.fullmatch(r"[\w./,:=@%+\-${}|*]*", value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


# --- go commands ----------------------------------------------------------------------------------------------------


def add_flag(draft: Draft, flag: str, value: str = "", stage: str = "build") -> Draft:
    """``add-flag: {flag: -tags, value: "netgo,osusergo"}``: in every go build and install; ``-buildvcs=false`` too."""
    name, equals, boolean = flag.lstrip("-").partition("=")
    changes: list[Change] = []
    for command in _builds(draft, stage):
        if equals:
            changes += goflags.set_flag(draft.text, command, name, boolean)
        else:
            changes += goflags.add_flag(draft.text, command, name, value)
    return _changed(draft, changes, f"Every go build has {flag} {value}".rstrip() + " already.")


def remove_flag(draft: Draft, flag: str, value: str = "", stage: str = "build") -> Draft:
    """``remove-flag: {flag: -tags, value: netgo}``: also ``-a``, ``-installsuffix``, ``-extldflags`` in -ldflags."""
    name = flag.lstrip("-")
    changes = [change for each in _builds(draft, stage) for change in goflags.remove_flag(draft.text, each, name, value)]
    return _changed(draft, changes, f"No go build has {flag} {value}".rstrip() + ".")


def set_target(draft: Draft, package: str) -> Draft:
    """``set-target: {package: ./cmd/api}``: the package that the main go build builds."""
    main = draft.main()
    if main is None or main.verb not in (*BUILDERS, "run", "test"):
        raise EditRefused("The Dockerfile has no go build that could be changed.")
    if main.packages == (package,):
        raise EditRefused(f"The go build builds {package} already.")
    if not main.arguments:
        _, end = goflags.word_range(main, main.command.words[-1])
        return draft.splice((end, end, f" {package}"))
    begin, _ = goflags.word_range(main, main.arguments[0])
    last = main.arguments[0] if main.verb in ("run", "test") else main.arguments[-1]
    return draft.splice((begin, goflags.word_range(main, last)[1], package))


def _builds(draft: Draft, stage: str) -> list[GoCommand]:
    """The go commands that a flag concerns: build and install of the program, else test, run and vet."""
    found = [each for each in draft.go(draft.stage(stage)) if not any("@" in package for package in each.packages)]
    builds = [each for each in found if each.verb in BUILDERS]
    builds = builds or [each for each in found if each.verb in ("test", "run", "vet")]
    if not builds:
        raise EditRefused("No RUN of the stage has a go build; the command may stand in a Makefile or a script.")
    return builds


def _first_go(draft: Draft, stage: Stage) -> Instruction | None:
    found = draft.go(stage)
    return found[0].instruction if found else None


def _commands(draft: Draft, stage: Stage) -> list[Command]:
    return [command for each in stage.instructions if each.keyword == "RUN" for command in commands(each)]


def _changed(draft: Draft, changes: Sequence[Change], otherwise: str) -> Draft:
    if not changes:
        raise EditRefused(otherwise)
    return draft.splice(*changes)


# --- packages and RUN -----------------------------------------------------------------------------------------------


def add_packages(draft: Draft, packages: str | Sequence[str] | Mapping[str, str], stage: str = "build", manager: str = "") -> Draft:
    """``add-packages: {stage: build, packages: {apk: gcc musl-dev, apt: gcc libc6-dev}}``, or one list for all."""
    where = draft.stage(stage)
    found = [(each, installed(each)) for each in _commands(draft, where) if each.name in INSTALLERS]
    manager = manager or _manager(draft, where, found)
    if isinstance(packages, Mapping):
        family = draft.managers.family(manager)
        if family not in packages and manager not in packages:
            raise EditRefused(f"It is not known what the packages are called for {manager}.")
        packages = str(packages[family] if family in packages else packages[manager])
    wanted = packages.split() if isinstance(packages, str) else list(packages)
    if not wanted:
        raise EditRefused("No package is to be installed.")
    present = {name for _, names in found for name in names}
    missing = [name for name in wanted if name not in present]
    if not missing:
        raise EditRefused(f"The stage installs {' '.join(wanted)} already.")
    first = _first_go(draft, where)
    for command, names in found:
        early = first is None or command.offset < first.end
        if names and early and command.editable and draft.managers.family(command.name) == draft.managers.family(manager):
            return _extended(draft, command, names, missing)
    return draft.below_from(where, f"RUN {draft.managers.install(manager, missing)}")


def _manager(draft: Draft, stage: Stage, found: Sequence[tuple[Command, tuple[str, ...]]]) -> str:
    used = next((command.name for command, _ in found if command.name in draft.managers.rows), "")
    if used:
        return used
    image = lineage(draft.dockerfile, stage)[0].image
    if has_none(image):
        raise EditRefused(f"{image} has no package manager.")
    manager = draft.managers.in_image(image)
    if not manager:
        raise EditRefused(f"The package manager of {image} is not known.")
    return manager


def _extended(draft: Draft, command: Command, names: Sequence[str], missing: Sequence[str]) -> Draft:
    """More packages behind the last one; on lines of their own where each of them has one."""
    last = [word for word in command.words if re.split(r"[=<>~@]", word.value)[0] == names[-1]][-1]
    begin, end = command.span.offset(last.start), command.span.end_offset(last.end)
    line = draft.text[draft.text.rfind("\n", 0, begin) + 1 : begin]
    if line and not line.strip():
        glue = f" {draft.dockerfile.escape}{draft.newline}{line}"
        return draft.splice((end, end, "".join(glue + name for name in missing)))
    return draft.splice((end, end, "".join(f" {name}" for name in missing)))


def insert_run(draft: Draft, run: str, stage: str = "build", at: str = "before-build") -> Draft:
    """``insert-run: {run: "mkdir -p /data", stage: build, at: start}``: at start, before-go, before-build or end."""
    where = draft.stage(stage)
    line = f"RUN {run}"
    if any(each.keyword == "RUN" and each.args.text == run for each in where.instructions):
        raise EditRefused(f"The stage has RUN {run} already.")
    main = draft.main()
    first = _first_go(draft, where)
    if at == "start":
        return draft.below_from(where, line)
    if at == "before-go" and first is not None:
        return draft.before(first, line)
    if at == "before-build" and main is not None and main.instruction in where.instructions:
        return draft.before(main.instruction, line)
    return draft.into_final(where, line)


# --- COPY -----------------------------------------------------------------------------------------------------------


def copy_from(
    draft: Draft,
    source: str | Sequence[str],
    destination: str,
    origin: str = "build",
    stage: str = "final",
    chown: str = "",
    chmod: str = "",
) -> Draft:
    """``copy-from: {from: build, source: /tmp, destination: /tmp}``: ``from`` may be an image; chown and chmod too."""
    where = draft.stage(stage)
    if re.search(r"[:/.]", origin):
        reference = origin
    else:
        giver = draft.stage(origin)
        if giver.index >= where.index:
            raise EditRefused("The Dockerfile has one stage only: there is no earlier stage to copy from.")
        reference = giver.name or str(giver.index)
    flags = "".join(f" --{name}={value}" for name, value in (("chown", chown), ("chmod", chmod)) if value)
    return _insert_copy(draft, where, f"COPY --from={reference}{flags}", source, destination)


def copy(draft: Draft, source: str | Sequence[str], destination: str, stage: str = "build", early: str = "no") -> Draft:
    """``copy: {source: go.sum, destination: ./, stage: build, early: no}``: from the build context, before it is needed.

    ``early: yes`` is before the first go command of any kind, as go.mod always is.
    """
    where = draft.stage(stage)
    sources = [source] if isinstance(source, str) else list(source)
    main = draft.main()
    first = _first_go(draft, where)
    if main is None or first is None or main.instruction not in where.instructions:
        return _insert_copy(draft, where, "COPY", source, destination)
    soon = early == "yes" or any(each.rstrip("/").rsplit("/", 1)[-1] in ("go.mod", "go.sum", "go.work", "vendor") for each in sources)
    return draft.before(first if soon else main.instruction, f"COPY {' '.join(sources)} {destination}")


def _insert_copy(draft: Draft, stage: Stage, head: str, source: str | Sequence[str], destination: str) -> Draft:
    sources = [source] if isinstance(source, str) else list(source)
    for each in copies(draft.dockerfile, stage):
        if list(each.sources) == sources and each.destination.rstrip("/") == destination.rstrip("/"):
            raise EditRefused(f"The stage copies {' '.join(sources)} already.")
    return draft.into_final(stage, f"{head} {' '.join(sources)} {destination}")


def change_copy_source(draft: Draft, find: str, source: str, stage: str = "final") -> Draft:
    """``change-copy-source: {find: /src/server, source: /src/bin/server, stage: final}``."""
    return _change_copy(draft, stage, find, source, slice(0, -1))


def change_copy_dest(draft: Draft, find: str, destination: str, stage: str = "final") -> Draft:
    """``change-copy-dest: {find: /app/, destination: /app, stage: final}``: ``find`` is the old destination."""
    return _change_copy(draft, stage, find, destination, slice(-1, None))


def change_copy_from(draft: Draft, find: str, origin: str, stage: str = "final") -> Draft:
    """``change-copy-from: {find: builder, from: build}``: what ``COPY --from`` names; ``build`` finds it."""
    where = draft.stage(stage)
    giver = draft.stage(origin) if not re.search(r"[:/.]", origin) else None
    reference = origin if giver is None else giver.name or str(giver.index)
    changes: list[Change] = []
    for each in where.instructions:
        if each.keyword == "COPY" and each.flag("from") == find:
            match = re.search(rf"--from=([\"']?){re.escape(find)}\1(?=\s)", each.raw)
            if match:
                changes.append((each.start + match.start(), each.start + match.end(), f"--from={reference}"))
    return _changed(draft, changes, f"No COPY of the stage copies from {find}.")


def _change_copy(draft: Draft, stage: str, find: str, new: str, part: slice) -> Draft:
    changes: list[Change] = []
    for each in draft.stage(stage).instructions:
        if each.keyword in ("COPY", "ADD"):
            spans = _argument_spans(each, draft.dockerfile.escape)
            changes += [(begin, end, new) for begin, end, value in spans[part] if value == find]
    return _changed(draft, changes, f"No COPY of the stage names {find}.")


def _argument_spans(each: Instruction, escape: str) -> list[tuple[int, int, str]]:
    """Where each argument stands in the file, quotes excluded, and its value."""
    text = each.args.text
    if each.json is not None:
        found = [(m.start() + 1, m.end() - 1) for m in re.finditer(r'"(?:[^"\\]|\\.)*"', text)]
        values = list(each.json)
    else:
        found = split_words(text, escape)
        values = [text[begin:end] for begin, end in found]
    return [(each.args.offset(a), each.args.end_offset(b), value) for (a, b), value in zip(found, values, strict=True)]


def chmod(draft: Draft, path: str, mode: str = "0755", stage: str = "final", how: str = "copy") -> Draft:
    """``chmod: {path: /entrypoint.sh, mode: "0755", how: copy}``: ``--chmod`` (needs BuildKit), or ``how: run``."""
    where = draft.stage(stage)
    if how == "run":
        return draft.into_final(where, f"RUN chmod {mode} {path}")
    for each in reversed(copies(draft.dockerfile, where)):
        if path in [each.places(source) for source in each.sources] and each.instruction in where.instructions:
            return _set_instruction_flag(draft, each.instruction, "chmod", mode)
    raise EditRefused(f"No COPY of the stage puts a file at {path}.")


def remove_instruction_flag(draft: Draft, instruction: str, flag: str, stage: str = "") -> Draft:
    """``remove-instruction-flag: {instruction: COPY, flag: link}``: also chmod, mount; ``stage`` may be left out."""
    changes: list[Change] = []
    for each in _chosen(draft, instruction, stage):
        for match in re.finditer(rf"\s--{re.escape(flag)}(?:=(?:\"[^\"]*\"|\S+))?(?=\s)", each.raw):
            if each.start + match.end() <= each.flags_end:
                changes.append((each.start + match.start(), each.start + match.end(), ""))
    return _changed(draft, changes, f"No {instruction} has --{flag}.")


def _set_instruction_flag(draft: Draft, each: Instruction, flag: str, value: str) -> Draft:
    if each.flag(flag) == value:
        raise EditRefused(f"{each.keyword} has --{flag}={value} already.")
    match = re.search(rf"--{flag}=\S+", draft.text[each.start : each.flags_end])
    if match:
        return draft.splice((each.start + match.start(), each.start + match.end(), f"--{flag}={value}"))
    return draft.splice((each.flags_end, each.flags_end, f" --{flag}={value}"))


# --- FROM, USER, WORKDIR --------------------------------------------------------------------------------------------


def set_image(draft: Draft, image: str, stage: str = "build") -> Draft:
    """``set-image: {stage: build, image: golang:1.27-alpine}``: keeps AS and --platform; changes an ARG default."""
    where = lineage(draft.dockerfile, draft.stage(stage))[0]
    if where.image == image:
        raise EditRefused(f"The stage stands on {image} already.")
    through = _through_arguments(draft, where, image)
    if through:
        return draft.splice(*through)
    begin, end = split_words(where.source.args.text, draft.dockerfile.escape)[0]
    return draft.splice((where.source.args.offset(begin), where.source.args.end_offset(end), image))


def _through_arguments(draft: Draft, stage: Stage, image: str) -> list[Change]:
    """Changes to ARG defaults that make the FROM mean ``image``; empty where that cannot be done."""
    pieces = re.split(r"\$\{(\w+)[^}]*\}|\$(\w+)", stage.image_raw)
    names = [first or second for first, second in zip(pieces[1::3], pieces[2::3], strict=True)]
    pattern = re.escape(pieces[0]) + "".join(f"(.+?){re.escape(piece)}" for piece in pieces[3::3])
    match = re.fullmatch(pattern, image)
    if not names or match is None:
        return []
    changes: list[Change] = []
    for name, value in zip(names, match.groups(), strict=True):
        spots = [spot for each in draft.dockerfile.instructions for spot in _argument_default(draft, each, name)]
        spots = [spot for spot in spots if spot[0] < stage.source.start]
        if not spots:
            return []
        begin, end = spots[-1]
        if draft.text[begin:end].strip("\"'") != value:
            changes.append((begin, end, value))
    return changes


def _argument_default(draft: Draft, each: Instruction, name: str) -> list[tuple[int, int]]:
    if each.keyword != "ARG":
        return []
    text = each.args.text
    spans = [span for span in split_words(text, draft.dockerfile.escape) if text[slice(*span)].startswith(name + "=")]
    return [(each.args.offset(begin + len(name)) + 1, each.args.end_offset(end)) for begin, end in spans]


def set_platform(draft: Draft, platform: str, stage: str = "build") -> Draft:
    """``set-platform: {stage: build, platform: $BUILDPLATFORM}``: of FROM; an empty platform takes it away."""
    where = lineage(draft.dockerfile, draft.stage(stage))[0]
    if platform:
        return _set_instruction_flag(draft, where.source, "platform", platform)
    match = re.search(r"\s--platform=\S+", where.source.raw)
    if not match:
        raise EditRefused("The FROM has no --platform.")
    return draft.splice((where.source.start + match.start(), where.source.start + match.end(), ""))


def set_user(draft: Draft, user: str, stage: str = "final") -> Draft:
    """``set-user: {user: "65534:65534", stage: final}``: change the last USER, else insert one before ENTRYPOINT."""
    where = draft.stage(stage)
    users = [each for each in where.instructions if each.keyword == "USER"]
    works = [each for each in where.instructions if users and each.start > users[-1].start and each.keyword in ("RUN", "COPY", "ADD")]
    # what is built or copied below the last USER still needs its rights
    changed = _set_single(draft, stage, "USER", user) if not works else None
    return changed or draft.before_start(where, f"USER {user}")


def set_workdir(draft: Draft, path: str, stage: str = "final") -> Draft:
    """``set-workdir: {path: /app, stage: final}``: change the last WORKDIR, else insert one below FROM."""
    return _set_single(draft, stage, "WORKDIR", path) or draft.below_from(draft.stage(stage), f"WORKDIR {path}")


def _set_single(draft: Draft, stage: str, keyword: str, value: str) -> Draft | None:
    present = [each for each in draft.stage(stage).instructions if each.keyword == keyword and each.args.text]
    if not present:
        return None
    args = present[-1].args
    if args.text == value:
        raise EditRefused(f"{keyword} is {value} already.")
    return draft.splice((args.offset(0), args.end_offset(len(args.text)), value))


# --- what is started ------------------------------------------------------------------------------------------------


def exec_form(draft: Draft, instruction: str = "ENTRYPOINT", stage: str = "final") -> Draft:
    """``exec-form: {instruction: ENTRYPOINT, stage: final}``: also CMD, HEALTHCHECK; shell form to JSON."""
    chosen = [each for each in _chosen(draft, instruction, stage) if each.args.text and each.json is None]
    if not chosen:
        raise EditRefused(f"The stage has no {instruction} in the shell form.")
    each = chosen[-1]
    text, at = each.args.text, 0
    if instruction.upper() == "HEALTHCHECK":
        match = re.match(r"CMD\s+", text, re.IGNORECASE)
        if not match:
            raise EditRefused("HEALTHCHECK has no command.")
        at = match.end()
    words = json.dumps(_plain_words(text[at:], instruction), ensure_ascii=False)
    return draft.splice((each.args.offset(at), each.args.end_offset(len(text)), words))


def _plain_words(text: str, instruction: str) -> list[str]:
    """The words of a command that needs no shell; refused for any other."""
    if text.startswith("["):
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            value = None
        if isinstance(value, list) and all(isinstance(word, str) for word in value):
            return value
        raise EditRefused(f"The list of {instruction} cannot be read.")
    if re.search(r"[$`*?;&|<>(){}~\n]", text) or re.match(r"\w+=", text):
        raise EditRefused(f"{instruction} uses the shell (variables, && or the like), which the exec form has not.")
    try:
        return shlex.split(text.removeprefix("exec "))
    except ValueError as error:
        raise EditRefused(f"The quotes of {instruction} are not closed.") from error


def change_entrypoint(draft: Draft, path: str, stage: str = "final") -> Draft:
    """``change-entrypoint: {path: /app/server, stage: final}``: the program that ENTRYPOINT, else CMD, starts."""
    began = start(draft.dockerfile, draft.stage(stage))
    if began is None or not began.argv:
        raise EditRefused("The stage has neither ENTRYPOINT nor CMD.")
    each = began.instruction
    if began.argv[0] == path:
        raise EditRefused(f"The container starts {path} already.")
    if began.form == "exec":
        begin, end, _ = _argument_spans(each, draft.dockerfile.escape)[0]
        return draft.splice((begin, end, path))
    found = [command for command in commands(each) if command.words]
    word = found[-1].words[0]
    if not found[-1].editable:
        raise EditRefused(f"{each.keyword} starts the program inside quotes.")
    return draft.splice((found[-1].span.offset(word.start), found[-1].span.end_offset(word.end), path))


# --- any instruction ------------------------------------------------------------------------------------------------


def replace_in_instruction(draft: Draft, instruction: str, find: str, replace: str, stage: str = "") -> Draft:
    """``replace-in-instruction: {instruction: RUN, find: apt-get, replace: apk, stage: build}``: all stages without."""
    changes: list[Change] = []
    for each in _chosen(draft, instruction, stage):
        for match in re.finditer(re.escape(find), each.raw):
            changes.append((each.start + match.start(), each.start + match.end(), replace))
    return _changed(draft, changes, f"No {instruction} contains {find!r}.")


def remove_instruction(draft: Draft, instruction: str, contains: str = "", stage: str = "") -> Draft:
    """``remove-instruction: {instruction: RUN, contains: chmod, stage: final}``: every one of that kind that fits."""
    chosen = [each for each in _chosen(draft, instruction, stage) if contains in each.raw]
    if not chosen:
        raise EditRefused(f"No {instruction} contains {contains!r}." if contains else f"There is no {instruction}.")
    for each in reversed(chosen):
        draft = draft.drop(each)
    return draft


def continue_line(draft: Draft) -> Draft:
    """``continue-line: {}``: end the line above the first unknown instruction with the missing backslash."""
    unknown = [each for each in draft.dockerfile.problems if each.says.startswith("unknown instruction")]
    above = [each for each in draft.dockerfile.instructions if unknown and each.end_line < unknown[0].line]
    if not above or above[-1].keyword != "RUN" or above[-1].heredocs:
        raise EditRefused("No line of the Dockerfile lacks a backslash.")
    return draft.splice((above[-1].end, above[-1].end, f" {draft.dockerfile.escape}"))


def set_syntax(draft: Draft, value: str = "docker/dockerfile:1") -> Draft:
    """``set-syntax: {value: "docker/dockerfile:1"}``: the ``# syntax=`` line at the top."""
    if "syntax" in draft.dockerfile.directives:
        raise EditRefused("The Dockerfile has a syntax line already.")
    at = 1 if draft.text.startswith("\ufeff") else 0
    return draft.splice((at, at, f"# syntax={value}{draft.newline}"))


def _chosen(draft: Draft, keyword: str, stage: str) -> list[Instruction]:
    instructions = draft.stage(stage).instructions if stage else draft.dockerfile.instructions
    return [each for each in instructions if each.keyword == keyword.upper()]


OPERATIONS: Mapping[str, Operation] = {
    "set-env": set_env,
    "unset-env": unset_env,
    "add-flag": add_flag,
    "remove-flag": remove_flag,
    "set-target": set_target,
    "add-packages": add_packages,
    "insert-run": insert_run,
    "copy-from": copy_from,
    "copy": copy,
    "change-copy-source": change_copy_source,
    "change-copy-dest": change_copy_dest,
    "change-copy-from": change_copy_from,
    "chmod": chmod,
    "remove-instruction-flag": remove_instruction_flag,
    "set-image": set_image,
    "set-platform": set_platform,
    "set-user": set_user,
    "set-workdir": set_workdir,
    "exec-form": exec_form,
    "change-entrypoint": change_entrypoint,
    "replace-in-instruction": replace_in_instruction,
    "remove-instruction": remove_instruction,
    "continue-line": continue_line,
    "set-syntax": set_syntax,
    **REWRITES,
}
