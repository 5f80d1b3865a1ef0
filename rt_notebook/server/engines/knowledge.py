"""What the tutor knows, and how it finds the entry that an utterance asks for."""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from rt_notebook.server.engines.understood import simplified
from rt_notebook.server.engines.words import LITTLE, alike, tokens

ENOUGH = 0.55
"""Of a perfect match (1); below, the tutor says that it does not know."""
_LITTLE_WEIGHT = 0.15  # of words such as "what" and "the"
_UNKNOWN_WEIGHT = 2.0  # of words that no entry knows: they speak against all of them
_LONGEST = 2000  # characters of an utterance that are looked at
_MOST_SENTENCES = 6

_SENTENCE_END = re.compile(r"[.?!;]\s+")
_OPENING = re.compile(
    r"^(?:(?:hello|hi|hey|okay|ok|so|well|um|uh|and|but|great|good|nice|thanks|thank you|please|now|yes|no"
    r"|i have (?:a|one|another) question|one more thing|next question|can you tell me|could you tell me"
    r"|i (?:want|would like) to know|do you know|quick question)\b[\s,.:!]*)+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """Something the tutor can tell."""

    ask: tuple[str, ...]
    answer: str
    topic: str | None = None
    more: str | None = None
    zh_ask: tuple[str, ...] = ()
    """What a question in Chinese holds; all parts, where one of these has several, separated by spaces."""
    zh: str | None = None
    """The answer in Chinese."""


class Match(NamedTuple):
    """The entry that fits best, and how well: 0 to 1."""

    entry: Entry
    score: float


@cache
def entries() -> tuple[Entry, ...]:
    """Return all there is to know, as ``knowledge.toml`` has it."""
    raw = tomllib.loads(files("rt_notebook.server.engines").joinpath("knowledge.toml").read_text("utf-8"))
    return tuple(
        Entry(**{**entry, "ask": tuple(entry["ask"]), "zh_ask": tuple(entry.get("zh_ask", ()))})
        for entry in raw["entry"]
    )


def find(utterance: str) -> Entry | None:
    """Return the entry that an utterance asks for, or None."""
    match = best(utterance)
    return match.entry if match.score >= ENOUGH else None


@lru_cache(maxsize=256)
def best(utterance: str) -> Match:
    """Return the best match for the utterance, or for one of its sentences without what opens it."""
    matches = [_best(frozenset(tokens(text))) for text in _readings(utterance[:_LONGEST])]
    return max(matches, key=lambda match: match.score)


def _readings(utterance: str) -> Iterator[str]:
    yield utterance
    for sentence in _SENTENCE_END.split(utterance)[-_MOST_SENTENCES:]:
        yield sentence
        if (rest := _OPENING.sub("", sentence)) and rest != sentence:
            yield rest


def find_chinese(utterance: str) -> Entry | None:
    """Return the entry whose longest phrase stands in an utterance in Chinese, or None."""
    text = re.sub(r"[\s，。？！、,.?!]+", "", simplified(utterance[:_LONGEST]).lower())
    scored = ((len(phrase.replace(" ", "")), entry) for entry, phrase in _chinese() if _holds(text, phrase))
    return max(scored, key=lambda each: each[0], default=(0, None))[1]


@cache
def _chinese() -> tuple[tuple[Entry, str], ...]:
    return tuple((entry, phrase) for entry in entries() for phrase in entry.zh_ask)


def _holds(text: str, phrase: str) -> bool:
    return all(part in text for part in phrase.split(" "))


def told_by(answer: str) -> Entry | None:
    """Return the entry whose answer begins as `answer` does (which may have been interrupted), or None."""
    told = answer.strip()
    return next((entry for entry in entries() if told and entry.answer.startswith(told[:40])), None)


def _best(said: frozenset[str]) -> Match:
    """Return the entry with the highest cosine to what was said, words weighted by their rarity.

    Only the phrases that share a word are looked at.
    """
    norm = math.hypot(*(_weight(word) for word in said))
    shared: dict[int, set[str]] = defaultdict(set)
    for word in said:
        for known in _known(word):
            for place in _places()[known]:
                shared[place].add(known)
    best = Match(entries()[0], 0.0)
    for place, words in shared.items():
        phrase = _phrases()[place]
        score = sum(_weights()[word] ** 2 for word in words) / (norm * phrase.norm)
        if score > best.score:
            best = Match(phrase.entry, score)
    return best


class _Phrase(NamedTuple):
    entry: Entry
    words: frozenset[str]
    norm: float


@cache
def _phrases() -> tuple[_Phrase, ...]:
    return tuple(
        _Phrase(entry, words, math.hypot(*(_weights()[word] for word in words)))
        for entry in entries()
        for words in (frozenset(tokens(phrase)) for phrase in entry.ask)
    )


@cache
def _places() -> dict[str, list[int]]:
    """Return the places in `_phrases` that have a word."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, phrase in enumerate(_phrases()):
        for word in phrase.words:
            places[word].append(place)
    return dict(places)


@cache
def _weights() -> dict[str, float]:
    """Return the weight of every word that entries are asked with: the fewer entries have it, the more it says."""
    counts = Counter(word for entry in entries() for word in {each for phrase in entry.ask for each in tokens(phrase)})
    return {
        word: _LITTLE_WEIGHT if word in LITTLE else 0.5 + math.log(len(entries()) / count) / 2
        for word, count in counts.items()
    }


@lru_cache(maxsize=4096)
def _known(word: str) -> tuple[str, ...]:
    """Return the words of the entries that a word may be."""
    return tuple(known for known in _weights() if alike(known, word))


def _weight(word: str) -> float:
    """Return the weight of any word: of the known one it is like, where there is one."""
    if word in _weights():
        return _weights()[word]
    if word in LITTLE:
        return _LITTLE_WEIGHT
    return max((_weights()[known] for known in _known(word)), default=_UNKNOWN_WEIGHT)
