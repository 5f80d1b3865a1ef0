"""Latency, usage and cost, against sums made by hand."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import orjson
import pytest
from lesson import lesson
from written_log import WrittenLog

import rt_notebook as rt
from rt_notebook.log.eventlog import EventLog
from rt_notebook.protocol.catalog import Dialect

DIALECTS: list[Dialect] = ["ga", "beta"]


def spoken(given: int = 600, made: int = 1_200, **fields: Any) -> dict[str, Any]:
    """Return the `usage` of a response to a minute of sound with a minute of sound."""
    return {
        "input_tokens": given,
        "output_tokens": made,
        "input_token_details": {"audio_tokens": given, **fields},
        "output_token_details": {"audio_tokens": made},
    }


@pytest.fixture
def written() -> WrittenLog:
    """A minute of the user's sound, answered by a minute of the assistant's."""
    written = WrittenLog()
    written.microphone(60_000)
    written.commit("a", "a long question")
    written.answer("r", ms=60_000, usage=spoken())
    return written


# -- latency -----------------------------------------------------------------------------------------------------------


def test_each_step_of_a_turn_is_measured() -> None:
    written = WrittenLog()
    written.microphone(2_000)
    written.server("input_audio_buffer.speech_started", item_id="a", audio_start_ms=0)
    written.server("input_audio_buffer.speech_stopped", item_id="a", audio_end_ms=2_000)  # 500 ms of it are silence
    written.commit("a", "hello")
    written.put("server", "response.created", response={"id": "r", "conversation_id": "c"}, after=0.02)
    about = {"item_id": "x", "response_id": "r"}
    written.put("server", "response.output_audio_transcript.delta", delta="Hi", after=0.1, **about)
    written.put("server", "response.output_audio.delta", delta="AAAA", after=0.05, **about)
    written.put("local", "rt.playback.started", item_id="x", after=0.03)
    latency = written.log.latency
    want = {
        "vad_wait_ms": 500,
        "created_ms": 20,
        "first_text_ms": 120,
        "first_audio_ms": 170,
        "first_heard_ms": 200,
        "voice_to_voice_ms": 700,
    }
    assert latency.df.loc[1].to_dict() == pytest.approx(want)
    assert latency.p50.to_dict() == latency.max.to_dict() == pytest.approx(want)
    assert "700" in repr(latency)
    assert "voice to voice" in latency._repr_html_()


def test_the_distribution_is_over_the_turns_in_which_a_step_happened() -> None:
    written = WrittenLog()
    for number in range(1, 21):
        written.item(f"u{number}")
        written.client("response.create")
        written.put("server", "response.created", response={"id": f"r{number}"}, after=number / 100)
    stats = written.log.latency.stats
    assert stats.loc["created_ms"].to_dict() == pytest.approx({"count": 20, "p50": 105, "p95": 190.5, "max": 200})
    assert stats.loc["voice_to_voice_ms", "count"] == 0
    assert "voice to voice" not in repr(written.log.latency)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_latency_of_a_lesson(dialect: Dialect) -> None:
    latency = lesson(dialect).latency
    assert latency.df["voice_to_voice_ms"].notna().tolist() == [True, False, True, False, False]
    assert (latency.df["voice_to_voice_ms"].dropna() > latency.df["vad_wait_ms"].dropna()).all()
    assert latency.stats.loc["first_heard_ms", "count"] == 5


# -- usage -------------------------------------------------------------------------------------------------------------


def test_what_was_used_adds_up(written: WrittenLog) -> None:
    cached = {"cached_tokens": 100, "cached_tokens_details": {"audio_tokens": 100}}
    written.item("b")
    written.answer("r2", usage=spoken(700, 20, **cached))
    usage = written.log.usage
    assert (usage.input_audio_tokens, usage.output_audio_tokens, usage.cached_tokens) == (1_300, 1_220, 100)
    assert usage.total_tokens == 2_520
    assert usage.transcription.input_audio == 10
    assert (usage.audio_in_s, usage.audio_out_s) == (60, 60)
    assert usage.by_turn["input_audio_tokens"].to_dict() == {1: 600, 2: 700}
    assert usage.by_response["cached_audio_tokens"].to_dict() == {"r": 0, "r2": 100}
    assert usage.df["what"].tolist() == ["transcription", "response", "response"]
    assert "1,300 audio" in repr(usage)
    assert "100 of them cached" in repr(usage)
    assert "input_audio_tokens" in dir(usage)
    with pytest.raises(AttributeError, match="total_tokens"):
        usage.all_tokens  # noqa: B018 - to see it fail


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_usage_of_a_lesson(dialect: Dialect) -> None:
    log = lesson(dialect)
    counted = [event["response"]["usage"] for event in log.filter("response.done")]
    assert log.usage.total_tokens == sum(usage["total_tokens"] for usage in counted)
    assert log.usage.audio_out_s == log.responses["audio_ms"].sum() / 1000


# -- cost --------------------------------------------------------------------------------------------------------------


def test_a_minute_of_october_2024(written: WrittenLog) -> None:
    cost = written.log.cost.at(rt.OCTOBER_2024)
    assert cost.by_response["usd"].to_dict() == {"r": pytest.approx(0.06 + 0.24)}
    transcription = 0.006 / 60
    assert cost.usd is not None
    assert cost.usd == pytest.approx(0.30 + transcription)
    assert cost.by_turn.loc[1].to_dict() == pytest.approx(
        {"responses": 0.30, "transcription": transcription, "usd": 0.30 + transcription}
    )
    assert cost.per_minute.talking == pytest.approx(cost.usd / 2)
    assert cost.per_minute.session == pytest.approx(cost.usd)
    assert "October 2024" in repr(cost)


def test_the_cost_at_todays_prices(written: WrittenLog) -> None:
    cost = written.log.cost
    want = 600 * 32e-6 + 1_200 * 64e-6 + 10 * 6e-6
    assert cost.usd == pytest.approx(want)
    assert cost.unpriced == []
    assert "gpt-realtime, gpt-4o-transcribe" in repr(cost)
    assert cost.at("gpt-realtime-mini").usd == pytest.approx(600 * 10e-6 + 1_200 * 20e-6 + 10 * 6e-6)
    assert cost.df["usd"].sum() == pytest.approx(want)


def test_a_table_of_ones_own(written: WrittenLog) -> None:
    prices = rt.Prices(name="ours", input_text=0, input_audio=1, output_text=0, output_audio=2)
    cost = written.log.cost.at(prices)
    assert cost.usd == pytest.approx((600 * 1 + 1_200 * 2) / 1e6)
    assert cost.unpriced == ["1 transcription by gpt-4o-transcribe"]
    assert "at least 0.0030 USD, by the prices of ours" in repr(cost)
    assert "1 transcription by gpt-4o-transcribe" in repr(cost)


def test_nobody_is_paid_for_a_model_of_the_same_name_elsewhere() -> None:
    written = WrittenLog("gpt-realtime", provider="local")
    written.item("a")
    written.answer("r", usage=spoken())
    cost = written.log.cost
    assert cost.usd is None
    assert "nobody is paid" in repr(cost)
    assert cost.df["usd"].isna().all()
    assert cost.at("gpt-realtime").usd == pytest.approx(600 * 32e-6 + 1_200 * 64e-6)
    assert (cost.per_minute.talking, cost.per_minute.session) == (None, None)


def test_a_log_that_does_not_say_where_it_went_is_priced_by_its_model() -> None:
    log = EventLog()
    events: list[dict[str, Any]] = [
        {"type": "session.created", "session": {"model": "gpt-realtime"}},
        {"type": "response.done", "response": {"id": "r", "usage": spoken()}},
        {"type": "session.updated", "session": {"model": "no-such-model"}},
        {"type": "response.done", "response": {"id": "s", "usage": spoken()}},
    ]
    for event in events:
        log.append("server", orjson.dumps(event), event)
    assert log.cost.usd == pytest.approx(600 * 32e-6 + 1_200 * 64e-6)
    assert log.cost.unpriced == ["1 response by no-such-model"]


def test_a_transcription_of_which_the_server_counts_nothing_is_priced_by_its_sound() -> None:
    written = WrittenLog()
    written.server("session.updated", session={"audio": {"input": {"transcription": {"model": "whisper-1"}}}})
    written.microphone(60_000)
    written.commit("a")
    written.server("conversation.item.input_audio_transcription.completed", item_id="a", transcript="hello")
    assert written.log.cost.usd == pytest.approx(0.006)
    assert written.log.cost.at(rt.OCTOBER_2024).usd == pytest.approx(0.006)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_cost_of_a_lesson(dialect: Dialect) -> None:
    log = lesson(dialect)
    assert log.cost.usd is None
    cost = log.cost.at(rt.OCTOBER_2024)
    assert cost.usd is not None
    assert cost.unpriced == []
    out_of_band = cost.by_response["usd"].iloc[-1]
    assert cost.by_turn["usd"].sum() + out_of_band == pytest.approx(cost.usd)
    assert len(cost.by_response) == len(log.responses)


def test_an_empty_log_cost_nothing() -> None:
    log = EventLog()
    assert log.cost.usd is None
    assert "nothing was used" in repr(log.cost)
    assert log.usage.total_tokens == 0
    assert len(log.cost.by_turn) == len(log.usage.by_turn) == len(log.latency.df) == 0
    assert "0 turns" in repr(log.latency)
    assert list(log.cost.df.columns)[-1] == "usd"


@pytest.mark.parametrize(("prices", "error"), [("no-such-model", ValueError), (5.0, TypeError), (None, TypeError)])
def test_what_are_no_prices(prices: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="gpt-realtime"):
        lesson().cost.at(prices)


def test_a_repr_needs_no_pandas() -> None:
    code = "import sys, rt_notebook as rt; log = rt.EventLog(); repr(log.cost), repr(log.usage); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "pandas" not in loaded
