"""Recorded cases: folders with a ``case.yaml`` and a ``log.txt``, diagnosed and compared with their true cause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from troubleshooter.case import Case, case_from, understood
from troubleshooter.diagnosis import diagnose
from troubleshooter.errors import InputError
from troubleshooter.evidence.gather import Sources, gather
from troubleshooter.frozen import dataclass
from troubleshooter.kb import source
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.layers import builtin_folder
from troubleshooter.model import Diagnosis

NOT_OURS = frozenset({"source-compile-error", "test-failure", "program-panic", "healthy", "unrelated"})


@dataclass(frozen=True)
class Recorded:
    """One folder: the true cause, what may be named from the log alone and with the files, and the sources."""

    name: str
    folder: Path
    cause: str
    from_log: tuple[str, ...]
    with_files: tuple[str, ...]
    typed: bool

    @property
    def dockerfile(self) -> Path | None:
        path = self.folder / "Dockerfile"
        return path if path.is_file() else None

    @property
    def go_mod(self) -> Path | None:
        path = self.folder / "go.mod"
        return path if path.is_file() else None


@dataclass(frozen=True)
class Outcome:
    """How a case came out: the first causes with their certainties, and whether the first is right."""

    case: Recorded
    files: bool
    outcome: str
    named: tuple[tuple[str, float], ...]
    right: bool
    among: bool

    @property
    def first(self) -> str:
        return self.named[0][0] if self.named else self.outcome

    @property
    def certainty(self) -> float:
        return self.named[0][1] if self.named else 0.0


def own_cases() -> list[Path]:
    """The project's own recorded cases, where this is a checkout; an installed wheel has none."""
    folder = builtin_folder().parent / "tests" / "recorded"
    return [folder] if folder.is_dir() else []


def recorded(folders: Iterable[Path]) -> Iterator[Recorded]:
    """The cases below ``folders``, in the order of their names; one that has no log is left out.

    Raises InputError for a ``case.yaml`` that does not say its cause.
    """
    for folder in folders:
        for path in sorted(folder.rglob("case.yaml")):
            if not (path.parent / "log.txt").is_file():
                continue
            data = _case(path)
            cause = data["cause"]
            if cause == "other":
                continue
            log = _named(data.get("from_log_alone")) or (cause,)
            yield Recorded(f"{path.parent.parent.name}/{path.parent.name}", path.parent, cause, log,
                           _named(data.get("with_files")) or log, "typed" in path.parts)  # fmt: skip


def _named(value: Any) -> tuple[str, ...]:
    """The causes of a list; none for ``null``, which is read as a string like every scalar."""
    return tuple(value) if isinstance(value, list) else ()


def _case(path: Path) -> dict[str, Any]:
    try:
        data = source.parse(path.read_text("utf-8"))
    except (OSError, ValueError, source.YAML_ERROR) as fault:
        raise InputError(f"{path}:1:1: {' '.join(str(fault).split())}; correct it or remove the folder") from None
    if not isinstance(data, dict) or not isinstance(data.get("cause"), str):
        raise InputError(f"{path}:1:1: no `cause:`; say which cause the log beside it has")
    return data


def answer(case: Recorded, knowledge: Knowledge, files: bool = False) -> Diagnosis:
    """The diagnosis of a case, from its log alone or with its files."""
    if case.typed:
        text = (case.folder / "log.txt").read_text("utf-8").strip()
        return diagnose(understood(text, Case(), knowledge), knowledge)
    log = str(case.folder / "log.txt")
    found = gather(Sources(log, case.dockerfile if files else None, case.go_mod if files else None), knowledge)
    return diagnose(case_from(found, knowledge), knowledge)


def outcomes(cases: Iterable[Recorded], knowledge: Knowledge) -> Iterator[Outcome]:
    """Every case from its log, and once more with its files where it has some."""
    for case in cases:
        yield judged(case, answer(case, knowledge), False)
        if not case.typed and (case.dockerfile or case.go_mod):
            yield judged(case, answer(case, knowledge, True), True)


def judged(case: Recorded, diagnosis: Diagnosis, files: bool) -> Outcome:
    """How the diagnosis of a case compares with its true cause."""
    wanted = case.with_files if files else case.from_log
    named = tuple((c.id, c.certainty) for c in diagnosis.causes)
    first = named[0][0] if named else "healthy" if diagnosis.outcome == "healthy" else "unrelated"
    right = first in wanted or (first == "unrelated" and bool(NOT_OURS & set(wanted)))
    among = right or case.cause in [n for n, _ in named[:3]]
    return Outcome(case, files, diagnosis.outcome, named, right, among)
