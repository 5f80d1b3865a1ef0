"""What page and kernel say to each other: the twin of js/src/messages.ts, name for name and field for field.

A test compares the two. Times are ms, sound is PCM16 mono at 24 kHz. `data` is bytes: it travels as a binary buffer
beside the JSON, never inside it.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from rt_notebook.log.rows import Row as Row


class Info(TypedDict):
    """What a session tells of itself; nothing secret. Other keys may be there."""

    provider: NotRequired[str]
    model: NotRequired[str]
    url: NotRequired[str]
    state: NotRequired[str]
    dialect: NotRequired[str]
    cost_usd: NotRequired[float | None]
    kernel: NotRequired[str]
    subshells: NotRequired[bool]
    busy: NotRequired[bool]


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


class SendFile(TypedDict):
    """An audio file was chosen, to be said as the user, in pieces; `offset` and `size` are bytes of the whole."""

    type: Literal["file"]
    name: str
    offset: int
    size: int
    data: bytes


class Update(TypedDict):
    """Settings were changed: the part of the API's session object (GA's shape) that is to be another."""

    type: Literal["update"]
    session: dict[str, Any]


class Interrupt(TypedDict):
    """`Stop answer` was clicked: the answer that is made or played is not wanted any more."""

    type: Literal["interrupt"]


class Approve(TypedDict):
    """`Approve` was clicked: a call that waits for approval is to run."""

    type: Literal["approve"]
    call_id: str


class Deny(TypedDict):
    """`Deny` was clicked: a call that waits for approval is not to run."""

    type: Literal["deny"]
    call_id: str


class Talk(TypedDict):
    """The user begins or ceases to talk; `held`: a button or key is held for it, which interrupts by itself."""

    type: Literal["talk"]
    on: bool
    held: bool


class Microphone(TypedDict):
    """A chunk from the microphone; `sample` is the position of its first sample since talking began."""

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


class Replay(TypedDict):
    """What was said from `t` on (seconds since connecting) is to be heard again."""

    type: Literal["replay"]
    t: float


class Look(TypedDict):
    """The whole event in row `index` of the log is to be seen."""

    type: Literal["look"]
    index: int


class Ping(TypedDict):
    """Asks for a `pong` with the same number."""

    type: Literal["ping"]
    id: int


FromPage = (
    Join
    | Leave
    | Start
    | End
    | Say
    | SendFile
    | Update
    | Interrupt
    | Approve
    | Deny
    | Talk
    | Microphone
    | PlaybackStarted
    | PlaybackFinished
    | PlaybackFlushed
    | PlaybackUnderrun
    | Replay
    | Look
    | Ping
)


# -- from the kernel to the page ---------------------------------------------------------------------------------------


class SessionState(TypedDict):
    """The session as it is now, and which view owns microphone and loudspeaker."""

    type: Literal["session"]
    info: Info
    owner: str | None
    t: float


class Relay(TypedDict):
    """The relay's name for this session's link; None where there is no relay, and why. It is never saved."""

    type: Literal["relay"]
    link: str | None
    why: str


class History(TypedDict):
    """What happened before this view joined, piece by piece; `done` with the last one."""

    type: Literal["history"]
    rows: list[Row]
    done: bool


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
    """Microphone samples that never reached the kernel, since talking began."""

    type: Literal["lost"]
    samples: int


class Replayed(TypedDict):
    """What was said from `t` on, user and assistant together, as answer to `replay`; empty where nothing was."""

    type: Literal["replayed"]
    t: float
    data: bytes


class Looked(TypedDict):
    """The whole event in row `index`, as indented JSON; sound is given by its duration."""

    type: Literal["looked"]
    index: int
    json: str


class Pong(TypedDict):
    """Answers a `ping`."""

    type: Literal["pong"]
    id: int


class Problem(TypedDict):
    """Something went wrong in the kernel; the text says what and names the cure."""

    type: Literal["problem"]
    text: str


FromKernel = (
    SessionState | Relay | History | Happened | Audio | AudioEnd | Flush | Lost | Replayed | Looked | Pong | Problem
)
