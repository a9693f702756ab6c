"""Repositories of several services: which Dockerfile, which folder as the build context, which module."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import Run

LIB = "package lib\n\nfunc F() {}\n"
MAIN = 'package main\n\nimport "x.example/mono/lib"\n\nfunc main() { lib.F() }\n'
FINAL = 'FROM scratch\nCOPY --from=build /a /a\nENTRYPOINT ["/a"]\n'
HEAD = "FROM golang:1.24 AS build\nWORKDIR /src\n"
BUILD = "RUN CGO_ENABLED=0 go build -o /a {}\n"
ONE_MODULE = {
    ".git/HEAD": "ref: refs/heads/main\n",
    "go.mod": "module x.example/mono\n\ngo 1.22\n",
    "lib/lib.go": LIB,
    "svc/a/main.go": MAIN,
    "svc/a/Dockerfile": HEAD + "COPY go.mod ./\nCOPY lib lib\nCOPY svc/a svc/a\n" + BUILD.format("./svc/a") + FINAL,
}
WORKSPACE = {
    "go.work": "go 1.22\n\nuse (\n\t./lib\n\t./svc/a\n)\n",
    "lib/go.mod": "module x.example/mono/lib\n\ngo 1.22\n",
    "lib/lib.go": LIB,
    "svc/a/go.mod": "module x.example/mono/a\n\ngo 1.22\n",
    "svc/a/main.go": MAIN,
    "svc/a/Dockerfile": HEAD + "COPY go.work ./\nCOPY lib lib\nCOPY svc/a svc/a\n" + BUILD.format("./svc/a") + FINAL,
}
REPLACED = {
    "lib/go.mod": "module x.example/mono/lib\n\ngo 1.22\n",
    "lib/lib.go": LIB,
    "svc/a/go.mod": "module x.example/a\n\ngo 1.22\n\nrequire x.example/mono/lib v0.0.0\n\nreplace x.example/mono/lib => ../../lib\n",
    "svc/a/main.go": MAIN,
    "svc/a/Dockerfile": HEAD + "COPY lib lib\nCOPY svc/a svc/a\nWORKDIR /src/svc/a\nRUN go mod download\n" + BUILD.format(".") + FINAL,
}
Files = dict[str, str]


def put(folder: Path, files: Files) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def without(files: Files, line: str, name: str = "svc/a/Dockerfile") -> Files:
    assert line in files[name]
    return {**files, name: files[name].replace(line, "")}


def first(run: Run, *arguments: str, cwd: Path, stdin: bytes = b"") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*arguments, "--format", "json", cwd=cwd, stdin=stdin).stdout)
    return found


@pytest.mark.parametrize("files", [ONE_MODULE, WORKSPACE, REPLACED], ids=["one module", "workspace", "replace"])
@pytest.mark.parametrize("here, folder", [(".", "."), (".", "svc/a"), ("svc/a", ".")])
def test_a_service_built_from_the_repository_root_is_right(run: Run, tmp_path: Path, files: Files, here: str, folder: str) -> None:
    root = put(tmp_path / "r", {".git/HEAD": "x\n", **files})
    found = first(run, "check", folder, cwd=root / here)
    assert [c["id"] for c in found["causes"]] == []
    assert {f["value"] for f in found["facts"] if f["name"] == "final.image"} == {"scratch"}


@pytest.mark.parametrize("files", [ONE_MODULE, WORKSPACE, REPLACED], ids=["one module", "workspace", "replace"])
@pytest.mark.parametrize("here, folder", [(".", "."), (".", "svc/a"), ("svc/a", ".")])
def test_what_the_root_has_and_no_copy_brings_is_found_and_cured(run: Run, tmp_path: Path, files: Files, here: str, folder: str) -> None:
    root = put(tmp_path / "r", {".git/HEAD": "x\n", **without(files, "COPY lib lib\n")})
    assert first(run, "check", folder, cwd=root / here)["causes"][0]["id"] == "own-package-not-copied"
    done = run("fix", folder, "--apply", cwd=root / here)
    assert done.returncode == 0 and b"written" in done.stderr
    assert "COPY lib " in (root / "svc/a/Dockerfile").read_text()
    assert run("check", folder, cwd=root / here).returncode == 0


@pytest.mark.skipif(shutil.which("patch") is None, reason="patch is not installed")
@pytest.mark.parametrize("here, folder", [(".", "."), ("svc/a", ".")])
def test_the_diff_applies_where_it_was_asked_for(run: Run, tmp_path: Path, here: str, folder: str) -> None:
    root = put(tmp_path / "r", without(ONE_MODULE, "COPY lib lib\n"))
    diff = run("fix", folder, cwd=root / here).stdout
    subprocess.run(["patch", "-p1"], input=diff, cwd=root / here, check=True, capture_output=True)
    assert "COPY lib ./lib" in (root / "svc/a/Dockerfile").read_text()


def test_a_replaced_folder_outside_the_context_is_said(run: Run, tmp_path: Path) -> None:
    own = {**REPLACED, "svc/a/Dockerfile": HEAD + "COPY . .\n" + BUILD.format(".") + FINAL}
    found = first(run, "check", "svc/a", cwd=put(tmp_path / "r", own))
    assert found["causes"][0]["id"] == "own-package-not-copied"
    assert "go.mod points to ../../lib, which is outside the build context" in [w["says"] for w in found["causes"][0]["why"]]


def test_a_service_with_all_it_needs_is_its_own_context(run: Run, tmp_path: Path) -> None:
    own = {"svc/a/go.mod": "module x.example/a\n\ngo 1.22\n", "svc/a/main.go": "package main\n\nfunc main() {}\n",
           "svc/a/Dockerfile": HEAD + "COPY . .\n" + BUILD.format(".") + FINAL, "README.md": "# r\n"}  # fmt: skip
    root = put(tmp_path / "r", own)
    found = first(run, "check", ".", cwd=root)
    assert found["causes"] == []
    assert "svc/a/go.mod:3" in {f["source"] for f in found["facts"] if f["name"] == "go.required"}


def test_every_dockerfile_of_a_repository_is_checked(run: Run, tmp_path: Path) -> None:
    broken = FINAL.replace('["/a"]', "/a")
    files = {**ONE_MODULE, "svc/b/Dockerfile": HEAD + "COPY . .\n" + BUILD.format("./svc/a") + broken,
             "docker/c.Dockerfile": HEAD + "COPY . .\n" + BUILD.format("./svc/a") + broken}  # fmt: skip
    root = put(tmp_path / "r", files)
    done = run("check", cwd=root)
    text = done.stdout.decode()
    assert done.returncode == 1
    assert "svc/b/Dockerfile:7: " in text and "docker/c.Dockerfile:7: " in text and "svc/a/Dockerfile:" not in text
    assert text.startswith("checked one by one: docker/c.Dockerfile, svc/a/Dockerfile, svc/b/Dockerfile")


def test_other_dockerfiles_are_named(run: Run, tmp_path: Path) -> None:
    root = put(tmp_path / "r", {"Dockerfile": HEAD + FINAL, "Dockerfile.dev": HEAD + FINAL})
    assert b"not read: Dockerfile.dev" in run("check", cwd=root).stdout
    assert b"not read" not in run("check", "--dockerfile", "Dockerfile.dev", cwd=root).stdout
    assert b"not read: Dockerfile.dev" in run("fix", cwd=root).stderr


TWO = {"Dockerfile": "FROM golang:1.24 AS build\nRUN go build -o /a .\nFROM alpine:3.22\nCOPY --from=build /a /a\n",
       "Dockerfile.dev": "FROM golang:1.24-alpine AS build\nRUN go build -o /b .\nFROM debian:12\nCOPY --from=build /b /a\n"}  # fmt: skip


@pytest.mark.parametrize("log, image", [
    (b"#1 [internal] load build definition from Dockerfile.dev\n#1 DONE 0.0s\n", "debian:12"),
    (b"#1 [internal] load build definition from Dockerfile\n#1 DONE 0.0s\n", "alpine:3.22"),
    (b"#9 [build 2/2] RUN go build -o /b .\n#9 DONE 0.0s\n", "debian:12"),
    (b"Step 2/4 : RUN go build -o /b .\n ---> Running in 0123\n", "debian:12"),
    (b"", "alpine:3.22"),
])  # fmt: skip
def test_the_log_tells_which_dockerfile_was_built(run: Run, tmp_path: Path, log: bytes, image: str) -> None:
    root = put(tmp_path / "r", TWO)
    for arguments in (("diagnose",), ("diagnose", "--project", ".")):
        found = first(run, *arguments, cwd=root, stdin=log + b"exec /a: no such file or directory\n")
        assert {f["value"] for f in found["facts"] if f["name"] == "final.image"} == {image}


def test_a_compose_file_tells_dockerfile_and_context(run: Run, tmp_path: Path) -> None:
    compose = "services:\n  db:\n    image: postgres:17\n  a:\n    build:\n      context: .\n      dockerfile: deploy/api/Dockerfile.prod\n"
    files = {**ONE_MODULE, "compose.yaml": compose, "other/Dockerfile": HEAD}
    files["deploy/api/Dockerfile.prod"] = files.pop("svc/a/Dockerfile").replace("COPY lib lib\n", "")
    root = put(tmp_path / "r", files)
    found = first(run, "check", ".", cwd=root)
    assert [c["id"] for c in found["causes"]] == ["own-package-not-copied"]
    assert {f["value"] for f in found["facts"] if f["name"] == "compose.service"} == {"a"}


def test_a_log_alone_names_no_dockerfile_where_several_could_be_meant(run: Run, tmp_path: Path) -> None:
    root = put(tmp_path / "r", {"svc/a/Dockerfile": HEAD + FINAL, "svc/b/Dockerfile": HEAD + FINAL, "go.work": "go 1.22\n"})
    text = run("diagnose", stdin=b"exec /a: no such file or directory\n", cwd=root).stdout.decode()
    assert "several Dockerfiles, none was read: svc/a/Dockerfile" in text
