"""What the tutor answers that is no question to the knowledge file and no request to a tool."""

from __future__ import annotations

import re
from collections.abc import Callable

from rt_notebook.server.engines import eventnames, knowledge
from rt_notebook.server.engines.manners import first_sentences
from rt_notebook.server.engines.numerals import numbers
from rt_notebook.server.engines.quantities import expression
from rt_notebook.server.engines.saying import joined
from rt_notebook.server.engines.talk import Talk

_HIGHEST_COUNT = 200
_MOST_RECALLED = 4


def answer(talk: Talk, utterance: str) -> str | None:
    """Return the answer of the first move that the utterance fits, or None."""
    heard = utterance[:_LONGEST]
    for pattern, move in _MOVES:
        if pattern.search(heard) and (told := move(talk, utterance)):
            return told
    return eventnames.about(utterance)


_LONGEST = 400  # characters in which a move is looked for


def say_after(request: str) -> str:
    """Return what a request such as "Say: good morning" wants to hear, or nothing."""
    match = _SAY.match(request.strip())
    if not match:
        return ""
    quoted = _QUOTED.match(match["words"])
    words = quoted[1] if quoted else match["words"].removesuffix(" please.").removesuffix(", please")
    return words if words.endswith((".", "!", "?", "。", "！", "？")) else words + "."


def summary(talk: Talk) -> str:
    """Return what the user has asked for so far."""
    said = [turn.said.strip(" .?!") for turn in talk.turns if turn.said and not _SUMMARY.search(turn.said)]
    if not said:
        return "So far nothing was said."
    recent = said[-_MOST_RECALLED:]
    return f"You said: {'; then '.join(each[:_LONGEST_RECALLED] for each in recent)}. I answered as well as I could."


def is_summary(request: str) -> bool:
    """Tell whether the conversation is to be summed up."""
    return bool(_SUMMARY.search(request))


_LONGEST_RECALLED = 100
_SUMMARY = re.compile(r"\b(?:summari[sz]e|summary|sum up|recap)\b", re.IGNORECASE)


def can_do() -> str:
    """Return what the tutor is good for."""
    topics = [entry.topic for entry in knowledge.entries() if entry.topic]
    return (
        f"I answer questions about {len(topics)} topics, among them {topics[0]}, turn detection, barge-in, tools, "
        "latency and the price. I can count, repeat, tell a long story to interrupt, and call your own functions."
    )


def _more(talk: Talk, _utterance: str) -> str:
    told = next((turn for turn in reversed(talk.before) if turn.told), None)
    if told and told.made:
        return "That is all the tool told me. Ask for something else, or ask me about the Realtime API."
    entry = knowledge.told_by(talk.last_answer)
    return entry.more if entry and entry.more else "That is all I know about it. Ask me something else."


def _again(talk: Talk, _utterance: str) -> str:
    return talk.last_answer or "I have not said anything yet."


def _shorter(talk: Talk, _utterance: str) -> str:
    first = first_sentences(talk.last_answer, 1)
    return first if first != talk.last_answer else f"Shorter than this I cannot say it: {first}"


def _calculate(_talk: Talk, utterance: str) -> str:
    entry = knowledge.find("do some math") if expression(utterance[:_LONGEST]) else None
    return entry.answer if entry else ""


def _what_user_said(talk: Talk, _utterance: str) -> str:
    return f"You said: {talk.last_said}" if talk.last_said else "That was the first thing you said."


def _meet(_talk: Talk, utterance: str) -> str:
    match = _NAME.search(utterance)
    name = match["name"].strip() if match else ""
    return f"Nice to meet you, {name}! What would you like to know about the Realtime API?" if name else ""


def _who_am_i(talk: Talk, _utterance: str) -> str:
    names = (match["name"] for turn in reversed(talk.before) if (match := _NAME.search(turn.said)))
    name = next(names, None)
    return f"You told me that your name is {name}." if name else "You have not told me your name yet."


_NAME = re.compile(
    r"\b(?:my name is|my name's|i am called|call me)\s+(?P<name>\w[\w'-]{0,30}(?: [A-Z][\w'-]{0,30})?)", re.IGNORECASE
)


def _count(_talk: Talk, utterance: str) -> str:
    found = [int(number.value) for number in numbers(utterance[:_LONGEST])]
    if not found:
        return ""
    first, last = (found[0], found[1]) if len(found) > 1 else (1, found[0])
    step = 1 if last >= first else -1
    if abs(last - first) >= _HIGHEST_COUNT:
        return f"That would take too long. I count {_HIGHEST_COUNT} numbers at most."
    return ", ".join(str(number) for number in range(first, last + step, step)) + "."


_SAY = re.compile(
    r"^(?:please |can you |could you |just |now )*(?:say|repeat after me|repeat)\b"
    r"[\s:,]*(?:exactly\b|the words?\b)?[\s:,]*(?!(?:some|any)thing\b|more\b|that\b|it\b|this\b|again\b)"
    r"(?P<words>\w.*|[\"'“‘].*)$",
    re.IGNORECASE | re.DOTALL,
)
_QUOTED = re.compile(r"[\"'“‘](.+?)[\"'”’](?!\w)", re.DOTALL)

# In the order in which it is tried. A move may decline with no answer.
_MOVES: list[tuple[re.Pattern[str], Callable[[Talk, str], str]]] = [
    (re.compile(pattern, re.IGNORECASE), move)
    for pattern, move in (
        (r"\bwhat (?:did|have) i (?:just )?(?:say|said|ask)", _what_user_said),
        (r"\b(?:what(?:'s| is) my name|who am i|do you (?:know|remember) my name)\b", _who_am_i),
        (r"^\W*(?:(?:hi|hello|hey)\W+)?(?:my name is|my name's|call me)\b", _meet),
        (
            r"\b(?:repeat|say) (?:that|it|this)\b|\bsay (?:again|what)\b"
            r"|^(?:pardon|what|sorry|again|once more|come again)\W*$",
            _again,
        ),
        (
            r"\bwhat (?:can|else can|do) you (?:do|know|tell)\b(?!.*\babout\b)|^help\b|\bwhat can i (?:ask|say)\b",
            lambda _talk, _utterance: can_do(),
        ),
        (
            r"^(?:please )?(?:go on|continue|more|why|really|and)\W*$"
            r"|\b(?:tell me|know|say) (?:a (?:bit|little) )?more\b",
            _more,
        ),
        (
            r"^\W*(?:(?:please|and|can you|could you|say|make|tell)\W+)*(?:(?:it|that|me)\W+)*"
            r"(?:shorter|in short|more briefly|briefly|in one sentence|in brief)"
            r"(?:,? please)?\W*$",
            _shorter,
        ),
        (_SUMMARY.pattern, lambda talk, _utterance: summary(talk)),
        (
            r"^\W*(?:(?:oh|ok|okay|no|please)\W+)*(?:never ?mind|forget (?:it|that|about it)|cancel(?: that| it)?|stop"
            r"|leave it|nothing|(?:don.?t|do not)(?: do (?:it|that))?)\W*$",
            lambda _talk, _utterance: "All right. What else would you like to know?",
        ),
        (r"\bcount\b", _count),
        (r"^\W*(?:what|how much|calculate|compute|add|multiply|subtract|divide|\d)", _calculate),
        (_SAY.pattern, lambda _talk, utterance: say_after(utterance)),
    )
]


def unknown(talk: Talk) -> str:
    """Say that there is no answer, and offer three topics: others each time."""
    known = [entry.topic for entry in knowledge.entries() if entry.topic]
    place = 3 * (talk.count - 1)
    first, second, third = (known[(place + step) % len(known)] for step in range(3))
    return f"That I do not know. I can tell you about {first}, {second} or {third}, for example."


def pronoun(talk: Talk, utterance: str) -> str | None:
    """Return more about what was told last, where a short question says only "it" or "that" for it."""
    if not re.search(r"\b(?:it|that|this|they|them|those)\b", utterance, re.IGNORECASE) or len(utterance) > _LONGEST:
        return None
    entry = knowledge.told_by(talk.last_answer)
    if entry is None or entry.topic is None:
        return None
    if entry.more:
        return entry.more
    others = [other.topic for other in knowledge.entries() if other.topic and other is not entry]
    place = [other.topic for other in knowledge.entries() if other.topic].index(entry.topic)
    near = joined([others[(place + step) % len(others)] for step in range(2)])
    return f"About {entry.topic} I have told you all I know. Close to it are {near}: ask me about those."
