"""What a session costs: by the prices that the package `genai-prices` brings along, or by a table of one's own.

Neither asks a network. Tokens are counted by the server: by modality and cache in the `usage` of each `response.done`
and of each finished transcription. Source: https://platform.openai.com/docs/guides/realtime-costs
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from rt_notebook.protocol.catalog import SETTINGS
from rt_notebook.protocol.dialect import to_ga
from rt_notebook.protocol.fields import dict_at, number_at, text_at

if TYPE_CHECKING:
    from genai_prices import Usage

    from rt_notebook.log.eventlog import EventLog
    from rt_notebook.protocol.event import Event

_TRANSCRIBED = "conversation.item.input_audio_transcription.completed"
PRICED = ("response.done", _TRANSCRIBED)
"""The events that cost something."""
_PROVIDER = "openai"

_TOKENS_A_MINUTE = 600
"""Of the user's sound: one for 100 ms."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a response or a transcription used: tokens, or seconds of sound. What was cached is a part of the input."""

    input_text: int = 0
    input_audio: int = 0
    input_image: int = 0
    cached_text: int = 0
    cached_audio: int = 0
    cached_image: int = 0
    output_text: int = 0
    output_audio: int = 0
    seconds: float = 0.0

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(Tokens)))

    @property
    def input(self) -> int:
        """Tokens of all modalities that were given."""
        return self.input_text + self.input_audio + self.input_image

    @property
    def cached(self) -> int:
        """Those of them that were cached."""
        return self.cached_text + self.cached_audio + self.cached_image

    @property
    def output(self) -> int:
        """Tokens of all modalities that were made."""
        return self.output_text + self.output_audio

    @property
    def total(self) -> int:
        """All tokens."""
        return self.input + self.output


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """A table of prices: USD for a million tokens, by modality. Raises `ValueError` for what is no price.

    ``rt.OCTOBER_2024`` is one; `session.cost.at(prices)` and `rt.Budget(prices=...)` take one.
    """

    name: str = "a table of your own"
    """Under which it is shown."""
    input_text: float
    input_audio: float
    output_text: float
    output_audio: float
    input_image: float | None = None
    """None: what has images in it cannot be priced."""
    cached_text: float | None = None
    """None, also for the other modalities: no less than what is not cached."""
    cached_audio: float | None = None
    cached_image: float | None = None
    transcription_minute: float | None = None
    """USD for a minute of the user's sound that is transcribed; None: a transcription cannot be priced."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "name" or (value is None and field.default is None):
                continue
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
                raise ValueError(f"Prices: {field.name} is {value!r}; it is a number of USD, such as 5.0 or 0.")

    def usd(self, tokens: Tokens, *, transcription: bool = False) -> float | None:
        """Return the price of a response, or of a transcription; None where the table does not say."""
        if transcription:
            minutes = tokens.seconds / 60 + tokens.input_audio / _TOKENS_A_MINUTE
            return None if self.transcription_minute is None else self.transcription_minute * minutes
        total = 0.0
        for kind in ("text", "audio", "image"):
            given, cached = getattr(tokens, f"input_{kind}"), getattr(tokens, f"cached_{kind}")
            price, price_cached = getattr(self, f"input_{kind}"), getattr(self, f"cached_{kind}")
            if price is None:
                if given:
                    return None
                continue
            total += (given - cached) * price + cached * (price if price_cached is None else price_cached)
        return (total + tokens.output_text * self.output_text + tokens.output_audio * self.output_audio) / 1e6


OCTOBER_2024 = Prices(
    name="gpt-4o-realtime-preview of October 2024",
    input_text=5.0,
    output_text=20.0,
    input_audio=100.0,
    output_audio=200.0,
    transcription_minute=0.006,  # whisper-1
)
"""What OpenAI took when the Realtime API began: 0.06 USD a minute of the user's sound, 0.24 of the assistant's.

Nothing was cached then.
"""


class Costs:
    """Adds up what the events of a session cost, USD; at OpenAI's prices, or at those of a table."""

    def __init__(self, model: str | None, prices: Prices | None = None) -> None:
        self._prices = prices
        self.usd: float | None = None
        """The sum so far; None where nothing was counted yet, or the price of something is known to nobody."""
        self._model = model or ""
        self._transcription = ""
        self._known = True

    def add_log(self, log: EventLog, stop: int) -> None:
        """Add what the rows of a log cost, up to a position; as slow as `add`."""
        for event in log.filter((*SETTINGS, *PRICED)):
            if event.index >= stop:
                return
            if event.type in PRICED:
                self.add(event)
            else:
                self.hear(to_ga(event))

    def hear(self, event: dict[str, Any]) -> None:
        """Take note of the models where an event reports the session (GA's shape)."""
        session = dict_at(event, "session")
        self._model = text_at(session, "model") or self._model
        heard_by = text_at(session, "audio", "input", "transcription", "model")
        self._transcription = heard_by or self._transcription

    def add(self, event: Event) -> None:
        """Add what an event cost, one of `PRICED`. The first one loads the prices, which takes a third of a second."""
        if self._known:
            price = self.price(event)
            self._known = price is not None
            self.usd = None if price is None else (self.usd or 0.0) + price

    def price(self, event: Event) -> float | None:
        """Return what an event cost, one of `PRICED`; None where nobody knows. As slow as `add`."""
        transcribed = event.type == _TRANSCRIBED
        usage = dict_at(event, "usage") if transcribed else dict_at(event, "response", "usage")
        if not usage:
            return 0.0
        if self._prices is not None:
            return self._prices.usd(counted(usage), transcription=transcribed)
        return price_usd(usage, self._transcription if transcribed else self._model)


def price_usd(usage: dict[str, Any], model: str) -> float | None:
    """Return the price of a `usage` object, USD; None where nobody knows the model's prices.

    `usage` is that of a response (tokens by modality, some of them cached) or of a transcription (tokens or seconds).
    """
    from genai_prices import calc_price  # loads pydantic and 1.6 MB of prices

    try:
        return float(calc_price(_usage(counted(usage), usage), model, provider_id=_PROVIDER).total_price)
    except (LookupError, ValueError):  # an unknown model; numbers that contradict each other
        return None


def _usage(tokens: Tokens, usage: dict[str, Any]) -> Usage:
    """Return what was used as `genai-prices` counts it: sums, and the shares of them that have prices of their own."""
    from genai_prices import Usage

    if usage.get("type") == "duration":
        return Usage(audio_seconds=tokens.seconds)
    return Usage(
        input_tokens=tokens.input,
        input_audio_tokens=tokens.input_audio,
        input_image_tokens=tokens.input_image,
        cache_read_tokens=tokens.cached,
        cache_audio_read_tokens=tokens.cached_audio,
        cache_image_read_tokens=tokens.cached_image,
        output_tokens=tokens.output,
        output_audio_tokens=tokens.output_audio,
    )


def counted(usage: dict[str, Any]) -> Tokens:
    """Return the tokens of a `usage` object by modality, or its seconds; odd numbers count as far as they can."""
    if usage.get("type") == "duration":
        return Tokens(seconds=max(0.0, number_at(usage, "seconds") or 0.0))
    given, made = dict_at(usage, "input_token_details"), dict_at(usage, "output_token_details")
    audio, image = _count(given, "audio_tokens"), _count(given, "image_tokens")
    total = max(_count(usage, "input_tokens"), audio + image)
    cached, of_cached = _count(given, "cached_tokens"), dict_at(given, "cached_tokens_details")
    cached_audio = min(_count(of_cached, "audio_tokens"), audio)
    cached_image = min(_count(of_cached, "image_tokens"), image)
    # What the server does not say the modality of, as those of 2024, counts as text, as far as there was text.
    cached_text = min(max(0, cached - cached_audio - cached_image), total - audio - image)
    made_audio = _count(made, "audio_tokens")
    return Tokens(
        input_text=total - audio - image,
        input_audio=audio,
        input_image=image,
        cached_text=cached_text,
        cached_audio=cached_audio,
        cached_image=cached_image,
        output_text=max(_count(usage, "output_tokens"), made_audio) - made_audio,
        output_audio=made_audio,
    )


def _count(data: dict[str, Any], name: str) -> int:
    return int(min(max(0.0, number_at(data, name) or 0.0), 1e15))
