"""Finds phrases in an utterance: after a preposition, in quotes, names, times, addresses, lists."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from rt_notebook.server.engines.numerals import numbers
from rt_notebook.server.engines.words import LITTLE, tokens

PREPOSITIONS = ("in", "at", "for", "near", "about", "named", "called", "of", "to", "into", "from", "on", "with")

WHEN = re.compile(
    r"\b(?:\d{4}-\d\d-\d\d|today|tomorrow|tonight|yesterday|right now|now|this (?:morning|afternoon|evening|weekend)"
    r"|next week|(?:next |this )?(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"\b(?:(?:\d{1,2}[:.]\d\d|\d{1,2})(?:\s?[ap]\.?m\b\.?)|\d{1,2}:\d\d|noon|midnight"
    r"|(?<=\bat )(?:\d{1,2}|(?:half past |(?:a )?quarter (?:past|to) )?(?:one|two|three|four|five|six|seven|eight|nine"
    r"|ten|eleven|twelve))\b(?: (?:thirty|fifteen|forty-five))?(?: o'?clock)?"
    r"(?: in the (?:morning|afternoon|evening))?)",
    re.IGNORECASE,
)
_PHRASE_END = re.compile(
    rf"[,;:!?]|\.(?=\s|$)|\b(?:{'|'.join(PREPOSITIONS)}|and|please|thanks|is|are|by|right|that|this|next|like|saying|telling|than)\b|{WHEN.pattern}",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“‘]([^\"”’]{1,400})[\"”’]|(?<!\w)'([^']{1,400})'(?!\w)")
_PROPER = re.compile(r"(?<=[a-z,] )(?!I\b)[A-Z][\w'-]*(?: [A-Z][\w'-]*)*")
_EMAIL = re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_LINK = re.compile(r"\b(?:https?://|www\.)[^\s\"<>]+")
_CODE = re.compile(r"\b(?=[\w-]{0,40}\d)[\w-]{1,41}\b")
_LIST_GLUE = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+", re.IGNORECASE)
POLITE = frozenset(
    tokens("please thank thanks hey hello hi tutor right now also again currently kindly outside check maybe then too")
)
_HANDLING = frozenset(tokens("turn switch put"))  # with "on" or "off" they name no thing
_WORD = re.compile(r"[\w'’-]+")


def quoted(utterance: str) -> str | None:
    """Return what stands in quotes."""
    found = _QUOTED.search(utterance)
    return (found[1] or found[2]) if found else None


def proper(utterance: str) -> str | None:
    """Return the first name, told by its capital letters inside the sentence."""
    return _match(_PROPER, utterance)


def point_in_time(utterance: str) -> str | None:
    """Return a day, a time of day, or both, in the words of the utterance."""
    day, clock = WHEN.search(utterance), _CLOCK.search(utterance)
    if day and clock:
        first, second = sorted((day, clock), key=re.Match.start)
        near = second.start() - first.end() <= len(" at ")
        return utterance[first.start() : second.end()].strip() if near else f"{day[0]} {clock[0]}"
    found = day or clock
    return found[0] if found else None


def email(utterance: str) -> str | None:
    """Return an e-mail address."""
    return _match(_EMAIL, utterance)


def link(utterance: str) -> str | None:
    """Return a web address."""
    found = _match(_LINK, utterance)
    return found.rstrip(".,;!?") if found else None


def code(utterance: str) -> str | None:
    """Return a word with a digit in it, as order numbers are."""
    return _match(_CODE, utterance)


def phrase_after(utterance: str, pattern: str) -> str | None:
    """Return the few words after a match of `pattern` that belong together and are no quantity."""
    for match in re.finditer(rf"\b{pattern}\s+(?:the\s+|a\s+|an\s+|my\s+)?", utterance, re.IGNORECASE):
        rest = utterance[match.end() : match.end() + 100]
        end = _PHRASE_END.search(rest)
        phrase = rest[: end.start() if end else None].strip()
        if phrase and not any(number.start == 0 for number in numbers(phrase)):
            return phrase
    return None


def rest_after(utterance: str, marks: Iterable[str]) -> str | None:
    """Return everything after the first of `marks` that is said, without the final full stop."""
    for mark in marks:
        start = re.search(rf"{re.escape(mark)}\s+" if mark == ":" else rf"\b{mark}\s+", utterance, re.IGNORECASE)
        if start:
            return trimmed(utterance[start.end() :]) or None
    return None


def trimmed(text: str) -> str:
    """Return a text without the sentence's end and a closing "please"."""
    return re.sub(r"[,\s]+(?:please|thanks|thank you)$", "", text.strip(" .?!,;"), flags=re.IGNORECASE).strip()


def leftover(utterance: str, aside: Collection[str], longest: int = 4) -> str | None:
    """Return the one run of words that neither named the function nor are there for grammar; None for no such run."""
    utterance = WHEN.sub(",", utterance)
    runs: list[list[re.Match[str]]] = [[]]
    for word in _WORD.finditer(utterance):
        if {*tokens(word[0])} <= LITTLE | POLITE | _HANDLING | {*aside} or word[0][0].isdigit():
            runs.append([])
        else:
            runs[-1].append(word)
    whole = [run for run in runs if run]
    if len(whole) != 1 or len(whole[0]) > longest:
        return None
    return utterance[whole[0][0].start() : whole[0][-1].end()]


def without_opening(utterance: str, aside: Collection[str]) -> str:
    """Return the utterance from the first word on that says more than which function is meant; empty for none."""
    for word in _WORD.finditer(utterance):
        if not {*tokens(word[0])} <= LITTLE | POLITE | {*aside}:
            return trimmed(utterance[word.start() :])
    return ""


def fluent(utterance: str) -> str:
    """Return an utterance without the sounds of thinking."""
    return re.sub(r"\b(?:uh+|um+|er|erm|hm+)\b[,.]?\s*", "", utterance, flags=re.IGNORECASE)


def bare(utterance: str) -> str:
    """Return what a short reply such as "In Paris, please." says, without its wrapping."""
    text = trimmed(utterance)
    text = re.sub(rf"^(?:{_WRAPPING})(?=\W)", "", text, flags=re.IGNORECASE).strip(" ,.:")
    opening = rf"^(?:(?:{'|'.join(PREPOSITIONS)})\s+)?(?:(?:the|a|an|my)\s+)?"
    return trimmed(re.sub(opening, "", text, flags=re.IGNORECASE))


_WRAPPING = (
    r"(?:(?:um|uh|oh|well|okay|ok|yes|sure|and|also|please|now|so|then|maybe|let'?s say|make it|make that|i mean|i said"
    r"|i would like|i'd like|i want|how about|what about|the same for|it is|it'?s|that is|that'?s|to be)\W+)*"
    r"(?:um|uh|oh|well|okay|ok|yes|sure|and|also|please|now|so|then|maybe|let'?s say|make it|make that|i mean|i said"
    r"|i would like|i'd like|i want|how about|what about|the same for|it is|it'?s|that is|that'?s|to be)"
)


def listed(utterance: str, aside: Collection[str]) -> list[str]:
    """Return the parts of a list such as "with ham, olives and corn", an empty one where there is none."""
    glue = list(_LIST_GLUE.finditer(utterance.strip(" .?!")))
    if glue:
        parts = _LIST_GLUE.split(utterance.strip(" .?!"))
        first = _after_last(parts[0], aside)
        end = _PHRASE_END.search(parts[-1])
        last = parts[-1][: end.start() if end else None].strip()
        return [part for part in (first, *parts[1:-1], last) if part and tokens(part)]
    found = (phrase_after(utterance, word) for word in PREPOSITIONS)
    one = next(filter(None, (without(each, {*aside, *LITTLE}) for each in found if each)), None)
    one = one or leftover(utterance, aside)
    return [one] if one else []


def counted(utterance: str) -> str | None:
    """Return what the first number of an utterance counts: "euros" of "fifty euros into dollars"."""
    for number in numbers(utterance)[:1]:
        if found := re.match(r"\s+([^\W\d]\w{0,30})", utterance[number.end :]):
            return found[1]
    return None


def first_phrase(text: str) -> str:
    """Return a text up to the first preposition or the like after its first word."""
    end = _PHRASE_END.search(text, len(text.split(" ")[0]))
    return text[: end.start() if end else None].strip(" ,")


def unquoted(utterance: str) -> str:
    """Return an utterance without what stands in quotes."""
    return _QUOTED.sub(" ", utterance)


def without(phrase: str, aside: Collection[str]) -> str:
    """Return a phrase without the words at its ends that named the function: "kitchen" of "kitchen light"."""
    words = list(_WORD.finditer(phrase))
    kept = [word for word in words if not {*tokens(word[0])} <= {*aside}]
    if len(kept) == len(words):
        return phrase
    return phrase[kept[0].start() : kept[-1].end()] if kept else ""


def _after_last(text: str, aside: Collection[str]) -> str:
    """Return the words after the last preposition or word of the function's name."""
    words = list(_WORD.finditer(text))
    apart = {*tokens(" ".join(PREPOSITIONS)), *aside, *LITTLE}
    places = [place for place, word in enumerate(words) if {*tokens(word[0])} <= apart]
    rest = words[places[-1] + 1 :] if places else words
    return text[rest[0].start() : rest[-1].end()] if rest else ""


def _match(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return found[0] if found else None
