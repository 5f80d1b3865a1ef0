"""One connection of a log, as the rules read it: rows by type, and what they add up to, each looked up once."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rt_notebook.audio import g711
from rt_notebook.log.eventlog import EventLog
from rt_notebook.protocol.dialect import GA_NAMES, SESSION_PATHS, ga_type, in_ga
from rt_notebook.protocol.fields import dict_at, value_at
from rt_notebook.protocol.sequence import GREETINGS, SENT, TRANSITIONS, Breach, Sequence

if TYPE_CHECKING:
    from rt_notebook.log.rules.levels import Levels
    from rt_notebook.protocol.catalog import Dialect

LAPSE = 5.0
"""Seconds in which a program that goes on goes on; what has not come after them was forgotten."""
_DELTAS = {
    "response.output_audio.delta",
    "response.output_audio_transcript.delta",
    "response.output_text.delta",
    "response.function_call_arguments.delta",
    "conversation.item.input_audio_transcription.delta",
}
"""Most of a log; the columns tell enough of them, so they are not parsed."""


@dataclass(slots=True)
class Call:
    """A function call."""

    id: str
    row: int
    """Where it was complete, or else where it was first heard of."""
    response: str | None = None
    name: str = ""
    arguments: str | None = None
    outputs: list[int] = field(default_factory=list)
    """Where the client gave its output."""


@dataclass(slots=True)
class Reply:
    """A response."""

    id: str
    created: int | None = None
    done: int | None = None
    status: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    default: bool = True
    """Whether it writes to the conversation, as far as anything tells."""


class Evidence:
    """The rows of one connection."""

    def __init__(self, log: EventLog, columns: dict[str, list[Any]], rows: range) -> None:
        self.log = log
        self.columns = columns
        self.t: list[float] = columns["t"]
        self.rows = rows
        self._by_kind: dict[tuple[str, str], list[int]] = {}
        self._kinds: list[str] = []
        names: dict[str, str] = {}
        types, directions = columns["type"], columns["direction"]
        for row in rows:
            wire = types[row]
            kind = names.get(wire) or names.setdefault(wire, ga_type(wire))
            self._kinds.append(kind)
            self._by_kind.setdefault((directions[row], kind), []).append(row)
        self._events: dict[int, dict[str, Any]] = {}
        self.wire_types = set(names)

    # -- rows -------------------------------------------------------------------------------------------------------

    def of(self, direction: str, *kinds: str) -> list[int]:
        """Return the rows of some types (GA names) in one direction, ascending."""
        if len(kinds) == 1:
            return self._by_kind.get((direction, kinds[0]), [])
        return sorted(row for kind in kinds for row in self._by_kind.get((direction, kind), ()))

    def sent(self) -> dict[str, list[int]]:
        """Return the types that the client sent, as on the wire, with their rows."""
        found: dict[str, list[int]] = {}
        for (direction, _), rows in self._by_kind.items():
            for row in rows if direction == "client" else ():
                found.setdefault(self.columns["type"][row], []).append(row)
        return found

    def event(self, row: int) -> dict[str, Any]:
        """Return an event in GA's shape."""
        found = self._events.get(row)
        if found is None:
            found = self.log[row]
            if self.dialect == "beta":
                found = in_ga(found)
            self._events[row] = found
        return found

    @cached_property
    def running(self) -> set[str]:
        """The calls whose tools still run, or wait for approval."""
        ids = self.columns["call_id"]
        begun = {ids[row] for row in self.of("local", "rt.tool.started", "rt.tool.waiting")}
        ended = (f"rt.tool.{how}" for how in ("done", "failed", "cancelled", "unsent"))
        return begun - {ids[row] for row in self.of("local", *ended)}

    @cached_property
    def unasked(self) -> set[str]:
        """The calls to which no answer is to be asked for: the user has stopped them, or their tool wants none."""
        ended = ((row, self.event(row)) for row in self.of("local", "rt.tool.done", "rt.tool.failed"))
        quiet = [row for row, event in ended if event.get("respond") is False or event.get("late")]
        return {self.columns["call_id"][row] for row in [*quiet, *self.of("local", "rt.tool.cancelled")]}

    def lapsed(self, row: int, seconds: float = LAPSE) -> bool:
        """Tell whether the connection went on for some seconds after a row."""
        return self.t[self.rows[-1]] - self.t[row] >= seconds

    @cached_property
    def dialect(self) -> Dialect:
        """The dialect on the wire."""
        for row in self.of("server", *GREETINGS, "session.updated"):
            session = dict_at(self.log[row], "session")
            if "audio" in session or "output_modalities" in session:
                return "ga"
            if session.keys() & SESSION_PATHS.keys():
                return "beta"
        beta = self.wire_types & (GA_NAMES.keys() - {"transcription_session.update"})
        return "beta" if beta else "ga"

    @cached_property
    def order(self) -> Sequence:
        """The connection's order, fed to its end."""
        sequence = Sequence()
        columns, directions = self.columns, self.columns["direction"]
        for row, kind in zip(self.rows, self._kinds, strict=True):
            event: dict[str, Any] = {"type": kind}
            if kind in _DELTAS:
                event |= {name: columns[name][row] for name in ("response_id", "item_id", "content_index")}
                event["delta"] = columns["text"][row]
            elif kind in TRANSITIONS or kind in SENT:
                event = self.event(row)
            sequence.feed(event, row, self.t[row], directions[row])
        return sequence

    @cached_property
    def breaches(self) -> list[Breach]:
        """What is wrong with the order."""
        return self.order.breaches()

    @property
    def lost(self) -> bool:
        """Whether the connection's beginning is missing."""
        return self.order.lost

    # -- the session ------------------------------------------------------------------------------------------------

    @cached_property
    def _settings(self) -> tuple[list[int], list[dict[str, Any]]]:
        rows = self.of("server", *GREETINGS, "session.updated")
        return rows, [dict_at(self.event(row), "session") for row in rows]

    def setting(self, row: int, *path: str) -> Any:
        """Return a setting as the server last reported it before a row; None where it told nothing."""
        rows, sessions = self._settings
        at = bisect_right(rows, row)
        return value_at(sessions[at - 1], *path) if at else None

    def known(self, row: int) -> bool:
        """Tell whether the settings that hold at a row are known."""
        rows, _ = self._settings
        return bool(rows) and rows[0] < row

    def turn_detection(self, row: int) -> dict[str, Any] | None:
        """Return how turns are detected at a row; None where they are not, or nothing tells."""
        found = self.setting(row, "audio", "input", "turn_detection")
        return found if isinstance(found, dict) else None

    def by_hand(self, row: int) -> bool:
        """Tell whether it is known that no turns are detected at a row."""
        sound = self.setting(row, "audio", "input")
        return isinstance(sound, dict) and "turn_detection" in sound and sound["turn_detection"] is None

    def bytes_per_ms(self, row: int, side: str = "input") -> int:
        """Return the bytes of a millisecond of sound: 48 of PCM16 at 24 kHz, 8 of G.711."""
        return 8 if str(self.setting(row, "audio", side, "format", "type")) in g711.LAWS else 48

    # -- the user's sound -------------------------------------------------------------------------------------------

    @cached_property
    def appended(self) -> dict[int, float]:
        """The rows that appended sound, ascending, and how much each, ms."""
        rows = self.of("client", "input_audio_buffer.append")
        return {row: len(pcm) / self.bytes_per_ms(row) for row in rows if (pcm := self.log.pcm(row))}

    @cached_property
    def levels(self) -> Levels:
        """How loud the user's sound is, and what it looks like."""
        from rt_notebook.log.rules.levels import measure

        return measure(self)

    # -- what refers to what ----------------------------------------------------------------------------------------

    @cached_property
    def _refusals(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for row in self.of("server", "error"):
            event_id = dict_at(self.event(row), "error").get("event_id")
            if isinstance(event_id, str):
                found.setdefault(event_id, []).append(row)
        return found

    def refusals(self, row: int) -> list[int]:
        """Return the rows of the errors with which the server answered a client event."""
        return [error for error in self._refusals.get(self.columns["event_id"][row] or "", ()) if error > row]

    def refused_for(self, code: str) -> Iterator[tuple[list[int], dict[str, Any]]]:
        """Yield the errors with a code: rows (those of what was refused, and its own) and the error object."""
        sent = {id_: row for row in self.rows if (id_ := self._sent_id(row))}
        for row in self.of("server", "error"):
            error = dict_at(self.event(row), "error")
            if error.get("code") == code:
                request = sent.get(error["event_id"]) if isinstance(error.get("event_id"), str) else None
                yield ([row] if request is None else [request, row]), error

    def _sent_id(self, row: int) -> str | None:
        if self.columns["direction"][row] != "client":
            return None
        id_: str | None = self.columns["event_id"][row]
        return id_

    # -- items, responses, calls ------------------------------------------------------------------------------------

    @cached_property
    def roles(self) -> dict[str, str]:
        """Item id -> its role, or its type where it is no message; of all items that were ever told of."""
        found: dict[str, str] = {}
        told = ("conversation.item.added", "conversation.item.done", "response.output_item.added")
        rows = [
            *self.of("server", *told, "conversation.item.retrieved"),
            *self.of("client", "conversation.item.create"),
        ]
        for row in rows:
            item = dict_at(self.event(row), "item")
            role = item.get("role") or item.get("type")
            if isinstance(id_ := item.get("id"), str) and isinstance(role, str):
                found.setdefault(id_, role)
        for row in self.of("server", "input_audio_buffer.committed", "input_audio_buffer.speech_started"):
            found.setdefault(self.columns["item_id"][row] or "", "user")
        return found

    @cached_property
    def sound(self) -> dict[str, list[tuple[int, float]]]:
        """Item id -> the assistant's sound that came, as rows and ms; an item whose sound was not kept is left out."""
        found: dict[str, list[tuple[int, float]]] = {}
        unknown = set()
        ids = self.columns["item_id"]
        for row in self.of("server", "response.output_audio.delta"):
            pcm = self.log.pcm(row)
            if not pcm:
                unknown.add(ids[row])
            elif ids[row] is not None:
                found.setdefault(ids[row], []).append((row, len(pcm) / self.bytes_per_ms(row, "output")))
        return {id_: pieces for id_, pieces in found.items() if id_ not in unknown}

    @cached_property
    def responses(self) -> dict[str, Reply]:
        """The responses by id."""
        found: dict[str, Reply] = {}
        for row in self.of("server", "response.created", "response.done"):
            event = self.event(row)
            response = dict_at(event, "response")
            if not isinstance(id_ := response.get("id"), str):
                continue
            reply = found.setdefault(id_, Reply(id_))
            reply.default = response.get("conversation_id", ...) is not None
            if event["type"] == "response.created":
                reply.created = row if reply.created is None else reply.created
            else:
                reply.done, reply.details = row, dict_at(response, "status_details")
                reply.status = str(response.get("status") or "")
        return found

    @cached_property
    def calls(self) -> dict[str, Call]:
        """The function calls by their `call_id`, with their outputs."""
        found: dict[str, Call] = {}
        for row in self.of(
            "server",
            *("response.output_item.added", "response.output_item.done", "conversation.item.added"),
            "response.function_call_arguments.done",
        ):
            event = self.event(row)
            item = event if "arguments" in event else dict_at(event, "item")
            if isinstance(id_ := item.get("call_id"), str) and item.get("type") != "function_call_output":
                call = found.setdefault(id_, Call(id_, row))
                call.response = self.columns["response_id"][row] or call.response
                call.name = str(item.get("name") or call.name)
                if event["type"].endswith(".done"):
                    call.row = row
                    arguments = item.get("arguments")
                    call.arguments = arguments if isinstance(arguments, str) else call.arguments
        for row in self.of("client", "conversation.item.create"):
            item = dict_at(self.event(row), "item")
            if not isinstance(id_ := item.get("call_id"), str):
                continue
            if item.get("type") == "function_call":
                found.setdefault(id_, Call(id_, row))
            elif item.get("type") == "function_call_output" and id_ in found:
                found[id_].outputs.append(row)
        return found

    @cached_property
    def requests(self) -> list[int]:
        """The rows of the client's `response.create` for the default conversation."""
        rows = self.of("client", "response.create")
        return [row for row in rows if dict_at(self.event(row), "response").get("conversation") != "none"]

    @cached_property
    def busy(self) -> dict[int, str]:
        """Of those requests: the response that was being made in the default conversation when they were sent."""
        marks: list[tuple[int, str, str]] = [(row, "asked", "") for row in self.requests]
        made = [reply for reply in self.responses.values() if reply.default and reply.created is not None]
        last = max((reply.created or 0 for reply in made), default=0)
        for reply in made:
            # Where another one began since, one without an end was not: that is told by itself.
            if reply.created is not None and (reply.done is not None or reply.created == last):
                marks.append((reply.created, "begun", reply.id))
                marks += [(reply.done, "done", reply.id)] if reply.done is not None else []
        found, active = {}, dict[str, None]()
        for row, what, id_ in sorted(marks):
            if what == "begun":
                active[id_] = None
            elif what == "done":
                active.pop(id_, None)
            elif active:
                found[row] = next(reversed(active))
        return found


def last_before(rows: list[int], row: int) -> int | None:
    """Return the last of ascending rows that is before another one."""
    at = bisect_left(rows, row)
    return rows[at - 1] if at else None


def any_between(rows: list[int], after: int, before: int | float = math.inf) -> bool:
    """Tell whether any of ascending rows lies between two others."""
    at = bisect_right(rows, after)
    return at < len(rows) and rows[at] < before


def connections(log: EventLog) -> Iterator[Evidence]:
    """Yield the connections of a log, one after the other.

    A new one begins where the number changes, where one is opened, and at a second `session.created`.
    """
    columns = log.columns()
    numbers, types = columns["connection"], columns["type"]
    first, greeted = 0, False
    for row, (number, type_) in enumerate(zip(numbers, types, strict=True)):
        greeting = type_ in GREETINGS and columns["direction"][row] == "server"
        if row > first and (number != numbers[row - 1] or type_ == "rt.connection.opened" or (greeting and greeted)):
            yield Evidence(log, columns, range(first, row))
            first, greeted = row, False
        greeted |= greeting
    if types:
        yield Evidence(log, columns, range(first, len(types)))
