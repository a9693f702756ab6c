"""The app in a real terminal: start, paste, answer, apply, leave, and the terminal as it was before; killed; resized."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 60.0
RUN_LOG = ROOT / "examples" / "scratch" / "run.log"


def _missing() -> str:
    return "" if shutil.which("tmux") else "tmux is not installed: the app was not tried in a real terminal"


if _missing() and os.environ.get("TROUBLESHOOTER_TESTS") != "all":
    pytest.skip(_missing(), allow_module_level=True)


class Terminal:
    """One tmux session of its own server, with a plain shell in it."""

    def __init__(self, folder: Path, state: Path) -> None:
        self.socket, self.state, self.asked = str(state / "tmux"), state, 0
        shell = f"env PS1='READY> ' PYTHONPATH={ROOT} XDG_STATE_HOME={state} XDG_CONFIG_HOME={state} LC_ALL=C.UTF-8 sh"
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", "-c", str(folder), shell)
        self.tmux("set-option", "-g", "remain-on-exit", "on")
        self.see("READY>")
        self.before = self.settings()

    def tmux(self, *arguments: str) -> str:
        done = subprocess.run(["tmux", "-S", self.socket, *arguments], capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def keys(self, *keys: str) -> None:
        self.tmux("send-keys", *keys)

    def command(self, text: str) -> None:
        self.keys("-l", text)
        self.keys("Enter")

    def screen(self) -> str:
        return self.tmux("capture-pane", "-p")

    def see(self, text: str, gone: bool = False) -> str:
        """Waits until ``text`` stands on the screen (or no longer does)."""
        end = time.monotonic() + PATIENCE
        while (text in (screen := self.screen())) == gone:
            assert time.monotonic() < end, f"waited for {text!r}:\n{screen}"
        return screen

    def settings(self) -> str:
        """What ``stty`` says of the terminal, asked through the shell."""
        self.asked += 1
        self.command(f"clear; stty -g > {self.state}/stty; echo DONE $((100 + {self.asked}))")
        self.see(f"DONE {100 + self.asked}")
        return (self.state / "stty").read_text()

    def troubleshooter(self, arguments: str) -> None:
        self.command(f"clear; {sys.executable} -m troubleshooter {arguments}; echo STATUS=$?")

    def restored(self, status: int) -> None:
        """The shell has its screen, its settings and its cursor back."""
        screen = self.see(f"STATUS={status}\n")
        assert "What goes wrong" not in screen and "quit" not in screen
        assert self.settings() == self.before
        assert self.tmux("display-message", "-p", "#{alternate_on} #{cursor_flag} #{mouse_any_flag}").split() == ["0", "1", "0"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    shutil.copytree(RUN_LOG.parent, folder)
    return folder


@pytest.fixture
def terminal(project: Path, tmp_path: Path) -> Iterator[Terminal]:
    state = tmp_path / "s"
    state.mkdir()
    one = Terminal(project, state)
    yield one
    subprocess.run(["tmux", "-S", one.socket, "kill-server"], capture_output=True)


def test_start_paste_answer_apply_and_leave(terminal: Terminal, project: Path) -> None:
    terminal.troubleshooter("tui")
    terminal.see("What goes wrong?")
    terminal.tmux("set-buffer", "starting\nexec /geoindex: no such file or directory\nexited with code 1\n")
    terminal.tmux("paste-buffer", "-p")
    terminal.see("exited with code 1")
    terminal.keys("Enter")
    terminal.see("loader")
    terminal.see("See what to change")
    terminal.keys("1")
    terminal.see("Apply (a)")
    terminal.keys("a")
    terminal.see("Write this change?")
    terminal.keys("y")
    terminal.see("applied")
    assert "CGO_ENABLED=0" in (project / "Dockerfile").read_text()
    terminal.keys("C-q")
    terminal.restored(0)


def test_a_question_is_answered_without_a_project(terminal: Terminal) -> None:
    terminal.troubleshooter("tui --no-project")
    terminal.see("What goes wrong?")
    terminal.tmux("set-buffer", "starting\nexec /geoindex: no such file or directory\nexited with code 1\n")
    terminal.tmux("paste-buffer", "-p")
    terminal.see("exited with code 1")
    terminal.keys("Enter")
    terminal.see("Question 1")
    terminal.keys("1")
    terminal.see("Question 1", gone=True)
    terminal.keys("C-q")
    terminal.restored(0)


def test_text_and_enter_start_even_when_typed_at_once(terminal: Terminal) -> None:
    terminal.troubleshooter("tui --no-project")
    terminal.see("What goes wrong?")
    terminal.keys("x509: certificate signed by unknown authority", "Enter")
    terminal.see("The final image has no root")
    terminal.keys("q")
    terminal.restored(0)


def test_a_piped_log_leaves_the_keys_to_the_terminal(terminal: Terminal) -> None:
    terminal.command(f"clear; cat run.log | {sys.executable} -m troubleshooter tui -; echo STATUS=$?")
    terminal.see("standard input")
    terminal.see("See what to change")
    terminal.keys("l")
    terminal.see("▶ 29 │ exec /geoindex: no such file or directory")
    terminal.keys("Escape")
    terminal.see("See what to change")
    terminal.keys("C-q")
    terminal.restored(0)


def test_a_killed_app_gives_the_terminal_back(terminal: Terminal) -> None:
    terminal.troubleshooter("tui run.log")
    terminal.see("See what to change")
    shell = terminal.tmux("display-message", "-p", "#{pane_pid}").strip()
    children = subprocess.run(["pgrep", "-P", shell], capture_output=True, text=True).stdout.split()
    assert len(children) == 1
    os.kill(int(children[0]), 15)
    terminal.restored(143)


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="no way here to wait for a process that is nobody's child")
def test_an_app_whose_terminal_is_gone_goes_too(terminal: Terminal) -> None:
    terminal.troubleshooter("tui run.log")
    terminal.see("See what to change")
    shell = terminal.tmux("display-message", "-p", "#{pane_pid}").strip()
    child = int(subprocess.run(["pgrep", "-P", shell], capture_output=True, text=True).stdout)
    watched = os.pidfd_open(child)
    terminal.tmux("kill-pane")
    assert select.select([watched], [], [], PATIENCE)[0], "the app is still there"
    os.close(watched)


def test_the_terminal_is_resized_while_the_app_runs(terminal: Terminal) -> None:
    terminal.troubleshooter("tui run.log")
    terminal.see("See what to change")
    terminal.see("╭─ Known ")
    terminal.tmux("resize-window", "-x", "60", "-y", "20")
    terminal.see("╭─ Known ", gone=True)
    terminal.see("See what to change")
    terminal.tmux("resize-window", "-x", "140", "-y", "40")
    terminal.see("╭─ Known ")
    terminal.keys("C-q")
    terminal.restored(0)


def test_bare_troubleshooter_is_the_app(terminal: Terminal) -> None:
    terminal.troubleshooter("")
    terminal.see("What goes wrong?")
    terminal.keys("C-q")
    terminal.restored(0)


def test_a_dumb_terminal_gets_plain_lines(terminal: Terminal) -> None:
    terminal.command(f"clear; TERM=dumb {sys.executable} -m troubleshooter tui --no-project; echo STATUS=$?")
    terminal.see("TERM=dumb is no terminal")
    terminal.see("What goes wrong?")
    terminal.keys("quit", "Enter")
    terminal.see("STATUS=1\n")


def test_chat_takes_a_paste_whole_and_stops_at_control_c(terminal: Terminal, tmp_path: Path) -> None:
    terminal.troubleshooter("chat --no-project --lang en")
    terminal.see("what you can type")
    (tmp_path / "run.log").write_text("starting up\n\nexec /app: no such file or directory\n")
    terminal.tmux("load-buffer", str(tmp_path / "run.log"))
    terminal.tmux("paste-buffer")
    terminal.see("In which image does the program run")
    (tmp_path / "ldd.txt").write_text("\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x7f05)\n\t/lib64/ld-linux-x86-64.so.2 (0x7f05)\n")
    terminal.tmux("load-buffer", str(tmp_path / "ldd.txt"))
    terminal.tmux("paste-buffer")
    assert "I do not understand" not in terminal.see("read: the program is linked dynamically")
    terminal.command("2")
    terminal.see("When you have changed something")
    terminal.keys("C-c")
    terminal.see("STATUS=130")


def test_chat_reads_the_log_from_a_pipe_and_answers_from_the_terminal(terminal: Terminal) -> None:
    piped = "echo 'exec /app: no such file or directory'"
    terminal.command(f"clear; {piped} | {sys.executable} -m troubleshooter chat - --no-project --lang en")
    terminal.see("In which image does the program run")
    terminal.command("1")
    terminal.see("When you have changed something")
    terminal.command("quit")
    terminal.see("Bye.")
