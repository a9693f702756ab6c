"""Edits: each operation on a usual file, and what every one of them keeps; diffs go through the real ``patch``."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from troubleshooter.evidence.dockerfile import decode, encode, facts, parse
from troubleshooter.kb.load import load_knowledge
from troubleshooter.remedy import edits
from troubleshooter.remedy.edits import (
    OPERATIONS,
    EditRefused,
    check_operation,
    diff,
    edit_dockerignore,
    edit_go_mod,
    fix_line_ends,
    set_shebang,
)
from troubleshooter.remedy.managers import Managers

needs_patch = pytest.mark.skipif(shutil.which("patch") is None, reason="the patch command is not installed")

USUAL = """\
ARG GO=1.21
FROM --platform=$BUILDPLATFORM golang:${GO}-alpine AS build
WORKDIR /src
RUN apk add --no-cache \\
    git \\
    make
# dependencies
COPY go.mod ./
RUN go mod download
COPY . .
# the program
RUN CGO_ENABLED=1 GOOS=linux go build -a \\
      # leftovers
      -tags netgo,foo \\
      -installsuffix cgo \\
      -ldflags '-s -w -extldflags "-static"' -o /app .

FROM scratch
COPY --from=build --link /app /app
USER nobody
ENTRYPOINT /app serve
"""


MANAGERS = Managers.of(load_knowledge(environ={"HOME": "/nonexistent"}, cache=False))


def apply(text: str, operations: Sequence[dict[str, Any]]) -> str:
    return edits.apply(text, operations, MANAGERS)


def changes(text: str, *operations: dict[str, Any]) -> list[str]:
    """The changed lines of the diff."""
    lines = diff(text, apply(text, operations), "Dockerfile").split("\n")[2:]
    return [line for line in lines if line[:1] in ("+", "-")]


def patched(old: str, patch: str, name: str = "Dockerfile") -> str:
    """What the real ``patch -p1`` makes of a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        if old:
            path.write_bytes(encode(old))
        command = ["patch", "-p1", "--quiet", "--batch", "--fuzz=0"]
        subprocess.run(command, input=encode(patch), cwd=folder, check=True, capture_output=True)
        return decode(path.read_bytes()) if path.exists() else ""


CASES: list[tuple[str, dict[str, Any], list[str]]] = [
    ("set-env", {"stage": "build", "name": "CGO_ENABLED", "value": "0"},
     ["-RUN CGO_ENABLED=1 GOOS=linux go build -a \\", "+RUN CGO_ENABLED=0 GOOS=linux go build -a \\"]),
    ("set-env", {"stage": "build", "name": "GOFLAGS", "value": "-mod=mod -v"}, ['+ENV GOFLAGS="-mod=mod -v"']),
    ("set-env", {"stage": "final", "name": "TZ", "value": "UTC"}, ["+ENV TZ=UTC"]),
    ("unset-env", {"stage": "build", "name": "GOOS"},
     ["-RUN CGO_ENABLED=1 GOOS=linux go build -a \\", "+RUN CGO_ENABLED=1 go build -a \\"]),
    ("add-flag", {"flag": "-tags", "value": "netgo,osusergo"},
     ["-      -tags netgo,foo \\", "+      -tags netgo,foo,osusergo \\"]),
    ("add-flag", {"flag": "-buildvcs=false"},
     ["-RUN CGO_ENABLED=1 GOOS=linux go build -a \\", "+RUN CGO_ENABLED=1 GOOS=linux go build -buildvcs=false -a \\"]),
    ("add-flag", {"flag": "-ldflags", "value": "-linkmode external"},
     ["-      -ldflags '-s -w -extldflags \"-static\"' -o /app .",
      "+      -ldflags '-s -w -extldflags \"-static\" -linkmode external' -o /app ."]),
    ("add-flag", {"flag": "-o", "value": "/bin/app"},
     ["-      -ldflags '-s -w -extldflags \"-static\"' -o /app .",
      "+      -ldflags '-s -w -extldflags \"-static\"' -o /bin/app ."]),
    ("remove-flag", {"flag": "-a"},
     ["-RUN CGO_ENABLED=1 GOOS=linux go build -a \\", "+RUN CGO_ENABLED=1 GOOS=linux go build \\"]),
    ("remove-flag", {"flag": "-tags", "value": "netgo"}, ["-      -tags netgo,foo \\", "+      -tags foo \\"]),
    ("remove-flag", {"flag": "-installsuffix"}, ["-      -installsuffix cgo \\"]),
    ("remove-flag", {"flag": "-extldflags"},
     ["-      -ldflags '-s -w -extldflags \"-static\"' -o /app .", "+      -ldflags '-s -w' -o /app ."]),
    ("set-target", {"package": "./cmd/app"},
     ["-      -ldflags '-s -w -extldflags \"-static\"' -o /app .",
      "+      -ldflags '-s -w -extldflags \"-static\"' -o /app ./cmd/app"]),
    ("add-packages", {"packages": {"apk": "git gcc musl-dev", "apt": "gcc"}},
     ["-    make", "+    make \\", "+    gcc \\", "+    musl-dev"]),
    ("insert-run", {"run": "mkdir -p /data"}, ["+RUN mkdir -p /data"]),
    ("copy-from", {"source": "/tmp", "destination": "/tmp", "chmod": "1777"},
     ["+COPY --from=build --chmod=1777 /tmp /tmp"]),
    ("copy", {"source": ["go.sum", "vendor"], "destination": "./"}, ["+COPY go.sum vendor ./"]),
    ("copy", {"source": "x.toml", "destination": "/", "stage": "final"}, ["+COPY x.toml /"]),
    ("change-copy-source", {"find": "/app", "source": "/out/app"},
     ["-COPY --from=build --link /app /app", "+COPY --from=build --link /out/app /app"]),
    ("change-copy-dest", {"find": "/app", "destination": "/bin/app"},
     ["-COPY --from=build --link /app /app", "+COPY --from=build --link /app /bin/app"]),
    ("change-copy-from", {"find": "build", "from": "0"},
     ["-COPY --from=build --link /app /app", "+COPY --from=build --link /app /app"]),
    ("chmod", {"path": "/app"},
     ["-COPY --from=build --link /app /app", "+COPY --from=build --link --chmod=0755 /app /app"]),
    ("remove-instruction-flag", {"instruction": "COPY", "flag": "link"},
     ["-COPY --from=build --link /app /app", "+COPY --from=build /app /app"]),
    ("set-image", {"image": "golang:1.27-alpine"}, ["-ARG GO=1.21", "+ARG GO=1.27"]),
    ("set-image", {"image": "golang:1.27-bookworm"},
     ["-FROM --platform=$BUILDPLATFORM golang:${GO}-alpine AS build",
      "+FROM --platform=$BUILDPLATFORM golang:1.27-bookworm AS build"]),
    ("set-image", {"stage": "final", "image": "debian:bookworm-slim"}, ["-FROM scratch", "+FROM debian:bookworm-slim"]),
    ("set-platform", {"stage": "final", "platform": "linux/amd64"},
     ["-FROM scratch", "+FROM --platform=linux/amd64 scratch"]),
    ("set-platform", {"platform": ""},
     ["-FROM --platform=$BUILDPLATFORM golang:${GO}-alpine AS build", "+FROM golang:${GO}-alpine AS build"]),
    ("set-user", {"user": "65534:65534"}, ["-USER nobody", "+USER 65534:65534"]),
    ("set-workdir", {"path": "/srv"}, ["+WORKDIR /srv"]),
    ("exec-form", {}, ["-ENTRYPOINT /app serve", '+ENTRYPOINT ["/app", "serve"]']),
    ("change-entrypoint", {"path": "/app/app"}, ["-ENTRYPOINT /app serve", "+ENTRYPOINT /app/app serve"]),
    ("replace-in-instruction", {"instruction": "RUN", "find": "git", "replace": "git-lfs"},
     ["-    git \\", "+    git-lfs \\"]),
    ("remove-instruction", {"instruction": "USER", "stage": "final"}, ["-USER nobody"]),
    ("set-syntax", {}, ["+# syntax=docker/dockerfile:1"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments", "expected"), CASES, ids=[f"{n}-{i}" for i, (n, _, _) in enumerate(CASES)])
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("final", [True, False], ids=["newline", "no-newline"])
@needs_patch
def test_each_operation_changes_its_lines_only_and_patch_agrees(
    name: str, arguments: dict[str, Any], expected: list[str], newline: str, final: bool
) -> None:
    if (name, arguments.get("from")) == ("change-copy-from", "0"):
        expected = []  # Stage 0 is called build: nothing to change.
    text = USUAL.replace("\n", newline) if final else USUAL.replace("\n", newline).removesuffix(newline)
    new = apply(text, [{name: arguments}])
    assert patched(text, diff(text, new, "Dockerfile")) == new if expected else new == text
    assert new.endswith("\n") == final
    assert new.count("\r") == (new.count("\n") if newline == "\r\n" else 0)
    got = [line.rstrip("\r") for line in diff(text, new, "Dockerfile").split("\n")[2:] if line[:1] in ("+", "-")]
    # Where the last line has no line end, a line behind it shows up as changed too.
    assert got == expected or not final
    assert not parse(new, lenient=True).problems


REWRITES: list[tuple[str, dict[str, Any], str, list[str]]] = [
    # (operation, arguments, the file, lines that change)
    ("move-runs", {},
     "FROM golang AS b\nRUN go build -o /a .\nFROM scratch\nCOPY --from=b /a /a\nRUN mkdir /d && chown 7 /d\nCMD [\"/a\"]\n",
     ["+RUN mkdir -p /rootfs/d", "-RUN mkdir /d && chown 7 /d", "+COPY --from=b --chown=7 /rootfs/d /d"]),
    ("move-runs", {},
     "FROM golang AS b\nRUN go build -o /a .\nFROM scratch\nCOPY --from=b /a /a\nRUN chmod +x /a\nCMD [\"/a\"]\n", ["-RUN chmod +x /a"]),
    ("reinstall", {"manager": "apk", "packages": "git"},
     "FROM golang:alpine\nRUN apt-get update && apt-get install -y git\nRUN go build .\n",
     ["-RUN apt-get update && apt-get install -y git", "+RUN apk add --no-cache git"]),
    ("update-lists", {}, "FROM golang\nRUN apt-get install -y git\nRUN go build .\n",
     ["-RUN apt-get install -y git", "+RUN apt-get update && apt-get install -y git"]),
    ("insert-workdir", {"path": "/src"}, "FROM golang\nCOPY . /src\nRUN go build .\n", ["+WORKDIR /src"]),
    ("replace-image", {"find": "golang:9", "image": "golang:1.27"},
     "FROM docker.io/library/golang:9 AS b\nRUN go build .\n",
     ["-FROM docker.io/library/golang:9 AS b", "+FROM golang:1.27 AS b"]),
    ("chown-copy", {"path": "/d", "owner": "7"}, "FROM golang AS b\nRUN go build .\nFROM scratch\nCOPY --from=b /d /d\nCMD [\"/a\"]\n",
     ["-COPY --from=b /d /d", "+COPY --from=b --chown=7 /d /d"]),
    ("make-folder", {"path": "/d", "owner": "7"}, "FROM golang AS b\nRUN go build .\nFROM scratch\nCMD [\"/a\"]\n",
     ["+RUN mkdir -p /rootfs/d", "+COPY --from=b --chown=7 /rootfs/d /d"]),
    ("make-folder", {"path": "/d", "owner": "7"}, "FROM golang AS b\nRUN go build .\nFROM alpine\nUSER 7\nCMD [\"/a\"]\n",
     ["+RUN mkdir -p /d && chown 7 /d"]),
    ("complete-copy", {}, "FROM golang\nCOPY go.mod\nRUN go build .\n", ["-COPY go.mod", "+COPY go.mod ./"]),
    ("correct-keyword", {}, "FROM golang\nCOPPY . .\nRUN go build .\n", ["-COPPY . .", "+COPY . ."]),
    ("drop-copy-source", {"source": "go.sum"}, "FROM golang\nCOPY go.mod go.sum ./\nRUN go build .\n",
     ["-COPY go.mod go.sum ./", "+COPY go.mod ./"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments", "text", "expected"), REWRITES, ids=[f"{n}-{i}" for i, (n, *_) in enumerate(REWRITES)])
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@needs_patch
def test_each_rewrite_changes_its_lines_only_and_patch_agrees(
    name: str, arguments: dict[str, Any], text: str, expected: list[str], newline: str
) -> None:
    text = text.replace("\n", newline)
    new = apply(text, [{name: arguments}])
    assert patched(text, diff(text, new, "Dockerfile")) == new
    assert new.count("\r") == (new.count("\n") if newline == "\r\n" else 0)
    assert [line.rstrip("\r") for line in diff(text, new, "Dockerfile").split("\n")[2:] if line[:1] in ("+", "-")] == expected
    assert not parse(new, lenient=True).problems


def test_every_operation_is_tried() -> None:
    assert {name for name, _, _ in CASES} | {name for name, *_ in REWRITES} | {"continue-line"} == set(OPERATIONS)


@pytest.mark.parametrize(
    ("text", "operation", "expected"),
    [
        ("FROM golang\nENV A=1 \\\n  CGO_ENABLED=1\nRUN go build .\n",
         {"set-env": {"stage": "build", "name": "CGO_ENABLED", "value": "0"}},
         ["-  CGO_ENABLED=1", "+  CGO_ENABLED=0"]),
        ("FROM golang\nENV CGO_ENABLED 1\nRUN go build .\n",
         {"set-env": {"stage": "build", "name": "CGO_ENABLED", "value": "0"}},
         ["-ENV CGO_ENABLED 1", "+ENV CGO_ENABLED 0"]),
        ("FROM golang\nRUN export CGO_ENABLED=1 && go build .\n",
         {"set-env": {"stage": "build", "name": "CGO_ENABLED", "value": "0"}},
         ["-RUN export CGO_ENABLED=1 && go build .", "+RUN export CGO_ENABLED=0 && go build ."]),
        ("FROM golang\nRUN <<EOF\nset -e\nCGO_ENABLED=1 go build .\nEOF\n",
         {"set-env": {"stage": "build", "name": "CGO_ENABLED", "value": "0"}},
         ["-CGO_ENABLED=1 go build .", "+CGO_ENABLED=0 go build ."]),
        ("FROM golang\nRUN sh -c 'CGO_ENABLED=1 go build .'\n",
         {"set-env": {"stage": "build", "name": "CGO_ENABLED", "value": "0"}},
         ["-RUN sh -c 'CGO_ENABLED=1 go build .'", "+RUN sh -c 'CGO_ENABLED=0 go build .'"]),
        ("FROM golang\n  # why\n  RUN go build .\n",
         {"set-env": {"stage": "build", "name": "CGO_ENABLED", "value": "0"}}, ["+  ENV CGO_ENABLED=0"]),
        ("FROM golang\nWORKDIR /x\nRUN make\n",
         {"set-env": {"stage": "build", "name": "CGO_ENABLED", "value": "0"}}, ["+ENV CGO_ENABLED=0"]),
        ("FROM golang\nENV A=1 \\\n  B=2\nRUN go build .\n", {"unset-env": {"stage": "build", "name": "A"}},
         ["-ENV A=1 \\", "-  B=2", "+ENV B=2"]),
        ("FROM golang\nENV GOPROXY=x\nRUN GOPROXY=y go build .\n", {"unset-env": {"stage": "build", "name": "GOPROXY"}},
         ["-ENV GOPROXY=x", "-RUN GOPROXY=y go build .", "+RUN go build ."]),
        ("FROM golang\nRUN go build -ldflags=\"-w -extldflags '-static'\" .\n",
         {"remove-flag": {"flag": "-extldflags"}},
         ["-RUN go build -ldflags=\"-w -extldflags '-static'\" .", '+RUN go build -ldflags="-w" .']),
        ("FROM golang\nRUN go build -ldflags '-linkmode external' .\n", {"remove-flag": {"flag": "-linkmode"}},
         ["-RUN go build -ldflags '-linkmode external' .", "+RUN go build ."]),
        ("FROM golang\nRUN go build\n", {"set-target": {"package": "./cmd/x"}},
         ["-RUN go build", "+RUN go build ./cmd/x"]),
        ("FROM golang:1-bookworm\nRUN go build .\n",
         {"add-packages": {"packages": {"apk": "a", "apt": "gcc libc6-dev"}}},
         ["+RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*"]),
        ("FROM golang:1-alpine\nARG X\nRUN go build .\n", {"add-packages": {"packages": "git"}},
         ["+RUN apk add --no-cache git"]),
        ("FROM debian\nRUN apt-get update && apt-get install -y go=1 && rm x\n", {"add-packages": {"packages": "git"}},
         ["-RUN apt-get update && apt-get install -y go=1 && rm x",
          "+RUN apt-get update && apt-get install -y go=1 git && rm x"]),
        ("FROM golang\nRUN go build -o /a .\nFROM scratch\nCOPY --from=0 /a /a\n",
         {"copy-from": {"source": "/etc/passwd", "destination": "/etc/passwd"}},
         ["+COPY --from=0 /etc/passwd /etc/passwd"]),
        ("FROM scratch\nCOPY --from=builder /a /a\n", {"change-copy-from": {"find": "builder", "from": "alpine:3"}},
         ["-COPY --from=builder /a /a", "+COPY --from=alpine:3 /a /a"]),
        ("FROM a\nCMD ['/x', \"y\"]\n", {"exec-form": {"instruction": "CMD"}},
         ["-CMD ['/x', \"y\"]", '+CMD ["/x", "y"]']),
        ("FROM a\nHEALTHCHECK --interval=3s CMD /x -h 'a b'\n", {"exec-form": {"instruction": "HEALTHCHECK"}},
         ["-HEALTHCHECK --interval=3s CMD /x -h 'a b'", '+HEALTHCHECK --interval=3s CMD ["/x", "-h", "a b"]']),
        ("FROM a\nCMD [\"server\", \"-v\"]\n", {"change-entrypoint": {"path": "./server"}},
         ['-CMD ["server", "-v"]', '+CMD ["./server", "-v"]']),
        ("FROM a\nRUN x &&\n  y\n", {"continue-line": {}}, ["-RUN x &&", "+RUN x && \\"]),
        ("FROM golang\nRUN go build -a .\n", {"any": [{"remove-flag": {"flag": "-tags"}},
         {"remove-flag": {"flag": "-a"}}]},
         ["-RUN go build -a .", "+RUN go build ."]),
    ],
)  # fmt: skip
def test_operations_on_other_shapes(text: str, operation: dict[str, Any], expected: list[str]) -> None:
    assert changes(text, operation) == expected


@pytest.mark.parametrize(
    ("text", "operation", "reason"),
    [
        (USUAL, {"set-env": {"stage": "nowhere", "name": "A", "value": "1"}}, "no stage"),
        (USUAL, {"set-env": {"stage": "build", "name": "GOOS", "value": "linux"}}, "already"),
        ("FROM golang\nRUN make\n", {"add-flag": {"flag": "-trimpath"}}, "Makefile"),
        ("FROM golang\nRUN [\"go\", \"build\"]\n", {"add-flag": {"flag": "-trimpath"}}, "shell form"),
        (USUAL, {"remove-flag": {"flag": "-race"}}, "No go build has -race"),
        (USUAL, {"add-packages": {"stage": "final", "packages": "x"}}, "no package manager"),
        (USUAL, {"add-packages": {"packages": {"apt": "x"}}}, "apk"),
        (USUAL, {"add-packages": {"packages": "make git"}}, "already"),
        ("FROM golang\nRUN go build .\n", {"copy-from": {"source": "/a", "destination": "/a"}}, "one stage only"),
        ("FROM a\nCMD x && y\n", {"exec-form": {"instruction": "CMD"}}, "uses the shell"),
        ("FROM a\nCMD x $y\n", {"exec-form": {"instruction": "CMD"}}, "uses the shell"),
        ("FROM a\nCMD [\"x\"]\n", {"exec-form": {"instruction": "CMD"}}, "no CMD in the shell form"),
        ("FROM a\n", {"change-entrypoint": {"path": "/x"}}, "neither"),
        ("FROM a\n", {"continue-line": {}}, "backslash"),
        ("FROM a\n", {"remove-instruction": {"instruction": "FROM"}}, "break the Dockerfile"),
        ("", {"set-user": {"user": "1"}}, "no stage"),
        ("FROM debian\nRUN apt-get install -y git\n", {"add-packages": {"stage": "final", "packages": {"apt": ""}}}, "No package"),
        ("FROM internal.example/base\n", {"add-packages": {"stage": "final", "packages": {"apt": "git"}}}, "not known"),
    ],
)  # fmt: skip
def test_an_edit_that_does_not_fit_is_refused_with_a_reason(text: str, operation: dict[str, Any], reason: str) -> None:
    with pytest.raises(EditRefused) as caught:
        apply(text, [operation])
    assert reason in caught.value.reason


def test_a_pack_says_how_its_own_images_install(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(
        "images:\n  corp: {image: registry.example/base, has: {package-manager: corp}, source: us}\n"
        "package-managers:\n  corp: {family: apt, install: 'corp-get {packages}', source: us}\n"
    )
    managers = Managers.of(load_knowledge([tmp_path], environ={"HOME": "/nonexistent"}, cache=False))
    text = "FROM registry.example/base\nCMD [\"/app\"]\n"
    new = edits.apply(text, [{"add-packages": {"stage": "final", "packages": {"apt": "git make"}}}], managers)
    assert new == "FROM registry.example/base\nRUN corp-get git make\nCMD [\"/app\"]\n"


def test_a_wrong_operation_is_an_error_of_the_knowledge() -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"set-enf": {}}, "unknown operation"),
        ({"set-env": {"stage": "build"}}, "missing a required argument"),
        ({"set-user": {"user": "1", "colour": "red"}}, "unexpected keyword argument"),
        ({"set-user": {"user": "1"}, "set-env": {}}, "one name"),
    ]
    for operation, says in wrong:
        assert says in check_operation(operation)
        with pytest.raises(ValueError, match=r"operation|argument"):
            apply(USUAL, [operation])


def test_operations_compose_and_the_facts_follow() -> None:
    new = apply(
        USUAL,
        [
            {"set-env": {"stage": "build", "name": "CGO_ENABLED", "value": 0}},
            {"set-image": {"image": "golang:1.27-alpine"}},
            {"copy-from": {"source": "/etc/ssl/certs/ca-certificates.crt", "destination": "/etc/ssl/certs/"}},
            {"exec-form": {}},
        ],
    )
    found = {fact.name: fact.value for fact in facts(parse(new))}
    assert (found["cgo"], found["build.image"], found["final.copies-ca"]) == ("0", "golang:1.27-alpine", "yes")
    assert found["entry.form"] == "exec" and found["entry.provided"] == "yes"


_LINES = st.sampled_from(
    ["FROM golang:1 AS build", "FROM scratch", "RUN go build -o /app .", "RUN CGO_ENABLED=1 go build \\", "    -a .",
    "# c", "",
     "  RUN apk add git", "COPY . .", "ENV CGO_ENABLED=1", "USER x", 'ENTRYPOINT ["/app"]', "CMD /app", "WORKDIR /s",
     "\x0b", "é\udcff"]
)  # fmt: skip
_FILES = st.lists(st.tuples(_LINES, st.sampled_from(["\n", "\r\n"])), max_size=12).map(
    lambda lines: "".join(line + end for line, end in [("FROM golang:1 AS build", "\n"), *lines])
)
_OPERATIONS = st.sampled_from([{name: arguments} for name, arguments, _ in CASES])


@needs_patch
@settings(max_examples=150, deadline=None)
@given(_FILES, st.booleans(), _OPERATIONS)
def test_patch_makes_of_any_file_what_the_operation_makes(text: str, final: bool, operation: dict[str, Any]) -> None:
    text = text if final else text.rstrip("\r\n")
    try:
        new = apply(text, [operation])
    except EditRefused:
        return
    assume(new)
    assert patched(text, diff(text, new, "Dockerfile")) == new if new != text else diff(text, new, "x") == ""


@needs_patch
@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab\n\r \t-+@\\#", max_size=40), st.text(alphabet="ab\n\r \t-+@\\#", min_size=1, max_size=40))
def test_patch_turns_any_text_into_any_other(old: str, new: str) -> None:
    assume(old != new)
    assert patched(old, diff(old, new, "some file"), "some file") == new


def test_the_diff_names_the_file_and_a_missing_final_newline() -> None:
    assert diff("a\nb", "a\nc", "sub/Dockerfile") == (
        "--- a/sub/Dockerfile\n+++ b/sub/Dockerfile\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n"
        "+c\n\\ No newline at end of file\n"
    )
    assert diff("", "a\n", "new").startswith("--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+a\n")


GO_MOD = "module example.org/app // ours\n\ngo 1.27.0 // newest\n\ntoolchain go1.27.3\n\nrequire (\n\ta.org/b v1.0.0\n)\n"


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_go_mod(newline: str) -> None:
    text = GO_MOD.replace("\n", newline)
    operations: list[dict[str, Any]] = [
        {"set-go-directive": {"version": "1.21"}},
        {"drop-toolchain": {}},
        {"set-require": {"path": "a.org/b", "version": "v1.1.0"}},
        {"set-require": {"path": "a.org/c", "version": "v2.0.0"}},
    ]
    expected = "module example.org/app // ours\n\ngo 1.21 // newest\n\nrequire (\n\ta.org/c v2.0.0\n\ta.org/b v1.1.0\n)\n"
    assert edit_go_mod(text, operations) == expected.replace("\n", newline)
    with pytest.raises(EditRefused):
        edit_go_mod(text, [{"set-go-directive": {"version": "1.27.0"}}])
    with pytest.raises(EditRefused):
        edit_go_mod("go 1.1\n", [{"drop-toolchain": {}}])
    with pytest.raises(ValueError, match="unknown operation"):
        edit_go_mod(text, [{"set-gone": {}}])


def test_go_mod_without_the_lines() -> None:
    assert edit_go_mod("module x\n", [{"set-go-directive": {"version": "1.21"}}]) == "module x\n\ngo 1.21\n"
    require = [{"set-require": {"path": "a.org/b", "version": "v1.0.0"}}]
    assert edit_go_mod("module x\n\ngo 1.21", require) == "module x\n\ngo 1.21\n\nrequire a.org/b v1.0.0"
    assert edit_go_mod("module x\nrequire c.d/e v1.0.0\n", require).endswith("v1.0.0\nrequire a.org/b v1.0.0\n")


def test_dockerignore() -> None:
    assert edit_dockerignore("*\r\n", [{"add-exception": {"path": "go.sum"}}]) == "*\r\n!go.sum\r\n"
    assert edit_dockerignore("*", [{"add-exception": {"path": "go.sum"}}]) == "*\n!go.sum"
    with pytest.raises(EditRefused):
        edit_dockerignore("*.md\n", [{"add-exception": {"path": "go.sum"}}])
    assert edit_dockerignore(".git/objects\n.git/refs\n", [{"remove-pattern": {"pattern": ".git/refs"}}]) == ".git/objects\n"
    assert edit_dockerignore("", [{"add-pattern": {"pattern": ".git"}}]) == ".git\n"


def test_scripts() -> None:
    assert fix_line_ends(b"\xef\xbb\xbf#!/bin/sh\r\nx\r\n") == b"#!/bin/sh\nx\n"
    with pytest.raises(EditRefused):
        fix_line_ends(b"#!/bin/sh\n")
    assert set_shebang("echo\n") == "#!/bin/sh\necho\n"
    assert set_shebang("#!/bin/bash\necho\n") == "#!/bin/sh\necho\n"
