"""Speaking into a session as a microphone would: at its pace, with the silence after it, until the turn is answered."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rt_notebook.audio.pcm import duration_ms, level_dbfs
from rt_notebook.errors import AudioError
from rt_notebook.protocol.catalog import BUSY
from rt_notebook.protocol.event import BYTES_PER_MS, encode_audio

if TYPE_CHECKING:
    from rt_notebook.protocol.event import Event
    from rt_notebook.protocol.items import Response
    from rt_notebook.session.wire import Wire

CHUNK_MS = 40
"""As the panel's recorder sends it."""
SILENCE = bytes(CHUNK_MS * BYTES_PER_MS)
PATIENCE_MS = 3_000
"""Silence after which speech that nobody detected counts as no speech."""


@dataclass(slots=True)
class Turns:
    """What became of the speech so far, among responses that others ask for."""

    started: int = 0
    stopped: int = 0
    committed: int = 0
    unanswered: int = 0
    last: str | None = None
    """Id of the newest response that turn detection created."""
    asked: int = 0
    """Requests of others that wait for their response."""
    taken: str | None = None
    """The newest response that we took for an answer to one of those."""

    def apply(self, event: Event) -> None:
        """Take an event in."""
        match event.type:
            case "input_audio_buffer.speech_started":
                self.started += 1
            case "input_audio_buffer.speech_stopped":
                self.stopped += 1
            case "input_audio_buffer.cleared":
                self.started = self.stopped
            case "input_audio_buffer.committed":
                self.committed += 1
                self.unanswered += 1
            case "response.create":
                self.asked += 1
            case "response.created" if self.asked:
                self.asked -= 1
                self.taken = response_id(event)
            case "response.created":
                self.unanswered = 0
                self.last = response_id(event)
            case "error" if isinstance(told := event.get("error"), dict) and told.get("code") == BUSY:
                # That request got no response, so what we took for one was turn detection's.
                if self.asked:
                    self.asked -= 1
                elif self.taken:
                    self.unanswered, self.last = 0, self.taken

    @property
    def heard(self) -> bool:
        """All speech so far has ended and become items."""
        return self.started > 0 and self.started == self.stopped and self.committed > 0

    @property
    def answered(self) -> bool:
        """And turn detection has created a response to the last of them."""
        return self.heard and self.unanswered == 0


def response_id(event: Event) -> str | None:
    """Return the id of the response that an event begins or ends."""
    response = event.get("response")
    return response.get("id") if isinstance(response, dict) else None


def seconds_at(pcm: bytes, pace: float) -> float:
    """Return how long speaking takes at a pace. Raises `ValueError` where the pace is not positive."""
    if not isinstance(pace, int | float) or not pace > 0:
        raise ValueError(f"pace is {pace!r}; 1.0 is real time, 2.0 twice as fast, math.inf at once.")
    return duration_ms(len(pcm)) / 1000 / pace


def answers_itself(wire: Wire) -> bool:
    """Tell whether turn detection creates responses. Raises `ValueError` where there is no turn detection."""
    audio = wire.conversation.session.get("audio") or {}
    vad = (audio.get("input") or {}).get("turn_detection")
    if vad is None:
        raise ValueError(
            "Turn detection is off, so nothing would end the turn. Use ask(audio=...), or append_audio() and commit(), "
            "or update(turn_detection=rt.ServerVAD())."
        )
    return vad.get("create_response") is not False


def no_speech(pcm: bytes) -> AudioError:
    """Return the error that says so of sound that was spoken."""
    return AudioError(
        f"Turn detection heard no speech in {duration_ms(len(pcm)) / 1000:.1f} s of audio "
        f"(level {level_dbfs(pcm):.0f} dBFS). Is it speech, and loud enough? "
        "A lower threshold hears more: update(turn_detection=rt.ServerVAD(threshold=0.3))."
    )


async def speak(wire: Wire, pcm: bytes, pace: float) -> Response | None:
    """Send PCM16 (mono, 24 kHz) in chunks at `pace` times real time, then silence; returns the last turn's response.

    None where turn detection is set not to create responses; it then returns when the speech is committed.

    Raises
    ------
    ValueError
        Turn detection is off, so nobody would take the turn; or `pace` is not positive.
    AudioError
        Turn detection heard no speech.
    """
    seconds_at(pcm, pace)
    answers = answers_itself(wire)
    # Speech that somebody began before (an interrupted `speak`, a microphone) goes over into ours.
    turns = Turns(started=int(wire.conversation.speaking))

    def finished() -> bool:
        return turns.heard if not answers else turns.answered and wire.conversation.active is None

    unsubscribe = wire.subscribe(turns.apply)
    try:
        clock = asyncio.get_running_loop().time
        due = clock()
        sent_ms = 0
        speech_ms = duration_ms(len(pcm))
        while sent_ms < speech_ms or not finished():
            at = sent_ms * BYTES_PER_MS
            chunk = pcm[at : at + CHUNK_MS * BYTES_PER_MS] or SILENCE
            wire.send({"type": "input_audio_buffer.append", "audio": encode_audio(chunk)})
            sent_ms += CHUNK_MS
            if sent_ms > speech_ms + PATIENCE_MS and not turns.started:
                raise no_speech(pcm)
            # Only the speech itself may go faster: the silence behind it lasts as long as the server thinks.
            due = max(due + CHUNK_MS / 1000 / (pace if sent_ms < speech_ms else 1.0), clock())
            await asyncio.sleep(due - clock())
    except BaseException:
        # Half an utterance would become the beginning of the next one.
        if not wire.closed:
            wire.send({"type": "input_audio_buffer.clear"})
        raise
    finally:
        unsubscribe()
    return wire.conversation.responses.get(turns.last or "") if answers else None
