"""Conversations with the tutor, its tools run by the test as a client would."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from rt_notebook.server.engine import Call, Message, Prompt, Text
from rt_notebook.server.engines.tutor import Tutor

TUTOR = Tutor()
_MOST_RESPONSES = 10  # to one utterance; more would be a tutor that never stops calling

TEXT, NUMBER, WHOLE, FLAG = {"type": "string"}, {"type": "number"}, {"type": "integer"}, {"type": "boolean"}


def tool(name: str, description: str = "", required: Iterable[str] | None = None, **properties: Any) -> dict[str, Any]:
    """Return a function tool; all parameters are required unless `required` names those that are."""
    parameters = {
        "type": "object",
        "properties": properties,
        "required": list(properties if required is None else required),
    }
    return {"type": "function", "name": name, "description": description, "parameters": parameters}


def respond(messages: Iterable[Message], **prompt: Any) -> list[Text | Call]:
    return list(TUTOR.respond(Prompt(list(messages), **prompt)))


def joined(pieces: list[Text | Call]) -> str:
    return "".join(piece.delta for piece in pieces if isinstance(piece, Text))


class Client:
    """Talks with the tutor; `functions` are called for its calls and their results returned, as JSON."""

    def __init__(self, functions: dict[str, Callable[..., Any]] | None = None, **prompt: Any) -> None:
        self.functions = functions or {}
        self.prompt = prompt
        self.messages: list[Message] = []
        self.waves: list[list[tuple[str, dict[str, Any]]]] = []
        """The calls made after the last utterance, response by response."""

    def say(self, utterance: str) -> str:
        """Return the answer to an utterance, after the calls that the tutor makes for it."""
        self.messages.append(Message("user", utterance))
        self.waves = []
        for _ in range(_MOST_RESPONSES):
            pieces = respond(self.messages, **self.prompt)
            calls = [piece for piece in pieces if isinstance(piece, Call)]
            if not calls:
                self.messages.append(Message("assistant", joined(pieces)))
                return joined(pieces)
            self.waves.append([(call.name, json.loads(call.arguments)) for call in calls])
            self._run(calls)
        raise AssertionError(f"Still calling after {_MOST_RESPONSES} responses: {self.waves}")

    def _run(self, calls: list[Call]) -> None:
        made = [(f"call_{len(self.messages)}_{place}", call) for place, call in enumerate(calls)]
        self.messages += [Message("assistant", call.arguments, call_id, call.name) for call_id, call in made]
        for call_id, call in made:
            function = self.functions.get(call.name)
            result = function(**json.loads(call.arguments)) if function else None
            self.messages.append(Message("tool", json.dumps(result), call_id))
