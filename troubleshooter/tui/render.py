"""Texts of the screens as Content: what comes from a log or a file is never read as markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from troubleshooter.model import Fact, Fix, Hypothesis, Reason, Step
from troubleshooter.report.text_report import width
from troubleshooter.report.words import degree

if TYPE_CHECKING:
    from troubleshooter.dialogue.session import Session

BLOCKS = " ▏▎▍▌▋▊▉█"
STRONG, DIM, ACCENT, QUOTE = "bold", "dim", "bold $text-accent", "$text-warning"
PLUS, MINUS = "$text-success", "$text-error"


def bar(share: float, columns: int) -> str:
    """A bar of eighths of a cell, ``columns`` wide when ``share`` is 1; something is seen of every share that is not next to 0."""
    eighths = max(1, round(share * columns * 8)) if share >= 0.005 else 0
    full, rest = divmod(eighths, 8)
    return "█" * full + (BLOCKS[rest] if rest else "")


def certainty(cause: Hypothesis, language: str, columns: int = 12) -> Content:
    """Bar, number and word: none of them says it alone."""
    drawn = bar(cause.certainty, columns)
    rest = ("·" * (columns - len(drawn)), DIM)
    return Content.assemble((drawn, "$accent"), rest, f" {cause.certainty:4.0%} ", (degree(cause.certainty, language), STRONG))


def cause_row(cause: Hypothesis, language: str, columns: int) -> Content:
    """One cause with its bar."""
    return Content.assemble(certainty(cause, language, columns), "\n", cause.title)


def fact_rows(session: Session, asked: Iterable[str], w: dict[str, str], columns: int) -> list[tuple[Fact | None, str, Content]]:
    """(fact, its name, row) of what is known and what is asked: the person's own answers first, then what the causes rest on."""
    d = session.diagnosis
    used = {f.name for c in d.causes[:3] for e in c.evidence for f in e.facts}
    said = ("answered", "typed")
    order = sorted(d.facts, key=lambda f: (f.source != said[0], f.source != said[1], f.name not in used, f.name))
    wide = min(22, max(12, columns * 2 // 5), max((width(f.name) for f in order), default=8))
    rows: list[tuple[Fact | None, str, Content]] = []
    for name in asked:
        rows.append((None, name, Content.assemble(("? ", STRONG), name.ljust(wide), " ", (w["not-known-yet"], DIM))))
    for f in order:
        sign = "✎" if f.source in said else "·" if f.sure and not f.source.startswith(said) else "≈"
        value = f.value if f.value != "unknown" else w["unknown"]
        name = f.name if width(f.name) <= wide else f.name[: wide - 1] + "…"
        shown = (value, STRONG if f.name in used else "")
        rows.append((f, f.name, Content.assemble((f"{sign} ", STRONG), name.ljust(wide), " ", shown, ("  " + source(f.source, w), DIM))))
    return rows


def hanging(head: Content, text: str, columns: int) -> Content:
    """``text`` behind ``head``, its further lines below its first one."""
    room = columns - head.cell_length
    if room < 10:
        return Content.assemble(head, text)
    margin = "\n" + " " * head.cell_length
    return Content.assemble(head, margin.join(line.plain.rstrip() for line in Content(text).wrap(room)))


def source(text: str, w: dict[str, str]) -> str:
    """Where a fact comes from, in the words of the screen."""
    if text.startswith("log line "):
        return f"{w['log']} {text[9:]}"
    kind = next((k for k in ("answered", "typed", "inferred", "Go sources") if re.match(rf"{k}\b", text)), "")
    return w["source-" + kind] + text[len(kind) :] if kind else text


def reason(r: Reason, w: dict[str, str], around: Sequence[tuple[int, str]] = ()) -> Content:
    """One line of the evidence, with the lines of the log around it where they are at hand."""
    sign = ("+ ", PLUS) if r.favours else ("− ", MINUS)
    place = f"{w['log']} {r.line}" if r.line else w["you-wrote"] if r.source == "typed" else source(r.source, w)
    head = Content.assemble(sign, (place, ACCENT), "  ", (w["weight-" + r.weight], DIM), "\n")
    parts = [head]
    if around and r.line:
        last = len(str(around[-1][0]))
        for number, line in around:
            mark, style = ("▶", QUOTE) if number == r.line else (" ", DIM)
            parts.append(Content.assemble("   ", (f"{mark} {number:>{last}} │ {line}", style), "\n"))
    elif r.text:
        parts.append(Content.assemble("   ", (r.text.strip(), QUOTE), "\n"))
    if r.says:
        parts.append(Content.assemble("   ", r.says, "\n"))
    return Content("").join(parts)


def steps(items: Sequence[Step]) -> list[Content]:
    """The steps of a fix."""
    found = []
    for step in items:
        if step.kind == "run":
            found += [Content.assemble(("  $ ", DIM), (line, QUOTE)) for line in step.text.splitlines()]
        else:
            found.append(Content(step.text))
    return found


def diff(patch: str) -> Content:
    """A unified diff; the sign at the beginning of a line says what the colour says."""
    lines = []
    for line in patch.splitlines():
        head = STRONG if line.startswith(("+++", "---")) else ""
        lines.append(Content.styled(line, head or {"+": PLUS, "-": MINUS, "@": ACCENT}.get(line[:1], "")))
    return Content("\n").join(lines)


def fix_text(fix: Fix, w: dict[str, str], done: bool) -> Content:
    """A remedy: what to do, what changes, how to make sure, what it costs."""
    parts: list[Content] = []
    if done:
        parts += [Content.assemble(("✔ " + w["done"], STRONG), "  ", (w["now-build"], PLUS)), Content("")]
    said = [s for s in fix.steps if s.kind == "run" or s.text != fix.title]
    parts += [Content.styled(fix.title, STRONG), *steps(said)]
    if fix.patch:
        parts += [Content(""), diff(fix.patch)]
    elif fix.refused and not done:
        parts += [Content(""), Content.assemble((w["refused"] + " ", DIM), fix.refused)]
    if fix.verify:
        parts += [Content(""), Content.styled(w["verify"], ACCENT), *steps(fix.verify)]
    if fix.cost:
        parts += [Content(""), Content.assemble((w["cost"] + " ", ACCENT), fix.cost)]
    if fix.proven:
        parts += [Content.styled("✔ " + w["proven"], PLUS)]
    return Content("\n").join(parts)


def fix_plain(fix: Fix) -> str:
    """What is copied or written of a remedy: its diff, else its commands and sentences."""
    if fix.patch:
        return fix.patch
    return "\n".join(s.text if s.kind == "run" else f"# {s.text}" for s in fix.steps) + "\n"


def cut(text: str, columns: int) -> str:
    """``text`` in at most ``columns`` of a terminal."""
    return Content(text).truncate(columns, ellipsis=True).plain if width(text) > columns else text
