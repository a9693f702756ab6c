"""Entry scripts: what the kernel and the shell see in the first bytes of a file, and whether it may be executed."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from troubleshooter.frozen import dataclass
from troubleshooter.model import Fact

FACTS = {
    "entry.newlines": "lf or crlf: how the lines of the entry script end (crlf if any line does)",
    "entry.interpreter": "the program that the script's first line names (#!)",
    "entry.program": "the program that /usr/bin/env is to find, for scripts that begin #!/usr/bin/env",
    "entry.shebang": "yes or no: the script begins with #!",
    "entry.bom": "yes: a byte order mark before the #! keeps the kernel from seeing it",
    "entry.portable": "yes or no: nothing in the script needs bash, so that /bin/sh (dash, BusyBox) would do",
    "entry.executable": "yes or no: somebody may execute the file",
}

HEAD = 65_536
"""As many bytes of a script are looked at."""

_BASH = re.compile(
    rb"\[\[|\(\(|<\(|<<<|\$'|\bfunction\s+\w|\b(declare|typeset|shopt|mapfile|readarray|source|pushd|popd|select)\s|=\(|\$\{\w+(//|\^|,|@|:-?\d|\[)|&>|\bBASH_\w+|\|&"
)
"""What dash and BusyBox's ash do not know. ``set -o pipefail`` is no reason: both know it by now."""
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Script:
    """The first line of a script and its line ends; empty strings where it has no ``#!``."""

    interpreter: str
    program: str
    newlines: str
    bom: bool


def read_script(head: bytes) -> Script:
    """The script that begins with these bytes; any bytes will do."""
    bom = head.startswith(_BOM)
    newlines = "crlf" if b"\r\n" in head else "lf"
    first = head.removeprefix(_BOM).split(b"\n", 1)[0]
    if not first.startswith(b"#!"):
        return Script("", "", newlines, bom)
    interpreter, *arguments = first[2:].decode("utf-8", "replace").split() or [""]
    program = ""
    if interpreter.rpartition("/")[2] == "env":
        program = next((word for word in arguments if not word.startswith("-") and "=" not in word), "")
    return Script(interpreter, program, newlines, bom)


def script_facts(head: bytes, executable: bool | None, name: str) -> list[Fact]:
    """The facts of a script (see FACTS); ``executable`` is None where the mode is not known; ``name``: its source."""
    script = read_script(head)
    known = {
        "entry.newlines": script.newlines,
        "entry.shebang": "yes" if script.interpreter else "no",
        "entry.interpreter": script.interpreter,
        "entry.program": script.program,
        "entry.bom": "yes" if script.bom else "",
        "entry.portable": "no" if _BASH.search(head) else "yes",
        "entry.executable": "" if executable is None else "yes" if executable else "no",
    }
    return [Fact(fact, value, name) for fact, value in known.items() if value]


def facts(path: Path, name: str) -> list[Fact]:
    """The facts of a script on disk. Raises OSError where it is no file (a pipe would block) or cannot be read."""
    if not path.is_file():
        raise FileNotFoundError(f"{path} is not a file")
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    return script_facts(head, bool(path.stat().st_mode & (stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)), name)
