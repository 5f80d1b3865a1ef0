"""Events in, conversation out: items, responses, and what is active; one handler per event type.

Takes the events of the log in GA's shape, of both directions. Nothing here waits, sends or raises: an event that does
not fit (an unknown item, a field of the wrong type) changes as much as it can be trusted for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from rt_notebook.audio.pcm import RATE, pcm16_to_float
from rt_notebook.protocol.event import BYTES_PER_MS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rt_notebook.protocol.event import Event


@dataclass(slots=True, eq=False)
class Item:
    """One item of the conversation, as far as the server has told."""

    id: str
    type: str = "message"
    """``message``, ``function_call``, ``function_call_output`` or another type of the API."""
    role: str | None = None
    """``user``, ``assistant`` or ``system``; None for what is no message."""
    status: str | None = None
    """``in_progress``, ``completed`` or ``incomplete``."""
    text: str = ""
    """The words that were written."""
    transcript: str = ""
    """The words that were spoken. The server forgets an assistant's when its item is truncated; they stay here."""
    name: str | None = None
    """Of a function call: the function."""
    call_id: str | None = None
    arguments: str = ""
    """Of a function call: JSON."""
    output: str = ""
    """Of a function call's output."""
    heard_ms: float | None = None
    """Of an interrupted item: the ms of its audio that the user heard."""
    deleted: bool = False
    pieces: list[bytes] = field(default_factory=list, repr=False)
    """Its audio as it came or went: PCM16 at 24 kHz, unless the session asks for G.711."""

    @property
    def audio(self) -> NDArray[np.float32]:
        """The item's audio, float32 of shape (samples,) at 24 kHz; empty where it has none."""
        return pcm16_to_float(b"".join(self.pieces))

    @property
    def audio_ms(self) -> float:
        """Duration of the item's audio in ms."""
        return sum(map(len, self.pieces)) / BYTES_PER_MS

    @property
    def words(self) -> str:
        """What the item says, written or spoken."""
        return self.text or self.transcript


@dataclass(frozen=True, slots=True)
class Latency:
    """Ms from asking to what came. Asking is `response.create`, or the end of the user's speech as the VAD saw it."""

    created: float | None = None
    first_text: float | None = None
    """The first delta of text or transcript."""
    first_audio: float | None = None
    done: float | None = None


@dataclass(slots=True, eq=False)
class Response:
    """One response, as far as the server has told; it grows until `status` is no longer ``in_progress``."""

    id: str
    status: str = "in_progress"
    """Finally ``completed``, ``cancelled``, ``incomplete`` or ``failed``."""
    status_details: dict[str, Any] | None = None
    """Why it was cancelled, is incomplete or failed."""
    conversation_id: str | None = None
    """None for a response out of band."""
    items: list[Item] = field(default_factory=list, repr=False)
    usage: dict[str, Any] | None = field(default=None, repr=False)
    """Tokens, as the server counts them; None until it is done."""
    metadata: dict[str, Any] | None = None
    times: dict[Literal["asked", "created", "first_text", "first_audio", "done"], float] = field(
        default_factory=dict, repr=False
    )
    """Seconds on the log's clock."""

    @property
    def text(self) -> str:
        """The answer in words, whether it was written or spoken."""
        return " ".join(item.words for item in self.items if item.words)

    @property
    def transcript(self) -> str:
        """The spoken words; empty for an answer in writing."""
        return " ".join(item.transcript for item in self.items if item.transcript)

    @property
    def audio(self) -> NDArray[np.float32]:
        """The answer's audio, float32 of shape (samples,) at 24 kHz; empty for an answer in writing."""
        return pcm16_to_float(b"".join(piece for item in self.items for piece in item.pieces))

    @property
    def calls(self) -> list[Item]:
        """The function calls it makes."""
        return [item for item in self.items if item.type == "function_call"]

    @property
    def error(self) -> str | None:
        """What went wrong, where it failed."""
        details = (self.status_details or {}).get("error")
        return str(details.get("message") or details.get("code")) if isinstance(details, dict) else None

    @property
    def latency(self) -> Latency:
        """How long it took."""
        asked = self.times.get("asked")
        if asked is None:
            return Latency()
        return Latency(**{name: round((t - asked) * 1000, 1) for name, t in self.times.items() if name != "asked"})

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        said = repr(self.text) if self.text else self.error or "no words"
        heard = f", {len(self.audio) / RATE:.1f} s of audio" if len(self.audio) else ""
        calls = "".join(f", calls {call.name}({call.arguments})" for call in self.calls)
        return f"<Response {self.status}: {said}{heard}{calls}>"


class Conversation:
    """What the events of one connection add up to."""

    def __init__(self) -> None:
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
        self._appended: list[tuple[float, bytes]] = []  # (ms since the session's start, audio), until committed
        self._appended_ms = 0.0
        self._speech: dict[str, tuple[float, float]] = {}  # item -> start and end in ms of the session's audio
        self._sent_audio: dict[str, list[bytes]] = {}  # of items that this side sent, until the server has them

    def apply(self, event: Event) -> None:
        """Take an event in."""
        if handler := _HANDLERS.get(event.type):
            handler(self, event)

    # -- client events ----------------------------------------------------------------------------------------------

    def _append(self, event: Event) -> None:
        if event.pcm:
            self._appended.append((self._appended_ms, event.pcm))
            self._appended_ms += len(event.pcm) / BYTES_PER_MS

    def _clear(self, event: Event) -> None:
        self._appended.clear()

    def _item_create(self, event: Event) -> None:
        item = _dict(event, "item")
        if event.pcm and isinstance(item.get("id"), str):
            self._sent_audio[item["id"]] = [event.pcm]

    def _ask(self, event: Event) -> None:
        self._asked = event.t

    # -- the session and the items ----------------------------------------------------------------------------------

    def _session(self, event: Event) -> None:
        self.session = _dict(event, "session")

    def _added(self, event: Event) -> None:
        data = _dict(event, "item")
        if not isinstance(id_ := data.get("id"), str):
            return
        item = self.items.get(id_)
        if item is None:
            item = self.items[id_] = Item(id_, pieces=self._sent_audio.pop(id_, []))
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
            item.heard_ms = _number(event, "audio_end_ms")

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
            self._speech[id_] = (_number(event, "audio_start_ms"), float("inf"))

    def _speech_stopped(self, event: Event) -> None:
        self._asked = event.t
        if (id_ := _text(event, "item_id")) in self._speech:
            self._speech[id_] = (self._speech[id_][0], _number(event, "audio_end_ms"))

    def _committed(self, event: Event) -> None:
        if not isinstance(id_ := event.get("item_id"), str):
            return
        item = self.items.setdefault(id_, Item(id_, role="user"))
        item.pieces = self._cut(*self._speech.pop(id_, (0.0, float("inf"))))
        self._place(id_, event)

    def _cut(self, start: float, end: float) -> list[bytes]:
        """Take the appended audio from `start` to `end` (ms since the session's start); what was before is dropped."""
        pieces = []
        for at, pcm in self._appended:
            first = max(0, round((start - at) * BYTES_PER_MS / 2) * 2)
            last = len(pcm) if end == float("inf") else round((end - at) * BYTES_PER_MS / 2) * 2
            if first < len(pcm) and last > 0:
                pieces.append(pcm[first:last])
        self._appended = (
            []
            if end == float("inf")
            else [(at, pcm) for at, pcm in self._appended if at + len(pcm) / BYTES_PER_MS > end]
        )
        return pieces

    def _transcribing(self, event: Event) -> None:
        if item := self._item(event):
            item.transcript += _text(event, "delta")

    def _transcribed(self, event: Event) -> None:
        if item := self._item(event):
            item.transcript = _text(event, "transcript").strip()

    # -- responses --------------------------------------------------------------------------------------------------

    def _response_created(self, event: Event) -> None:
        data = _dict(event, "response")
        if not isinstance(id_ := data.get("id"), str):
            return
        response = self.responses[id_] = Response(id_, conversation_id=data.get("conversation_id"))
        response.metadata = data.get("metadata")
        if self._asked is not None:
            response.times["asked"], self._asked = self._asked, None
        response.times["created"] = event.t
        # The beta dialect of 2024 has no conversation_id: a missing one is the default conversation's.
        if data.get("conversation_id", ...) is not None:
            self.active = response

    def _response_done(self, event: Event) -> None:
        data = _dict(event, "response")
        response = self.responses.get(_text(data, "id"))
        if response is None:
            return
        response.status = str(data.get("status", "completed"))
        response.status_details = data.get("status_details")
        response.usage = data.get("usage")
        response.times["done"] = event.t
        for entry in _list(data, "output"):
            if isinstance(entry, dict) and (item := self.items.get(_text(entry, "id"))):
                _fill(item, entry)
        if self.active is response:
            self.active = None

    def _output_item(self, event: Event) -> None:
        data = _dict(event, "item")
        response = self.responses.get(_text(event, "response_id"))
        if response is None or not isinstance(id_ := data.get("id"), str):
            return
        item = self.items.setdefault(id_, Item(id_))
        _fill(item, data)
        if item not in response.items:
            response.items.append(item)

    def _text_delta(self, event: Event) -> None:
        self._mark(event, "first_text")
        if item := self._item(event):
            item.text += _text(event, "delta")

    def _transcript_delta(self, event: Event) -> None:
        self._mark(event, "first_text")
        if item := self._item(event):
            item.transcript += _text(event, "delta")

    def _audio_delta(self, event: Event) -> None:
        self._mark(event, "first_audio")
        if (item := self._item(event)) and event.pcm:
            item.pieces.append(event.pcm)

    def _text_done(self, event: Event) -> None:
        if item := self._item(event):
            item.text = _text(event, "text")

    def _transcript_done(self, event: Event) -> None:
        if item := self._item(event):
            item.transcript = _text(event, "transcript")

    def _arguments_delta(self, event: Event) -> None:
        if item := self._item(event):
            item.arguments += _text(event, "delta")

    def _arguments_done(self, event: Event) -> None:
        if item := self._item(event):
            item.arguments = _text(event, "arguments")

    def _mark(self, event: Event, what: Literal["first_text", "first_audio"]) -> None:
        if response := self.responses.get(_text(event, "response_id")):
            response.times.setdefault(what, event.t)


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
}


def _fill(item: Item, data: dict[str, Any]) -> None:
    """Take over what the server says of an item, keeping words that it does not repeat."""
    for name in ("type", "role", "status", "name", "call_id", "arguments", "output"):
        if isinstance(value := data.get(name), str) and value:
            setattr(item, name, value)
    parts = [part for part in _list(data, "content") if isinstance(part, dict)]
    item.text = " ".join(word for part in parts if (word := _text(part, "text"))) or item.text
    item.transcript = " ".join(word for part in parts if (word := _text(part, "transcript"))) or item.transcript


def _dict(event: dict[str, Any], name: str) -> dict[str, Any]:
    value = event.get(name)
    return value if isinstance(value, dict) else {}


def _text(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""


def _list(data: dict[str, Any], name: str) -> list[Any]:
    value = data.get(name)
    return value if isinstance(value, list) else []


def _number(data: dict[str, Any], name: str) -> float:
    value = data.get(name)
    return float(value) if isinstance(value, int | float) else 0.0
