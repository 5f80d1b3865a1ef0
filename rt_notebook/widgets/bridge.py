"""Between the page and the session: the session's events become messages for the page, the page's become calls."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from typing import Any, Protocol, cast

from rt_notebook.errors import ConnectionClosedError, RealtimeError
from rt_notebook.protocol.event import Event
from rt_notebook.widgets.link import Link, Urgency
from rt_notebook.widgets.messages import (
    FromPage,
    Microphone,
    PlaybackFinished,
    PlaybackFlushed,
    PlaybackStarted,
    PlaybackUnderrun,
    Row,
    Say,
    Talk,
)
from rt_notebook.widgets.speaker import Part, Speaker

_log = logging.getLogger(__name__)

_LONGEST_STRING = 4_000
"""Characters of a field that go to the page; instructions fit, images and audio do not."""
_BYTES_PER_MS = 48
_SPEAKING = {
    "input_audio_buffer.speech_started": True,
    "input_audio_buffer.speech_stopped": False,
    "rt.connection.opened": False,
}


class BridgedSession(Protocol):
    """What the bridge needs of a session. Only `info`, `subscribe` and `call` may be called from any thread."""

    def info(self) -> dict[str, Any]:
        """Return provider, model, url, state (``open`` or ``closed``) and whatever else is no secret, fit for JSON."""

    def subscribe(self, callback: Callable[[Event], None], /) -> Callable[[], None]:
        """Call `callback` on the loop thread with every row of the log from now on; returns how to stop it."""

    def call(self, f: Callable[..., object], /, *args: Any) -> None:
        """Run ``f(*args)`` on the loop thread soon, also when the session is closed."""

    def history(self) -> list[Event]:
        """Return the rows so far, without or with their audio."""

    def feed(self, pcm: bytes, /) -> None:
        """Take microphone sound, PCM16 mono at 24 kHz."""

    def say(self, text: str, /) -> None:
        """Add the user's message and ask for a response."""

    def playback_started(self, item_id: str, content_index: int, /) -> None:
        """Note that the first sample of a part was heard."""

    def playback_finished(self, item_id: str, content_index: int, heard_samples: int, /) -> None:
        """Note that a part was heard to its end."""

    def playback_flushed(self, item_id: str, content_index: int, heard_samples: int, /) -> None:
        """Note that a part was silenced, and tell the server how much of it was heard."""

    def playback_underrun(self, item_id: str, missing_samples: int, /) -> None:
        """Note a gap in the middle of an item."""

    def end(self) -> None:
        """Close the connection."""

    def restart(self) -> None:
        """Open the connection again."""


class Bridge:
    """Connects one session with all views of its panel. All its state belongs to the session's loop thread."""

    def __init__(self, session: BridgedSession, link: Link) -> None:
        self._session = session
        self._link = link
        self._speaker = Speaker()
        self._views: set[str] = set()
        """Where nobody looks, nothing is sent."""
        self._speaking = False
        """The server hears the user speak."""
        self._next_sample = 0
        """Position of the microphone sample that comes next."""
        self._lost_samples = 0
        link.on_receive(lambda view, message: session.call(self._received, view, message))
        self._unsubscribe = session.subscribe(self._happened)
        # The server has told its settings before this bridge was there.
        session.call(self._catch_up)

    def close(self) -> None:
        """Let go of session and page; from any thread."""
        self._unsubscribe()
        self._link.close()

    # -- from the session ----------------------------------------------------------------------------------------------

    def _catch_up(self) -> None:
        for event in self._session.history():
            if event.type in ("session.created", "session.updated"):
                self._speaker.hear(event)

    def _happened(self, event: Event) -> None:
        if event.type in _SPEAKING:
            self._speaking = _SPEAKING[event.type]
        for message in self._speaker.hear(event):
            self._link.send(message, "now" if message["type"] == "flush" else "soon")
        if not self._views:
            return
        # The microphone's own echo in the event list must not keep the flush waiting.
        urgency: Urgency = "later" if event.type == "input_audio_buffer.append" else "soon"
        self._link.send({"type": "happened", "row": row(event)}, urgency)
        if event.type in ("session.created", "session.updated") or event.type.startswith("rt.connection."):
            self._tell_state()

    def _tell_state(self) -> None:
        info = cast(Any, self._session.info())
        self._link.send({"type": "session", "info": info, "owner": self._speaker.owner})

    # -- from the page -------------------------------------------------------------------------------------------------

    def _received(self, view: str, message: FromPage) -> None:
        try:
            _HANDLERS[message["type"]](self, view, message)
        except RealtimeError as error:
            self._link.send({"type": "problem", "text": str(error)})
        except Exception as error:
            # A mistake of ours must not pass unseen, nor end the loop that the session runs on.
            _log.exception("The panel's message %s failed", message.get("type"))
            self._link.send({"type": "problem", "text": f"{type(error).__name__}: {error}"})

    def _on_join(self, view: str, message: FromPage) -> None:
        self._views.add(view)
        self._tell_state()
        self._link.send({"type": "history", "view": view, "rows": [row(event) for event in self._session.history()]})

    def _on_leave(self, view: str, message: FromPage) -> None:
        self._views.discard(view)
        if view == self._speaker.owner:
            self._speaker.give_to(None)
            self._tell_state()

    def _on_start(self, view: str, message: FromPage) -> None:
        self._speaker.give_to(view)
        if self._session.info().get("state") != "open":
            self._session.restart()
        self._tell_state()

    def _on_end(self, view: str, message: FromPage) -> None:
        self._speaker.give_to(None)
        self._session.end()
        self._tell_state()

    def _on_say(self, view: str, message: Say) -> None:
        self._session.say(message["text"])

    def _on_talk(self, view: str, message: Talk) -> None:
        if view != self._speaker.owner:
            return
        self._next_sample = self._lost_samples = 0
        detection = self._speaker.turn_detection
        if not message["on"] and self._speaking and detection:
            # The server waits for the silence that ends the turn, and no more sound comes to tell it.
            silence = max(1_000, int(detection.get("silence_duration_ms") or 0) + 300)
            self._session.feed(bytes(silence * _BYTES_PER_MS))

    def _on_microphone(self, view: str, message: Microphone) -> None:
        if view != self._speaker.owner:
            return
        pcm = message["data"]
        if (missing := message["sample"] - self._next_sample) > 0:
            self._lost_samples += missing
            self._link.send({"type": "lost", "samples": self._lost_samples})
        self._next_sample = message["sample"] + len(pcm) // 2
        # The page learns from the session's state that it is closed; chunks on their way until then go nowhere.
        with contextlib.suppress(ConnectionClosedError):
            self._session.feed(pcm)

    def _on_started(self, view: str, message: PlaybackStarted) -> None:
        part = Part(message["item_id"], message["content_index"])
        if self._speaker.plays(view, part):
            self._session.playback_started(*part)

    def _on_finished(self, view: str, message: PlaybackFinished) -> None:
        part = Part(message["item_id"], message["content_index"])
        if self._speaker.plays(view, part):
            self._speaker.heard(part)
            self._session.playback_finished(*part, message["heard_samples"])

    def _on_flushed(self, view: str, message: PlaybackFlushed) -> None:
        part = Part(message["item_id"], message["content_index"])
        if self._speaker.plays(view, part):
            self._speaker.heard(part)
            self._session.playback_flushed(*part, message["heard_samples"])

    def _on_underrun(self, view: str, message: PlaybackUnderrun) -> None:
        if view == self._speaker.owner:
            self._session.playback_underrun(message["item_id"], message["missing_samples"])


_HANDLERS: dict[str, Callable[[Bridge, str, Any], None]] = {
    "join": Bridge._on_join,
    "leave": Bridge._on_leave,
    "start": Bridge._on_start,
    "end": Bridge._on_end,
    "say": Bridge._on_say,
    "talk": Bridge._on_talk,
    "microphone": Bridge._on_microphone,
    "playback.started": Bridge._on_started,
    "playback.finished": Bridge._on_finished,
    "playback.flushed": Bridge._on_flushed,
    "playback.underrun": Bridge._on_underrun,
}


def row(event: Event) -> Row:
    """Return an event as the page gets it: without its audio, long strings cut."""
    light = cast(dict[str, Any], _light(event))
    if event.pcm is not None and event.type == "response.output_audio.delta":
        light.pop("delta", None)
    return {
        "index": event.index,
        "t": event.t,
        "direction": event.direction,
        "audio_ms": event.audio_ms,
        "event": light,
    }


def _light(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _light(entry) for key, entry in value.items() if not (key == "audio" and isinstance(entry, str))}
    if isinstance(value, list):
        return [_light(entry) for entry in value]
    if isinstance(value, str) and len(value) > _LONGEST_STRING:
        return value[:_LONGEST_STRING] + "…"
    return value
