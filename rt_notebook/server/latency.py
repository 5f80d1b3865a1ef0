"""Where a spoken turn's time goes, read off the effects of a connection as they pass by."""

from __future__ import annotations

import logging
from collections.abc import Callable

from rt_notebook.server.effects import Effect, Respond, Send, Speak, TurnEnded

logger = logging.getLogger("rt_notebook.server")

_STAGES = ("transcript", "first text", "first audio")


class Stopwatch:
    """Logs one line for each answered turn; `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._silence_ms = 0
        self._detected: float | None = None
        self._marks: dict[str, float] = {}

    def see(self, effect: Effect) -> None:
        """Take note of an effect that is being performed now."""
        if isinstance(effect, TurnEnded):
            self._silence_ms, self._detected, self._marks = effect.silence_ms, self._clock(), {}
        if self._detected is None:
            return
        if stage := _stage(effect):
            self._marks.setdefault(stage, self._clock())
        if stage == "first audio" or (isinstance(effect, Send) and effect.event["type"] == "response.done"):
            logger.info("%s", self._line(self._detected))
            self._detected = None

    def _line(self, detected: float) -> str:
        """Say how many ms after the turn was detected each stage was reached."""
        stages = [f"{name} +{(self._marks[name] - detected) * 1000:.0f}" for name in _STAGES if name in self._marks]
        return f"latency (ms): end of speech -> turn detected {self._silence_ms}, then " + ", ".join(stages)


def _stage(effect: Effect) -> str | None:
    match effect:
        case Respond():
            return "transcript"
        case Speak():
            return "first text"
        case Send({"type": "response.output_text.delta" | "response.text.delta"}):
            return "first text"
        case Send({"type": "response.output_audio.delta" | "response.audio.delta"}):
            return "first audio"
    return None
