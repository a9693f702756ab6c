"""Words of typed text and of the phrasings that it is compared with: one way to cut, fold and name them for both.

English words are cut back to their stem, Japanese is cut into words by kind of letter and into pairs of letters, and what
means the same in both languages becomes the same *concept* (``concepts.yaml``).
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from troubleshooter.frozen import dataclass
from troubleshooter.kb.conditions import as_list
from troubleshooter.text import normal

_WORD = re.compile(r"[0-9a-z\u00df-\u024f\u0370-\u052f\uac00-\ud7af]+")
SPOKEN = re.compile(r"[a-z]{2,}", re.ASCII)
"""English words in folded text: what a spelling is corrected to."""
_TERM = re.compile(r"[\w$./:@+=%#~^-]*[a-z0-9][\w$./:@+=%#~^-]*", re.ASCII)
_ENDING = re.compile(r"(?<=[\w-])\.[a-z][a-z0-9]{0,4}$", re.ASCII)
_KANA_KANJI = re.compile(r"[\u3040-\u30ff\u3400-\u9fff々ー]+")
_RUN = re.compile(r"[\u30a1-\u30ffー]{2,}|[\u3400-\u9fff々]{2,}")
_HIRAGANA = re.compile(r"[\u3041-\u309f]")
_SPACED = re.compile(r"(?<=[\u3040-\u30ff\u3400-\u9fff々ー]) | (?=[\u3040-\u30ff\u3400-\u9fff々ー])")
_LONG = re.compile(r"(?<=[\u30a1-\u30fa][\u30a1-\u30faー][\u30a1-\u30faー])ー(?![\u30a1-\u30faー])")
_KINDRED = {
    "built": "build", "ran": "run", "found": "find", "went": "go", "written": "write", "wrote": "write", "lost": "lose", "broke": "break",
    "broken": "break", "sent": "send", "made": "make", "knows": "know", "known": "know", "knew": "know", "gave": "give", "given": "give",
    "took": "take", "taken": "take", "got": "get", "gotten": "get", "said": "say", "told": "tell", "tried": "try", "tries": "try",
    "dies": "die", "dying": "die", "died": "die", "libraries": "library", "began": "begin", "chose": "choose", "forgot": "forget",
    "forgotten": "forget", "hid": "hide", "hidden": "hide", "meant": "mean", "kept": "keep", "left": "leave", "put": "put",
}  # fmt: skip
STOP = frozenset([
    "a", "about", "after", "all", "also", "although", "am", "an", "and", "any", "are", "as", "at", "be", "because", "been", "before",
    "being", "but", "by", "can", "could", "did", "do", "does", "doing", "done", "each", "else", "even", "every", "for", "from", "get",
    "gets", "had", "has", "have", "having", "he", "her", "here", "him", "his", "how", "i", "if", "in", "into", "is", "it", "its",
    "itself", "just", "let", "like", "may", "me", "might", "mine", "more", "most", "much", "my", "myself", "no", "nor", "not", "now",
    "of", "off", "on", "once", "one", "only", "onto", "or", "other", "our", "ours", "out", "over", "own", "please", "quite", "rather",
    "really", "same", "say", "see", "seem", "shall", "she", "should", "so", "some", "still", "such", "tell", "than", "that", "the",
    "their", "them", "then", "there", "these", "they", "thing", "this", "those", "though", "through", "to", "too", "try", "under",
    "until", "up", "us", "use", "very", "want", "was", "we", "well", "were", "what", "when", "where", "whether", "which", "while", "who",
    "whom", "why", "will", "with", "within", "would", "yes", "yet", "you", "your", "something", "somebody", "anybody", "anyone",
    "someone", "everything", "nothing", "anything", "simply", "always", "never",
])  # fmt: skip


def folded(text: str) -> str:
    """``text`` in the one form that is compared: quotes and widths as :func:`normal`, lower case, one space between words.

    Japanese is written with and without blanks around foreign words, and with and without a long vowel at the end of them.
    """
    plain = " ".join(unicodedata.normalize("NFKC", normal(text)).casefold().split())
    return plain if plain.isascii() else _LONG.sub("", _SPACED.sub("", plain))


def stem(word: str) -> str:
    """The part of an English word that its forms have in common."""
    word = _KINDRED.get(word, word)
    if len(word) < 4 or not word.isascii() or not word.isalpha():
        return word
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "shes", "ches", "xes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is", "os")):
        word = word[:-1]
    for ending, least in (("ing", 6), ("ed", 5), ("ly", 5)):
        if word.endswith(ending) and len(word) >= least and re.search("[aeiouy]", word[: -len(ending)]):
            word = word[: -len(ending)]
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def words(text: str) -> list[tuple[str, int, int]]:
    """The alphabetic words of folded ``text``: (stem, start, end)."""
    return [(stem(m[0]), m.start(), m.end()) for m in _WORD.finditer(text)]


def terms(text: str) -> Iterator[str]:
    """What folded ``text`` is compared by: stems, compound names such as ``go.sum`` and their endings, and pieces of Japanese words."""
    for found in _TERM.finditer(text):
        compound = found[0].strip(".,:;-=/'")
        if 2 < len(compound) <= 40 and not compound.isalnum():
            yield compound
            ending = _ENDING.search(compound)
            if ending:
                yield ending[0]
    for word, _, _ in words(text):
        if word in STOP or (word.isdigit() and len(word) != 3) or len(word) < 2:
            continue
        yield word
    for run in _KANA_KANJI.findall(text):
        yield from _RUN.findall(run)
        for a, b in itertools.pairwise(run):
            if not (_HIRAGANA.match(a) and _HIRAGANA.match(b)):
                yield a + b


@dataclass(frozen=True)
class Found:
    """A concept in a text: the words that name it and where they stand in the folded text."""

    concept: str
    words: str
    start: int
    end: int


@dataclass
class Lexicon:
    """The phrases of ``concepts.yaml``, arranged so that a text is looked through once."""

    concepts: Mapping[str, Mapping[str, Any]]
    sequences: dict[str, list[tuple[tuple[str, ...], str]]] = field(default_factory=dict)
    """First word -> (all words, concept): phrases of words, found in every form of the words."""
    pieces: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """First two letters -> (phrase, concept): everything else, found as it stands."""
    translations: list[tuple[str, str]] = field(default_factory=list)
    """Messages of other languages, in lower case, and the English ones that they translate."""

    def __post_init__(self) -> None:
        for name, entry in self.concepts.items():
            for phrase in phrases(entry):
                if "means" in entry:
                    self.translations.append((phrase.lower(), entry["means"]))
                else:
                    self._add(folded(phrase), name)

    def _add(self, phrase: str, name: str) -> None:
        plain = re.sub(r"[\s'-]+", " ", phrase).strip()
        if plain and all(_WORD.fullmatch(w) for w in plain.split()) and not phrase.startswith("-") and not re.search(r"\d", plain):
            sequence = tuple(w for w, _, _ in words(plain))
            self.sequences.setdefault(sequence[0], []).append((sequence, name))
        elif len(phrase) > 1:
            self.pieces.setdefault(phrase[:2], []).append((phrase, name))

    def find(self, text: str) -> list[Found]:
        """Every concept that folded ``text`` names, in the order of the text; within longer words, shorter ones do not count."""
        result: list[Found] = []
        listed = words(text)
        for at, (word, start, _) in enumerate(listed):
            for sequence, name in self.sequences.get(word, ()):
                if tuple(w for w, _, _ in listed[at : at + len(sequence)]) == sequence:
                    end = listed[at + len(sequence) - 1][2]
                    if not re.search(r"[.;!?。]\s", text[start:end]):
                        result.append(Found(name, text[start:end], start, end))
        for at in range(len(text) - 1):
            for phrase, name in self.pieces.get(text[at : at + 2], ()):
                if text.startswith(phrase, at) and _bounded(text, at, at + len(phrase)):
                    result.append(Found(name, phrase, at, at + len(phrase)))
        spans = {(f.start, f.end) for f in result}
        whole = {(a, b) for a, b in spans if not any(c <= a and b <= d and (a, b) != (c, d) for c, d in spans)}
        return sorted((f for f in result if (f.start, f.end) in whole), key=lambda f: (f.start, f.end, f.concept))


def phrases(entry: Mapping[str, Any]) -> Sequence[str]:
    """All phrases of a concept, whatever their language."""
    return [p for key in ("en", "ja", "other") for p in as_list(entry.get(key) or [])]


def _bounded(text: str, start: int, end: int) -> bool:
    """Whether the phrase does not begin or end within a word or an option."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if _word_like(text[start]) and _word_like(before):
        return False
    if text[start] in "-+$" and (_word_like(before) or before == text[start]):
        return False
    return not (_word_like(text[end - 1]) and _word_like(after))


def _word_like(letter: str) -> bool:
    return letter.isascii() and (letter.isalnum() or letter == "_")
