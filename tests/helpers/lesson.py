"""A lesson: a session on the real server in memory in which everything happens once, with a loudspeaker that tells."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from core_client import loud, silent
from memory_server import ENDPOINT, MemoryServer, tone

import rt_notebook as rt
from rt_notebook.log.eventlog import EventLog
from rt_notebook.protocol.catalog import Dialect
from rt_notebook.protocol.event import Event
from rt_notebook.session.blocking import Session
from rt_notebook.session.page import PageSession
from rt_notebook.session.runner import block
from rt_notebook.session.session import AsyncSession
from rt_notebook.session.settings import Settings

RATE = 24_000
BUFFER_SECONDS = 0.02
"""From the first sound that came to the first that is heard."""
SILENCE_MS = 200
"""After which the server takes the turn."""
TOOL: dict[str, Any] = {"type": "function", "name": "weather", "description": "Tells the weather.", "parameters": {}}


def lesson(dialect: Dialect = "ga") -> EventLog:
    """Return the log of a session in which everything happens once; made once a test run, so only to be read.

    Turn 1 is spoken and heard to its end, turn 2 written and its answer cut off by the user's speech, which is turn 3;
    turn 4 is written; turn 5 calls a function, and answers with its output. A response out of band ends it.
    """
    return _lesson(dialect)


@functools.cache
def _lesson(dialect: Dialect) -> EventLog:
    with in_memory(dialect) as session:
        speaker = Loudspeaker(session)
        session.update(turn_detection=rt.ServerVAD(silence_duration_ms=SILENCE_MS, prefix_padding_ms=100), tools=[TOOL])
        session.speak(silent(200) + loud(400))
        session.wait("rt.playback.finished")
        session.wait("conversation.item.input_audio_transcription.completed", after=0)

        session.add("count")
        session.respond(wait=False)
        session.wait("rt.playback.started")
        session.speak(silent(200) + loud(300))
        session.wait("rt.playback.finished")

        session.ask("Good morning")
        session.wait("rt.playback.finished")

        call = session.ask("call weather").calls[0]
        output = {"type": "function_call_output", "call_id": call.call_id, "output": '{"sky": "clear"}'}
        session.send({"type": "conversation.item.create", "item": output})
        session.respond()
        session.wait("rt.playback.finished")

        asked = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Name this talk"}]}
        session.respond(conversation="none", input=[asked], output_modalities=["text"])
        speaker.close()
    return session.events


def in_memory(dialect: Dialect = "ga", **settings: Any) -> Session:
    """Return a session with the server in memory, whose voice takes 10 ms a word of 50 ms."""
    endpoint = replace(ENDPOINT, dialect=dialect)
    session = AsyncSession(endpoint, Settings(**settings), opener=MemoryServer(_paced))  # type: ignore[typeddict-item] # a test's own names
    block(session.open())
    return Session(session)


def _paced(text: str) -> Iterator[tuple[str, bytes]]:
    """Speak slowly enough to be interrupted."""
    for spoken in tone(text):
        time.sleep(0.01)
        yield spoken


class Loudspeaker:
    """Plays what comes at the pace of sound, says so as the panel's does, and falls silent where the user speaks."""

    def __init__(self, session: Session) -> None:
        self._page = PageSession(session._session)
        self._key: tuple[str, int] | None = None
        """Item and content part that sounds."""
        self._samples = 0
        self._began = 0.0
        self._timers: list[asyncio.TimerHandle] = []
        self._unsubscribe = self._page.subscribe(self._note)

    def close(self) -> None:
        """Play nothing more."""
        self._unsubscribe()
        self._page.leave()

    def _note(self, event: Event) -> None:
        key = event.get("item_id", ""), event.get("content_index", 0)
        if event.type == "response.output_audio.delta" and event.pcm:
            if key != self._key:
                self._begin(key)
            self._samples += len(event.pcm) // 2
        elif event.type == "response.output_audio.done" and key == self._key:
            self._at(self._began + self._samples / RATE, self._finish)
        elif event.type == "input_audio_buffer.speech_started" and self._key:
            self._flush()

    def _begin(self, key: tuple[str, int]) -> None:
        self._key, self._samples = key, 0
        self._began = asyncio.get_running_loop().time() + BUFFER_SECONDS
        self._page.playback_queued(*key)
        self._at(self._began, self._page.playback_started, *key)

    def _finish(self) -> None:
        assert self._key
        key, self._key = self._key, None
        self._timers.clear()
        self._page.playback_finished(*key, self._samples)

    def _flush(self) -> None:
        assert self._key
        key, self._key = self._key, None
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        heard = round((asyncio.get_running_loop().time() - self._began) * RATE)
        # Not within the row it answers, as a page's report comes later, too.
        asyncio.get_running_loop().call_soon(self._page.playback_flushed, *key, max(0, heard))

    def _at(self, when: float, function: Any, *args: Any) -> None:
        self._timers.append(asyncio.get_running_loop().call_at(when, function, *args))
