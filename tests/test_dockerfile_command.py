"""``troubleshooter dockerfile``: what it writes parses, is what was wished for, and makes check silent; what cannot be is refused."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Run
from troubleshooter.case import case_from
from troubleshooter.cli.dockerfile import project_needs
from troubleshooter.diagnosis import diagnose
from troubleshooter.evidence import dockerfile
from troubleshooter.evidence.gather import Sources, gather
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.remedy.wishes import FINALS, Needs, Refused, Wishes, plan
from troubleshooter.remedy.writer import render, write

PLAIN = 'package main\n\nimport (\n\t"log"\n\t"net/http"\n)\n\nfunc main() { log.Fatal(http.ListenAndServe(":8080", nil)) }\n'
CGO = 'package main\n\n// static int one(void) { return 1; }\nimport "C"\n\nfunc main() { println(int(C.one())) }\n'
GREEDY = (
    'package main\n\nimport (\n\t"net/http"\n\t"os"\n\t"os/user"\n\t"time"\n)\n\nfunc main() {\n\ttime.LoadLocation("Asia/Tokyo")\n'
    '\thttp.Get("https://api.example.com/v1")\n\tos.CreateTemp("", "x")\n\tuser.Current()\n\tos.ReadFile("templates/a.html")\n'
    '\tos.WriteFile("/data/state.json", nil, 0o600)\n}\n'
)


def project(folder: Path, source: str, go_mod: str = "module example.com/shop/till\n\ngo 1.22\n") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "go.mod").write_text(go_mod)
    (folder / "main.go").write_text(source)
    if "templates" in source:
        (folder / "templates").mkdir(exist_ok=True)
        (folder / "templates" / "a.html").write_text("<p>")
    return folder


def written(wishes: Wishes, needs: Needs, knowledge: Knowledge, explain: bool = False) -> str:
    return render(write(plan(wishes, needs, knowledge), wishes, needs, knowledge), explain)


def findings(folder: Path, knowledge: Knowledge) -> list[tuple[str, float]]:
    evidence = gather(Sources(project=folder), knowledge)
    diagnosis = diagnose(case_from(evidence, knowledge, advice=True), knowledge)
    return [(c.id, c.certainty) for c in diagnosis.causes]


WISHES = st.builds(
    Wishes,
    final=st.sampled_from(("", *FINALS)),
    cgo=st.sampled_from(("auto", "on", "off")),
    link=st.sampled_from(("", "static", "dynamic")),
    user=st.sampled_from(("", "nobody", "nonroot", "1000", "root")),
    timezones=st.booleans(),
    certificates=st.booleans(),
    platforms=st.sampled_from(((), ("linux/amd64", "linux/arm64"), ("linux/arm/v7",))),
    cache=st.booleans(),
    smoke=st.sampled_from(("", "--version")),
    health=st.sampled_from(("", "healthcheck --quick")),
    go=st.sampled_from(("", "1.24", "1.27")),
)


@pytest.mark.parametrize("source", [PLAIN, CGO, GREEDY], ids=["plain", "cgo", "greedy"])
def test_check_has_nothing_to_say_of_what_is_written(source: str, knowledge: Knowledge, tmp_path: Path) -> None:
    folder = project(tmp_path / "p", source)
    needs = project_needs(folder, knowledge)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(WISHES, st.booleans())
    def holds(wishes: Wishes, explain: bool) -> None:
        (folder / "Dockerfile").unlink(missing_ok=True)
        try:
            text = written(wishes, needs, knowledge, explain)
        except Refused as refused:
            assert refused.reason and refused.nearest.startswith("--")
            return
        parsed = dockerfile.parse(text, lenient=True)
        assert not parsed.problems
        (folder / "Dockerfile").write_text(text)
        assert findings(folder, knowledge) == []

    holds()


def test_every_final_image_can_be_had_somehow(knowledge: Knowledge, tmp_path: Path) -> None:
    needs = project_needs(project(tmp_path / "p", PLAIN), knowledge)
    for final in FINALS:
        text = written(Wishes(final=final), needs, knowledge)
        stages = dockerfile.parse(text).stages
        assert len(stages) == 2
        assert final.split("-")[0] in stages[1].image


@pytest.mark.parametrize(
    ("source", "wishes", "reason", "nearest"),
    [
        (CGO, Wishes(cgo="off"), "needs cgo", "--cgo on"),
        (CGO, Wishes(final="scratch", link="dynamic"), "no loader", "--final distroless-base"),
        (PLAIN, Wishes(cgo="off", link="dynamic"), "static", "--cgo off --static"),
        (PLAIN, Wishes(go="1.20"), "asks for Go 1.22", "--go 1.22"),
        (PLAIN, Wishes(go="1.99"), "not known to exist", "--go 1."),
        (PLAIN, Wishes(package="./cmd/none"), "no main package", "--package ."),
        (PLAIN, Wishes(user="alice"), "by name", "--user nonroot"),
        (PLAIN, Wishes(platforms=("windows/amd64",)), "no platform", "--platforms"),
    ],
)
def test_impossible_wishes_are_refused_with_the_reason(source: str, wishes: Wishes, reason: str, nearest: str, knowledge: Knowledge,
                                                       tmp_path: Path) -> None:  # fmt: skip
    needs = project_needs(project(tmp_path / "p", source), knowledge)
    with pytest.raises(Refused, match=reason) as caught:
        written(wishes, needs, knowledge)
    assert caught.value.nearest.startswith(nearest)


def test_a_module_that_needs_a_c_library_brings_its_packages(knowledge: Knowledge, tmp_path: Path) -> None:
    source = 'package main\n\nimport _ "github.com/google/gousb"\n\nfunc main() {}\n'
    mod = "module example.com/usb\n\ngo 1.22\n\nrequire github.com/google/gousb v1.1.3\n"
    needs = project_needs(project(tmp_path / "p", source, mod), knowledge)
    text = written(Wishes(), needs, knowledge)
    assert "libusb-1.0-0-dev" in text
    assert "FROM debian:bookworm-slim" in text
    assert "libusb-1.0-0 " in text + " "
    with pytest.raises(Refused, match="needs usb"):
        written(Wishes(final="distroless-base"), needs, knowledge)
    with pytest.raises(Refused, match=r"github\.com/google/gousb needs cgo"):
        written(Wishes(cgo="off"), needs, knowledge)


def test_several_programs_need_a_choice(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "p"
    for name in ("api", "job"):
        (folder / "cmd" / name).mkdir(parents=True)
        (folder / "cmd" / name / "main.go").write_text("package main\n\nfunc main() {}\n")
    (folder / "go.mod").write_text("module example.com/two\n\ngo 1.22\n")
    refused = run("dockerfile", "--project", str(folder))
    assert refused.returncode == 2
    assert b"several programs: ./cmd/api, ./cmd/job" in refused.stderr
    chosen = run("dockerfile", "--project", str(folder), "--package", "cmd/job")
    assert chosen.returncode == 0
    assert b"-o /out/app ./cmd/job" in chosen.stdout


def test_the_output_file_is_written_whole_and_never_overwritten(run: Run, tmp_path: Path) -> None:
    folder = project(tmp_path / "p", PLAIN)
    out = folder / "Dockerfile"
    assert run("dockerfile", "--project", str(folder), "--output", str(out)).returncode == 0
    first = out.read_bytes()
    again = run("dockerfile", "--project", str(folder), "--final", "scratch", "--output", str(out))
    assert again.returncode == 2
    assert b"--force" in again.stderr
    assert out.read_bytes() == first
    assert run("dockerfile", "--project", str(folder), "--final", "scratch", "--output", str(out), "--force").returncode == 0
    assert b"FROM scratch" in out.read_bytes()
    assert [p.name for p in folder.iterdir() if p.name.startswith(".")] == []


def test_explained_line_by_line(run: Run, tmp_path: Path) -> None:
    folder = project(tmp_path / "p", PLAIN)
    plain = run("dockerfile", "--project", str(folder), "--final", "scratch").stdout.decode().splitlines()
    explained = run("dockerfile", "--project", str(folder), "--final", "scratch", "--explain").stdout.decode().splitlines()
    assert [line for line in explained if not line.startswith("# ") or line.startswith("# syntax")] == plain
    instructions = [i for i, line in enumerate(explained) if line and not line.startswith("#")]
    assert all(explained[i - 1].startswith("# ") for i in instructions)


def test_combinations_that_the_command_line_takes(run: Run, tmp_path: Path) -> None:
    folder = project(tmp_path / "p", PLAIN)
    for final, user in itertools.product(("scratch", "alpine"), ("nonroot", "1001")):
        done = run("dockerfile", "--project", str(folder), "--final", final, "--user", user, "--platforms", "linux/amd64,linux/arm64",
                   "--cache", "--healthcheck", "--timezones", "--ca-certificates")  # fmt: skip
        assert done.returncode == 0
        text = done.stdout.decode()
        assert "$BUILDPLATFORM" in text and "GOARCH=$TARGETARCH" in text and 'HEALTHCHECK CMD ["/app/app", "healthcheck"]' in text


def test_reasons_and_refusals_speak_japanese(run: Run, tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/tide\n\ngo 1.24\n")
    (tmp_path / "main.go").write_text("package main\n\nfunc main() {}\n")
    text = run("dockerfile", "--explain", "--lang", "ja").stdout.decode()
    comments = [line for line in text.splitlines() if line.startswith("# ") and "syntax=" not in line]
    assert comments and all(any("\u3040" <= c <= "\u30ff" for c in line) for line in comments)
    refused = run("dockerfile", "--final", "scratch", "--dynamic", "--cgo", "on", "--lang", "ja")
    assert "動的リンクのプログラムは起動しません。最も近い指定: troubleshooter dockerfile" in refused.stderr.decode()
