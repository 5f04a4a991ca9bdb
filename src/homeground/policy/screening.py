"""Whom a name resembles on the lists: blocking, likeness of names with a stated threshold, and the reasons of each hit.

A name is written in Latin letters (anyascii), parted into words, freed of legal forms and particles. Words are alike by
Jaro–Winkler; words that only differ in how sounds are written (Muhammad, Mohamed) count as nearly the same. Rare words
weigh more than common ones: w = 1 + ln(N / n) for a word in n of N names. With Q and L the weights of the words of the
query and of the listed name, and m the weight of those matched times their likeness,

    likeness = 0.6 · m / min(Q, L) + 0.4 · 2m / (Q + L),

or the likeness of the two names written together without spaces, if that is greater. A likeness is no proof: a hit is
looked at by a person.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, Literal

from anyascii import anyascii
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

THRESHOLD: Final = 0.85
"""Likeness from which a name is a hit, unless another is stated; the documentation gives precision and recall at it."""

OLDEST_DAYS: Final = 30
COMMON: Final = 0.02
"""Words in more than this share of the names do not lead to candidates, unless the query has no other."""

LEAST_COMMON: Final = 50
ALIKE: Final = 0.85
SAME_SOUND: Final = 0.97
SHORT: Final = 3

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


@dataclass(frozen=True)
class ListedName:
    """One name of a list's entry, as in the table `sanctioned_names`."""

    list: str
    entry_id: str
    name: str
    name_kind: str = "main"
    kind: str = "other"
    programme: str = ""


@dataclass(frozen=True)
class ListState:
    """A list that was asked: names in it, its age in days (None: not known), and from what the age is counted."""

    list: str
    names: int
    age_days: int | None
    counted_from: Literal["publication", "loading"] = "publication"


@dataclass(frozen=True)
class Hit:
    """A listed name at or above the threshold, its likeness (0 to 1), and why."""

    listed: ListedName
    main_name: str
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Screening:
    """What the lists say of a name. Without a list the data are insufficient; old lists are named."""

    query: str
    threshold: float
    status: Literal["hits", "no hit", "insufficient data"]
    hits: tuple[Hit, ...]
    lists: tuple[ListState, ...]
    notes: tuple[str, ...]

    def facts(self) -> dict[str, float]:
        """Return the facts for a policy; without a list there are none, so that rules stay open."""
        if not self.lists:
            return {}
        entries = {(hit.listed.list, hit.listed.entry_id) for hit in self.hits}
        found: dict[str, float] = {"name_hits": float(len(entries))}
        if self.hits:
            found["name_score"] = self.hits[0].score
        ages = [state.age_days for state in self.lists]
        return found | ({"list_age_days": float(max(filter(None, ages), default=0))} if None not in ages else {})


class Names:
    """Listed names, made ready to be searched."""

    def __init__(self, names: Iterable[ListedName]) -> None:
        self.names = tuple(names)
        self.words = [words(each.name) for each in self.names]
        self.main = {(each.list, each.entry_id): each.name for each in self.names if each.name_kind == "main"}
        self.counts = Counter(word for each in self.words for word in set(each))
        whole = max(len(self.names), 1)
        self.weights = {word: 1.0 + math.log(whole / count) for word, count in self.counts.items()}
        self.unseen = 1.0 + math.log(whole)
        self.joined = ["".join(each) for each in self.words]
        self.sets = [frozenset(each) for each in self.words]
        self.totals = [sum(map(self.weights.__getitem__, each)) for each in self.sets]
        self.blocks: dict[str, list[int]] = defaultdict(list)
        for place, found in enumerate(self.words):
            for key in _keys(found):
                self.blocks[key].append(place)

    def weight(self, word: str) -> float:
        """Return how much a word tells: 1 + ln(N / n)."""
        return self.weights.get(word, self.unseen)

    def candidates(self, found: Sequence[str]) -> list[int]:
        """Return the names that share a key with the query; common keys only count where there is no other."""
        limit = max(LEAST_COMMON, COMMON * len(self.names))
        lists = [self.blocks[key] for key in _keys(found) if key in self.blocks]
        telling = [each for each in lists if len(each) <= limit] or lists
        return sorted({place for each in telling for place in each})


def screen(names: Names, query: str, threshold: float = THRESHOLD, most: int = 50) -> tuple[Hit, ...]:
    """Return the listed names whose likeness reaches the threshold, nearest first; of one entry the nearest name."""
    asked = words(query)
    looked_up = Query(asked, names)
    best: dict[tuple[str, str], Hit] = {}
    for place in looked_up.promising(names.candidates(asked), threshold):
        score, reasons = looked_up.likeness(names.words[place])
        listed = names.names[place]
        key = (listed.list, listed.entry_id)
        if score >= threshold and (key not in best or score > best[key].score):
            best[key] = Hit(listed, names.main.get(key, ""), score, reasons)
    found = sorted(best.values(), key=lambda hit: (-hit.score, hit.listed.list, hit.listed.entry_id))
    return tuple(found[:most])


def report(
    names: Names,
    lists: Sequence[ListState],
    query: str,
    *,
    threshold: float = THRESHOLD,
    oldest_days: int = OLDEST_DAYS,
) -> Screening:
    """Screen a name and say on what: without a list `insufficient data`; lists older than `oldest_days` are named."""
    if not lists:
        note = "no sanctions list is loaded: nothing is known of this name"
        return Screening(query, threshold, "insufficient data", (), (), (note,))
    notes = [note for state in lists if (note := _of_age(state, oldest_days))]
    if not words(query):
        return Screening(query, threshold, "insufficient data", (), tuple(lists), ("the name has no letters", *notes))
    hits = screen(names, query, threshold)
    return Screening(query, threshold, "hits" if hits else "no hit", hits, tuple(lists), tuple(notes))


def _of_age(state: ListState, oldest_days: int) -> str:
    if state.age_days is None:
        return f"the age of the list {state.list} is not known"
    if state.age_days <= oldest_days:
        return ""
    counted = f"counted from its {state.counted_from}"
    return f"the list {state.list} is {state.age_days} days old, {counted}; {oldest_days} are allowed"


def age_in_days(published: date | None, loaded: date, day: date) -> tuple[int, Literal["publication", "loading"]]:
    """Return a list's age on a day; where the publisher states no day, at least the days since it was loaded."""
    return ((day - published).days, "publication") if published else ((day - loaded).days, "loading")


@lru_cache(maxsize=200_000)
def words(name: str) -> tuple[str, ...]:
    """Part a name into words in Latin letters, without legal forms and particles unless nothing else is left.

    >>> words("Joint-Stock «Бета» S.A., L.L.C.")
    ('joint', 'stock', 'beta')
    """
    plain = anyascii(name).casefold().replace("'", "").replace("`", "")
    plain = re.sub(r"\b(?:[a-z]\.){2,}(?:[a-z]\b)?", lambda found: found[0].replace(".", ""), plain)
    every = tuple(re.findall(r"[a-z0-9]+", plain))
    kept = tuple(word for word in every if word not in LEGAL_FORMS and word not in PARTICLES)
    return kept or every


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


class Query:
    """A name that is looked up: the words of listed names that are like its own, each found once."""

    def __init__(self, asked: Sequence[str], names: Names) -> None:
        self._words, self._names = sorted(set(asked)), names
        self._joined = "".join(asked)
        self._weight = sum(map(names.weight, self._words))
        self._near: dict[str, tuple[list[tuple[float, str]], float]] = {}

    def promising(self, places: Sequence[int], least: float) -> list[int]:
        """Keep the listed names whose likeness can be `least` at all: the rest cannot, whichever words are paired."""
        names, like = self._names, self._like
        joined = [names.joined[place] for place in places]
        together = process.cdist([self._joined], joined, scorer=fuzz.ratio, score_cutoff=100 * least - 0.01)[0]
        return [
            place
            for place, alike in zip(places, together.tolist(), strict=True)
            if alike or self._by_words(sum([like(b)[1] for b in names.sets[place]]), names.totals[place]) >= least
        ]

    def likeness(self, listed: Sequence[str]) -> tuple[float, tuple[str, ...]]:
        """Return the likeness of a listed name (see above) and its reasons."""
        right = set(listed)
        pairs = [(score, a, b) for b in right for score, a in self._like(b)[0]]
        matched, reasons = self._matched(sorted(pairs, reverse=True), right)
        by_words = self._by_words(matched, sum(map(self._names.weight, right)))
        joined = "".join(listed)
        together = fuzz.ratio(self._joined, joined) / 100
        if together > by_words:
            return together, (f"written together: {self._joined} ≈ {joined} ({together:.2f})",)
        return min(1.0, by_words), tuple(reasons)

    def _by_words(self, matched: float, entry: float) -> float:
        shorter = min(self._weight, entry)
        return 0.6 * min(1.0, matched / shorter) + 0.4 * 2 * matched / (self._weight + entry) if shorter else 0.0

    def _like(self, word: str) -> tuple[list[tuple[float, str]], float]:
        """Return the own words that a listed word is like, and the most weight that it can match."""
        found = self._near.get(word)
        if found is None:
            near = [(score, a) for a in self._words if (score := _alike(a, word))]
            weight = self._names.weight
            most = max((score * (weight(a) + weight(word)) / 2 for score, a in near), default=0.0)
            found = self._near[word] = (near, most)
        return found

    def _matched(self, pairs: list[tuple[float, str, str]], right: set[str]) -> tuple[float, list[str]]:
        """Pair words off, the most alike first; return the weight matched, and in words what was."""
        left, right = set(self._words), set(right)
        matched, reasons = 0.0, []
        for score, a, b in pairs:
            if a in left and b in right:
                left.remove(a)
                right.remove(b)
                matched += score * (self._names.weight(a) + self._names.weight(b)) / 2
                reasons.append(a if a == b else f"{a} ≈ {b} ({score:.2f})")
        return matched, reasons


def likeness(asked: Sequence[str], listed: Sequence[str], names: Names) -> tuple[float, tuple[str, ...]]:
    """Return the likeness of two names (see above) and its reasons."""
    return Query(asked, names).likeness(listed)


@lru_cache(maxsize=200_000)
def _alike(a: str, b: str) -> float:
    """Return the likeness of two words; short ones and numbers are the same or not."""
    if a == b:
        return 1.0
    if min(len(a), len(b)) <= SHORT or a.isdigit() or b.isdigit():
        return 0.0
    if sound(a) == sound(b):
        return SAME_SOUND
    near = float(JaroWinkler.normalized_similarity(a, b))
    return near if near >= ALIKE else 0.0


def _keys(found: Sequence[str]) -> set[str]:
    """Return the keys by which names find one another: the sound and the beginning of each word, and of the whole."""
    together = "".join(found)
    by_word = {key for word in found for key in (f"sound {sound(word)}", f"begins {word[:3]}")}
    return by_word | {f"whole {together[:5]}", f"whole sound {sound(together)[:4]}"}
