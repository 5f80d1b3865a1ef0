"""What is known of responses that call functions, of the requests for answers to them, and of what is still owed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Place:
    """A call's place among those of its response."""

    asks: bool
    """Whether its output wants an answer."""
    ours: bool
    """Whether a tool of ours answers it; otherwise the user does, by hand."""
    given: bool = False
    """Its output is on its way to the server."""
    confirmed: bool = False
    """The server has told that it is in the conversation."""
    sent: bool = False
    """Our tool has ended and its output was sent: in a replay that may be later than it is given."""


@dataclass(slots=True, eq=False)
class Made:
    """A response of the conversation that calls functions, or may still."""

    id: str
    row: int
    params: Mapping[str, Any]
    """What it was asked for with."""
    places: dict[str, Place] = field(default_factory=dict)
    done: bool = False
    over: bool = False
    """No answer is owed (any more)."""
    requested: bool = False
    """A request for the answer is on its way."""
    echoes: bool = False
    """In a replay: the recorded request was played before our tools had ended, and is still to be sent as well."""
    answer: str | None = None
    """The response that answers it."""

    @property
    def complete(self) -> bool:
        """Whether it is done, and all outputs are on their way."""
        return self.done and all(place.given for place in self.places.values())

    @property
    def confirmed(self) -> bool:
        """Whether the server has all outputs."""
        return all(place.confirmed for place in self.places.values())

    @property
    def owed(self) -> bool:
        """Whether an answer is to be asked for now."""
        return self.complete and not (self.over or self.requested or self.answer)

    @property
    def wanted(self) -> bool:
        """Whether a request is to be sent: for an answer, or because the recording has one."""
        return self.owed or (self.echoes and all(place.sent for place in self.places.values() if place.ours))


@dataclass(slots=True)
class Request:
    """A `response.create` in the conversation that has no response yet."""

    params: Mapping[str, Any]
    ours: bool
    answers: list[Made]
    t: float
    """When it was sent."""


@dataclass(slots=True)
class Taken:
    """What was taken for the response to a request, though outputs that it is to answer may have come too late for it.

    The refusal of the request, or word of an output that only now is in the conversation, tells that it is another's.
    """

    event_id: str
    request: Request
    made: Made
    late: list[Made]
    """Those whose outputs were not known to be in."""
