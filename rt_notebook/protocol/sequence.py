"""What may follow what on one connection: events in, illegal sequences out. No I/O, no clock.

Everything that an event can be about (the connection, a response, an item of it, a content part, an item of the
conversation, a stretch of speech) is in one of a few states; `TRANSITIONS` says which events move it, and from where.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rt_notebook.protocol.fields import value_at

Key = tuple[object, ...]

_NEW, _OPEN, _DONE = "new", "open", "done"
GREETINGS = ("session.created", "transcription_session.created")
"""The events, one of which a server begins a connection with; both dialects' names."""
_ENDINGS = ("rt.connection.closed", "rt.connection.lost")
CANCEL_SECONDS = 5.0
"""A cancelled response ends at once; after so many seconds without its end, none will come."""
STALL_SECONDS = 60.0
"""So long after its last event, a response that has not ended will not."""


@dataclass(frozen=True, slots=True)
class Breach:
    """An illegal sequence."""

    rule: str
    """Such as ``unknown-response``."""
    rows: tuple[int, ...]
    """Where: what each event was fed with."""
    reason: str
    """What happened, with ids."""


@dataclass(frozen=True, slots=True)
class _Move:
    """What an event does to one of the things that it is about."""

    kind: str
    before: tuple[str, ...]
    """The states that it may be in."""
    after: str
    """The state that it is in then."""


_ANNOUNCED = "announced"  # of an item: spoken of, and still to be added
_ALL_OF = (_NEW, _ANNOUNCED, _OPEN, _DONE)
_IN_RESPONSE = _Move("response", (_OPEN,), _OPEN)
_IN_OUTPUT = (_IN_RESPONSE, _Move("output", (_OPEN,), _OPEN))
_IN_PART = (*_IN_OUTPUT, _Move("part", (_OPEN,), _OPEN))
_KNOWN_ITEM = (_Move("item", (_OPEN, _DONE), _OPEN),)

TRANSITIONS: Mapping[str, tuple[_Move, ...]] = {
    "response.created": (_Move("response", (_NEW,), _OPEN),),
    "response.done": (_Move("response", (_OPEN,), _DONE),),
    "response.output_item.added": (_IN_RESPONSE, _Move("output", (_NEW,), _OPEN)),
    "response.output_item.done": (_IN_RESPONSE, _Move("output", (_OPEN,), _DONE)),
    "response.content_part.added": (*_IN_OUTPUT, _Move("part", (_NEW,), _OPEN)),
    "response.content_part.done": (*_IN_OUTPUT, _Move("part", (_OPEN,), _DONE)),
    "response.output_text.delta": _IN_PART,
    "response.output_text.done": _IN_PART,
    "response.output_audio.delta": _IN_PART,
    "response.output_audio.done": _IN_PART,
    "response.output_audio_transcript.delta": _IN_PART,
    "response.output_audio_transcript.done": _IN_PART,
    "response.function_call_arguments.delta": _IN_OUTPUT,
    "response.function_call_arguments.done": _IN_OUTPUT,
    "response.mcp_call_arguments.delta": _IN_OUTPUT,
    "response.mcp_call_arguments.done": _IN_OUTPUT,
    # An item is heard of first in its speech, its commit, or when it is added; `_DONE` is deleted.
    "input_audio_buffer.speech_started": (_Move("speech", (_NEW,), _OPEN), _Move("item", _ALL_OF, _ANNOUNCED)),
    "input_audio_buffer.speech_stopped": (_Move("speech", (_OPEN,), _DONE),),
    "input_audio_buffer.committed": (_Move("item", _ALL_OF, ""),),
    "input_audio_buffer.timeout_triggered": (_Move("item", _ALL_OF, _ANNOUNCED),),
    "conversation.item.created": (_Move("item", _ALL_OF, _ANNOUNCED),),  # beta's name, beside GA's
    "conversation.item.added": (_Move("item", (_NEW, _ANNOUNCED, _DONE), _OPEN),),
    "conversation.item.done": _KNOWN_ITEM,
    "conversation.item.truncated": _KNOWN_ITEM,
    "conversation.item.deleted": (_Move("item", (_OPEN,), _DONE),),
    "conversation.item.input_audio_transcription.delta": (_Move("item", (_OPEN, _DONE, _ANNOUNCED), ""),),
    "conversation.item.input_audio_transcription.segment": (_Move("item", (_OPEN, _DONE, _ANNOUNCED), ""),),
    "conversation.item.input_audio_transcription.completed": (_Move("item", (_OPEN, _DONE, _ANNOUNCED), ""),),
    "conversation.item.input_audio_transcription.failed": (_Move("item", (_OPEN, _DONE, _ANNOUNCED), ""),),
}
"""Event type (GA) -> what it moves. An empty `after` leaves the state as it is."""

SENT = ("response.create", "response.cancel")
"""The client events that matter to the order of the server's."""

_WORDS = {
    "response": "the response",
    "output": "the response's item",
    "part": "the content part",
    "item": "the item",
    "speech": "the speech of item",
}
_RULES = {"output": "item"}
_OPENER = {
    "response": "response.created",
    "output": "response.output_item.added",
    "part": "response.content_part.added",
    "item": "conversation.item.added",
    "speech": "input_audio_buffer.speech_started",
}
_DELTAS = {
    "response.output_text.delta": "response.output_text.done",
    "response.output_audio_transcript.delta": "response.output_audio_transcript.done",
    "response.function_call_arguments.delta": "response.function_call_arguments.done",
    "response.mcp_call_arguments.delta": "response.mcp_call_arguments.done",
}
_WHOLE = {
    "response.output_text.done": "text",
    "response.output_audio_transcript.done": "transcript",
    "response.function_call_arguments.done": "arguments",
    "response.mcp_call_arguments.done": "arguments",
}
_SOUNDING = ("response.output_audio.delta", "response.output_audio_transcript.delta")


@dataclass(slots=True)
class _Running:
    """A response that has begun."""

    id: str
    default: bool | None
    """Whether it writes to the conversation; None where nothing tells."""
    created: int
    modalities: list[Any] | None
    last: tuple[int, float]
    """Position and time of its last event."""
    open_items: set[str] = field(default_factory=set)
    successor: int | None = None
    """Position at which another one began in the conversation, though this one had not ended."""
    cancelled: tuple[int, float] | None = None


class Sequence:
    """The order of one connection's events; `feed` takes them one by one, `breaches` tells what was wrong so far.

    A connection whose beginning is missing (no `rt.connection.opened`, no `session.created`) is not held to what may
    have been said before: what is heard of for the first time is taken as known.
    """

    def __init__(self) -> None:
        self._states: dict[tuple[str, Key], str] = {}
        self._found: dict[tuple[str, Key], tuple[list[int], str]] = {}
        self._opened = False
        self._greeted = False
        self.lost = False
        """Whether the connection's beginning is missing."""
        self._closed: int | None = None
        self._running: dict[str, _Running] = {}
        self._spoken: dict[Key, list[str]] = {}
        """The deltas so far, by what they add up to."""
        self._beside = 0
        """Responses out of band that were asked for and have not begun."""
        self._now = 0.0

    @property
    def active(self) -> str | None:
        """The id of the response that is being made in the default conversation."""
        running = [each.id for each in self._running.values() if each.default is not False and each.successor is None]
        return running[-1] if running else None

    def feed(self, event: Mapping[str, Any], row: int, t: float, direction: str) -> None:
        """Take an event in.

        Parameters
        ----------
        event
            In GA's shape.
        row
            What a breach names it by.
        t
            Seconds, on any clock.
        direction
            ``"client"``, ``"server"`` or ``"local"``.
        """
        self._now = t
        type_ = event.get("type")
        if not isinstance(type_, str):
            return
        if direction == "local":
            self._opened |= type_ == "rt.connection.opened"
            if type_ in _ENDINGS and self._closed is None:
                self._closed = row
            return
        if self._closed is not None:
            self._breach("after-close", (), row, f"{type_} stands after the connection's end (row {self._closed})")
        elif direction == "client":
            self._ask(event, type_, row)
        else:
            self._greet(type_, row)
            if self._move(event, type_, row) and (handler := _HANDLERS.get(type_)):
                handler(self, event, type_, row)

    def breaches(self) -> list[Breach]:
        """Return what was found so far, each thing once, with all its rows."""
        found = [Breach(rule, tuple(rows), reason) for (rule, _), (rows, reason) in self._found.items()]
        return found + [breach for running in self._running.values() if (breach := self._unended(running))]

    # -- client events ----------------------------------------------------------------------------------------------

    def _ask(self, event: Mapping[str, Any], type_: str, row: int) -> None:
        if type_ == "response.create":
            self._beside += value_at(event, "response", "conversation") == "none"
        elif type_ == "response.cancel":
            named = event.get("response_id")
            running = self._running.get(named if isinstance(named, str) else self.active or "")
            if running is not None and running.cancelled is None:
                running.cancelled = (row, self._now)

    # -- server events ----------------------------------------------------------------------------------------------

    def _greet(self, type_: str, row: int) -> None:
        if self._greeted:
            return
        self._greeted = True
        if type_ in GREETINGS or type_ == "error":
            return
        if self._opened:
            self._breach("first-event", (), row, f"the first event of the connection is {type_}, not session.created")
        else:
            self.lost = True

    def _move(self, event: Mapping[str, Any], type_: str, row: int) -> bool:
        """Move all that the event is about; tell whether it was right."""
        for move in TRANSITIONS.get(type_, ()):
            key = _key(move.kind, event)
            if key is None:
                continue
            place = (move.kind, key)
            state = self._states.get(place, _NEW)
            if state not in move.before and not (self.lost and state == _NEW):
                self._misplaced(move, key, state, type_, row)
                if state == _NEW or (state == _DONE and _NEW not in move.before):
                    return False
            if move.after:
                self._states[place] = move.after
            elif state == _NEW:
                self._states[place] = _ANNOUNCED
        if running := self._running.get(_response_id(event)):
            running.last = (row, self._now)
        return True

    def _misplaced(self, move: _Move, key: Key, state: str, type_: str, row: int) -> None:
        what, name = _WORDS[move.kind], _RULES.get(move.kind, move.kind)
        told = " ".join(str(part) for part in key)
        if move.kind == "speech":
            self._breach("speech-order", key, row, f"{type_} of {told} does not fit: {_SPEECH[state]}")
        elif state in (_OPEN, _ANNOUNCED) or _NEW in move.before:
            self._breach(f"{name}-twice", key, row, f"{type_} tells of {what} {told} a second time")
        elif state == _NEW:
            reason = f"{type_} is about {what} {told}, for which there was no {_OPENER[move.kind]}"
            self._breach(f"unknown-{name}", key, row, reason)
        else:
            self._breach(f"after-{name}-done", key, row, f"{type_} is about {what} {told}, which is over")

    def _created(self, event: Mapping[str, Any], type_: str, row: int) -> None:
        response_id = _response_id(event)
        if not response_id:
            return
        response = event["response"]
        modalities = response.get("output_modalities")
        default: bool | None = response.get("conversation_id") is not None
        if "conversation_id" not in response:  # as of 2024: only who asked knows
            default = None
        if default is not True and self._beside:
            self._beside -= 1
            default = False
        if default is not False:
            for other in self._running.values():
                if other.default is not False and other.successor is None:
                    other.successor = row
        modalities = modalities if isinstance(modalities, list) else None
        self._running[response_id] = _Running(response_id, default, row, modalities, (row, self._now))

    def _done(self, event: Mapping[str, Any], type_: str, row: int) -> None:
        running = self._running.pop(_response_id(event), None)
        if running is None:
            return
        if running.successor is not None:
            self._two(running, row)
        if value_at(event, "response", "status") == "completed" and running.open_items:
            items = ", ".join(sorted(running.open_items))
            reason = f"the response {running.id} is completed, but its item {items} has no response.output_item.done"
            self._breach("unfinished-item", (running.id,), row, reason)

    def _item_added(self, event: Mapping[str, Any], type_: str, row: int) -> None:
        running, key = self._running.get(_response_id(event)), _key("output", event)
        if running is None or key is None:
            return
        if type_ == "response.output_item.added":
            running.open_items.add(str(key[0]))
            self._spoken = {at: deltas for at, deltas in self._spoken.items() if at[1] != key[0]}
        else:
            running.open_items.discard(str(key[0]))

    def _delta(self, event: Mapping[str, Any], type_: str, row: int) -> None:
        running = self._running.get(_response_id(event))
        if running is not None:
            if running.successor is not None:
                self._two(running, row)
            if type_ in _SOUNDING and running.modalities == ["text"]:
                reason = f"the response {running.id} is to be text, and {type_} came"
                self._breach("wrong-modality", (running.id,), row, reason)
        if (done := _DELTAS.get(type_)) and isinstance(delta := event.get("delta"), str):
            self._spoken.setdefault((done, event.get("item_id"), _index(event)), []).append(delta)

    def _whole(self, event: Mapping[str, Any], type_: str, row: int) -> None:
        key = (type_, event.get("item_id"), _index(event))
        deltas, whole = self._spoken.pop(key, None), event.get(_WHOLE[type_])
        if deltas is None or self.lost or not isinstance(whole, str):
            return
        told = "".join(deltas)
        if told.strip() != whole.strip():
            reason = (
                f"the deltas of item {event.get('item_id')} add up to {len(told)} characters, "
                f"{type_} has {len(whole)} or others"
            )
            self._breach("deltas-differ", key, row, reason)

    def _cleared(self, event: Mapping[str, Any], type_: str, row: int) -> None:
        for place in [place for place, state in self._states.items() if place[0] == "speech" and state == _OPEN]:
            self._states[place] = _DONE

    # -- what is told -----------------------------------------------------------------------------------------------

    def _two(self, running: _Running, row: int) -> None:
        reason = (
            f"the response {running.id} goes on, though another one began in the conversation (row {running.successor})"
        )
        self._breach("two-responses", (running.id,), row, reason)

    def _unended(self, running: _Running) -> Breach | None:
        """Return the breach of a response that has no `response.done` and will get none."""
        if ("two-responses", (running.id,)) in self._found:
            return None
        if running.successor is not None:
            why, row = "another one has begun", running.successor
        elif running.cancelled is not None and self._now - running.cancelled[1] >= CANCEL_SECONDS:
            why, row = f"it was cancelled {self._now - running.cancelled[1]:.0f} s ago", running.cancelled[0]
        elif self._now - running.last[1] >= STALL_SECONDS:
            why, row = f"nothing has come of it for {self._now - running.last[1]:.0f} s", running.last[0]
        else:
            return None
        reason = f"the response {running.id} has no response.done, and {why}"
        return Breach("response-without-done", (running.created, row), reason)

    def _breach(self, rule: str, key: Key, row: int, reason: str) -> None:
        self._found.setdefault((rule, key), ([], reason))[0].append(row)


_SPEECH = {_NEW: "it never began", _OPEN: "it had begun already", _DONE: "it was over"}

_Handler = Callable[[Sequence, Mapping[str, Any], str, int], None]
_HANDLERS: Mapping[str, _Handler] = {
    "response.created": Sequence._created,
    "response.done": Sequence._done,
    "response.output_item.added": Sequence._item_added,
    "response.output_item.done": Sequence._item_added,
    "response.output_audio.delta": Sequence._delta,
    "input_audio_buffer.cleared": Sequence._cleared,
    **dict.fromkeys(_DELTAS, Sequence._delta),
    **dict.fromkeys(_WHOLE, Sequence._whole),
}


def _key(kind: str, event: Mapping[str, Any]) -> Key | None:
    """Return the name of what an event is about, None where it does not tell."""
    if kind == "response":
        return (response_id,) if (response_id := _response_id(event)) else None
    item = event.get("item_id") or value_at(event, "item", "id")
    if not isinstance(item, str):
        return None
    return (item, _index(event)) if kind == "part" else (item,)


def _response_id(event: Mapping[str, Any]) -> str:
    found = event.get("response_id") or value_at(event, "response", "id")
    return found if isinstance(found, str) else ""


def _index(event: Mapping[str, Any]) -> int:
    index = event.get("content_index")
    return index if isinstance(index, int) else 0
