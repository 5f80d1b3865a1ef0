"""Sessions that talk in real time, all on one event loop, and what each of them had to wait for.

A session asks, listens to the answer as long as it takes to hear, thinks for a moment, and asks again. Every third
answer it cuts off with the next question as soon as the first sound arrives, while the server is still making it.
"""

from __future__ import annotations

import asyncio
import base64
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import orjson
from websockets.asyncio.client import ClientConnection, connect

from rt_notebook.server.registry import load_engine

RATE = 24_000
CHUNK_MS = 40
"""What the notebook's panel sends at a time."""

QUESTIONS = [
    "What is turn detection?",
    "What is a session?",
    "How do interruptions work?",
    "What is an event?",
    "Tell me how a function call works.",
    "What does the server send after a response?",
    "Can you explain the audio buffer?",
    "Why is the answer late?",
    "Is there a limit for a session?",
    "Do I have to commit the audio?",
    "Please count to five.",
    "Where do I see the tokens?",
    "Give me an example of an item.",
    "Let us talk about the price.",
    "My microphone is on, what now?",
    "Good morning, who are you?",
    "Repeat that, please.",
    "When does a turn end?",
    "Thank you, that was clear.",
    "Are tools called at the same time?",
    "Explain what an item is.",
    "Show me the settings of the voice.",
    "You said something about truncation.",
    "One more question about noise.",
]
"""As many beginnings as there are sorts of sounds: with few of them, one soft one would be all of a p95."""

_AUDIBLE = 300  # of 32768: where speech begins and ends
_LONGEST_WAIT = 8.0  # seconds after a question's end, then it counts as unanswered
_TICK = 0.01  # seconds between two looks at the clock
_INTERRUPTING = 3  # every third answer is cut by the next question


@dataclass(frozen=True, slots=True)
class Utterance:
    """A question, ready to be sent: `onset` and `end` of its sound are in seconds from its first sample."""

    frames: list[str]
    onset: float
    end: float


@dataclass(slots=True)
class Measured:
    """What sessions measured, all in seconds; the client's clock throughout."""

    from_turn: list[float] = field(default_factory=list)
    """`speech_stopped` to the first audio of the answer."""
    from_speech: list[float] = field(default_factory=list)
    """True end of the question to the first audio of the answer."""
    onset: list[float] = field(default_factory=list)
    """True onset of speech to `speech_started`."""
    send_lag: list[float] = field(default_factory=list)
    """How much later than at its time a chunk was sent: the generator's own fault."""
    loop_lag: list[float] = field(default_factory=list)
    """How late the generator's event loop was, looked at every 10 ms."""
    counts: Counter[str] = field(default_factory=Counter)
    """Statuses of responses, errors, questions that were split or not answered, deltas after `response.done`."""


def utterances() -> list[Utterance]:
    """Return the questions, spoken by the local voice."""
    voice = load_engine("hibari")
    voice.load()
    return [_utterance(b"".join(pcm for _, pcm in voice.speak(text, "alloy"))) for text in QUESTIONS]


def _utterance(pcm: bytes) -> Utterance:
    audible = np.flatnonzero(np.abs(np.frombuffer(pcm, "<i2").astype(int)) > _AUDIBLE)
    onset, end = int(audible[0]), int(audible[-1]) + 1
    size = RATE * 2 * CHUNK_MS // 1000
    speech = pcm[: 2 * end]
    padded = speech + bytes(-len(speech) % size)
    return Utterance([frame(padded[at : at + size]) for at in range(0, len(padded), size)], onset / RATE, end / RATE)


def frame(pcm: bytes) -> str:
    """Return the event that appends audio, as it goes over the wire."""
    return orjson.dumps({"type": "input_audio_buffer.append", "audio": base64.b64encode(pcm).decode()}).decode()


SILENCE = frame(bytes(RATE * 2 * CHUNK_MS // 1000))

SETTINGS = {
    "type": "realtime",
    "audio": {
        "input": {
            "transcription": {"model": "whisper-1"},
            "turn_detection": {"type": "server_vad", "silence_duration_ms": 500},
        }
    },
}


class Talker:
    """One session."""

    def __init__(self, socket: ClientConnection, speech: Sequence[Utterance], seed: int, measured: Measured) -> None:
        self._socket = socket
        self._speech = speech
        self._random = random.Random(seed)
        self._measured = measured
        self._now = asyncio.get_running_loop().time
        self._asked = 0
        self._next_at = self._now() + self._random.uniform(0.5, 5)
        """When the next question begins."""
        self._begun = self._ended = 0.0
        """Onset and end of the newest question's sound."""
        self._stopped = 0.0
        """When the newest `speech_stopped` came; 0 once it is answered."""
        self._started = True
        """Whether `speech_started` came for the newest question."""
        self._answered = True
        self._to_hear = 0.0
        """Seconds of the newest answer."""
        self._done: set[str] = set()

    async def talk(self, until: float) -> None:
        """Talk until this time of the loop's clock."""
        receiving = asyncio.create_task(self._receive())
        await self._socket.send(orjson.dumps({"type": "session.update", "session": SETTINGS}).decode())
        start = self._now()
        frames: list[str] = []
        for number in range(int((until - start) * 1000 / CHUNK_MS)):
            captured = start + number * CHUNK_MS / 1000  # when the chunk's first sample is
            due = captured + CHUNK_MS / 1000
            await asyncio.sleep(due - self._now())
            self._measured.send_lag.append(self._now() - due)
            if not frames and captured >= self._next_at:
                frames = self._ask(captured)
            await self._socket.send(frames.pop(0) if frames else SILENCE)
            if self._now() > self._ended + _LONGEST_WAIT and not self._answered:
                self._measured.counts["unanswered"] += 1
                self._rest()
        receiving.cancel()

    def _ask(self, captured: float) -> list[str]:
        utterance = self._random.choice(self._speech)
        self._asked += 1
        self._begun, self._ended = captured + utterance.onset, captured + utterance.end
        self._started = self._answered = False
        self._next_at = float("inf")
        self._to_hear = 0.0
        return list(utterance.frames)

    def _rest(self) -> None:
        """Listen to the answer before the next question."""
        self._answered = True
        self._next_at = self._now() + self._to_hear + self._random.uniform(0.3, 1.5)

    async def _receive(self) -> None:
        async for message in self._socket:
            self._see(orjson.loads(message), self._now())

    def _see(self, event: dict[str, object], now: float) -> None:
        counts = self._measured.counts
        match event:
            case {"type": "input_audio_buffer.speech_started"} if not self._started:
                self._started = True
                self._measured.onset.append(now - self._begun)
            case {"type": "input_audio_buffer.speech_stopped"}:
                self._stopped = now
                if now < self._ended:
                    counts["split"] += 1
                    self._stopped = 0
            case {"type": "response.output_audio.delta", "response_id": str(id_), "delta": str(audio)}:
                counts["late deltas"] += id_ in self._done
                self._to_hear += len(audio) * 3 / 4 / 2 / RATE
                if self._stopped:
                    self._measured.from_turn.append(now - self._stopped)
                    self._measured.from_speech.append(now - self._ended)
                    self._stopped = 0
                    if self._asked % _INTERRUPTING == 0:
                        self._answered, self._next_at = True, now
            case {"type": "response.done", "response": {"id": str(id_), "status": str(status)}}:
                self._done.add(id_)
                counts[status] += 1
                if not self._answered and now > self._ended:
                    self._rest()
            case {"type": "error"}:
                counts["errors"] += 1


async def talk(url: str, token: str, sessions: int, seconds: float, speech: Sequence[Utterance]) -> Measured:
    """Have a number of sessions talk for some seconds; return what they measured."""
    measured = Measured()
    headers = {"Authorization": f"Bearer {token}"}
    now = asyncio.get_running_loop().time
    sockets = [await connect(url, additional_headers=headers, compression=None) for _ in range(sessions)]
    watching = asyncio.create_task(_watch_loop(measured))
    until = now() + seconds
    talkers = [Talker(socket, speech, seed, measured) for seed, socket in enumerate(sockets)]
    await asyncio.gather(*(talker.talk(until) for talker in talkers))
    watching.cancel()
    await asyncio.gather(*(socket.close() for socket in sockets))
    return measured


async def _watch_loop(measured: Measured) -> None:
    now = asyncio.get_running_loop().time
    while True:
        due = now() + _TICK
        await asyncio.sleep(_TICK)
        measured.loop_lag.append(now() - due)
