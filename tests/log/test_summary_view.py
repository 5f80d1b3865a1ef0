"""The summary of a lesson on the real server, and of logs in which the test says what comes when."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from lesson import lesson
from markup import Html
from odd_log import EVIL, odd_logs
from written_log import WrittenLog

from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.views.summary import MOST_CALLS, MOST_ERRORS
from rt_notebook.protocol.catalog import Dialect


@pytest.fixture
def written() -> WrittenLog:
    return WrittenLog()


def facts(log: EventLog) -> dict[str, str]:
    return {f"{fact.section}: {fact.name}": fact.value for fact in log.summary().facts}


@pytest.mark.parametrize(("dialect", "name"), [("ga", "GA"), ("beta", "beta")])
def test_a_lesson_on_one_screen(dialect: Dialect, name: str) -> None:
    log = lesson(dialect)
    told = facts(log)
    assert told["Session: model"] == "tutor"
    assert told["Session: dialect"] == name
    assert "silence_duration_ms 200" in told["Session: turn detection"]
    assert told["Session: tools"] == "weather"
    assert told["Session: connections"] == "1"
    assert told["Conversation: turns"] == "5 (2 spoken, 1 interrupted)"
    assert told["Conversation: responses"] == "7 (6 completed, 1 cancelled, 1 out of band)"
    assert told["Conversation: answers' sound"].startswith("generated ")
    assert ", heard " in told["Conversation: answers' sound"]
    assert told["Waiting: voice to voice"].startswith("p50 ")
    assert told["Tokens: in"] == f"{log.usage.input_tokens:,}" or f"{log.usage.input_tokens:,} (" in told["Tokens: in"]
    assert told["Function calls: weather"].startswith("{} answered after ")
    assert told["Events: all"].startswith(f"{len(log):,} (")
    assert len(str(log.summary()).splitlines()) < 50


def test_the_figures_of_a_session(written: WrittenLog) -> None:
    for id_, wait in (("a", 1.0), ("b", 3.0)):
        written.item(f"u-{id_}", text="two words")
        written.client("response.create")
        written.begin(id_)
        written.t += wait
        written.say(id_, "three more words", ms=90_000)
        usage = {"input_tokens": 1_200, "input_token_details": {"text_tokens": 200, "audio_tokens": 1_000}}
        written.done(id_, usage=usage | {"output_tokens": 30, "output_token_details": {"text_tokens": 30}})
    written.t += 3600
    written.reopen()
    told = facts(written.log)
    assert told["Conversation: user's words"] == "4"
    assert told["Conversation: answered words"] == "6"
    assert told["Conversation: answers' sound"] == "generated 3 min 0 s, whether it was heard nobody told"
    assert told["Waiting: asked to audio"] == "p50 2,000 ms, p95 2,900 ms (2 turns)"
    assert told["Tokens: in"] == "2,400 (400 text, 2,000 audio)"
    assert told["Tokens: cost"] == f"{written.log.cost.usd:.4f} USD"
    assert told["Session: connections"] == "2"
    assert told["Session: time"].endswith(" UTC, 1 h 0 min")
    assert "user's sound" not in str(written.log.summary())  # nobody spoke


def test_what_has_no_price_is_told() -> None:
    usage = {"input_tokens": 10, "output_tokens": 10}
    unknown = WrittenLog("nobody's model")
    unknown.answer("r", usage=usage)
    assert facts(unknown.log)["Tokens: cost"] == "unknown"
    assert "nobody's model" in facts(unknown.log)["Tokens: without a price"]
    free = WrittenLog("tutor", provider="local")
    free.answer("r", usage=usage)
    assert facts(free.log)["Tokens: cost"] == "nothing: nobody is paid"
    assert "Tokens: without a price" not in facts(free.log)


@pytest.mark.parametrize(
    ("detection", "told"),
    [
        (None, "off"),
        ({"type": "semantic_vad", "eagerness": "low"}, "semantic_vad (eagerness low)"),
        (
            {"type": "server_vad", "create_response": False, "interrupt_response": True},
            "server_vad (create_response off)",
        ),
    ],
)
def test_turn_detection_is_that_of_the_last_update(written: WrittenLog, detection: Any, told: str) -> None:
    written.server("session.updated", session={"audio": {"input": {"turn_detection": detection}}})
    assert facts(written.log)["Session: turn detection"] == told


def test_a_call_tells_how_long_it_took_or_that_nobody_answered(written: WrittenLog) -> None:
    written.item("u")
    written.begin("r")
    written.call("r", "c")
    written.call("r", "d", name="traffic")
    written.t += 0.25
    written.output("c")
    told = facts(written.log)
    assert told["Function calls: weather"] == "{} answered after 250 ms"
    assert told["Function calls: traffic"] == "{} not answered"
    for number in range(MOST_CALLS):
        written.call("r", f"e{number}")
    assert facts(written.log)["Function calls: more"] == "2 calls"


def test_errors_are_told_the_first_of_them_in_full(written: WrittenLog) -> None:
    for number in range(MOST_ERRORS + 3):
        written.server("error", after=1.0, error={"message": f"number {number}"})
    told = facts(written.log)
    assert told["Errors: row 2, 1.0 s"] == "error: number 0"
    assert told["Errors: more"] == "3 errors"


def test_events_are_counted_by_type(written: WrittenLog) -> None:
    written.microphone(4_000)
    told = facts(written.log)
    assert told["Events: all"] == "102 (100 client, 1 server, 1 local)"
    assert told["Events: 100"] == "input_audio_buffer.append"


def test_an_empty_log_says_so() -> None:
    assert str(EventLog().summary()) == "Session\n  events  none yet"


def test_text_and_html_say_the_same() -> None:
    view = lesson().summary()
    html = Html(view._repr_html_()).text
    assert all(fact.value in html and fact.value in str(view) for fact in view.facts)


def test_what_a_server_says_is_text(written: WrittenLog) -> None:
    written.server("session.updated", session={"model": EVIL, "tools": [{"name": EVIL}]})
    written.server(EVIL, error={"message": EVIL})
    view = written.log.summary()
    assert "script" not in Html(view._repr_html_()).tags
    assert "<script>" in str(view)


@settings(max_examples=60, deadline=None)
@given(odd_logs())
def test_any_log_has_a_summary(log: EventLog) -> None:
    view = log.summary()
    Html(view._repr_html_())
    assert str(view)
