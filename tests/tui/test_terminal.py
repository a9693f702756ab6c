"""Before the screen: which terminal there is, the log on a pipe, and what is said where the screen cannot be shown."""

from __future__ import annotations

import ast
import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from troubleshooter.cli import tui
from troubleshooter.errors import InputError, UsageError
from troubleshooter.tui import recent, serve, terminal

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]
TUI = Path(tui.__file__).resolve().parents[1] / "tui"
POSIX_ONLY = {"termios", "tty", "pty", "fcntl", "resource", "pwd", "grp", "curses", "readline", "syslog"}


def test_without_a_terminal_the_plain_dialogue_goes_on(run: Run) -> None:
    done = run("tui", stdin=b"exec /app: no such file or directory\n\n")
    assert b"going on in plain lines" in done.stderr and b"terminal" in done.stderr
    assert b"What goes wrong?" in done.stdout and done.returncode in (0, 1)


def test_a_piped_log_without_a_terminal_is_read_in_plain_lines(run: Run, tmp_path: Path) -> None:
    done = run("tui", "-", "--no-project", stdin=b"x509: certificate signed by unknown authority\n", TMPDIR=str(tmp_path))
    assert b"going on in plain lines" in done.stderr and b"certificate" in done.stdout
    assert not list(tmp_path.glob("troubleshooter-*.log"))  # the spooled log is gone


def test_what_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "__stderr__", Terminal())
    monkeypatch.setattr(sys, "__stdin__", Terminal())
    assert terminal.lacks({"TERM": "xterm"}, piped=False) == ""
    assert "TERM=dumb" in terminal.lacks({"TERM": "dumb"}, piped=False)
    monkeypatch.setattr(sys, "__stdin__", io.StringIO())
    assert "tui -" in terminal.lacks({}, piped=False)
    monkeypatch.setattr(terminal, "_can_open_terminal", lambda: False)
    assert "no terminal" in terminal.lacks({}, piped=True)
    monkeypatch.setattr(sys, "__stderr__", io.StringIO())
    assert "standard error" in terminal.lacks({}, piped=True)


def test_windows_is_told_what_to_do_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    windows = SimpleNamespace(name="nt", path=os.path, environ={})
    monkeypatch.setattr(tui, "os", windows)
    monkeypatch.setattr(terminal, "os", windows)
    with pytest.raises(UsageError, match=r"troubleshooter tui build\.log"):
        tui.main(["-"])
    with pytest.raises(UsageError, match="save it"):
        terminal.take_terminal()


def test_files_that_are_not_there_are_told_before_the_screen(tmp_path: Path) -> None:
    for arguments in ([str(tmp_path / "none.log")], ["--resume", str(tmp_path / "none.json")]):
        with pytest.raises(InputError, match="no such file"):
            tui.main(arguments)
    with pytest.raises(InputError, match="no such directory"):
        tui.main(["--project", str(tmp_path / "none")])


def test_a_log_is_spooled_whole() -> None:
    path = terminal.spooled(io.BytesIO(b"x" * 200_000), report=False)
    try:
        assert path.read_bytes() == b"x" * 200_000
    finally:
        path.unlink()


def test_an_interrupted_spool_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal.tempfile, "tempdir", str(tmp_path))

    class Interrupted(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        terminal.spooled(Interrupted(), report=False)  # type: ignore[arg-type]
    assert not list(tmp_path.glob("troubleshooter-*"))


def test_serving_without_its_package_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "textual_serve.server", None)
    with pytest.raises(UsageError, match=r"pip install 'troubleshooter\[web\]'"):
        tui.main(["--serve"])
    with pytest.raises(UsageError, match="reads no pipe"):
        tui.main(["-", "--serve"])
    assert serve.command(["a b.log"]).endswith("-m troubleshooter tui 'a b.log'")


def test_nothing_that_only_posix_has_is_imported_at_the_top_of_a_module() -> None:
    for path in [*TUI.glob("*.py"), Path(tui.__file__)]:
        for node in ast.parse(path.read_text("utf-8")).body:
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not POSIX_ONLY & {n.split(".")[0] for n in names}, path


def test_no_file_is_over_300_lines() -> None:
    for path in TUI.glob("*.py"):
        assert len(path.read_text("utf-8").splitlines()) <= 300, path


@pytest.mark.parametrize("module", ["troubleshooter.cli.tui", "troubleshooter.tui.terminal"])
def test_textual_is_only_imported_when_the_screen_is_shown(module: str) -> None:
    code = f"import sys, {module}; sys.exit(any(m.split('.')[0] in ('textual', 'rich', 'asyncio') for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=TUI.parents[1]).returncode == 0


def test_the_first_screen_needs_no_knowledge_and_no_experta() -> None:
    late = "('experta', 'yaml', 'rapidfuzz', 'troubleshooter.diagnosis')"
    code = f"import sys, troubleshooter.tui.app; sys.exit(any(m in sys.modules for m in {late}))"
    assert subprocess.run([sys.executable, "-c", code], cwd=TUI.parents[1]).returncode == 0


def test_the_state_folder_of_each_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert recent.state_folder({"XDG_STATE_HOME": "/s", "HOME": "/h"}) == Path("/s/troubleshooter")
    assert recent.state_folder({"HOME": "/h"}) == Path("/h/.local/state/troubleshooter")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert recent.state_folder({}).parts[-3:] == ("Library", "Application Support", "troubleshooter")
    monkeypatch.setattr(sys, "platform", "win32")
    assert recent.state_folder({"LOCALAPPDATA": str(tmp_path)}) == tmp_path / "troubleshooter"


def test_recent_sessions_are_few_private_and_never_in_the_way(tmp_path: Path) -> None:
    for n in range(recent.KEPT + 5):
        recent.keep(f"{n:03}.json", f'{{"title": "t{n}"}}', tmp_path)
    (tmp_path / "sessions" / "999.json").write_text("broken")
    found = recent.recents(tmp_path)
    assert [r.title for r in found] == [f"t{n}" for n in range(34, 27, -1)] + ["t27"]
    assert len(list((tmp_path / "sessions").iterdir())) == recent.KEPT + 1
    if os.name != "nt":
        assert (tmp_path / "sessions" / "034.json").stat().st_mode & 0o077 == 0
    recent.keep("x.json", "{}", tmp_path / "sessions" / "034.json")  # no folder: nothing happens
    assert recent.settings(tmp_path / "none") == {}
