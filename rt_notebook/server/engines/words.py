"""Words as the tutor compares them: spelled alike however they were heard, and without endings."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache

# What transcription and typing do to the terms of the field.
_SPELLINGS = [
    (re.compile(pattern), word)
    for pattern, word in (
        (r"\breal[ -]?time\b", "realtime"),
        (r"\bweb ?sockets?\b", "websocket"),
        (r"\bweb ?(rtc|r tc)\b", "webrtc"),
        (r"\bbase ?(64|sixty[ -]four)\b", "base64"),
        (r"\bpcm ?(16|sixteen)\b", "pcm16"),
        (r"\blang ?(chain|shane|chane)\b", "langchain"),
        (r"\btime ?out\b", "timeout"),
        (r"\bbarg(e|ing)[ -]?in\b", "bargein"),
        (r"\bout[ -]of[ -]band\b", "outofband"),
        (r"\bopen ?ai\b", "openai"),
        (r"\bapis\b", "api"),
        (r"\bid'?s\b", "id"),
        (r"\btimes\b", "multiplied"),  # else it is "time" without its ending
    )
]
_SPELLED_OUT = re.compile(r"(?<![\w'’])(?:[a-z][ .-])+[a-z]\b")  # "a p i", "V.A.D."
_CONTRACTION = re.compile(r"(?:n['’]t|['’][a-z]+)\b")  # "don't", "you're", "what's"
_LONGEST = 40  # letters of a word that is compared letter by letter
_WORD = re.compile(r"[^\W_]+")
_ENDING = re.compile(r"(?<=[a-z]{3})(?:ings?|ions?|ed|es|e|s)$")


def tokens(text: str) -> list[str]:
    """Return the words of `text` in lower case, terms of the field in one spelling, endings taken off."""
    text = _SPELLED_OUT.sub(_joined, _CONTRACTION.sub("", text.lower()))
    for pattern, word in _SPELLINGS:
        text = pattern.sub(word, text)
    return [stem(word) for word in _WORD.findall(text)]


def _joined(letters: re.Match[str]) -> str:
    """Return spelled-out letters as one word; the first of four, if it is an a, is the article ("a P C M")."""
    word = re.sub(r"[ .-]", "", letters[0])
    return word[1:] if len(word) > 3 and word[0] == "a" else word


def content(text: str) -> list[str]:
    """Return the tokens of `text` that say what it is about."""
    return [token for token in tokens(text) if token not in LITTLE]


def stem(word: str) -> str:
    """Return an English word without its ending, so that "interrupts" and "interrupted" are one."""
    return _ENDING.sub("", word)


@lru_cache(maxsize=16_384)
def alike(one: str, other: str) -> bool:
    """Tell whether two tokens are the same word, one perhaps misheard by a letter or so."""
    if one == other:
        return True
    if min(len(one), len(other)) < 5 or abs(len(one) - len(other)) > 2 or one[0] != other[0]:
        return False
    if max(len(one), len(other)) > _LONGEST:
        return False
    return SequenceMatcher(None, one, other).ratio() > 0.83


def spaced(name: str) -> str:
    """Return an identifier as words: ``maxItems`` and ``max_items`` become "max items"."""
    return re.sub(r"(?<=[a-z\d])(?=[A-Z])|[_\W]+", " ", name).strip().lower()


LITTLE = frozenset(
    tokens(
        "a about actually all am an and any are as at be been but by can can't could describe did do does explain for "
        "from get give had happen have how i if in into is it its just know let like me mean more much my of off "
        "ok okay on one or our please really say show so some something tell than that the their them then there "
        "these they thing this to uh um us want was we were what when where which who why will with won't would "
        "work you your"
    )
)
"""Tokens that say little about what a sentence is about."""
