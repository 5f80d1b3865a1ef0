"""One client that asks for the answer and takes all of it; prints microseconds of CPU an event.

python -m benchmarks.receiving.clients NAME PORT EVENTS
"""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any

import orjson

import rt_notebook as rt

ASK = {"type": "response.create"}


async def floor(port: int) -> float:
    """Take it by `websockets`, parse it with orjson, keep nothing."""
    from websockets.asyncio.client import connect

    async with connect(f"ws://127.0.0.1:{port}/v1/realtime", compression=None, max_size=None) as socket:
        await socket.recv()
        await socket.send(orjson.dumps(ASK), text=True)
        begun = time.process_time()
        while orjson.loads(await socket.recv(decode=False))["type"] != "response.done":
            pass
        return time.process_time() - begun


async def list_log(port: int) -> float:
    """As the floor, audio decoded by the standard library, all of it in a list: what one writes by hand."""
    import base64

    from websockets.asyncio.client import connect

    async with connect(f"ws://127.0.0.1:{port}/v1/realtime", compression=None, max_size=None) as socket:
        await socket.recv()
        await socket.send(orjson.dumps(ASK), text=True)
        log: list[tuple[float, str, dict[str, Any], bytes]] = []
        begun = time.process_time()
        while True:
            event = orjson.loads(await socket.recv(decode=False))
            audio = base64.b64decode(event.pop("delta")) if event["type"] == "response.output_audio.delta" else b""
            log.append((time.monotonic(), event["type"], event, audio))
            if event["type"] == "response.done":
                return time.process_time() - begun


async def rt_notebook(port: int) -> float:
    """Take it by a session: everything is parsed, logged and kept in the conversation."""
    session = await rt.aconnect(url=f"ws://127.0.0.1:{port}/v1/realtime", api_key="none")
    begun = time.process_time()
    response = await session.respond(timeout=600)
    spent = time.process_time() - begun
    # Taken as it came, all of it: nothing may be cheap because it was left out.
    assert len(response.audio) == len(session.events.filter("response.output_audio.delta")) * 2400
    await session.close()
    return spent


async def openai(port: int) -> float:
    """Take it by the official client."""
    from openai import AsyncOpenAI

    client = AsyncOpenAI(api_key="none", websocket_base_url=f"ws://127.0.0.1:{port}/v1")
    async with client.realtime.connect(
        model="gpt-realtime", websocket_connection_options={"compression": None, "max_size": None}
    ) as connection:
        await connection.recv()
        await connection.send({"type": "response.create"})
        begun = time.process_time()
        async for event in connection:
            if event.type == "response.done":
                return time.process_time() - begun
    raise RuntimeError("the answer has no end")


async def agents(port: int) -> float:
    """Take it by the model of the Agents SDK."""
    from agents.realtime import (
        OpenAIRealtimeWebSocketModel,
        RealtimeModelEvent,
        RealtimeModelListener,
        RealtimeModelSendRawMessage,
    )

    model = OpenAIRealtimeWebSocketModel()
    done = asyncio.Event()

    class Listener(RealtimeModelListener):
        async def on_event(self, event: RealtimeModelEvent) -> None:
            if event.type == "turn_ended":
                done.set()

    model.add_listener(Listener())
    await model.connect({"api_key": "none", "url": f"ws://127.0.0.1:{port}/v1/realtime", "initial_model_settings": {}})
    await asyncio.sleep(0.2)  # the greeting
    begun = time.process_time()
    await model.send_event(RealtimeModelSendRawMessage(message={"type": "response.create"}))
    await done.wait()
    spent = time.process_time() - begun
    await model.close()
    return spent


CLIENTS = {"floor": floor, "list": list_log, "rt_notebook": rt_notebook, "openai": openai, "agents": agents}


if __name__ == "__main__":
    name, port, events = sys.argv[1:]
    print(asyncio.run(CLIENTS[name](int(port))) / int(events) * 1e6)
