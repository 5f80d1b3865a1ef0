"""A session between two streams of JSON: what the user's side sends, and what goes out to it."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Mapping
from typing import Any

import orjson

from rt_notebook.agents.connecting import CLEAN
from rt_notebook.agents.outbox import Outbox, Part, Waiting
from rt_notebook.agents.translate import OUTPUT, SPEECH, client_event, output_event, refusal
from rt_notebook.errors import ConnectionClosedError, ProtocolError
from rt_notebook.protocol.event import Event
from rt_notebook.session.runner import hop
from rt_notebook.session.session import AsyncSession

Line = str | bytes | Mapping[str, Any]
InputStream = AsyncIterable[Line]
SendOutput = Callable[[str], Awaitable[object] | object]

_LOOK_SECONDS = 0.1
"""Between two looks at whether a long answer, or a tool, is done."""
_ENDS = ("rt.connection.closed", "rt.connection.lost")


class Relay:
    """Lives on the loop of the two streams, beside the session's: neither holds up the other."""

    def __init__(self, session: AsyncSession, send_output: SendOutput) -> None:
        self._session = session
        self._send_output = send_output
        self._loop = asyncio.get_running_loop()
        self._outbox = Outbox()
        self._changed = asyncio.Event()
        self._over = False
        """Nothing more will come to wait."""

    async def run(self, input_stream: InputStream, linger: float) -> None:
        """Pass on both ways, until the connection ends or all that the input asked for is answered."""
        unsubscribe = self._session.wire.subscribe(self._note, (*OUTPUT, "response.cancel", *_ENDS))
        feeding = asyncio.create_task(self._feed(input_stream, linger))
        delivering = asyncio.create_task(self._deliver())
        try:
            await asyncio.wait((feeding, delivering), return_when=asyncio.FIRST_COMPLETED)
            if feeding.done():
                feeding.result()
            await delivering
        finally:
            unsubscribe()
            feeding.cancel()
            delivering.cancel()
            await asyncio.gather(feeding, delivering, return_exceptions=True)
            if isinstance(input_stream, AsyncGenerator):
                await input_stream.aclose()

    # -- in ---------------------------------------------------------------------------------------------------------

    async def _feed(self, input_stream: InputStream, linger: float) -> None:
        async for line in input_stream:
            try:
                event = client_event(line, self._session.endpoint.dialect)
            except ProtocolError as problem:
                self._outbox.put_own(_json(refusal(str(problem))))
                self._changed.set()
            else:
                await hop(self._send(event))
        await self._settled(linger)
        self._end()

    async def _send(self, event: dict[str, Any]) -> None:
        if not self._session.closed:  # else the delivering side tells, once all has gone out
            self._session.wire.send(event)

    async def _settled(self, seconds: float) -> None:
        """Wait until nothing is being answered, and nothing has happened for some seconds."""
        log = self._session.events
        while True:
            quiet = log.now - log[-1].t
            if quiet >= seconds and self._session.conversation.active is None and not self._working():
                return
            await asyncio.sleep(max(seconds - quiet, _LOOK_SECONDS))

    def _working(self) -> bool:
        return any(call.state in ("running", "waiting") for call in self._session.calls)

    # -- out --------------------------------------------------------------------------------------------------------

    def _note(self, event: Event) -> None:
        """Take an event of the session, on the session's loop."""
        if event.type in OUTPUT:
            self._loop.call_soon_threadsafe(self._put, event, event.type == SPEECH and self._interrupts())
        elif event.type == "response.cancel":
            self._loop.call_soon_threadsafe(self._interrupt)
        elif event.type in _ENDS:
            self._loop.call_soon_threadsafe(self._end)

    def _interrupts(self) -> bool:
        """Tell whether the user's speech ends the answer, which it does unless the session has it otherwise."""
        audio = self._session.conversation.session.get("audio")
        detection = ((audio or {}).get("input") or {}).get("turn_detection")
        return isinstance(detection, dict) and detection.get("interrupt_response") is not False

    def _put(self, event: Event, interrupts: bool) -> None:
        if interrupts:
            self._interrupt()
        self._outbox.put(event)
        self._changed.set()

    def _interrupt(self) -> None:
        for part, heard_ms in self._outbox.interrupt().items():
            self._session.call(self._truncate, part, heard_ms)

    def _truncate(self, part: Part, heard_ms: int) -> None:
        """Tell the model what it did not get to say: nobody can have heard what never went out."""
        if not self._session.closed:
            event = {"type": "conversation.item.truncate", **part._asdict(), "audio_end_ms": heard_ms}
            self._session.wire.send(event)

    def _end(self) -> None:
        self._over = True
        self._changed.set()

    async def _deliver(self) -> None:
        """Send out what waits, one after the other, until no more will come."""
        while True:
            self._changed.clear()
            while self._outbox:
                sent = self._send_output(self._chunk(self._outbox.take()))
                if inspect.isawaitable(sent):
                    await sent
            if self._over and not self._outbox:
                break
            await self._changed.wait()
        closed = self._session.closed
        if closed is not None and closed.code not in CLEAN:
            raise ConnectionClosedError(closed.code, closed.reason, doing="the agent was talking")

    def _chunk(self, waiting: Waiting) -> str:
        if waiting.own:
            return waiting.own
        text = _json(output_event(self._session.wire.event(waiting.index)))
        return self._session.endpoint.redact(text) if waiting.type == "error" else text


def _json(event: dict[str, Any]) -> str:
    return orjson.dumps(event).decode()
