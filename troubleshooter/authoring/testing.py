"""What ``kb test`` runs: examples, what a pack does to those of others, and recorded cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from pathlib import Path

from troubleshooter.authoring.calibration import confusion, table
from troubleshooter.authoring.cases import NOT_OURS, Outcome, Recorded, outcomes, own_cases, recorded
from troubleshooter.authoring.lint_examples import sighted
from troubleshooter.authoring.negatives import negatives
from troubleshooter.authoring.trial import Trial, logs_of, trials
from troubleshooter.case import Case
from troubleshooter.diagnosis import diagnose
from troubleshooter.evidence.scan import scan_text
from troubleshooter.frozen import dataclass
from troubleshooter.kb.document import Document, held
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.layers import Layer, cache_folder, layers, read_layer, yaml_files
from troubleshooter.kb.load import assemble
from troubleshooter.kb.problem import Problem

__all__ = ["Tested", "own_cases", "tested", "trials"]

SURE = 0.8


@dataclass
class Tested:
    """What came out: own examples, examples of others that a pack takes away, recorded cases, entries that are broken."""

    trials: list[Trial] = field(default_factory=list)
    stolen: list[Trial] = field(default_factory=list)
    others: int = 0
    """Examples of other causes that were looked at."""
    claimed: list[tuple[str, str]] = field(default_factory=list)
    """(cause of the pack, healthy log that it claims)."""
    outcomes: list[Outcome] = field(default_factory=list)
    problems: tuple[Problem, ...] = ()

    @property
    def failed(self) -> list[Trial]:
        return [t for t in self.trials if not t.passed]

    @property
    def wrong(self) -> list[Outcome]:
        """Recorded cases that were answered wrongly and with certainty."""
        return [r for r in self.outcomes if r.certainty >= SURE and not r.right]

    @property
    def green(self) -> bool:
        return not (self.failed or self.stolen or self.wrong or self.claimed or self.problems)


def tested(folder: Path | None, extra: Sequence[Path] = (), language: str = "en") -> Tested:
    """Runs the examples of the pack in ``folder`` and its recorded cases; without it those of the built-in knowledge.

    A folder that holds recorded cases alone is diagnosed with the knowledge there is.
    """
    lower = layers(extra, None, language)
    if folder is None:
        knowledge = assemble(lower, language, cache_folder())
        return Tested(
            list(trials(knowledge.causes, knowledge)),
            outcomes=list(outcomes(recorded(own_cases()), knowledge)),
            problems=knowledge.problems,
        )
    cases = list(recorded([folder])) if folder.is_dir() else []
    if cases and not yaml_files(folder):
        return Tested(outcomes=list(outcomes(cases, assemble(lower, language, cache_folder()))))
    return _pack(read_layer(str(folder), folder, language), lower, cases, folder, language)


def _pack(mine: Layer, lower: tuple[Layer, ...], cases: Sequence[Recorded], folder: Path, language: str) -> Tested:
    without, knowledge = assemble(lower, language, cache_folder()), assemble((*lower, mine), language)
    below = held(without)
    documents = [Document(f.name, f.raw, below) for f in mine.files if not f.language]
    touched = sorted({n for d in documents for n in d.data.get("causes") or {} if n in knowledge.causes})
    files = logs_of((e for c in touched for e in knowledge.causes[c].examples), folder if folder.is_dir() else folder.parent)
    result = Tested(list(trials(touched, knowledge, files)), outcomes=list(outcomes(cases, knowledge)),
                    problems=tuple(p for p in knowledge.problems if p.file in {f.name for f in mine.files}))  # fmt: skip
    others = [c for c in without.causes if c not in touched]
    if not _only_adds(documents, without):
        result.others = sum(len(without.causes[c].examples) for c in others)
        after = trials(others, knowledge)
    else:
        signals = frozenset(n for d in documents for n in d.data.get("signals") or {})
        result.others = sum(len(without.causes[c].examples) for c in others)
        after = (t for c in others for t in trials([c], knowledge, only=lambda e: _sees(e, signals, knowledge)))
    for t in after:
        if not t.passed:
            before = next(iter(trials([t.cause], without, numbers=(t.number,))), None)
            if before is not None and before.passed:
                result.stolen.append(t)
    result.claimed = list(_claimed(set(touched) - set(without.causes), knowledge))
    return result


def _only_adds(documents: Iterable[Document], without: Knowledge) -> bool:
    """Whether a pack can only change a diagnosis where one of its own signals is seen."""
    for d in documents:
        if set(d.data) - {"schema", "pack", "signals", "causes", "questions", "tables"}:
            return False
        if any(n in without.signals for n in d.data.get("signals") or {}) or any(n in without.causes for n in d.data.get("causes") or {}):
            return False
        for cause in (d.data.get("causes") or {}).values():
            if any("signal" not in a for r in cause["rules"].values() for a in (r["when"] if isinstance(r["when"], list) else [r["when"]])):
                return False
    return True


def _sees(example: object, signals: frozenset[str], knowledge: Knowledge) -> bool:
    log = str(example.get("log") or example.get("typed") or "") if isinstance(example, dict) else ""
    return bool(log) and bool(sighted(log, signals & frozenset(knowledge.signals), knowledge))


def _claimed(causes: Iterable[str], knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Healthy logs and failures of others that a cause of the pack claims with certainty."""
    own = frozenset(causes)
    mine = frozenset(s for s, names in knowledge.causes_of.items() if own & set(names))
    for text in negatives():
        log = scan_text(text, knowledge)
        if any(h.signal in mine for h in log.hits):
            for cause in diagnose(Case(log), knowledge).causes[:1]:
                if cause.id in own and cause.certainty >= SURE:
                    yield cause.id, next((h.text for h in log.hits if h.signal in mine), "")


def report(result: Tested, calibration: bool) -> list[str]:
    """The printed lines."""
    lines = [str(t) for t in result.failed]
    if result.trials:
        lines.append(f"{len(result.trials) - len(result.failed)} of {len(result.trials)} examples come out as they should")
    lines += [f"taken away: {t}" for t in result.stolen]
    if result.others:
        lines.append(f"{result.others - len(result.stolen)} of {result.others} examples of other causes come out as without the pack")
    lines += [f"claims a log that is not its own: {cause}: {line}" for cause, line in result.claimed]
    rows = [*result.outcomes, *_as_outcomes(result.trials)]
    if result.outcomes:
        lines += _figures(result.outcomes, result.wrong)
    mixed = confusion(rows)
    if mixed and not calibration:
        lines += ["taken for something else:", *(f"  {count:3}  {true} -> {named}" for true, named, count in mixed[:20])]
    if calibration and rows:
        lines += ["", *table(result.outcomes or rows)]
    return lines or ["no example was found; add `examples:` to a cause"]


def _as_outcomes(tried: Iterable[Trial]) -> list[Outcome]:
    found = []
    for t in tried:
        if t.expect == "first":
            case = Recorded(f"example {t.number} of {t.cause}", Path(), t.cause, (t.cause,), (t.cause,), False)
            found.append(Outcome(case, False, "diagnosed", t.named, t.passed, t.cause in [n for n, _ in t.named[:3]]))
    return found


def _figures(results: Sequence[Outcome], wrong: Sequence[Outcome]) -> list[str]:
    lines = []
    groups = (
        ("logs, first cause right", [r for r in results if not r.files and not r.case.typed and r.case.cause not in NOT_OURS]),
        ("with files, first right", [r for r in results if r.files and r.case.cause not in NOT_OURS]),
        ("typed, first right", [r for r in results if r.case.typed and r.case.cause not in NOT_OURS]),
        ("not ours, left alone", [r for r in results if r.case.cause in NOT_OURS]),
    )
    for name, rows in groups:
        if rows:
            right, among = sum(r.right for r in rows), sum(r.among for r in rows)
            lines.append(f"{name:26} {right:4} of {len(rows):4}  {right / len(rows):6.1%}   among three {among / len(rows):6.1%}")
    lines += [f"sure and wrong: {r.case.name} is {r.case.cause}, named {r.first} ({r.certainty:.2f})" for r in wrong]
    return lines
