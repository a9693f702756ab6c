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
    assert "What goes wrong?" in said and "The final image has no root certificates" in said and "Question 1:" in said


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
    assert "The final image has no root certificates" in after


def test_the_same_failure_after_a_change_is_said_to_be_the_same(run: Run, tmp_path: Path) -> None:
    said = chat(run, tmp_path, "no", "done 1", "again build.log", "fix", "quit", log=NEXT)
    assert "It is the same failure as before the change" in said and "(tried already)" in said


def test_chat_does_not_understand_everything(run: Run, tmp_path: Path) -> None:
    assert "I do not understand 'qqqq'" in chat(run, tmp_path, "qqqq", "quit")


def test_several_failures_are_a_list_first(run: Run, tmp_path: Path) -> None:
    log = "api-1  | exec /app: exec format error\nweb-1  | /app: /lib/libc.so.6: version `GLIBC_2.34' not found (required by /app)\n"
    said = chat(run, tmp_path, "2", "failures", log=log)
    first, _, second = said.partition("  2  line 2:")
    assert "2 independent failures" in first and "1  line 1:" in first
    assert "older glibc" not in first and "GLIBC_2.34 is asked for" in second
    assert "GLIBC_2.34 is asked for" not in chat(run, tmp_path, "1", log=log)


def test_numbers_questions_marks_and_thanks_after_the_result_are_no_message(run: Run, tmp_path: Path) -> None:
    said = chat(run, tmp_path, "exec format error", "", "7", "?", "1", "thanks!", "wrong wrod", "quit", log="")
    assert "There is no cause 7" in said and "save FILE" in said and "Remedy 1" in said
    assert said.count("That tells me nothing new") == 2 and said.count("More          troubleshooter explain") == 1


def test_a_later_message_replaces_the_one_that_was_typed(run: Run, tmp_path: Path) -> None:
    said = chat(run, tmp_path, "exec format error", "", "version `GLIBC_2.34' not found (required by /app)", "", "log", "how", log="")
    after = said.rpartition("More          troubleshooter explain")[2]
    assert "exec format error" not in after and "GLIBC_2.34" in after


def test_several_lines_are_one_paste_and_a_number_is_an_answer(run: Run, tmp_path: Path) -> None:
    lines = [*LOG.splitlines(), "1", "\tlibc.so.6 => /lib/libc.so.6 (0x7f)", "\t/lib64/ld-linux-x86-64.so.2 (0x7f)", "", "quit"]
    said = chat(run, tmp_path, *lines, log="")
    assert "I do not understand" not in said and "the program was linked with glibc" in said


def test_a_remedy_is_written_only_after_yes(run: Run, tmp_path: Path) -> None:
    dockerfile = "FROM golang:1.24 AS build\nRUN go build -o /app .\nFROM alpine:3.20\nCOPY --from=build /app /app\nENTRYPOINT /app\n"
    (tmp_path / "Dockerfile").write_text(dockerfile)
    (tmp_path / "run.log").write_text("exec /app: no such file or directory\n")
    assert b"Nothing was written" in run("chat", "run.log", "--fact", "link=dynamic", stdin=b"apply 1\nno\n").stdout
    assert (tmp_path / "Dockerfile").read_text() == dockerfile
    done = run("chat", "run.log", "--fact", "link=dynamic", stdin=b"apply 1\nyes\nfix\n").stdout.decode()
    assert "+ENV CGO_ENABLED=0" in done and "written:" in done and "tried already" in done
    assert "ENV CGO_ENABLED=0" in (tmp_path / "Dockerfile").read_text()


def test_the_language_is_changed_and_the_dialogue_goes_on(run: Run, tmp_path: Path) -> None:
    said = chat(run, tmp_path, "lang ja", "分かりません", "戻る", "終了")
    assert "質問 1" in said and "取り消しました" in said and said.rstrip().endswith("終了します。")


def test_nothing_typed_ends_quietly(run: Run) -> None:
    for stdin in (b"", b"\n \n\n", b"\xff\xfe\x00garbage\x1b[31m\n", b"{" * 50 + b"\n"):
        done = run("chat", "--no-project", stdin=stdin)
        assert done.returncode in (0, 1) and not done.stderr and done.stdout.rstrip().endswith(b"End of input.")
        assert b"\x1b" not in done.stdout


def test_an_answer_is_changed_by_number_and_words_and_not_to_nonsense(run: Run, tmp_path: Path) -> None:
    lines = ("unknown", "change 1 2", "facts", "change 1 the distroless one", "facts", "change 1 77", "change 1 glub", "facts")
    said = chat(run, tmp_path, *lines)
    known = re.findall(r"final\.libc = (\w+)", said)
    assert known == ["musl", "none", "none"]
    assert said.count("changed\n") == 2 and "There is no answer 77" in said and "final.libc is glibc, musl or none" in said


def test_the_number_of_a_changed_answer_is_that_of_the_list_as_it_was_shown(run: Run, tmp_path: Path) -> None:
    said = chat(run, tmp_path, "the container does not start", "1", "change 1 2", "facts", log="")
    shown = re.findall(r"^  2 (.+)", said.partition("Question 1")[2], re.MULTILINE)[0]
    assert shown in said.rpartition("Answers (change N VALUE)")[2]
