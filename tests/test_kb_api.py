"""The Python interface as the documentation shows it, and what an import of it costs."""

from __future__ import annotations

import doctest
import io
import subprocess
import sys
from pathlib import Path

import pytest

import troubleshooter
from troubleshooter import InputError, KnowledgeError, Session, TroubleshooterError, UsageError, api, diagnose, load_knowledge

LOG = "exec /app: no such file or directory"
FLAGS = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL


@pytest.mark.parametrize("module", [troubleshooter, api])
def test_examples_in_the_documentation(module: object) -> None:
    failed, tried = doctest.testmod(module, optionflags=FLAGS)  # type: ignore[arg-type]
    assert tried and not failed


def test_everything_that_is_promised_is_there() -> None:
    for name in troubleshooter.__all__:
        assert getattr(troubleshooter, name) is not None
    assert len(Path(troubleshooter.__file__).read_text("utf-8").splitlines()) < 60
    with pytest.raises(AttributeError):
        troubleshooter.nothing  # noqa: B018


def test_the_import_alone_loads_nothing() -> None:
    code = (
        "import sys, troubleshooter; "
        "print([m for m in sys.modules if m.startswith('troubleshooter.') or m in ('yaml', 'experta', 'textual')])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_every_way_to_give_a_log(tmp_path: Path) -> None:
    path = tmp_path / "run.log"
    path.write_text(LOG, "utf-8")
    facts = {"final.image": "scratch", "link": "dynamic"}
    answers = [diagnose(log, facts=facts).causes[0] for log in (LOG, LOG.encode(), path, io.BytesIO(LOG.encode()))]  # type: ignore[list-item]
    assert len({(c.id, c.certainty) for c in answers}) == 1


def test_texts_and_files_say_the_same(tmp_path: Path) -> None:
    text = "FROM golang:1.24-bookworm AS build\nRUN go build -o /api .\nFROM scratch\nCOPY --from=build /api /api\n"
    (tmp_path / "Dockerfile").write_text(text, "utf-8")
    assert diagnose(LOG, dockerfile=text) == diagnose(LOG, dockerfile=tmp_path / "Dockerfile")


def test_errors_are_typed(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        diagnose(tmp_path / "none.log")
    with pytest.raises(UsageError):
        diagnose(LOG, facts={"final.imag": "scratch"})
    with pytest.raises(KnowledgeError):
        load_knowledge([tmp_path / "none"])
    assert issubclass(KnowledgeError, TroubleshooterError)


def test_a_session_from_the_interface() -> None:
    session = Session(load_knowledge()).describe(LOG)
    assert session.answer("final.image", "scratch").diagnosis.causes[0].id == "exec-loader-missing-scratch"
