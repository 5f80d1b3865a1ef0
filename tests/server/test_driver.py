"""Jobs on threads, without a socket."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator

import orjson
import pytest
from core_client import Event
from scripted import Scripted

from rt_notebook.server.driver import Driver, Opening
from rt_notebook.server.engine import Prompt
from rt_notebook.server.pool import Pools


@contextlib.contextmanager
def driving(scripted: Scripted) -> Iterator[Driver]:
    engines = scripted.toolbox
    engines.load()
    engines.activity.result()
    pools = Pools.make()
    driver = Driver(Opening(), engines, pools)
    try:
        yield driver
    finally:
        driver.stop()
        pools.close()


async def until(driver: Driver, kind: str) -> list[Event]:
    """Return the events up to one of a type."""
    events: list[Event] = []
    while not events or events[-1]["type"] != kind:
        event = await driver.outgoing.next()
        assert isinstance(event, str)
        events.append(orjson.loads(event))
    return events


def test_engines_wait_for_a_client_that_does_not_read() -> None:
    made = 0
    many = threading.Event()

    def answer(prompt: Prompt) -> Iterator[str]:
        nonlocal made
        while made < 5_000:
            made += 1
            if made == 900:
                many.set()
            yield "word "

    async def scenario() -> None:
        with driving(Scripted(answer=answer)) as driver:
            driver.receive(
                orjson.dumps({"type": "response.create", "response": {"output_modalities": ["text"]}}).decode()
            )
            assert await asyncio.to_thread(many.wait, 20)
            await asyncio.sleep(0.2)  # long enough for thousands, if nothing held them back
            assert made < 1_040  # and a burst
            events = await until(driver, "response.done")
            assert events[-1]["response"]["status"] == "completed"
            assert sum(event["type"] == "response.output_text.delta" for event in events) == 5_000

    asyncio.run(scenario())


def test_a_fault_of_the_server_is_told_and_the_connection_goes_on() -> None:
    class Broken(Scripted):
        def stream(self) -> object:  # type: ignore[override] # a stub that fails
            raise RuntimeError("no stream")

    async def scenario() -> None:
        with driving(Broken()) as driver:
            driver.receive('{"type": "input_audio_buffer.append", "audio": "AAAAAAAA"}')
            assert (await until(driver, "error"))[-1]["error"]["type"] == "server_error"
            driver.receive('{"type": "input_audio_buffer.clear"}')
            await until(driver, "input_audio_buffer.cleared")

    asyncio.run(scenario())


def test_a_client_that_does_not_read_takes_no_thread_from_others() -> None:
    def answer(prompt: Prompt) -> Iterator[str]:
        return iter(["word "] * (3_000 if prompt.instructions == "long" else 1))

    async def scenario() -> None:
        scripted = Scripted(answer=answer)
        with driving(scripted) as slow:
            for _ in range(8):
                slow.receive(
                    '{"type": "response.create", "response": '
                    '{"conversation": "none", "input": [], "instructions": "long", "output_modalities": ["text"]}}'
                )
            async with asyncio.timeout(10):
                while not slow.outgoing.full:
                    await asyncio.to_thread(time.sleep, 0.01)
            quick = Driver(Opening(), slow._engines, slow._pools)
            quick.receive('{"type": "response.create", "response": {"output_modalities": ["text"]}}')
            async with asyncio.timeout(10):
                assert (await until(quick, "response.done"))[-1]["response"]["status"] == "completed"

    asyncio.run(scenario())


@pytest.mark.parametrize(("filler", "told"), [("a", "event_too_large"), ("ä", "event_too_large"), ("", None)])
def test_an_event_beyond_15_mib_is_refused(filler: str, told: str | None) -> None:
    async def scenario() -> None:
        with driving(Scripted()) as driver:
            size = 15 * 2**20 // max(1, len(filler.encode()))
            driver.receive(orjson.dumps({"type": "input_audio_buffer.clear", "event_id": filler * size}).decode())
            event = orjson.loads(str(await driver.outgoing.next()))
            assert event.get("error", {}).get("code") == told

    asyncio.run(scenario())
