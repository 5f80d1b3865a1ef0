"""What a tool gave is told in sentences a listener likes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rt_notebook.server.engines import chinese
from rt_notebook.server.engines.saying import said
from rt_notebook.server.engines.talk import Made
from rt_notebook.server.engines.telling import failed, tell, value_of


def told(name: str, arguments: dict[str, Any], output: Any) -> str:
    text = output if isinstance(output, str) else json.dumps(output)
    return tell([Made(name, arguments, "call_1", text)])


PARIS = {"city": "Paris"}
SORRY = "Sorry, I could not get the weather in Paris. The tool says: "


@pytest.mark.parametrize(
    ("name", "arguments", "output", "expected"),
    [
        ("get_weather", PARIS, "sunny", "The weather in Paris is sunny."),
        ("get_weather", {"city": "new york"}, "sunny", "The weather in New York is sunny."),
        ("get_weather", {**PARIS, "day": "tomorrow"}, "sunny", "The weather in Paris tomorrow is sunny."),
        ("getWeather", PARIS, '"It is sunny in Paris"', "It is sunny in Paris."),
        (
            "get_weather",
            PARIS,
            {"city": "Paris", "temperature_c": 21.456, "is_raining": False, "wind": {"speed_kmh": 12}, "note": None},
            "In Paris, the temperature is 21.46 degrees Celsius, it is not raining and "
            "for the wind, the speed is 12 kilometres an hour.",
        ),
        ("get_weather", PARIS, {"error": {"message": "no network", "code": 7}}, SORRY + "no network."),
        ("get_weather", PARIS, "TimeoutError: no answer in 5 s", SORRY + "no answer in 5 s."),
        ("get_weather", PARIS, {"status": "error", "message": "unknown city"}, SORRY + "unknown city."),
        ("get_time", {"city": "Tokyo"}, "2026-11-24T09:15:00Z", "The time in Tokyo is 09:15 on November 24."),
        ("multiply", {"a": 6, "b": 7}, 42, "6 times 7 is 42."),
        ("divide", {"a": 1, "b": 3}, {"result": 0.33333333}, "1 divided by 3 is 0.33."),
        ("calculator", {"expression": "2 + 3"}, "5", "That makes 5."),
        ("set_timer", {"minutes": 10}, None, "Done: the timer is set for 10 minutes."),
        ("setTimer", {"minutes": 1, "label": "tea"}, {"ok": True}, "Done: the timer called tea is set for 1 minute."),
        ("turn_light", {"room": "kitchen", "on": False}, True, "Done: the light is turned off in the kitchen."),
        ("send_message", {"to": "Anna", "message": "hi"}, "ok", "Done: the message is sent to Anna."),
        (
            "book_flight",
            {"origin": "Rome", "destination": "Oslo"},
            {"order_id": "XK42", "price_eur": 310.5},
            "Done: the flight is booked from Rome to Oslo. The order ID is XK42 and the price is 310.5 euros.",
        ),
        ("list_tasks", {}, ["milk", "eggs", "bread"], "I found 3: milk, eggs and bread."),
        ("list_tasks", {}, [], "I found nothing."),
        ("count_events", {"kind": "delta"}, 17, "There are 17 events."),
        ("is_prime", {"n": 7}, True, "Yes."),
        ("now", {}, "2026-11-24T15:00:00", "It is 15:00 on November 24."),
        ("list_numbers", {}, list(range(20)), "I found 20: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 8 more."),
        (
            "search_web",
            {"query": "jazz bars"},
            [{"title": "New Morning", "rating": 4.7}, {"title": "Sunset"}, {"title": "Duc"}, {"title": "Caveau"}],
            "For jazz bars, I found 4: New Morning, rating 4.7; Sunset; Duc; and 1 more.",
        ),
        ("translate", {"text": "good morning"}, "Guten Morgen", "The result is Guten Morgen."),
        ("do_it", {}, "", "It is done; the tool gave nothing back."),
        ("order", {"item": "pears", "count": 2}, {"item": "pears", "count": 2}, "It is done."),
        ("", {}, {"a": 1}, "The a is 1."),
    ],
)
def test_a_result_is_told(name: str, arguments: dict[str, Any], output: Any, expected: str) -> None:
    assert told(name, arguments, output) == expected


@pytest.mark.parametrize(
    "output",
    [
        "fine",
        '{"value": 1}',
        '{"error": null, "value": 1}',
        "An error-free day",
        "The user has no mail",
        "He raised questions",
        '{"success": true}',
        "[]",
        "0",
        "false",
    ],
)
def test_what_went_well_is_no_failure(output: str) -> None:
    assert failed(output) is None


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ('{"error": "gone"}', "gone"),
        ('{"error": true, "message": "gone"}', "gone"),
        ('{"ok": false}', "no reason given"),
        ('{"success": false, "reason": "gone"}', "gone"),
        ("Error: gone", "gone"),
        ("ValueError('gone')", "'gone')"),
        ("add raised OverflowError: too large", "too large"),
        ("There is no tool 'ad'. The tools are: add.", "There is no tool 'ad'. The tools are: add."),
        ("The user did not allow this call of add.", "The user did not allow this call of add."),
        ("add did not return within 5 s, its time limit.", "add did not return within 5 s, its time limit."),
        ("The MCP server things was lost during this call.", "The MCP server things was lost during this call."),
        ("Traceback (most recent call last): gone", "most recent call last): gone"),
    ],
)
def test_what_went_wrong_is_a_failure(output: str, reason: str) -> None:
    assert failed(output) == reason


def test_several_results_are_told_one_after_the_other() -> None:
    results = [
        Made("get_weather", {"city": city}, None, weather) for city, weather in (("Paris", "hot"), ("Oslo", "cold"))
    ]
    assert tell(results) == "The weather in Paris is hot. The weather in Oslo is cold."
    assert tell(results, in_chinese=True) == "Paris：hot。Oslo：cold。"


def test_yes_and_no_are_told_apart() -> None:
    assert tell([Made("is_prime", {"n": n}, None, json.dumps(n == 7)) for n in (7, 9)]) == "7: yes. 9: no."


def test_a_long_result_is_cut_short() -> None:
    for output in (
        "word " * 1000,
        json.dumps(["word"] * 1000),
        json.dumps({f"key {n}": "word " * 9 for n in range(99)}),
    ):
        assert len(told("get_text", {}, output)) < 400
    assert told("get_text", {}, "word " * 1000).endswith("word and so on.")


@pytest.mark.parametrize(
    ("output", "value"),
    [
        ("5", "5"),
        ('{"result": 2.5}', "2.5"),
        ('{"sum": 7}', "7"),
        ('"Rome"', "Rome"),
        ("[1, 2]", "The results are 1 and 2."),
    ],
)
def test_what_the_next_call_takes(output: str, value: str) -> None:
    assert (
        value_of(Made("do_it", {}, None, output)).replace("It is done; the tool gave nothing back.", "Done.") == value
    )


def test_numbers_are_said_with_two_decimals_at_most() -> None:
    assert [said(value) for value in (0.1 + 0.2, 3.0, 1e300, -0.5, 12)] == ["0.3", "3", "1e+300", "-0.5", "12"]


DIGITS = "零一二三四五六七八九"


def in_chinese(value: int) -> str:
    """Return a number below ten thousand in Chinese numerals."""
    for scale, sign in ((1000, "千"), (100, "百"), (10, "十")):
        if value >= scale:
            rest = value % scale
            gap = "零" if 0 < rest < scale // 10 else ""
            return f"{DIGITS[value // scale]}{sign}{gap}{in_chinese(rest) if rest else ''}"
    return DIGITS[value]


@given(st.integers(1, 9999))
def test_chinese_numerals(value: int) -> None:
    assert chinese.in_english(f"{in_chinese(value)}加三等于多少").startswith(f"{value} plus 3")
    assert chinese.in_english(f"定时{in_chinese(value)}分钟") == f"set a timer for {value} minutes"
