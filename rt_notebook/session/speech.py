"""Speaking into a session as a microphone would: at its pace, with the silence after it, until the turn is answered."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rt_notebook.audio.pcm import duration_ms, level_dbfs
from rt_notebook.errors import AudioError, ConnectionClosedError, ReplayError
from rt_notebook.protocol.event import BYTES_PER_MS, encode_audio
from rt_notebook.session.asking import BUSY

if TYPE_CHECKING:
    from collections.abc import Callable

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
                self.taken = event["response"]["id"]
            case "response.created":
                self.unanswered = 0
                self.last = event["response"]["id"]
            case "error" if (event.get("error") or {}).get("code") == BUSY:
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
        return self.heard and self.unanswered == 0


def seconds_at(pcm: bytes, pace: float) -> float:
    """Return how long speaking takes at a pace. Raises `ValueError` where the pace is not positive."""
    if not isinstance(pace, int | float) or not pace > 0:
        raise ValueError(f"pace is {pace!r}; 1.0 is real time, 2.0 twice as fast, math.inf at once.")
    return duration_ms(len(pcm)) / 1000 / pace


async def speak(wire: Wire, pcm: bytes, pace: float, begun: Callable[[int], None]) -> Response | None:
    """Send PCM16 (mono, 24 kHz) in chunks at `pace` times real time, then silence; returns the last turn's response.

    None where turn detection is set not to create responses; it then returns when the speech is committed. `begun` is
    told the position in the log of the first chunk.

    Raises
    ------
    ValueError
        Turn detection is off, so nobody would take the turn; or `pace` is not positive.
    AudioError
        Turn detection heard no speech.
    """
    seconds_at(pcm, pace)
    audio = wire.conversation.session.get("audio") or {}
    vad = (audio.get("input") or {}).get("turn_detection")
    if vad is None:
        raise ValueError(
            "Turn detection is off, so nothing would end the turn. Use ask(audio=...), or append_audio() and commit(), "
            "or update(turn_detection=rt.ServerVAD())."
        )
    answers = vad.get("create_response") is not False
    # Speech that somebody began before (an interrupted `speak`, a microphone) goes over into ours.
    turns = _Turns(started=int(wire.conversation.speaking))
    following = contextlib.ExitStack()

    def finished() -> bool:
        return turns.heard if not answers else turns.answered and wire.conversation.active is None

    try:
        clock = asyncio.get_running_loop().time
        due = clock()
        sent_ms = 0
        speech_ms = duration_ms(len(pcm))
        while sent_ms < speech_ms or not finished():
            at = sent_ms * BYTES_PER_MS
            chunk = pcm[at : at + CHUNK_MS * BYTES_PER_MS] or SILENCE
            sent = wire.send({"type": "input_audio_buffer.append", "audio": encode_audio(chunk)})
            if not sent_ms:
                begun(sent.index)
                # In a replay it may have been answered by now.
                for index in range(sent.index + 1, len(wire.log)):
                    turns.apply(wire.event(index))
                following.callback(wire.subscribe(turns.apply))
            sent_ms += CHUNK_MS
            if sent_ms > speech_ms + PATIENCE_MS and not turns.started:
                raise AudioError(
                    f"Turn detection heard no speech in {speech_ms / 1000:.1f} s of audio "
                    f"(level {level_dbfs(pcm):.0f} dBFS). Is it speech, and loud enough? "
                    "A lower threshold hears more: update(turn_detection=rt.ServerVAD(threshold=0.3))."
                )
            # Only the speech itself may go faster: the silence behind it lasts as long as the server thinks.
            faster = wire.speed * (pace if sent_ms < speech_ms else 1.0)
            due = max(due + CHUNK_MS / 1000 / faster, clock())
            await asyncio.sleep(due - clock())
    except BaseException:
        # Half an utterance would become the beginning of the next one.
        with contextlib.suppress(ConnectionClosedError, ReplayError):
            wire.send({"type": "input_audio_buffer.clear"})
        raise
    finally:
        following.close()
    return wire.conversation.responses.get(turns.last or "") if answers else None
