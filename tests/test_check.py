"""``troubleshooter check``: what a project's files alone tell, and silence on one that is right."""

# ruff: noqa: E501 (whole files of a project, each on one line)

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import Run
from troubleshooter.case import case_from
from troubleshooter.diagnosis import diagnose
from troubleshooter.evidence.gather import Sources, gather
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import Diagnosis

MOD = "module example.com/fleet/depot\n\ngo 1.22\n"
MAIN = 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("depot") }\n'
BUILD = "FROM golang:1.24-bookworm AS build\nWORKDIR /src\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /depot .\n"
FINAL = 'FROM scratch\nCOPY --from=build /depot /depot\nENTRYPOINT ["/depot"]\n'
GOOD = BUILD + FINAL
Files = Mapping[str, str]


def put(folder: Path, files: Files) -> Path:
    for name, text in {"go.mod": MOD, "main.go": MAIN, "Dockerfile": GOOD, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text:
            path.write_text(text)
    return folder


def check(folder: Path, knowledge: Knowledge) -> Diagnosis:
    return diagnose(case_from(gather(Sources(project=folder), knowledge), knowledge, advice=True), knowledge)


def named(folder: Path, knowledge: Knowledge) -> list[str]:
    return [c.id for c in check(folder, knowledge).causes]


def main_of(imports: str, body: str) -> str:
    return f"package main\n\nimport (\n{imports}\n)\n\nfunc main() {{\n{body}\n}}\n"


INTERNAL = {
    "internal/rate/rate.go": "package rate\n\nconst Base = 3\n",
    "main.go": main_of('\t"fmt"\n\n\t"example.com/fleet/depot/internal/rate"', "\tfmt.Println(rate.Base)"),
}
ALPINE = "FROM golang:1.24-alpine AS build\nWORKDIR /src\nCOPY . .\nRUN {}go build -o /depot .\n"

BROKEN: list[tuple[str, str, Files, Files]] = [
    # (what is wrong, the cause, the files, what makes it right)
    ("package not copied", "own-package-not-copied",
     {**INTERNAL, "Dockerfile": GOOD.replace("COPY . .", "COPY go.mod main.go ./")}, {"Dockerfile": GOOD}),
    ("package ignored", "own-package-not-copied", {**INTERNAL, ".dockerignore": "internal\n"}, {".dockerignore": ".git\n"}),
    ("ignored but taken back", "own-package-not-copied", {**INTERNAL, ".dockerignore": "internal\n!internal/rate2\n"},
     {".dockerignore": "internal\n!internal/rate\n"}),
    ("main package elsewhere", "no-go-files", {"main.go": "", "cmd/depot/main.go": MAIN},
     {"Dockerfile": GOOD.replace("/depot .\n", "/depot ./cmd/depot\n")}),
    ("sources ignored", "no-go-files", {".dockerignore": "*\n!go.mod\n"}, {".dockerignore": "*\n!go.mod\n!*.go\n"}),
    ("library instead of program", "exec-not-a-program", {"main.go": "package depot\n", "cmd/depot/main.go": MAIN},
     {"Dockerfile": GOOD.replace("/depot .\n", "/depot ./cmd/depot\n")}),
    ("no requirement", "module-not-required", {"main.go": main_of('\t"fmt"\n\n\t"github.com/google/uuid"', "\tfmt.Println(uuid.New())")},
     {"go.mod": MOD + "\nrequire github.com/google/uuid v1.6.0\n", "go.sum": "github.com/google/uuid v1.6.0 h1:x=\ngithub.com/google/uuid v1.6.0/go.mod h1:y=\n"}),
    ("argument without ./", "package-not-in-std", {"main.go": "", "tools/depot/main.go": MAIN, "Dockerfile": GOOD.replace("/depot .\n", "/depot tools/depot\n")},
     {"Dockerfile": GOOD.replace("/depot .\n", "/depot ./tools/depot\n")}),
    ("package of a newer Go", "go-version-too-old", {"go.mod": MOD.replace("1.22", "1.19"), "main.go": main_of('\t"fmt"\n\t"slices"', "\tfmt.Println(slices.Max([]int{1}))"),
     "Dockerfile": GOOD.replace("1.24", "1.20")}, {"Dockerfile": GOOD}),
    ("several files, one named", "single-file-build", {"more.go": "package main\n", "Dockerfile": GOOD.replace("/depot .\n", "/depot main.go\n")}, {"Dockerfile": GOOD}),
    ("path of the program", "copy-from-stage-missing", {"Dockerfile": GOOD.replace("--from=build /depot ", "--from=build /src/depot ")}, {"Dockerfile": GOOD}),
    ("go install puts it elsewhere", "copy-from-stage-missing",
     {"Dockerfile": BUILD.replace("go build -o /depot .", "go install .") + FINAL.replace("build /depot", "build /src/depot")},
     {"Dockerfile": BUILD.replace("go build -o /depot .", "go install .") + FINAL.replace("build /depot", "build /go/bin/depot")}),
    ("templates stay behind", "runtime-file-missing", {"templates/a.html": "<p>", "main.go": main_of('\t"os"', '\tos.ReadFile("templates/a.html")')},
     {"Dockerfile": BUILD + FINAL.replace("ENTRYPOINT", "COPY templates /templates\nENTRYPOINT")}),
    ("bash in Alpine", "script-interpreter-missing",
     {"run.sh": "#!/bin/bash\nexec /depot\n", "Dockerfile": BUILD + 'FROM alpine:3.22\nCOPY --from=build /depot /depot\nCOPY run.sh /\nRUN chmod +x /run.sh\nENTRYPOINT ["/run.sh"]\n'},
     {"run.sh": "#!/bin/sh\nexec /depot\n"}),
    ("scripts by their folder", "script-crlf",
     {"scripts/run.sh": "#!/bin/sh\r\nexec /depot\r\n", "Dockerfile": BUILD + 'FROM alpine:3.22\nCOPY --from=build /depot /depot\nCOPY --chmod=755 scripts/ /opt/\nENTRYPOINT ["/opt/run.sh"]\n'},
     {"scripts/run.sh": "#!/bin/sh\nexec /depot\n", "Dockerfile": BUILD + 'FROM alpine:3.22\nCOPY --from=build /depot /depot\nCOPY scripts/ /opt/\nRUN chmod 755 /opt/run.sh\nENTRYPOINT ["/opt/run.sh"]\n'}),
    ("tool of the build", "tool-missing-in-build-image", {"Dockerfile": ALPINE.format("curl -fsS https://example.com/x >/dev/null && CGO_ENABLED=0 ") + FINAL},
     {"Dockerfile": ALPINE.format("apk add --no-cache curl && curl -fsS https://example.com/x >/dev/null && CGO_ENABLED=0 ") + FINAL}),
    ("package lists", "os-package-not-found", {"Dockerfile": "FROM golang:1.24-bookworm AS build\nRUN apt-get install -y libpcap-dev\n" + BUILD.split("\n", 1)[1] + FINAL},
     {"Dockerfile": "FROM golang:1.24-bookworm AS build\nRUN apt-get update && apt-get install -y libpcap-dev\n" + BUILD.split("\n", 1)[1] + FINAL}),
    ("user without a home", "gocache-not-writable",
     {"Dockerfile": "FROM golang:1.24-bookworm AS build\nRUN useradd dev\nUSER dev\n" + BUILD.split("\n", 1)[1].replace("/depot .", "/tmp/depot .") + FINAL.replace("build /depot", "build /tmp/depot")},
     {"Dockerfile": "FROM golang:1.24-bookworm AS build\nRUN useradd -m dev\nUSER dev\n" + BUILD.split("\n", 1)[1].replace("/depot .", "/tmp/depot .") + FINAL.replace("build /depot", "build /tmp/depot")}),
    ("folder of root", "nonroot-file-permission",
     {"main.go": main_of('\t"os"', '\tos.WriteFile("/data/x.json", nil, 0o600)'), "Dockerfile": BUILD + "FROM gcr.io/distroless/static-debian12:nonroot\n" + FINAL.split("\n", 1)[1]},
     {"Dockerfile": BUILD + "RUN mkdir /data\nFROM gcr.io/distroless/static-debian12:nonroot\nCOPY --from=build --chown=65532:65532 /data /data\n" + FINAL.split("\n", 1)[1]}),
    ("flag that is gone", "go-version-too-new", {"Dockerfile": GOOD.replace("go build", "go build -i")}, {"Dockerfile": GOOD}),
    ("go.mod not yet there", "go-mod-not-found", {"Dockerfile": GOOD.replace("COPY . .", "RUN go mod download\nCOPY . .")}, {"Dockerfile": GOOD.replace("COPY . .", "COPY go.mod ./\nRUN go mod download\nCOPY . .")}),
    ("volume over the program", "entrypoint-hidden-by-mount",
     {"compose.yaml": "services:\n  depot:\n    build: .\n    volumes:\n      - ./:/app\n", "Dockerfile": GOOD.replace("/depot\"", "/app/depot\"").replace("/depot /depot", "/depot /app/depot")},
     {"compose.yaml": "services:\n  depot:\n    build: .\n    volumes:\n      - ./data:/data\n"}),
    ("C library without headers", "c-library-dev-missing",
     {"main.go": 'package main\n\n// #cgo pkg-config: libpcap\n// #include <pcap.h>\nimport "C"\n\nfunc main() {}\n', "Dockerfile": "FROM golang:1.24-bookworm\nWORKDIR /src\nCOPY . .\nRUN go build -o /depot .\nCMD [\"/depot\"]\n"},
     {"Dockerfile": "FROM golang:1.24-bookworm\nRUN apt-get update && apt-get install -y libpcap-dev\nWORKDIR /src\nCOPY . .\nRUN go build -o /depot .\nCMD [\"/depot\"]\n"}),
    ("image of an older Go in compose", "go-directive-format",
     {"Dockerfile": "", "go.mod": "module example.com/fleet/depot\n\ngo 1.22.1\n", "compose.yaml": "services:\n  vet:\n    image: golang:1.19\n    command: [go, vet, ./...]\n"},
     {"compose.yaml": "services:\n  vet:\n    image: golang:1.24\n    command: [go, vet, ./...]\n"}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "cause", "files", "cure"), BROKEN, ids=[b[0] for b in BROKEN])
def test_the_files_alone_tell_the_cause(what: str, cause: str, files: Files, cure: Files, knowledge: Knowledge, tmp_path: Path) -> None:
    broken = check(put(tmp_path / "broken", files), knowledge)
    assert [c.id for c in broken.causes[:1]] == [cause], what
    right = check(put(tmp_path / "right", {**files, **cure}), knowledge)
    assert [(c.id, c.certainty) for c in right.causes if c.certainty >= 0.5] == []
    assert cause not in [c.id for c in right.causes]


def test_a_right_project_is_not_spoken_of(run: Run, tmp_path: Path) -> None:
    put(tmp_path / "p", {})
    done = run("check", str(tmp_path / "p"))
    assert done.returncode == 0
    assert done.stdout.decode().startswith("Nothing found")


def test_a_finding_has_its_place_and_its_status(run: Run, tmp_path: Path) -> None:
    folder = str(put(tmp_path / "p", {"Dockerfile": BUILD + FINAL.replace("COPY", "RUN chmod +x /depot\nCOPY")}))
    assert b"Dockerfile:6: " in run("check", folder).stdout
    assert run("check", folder).returncode == 1
    assert run("check", folder, "--fail-on", "never").returncode == 0
    for form in ("json", "sarif", "github", "junit", "markdown"):
        done = run("check", folder, "--format", form)
        assert done.returncode == 1 and b"shell" in done.stdout
    found = json.loads(run("check", folder, "--format", "json").stdout)
    assert found["outcome"] == "diagnosed" and found["causes"][0]["id"] == "run-in-scratch-stage"


# --- hostile input -------------------------------------------------------------------------------------------------


def test_nothing_outside_the_project_is_read(knowledge: Knowledge, tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "run.sh").write_text("#!/bin/zsh\r\n")
    folder = put(
        tmp_path / "p", {"Dockerfile": BUILD + 'FROM alpine:3.22\nCOPY --from=build /depot /depot\nCOPY run.sh /\nENTRYPOINT ["/run.sh"]\n'}
    )
    os.symlink(tmp_path / "secret" / "run.sh", folder / "run.sh")
    found = check(folder, knowledge)
    assert not [f for f in found.facts if "zsh" in f.value or f.name == "entry.newlines"]
    assert "copy-source-missing" in [c.id for c in found.causes]


@pytest.mark.parametrize(
    "text",
    [
        "services:\n\t- x",
        "services: &a [*a]\n",
        "services: [1, 2]\n",
        "a: " * 50_000,
        "services:\n  a: !!python/object:os.system {}\n",
        "\x00\x01",
    ],
)
def test_a_broken_compose_file_tells_nothing(text: str, knowledge: Knowledge, tmp_path: Path) -> None:
    assert named(put(tmp_path / "p", {"compose.yaml": text}), knowledge) == []


def test_huge_pipes_and_loops_are_left_alone(knowledge: Knowledge, tmp_path: Path) -> None:
    folder = put(tmp_path / "p", {"big.go": "package main\n" + "// x\n" * 700_000})
    os.mkfifo(folder / "pipe.go")
    os.symlink(".", folder / "loop")
    (folder / "deep").mkdir()
    os.symlink("..", folder / "deep" / "up")
    assert named(folder, knowledge) == []


def test_what_may_not_be_read_is_said(run: Run, tmp_path: Path) -> None:
    folder = put(tmp_path / "p", {"go.mod": "\udcff\x00nonsense".encode("utf-8", "surrogateescape").decode("latin-1")})
    assert run("check", str(folder)).returncode in (0, 1)
    (folder / "Dockerfile").write_bytes(b"\xff\xfe\x00FROM" * 10)
    assert run("check", str(folder)).returncode in (0, 1)
    assert run("check", str(folder / "none")).returncode == 2
