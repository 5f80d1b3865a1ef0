"""Words for user audio: which transcription belongs to which item, and what the client is told of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from rt_notebook.server.buffer import BYTES_PER_MS
from rt_notebook.server.effects import Cancel, Outbox, Transcribe
from rt_notebook.server.errors import ClientError
from rt_notebook.server.items import Item, Part
from rt_notebook.server.usage import transcription_usage

_MOST_WAITING = 10 * 60_000 * BYTES_PER_MS
"""Bytes of audio that may wait to be heard: ten minutes."""


@dataclass(slots=True)
class Job:
    """One transcription, perhaps begun before its item exists."""

    name: str
    size: int
    """Bytes of PCM16."""
    item: Item | None = None
    index: int = 0
    """Content index of the audio in its item."""
    told: bool = False
    """Whether the client wants events about it."""
    text: str | None = None
    """The words, once they are there."""
    error: str | None = None


@dataclass(slots=True)
class Hearing:
    """All transcriptions of a connection that are under way."""

    out: Outbox
    jobs: dict[str, Job] = field(default_factory=dict)
    transcription: dict[str, Any] | None = None
    """The session's `transcription`: None where the client wants no events about turns."""
    _made: int = 0
    _ahead: Job | None = None

    def check_room(self) -> None:
        """Raise `ClientError` where more audio waits to be heard than one client may have waiting."""
        if self._waiting_bytes > _MOST_WAITING:
            raise ClientError(
                "rate_limit_exceeded",
                f"{_MOST_WAITING // (60_000 * BYTES_PER_MS)} minutes of audio wait to be transcribed. Send more once "
                "they are.",
            )

    @property
    def _waiting_bytes(self) -> int:
        return sum(job.size for job in self.jobs.values() if job.text is None and job.error is None)

    def begin_ahead(self, pcm: bytes) -> None:
        """Transcribe a turn that may be over."""
        self.drop_ahead()
        self._ahead = self._begin(pcm)

    def drop_ahead(self) -> None:
        """Give up what was transcribed ahead: the turn goes on."""
        if self._ahead is not None:
            self._forget(self._ahead)
            self._ahead = None

    def begin(self, item: Item, index: int) -> None:
        """Transcribe the audio of an item's part, for the thinker alone."""
        self._assign(self._begin(item.content[index].audio.read()), item, index, told=False)

    def begin_turn(self, item: Item) -> None:
        """Transcribe the item of a turn, unless that was done ahead, and tell the client if it wants to know."""
        job, self._ahead = self._ahead, None
        told = self.transcription is not None
        self._assign(job or self._begin(item.content[0].audio.read()), item, 0, told=told)

    def is_ahead(self, name: str) -> bool:
        """Whether this is the transcription of a turn that may not be over."""
        return self._ahead is not None and self._ahead.name == name

    def heard(self, name: str, text: str) -> None:
        """Take a transcription's result."""
        if job := self.jobs.get(name):
            job.text = text
            self._settle(job)

    def failed(self, name: str, message: str) -> None:
        """Take a transcription's failure."""
        if job := self.jobs.get(name):
            job.error = message
            self._settle(job)

    def pending(self, item: Item) -> bool:
        """Whether words of this item are still to come."""
        return any(job.item is item for job in self.jobs.values())

    def forget(self, item: Item) -> None:
        """Give up all transcriptions of an item."""
        for job in [job for job in self.jobs.values() if job.item is item]:
            self._forget(job)

    def _begin(self, pcm: bytes) -> Job:
        self._made += 1
        job = Job(f"hearing_{self._made}", len(pcm))
        self.jobs[job.name] = job
        self.out.put(Transcribe(job.name, pcm, (self.transcription or {}).get("language")))
        return job

    def _assign(self, job: Job, item: Item, index: int, *, told: bool) -> None:
        job.item, job.index, job.told = item, index, told
        self._settle(job)

    def _forget(self, job: Job) -> None:
        del self.jobs[job.name]
        if job.text is None and job.error is None:
            self.out.put(Cancel(job.name))

    def _settle(self, job: Job) -> None:
        """Close a transcription that has both its item and its result."""
        if job.item is None or (job.text is None and job.error is None):
            return
        del self.jobs[job.name]
        part = job.item.content[job.index]
        part.heard, part.unheard = job.text, job.error
        if job.told:
            self._tell(job, job.item, part)

    def _tell(self, job: Job, item: Item, part: Part) -> None:
        where: dict[str, Any] = {"item_id": item.id, "content_index": job.index}
        prefix = "conversation.item.input_audio_transcription"
        if job.text is None:
            error = {"type": "server_error", "code": "transcription_failed", "message": job.error, "param": None}
            self.out.send(f"{prefix}.failed", **where, error=error)
            return
        part.transcript = job.text
        model = (self.transcription or {}).get("model", "")
        for delta in _deltas(job.text, model):
            self.out.send(f"{prefix}.delta", **where, delta=delta)
        usage = transcription_usage(part.audio_ms, job.text, model)
        self.out.send(f"{prefix}.completed", **where, transcript=job.text, usage=usage)


def _deltas(text: str, model: str) -> list[str]:
    """Return a transcript as the API brings it: of Whisper in one piece, of its other models word by word."""
    if model.startswith("whisper"):
        return [text] if text else []
    return _WORD.findall(text)


_WORD = re.compile(r"\s*\S+\s*$|\s*\S+")
