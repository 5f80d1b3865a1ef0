"""A chat-completions endpoint on a real socket, whose doings a test decides down to the byte."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass
class Asked:
    """A request as it arrived."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class Reply:
    """The way back to the client: a response begins with the first call of a method."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._begun = False

    async def raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._begun = True
        self._writer.write(data)
        await self._writer.drain()

    async def plain(self, status: int, body: str, kind: str = "application/json", extra: str = "") -> None:
        """Send a whole response."""
        data = body.encode()
        head = f"HTTP/1.1 {status} Status\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n{extra}\r\n"
        await self.raw(head.encode() + data)

    async def piece(self, data: str) -> None:
        """Send a piece of a response in chunked encoding."""
        if not self._begun:
            kind = "Content-Type: text/event-stream\r\nTransfer-Encoding: chunked"
            await self.raw(f"HTTP/1.1 200 OK\r\n{kind}\r\n\r\n".encode())
        await self.raw(f"{len(data.encode()):x}\r\n{data}\r\n".encode())

    async def chunk(self, *, finish: str | None = None, **delta: Any) -> None:
        """Send a chunk of an answer."""
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
        await self.piece(f"data: {json.dumps(chunk)}\n\n")

    async def done(self, finish: str | None = "stop") -> None:
        """End an answer."""
        await self.chunk(finish=finish)
        await self.piece("data: [DONE]\n\n")
        await self.raw(b"0\r\n\r\n")

    async def say(self, *texts: str) -> None:
        """Send a whole answer."""
        for text in texts:
            await self.chunk(content=text)
        await self.done()

    async def gone(self) -> None:
        """Wait until the client has closed the connection."""
        with contextlib.suppress(ConnectionError):
            await self._reader.read()

    def hang_up(self) -> None:
        """Close the connection."""
        self._writer.close()


Scene = Callable[[Asked, Reply], Awaitable[None]]


class Endpoint:
    """`play` decides what a request is answered with; `asked` holds the requests so far."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/v1"
        self.play: Scene = lambda asked, reply: reply.say("Hello.")
        self.asked: list[Asked] = []
        self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        self.connections += 1
        try:
            while asked := await _request(reader):
                self.asked.append(asked)
                await self.play(asked, Reply(reader, writer))
                if writer.is_closing():
                    return
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client went away in the middle of something
        finally:
            writer.close()


async def _request(reader: asyncio.StreamReader) -> Asked | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.strip().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    headers = {name.lower(): value for name, value in headers.items()}
    body = await reader.readexactly(int(headers["content-length"]))
    return Asked(first.split()[1], headers, json.loads(body))


@contextlib.contextmanager
def endpoint() -> Iterator[Endpoint]:
    """Run an endpoint on a thread of its own."""
    started: threading.Event = threading.Event()
    made: list[Endpoint] = []
    stop = asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def run() -> None:
        server = await asyncio.start_server(lambda r, w: made[0].serve(r, w), "127.0.0.1", 0)
        made.append(Endpoint(server.sockets[0].getsockname()[1]))
        loops.append(asyncio.get_running_loop())
        started.set()
        await stop.wait()
        server.close()

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    assert started.wait(10)
    try:
        yield made[0]
    finally:
        loops[0].call_soon_threadsafe(stop.set)
        thread.join()
