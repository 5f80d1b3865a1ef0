"""What things cost, against sums made by hand from the prices in the package."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from rt_notebook.log.prices import OCTOBER_2024, Costs, Prices, Tokens, counted, price_usd
from rt_notebook.protocol.event import Event

USAGE = {
    "total_tokens": 2_000_000,
    "input_tokens": 1_000_000,
    "output_tokens": 1_000_000,
    "input_token_details": {
        "text_tokens": 500_000,
        "audio_tokens": 500_000,
        "image_tokens": 0,
        "cached_tokens": 200_000,
        "cached_tokens_details": {"text_tokens": 100_000, "audio_tokens": 100_000, "image_tokens": 0},
    },
    "output_token_details": {"text_tokens": 500_000, "audio_tokens": 500_000},
}


def prices(model: str) -> Any:
    """The package's own prices of a model, USD for a million tokens."""
    from genai_prices import Usage, calc_price

    return calc_price(Usage(input_tokens=0), model, provider_id="openai").model_price


@pytest.mark.parametrize("model", ["gpt-realtime", "gpt-realtime-mini", "gpt-4o-realtime-preview-2024-12-17"])
def test_a_response_is_priced_by_modality_and_cache(model: str) -> None:
    of = prices(model)
    want = (
        0.4 * float(of.input_mtok)
        + 0.1 * float(of.cache_read_mtok)
        + 0.4 * float(of.input_audio_mtok)
        + 0.1 * float(of.cache_audio_read_mtok)
        + 0.5 * float(of.output_mtok)
        + 0.5 * float(of.output_audio_mtok)
    )
    assert price_usd(USAGE, model) == pytest.approx(want)


def test_cached_tokens_of_unknown_modality_count_as_text() -> None:
    details = {"text_tokens": 1_000_000, "audio_tokens": 0, "cached_tokens": 1_000_000}
    usage = {"input_tokens": 1_000_000, "output_tokens": 0, "input_token_details": details}
    assert price_usd(usage, "gpt-realtime") == pytest.approx(float(prices("gpt-realtime").cache_read_mtok))


def test_a_transcription_is_priced_by_token_or_by_second() -> None:
    assert price_usd({"type": "duration", "seconds": 1_800}, "whisper-1") == pytest.approx(0.18)
    usage = {"type": "tokens", "input_tokens": 1_000_000, "output_tokens": 0}
    audio = usage | {"input_token_details": {"text_tokens": 0, "audio_tokens": 1_000_000}}
    assert price_usd(audio, "gpt-4o-transcribe") == pytest.approx(6)


@pytest.mark.parametrize(
    "usage",
    [
        {"input_tokens": "many"},
        {"input_tokens": -5, "output_tokens": None},
        {"input_tokens": 1, "input_token_details": {"audio_tokens": 5, "cached_tokens": 9}},
        {"input_tokens": 5, "input_token_details": {"cached_tokens": 5, "cached_tokens_details": {"audio_tokens": 7}}},
        {"type": "duration"},
    ],
)
def test_odd_usage_costs_little_and_breaks_nothing(usage: dict[str, Any]) -> None:
    assert price_usd(usage, "gpt-realtime") == pytest.approx(0, abs=0.001)


def session(model: str, transcription: str) -> Event:
    audio = {"input": {"transcription": {"model": transcription}}}
    return Event({"type": "session.updated", "session": {"model": model, "audio": audio}})


def done(**usage: Any) -> Event:
    return Event({"type": "response.done", "response": {"id": "r", "usage": usage}})


TRANSCRIBED = Event(
    {
        "type": "conversation.item.input_audio_transcription.completed",
        "usage": {"type": "duration", "seconds": 3_600},
    }
)


def test_a_session_adds_up() -> None:
    costs = Costs(None)
    assert costs.usd is None
    costs.hear(session("gpt-realtime", "whisper-1"))
    costs.add(done(output_tokens=1_000_000))
    one = costs.usd
    assert one == pytest.approx(float(prices("gpt-realtime").output_mtok))
    costs.add(TRANSCRIBED)
    assert costs.usd == pytest.approx((one or 0) + 0.36)
    costs.add(Event({"type": "response.done", "response": {"id": "s", "usage": None}}))
    assert costs.usd == pytest.approx((one or 0) + 0.36)


def test_a_sum_with_an_unknown_price_in_it_is_unknown_for_good() -> None:
    costs = Costs("tutor")
    costs.add(done(output_tokens=10))
    assert costs.usd is None
    costs = Costs("gpt-realtime")
    costs.add(done(output_tokens=10))
    costs.hear(session("gpt-realtime", "an-ear-of-our-own"))
    costs.add(TRANSCRIBED)
    costs.add(done(output_tokens=10))
    assert costs.usd is None


def test_a_minute_of_each_at_the_prices_of_october_2024() -> None:
    assert OCTOBER_2024.usd(Tokens(input_audio=600)) == pytest.approx(0.06)
    assert OCTOBER_2024.usd(Tokens(output_audio=1_200)) == pytest.approx(0.24)
    assert OCTOBER_2024.usd(Tokens(input_text=1_000_000)) == pytest.approx(5)
    assert OCTOBER_2024.usd(Tokens(output_text=1_000_000)) == pytest.approx(20)


def test_a_table_of_ones_own_prices_by_modality_and_cache() -> None:
    table = Prices(
        input_text=1, cached_text=2, input_audio=3, cached_audio=4, input_image=5, cached_image=6,
        output_text=7, output_audio=8, transcription_minute=0.5,
    )  # fmt: skip
    used = counted(USAGE)
    assert table.usd(used) == pytest.approx(0.4 * 1 + 0.1 * 2 + 0.4 * 3 + 0.1 * 4 + 0.5 * 7 + 0.5 * 8)
    assert table.usd(Tokens(input_image=3_000_000, cached_image=1_000_000)) == pytest.approx(2 * 5 + 6)
    assert table.usd(Tokens(seconds=30), transcription=True) == pytest.approx(0.25)
    assert table.usd(Tokens(input_audio=600), transcription=True) == pytest.approx(0.5)


def test_what_a_table_does_not_say_is_unknown_and_what_is_cached_costs_no_less() -> None:
    table = Prices(input_text=1, input_audio=2, output_text=3, output_audio=4)
    assert table.usd(Tokens(input_image=1)) is None
    assert table.usd(Tokens(input_audio=600), transcription=True) is None
    assert table.usd(Tokens(input_audio=1_000_000, cached_audio=500_000)) == pytest.approx(2)


@pytest.mark.parametrize("wrong", [-1, "5", None, True, float("nan"), float("inf")])
def test_what_is_no_price(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"input_audio is .*a number of USD"):
        Prices(input_text=1, input_audio=wrong, output_text=1, output_audio=1)


def test_tokens_add_up() -> None:
    both = counted(USAGE) + Tokens(output_audio=1, seconds=2.5)
    assert (both.input, both.cached, both.output, both.total) == (1_000_000, 200_000, 1_000_001, 2_000_001)
    assert both.seconds == 2.5


def test_a_session_can_be_priced_by_a_table() -> None:
    costs = Costs(None, OCTOBER_2024)
    costs.add(done(output_tokens=1_000_000, output_token_details={"audio_tokens": 1_000_000}))
    costs.add(TRANSCRIBED)
    assert costs.usd == pytest.approx(200 + 0.36)


def test_prices_come_without_a_network() -> None:
    code = """
import socket
def refuse(*args, **kwargs): raise AssertionError("a network was asked")
socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse
from rt_notebook.log.prices import price_usd
assert price_usd({"output_tokens": 1000}, "gpt-realtime") > 0
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_prices_load_when_they_are_first_asked_for() -> None:
    code = "import sys, rt_notebook.session.page; assert not {'genai_prices', 'pydantic'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
