"""Which request a response answers: a `response.create`, or the end of the user's speech as turn detection heard it."""

from __future__ import annotations

from typing import Any

from rt_notebook.protocol.event import Event
from rt_notebook.protocol.fields import value_at


class Requests:
    """What was asked for on one connection and has not begun."""

    def __init__(self) -> None:
        self.ended: float | None = None
        """When the user's speech ended, for which turn detection may ask; s."""
        self._asks: list[tuple[Event, bool]] = []  # `response.create`, and whether out of band

    def ask(self, event: Event) -> None:
        """Take in a `response.create`."""
        self._asks.append((event, value_at(event, "response", "conversation") == "none"))

    def refuse(self, event: Event) -> None:
        """Take in an error: the request that it refuses gets no answer."""
        refused = value_at(event, "error", "event_id")
        self._asks = [ask for ask in self._asks if refused is None or ask[0].get("event_id") != refused]

    def answer(self, response: dict[str, Any], *, apart: bool) -> tuple[float | None, bool]:
        """Return when a response that begins was asked for (s), and whether it is out of band; `apart`: known to be."""
        if "conversation_id" not in response and self._asks and self._asks[0][1]:
            apart = True  # in 2024 the server did not say
        ended, self.ended = self.ended, self.ended if apart else None
        for position, (event, is_apart) in enumerate(self._asks):
            if is_apart == apart:
                del self._asks[position]
                return event.t, apart
        return None if apart else ended, apart
