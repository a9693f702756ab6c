"""``kb new``: a pack made from one log, usable at once; what only a person can say is marked to be filled in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path

from troubleshooter.authoring.generalise import chosen
from troubleshooter.authoring.lint_texts import TODO
from troubleshooter.authoring.lookalike import lookalike, occurs, project_names
from troubleshooter.authoring.negatives import negatives
from troubleshooter.authoring.telling import Telling
from troubleshooter.case import Case
from troubleshooter.diagnosis import diagnose
from troubleshooter.errors import InputError
from troubleshooter.evidence.lines import shown
from troubleshooter.evidence.scan import Log, scan_text
from troubleshooter.frozen import dataclass
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.layers import File, Layer
from troubleshooter.kb.load import assemble
from troubleshooter.kb.schema import VERSION, published
from troubleshooter.model import Diagnosis, Pattern

SCHEMA_FILE = "knowledge.schema.json"
ENOUGH = 0.5
"""The certainty with which the log must be diagnosed as the new cause."""
SPEAKING = 5
"""Words of a message from which on it is nobody else's."""
_AROUND = ((12, 6), (60, 40), (400, 200))
_BUILDING = re.compile(r"\bgo (?:build|install|test|generate|vet|mod download)\b|\bmake(?:\[\d+\])?: \*\*\*")
_FILLING = re.compile(
    r"(?:the|and|for|with|from|this|that|has|have|was|were|are|not|but|its|which|who|than|then|into|onto|error|failed|failure)\Z"
)
_UNPRINTABLE = re.compile(r"[^\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


TEXTS = {
    "means": "one sentence: what the message means",
    "title": "the cause in one sentence, not the symptom",
    "says": "what is wrong, in two or three sentences",
    "remedy": "what to do, in one imperative sentence",
    "step": "one step; a command that can be pasted is a `run:`",
}
"""What only a person can say: its name in :class:`Draft`, and what is to be written."""


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
    texts: Mapping[str, str] = field(default_factory=dict)
    """What was answered of TEXTS; the rest is marked to be filled in."""


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
    others = [m for n in knowledge.signals if n not in line.signals for m in knowledge.signals[n].matches]

    def own(patterns: Sequence[Pattern]) -> bool:
        return occurs(patterns, line.text)

    def quiet(patterns: Sequence[Pattern]) -> bool:
        return not any(occurs(patterns, other) for other in healthy)

    def new(patterns: Sequence[Pattern]) -> bool:
        return not any(occurs(patterns, other) for other in others)

    found = chosen(line.said, project_names(text, line.number), (own, quiet, new))
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
        unlike=_printable(lookalike(line, text, compiled, knowledge)),
        refines=line.signals,
        log=excerpt(text, line.number, *_AROUND[0]),
        weight="decisive" if len(set(re.findall(r"[^\s'\\]{2,}", " ".join(compiled[0].literals)))) >= SPEAKING else "strong",
    )


def suggested_id(said: str) -> str:
    """An id from the first telling words of a message; empty where it has none in Latin letters."""
    words = [
        w for w in re.findall(r"[a-z][a-z0-9]+", re.sub(r"'[^']*'|\S*[/=]\S*", " ", said.lower())) if len(w) > 2 and not _FILLING.match(w)
    ]
    return "-".join(dict.fromkeys(words[:4]))


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


def excerpt(text: str, number: int, before: int, after: int) -> str:
    """The telling part of a log: the lines around ``number`` and the last two, as they may be shown."""
    lines = text.rstrip("\n").split("\n")
    first, last = max(0, number - 1 - before), min(len(lines), number + after)
    chosen_lines = [*lines[first:last], *lines[max(last, len(lines) - 2) :]]
    return "\n".join(_printable(shown(line)) for line in chosen_lines)


def _printable(line: str) -> str:
    return _UNPRINTABLE.sub("", line).rstrip()


def _phase(text: str, log: Log, line: Telling, knowledge: Knowledge) -> str:
    """When it shows: what the known signals around say, else ``build`` where a build step was read."""
    for name in line.signals:
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
    text += f"    says: {_text(plan, 'means')}\n"
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
    command = plan.texts.get("step", "").startswith("$ ")
    follows = f"    consequences: [{', '.join(plan.consequences)}]\n" if plan.consequences else ""
    return (
        f"causes:\n  {plan.id}:\n    phase: {plan.phase}\n"
        f"    title: {_text(plan, 'title')}\n    says: {_text(plan, 'says')}\n"
        f"{follows}    rules:\n{rule}"
        f"    remedies:\n      fix-it:\n"
        f"        title: {_text(plan, 'remedy')}\n"
        f"        steps:\n          - {'run' if command else 'say'}: {_text(plan, 'step')}\n"
        f"{example}"
    )


def _text(plan: Draft, name: str) -> str:
    """An answered text, else the mark to fill it in; quoted, since a colon in it would mean something to YAML."""
    answered = _printable(plan.texts.get(name, "")).removeprefix("$ ")
    return json.dumps(answered or f"{TODO} {TEXTS[name]}", ensure_ascii=False)


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
