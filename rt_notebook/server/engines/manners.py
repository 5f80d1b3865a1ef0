"""Follows the simple wishes of a session's instructions about how to answer; the docstring of `tutor` lists them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rt_notebook.server.engines.saying import capital
from rt_notebook.server.engines.words import LITTLE, tokens

_NUMBERS = {
    word: value
    for value, word in enumerate(
        re.findall(r"\w+", "zero one two three four five six seven eight nine ten eleven twelve")
    )
} | {"a": 1, "single": 1, "fifteen": 15, "twenty": 20, "thirty": 30, "fifty": 50}
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(_NUMBERS)})"
_QUOTE = '["\'“‘]?(?P<words>[^"“”‘’.!?\n]{1,120}?(?:[.!?](?=["\'”’]))?)["\'”’]?(?=[.!?\n]|$|, (?:and|but) )'
_LIMIT = re.compile(
    rf"\b(?:in|with|at most|no more than|up to|maximum(?: of)?|under|fewer than|only|exactly|within)\s+"
    rf"(?:a maximum of |at most |no more than |exactly |just |only |about )?{_COUNT}"
    r"(?:\s+(?:single|short|or (?:less|fewer)))?\s+(?P<unit>sentences?|words?)\b",
    re.IGNORECASE,
)
_BRIEF = re.compile(
    r"\b(?:be|keep (?:it|answers?|your answers?|responses?|your responses?)|answer|respond|reply)\s+"
    r"(?:very |extremely |always |as )?(?:brief(?:ly)?|short(?:ly)?|concise(?:ly)?|succinct(?:ly)?|terse(?:ly)?)\b"
    r"|\b(?:very short|brief|concise|terse) (?:answers?|responses?|replies)\b",
    re.IGNORECASE,
)
_ENDING = re.compile(
    rf"\b(?:end|finish|close|conclude)(?: (?:all|every|each|your|the|of|answers?|repl(?:y|ies)|responses?|sentences?))*"
    rf" (?:with|by saying):?(?: the words?| the phrase)?\s+{_QUOTE}",
    re.IGNORECASE,
)
_BEGINNING = re.compile(
    rf"\b(?:begin|start|open)(?: (?:all|every|each|your|the|of|answers?|repl(?:y|ies)|responses?|sentences?))*"
    rf" (?:with|by saying):?(?: the words?| the phrase)?\s+{_QUOTE}",
    re.IGNORECASE,
)
_ONLY = re.compile(
    rf"\b(?:only(?: ever)? (?:say|answer|reply|respond)(?: with)?|(?:always|just) (?:say"
    rf"|answer with|reply with|respond with)|say only|(?:answer|reply|respond) only(?: with)?|say nothing but)"
    rf"\b:?(?: the words?)?\s+"
    rf"(?!in\b|if\b|when\b|to\b|yes or no\b|that\b|what\b|questions\b|about\b){_QUOTE}",
    re.IGNORECASE,
)
_USER = re.compile(
    r"\b(?:[Cc]all (?:me|the user|them)|[Aa]ddress (?:me|the user) (?:as|with)"
    r"|[Tt]he user(?:'s name is| is called| is named)|[Mm]y name is)"
    r"\s+[\"'“‘]?(?P<name>[A-Z][\w'-]{0,30}(?: [A-Z][\w'-]{0,30}){0,2})",
)
_OWN = re.compile(
    r"\b(?:[Yy]our name is|[Yy]ou are(?: called| named)?|[Cc]all yourself)\s+(?!(?:AI|An?|The|ChatGPT's)\b)"
    r"[\"'“‘]?(?P<name>[A-Z][\w'-]{1,30}(?: [A-Z][\w'-]{1,30})?)\b",
)
_SPEAK = re.compile(
    r"\b(?:answer|speak|respond|reply|talk)(?: (?:only|always|to (?:me|the user)|everything))* in "
    r"(?P<language>english|chinese|mandarin|german|french|spanish|italian|portuguese|dutch|japanese|korean|russian"
    r"|arabic|hindi|greek|hebrew|turkish|polish|swedish|danish|norwegian|finnish|ukrainian|czech|vietnamese|thai)\b|(?P<han>用中文|说中文|中文回答|讲中文)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?。！？]*(?:[.!?](?!\s|$)[^.!?。！？]*)*(?:[.!?]+[\"'”’]?(?=\s|$)|[。！？]|$)\s*")
_CLAUSE = re.compile(r"(?<=[,;:])\s")
_SPOKEN = frozenset(("english", "chinese", "mandarin"))


@dataclass(frozen=True, slots=True)
class Manner:
    """How the session wants its answers."""

    sentences: int | None = None
    """The most sentences of an answer."""
    words: int | None = None
    """The most words of an answer."""
    only: str | None = None
    """The one thing to say."""
    beginning: str | None = None
    ending: str | None = None
    user: str | None = None
    """The user's name."""
    own: str | None = None
    """The tutor's name."""
    language: str | None = None
    """The language to answer in, in lower case and in English."""

    @property
    def unspoken(self) -> str | None:
        """The language that is asked for and that the tutor does not speak."""
        return self.language.capitalize() if self.language and self.language not in _SPOKEN else None


def read(instructions: str) -> Manner:
    """Return what instructions say about the manner; what is not understood is left out."""
    text = instructions[:_LONGEST]
    limit = _LIMIT.search(text)
    counted = (int(limit["count"]) if limit["count"].isdigit() else _NUMBERS[limit["count"].lower()]) if limit else None
    of_words = bool(limit) and limit["unit"].lower().startswith("word") if limit else False
    speak = _SPEAK.search(text)
    language = None
    if speak:
        language = "chinese" if speak["han"] else speak["language"].lower()
    return Manner(
        sentences=(None if of_words else counted) or (1 if counted is None and _BRIEF.search(text) else None),
        words=counted if of_words else None,
        only=_words(_ONLY, text),
        beginning=_words(_BEGINNING, text),
        ending=_words(_ENDING, text),
        user=_group(_USER, text, "name"),
        own=_group(_OWN, text, "name"),
        language=language,
    )


_LONGEST = 4000  # characters of instructions that are read


def put(answer: str, manner: Manner) -> str:
    """Return an answer in the manner that is wanted."""
    if manner.only:
        return _closed(manner.only)
    if manner.own:
        answer = re.sub(r"\bI am the tutor\b", f"I am {manner.own}, the tutor", answer)
    if manner.sentences is not None:
        answer = first_sentences(answer, manner.sentences)
    if manner.words is not None:
        answer = _first_words(answer, manner.words)
    if manner.user and manner.user not in answer:
        answer = _addressed(answer, manner.user)
    if manner.beginning:
        beginning = _closed(manner.beginning, ",")
        answer = f"{beginning} {_uncapital(answer) if beginning.endswith(',') else answer}"
    return f"{answer} {capital(_closed(manner.ending))}" if manner.ending else answer


def _uncapital(text: str) -> str:
    """Return a text whose first word goes on with a sentence, unless that is a name."""
    word = text.split(" ")[0]
    return text[:1].lower() + text[1:] if word.isalpha() and {*tokens(word)} <= LITTLE and word != "I" else text


def first_sentences(text: str, count: int) -> str:
    """Return no more than the first `count` sentences (at least one)."""
    end = 0
    for _ in range(max(count, 1)):
        match = _SENTENCE.match(text, end)
        end = match.end() if match else len(text)
    return text[:end].strip()


def _first_words(text: str, count: int) -> str:
    """Return the first `count` words, or at least half of them where a sentence or a clause ends there."""
    words = text.split()
    if len(words) <= count:
        return text
    cut = " ".join(words[: max(count, 1)])
    for pattern in (re.compile(r"(?<=[.!?])\s"), _CLAUSE):
        ends = [match.start() for match in pattern.finditer(f"{cut} ")]
        if ends and 2 * len(cut[: ends[-1]].split()) >= count:
            return _closed(cut[: ends[-1]].rstrip(",;: "))
    return _closed(cut.rstrip(",;: "))


def _addressed(answer: str, name: str) -> str:
    """Return an answer that calls the user by name at the end of its first sentence."""
    first = first_sentences(answer, 1)
    body = first.rstrip(".!?")
    return f"{body}, {name}{first[len(body) :] or '.'}{answer[len(first) :]}"


def _closed(text: str, mark: str = ".") -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?", ",", "。", "！", "？")) else text + mark


def _words(pattern: re.Pattern[str], text: str) -> str | None:
    found = _group(pattern, text, "words")
    return found.strip(" \"'“”‘’") if found else None


def _group(pattern: re.Pattern[str], text: str, name: str) -> str | None:
    match = pattern.search(text)
    return match[name] if match else None
