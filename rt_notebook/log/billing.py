"""What each bill of a log comes to, at one's choice of prices; and what cannot be priced, and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rt_notebook.log.prices import Prices, Tokens, counted, price_usd
from rt_notebook.log.records import Answer, Bill

AtPrices = Prices | str | None
"""A table; the name of a model of OpenAI's, whose prices hold then; None: what is really paid."""


def checked(prices: Any) -> Prices | str:
    """Return prices, where they are some.

    Raises
    ------
    TypeError
        They are neither a table nor a model's name.
    ValueError
        Nobody knows the model's prices.
    """
    if isinstance(prices, str) and price_usd({}, prices) is None:
        raise ValueError(
            f"Nobody knows the prices of {prices!r}. Name a model of OpenAI's such as 'gpt-realtime', "
            "or pass a table: rt.Prices(input_text=..., input_audio=..., output_text=..., output_audio=...)."
        )
    if not isinstance(prices, Prices | str):
        raise TypeError(
            f"{prices!r} are no prices; pass rt.OCTOBER_2024, a table of your own (rt.Prices(...)), "
            "or the name of a model such as 'gpt-realtime'."
        )
    return prices


def usage_of(bill: Bill) -> dict[str, Any]:
    """Return what was used. For a transcription of which the server says nothing that is the sound; else empty."""
    if bill.usage is not None:
        return bill.usage
    if isinstance(bill.of, Answer):
        return {}
    return {"type": "duration", "seconds": bill.of.audio_ms / 1000}


def tokens_of(bill: Bill) -> Tokens:
    """Return what was used, as tokens by modality, or seconds."""
    return counted(usage_of(bill))


def usd_of(bill: Bill, prices: AtPrices = None) -> float | None:
    """Return what a bill comes to, USD; None where that is not known, nobody is paid, or nothing was counted."""
    usage = usage_of(bill)
    if not usage or (prices is None and bill.paid is False):
        return None
    transcription = bill.what == "transcription"
    if isinstance(prices, Prices):
        return prices.usd(counted(usage), transcription=transcription)
    model = prices if prices is not None and not transcription else bill.model
    if bill.usage is None and not (model or "").startswith("whisper"):
        return None  # only Whisper is paid by the second
    return price_usd(usage, model or "")


def total(bills: Iterable[Bill], prices: AtPrices = None) -> float | None:
    """Return what bills come to together, as far as it is known, USD; None where nothing of it is."""
    known = [usd for bill in bills if (usd := usd_of(bill, prices)) is not None]
    return sum(known) if known else None


def unpriced(bills: Iterable[Bill], prices: AtPrices = None) -> list[str]:
    """Return what cannot be priced, a line each: how many of what by which model."""
    counts: dict[str, int] = {}
    for bill in bills:
        if usage_of(bill) and usd_of(bill, prices) is None:
            what = f"by {bill.model}" if bill.model else "by a model that the log does not name"
            counts[f"{bill.what} {what}"] = counts.get(f"{bill.what} {what}", 0) + 1
    return [f"{count} {what.replace(' ', 's ', 1) if count > 1 else what}" for what, count in counts.items()]
