"""Which of the session's sound goes to the loudspeaker, and when it falls silent. No I/O."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypedDict

from rt_notebook.log.tracks import audio_format
from rt_notebook.protocol.event import Event
from rt_notebook.widgets.messages import Audio, AudioEnd, Flush

Sound = Audio | AudioEnd | Flush
"""What a view is told to do."""
Cue = tuple[str, Sound]
"""A view, and what it is told to do."""


class Part(NamedTuple):
    """A content part of an item: what has sound of its own."""

    item_id: str
    content_index: int


class _Named(TypedDict):
    item_id: str
    content_index: int


class Speaker:
    """Turns events into sound for the one view that owns the loudspeaker, and keeps what is still to be heard where.

    A response that is interrupted, or in the middle of which the loudspeaker changes hands, is silenced: what the
    server still sends of it is never played.
    """

    def __init__(self) -> None:
        self.owner: str | None = None
        """The view that has the loudspeaker; set by `give_to`."""
        self.turn_detection: dict[str, Any] | None = None
        """As the server last reported it."""
        self._sounding: dict[Part, str] = {}
        """Parts not heard to their end, and the view that plays them."""
        self._flushed: set[Part] = set()
        """Those of them whose view was told to fall silent, and has not yet said how much was heard."""
        self._unended: dict[Part, str] = {}
        """Parts of which more sound may come, and their responses."""
        self._active: set[str] = set()
        """Responses that are not done."""
        self._silenced: set[str] = set()
        self._odd: dict[Part, bytes] = {}
        """Half a sample that waits for its other half: some servers cut anywhere."""
        self._pcm = True
        """The session speaks PCM; telephone codecs (G.711) are shown and logged, but not played."""

    def give_to(self, view: str | None) -> list[Cue]:
        """Let a view have the loudspeaker; the one that had it falls silent. Responses are heard from the next on."""
        if view == self.owner:
            return []
        self.owner = view
        return self._flush()

    def plays(self, view: str, part: Part) -> bool:
        """Tell whether a view is the one that plays a part."""
        return self._sounding.get(part) == view

    def heard(self, part: Part) -> None:
        """Note that a part was heard to its end, or silenced."""
        self._sounding.pop(part, None)
        self._flushed.discard(part)

    def abandon(self, view: str) -> list[Part]:
        """Take it that nothing sounds any more at a view that is gone; returns what did."""
        parts = [part for part, player in self._sounding.items() if player == view]
        for part in parts:
            self.heard(part)
            self._silence(part)
        return parts

    def hear(self, event: Event) -> list[Cue]:
        """Take the next event and return what views are to do."""
        handler = _HANDLERS.get(event.type)
        return handler(self, event) if handler else []

    def _on_session(self, event: Event) -> list[Cue]:
        audio = (event.get("session") or {}).get("audio") or {}
        self.turn_detection = (audio.get("input") or {}).get("turn_detection")
        self._pcm = audio_format(event, "output") == "audio/pcm"
        return []

    def _on_response_created(self, event: Event) -> list[Cue]:
        self._active.add(event["response"]["id"])
        return []

    def _on_audio(self, event: Event) -> list[Cue]:
        response = event.get("response_id", "")
        if self.owner is None or not self._pcm or event.pcm is None or response in self._silenced:
            # Sound that has begun without a listener is not taken up in the middle.
            self._silenced.add(response)
            return []
        part = _part(event)
        self._sounding[part] = self.owner
        self._unended[part] = response
        pcm = self._odd.pop(part, b"") + event.pcm
        if len(pcm) % 2:
            self._odd[part] = pcm[-1:]
            pcm = pcm[:-1]
        sound: Sound = {"type": "audio", **_named(part), "data": pcm}
        return [(self.owner, sound)]

    def _on_audio_done(self, event: Event) -> list[Cue]:
        return self._end(lambda part, _: part == _part(event))

    def _on_response_done(self, event: Event) -> list[Cue]:
        response = event["response"]
        self._active.discard(response["id"])
        self._silenced.discard(response["id"])
        return self._end(lambda _, response_id: response_id == response["id"])

    def _on_connection_lost(self, event: Event) -> list[Cue]:
        # What came before the line broke is heard to its end.
        self._active.clear()
        self._silenced.clear()
        return self._end(lambda *_: True)

    def _on_connection_closed(self, event: Event) -> list[Cue]:
        flush = self._flush()
        self._active.clear()
        self._silenced.clear()
        return flush

    def _on_speech_started(self, event: Event) -> list[Cue]:
        # The server goes on speaking where interruption is switched off, and so does the loudspeaker.
        interrupts = (self.turn_detection or {}).get("interrupt_response", True)
        return self._flush() if interrupts else []

    def _on_cancel(self, event: Event) -> list[Cue]:
        return self._flush()

    def _flush(self) -> list[Cue]:
        self._silenced |= self._active
        for part in list(self._unended):
            self._silence(part)
        # Who was told already is about to report: told again, it would silence what came since.
        fresh = {part: view for part, view in self._sounding.items() if part not in self._flushed}
        self._flushed |= fresh.keys()
        return [(view, {"type": "flush"}) for view in dict.fromkeys(fresh.values())]

    def _silence(self, part: Part) -> None:
        if (response := self._unended.pop(part, None)) is not None:
            self._silenced.add(response)
        self._odd.pop(part, None)

    def _end(self, over: Callable[[Part, str], bool]) -> list[Cue]:
        ended = [part for part, response in self._unended.items() if over(part, response)]
        for part in ended:
            del self._unended[part]
            self._odd.pop(part, None)
        return [
            (self._sounding[part], {"type": "audio.end", **_named(part)}) for part in ended if part in self._sounding
        ]


def _part(event: Event) -> Part:
    return Part(event["item_id"], event.get("content_index") or 0)


def _named(part: Part) -> _Named:
    return {"item_id": part.item_id, "content_index": part.content_index}


_HANDLERS: dict[str, Callable[[Speaker, Event], list[Cue]]] = {
    "session.created": Speaker._on_session,
    "session.updated": Speaker._on_session,
    "response.created": Speaker._on_response_created,
    "response.output_audio.delta": Speaker._on_audio,
    "response.output_audio.done": Speaker._on_audio_done,
    "response.done": Speaker._on_response_done,
    "response.cancel": Speaker._on_cancel,
    "input_audio_buffer.speech_started": Speaker._on_speech_started,
    "rt.playback.stop": Speaker._on_cancel,
    "rt.connection.lost": Speaker._on_connection_lost,
    "rt.connection.closed": Speaker._on_connection_closed,
}
