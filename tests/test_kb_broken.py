"""Broken packs: each fault is named at its exact place with a cure, none crashes anything, none stops a run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.kb.broken import BROKEN, CAUSE, SIGNAL
from troubleshooter.authoring.lint import lint
from troubleshooter.cli.main import main
from troubleshooter.kb.problem import Problem

SOUND = """\
signals:
  okapi-ill:
    speaker: program
    says: The okapi is ill.
    lines: okapi {number} is ill
    matches: okapi 7 is ill
causes:
  okapi-fever:
    phase: run
    title: The okapi has a fever
    says: It was too long in the sun.
    rules: {message: {when: {signal: okapi-ill}, for: strong}}
    examples: [{log: okapi 9 is ill, expect: first}]
"""


def written(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Every case as a file of ``folder``: name -> (line, column, words of the message)."""
    found = {}
    for name, (text, words) in BROKEN.items():
        text = text.replace("NAME", name)
        at = text.index("§")
        found[name] = (text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1, words.replace("NAME", name))
        (folder / f"{name}.yaml").write_text(text.replace("§", ""), "utf-8")
    return found


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, tuple[int, int, str]], dict[str, list[Problem]]]:
    folder = tmp_path_factory.mktemp("broken")
    wanted = written(folder)
    (folder / "latin.yaml").write_bytes("signals:\n  a: {says: caf\u00e9 \u00fc}\n".encode("latin-1"))
    found: dict[str, list[Problem]] = {}
    for problem in lint(folder):
        found.setdefault(Path(problem.file).stem, []).append(problem)
    return wanted, found


def test_there_are_many() -> None:
    assert len(BROKEN) >= 110


@pytest.mark.parametrize("name", BROKEN)
def test_fault_is_named_where_it_stands(name: str, findings: tuple[dict[str, tuple[int, int, str]], dict[str, list[Problem]]]) -> None:
    wanted, found = findings
    line, column, words = wanted[name]
    mine = found.get(name, [])
    matching = [p for p in mine if words in f"{p.says}; {p.cure}"]
    assert matching, [str(p) for p in mine]
    assert (line, column) in [(p.line, p.column) for p in matching], [str(p) for p in matching]
    assert all(p.cure for p in matching), [str(p) for p in matching]


def test_bytes_that_are_no_utf8(findings: tuple[dict[str, tuple[int, int, str]], dict[str, list[Problem]]]) -> None:
    problem = findings[1]["latin"][0]
    assert (problem.line, problem.column) == (2, 16) and "UTF-8" in problem.says


def test_none_stops_a_run(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "packs"
    folder.mkdir()
    written(folder)
    (folder / "sound.yaml").write_text(SOUND, "utf-8")
    done = run("diagnose", "-", "--knowledge", str(folder), "--format", "json", stdin=b"okapi 12 is ill\n")
    assert done.returncode == 0 and b'"okapi-fever"' in done.stdout
    assert b"Traceback" not in done.stderr and not os.path.exists("/tmp/owned")
    lines = done.stderr.decode().splitlines()
    assert len(lines) == 21 and all(line.startswith("troubleshooter: ") and ".yaml:" in line for line in lines[:-1])
    assert "more entries are left out" in lines[-1]


def test_lint_ends_with_one_and_names_each_as_file_line_column(tmp_path: Path, run: Run) -> None:
    (tmp_path / "x.yaml").write_text(BROKEN["unknown-key"][0].replace("NAME", "x").replace("§", ""), "utf-8")
    done = run("kb", "lint", "x.yaml")
    assert done.returncode == 1
    assert done.stdout.decode().splitlines()[0].startswith("x.yaml:9:5: unknown key 'liness' of a signal; did you mean 'lines'?")


def test_nothing_to_read_is_status_two(tmp_path: Path, run: Run) -> None:
    (tmp_path / "empty").mkdir()
    for arguments in (("kb", "lint", "none"), ("kb", "test", "none"), ("kb", "lint", "empty"), ("diagnose", "-", "--knowledge", "none")):
        done = run(*arguments, stdin=b"x\n")
        assert done.returncode == 2 and done.stderr.startswith(b"troubleshooter: ") and b"Traceback" not in done.stderr


WRITTEN = (SIGNAL + CAUSE).replace("NAME", "zebra")


@pytest.mark.parametrize("name, raw, words", [
    ("utf-16", WRITTEN.encode("utf-16"), "x.yaml:1:1: byte 0xff is no UTF-8; save the file as UTF-8"),
    ("utf-16-without-mark", WRITTEN.encode("utf-16-le"), "x.yaml:1:2: not YAML"),
    ("latin-1-in-a-comment", b"# caf\xe9\n" + WRITTEN.encode(), "x.yaml:1:6: byte 0xe9"),
    ("mark-before-the-text", b"\xef\xbb\xbf" + WRITTEN.replace("phase: build", "phase: bild").encode(), "x.yaml:11:12: 'phase' is 'bild'"),
    ("lines-of-windows", WRITTEN.replace("phase: build", "phase: bild").replace("\n", "\r\n").encode(), "x.yaml:11:12: 'phase' is 'bild'"),
    ("too-large", b"# " + b"x" * 4_000_001, "x.yaml:1:1: 4,000,001 bytes are too many"),
])  # fmt: skip
def test_bytes(name: str, raw: bytes, words: str, tmp_path: Path, run: Run) -> None:
    (tmp_path / "x.yaml").write_bytes(raw)
    (tmp_path / "sound.yaml").write_text(SOUND, "utf-8")
    done = run("kb", "lint", ".")
    lines = done.stdout.decode().splitlines()
    assert done.returncode == 1 and len(lines) == 1 and lines[0].startswith(words), done.stdout.decode()
    done = run("diagnose", "-", "--knowledge", ".", stdin=b"okapi 12 is ill\n")
    assert done.returncode == 0 and "The okapi has a fever" in done.stdout.decode() and len(done.stderr.splitlines()) == 1


def test_what_is_no_file_is_passed_over(tmp_path: Path, run: Run) -> None:
    (tmp_path / "sound.yaml").write_text(SOUND, "utf-8")
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "circle.yaml").symlink_to("circle.yaml")
    (tmp_path / "circle").symlink_to(".")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.yaml")
    assert run("kb", "lint", ".").returncode == 0


def test_a_file_that_cannot_be_read_is_named_and_the_rest_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                               capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    (tmp_path / "sound.yaml").write_text(SOUND, "utf-8")
    (tmp_path / "closed.yaml").write_text(SOUND, "utf-8")
    (tmp_path / "a.log").write_text("okapi 12 is ill\n", "utf-8")

    def locked(path: str, *arguments: object, **more: object) -> object:
        if Path(str(path)).name == "closed.yaml":  # root may read what nobody may
            raise PermissionError(13, "Permission denied", str(path))
        return open(path, *arguments, **more)  # type: ignore[call-overload]

    monkeypatch.setattr("troubleshooter.kb.layers.open", locked, raising=False)
    monkeypatch.chdir(tmp_path)
    assert main(["kb", "lint", "."]) == 2
    assert "closed.yaml:1:1: cannot be read: Permission denied; check its permissions" in capsys.readouterr().out
    assert main(["diagnose", "a.log", "--no-project", "--knowledge", "."]) == 0
    shown = capsys.readouterr()
    assert "The okapi has a fever" in shown.out and shown.err.count("\n") == 1


def test_what_follows_from_a_broken_entry_is_not_said(tmp_path: Path, run: Run) -> None:
    (tmp_path / "x.yaml").write_text(WRITTEN.replace("speaker: program", "speaker: progam"), "utf-8")
    assert run("kb", "lint", "x.yaml").stdout.decode() == "x.yaml:3:14: 'speaker' is 'progam'; did you mean 'program'?\n"


def test_an_example_with_a_fact_that_does_not_exist_fails_alone(tmp_path: Path, run: Run) -> None:
    (tmp_path / "x.yaml").write_text(SOUND.replace("expect: first", "facts: {final.imge: scratch}, expect: first"), "utf-8")
    done = run("kb", "test", "x.yaml")
    assert done.returncode == 1 and "no fact is called 'final.imge'; did you mean 'final.image'?" in done.stdout.decode()
