"""``kb new``: from a log that nobody knows to a pack that names it, and its like with other names, as a user meets it."""

from __future__ import annotations

import json
import os
import re
import select
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run
from troubleshooter import diagnose, load_knowledge
from troubleshooter.authoring.negatives import negatives
from troubleshooter.cli.main import main
from troubleshooter.kb.knowledge import Knowledge

WALKS = ROOT / "tests" / "kb" / "walks"
"""Logs of companies that do not exist (NAME.log), and each once more with other names, versions, hashes and times (NAME.again.log)."""
PATTERNS = {
    "registry": "failed to do request: Head '{url}': NORDWIND-GATE: project '{project:name}' is frozen since {time}, pulls need",
    "codegen": "weft: {path}:{number}:{number2}: type {type:name} has wire number {number3}, but the lock",
    "bazel": "While resolving toolchains for target {label}: No matching toolchains found for types {label2}.",
    "mage": "mage: target {target}: stamp: no VERSION for stream '{stream:name}': {path} has [{...}]",
    "private-ca": "handshake refused by kestrel-pki: leaf {hash} issued by '{...}' is past its overlap window, fetch bundle {version}",
    "uid": "volume {path} belongs to uid {uid:number}, this image runs as uid {uid2:number} (see {name:name})",
    "webhook": "admission webhook '{host}' denied the request: [must-be-signed] image {image} has no signature of key {key:name}",
    "json": "config schema {schema:number} is newer than this binary understands ({number}); upgrade to acme-runtime {number2}.x",
    "journal": "E-FLT-221 unit {unit:name}: seccomp profile '{profile:name}' kills syscall {syscall:number} ({name:name}) used by artefact",
    "git-server": "INHOUSE-GIT 4032: deploy key {hash} has not been rotated for {number} days, fetch denied (ask #git-help)",
    "japanese-generator": "seisei: テンプレート {name:name} の {number} 行目: 未定義の項目'{name2:name}'が使われています",
}
"""What the pattern must hold: what differs from case to case is a hole with a speaking name, what tells the failure stands."""


def walks() -> list[str]:
    return sorted(path.name.removesuffix(".again.log") for path in WALKS.glob("*.again.log"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Knowledge]:
    """One pack with a rule from each log, made without a word of help, and the knowledge with it."""
    folder = tmp_path_factory.mktemp("walks") / "pack"
    for name in walks():
        assert main(["kb", "new", "--from-log", str(WALKS / f"{name}.log"), "--id", f"walk-{name}", "--into", str(folder)]) == 0, name
    return folder, load_knowledge([folder])


@pytest.mark.parametrize("name", walks())
def test_new_names_the_log_and_its_like(name: str, made: tuple[Path, Knowledge]) -> None:
    folder, knowledge = made
    for log in (WALKS / f"{name}.log", WALKS / f"{name}.again.log"):
        named = [(c.id, c.certainty) for c in diagnose(log, knowledge=knowledge).causes]
        assert named and named[0][0] == f"walk-{name}" and named[0][1] >= 0.5, (log.name, named[:3])
    assert PATTERNS.get(name, "") in (folder / f"walk-{name}.yaml").read_text("utf-8")


def test_new_is_silent_on_healthy_logs(made: tuple[Path, Knowledge]) -> None:
    for text in negatives():
        assert not [c.id for c in diagnose(text, knowledge=made[1]).causes if c.id.startswith("walk-")], text[:200]


def first(done: subprocess.CompletedProcess[bytes]) -> str:
    causes = json.loads(done.stdout)["causes"]
    return str(causes[0]["id"]) if causes else ""


LOGS = {
    "buildkit": (
        "#7 [build 3/4] RUN acme-gen ./...\n#7 0.913 acme-gen: template 'widgets.tmpl' was rejected by policy 7\n"
        '#7 ERROR: process "/bin/sh -c acme-gen ./..." did not complete successfully: exit code: 3\n------\n'
        'ERROR: failed to solve: process "/bin/sh -c acme-gen ./..." did not complete successfully: exit code: 3\n', ""),
    "make": ((ROOT / "docs" / "fail.log").read_text("utf-8"), "7"),
    "json": ('{"level":"fatal","ts":"2026-11-02T10:00:00Z","msg":"tenant quota of lumberjack is exhausted"}\n', ""),
    "compose": ("api-1  | starting\napi-1  | okapi bridge 10.4.4.2:9000 hung up without a word\napi-1 exited with code 3\n", "2"),
    "braces": ("render failed: {{ .Widget }} has no value in okapi.tmpl {line 7}\n", ""),
    "secret": ("okapi vault refused password=hunter2secret for svc-7\n", ""),
    "known-too": ("exec /app: no such file or directory\nokapi supervisor gave up on unit 7\n", "2"),
    "passed-step": ("#3 [build 1/2] RUN okapi warm\n#3 0.2 okapi cache of shard 4 is cold and stays so\n#3 DONE 0.3s\n", "2"),
    "windows": ("PS C:\\src> okapi build\r\nokapi: the lease of C:\\src\\cache was revoked\r\n", "2"),
    "japanese": ("okapi: 認可サーバーがビルドを拒否しました(コード 12)\n", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", LOGS)
def test_new_makes_a_pack_that_works_at_once(name: str, tmp_path: Path, run: Run) -> None:
    text, line = LOGS[name]
    (tmp_path / "fail.log").write_bytes(text.encode())
    done = run("kb", "new", "--from-log", "fail.log", "--id", "okapi-trouble", "--into", "pack", *(["--line", line] if line else []))
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    answer = json.loads(run("diagnose", "fail.log", "--knowledge", "pack", "--format", "json").stdout)["causes"][0]
    assert answer["id"] == "okapi-trouble" and answer["certainty"] >= 0.5
    tested = run("kb", "test", "pack")
    assert tested.returncode == 0, tested.stdout.decode()
    found = run("kb", "lint", "pack")
    lines = found.stdout.decode().splitlines()
    assert found.returncode == 1 and len(lines) == 5
    assert all(re.match(r"pack/okapi-trouble\.yaml:\d+:\d+: still to be written: ", line) for line in lines), lines
    assert b"hunter2secret" not in (tmp_path / "pack" / "okapi-trouble.yaml").read_bytes()


def test_new_makes_holes_of_what_differs(tmp_path: Path, run: Run) -> None:
    (tmp_path / "a.log").write_text(
        "okapi v3.2.1 at 10.0.0.7:443 refuses /srv/data/x.db of ghcr.io/acme/okapi:1.2 (try 4, sum 9f86d081884c7d65)\n", "utf-8"
    )
    run("kb", "new", "--from-log", "a.log", "--id", "okapi", "--into", "pack")
    text = (tmp_path / "pack" / "okapi.yaml").read_text("utf-8")
    assert "      okapi {version} at {address:host} refuses {path} of {image} (try {try:number}, sum {hash})\n" in text
    other = b"okapi v9.0 at 192.168.1.1 refuses /tmp/y of docker.io/library/z:3 (try 11, sum 0123456789abcdef)\n"
    assert first(run("diagnose", "-", "--knowledge", "pack", "--format", "json", stdin=other)) == "okapi"


def test_new_adds_a_rule_to_a_cause_that_is_known(tmp_path: Path, run: Run) -> None:
    (tmp_path / "a.log").write_text("okapi fetcher: trust store of the container holds nothing at all\n", "utf-8")
    assert run("kb", "new", "--from-log", "a.log", "--id", "ca-certificates-missing", "--into", "pack").returncode == 0
    assert first(run("diagnose", "a.log", "--knowledge", "pack", "--format", "json")) == "ca-certificates-missing"
    assert run("kb", "test", "pack").returncode == 0


@pytest.mark.parametrize("arguments, words", [
    (("--id", "x", "--into", "p"), "--from-log"),
    (("--from-log", "a.log", "--into", "p"), "--id"),
    (("--from-log", "a.log", "--id", "x"), "--into"),
    (("--from-log", "none.log", "--id", "x", "--into", "p"), "no such file"),
    (("--from-log", "a.log", "--id", "Not Good", "--into", "p"), "small letters"),
    (("--from-log", "a.log", "--id", "x", "--into", "p", "--line", "99"), "--line 99"),
    (("--from-log", "a.log", "--id", "x", "--into", "p", "--line", "3"), "no word to scan for"),
])  # fmt: skip
def test_new_says_what_is_missing(arguments: tuple[str, ...], words: str, tmp_path: Path, run: Run) -> None:
    (tmp_path / "a.log").write_text("okapi refuses\n\n12 : 7\n", "utf-8")
    done = run("kb", "new", *arguments)
    assert done.returncode == 2 and words in done.stderr.decode() and not (tmp_path / "p").exists()


def test_new_overwrites_nothing(tmp_path: Path, run: Run) -> None:
    (tmp_path / "a.log").write_text("okapi refuses the shard\n", "utf-8")
    assert run("kb", "new", "--from-log", "a.log", "--id", "okapi", "--into", "pack").returncode == 0
    before = (tmp_path / "pack" / "okapi.yaml").read_bytes()
    assert run("kb", "new", "--from-log", "a.log", "--id", "okapi", "--into", "pack").returncode == 2
    assert (tmp_path / "pack" / "okapi.yaml").read_bytes() == before
    (tmp_path / "b.log").write_text("gnu herd blocks the road\n", "utf-8")
    assert run("kb", "new", "--from-log", "b.log", "--id", "gnu", "--into", "pack").returncode == 0
    assert run("kb", "test", "pack").returncode == 0


# --- on a terminal --------------------------------------------------------------------------------------------------

Type = Callable[..., str]
PATIENCE = 60


@pytest.fixture
def typed(tmp_path: Path) -> Type:
    """Runs `kb new` on a terminal of its own and types ``lines``; ``until`` is the question at which the input ends instead.
    The result is what stood on the screen."""
    pty = pytest.importorskip("pty", reason="no pseudo-terminals here: the questions were not asked")

    def call(lines: str, until: str = "") -> str:
        ours, theirs = pty.openpty()
        environ = {**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "XDG_CONFIG_HOME": str(tmp_path / "none"), "TERM": "dumb"}
        process = subprocess.Popen([sys.executable, "-m", "troubleshooter", "kb", "new"], stdin=theirs, stdout=theirs, stderr=theirs,
                                   cwd=tmp_path, env=environ)  # fmt: skip
        os.close(theirs)
        os.write(ours, lines.encode())
        shown = ""
        while True:
            assert select.select([ours], [], [], PATIENCE)[0], f"waits for ever after:\n{shown}"
            try:
                data = os.read(ours, 4096)
            except OSError:  # Linux says so where the other end is closed
                break
            if not data:
                break
            shown += data.decode("utf-8", "replace")
            if until and until in shown:
                until = ""
                os.write(ours, b"\x04")
        os.close(ours)
        process.wait()
        return shown.replace("\r\n", "\n")

    return call


def test_new_asks_on_a_terminal_until_nothing_is_left_to_fill_in(typed: Type, tmp_path: Path, run: Run) -> None:
    (tmp_path / "fail.log").write_bytes((WALKS / "uid.log").read_bytes())
    shown = typed(
        "none.log\nfail.log\n7\n\nNot Good\nvolume-uid\npack\n\nThe volume is of uid {uid}: not ours.\nThe volume has another owner\n"
        "It was made for another uid.\nGive it away\n$ chown -R {uid2} /v\n"
    )
    for words in ("none.log is no file", "A number from 1 to 3", "'Not Good' is no id", "[volume-belongs-uid-image]", "Keep it"):
        assert words in shown
    assert "still" not in shown and "see that it stays true" in shown
    assert run("kb", "lint", "pack").returncode == 0 and run("kb", "test", "pack").returncode == 0
    answer = json.loads(run("diagnose", "fail.log", "--knowledge", "pack", "--format", "json").stdout)["causes"][0]
    assert answer["title"] == "The volume has another owner" and answer["fixes"][0]["steps"] == [{"run": "chown -R 64200 /v"}]


def test_new_leaves_nothing_behind_when_the_input_ends(typed: Type, tmp_path: Path) -> None:
    (tmp_path / "fail.log").write_bytes((WALKS / "uid.log").read_bytes())
    assert "nothing was written" in typed("fail.log\n\n\n", until="Folder of the pack")
    assert [p.name for p in tmp_path.iterdir()] == ["fail.log"]
