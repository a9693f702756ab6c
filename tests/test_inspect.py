"""``troubleshooter inspect``: a program or a whole image, and the verdict by the same rules as everywhere."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from elf_maker import GLIBC_LOADER, make_elf
from hypothesis import given
from hypothesis import strategies as st
from test_image import DYNAMIC, LIBC, LOADER, MUSL, MUSL_LOADER, STATIC, configuration, docker_save, tar

from tests.conftest import Run
from troubleshooter.case import case_from
from troubleshooter.diagnosis import diagnose
from troubleshooter.errors import InputError
from troubleshooter.evidence import artifact
from troubleshooter.evidence.gather import Gathered, parse_fact
from troubleshooter.kb.knowledge import Knowledge

PASSWD = (0o644, b"root:x:0:0:root:/root:/bin/sh\nnonroot:x:65532:65532::/home/nonroot:/sbin/nologin\n")
GLIBC: dict[str, Any] = {GLIBC_LOADER[1:]: LOADER, "lib/x86_64-linux-gnu/libc.so.6": LIBC, "etc/passwd": PASSWD}


def verdict(knowledge: Knowledge, path: Path, *facts: str) -> list[tuple[str, float]]:
    answered = tuple(parse_fact(text, knowledge) for text in facts)
    case = case_from(artifact.over(Gathered(facts=answered), artifact.read(str(path))), knowledge)
    return [(c.id, c.certainty) for c in diagnose(case, knowledge).causes]


def image(folder: Path, files: dict[str, Any], arch: str = "amd64", **config: Any) -> Path:
    path = folder / "image.tar"
    path.write_bytes(docker_save([tar(files)], configuration(arch, **config)))
    return path


PROGRAMS = [
    (DYNAMIC, "scratch", "exec-loader-missing-scratch"),
    (DYNAMIC, "gcr.io/distroless/static-debian12", "exec-loader-missing-scratch"),
    (DYNAMIC, "alpine:3.22", "exec-glibc-binary-on-musl"),
    (DYNAMIC, "debian:bookworm-slim", ""),
    (make_elf(MUSL_LOADER, ("libc.musl-x86_64.so.1",)), "debian:bookworm-slim", "exec-musl-binary-on-glibc"),
    (make_elf(GLIBC_LOADER, ("libc.so.6",), glibc=("GLIBC_2.38",)), "debian:bookworm-slim", "glibc-too-old"),
    (
        make_elf(GLIBC_LOADER, ("libc.so.6", "libstdc++.so.6"), glibc=("GLIBC_2.17",)),
        "gcr.io/distroless/base-debian12",
        "shared-library-missing",
    ),
    (STATIC, "scratch", ""),
    (b"!<arch>\n", "scratch", "exec-not-a-program"),
    (b"", "scratch", "exec-not-a-program"),
]


@pytest.mark.parametrize(("program", "final", "cause"), PROGRAMS)
def test_a_program_in_an_image(program: bytes, final: str, cause: str, knowledge: Knowledge, tmp_path: Path) -> None:
    (tmp_path / "app").write_bytes(program)
    found = verdict(knowledge, tmp_path / "app", f"final.image={final}")
    assert [c for c, _ in found[:1]] == ([cause] if cause else [])
    assert not found or found[0][1] >= 0.85


IMAGES: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"app": STATIC}, {"Entrypoint": ["/app"]}, ""),
    ({"app": DYNAMIC}, {"Entrypoint": ["/app"]}, "exec-loader-missing-scratch"),
    ({"app": DYNAMIC, **GLIBC}, {"Entrypoint": ["/app"]}, ""),
    ({"app": DYNAMIC, MUSL_LOADER[1:]: MUSL, "etc/os-release": b"ID=alpine\n"}, {"Entrypoint": ["/app"]}, "exec-glibc-binary-on-musl"),
    (
        {"app": make_elf(GLIBC_LOADER, ("libz.so.1", "libc.so.6"), glibc=("GLIBC_2.2.5",)), **GLIBC},
        {"Entrypoint": ["/app"]},
        "shared-library-missing",
    ),
    ({"app": make_elf(GLIBC_LOADER, ("libc.so.6",), glibc=("GLIBC_2.38",)), **GLIBC}, {"Entrypoint": ["/app"]}, "glibc-too-old"),
    ({"bin/app": STATIC}, {"Entrypoint": ["/app"]}, "entrypoint-file-missing"),
    ({"opt/app": STATIC}, {"Cmd": ["app"]}, "entrypoint-not-in-path"),
    ({"app": (0o644, STATIC)}, {"Entrypoint": ["/app"]}, "exec-permission-denied"),
    ({"app/": b"", "app/x": STATIC}, {"Entrypoint": ["/app"]}, "exec-permission-denied"),
    ({"app": STATIC}, {"Entrypoint": ["/app"], "User": "alice"}, "passwd-user-missing"),
    ({"app": STATIC}, {"Entrypoint": ["/app"], "User": "1000"}, ""),
    ({"run.sh": b"#!/bin/bash\n", **GLIBC}, {"Entrypoint": ["/run.sh"]}, "script-interpreter-missing"),
    ({"run.sh": b"#!/bin/sh\r\nexec /app\r\n", "bin/sh": STATIC}, {"Entrypoint": ["/run.sh"]}, "script-crlf"),
    ({"app": STATIC}, {"Cmd": ["/bin/sh", "-c", "/app"]}, "shell-missing-in-image"),
    ({"app": b"hello\n"}, {"Entrypoint": ["/app"]}, "exec-not-a-program"),
]


@pytest.mark.parametrize(("files", "config", "cause"), IMAGES)
def test_a_whole_image(files: dict[str, Any], config: dict[str, Any], cause: str, knowledge: Knowledge, tmp_path: Path) -> None:
    found = verdict(knowledge, image(tmp_path, files, **config))
    if cause:
        assert found[0][0] == cause and found[0][1] >= 0.5
    else:
        assert [c for c, certainty in found if certainty >= 0.5] == []


def test_an_image_for_another_processor(knowledge: Knowledge, tmp_path: Path) -> None:
    found = verdict(knowledge, image(tmp_path, {"app": STATIC}, arch="arm64", Entrypoint=["/app"]))
    assert found[0][0] == "exec-wrong-architecture"


def test_an_image_and_a_program_come_through_the_pipe(run: Run, tmp_path: Path) -> None:
    archive = image(tmp_path, {"app": DYNAMIC}, Entrypoint=["/app"]).read_bytes()
    for data in (archive, gzip.compress(archive)):
        done = run("inspect", "-", "--format", "json", stdin=data)
        assert done.returncode == 1
        told = json.loads(done.stdout)
        assert told["causes"][0]["id"] == "exec-loader-missing-scratch"
        assert {"name": "image.loader", "value": "no", "source": "image:/app", "sure": True} in told["facts"]
    done = run("inspect", "-", "--final-image", "scratch", stdin=STATIC)
    assert done.returncode == 0
    assert b"it will start there" in done.stdout
    assert run("inspect", "-", stdin=STATIC).returncode == 0


def test_the_final_image_is_read_from_a_dockerfile(run: Run, tmp_path: Path) -> None:
    (tmp_path / "app").write_bytes(DYNAMIC)
    (tmp_path / "Dockerfile").write_text(
        'FROM golang:1.24 AS build\nRUN go build -o /app .\nFROM alpine:3.22\nCOPY --from=build /app /app\nCMD ["/app"]\n'
    )
    assert run("inspect", "app").returncode == 0
    done = run("inspect", "app", "--dockerfile", "Dockerfile")
    assert done.returncode == 1
    assert b"exec-glibc-binary-on-musl" in done.stdout


def test_the_table_says_what_was_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "app").write_bytes(STATIC)
    shown = run("inspect", "app").stdout.decode()
    assert "link                          static" in shown
    assert "go.version                    1.24.3" in shown
    assert "--final-image" in shown
    japanese = run("inspect", "app", "--lang", "ja").stdout.decode()
    assert "実行イメージ" in japanese


@pytest.mark.parametrize(("name", "content"), [("none", None), ("cut", STATIC[:70]), ("bad.tar", tar({"x": b"y"}))])
def test_what_cannot_be_read_ends_with_status_two(name: str, content: bytes | None, run: Run, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = run("inspect", name)
    assert done.returncode == 2
    assert done.stdout == b"" and len(done.stderr.splitlines()) == 1


def test_an_empty_pipe_is_said(run: Run) -> None:
    assert run("inspect", "-", stdin=b"").returncode == 2


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "app")
        path.write_bytes(content)
        try:
            facts = artifact.read(str(path))
        except InputError:
            return
        assert any(f.name == "binary.kind" for f in facts)
