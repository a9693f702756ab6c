"""A whole image in: ``docker save`` (old and new), an OCI layout as tar or directory; an :class:`Image` out.

A tar is read once, as a stream that need not be seekable. Which layers make up the image is known only from the manifest,
which stands last; so every layer is read into its list of files when it passes (see :mod:`.layer` for what is kept), and the
right ones are put on top of each other at the end. A directory is read from its index on, and only what is needed.
"""

from __future__ import annotations

import json
import platform as host
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast

from troubleshooter.evidence.image.layer import ImageError, Prefixed, clean, damage_is_typed, is_layer, members, read_layer
from troubleshooter.evidence.image.tree import Layer, Tree
from troubleshooter.frozen import dataclass

_MAX_JSON = 4 << 20
_MAX_ALL_JSON = 64 << 20
_HEAD = 512
_NOT_AN_IMAGE = "this is neither a docker save archive nor an OCI layout"
_CURE_SAVE = "make one with: docker save IMAGE | troubleshooter inspect -"
_HOST_ARCHES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm", "i686": "386"}


@dataclass(frozen=True)
class Config:
    """How the image is started, and for what it was built. ``user`` is as written: name, number, or either with a group."""

    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    user: str = ""
    env: Mapping[str, str] | None = None
    workdir: str = "/"
    os: str = ""
    arch: str = ""

    @property
    def command(self) -> tuple[str, ...]:
        """What is executed when nothing else is said."""
        return self.entrypoint + self.cmd

    def variable(self, name: str) -> str:
        return (self.env or {}).get(name, "")


@dataclass(frozen=True)
class Image:
    """An image ready to be asked: its configuration and its merged files."""

    name: str
    config: Config
    files: Tree
    platforms: tuple[str, ...]
    """All platforms of the archive as os/arch, the chosen one among them."""


def looks_like_image(head: bytes) -> bool:
    """Whether bytes (512 are enough) may begin an image archive rather than a program."""
    return is_layer(head)


def inspect_image(source: BinaryIO | Path, platform: str = "", name: str = "") -> Image:
    """The image in a stream, a file or an OCI layout directory.

    ``platform`` (linux/arm64) and ``name`` (a tag) choose among several; without them: this machine's platform, else the
    first. Raises ImageError for anything that is no image, is damaged or lacks what was asked for.
    """
    if isinstance(source, Path):
        try:
            if source.is_dir():
                return _from_directory(source, platform, name)
            with source.open("rb") as stream:
                return _from_tar(stream, platform, name)
        except OSError as error:
            raise ImageError(f"cannot read {source}: {error.strerror or error}", "name a file that can be read") from error
    return _from_tar(source, platform, name)


# --- where blobs come from -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Blobs:
    """The parts of an image archive by path; both functions raise ImageError for what is not there."""

    json: Callable[[str], Any]
    layer: Callable[[str], Layer]
    has: Callable[[str], bool]


def _from_tar(stream: BinaryIO, platform: str, name: str) -> Image:
    with damage_is_typed():
        documents, layers, links = _collect(stream)

    def real(path: str) -> str:
        # docker save before 25 has a layer that occurs twice as a symbolic link to the first.
        return links.get(path, path)

    def document(path: str) -> Any:
        if real(path) not in documents:
            raise ImageError(f"{path} is not in the archive", "save the image again, whole")
        return _parsed(documents[real(path)], path)

    def layer(path: str) -> Layer:
        found = layers.get(real(path))
        if found is None:
            raise ImageError(f"layer {path} is not in the archive", "save the image again, whole")
        if isinstance(found, ImageError):
            raise found
        return found

    return _image(_Blobs(document, layer, lambda path: real(path) in documents), platform, name)


def _collect(stream: BinaryIO) -> tuple[dict[str, bytes], dict[str, Layer | ImageError], dict[str, str]]:
    """One pass over a tar: JSON documents and layers by path, and where symbolic links lead."""
    documents: dict[str, bytes] = {}
    layers: dict[str, Layer | ImageError] = {}
    links: dict[str, str] = {}
    left = _MAX_ALL_JSON
    for member, content in members(stream):
        path = clean(member.name)
        if member.issym():
            links[path] = clean(posixpath.join(posixpath.dirname(path), member.linkname))
        elif member.isreg():
            head = content.read(_HEAD)
            if head.lstrip()[:1] in (b"{", b"[") and member.size <= min(_MAX_JSON, left):
                documents[path] = head + content.read()
                left -= member.size
            elif is_layer(head):
                try:
                    layers[path] = read_layer(cast(BinaryIO, Prefixed(head, content)))
                except ImageError as error:
                    layers[path] = error
    return documents, layers, links


def _from_directory(directory: Path, platform: str, name: str) -> Image:
    def inside(path: str) -> Path:
        found = directory / clean(path)
        if not found.resolve().is_relative_to(directory.resolve()) or not found.is_file():
            raise ImageError(f"{path} is not in {directory}", "copy the image again, whole")
        return found

    def document(path: str) -> Any:
        with inside(path).open("rb") as stream:
            return _parsed(stream.read(_MAX_JSON), path)

    def layer(path: str) -> Layer:
        with inside(path).open("rb") as stream:
            return read_layer(stream)

    return _image(_Blobs(document, layer, lambda path: (directory / clean(path)).is_file()), platform, name)


def _parsed(data: bytes, path: str) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ImageError(f"{path} is no JSON: {error}"[:300], "save the image again") from error


# --- from manifests to an image ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Candidate:
    """One image of an archive: its tag, its platform, and where its parts are."""

    name: str
    config: str
    layers: tuple[str, ...]
    platform: str = ""


def _image(blobs: _Blobs, platform: str, name: str) -> Image:
    try:
        candidates = list(_candidates(blobs))
        chosen = _chosen(candidates, platform, name)
        config = _config(blobs.json(chosen.config))
        files = Tree()
        for path in chosen.layers:
            files.apply(blobs.layer(path))
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ImageError(f"a manifest lacks what it must have ({error!a})"[:300], "save the image again") from error
    return Image(chosen.name, config, files, tuple(dict.fromkeys(c.platform for c in candidates)))


def _candidates(blobs: _Blobs) -> Iterator[_Candidate]:
    """The images whose manifest and configuration are there; those of manifest.json only where index.json has none."""
    found = list(_from_index(blobs, blobs.json("index.json"), "", 0)) if blobs.has("index.json") else []
    if found:
        yield from found
    elif blobs.has("manifest.json"):
        for item in blobs.json("manifest.json"):
            config = clean(item["Config"])
            layers = tuple(clean(path) for path in item["Layers"])
            names = item.get("RepoTags") or [""]
            yield _Candidate(str(names[0]), config, layers, _platform(blobs.json(config)))


def _from_index(blobs: _Blobs, index: Any, name: str, depth: int) -> Iterator[_Candidate]:
    if depth > 4:
        return
    for item in index["manifests"]:
        path = _blob(item["digest"])
        notes = item.get("annotations") or {}
        # Attestations are listed as images of an unknown platform.
        if not blobs.has(path) or "vnd.docker.reference.type" in notes:
            continue
        named = str(notes.get("io.containerd.image.name") or notes.get("org.opencontainers.image.ref.name") or name)
        manifest = blobs.json(path)
        if "manifests" in manifest:
            yield from _from_index(blobs, manifest, named, depth + 1)
        elif "config" in manifest and blobs.has(_blob(manifest["config"]["digest"])):
            config = _blob(manifest["config"]["digest"])
            layers = tuple(_layer_path(layer) for layer in manifest["layers"])
            yield _Candidate(named, config, layers, _platform(blobs.json(config)))


def _blob(digest: str) -> str:
    match = re.fullmatch(r"(sha\d+):([0-9a-f]{32,128})", digest)
    if match is None:
        raise ImageError(f"{digest[:80]!a} is no digest", "save the image again")
    return f"blobs/{match[1]}/{match[2]}"


def _layer_path(layer: Any) -> str:
    if "encrypted" in str(layer.get("mediaType", "")):
        raise ImageError("a layer is encrypted", "save the image after decrypting it")
    return _blob(layer["digest"])


def _platform(config: Any) -> str:
    return f"{config.get('os') or 'linux'}/{config.get('architecture') or ''}"


def _chosen(candidates: list[_Candidate], platform: str, name: str) -> _Candidate:
    if not candidates:
        raise ImageError(_NOT_AN_IMAGE, _CURE_SAVE)
    named = [candidate for candidate in candidates if name in ("", candidate.name)]
    if not named:
        raise ImageError(f"no image is called {name}", f"name one of: {', '.join(sorted({c.name for c in candidates}))}")
    wanted = platform or f"linux/{_HOST_ARCHES.get(host.machine(), '')}"
    fitting = [candidate for candidate in named if _same_platform(candidate.platform, wanted)]
    if platform and not fitting:
        there = ", ".join(sorted({candidate.platform for candidate in named}))
        raise ImageError(f"the image has no {platform}", f"name one of its platforms: {there}")
    return (fitting or named)[0]


def _same_platform(found: str, wanted: str) -> bool:
    """Whether os/arch is what was asked for; a variant (linux/arm/v7) is not compared."""
    return found.split("/")[:2] == wanted.split("/")[:2]


def _config(document: Any) -> Config:
    inner = document.get("config") or {}
    pairs = (str(pair).partition("=") for pair in inner.get("Env") or [])
    return Config(
        entrypoint=tuple(str(word) for word in inner.get("Entrypoint") or []),
        cmd=tuple(str(word) for word in inner.get("Cmd") or []),
        user=str(inner.get("User") or ""),
        env={key: value for key, _, value in pairs},
        workdir=str(inner.get("WorkingDir") or "/"),
        os=str(document.get("os") or ""),
        arch=str(document.get("architecture") or ""),
    )
