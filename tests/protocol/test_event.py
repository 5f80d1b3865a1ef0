import json
from typing import Any

import pytest

from rt_notebook.protocol.event import Event, error_of, parse, short, text_of


def test_an_event_is_its_json() -> None:
    event = Event({"type": "response.done", "response": {"id": "r"}}, index=3, t=1.5)
    assert event == {"type": "response.done", "response": {"id": "r"}}
    assert json.loads(json.dumps(event)) == event
    assert (event.index, event.t, event.direction, event.type) == (3, 1.5, "server", "response.done")


def test_a_long_string_is_counted_instead_of_shown() -> None:
    event = Event({"type": "x", "delta": "A" * 5000, "list": [{"audio": "B" * 300}]})
    assert "5,000 characters" in repr(event)
    assert len(repr(event)) < 300
    assert short(event)["list"][0]["audio"].endswith("(300 characters)")


def test_words_are_found_wherever_they_are() -> None:
    assert text_of({"type": "response.output_text.delta", "delta": "Hi"}) == "Hi"
    assert text_of({"type": "response.output_audio.delta", "delta": "AAAA"}) is None
    assert text_of({"transcript": "Yes"}) == "Yes"
    assert text_of({"arguments": "{}"}) == "{}"
    assert text_of({"item": {"content": [{"text": "a"}, {"transcript": "b"}, {}]}}) == "a b"
    assert text_of({"item": {"type": "function_call", "arguments": "{}"}}) == "{}"
    assert text_of({"item": 3}) is None


def test_errors_are_found_wherever_they_are() -> None:
    assert error_of({"error": {"message": "no"}}) == "no"
    assert error_of({"response": {"status_details": {"error": {"code": "rate_limit"}}}}) == "rate_limit"
    assert error_of({"error": "text"}) == "text"
    assert error_of({"type": "response.done"}) is None


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'"\\ud83d"', "\ufffd"),
        (b'"\\ud83d\\ude00 \\ude00"', "\U0001f600 \ufffd"),
        (b"[NaN, -Infinity, 1e999]", [None, None, None]),
        (b"-" + b"9" * 400, None),
        (b"[NaN, 12345678901234567890, 7]", [None, 12345678901234567890.0, 7]),
    ],
)
def test_json_that_some_servers_write_is_read(raw: bytes, value: Any) -> None:
    assert parse(b'{"type":"x","value":%b}' % raw) == {"type": "x", "value": value}


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b"[1]", b"NaN", b"[" * 100_000, b'{"type":"x"} {}'])
def test_what_is_no_event_says_so(raw: bytes) -> None:
    assert parse(raw)["type"] == "rt.unreadable"


def test_an_error_without_words() -> None:
    assert error_of({"error": {}}) is None
    assert error_of({"error": {"param": "x"}}) == "unknown"
