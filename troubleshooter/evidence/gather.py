"""From the options of a command to what they name: the files are read here, and nowhere else in the core."""

from __future__ import annotations

import os
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from troubleshooter.errors import InputError, UsageError
from troubleshooter.evidence.facts import module_facts
from troubleshooter.evidence.files import read_text, real
from troubleshooter.evidence.named import DOCKERFILE, GO_MOD, Kind, read_named
from troubleshooter.evidence.scan import Log, read_log
from troubleshooter.frozen import dataclass
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.problem import did_you_mean, wrong_value
from troubleshooter.model import Fact, Finding

if TYPE_CHECKING:
    from troubleshooter.evidence.layout import Folder


@dataclass(frozen=True)
class Sources:
    """Where evidence may lie, as the options say it."""

    log: str = ""
    """Path of the log, ``-`` for standard input, empty for none."""
    dockerfile: Path | str | None = None
    """A file, or (a string) its text; so is ``go_mod``."""
    go_mod: Path | str | None = None
    binary: Path | None = None
    project: Path | None = None
    facts: tuple[str, ...] = ()
    target: str = ""
    """The stage that is built (``docker build --target``), empty for the last one."""


@dataclass(frozen=True)
class Gathered:
    """What was read: the log, the facts of the files, what is wrong with them, and the texts that a diff changes."""

    log: Log | None = None
    facts: tuple[Fact, ...] = ()
    findings: tuple[Finding, ...] = ()
    texts: dict[str, str] = field(default_factory=dict)
    """Name to show -> text, of the files that an edit can change."""
    folder: Folder | None = None
    """The build context and the files in it; None without a project."""


SOME_FACTS = "often given are go.version, cgo, build.image, final.image and link; `troubleshooter kb list --facts` shows all"


def gather(sources: Sources, knowledge: Knowledge, stdin: BinaryIO | None = None) -> Gathered:
    """Reads everything that ``sources`` names. A broken Dockerfile or go.mod becomes a finding and stops nothing.

    Raises InputError for a log or named file that cannot be read, UsageError for a ``--fact`` that makes no sense.
    """
    facts = [parse_fact(text, knowledge) for text in sources.facts]
    findings: list[Finding] = []
    texts: dict[str, str] = {}
    log = open_log(sources.log, knowledge, stdin) if sources.log else None
    folder = _folder(sources, log)
    base = folder.path if folder is not None else None
    docker = sources.dockerfile or (folder.dockerfile if folder is not None else None)
    go_mod = sources.go_mod or (folder.go_mod if folder is not None else None)
    parsed = None
    if docker is not None:
        parsed = _dockerfile(docker, sources, base, facts, findings, texts)
    if log is not None:
        facts += log_facts(log, docker is not None)
    if go_mod is not None:
        _go_mod(go_mod, sources, base, facts, findings, texts, knowledge)
    if folder is not None:
        from troubleshooter.evidence import project

        name = shown(docker, base) if isinstance(docker, Path) else "Dockerfile"
        facts += project.facts(folder, parsed, name, list(facts), knowledge, sources.target)
        _ignore(folder.path, texts)
        texts.update(_further(folder, facts))
    if sources.binary is not None:
        _binary(sources.binary, facts, findings)
    return _from_home(Gathered(log, tuple(facts), tuple(findings), texts, folder), sources.project)


def _folder(sources: Sources, log: Log | None) -> Folder | None:
    """What the project that ``sources`` names consists of; without a log its context may lie above it."""
    if sources.project is None:
        return None
    from troubleshooter.evidence import layout

    named = sources.dockerfile if isinstance(sources.dockerfile, Path) else None
    folder = layout.find(sources.project, named, log.steps if log is not None else (), above=log is None)
    if isinstance(sources.dockerfile, str):
        folder = replace(folder, path=sources.project, dockerfile=None)
    go_mod = sources.go_mod if isinstance(sources.go_mod, Path) else None
    return replace(folder, go_mod=go_mod) if go_mod is not None and real(go_mod).is_relative_to(real(folder.path)) else folder


def _from_home(evidence: Gathered, home: Path | None) -> Gathered:
    """``evidence`` with all its places and names of files told from the project's folder, not from the build context."""
    if evidence.folder is None or home is None or real(evidence.folder.path) == real(home):
        return evidence
    from troubleshooter.evidence import layout

    base = evidence.folder.path
    findings = tuple(replace(f, where=layout.renamed(f.where, base, home)) for f in evidence.findings)
    texts = {layout.renamed(name, base, home): text for name, text in evidence.texts.items()}
    return replace(evidence, facts=tuple(layout.moved(evidence.facts, base, home)), findings=findings, texts=texts)


def project_folder(named: Path | None, none: bool = False) -> tuple[Path | None, bool]:
    """The project's folder, and whether it was found rather than ``named``: the current one where it looks like a project.

    Raises InputError for a folder that is not there.
    """
    if named is not None:
        if not named.is_dir():
            raise InputError(f"--project {named}: no such directory")
        return named, False
    here = Path.cwd()
    if not none and _is_project(here):
        return here, True
    return None, False


def _is_project(folder: Path) -> bool:
    """Whether a folder holds a Dockerfile of whatever name, a go.mod or a go.work."""
    named = any((folder / n).is_file() for n in ("Dockerfile", "go.mod", "go.work", "Containerfile"))
    return named or any(p.is_file() for pattern in ("Dockerfile.*", "*.Dockerfile") for p in folder.glob(pattern))


def parse_fact(text: str, knowledge: Knowledge, option: str = "--fact") -> Fact:
    """``name=value`` as an answered fact; ``option`` is where it was given.

    Raises UsageError for an unknown name, a value that cannot be, or a missing ``=``.
    """
    name, equals, value = text.partition("=")
    known = knowledge.table("facts")
    if not equals or not value:
        raise UsageError(f"{option} {text}: write it as NAME=VALUE, for example --fact final.image=scratch")
    if name not in known:
        raise UsageError(f"{option} {text}: no fact is called {name!r}; {did_you_mean(name, known, SOME_FACTS)}")
    wrong = wrong_value(name, value, known)
    if wrong:
        raise UsageError(f"{option} {text}: {wrong}")
    return Fact(name, value, "answered")


def open_log(path: str, knowledge: Knowledge, stdin: BinaryIO | None) -> Log:
    """The log at ``path`` (``-`` for ``stdin``), scanned."""
    if path == "-":
        if stdin is None:
            raise InputError("no log on standard input; pipe one, or name a file")
        return read_log(stdin, knowledge)
    try:
        if os.path.isdir(path):
            raise InputError(f"{path} is a directory; name the log file, or use: troubleshooter check {path}")
        with open(path, "rb") as stream:
            return read_log(stream, knowledge, path)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; name the log, or pipe it: COMMAND 2>&1 | troubleshooter") from None
    except OSError as fault:
        raise InputError(f"{path}: {fault.strerror or fault}; check its permissions") from None


def log_facts(log: Log, with_dockerfile: bool) -> list[Fact]:
    """What the build steps of ``log`` tell: the Dockerfile that they echo, unless the file itself was read, and the step that failed."""
    return [*([] if with_dockerfile else _echoed(log)), *_failing_step(log)]


def file_facts(dockerfile_text: str | None, go_mod_text: str | None, knowledge: Knowledge) -> list[Fact]:
    """Facts of the texts of a Dockerfile and a go.mod (None for one that is not there)."""
    facts: list[Fact] = []
    if dockerfile_text:
        from troubleshooter.evidence import dockerfile

        facts += dockerfile.facts(dockerfile.parse(dockerfile_text, lenient=True))
    if go_mod_text:
        facts += _go_mod_facts(go_mod_text, "go.mod", knowledge)[0]
    return facts


def shown(path: Path, project: Path | None) -> str:
    """The name of a file in reports and diffs: relative to the project, else to the current folder, else its last part."""
    for folder in (project, Path.cwd()) if project is not None else (Path.cwd(),):
        if real(path).is_relative_to(real(folder)):
            return real(path).relative_to(real(folder)).as_posix()
    return path.name


def _named(file: Path | str, sources: Sources, base: Path | None, kind: Kind) -> tuple[str, str]:
    """Name and text of a file (of one that was given as its text, the usual name); what an option names must be such a file."""
    if isinstance(file, str):
        return kind.called, file
    named = file in (sources.dockerfile, sources.go_mod)
    return shown(file, base), read_named(file, kind) if named else read_text(file)


def _dockerfile(file: Path | str, sources: Sources, base: Path | None, facts: list[Fact], findings: list[Finding],
                texts: dict[str, str]) -> Any:  # fmt: skip
    from troubleshooter.evidence import dockerfile

    name, text = _named(file, sources, base, DOCKERFILE)
    parsed = dockerfile.parse(text, lenient=True)
    findings += dockerfile.findings(parsed, name)
    facts += dockerfile.facts(parsed, name, sources.target)
    texts[name] = text
    return parsed


def _ignore(folder: Path, texts: dict[str, str]) -> None:
    path = folder / ".dockerignore"
    if path.is_file() and not path.is_symlink():
        texts[".dockerignore"] = read_text(path)


_POINTING = (
    "entry.shebang", "entry.portable", "entry.newlines", "listens.loopback", "imports.no-dot", "cgo.flags-for", "run.script-newlines",
)  # fmt: skip


def _further(folder: Folder, facts: list[Fact]) -> dict[str, str]:
    """Texts of files that a remedy may change and that a fact names as its source."""
    from troubleshooter.evidence.layout import inside, relative

    wanted = [relative(p, folder.path) for p in (folder.module / "go.sum", folder.compose) if p is not None]
    wanted += [f.source.rpartition(":")[0] or f.source for f in facts if f.name in _POINTING]
    wanted += [f.source for f in facts if f.name in _POINTING]
    found: dict[str, str] = {}
    for name in dict.fromkeys(wanted):
        path = inside(folder.path, name) if name and ":" not in name else None
        if path is not None and path.is_file() and not path.is_symlink() and len(found) < 20:
            try:
                found[name] = read_text(path)
            except InputError:
                continue
    return found


def _echoed(log: Log) -> list[Fact]:
    """Facts of the Dockerfile that the log echoes, step by step; what a log does not show is not therefore absent."""
    steps = [
        s for s in log.steps if s.text and s.keyword in ("FROM", "RUN", "COPY", "ADD", "ENV", "ARG", "WORKDIR", "USER", "ENTRYPOINT", "CMD")
    ]
    if not any(s.keyword == "FROM" for s in steps):
        return []
    from troubleshooter.evidence import dockerfile
    from troubleshooter.evidence.echoed import reconstructed

    facts = []
    text, lines = reconstructed(steps)
    for fact in dockerfile.facts(dockerfile.parse(text, lenient=True), "log"):
        number = int(fact.source.rpartition(":")[2]) if fact.source.rpartition(":")[2].isdigit() else 0
        line = lines[number - 1] if 0 < number <= len(lines) else 0
        if line and fact.value not in ("no", "unset", "absent", "missing") and not fact.name.startswith(("copy-from.", "entry.provided")):
            facts.append(Fact(fact.name, fact.value, f"log line {line}", fact.sure, line))
    return facts


def _failing_step(log: Log) -> list[Fact]:
    """The instruction and text of the build step that failed; the last one where several did."""
    failed = next((s for s in reversed(log.steps) if s.status == "failed" and s.text), None)
    if failed is None:
        return []
    source = f"log line {failed.line}"
    return [Fact("failed.instruction", failed.keyword, source, True, failed.line),
            Fact("failed.command", failed.text.partition(" ")[2], source, True, failed.line)]  # fmt: skip


def _go_mod(file: Path | str, sources: Sources, base: Path | None, facts: list[Fact], findings: list[Finding],
            texts: dict[str, str], knowledge: Knowledge) -> None:  # fmt: skip
    name, text = _named(file, sources, base, GO_MOD)
    texts[name] = text
    found, broken = _go_mod_facts(text, name, knowledge)
    facts += found
    findings += broken


def _go_mod_facts(text: str, name: str, knowledge: Knowledge) -> tuple[list[Fact], list[Finding]]:
    from troubleshooter.evidence import gomod

    parsed, broken = gomod.parse_lenient(text)
    required = [(r.path, r.version, r.line) for r in gomod.requirements(parsed)]
    findings = [Finding(f"{name}:{b.line}:{b.column}", b.says, b.cure) for b in broken]
    requires = [Fact("go.requires", "yes", f"{name}:{required[0][2]}")] if required else []
    return [*gomod.facts(text, name), *requires, *module_facts(required, knowledge.table("modules"), name)], findings


_NO_PROGRAM = {"text": "a text", "empty": "an empty file", "data": "data of another kind", "archive": "an archive of object files"}


def _binary(path: Path, facts: list[Fact], findings: list[Finding]) -> None:
    from troubleshooter.evidence import binary
    from troubleshooter.evidence.program import BinaryError

    try:
        found = binary.facts(path)
        facts += found
    except BinaryError as fault:
        raise InputError(f"{path}: {fault}") from None
    except OSError as fault:
        raise InputError(f"{path}: {fault.strerror or fault}") from None
    kind = next((f.value for f in found if f.name == "binary.kind"), "")
    if kind in (*_NO_PROGRAM, "gzip", "zip", "zstd", "xz", "bzip2"):
        says = f"{_NO_PROGRAM.get(kind, f'a {kind} file')} and no program"
        findings.append(Finding(shown(path, None), says, "if the container starts another file, name that one with --binary"))
