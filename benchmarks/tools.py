"""What a tool call costs: from the event that completes its arguments to its output on the wire, beside the floor.

    python -m benchmarks.tools [--runs 200] [--calls 1 20]

A scripted server in memory calls tools that return at once, one or several in a response. The time is that between two
rows of the log: `response.function_call_arguments.done` and the `conversation.item.create` with the call's output. The
floor is what any client has to do: a loop that parses the event and the arguments, calls the function, and makes and
sends the output. All of them meet the same server in turn, in the same run. `CLIENTS` takes others for comparison.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from statistics import quantiles
from typing import Any

import orjson

import rt_notebook as rt
from rt_notebook.session.providers import Endpoint, Headers
from rt_notebook.session.session import AsyncSession
from rt_notebook.session.transport import Transport, TransportClosedError, memory_pair

ENDPOINT = Endpoint("url", "memory://server?model=m", "m", Headers())
DONE = "response.function_call_arguments.done"


def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


async def aadd(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


class Server:
    """Answers each user message with calls, and their outputs with a word."""

    def __init__(self, calls: int, name: str) -> None:
        self._calls = calls
        self._name = name
        self._responses = 0
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, endpoint: Endpoint, timeout: float) -> Transport:
        """Return a client's end."""
        client, end = memory_pair()
        await self._send(end, "session.created", session={})
        self._task = asyncio.create_task(self._serve(end))
        return client

    async def _serve(self, end: Transport) -> None:
        outputs = 0
        asked = False
        try:
            while True:
                event = orjson.loads(await end.recv())
                if event["type"] == "session.update":
                    await self._send(end, "session.updated", session=event["session"])
                elif event["type"] == "conversation.item.create":
                    await self._send(end, "conversation.item.added", item=event["item"])
                    asked = event["item"]["type"] == "message"
                    outputs += not asked
                elif event["type"] == "response.create":
                    await self._respond(end, self._calls if asked else 0)
                    asked = False
        except TransportClosedError:
            return

    async def _respond(self, end: Transport, calls: int) -> None:
        self._responses += 1
        id_ = f"resp_{self._responses}"
        await self._send(end, "response.created", response={"id": id_, "conversation_id": "c"})
        for number in range(calls):
            item: dict[str, Any] = {"id": f"item_{id_}_{number}", "type": "function_call", "name": self._name}
            item |= {"call_id": f"call_{id_}_{number}", "arguments": '{"a": 1, "b": 2}', "status": "completed"}
            about = {"response_id": id_, "item_id": item["id"]}
            await self._send(end, "response.output_item.added", response_id=id_, item=item | {"arguments": ""})
            await self._send(end, DONE, call_id=item["call_id"], arguments=item["arguments"], **about)
            await self._send(end, "response.output_item.done", response_id=id_, item=item)
        await self._send(end, "response.done", response={"id": id_, "status": "completed", "output": []})

    async def _send(self, end: Transport, type_: str, **fields: Any) -> None:
        await end.send(orjson.dumps({"type": type_} | fields))


async def floor(calls: int, runs: int) -> list[float]:
    """Return the times (ms) of the least that a client can do."""
    transport = await Server(calls, "add")(ENDPOINT, 1.0)
    times: list[float] = []

    async def send(event: dict[str, Any]) -> None:
        await transport.send(orjson.dumps(event))

    for _ in range(runs):
        await send({"type": "conversation.item.create", "item": {"id": "item_q", "type": "message"}})
        await send({"type": "response.create"})
        done = 0
        while done < 2:
            event = orjson.loads(await transport.recv())
            if event["type"] == DONE:
                begun = time.perf_counter()
                output = str(add(**orjson.loads(event["arguments"])))
                item = {"type": "function_call_output", "call_id": event["call_id"], "output": output}
                await send({"type": "conversation.item.create", "item": item})
                times.append((time.perf_counter() - begun) * 1000)
            elif event["type"] == "response.done":
                done += 1
                if done == 1:
                    await send({"type": "response.create"})
    await transport.close()
    return times


async def on_threads(calls: int, runs: int) -> list[float]:
    """Return the times (ms) of the floor with each plain function on a thread (asyncio.to_thread), as it has to be."""
    transport = await Server(calls, "add")(ENDPOINT, 1.0)
    times: list[float] = []

    async def send(event: dict[str, Any]) -> None:
        await transport.send(orjson.dumps(event))

    async def answer(event: dict[str, Any], begun: float) -> None:
        output = str(await asyncio.to_thread(add, **orjson.loads(event["arguments"])))
        item = {"type": "function_call_output", "call_id": event["call_id"], "output": output}
        await send({"type": "conversation.item.create", "item": item})
        times.append((time.perf_counter() - begun) * 1000)

    for _ in range(runs):
        await send({"type": "conversation.item.create", "item": {"id": "item_q", "type": "message"}})
        await send({"type": "response.create"})
        tasks: list[asyncio.Task[None]] = []
        done = 0
        while done < 2:
            event = orjson.loads(await transport.recv())
            if event["type"] == DONE:
                tasks.append(asyncio.create_task(answer(event, time.perf_counter())))
            elif event["type"] == "response.done":
                done += 1
                if done == 1:
                    await asyncio.gather(*tasks)
                    await send({"type": "response.create"})
    await transport.close()
    return times


def session(function: Callable[..., Any]) -> Callable[[int, int], Coroutine[Any, Any, list[float]]]:
    """Return what measures a session with a function as its tool."""

    async def measure(calls: int, runs: int) -> list[float]:
        tool = rt.tool(function)
        opened = AsyncSession(replace(ENDPOINT), {"tools": [tool]}, opener=Server(calls, tool.name))
        await opened.open()
        for _ in range(runs):
            await opened.ask("q")
        begun: dict[str, float] = {}
        times: list[float] = []
        for event in opened.events:
            if event.type == DONE:
                begun[event["call_id"]] = event.t
            elif event.type == "conversation.item.create" and (call_id := event["item"].get("call_id")):
                times.append((event.t - begun[call_id]) * 1000)
        await opened.close()
        return times

    return measure


CLIENTS: dict[str, Callable[[int, int], Coroutine[Any, Any, list[float]]]] = {
    "floor: one loop, the function on it": floor,
    "floor: one loop, the function on a thread": on_threads,
    "session, plain function": session(add),
    "session, async function": session(aadd),
}
"""What is compared: (calls of a response, runs) -> ms of each call."""


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--calls", type=int, nargs="+", default=[1, 20])
    options = parser.parse_args()
    print(f"{'ms from arguments.done to the output on the wire':<50} {'calls':>5} {'p50':>8} {'p95':>8} {'n':>6}")
    for calls in options.calls:
        runs = max(5, options.runs // calls)
        for what, measure in CLIENTS.items():
            asyncio.run(measure(calls, 5))  # what is imported and made once does not count
            times = asyncio.run(measure(calls, runs))
            cuts = quantiles(times, n=20)
            print(f"{what:<50} {calls:>5} {cuts[9]:8.3f} {cuts[18]:8.3f} {len(times):>6}")


if __name__ == "__main__":
    main()
