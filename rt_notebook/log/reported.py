"""What a connection is, as far as its events tell: model, formats, turn detection, and whether somebody is paid."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from rt_notebook.audio import g711
from rt_notebook.protocol.event import BYTES_PER_MS
from rt_notebook.protocol.fields import dict_at, number_at, text_at

_PAID_PROVIDERS = ("openai", "azure")
_PAID_HOSTS = ("openai.com", "openai.azure.com")
G711_MS = BYTES_PER_MS * 1000 / g711.RATE
"""Ms of G.711 (8 bytes each) in what counts as a ms of PCM16 (48 bytes)."""
_PADDING_MS = 300.0
"""The padding where turn detection tells none: `semantic_vad` does not, and it is the default of `server_vad`."""


class Reported:
    """The session as the server last reported it, in GA's shape, and where it is."""

    def __init__(self) -> None:
        self.model: str | None = None
        self.transcription: str | None = None
        """The model that writes down what the user says."""
        self.transcribes = False
        """It is a session that answers nothing."""
        self.padding_ms = 0.0
        """Sound before the speech that `audio_start_ms` includes."""
        self.silence_ms: float | None = 0.0
        """Silence behind the speech that `audio_end_ms` includes; None where nobody tells how much."""
        self.paid: bool | None = None
        """Whether somebody is paid; None where the log does not say where the session went."""
        self._scales = {"input": 1.0, "output": 1.0}

    def hear(self, session: dict[str, Any]) -> None:
        """Take in what a `session.created` or `session.updated` says."""
        self.model = text_at(session, "model") or self.model
        self.transcription = text_at(session, "audio", "input", "transcription", "model") or self.transcription
        self.transcribes = session.get("type") == "transcription"
        detection = dict_at(session, "audio", "input", "turn_detection")
        padding = number_at(detection, "prefix_padding_ms")
        self.padding_ms = padding if padding is not None else _PADDING_MS if detection else 0.0
        silence = number_at(detection, "silence_duration_ms")
        # Semantic VAD waits longer or shorter as the words sound, and tells nobody.
        self.silence_ms = silence if silence or text_at(detection, "type") == "semantic_vad" else 0.0
        for side in self._scales:
            format_ = text_at(session, "audio", side, "format", "type")
            self._scales[side] = G711_MS if format_ in g711.LAWS else 1.0

    def opened(self, event: dict[str, Any]) -> None:
        """Take in where a connection goes."""
        self.paid = is_paid(event.get("provider"), event.get("url"))

    def last_word(self, end_ms: float, start_ms: float) -> float | None:
        """Return where speech ended that turn detection says began and ended there; None where nobody tells."""
        return None if self.silence_ms is None else max(start_ms, end_ms - self.silence_ms)

    def ms(self, audio_ms: float | None, side: str) -> float:
        """Return how long sound is that the log counts as PCM16."""
        return (audio_ms or 0.0) * self._scales[side]


def is_paid(provider: Any, url: Any) -> bool | None:
    """Tell whether somebody is paid at a provider, or at a URL; None where neither says where that is."""
    if provider in _PAID_PROVIDERS:
        return True
    try:
        host = urlsplit(url).hostname if isinstance(url, str) else None
    except ValueError:
        return None
    return None if host is None else any(host == paid or host.endswith(f".{paid}") for paid in _PAID_HOSTS)
