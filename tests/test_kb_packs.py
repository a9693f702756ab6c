"""Packs and layers, kb new, lint, test and schema, as a user meets them at the command line."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run
from troubleshooter.authoring.tidy import tidied
from troubleshooter.kb.load import load_knowledge
from troubleshooter.kb.schema import published
from troubleshooter.kb.shape import Field, Record, Text, problems, upgraded
from troubleshooter.kb.source import compose

ZEBRA = """\
schema: "1"
pack: {name: zebra}
signals:
  zebra-refuses:
    speaker: program
    says: The gate is shut.
    lines: |
      zebra: gate {number} refuses
    matches: |
      zebra: gate 4 refuses
causes:
  zebra-gate:
    phase: run
    title: The gate is shut
    says: It is shut at night.
    rules: {message: {when: {signal: zebra-refuses}, for: strong}}
    examples: [{log: "zebra: gate 9 refuses", expect: first}]
"""
X509 = b'Get "https://api.example.com": x509: certificate signed by unknown authority\n'


def pack(folder: Path, text: str, name: str = "pack.yaml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, "utf-8")
    return folder


def first(done: subprocess.CompletedProcess[bytes]) -> str:
    causes = json.loads(done.stdout)["causes"]
    return str(causes[0]["id"]) if causes else ""


# --- layers ---------------------------------------------------------------------------------------------------------


def test_every_layer_counts_and_the_later_one_wins(tmp_path: Path, run: Run) -> None:
    home, project = tmp_path / "home", tmp_path / "project"
    pack(home / "troubleshooter" / "knowledge", ZEBRA)
    pack(project / ".troubleshooter", "causes:\n  zebra-gate: {title: The gate of the project is shut}\n", "more.yaml")
    pack(tmp_path / "named", "causes:\n  zebra-gate: {title: The named gate is shut}\n")
    (project / "go.mod").write_text("module a\n", "utf-8")

    def title(*arguments: str, **environ: str) -> str:
        done = run(
            "diagnose",
            "-",
            "--format",
            "json",
            *arguments,
            stdin=b"zebra: gate 1 refuses\n",
            cwd=tmp_path,
            XDG_CONFIG_HOME=str(home),
            **environ,
        )
        return str(json.loads(done.stdout)["causes"][0]["title"])

    assert title() == "The gate is shut"
    assert title("--project", str(project)) == "The gate of the project is shut"
    assert title("--project", str(project), TROUBLESHOOTER_KNOWLEDGE=str(tmp_path / "named")) == "The named gate is shut"
    pack(tmp_path / "last", "causes:\n  zebra-gate: {title: The last gate is shut}\n")
    assert title("--knowledge", str(tmp_path / "last"), TROUBLESHOOTER_KNOWLEDGE=str(tmp_path / "named")) == "The last gate is shut"


def test_rules_remedies_and_texts_are_laid_over_and_shown(tmp_path: Path, run: Run) -> None:
    folder = pack(tmp_path / "pack", """\
causes:
  ca-certificates-missing:
    title: Our bundle is missing
    rules: {message: {off: yes}}
    remedies: {ask-it: {title: Ask the desk, steps: [{say: Ask the desk.}]}}
  tzdata-missing: {off: yes}
  tmp-missing: {rules: {message-x: {when: {cgo: "1"}, for: weak}}}
""")  # fmt: skip
    shown = run("kb", "list", "--layers", "--knowledge", "pack").stdout.decode()
    for words in (
        "title replaced",
        "rules message switched off",
        "remedies ask-it added",
        "tzdata-missing of built-in: switched off",
        "rules message-x added",
    ):
        assert words in shown
    assert "tzdata-missing " not in shown.split("changed by a later layer")[0]
    knowledge = load_knowledge([folder], environ={"HOME": str(tmp_path)}, cache=False)
    plain = load_knowledge(environ={"HOME": str(tmp_path)}, cache=False)
    name = "ca-certificates-missing"
    assert {r.id for r in plain.rules[name]} - {r.id for r in knowledge.rules[name]} == {f"{name}/message"}
    assert knowledge.causes[name].remedies[-1].layer == str(folder)
    listed = json.loads(run("kb", "list", "--format", "json", "--knowledge", "pack").stdout)
    assert all(set(row) == {"id", "title", "layer"} for row in listed) and {row["layer"] for row in listed} == {"built-in"}


def test_weight_and_condition_of_a_rule_are_replaced_whole(tmp_path: Path) -> None:
    pack(tmp_path / "a", ZEBRA)
    pack(tmp_path / "b", "causes: {zebra-gate: {rules: {message: {when: {signal: zebra-refuses, cgo: '1'}, against: weak}}}}\n")
    rule = load_knowledge([tmp_path / "a", tmp_path / "b"], environ={"HOME": str(tmp_path)}, cache=False).rules["zebra-gate"][0]
    assert (rule.favours, rule.weight, len(rule.branches[0])) == (False, "weak", 2)


def test_an_installed_pack_is_found_and_none_of_its_code_runs(tmp_path: Path) -> None:
    site = tmp_path / "site-packages"
    pack(site / "zebra_pack", ZEBRA)
    (site / "zebra_pack" / "__init__.py").write_text("raise SystemExit('code of a pack was run')\n", "utf-8")
    info = site / "zebra_pack-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: zebra-pack\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text("[troubleshooter.knowledge]\nzebra = zebra_pack\nlost = no_such_pack\n", "utf-8")
    code = (
        f"import sys; sys.path.append({str(site)!r}); from troubleshooter.cli.main import main; sys.exit(main(['kb', 'list', '--layers']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path,
                          env={**os.environ, "PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(tmp_path)})  # fmt: skip
    assert done.returncode == 0 and "[zebra] The gate is shut" in done.stdout
    assert "no package 'no_such_pack' is installed" in done.stderr


def project_with_edit(folder: Path) -> Path:
    text = ZEBRA.replace("    examples:", """\
    remedies:
      edit-it:
        title: Set it
        steps: [{say: Set it.}]
        edit: [{set-env: {stage: build, name: ZEBRA, value: "1"}}]
    examples:""")  # fmt: skip
    pack(folder / ".troubleshooter", text)
    (folder / "Dockerfile").write_text(
        "FROM golang:1.24 AS build\nRUN go build -o /a .\nFROM debian:12\nCOPY --from=build /a /a\n", "utf-8"
    )
    (folder / "run.log").write_text("zebra: gate 1 refuses\n", "utf-8")
    return folder


def test_knowledge_that_comes_with_a_project_is_named_and_its_edits_are_asked_for(tmp_path: Path, run: Run) -> None:
    folder = project_with_edit(tmp_path / "project")
    before = (folder / "Dockerfile").read_text("utf-8")
    report = run("diagnose", "run.log", cwd=folder, stdin=b"").stdout.decode()
    unbroken = "".join(report.split())  # a long path is broken where the line ends
    assert f"knowledge:{folder}/.troubleshootercamewiththeproject" in unbroken
    done = run("fix", ".", "--log", "run.log", "--apply", cwd=folder)
    assert done.returncode == 2 and b"--trust-project" in done.stderr and (folder / "Dockerfile").read_text("utf-8") == before
    assert b"+ENV ZEBRA=1" in run("fix", ".", "--log", "run.log", cwd=folder).stdout
    done = run("fix", ".", "--log", "run.log", "--apply", "--trust-project", cwd=folder)
    assert done.returncode == 0 and "ENV ZEBRA=1" in (folder / "Dockerfile").read_text("utf-8")


def test_the_packs_of_the_project_are_listed_shown_and_explained(tmp_path: Path, run: Run) -> None:
    (tmp_path / "go.mod").write_text("module example.com/x\n", "utf-8")
    pack(tmp_path / ".troubleshooter", ZEBRA + "  script-crlf: {title: Endings of Windows in our scripts}\n")
    listed = run("kb", "list", "--layers").stdout.decode()
    assert re.search(r"zebra-gate +\[project\] The gate is shut", listed) and "script-crlf of built-in: title replaced" in listed
    for command in (("explain",), ("kb", "show")):
        assert b"It is shut at night" in run(*command, "zebra-gate").stdout


def test_a_project_folder_that_is_empty_or_broken_stops_nothing(tmp_path: Path, run: Run) -> None:
    (tmp_path / "go.mod").write_text("module a\n", "utf-8")
    (tmp_path / ".troubleshooter").mkdir()
    assert run("diagnose", "-", stdin=X509, cwd=tmp_path).stderr == b""
    (tmp_path / ".troubleshooter" / "a.yaml").write_text("causes: [\n", "utf-8")
    done = run("diagnose", "-", stdin=X509, cwd=tmp_path)
    assert done.returncode == 0 and done.stderr.decode().count("\n") == 1 and ".troubleshooter/a.yaml:2:1: not YAML" in done.stderr.decode()


def test_translations_of_a_pack(tmp_path: Path, run: Run) -> None:
    pack(tmp_path / "pack", ZEBRA.replace("{name: zebra}", "{name: zebra, languages: [en, ja]}"))
    assert "causes zebra-gate has no ja texts" in run("kb", "lint", "pack").stdout.decode()
    pack(tmp_path / "pack" / "ja", "causes: {zebra-gate: {title: 門が閉まっている, says: 夜は閉まる。}}\n", "pack.yaml")
    assert (
        "門が閉まっている" in run("diagnose", "-", "--knowledge", "pack", "--lang", "ja", stdin=b"zebra: gate 1 refuses\n").stdout.decode()
    )
    assert (
        "The gate is shut" in run("diagnose", "-", "--knowledge", "pack", "--lang", "en", stdin=b"zebra: gate 1 refuses\n").stdout.decode()
    )


def test_signals_over_several_lines(tmp_path: Path, run: Run) -> None:
    text = ZEBRA.replace(
        "    lines: |\n      zebra: gate {number} refuses\n", "    block:\n      - |\n        zebra stops\n        gate {number} refuses\n"
    )
    pack(
        tmp_path / "pack",
        text.replace("zebra: gate 4 refuses", r"zebra stops\n gate 4 refuses").replace(
            '"zebra: gate 9 refuses"', r'"zebra stops\ngate 9 refuses"'
        ),
    )
    assert run("kb", "lint", "pack").stdout == b"" and run("kb", "test", "pack").returncode == 0
    assert first(run("diagnose", "-", "--knowledge", "pack", "--format", "json", stdin=b"zebra stops\nx\ngate 8 refuses\n")) == "zebra-gate"
    assert first(run("diagnose", "-", "--knowledge", "pack", "--format", "json", stdin=b"gate 8 refuses\n")) == ""


# --- kb lint, kb test, kb schema ------------------------------------------------------------------------------------


def test_lint_warns_of_what_is_too_loud_too_common_or_too_weak(tmp_path: Path, run: Run) -> None:
    pack(
        tmp_path / "pack",
        ZEBRA.replace("      zebra: gate {number} refuses\n", "      zebra: gate {number} refuses\n      Successfully built {id:word}\n"),
    )
    done = run("kb", "lint", "pack")
    assert (
        re.search(r"pack/pack.yaml:4:3: zebra-refuses fires on \d+ of \d+ healthy logs; .*\(warning\)", done.stdout.decode())
        and done.returncode == 1
    )
    pack(
        tmp_path / "pack",
        ZEBRA.replace("      zebra: gate {number} refuses\n", "      zebra: gate {number} refuses\n      not found {number}\n"),
    )
    assert "holds only words that stand in every log" in run("kb", "lint", "pack").stdout.decode()
    weak = ZEBRA.replace("rules: {", "rules: {special: {when: {signal: zebra-refuses, user: root}, for: weak}, ")
    pack(
        tmp_path / "pack",
        weak.replace("expect: first}", 'expect: first}, {log: "zebra: gate 9 refuses", facts: {user: root}, expect: among-three}'),
    )
    assert (
        "the more general 'message' (strong) no longer counts, and this one is weaker (weak)" in run("kb", "lint", "pack").stdout.decode()
    )
    assert run("kb", "lint", "pack").returncode == 1 and run("kb", "lint", "pack", "--fail-on", "error").returncode == 0


def test_lint_in_every_format(tmp_path: Path, run: Run) -> None:
    pack(tmp_path / "pack", ZEBRA.replace("phase: run", "phase: rnu"))
    rows = json.loads(run("kb", "lint", "pack", "--format", "json").stdout)
    assert [(r["file"], r["line"], r["column"]) for r in rows if "rnu" in r["says"]] == [("pack/pack.yaml", 13, 12)]
    sarif = json.loads(run("kb", "lint", "pack", "--format", "sarif").stdout)
    assert sarif["version"] == "2.1.0"
    assert any(r["locations"][0]["physicalLocation"]["region"] == {"startLine": 13, "startColumn": 12} for r in sarif["runs"][0]["results"])
    github = run("kb", "lint", "pack", "--format", "github").stdout.decode()
    assert "::error file=pack/pack.yaml,line=13,col=12,title=schema::'phase' is 'rnu'; did you mean 'run'?" in github


def test_fix_puts_right_what_is_mechanical_and_keeps_comments(tmp_path: Path, run: Run) -> None:
    text = """\
# head
causes:
  zebra-gate:
    title: The gate is shut  # why
    # when
    phase: run
    says: It is shut at night.
    rules: {message: {when: {signal: zebra-refuses, go.version: 1.20}, for: strong}}
    examples: [{log: "zebra: gate 9 refuses", facts: {go.version: 1.20}, expect: first}]
signals:
  zebra-refuses:
    regex:
      - match: 'zebra: gate \\d{1,3} refuses'  # rare
    speaker: program
    says: The gate is shut.
    matches: |
      # zebra: gate 4 refuses
"""
    folder = pack(tmp_path / "pack", text)
    assert "lacks 'gate'" in run("kb", "lint", "pack").stdout.decode()
    done = run("kb", "lint", "pack", "--fix")
    fixed = (folder / "pack.yaml").read_text("utf-8")
    assert done.returncode == 0 and done.stdout == b"", done.stdout.decode()
    assert fixed.index("signals:") < fixed.index("causes:") and fixed.index("phase: run") < fixed.index("title:")
    assert fixed.count("#") == text.count("#") and '"1.20"' in fixed and 'gate: "refuses"' in fixed
    assert tidied(fixed.encode(), "x")[1] == []


def test_what_a_pack_takes_from_others_is_found(tmp_path: Path, run: Run) -> None:
    greedy = (
        ZEBRA.replace("zebra: gate {number} refuses", "x509: certificate signed by {who:word} authority")
        .replace("zebra: gate 4 refuses", "x509: certificate signed by unknown authority")
        .replace('"zebra: gate 9 refuses"', '"x509: certificate signed by unknown authority"')
    )
    pack(tmp_path / "pack", greedy.replace("for: strong", "for: decisive"))
    done = run("kb", "test", "pack")
    assert done.returncode == 1 and "taken away: " in done.stdout.decode()
    assert "zebra-refuses, of zebra-gate alone, is seen in example" in run("kb", "lint", "pack").stdout.decode()


def test_test_as_junit_and_with_calibration(tmp_path: Path, run: Run) -> None:
    pack(tmp_path / "pack", ZEBRA.replace("expect: first}", 'expect: first}, {log: "nothing at all", expect: first}'))
    done = run("kb", "test", "pack", "--format", "junit")
    suite = ET.fromstring(done.stdout)
    assert done.returncode == 1 and suite.get("failures") == "1" and suite.get("tests") == "2"
    table = run("kb", "test", "pack", "--calibration").stdout.decode()
    assert "mean gap between certainty and truth" in table and "zebra-gate -> " in table


def test_recorded_cases_of_a_pack(tmp_path: Path, run: Run) -> None:
    folder = pack(tmp_path / "pack", ZEBRA)
    case = pack(folder / "tests" / "night", "cause: zebra-gate\n", "case.yaml")
    assert run("kb", "test", "pack").returncode == 0  # a case that lacks its log is left out
    (case / "log.txt").write_text("zebra: gate 77 refuses\n", "utf-8")
    assert "logs, first cause right       1 of    1" in run("kb", "test", "pack").stdout.decode()
    (case / "case.yaml").write_text("cause: [\n", "utf-8")
    done = run("kb", "test", "pack")
    assert done.returncode == 2 and b"case.yaml:1:1" in done.stderr


def test_examples_name_logs_beside_them_and_nothing_else(tmp_path: Path, run: Run) -> None:
    folder = pack(tmp_path / "pack", ZEBRA.replace('{log: "zebra: gate 9 refuses"', "{file: logs/night.log"))
    (folder / "logs").mkdir()
    (folder / "logs" / "night.log").write_text("zebra: gate 5 refuses\n", "utf-8")
    assert run("kb", "test", "pack").returncode == 0
    (tmp_path / "outside.log").write_text("zebra: gate 5 refuses\n", "utf-8")
    pack(folder, ZEBRA.replace('{log: "zebra: gate 9 refuses"', "{file: ../outside.log"))
    assert run("kb", "test", "pack").returncode == 1


def test_the_published_schema_agrees_with_the_loader(run: Run) -> None:
    import yaml

    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(run("kb", "schema").stdout)
    assert schema == published()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for path in [*sorted((ROOT / "knowledge").glob("*/*.yaml")), *sorted((ROOT / "examples").rglob("*.yaml"))]:
        if "ja" not in path.parts:
            data = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
            assert not [e.message[:200] for e in validator.iter_errors(data)], path
    assert list(validator.iter_errors({"signals": {"a": {"liness": "x"}}}))


def test_a_key_that_goes_out_of_use_is_read_and_named() -> None:
    shape = Record(
        {"title": Field(Text(), "the title", required=True), "name": Field(Text(), "the title, formerly", instead="title")}, "an entry"
    )
    node = compose("name: x\n", "f.yaml")
    assert node is not None
    found = list(problems(node, shape, "f.yaml"))
    assert [(p.severity, p.line, p.column, p.cure) for p in found] == [("warning", 1, 1, "use 'title'")]
    assert upgraded({"name": "x"}, shape) == {"title": "x"}


def test_the_schema_of_a_newer_version_is_refused_and_the_rest_works(tmp_path: Path, run: Run) -> None:
    pack(tmp_path / "pack", ZEBRA.replace('"1"', '"2"'))
    done = run("diagnose", "-", "--knowledge", "pack", stdin=X509)
    assert done.returncode == 0 and b"pack/pack.yaml:1:1: the file is written for schema 2" in done.stderr


def test_explain_shows_the_compiled_form(run: Run) -> None:
    text = run("explain", "--rule", "exec-loader-missing-scratch/dynamic-program").stdout.decode()
    assert (
        "Known(name='link', value='dynamic')" in text and "waits for: final.libc, link" in text and "counts instead of: empty-image" in text
    )
    assert run("explain", "--rule", "exec-loader-missing-scratch/dynamic").returncode == 2
