"""One page a cause, as Markdown: what you see, why, how to make sure, a bad and a good example, remedies, neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from troubleshooter.authoring.trial import case_of
from troubleshooter.diagnosis import diagnose
from troubleshooter.holes import filled
from troubleshooter.inference.sentences import branch_text
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.model import Cause, Remedy, Step
from troubleshooter.remedy.patch import patch_for

# after the heading: in front of it, the site would take the name of the file for the title of the page
MADE = "<!-- written by `troubleshooter kb docs`; do not edit -->"
MAX_MESSAGES = 8
HEADINGS = {
    "en": {
        "see": "What you see",
        "none": "No message is typical of it; the files tell.",
        "why": "Why",
        "confirm": "How to make sure",
        "bad": "Bad",
        "good": "Good",
        "remedies": "What to do",
        "when": "When",
        "ways": "When one of these is so",
        "verify": "Then check",
        "cost": "Costs",
        "proven": "proven: applied to a project that failed, which then ran",
        "neighbours": "Easily taken for it",
        "references": "References",
        "shows": "shows at",
        "unproven": "Not provoked here",
        "causes": "Causes",
        "messages": "By message",
        "message": "message",
        "cause": "cause",
        "log": "The log says",
        "follows": "What only follows from it",
        "build": "build",
        "start": "start",
        "load": "load",
        "run": "run",
        "intro": "Every cause that troubleshooter can name, by when it shows.",
        "search": "Messages of logs, with holes, and the causes that they speak for.",
    },
    "ja": {
        "see": "現れるメッセージ",
        "none": "決まったメッセージはありません。ファイルから分かります。",
        "why": "理由",
        "confirm": "確かめ方",
        "bad": "悪い例",
        "good": "良い例",
        "remedies": "対処",
        "when": "条件",
        "ways": "条件(いずれか)",
        "verify": "確認",
        "cost": "代償",
        "proven": "実証済み: 失敗するプロジェクトに適用し、動作を確認",
        "neighbours": "間違えやすい原因",
        "references": "参考",
        "shows": "現れる段階",
        "unproven": "ここでは再現していない理由",
        "causes": "原因一覧",
        "messages": "メッセージから探す",
        "message": "メッセージ",
        "cause": "原因",
        "log": "ログ",
        "follows": "その結果として起きること",
        "build": "ビルド",
        "start": "起動",
        "load": "ロード",
        "run": "実行",
        "intro": "troubleshooter が名指しできる原因を、現れる段階ごとに並べています。",
        "search": "ログのメッセージ({…} は可変部分)と、それが示す原因。",
    },
}


def page(cause: Cause, knowledge: Knowledge, language: str, recorded: Sequence[Mapping[str, Any]] = (), alone: bool = False) -> str:
    """The whole page of ``cause``; ``knowledge`` speaks ``language``.

    ``recorded`` are further examples, where its own have no Dockerfile. ``alone``: it is no file beside the other pages.
    """
    w = HEADINGS[language]
    out = [f"# {_text(filled(cause.title, {}))}", "", *([] if alone else [MADE, ""])]
    out += [f"`{cause.id}` · {w['shows']}: {w[cause.phase]}", "", f"## {w['see']}", ""]
    seen = messages(cause, knowledge)
    out += ["```text", *seen, "```"] if seen else [w["none"]]
    out += ["", f"## {w['why']}", "", _text(filled(cause.says, {})), ""]
    if cause.confirm:
        out += [f"## {w['confirm']}", "", *_steps(cause.confirm)]
    out += _example(cause, [*cause.examples, *recorded], knowledge, w)
    if cause.remedies:
        out += [f"## {w['remedies']}", ""]
        for remedy in cause.remedies:
            out += _remedy(remedy, knowledge, w)
    if cause.unproven:
        out += [f"{w['unproven']}: {_text(cause.unproven)}", ""]
    out += _others(cause, knowledge, w, alone)
    if cause.references:
        out += [f"## {w['references']}", "", *(f"- <{r}>" if r.startswith("https://") else f"- {_text(r)}" for r in cause.references), ""]
    return "\n".join(out).rstrip("\n") + "\n"


def messages(cause: Cause, knowledge: Knowledge) -> list[str]:
    """Lines of logs that speak for the cause: of each signal the first, what weighs most first."""
    found: dict[str, None] = {}
    for rule in sorted((r for r in cause.rules if r.favours), key=lambda r: -("weak", "moderate", "strong", "decisive").index(r.weight)):
        for branch in rule.branches:
            for c in branch:
                if c.kind == "signal" and not c.negated and c.name in knowledge.signals and not knowledge.signals[c.name].noise:
                    line = next((m for m in knowledge.signals[c.name].matches if len(m) <= 200), "")
                    if line:
                        found[line.replace("```", "'''")] = None
    return list(found)[:MAX_MESSAGES]


def _example(cause: Cause, examples: Sequence[Mapping[str, Any]], knowledge: Knowledge, w: Mapping[str, str]) -> Iterator[str]:
    """A Dockerfile that fails so, and what the first remedy with an edit changes in it."""
    for example in examples:
        if example["expect"] != "first" or "dockerfile" not in example:
            continue
        patch, lines = _cured(cause, example, knowledge)
        if patch:
            yield from (f"## {w['bad']}", "", "```dockerfile", *str(example["dockerfile"]).rstrip("\n").split("\n"), "```", "")
            if lines:
                yield from (f"{w['log']}:", "", "```text", *lines, "```", "")
            yield from (f"## {w['good']}", "", "```diff", *patch.rstrip("\n").split("\n"), "```", "")
            return


def _cured(cause: Cause, example: Mapping[str, Any], knowledge: Knowledge) -> tuple[str, list[str]]:
    """The change that cures an example, and the lines of its log that speak for the cause."""
    texts = {name: str(example[key]) for key, name in (("dockerfile", "Dockerfile"), ("go-mod", "go.mod")) if key in example}
    diagnosis = diagnose(replace(case_of(example, knowledge, {}), patch=patch_for(texts, knowledge)), knowledge)
    for named in (*diagnosis.causes, *diagnosis.next):
        if named.id == cause.id:
            lines = [r.text.replace("```", "'''") for r in named.why if r.line and r.favours]
            return next((fix.patch for fix in named.fixes if fix.patch), ""), list(dict.fromkeys(lines))[:5]
    return "", []


def _remedy(remedy: Remedy, knowledge: Knowledge, w: Mapping[str, str]) -> Iterator[str]:
    yield from (f"### {_text(filled(remedy.title, {}))}", "")
    if remedy.when:
        ways = [_text(branch_text(branch, knowledge)) for branch in remedy.when[:4]]
        if len(ways) == 1:
            yield from (f"{w['when']}: {ways[0]}", "")
        else:
            yield from (f"{w['ways']}:", "", *(f"- {way}" for way in ways), "")
    yield from _steps(remedy.steps)
    if remedy.verify:
        yield from (f"{w['verify']}:", "", *_steps(remedy.verify))
    if remedy.cost:
        yield from (f"{w['cost']}: {_text(filled(remedy.cost, {}))}", "")
    if remedy.proven:
        yield from (f"*{w['proven']}*", "")


def _steps(steps: Sequence[Step]) -> Iterator[str]:
    for step in steps:
        if step.kind == "run":
            yield from ("```sh", *filled(step.text, {}, command=True).split("\n"), "```", "")
        else:
            yield from (_text(filled(step.text, {})), "")


def _others(cause: Cause, knowledge: Knowledge, w: Mapping[str, str], alone: bool) -> Iterator[str]:
    def named(other: str) -> str:
        title = _text(filled(knowledge.outlines[other].title, {}))
        return f"{title} (`{other}`)" if alone else f"[{title}]({other}.md)"

    if cause.neighbours:
        yield from (f"## {w['neighbours']}", "")
        yield from (f"- {named(n)}: {_text(text)}" for n, text in cause.neighbours.items() if n in knowledge.outlines)
        yield ""
    follows = [n for n in cause.consequences if n in knowledge.outlines]
    if follows:
        yield from (f"## {w['follows']}", "", *(f"- {named(n)}" for n in follows), "")


def index(knowledge: Knowledge, language: str) -> str:
    """The list of all causes, by when they show."""
    w = HEADINGS[language]
    out = [f"# {w['causes']}", "", MADE, "", w["intro"], ""]
    for phase in ("build", "start", "load", "run"):
        names = [n for n in sorted(knowledge.outlines) if knowledge.outlines[n].phase == phase]
        if names:
            out += [f"## {w[phase]}", "", *(f"- [{_text(filled(knowledge.outlines[n].title, {}))}]({n}.md) `{n}`" for n in names), ""]
    return "\n".join(out).rstrip("\n") + "\n"


def by_message(knowledge: Knowledge, language: str) -> str:
    """Every message that a cause waits for, in alphabetical order, with the causes."""
    w = HEADINGS[language]
    rows: dict[str, list[str]] = {}
    for name in knowledge.signals:
        signal = knowledge.signals[name]
        causes = [c for c in knowledge.causes_of.get(name, ()) if knowledge.outlines[c].kind == "ours"]
        for pattern in signal.patterns[:6] if causes and not signal.noise else ():
            if pattern.text != pattern.regex and pattern.text.isascii() and len(pattern.text) <= 160:
                rows.setdefault(pattern.text, []).extend(c for c in causes if c not in rows.get(pattern.text, []))
    out = [f"# {w['messages']}", "", MADE, "", w["search"], "", f"| {w['message']} | {w['cause']} |", "| --- | --- |"]
    for text in sorted(rows, key=lambda t: (re.sub(r"\W", "", re.sub(r"\{[^}]*\}", "", t)).lower(), t)):
        out.append(f"| {_code(text)} | " + ", ".join(f"[{c}]({c}.md)" for c in sorted(rows[text])) + " |")
    return "\n".join(out) + "\n"


def _code(text: str) -> str:
    """A pattern as code in a table: there the bar has a meaning of its own."""
    escaped = (
        text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("|", "&#124;")
        .replace("{", "&#123;")
        .replace("}", "&#125;")
    )
    return "<code>" + re.sub(r"([*_`\[\]\\~])", lambda m: f"&#{ord(m[1])};", escaped) + "</code>"


def _text(text: str) -> str:
    """A sentence without what Markdown or HTML would take for its own."""
    return re.sub(r"([*`\[\]])", r"\\\1", " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;"))
