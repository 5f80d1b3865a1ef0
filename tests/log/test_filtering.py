from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from odd_log import odd_logs

from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.store import matches
from rt_notebook.protocol.dialect import ga_type
from rt_notebook.protocol.event import Event, error_of, text_of

PATTERNS = st.sampled_from(
    ["response.*", "response.output_audio.delta", "*", "", ("error", "conversation.item.*"), "unheard.?f", ()]
)
IDS = st.sampled_from(["a", "b", "none", ""])
CHOICES = st.fixed_dictionaries(
    {},
    optional={
        "type": PATTERNS,
        "direction": st.sampled_from(["client", "server", "local"]),
        "since": st.sampled_from([-1.0, 0.0, 0.5, 3.0, 1e9]),
        "until": st.sampled_from([-1.0, 0.0, 0.5, 3.0, 1e9]),
        "item": IDS,
        "response": IDS,
        "call": IDS,
        "text": st.sampled_from(["", "A", "script", "ü"]),
        "error": st.booleans(),
    },
)


COLUMN = {"item": "item_id", "response": "response_id", "call": "call_id"}


def fits(log: EventLog, event: Event, chosen: dict[str, Any]) -> bool:
    """Tell, slowly and row by row, whether an event fits."""
    tests = {
        "type": lambda value: matches(ga_type(event.type), value),
        "direction": lambda value: event.direction == value,
        "since": lambda value: event.t >= value,
        "until": lambda value: event.t < value,
        "text": lambda value: (said := text_of(event)) is not None and value.casefold() in said.casefold(),
        "error": lambda value: (error_of(event) is not None) is value,
    }
    told = (tests[name](value) if name in tests else holds(log, event, name, value) for name, value in chosen.items())
    return all(told)


def holds(log: EventLog, event: Event, name: str, id_: str) -> bool:
    return bool(log.column(COLUMN[name])[event.index] == id_)


@given(odd_logs(), CHOICES)
def test_it_finds_what_a_look_at_each_event_finds(log: EventLog, chosen: dict[str, Any]) -> None:
    assert [event.index for event in log.filter(**chosen)] == [event.index for event in log if fits(log, event, chosen)]


@given(odd_logs(), st.integers(0, 12))
def test_the_index_of_rows_grows_with_the_log(log: EventLog, asked: int) -> None:
    grown = EventLog()
    for event in log:
        if event.index == asked:
            grown.rows(item="a")  # the index has a part now
        grown.append(event.direction, log.raw(event.index), dict(event))
    for name in ("item", "response", "call"):
        for id_ in ("a", "b", "none", ""):
            assert grown.rows(**{name: id_}) == [each.index for each in log if holds(log, each, name, id_)]


def test_an_event_id_that_is_there_twice() -> None:
    log = EventLog()
    for id_ in ("x", "y", "x", None, "x"):
        event = {"type": "t"} | ({"event_id": id_} if id_ else {})
        log.append("server", orjson.dumps(event), event)
    assert (log.rows(event="x"), log.rows(event="y"), log.rows(event="z")) == ([0, 2, 4], [1], [])
    assert log.position_of("x") == 4
    log.rows(event="y").append(9)
    log.rows(event="x").append(9)
    assert (log.rows(event="x"), log.rows(event="y")) == ([0, 2, 4], [1])


def test_a_log_without_times_has_none_in_any_span() -> None:
    log = EventLog()
    for _ in range(3):
        log.append("server", b'{"type":"x"}', {"type": "x"}, t=float("nan"))
    assert len(log.filter("x")) == 3
    assert log.filter(since=0.0) == log.filter(until=9.0) == []


def test_what_cannot_be_asked_for() -> None:
    with pytest.raises(TypeError, match="takes one id"):
        EventLog().rows()
    with pytest.raises(TypeError, match="takes one id"):
        EventLog().rows(item="a", call="b")
