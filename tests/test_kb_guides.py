"""The guides as written: every command of the walk is run, and its output compared; the acme pack is sound."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run

BLOCK = re.compile(r"^```(?P<kind>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(name: str) -> list[tuple[str, str, str]]:
    text = (ROOT / "docs" / name).read_text("utf-8")
    return [(m["kind"], m["title"] or "", m["text"]) for m in BLOCK.finditer(text)]


def commands(text: str) -> list[tuple[str, list[str]]]:
    """(command, expected lines) of a console block."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def agrees(expected: list[str], got: list[str]) -> bool:
    """Whether ``got`` is what was written; ``...`` stands for any number of lines."""
    if not expected:
        return not got
    if expected[0] == "...":
        return any(agrees(expected[1:], got[n:]) for n in range(len(got) + 1))
    return bool(got) and expected[0].rstrip() == got[0].rstrip() and agrees(expected[1:], got[1:])


@pytest.fixture
def shell(tmp_path: Path) -> Path:
    """A folder in which `troubleshooter` is a command."""
    command = tmp_path / "bin" / "troubleshooter"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m troubleshooter "$@"\n', "utf-8")
    command.chmod(0o755)
    return tmp_path


def test_the_walk_of_write_a_rule(shell: Path) -> None:
    shutil.copy(ROOT / "docs" / "fail.log", shell)
    environ = {
        **os.environ,
        "PATH": f"{shell / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "LC_ALL": "C.UTF-8",
        "HOME": str(shell),
    }
    ran = 0
    for kind, title, text in blocks("write-a-rule.md"):
        if title:
            (shell / title).write_text(text, "utf-8")
        for command, expected in commands(text) if kind == "console" else ():
            done = subprocess.run(command, shell=True, cwd=shell, env=environ, capture_output=True, text=True, timeout=120)
            assert agrees(expected, done.stdout.splitlines()), f"$ {command}\n{done.stdout}\n{done.stderr}"
            ran += 1
    assert ran >= 8
    shown = next(text for kind, _, text in blocks("write-a-rule.md") if kind == "text")
    assert shown == (ROOT / "docs" / "fail.log").read_text("utf-8")


def test_the_example_of_how_it_decides(shell: Path, run: Run) -> None:
    for kind, title, text in blocks("how-it-decides.md"):
        if title:
            (shell / title).write_text(text, "utf-8")
        for command, expected in commands(text) if kind == "console" else ():
            done = run(*command.removeprefix("troubleshooter ").split(), cwd=shell)
            assert agrees(expected, done.stdout.decode().splitlines()), f"$ {command}\n{done.stdout.decode()}"


def test_the_acme_pack(run: Run) -> None:
    pack = str(ROOT / "examples" / "pack-acme")
    done = run("kb", "lint", pack)
    assert done.returncode == 0, done.stdout.decode()
    done = run("kb", "test", pack)
    assert done.returncode == 0, done.stdout.decode()


def test_the_acme_packs_own_tests() -> None:
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"], cwd=ROOT / "examples" / "pack-acme",
                          env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=300)  # fmt: skip
    assert done.returncode == 0 and done.stdout.count(".") >= 12, done.stdout


def test_base_images_of_a_company(tmp_path: Path, run: Run) -> None:
    (tmp_path / "Dockerfile").write_text(
        "FROM registry.acme.example/go-builder:1.24 AS build\nRUN go build -o /a .\nFROM scratch\nCOPY --from=build /a /a\n", "utf-8"
    )
    done = run("check", ".", "--knowledge", str(ROOT / "examples" / "pack-acme"), "--format", "json")
    facts = {f["name"]: f["value"] for f in json.loads(done.stdout)["facts"]}
    assert facts["build.libc"] == "musl"


def test_generated_files_are_fresh(run: Run) -> None:
    schema = run("kb", "schema").stdout
    assert (ROOT / "docs" / "knowledge.schema.json").read_bytes() == schema, "run `troubleshooter kb schema > docs/knowledge.schema.json`"
    reference = run("kb", "schema", "--markdown").stdout
    assert (ROOT / "docs" / "reference.md").read_bytes() == reference, "run `troubleshooter kb schema --markdown > docs/reference.md`"
    done = run("kb", "docs", "--check", "--into", str(ROOT / "docs" / "causes"))
    assert done.returncode == 0, done.stdout.decode()[:2000] + "\nrun `troubleshooter kb docs`"
