"""Operations on go commands: flags, and what is built."""

from __future__ import annotations

from troubleshooter.evidence.dockerfile.gocommands import BUILDERS, GoCommand
from troubleshooter.remedy import goflags
from troubleshooter.remedy.goflags import Change
from troubleshooter.remedy.operations.common import changed
from troubleshooter.remedy.place import Draft, EditRefused


def add_flag(draft: Draft, flag: str, value: str = "", stage: str = "build") -> Draft:
    """``add-flag: {flag: -tags, value: "netgo,osusergo"}``: in every go build and install; ``-buildvcs=false`` too."""
    name, equals, boolean = flag.lstrip("-").partition("=")
    changes: list[Change] = []
    for command in _builds(draft, stage):
        if equals:
            changes += goflags.set_flag(draft.text, command, name, boolean)
        else:
            changes += goflags.add_flag(draft.text, command, name, value)
    return changed(draft, changes, f"Every go build has {flag} {value}".rstrip() + " already.")


def remove_flag(draft: Draft, flag: str, value: str = "", stage: str = "build") -> Draft:
    """``remove-flag: {flag: -tags, value: netgo}``: also ``-a``, ``-installsuffix``, ``-extldflags`` in -ldflags."""
    name = flag.lstrip("-")
    changes = [change for each in _builds(draft, stage) for change in goflags.remove_flag(draft.text, each, name, value)]
    return changed(draft, changes, f"No go build has {flag} {value}".rstrip() + ".")


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
