"""Diagnosis as text for a person: 80 columns, the telling lines quoted with their numbers, colour only where asked."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from troubleshooter.evidence.steps import prefixes
from troubleshooter.model import NONE, Diagnosis, Fix, Hypothesis, Question, Reason, Step
from troubleshooter.report.places import told
from troubleshooter.report.words import contradiction, degree, words

WIDTH = 80
LABEL = 14
FEW = 5
"""Answers of a question that stand in one line."""
_STYLES = {"title": "1", "label": "36", "quote": "33", "add": "32", "remove": "31", "dim": "2"}


class _Page:
    """Lines of a report; styles are only written when ``colour`` is true."""

    def __init__(self, colour: bool) -> None:
        self.colour = colour
        self.lines: list[str] = []

    def style(self, name: str, text: str) -> str:
        return f"\x1b[{_STYLES[name]}m{text}\x1b[0m" if self.colour and text else text

    def put(self, text: str = "", style: str = "") -> None:
        self.lines.append(self.style(style, text) if style else text)

    def row(self, label: str, text: str, style: str = "") -> None:
        """A label and wrapped text beside it."""
        for number, part in enumerate(wrapped(text, WIDTH - LABEL - 2) or [""]):
            head = label if number == 0 else ""
            self.lines.append("  " + self.style("label", pad(head, LABEL)) + (self.style(style, part) if style else part))

    def command(self, label: str, text: str) -> None:
        """A command for the shell, never broken, so that it can be copied."""
        for number, line in enumerate(text.splitlines()):
            self.lines.append("  " + self.style("label", pad(label if number == 0 else "", LABEL)) + self.style("quote", "  $ " + line))


def render(diagnosis: Diagnosis, language: str = "en", colour: bool = False, apply: str = "") -> str:
    """The report of ``diagnosis``; ``apply`` is the command that writes the change that it shows."""
    w = words(language)
    page = _Page(colour)
    page.put()
    for note in diagnosis.notes:
        for line in wrapped(note, WIDTH - 4):
            page.put(f"  {line}", "dim")
    if diagnosis.outcome == "healthy":
        page.put("  " + w["healthy"], "title")
        page.put("  " + w["healthy-more"])
    elif diagnosis.outcome == "unknown":
        _unknown(page, diagnosis, w)
    elif diagnosis.guessing:
        _guesses(page, diagnosis, w)
    else:
        _cause(page, diagnosis.causes[0], language, diagnosis.outcome, apply)
        _rivals(page, diagnosis, w)
    for a, b in diagnosis.contradictions:
        page.row(w["contradiction"], contradiction(a, b, language))
    for finding in diagnosis.findings:
        page.row(w["finding"], f"{finding.where}: {finding.says}" + (f"; {finding.cure}" if finding.cure else ""))
    for other in diagnosis.others:
        page.row(w["also"], f"{w['line']} {other.line}: {other.causes[0].title}  ({other.causes[0].certainty:.0%})")
    for n in diagnosis.next:
        page.row(w["next"], f"{n.title}  ({n.certainty:.0%})")
    _questions(page, diagnosis, w)
    if diagnosis.causes and not diagnosis.guessing:
        page.row(w["more"], f"troubleshooter explain {diagnosis.causes[0].id}")
    return "\n".join(page.lines) + "\n"


def _cause(page: _Page, cause: Hypothesis, language: str, outcome: str, apply: str) -> None:
    w = words(language)
    if outcome == "not-ours":
        page.put("  " + w["not-ours"], "dim")
    if outcome == "ambiguous":
        page.put("  " + w["ambiguous"], "dim")
    percent = f"{cause.certainty:.0%} {degree(cause.certainty, language)}"
    parts = wrapped(cause.title, WIDTH - 4 - width(percent) - 2)
    for number, part in enumerate(parts):
        tail = " " * (WIDTH - 2 - width(part) - width(percent) - 2) + percent if number == 0 else ""
        page.put("  " + page.style("title", part) + tail)
    page.put()
    _reasons(page, w["why"], told((r for r in cause.why if r.favours), language)[:6])
    _reasons(page, w["against"], told((r for r in cause.why if not r.favours), language)[:3])
    for fix in cause.fixes[:1]:
        page.put()
        _fix(page, fix, w, apply)
    for fix in _others(cause.fixes)[:2]:
        page.put()
        page.row(w["or"], fix.title + (f"  [{w['proven']}]" if fix.proven else ""))
        _cost(page, fix, w)


def _others(fixes: Sequence[Fix]) -> list[Fix]:
    """The remedies after the first that come to something else than it, and that the files do not refuse."""
    patches = {fixes[0].patch} if fixes else set()
    return [f for f in fixes[1:] if not (patches - {""} and (f.refused or f.patch in patches))]


def _reasons(page: _Page, label: str, reasons: Sequence[tuple[Reason, str]]) -> None:
    """Each reason with its place; a line is quoted once, and what several lines mean alike is said once, below them."""
    quoted: set[str] = set()
    for number, (reason, place) in enumerate(reasons):
        head = label if number == 0 else ""
        bare = prefixes(reason.text)[0].strip()
        if not bare or bare in quoted:
            page.row(head, f"{reason.says}  [{place}]")
            continue
        quoted.add(bare)
        page.row(head, f"{place}: {cut(reason.text.strip(), 300)}", "quote")
        following = reasons[number + 1][0] if number + 1 < len(reasons) else None
        if reason.says and (following is None or not following.text or following.says != reason.says):
            page.row("", reason.says)


def _fix(page: _Page, fix: Fix, w: dict[str, str], apply: str) -> None:
    page.row(w["do"], fix.title + (f"  [{w['proven']}]" if fix.proven else ""), "title")
    for step in fix.steps:
        if step.kind == "run":
            page.command("", step.text)
        elif step.text.rstrip(".。") != fix.title and not _shown(step, fix.patch):
            page.row("", step.text)
    for line in fix.patch.removesuffix("\n").replace("\r", "^M").split("\n") if fix.patch else ():
        style = "add" if line.startswith("+") else "remove" if line.startswith("-") else "dim"
        page.put(" " * (LABEL + 4) + line, style)
    if fix.patch and apply:
        page.command(w["apply"], apply)
    _cost(page, fix, w)
    for number, step in enumerate(fix.verify):
        label = w["verify"] if number == 0 else ""
        if step.kind == "run":
            page.command(label, step.text)
        else:
            page.row(label, step.text)


def _cost(page: _Page, fix: Fix, w: dict[str, str]) -> None:
    if fix.cost and fix.cost != w["no-cost"]:
        page.row("", f"{w['cost']}: {fix.cost}", "dim")


def _shown(step: Step, patch: str) -> bool:
    """Whether the diff shows the line that a step tells to write."""
    added = (line[1:].strip() for line in patch.splitlines() if line.startswith("+") and not line.startswith("+++"))
    return any(len(line) > 8 and line in step.text for line in added)


def _rivals(page: _Page, diagnosis: Diagnosis, w: dict[str, str]) -> None:
    rivals = [c for c in diagnosis.causes[1:] if c.certainty >= 0.05][:4]
    if rivals:
        page.put()
    for number, rival in enumerate(rivals):
        page.row(w["rivals"] if number == 0 else "", f"{rival.certainty:4.0%}  {rival.title}")


def _unknown(page: _Page, diagnosis: Diagnosis, w: dict[str, str]) -> None:
    page.put("  " + w["unknown"], "title")
    for number, title in enumerate(diagnosis.nearest):
        page.row(w["nearest"] if number == 0 else "", title)
    page.row(w["new-rule"], "troubleshooter kb new --from-log LOG --id my-cause --into my-pack")


def _guesses(page: _Page, diagnosis: Diagnosis, w: dict[str, str]) -> None:
    page.put("  " + w["too-little"], "title")
    for number, way in enumerate(w["say-more"].splitlines()):
        page.row(w["say"] if number == 0 else "", way)
    for number, guess in enumerate(diagnosis.causes[:4]):
        page.row(w["possible"] if number == 0 else "", guess.title)


def _questions(page: _Page, diagnosis: Diagnosis, w: dict[str, str]) -> None:
    shown = diagnosis.questions[: 0 if diagnosis.outcome != "ambiguous" else 1 if diagnosis.guessing else 2]
    for number, question in enumerate(shown):
        page.put()
        page.row(w["ask"] if number == 0 else "", question.text, "title")
        page.row("", question.why, "dim")
        if len(question.answers) <= FEW:
            page.row("", f"--fact {question.fact}=" + "|".join(a.value for a in question.answers))
        else:
            _answers(page, question, w)
        if question.how:
            page.command(w["how"], question.how)


def _answers(page: _Page, question: Question, w: dict[str, str]) -> None:
    """Each answer on a line of its own; "none of these" is for the dialogue, which goes on from there."""
    named = [a for a in question.answers if not a.value.startswith(NONE)]
    column = max(len(a.value) for a in named) + 2
    page.row("", f"--fact {question.fact}={w['one-of']}")
    for answer in named:
        lines = wrapped(answer.text, WIDTH - LABEL - 4 - column)
        page.row("", answer.value.ljust(column) + lines[0] + (" …" if lines[1:] else ""))


def width(text: str) -> int:
    """Columns that ``text`` takes on a terminal: East Asian wide letters take two."""
    return sum(2 if _wide(c) else 1 for c in text)


def pad(text: str, columns: int) -> str:
    """The text, filled up to a width on the screen."""
    return text + " " * max(0, columns - width(text))


def cut(text: str, length: int) -> str:
    """The text, cut to a width on the screen."""
    return text if len(text) <= length else text[: length // 2 - 1] + " … " + text[-(length // 2 - 2) :]


def wrapped(text: str, columns: int) -> list[str]:
    """``text`` in lines of at most ``columns``; breaks between words, or anywhere in Japanese and in a word too long."""
    return list(_wrap(text, columns))


def _wrap(text: str, columns: int) -> Iterator[str]:
    line = ""
    for token in tokens(text):
        if width(line) + width(token.rstrip()) <= columns:
            line += token
            continue
        if line.strip():
            yield line.rstrip()
        line = token.lstrip()
        while width(line) > columns:
            part = _head(line, columns)
            yield part
            line = line[len(part) :]
    if line.strip():
        yield line.rstrip()


_NOT_FIRST = "、。，．！？：；・）」』］｝〉》】ー々〜ぁぃぅぇぉっゃゅょァィゥェォッャュョ),.:;!?]}%"
_NOT_LAST = "（「『［｛〈《【([{"


def tokens(text: str) -> Sequence[str]:
    """What stays together on a line: words with the blanks behind them, single Japanese letters with their punctuation."""
    found: list[str] = []
    for c in text:
        before = found[-1][-1] if found else " "
        if before != " " and (before in _NOT_LAST or c in _NOT_FIRST or not (_wide(before) or _wide(c))):
            found[-1] += c
        else:
            found.append(c)
    return found


def _wide(c: str) -> bool:
    return unicodedata.east_asian_width(c) in "WF"


def _head(text: str, columns: int) -> str:
    used = 0
    for position, c in enumerate(text):
        used += width(c)
        if used > columns:
            return text[: max(position, 1)]
    return text
