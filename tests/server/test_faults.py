"""What goes wrong on demand: read from words and scheduled as data, then once over a real socket."""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
import json
import time

import pytest
from core_client import Event
from scripted import Scripted, connected, serving
from websockets.exceptions import ConnectionClosed, InvalidStatus

from rt_notebook.server.engine import Call
from rt_notebook.server.faults import NO_FAULTS, Faults, Lateness, Repeater, parse


@pytest.mark.parametrize(
    ("wish", "faults"),
    [
        ("latency=300", Faults(latency=300)),
        ("jitter=2.5", Faults(jitter=2.5)),
        ("drop=0", Faults(drop=0)),
        ("expiry=5", Faults(expiry=5)),
        ("error=2", Faults(error=2)),
        ("duplicate-call=on", Faults(duplicate_call=True)),
        ("duplicate-call=off", Faults()),
        ("seed=-7", Faults(seed=-7)),
    ],
)
def test_each_fault_has_a_name_and_a_value(wish: str, faults: Faults) -> None:
    assert parse([wish]) == faults


def test_every_field_can_be_asked_for() -> None:
    values = {"duplicate_call": "on"}
    wishes = [f"{field.name.replace('_', '-')}={values.get(field.name, 1)}" for field in dataclasses.fields(Faults)]
    assert parse(wishes) == Faults(1, 1, 1, 1, 1, True, 1)


def test_later_wishes_take_the_place_of_earlier_ones() -> None:
    base = parse(["latency=300", "error=2"])
    assert parse(["latency=100", "latency=50"], base) == Faults(latency=50, error=2)


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("latencie=3", "There is no fault 'latencie'. Did you mean 'latency'?"),
        ("", "There is no fault ''. There are latency, jitter, drop"),
        ("latency", "has no value: write latency=VALUE, milliseconds from 0 to 60000"),
        ("latency=", "cannot be ''"),
        ("latency=-1", "cannot be '-1': its value is milliseconds from 0 to 60000"),
        ("latency=nan", "cannot be 'nan'"),
        ("latency=inf", "cannot be 'inf'"),
        ("expiry=0", "whole seconds from 1"),
        ("expiry=1.5", "whole seconds from 1"),
        ("error=0", "every so many-th response fails"),
        ("duplicate-call=yes", "'on' or 'off'"),
        ("drop=1e9", "seconds from 0 to 86400"),
    ],
)
def test_what_cannot_be_is_said_with_what_can(wish: str, said: str) -> None:
    with pytest.raises(ValueError) as raised:
        parse([wish])
    assert said in str(raised.value)


def test_without_faults_events_are_due_at_once() -> None:
    lateness = Lateness(NO_FAULTS)
    assert [lateness(now) for now in (1.0, 1.0, 2.5)] == [1.0, 1.0, 2.5]


def test_latency_is_added_to_every_event() -> None:
    lateness = Lateness(Faults(latency=300))
    assert [lateness(now) for now in (1.0, 2.0)] == [1.3, 2.3]


def test_jitter_varies_keeps_the_order_and_comes_from_the_seed() -> None:
    def due(seed: int) -> list[float]:
        lateness = Lateness(Faults(latency=100, jitter=50, seed=seed))
        return [lateness(number / 100) for number in range(200)]

    late = [time - number / 100 for number, time in enumerate(due(1))]
    assert all(earlier <= later for earlier, later in itertools.pairwise(due(1)))
    assert min(late) >= 0.1
    assert 0.12 < max(late) <= 0.15
    assert due(1) == due(1) != due(2)


def test_a_call_is_told_twice_with_fresh_event_ids() -> None:
    call = {"id": "item_1", "type": "function_call", "call_id": "call_1"}
    about = {"response_id": "resp_1", "item_id": "item_1", "call_id": "call_1"}
    other = {"id": "item_0", "type": "message"}
    events: list[Event] = [
        {"type": "response.output_item.added", "event_id": "event_1", "item": call},
        {"type": "conversation.item.added", "event_id": "event_2", "item": call},
        {"type": "response.function_call_arguments.done", "event_id": "event_3", **about},
        {"type": "response.output_item.done", "event_id": "event_4", "item": call},
        {"type": "conversation.item.done", "event_id": "event_5", "item": call},
        {"type": "response.done", "event_id": "event_6", "response": {"output": [other, call]}},
    ]
    numbers = itertools.count(1)
    repeater = Repeater(lambda prefix: f"{prefix}_again_{next(numbers)}")
    sent = [each for event in events for each in repeater(event)]
    again = [
        {**event, "event_id": f"event_again_{number}"}
        for number, event in enumerate([events[0], events[2], events[3]], 1)
    ]
    assert sent[:4] == events[:4]
    assert sent[4:7] == again
    assert sent[7] == events[4]
    assert sent[8]["response"]["output"] == [other, call, call]
    assert events[-1]["response"]["output"] == [other, call]


def test_what_is_no_call_is_told_once() -> None:
    message = {"id": "item_1", "type": "message"}
    events: list[Event] = [
        {"type": "response.output_item.added", "item": message},
        {"type": "response.output_text.delta", "item_id": "item_1"},
        {"type": "response.output_item.done", "item": message},
        {"type": "response.done", "response": {"output": [message]}},
        {"type": "error", "error": {}},
    ]
    repeater = Repeater()
    assert [each for event in events for each in repeater(event)] == events


# Over a real socket.


def test_a_server_that_is_slow_on_demand() -> None:
    async def scenario() -> None:
        async with serving(Scripted(), faults=Faults(latency=150)) as url, connected(url) as client:
            begun = time.monotonic()
            await client.until("session.created")
            await client.send("input_audio_buffer.clear")
            await client.until("input_audio_buffer.cleared")
            assert time.monotonic() - begun > 0.25

    asyncio.run(scenario())


def test_a_connection_that_is_cut() -> None:
    async def scenario() -> None:
        async with serving(Scripted()) as url, connected(url, query="&fault=drop=0.2") as client:
            with pytest.raises(ConnectionClosed) as closed:
                await client.until("never")
            assert closed.value.rcvd is None  # no close frame

    asyncio.run(scenario())


def test_a_session_that_expires() -> None:
    async def scenario() -> None:
        async with serving(Scripted()) as url, connected(url, query="&fault=expiry=1") as client:
            created = (await client.until("session.created"))[-1]["session"]
            assert 0 <= created["expires_at"] - time.time() + 1 <= 2
            assert (await client.until("error"))[-1]["error"]["code"] == "session_expired"
            with pytest.raises(ConnectionClosed) as closed:
                await client.until("never")
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1001

    asyncio.run(scenario())


def test_every_second_response_fails_and_every_call_comes_twice() -> None:
    async def scenario() -> None:
        engines = Scripted(answer=lambda prompt: iter([Call("look_up", "{}")]))
        query = "&fault=error=2&fault=duplicate-call=on"
        async with serving(engines) as url, connected(url, query=query) as client:
            await client.send("response.create")
            events = await client.until("response.done")
            calls = [event for event in events if event["type"] == "response.function_call_arguments.done"]
            assert len({call["call_id"] for call in calls}) == 1
            assert len(calls) == len(events[-1]["response"]["output"]) == 2
            assert len({event["event_id"] for event in events}) == len(events)
            await client.send("response.create")
            response = (await client.until("response.done"))[-1]["response"]
            assert response["status"] == "failed"
            assert response["status_details"]["error"]["type"] == "server_error"

    asyncio.run(scenario())


def test_a_fault_that_there_is_not_is_refused_with_what_there_is() -> None:
    async def scenario() -> None:
        async with serving(Scripted()) as url:
            with pytest.raises(InvalidStatus) as refused:
                async with connected(url, query="&fault=latencie=3"):
                    pass
            assert refused.value.response.status_code == 400
            error = json.loads(refused.value.response.body)["error"]
            assert (error["code"], "Did you mean 'latency'?" in error["message"]) == ("invalid_fault", True)

    asyncio.run(scenario())
