"""Jobs on threads, without a socket."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import orjson
from core_client import Event
from scripted import Scripted

from rt_notebook.server.driver import Driver
from rt_notebook.server.engine import Prompt


@contextlib.contextmanager
def driving(scripted: Scripted) -> Iterator[Driver]:
    engines = scripted.toolbox
    engines.load()
    engines.activity.result()
    with ThreadPoolExecutor(1) as pool:
        driver = Driver("tutor", engines, pool)
        try:
            yield driver
        finally:
            driver.stop()


async def until(driver: Driver, kind: str) -> list[Event]:
    """Return the events up to one of a type."""
    events: list[Event] = []
    while not events or events[-1]["type"] != kind:
        event = await driver.next_event()
        assert isinstance(event, dict)
        events.append(event)
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
            assert made < 1_010
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
