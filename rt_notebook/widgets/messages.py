"""What page and kernel say to each other: the twin of js/src/messages.ts, name for name and field for field.

A test compares the two. Times are ms, sound is PCM16 mono at 24 kHz. `data` is bytes: it travels as a binary buffer
beside the JSON, never inside it.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Info(TypedDict):
    """What a session tells of itself; nothing secret. Other keys may be there."""

    provider: NotRequired[str]
    model: NotRequired[str]
    url: NotRequired[str]
    state: NotRequired[str]
    dialect: NotRequired[str]


class Row(TypedDict):
    """One row of the log without its sound."""

    index: int
    t: float
    direction: Literal["client", "server", "local"]
    audio_ms: float | None
    event: dict[str, Any]


# -- from the page to the kernel ---------------------------------------------------------------------------------------


class Join(TypedDict):
    """A view has appeared: it wants to know the session and what happened so far."""

    type: Literal["join"]


class Leave(TypedDict):
    """A view goes away."""

    type: Literal["leave"]


class Start(TypedDict):
    """`Start session` was clicked: this view takes microphone and loudspeaker; a closed session opens again."""

    type: Literal["start"]


class End(TypedDict):
    """`End session` was clicked."""

    type: Literal["end"]


class Say(TypedDict):
    """A message was typed."""

    type: Literal["say"]
    text: str


class Talk(TypedDict):
    """The microphone was opened or closed."""

    type: Literal["talk"]
    on: bool


class Microphone(TypedDict):
    """A chunk from the microphone; `sample` is the position of its first sample since the microphone was opened."""

    type: Literal["microphone"]
    sample: int
    data: bytes


class PlaybackStarted(TypedDict):
    """The first sample of a content part left the loudspeaker."""

    type: Literal["playback.started"]
    item_id: str
    content_index: int


class PlaybackFinished(TypedDict):
    """The last sample of a content part left the loudspeaker."""

    type: Literal["playback.finished"]
    item_id: str
    content_index: int
    heard_samples: int


class PlaybackFlushed(TypedDict):
    """A content part was silenced before its end."""

    type: Literal["playback.flushed"]
    item_id: str
    content_index: int
    heard_samples: int


class PlaybackUnderrun(TypedDict):
    """Sound came too late: so many samples of silence were played in the middle of an item."""

    type: Literal["playback.underrun"]
    item_id: str
    missing_samples: int


FromPage = (
    Join
    | Leave
    | Start
    | End
    | Say
    | Talk
    | Microphone
    | PlaybackStarted
    | PlaybackFinished
    | PlaybackFlushed
    | PlaybackUnderrun
)


# -- from the kernel to the page ---------------------------------------------------------------------------------------


class SessionState(TypedDict):
    """The session as it is now, and which view owns microphone and loudspeaker."""

    type: Literal["session"]
    info: Info
    owner: str | None


class History(TypedDict):
    """What happened before the view `view` joined."""

    type: Literal["history"]
    view: str
    rows: list[Row]


class Happened(TypedDict):
    """What just happened."""

    type: Literal["happened"]
    row: Row


class Audio(TypedDict):
    """Sound to play."""

    type: Literal["audio"]
    item_id: str
    content_index: int
    data: bytes


class AudioEnd(TypedDict):
    """No more sound comes for this content part."""

    type: Literal["audio.end"]
    item_id: str
    content_index: int


class Flush(TypedDict):
    """Fall silent now and forget what is queued."""

    type: Literal["flush"]


class Lost(TypedDict):
    """Microphone samples that never reached the kernel, since the microphone was opened."""

    type: Literal["lost"]
    samples: int


class Problem(TypedDict):
    """Something went wrong in the kernel; the text says what and names the cure."""

    type: Literal["problem"]
    text: str


FromKernel = SessionState | History | Happened | Audio | AudioEnd | Flush | Lost | Problem
