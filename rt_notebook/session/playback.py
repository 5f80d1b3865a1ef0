"""The ledger of heard audio: what the loudspeaker reports in, what the log and the server are told out. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

SAMPLES_PER_MS = 24


@dataclass(slots=True)
class _Track:
    generated: int = 0
    """Samples the server sent so far."""
    complete: bool = False
    """The server sends no more of it."""
    heard: int = 0
    sounding: bool = False
    """Its sound is on its way to the loudspeaker, or leaves it."""
    flushed: bool = False


class Playback:
    """Per item and content part: samples generated, samples heard. All samples are at 24 kHz."""

    def __init__(self) -> None:
        self._tracks: dict[tuple[str, int], _Track] = {}

    @property
    def sounding(self) -> bool:
        """Whether the user hears something, or is about to."""
        return any(track.sounding for track in self._tracks.values())

    def generated(self, item_id: str, content_index: int, samples: int) -> None:
        """Note audio that the server sent."""
        self._track(item_id, content_index).generated += samples

    def completed(self, item_id: str, content_index: int) -> None:
        """Note that the server has sent all of an item's audio."""
        self._track(item_id, content_index).complete = True

    def queued(self, item_id: str, content_index: int) -> None:
        """Note that an item's audio is on its way to the loudspeaker."""
        self._track(item_id, content_index).sounding = True

    def started(self, item_id: str, content_index: int) -> dict[str, Any]:
        """Note that an item's first sample was heard; returns the fields of its row."""
        track = self._track(item_id, content_index)
        track.sounding = True
        return self._fields(item_id, content_index, track)

    def finished(self, item_id: str, content_index: int, heard: int) -> dict[str, Any]:
        """Note that an item was heard to its end, `heard` samples; returns the fields of its row."""
        track = self._track(item_id, content_index)
        track.heard = heard
        track.sounding = False
        track.complete = True
        return self._fields(item_id, content_index, track)

    def flushed(self, item_id: str, content_index: int, heard: int) -> tuple[dict[str, Any], dict[str, Any] | None]:
        """Note that the loudspeaker was silenced after `heard` samples of an item.

        Returns the fields of the row and the `conversation.item.truncate` to send: None where the user had heard all
        that there will be of it, or where it was already cut. The time is what was heard, never beyond what was
        generated: the server refuses that.
        """
        track = self._track(item_id, content_index)
        track.heard = min(heard, track.generated)
        track.sounding = False
        fields = self._fields(item_id, content_index, track)
        if track.flushed or (track.complete and track.heard >= track.generated):
            return fields, None
        track.flushed = True
        return fields, {
            "type": "conversation.item.truncate",
            "item_id": item_id,
            "content_index": content_index,
            "audio_end_ms": track.heard // SAMPLES_PER_MS,
        }

    def lost(self, item_id: str, content_index: int) -> dict[str, Any]:
        """Note that the loudspeaker is gone, and nobody can tell how much of an item was heard.

        Returns the fields of the row. Nothing is cut: what the user may have heard stays in the conversation.
        """
        track = self._track(item_id, content_index)
        track.sounding = False
        return self._fields(item_id, content_index, track) | {"heard_ms": None}

    def _track(self, item_id: str, content_index: int) -> _Track:
        return self._tracks.setdefault((item_id, content_index), _Track())

    @staticmethod
    def _fields(item_id: str, content_index: int, track: _Track) -> dict[str, Any]:
        return {
            "item_id": item_id,
            "content_index": content_index,
            "heard_ms": track.heard / SAMPLES_PER_MS,
            "generated_ms": track.generated / SAMPLES_PER_MS,
        }
