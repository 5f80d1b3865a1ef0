"""The official Python SDK on a server's wire: it connects as its documentation shows, and every event is checked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from conformance import problems
from openai import AsyncOpenAI
from openai.resources.beta.realtime.realtime import AsyncRealtimeConnection as BetaConnection
from openai.resources.realtime.realtime import AsyncRealtimeConnection
from real_server import Server

Event = dict[str, Any]

BETA_MODEL = "gpt-4o-realtime-preview-2024-10-01"
SECONDS = 60
"""No scenario takes longer."""


class Receiving(Protocol):
    """What the connections of both namespaces have in common."""

    async def recv_bytes(self) -> bytes: ...
    def parse_event(self, data: str | bytes) -> Any: ...


def client_of(server: Server) -> AsyncOpenAI:
    """Return the SDK's client for a server."""
    return AsyncOpenAI(api_key=server.token, base_url=server.http_base, websocket_base_url=server.websocket_base)


def run(server: Server, scenario: Callable[[AsyncRealtimeConnection], Awaitable[None]], **options: Any) -> None:
    """Connect, and run a scenario. `options` are those of `client.realtime.connect`."""

    async def connected() -> None:
        async with (
            asyncio.timeout(SECONDS),
            client_of(server) as client,
            client.realtime.connect(**options or {"model": "gpt-realtime"}) as connection,
        ):
            await scenario(connection)

    asyncio.run(connected())


def run_beta(server: Server, scenario: Callable[[BetaConnection], Awaitable[None]]) -> None:
    """Connect by the SDK's beta namespace, and run a scenario."""

    async def connected() -> None:
        async with (
            asyncio.timeout(SECONDS),
            client_of(server) as client,
            client.beta.realtime.connect(model=BETA_MODEL) as connection,
        ):
            await scenario(connection)

    asyncio.run(connected())


async def receive(connection: Receiving) -> Event:
    """Return the next event as it was on the wire, checked against models and documentation."""
    raw = await connection.recv_bytes()
    event: Event = json.loads(raw)
    dialect = "beta" if isinstance(connection, BetaConnection) else "ga"
    found = problems(event, dialect)
    assert not found, (found, event)
    assert connection.parse_event(raw).type == event["type"]
    return event


async def until(connection: Receiving, kind: str) -> list[Event]:
    """Return the events up to one of a type. An `error` is one only where it is waited for."""
    events: list[Event] = []
    while not events or events[-1]["type"] != kind:
        events.append(await receive(connection))
        assert kind == "error" or events[-1]["type"] != "error", events[-1]
    return events


async def answer(connection: Receiving) -> Event:
    """Return the response object of the next `response.done`."""
    response: Event = (await until(connection, "response.done"))[-1]["response"]
    return response


def kinds(events: list[Event]) -> list[str]:
    """Return the types of events."""
    return [event["type"] for event in events]


def written(text: str) -> Any:
    """Return a user's message, for the parameters of either namespace."""
    return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}


def tool(name: str, description: str, **parameters: str) -> Any:
    """Return a function tool; its `parameters`, each with its description, are strings and required."""
    properties = {each: {"type": "string", "description": about} for each, about in parameters.items()}
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return {"type": "function", "name": name, "description": description, "parameters": schema}


WEATHER = tool("get_weather", "Get the weather in a city.", city="Name of the city")
