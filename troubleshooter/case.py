"""The case: everything that was read, answered and typed; made here, judged in ``diagnosis.py``."""

from __future__ import annotations

from dataclasses import replace

from troubleshooter.evidence.gather import Gathered
from troubleshooter.evidence.scan import Log
from troubleshooter.frozen import dataclass
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import Evidence, Fact, Finding
from troubleshooter.remedy.choose import Patcher


@dataclass(frozen=True)
class Case:
    """Everything that was read and answered; the pure input of :func:`~troubleshooter.diagnosis.diagnose`.

    ``log`` is None where there is none (``check``); ``facts`` come from files, options and answers; ``typed`` is evidence that
    the matcher of typed text found; ``patch`` makes a diff from edit operations where the files are at hand.
    """

    log: Log | None = None
    facts: tuple[Fact, ...] = ()
    findings: tuple[Finding, ...] = ()
    typed: tuple[Evidence, ...] = ()
    patch: Patcher | None = None
    notes: tuple[str, ...] = ()
    advice: bool = False
    """True where a remark that is never the reason of a failure may be named (``ask``, ``check``)."""
    vague: bool = False
    """True where somebody says that something fails, and no more: the dialogue begins with the general questions."""


def case_from(found: Gathered, knowledge: Knowledge, notes: tuple[str, ...] = (), advice: bool = False) -> Case:
    """The case that was read from logs and files; its remedies show diffs of those files."""
    return Case(found.log, found.facts, found.findings, patch=patcher(found, knowledge), notes=notes, advice=advice)


def patcher(found: Gathered, knowledge: Knowledge) -> Patcher | None:
    """Makes diffs of the files that were read; None where none was."""
    if not found.texts:
        return None
    from troubleshooter.remedy.patch import patch_for  # the editors are many, and most runs read no file

    return patch_for(found.texts, knowledge)


def understood(text: str, case: Case, knowledge: Knowledge) -> Case:
    """``case`` with what a person's words tell: messages half remembered, facts named in passing, causes it is like."""
    from troubleshooter.evidence import typed  # only typed text needs the search index
    from troubleshooter.inference import likeness
    from troubleshooter.kb.search import index_for

    index = index_for(knowledge)
    said = typed.read(text, index, knowledge)
    if said.vague:
        return replace(case, facts=(*case.facts, *said.facts), advice=True, vague=True)
    # a message alone tells what its rules make of it; that somebody once asked with the same words tells nothing more
    near = () if said.message else likeness.evidence(text, said, index, knowledge)
    return replace(case, log=said.log, facts=(*case.facts, *said.facts), typed=near, advice=True)
