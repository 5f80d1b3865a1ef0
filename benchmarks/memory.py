"""What an hour of talking both ways keeps in memory, and what a row of a very long log costs.

    python -m benchmarks.memory [--minutes 60] [--events 1000000]

First an hour: 40 ms of sound appended at a time, and meanwhile 100 ms of sound and a word answered at a time, each
event through a session's wire into log and conversation, as fast as they go. Every byte of sound differs from all
others. `grown` is by how much the process's resident memory (RSS) has grown since the session was opened, with the
conversation kept and nothing read.

Then events without sound, again through the wire: at a quarter, a half and all of them what has grown by then, in
bytes a row, and how long they took. Then at the same sizes the first `df`, one after 100 more events, the turns, and
the rows of an item.

Times are the processor's, so that what else the machine does costs nothing. Each part runs in a process of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import psutil

from rt_notebook.log.eventlog import EventLog
from rt_notebook.protocol.event import encode_audio
from rt_notebook.session.transport import TransportClosedError
from rt_notebook.session.wire import Wire

_CHUNK = 40
_DELTA = 100
"""ms"""
_MS = 48
"""Bytes of PCM16 in a millisecond."""
_ANSWER = 300
"""Deltas of sound in a response: 30 s."""
_SESSION = {"type": "realtime", "id": "sess_1", "model": "gpt-realtime"}


class _Feed:
    """A transport whose server sends what an iterator yields; what is sent to it goes nowhere."""

    def __init__(self, wire: Wire, events: Iterator[dict[str, Any] | bytes]) -> None:
        self._wire = wire
        self._events = events

    async def recv(self) -> bytes:
        for event in self._events:
            if isinstance(event, bytes):
                return event
            self._wire.send(event)
            await asyncio.sleep(0)  # what was sent goes out
        raise TransportClosedError(1000, "")

    async def send(self, message: bytes) -> None: ...

    async def close(self, code: int = 1000, reason: str = "") -> None: ...


def talking(minutes: float) -> Iterator[dict[str, Any] | bytes]:
    """Yield what both sides send: dicts from the client, bytes from the server."""
    yield orjson.dumps({"type": "session.created", "event_id": "event_0", "session": _SESSION})
    number = 0
    for delta in range(round(minutes * 60_000 / _DELTA)):
        for _ in range(delta * _DELTA // _CHUNK, (delta + 1) * _DELTA // _CHUNK):
            yield {"type": "input_audio_buffer.append", "audio": encode_audio(os.urandom(_CHUNK * _MS))}
        for event in answering(delta, encode_audio(os.urandom(_DELTA * _MS))):
            number += 1
            yield orjson.dumps({"event_id": f"event_{number:016}"} | event)


def answering(delta: int, sound: str | None) -> Iterator[dict[str, Any]]:
    """Yield one delta of an answer, with the events around it where one begins or ends."""
    number, at = divmod(delta, _ANSWER)
    response = {"id": f"resp_{number:016}", "object": "realtime.response", "conversation_id": "conv_1", "output": []}
    item = {"id": f"item_{number:016}", "type": "message", "role": "assistant", "content": []}
    place = {"response_id": response["id"], "item_id": item["id"], "output_index": 0, "content_index": 0}
    if at == 0:
        said = {"id": f"said_{number:016}", "type": "message", "role": "user", "content": [{"type": "input_audio"}]}
        yield {"type": "input_audio_buffer.committed", "item_id": said["id"]}
        yield {"type": "conversation.item.added", "item": said}
        yield {"type": "response.created", "response": response | {"status": "in_progress"}}
        yield {"type": "response.output_item.added", "response_id": response["id"], "output_index": 0, "item": item}
        yield {"type": "conversation.item.added", "previous_item_id": None, "item": item}
    if sound is not None:
        yield {"type": "response.output_audio.delta", **place, "delta": sound}
    yield {"type": "response.output_audio_transcript.delta", **place, "delta": f" word{at}"}
    if at == _ANSWER - 1:
        yield {"type": "response.done", "response": response | {"status": "completed"}}


def writing(events: int) -> Iterator[bytes]:
    """Yield so many events without sound."""
    yield orjson.dumps({"type": "session.created", "event_id": "event_0", "session": _SESSION})
    number = 1
    for delta in range(events):
        for event in answering(delta, None):
            if number == events:
                return
            yield orjson.dumps({"event_id": f"event_{number:016}"} | event)
            number += 1


async def _run(events: Callable[[Wire], Iterator[dict[str, Any] | bytes]]) -> Wire:
    wire = Wire(EventLog(), "ga")
    wire.open(_Feed(wire, events(wire)), "ws://benchmark", "local")
    while not wire.closed:  # noqa: ASYNC110 - it tells nobody else
        await asyncio.sleep(0.05)
    return wire


def _resident() -> int:
    gc.collect()
    return int(psutil.Process().memory_info().rss)


def hour(minutes: float) -> None:
    """Talk, and print what has grown."""
    for _ in talking(0.01):  # what runs for the first time takes its own
        pass
    before, begun = _resident(), time.process_time()
    wire = asyncio.run(_run(lambda wire: talking(minutes)))
    took, log = time.process_time() - begun, wire.log
    sound = sum(len(log.sound(index) or b"") for index in range(len(log)))
    print(f"{minutes:g} minutes of both: {len(log):,} events, {sound / 1e6:,.0f} MB of sound, in {took:.1f} s")
    grown = _resident() - before
    kept = sum(len(piece) for item in wire.conversation.items.values() for piece in item.pieces)
    print(f"  grown by {grown / 1e6:.1f} MB; the conversation's items have {kept / 1e6:,.0f} MB of that sound")


def rows(events: int) -> None:
    """Log events, and print what a row costs."""
    marks = (events // 4, events // 2, events)
    for _ in writing(100):
        pass
    before, begun = _resident(), time.process_time()

    def marked(wire: Wire) -> Iterator[bytes]:
        for count, event in enumerate(writing(events), 1):
            yield event
            if count in marks:
                took, grown = time.process_time() - begun, _resident() - before
                raw = len(wire.log.originals.blobs) / len(wire.log)
                print(
                    f"{count:9,} events: grown by {grown / 1e6:6.1f} MB, {grown / count:5.0f} bytes a row "
                    f"({raw:.0f} of them raw, in a file beyond 64 MB); {took:5.1f} s, {took / count * 1e6:.1f} us each"
                )

    wire = asyncio.run(_run(marked))
    log = wire.log
    log.df.head()  # imports pandas, and is the first
    del wire
    fresh = EventLog()
    for index in range(len(log)):
        raw = log.raw(index)
        fresh.append("server", raw, orjson.loads(raw))
        if index + 1 in marks:
            _tables(fresh, log)


def _tables(log: EventLog, more: EventLog) -> None:
    took = [_timed(lambda: log.df)]
    for index in range(100):
        raw = more.raw(index)
        log.append("server", raw, orjson.loads(raw))
    took += [_timed(lambda: log.df), _timed(lambda: log.turns), _timed(lambda: log.rows(item="item"))]
    first, again, turns, ids = took
    print(f"{len(log):9,} rows: df {first:.0f} ms, again {again:.0f}, turns {turns:.0f}, rows of an item {ids:.0f}")


def _timed(function: Callable[[], Any]) -> float:
    begun = time.process_time()
    function()
    return (time.process_time() - begun) * 1000


def main() -> None:
    """Measure both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--events", type=int, default=1_000_000)
    options = parser.parse_args()
    spawned = multiprocessing.get_context("spawn")
    for part, size in ((hour, options.minutes), (rows, options.events)):
        process = spawned.Process(target=part, args=(size,))
        process.start()
        process.join()


if __name__ == "__main__":
    main()
