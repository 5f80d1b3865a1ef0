"""Which `session.updated` answers which `session.update`: the server does not say, but it answers in order. No I/O."""

from __future__ import annotations

from rt_notebook.protocol.event import Event
from rt_notebook.protocol.fields import text_at


class Updates:
    """The updates of a session, with those that are sent by hand and those that nobody waits for."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._answers: dict[int, str] = {}

    def take(self, event: Event) -> None:
        """Take an event in."""
        match event.type:
            case "session.update":
                self._open.append(text_at(event, "event_id") or "")
            case "session.updated" if self._open:
                self._answers[event.index] = self._open.pop(0)
            case "error":
                self.forget(text_at(event, "error", "event_id"))
            case "rt.connection.opened":
                self._open.clear()

    def forget(self, event_id: str | None) -> None:
        """Take note that an update gets no answer."""
        if event_id in self._open:
            self._open.remove(event_id)

    def answered(self, sent: Event, came: Event) -> bool:
        """Tell whether a `session.updated` is the answer to an update."""
        return self._answers.get(came.index) == sent.get("event_id")
