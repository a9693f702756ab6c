"""A free text as an answer: its number, its words, something named in it, a command's pasted output, or the message itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from math import log
from typing import Literal

from troubleshooter.case import Case, understood
from troubleshooter.dialogue.session import Session
from troubleshooter.frozen import dataclass
from troubleshooter.kb.images import image_facts
from troubleshooter.kb.words import folded, terms
from troubleshooter.model import UNKNOWN, Answer, Fact, Question

DO_NOT_KNOW = frozenset([
    "unknown", "dunno", "dont know", "don't know", "i don't know", "i dont know", "do not know", "i do not know", "no idea", "no clue",
    "not sure", "i'm not sure", "im not sure", "unsure", "idk", "skip", "pass", "can't tell", "cannot tell", "no answer", "beats me",
    "分からない", "わからない", "分かりません", "わかりません", "不明", "知らない", "知りません", "未確認", "スキップ", "さあ",
])  # fmt: skip
YES = frozenset([
    "yes", "y", "yep", "yeah", "yup", "sure", "it is", "it does", "correct", "right", "true",
    "はい", "うん", "ええ", "そうです", "そう", "ある", "あります",
])  # fmt: skip
NO = frozenset([
    "no", "n", "nope", "nah", "it is not", "it isn't", "it does not", "it doesn't", "false",
    "いいえ", "いや", "違います", "違う", "ない", "ありません",
])  # fmt: skip
LIKE = 0.45
"""How much of what a text says an answer must say too."""
AHEAD = 0.75
"""An answer that is at least so near as the nearest one may be meant as well."""
_NUMBER = re.compile(r"^[#(\[]?\s*(\d{1,2})\s*[)\].:、番]?$")
_PROGRAM = re.compile(r"(?:^|[;|&] *|--entrypoint |-- |BUILD_IMAGE )([a-z][\w-]*)", re.ASCII)
"""A program that a suggested command runs, here or in the container."""
_ORDINALS = (("first", "1st"), ("second", "2nd"), ("third", "3rd"), ("fourth", "4th"), ("fifth", "5th"))
_VERSION = re.compile(r"(?<![\w.])(?:go|v)?(\d+\.\d+(?:\.\d+)?)(?![\w.]*/)", re.ASCII)


@dataclass(frozen=True)
class Heard:
    """What a text was taken for, and the session after it."""

    kind: Literal["answer", "output", "message", "several", "no-program", "nothing"]
    session: Session
    value: str = ""
    """Of an answer: its value."""
    question: Question | None = None
    """Of an answer: the question that it answers, the one that was asked or another one of those that are open."""
    facts: tuple[Fact, ...] = ()
    """Of an output: what was read in it."""
    choices: tuple[Answer, ...] = ()
    """Answers that the text fits alike."""


def heard(text: str, question: Question, session: Session) -> Heard:
    """``text`` as somebody's reply to ``question``; of kind ``nothing`` where it cannot be understood."""
    value = understood_answer(text, question)
    if value is not None:
        return Heard("answer", session.answer(question.fact, value), value, question)
    if _is_refused(text, question, session):
        return Heard("no-program", session)
    facts = session.read_in(text, question.fact)
    if session.has_message(text) and not any(f.name == question.fact for f in facts):
        told = session.describe(text) if session.case.log is None or not session.reading.hits else session.paste(text, question.fact)
        return Heard("message", told)
    read = [f for f in facts if not f.name.startswith("seen.")]
    if any(f.name == question.fact for f in facts) or (read and _is_output(text)):
        return Heard("output", session.paste(text, question.fact), facts=tuple(facts))
    named = _named(text, question, session)
    if named is not None:
        return Heard("answer", session.answer(question.fact, *named), named[0], question)
    near, asked = _nearest_of(text, question, session)
    if len(near) > 1:
        return Heard("several", session, choices=tuple(near))
    if near and not read:
        return Heard("answer", session.answer(asked.fact, near[0].value), near[0].value, asked)
    if read:
        return Heard("output", session.paste(text, question.fact), facts=tuple(facts))
    return Heard("nothing", session)


def _is_refused(text: str, question: Question, session: Session) -> bool:
    """Whether the suggested command itself could not be run: that says nothing of the failure that is asked about."""
    how = (session.knowledge.table("questions").get(question.id) or {}).get("how") or {}
    programs = {m for command in how.values() for m in _PROGRAM.findall(command)}
    fails = r"(?:(?:command |executable file )?not found|no such file or directory|.{0,30}is not recognized)"
    return any(re.search(rf"(?<![\w.-]){p}[\"']?: (?:stat {p}: )?{fails}", text, re.IGNORECASE) for p in map(re.escape, programs))


def understood_answer(text: str, question: Question) -> str | None:
    """The value of ``question`` that ``text`` means beyond doubt: a number, the words of an answer, yes, no, "I don't know"; else None."""
    plain = unicodedata.normalize("NFKC", text).strip()
    number = _NUMBER.match(plain)
    if number and int(number[1]) <= len(question.answers):
        return UNKNOWN if number[1] == "0" else question.answers[int(number[1]) - 1].value
    said = re.sub(r"^['\"\s]+|[\s.!。'\"]+$", "", folded(plain))
    if not said:
        return None
    for answer in question.answers:
        if said in (folded(answer.value), folded(answer.text)):
            return answer.value
    if said in DO_NOT_KNOW or any(len(p) > 4 and said.startswith(f"{p} ") for p in DO_NOT_KNOW):
        return UNKNOWN
    ordinal = re.fullmatch(r"(?:the )?(\w+)(?: one| answer)?", said)
    place = next((n for n, names in enumerate(_ORDINALS) if ordinal and ordinal[1] in names), None)
    if ordinal and ordinal[1] == "last":
        return question.answers[-1].value
    if place is not None and place < len(question.answers):
        return question.answers[place].value
    for words, sign in ((YES, "yes"), (NO, "no")):
        meant = [a.value for a in question.answers if _says(sign, a)]
        if (re.split("[,、]", said)[0] in words or said.partition(" ")[0] in words) and len(meant) == 1:
            return meant[0]
    return None


def _says(sign: str, answer: Answer) -> bool:
    first = re.split(r"[\s,、(。]", answer.text.strip().lower())[0]
    return answer.value == sign or first in (("yes", "はい") if sign == "yes" else ("no", "いいえ"))


def _is_output(text: str) -> bool:
    """Whether ``text`` looks printed rather than typed."""
    return "\n" in text.strip() or bool(re.search(r"[:=/\[{\t]", text))


def _named(text: str, question: Question, session: Session) -> tuple[str, dict[str, str]] | None:
    """The answer that follows from a version, an image or another thing named in ``text``, and what it tells besides."""
    values = {a.value for a in question.answers}
    versions = [m[1] for m in _VERSION.finditer(text)]
    if versions and all(re.fullmatch(r"\d+\.[\d.]+", v) for v in values):
        return versions[0], {}
    words = re.findall(r"[\w./@:+-]+", unicodedata.normalize("NFKC", text).lower())
    told = {v for v in values for w in words if v.lower() in (w, w.rpartition("/")[2], w.rpartition("=")[2].strip("'\""))}
    if len(told) == 1 and len(next(iter(told))) > 1 and not told & {"yes", "no", "none", "file", "run", "start", "check"}:
        return told.pop(), {}
    facts = {f.name: f.value for f in understood(text, Case(), session.knowledge).facts}
    subject = question.fact.partition(".")[0]
    if question.fact not in facts and len(words) <= 4:
        about = {f.name: f.value for f in understood(f"{subject} {text}", Case(), session.knowledge).facts}
        facts.update({n: v for n, v in about.items() if n == question.fact})
    if facts.get(question.fact) in values:
        return facts[question.fact], {}
    part = question.fact.partition(".")[0]
    image = facts.get("final.image") or facts.get("build.image")
    if image and part in ("final", "build"):
        known = image_facts(image, session.knowledge.table("images"))
        value = known.get(question.fact.partition(".")[2])
        if value in values:
            named = image.partition(":")[0] in text.lower() and f"{part}.image" in session.knowledge.table("facts")
            return value, {f"{part}.image": image} if named else {}
    return None


def _nearest_of(text: str, question: Question, session: Session) -> tuple[list[Answer], Question]:
    """The answers that ``text`` is nearest to, of ``question`` or of another open one that it clearly means."""
    score, near = _nearest(text, question.answers)
    asked = question
    for other in session.diagnosis.questions:
        its, answers = _nearest(text, other.answers)
        if len(answers) == 1 and its * AHEAD > score:
            score, near, asked = its, answers, other
    return near, asked


def _nearest(text: str, answers: Collection[Answer]) -> tuple[float, list[Answer]]:
    """The answer whose words ``text`` shares, weighed by how few answers have them; several where nothing parts them."""
    said = {a.value: set(_words(f"{a.value} {a.text}" if a.value.isascii() else a.text)) for a in answers}
    vocabulary = set().union(*said.values())
    typed = {_spelled(w, vocabulary) for w in _words(text)}
    rarity = {w: log((len(answers) + 1) / max(1, sum(w in words for words in said.values()))) if w in vocabulary else 1.0 for w in typed}
    total = sum(rarity.values())
    scores = {v: sum(rarity[w] for w in typed & words) / total for v, words in said.items()} if total else {}
    best = max(scores.values(), default=0.0)
    return best, [a for a in answers if scores.get(a.value, 0.0) >= max(LIKE, AHEAD * best)] if best >= LIKE else []


def _words(text: str) -> Iterable[str]:
    return [t for t in terms(folded(text)) if t not in ("answer", "think", "guess", "believe", "probably", "maybe", "mean")]


def _spelled(word: str, vocabulary: Collection[str]) -> str:
    """``word`` as it is spelled in ``vocabulary``, one or two letters away."""
    if word in vocabulary or len(word) < 4 or not word.isascii():
        return word
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    found = process.extractOne(word, vocabulary, scorer=OSA.distance, score_cutoff=1 if len(word) < 8 else 2)
    return str(found[0]) if found else word
