"""The index that typed text is compared with: what is said about every cause, as weighted words.

Built from the knowledge at the first ``ask`` and kept as a cache file beside the knowledge's own; nothing else loads it.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise, takewhile
from math import log, sqrt
from pathlib import Path

from troubleshooter.frozen import dataclass
from troubleshooter.kb.conditions import as_list
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.layers import cache_folder
from troubleshooter.kb.pattern import fuzzy_text
from troubleshooter.kb.words import SPOKEN, STOP, Lexicon, folded, phrases, stem, terms, words
from troubleshooter.text import is_japanese

CONCEPT, PAIR = 2.5, 1.75
"""How much more a concept counts than a word that is as rare, and two concepts that are named together."""
STRANGE = 3.0
"""What an English word counts that is said of no cause: the text is about something else as well."""
UNSAID = 4.0
"""As if every text went on with a rare word that nobody knows: few and common words are no likeness."""
SATURATION = 1.2
"""A word said often of a cause counts little more than one said now and then."""
POOLED = 1.0
"""What the words of all documents of a cause count beside those of the best document."""
_SECOND, _THIRD = 0.35, 0.15
_KINDS = {"phrasing": 1.0, "title": 0.9, "says": 0.6, "message": 0.8, "signal": 0.5, "concept": 1.0}
MAX_EXAMPLES = 6
"""Example lines of one signal that are compared with."""


@dataclass(frozen=True)
class Nearest:
    """A cause and how near a text is to what is said of it: about 0 (nothing in common) to 2 (the same words)."""

    cause: str
    score: float
    document: str
    """The nearest thing that is said of the cause, of those about as near one in the reader's language."""


class Table:
    """Words to numbers with weights, in four flat pieces: a hundred thousand small objects would take long to unpack."""

    def __init__(self, rows: Mapping[str, Mapping[int, float]]) -> None:
        self.places = {word: place for place, word in enumerate(rows)}
        self.starts = array("I", [0, *accumulate(len(row) for row in rows.values())])
        self.numbers = array("H", (n for row in rows.values() for n in row))
        self.weights = array("f", (w for row in rows.values() for w in row.values()))

    def size(self, word: str) -> int:
        """How many numbers ``word`` has."""
        place = self.places.get(word)
        return 0 if place is None else self.starts[place + 1] - self.starts[place]

    def row(self, word: str) -> Iterator[tuple[int, float]]:
        """The numbers of ``word`` and their weights."""
        place = self.places.get(word)
        if place is None:
            return iter(())
        part = slice(self.starts[place], self.starts[place + 1])
        return zip(self.numbers[part], self.weights[part], strict=False)


@dataclass
class Index:
    """Documents by word, words by cause, and the words that a spelling is corrected to."""

    causes: tuple[str, ...]
    owners: array[int]
    weights: array[float]
    texts: tuple[str, ...]
    postings: Table
    """Word -> documents and the word's part of each, all of a document's words together having length 1."""
    pools: Table
    """Word -> causes and how often it is said of each."""
    vocabulary: dict[str, int]
    stems: frozenset[str]
    pairs: frozenset[str]
    """Words that follow each other, with a blank between."""
    lines: tuple[tuple[str, str], ...]
    """Signals and the readable text of their patterns."""
    spoken: dict[str, float]
    """How rare each word of these lines is: 0 where every signal has it."""
    lexicon: Lexicon
    language: str
    """In which the reader is told what a text is like."""

    def features(self, text: str) -> Counter[str]:
        return features(text, self.lexicon)

    def rarity(self, word: str) -> float:
        """0 for a word that is said of every cause, about 5 for one said of a single cause."""
        known = self.pools.size(word)
        if not known:
            return STRANGE if word.isascii() and word.isalpha() else 0.0
        return max(0.0, log((len(self.causes) + 1) / (known + 0.5))) * (1.0, CONCEPT, PAIR)[word.count("#")]

    def strange(self, text: str) -> bool:
        """Whether ``text`` has a word that nothing here is about."""
        return any(not self.pools.size(t) for t in terms(folded(text)) if len(t) > 2 and (t.isalpha() or not t.isascii()))

    def nearest(self, text: str) -> list[Nearest]:
        """The causes that ``text`` is near to, the nearest first."""
        vector = {w: (1 + log(n)) * self.rarity(w) for w, n in self.features(text).items()}
        length, total = sqrt(UNSAID**2 + sum(x * x for x in vector.values())), UNSAID + sum(vector.values())
        near: dict[int, float] = {}
        said: dict[int, float] = {}
        for word, weight in vector.items():
            if not weight:
                continue
            for document, part in self.postings.row(word):
                near[document] = near.get(document, 0.0) + weight * part / length
            for cause, often in self.pools.row(word):
                said[cause] = said.get(cause, 0.0) + weight / total * often / (often + SATURATION)
        best: dict[int, list[tuple[float, int]]] = {}
        for document, likeness in near.items():
            best.setdefault(self.owners[document], []).append((likeness * sqrt(self.weights[document]), document))
        found = []
        for cause, documents in best.items():
            ranked = sorted(documents, key=lambda d: (-d[0], d[1]))
            first, *others = ranked[:3]
            score = first[0] + sum(f * d[0] for f, d in zip((_SECOND, _THIRD), others, strict=False)) + POOLED * said[cause]
            found.append(Nearest(self.causes[cause], score, self._told(ranked)))
        return sorted(found, key=lambda n: (-n.score, n.cause))

    def _told(self, ranked: Sequence[tuple[float, int]]) -> str:
        """The nearest document that the reader can read, unless it is less than half as near as the nearest of all."""
        best, first = ranked[0]
        near = takewhile(lambda d: d[0] >= best / 2, ranked)
        readable = (self.texts[d] for _, d in near if is_japanese(self.texts[d]) == (self.language == "ja"))
        return next(readable, self.texts[first])


def features(text: str, lexicon: Lexicon) -> Counter[str]:
    """What ``text`` is compared by, each with how often it occurs: words, two words that follow each other (``a b``), concepts
    (``#a``), two concepts (``#a#b``), and everyday words that are the same in both languages (``=a``).
    """
    plain = folded(text)
    found = Counter(terms(plain))
    telling = [w for w, _, _ in words(plain) if w not in STOP and len(w) > 1]
    found.update(f"{a} {b}" for a, b in pairwise(telling))
    named = {f.concept for f in lexicon.find(plain) if lexicon.concepts[f.concept].get("vague") != "only"}
    common = {n for n in named if "common" in lexicon.concepts[n]}
    found.update("=" + n for n in common)
    concepts = sorted("#" + n for n in named - common)
    found.update(concepts)
    found.update(a + b for n, a in enumerate(concepts) for b in concepts[n + 1 :])
    return found


_HELD: dict[Path, Index] = {}
"""The index that was asked for last: a dialogue asks for it at every step."""


def index_for(knowledge: Knowledge, environ: Mapping[str, str] = os.environ) -> Index:
    """The index of ``knowledge``, from its cache file where there is one."""
    here = Path(__file__).resolve().parent
    stamp = ",".join(str((here / n).stat().st_mtime_ns) for n in ("search.py", "words.py"))
    key = hashlib.sha256(f"{knowledge.hash} {knowledge.language} {stamp}".encode()).hexdigest()[:16]
    path = cache_folder(environ) / f"search-{key}.cache"
    if path in _HELD:
        return _HELD[path]
    _HELD.clear()
    try:
        found = pickle.loads(path.read_bytes())
        if isinstance(found, Index):
            _HELD[path] = found
            return found
    except Exception:  # absent, cut short, of another version: whatever is wrong with it, it is only a cache
        pass
    index = _HELD[path] = build(knowledge)
    _keep(path, index)
    return index


def _keep(path: Path, index: Index) -> None:
    import tempfile

    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix="search-", suffix=".tmp")
        with os.fdopen(descriptor, "wb") as out:
            pickle.dump(index, out, 5)
        os.replace(name, path)
        for old in sorted(path.parent.glob("search-*.cache"), key=lambda p: p.stat().st_mtime)[:-4]:
            old.unlink(missing_ok=True)
    except OSError:
        return


def build(knowledge: Knowledge) -> Index:
    """The index, made anew."""
    lexicon = Lexicon(knowledge.table("concepts"))
    lines = tuple((name, fuzzy_text(p)) for name in knowledge.signals for p in knowledge.patterns[name])
    documents = list(_documents(knowledge))
    vocabulary, pairs, errors = _vocabulary(
        [
            *(text for _, text in lines),
            *(p for e in lexicon.concepts.values() for p in phrases(e)),
            *(t for _, w, t in documents if w < _KINDS["phrasing"]),
        ],
        [text for _, weight, text in documents if weight == _KINDS["phrasing"]],
    )
    causes = tuple(knowledge.causes)
    number = {c: n for n, c in enumerate(causes)}
    owners, weights = array("H"), array("f")
    texts: list[str] = []
    counted: list[Counter[str]] = []
    pools: dict[str, dict[int, float]] = {}
    for cause, weight, text in documents:
        found = features(_spelled(text, errors), lexicon)
        owners.append(number[cause])
        weights.append(weight)
        texts.append(text)
        counted.append(found)
        for word, often in found.items():
            pool = pools.setdefault(word, {})
            pool[number[cause]] = pool.get(number[cause], 0.0) + weight * min(often, 2)
    index = Index(
        causes,
        owners,
        weights,
        tuple(texts),
        Table({}),
        Table(pools),
        vocabulary,
        frozenset(map(stem, vocabulary)),
        pairs,
        lines,
        _spoken(lines),
        lexicon,
        knowledge.language,
    )
    postings: dict[str, dict[int, float]] = {}
    for document, found in enumerate(counted):
        vector = {w: (1 + log(n)) * index.rarity(w) for w, n in found.items()}
        length = sqrt(sum(x * x for x in vector.values())) or 1.0
        for word, weight in vector.items():
            if weight:
                postings.setdefault(word, {})[document] = weight / length
    index.postings = Table(postings)
    return index


def _documents(knowledge: Knowledge) -> Iterator[tuple[str, float, str]]:
    """(cause, weight, text) of everything that is said of the causes, in both languages where there are both."""
    for name in knowledge.causes:
        cause = knowledge.causes[name]
        for language in sorted(cause.phrasings):
            for text in cause.phrasings[language]:
                yield name, _KINDS["phrasing"], text
        yield name, _KINDS["title"], cause.title
        yield name, _KINDS["says"], cause.says
        literals = (l for r in cause.rules if r.favours for b in r.branches for l in b if l.kind == "signal" and not l.negated)
        for signal in dict.fromkeys(l.name for l in literals if l.name in knowledge.signals):
            shared = 1 + 0.25 * (len(knowledge.causes_of.get(signal, ())) - 1)
            yield name, _KINDS["signal"] / shared, knowledge.signals[signal].says
            for line in knowledge.signals[signal].matches[:MAX_EXAMPLES]:
                yield name, _KINDS["message"] / shared, line
    for entry in knowledge.table("concepts").values():
        for name in as_list(entry.get("causes") or []):
            if name in knowledge.causes:
                for phrase in phrases(entry):
                    yield name, _KINDS["concept"], phrase


def _vocabulary(sound: Iterable[str], spoken: Iterable[str]) -> tuple[dict[str, int], frozenset[str], dict[str, str]]:
    """Known words with how often they occur, words that follow each other, and the typing errors among the phrasings.

    ``spoken`` are phrasings, which may be misspelled on purpose: a word of theirs that is one letter away from one of the
    ``sound`` texts is an error.
    """
    counts: Counter[str] = Counter()
    pairs: set[str] = set()
    for text in sound:
        _count(text, counts, pairs)
    near: dict[str, set[str]] = {}
    for word in (w for w, n in counts.items() if n > 1 and len(w) > 4):
        for key in _shortened(word):
            near.setdefault(key, set()).add(word)
    more: Counter[str] = Counter()
    more_pairs: set[str] = set()
    for text in spoken:
        _count(text, more, more_pairs)
    errors: dict[str, str] = {}
    for word in (w for w in more if w not in counts and len(w) > 4 and stem(w) not in counts):
        right = {r for key in _shortened(word) for r in near.get(key, ()) if stem(r) != stem(word) and _one_apart(r, word)}
        if right:
            errors[word] = min(right, key=lambda r: (-counts[r], r))
    counts.update({w: n for w, n in more.items() if w not in errors})
    pairs.update(p for p in more_pairs if not errors.keys() & set(p.split()))
    return dict(counts), frozenset(pairs), errors


def _count(text: str, counts: Counter[str], pairs: set[str]) -> None:
    spoken = SPOKEN.findall(folded(text))
    counts.update(spoken)
    pairs.update(f"{a} {b}" for a, b in pairwise(spoken))


def _shortened(word: str) -> set[str]:
    """``word`` and what is left of it without one of its letters."""
    return {word, *(word[:n] + word[n + 1 :] for n in range(len(word)))}


def _one_apart(one: str, other: str) -> bool:
    from rapidfuzz.distance import OSA

    return one[0] == other[0] and OSA.distance(one, other, score_cutoff=1) <= 1


def _spelled(text: str, errors: Mapping[str, str]) -> str:
    return SPOKEN.sub(lambda m: errors.get(m[0], m[0]), text.lower()) if errors else text


def _spoken(lines: tuple[tuple[str, str], ...]) -> dict[str, float]:
    speakers: dict[str, set[str]] = {}
    for signal, text in lines:
        for word in SPOKEN.findall(text):
            speakers.setdefault(word, set()).add(signal)
    most = len({signal for signal, _ in lines})
    return {word: log(most / len(signals)) for word, signals in speakers.items()}
