"""The command line as scripts use it: the contract's JSON, exit statuses, and what happens to bad input."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Run

LOG = b"gatekeeper starting\nexec /srv/gatekeeper: no such file or directory\n"
SCRATCH = ("--fact", "final.image=scratch")
HEALTHY = b"Step 1/2 : FROM golang:1.24\n ---> 1\nStep 2/2 : RUN go build -o /app .\n ---> 2\nSuccessfully built 0123456789ab\n"


def answer(run: Run, *arguments: str, stdin: bytes = LOG) -> dict[str, Any]:
    done = run("diagnose", "--format", "json", "--no-project", *arguments, stdin=stdin)
    assert done.returncode in (0, 1), done.stderr.decode()
    assert b"Traceback" not in done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_json_has_every_field_of_the_contract(run: Run) -> None:
    found = answer(run, *SCRATCH)
    assert found["version"] == 1
    assert found["outcome"] == "diagnosed"
    cause = found["causes"][0]
    assert cause["id"] == "exec-loader-missing-scratch"
    assert {"id", "title", "phase", "certainty", "why", "fixes"} <= cause.keys()
    assert 0 <= cause["certainty"] <= 1
    why = next(w for w in cause["why"] if w["source"] == "log")
    assert (why["line"], why["text"], why["for"]) == (2, "exec /srv/gatekeeper: no such file or directory", True)
    assert why["weight"] in ("weak", "moderate", "strong", "decisive")
    fix = cause["fixes"][0]
    assert {"id", "title", "steps", "proven"} <= fix.keys()
    assert all(list(step) in (["say"], ["run"]) for step in fix["steps"])
    assert {"name": "final.image", "value": "scratch", "source": "answered", "sure": True} in found["facts"]
    assert found["input"] == {"lines": 2, "bytes": len(LOG)}
    assert found["knowledge"]["hash"]
    assert found["next"] == found["others"] == []


def test_an_ambiguous_log_names_the_question_that_parts_its_causes(run: Run) -> None:
    found = answer(run)
    assert found["outcome"] == "ambiguous"
    question = found["questions"][0]
    assert {"id", "fact", "text", "why", "how", "answers"} <= question.keys()
    assert {"value", "text"} == question["answers"][0].keys()


def test_answering_question_after_question_ends_the_dialogue(run: Run) -> None:
    facts: list[str] = []
    for _ in range(12):
        found = answer(run, *facts)
        if found["outcome"] != "ambiguous" or not found["questions"]:
            break
        question = found["questions"][0]
        assert question["fact"] not in "".join(facts), "nothing is asked twice"
        facts += ["--fact", f"{question['fact']}=unknown"]
    else:
        pytest.fail("the dialogue does not end")


def test_what_the_files_say_is_not_asked(run: Run, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM golang:1.24 AS build\nRUN go build -o /srv/gatekeeper .\nFROM scratch\n"
                                         "COPY --from=build /srv/gatekeeper /srv/\nENTRYPOINT [\"/srv/gatekeeper\"]\n")  # fmt: skip
    found = answer(run, "--dockerfile", str(tmp_path / "Dockerfile"))
    assert found["causes"][0]["id"] == "exec-loader-missing-scratch"
    assert not {q["fact"] for q in found["questions"]} & {"final.image", "final.libc"}
    patch = next(f["patch"] for f in found["causes"][0]["fixes"] if "patch" in f)
    done = subprocess.run(["patch", "-p1"], input=patch.encode(), cwd=tmp_path, capture_output=True)
    assert done.returncode == 0, done.stdout
    assert "CGO_ENABLED=0" in (tmp_path / "Dockerfile").read_text()


@pytest.mark.parametrize("stdin, status, outcome", [
    (LOG, 0, "ambiguous"),
    (HEALTHY, 1, "healthy"),
    (b"the quick brown fox\n", 1, "unknown"),
    (b"# example.dev/quill\n./main.go:12:9: undefined: openStore\n./main.go:14:2: declared and not used: x\n", 1, "not-ours"),
])  # fmt: skip
def test_exit_status_says_whether_a_cause_was_named(run: Run, stdin: bytes, status: int, outcome: str) -> None:
    for form in ("json", "text", "markdown", "sarif", "github", "junit"):
        done = run("diagnose", "--no-project", "--format", form, stdin=stdin)
        assert done.returncode == status, (form, done.stderr)
        if form == "json":
            assert json.loads(done.stdout)["outcome"] == outcome


def test_a_pipe_without_a_command_is_diagnosed(run: Run) -> None:
    assert (
        run("--format", "json", "--no-project", stdin=LOG).stdout
        == run("diagnose", "-", "--format", "json", "--no-project", stdin=LOG).stdout
    )


@pytest.mark.parametrize("arguments, stdin, telling", [
    (("diagnose", "nowhere.log"), b"", "nowhere.log: no such file"),
    (("diagnose", "."), b"", "is a directory"),
    (("diagnose",), b"", "empty"),
    (("diagnose",), bytes(range(256)) * 50, "binary"),
    (("diagnose", "--fact", "final.imige=scratch"), LOG, "did you mean 'final.image'"),
    (("diagnose", "--fact", "scratch"), LOG, "NAME=VALUE"),
    (("diagnose", "--dockerfile", "Dockerfile.none"), LOG, "Dockerfile.none: no such file"),
    (("diagnose", "--go-mod", "none.mod"), LOG, "none.mod: no such file"),
    (("diagnose", "--binary", "none"), LOG, "none: "),
    (("diagnose", "--project", "nodir"), LOG, "nodir: no such directory"),
    (("diagnose", "--knowledge", "nodir"), LOG, "nodir: no such knowledge folder"),
    (("diagnose", "--format", "yaml"), LOG, "invalid choice"),
    (("diagnoze",), LOG, "did you mean 'diagnose'"),
    (("explain", "exec-loader-missing"), b"", "did you mean 'exec-loader-missing-scratch'"),
    (("kb", "lst"), b"", "did you mean 'list'"),
    (("check", "--fail-on", "sure"), b"", "0 to 1"),
    (("check", "nodir"), b"", "no such directory"),
    (("fix", "--cause", "exec-loder-missing-scratch"), b"", "did you mean"),
    (("diagnose", "--dockerfile", "loop"), LOG, "loop: Too many levels of symbolic links"),
    (("check", "--go-mod", "loop"), b"", "loop: Too many levels of symbolic links"),
    (("fix", "--dockerfile", "loop"), b"", "loop: Too many levels of symbolic links"),
    (("diagnose", "--project", "loop"), LOG, "loop: no such directory"),
    (("diagnose", "cut.gz"), b"", "no whole gzip"),
])  # fmt: skip
def test_bad_input_is_said_in_one_message(run: Run, tmp_path: Path, arguments: tuple[str, ...], stdin: bytes, telling: str) -> None:
    os.symlink("loop", tmp_path / "loop")
    (tmp_path / "cut.gz").write_bytes(gzip.compress(LOG * 50)[:-20])
    done = run(*arguments, stdin=stdin)
    said = done.stderr.decode()
    assert done.returncode == 2, said
    assert telling in said
    assert "Traceback" not in said
    assert not done.stdout


@pytest.mark.parametrize("name, text, place", [
    ("Dockerfile", "FROM golang:1.24\nRUM go build\n", "Dockerfile:2:1"),
    ("go.mod", "module example.dev/quill\n\ngo 1.24\nrequire (\n", "go.mod:"),
])  # fmt: skip
def test_a_broken_file_is_a_finding_and_the_log_is_diagnosed(run: Run, tmp_path: Path, name: str, text: str, place: str) -> None:
    (tmp_path / name).write_text(text)
    option = "--dockerfile" if name == "Dockerfile" else "--go-mod"
    found = answer(run, option, str(tmp_path / name), *SCRATCH)
    assert found["causes"]
    assert any(f["where"].startswith(place) and f["says"] for f in found["findings"]), found["findings"]


def test_control_codes_and_secrets_of_a_log_stay_out_of_the_report(run: Run) -> None:
    hostile = b"\x1b]0;owned\x07exec /srv/\x1b[31mgate\x9b31m\x08keeper: no such file or directory https://bob:hunter2hunter2@host/\n"
    for form in ("text", "json", "markdown", "github", "junit", "sarif"):
        done = run("diagnose", "--no-project", "--format", form, *SCRATCH, stdin=hostile)
        assert not {b for b in done.stdout if b < 32} - {9, 10}, form
        assert b"hunter2" not in done.stdout


def test_colour_only_where_it_is_asked_for(run: Run) -> None:
    assert b"\x1b[" not in run("diagnose", "--no-project", *SCRATCH, stdin=LOG).stdout
    assert b"\x1b[" in run("diagnose", "--no-project", "--color", "always", *SCRATCH, stdin=LOG).stdout


def test_the_report_fits_80_columns(run: Run) -> None:
    text = run("diagnose", "--no-project", *SCRATCH, stdin=LOG).stdout.decode()
    assert max(map(len, text.splitlines())) <= 80


def test_japanese_is_spoken_by_option_and_by_locale(run: Run) -> None:
    by_option = run("diagnose", "--no-project", "--lang", "ja", *SCRATCH, stdin=LOG).stdout.decode()
    by_locale = run("diagnose", "--no-project", *SCRATCH, stdin=LOG, LC_ALL="ja_JP.UTF-8").stdout.decode()
    assert by_option == by_locale
    assert "根拠" in by_option


def test_the_current_folder_is_read_as_the_project_and_said_so(run: Run, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY gatekeeper /srv/\n")
    text = run("diagnose", stdin=LOG, cwd=tmp_path).stdout.decode()
    assert "project: Dockerfile" in text.splitlines()[1]
    assert "project:" not in run("diagnose", "--no-project", stdin=LOG, cwd=tmp_path).stdout.decode()


def test_pipe_mode_imports_no_heavy_library() -> None:
    code = (
        "import sys, io; sys.argv = ['troubleshooter', 'diagnose', '--no-project', '-']\n"
        "from troubleshooter.cli.main import main\n"
        "status = main()\n"
        "heavy = {'textual', 'rich', 'asyncio', 'rapidfuzz', 'yaml'} & set(sys.modules)\n"
        "assert status == 0 and not heavy, heavy"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for _ in range(2):  # the first run may have to read the YAML
        done = subprocess.run([sys.executable, "-c", code], input=LOG, capture_output=True, env=environment)
    assert done.returncode == 0, done.stderr.decode()


def test_a_reader_that_closes_the_pipe_is_no_error() -> None:
    command = f"{sys.executable} -m troubleshooter kb list | head -1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert b"Traceback" not in done.stderr


EVERY = ("diagnose", "check", "fix", "explain tzdata-missing", "kb list", "kb list --facts", "ask exec format error", "kb schema")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
@pytest.mark.parametrize("command", EVERY)
def test_output_that_cannot_be_written_is_an_error_and_a_closed_pipe_is_none(tmp_path: Path, command: str) -> None:
    (tmp_path / "Dockerfile").write_text("FROM golang:1.24 AS b\nRUN go build -o /d .\nFROM scratch\nCOPY --from=b /d /d\nENTRYPOINT /d\n")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    whole = f"printf 'exec /d: no such file or directory\n' | {sys.executable} -m troubleshooter {command}"
    full = subprocess.run(["sh", "-c", f"{whole} >/dev/full"], capture_output=True, env=environment, cwd=tmp_path)
    assert full.returncode == 2 and full.stderr.splitlines()[-1:] == [b"troubleshooter: No space left on device"], full.stderr
    closed = subprocess.run(["sh", "-c", f"{whole} | true"], capture_output=True, env=environment, cwd=tmp_path)
    assert b"Traceback" not in closed.stderr and b"BrokenPipe" not in closed.stderr


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    script = f"mkdir gone && cd gone && rmdir ../gone && {sys.executable} -m troubleshooter check"
    done = subprocess.run(["sh", "-c", script], capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=tmp_path)
    assert done.returncode == 2 and b"the current folder does not exist any more" in done.stderr


def test_kb_list_is_what_scripts_expect(run: Run) -> None:
    rows = json.loads(run("kb", "list", "--format", "json").stdout)
    assert {"id", "title", "layer"} <= rows[0].keys()
    assert "exec-loader-missing-scratch" in {r["id"] for r in rows}


def test_explain_tells_a_cause_and_a_rule(run: Run) -> None:
    text = run("explain", "exec-loader-missing-scratch").stdout.decode()
    assert "CGO_ENABLED=0" in text
    compiled = run("explain", "--rule", "exec-loader-missing-scratch/empty-image").stdout.decode()
    assert "Signal(id='exec-no-such-file'" in compiled
    assert "waits for: final.libc" in compiled


def test_a_japanese_report_quotes_japanese_and_an_english_one_english(run: Run) -> None:
    """Whichever language was typed; and its lines break as Japanese does."""
    text = "alpineで動かすと実行ファイルが見つからない"
    for language, quoted in (("ja", "次の言い方に近い内容です: "), ("en", "this is much like: ")):
        why = json.loads(run("ask", "--no-project", "--format", "json", "--lang", language, text).stdout)["causes"][0]["why"][0]["says"]
        assert why.startswith(quoted)
        assert any("\u3040" <= c <= "\u30ff" for c in why.removeprefix(quoted)) == (language == "ja")
    report = run("diagnose", "--no-project", "--lang", "ja", *SCRATCH, stdin=LOG).stdout.decode()
    lines = [line.strip() for line in report.splitlines() if not line.lstrip().startswith(("$", "+", "-", "@"))]
    assert not [line for line in lines if line.startswith(tuple("。、)]）」")) or line.endswith(tuple("(「（"))]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["diagnose", "/nowhere/build.log"], "/nowhere/build.log: ファイルがありません。ログを指定するか"),
        (["check", "/nowhere"], "/nowhere: ディレクトリがありません。Dockerfile と go.mod のある"),
        (["explain", "scrpt-crlf"], "'scrpt-crlf' という原因はありません。'script-crlf' の間違いではありませんか"),
        (["ask", "--fact", "cgo=7", "x"], "cgo に指定できる値は 0 または 1 です"),
        (["diagnose", "-"], "標準入力が空のため、診断できません。"),
        (["chek"], "'chek' というコマンドはありません。'check' の間違いではありませんか"),
    ],
)
def test_errors_speak_japanese_too(run: Run, arguments: list[str], says: str) -> None:
    done = run(*arguments, "--lang", "ja")
    assert done.returncode == 2
    assert says in done.stderr.decode()


def test_findings_speak_japanese_too(run: Run, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM golang:1.24\nRUNN go build\n")
    report = run("check", str(tmp_path), "--lang", "ja").stdout.decode()
    assert "Dockerfile:2:1: 不明な命令です: RUNN; RUN と書いてください" in report
