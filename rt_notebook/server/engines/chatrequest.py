"""What a chat-completions endpoint is asked, made from what a Realtime conversation holds.

A Realtime conversation is freer than a chat: a call may lack its output or have it anywhere, an output may lack its
call, a side may speak twice in a row, a message may hold no words. Endpoints, and the prompt templates of models behind
them, refuse such histories with errors, so they are made regular here. What a client never said is put in brackets.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict, deque
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from rt_notebook.server.engine import Message, Prompt

_NO_WORDS = "(inaudible)"
_NOTHING_SAID = "(The user says nothing.)"
_NO_OUTPUT = "(There is no result yet.)"
_LOST_OUTPUT = "(Result of a function call:) "

_OPENAI = re.compile(r"(^|\.)(api\.openai\.com|openai\.azure\.com|services\.ai\.azure\.com)$")


def request(prompt: Prompt, url: str, model: str) -> dict[str, Any]:
    """Return the arguments of `chat.completions.create` for a prompt; what is not set stays out."""
    asked: dict[str, Any] = {"model": model, "messages": history(prompt), "stream": True}
    if prompt.max_output_tokens is not None:
        # OpenAI's newer models refuse the old name; Ollama ignores the new one and Mistral refuses it.
        openai = _OPENAI.search(urlsplit(url).hostname or "")
        asked["max_completion_tokens" if openai else "max_tokens"] = prompt.max_output_tokens
    if prompt.temperature is not None:
        asked["temperature"] = prompt.temperature
    if prompt.tools and prompt.tool_choice != "none":  # Ollama ignores the choice: only without tools it calls none
        asked["tools"] = [_tool(tool) for tool in prompt.tools]
        if prompt.tool_choice != "auto":
            asked["tool_choice"] = _tool_choice(prompt.tool_choice)
        if not prompt.parallel_tool_calls:
            asked["parallel_tool_calls"] = False
    return asked


def history(prompt: Prompt) -> list[dict[str, Any]]:
    """Return a chat history that every endpoint takes, with the words of the prompt's messages in their order.

    Neighbours of one role are one message, calls in a row are one message's `tool_calls`, and the outputs follow their
    calls at once. It ends with something to answer to.
    """
    chat = _History()
    if prompt.instructions:
        chat.say("system", prompt.instructions)
    outputs = _outputs(prompt.messages)
    used = set(outputs.values())
    for place, message in enumerate(prompt.messages):
        if message.role == "tool":
            if place in used:
                chat.end_calls()
            else:
                chat.say("user", _LOST_OUTPUT + message.text)
        elif message.name is not None:
            found = outputs.get(place)
            chat.call(message.name, message.text, _NO_OUTPUT if found is None else prompt.messages[found].text)
        elif message.role == "user":
            text = message.text.strip() or ("" if message.images else _NO_WORDS)
            chat.say("user", text, message.images)
        else:
            chat.say(message.role, message.text.strip())
    return chat.finish()


def _outputs(messages: Sequence[Message]) -> dict[int, int]:
    """Return the place of each call's output by the place of the call. Ids that occur twice pair up in order."""
    waiting: defaultdict[str | None, deque[int]] = defaultdict(deque)
    for place, message in enumerate(messages):
        if message.role == "tool":
            waiting[message.call_id].append(place)
    calls = (place for place, message in enumerate(messages) if message.role != "tool" and message.name is not None)
    return {call: waiting[messages[call].call_id].popleft() for call in calls if waiting[messages[call].call_id]}


class _History:
    """A chat history as it grows."""

    def __init__(self) -> None:
        self._messages: list[dict[str, Any]] = []
        self._outputs: list[dict[str, Any]] = []
        """Of the calls made last, until the next message."""
        self._calls = 0

    def say(self, role: str, text: str, images: Sequence[str] = ()) -> None:
        """Add a message, or what it says to the one before; without content it is none."""
        self.end_calls()
        parts: list[dict[str, Any]] = [{"type": "text", "text": text}] if text else []
        parts += [{"type": "image_url", "image_url": {"url": url}} for url in images]
        if not parts:
            return
        if self._messages and self._messages[-1]["role"] == role and "tool_calls" not in self._messages[-1]:
            self._messages[-1]["content"] += parts
        else:
            self._messages.append({"role": role, "content": parts})

    def call(self, name: str, arguments: str, output: str) -> None:
        """Add a call: to the message before where that is the assistant's, too."""
        self._calls += 1
        # Mistral takes ids of nine letters and digits only. Numbers also tell apart what a client named alike, and
        # stay the same in the next turn, so that endpoints can go on from what they have cached.
        call_id = f"call{self._calls:05}"
        if not self._messages or self._messages[-1]["role"] != "assistant":
            self._messages.append({"role": "assistant", "content": None})
        function = {"name": name, "arguments": arguments if _is_object(arguments) else "{}"}
        made = self._messages[-1].setdefault("tool_calls", [])
        made.append({"id": call_id, "type": "function", "function": function})
        self._outputs.append({"role": "tool", "tool_call_id": call_id, "content": output})

    def end_calls(self) -> None:
        """Add the outputs of the calls so far: what comes next belongs to a later message."""
        self._messages += self._outputs
        self._outputs = []

    def finish(self) -> list[dict[str, Any]]:
        """Return the messages, with text as plain strings: not every endpoint takes parts."""
        self.end_calls()
        last = next((message["role"] for message in reversed(self._messages) if message["role"] != "system"), None)
        if last not in ("user", "tool"):
            self.say("user", _NOTHING_SAID)  # or endpoints refuse the history, or go on with the assistant's last words
        for message in self._messages:
            parts = message["content"]
            if isinstance(parts, list) and all(part["type"] == "text" for part in parts):
                message["content"] = "\n".join(part["text"] for part in parts)
        return self._messages


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _tool(tool: dict[str, Any]) -> dict[str, Any]:
    names = ("name", "description", "parameters")
    return {"type": "function", "function": {name: tool[name] for name in names if tool.get(name) is not None}}


def _tool_choice(choice: str | dict[str, Any]) -> str | dict[str, Any]:
    return choice if isinstance(choice, str) else {"type": "function", "function": {"name": choice["name"]}}
