"""Engines whose doings a test decides, and a server around them on a real socket."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import orjson
from core_client import Event
from websockets.asyncio.client import ClientConnection, connect

from rt_notebook.server.app import RealtimeApp
from rt_notebook.server.engine import Call, Float32, Prompt, Text, Transcript
from rt_notebook.server.engines import scripted
from rt_notebook.server.serving import listen, serve
from rt_notebook.server.toolbox import Toolbox

TOKEN = "secret-token"


class Scripted(scripted.Scripted):
    """The engine `scripted`, but for what a test gives a function for. The functions may be replaced at any time."""

    def __init__(
        self,
        hear: Callable[[Float32], str] | None = None,
        answer: Callable[[Prompt], Iterator[str | Call]] | None = None,
        voice: Callable[[str], Iterator[tuple[str, bytes]]] | None = None,
    ) -> None:
        super().__init__()
        self.hear = hear
        self.answer = answer
        self.voice = voice
        self.loaded = threading.Event()
        """Cleared, the engines are not ready yet."""
        self.loaded.set()

    def load(self) -> None:
        self.loaded.wait()

    def transcribe(self, samples: Float32, language: str | None = None) -> Transcript:
        return Transcript(self.hear(samples)) if self.hear else super().transcribe(samples, language)

    def respond(self, prompt: Prompt) -> Iterator[Text | Call]:
        if not self.answer:
            return super().respond(prompt)
        return (Text(piece) if isinstance(piece, str) else piece for piece in self.answer(prompt))

    def speak(self, text: str, voice: str, speed: float = 1.0) -> Iterator[tuple[str, bytes]]:
        return self.voice(text) if self.voice else super().speak(text, voice, speed)

    @property
    def toolbox(self) -> Toolbox:
        return toolbox(self)


def toolbox(engine: scripted.Scripted) -> Toolbox:
    """Return a toolbox with one engine in all roles."""
    return Toolbox(lambda name: engine, activity="a", hearing="b", thinking="c", speaking="d")


@contextlib.asynccontextmanager
async def serving(engines: scripted.Scripted | Toolbox, **options: Any) -> AsyncIterator[str]:
    """Run a server with options of `RealtimeApp`; yield the URL of its WebSocket."""
    app = RealtimeApp(engines if isinstance(engines, Toolbox) else toolbox(engines), TOKEN, **options)
    listener = listen("127.0.0.1", 0)
    ready, stop = asyncio.Event(), asyncio.Event()
    server = asyncio.create_task(serve(app, listener, ready.set, stop))
    await ready.wait()
    try:
        yield f"ws://127.0.0.1:{listener.getsockname()[1]}/v1/realtime"
    finally:
        stop.set()
        await server


class Socket:
    """A WebSocket client that speaks events."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def send(self, kind: str, **fields: Any) -> None:
        await self.socket.send(orjson.dumps({"type": kind, **fields}).decode())

    async def until(self, kind: str) -> list[Event]:
        """Return all events up to the next one of a type."""
        events: list[Event] = []
        while not events or events[-1]["type"] != kind:
            async with asyncio.timeout(20):
                events.append(orjson.loads(await self.socket.recv()))
        return events


@contextlib.asynccontextmanager
async def connected(url: str, token: str = TOKEN, query: str = "", **options: Any) -> AsyncIterator[Socket]:
    """Connect as the SDKs do, with the token as key."""
    headers = {"Authorization": f"Bearer {token}", **options.pop("headers", {})}
    async with connect(f"{url}?model=gpt-realtime{query}", additional_headers=headers, **options) as socket:
        yield Socket(socket)
