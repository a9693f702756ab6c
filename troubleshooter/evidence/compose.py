"""A compose file beside the Dockerfile: what it builds, starts, mounts over the image and publishes.

In: the text of ``compose.yaml``. Out: :class:`Service` of the one service that is ours, and facts. Broken or hostile YAML
tells nothing; variables (``${X:-default}``) count with their default.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any

from troubleshooter.frozen import dataclass
from troubleshooter.kb.source import SourceError, compose, locate, plain
from troubleshooter.model import Fact

NAMES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")

FACTS = {
    "compose.service": "the service of the compose file that this project is",
    "compose.image": "the image that a service without build: starts",
    "compose.command": "command: or entrypoint: of the service, which replaces the image's own",
    "mount.path": "folder of the image over which something is mounted (one fact each)",
    "mount.hides-entry": "the entry point that a volume of the compose file is mounted over",
    "mount.hiding": "the folder of the image whose mount hides the entry point",
    "mount.source-missing": "a file that is mounted from the project, and that is not there (one fact each)",
    "compose.port": "a port of the container that ports: publishes (one fact each)",
    "compose.neighbour": "another service of the compose file (one fact each)",
}
MANY = frozenset({"mount.path", "mount.source-missing", "compose.port", "compose.neighbour"})


@dataclass(frozen=True)
class Service:
    """One service: what it is built from, relative to the compose file, and what it overrides."""

    name: str
    context: str = ""
    dockerfile: str = ""
    target: str = ""
    image: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    command: tuple[str, ...] = ()
    command_line: int = 0
    user: tuple[str, int] = ("", 0)
    directory: str = ""
    volumes: tuple[tuple[str, str, int], ...] = ()
    """(source, place in the container, line)."""
    ports: tuple[tuple[str, int], ...] = ()
    line: int = 1
    others: tuple[str, ...] = ()


def read(text: str, dockerfile: str = "") -> Service | None:
    """The service that is built here: of several with ``build:`` the one of ``dockerfile`` (its path from the compose file).

    Without any: the only one with a Go image. None where that does not tell.
    """
    node, found = _services(text)
    ours = [n for n, s in found.items() if s.get("build")] or [n for n, s in found.items() if "golang" in str(s.get("image", ""))]
    mine = [n for n in ours if dockerfile and _dockerfile(found[n]) == dockerfile]
    here = mine or [n for n in ours if _context(found[n]) in (".", "")] or ours
    if len(here) != 1:
        return None
    return _service(here[0], found[here[0]], node, tuple(n for n in found if n != here[0]))


def built(text: str) -> tuple[tuple[str, str], ...]:
    """(context, Dockerfile) of every service that is built, both as paths from the compose file."""
    return tuple((_context(s) or ".", _dockerfile(s)) for s in _services(text)[1].values() if s.get("build"))


def _services(text: str) -> tuple[Any, dict[str, Mapping[str, Any]]]:
    """The services by name, and the node that tells where each stands."""
    try:
        node = compose(text, "compose.yaml")
    except SourceError:
        return None, {}
    data = plain(node) if node is not None else None
    services = data.get("services") if isinstance(data, dict) else None
    return node, {n: s for n, s in services.items() if isinstance(s, dict)} if isinstance(services, dict) else {}


def _dockerfile(service: Mapping[str, Any]) -> str:
    """Path of the Dockerfile from the compose file; empty where it is written in the compose file itself."""
    build = service.get("build")
    name = build.get("dockerfile", "Dockerfile") if isinstance(build, dict) else "Dockerfile"
    if not isinstance(name, str) or (isinstance(build, dict) and "dockerfile_inline" in build):
        return ""
    return posixpath.normpath(posixpath.join(_context(service) or ".", _value(name)))


def _context(service: Mapping[str, Any]) -> str:
    build = service.get("build")
    context = build if isinstance(build, str) else build.get("context", ".") if isinstance(build, dict) else ""
    return posixpath.normpath(_value(context)) if isinstance(context, str) and context else ""


def _service(name: str, data: Mapping[str, Any], node: Any, others: tuple[str, ...]) -> Service:
    def line(*keys: str | int) -> int:
        return locate(node, ("services", name, *keys))[0]

    build = data.get("build") if isinstance(data.get("build"), dict) else {}
    assert isinstance(build, dict)
    key = "entrypoint" if data.get("entrypoint") else "command"
    return Service(
        name=name,
        context=_context(data),
        dockerfile=_text(build.get("dockerfile")),
        target=_text(build.get("target")),
        image=_text(data.get("image")),
        arguments={k: v for k, v, _ in _pairs(build.get("args"))},
        environment={k: (v, line("environment", at)) for k, v, at in _pairs(data.get("environment"))},
        command=_words(data.get(key)),
        command_line=line(key),
        user=(_text(data.get("user")), line("user")),
        directory=_text(data.get("working_dir")),
        volumes=tuple(_volumes(data.get("volumes"), line)),
        ports=tuple(_ports(data.get("ports"), line)),
        line=line(),
        others=others,
    )


def _text(value: Any) -> str:
    return _value(value) if isinstance(value, str) else ""


def _value(text: str) -> str:
    """``text`` with variables replaced by their defaults; one without a default is left as it stands."""
    return re.sub(r"\$\{\w+:?-([^}]*)\}", r"\1", text)


def _pairs(value: Any) -> Iterator[tuple[str, str, str | int]]:
    if isinstance(value, dict):
        yield from ((k, _text(v), k) for k, v in value.items())
    elif isinstance(value, list):
        for at, item in enumerate(value):
            name, equals, rest = str(item).partition("=")
            if equals:
                yield name, _value(rest), at


def _words(value: Any) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(_value(str(v)) for v in value)
    try:
        return tuple(shlex.split(_value(value))) if isinstance(value, str) else ()
    except ValueError:
        return ()


def _volumes(value: Any, line: Any) -> Iterator[tuple[str, str, int]]:
    for at, item in enumerate(value if isinstance(value, list) else []):
        if isinstance(item, str):
            parts = _value(item).split(":")
            if len(parts) > 1:
                yield parts[0], posixpath.normpath(parts[1]), line("volumes", at)
            else:
                yield "", posixpath.normpath(parts[0]), line("volumes", at)
        elif isinstance(item, dict) and isinstance(item.get("target"), str):
            yield _text(item.get("source")), posixpath.normpath(item["target"]), line("volumes", at)


def _ports(value: Any, line: Any) -> Iterator[tuple[str, int]]:
    for at, item in enumerate(value if isinstance(value, list) else []):
        port = str(item.get("target", "")) if isinstance(item, dict) else _value(str(item)).rpartition(":")[2].split("/")[0]
        if port.isdigit():
            yield port, line("ports", at)


def facts(service: Service, name: str, entry: str, workdir: str) -> Iterator[Fact]:
    """Facts of a service that bear on an image whose entry point is ``entry``; ``name`` is the compose file's."""
    yield Fact("compose.service", service.name, f"{name}:{service.line}")
    if service.image and not service.context:
        yield Fact("compose.image", service.image, f"{name}:{service.line}")
    started = entry
    if service.command:
        yield Fact("compose.command", " ".join(service.command), f"{name}:{service.command_line}")
        started = service.command[0]
    path = posixpath.normpath(posixpath.join(service.directory or workdir or "/", started)) if "/" in started else started
    for source, place, line in service.volumes:
        hides = place != "/" and (path == place or path.startswith(place.rstrip("/") + "/"))
        yield Fact("mount.path", place, f"{name}:{line}")
        if hides and source and "/" in started:
            yield Fact("mount.hides-entry", started, f"{name}:{line}")
            yield Fact("mount.hiding", place, f"{name}:{line}")
    for port, line in service.ports:
        yield Fact("compose.port", port, f"{name}:{line}")
    for other in service.others:
        yield Fact("compose.neighbour", other, f"{name}:{service.line}")
    user, line = service.user
    if user and "$" not in user:
        first = user.split(":")[0]
        yield Fact("user", "root" if first in ("root", "0") else first, f"{name}:{line}")
        yield Fact("user.numeric", "yes" if first.isdigit() else "no", f"{name}:{line}")
