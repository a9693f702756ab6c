"""``troubleshooter dockerfile``: a working multi-stage Dockerfile for the project and what is wanted of it."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from troubleshooter.cli.common import knowledge_for
from troubleshooter.cli.options import Parser, knowledge_option, language
from troubleshooter.errors import InputError
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.remedy.wishes import FINALS, Needs, Wishes, needs_of, plan
from troubleshooter.remedy.writer import render, write
from troubleshooter.report.words import words


def main(arguments: list[str]) -> int:
    given = _parser().parse_args(arguments)
    if not given.project.is_dir():
        raise InputError(f"{given.project}: no such directory; name the folder with go.mod")
    knowledge = knowledge_for(given)
    wishes = Wishes(
        given.final, given.cgo, given.link, given.user, given.timezones, given.ca_certificates,
        tuple(p.strip() for p in given.platforms.split(",") if p.strip()), given.cache, given.smoke_test or "", given.healthcheck or "",
        given.go, given.package,
    )  # fmt: skip
    needs = project_needs(given.project, knowledge)
    text = render(write(plan(wishes, needs, knowledge), wishes, needs, knowledge), given.explain, language(given))
    if given.output is None or str(given.output) == "-":
        sys.stdout.write(text)
    else:
        _save(given.output, text, given.force)
        print(f"{words(language(given))['written']}: {given.output}", file=sys.stderr)
    return 0


def _parser() -> Parser:
    parser = Parser("troubleshooter dockerfile", description="Write a working multi-stage Dockerfile for a Go project.")
    parser.add_argument("--project", type=Path, default=Path("."), metavar="DIR", help="the project (default: this folder)")
    parser.add_argument(
        "--final", default="", choices=("", *FINALS), metavar="IMAGE", help=f"image that the program runs in: {', '.join(FINALS)}"
    )
    parser.add_argument("--cgo", default="auto", choices=("on", "off", "auto"), help="default: on where the project needs it")
    link = parser.add_mutually_exclusive_group()
    link.add_argument("--static", dest="link", action="store_const", const="static", default="", help="link statically")
    link.add_argument("--dynamic", dest="link", action="store_const", const="dynamic", help="link dynamically (with cgo)")
    parser.add_argument("--user", default="", metavar="USER", help="nobody, nonroot, root or a number")
    parser.add_argument("--timezones", action="store_true", help="with time zones (default: where the sources load one)")
    parser.add_argument("--ca-certificates", action="store_true", help="with root certificates (default: where the sources speak HTTPS)")
    parser.add_argument("--platforms", default="", metavar="LIST", help="for several platforms: linux/amd64,linux/arm64")
    parser.add_argument("--cache", action="store_true", help="with cache mounts for modules and compiled packages")
    parser.add_argument(
        "--smoke-test", nargs="?", const="--version", metavar="ARGS", help="start the program once while building (default ARGS: --version)"
    )
    parser.add_argument(
        "--healthcheck", nargs="?", const="healthcheck", metavar="ARGS", help="HEALTHCHECK by the program itself with these arguments"
    )
    parser.add_argument("--go", default="", metavar="VERSION", help="version of the golang image")
    parser.add_argument("--package", default="", metavar="PATH", help="the main package: ./cmd/app")
    parser.add_argument("--explain", action="store_true", help="say above each line why it is there")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write it to FILE (default: standard output)")
    parser.add_argument("--force", action="store_true", help="overwrite FILE")
    knowledge_option(parser)
    return parser


def project_needs(folder: Path, knowledge: Knowledge) -> Needs:
    """What the project in ``folder`` needs, read from go.mod and the sources; its Dockerfile does not count."""
    from troubleshooter.evidence import gosource, needs, project
    from troubleshooter.evidence.gather import Sources, gather

    found = list(gather(Sources(project=folder, facts=()), knowledge).facts)
    kept = [f for f in found if not f.source.lower().startswith(("dockerfile", "containerfile", "docker-compose", "compose"))]
    read = gosource.read_project(folder)
    imported = gosource.imports(read)
    kept = [f for f in kept if f.name != "library.needed"]
    kept += [f for f in needs.facts(kept, imported, "", knowledge) if f.name == "library.needed"]
    kept += project.read_in_project(folder, kept)
    return needs_of(kept)


def _save(path: Path, text: str, force: bool) -> None:
    """Writes the file whole or not at all; never over an existing one without ``force``."""
    if path.is_dir():
        raise InputError(f"{path} is a directory; name the file in it")
    if (path.exists() or path.is_symlink()) and not force:
        raise InputError(f"{path} exists already; write to another --output, or overwrite it with --force")
    try:
        descriptor, name = tempfile.mkstemp(dir=path.resolve().parent, prefix=f".{path.name}.")
    except OSError as fault:
        raise InputError(f"{path}: cannot be written ({fault.strerror})") from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as out:
            out.write(text)
        os.chmod(name, 0o644 & ~_mask())
        if force:
            os.replace(name, path.resolve())
        else:
            os.link(name, path)  # fails where somebody wrote the file meanwhile
    except FileExistsError:
        raise InputError(f"{path} exists already; write to another --output, or overwrite it with --force") from None
    except OSError as fault:
        raise InputError(f"{path}: cannot be written ({fault.strerror})") from None
    finally:
        if os.path.exists(name):
            os.unlink(name)


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
