"""What waits to go out to the user's side, and what an interruption leaves of it. No I/O in here."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import NamedTuple

from rt_notebook.agents.translate import AUDIO
from rt_notebook.protocol.event import Event


class Part(NamedTuple):
    """The content part of an item whose audio it is."""

    item_id: str
    content_index: int


_NO_PART = Part("", 0)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event that is to go out: its place in the log, from which it is read when it is its turn."""

    index: int
    type: str
    part: Part
    audio_ms: float = 0.0
    own: str = ""
    """The event itself, as JSON, where it is the agent's own and in no log."""


class Outbox:
    """Events in the order in which they go out.

    A side that takes them slowly holds up nobody: what waits are places in the log. When the user interrupts, the audio
    that still waits is dropped, since it would be heard after he spoke, and so is what still comes of that response.
    """

    def __init__(self) -> None:
        self._waiting: deque[Waiting] = deque()
        self._sent_ms: dict[Part, float] = {}
        """Audio that went out, of the parts that are not complete."""
        self._live: set[str] = set()
        """The responses that are being made."""
        self._silenced: set[str] = set()
        """Those of them of which nothing more is to be heard."""

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, event: Event) -> None:
        """Let an event wait, unless it is audio of a response that was interrupted."""
        response_id = response_of(event)
        if event.type == "response.created":
            self._live.add(response_id)
        elif event.type == "response.done":
            self._live.discard(response_id)
            self._silenced.discard(response_id)
        elif event.type == AUDIO and response_id in self._silenced:
            return
        part = Part(str(event.get("item_id", "")), event.get("content_index", 0))
        self._waiting.append(Waiting(event.index, event.type, part, event.audio_ms or 0.0))

    def put_own(self, error: str) -> None:
        """Let an `error` event of the agent's own wait, as JSON."""
        self._waiting.append(Waiting(-1, "error", _NO_PART, own=error))

    def take(self) -> Waiting:
        """Return the next event. Raises `IndexError` where none waits."""
        waiting = self._waiting.popleft()
        if waiting.type == AUDIO:
            self._sent_ms[waiting.part] = self._sent_ms.get(waiting.part, 0.0) + waiting.audio_ms
        elif waiting.type == "response.output_audio.done":
            self._sent_ms.pop(waiting.part, None)
        return waiting

    def interrupt(self) -> dict[Part, int]:
        """Drop the audio that waits; return what of each part went out at most, in ms, where some of it did not."""
        dropped = {waiting.part for waiting in self._waiting if waiting.type == AUDIO}
        self._waiting = deque(waiting for waiting in self._waiting if waiting.type != AUDIO)
        self._silenced |= self._live
        return {part: int(self._sent_ms.pop(part, 0.0)) for part in dropped}


def response_of(event: Event) -> str:
    """Return the id of an event's response; empty where it has none."""
    response = event.get("response")
    return str(response.get("id", "") if isinstance(response, dict) else event.get("response_id", ""))
