"""What the core asks of the world: events to send and jobs for the engines.

A job is named by a string. Its results come back under that name through the methods of `Connection`; after
`Cancel` nothing more is expected of it, and what still comes is ignored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rt_notebook.protocol.ids import new_id
from rt_notebook.server.dialects import DIALECTS, Dialect
from rt_notebook.server.engine import Prompt


@dataclass(frozen=True, slots=True)
class Send:
    """Send this server event to the client."""

    event: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Transcribe:
    """Turn speech into words: answered by `heard` or `failed`."""

    job: str
    pcm: bytes = field(repr=False)
    """PCM16 mono at 24 kHz."""
    language: str | None = None
    """ISO 639-1 code, where the client knows it."""


@dataclass(frozen=True, slots=True)
class Respond:
    """Make an answer: any number of `text` and `call`, then `thought` (or `failed`)."""

    job: str
    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Speak:
    """Speak a text: any number of `audio`, then `spoken` (or `failed`)."""

    job: str
    text: str
    voice: str
    speed: float


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop working on a job."""

    job: str


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """The user stopped speaking `silence_ms` of audio ago. For whoever measures; nothing needs to be done."""

    item_id: str
    silence_ms: int


@dataclass(frozen=True, slots=True)
class Close:
    """Close the connection with this WebSocket close code, after everything before it was sent."""

    code: int
    reason: str


Effect = Send | Transcribe | Respond | Speak | Cancel | TurnEnded | Close


class Outbox:
    """Collects effects in order until they are taken. Events are given in GA's shape."""

    def __init__(self, make_id: Callable[[str], str] = new_id, dialect: Dialect = DIALECTS["ga"]) -> None:
        self.make_id = make_id
        self._dialect = dialect
        self._effects: list[Effect] = []

    def send(self, kind: str, /, **fields: Any) -> None:
        """Send a server event of type `kind` with a fresh `event_id`, as the client's dialect has it."""
        event = {"type": kind, "event_id": self.make_id("event"), **fields}
        self._effects += map(Send, self._dialect.outgoing(event))

    def put(self, effect: Effect) -> None:
        """Ask for anything but an event."""
        self._effects.append(effect)

    def take(self) -> list[Effect]:
        """Return all that was collected, and start anew."""
        effects, self._effects = self._effects, []
        return effects
