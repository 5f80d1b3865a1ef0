"""Rules of what a client may send, and of what the server says to it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rt_notebook.log.rules.finding import CLIENT_EVENTS, SERVER_EVENTS, Hit, rule
from rt_notebook.protocol.catalog import CATALOG, types
from rt_notebook.protocol.fields import dict_at

if TYPE_CHECKING:
    from rt_notebook.log.rules.evidence import Evidence


@rule(
    "unknown-client-event",
    "error",
    "Look the name up: `rt.explain(...)` knows all events, and `rt.check(event)` says what is wrong with one.",
    CLIENT_EVENTS.rstrip("/"),
)
def unknown_client_event(evidence: Evidence) -> Iterator[Hit]:
    """Find a client event that there is not, in this dialect."""
    known = types("client", evidence.dialect)
    for name, rows in evidence.sent().items():
        if name in known or (name in CATALOG and CATALOG[name].direction == "server"):
            continue
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        hint = f"; the nearest is {near[0]!r}" if near else ""
        told = [row for sent in rows for row in (sent, *evidence.refusals(sent))]
        yield Hit(told, f"there is no client event {name!r} in the {evidence.dialect} dialect{hint}")


@rule("server-event-sent", "error", "Only the server sends it: what did you want it to do?", CLIENT_EVENTS.rstrip("/"))
def server_event_sent(evidence: Evidence) -> Iterator[Hit]:
    """Find a server event that the client sent."""
    for name, rows in evidence.sent().items():
        if name in CATALOG and CATALOG[name].direction == "server":
            told = [row for sent in rows for row in (sent, *evidence.refusals(sent))]
            yield Hit(told, f"the client sent {name}, which only the server sends")


@rule(
    "event-id-reused",
    "warning",
    "Give each event an event_id of its own, or none: errors refer to it. `session.send()` gives one by itself.",
    CLIENT_EVENTS.rstrip("/"),
)
def event_id_reused(evidence: Evidence) -> Iterator[Hit]:
    """Find two client events with one `event_id`."""
    seen: dict[str, list[int]] = {}
    ids = evidence.columns["event_id"]
    for rows in evidence.sent().values():
        for row in rows:
            if ids[row] is not None:
                seen.setdefault(ids[row], []).append(row)
    for id_, rows in seen.items():
        if len(rows) > 1:
            yield Hit(rows, f"{len(rows)} events were sent with the event_id {id_}")


@rule("unreadable", "error", "Whatever sent it does not speak the protocol; the row's raw bytes: `log.raw(row)`.")
def unreadable(evidence: Evidence) -> Iterator[Hit]:
    """Find what the server sent and is no JSON object."""
    for direction in ("server", "client"):
        for row in evidence.of(direction, "rt.unreadable"):
            why = evidence.columns["error"][row] or "no JSON object"
            yield Hit([row], f"the {direction} sent something that is no event: {why}")


@rule(
    "transcription-failed", "warning", "The conversation goes on without the words; the error says why.", SERVER_EVENTS
)
def transcription_failed(evidence: Evidence) -> Iterator[Hit]:
    """Find a turn of the user's that could not be written down."""
    for row in evidence.of("server", "conversation.item.input_audio_transcription.failed"):
        why = evidence.columns["error"][row] or "the server does not say why"
        yield Hit([row], f"the item {evidence.columns['item_id'][row]} could not be transcribed: {why.rstrip('.')}")


@rule("callback-failed", "warning", "Mend the callback; the session went on without it.")
def callback_failed(evidence: Evidence) -> Iterator[Hit]:
    """Find a callback that raised an exception."""
    for row in evidence.of("local", "rt.callback.failed"):
        lines = (evidence.columns["error"][row] or "no text").strip().splitlines()
        yield Hit([row], f"a callback raised: {lines[-1].rstrip('.')}")


def errors(evidence: Evidence, explained: set[int]) -> Iterator[Hit]:
    """Yield the server's errors that no other rule explains."""
    sent = {id_: row for rows in evidence.sent().values() for row in rows if (id_ := evidence.columns["event_id"][row])}
    for row in evidence.of("server", "error"):
        if row in explained:
            continue
        error = dict_at(evidence.event(row), "error")
        request = sent.get(error["event_id"]) if isinstance(error.get("event_id"), str) else None
        what = "" if request is None else f" to {evidence.columns['type'][request]} (row {request})"
        code = error.get("code") or error.get("type") or "error"
        message = str(error.get("message") or evidence.columns["error"][row] or "no message").rstrip(".")
        yield Hit([row] if request is None else [request, row], f"the server answered{what}: {code}: {message}")
