"""The order of a connection's events."""

from __future__ import annotations

from typing import Any

import pytest
from core_client import Client, loud, silent

from rt_notebook.protocol.catalog import CATALOG
from rt_notebook.protocol.dialect import to_ga
from rt_notebook.protocol.sequence import TRANSITIONS, Breach, Sequence
from rt_notebook.server.engine import Call


def fed(*events: dict[str, Any], opened: bool = True) -> Sequence:
    sequence = Sequence()
    if opened:
        sequence.feed({"type": "rt.connection.opened"}, -1, 0.0, "local")
    for row, event in enumerate(events):
        direction = CATALOG[event["type"]].direction if event["type"] in CATALOG else "server"
        sequence.feed(event, row, float(row), direction)
    return sequence


def session(dialect: str) -> list[dict[str, Any]]:
    """Return all that the real server sends in a session with speech, calls, an interruption and a cancelled answer."""
    client = Client(dialect=dialect)
    client.write("Hello")
    client.send("response.create")
    client.think("Good morning. ", "How are you?")
    client.speak()
    client.write("Call me")
    client.send("response.create")
    client.think("Well. ", Call("f", '{"a": 1}'), Call("g", "{}"))
    client.speak()
    client.say(loud(400), silent(900))
    client.hear("And now")
    client.think("One two three. ")
    client.say(loud(400))  # interrupts
    client.say(silent(900))
    client.hear("Stop")
    client.send("response.cancel")
    return [to_ga(event) if dialect == "beta" else event for event in client.events]


@pytest.mark.parametrize("dialect", ["ga", "beta"])
def test_what_the_real_server_sends_is_in_order(dialect: str) -> None:
    events = session(dialect)
    assert {"response.output_audio.delta", "response.function_call_arguments.done"} <= {each["type"] for each in events}
    assert fed(*events).breaches() == []


@pytest.mark.parametrize("dialect", ["ga", "beta"])
def test_a_beginning_that_is_missing_is_not_held_against_it(dialect: str) -> None:
    events = session(dialect)
    for start in range(1, len(events)):
        sequence = fed(*events[start:], opened=False)
        assert sequence.lost
        assert sequence.breaches() == []


def test_an_opener_that_is_missing_is_one_breach_with_all_that_came_of_it() -> None:
    events = session("ga")
    openers = ("response.created", "response.output_item.added", "response.content_part.added")
    for type_ in openers:
        rows = [row for row, event in enumerate(events) if event["type"] == type_]
        for row in rows:
            breaches = fed(*events[:row], *events[row + 1 :]).breaches()
            kind = {"response.output_item.added": "item", "response.content_part.added": "part"}.get(type_, "response")
            assert [breach.rule for breach in breaches] == [f"unknown-{kind}"], type_


def test_every_type_in_the_table_is_a_server_event() -> None:
    assert {CATALOG[type_].direction for type_ in TRANSITIONS} == {"server"}


def test_it_knows_the_active_response() -> None:
    greeting = {"type": "session.created"}
    begun = {"type": "response.created", "response": {"id": "r", "conversation_id": "c"}}
    beside = {"type": "response.created", "response": {"id": "q", "conversation_id": None}}
    done = {"type": "response.done", "response": {"id": "r"}}
    assert fed(greeting).active is None
    assert fed(greeting, begun, beside).active == "r"
    assert fed(greeting, begun, beside, done).active is None


def test_without_conversation_ids_who_asked_tells_what_is_out_of_band() -> None:
    greeting = {"type": "session.created"}
    ask = {"type": "response.create", "response": {"conversation": "none"}}
    begun = [{"type": "response.created", "response": {"id": id_}} for id_ in ("r", "q")]
    done = [{"type": "response.done", "response": {"id": id_}} for id_ in ("r", "q")]
    assert fed(greeting, begun[0], ask, begun[1], *done).breaches() == []
    (breach,) = fed(greeting, *begun, *done).breaches()
    assert breach == Breach("two-responses", (3,), breach.reason)


def test_a_response_that_stays_away_is_told_once_it_has_stayed_long() -> None:
    sequence = fed({"type": "session.created"}, {"type": "response.created", "response": {"id": "r"}})
    sequence.feed({"type": "rate_limits.updated"}, 2, 50.0, "server")
    assert sequence.breaches() == []
    sequence.feed({"type": "rate_limits.updated"}, 3, 70.0, "server")
    (breach,) = sequence.breaches()
    assert breach.rule == "response-without-done"
