"""What the tutor knows, and how it finds the entry that an utterance asks for."""

from __future__ import annotations

import math
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from rt_notebook.server.engines.words import LITTLE, alike, tokens

_ENOUGH = 0.55  # of a perfect match; below, the tutor says that it does not know
_LITTLE_WEIGHT = 0.15  # of words such as "what" and "the"
_UNKNOWN_WEIGHT = 2.0  # of words that no entry knows: they speak against all of them


@dataclass(frozen=True, slots=True)
class Entry:
    """Something the tutor can tell."""

    ask: tuple[str, ...]
    answer: str
    topic: str | None = None
    more: str | None = None


@cache
def entries() -> tuple[Entry, ...]:
    """Return all there is to know, as ``knowledge.toml`` has it."""
    raw = tomllib.loads(files("rt_notebook.server.engines").joinpath("knowledge.toml").read_text("utf-8"))
    return tuple(Entry(**{**entry, "ask": tuple(entry["ask"])}) for entry in raw["entry"])


def find(utterance: str) -> Entry | None:
    """Return the entry that an utterance asks for, or None."""
    said = frozenset(tokens(utterance))
    best = max(entries(), key=lambda entry: _score(said, entry))
    return best if _score(said, best) >= _ENOUGH else None


def told_by(answer: str) -> Entry | None:
    """Return the entry whose answer begins as `answer` does (which may have been interrupted), or None."""
    told = answer.strip()
    return next((entry for entry in entries() if told and entry.answer.startswith(told[:40])), None)


def _score(said: frozenset[str], entry: Entry) -> float:
    """Return 0 to 1: the cosine of the utterance and the entry's closest phrase, words weighted by their rarity."""
    return max(_cosine(said, phrase) for phrase in _phrases(entry))


def _cosine(said: frozenset[str], phrase: frozenset[str]) -> float:
    shared = sum(_weight(word) ** 2 for word in phrase if any(alike(word, other) for other in said))
    norms = math.hypot(*map(_weight, phrase)) * math.hypot(*(_known_weight(word) for word in said))
    return shared / norms if norms else 0.0


@cache
def _phrases(entry: Entry) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(tokens(phrase)) for phrase in entry.ask)


@cache
def _weights() -> dict[str, float]:
    """Return the weight of every word that entries are asked with: the fewer entries have it, the more it says."""
    counts = Counter(word for entry in entries() for word in set[str]().union(*_phrases(entry)))
    return {
        word: _LITTLE_WEIGHT if word in LITTLE else 0.5 + math.log(len(entries()) / count) / 2
        for word, count in counts.items()
    }


def _weight(word: str) -> float:
    return _weights()[word]


@cache
def _known_weight(word: str) -> float:
    """Return the weight of any word: of the known one it is like, where there is one."""
    weights = _weights()
    if word in weights:
        return weights[word]
    if word in LITTLE:
        return _LITTLE_WEIGHT
    return next((weight for known, weight in weights.items() if alike(known, word)), _UNKNOWN_WEIGHT)
