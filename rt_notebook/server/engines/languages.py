"""Which language a text is in: by its script, and in Latin letters by the small words that no sentence does without.

Made for choosing a voice, sentence by sentence. It knows the languages of `KNOWN`, and takes what it cannot tell for
what came before.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator

from rt_notebook.server.engines.language_words import ENGLISH, LETTERS, WORDS
from rt_notebook.server.engines.pieces import sentences

# First code point, one beyond the last, the script's languages: the first is meant unless letters or the context tell
# otherwise. Sorted; what lies between is no letter of these scripts.
_SCRIPTS: tuple[tuple[int, int, tuple[str, ...]], ...] = (
    (0x0370, 0x0400, ("el",)),
    (0x0400, 0x0530, ("ru", "uk", "bg", "sr", "kk")),
    (0x0530, 0x0590, ("hy",)),
    (0x0590, 0x0600, ("he",)),
    (0x0600, 0x0780, ("ar", "fa", "ur")),
    (0x0900, 0x0964, ("hi", "mr", "ne")),
    (0x0966, 0x0980, ("hi", "mr", "ne")),
    (0x0980, 0x0A00, ("bn",)),
    (0x0A00, 0x0A80, ("pa",)),
    (0x0A80, 0x0B00, ("gu",)),
    (0x0B80, 0x0C00, ("ta",)),
    (0x0C00, 0x0C80, ("te",)),
    (0x0C80, 0x0D00, ("kn",)),
    (0x0D00, 0x0D80, ("ml",)),
    (0x0D80, 0x0E00, ("si",)),
    (0x0E00, 0x0E80, ("th",)),
    (0x1000, 0x10A0, ("my",)),
    (0x10A0, 0x1100, ("ka",)),
    (0x1100, 0x1200, ("ko",)),
    (0x1200, 0x13A0, ("am",)),
    (0x1C90, 0x1CC0, ("ka",)),
    (0x1F00, 0x2000, ("el",)),
    (0x3041, 0x3100, ("ja",)),
    (0x3130, 0x3190, ("ko",)),
    (0x31F0, 0x3200, ("ja",)),
    (0x3400, 0xA000, ("zh", "ja")),
    (0xAC00, 0xD7B0, ("ko",)),
    (0xF900, 0xFB00, ("zh", "ja")),
    (0xFB1D, 0xFB50, ("he",)),
    (0xFB50, 0xFE00, ("ar", "fa", "ur")),
    (0xFE70, 0xFF00, ("ar", "fa", "ur")),
    (0xFF66, 0xFFA0, ("ja",)),
    (0x20000, 0x32000, ("zh", "ja")),
)
_LATIN = frozenset([*range(0x250), *range(0x1E00, 0x1F00)])
_STARTS = [start for start, _, _ in _SCRIPTS]

_DENSE = {"zh": 3, "ja": 3, "ko": 3, "th": 2}
"""Letters of an alphabet that one sign of these stands for, roughly."""

_TELLTALE = (
    (re.compile("[әғқңөұүһӘҒҚҢӨҰҮҺ]"), "kk"),  # which has an і too
    (re.compile("[іїєґІЇЄҐ]"), "uk"),
    (re.compile("[ђћџљњјЂЋЏЉЊЈ]"), "sr"),
    (re.compile("[ٹڈڑےں]"), "ur"),
    (re.compile("[پچژگ]"), "fa"),
    (re.compile("[ぁ-ヿｦ-ﾟ]"), "ja"),
    (re.compile("ळ"), "mr"),
)
"""Letters of one language of its script; the first that is found decides."""

_BULGARIAN = re.compile("ъ(?![еёюя])", re.IGNORECASE)  # a vowel of its own there, but in Russian a sign before these
_RUSSIAN = re.compile("[ыэё]", re.IGNORECASE)

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_VIETNAMESE = re.compile("[\u1ea0-\u1ef9]")

_CLEARLY = 2
"""Words and letters of another language that a sentence needs before it is taken for that one."""

KNOWN = frozenset(WORDS) | {language for _, _, languages in _SCRIPTS for language in languages}
"""ISO 639-1 codes of the languages it can tell."""


def _index() -> dict[str, tuple[str, ...]]:
    index: dict[str, list[str]] = {}
    for language, words in WORDS.items():
        for word in words.split():
            index.setdefault(word, []).append(language)
    return {word: tuple(languages) for word, languages in index.items()}


_LANGUAGES_OF_WORD = _index()
_FOREIGN = [language for language in WORDS if language != ENGLISH]


def runs(text: str) -> Iterator[tuple[str, str]]:
    """Yield stretches of whole sentences of one language, each with its language; joined they are `text`."""
    run, spoken = "", ENGLISH
    for sentence in sentences(text):
        found = language_of(sentence, spoken)
        if run and found != spoken:
            yield run, spoken
            run = ""
        run += sentence
        spoken = found
    if run:
        yield run, spoken


def language_of(text: str, context: str = ENGLISH) -> str:
    """Return the ISO 639-1 code of the language that `text`, a sentence or less, is in.

    `context` is the language around it, which it is in where nothing tells. Latin text between other scripts is
    English unless it is clearly something else.
    """
    latin, others = _letters(text)
    if others:
        languages, _ = others.most_common(1)[0]
        if others.total() >= latin:
            return _of_script(text, languages, context)
    return _of_words(text, context if context in WORDS else ENGLISH) if latin else context


def readable(text: str) -> bool:
    """Tell whether `text` has digits, or letters of a script that one of the `KNOWN` languages is written in."""
    latin, others = _letters(text)
    return bool(latin or others) or any(map(str.isdecimal, text))


def _letters(text: str) -> tuple[int, Counter[tuple[str, ...]]]:
    """Return how much there is of Latin script, and of each other one by its languages."""
    if text.isascii():
        return sum(map(str.isalpha, text)), Counter()
    latin, others = 0, Counter[tuple[str, ...]]()
    for character in text:
        code = ord(character)
        place = bisect_right(_STARTS, code) - 1
        if place >= 0 and code < _SCRIPTS[place][1]:
            languages = _SCRIPTS[place][2]
            others[languages] += _DENSE.get(languages[0], 1)
        elif code in _LATIN and character.isalpha():
            latin += 1
    return latin, others


def _of_script(text: str, languages: tuple[str, ...], context: str) -> str:
    if "ja" in languages or "zh" in languages:
        languages = ("zh", "ja")  # Japanese writes in both scripts at a time
    for letters, language in _TELLTALE:
        if language in languages and letters.search(text):
            return language
    if "bg" in languages and _BULGARIAN.search(text) and not _RUSSIAN.search(text):
        return "bg"
    return context if context in languages else languages[0]


def _of_words(text: str, context: str) -> str:
    words = {word.lower().replace("’", "'") for word in _WORD.findall(text)}
    hits: Counter[str] = Counter()
    for word in words:
        hits.update(_LANGUAGES_OF_WORD.get(word, ()))
    if not text.isascii():
        hits["vi"] += 2 * bool(_VIETNAMESE.search(text))
        for mark in set(text.lower()) & LETTERS.keys():
            hits.update(language for language in LETTERS[mark] if hits[language])
    english = hits[ENGLISH]
    # A tie goes to the language around, then to the more widely spoken one, which stands first.
    best = max(_FOREIGN, key=lambda language: (hits[language], language == context))
    count = hits[best]
    if best == context and count >= english:
        return context
    if count >= max(2 * english, min(_CLEARLY, len(words)), 1):
        return best
    return ENGLISH if english >= min(_CLEARLY, len(words)) else context
