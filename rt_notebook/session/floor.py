"""Who has the floor: whether the user speaks, and how long the server's own answer to that is awaited. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rt_notebook.protocol.event import Event
from rt_notebook.protocol.fields import dict_at

PATIENCE_SECONDS = 3.0
"""How long after the user's speech the server's own answer is awaited, where turn detection creates responses."""
STALLED_SECONDS = 5.0
"""So long after the last sound that was sent, speech whose end nobody told is over: the microphone is off."""


class Floor:
    """The user's side of one connection; takes its events in GA's shape."""

    def __init__(self) -> None:
        self.session: dict[str, Any] = {}
        """The session as the server last reported it."""
        self._speaking = False
        self._heard = 0.0
        """When sound was last sent."""
        self._until = 0.0

    def take(self, event: Event) -> None:
        """Take an event in."""
        if handler := _HANDLERS.get(event.type):
            handler(self, event)

    @property
    def held(self) -> float:
        """Nothing is to be asked for before: seconds on the log's clock."""
        return self._heard + STALLED_SECONDS if self._speaking else self._until

    def hold(self, until: float) -> None:
        """Let nothing be asked for before."""
        self._until = max(self._until, until)

    @property
    def interrupts(self) -> bool:
        """Whether the user's voice is to interrupt what is being done."""
        return self._detection.get("interrupt_response") is not False

    @property
    def _detection(self) -> dict[str, Any]:
        return dict_at(self.session, "audio", "input", "turn_detection")

    def _configured(self, event: Event) -> None:
        self.session = dict_at(event, "session")

    def _appended(self, event: Event) -> None:
        self._heard = event.t

    def _started(self, event: Event) -> None:
        self._speaking, self._heard = True, max(self._heard, event.t)

    def _stopped(self, event: Event) -> None:
        self._speaking = False
        detection = self._detection
        if detection and detection.get("create_response") is not False:
            self._until = event.t + PATIENCE_SECONDS

    def _cleared(self, event: Event) -> None:
        self._speaking = False

    def _answered(self, event: Event) -> None:
        if dict_at(event, "response").get("conversation_id", ...) is not None:
            self._until = 0.0


_HANDLERS: Mapping[str, Callable[[Floor, Event], None]] = {
    "session.created": Floor._configured,
    "session.updated": Floor._configured,
    "input_audio_buffer.append": Floor._appended,
    "input_audio_buffer.speech_started": Floor._started,
    "input_audio_buffer.speech_stopped": Floor._stopped,
    "input_audio_buffer.cleared": Floor._cleared,
    "response.created": Floor._answered,
}
