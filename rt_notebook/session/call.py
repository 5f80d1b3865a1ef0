"""A function call: the states that it goes through, and what is to be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from rt_notebook.session.results import Output

if TYPE_CHECKING:
    from rt_notebook.session.tools import Tool

State = Literal["running", "waiting", "done", "failed", "cancelled", "unsent"]
Decision = Literal["approved", "denied"]
Happening = Literal["asks", "approved", "denied", "returned", "raised", "stopped", "lost"]

MOVES: Mapping[tuple[State, Happening], State] = {
    ("running", "asks"): "waiting",
    ("waiting", "approved"): "running",
    ("waiting", "denied"): "failed",
    ("running", "returned"): "done",
    ("running", "raised"): "failed",
    ("running", "stopped"): "cancelled",
    ("waiting", "stopped"): "cancelled",
    ("running", "lost"): "unsent",
    ("waiting", "lost"): "unsent",
    ("done", "lost"): "unsent",
    ("failed", "lost"): "unsent",
    ("cancelled", "lost"): "unsent",
}
"""What becomes of a call; anything else that happens to it changes nothing."""

INTERRUPTED = "The user interrupted, and the call was cancelled before it had a result."
STOPPED = "The user stopped it, and the call was cancelled before it had a result."
CUT_OFF = "The response was cut off before the call was complete."
LOST = "The connection ended before the output could be sent."
BY_HAND = "The call had got an output already, sent by hand."


@dataclass(slots=True, eq=False)
class Call:
    """A function call that a tool of this session answers."""

    call_id: str
    name: str
    arguments: dict[str, Any] | str
    """The text itself where it is no JSON object."""
    item_id: str
    response_id: str
    state: State = "running"
    output: str | None = None
    """What goes to the model, or went."""
    error: str | None = None
    """Why it failed."""
    duration_ms: float | None = None
    """How long the tool took."""
    progress: tuple[str, float | None] | None = None
    """What the tool told last: words, and a fraction from 0 to 1."""
    late: bool = False
    """Whether the user interrupted while it ran."""
    decided: Decision | None = None
    """What was said where it asks for approval."""

    def __repr__(self) -> str:
        took = "" if self.duration_ms is None else f" after {self.duration_ms:.0f} ms"
        said = f": {self.error or self.output!r}" if self.error or self.output else ""
        return f"<Call {self.name}({self.arguments}) {self.state}{took}{said}>"


@dataclass(frozen=True, slots=True)
class Start:
    """Begin with a call: run its tool, or ask for approval first; no tool: the model invented the name."""

    call: Call
    tool: Tool | None
    arguments: str


@dataclass(frozen=True, slots=True)
class Stop:
    """The call's tool is to stop, where it can; whatever it still returns is not used."""

    call: Call
    reason: str


@dataclass(frozen=True, slots=True)
class Send:
    """Send the call's output."""

    call: Call
    output: Output


@dataclass(frozen=True, slots=True)
class Unsent:
    """The call's output, if it has one, will never be sent."""

    call: Call
    reason: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Send `response.create` when the server is free, if `begin` then still says so."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something about the server to be told."""

    text: str


Action = Start | Stop | Send | Unsent | Ask | Note
