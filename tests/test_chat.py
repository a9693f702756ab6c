"""The dialogue by the words of ``chat``: piped, as a script or a screen reader would."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

LOG = "starting\nexec /app: no such file or directory\nend\n"
NEXT = 'fetch: Get "https://rates.example.com/v1": tls: failed to verify certificate: x509: certificate signed by unknown authority\n'
Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


def chat(run: Run, tmp_path: Path, *lines: str, log: str = LOG, arguments: tuple[str, ...] = ()) -> str:
    """What ``chat`` answers to ``lines`` on the built-in knowledge and a log that leaves a question."""
    (tmp_path / "build.log").write_text(log)
    typed = "".join(f"{line}\n" for line in lines).encode()
    done = run("chat", *(("build.log",) if log else ()), "--no-project", *arguments, stdin=typed)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout.decode()


def test_chat_asks_explains_and_answers(run: Run, tmp_path: Path) -> None:
    said = chat(run, tmp_path, "why", "how", "facts", "causes", "help", "find", "unknown", "back", "1")
    assert "Question 1:" in said and "What each answer would change" in said and "message: holds" in said
    assert "podman history" in said and "failures [N]" in said
    assert "I don't know" in said and "taken back" in said and said.rstrip().endswith("End of input.")
    assert not re.search(r"[{}]|is-not|not-like", said), "data instead of words"


def test_chat_ends_with_quit_and_with_the_end_of_input(run: Run, tmp_path: Path) -> None:
    assert chat(run, tmp_path, "quit").rstrip().endswith("Bye.")
    assert chat(run, tmp_path).rstrip().endswith("End of input.")


def test_chat_begins_with_a_pasted_message(run: Run, tmp_path: Path) -> None:
    said = chat(run, tmp_path, "x509: certificate signed by unknown authority", "", "quit", log="")
    assert "What goes wrong?" in said and "x509" in said


def test_chat_changes_saves_and_goes_on(run: Run, tmp_path: Path) -> None:
    lines = ("unknown", "change 1 none", "change 9 x", "change", "save s.json", "export d.md", "export d.json", "restart")
    said = chat(run, tmp_path, *lines)
    assert "changed" in said and "there is no answer 9" in said and "saved: s.json" in said and "From the beginning" in said
    assert json.loads((tmp_path / "d.json").read_text())["answers"]
    assert "Facts" in (tmp_path / "d.md").read_text()
    again = chat(run, tmp_path, "facts", log="", arguments=("--resume", "s.json"))
    assert " = none" in again


def test_chat_reads_the_next_log_and_says_what_it_cannot(run: Run, tmp_path: Path) -> None:
    (tmp_path / "next.log").write_text(NEXT)
    said = chat(run, tmp_path, "1", "dynamic", "fix", "done 1", "again nothing.log", "again next.log", "quit")
    assert "noted as done: Build without cgo" in said and "nothing.log: no such file" in said
    after = said.partition("After: Build without cgo")[2]
    assert "The final image has no root certificates" in after or "certificate" in after


def test_the_same_failure_after_a_change_is_said_to_be_the_same(run: Run, tmp_path: Path) -> None:
    said = chat(run, tmp_path, "no", "done 1", "again build.log", "fix", "quit", log=NEXT)
    assert "It is the same failure as before the change" in said and "(tried already)" in said


def test_chat_does_not_understand_everything(run: Run, tmp_path: Path) -> None:
    assert "I do not understand 'qqqq'" in chat(run, tmp_path, "qqqq", "quit")
