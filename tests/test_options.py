"""Options that name evidence: values that cannot be, files that are something else, and where annotations point."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from conftest import Run

LOG = b"exec /srv/gatekeeper: no such file or directory\n"
SHELL = 'FROM golang:1.24 AS build\nRUN CGO_ENABLED=0 go build -o /d .\nFROM scratch\nCOPY --from=build /d /d\nENTRYPOINT /d\n'  # fmt: skip


@pytest.mark.parametrize("fact, telling", [
    ("final.libc=muscle", "final.libc is glibc, musl or none; did you mean 'musl'?"),
    ("needs-cgo=true", "needs-cgo is yes or no"),
    ("cgo=off", "cgo is 0 or 1"),
    ("host.arch=x86_64", "amd64"),
    ("final.libcc=musl", "did you mean 'final.libc'?"),
    ("bananas=1", "kb list --facts"),
])  # fmt: skip
@pytest.mark.parametrize("command", [("diagnose", "--no-project"), ("ask", "exec format error", "--no-project"), ("fix",), ("check", ".")])
def test_a_fact_that_cannot_be_is_refused_with_what_is_right(run: Run, command: tuple[str, ...], fact: str, telling: str) -> None:
    done = run(*command, "--fact", fact, stdin=LOG)
    assert done.returncode == 2 and not done.stdout
    assert fact in done.stderr.decode() and telling in done.stderr.decode()


@pytest.mark.parametrize("fact", ["final.libc=unknown", "final.image=registry.example/base@sha256:0f", "go.version=1.99.3", "user=10001"])
def test_free_values_versions_and_unknown_are_taken(run: Run, fact: str) -> None:
    assert run("diagnose", "--no-project", "--fact", fact, stdin=LOG).returncode == 0


def test_every_value_that_an_answer_may_have_is_allowed(run: Run) -> None:
    facts = {f["name"]: f["only"] for f in json.loads(run("kb", "list", "--facts", "--format", "json").stdout)}
    assert facts["final.libc"] == ["glibc", "musl", "none"] and facts["final.image"] == []
    question = json.loads(run("diagnose", "--no-project", "--format", "json", stdin=LOG).stdout)["questions"][0]
    for answer in question["answers"]:
        assert run("diagnose", "--no-project", "--fact", f"{question['fact']}={answer['value']}", stdin=LOG).returncode in (0, 1)


PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00"
NONSENSE = [
    (PICTURE, "is a binary file"),
    (b"", "is empty"),
    (b"\n \n", "is empty"),
    (b"# Notes\nThis is a text.\n", "no line of it"),
    (b"\xff\xfeF\x00R\x00O\x00M\x00", "UTF-16"),
]


@pytest.mark.parametrize("content, telling", NONSENSE)
@pytest.mark.parametrize("option", ["--dockerfile", "--go-mod"])
@pytest.mark.parametrize("command", ["diagnose", "check", "fix"])
def test_a_named_file_that_is_something_else_is_refused(
    run: Run, tmp_path: Path, command: str, option: str, content: bytes, telling: str
) -> None:
    (tmp_path / "thing").write_bytes(content)
    done = run(command, option, "thing", stdin=LOG)
    assert done.returncode == 2 and not done.stdout
    assert done.stderr.decode().startswith("troubleshooter: thing ") and telling in done.stderr.decode()
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("content, telling", [(PICTURE, "data"), (b"", "empty"), (b"hello\n", "text"), (b"PK\x03\x04" + b"\0" * 40, "zip")])
def test_a_named_binary_that_is_no_program_is_said(run: Run, tmp_path: Path, content: bytes, telling: str) -> None:
    (tmp_path / "thing").write_bytes(content)
    text = run("diagnose", "--binary", "thing", stdin=LOG).stdout.decode()
    assert "Note" in text and telling in text and "--binary" in text


def test_a_file_that_an_option_names_keeps_its_path(run: Run, tmp_path: Path) -> None:
    (tmp_path / "docker").mkdir()
    (tmp_path / "docker" / "api.Dockerfile").write_text(SHELL)
    printed = run("fix", "--dockerfile", "docker/api.Dockerfile").stdout
    assert b"--- a/docker/api.Dockerfile\n" in printed
    for form in ("github", "sarif", "text"):
        assert b"docker/api.Dockerfile" in run("check", "--dockerfile", "docker/api.Dockerfile", "--format", form).stdout


@pytest.mark.parametrize(
    "here, folder, expected", [(".", "svc/a", "svc/a/Dockerfile"), ("svc/a", ".", "Dockerfile"), ("svc", "a", "a/Dockerfile")]
)
def test_annotations_open_from_the_current_folder(run: Run, tmp_path: Path, here: str, folder: str, expected: str) -> None:
    (tmp_path / "svc" / "a").mkdir(parents=True)
    (tmp_path / "svc" / "a" / "Dockerfile").write_text(SHELL)
    cwd = tmp_path / here
    assert f"::error file={expected},line=5," in run("check", folder, "--format", "github", cwd=cwd).stdout.decode()
    first = json.loads(run("check", folder, "--format", "sarif", cwd=cwd).stdout)["runs"][0]["results"][0]
    assert first["locations"][0]["physicalLocation"] == {"artifactLocation": {"uri": expected}, "region": {"startLine": 5}}
    assert run("check", folder, cwd=cwd).stdout.decode().startswith(f"{expected}:5: ")


def test_no_place_is_made_up_where_no_file_was_read(run: Run) -> None:
    github = run("diagnose", "--no-project", "--format", "github", stdin=LOG).stdout
    assert github.startswith(b"::warning title=") and b"file=" not in github
    results = json.loads(run("diagnose", "--no-project", "--format", "sarif", stdin=LOG).stdout)["runs"][0]["results"]
    assert results and not any(r["locations"] for r in results)


@pytest.mark.parametrize("command", [("explain",), ("fix", "--cause"), ("kb", "show")])
@pytest.mark.parametrize("word, telling", [
    ("exec-loder", "exec-loader-missing-scratch"), ("tzdta", "tzdata-missing"), ("quite-something-else", "`troubleshooter kb list`"),
])  # fmt: skip
def test_an_unknown_cause_is_answered_with_the_nearest_or_the_list(run: Run, command: tuple[str, ...], word: str, telling: str) -> None:
    done = run(*command, word)
    assert done.returncode == 2 and telling in done.stderr.decode()


def test_a_cause_as_markdown_stands_alone(run: Run) -> None:
    text = run("explain", "dockerfile-syntax", "--format", "markdown").stdout.decode()
    assert text.startswith("# Docker cannot read the Dockerfile\n")
    assert "kb docs" not in text and ".md)" not in text and "(`buildkit-required`)" in text


@pytest.mark.parametrize("locale", [{"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}])
def test_japanese_is_understood_in_any_locale(run: Run, locale: dict[str, str]) -> None:
    done = run("ask", "scratch だと証明書エラー", "--format", "json", **locale)
    assert json.loads(done.stdout)["causes"][0]["id"] == "ca-certificates-missing"


def test_the_report_names_a_command_that_writes_the_change_it_shows(run: Run, tmp_path: Path) -> None:
    log = b"exec /d: no such file or directory\n"
    for name, arguments, stdin in (
        ("file", ("diagnose", "run log.txt"), b""),
        ("pipe", (), log),
        ("other", ("--dockerfile", "docker/it"), log),
        ("ask", ("ask", log.decode()), b""),
    ):
        folder = tmp_path / name
        (folder / "docker").mkdir(parents=True)
        (folder / "run log.txt").write_bytes(log)
        file = folder / ("docker/it" if name == "other" else "Dockerfile")
        file.write_text("FROM golang:1.24 AS build\nRUN go build -o /d .\nFROM scratch\nCOPY --from=build /d /d\nENTRYPOINT [\"/d\"]\n")
        text = run(*arguments, stdin=stdin, cwd=folder).stdout.decode()
        command = next(line.partition("$ ")[2] for line in text.splitlines() if "$ troubleshooter fix" in line)
        done = run(*shlex.split(command)[1:], cwd=folder)
        assert done.returncode == 0, (command, done.stderr)
        assert "ENV CGO_ENABLED=0" in file.read_text()


def test_commands_are_printed_whole_whatever_their_length(run: Run) -> None:
    head = b'failed to do request: Head "https://ghcr.io/v2/acme/base/manifests/1.2": dial tcp: lookup ghcr.io: no such host'
    log = b"ERROR: failed to solve: ghcr.io/acme/base:1.2: failed to resolve source metadata for ghcr.io/acme/base:1.2: " + head
    lines = run("diagnose", "--no-project", stdin=log).stdout.decode().splitlines()
    fix = json.loads(run("diagnose", "--no-project", "--format", "json", stdin=log).stdout)["causes"][0]["fixes"][0]
    commands = [step["run"] for step in [*fix["steps"], *fix.get("verify", [])] if "run" in step]
    assert any("ghcr.io" in c for c in commands)
    assert set(commands) <= {line.partition("$ ")[2] for line in lines}
