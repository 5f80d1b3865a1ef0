"""Engines whose doings a test decides, and a server around them on a real socket."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from core_client import Event, LoudIsSpeech
from websockets.asyncio.client import ClientConnection, connect

from rt_notebook.server.app import RealtimeApp
from rt_notebook.server.engine import Call, Float32, Prompt, Text, Transcript
from rt_notebook.server.serving import listen, serve
from rt_notebook.server.toolbox import Toolbox

TOKEN = "secret-token"


@dataclass
class Scripted:
    """All four engines in one. Replace a function to change what an engine does."""

    hear: Callable[[Float32], str] = lambda samples: f"{len(samples) / 16_000:.0f} s of speech"
    answer: Callable[[Prompt], Iterator[str | Call]] = lambda prompt: iter([f"You said: {prompt.messages[-1].text}"])
    voice: Callable[[str], Iterator[tuple[str, bytes]]] = lambda text: iter([(text, bytes(4800 * 3))])
    loaded: threading.Event = field(default_factory=threading.Event)
    """Cleared, the engines are not ready yet."""

    def __post_init__(self) -> None:
        self.loaded.set()

    def load(self) -> None:
        self.loaded.wait()

    def stream(self) -> LoudIsSpeech:
        return LoudIsSpeech()

    def transcribe(self, samples: Float32, language: str | None = None) -> Transcript:
        return Transcript(self.hear(samples))

    def respond(self, prompt: Prompt) -> Iterator[Text | Call]:
        for piece in self.answer(prompt):
            yield Text(piece) if isinstance(piece, str) else piece

    def speak(self, text: str, voice: str, speed: float = 1.0) -> Iterator[tuple[str, bytes]]:
        yield from self.voice(text)

    @property
    def toolbox(self) -> Toolbox:
        return Toolbox(lambda name: self, activity="a", hearing="b", thinking="c", speaking="d")


@contextlib.asynccontextmanager
async def serving(engines: Scripted, **options: Any) -> AsyncIterator[str]:
    """Run a server with options of `RealtimeApp`; yield the URL of its WebSocket."""
    listener = listen("127.0.0.1", 0)
    ready, stop = asyncio.Event(), asyncio.Event()
    server = asyncio.create_task(serve(RealtimeApp(engines.toolbox, TOKEN, **options), listener, ready.set, stop))
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
