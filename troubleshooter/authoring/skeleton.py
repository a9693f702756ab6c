"""``kb new``: a pack made from one log, usable at once; what only a person can say is marked to be filled in."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import log
from pathlib import Path

from troubleshooter.authoring.generalise import chosen, message
from troubleshooter.authoring.lint_texts import TODO
from troubleshooter.authoring.negatives import negatives
from troubleshooter.authoring.telling import Telling
from troubleshooter.case import Case
from troubleshooter.diagnosis import diagnose
from troubleshooter.errors import InputError
from troubleshooter.evidence.lines import shown
from troubleshooter.evidence.scan import Log, scan_text
from troubleshooter.frozen import dataclass
from troubleshooter.kb.build import lines_of
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.layers import File, Layer
from troubleshooter.kb.load import assemble
from troubleshooter.kb.pattern import match
from troubleshooter.kb.schema import VERSION, published
from troubleshooter.model import Diagnosis, Pattern
from troubleshooter.text import normal

SCHEMA_FILE = "knowledge.schema.json"
ENOUGH = 0.5
"""The certainty with which the log must be diagnosed as the new cause."""
_AROUND = ((12, 6), (60, 40), (400, 200))
_BUILDING = re.compile(r"\bgo (?:build|install|test|generate|vet|mod download)\b|\bmake(?:\[\d+\])?: \*\*\*")
_WORD = re.compile(r"[^\W\d_]{3,}")
_UNPRINTABLE = re.compile(r"[^\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Draft:
    """What the files are written from. ``existing``: the cause is known already and only gets another rule."""

    id: str
    existing: bool
    phase: str
    signal: str
    pattern: str
    line: str
    unlike: str
    refines: tuple[str, ...]
    log: str
    weight: str = "strong"
    anywhere: bool = False
    consequences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Made:
    """The files of the pack (name -> text), and how certain the log is now diagnosed as the cause (0: it is not first)."""

    files: Mapping[str, str]
    certainty: float
    first: str


def draft(cause: str, text: str, seen: Log, line: Telling, knowledge: Knowledge) -> Draft:
    """The draft of a rule for ``cause`` from one line of a log.

    Raises InputError when the line holds no word that a pattern could scan for.
    """
    healthy = list(negatives())

    def quiet(patterns: Sequence[Pattern]) -> bool:
        return not any(_occurs(patterns, other) for other in healthy)

    def new(patterns: Sequence[Pattern]) -> bool:
        return not any(_occurs(patterns, other) for n in knowledge.signals for other in knowledge.signals[n].matches if n not in line.known)

    found = chosen(line.text, (quiet, new))
    if found is None:
        raise InputError(f"line {line.number} holds no word to scan for: {line.text[:80]!r}; choose another with --line")
    pattern, compiled = found
    name = f"{cause}-message"
    while name in knowledge.signals:
        name += "-2"
    return Draft(
        id=cause,
        existing=cause in knowledge.causes,
        phase=_phase(text, seen, line, knowledge),
        signal=name,
        pattern=pattern,
        line=_printable(line.text),
        unlike=lookalike(line.text, compiled, knowledge),
        refines=line.known,
        log=excerpt(text, line.number, *_AROUND[0]),
    )


def made(plan: Draft, text: str, number: int, case: Case, knowledge: Knowledge, stack: Sequence[Layer]) -> Made:
    """The pack of ``plan``, with a weight, place and length of the example for which the log is diagnosed as it should be.

    ``case`` is the evidence that was given with the log; ``stack`` are the layers without the new one.
    """
    best: Made | None = None
    for around, attempt in zip((*_AROUND, _AROUND[-1]), _attempts(plan, case, knowledge), strict=False):
        attempt = replace(attempt, log=excerpt(text, number, *around))
        files = written(attempt)
        layer = Layer("new", tuple(File(n, t.encode()) for n, t in files.items() if n.endswith(".yaml")))
        with_it = assemble((*stack, layer), knowledge.language)
        whole = diagnose(replace(case, log=scan_text(text, with_it)), with_it)
        example = diagnose(Case(scan_text(attempt.log, with_it)), with_it)
        certainty = min(_certainty(whole, plan.id), _certainty(example, plan.id))
        result = Made(files, certainty, whole.causes[0].id if whole.causes else whole.outcome)
        if best is None or certainty > best.certainty:
            best = result
        if certainty >= ENOUGH:
            break
    if best is None:
        raise ValueError("no attempt was made")
    return best


def _certainty(diagnosis: Diagnosis, cause: str) -> float:
    return diagnosis.causes[0].certainty if diagnosis.causes and diagnosis.causes[0].id == cause else 0.0


def _attempts(plan: Draft, case: Case, knowledge: Knowledge) -> Iterator[Draft]:
    before = diagnose(case, knowledge)
    rivals = [c.id for c in before.causes if c.certainty >= 0.3 and c.id != plan.id]
    if before.outcome in ("healthy", "not-ours"):
        rivals = list(dict.fromkeys(["healthy" if before.outcome == "healthy" else before.causes[0].id, *rivals]))
    rivals = [r for r in rivals if r in knowledge.causes]
    if not rivals:
        yield plan
    yield replace(plan, weight="decisive")
    for anywhere in (False, True):
        # what the log is taken for without the new rule only follows from the new cause
        yield replace(plan, weight="decisive", anywhere=anywhere, consequences=tuple(rivals[:4]))


def lookalike(line: str, patterns: Sequence[Pattern], knowledge: Knowledge) -> str:
    """The line of the built-in examples that comes nearest and must not match; empty where nothing is near."""
    lines = [m for n in knowledge.signals for m in knowledge.signals[n].matches if len(m) < 300]
    bags = [frozenset(_WORD.findall(normal(m).lower())) for m in lines]
    often = Counter(word for bag in bags for word in bag)
    mine = frozenset(_WORD.findall(message(line).lower()))

    def likeness(bag: frozenset[str]) -> float:
        weigh = {w: log(1 + len(lines) / (1 + often[w])) for w in mine | bag}
        return sum(weigh[w] for w in mine & bag) / (1 + sum(weigh.values()))

    ranked = sorted(range(len(lines)), key=lambda i: (-likeness(bags[i]), lines[i]))
    return next((lines[i] for i in ranked[:40] if mine & bags[i] and not _occurs(patterns, lines[i])), "")


def excerpt(text: str, number: int, before: int, after: int) -> str:
    """The telling part of a log: the lines around ``number`` and the last two, as they may be shown."""
    lines = text.rstrip("\n").split("\n")
    first, last = max(0, number - 1 - before), min(len(lines), number + after)
    chosen_lines = [*lines[first:last], *lines[max(last, len(lines) - 2) :]]
    return "\n".join(_printable(shown(line)) for line in chosen_lines)


def _printable(line: str) -> str:
    return _UNPRINTABLE.sub("", line).rstrip()


def _occurs(patterns: Iterable[Pattern], text: str) -> bool:
    for line in lines_of(text.replace("\\n", "\n")):
        plain = normal(line)
        if any(p.gate in plain.lower() and match(p, plain, plain.lower()) is not None for p in patterns):
            return True
    return False


def _phase(text: str, log: Log, line: Telling, knowledge: Knowledge) -> str:
    """When it shows: what the known signals around say, else ``build`` where a build step was read."""
    for name in line.known:
        if knowledge.signals[name].phase:
            return knowledge.signals[name].phase
    before = [s for s in log.steps if s.line <= line.number]
    if before:
        return "build" if before[-1].status != "passed" or before[-1] is not log.steps[-1] else "run"
    return "build" if _BUILDING.search(text) else "run"


# --- text -----------------------------------------------------------------------------------------------------------


def written(plan: Draft) -> dict[str, str]:
    """The files of the pack: name -> text."""
    head = f"# yaml-language-server: $schema=./{SCHEMA_FILE}\n"
    pack = f'{head}schema: "{VERSION}"\npack:\n  name: {plan.id}\n  version: "0.1"\n'
    schema = json.dumps(published(), indent=1, ensure_ascii=False) + "\n"
    return {"pack.yaml": pack, f"{plan.id}.yaml": head + _signal(plan) + _cause(plan), SCHEMA_FILE: schema}


def _signal(plan: Draft) -> str:
    text = f'schema: "{VERSION}"\nsignals:\n  {plan.signal}:\n    speaker: other\n'
    text += f'    says: "{TODO} one sentence: what the message means"\n'
    text += f"    phase: {plan.phase}\n"
    if plan.refines:
        text += f"    refines: [{', '.join(plan.refines)}]\n"
    text += "    # {name} is a hole: what differs from case to case\n"
    text += f"    lines: {_block(plan.pattern, 6)}    matches: {_block(plan.line, 6)}"
    if plan.unlike:
        text += f"    # a line that looks alike and must not match\n    unlike: {_block(plan.unlike, 6)}"
    return text


def _cause(plan: Draft) -> str:
    place = ", place: any" if plan.anywhere else ""
    rule = f"      {'message' if not plan.existing else plan.signal}: {{when: {{signal: {plan.signal}{place}}}, for: {plan.weight}}}\n"
    example = f"    examples:\n      - log: {_block(plan.log, 10)}        expect: first\n"
    if plan.existing:
        return f"causes:\n  {plan.id}:\n    rules:\n{rule}{example}"
    follows = f"    consequences: [{', '.join(plan.consequences)}]\n" if plan.consequences else ""
    return (
        f"causes:\n  {plan.id}:\n    phase: {plan.phase}\n"
        f'    title: "{TODO} the cause in one sentence, not the symptom"\n'
        f'    says: "{TODO} what is wrong, in two or three sentences"\n'
        f"{follows}    rules:\n{rule}"
        f"    remedies:\n      fix-it:\n"
        f'        title: "{TODO} what to do, in one imperative sentence"\n'
        f'        steps:\n          - say: "{TODO} one step; a command that can be pasted is a `run:`"\n'
        f"{example}"
    )


def _block(text: str, indent: int) -> str:
    """A block of text under a key, its lines ``indent`` deep."""
    mark = "2" if text[:1] in (" ", "\t") else ""
    return f"|{mark}\n" + "".join(f"{' ' * indent}{line}\n" if line.strip() else "\n" for line in text.split("\n"))


def write(files: Mapping[str, str], folder: Path) -> list[Path]:
    """Writes the files that are not there yet; the pack of an earlier ``kb new`` keeps its own.

    Raises InputError when the entry itself exists, or the folder cannot be written.
    """
    entry = next(name for name in files if name not in ("pack.yaml", SCHEMA_FILE))
    if (folder / entry).exists():
        raise InputError(f"{folder / entry} exists already; choose another --id, or edit that file")
    done = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            if not (folder / name).exists():
                (folder / name).write_text(text, "utf-8", newline="\n")
                done.append(folder / name)
    except OSError as fault:
        raise InputError(f"{fault.filename or folder}: {fault.strerror}; choose another folder with --into") from None
    return done
