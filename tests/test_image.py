"""Whole images: archives of every age and compression, layers with whiteouts, and what will fail when they start."""

from __future__ import annotations

import gzip
import hashlib
import importlib
import io
import json
import os
import struct
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from elf_maker import GLIBC_LOADER, inline_build_info, make_elf
from hypothesis import given
from hypothesis import strategies as st

from troubleshooter.evidence import elf
from troubleshooter.evidence.image import FACTS, Entry, Image, ImageError, Layer, Tree, image_facts, inspect_image, looks_like_image
from troubleshooter.evidence.image.sparse import read_sparse

# --- making images -------------------------------------------------------------------------------------------------

MUSL_LOADER = "/lib/ld-musl-x86_64.so.1"
STATIC = make_elf(data=inline_build_info())
LOADER = make_elf(type_=elf.ET_DYN, tags=((elf.DT_SONAME, "ld-linux-x86-64.so.2"),))
LIBC = make_elf("", (GLIBC_LOADER[7:],), type_=elf.ET_DYN, tags=((elf.DT_SONAME, "libc.so.6"),), defines=("GLIBC_2.2.5", "GLIBC_2.31"))
LIBRARY = make_elf("", ("libc.so.6",), type_=elf.ET_DYN, tags=((elf.DT_SONAME, "libx.so.1"),))
MUSL = make_elf(type_=elf.ET_DYN, tags=((elf.DT_SONAME, "libc.musl-x86_64.so.1"),))
DYNAMIC = make_elf(GLIBC_LOADER, ("libc.so.6",), glibc=("GLIBC_2.2.5", "GLIBC_2.31"))

File = bytes | str | tarfile.TarInfo | tuple[int, bytes]
"""Content; a link's target; a made TarInfo; or a mode with content."""


def tar(files: Mapping[str, File]) -> bytes:
    """A tar of files (0755), directories (names ending in /) and symbolic links (string contents)."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            info = content if isinstance(content, tarfile.TarInfo) else tarfile.TarInfo(name.rstrip("/"))
            data = b""
            if isinstance(content, str):
                info.type, info.linkname = tarfile.SYMTYPE, content
            elif isinstance(content, (bytes, tuple)):
                info.mode, data = content if isinstance(content, tuple) else (0o755, content)
                info.size = len(data)
                if name.endswith("/"):
                    info.type = tarfile.DIRTYPE
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def hard_link(name: str, target: str) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = tarfile.LNKTYPE, target
    return info


def configuration(arch: str = "amd64", **config: Any) -> bytes:
    return json.dumps({"os": "linux", "architecture": arch, "config": config}).encode()


def docker_save(layers: Iterable[bytes], config: bytes, name: str = "app:latest") -> bytes:
    """What docker save wrote before Docker 25: manifest.json last, layers as directories."""
    files: dict[str, File] = {f"{number}/layer.tar": layer for number, layer in enumerate(layers)}
    manifest = [{"Config": "c.json", "RepoTags": [name], "Layers": list(files)}]
    return tar({**files, "c.json": config, "manifest.json": json.dumps(manifest).encode()})


def oci_files(images: Iterable[tuple[str, Iterable[bytes], bytes]]) -> dict[str, bytes]:
    """An OCI layout: (platform, layers, configuration) of each image."""
    files: dict[str, bytes] = {"oci-layout": b'{"imageLayoutVersion": "1.0.0"}'}

    def blob(data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        files[f"blobs/sha256/{digest}"] = data
        return f"sha256:{digest}"

    manifests = []
    for platform, layers, config in images:
        manifest = {"config": {"digest": blob(config)}, "layers": [{"digest": blob(layer)} for layer in layers]}
        digest = blob(json.dumps(manifest).encode())
        system, arch = platform.split("/")
        manifests.append({"digest": digest, "platform": {"os": system, "architecture": arch}})
    index = blob(json.dumps({"manifests": manifests}).encode())
    note = {"org.opencontainers.image.ref.name": "latest"}
    files["index.json"] = json.dumps({"manifests": [{"digest": index, "annotations": note}]}).encode()
    return files


class Pipe(io.RawIOBase):
    """A stream as a pipe gives it: no seeking, and short reads."""

    def __init__(self, data: bytes) -> None:
        self._inner = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        return self._inner.read(min(size, 1000) if size >= 0 else -1)


def image(*layers: Mapping[str, File], arch: str = "amd64", **config: Any) -> Image:
    return inspect_image(io.BytesIO(docker_save([tar(layer) for layer in layers], configuration(arch, **config))))


def known(*layers: Mapping[str, File], **config: Any) -> dict[str, str]:
    """The facts of an image; several values of one name are joined by a space."""
    found: dict[str, str] = {}
    for fact in image_facts(image(*layers, **config)):
        assert fact.name in FACTS or fact.name.startswith(("binary.", "build.", "entry.", "link", "go.", "cgo")), fact
        found[fact.name] = f"{found[fact.name]} {fact.value}" if fact.name in found else fact.value
    return found


# --- archives ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrapped", [lambda data: data, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("compress", [lambda data: data, gzip.compress, lambda data: gzip.compress(data[:700]) + gzip.compress(data[700:])])
@pytest.mark.parametrize("layout", ["docker", "oci"])
def test_archives_are_read_from_a_pipe(layout: str, compress: Callable[[bytes], bytes], wrapped: Callable[[bytes], bytes]) -> None:
    layers = [compress(tar({"app": b"old"})), compress(tar({"app": STATIC}))]
    config = configuration(Entrypoint=["/app"], User="65532:65532")
    files = oci_files([("linux/amd64", layers, config)])
    data = docker_save(layers, config) if layout == "docker" else tar(files)
    found = inspect_image(Pipe(wrapped(data)))  # type: ignore[arg-type]
    entry = found.files.get("/app")
    assert entry and entry.binary and entry.binary.build and entry.binary.build.go == "1.24.3"
    assert (found.config.user, found.platforms) == ("65532:65532", ("linux/amd64",))


def test_an_oci_layout_directory_is_read(tmp_path: Path) -> None:
    for name, data in oci_files([("linux/amd64", [tar({"app": STATIC})], configuration(Cmd=["/app"]))]).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    found = inspect_image(tmp_path)
    assert found.config.command == ("/app",) and found.files.get("/app")


def test_a_directory_does_not_lead_out_of_itself(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"{}")
    layout = tmp_path / "layout"
    layout.mkdir()
    (layout / "index.json").symlink_to(tmp_path / "secret")
    with pytest.raises(ImageError, match=r"index\.json is not in"):
        inspect_image(layout)


def test_several_platforms() -> None:
    images = [(f"linux/{arch}", [tar({"app": STATIC, arch: b""})], configuration(arch)) for arch in ("s390x", "arm64", "amd64")]
    archive = tar(oci_files(images))
    found = inspect_image(io.BytesIO(archive), platform="linux/arm64/v8")
    assert found.config.arch == "arm64" and found.files.get("/arm64") and not found.files.get("/amd64")
    assert found.platforms == ("linux/s390x", "linux/arm64", "linux/amd64")
    with pytest.raises(ImageError, match="name one of its platforms: linux/amd64, linux/arm64, linux/s390x"):
        inspect_image(io.BytesIO(archive), platform="windows/amd64")


def test_a_name_is_chosen_among_several() -> None:
    manifest = [{"Config": f"{n}.json", "RepoTags": [f"{n}:1"], "Layers": [f"{n}.tar"]} for n in "ab"]
    files: dict[str, File] = {f"{n}.json": configuration(Cmd=[n]) for n in "ab"}
    files |= {f"{n}.tar": tar({n: STATIC}) for n in "ab"} | {"manifest.json": json.dumps(manifest).encode()}
    assert inspect_image(io.BytesIO(tar(files)), name="b:1").config.command == ("b",)
    with pytest.raises(ImageError, match="name one of: a:1, b:1"):
        inspect_image(io.BytesIO(tar(files)), name="c:1")


def test_attestations_are_no_images() -> None:
    files = oci_files([("linux/amd64", [tar({"app": STATIC})], configuration(Cmd=["/app"]))])
    index = json.loads(files["index.json"])
    note = {"vnd.docker.reference.type": "attestation-manifest"}
    index["manifests"].insert(0, {"digest": index["manifests"][0]["digest"], "annotations": note})
    index["manifests"].insert(0, {"digest": "sha256:" + "0" * 64})
    files["index.json"] = json.dumps(index).encode()
    assert inspect_image(io.BytesIO(tar(files))).platforms == ("linux/amd64",)


def test_a_layer_that_occurs_twice_may_be_a_link() -> None:
    files: dict[str, File] = {
        "a/layer.tar": tar({"app": STATIC}),
        "b/layer.tar": "../a/layer.tar",
        "c.json": configuration(),
        "manifest.json": json.dumps([{"Config": "c.json", "Layers": ["a/layer.tar", "b/layer.tar"]}]).encode(),
    }
    assert inspect_image(io.BytesIO(tar(files))).files.get("/app")


def zstd(data: bytes) -> bytes:
    for module, compress in (("compression.zstd", "compress"), ("zstandard", "compress")):
        try:
            return bytes(getattr(importlib.import_module(module), compress)(data))
        except ImportError:
            continue
    pytest.skip("neither Python 3.14 nor zstandard: reading zstd is not tested")


def test_zstd_layers() -> None:
    layer = zstd(tar({"app": STATIC}))
    assert inspect_image(io.BytesIO(docker_save([layer], configuration()))).files.get("/app")
    with pytest.raises(ImageError, match="damaged"):
        inspect_image(io.BytesIO(docker_save([layer[:20] + b"\xff" * 40 + layer[60:]], configuration())))


def test_zstd_without_a_library_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    monkeypatch.setitem(sys.modules, "compression.zstd", None)
    layer = b"\x28\xb5\x2f\xfd" + b"\0" * 600
    with pytest.raises(ImageError, match=r"troubleshooter\[zstd\]"):
        inspect_image(io.BytesIO(docker_save([layer], configuration())))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "neither a docker save archive|truncated"),
        (b"hello" * 1000, "truncated or damaged"),
        (tar({"a": b"b"}), "neither a docker save archive"),
        (docker_save([tar({"app": STATIC})], configuration())[:5000], "truncated|not in the archive"),
        (tar({"manifest.json": b'[{"Config": "c", "Layers": []}]'}), "c is not in the archive"),
        (tar({"manifest.json": b'[{"Config": "c", "Layers": ["x"]}]', "c": b"{}"}), "layer x is not in the archive"),
        (tar({"manifest.json": b"[{}]"}), "lacks what it must have"),
        (tar({"manifest.json": b"[[["}), "is no JSON"),
        (tar({"index.json": b'{"manifests": [{"digest": "sha256:../../x"}]}'}), "is no digest"),
        (docker_save([gzip.compress(tar({"app": STATIC}))[:-30]], configuration()), "truncated or damaged"),
    ],
)
def test_what_is_no_image_says_so(data: bytes, says: str) -> None:
    with pytest.raises(ImageError, match=says) as raised:
        inspect_image(io.BytesIO(data))
    assert raised.value.cure


@given(st.binary(max_size=3000))
def test_any_bytes_are_an_image_or_a_typed_error(data: bytes) -> None:
    with pytest.raises(ImageError):
        inspect_image(io.BytesIO(data))


@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=20))
def test_damaged_images_never_crash(at: int, garbage: bytes) -> None:
    data = bytearray(docker_save([gzip.compress(tar({"app": DYNAMIC, "lib64/": b""}))], configuration(Cmd=["/app"])))
    at %= len(data)
    data[at : at + len(garbage)] = garbage
    try:
        image_facts(inspect_image(io.BytesIO(bytes(data))))
    except ImageError as error:
        assert error.says and error.cure


def test_a_layer_larger_than_it_says_is_refused() -> None:
    """A pax record of many megabytes would have to be kept in memory by the tar reader."""
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, 100 << 20
    bomb = gzip.compress(info.tobuf(format=tarfile.USTAR_FORMAT) + b"\0" * (60 << 20), compresslevel=1)
    with pytest.raises(ImageError, match="larger than it says"):
        inspect_image(io.BytesIO(docker_save([bomb], configuration())))


def test_archives_are_told_from_programs() -> None:
    assert looks_like_image(tar({"a": b""})[:512]) and looks_like_image(gzip.compress(b""))
    assert not looks_like_image(STATIC[:512])


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is measured by /proc: not tested here")
def test_memory_stays_small_for_a_large_image(tmp_path: Path) -> None:
    """Two large files, one of them a program that is mostly code and debug information."""
    size = 80 << 20
    path = tmp_path / "large.tar"
    layers = []
    with tarfile.open(path, "w") as archive:
        for name, head in (("data.bin", b""), ("app", make_elf(GLIBC_LOADER, ("libc.so.6",)))):
            info = tarfile.TarInfo(name)
            info.size, info.mode = size, 0o755
            layer = tmp_path / "layer.tar"
            layer.write_bytes(info.tobuf() + head)
            os.truncate(layer, size + 2048)
            archive.add(layer, f"{name}/layer.tar")
            layers.append(f"{name}/layer.tar")
        manifest = json.dumps([{"Config": "c.json", "Layers": layers}]).encode()
        for name, data in (("c.json", configuration(Cmd=["/app"])), ("manifest.json", manifest)):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    script = (
        "import re, sys\n"
        "from troubleshooter.evidence.image import image_facts, inspect_image\n"
        "facts = {f.name: f.value for f in image_facts(inspect_image(sys.stdin.buffer))}\n"
        "peak = re.search('VmHWM:\\\\s+(\\\\d+)', open('/proc/self/status').read())\n"
        "print(facts['binary.needs'], int(peak[1]) // 1024)\n"
    )
    environ = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with path.open("rb") as stream:
        done = subprocess.run([sys.executable, "-c", script], stdin=stream, capture_output=True, text=True, check=True, env=environ)
    needs, megabytes = done.stdout.split()
    assert needs == "libc.so.6" and int(megabytes) < 60


# --- layers --------------------------------------------------------------------------------------------------------


def tree(*layers: Mapping[str, File]) -> Tree:
    return image(*layers).files


def test_whiteouts_take_away_what_lower_layers_have() -> None:
    files = tree(
        {"a/x": b"1", "a/y": b"1", "b/x": b"1", "b/deep/z": b"1", "c/x": b"1"},
        {"a/.wh.x": b"", "b/.wh..wh..opq": b"", "b/new": b"2", ".wh.c": b"", "c": b"now a file", ".wh..wh.aufs": b""},
    )
    assert sorted(path for path, entry in files.walk() if entry.type == "file") == ["/a/y", "/b/new", "/c"]


def test_an_opaque_directory_keeps_what_its_own_layer_puts_there_before_the_mark() -> None:
    files = tree({"b/x": b"1"}, {"b/new": b"2", "b/.wh..wh..opq": b""})
    assert list(files.children("/b")) == ["new"]


def test_later_layers_replace() -> None:
    files = tree({"x": b"file", "d/": b"", "d/keep": b"1", "l": "d"}, {"x/": b"", "x/in": b"2", "d/": b"", "l/via": b"3"})
    assert files.get("/x/in") and files.get("/d/keep") and files.get("/d/via")
    assert tree({"lib": "usr/lib", "usr/lib/a": b""}, {"lib/": b"", "lib/b": b""}).get("/lib/a") is None


def test_links_stay_inside_the_image() -> None:
    files = tree(
        {
            "usr/lib/libx.so.1.2": LIBRARY,
            "usr/lib/libx.so.1": "libx.so.1.2",
            "lib": "usr/lib",
            "abs": "/usr/lib",
            "up": "../../../../usr/lib/libx.so.1",
            "loop": "loop2",
            "loop2": "/loop",
            "hard": hard_link("hard", "usr/lib/libx.so.1.2"),
            "dangling": "nowhere/else",
        }
    )
    for path in ("/lib/libx.so.1", "/abs/libx.so.1", "/up", "/./lib/../lib/libx.so.1"):
        assert files.resolve(path)[0] == "/usr/lib/libx.so.1.2"
    hard = files.get("/hard")
    assert hard and hard.type == "file" and hard.binary
    assert files.get("/loop") is None and files.get("/usr/lib/libx.so.1/x") is None
    assert files.resolve("/dangling") == ("/nowhere/else", None)


PARTS = st.sampled_from(["a", "b", "..", ".", "", "c"])
PATHS = st.lists(PARTS, max_size=4).map("/".join)
ENTRIES = st.one_of(
    st.just(Entry("file")),
    st.just(Entry("dir")),
    PATHS.map(lambda p: Entry("link", target=p)),
    PATHS.map(lambda p: Entry("hardlink", target=p)),
)
NAMES = st.lists(st.sampled_from(["a", "b", "c"]), max_size=4).map("/".join)


@given(
    st.lists(st.builds(Layer, st.lists(st.tuples(NAMES, ENTRIES)).map(tuple), st.lists(NAMES).map(tuple), st.lists(NAMES).map(tuple))),
    PATHS,
)
def test_any_layers_make_a_tree(layers: list[Layer], path: str) -> None:
    files = Tree()
    for layer in layers:
        files.apply(layer)
    assert all(entry.type != "hardlink" for _, entry in files.walk())
    resolved, entry = files.resolve(path)
    if entry is not None:
        assert entry.type != "link" and files.resolve(resolved) == (resolved, entry)


# --- what keeps of a program ---------------------------------------------------------------------------------------


@given(st.binary(max_size=300_000), st.integers(1, 100_000))
def test_a_sparse_program_of_another_format_is_whole(data: bytes, step: int) -> None:
    file = read_sparse(io.BytesIO(data), len(data))
    assert file.read(step) + file.read() == data


def test_a_sparse_elf_file_keeps_all_but_code() -> None:
    content = DYNAMIC + b"x" * (5 << 20)
    file = read_sparse(io.BytesIO(content), len(content))
    data = file.read()
    assert len(data) == len(content) and data[: len(DYNAMIC)] == DYNAMIC
    assert data[2 << 20 : 3 << 20] == b"\0" * (1 << 20) and data.endswith(b"x" * 100)


# --- verdicts ------------------------------------------------------------------------------------------------------

DEBIAN: dict[str, File] = {
    "etc/os-release": b'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12"\n',
    "etc/passwd": b"root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n",
    "etc/group": b"root:x:0:\nnogroup:x:65534:\nlogs:x:7:nobody\n",
    "lib": "usr/lib",
    "lib64": "usr/lib64",
    "bin": "usr/bin",
    "usr/bin/dash": STATIC,
    "usr/bin/sh": "dash",
    "usr/lib64/ld-linux-x86-64.so.2": "../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
    "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2": LOADER,
    "usr/lib/x86_64-linux-gnu/libc.so.6": LIBC,
    "usr/share/zoneinfo/Asia/Tokyo": b"TZif",
    "etc/ssl/certs/ca-certificates.crt": b"-----BEGIN CERTIFICATE-----",
    "tmp/": (0o1777, b""),
}
ALPINE: dict[str, File] = {
    "etc/os-release": b"ID=alpine\n",
    "etc/passwd": b"root:x:0:0:root:/root:/bin/ash\n",
    "lib/ld-musl-x86_64.so.1": MUSL,
    "lib/libc.musl-x86_64.so.1": "ld-musl-x86_64.so.1",
    "bin/busybox": make_elf(MUSL_LOADER, ("libc.musl-x86_64.so.1",)),
    "bin/sh": "/bin/busybox",
    "tmp/": (0o1777, b""),
}


def test_a_static_program_in_scratch() -> None:
    facts = known({"app": STATIC}, Entrypoint=["/app"], Cmd=["serve"])
    assert (
        facts
        | {
            "entry.command": "/app serve",
            "entry.form": "exec",
            "entry.kind": "program",
            "entry.executable": "yes",
            "entry.arch-matches": "yes",
            "link": "static",
            "go.version": "1.24.3",
            "user": "root",
            "final.libc": "none",
            "final.family": "scratch",
            "final.shell": "no",
            "final.ca": "no",
            "final.tzdata": "no",
            "final.tmp": "no",
            "final.passwd": "no",
        }
        == facts
    )
    assert "image.loader" not in facts


def test_a_dynamic_program_in_scratch() -> None:
    facts = known({"app": DYNAMIC}, Cmd=["/app"])
    assert (facts["image.loader"], facts["binary.interpreter"], facts["final.libc"]) == ("no", GLIBC_LOADER, "none")


def test_a_dynamic_program_on_debian() -> None:
    facts = known(DEBIAN, {"usr/local/bin/app": DYNAMIC}, Cmd=["app"], User="nobody")
    assert (
        facts
        | {
            "entry.path": "/usr/local/bin/app",
            "entry.lookup": "search",
            "image.loader": "yes",
            "image.loader-libc": "glibc",
            "final.glibc": "2.31",
            "final.libc": "glibc",
            "final.family": "debian",
            "final.shell": "yes",
            "final.ca": "yes",
            "final.tzdata": "yes",
            "final.passwd": "yes",
            "final.tmp": "yes",
            "final.tmp-writable": "yes",
            "user": "nobody",
        }
        == facts
    )
    assert not [name for name in facts if name.startswith("missing.")]


def test_a_glibc_that_is_too_old() -> None:
    program = make_elf(GLIBC_LOADER, ("libc.so.6",), glibc=("GLIBC_2.31", "GLIBC_2.32", "GLIBC_2.34"))
    facts = known(DEBIAN, {"app": program}, Cmd=["/app"])
    assert facts["missing.versions"] == "libc.so.6 GLIBC_2.32 libc.so.6 GLIBC_2.34"
    assert (facts["missing.glibc"], facts["final.glibc"]) == ("2.34", "2.31")


def test_glibc_program_on_alpine_and_the_reverse() -> None:
    facts = known(ALPINE, {"app": DYNAMIC}, Cmd=["/app"])
    assert (facts["image.loader"], facts["binary.libc"], facts["final.libc"]) == ("no", "glibc", "musl")
    facts = known(DEBIAN, {"app": make_elf(MUSL_LOADER, ("libc.musl-x86_64.so.1",))}, Cmd=["/app"])
    assert (facts["image.loader"], facts["binary.libc"], facts["final.libc"]) == ("no", "musl", "glibc")
    facts = known(ALPINE, {"app": make_elf(MUSL_LOADER, ("libc.musl-x86_64.so.1",))}, Cmd=["/app"])
    assert facts["image.loader"] == "yes" and "missing.libs" not in facts


def test_a_compatibility_link_hands_over_to_musl() -> None:
    program = make_elf(GLIBC_LOADER, ("libc.so.6", "libpthread.so.0", "libresolv.so.2"))
    facts = known(ALPINE, {"lib64/ld-linux-x86-64.so.2": MUSL_LOADER, "app": program}, Cmd=["/app"])
    assert (facts["image.loader"], facts["image.loader-libc"], facts["missing.libs"]) == ("yes", "musl", "libresolv.so.2")


NEEDING = make_elf(GLIBC_LOADER, ("libx.so.1", "libc.so.6"))
MULTIARCH = "usr/lib/x86_64-linux-gnu/"


def cache(*libraries: tuple[str, str]) -> bytes:
    """An /etc/ld.so.cache as ldconfig writes it."""
    strings, entries = b"", b""
    start = 48 + 24 * len(libraries)
    for name, path in libraries:
        key = start + len(strings)
        strings += name.encode() + b"\0" + path.encode() + b"\0"
        entries += struct.pack("=iIIIQ", 0x301, key, key + len(name) + 1, 0, 0)
    return b"glibc-ld.so.cache1.1" + struct.pack("=II", len(libraries), len(strings)) + b"\0" * 20 + entries + strings


@pytest.mark.parametrize(
    ("files", "config", "missing"),
    [
        ({MULTIARCH + "libx.so.1": LIBRARY}, {}, ""),
        ({MULTIARCH + "libx.so.1": "libx.so.1.2", MULTIARCH + "libx.so.1.2": LIBRARY}, {}, ""),
        ({}, {}, "libx.so.1"),
        ({"usr/local/lib/libx.so.1": LIBRARY, "etc/ld.so.conf": b"/usr/local/lib\n"}, {}, "libx.so.1"),
        ({"usr/local/lib/libx.so.1": LIBRARY, "etc/ld.so.cache": cache(("libx.so.1", "/usr/local/lib/libx.so.1"))}, {}, ""),
        ({"etc/ld.so.cache": cache(("libx.so.1", "/gone/libx.so.1"))}, {}, "libx.so.1"),
        ({"opt/libx.so.1": LIBRARY}, {"Env": ["LD_LIBRARY_PATH=/nowhere:/opt"]}, ""),
        ({MULTIARCH + "libx.so.1": make_elf(type_=elf.ET_DYN, machine=183)}, {}, "libx.so.1"),
        ({MULTIARCH + "libx.so.1": "gone"}, {}, "libx.so.1"),
        ({MULTIARCH + "libx.so.1": make_elf("", ("liby.so.2",), type_=elf.ET_DYN)}, {}, "liby.so.2"),
    ],
)
def test_libraries_are_looked_for_where_glibc_looks(files: dict[str, File], config: dict[str, Any], missing: str) -> None:
    assert known(DEBIAN, {"app": NEEDING, **files}, Cmd=["/app"], **config).get("missing.libs", "") == missing


@pytest.mark.parametrize(
    ("tag", "libx", "liby", "missing"),
    [
        (elf.DT_RUNPATH, "opt/lib/libx.so.1", MULTIARCH + "liby.so.2", ""),
        (elf.DT_RUNPATH, "opt/lib/libx.so.1", "opt/lib/liby.so.2", "liby.so.2"),
        (elf.DT_RPATH, "opt/lib/libx.so.1", "opt/lib/liby.so.2", ""),
    ],
)
def test_a_runpath_is_for_own_needs_and_an_rpath_for_all(tag: int, libx: str, liby: str, missing: str) -> None:
    program = make_elf(GLIBC_LOADER, ("libx.so.1",), tags=((tag, "$ORIGIN/../lib"),))
    files: dict[str, File] = {"opt/bin/app": program, libx: make_elf("", ("liby.so.2",), type_=elf.ET_DYN), liby: LIBRARY}
    assert known(DEBIAN, files, Cmd=["/opt/bin/app"]).get("missing.libs", "") == missing


@pytest.mark.parametrize(
    ("files", "missing"),
    [
        ({"usr/local/lib/libx.so.1": MUSL}, ""),
        ({"opt/libx.so.1": MUSL}, "libx.so.1"),
        ({"opt/libx.so.1": MUSL, "etc/ld-musl-x86_64.path": b"/lib:/usr/lib\n/opt\n"}, ""),
        ({"usr/local/lib/libx.so.1": MUSL, "etc/ld-musl-x86_64.path": b"/lib"}, "libx.so.1"),
    ],
)
def test_libraries_are_looked_for_where_musl_looks(files: dict[str, File], missing: str) -> None:
    program = make_elf(MUSL_LOADER, ("libx.so.1", "libc.musl-x86_64.so.1"))
    assert known(ALPINE, {"app": program, **files}, Cmd=["/app"]).get("missing.libs", "") == missing


def test_a_missing_library_that_lies_elsewhere_is_pointed_out() -> None:
    facts = known(DEBIAN, {"app": NEEDING, "usr/local/lib/libx.so.1": LIBRARY, "usr/lib/libx.so.1": "gone"}, Cmd=["/app"])
    assert (facts["missing.lib-elsewhere"], facts["missing.lib-broken-link"]) == ("/usr/local/lib/libx.so.1", "/usr/lib/libx.so.1")


@pytest.mark.parametrize(
    ("files", "command", "kind"),
    [
        ({}, "/app", "missing"),
        ({"app/": b""}, "/app", "directory"),
        ({"app": "gone"}, "/app", "missing"),
        ({"app": b"!<arch>\n"}, "/app", "archive"),
        ({"app": b""}, "/app", "empty"),
        ({"app": b"echo hi\n"}, "/app", "text"),
        ({"app": b"#!/bin/sh\n"}, "/app", "script"),
        ({"app": b"\0\1\2"}, "/app", "data"),
        ({"srv/app": STATIC}, "./app", "program"),
        ({"srv/app": STATIC}, "app", "missing"),
        ({"usr/bin/app": (0o644, STATIC)}, "app", "missing"),
    ],
)
def test_what_the_entry_point_is(files: dict[str, File], command: str, kind: str) -> None:
    assert known(files, Cmd=[command], WorkingDir="/srv")["entry.kind"] == kind


def test_a_missing_entry_point_is_found_elsewhere() -> None:
    assert known({"go/bin/app": STATIC, "src/app/": b""}, Cmd=["/app"])["entry.elsewhere"] == "/go/bin/app"


def test_nothing_to_start() -> None:
    facts = known({"app": STATIC})
    assert facts["entry.command"] == "none" and "entry.kind" not in facts


@pytest.mark.parametrize(
    ("command", "path"),
    [
        (["/bin/sh", "-c", "/app serve"], "/app"),
        (["/bin/sh", "-c", "exec /app"], "/app"),
        (["/bin/sh", "-c", "cd /x && /app"], "/usr/bin/dash"),
        (["/bin/sh", "-c", "$APP"], "/usr/bin/dash"),
        (["/bin/sh", "-c", "'"], "/usr/bin/dash"),
        (["/sbin/tini", "-g", "--", "/app", "serve"], "/app"),
        (["/sbin/tini", "/app"], "/app"),
        (["/sbin/tini"], "/sbin/tini"),
    ],
)
def test_the_program_behind_a_shell_or_an_init(command: list[str], path: str) -> None:
    assert known(DEBIAN, {"app": STATIC, "sbin/tini": STATIC}, Entrypoint=command)["entry.path"] == path


def test_shell_form_without_a_shell() -> None:
    facts = known({"app": STATIC}, Cmd=["/bin/sh", "-c", "/app"])
    assert (facts["entry.form"], facts["entry.kind"], facts["entry.path"]) == ("shell", "missing", "/bin/sh")


@pytest.mark.parametrize(
    ("script", "present", "newlines"),
    [
        (b"#!/bin/sh\nexec /app\n", "yes", "lf"),
        (b"#!/bin/sh\r\nexec /app\r\n", "no", "crlf"),
        (b"#!/bin/bash\n", "no", "lf"),
        (b"#!/usr/bin/env sh\n", "yes", "lf"),
        (b"#!/usr/bin/env bash\n", "no", "lf"),
    ],
)
def test_scripts_and_their_interpreters(script: bytes, present: str, newlines: str) -> None:
    facts = known(DEBIAN, {"entry.sh": script, "usr/bin/env": STATIC}, Entrypoint=["/entry.sh"])
    assert (facts["entry.interpreter-present"], facts["entry.newlines"], facts["entry.executable"]) == (present, newlines, "yes")


@pytest.mark.parametrize(
    ("user", "mode", "folder", "executable"),
    [
        ("", 0o644, 0o755, "no"),
        ("", 0o700, 0o700, "yes"),
        ("nobody", 0o755, 0o755, "yes"),
        ("nobody", 0o700, 0o755, "no"),
        ("nobody", 0o755, 0o700, "no"),
        ("65534", 0o744, 0o755, "no"),
    ],
)
def test_the_execute_bit_for_the_user(user: str, mode: int, folder: int, executable: str) -> None:
    files: dict[str, File] = {"srv/": (folder, b""), "srv/app": (mode, STATIC)}
    assert known(DEBIAN, files, Cmd=["/srv/app"], User=user)["entry.executable"] == executable


@pytest.mark.parametrize(
    ("user", "name", "passwd", "group"),
    [
        ("", "root", "yes", None),
        ("0:0", "root", "yes", None),
        ("nobody:nogroup", "nobody", "yes", "yes"),
        ("appuser:app", "appuser", "no", "no"),
        ("65534", "65534", "yes", None),
        ("1000:1000", "1000", "no", None),
    ],
)
def test_the_user(user: str, name: str, passwd: str, group: str | None) -> None:
    facts = known(DEBIAN, {"app": STATIC}, Cmd=["/app"], User=user)
    assert (facts["user"], facts["final.passwd"], facts.get("final.group")) == (name, passwd, group)


@pytest.mark.parametrize(
    ("user", "mode", "writable"),
    [("nobody", 0o1777, "yes"), ("nobody", 0o755, "no"), ("", 0o755, "yes"), ("1000", 0o1700, "no")],
)
def test_the_temporary_directory(user: str, mode: int, writable: str) -> None:
    assert known({"app": STATIC, "tmp/": (mode, b"")}, Cmd=["/app"], User=user)["final.tmp-writable"] == writable


@pytest.mark.parametrize(
    ("files", "env", "found"),
    [
        ({"etc/ssl/cert.pem": b"x"}, [], "yes"),
        ({"etc/ssl/certs/ca-certificates.crt": b""}, [], "no"),
        ({"etc/ssl/certs/mine.pem": b"x"}, [], "yes"),
        ({"etc/ssl/certs/mine.pem": "gone"}, [], "no"),
        ({"ca.pem": b"x"}, ["SSL_CERT_FILE=/ca.pem"], "yes"),
        ({"etc/ssl/cert.pem": b"x"}, ["SSL_CERT_FILE=/gone.pem"], "no"),
        ({"certs/ca.pem": b"x"}, ["SSL_CERT_DIR=/certs"], "yes"),
    ],
)
def test_certificates(files: dict[str, File], env: list[str], found: str) -> None:
    assert known({"app": STATIC, **files}, Env=env)["final.ca"] == found


@pytest.mark.parametrize(
    ("files", "env", "found"),
    [
        ({"usr/share/zoneinfo/Europe/Paris": b"TZif"}, [], "yes"),
        ({"usr/share/zoneinfo/": b""}, [], "no"),
        ({"usr/local/go/lib/time/zoneinfo.zip": b"PK"}, [], "yes"),
        ({"zones.zip": b"PK"}, ["ZONEINFO=/zones.zip"], "yes"),
    ],
)
def test_time_zones(files: dict[str, File], env: list[str], found: str) -> None:
    assert known({"app": STATIC, **files}, Env=env)["final.tzdata"] == found


def test_another_architecture() -> None:
    facts = known({"app": make_elf(machine=183)}, Cmd=["/app"], arch="amd64")
    assert (facts["binary.arch"], facts["image.arch"], facts["entry.arch-matches"]) == ("arm64", "amd64", "no")
    assert known({"app": make_elf(machine=3, bits=32)}, Cmd=["/app"])["entry.arch-matches"] == "yes"


def test_a_damaged_program_says_so() -> None:
    facts = known({"app": DYNAMIC[:-10]}, Cmd=["/app"])
    assert facts["entry.kind"] == "program" and "truncated" in facts["entry.damaged"] and "link" not in facts
