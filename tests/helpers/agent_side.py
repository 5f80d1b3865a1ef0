"""The user's side of an agent: what it says, what it gets, and the agent's `aconnect` between the two."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

from rt_notebook.agents import VoiceReactAgent
from rt_notebook.protocol.event import encode_audio

SECONDS = 20


class Side:
    """Lines that go into an agent, and the events that come out of it."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self._lines: asyncio.Queue[Any] = asyncio.Queue()
        self._came = asyncio.Condition()
        self._read = 0

    def say(self, *lines: Any) -> None:
        """Let lines go in: dicts become JSON, text goes as it is."""
        for line in lines:
            self._lines.put_nowait(json.dumps(line) if isinstance(line, dict) else line)

    def write(self, text: str) -> None:
        """Say as the user, in writing, and ask for a response."""
        part = {"type": "input_text", "text": text}
        item = {"type": "message", "role": "user", "content": [part]}
        self.say({"type": "conversation.item.create", "item": item}, {"type": "response.create"})

    def speak(self, pcm: bytes) -> None:
        """Send audio as a microphone does."""
        for start in range(0, len(pcm), 4_800):
            self.say({"type": "input_audio_buffer.append", "audio": encode_audio(pcm[start : start + 4_800])})

    def end(self) -> None:
        """End the input."""
        self._lines.put_nowait(None)

    async def lines(self) -> AsyncIterator[str]:
        """Yield what is said, until it ends."""
        while (line := await self._lines.get()) is not None:
            if isinstance(line, Exception):
                raise line
            yield line

    async def take(self, chunk: str) -> None:
        """Take an event that comes out."""
        async with self._came:
            self.events.append(json.loads(chunk))
            self._came.notify_all()

    async def until(self, kind: str) -> list[dict[str, Any]]:
        """Return the events up to the next one of a type."""
        events: list[dict[str, Any]] = []
        async with asyncio.timeout(SECONDS), self._came:
            while not events or events[-1]["type"] != kind:
                while self._read == len(self.events):
                    await self._came.wait()
                events.append(self.events[self._read])
                self._read += 1
        return events


@contextlib.asynccontextmanager
async def talking(agent: VoiceReactAgent) -> AsyncIterator[Side]:
    """Run an agent's `aconnect` beside the block, and cancel it at its end."""
    side = Side()
    running = asyncio.create_task(agent.aconnect(side.lines(), side.take))
    try:
        yield side
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
