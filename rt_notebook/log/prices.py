"""What a session costs, by the prices that the package `genai-prices` brings along; it asks no network for them.

Tokens are counted by the server: by modality and cache in the `usage` of each `response.done` and of each finished
transcription. Source: https://platform.openai.com/docs/guides/realtime-costs
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rt_notebook.protocol.dialect import to_ga

if TYPE_CHECKING:
    from genai_prices import Usage

    from rt_notebook.log.eventlog import EventLog
    from rt_notebook.protocol.event import Event

_TRANSCRIBED = "conversation.item.input_audio_transcription.completed"
PRICED = ("response.done", _TRANSCRIBED)
"""The events that cost something."""
_SETTINGS = ("session.created", "session.updated")
_PROVIDER = "openai"


class Costs:
    """Adds up what the events of a session cost, USD."""

    def __init__(self, model: str | None) -> None:
        self.usd: float | None = None
        """The sum so far; None where nothing was counted yet, or the price of something is known to nobody."""
        self._model = model or ""
        self._transcription = ""
        self._known = True

    def add_log(self, log: EventLog, stop: int) -> None:
        """Add what the rows of a log cost, up to a position; as slow as `add`."""
        for event in log.filter((*_SETTINGS, *PRICED)):
            if event.index >= stop:
                return
            if event.type in PRICED:
                self.add(event)
            else:
                self.hear(to_ga(event))

    def hear(self, event: dict[str, Any]) -> None:
        """Take note of the models where an event reports the session (GA's shape)."""
        session = _dict(event, "session")
        self._model = _text(session, "model") or self._model
        transcription = _dict(_dict(_dict(session, "audio"), "input"), "transcription")
        self._transcription = _text(transcription, "model") or self._transcription

    def add(self, event: Event) -> None:
        """Add what an event cost, one of `PRICED`. The first one loads the prices, which takes a third of a second."""
        usage = _dict(event if event.type == _TRANSCRIBED else _dict(event, "response"), "usage")
        if not usage or not self._known:
            return
        price = price_usd(usage, self._transcription if event.type == _TRANSCRIBED else self._model)
        self._known = price is not None
        self.usd = None if price is None else (self.usd or 0.0) + price


def price_usd(usage: dict[str, Any], model: str) -> float | None:
    """Return the price of a `usage` object, USD; None where nobody knows the model's prices.

    `usage` is that of a response (tokens by modality, some of them cached) or of a transcription (tokens or seconds).
    """
    from genai_prices import calc_price  # loads pydantic and 1.6 MB of prices

    try:
        return float(calc_price(_counted(usage), model, provider_id=_PROVIDER).total_price)
    except (LookupError, ValueError):  # an unknown model; numbers that contradict each other
        return None


def _counted(usage: dict[str, Any]) -> Usage:
    """Return what was used as `genai-prices` counts it: sums, and the shares of them that have prices of their own."""
    from genai_prices import Usage

    if usage.get("type") == "duration":
        return Usage(audio_seconds=_number(usage, "seconds"))
    given, made = _dict(usage, "input_token_details"), _dict(usage, "output_token_details")
    audio, image = _number(given, "audio_tokens"), _number(given, "image_tokens")
    total = max(_number(usage, "input_tokens"), audio + image)
    cached, of_cached = _number(given, "cached_tokens"), _dict(given, "cached_tokens_details")
    cached_audio = min(_number(of_cached, "audio_tokens"), audio)
    cached_image = min(_number(of_cached, "image_tokens"), image)
    # What the server does not say the modality of, as those of 2024, counts as text, as far as there was text.
    cached_text = min(max(0, cached - cached_audio - cached_image), total - audio - image)
    made_audio = _number(made, "audio_tokens")
    return Usage(
        input_tokens=total,
        input_audio_tokens=audio,
        input_image_tokens=image,
        cache_read_tokens=cached_text + cached_audio + cached_image,
        cache_audio_read_tokens=cached_audio,
        cache_image_read_tokens=cached_image,
        output_tokens=max(_number(usage, "output_tokens"), made_audio),
        output_audio_tokens=made_audio,
    )


def _dict(data: dict[str, Any], name: str) -> dict[str, Any]:
    value = data.get(name)
    return value if isinstance(value, dict) else {}


def _text(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""


def _number(data: dict[str, Any], name: str) -> float:
    value = data.get(name)
    return value if isinstance(value, int | float) and value > 0 else 0
