"""Speaking into a session as a microphone would: at its pace, with the silence after it, until the turn is answered."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rt_notebook.audio.pcm import duration_ms, level_dbfs
from rt_notebook.errors import AudioError
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
class _Turns:
    """What became of the speech so far."""

    started: int = 0
    stopped: int = 0
    unanswered: int = 0
    last: str | None = None
    """Id of the newest response."""

    def apply(self, event: Event) -> None:
        match event.type:
            case "input_audio_buffer.speech_started":
                self.started += 1
            case "input_audio_buffer.speech_stopped":
                self.stopped += 1
            case "input_audio_buffer.committed":
                self.unanswered += 1
            case "response.created":
                self.unanswered = 0
                self.last = event["response"]["id"]

    @property
    def over(self) -> bool:
        return self.started > 0 and self.started == self.stopped and self.unanswered == 0


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
    if not pace > 0:
        raise ValueError(f"pace is {pace}; 1.0 is real time, 2.0 twice as fast, math.inf at once.")
    audio = wire.conversation.session.get("audio") or {}
    vad = (audio.get("input") or {}).get("turn_detection")
    if vad is None:
        raise ValueError(
            "Turn detection is off, so nothing would end the turn. Use ask(audio=...), or append_audio() and commit(), "
            "or update(turn_detection=rt.ServerVAD())."
        )
    answers = vad.get("create_response") is not False
    turns = _Turns()

    def finished() -> bool:
        if not answers:
            return turns.started > 0 and turns.started == turns.stopped and turns.unanswered > 0
        return turns.over and wire.conversation.active is None

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
                raise AudioError(
                    f"Turn detection heard no speech in {speech_ms / 1000:.1f} s of audio "
                    f"(level {level_dbfs(pcm):.0f} dBFS). Is it speech, and loud enough? "
                    "A lower threshold hears more: update(turn_detection=rt.ServerVAD(threshold=0.3))."
                )
            # Only the speech itself may go faster: the silence behind it lasts as long as the server thinks.
            due = max(due + CHUNK_MS / 1000 / (pace if sent_ms < speech_ms else 1.0), clock())
            await asyncio.sleep(due - clock())
    finally:
        unsubscribe()
    return wire.conversation.responses.get(turns.last or "") if answers else None
