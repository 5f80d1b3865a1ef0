"""A Realtime server in a thread of this process: it speaks ramps, as its script says, and checks the ramp it hears.

That is another process than kernel and page, so that its pace is its own. The script begins with the client's
first `response.create`, and is begun again by the next.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pybase64
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from benchmarks.sound.ramp import RATE, Check, Ramp

DELTA = 0.1
"""Seconds of sound in one delta."""
TRUNCATED = 10.0
"""Seconds that a client has to tell what was heard."""
WORDS = ("the", "server", "hears", "when", "you", "stop", "and", "answers", "after", "the", "silence")


class Line:
    """One connection."""

    def __init__(self, socket: ServerConnection) -> None:
        self.heard = Check()
        """What came from the microphone."""
        self.ramp = Ramp()
        """What is spoken next; an answer may begin another."""
        self.spoken = 0
        """Samples sent."""
        self._socket = socket
        self._numbers = itertools.count()
        self._truncated = asyncio.Event()
        self._item: dict[str, Any] = {}
        self._response = ""

    async def say(self, kind: str, **fields: Any) -> None:
        """Send an event."""
        await self._socket.send(json.dumps({"type": kind, "event_id": f"event_{next(self._numbers)}", **fields}))

    async def begin(self) -> None:
        """Begin an answer."""
        number = next(self._numbers)
        self._response, item_id = f"resp_{number}", f"item_{number}"
        self._item = {"response_id": self._response, "item_id": item_id, "output_index": 0, "content_index": 0}
        item = {"id": item_id, "type": "message", "role": "assistant", "status": "in_progress", "content": []}
        about = {"response_id": self._response, "output_index": 0}
        await self.say("response.created", response={"id": self._response, "status": "in_progress", "output": []})
        await self.say("response.output_item.added", item=item, **about)
        await self.say("conversation.item.added", item=item, previous_item_id=None)
        part = {"type": "audio", "transcript": ""}
        await self.say("response.content_part.added", part=part, **self._item)

    async def speak(self) -> None:
        """Send the next delta of sound, and a word now and then."""
        samples = int(DELTA * RATE)
        sound = pybase64.b64encode_as_string(self.ramp.take(samples))
        self.spoken += samples
        number = next(self._numbers)
        if number % 3 == 0:
            word = f"{WORDS[number // 3 % len(WORDS)]} "
            await self.say("response.output_audio_transcript.delta", delta=word, **self._item)
        await self.say("response.output_audio.delta", delta=sound, **self._item)

    async def end(self) -> None:
        """End the answer."""
        await self.say("response.output_audio.done", **self._item)
        await self._done("completed")

    async def interrupt(self) -> None:
        """Hear the user begin to speak, as a server's turn detection does; returns when the client has truncated."""
        self._truncated.clear()
        await self.say("input_audio_buffer.speech_started", audio_start_ms=0, item_id="item_user", sent=time.time())
        await self._done("cancelled")
        async with asyncio.timeout(TRUNCATED):
            await self._truncated.wait()
        await self.say("input_audio_buffer.speech_stopped", audio_end_ms=0, item_id="item_user")

    async def _done(self, status: str) -> None:
        await self.say("response.done", response={"id": self._response, "status": status, "output": []})

    async def serve(self, script: Script) -> None:
        """Answer the client until it goes."""
        await self.say("session.created", session={"id": "sess_ramp"})
        running: asyncio.Task[None] | None = None
        try:
            async for message in self._socket:
                event = json.loads(message)
                if event["type"] == "input_audio_buffer.append":
                    self.heard.feed(pybase64.b64decode(event["audio"]))
                elif event["type"] == "session.update":
                    await self.say("session.updated", session=event["session"])
                elif event["type"] == "conversation.item.truncate":
                    cut = {name: event[name] for name in ("item_id", "content_index", "audio_end_ms")}
                    await self.say("conversation.item.truncated", **cut)
                    self._truncated.set()
                elif event["type"] == "response.create":
                    running = asyncio.create_task(script(self))
        finally:
            if running is not None:
                running.cancel()
                with contextlib.suppress(asyncio.CancelledError, ConnectionClosed):
                    await running


Script = Callable[[Line], Coroutine[Any, Any, None]]


class RampServer:
    """Where the server is, and its newest connection."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.line: Line | None = None


@contextlib.contextmanager
def serving(script: Script) -> Iterator[RampServer]:
    """Run a server as long as the block runs."""
    loop = asyncio.new_event_loop()
    ready: threading.Event = threading.Event()
    stop = asyncio.Event()
    server = RampServer("")

    async def connected(socket: ServerConnection) -> None:
        server.line = line = Line(socket)
        with contextlib.suppress(ConnectionClosed):
            await line.serve(script)

    async def run() -> None:
        async with serve(connected, "127.0.0.1", 0, compression=None, max_size=2**25) as sockets:
            server.url = f"ws://127.0.0.1:{next(iter(sockets.sockets)).getsockname()[1]}/v1/realtime"
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),), name="ramp-server")
    thread.start()
    ready.wait()
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
