"""Cuts text into pieces that are spoken one after the other; joined they are the text again, to the character.

The first piece ends with the first clause, so that it is heard soon. Every further one is a sentence, cut at clauses
where it is long. Runs of a script other than Latin stand by themselves, since a voice may have no sounds for them;
they are cut in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple


class Ending(Enum):
    """How a piece ends; the value is the pause after it in ms."""

    SENTENCE = 350
    CLAUSE = 150
    WORD = 40


class Piece(NamedTuple):
    """A piece of text, with the white space after it."""

    text: str
    ending: Ending
    latin: bool = True
    """False for a run of another script."""


LONGEST = 200
"""Characters a piece may have."""

_OTHER_SCRIPT = (
    "[\u0370-\u1dff\u2c00-\u2dff\u2e80-\ufdff\ufe30-\ufe4f\ufe70-\uffef\U00010000-\U0001cfff\U00020000-\U0003ffff]"
)
_OTHER_RUN = re.compile(rf"{_OTHER_SCRIPT}(?:[\W\d]*{_OTHER_SCRIPT})*[^\w]*")
_CLOSING = "[\"')\\]”’*_]*"
_FAR_CLOSING = "[」』】》”’）]*"
# Each pattern begins with a single character, so that no text makes them search its runs again and again.
_SENTENCE_END = re.compile(rf"(?<=[.!?…।؟۔]){_CLOSING}\s+|(?<=[。！？｡]){_FAR_CLOSING}\s*|\n\s*")
_CLAUSE_END = re.compile(rf"(?<=[,;:،؛]){_CLOSING}\s+|(?<=[，；：、]){_FAR_CLOSING}\s*|—\s*|(?<=\s)[–-]\s+")
_SENTENCE_MARKS = frozenset(".!?…।؟۔。！？｡")
_CLAUSE_MARKS = frozenset(",;:،؛，；：、—–-")
_CLOSING_MARKS = "\"')]”’*_」』】》）"
_ABBREVIATION = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|vs|cf|approx)|\b[A-Z]|\b[a-z]\.[a-z])\.\s+\Z")


def pieces(text: str) -> Iterator[Piece]:
    """Yield the pieces of `text` in order. Empty text has none."""
    first = True
    position = 0
    for run, latin in _runs(text):
        for sentence in _cut(run, _SENTENCE_END):
            position += len(sentence)
            ending = Ending.SENTENCE if position == len(text) else _ending(sentence)
            for piece in _clauses(sentence, ending, first=first):
                yield piece._replace(latin=latin)
                first = False


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of `text`, each with the white space after it, in whatever script they are."""
    return _cut(text, _SENTENCE_END)


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    position = 0
    for match in _OTHER_RUN.finditer(text):
        if match.start() > position:
            yield text[position : match.start()], True
        yield match[0], False
        position = match.end()
    if position < len(text):
        yield text[position:], True


def _cut(text: str, end: re.Pattern[str]) -> Iterator[str]:
    """Yield `text` cut after every match of `end` that ends no mere abbreviation."""
    position = 0
    for match in end.finditer(text):
        if not _ABBREVIATION.search(text, max(position, match.end() - 12), match.end()):
            yield text[position : match.end()]
            position = match.end()
    if position < len(text):
        yield text[position:]


def _ending(sentence: str) -> Ending:
    """Tell how a sentence ends, or a part of one where another script begins."""
    spoken = sentence.rstrip()
    mark = spoken.rstrip(_CLOSING_MARKS)[-1:]
    if mark in _SENTENCE_MARKS or "\n" in sentence[len(spoken) :]:
        return Ending.SENTENCE
    return Ending.CLAUSE if mark in _CLAUSE_MARKS else Ending.WORD


def _clauses(sentence: str, ending: Ending, *, first: bool) -> Iterator[Piece]:
    """Yield one sentence: whole where it fits, but its first clause apart where it opens the speech."""
    waiting = ""
    for clause in _cut(sentence, _CLAUSE_END):
        if waiting and (first or len(waiting) + len(clause) > LONGEST):
            yield Piece(waiting, Ending.CLAUSE)
            waiting, first = "", False
        waiting += clause
        while len(waiting) > LONGEST:
            space = waiting.rfind(" ", 1, LONGEST) + 1 or LONGEST
            yield Piece(waiting[:space], Ending.WORD)
            waiting, first = waiting[space:], False
    if waiting:
        yield Piece(waiting, ending)
