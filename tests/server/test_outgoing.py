"""Events that wait for a client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import orjson
import pytest

from rt_notebook.server.effects import Close
from rt_notebook.server.outgoing import Outgoing


def run(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    async def timed() -> None:
        async with asyncio.timeout(20):
            await scenario()

    asyncio.run(timed())


def test_events_come_out_in_order_and_the_close_last() -> None:
    async def scenario() -> None:
        outgoing = Outgoing()
        for number in range(3):
            outgoing.put({"type": "a", "number": number})
        outgoing.close(Close(1001, "over"))
        texts = [await outgoing.next() for _ in range(3)]
        assert [orjson.loads(text)["number"] for text in texts if isinstance(text, str)] == [0, 1, 2]
        assert await outgoing.next() == Close(1001, "over")

    run(scenario)


def test_an_event_is_as_it_was_when_it_was_put() -> None:
    async def scenario() -> None:
        outgoing = Outgoing()
        event = {"type": "session.updated", "session": {"voice": "marin"}}
        outgoing.put(event)
        event["session"] = {}
        assert await outgoing.next() == '{"type":"session.updated","session":{"voice":"marin"}}'

    run(scenario)


@pytest.mark.parametrize(("count", "size"), [(1_000, 10), (9, 500_000)], ids=["many", "big"])
def test_whoever_makes_more_waits_until_half_is_sent(count: int, size: int) -> None:
    async def scenario() -> None:
        outgoing = Outgoing()
        resumed: list[str] = []
        outgoing.when_room(lambda: resumed.append("at once"))
        for _ in range(count):
            outgoing.put({"type": "a", "delta": "x" * size})
        outgoing.when_room(lambda: resumed.append("later"))
        waiting = asyncio.create_task(outgoing.room())
        await asyncio.sleep(0)
        sent = 0
        while outgoing.full:
            assert resumed == ["at once"]
            assert not waiting.done()
            await outgoing.next()
            sent += 1
        assert count // 2 <= sent <= count // 2 + 1
        assert resumed == ["at once", "later"]
        await waiting

    run(scenario)


def test_an_event_waits_until_it_is_due() -> None:
    async def scenario() -> None:
        outgoing = Outgoing(lambda now: now + 0.05)
        loop = asyncio.get_running_loop()
        put = loop.time()
        outgoing.put({"type": "a"})
        await outgoing.next()
        assert loop.time() - put >= 0.049

    run(scenario)
