"""The real server behind a transport in memory: no sockets, no models."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import orjson
from scripted import Scripted

from rt_notebook.server.driver import Driver, Opening
from rt_notebook.server.effects import Close
from rt_notebook.server.engine import Call, Float32, Prompt
from rt_notebook.server.pool import Pools
from rt_notebook.session.blocking import Session
from rt_notebook.session.providers import Endpoint, Headers
from rt_notebook.session.runner import block
from rt_notebook.session.session import AsyncSession
from rt_notebook.session.settings import Settings
from rt_notebook.session.transport import Transport, TransportClosedError, memory_pair

POOLS = Pools.make()
ENDPOINT = Endpoint("url", "memory://server?model=tutor", "tutor", Headers())


def echo(prompt: Prompt) -> Iterator[str | Call]:
    """Repeat what was said; ``call NAME`` calls a function, ``count`` brings a long answer, ``fail`` fails."""
    said = prompt.messages[-1].text if prompt.messages else prompt.instructions
    if said == "fail":
        raise RuntimeError("the engine is out of order")
    if said.startswith("call "):
        yield Call(said.removeprefix("call "), "{}")
        return
    words = map(str, range(1, 1000)) if said == "count" else f"You said: {said}".split()
    for word in words:
        yield f"{word} "


def tone(text: str) -> Iterator[tuple[str, bytes]]:
    """Speak 50 ms of tone a word."""
    for word in text.split():
        yield f"{word} ", (np.sin(np.arange(1200) / 9) * 9000).astype("<i2").tobytes()


class Ramp:
    """Speaks 50 ms a word of samples that are each one more than the last, from 1 to 30,000 and again.

    A word ``wait`` is spoken after a pause of 1 s in the middle of it.
    """

    def __init__(self) -> None:
        self._next = 0

    def __call__(self, text: str) -> Iterator[tuple[str, bytes]]:
        """Speak a text."""
        for word in text.split():
            samples = np.arange(self._next, self._next + 1200) % 30_000 + 1
            self._next += 1200
            if word == "wait":
                time.sleep(1)
            yield f"{word} ", samples.astype("<i2").tobytes()


def hear(samples: Float32) -> str:
    """Hear how long it was."""
    return f"{len(samples) / 16:.0f} ms of sound"


class MemoryServer:
    """Opens transports to the real server; `ends` are its ends, so that a test can break a connection."""

    def __init__(
        self,
        voice: Callable[[str], Iterator[tuple[str, bytes]]] = tone,
        answer: Callable[[Prompt], Iterator[str | Call]] = echo,
    ) -> None:
        self._voice = voice
        self._answer = answer
        self.ends: list[Transport] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def __call__(self, endpoint: Endpoint, timeout: float) -> Transport:
        client, server = memory_pair()
        self.ends.append(server)
        self._tasks.append(asyncio.create_task(self._serve(server, endpoint)))
        return client

    async def _serve(self, end: Transport, endpoint: Endpoint) -> None:
        engines = Scripted(hear=hear, answer=self._answer, voice=self._voice).toolbox
        engines.load()
        driver = Driver(Opening(endpoint.model, endpoint.dialect), engines, POOLS)
        driver.open()
        await asyncio.wrap_future(engines.activity)
        writing = asyncio.create_task(self._write(end, driver))
        try:
            while True:
                driver.receive((await end.recv()).decode())
                await driver.catch_up()
        except TransportClosedError:
            driver.stop()
            writing.cancel()

    async def _write(self, end: Transport, driver: Driver) -> None:
        while not isinstance(event := await driver.outgoing.next(), Close):
            await end.send(event.encode())
        await end.close(event.code, event.reason)


def connect_in_memory(server: MemoryServer | None = None, **settings: Any) -> Session:
    """Return a blocking session with the server in memory."""
    session = AsyncSession(ENDPOINT, Settings(**settings), opener=server or MemoryServer())  # type: ignore[typeddict-item] # a test's own names
    block(session.open())
    return Session(session)


class ScriptedServer:
    """Says what `answer` yields to each client event, where the real server's timing would be a matter of luck."""

    def __init__(self) -> None:
        self.answer: Callable[[dict[str, Any]], Iterable[dict[str, Any]]] = lambda event: ()
        self.requests = 0
        """How many responses were asked for."""

    def connect(self, provider: str = "url") -> Session:
        """Return a session with it, as if it were a provider's."""
        session = AsyncSession(replace(ENDPOINT, provider=provider), Settings(transcription=None), opener=self._open)
        block(session.open())
        return Session(session)

    async def _open(self, endpoint: Endpoint, timeout: float) -> Transport:
        client, server = memory_pair()
        await server.send(orjson.dumps({"type": "session.created", "session": {}}))
        self._task = asyncio.create_task(self._serve(server))
        return client

    async def _serve(self, end: Transport) -> None:
        with contextlib.suppress(TransportClosedError):
            while True:
                event = orjson.loads(await end.recv())
                self.requests += event["type"] == "response.create"
                if event["type"] == "session.update":
                    await end.send(orjson.dumps({"type": "session.updated", "session": event["session"]}))
                for reply in self.answer(event):
                    await end.send(orjson.dumps(reply))


def created(response_id: str) -> dict[str, Any]:
    """Return the beginning of a response."""
    response = {"id": response_id, "conversation_id": "c", "status": "in_progress"}
    return {"type": "response.created", "response": response}


def said(response_id: str, text: str) -> Iterator[dict[str, Any]]:
    """Yield the rest of a written response."""
    item = {"id": f"item_{response_id}", "type": "message", "role": "assistant", "content": []}
    about = {"response_id": response_id, "item_id": item["id"]}
    yield {"type": "response.output_item.added", "item": item, **about}
    yield {"type": "response.output_text.delta", "delta": text, **about}
    yield {"type": "response.done", "response": {"id": response_id, "status": "completed", "output": []}}
