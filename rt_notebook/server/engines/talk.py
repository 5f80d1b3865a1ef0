"""The conversation as the tutor looks back on it: turns, with the calls made in them and what came of those."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rt_notebook.server.engine import Message

LOOKS_BACK = 12
"""Turns before the current one that are still known."""
_HALT = re.compile(
    r"\A\s*(?:(?:stop|wait|hold on|hang on|enough)\b[\s,.!…—-]*(?<=\W))+(?<=[,.!…—-] )(?=\S)", re.IGNORECASE
)
"""What a user says to interrupt, before what he then wants."""


@dataclass(slots=True)
class Made:
    """A call that was made."""

    name: str
    arguments: dict[str, Any]
    call_id: str | None
    output: str | None = None
    """What the tool gave, None as long as nothing came back."""


@dataclass(slots=True)
class Turn:
    """What the user said, and what followed."""

    said: str = ""
    made: list[Made] = field(default_factory=list)
    told: str = ""
    """The answer."""


@dataclass(slots=True)
class Talk:
    """A conversation. The last turn is the one to answer; the first has no words of the user."""

    turns: list[Turn]
    count: int
    """User messages in the whole conversation."""

    @property
    def current(self) -> Turn:
        """The turn to answer."""
        return self.turns[-1]

    @property
    def before(self) -> list[Turn]:
        """The turns before it."""
        return self.turns[:-1]

    @property
    def last_answer(self) -> str:
        """What the tutor said last."""
        return next((turn.told for turn in reversed(self.turns) if turn.told), "")

    @property
    def last_said(self) -> str:
        """What the user said before."""
        return next((turn.said for turn in reversed(self.before) if turn.said), "")


def read(messages: Sequence[Message]) -> Talk:
    """Return the conversation; system messages are none of its turns."""
    users = [place for place, message in enumerate(messages) if message.role == "user"]
    recent = messages[users[-LOOKS_BACK] :] if len(users) > LOOKS_BACK else messages
    turns = [Turn()]
    for message in recent:
        if message.role == "user":
            turns.append(Turn(_HALT.sub("", message.text).strip()))
        elif message.role == "tool":
            _return(turns[-1], message)
        elif message.role == "assistant" and message.name:
            turns[-1].made.append(Made(message.name, _arguments(message.text), message.call_id))
        elif message.role == "assistant":
            turns[-1].told = f"{turns[-1].told} {message.text}".strip()
    return Talk(turns, len(users))


def _return(turn: Turn, message: Message) -> None:
    """Give an output to the call it belongs to; one without a call counts as a call of its own."""
    for made in turn.made:
        if made.output is None and made.call_id == message.call_id:
            made.output = message.text
            return
    turn.made.append(Made(message.name or "", {}, message.call_id, message.text))


def _arguments(text: str) -> dict[str, Any]:
    try:
        arguments = json.loads(text)
    except ValueError:
        return {}
    return arguments if isinstance(arguments, dict) else {}
