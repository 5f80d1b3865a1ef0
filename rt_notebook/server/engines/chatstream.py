"""What a chat-completions endpoint streams, put together: text to say at once, and function calls.

Servers differ from OpenAI's in how they stream calls. Ollama, mistral.rs and Gemini left out the index or gave all
calls the same; others leave out ids, send each call whole in one chunk, repeat its name, or send the arguments before
the name. LM Studio sends empty lists of calls, Mistral lists of content parts. All of that is understood.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from rt_notebook.server.engine import Call


class StreamError(Exception):
    """The endpoint sent something that is no chat completion; the text continues "it sent ..."."""


@dataclass(slots=True)
class _Draft:
    """A call as far as it has come."""

    index: int | None
    id: str
    name: str = ""
    arguments: str = ""


class Reading:
    """One answer as its chunks come."""

    def __init__(self) -> None:
        self.finish: str | None = None
        """The endpoint's `finish_reason`, once it has given one."""
        self._drafts: list[_Draft] = []
        self._audible = _Audible()

    def take(self, chunk: Any) -> str:
        """Take a `ChatCompletionChunk`, whose fields may be anything; return the text that it adds."""
        if not hasattr(chunk, "choices"):
            raise StreamError(f"{str(chunk)[:100]!r} in place of a chunk of an answer")
        if not chunk.choices:  # as OpenAI's usage and Azure's content filter come
            return ""
        choice = chunk.choices[0]
        delta = getattr(choice, "delta", None)
        for piece in getattr(delta, "tool_calls", None) or ():
            self._take_call(piece)
        self.finish = getattr(choice, "finish_reason", None) or self.finish
        return self._audible.take(_text(getattr(delta, "content", None)))

    def rest(self) -> str:
        """Return the text that was held back until it was clear what it is."""
        return self._audible.rest()

    def calls(self) -> list[Call]:
        """Return all calls, in order. Raises `StreamError` for one without a name or whose arguments are no JSON."""
        calls = []
        for draft in self._drafts:
            if not draft.name:
                raise StreamError("a function call without a name")
            if not _is_json(draft.arguments or "{}"):
                raise StreamError(f"a call of {draft.name!r} whose arguments are no JSON: {draft.arguments[:200]!r}")
            calls.append(Call(draft.name, draft.arguments or "{}"))
        return calls

    def _take_call(self, piece: Any) -> None:
        function = getattr(piece, "function", None)
        name = getattr(function, "name", None) or ""
        arguments = getattr(function, "arguments", None) or ""
        if not isinstance(arguments, str):
            arguments = json.dumps(arguments)
        if not name and not arguments:
            return
        draft = self._draft(getattr(piece, "index", None), getattr(piece, "id", None) or "", name, arguments)
        draft.name = draft.name or name
        draft.arguments += arguments

    def _draft(self, index: int | None, call_id: str, name: str, arguments: str) -> _Draft:
        """Return the call that a piece continues, or a new one."""
        same = [draft for draft in self._drafts if index is None or draft.index == index]
        draft = same[-1] if same else None
        if draft is None or (name and draft.name and _begins_anew(draft, call_id, arguments)):
            draft = _Draft(index, call_id)
            self._drafts.append(draft)
        return draft


def _begins_anew(draft: _Draft, call_id: str, arguments: str) -> bool:
    """Whether a piece with a name, at the place of a call that has one, is another call."""
    if call_id and draft.id:
        return call_id != draft.id
    return bool(arguments) and _is_json(draft.arguments)


def _text(content: Any) -> str:
    if isinstance(content, list):  # Mistral's reasoning models, whose thoughts are parts, too
        texts = (part.get("text") for part in content if isinstance(part, dict) and part.get("type") == "text")
        return "".join(text for text in texts if isinstance(text, str))
    return content if isinstance(content, str) else ""


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


class _Audible:
    """Takes away what a model thinks aloud before it answers: ``<think>...</think>``, where the server leaves it in.

    LM Studio and vLLM do so unless they are told otherwise, and nobody wants to hear it spoken.
    """

    _OPEN, _CLOSE = "<think>", "</think>"

    def __init__(self) -> None:
        self._held = ""
        self._started = False
        """Whether the answer itself has begun: from there on everything passes."""
        self._thinking = False

    def take(self, text: str) -> str:
        if self._started:
            return text
        self._held += text
        if not self._thinking:
            begun = self._held.lstrip()
            if self._OPEN.startswith(begun):
                return ""  # it may become one
            if not begun.startswith(self._OPEN):
                return self._start()
            self._thinking = True
        _, closed, after = self._held.partition(self._CLOSE)
        if closed:
            self._held, self._thinking = "", False
            return self.take(after)
        self._held = self._held[-len(self._CLOSE) + 1 :]
        return ""

    def rest(self) -> str:
        return "" if self._thinking else self._start()

    def _start(self) -> str:
        self._started = True
        begun, self._held = self._held.lstrip(), ""
        return begun
