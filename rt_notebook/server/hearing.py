"""Words for user audio: which transcription belongs to which item, and what the client is told of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rt_notebook.server.effects import Cancel, Outbox, Transcribe
from rt_notebook.server.items import Item, Part
from rt_notebook.server.usage import transcription_usage


@dataclass(slots=True)
class Job:
    """One transcription, perhaps begun before its item exists."""

    name: str
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
    _made: int = 0
    _ahead: Job | None = None

    def begin_ahead(self, pcm: bytes) -> None:
        """Transcribe a turn that may be over."""
        self.drop_ahead()
        self._ahead = self._begin(pcm)

    def drop_ahead(self) -> None:
        """Give up what was transcribed ahead: the turn goes on."""
        if self._ahead is not None:
            self._forget(self._ahead)
            self._ahead = None

    def begin(self, item: Item, index: int, *, told: bool) -> None:
        """Transcribe the audio of an item's part; `told` says whether the client gets events about it."""
        self._assign(self._begin(bytes(item.content[index].audio)), item, index, told)

    def begin_turn(self, item: Item, *, told: bool) -> None:
        """Transcribe the item of a turn, unless that was done ahead."""
        job, self._ahead = self._ahead, None
        self._assign(job or self._begin(bytes(item.content[0].audio)), item, 0, told)

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
        job = Job(f"hearing_{self._made}")
        self.jobs[job.name] = job
        self.out.put(Transcribe(job.name, pcm))
        return job

    def _assign(self, job: Job, item: Item, index: int, told: bool) -> None:
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
        if job.text:
            self.out.send(f"{prefix}.delta", **where, delta=job.text)
        usage = transcription_usage(part.audio_ms, job.text)
        self.out.send(f"{prefix}.completed", **where, transcript=job.text, usage=usage)
