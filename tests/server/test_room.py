"""What one in a room may do to the others: with real sockets where it is about those."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import gc
import json
from urllib.parse import urlsplit

import numpy as np
import pytest
from core_client import MS, Client, error_of, loud
from hypothesis import given
from hypothesis import strategies as st
from scripted import Scripted, connected, serving
from websockets.exceptions import InvalidMessage

from rt_notebook.server import serving as process
from rt_notebook.server.engine import HEARING_RATE, Float32
from rt_notebook.server.memory import give_back
from rt_notebook.server.validation import too_deep
from rt_notebook.server.windows import windows


def message(*sounds: bytes) -> dict[str, object]:
    parts = [{"type": "input_audio", "audio": base64.b64encode(sound).decode()} for sound in sounds]
    return {"type": "message", "role": "user", "content": parts}


def test_a_connection_that_asks_for_nothing_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_HANDSHAKE_SECONDS", 0.2)

    async def scenario() -> None:
        async with serving(Scripted()) as url, connected(url) as client:
            address = urlsplit(url)
            for beginning in (b"", b"GET /v1", b"GET /v1/realtime HTTP/1.1\r\nHost: x\r\n"):
                reader, writer = await asyncio.open_connection(address.hostname, address.port)
                writer.write(beginning)
                async with asyncio.timeout(5):
                    with contextlib.suppress(ConnectionResetError):
                        assert await reader.read() == b""
                writer.close()
            await client.send("input_audio_buffer.clear")  # who is in stays in
            await client.until("input_audio_buffer.cleared")

    asyncio.run(scenario())


def test_only_so_many_connections_wait_at_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_MOST_CONNECTIONS", 10)

    async def scenario() -> None:
        async with serving(Scripted()) as url:
            address = urlsplit(url)
            waiting = [await asyncio.open_connection(address.hostname, address.port) for _ in range(30)]
            async with asyncio.timeout(4):  # before their time is over
                turned_away = 0
                for reader, _ in waiting[15:]:
                    try:
                        turned_away += await reader.read() == b""
                    except ConnectionResetError:
                        turned_away += 1
            assert turned_away == 15
            for _, writer in waiting:
                writer.close()
            async with asyncio.timeout(4):
                while True:  # until the server has seen that they are gone
                    with contextlib.suppress(InvalidMessage, ConnectionResetError):
                        async with connected(url) as client:
                            await client.until("session.created")
                            break

    asyncio.run(scenario())


def test_long_audio_of_one_is_heard_in_turns_with_the_short_of_another() -> None:
    order: list[float] = []

    def hear(samples: Float32) -> str:
        order.append(len(samples) / HEARING_RATE)
        return f"{len(order)}."

    async def scenario() -> None:
        async with serving(Scripted(hear=hear)) as url, connected(url) as long, connected(url) as short:
            await long.send("conversation.item.create", item=message(loud(120_000)))
            await long.until("conversation.item.done")
            await short.send("conversation.item.create", item=message(loud(1_000)))
            for client in (short, long):
                await client.send("response.create", response={"output_modalities": ["text"]})
                await client.until("response.done")

    asyncio.run(scenario())
    assert max(order) <= 25
    assert sum(order) == pytest.approx(121, abs=0.1)
    assert order.index(min(order)) < len(order) - 1


@given(st.integers(0, 200), st.floats(1.0, 3.0))
def test_windows_are_short_enough_and_lose_nothing(tenths: int, longest: float) -> None:
    samples = np.random.default_rng(tenths).normal(0, 1, tenths * HEARING_RATE // 10).astype(np.float32)
    pieces = windows(samples, longest)
    assert np.array_equal(np.concatenate(pieces), samples)
    assert all(len(piece) <= longest * HEARING_RATE for piece in pieces)


def test_only_so_much_audio_waits_to_be_heard() -> None:
    client = Client()
    for _ in range(11):
        events = client.send("conversation.item.create", item=message(bytes(60_000 * MS)))
    assert events[0]["type"] == "conversation.item.added"
    refused = client.send("conversation.item.create", item=message(bytes(100 * MS)))
    assert error_of(refused)["code"] == "rate_limit_exceeded"
    for job in list(client.jobs):
        client.take(client.connection.heard(job.job, ""))
    assert client.send("conversation.item.create", item=message(bytes(100 * MS)))[0]["type"] != "error"


def nested(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = {"a": [value]}
    return value


def test_what_is_nested_too_deeply_is_an_error_and_the_session_goes_on() -> None:
    assert not too_deep(nested(45))
    assert too_deep(nested(60))

    async def scenario() -> None:
        async with serving(Scripted()) as url, connected(url) as client:
            tool = {"type": "function", "name": "f", "parameters": nested(200)}
            update = {"type": "session.update", "event_id": "deep", "session": {"type": "realtime", "tools": [tool]}}
            await client.socket.send(json.dumps(update))
            error = (await client.until("error"))[-1]["error"]
            assert (error["code"], error["event_id"]) == ("invalid_event", "deep")
            await client.send("input_audio_buffer.clear")
            await client.until("input_audio_buffer.cleared")

    asyncio.run(scenario())


def test_lists_have_an_end() -> None:
    client = Client()
    tools = [{"type": "function", "name": f"f{number}"} for number in range(129)]
    assert error_of(client.update(tools=tools))["code"] == "array_above_max_length"
    assert client.update(tools=tools[:128])[0]["type"] == "session.updated"
    parts = [{"type": "input_text", "text": "."}] * 1_001
    item = {"type": "message", "role": "user", "content": parts}
    assert error_of(client.send("conversation.item.create", item=item))["param"] == "item.content"


def test_memory_that_is_given_back_takes_cycles_along() -> None:
    class Knot:
        def __init__(self) -> None:
            self.me = self

    gc.collect()
    before = len(gc.get_objects())
    knots = [Knot() for _ in range(100)]
    del knots
    give_back()
    assert len(gc.get_objects()) < before + 100
