"""The tutor: a thinker without a language model, which teaches the Realtime API and uses tools.

Everything it says comes from its knowledge file, from the conversation or from a tool, so that the same conversation
always gives the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from rt_notebook.server.engine import Call, Message, Prompt, Text
from rt_notebook.server.engines import knowledge
from rt_notebook.server.engines.numerals import numbers
from rt_notebook.server.engines.toolcalls import choose, tell

_GREETING = "Hello! I am the tutor of this notebook. Ask me anything about the Realtime API, or say: what can you do?"
_NOT_HEARD = "I did not catch any words. Please say that again."
_ENGLISH_ONLY = "I understand English only. Please ask me in English."
_HIGHEST_COUNT = 200


class Tutor:
    """Answers from a small knowledge file, calls tools, and says so plainly where it does not know."""

    def load(self) -> None:
        """Read the knowledge."""
        knowledge.entries()

    def respond(self, prompt: Prompt) -> Iterator[Text | Call]:
        """Yield one call, or the answer word by word."""
        answer = _answer(prompt)
        if isinstance(answer, Call):
            yield answer
            return
        for word in re.findall(r"\s*\S+", answer):
            yield Text(word)


class _Talk(NamedTuple):
    """The conversation from the last user message's point of view."""

    utterance: str
    said_before: Sequence[str]
    """The user's earlier messages."""
    last_answer: str


def _answer(prompt: Prompt) -> str | Call:
    messages = [message for message in prompt.messages if message.role != "system"]
    asked = max((place for place, message in enumerate(messages) if message.role == "user"), default=None)
    results = [message for message in messages[0 if asked is None else asked :] if message.role == "tool"]
    if results:
        return " ".join(tell(_name_of(result, messages), result.text) for result in results)
    utterance = prompt.instructions if asked is None else messages[asked].text
    if call := choose(prompt.tools, prompt.tool_choice, utterance):
        return call
    if asked is None:
        return _say_after(utterance) or _GREETING
    before = messages[:asked]
    answers = [message.text for message in before if message.role == "assistant" and not message.name]
    said = [message.text for message in before if message.role == "user"]
    return _reply(_Talk(utterance.strip(), said, answers[-1] if answers else ""))


def _name_of(result: Message, messages: Sequence[Message]) -> str | None:
    """Return the name of the function that a result belongs to."""
    calls = (message for message in messages if message.role == "assistant" and message.name)
    return result.name or next((call.name for call in calls if call.call_id == result.call_id), None)


def _reply(talk: _Talk) -> str:
    if not re.search(r"\w", talk.utterance):
        return _NOT_HEARD
    if not re.search(r"[a-z\d]", talk.utterance, re.IGNORECASE):
        return _ENGLISH_ONLY
    for pattern, move in _MOVES:
        if pattern.search(talk.utterance) and (answer := move(talk)):
            return answer
    entry = knowledge.find(talk.utterance)
    return entry.answer if entry else _unknown(talk)


def _unknown(talk: _Talk) -> str:
    """Say that there is no answer, and offer three topics: others each time."""
    known = [entry.topic for entry in knowledge.entries() if entry.topic]
    first, second, third = (known[(3 * len(talk.said_before) + step) % len(known)] for step in range(3))
    return f"That I do not know. I can tell you about {first}, {second} or {third}, for example."


def _can_do(_talk: _Talk) -> str:
    topics = [entry.topic for entry in knowledge.entries() if entry.topic]
    return (
        f"I answer questions about {len(topics)} topics, among them {topics[0]}, turn detection, barge-in, tools, "
        "latency and the price. I can count, repeat, tell a long story to interrupt, and call your own functions."
    )


def _more(talk: _Talk) -> str:
    entry = knowledge.told_by(talk.last_answer)
    return entry.more if entry and entry.more else "That is all I know about it. Ask me something else."


def _again(talk: _Talk) -> str:
    return talk.last_answer or "I have not said anything yet."


def _what_user_said(talk: _Talk) -> str:
    return f"You said: {talk.said_before[-1].strip()}" if talk.said_before else "That was the first thing you said."


def _count(talk: _Talk) -> str:
    found = [int(number.value) for number in numbers(talk.utterance)]
    if not found:
        return ""
    first, last = (found[0], found[1]) if len(found) > 1 else (1, found[0])
    step = 1 if last >= first else -1
    if abs(last - first) >= _HIGHEST_COUNT:
        return f"That would take too long. I count {_HIGHEST_COUNT} numbers at most."
    return ", ".join(str(number) for number in range(first, last + step, step)) + "."


def _say_after_user(talk: _Talk) -> str:
    return _say_after(talk.utterance)


_SAY = re.compile(
    r"^(?:please |can you |could you |just |now )*(?:say|repeat after me|repeat)\b[\s:,]*"
    r"(?:exactly\b|the words?\b)?[\s:,]*(?!(?:some|any)thing\b|more\b|that\b|it\b|this\b)(?P<words>\w.*|[\"'“‘].*)$",
    re.IGNORECASE | re.DOTALL,
)
_QUOTED = re.compile(r"[\"'“‘](.+?)[\"'”’](?!\w)", re.DOTALL)


def _say_after(request: str) -> str:
    """Return what a request such as "Say: good morning" wants to hear, or nothing."""
    match = _SAY.match(request.strip())
    if not match:
        return ""
    quoted = _QUOTED.match(match["words"])
    words = quoted[1] if quoted else match["words"].removesuffix(" please.").removesuffix(", please")
    return words if words.endswith((".", "!", "?")) else words + "."


# What is no question to the knowledge file, in the order in which it is tried. A move may decline with no answer.
_MOVES: list[tuple[re.Pattern[str], Callable[[_Talk], str]]] = [
    (re.compile(pattern, re.IGNORECASE), move)
    for pattern, move in (
        (r"\bwhat (?:did|have) i (?:just )?(?:say|said|ask)", _what_user_said),
        (
            r"\b(?:repeat|say) (?:that|it|this)\b|\bsay (?:again|what)\b|^(?:pardon|what|sorry|again|come again)\W*$",
            _again,
        ),
        (
            r"\bwhat (?:can|else can|do) you (?:do|know|tell)\b(?!.*\babout\b)|^help\b|\bwhat can i (?:ask|say)\b",
            _can_do,
        ),
        (r"^(?:please )?(?:go on|continue|more|why|really|and)\W*$|\b(?:tell me|know|say) more\b", _more),
        (r"\bcount\b", _count),
        (_SAY.pattern, _say_after_user),
    )
]
