"""``troubleshooter fix``: every diff applies as it is printed, cures what it says, and is written whole or not at all."""

# ruff: noqa: E501 (whole files of a project, each on one line)

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run
from tests.test_check import ALPINE, BROKEN, BUILD, FINAL, GOOD, check, main_of, named, put
from troubleshooter.case import case_from
from troubleshooter.diagnosis import diagnose
from troubleshooter.evidence import dockerfile
from troubleshooter.evidence.gather import Sources, gather
from troubleshooter.holes import filled
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import Fix
from troubleshooter.remedy import edits
from troubleshooter.remedy.managers import Managers
from troubleshooter.remedy.write import write_changes

PATCH = shutil.which("patch")
Files = Mapping[str, str]
NO_EDIT = {"go-get", "volume over the program", "sources ignored but", "argument without ./"}


def offered(folder: Path, knowledge: Knowledge, cause: str, log: str = "") -> list[Fix]:
    found = diagnose(case_from(gather(Sources(log=log, project=folder), knowledge), knowledge), knowledge)
    return [f for c in (*found.causes, *found.next) if c.id == cause for f in c.fixes if f.patch]


def patched(folder: Path, fix: Fix) -> None:
    """Applies the printed diff with patch -p1 and compares with what --apply would write."""
    if PATCH:
        done = subprocess.run(
            [PATCH, "-p1", "-s", "-f"], input=fix.patch.encode("utf-8", "surrogateescape"), cwd=folder, capture_output=True
        )
        assert done.returncode == 0, done.stdout.decode()
        for change in fix.changes:
            assert (folder / change.name).read_bytes() == change.new.encode("utf-8", "surrogateescape")
    else:
        write_changes(fix.changes, folder)


@pytest.mark.parametrize(
    ("what", "cause", "files"), [b[:3] for b in BROKEN if b[0] not in NO_EDIT], ids=[b[0] for b in BROKEN if b[0] not in NO_EDIT]
)
def test_the_change_cures_what_check_found(what: str, cause: str, files: Files, knowledge: Knowledge, tmp_path: Path) -> None:
    folder = put(tmp_path / "p", files)
    fixes = offered(folder, knowledge, cause)
    assert fixes, what
    for number, fix in enumerate(fixes):
        copy = tmp_path / f"copy{number}"
        shutil.copytree(folder, copy)
        patched(copy, fix)
        assert cause not in [c.id for c in check(copy, knowledge).causes if c.certainty >= 0.5], (what, fix.id)
        for change in fix.changes:
            if "ockerfile" in change.name:
                assert not dockerfile.parse(change.new, lenient=True).problems


MORE: list[tuple[str, Files, str]] = [
    ("run-in-scratch-stage", {"Dockerfile": BUILD + FINAL.replace("ENTRY", "RUN mkdir -p /data && chown 65532 /data\nENTRY")}, "--chown=65532 /rootfs/data /data"),
    ("run-in-scratch-stage", {"Dockerfile": BUILD + FINAL.replace("ENTRY", "RUN chmod +x /depot\nENTRY")}, ""),
    ("wrong-package-manager", {"Dockerfile": ALPINE.format("CGO_ENABLED=0 ").replace("COPY", "RUN apt-get update && apt-get install -y libsqlite3-dev gcc\nCOPY") + FINAL}, "apk add --no-cache sqlite-dev gcc musl-dev"),
    ("wrong-package-manager", {"Dockerfile": GOOD.replace("COPY . .", "RUN apk add --no-cache zlib-dev && echo ready\nCOPY . .")}, "--no-install-recommends zlib1g-dev && rm -rf /var/lib/apt/lists/* && echo ready"),
    ("os-package-not-found", {"Dockerfile": GOOD.replace("COPY . .", "RUN apt-get update && apt-get install -y sqlite-devel\nCOPY . .")}, "libsqlite3-dev"),
    ("dockerfile-syntax", {"Dockerfile": GOOD.replace("RUN CGO", "RUNN CGO")}, "+RUN CGO"),
    ("dockerfile-syntax", {"Dockerfile": GOOD.replace("COPY . .", "COPY go.mod\nCOPY . .")}, "+COPY go.mod ./"),
    ("listen-on-loopback", {"main.go": main_of('\t"net/http"', '\thttp.ListenAndServe("127.0.0.1:8080", nil)')}, '+\thttp.ListenAndServe(":8080", nil)'),
    ("listen-on-loopback", {"Dockerfile": GOOD.replace("ENTRY", "ENV HTTP_ADDR=localhost:9000\nENTRY")}, "+ENV HTTP_ADDR=0.0.0.0:9000"),
    ("copy-source-missing", {"Dockerfile": GOOD.replace("COPY . .", "COPY go.mod go.sum ./\nCOPY . .")}, "+COPY go.mod ./"),
    ("exec-permission-denied", {"Dockerfile": BUILD + 'FROM debian:bookworm-slim\nRUN useradd app\nCOPY --from=build /depot /root/depot\nUSER app\nCMD ["/root/depot"]\n'}, '+CMD ["/usr/local/bin/depot"]'),
    ("package-not-in-std", {"store/store.go": "package store\n", "main.go": main_of('\t_ "depot/store"', "")}, '+\t_ "example.com/fleet/depot/store"'),
    ("exec-not-a-program", {"run.sh": "exec /depot\n", "Dockerfile": BUILD + 'FROM alpine:3.22\nCOPY --from=build /depot /depot\nCOPY --chmod=755 run.sh /\nENTRYPOINT ["/run.sh"]\n'}, "+#!/bin/sh"),
    ("runs-as-root-warning", {"Dockerfile": "FROM golang:1.24-alpine\nUSER root\nWORKDIR /src\nCOPY . .\nRUN go build -o /depot .\nCMD [\"/depot\"]\n"}, "+USER 65534:65534"),
]  # fmt: skip


@pytest.mark.parametrize(("cause", "files", "telling"), MORE)
def test_the_change_says_what_it_should(cause: str, files: Files, telling: str, knowledge: Knowledge, tmp_path: Path) -> None:
    folder = put(tmp_path / "p", files)
    fixes = offered(folder, knowledge, cause)
    assert fixes
    assert any(telling in f.patch for f in fixes), "\n".join(f.patch for f in fixes)
    patched(folder, next(f for f in fixes if telling in f.patch))
    assert cause not in named(folder, knowledge)


@pytest.mark.skipif(PATCH is None, reason="patch is not installed")
def test_every_change_offered_for_a_recorded_case_applies(knowledge: Knowledge, tmp_path: Path) -> None:
    cases = [p.parent for p in sorted((ROOT / "tests" / "recorded").glob("*/*/fix.diff"))]
    offered_for = 0
    for number, case in enumerate(cases):
        log = case / "log.txt"
        found = diagnose(case_from(gather(Sources(log=str(log) if log.exists() else "", project=case), knowledge), knowledge), knowledge)
        fixes = [f for c in found.causes[:2] for f in c.fixes if f.patch]
        offered_for += bool(found.causes and any(f.patch for f in found.causes[0].fixes))
        for at, fix in enumerate(fixes):
            copy = tmp_path / f"{number}-{at}"
            shutil.copytree(case, copy)
            patched(copy, fix)
    assert offered_for >= 0.9 * len(cases)


# --- the command ---------------------------------------------------------------------------------------------------


SHELL = {"Dockerfile": BUILD + FINAL.replace('["/depot"]', "/depot --serve")}


def test_a_diff_on_standard_output_and_applied(run: Run, tmp_path: Path) -> None:
    folder = put(tmp_path / "p", SHELL)
    os.chmod(folder / "Dockerfile", 0o640)
    printed = run("fix", str(folder))
    assert printed.returncode == 0
    assert b'+ENTRYPOINT ["/depot", "--serve"]' in printed.stdout and b"shell-missing-in-image" in printed.stderr
    before = (folder / "Dockerfile").read_bytes()
    assert run("fix", str(folder), "--apply").returncode == 0
    assert (folder / "Dockerfile").read_bytes() != before
    assert stat.S_IMODE((folder / "Dockerfile").stat().st_mode) == 0o640
    assert sorted(p.name for p in folder.iterdir()) == ["Dockerfile", "go.mod", "main.go"]
    again = run("fix", str(folder))
    assert again.returncode == 1 and again.stdout == b""


def test_a_given_cause_and_remedy(run: Run, tmp_path: Path) -> None:
    folder = put(tmp_path / "p", {})
    done = run("fix", str(folder), "--cause", "tzdata-missing", "--remedy", "embed")
    assert done.returncode == 0 and b"timetzdata" in done.stdout
    assert run("fix", str(folder), "--cause", "tzdata-missing", "--remedy", "embedd").returncode == 2


def test_what_the_files_do_not_allow_is_said(run: Run, tmp_path: Path) -> None:
    folder = put(tmp_path / "p", {"Dockerfile": BUILD + FINAL.replace("ENTRY", "RUN make install\nENTRY")})
    done = run("fix", str(folder), "--cause", "run-in-scratch-stage")
    assert done.stdout == b"" and b"make" in done.stderr


def test_windows_line_ends_stay(run: Run, tmp_path: Path) -> None:
    folder = put(tmp_path / "p", SHELL)
    (folder / "Dockerfile").write_bytes(SHELL["Dockerfile"].replace("\n", "\r\n").encode())
    assert run("fix", str(folder), "--apply").returncode == 0
    text = (folder / "Dockerfile").read_bytes()
    assert text.count(b"\r\n") == text.count(b"\n") == 7


# --- further operations --------------------------------------------------------------------------------------------


REFUSED = [
    (GOOD, {"move-runs": {"stage": "final"}}, "no RUN"),
    (FINAL, {"move-runs": {"stage": "final"}}, "stage"),
    (GOOD, {"reinstall": {"manager": "apk", "packages": "git"}}, "No RUN"),
    (GOOD, {"update-lists": {}}, "apt-get update"),
    (GOOD, {"insert-workdir": {"path": "/src"}}, "already"),
    (GOOD, {"replace-image": {"find": "golang:9", "image": "golang:1.27"}}, "No FROM"),
    (GOOD, {"complete-copy": {}}, "destination"),
    (GOOD, {"correct-keyword": {}}, "misspelt"),
    (GOOD, {"drop-copy-source": {"source": "x"}}, "No COPY"),
    (
        GOOD.replace("COPY --from=build /depot /depot", "COPY --from=build --chown=1 /d /data"),
        {"chown-copy": {"path": "/data", "owner": "2"}},
        "already",
    ),
]


@pytest.mark.parametrize(("text", "operation", "reason"), REFUSED)
def test_an_operation_that_finds_nothing_says_so(
    text: str, operation: dict[str, dict[str, str]], reason: str, knowledge: Knowledge
) -> None:
    with pytest.raises(edits.EditRefused, match=reason):
        edits.apply(text, [operation], Managers.of(knowledge))


def test_compose_and_other_files_are_edited_in_place() -> None:
    compose = "services:\n  app:\n    build: .\n    mem_limit: 60m  # small\n    volumes:\n      - .:/app\n      - ./d:/d\n"
    assert "mem_limit: 2g  # small" in edits.edit_compose(compose, [{"set": {"key": "mem_limit", "value": "2g"}}])
    assert "- .:/app" not in edits.edit_compose(compose, [{"drop-volume": {"place": "/app"}}])
    with pytest.raises(edits.EditRefused):
        edits.edit_compose("x: [", [{"set": {"key": "mem_limit", "value": "2g"}}])
    assert edits.edit_text("a b a\n", [{"replace": {"find": "a", "with": "c"}}]) == "c b c\n"
    assert edits.edit_script("echo\r\n", [{"fix-line-ends": {}}, {"set-shebang": {"interpreter": "/bin/sh"}}]) == "#!/bin/sh\necho\n"
    with pytest.raises(ValueError, match="unknown operation"):
        edits.edit_script("", [{"x": {}}])


def test_every_command_of_the_knowledge_is_one_for_a_shell(knowledge: Knowledge) -> None:
    lists = [c.confirm for c in knowledge.causes.values()]
    lists += [part for c in knowledge.causes.values() for r in c.remedies for part in (r.steps, r.verify)]
    commands = [filled(s.text, {}, command=True) for steps in lists for s in steps if s.kind == "run"]
    assert len(commands) > 300
    for command in dict.fromkeys(commands):
        read = subprocess.run(["bash", "-n", "-c", command], capture_output=True, text=True)
        assert read.returncode == 0, (command, read.stderr)
        assert not re.match(r"(FROM|RUN|COPY|ADD|ENV|ARG|USER|WORKDIR|ENTRYPOINT|CMD) ", command), command


def test_what_the_files_refuse_is_not_offered_first(run: Run, tmp_path: Path) -> None:
    for name, text, line in (
        ("keyword", GOOD.replace("RUN CGO", "RUNN CGO"), b"+RUN CGO"),
        ("backslash", GOOD.replace("RUN CGO_ENABLED=0 go build", "RUN CGO_ENABLED=0\n  go build"), b"+RUN CGO_ENABLED=0 \\"),
        ("copy", GOOD.replace("COPY . .", "COPY ."), b"+COPY . ./"),
    ):
        folder = put(tmp_path / name, {"Dockerfile": text})
        assert line in run("fix", str(folder)).stdout, name
        assert b"missing backslash" in run("check", str(folder)).stdout if name == "backslash" else True


def test_steps_speak_of_the_program_as_its_owner_calls_it(run: Run, tmp_path: Path) -> None:
    folder = put(tmp_path / "p", {"Dockerfile": "FROM golang:1.24 AS build\nWORKDIR /src\nCOPY . .\nRUN go build -o /out/geoindex ./cmd/geo\n" + FINAL.replace("/depot", "/geoindex").replace("build /geo", "build /out/geo")})
    text = run("diagnose", "--project", str(folder), "--format", "markdown", stdin=b"exec /geoindex: no such file or directory\n").stdout.decode()
    assert "go build -o geoindex ./cmd/geo" in text and "/out/geoindex" in text
