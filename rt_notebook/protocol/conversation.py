"""Events in, conversation out: items, responses, and what is active; one handler per event type.

Takes the events of the log in GA's shape, of both directions. Nothing here waits, sends or raises: an event that does
not fit (an unknown item, a field of the wrong type) changes as much as it can be trusted for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from rt_notebook.protocol.event import BYTES_PER_MS
from rt_notebook.protocol.fields import dict_at, list_at, number_at
from rt_notebook.protocol.items import Item, Price, Response

if TYPE_CHECKING:
    from rt_notebook.protocol.event import Event, Sound


REMOTE = [
    *(f"mcp_list_tools.{status}" for status in ("in_progress", "completed", "failed")),
    *(f"response.mcp_call.{status}" for status in ("in_progress", "completed", "failed")),
]
"""What the server tells of its dealings with a remote MCP server."""


class Conversation:
    """What the events of one connection add up to."""

    def __init__(self, price: Price | None = None) -> None:
        self._price = price
        self.session: dict[str, Any] = {}
        """The session as the server last reported it."""
        self.items: dict[str, Item] = {}
        """By id, also deleted ones."""
        self.order: list[str] = []
        """Ids in the conversation's order, by `previous_item_id`; without deleted items."""
        self.responses: dict[str, Response] = {}
        self.active: Response | None = None
        """The response that is being made in the default conversation; the server allows one at a time."""
        self._asked: float | None = None
        self._appended: list[tuple[float, Sound]] = []  # (ms since the session's start, audio), until committed
        self._appended_ms = 0.0
        self._speech: dict[str, tuple[float, float]] = {}  # item -> start and end in ms of the session's audio
        self._sent_audio: dict[str, Sound] = {}  # of items that this side sent, until the server has them
        self._unnamed_audio: list[Sound] = []  # the same where the server gives the id: in the order of sending

    def handler(self, type_: str) -> Callable[[Event], None] | None:
        """Return what takes in the events of a type, as `apply` does; None where they change nothing."""
        handler = _HANDLERS.get(type_)
        return None if handler is None else partial(handler, self)

    def apply(self, event: Event) -> None:
        """Take an event in."""
        if handler := _HANDLERS.get(event.type):
            handler(self, event)

    @property
    def speaking(self) -> bool:
        """Whether turn detection hears the user speak."""
        return any(end == float("inf") for _, end in self._speech.values())

    # -- client events ----------------------------------------------------------------------------------------------

    def _append(self, event: Event) -> None:
        if event.sound:
            self._appended.append((self._appended_ms, event.sound))
            self._appended_ms += len(event.sound) / BYTES_PER_MS

    def _clear(self, event: Event) -> None:
        self._appended.clear()
        self._speech.clear()

    def _item_create(self, event: Event) -> None:
        if event.sound and (id_ := _text(dict_at(event, "item"), "id")):
            self._sent_audio[id_] = event.sound
        elif event.sound:
            self._unnamed_audio.append(event.sound)

    def _ask(self, event: Event) -> None:
        self._asked = event.t

    # -- the session and the items ----------------------------------------------------------------------------------

    def _session(self, event: Event) -> None:
        self.session = dict_at(event, "session")

    def _added(self, event: Event) -> None:
        data = dict_at(event, "item")
        if not isinstance(id_ := data.get("id"), str):
            return
        item = self.items.get(id_)
        if item is None:
            item = self.items[id_] = Item(id_)
            if sent := self._sent_audio.pop(id_, None):
                item.pieces.append(sent)
            elif self._unnamed_audio and any(_text(part, "type") == "input_audio" for part in _parts(data)):
                item.pieces.append(self._unnamed_audio.pop(0))
        _fill(item, data)
        self._place(id_, event)

    def _place(self, id_: str, event: Event) -> None:
        if id_ in self.order:
            return
        previous = event.get("previous_item_id", id_)
        if previous is None:  # said to have no predecessor, so the first
            self.order.insert(0, id_)
        elif previous in self.order:
            self.order.insert(self.order.index(previous) + 1, id_)
        else:
            self.order.append(id_)

    def _truncated(self, event: Event) -> None:
        if item := self._item(event):
            item.heard_ms = number_at(event, "audio_end_ms") or 0.0

    def _deleted(self, event: Event) -> None:
        if item := self._item(event):
            item.deleted = True
            if item.id in self.order:
                self.order.remove(item.id)

    def _item(self, event: Event) -> Item | None:
        return self.items.get(_text(event, "item_id"))

    # -- the user's speech ------------------------------------------------------------------------------------------

    def _speech_started(self, event: Event) -> None:
        if isinstance(id_ := event.get("item_id"), str):
            start = number_at(event, "audio_start_ms") or 0.0
            self._speech[id_] = (start, float("inf"))
            # What was said before belongs to no item any more; a microphone that is left open must not pile up.
            self._appended = [(at, sound) for at, sound in self._appended if at + len(sound) / BYTES_PER_MS > start]

    def _speech_stopped(self, event: Event) -> None:
        self._asked = event.t
        if (id_ := _text(event, "item_id")) in self._speech:
            self._speech[id_] = (self._speech[id_][0], number_at(event, "audio_end_ms") or 0.0)

    def _committed(self, event: Event) -> None:
        if not isinstance(id_ := event.get("item_id"), str):
            return
        item = self.items.setdefault(id_, Item(id_, role="user"))
        item.pieces = self._cut(*self._speech.pop(id_, (0.0, float("inf"))))
        self._place(id_, event)

    def _cut(self, start: float, end: float) -> list[Sound]:
        """Take the appended audio from `start` to `end` (ms since the session's start); what was before is dropped."""
        pieces: list[Sound] = []
        for at, sound in self._appended:
            first = max(0, round((start - at) * BYTES_PER_MS / 2) * 2)
            last = len(sound) if end == float("inf") else round((end - at) * BYTES_PER_MS / 2) * 2
            if first < len(sound) and last > 0:
                pieces.append(sound[first:last])
        self._appended = (
            []
            if end == float("inf")
            else [(at, sound) for at, sound in self._appended if at + len(sound) / BYTES_PER_MS > end]
        )
        return pieces

    def _transcribing(self, event: Event) -> None:
        if item := self._item(event):
            item.grow("transcript", _text(event, "delta"))

    def _transcribed(self, event: Event) -> None:
        if item := self._item(event):
            item.transcript = _text(event, "transcript").strip()

    # -- responses --------------------------------------------------------------------------------------------------

    def _response_created(self, event: Event) -> None:
        data = dict_at(event, "response")
        if not isinstance(id_ := data.get("id"), str):
            return
        response = self.responses[id_] = Response(id_, conversation_id=data.get("conversation_id"))
        response.metadata = data.get("metadata")
        response.model, response.price = _text(self.session, "model") or None, self._price
        if self._asked is not None:
            response.times["asked"], self._asked = self._asked, None
        response.times["created"] = event.t
        # The beta dialect of 2024 has no conversation_id: a missing one is the default conversation's.
        if data.get("conversation_id", ...) is not None:
            self.active = response

    def _response_done(self, event: Event) -> None:
        data = dict_at(event, "response")
        response = self.responses.get(_text(data, "id"))
        if response is None:
            return
        response.status = str(data.get("status", "completed"))
        response.status_details = data.get("status_details")
        response.usage = data.get("usage")
        response.times["done"] = event.t
        for entry in list_at(data, "output"):
            if isinstance(entry, dict) and isinstance(id_ := entry.get("id"), str):
                self._output(response, id_, entry)
        if self.active is response:
            self.active = None

    def _output_item(self, event: Event) -> None:
        data = dict_at(event, "item")
        response = self.responses.get(_text(event, "response_id"))
        if response is None or not isinstance(id_ := data.get("id"), str):
            return
        self._output(response, id_, data)

    def _output(self, response: Response, id_: str, data: dict[str, Any]) -> None:
        """Take in an item of a response, also where a log that is cut has only the response's end."""
        item = self.items.setdefault(id_, Item(id_))
        _fill(item, data)
        if item not in response.items:
            response.items.append(item)

    def _text_delta(self, event: Event) -> None:
        self._grow(event, "text")

    def _transcript_delta(self, event: Event) -> None:
        self._grow(event, "transcript")

    def _grow(self, event: Event, name: Literal["text", "transcript"]) -> None:
        # One call for what most events are, since a call costs as much as what is done in it.
        if isinstance(id_ := event.get("response_id"), str) and (response := self.responses.get(id_)):
            response.times.setdefault("first_text", event.t)
        if isinstance(id_ := event.get("item_id"), str) and (item := self.items.get(id_)):
            item.grow(name, _text(event, "delta"))

    def _audio_delta(self, event: Event) -> None:
        if isinstance(id_ := event.get("response_id"), str) and (response := self.responses.get(id_)):
            response.times.setdefault("first_audio", event.t)
        if (sound := event.sound) is not None and (item := self._item(event)):
            item.pieces.append(sound)

    def _text_done(self, event: Event) -> None:
        if item := self._item(event):
            item.text = _text(event, "text")

    def _transcript_done(self, event: Event) -> None:
        if item := self._item(event):
            item.transcript = _text(event, "transcript")

    def _arguments_delta(self, event: Event) -> None:
        if item := self._item(event):
            item.grow("arguments", _text(event, "delta"))

    def _arguments_done(self, event: Event) -> None:
        if item := self._item(event):
            item.arguments = _text(event, "arguments")

    def _remote(self, event: Event) -> None:
        """Note how far a remote MCP server is with a list or a call: its items have no status of their own."""
        if item := self._item(event):
            item.status = event.type.rpartition(".")[2]


_HANDLERS: dict[str, Callable[[Conversation, Event], None]] = {
    "input_audio_buffer.append": Conversation._append,
    "input_audio_buffer.cleared": Conversation._clear,
    "conversation.item.create": Conversation._item_create,
    "response.create": Conversation._ask,
    "session.created": Conversation._session,
    "session.updated": Conversation._session,
    "conversation.item.added": Conversation._added,
    "conversation.item.done": Conversation._added,
    "conversation.item.retrieved": Conversation._added,
    "conversation.item.truncated": Conversation._truncated,
    "conversation.item.deleted": Conversation._deleted,
    "input_audio_buffer.speech_started": Conversation._speech_started,
    "input_audio_buffer.speech_stopped": Conversation._speech_stopped,
    "input_audio_buffer.committed": Conversation._committed,
    "conversation.item.input_audio_transcription.delta": Conversation._transcribing,
    "conversation.item.input_audio_transcription.completed": Conversation._transcribed,
    "response.created": Conversation._response_created,
    "response.done": Conversation._response_done,
    "response.output_item.added": Conversation._output_item,
    "response.output_item.done": Conversation._output_item,
    "response.output_text.delta": Conversation._text_delta,
    "response.output_text.done": Conversation._text_done,
    "response.output_audio_transcript.delta": Conversation._transcript_delta,
    "response.output_audio_transcript.done": Conversation._transcript_done,
    "response.output_audio.delta": Conversation._audio_delta,
    "response.function_call_arguments.delta": Conversation._arguments_delta,
    "response.function_call_arguments.done": Conversation._arguments_done,
    "response.mcp_call_arguments.delta": Conversation._arguments_delta,
    "response.mcp_call_arguments.done": Conversation._arguments_done,
    **dict.fromkeys(REMOTE, Conversation._remote),
}


def item_told(data: dict[str, Any]) -> str | None:
    """Return what an item is about as an event has it, where it is no message; None for a message."""
    item = Item(_text(data, "id"))
    _fill(item, data)
    return item.told


def _fill(item: Item, data: dict[str, Any]) -> None:
    """Take over what the server says of an item, keeping words that it does not repeat."""
    for name in _FIELDS:
        if isinstance(value := data.get(name), str) and value:
            setattr(item, name, value)
    if item.type.startswith("mcp_"):
        _fill_remote(item, data)
    parts = _parts(data)
    item.text = " ".join(word for part in parts if (word := _text(part, "text"))) or item.text
    item.transcript = " ".join(word for part in parts if (word := _text(part, "transcript"))) or item.transcript


_FIELDS = (
    *("type", "role", "status", "name", "call_id", "arguments", "output"),
    *("server_label", "approval_request_id"),
)


def _fill_remote(item: Item, data: dict[str, Any]) -> None:
    item.tools = tuple(_text(tool, "name") for tool in list_at(data, "tools") if isinstance(tool, dict)) or item.tools
    if isinstance(error := data.get("error"), dict):
        item.error = _text(error, "message") or _text(error, "type") or "no reason given"
    if isinstance(approve := data.get("approve"), bool):
        item.approve = approve


def _text(data: dict[str, Any], name: str) -> str:
    # Asked several times for every event, so without text_at's way along a path.
    value = data.get(name)
    return value if isinstance(value, str) else ""


def _parts(item: dict[str, Any]) -> list[dict[str, Any]]:
    return [part for part in list_at(item, "content") if isinstance(part, dict)]
