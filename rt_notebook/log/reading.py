"""One pass over a log that finds out who said what, which response answers it, when, and what is billed for it.

Turns, tables and metrics are read out of its result. Most rows of a log are deltas and sound, of which the columns
tell enough; the others are parsed once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from rt_notebook.log.answering import Connection
from rt_notebook.log.records import Answer, Bill, Said
from rt_notebook.log.store import EventStore
from rt_notebook.log.turns import Turn
from rt_notebook.protocol.conversation import REMOTE
from rt_notebook.protocol.dialect import ga_type, in_ga
from rt_notebook.protocol.event import Event
from rt_notebook.protocol.fields import dict_at, text_at

_PARSED = {
    *("session.created", "session.updated", "response.create", "conversation.item.create", "error"),
    *("conversation.item.added", "conversation.item.done", "conversation.item.retrieved", "conversation.item.deleted"),
    *("conversation.item.truncated", "conversation.item.input_audio_transcription.completed"),
    *("input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped", "input_audio_buffer.committed"),
    *("response.created", "response.done", "response.output_item.added", "response.output_item.done"),
    *("rt.connection.opened", "rt.playback.flushed"),
    *REMOTE,
}
"""Of these more matters than the columns have."""
_WORDS = {
    "response.output_text.delta": "delta",
    "response.output_text.done": "text",
    "response.output_audio_transcript.delta": "delta",
    "response.output_audio_transcript.done": "transcript",
    "response.function_call_arguments.delta": "delta",
    "response.function_call_arguments.done": "arguments",
    "response.mcp_call_arguments.delta": "delta",
    "response.mcp_call_arguments.done": "arguments",
    "conversation.item.input_audio_transcription.delta": "delta",
}
"""Of these the column `text` is a field."""
_BARE = {
    *("input_audio_buffer.append", "input_audio_buffer.cleared", "response.output_audio.delta", "response.cancel"),
    *("rt.playback.started", "rt.playback.finished", "rt.playback.stop"),
}
"""Of these the columns have all that matters."""


@dataclass(slots=True)
class Reading:
    """What a log adds up to."""

    turns: list[Turn] = field(default_factory=list)
    """In the order in which they were answered; one that is not answered is the last of its connection."""
    answers: list[Answer] = field(default_factory=list)
    """The responses, in the order in which they began."""
    items: list[Said] = field(default_factory=list)
    """Connection by connection, in the conversation's order; those that left it, or never were in it, behind."""
    bills: list[Bill] = field(default_factory=list)


_kept: WeakKeyDictionary[EventStore, tuple[int, Reading]] = WeakKeyDictionary()
"""Each log's length when it was last read, and what it added up to then."""


def read(log: EventStore) -> Reading:
    """Read a log in either dialect, linear in its rows; it may grow, hold anything, and begin and end anywhere.

    Until it has grown it is the same reading, which nobody may change.
    """
    length = len(log)
    kept = _kept.get(log)
    if kept is None or kept[0] != length:
        kept = _kept[log] = (length, _read(log))
    return kept[1]


def _read(log: EventStore) -> Reading:
    reading = Reading()
    connection: Connection | None = None
    columns = log.columns()
    apart = _out_of_band(log, columns)
    for event, number in _rows(log, columns):
        begins = event.type == "session.created" and connection is not None and connection.greeted
        if connection is None or number != connection.number or begins:
            _finish(reading, connection)
            connection = Connection(number, apart)
        connection.apply(event)
    _finish(reading, connection)
    for position, turn in enumerate(reading.turns):
        turn.number = position + 1
        turn.rows = _rows_of(log, columns, turn)
    if log.is_timeless:
        _forget_times(reading)
    return reading


_TIMES = {
    *("speech_start", "speech_end", "stopped", "committed", "added", "transcribed", "told"),
    *("asked", "created", "first_text", "first_audio", "done", "ended", "interrupted", "heard", "over"),
}


def _forget_times(reading: Reading) -> None:
    """Leave of a log that tells no times what it tells: who said what, in which order."""
    noted: list[Any] = [*reading.turns, *reading.answers, *reading.items]
    for each in noted:
        for name in _TIMES.intersection(each.__slots__):
            setattr(each, name, None)
    for bill in reading.bills:
        bill.t = float("nan")


def _finish(reading: Reading, connection: Connection | None) -> None:
    if connection is None:
        return
    connection.finish()
    reading.turns += connection.turns
    reading.answers += connection.answers.values()
    reading.items += connection.in_order()
    reading.bills += connection.bills
    for bill in connection.bills:
        if bill.turn and bill.usage is not None:
            bill.turn.usage.append(bill.usage)


def _rows(log: EventStore, columns: dict[str, list[Any]]) -> Iterator[tuple[Event, int]]:
    """Yield the rows that matter here in GA's shape, each with the number of its connection."""
    names = ("item_id", "response_id", "content_index", "audio_ms")
    known = {wire: ga_type(wire) for wire in set(columns["type"])}
    told = zip(*(columns[name] for name in ("type", "t", "direction", "connection", *names)), strict=True)
    for index, (wire, t, direction, number, item, response, part, audio_ms) in enumerate(told):
        type_ = known[wire]
        if type_ in _PARSED:
            yield _parsed(log, index), number
        elif type_ in _BARE or type_ in _WORDS:
            data = {
                "type": type_,
                "item_id": item,
                "response_id": response,
                "content_index": part,
                "audio_ms": audio_ms,
            }
            if word := _WORDS.get(type_):
                data[word] = columns["text"][index] or ""
            yield Event(data, index=index, t=t, direction=direction), number


def _parsed(log: EventStore, index: int) -> Event:
    wire = log[index]
    event = in_ga(wire)
    if wire.type.startswith("transcription_session."):
        event["session"] = dict_at(event, "session") | {"type": "transcription"}
    return event


def _out_of_band(log: EventStore, columns: dict[str, list[Any]]) -> set[str]:
    """Return the ids of the responses that say that they are in no conversation: of one that is cut only its end."""
    rows = (index for index, type_ in enumerate(columns["type"]) if type_ in ("response.created", "response.done"))
    told = (dict_at(log[index], "response") for index in rows)
    return {
        id_
        for response in told
        if response.get("conversation_id", ...) is None and (id_ := text_at(response, "id")) is not None
    }


_LATER = {
    *("conversation.item.delete", "conversation.item.deleted"),
    *("conversation.item.retrieve", "conversation.item.retrieved"),
}
"""What may happen to an item long after its turn."""


def _rows_of(log: EventStore, columns: dict[str, list[Any]], turn: Turn) -> list[int]:
    found = set(turn.rows)
    for item in (*turn.user_items, *turn.items):
        found.update(log.rows(item=item))
    for response in turn.responses:
        found.update(log.rows(response=response))
    for call in turn.calls:
        found.update(log.rows(call=call))
    length, connections = len(columns["t"]), columns["connection"]
    found = {row for row in found if row < length and connections[row] == turn.connection}
    during = [row for row in found if columns["type"][row] not in _LATER]
    if during:
        ids = [columns[name] for name in ("item_id", "response_id", "call_id")]
        span = range(min(during), max(during))
        found.update(row for row in span if all(column[row] is None for column in ids))
    return sorted(found)
