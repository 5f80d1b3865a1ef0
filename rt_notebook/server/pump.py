"""Moves messages between a WebSocket and its driver, until either side ends."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

from starlette.websockets import WebSocket, WebSocketDisconnect

from rt_notebook.server.driver import Driver
from rt_notebook.server.effects import Close

logger = logging.getLogger("rt_notebook.server")

WIRE = "rt_notebook.wire"
"""Where in the state of its scope a WebSocket has its `Wire`."""

PATIENCE_SECONDS = 30.0
"""How long a client may read nothing while there is something to read."""

_SLICE_SECONDS = 0.002
"""How long one connection's events are taken in without a look at the others."""


class Wire(Protocol):
    """The transport under a WebSocket. What it does, it does without waiting for the client."""

    async def end(self, code: int, reason: str) -> None:
        """Close with a code, and cut the connection where the client does not answer that in time."""

    def cut(self) -> None:
        """End the TCP connection at once, without a close frame."""


def wire_of(socket: WebSocket) -> Wire:
    """Return the transport under a WebSocket."""
    wire: Wire = socket.scope["state"][WIRE]
    return wire


async def pump(socket: WebSocket, wire: Wire, driver: Driver, ready: Callable[[], Awaitable[None]]) -> None:
    """Run an accepted connection to its end. Events are read once `ready` returns."""
    reader = asyncio.create_task(_read(socket, driver, ready))
    writer = asyncio.create_task(_write(socket, wire, driver))
    try:
        await asyncio.wait({reader, writer}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        reader.cancel()
        writer.cancel()
        # Whatever either raised is raised here, but for the end that one of them was given.
        ends = await asyncio.gather(reader, writer, return_exceptions=True)
    for end in ends:
        if isinstance(end, Exception):
            raise end


async def _read(socket: WebSocket, driver: Driver, ready: Callable[[], Awaitable[None]]) -> None:
    """Pass on what the client sends, as fast as it reads the answers."""
    await ready()
    spent = 0.0
    while (message := await socket.receive())["type"] != "websocket.disconnect":
        begun = time.perf_counter()
        text = message.get("text")
        driver.receive(message["bytes"] if text is None else text)
        spent += time.perf_counter() - begun
        await driver.catch_up()
        await driver.outgoing.room()
        if spent > _SLICE_SECONDS:
            spent = 0.0
            await asyncio.sleep(0)


async def _write(socket: WebSocket, wire: Wire, driver: Driver) -> None:
    """Send what the driver puts out, until it or the client ends the session."""
    try:
        while not isinstance(event := await driver.outgoing.next(), Close):
            async with asyncio.timeout(PATIENCE_SECONDS):
                await socket.send_text(event)
        await wire.end(event.code, event.reason)
    except TimeoutError:
        logger.warning("A session ends: its client has read nothing for %.0f s", PATIENCE_SECONDS)
        await wire.end(1008, "client_reads_too_slowly")
    except (WebSocketDisconnect, RuntimeError):  # the client has gone, or the server ends
        logger.debug("An event was not sent: the connection is closed")
