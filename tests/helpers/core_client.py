"""A client for the core: it feeds events and time as data, and answers the core's jobs from scripts."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Iterable
from typing import Any

import numpy as np
from conformance import problems

from rt_notebook.server.connection import Connection
from rt_notebook.server.effects import Cancel, Close, Effect, Respond, Send, Speak, Transcribe
from rt_notebook.server.engine import Call, Float32, Prompt

Event = dict[str, Any]

MS = 48
"""Bytes of PCM16 a millisecond at 24 kHz."""


class LoudIsSpeech:
    """Voice activity for tests: whatever is loud is speech."""

    frame = 512

    def __call__(self, samples: Float32) -> float:
        return float(np.abs(samples).max() > 0.05)


def loud(ms: int) -> bytes:
    """Return what `LoudIsSpeech` takes for speech."""
    return (np.sin(np.arange(ms * 24) / 5) * 8000).astype("<i2").tobytes()


def silent(ms: int) -> bytes:
    """Return silence."""
    return bytes(ms * MS)


class Client:
    """A client and the engines of one connection, both in the test's hands.

    `jobs` holds the engine jobs the core asked for and did not cancel; `events` all it sent. Each event is checked
    against the API's models and documented examples as it comes.
    """

    def __init__(self, model: str | None = "gpt-realtime", dialect: str = "ga", **options: Any) -> None:
        numbers = itertools.count(1)
        self.dialect = dialect
        self.connection = Connection(
            model, 1_000.0, LoudIsSpeech, lambda prefix: f"{prefix}_{next(numbers)}", dialect=dialect, **options
        )
        self.events: list[Event] = []
        self.jobs: list[Transcribe | Respond | Speak] = []
        self.closed: Close | None = None
        self.take(self.connection.open())

    def take(self, effects: Iterable[Effect]) -> list[Event]:
        """Take note of effects; return the events among them."""
        new: list[Event] = []
        for effect in effects:
            match effect:
                case Send(event):
                    wrong = problems(event, self.dialect)
                    assert wrong == []
                    new.append(event)
                case Transcribe() | Respond() | Speak():
                    self.jobs.append(effect)
                case Cancel(job):
                    self.jobs = [each for each in self.jobs if each.job != job]
                case Close():
                    self.closed = effect
        self.events += new
        return new

    # What a client does.

    def send(self, kind: str, **fields: Any) -> list[Event]:
        """Send a client event; return the events it is answered with."""
        return self.take(self.connection.receive({"type": kind, **fields}))

    def update(self, **session: Any) -> list[Event]:
        kind = {"type": "realtime"} if self.dialect == "ga" else {}
        return self.send("session.update", session={**kind, **session})

    def say(self, *stretches: bytes, chunk_ms: int = 40) -> list[Event]:
        """Append audio chunk by chunk, as a microphone does."""
        pcm = b"".join(stretches)
        chunks = (pcm[start : start + chunk_ms * MS] for start in range(0, len(pcm), chunk_ms * MS))
        return [event for chunk in chunks for event in self.append(chunk)]

    def append(self, pcm: bytes) -> list[Event]:
        new = self.send("input_audio_buffer.append", audio=base64.b64encode(pcm).decode())
        while self.connection.behind:
            new += self.take(self.connection.listen())
        return new

    def write(self, text: str, **fields: Any) -> str:
        """Add a user's text; return the item's id."""
        item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
        item_id: str = self.send("conversation.item.create", item=item, **fields)[0]["item"]["id"]
        return item_id

    # What the engines do.

    def job(self, kind: type[Any]) -> Any:
        """Return the only job of a kind that is under way, and take it off the list."""
        (job,) = [each for each in self.jobs if isinstance(each, kind)]
        self.jobs.remove(job)
        return job

    @property
    def prompt(self) -> Prompt:
        """The prompt of the answer asked for."""
        (job,) = [each for each in self.jobs if isinstance(each, Respond)]
        return job.prompt

    def hear(self, text: str) -> list[Event]:
        return self.take(self.connection.heard(self.job(Transcribe).job, text))

    def think(self, *pieces: str | Call) -> list[Event]:
        """Answer in full."""
        job = self.job(Respond).job
        new: list[Event] = []
        for piece in pieces:
            result = self.connection.text(job, piece) if isinstance(piece, str) else self.connection.call(job, piece)
            new += self.take(result)
        return new + self.take(self.connection.thought(job))

    def speak(self, ms_per_word: int = 200) -> list[Event]:
        """Speak all that is to be spoken, word by word."""
        new: list[Event] = []
        while any(isinstance(each, Speak) for each in self.jobs):
            job = self.job(Speak)
            for word in job.text.replace(" ", " \0").split("\0"):
                new += self.take(self.connection.audio(job.job, word, bytes(ms_per_word * MS)))
            new += self.take(self.connection.spoken(job.job))
        return new


def error_of(events: Iterable[Event]) -> Event:
    """Return the `error` object of the only event there is."""
    (event,) = events
    assert event["type"] == "error"
    error: Event = event["error"]
    return error


def kinds(events: Iterable[Event]) -> list[str]:
    """Return the types of events, runs of the same type as one."""
    return [kind for kind, _ in itertools.groupby(event["type"] for event in events)]
