"""Which names resemble a name: likeness of words, likeness of names, short forms, and the reasons.

A name is written in Latin letters (anyascii), parted into words, freed of legal forms and particles. Words are alike by
Jaro–Winkler; words that only differ in how sounds are written (Muhammad, Mohamed) count as nearly the same. Rare words
weigh more than common ones: w = 1 + ln(N / n) for a word in n of N names. With Q and L the weights of the words of the
query and of the listed name, and m the weight of those matched times their likeness,

    likeness = 0.6 · m / min(Q, L) + 0.4 · 2m / (Q + L),

or the likeness of the two names written together without spaces, or, if one is a short form of the other
(`short_form`), a stated likeness; the greatest of them. A likeness is no proof: a hit is looked at by a person.

No name is left out beforehand. Each word of the query is compared with each word of all names; from these likenesses
the most that a name can reach is added up, and those that can reach the least asked for are paired word by word.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations
from typing import Any, Final

import numpy as np
from anyascii import anyascii
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler, Prefix

ALIKE: Final = 0.85
SAME_SOUND: Final = 0.97
SHORT: Final = 3
AS_SHORT_FORM: Final = 0.88
SHORT_FORMS: Final = range(4, 13)
"""Letters that a short form has."""

BEGUN: Final = 3
"""Letters by which the short forms of a name are found."""

MOST_WORDS: Final = 8
"""Words that a name may have of which a short form is looked for."""

LEGAL_FORMS: Final = frozenset(
    re.findall(
        r"\w+",
        "ab ag bv co company corp corporation eirl gmbh inc incorporated jsc limited limitada llc llp lp ltd ltda nv "
        "oao ojsc ooo oy pao pjsc plc pte pty pvt sa sarl scs sl spa srl zao",
    )
)
PARTICLES: Final = frozenset(
    re.findall(
        r"\w+", "a al an and ben bin bn ibn da de del der des di do du e ed el en et la le of the ul und van von y"
    )
)
SOUNDS: Final = (
    ("kh", "k"), ("gh", "g"), ("sh", "s"), ("ch", "c"), ("ph", "f"), ("th", "t"), ("dh", "d"), ("zh", "j"),
    ("ck", "k"), ("q", "k"), ("c", "k"), ("w", "v"), ("z", "s"), ("x", "ks"),
)  # fmt: skip


@lru_cache(maxsize=200_000)
def every_word(name: str) -> tuple[str, ...]:
    """Part a name into words in Latin letters, initials with points into one.

    >>> every_word("Joint-Stock «Бета» S.A., L.L.C.")
    ('joint', 'stock', 'beta', 'sa', 'llc')
    """
    plain = anyascii(name).casefold().replace("'", "").replace("`", "")
    plain = re.sub(r"\b(?:[a-z]\.){2,}(?:[a-z]\b)?", lambda found: found[0].replace(".", ""), plain)
    return tuple(re.findall(r"[a-z0-9]+", plain))


@lru_cache(maxsize=200_000)
def words(name: str) -> tuple[str, ...]:
    """Part a name into words in Latin letters, without legal forms and particles unless nothing else is left.

    >>> words("Joint-Stock «Бета» S.A., L.L.C.")
    ('joint', 'stock', 'beta')
    """
    every = every_word(name)
    return tuple(word for word in every if not _may_be_left_out(word)) or every


def _may_be_left_out(word: str) -> bool:
    return word in LEGAL_FORMS or word in PARTICLES


@lru_cache(maxsize=200_000)
def sound(word: str) -> str:
    """Reduce a word to what is heard of it: sounds of one letter, no vowels after the first place, nothing twice.

    >>> sound("muhammad") == sound("mohamed")
    True
    """
    for written, heard in SOUNDS:
        word = word.replace(written, heard)
    first = "a" if word[:1] in "aeiouy" else word[:1]
    rest = re.sub(r"[aeiouyh]", "", word[1:])
    return re.sub(r"(.)\1+", r"\1", first + rest)


@lru_cache(maxsize=200_000)
def alike(a: str, b: str) -> float:
    """Return the likeness of two words, 0 to 1; short ones and numbers are the same or not."""
    if a == b:
        return 1.0
    if _is_exact(a) or _is_exact(b):
        return 0.0
    if sound(a) == sound(b):
        return SAME_SOUND
    near = float(JaroWinkler.normalized_similarity(a, b))
    return near if near >= ALIKE else 0.0


def _is_exact(word: str) -> bool:
    return len(word) <= SHORT or word.isdigit()


def short_form(short: str, name: Sequence[str]) -> tuple[str, ...]:
    """Return the pieces of `short` that are beginnings of all words of a name, in order; nothing if it is none.

    Legal forms and particles may be left out. Four words and more may give a letter each; three must give six letters
    together, and two three letters each, or too much would be a short form of too much.

    >>> short_form("farc", ("fuerzas", "armadas", "revolucionarias", "de", "colombia"))
    ('f', 'a', 'r', 'c')
    >>> short_form("comecarnes", ("comercializadora", "de", "carnes", "ltda"))
    ('come', 'carnes')
    >>> short_form("vale", ("valve", "lease"))
    ()
    """
    told = sum(not _may_be_left_out(word) for word in name)
    if len(short) not in SHORT_FORMS or told < 2 or (told == 3 and len(short) < 6):
        return ()
    least = SHORT if told == 2 else 1
    reached: dict[int, tuple[str, ...]] = {0: ()}
    for word in name:
        optional = _may_be_left_out(word)
        further = dict(reached) if optional else {}
        for begin, pieces in reached.items():
            together = Prefix.similarity(short[begin:], word)
            for end in range(begin + (1 if optional else least), begin + together + 1):
                further[end] = (*pieces, short[begin:end])
        reached = further
    return reached.get(len(short), ())


def _beginnings(name: Sequence[str], letters: int) -> set[str]:
    """Return what beginnings of words, one after another and some left out, make of so many letters."""
    found = {""}
    for word in name:
        found |= {begun + word[:more] for begun in found for more in range(1, letters - len(begun) + 1)}
    return {begun for begun in found if len(begun) == letters}


class Index:
    """Names made ready to be searched: their words, what each word tells, and in which names it stands.

    `shortened` says of each name whether short forms are looked for (organisations, not persons).
    """

    def __init__(self, names: Sequence[str], shortened: Sequence[bool]) -> None:
        self.every = [every_word(name) for name in names]
        self.words = [words(name) for name in names]
        self.joined = ["".join(each) for each in self.words]
        told = [sorted(set(each)) for each in self.words]
        counts = Counter(word for each in told for word in each)
        self.vocabulary = list(counts)
        whole = max(len(names), 1)
        self.unseen = 1.0 + math.log(whole)
        self._weights = {word: 1.0 + math.log(whole / count) for word, count in counts.items()}
        self._place = {word: place for place, word in enumerate(self.vocabulary)}
        self._exact = np.array([_is_exact(word) for word in self.vocabulary], bool)
        self._sounds: dict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(self.vocabulary):
            self._sounds[sound(word)].append(place)
        self._by_word(told)
        self._by_initials(shortened)

    def _by_word(self, told: Sequence[Sequence[str]]) -> None:
        """Keep the names of each word one after another, and the weight of each name's words."""
        word = np.array([self._place[each] for name in told for each in name], np.intp)
        name = np.repeat(np.arange(len(told)), [len(each) for each in told])
        self.weight_of = np.array([self._weights[each] for each in self.vocabulary], float)
        self.totals = np.bincount(name, self.weight_of[word], minlength=len(told))
        self._names = name[np.argsort(word, kind="stable")]
        self._ends = np.cumsum(np.bincount(word, minlength=len(self.vocabulary)))

    def _by_initials(self, shortened: Sequence[bool]) -> None:
        self.may_be_shortened = shortened
        self._long: dict[str, list[int]] = defaultdict(list)
        self._brief: dict[str, list[int]] = defaultdict(list)
        for place, (found, wanted) in enumerate(zip(self.words, shortened, strict=True)):
            if wanted and 2 <= len(found) <= MOST_WORDS:
                self._long["".join(word[0] for word in found)].append(place)
            if wanted and found and len(self.joined[place]) in SHORT_FORMS:
                self._brief[self.joined[place][:BEGUN]].append(place)

    def weight(self, word: str) -> float:
        """Return how much a word tells: 1 + ln(N / n)."""
        return self._weights.get(word, self.unseen)

    def most(self, asked: Sequence[str]) -> NDArray[np.float64]:
        """Return, for each name, the most weight that its words can match of those asked for, each word by itself."""
        reach = self._reach(asked)
        words = np.flatnonzero(reach)
        ends = self._ends[words]
        starts = np.where(words > 0, self._ends[words - 1], 0)
        held = [self._names[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        names = np.concatenate([np.empty(0, np.intp), *held])
        weights = np.repeat(reach[words], ends - starts)
        return np.asarray(np.bincount(names, weights, minlength=len(self.words)), np.float64)

    def _reach(self, asked: Sequence[str]) -> NDArray[np.float64]:
        """Return the most weight that each word of the vocabulary can match of the words asked for."""
        near: NDArray[Any] = process.cdist(
            asked, self.vocabulary, scorer=JaroWinkler.normalized_similarity, score_cutoff=ALIKE, dtype=np.float64
        )
        reach = np.zeros(len(self.vocabulary))
        for word, scores in zip(asked, near, strict=True):
            scores[self._sounds.get(sound(word), [])] = SAME_SOUND
            scores[self._exact | _is_exact(word)] = 0.0
            if word in self._place:
                scores[self._place[word]] = 1.0
            reach = np.maximum(reach, scores * (self.weight(word) + self.weight_of) / 2)
        return reach

    def shortened(self, every: Sequence[str], found: Sequence[str]) -> set[int]:
        """Return the names that a name may be a short form of, and those that may be short forms of it, by initials."""
        short, places = "".join(found), set[int]()
        if len(short) in SHORT_FORMS:
            for more in range(1, min(len(short), MOST_WORDS)):
                initials = {short[0] + "".join(rest) for rest in combinations(short[1:], more)}
                places.update(place for each in initials for place in self._long.get(each, ()))
        if 2 <= len(found) <= MOST_WORDS:
            places.update(place for begun in _beginnings(every, BEGUN) for place in self._brief.get(begun, ()))
        return places


class Query:
    """A name that is looked up in an index."""

    def __init__(self, name: str, index: Index) -> None:
        self._every, self._found, self._index = every_word(name), words(name), index
        self._words = sorted(set(self._found))
        self._joined = "".join(self._found)
        self._weight = sum(map(index.weight, self._words))

    def near(self, least: float) -> list[int]:
        """Return the places of the names whose likeness can be `least` or more; none whose likeness is, is left out."""
        index = self._index
        if not self._words or not index.words:
            return []
        most = index.most(self._words)
        by_words = self._by_words(most, index.totals)
        together = process.cdist([self._joined], index.joined, scorer=fuzz.ratio, score_cutoff=100 * least - 0.01)[0]
        places = set(np.flatnonzero((by_words >= least - 1e-9) | (together > 0)).tolist())
        if least <= AS_SHORT_FORM:
            places |= index.shortened(self._every, self._found)
        return sorted(places)

    def likeness(self, place: int) -> tuple[float, tuple[str, ...]]:
        """Return the likeness of the name at a place of the index (see above), and its reasons."""
        index = self._index
        joined, listed = index.joined[place], set(index.words[place])
        pairs = [(score, a, b) for b in listed for a in self._words if (score := alike(a, b))]
        matched, reasons = self._matched(sorted(pairs, reverse=True), listed)
        by_words = (min(1.0, float(self._by_words(matched, index.totals[place]))), tuple(reasons))
        ratio = fuzz.ratio(self._joined, joined) / 100
        together = (ratio, (f"written together: {self._joined} ≈ {joined} ({ratio:.2f})",))
        return max(by_words, together, self._as_short_form(place), key=lambda found: found[0])

    def _by_words(self, matched: Any, entry: Any) -> Any:
        """Return the likeness by words of one name or of all at once; a name without words has none."""
        shorter = np.maximum(np.minimum(self._weight, entry), 1.0)
        return 0.6 * np.minimum(1.0, matched / shorter) + 0.4 * 2 * matched / (self._weight + entry)

    def _matched(self, pairs: list[tuple[float, str, str]], right: set[str]) -> tuple[float, list[str]]:
        """Pair words off, the most alike first; return the weight matched, and in words what was."""
        left, right = set(self._words), set(right)
        matched, reasons = 0.0, []
        for score, a, b in pairs:
            if a in left and b in right:
                left.remove(a)
                right.remove(b)
                matched += score * (self._index.weight(a) + self._index.weight(b)) / 2
                reasons.append(a if a == b else f"{a} ≈ {b} ({score:.2f})")
        return matched, reasons

    def _as_short_form(self, place: int) -> tuple[float, tuple[str, ...]]:
        index = self._index
        if not index.may_be_shortened[place]:
            return 0.0, ()
        for short, name in ((self._joined, index.every[place]), (index.joined[place], self._every)):
            if pieces := short_form(short, name):
                return AS_SHORT_FORM, (f"short form: {'·'.join(pieces)} of {' '.join(name)}",)
        return 0.0, ()
