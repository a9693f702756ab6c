"""Operations on RUN lines as a whole: new ones, and those that an image without a shell cannot do."""

from __future__ import annotations

from troubleshooter.evidence.dockerfile import Instruction, Stage, copies
from troubleshooter.evidence.dockerfile.installing import INSTALLERS, installed
from troubleshooter.evidence.dockerfile.shell import commands
from troubleshooter.remedy.operations.common import first_go, replaced
from troubleshooter.remedy.place import Draft, EditRefused


def insert_run(draft: Draft, run: str, stage: str = "build", at: str = "before-build") -> Draft:
    """``insert-run: {run: "mkdir -p /data", stage: build, at: start}``: at start, before-go, before-build or end."""
    where = draft.stage(stage)
    line = f"RUN {run}"
    if any(each.keyword == "RUN" and each.args.text == run for each in where.instructions):
        raise EditRefused(f"The stage has RUN {run} already.")
    main = draft.main()
    first = first_go(draft, where)
    if at == "start":
        return draft.below_from(where, line)
    if at == "before-go" and first is not None:
        return draft.before(first, line)
    if at == "before-build" and main is not None and main.instruction in where.instructions:
        return draft.before(main.instruction, line)
    return draft.into_final(where, line)


def move_runs(draft: Draft, stage: str = "final") -> Draft:
    """``move-runs: {stage: final}``: do the RUN lines of an image without a shell in the build stage, and COPY the result."""
    where, build = draft.stage(stage), draft.stage("build")
    if build.index >= where.index:
        raise EditRefused("The Dockerfile has no earlier stage in which the step could be done.")
    runs = [each for each in where.instructions if each.keyword == "RUN"]
    if not runs:
        raise EditRefused("The stage has no RUN.")
    origin = build.name or str(build.index)
    prepared: list[str] = []
    for each in reversed(runs):
        steps, lines = _moved(draft, where, each, origin)
        prepared = [*steps, *prepared]
        draft = replaced(draft, each, lines)
    if not prepared:
        return draft
    build = draft.stage("build")
    return draft.at_end(build, "RUN " + " && ".join(prepared))


def _moved(draft: Draft, stage: Stage, each: Instruction, origin: str) -> tuple[list[str], list[str]]:
    """What the build stage has to run for one RUN, and the COPY lines that take its place."""
    steps: list[str] = []
    lines: list[str] = []
    owners: dict[str, str] = {}
    folders: list[str] = []
    brought = {each_copy.places(source) for each_copy in copies(draft.dockerfile, stage) for source in each_copy.sources}
    for command in commands(each):
        words = [word.value for word in command.words]
        paths = [word for word in words[1:] if word.startswith("/")]
        packages = installed(command)
        if command.name == "mkdir":
            folders += paths
            steps.append("mkdir -p " + " ".join("/rootfs" + path for path in paths))
        elif command.name == "chown" and len(words) > 2:
            owner = next((word for word in words[1:] if not word.startswith(("-", "/"))), "")
            owners.update({path: owner for path in paths if path in folders})
        elif command.name == "chmod":
            inner = [path for path in paths if path in folders]
            mode = next((word for word in words[1:] if not word.startswith(("-R", "/"))), "")
            if inner and mode:
                steps.append(f"chmod {mode} " + " ".join("/rootfs" + path for path in inner))
            elif not set(paths) <= brought:
                raise EditRefused(f"It is not known what {' '.join(words)} is to change.")
        elif command.name in ("adduser", "addgroup", "useradd", "groupadd"):
            steps.append(" ".join(word.raw for word in command.words))
            lines += [f"COPY --from={origin} /etc/passwd /etc/passwd", f"COPY --from={origin} /etc/group /etc/group"]
        elif command.name in INSTALLERS or command.name == "update-ca-certificates":
            lines += _copied(packages, origin, draft)
        elif command.words and command.words[0].value in brought:
            continue  # the program is started as a trial
        elif command.name not in ("rm", "true", ":"):
            raise EditRefused(f"What {command.name} does cannot be copied from another stage.")
    for folder in dict.fromkeys(folders):
        owner = f" --chown={owners[folder]}" if owners.get(folder) else ""
        lines.append(f"COPY --from={origin}{owner} /rootfs{folder} {folder}")
    return steps, list(dict.fromkeys(lines))


def _copied(packages: tuple[str, ...], origin: str, draft: Draft) -> list[str]:
    unknown = [package for package in packages if not draft.managers.files(package)]
    if unknown:
        raise EditRefused(f"{' '.join(unknown)} cannot be installed in an image without a package manager.")
    return [f"COPY --from={origin} {path} {path}" for package in packages for path in draft.managers.files(package)]
