"""What `log.reading` notes down of each item (`Said`), of each response (`Answer`) and of each bill (`Bill`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from rt_notebook.protocol.items import Item, Response

if TYPE_CHECKING:
    from rt_notebook.log.turns import Turn


@dataclass(slots=True, eq=False)
class Said:
    """An item and when it was said, seconds on the log's clock."""

    id: str
    connection: int
    item: Item
    turn: Turn | None = None
    response: str | None = None
    """Id of the response that made it."""
    audio_ms: float = 0.0
    """Its sound: the user's as the server cut it out, the assistant's as it was generated."""
    position: int | None = None
    """In the conversation, from 0; None where it left it, or never was in it."""

    started_ms: float | None = None
    """Where the speech begins, ms of the connection's sound, without the padding before it; likewise `ended_ms`."""
    ended_ms: float | None = None
    told: float | None = None
    """When the server told that speech begins."""
    speech_start: float | None = None
    speech_end: float | None = None
    stopped: float | None = None
    committed: float | None = None
    added: float | None = None
    transcribed: float | None = None

    heard: float | None = None
    """When its first sample left the loudspeaker."""
    over: float | None = None
    """When its sound was over, played or cut."""
    heard_parts: dict[int, float] = field(default_factory=dict)
    """Content part -> ms heard, where the loudspeaker told."""
    cut_ms: float | None = None
    """Where the server cut it."""

    @property
    def heard_ms(self) -> float | None:
        """Ms of its sound that were heard; None where nobody told."""
        return sum(self.heard_parts.values()) if self.heard_parts else self.cut_ms


@dataclass(slots=True, eq=False)
class Answer:
    """A response and when it was made, seconds on the log's clock."""

    id: str
    connection: int
    response: Response
    out_of_band: bool
    model: str | None
    turn: Turn | None = None
    items: list[Said] = field(default_factory=list)
    asked: float | None = None
    created: float | None = None
    first_text: float | None = None
    first_audio: float | None = None
    done: float | None = None
    interrupted: float | None = None

    @property
    def heard(self) -> float | None:
        """When its first sample left the loudspeaker."""
        return min((said.heard for said in self.items if said.heard is not None), default=None)

    @property
    def audio_ms(self) -> float:
        """Its sound as it was generated."""
        return sum(said.audio_ms for said in self.items)

    @property
    def text(self) -> str:
        """The answer in words, whether it was written or spoken."""
        return " ".join(words for said in self.items if (words := said.item.words.strip()))

    @property
    def why(self) -> str | None:
        """Why it was cancelled, is incomplete or failed."""
        details = self.response.status_details
        reason = details.get("reason") if isinstance(details, dict) else None
        return self.response.error or (reason if isinstance(reason, str) else None)


@dataclass(slots=True, eq=False)
class Bill:
    """What the server counted for a response, or for a transcription."""

    what: Literal["response", "transcription"]
    id: str
    """Of the response; of the item that was transcribed."""
    t: float
    connection: int
    model: str | None
    usage: dict[str, Any] | None
    """None where the server did not say."""
    paid: bool | None
    """Whether somebody is paid where the session went; None where the log does not say where that was."""
    of: Answer | Said

    @property
    def turn(self) -> Turn | None:
        """The turn it belongs to."""
        return self.of.turn
