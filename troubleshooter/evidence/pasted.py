"""What people paste when they look: ``docker inspect``, ``docker history`` and lines of a Dockerfile, read as a small Dockerfile."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from troubleshooter.model import Fact

SOURCE = "answered"
_CONFIGURED = ("final.", "user", "entry.", "cmd.", "healthcheck.")
"""Facts that the configuration and the layers of an image tell; of the build before them they tell nothing."""
_ABSENT = ("no", "unset", "absent", "missing")
"""What is not in a part of a file is not therefore absent."""
_ENGINE = re.compile(r"^Server:(?! Podman)[^\n]*\n(?:[^\n]*\n){0,3}?\s+Version:\s+(\d+\.\d+\.\d+)", re.MULTILINE)
"""The version of the engine in the output of ``docker version``, after that of its client."""
_WHOLE_FILE = ("dockerfile", "go.command-missing", "build.output-missing")
"""What only the whole file tells."""
_KEYWORDS = "FROM|RUN|COPY|ADD|ENV|ARG|USER|WORKDIR|ENTRYPOINT|CMD|SHELL"
_NUMBERED = re.compile(rf"^(?:[\w./-]*:)?(?:\d+[:-])?[ \t]*(?=(?:{_KEYWORDS})\s)", re.ASCII | re.MULTILINE)
_FROM = re.compile(r"^FROM\s+(?:--platform=\S+\s+)?[\w$./:@{}-]+(?:\s+[Aa][Ss]\s+[\w.-]+)?\s*$", re.ASCII)
_LIST = r"(null|\[[^\[\]\n]*\])"
_WORDS = re.compile(rf"^\s*{_LIST}(?:\s+{_LIST})?\s*$")
"""Entry point and command, as ``docker inspect --format`` prints them."""
_LAYER = re.compile(
    r"^(?:sha256:)?(?:[0-9a-f]{6,64}|<missing>)\S*\s{2,}(?:.*?\bago|N/A|\d{4}-\S+)\s{2,}(.*?)\s{2,}[\d.]+(?:e[+-]?\d+)?\s?[kMGT]?i?B(?:\s|$)",
    re.ASCII | re.IGNORECASE,
)
"""A row of ``docker history``, with how the layer was made."""
_ROOTS: tuple[tuple[re.Pattern[str], str], ...] = tuple((re.compile(form), image) for form, image in (
    (r"alpine-minirootfs-(\d+\.\d+(?:\.\d+)?)", "alpine:{}"), (r"debian\.sh .*?'?(bookworm|bullseye|buster|trixie|sid|forky)", "debian:{}"),
    (r"debuerreotype", "debian"), (r"ubuntu", "ubuntu"), (r"bazel build", "gcr.io/distroless/static-debian12"),
))  # fmt: skip
"""What the lowest layer of an image says, and the image that it is."""


def facts(text: str) -> list[Fact]:
    """Everything that ``text`` tells in one of these forms; nothing for other texts."""
    found = list(_inspected(_documents(text)))
    steps = [m[1].strip() for m in map(_LAYER.match, text.splitlines()) if m]
    if steps:
        found += _of_layers(steps[::-1])
    words = _WORDS.match(text)
    if words and words[1] != "[]":
        entry, cmd = json_words(words[1]), json_words(words[2] or "null")
        found += _configured({"Entrypoint": entry, "Cmd": cmd})
    found += _instructions(text)
    found += _headers(text)
    engine = _ENGINE.search(text)
    if engine:
        found.append(Fact("engine.version", engine[1], SOURCE))
    return list(dict.fromkeys(found))


def errors(text: str) -> list[str]:
    """Messages within the JSON of ``docker inspect``: why the container did not start, or what its health check said."""
    found = []
    for document in _documents(text):
        state = _table(document.get("State"))
        log = _table(state.get("Health")).get("Log")
        found += [str(state.get("Error") or ""), *(str(_table(r).get("Output") or "") for r in _list(log))]
    return [text for text in found if text]


def json_words(text: str) -> list[str]:
    """The words of a JSON list; none where ``text`` is something else."""
    try:
        data = json.loads(text)
    except ValueError:
        return []
    return data if isinstance(data, list) and all(isinstance(word, str) for word in data) else []


def _documents(text: str) -> list[Mapping[str, Any]]:
    """The objects of pasted JSON, also where a prompt or command stands before it."""
    start = min((i for i in (text.find("["), text.find("{")) if i >= 0), default=-1)
    if start < 0:
        return []
    try:
        data, _ = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return []
    return [d for d in (data if isinstance(data, list) else [data]) if isinstance(d, dict)]


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _inspected(documents: Sequence[Mapping[str, Any]]) -> Iterator[Fact]:
    for document in documents:
        config = _table(document.get("Config") or document.get("config"))
        if config:
            yield from _configured(config)
            layers = [str(_table(h).get("created_by") or "") for h in _list(document.get("History") or document.get("history"))]
            yield from _of_layers([step for step in layers if step])
        for mount in [document, *_list(document.get("Mounts"))]:
            path = _table(mount).get("Destination") or _table(mount).get("mountPath")
            if isinstance(path, str) and path.startswith("/"):
                yield Fact("mount.path", path, SOURCE)
        if document.get("Mounts") == []:
            yield Fact("mount", "no", SOURCE)
        options = _list(_table(document.get("HostConfig")).get("SecurityOpt"))
        if {"seccomp=unconfined", "seccomp:unconfined"} & set(map(str, options)):
            yield Fact("seccomp.relaxed", "yes", SOURCE)


def _configured(config: Mapping[str, Any]) -> Iterator[Fact]:
    """Facts of the configuration of an image or a container."""
    lines = ["FROM unnamed-image"]
    for pair in _list(config.get("Env")):
        name, _, value = str(pair).partition("=")
        if re.fullmatch(r"\w+", name) and "\n" not in value:
            lines.append(f"ENV {name}={json.dumps(value)}")
    for key, keyword in (("WorkingDir", "WORKDIR"), ("User", "USER")):
        if config.get(key):
            lines.append(f"{keyword} {' '.join(str(config[key]).split())}")
    if "User" in config and not config["User"]:
        yield Fact("user", "root", SOURCE)
    for key, keyword in (("Entrypoint", "ENTRYPOINT"), ("Cmd", "CMD")):
        words = config.get(key)
        if isinstance(words, list) and words:
            shell = len(words) == 3 and words[:2] == ["/bin/sh", "-c"]
            lines.append(f"{keyword} {words[2] if shell else json.dumps(words)}")
    yield from _read("\n".join(lines), _CONFIGURED)


def _of_layers(steps: Sequence[str]) -> Iterator[Fact]:
    """Facts of the steps that made an image, the first one first."""
    lines = [line for line in map(_instruction, steps) if line]
    if not lines:
        return
    root = next((image.format(*m.groups()) for form, image in _ROOTS for m in [form.search(" ".join(steps[:4]))] if m), "")
    if "distroless" in root and any("libc6" in step for step in steps):
        root = root.replace("static", "base")
    if not root and not any(line.startswith("ADD") for line in lines[:3]) and not lines[0].startswith("RUN"):
        root = "scratch"
    yield from _read("\n".join([f"FROM {root or 'unnamed-image'}", *lines]), _CONFIGURED)


def _instruction(step: str) -> str:
    """The instruction that a layer was made by; empty where there is nothing to read from it."""
    step = re.sub(r"^\|\d+ (?:\S+=\S* )*", "", step.replace("# buildkit", "").strip())
    step = re.sub(r"^/bin/(?:ba)?sh -c #\(nop\)\s*", "", step)
    step = re.sub(r"^(?:RUN )?(?:\|\d+ (?:\S+=\S* )*)?/bin/(?:ba)?sh -c ", "RUN ", step)
    step = re.sub(r"^(COPY|ADD) (?:multi|file|dir):\S+ in (\S+).*", r"\1 unnamed \2", step)
    return step if re.match(r"(?:RUN|COPY|ADD|ENV|USER|WORKDIR|ENTRYPOINT|CMD|HEALTHCHECK) ", step) and "…" not in step else ""


def _headers(text: str) -> Iterator[Fact]:
    """How a program is linked whose whole list of segments (``readelf -l``) has no interpreter."""
    if "Program Headers:" in text and "GNU_STACK" in text and "INTERP" not in text:
        yield Fact("link", "static", SOURCE)


def _instructions(text: str) -> list[Fact]:
    """Facts of lines of a Dockerfile, as ``grep -n`` prints them or as they stand there."""
    lines = _NUMBERED.sub("", text).splitlines()
    first = next((n for n, line in enumerate(lines) if _FROM.match(line)), None)
    if first is not None:
        return list(_read("\n".join(lines[first:]), ()))
    ends = [line for line in lines if re.match(r"(?:ENTRYPOINT|CMD|USER|WORKDIR) \S", line)]
    return list(_read("\n".join(["FROM unnamed-image", *ends]), _CONFIGURED)) if ends else []


def _read(text: str, prefixes: tuple[str, ...]) -> Iterator[Fact]:
    from troubleshooter.evidence import dockerfile

    for fact in dockerfile.facts(dockerfile.parse(text + "\n", lenient=True), SOURCE):
        if fact.value in _ABSENT or "unnamed" in fact.value or (prefixes and not fact.name.startswith(prefixes)):
            continue
        assumed = fact.name in _WHOLE_FILE or (fact.name == "final.workdir" and fact.value == "/")
        if not assumed and not fact.name.startswith(("copy-from.", "entry.provided", "entry.found")):
            yield Fact(fact.name, fact.value, SOURCE, fact.sure)
