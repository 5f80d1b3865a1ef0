"""A bare connection, for agents that do everything else themselves."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from rt_notebook.errors import ConnectionClosedError, RefusedError, ServerError
from rt_notebook.protocol.catalog import Dialect
from rt_notebook.protocol.event import parse
from rt_notebook.session.listening import TIMEOUT
from rt_notebook.session.opening import refused
from rt_notebook.session.providers import Endpoint, Provider, Secret, resolve
from rt_notebook.session.transport import Transport, TransportClosedError
from rt_notebook.session.websocket import open_websocket
from rt_notebook.session.wire import as_json

Json = dict[str, Any]
SendEvent = Callable[[Mapping[str, Any] | str], Awaitable[None]]

CLEAN = (1000, 1001)
"""Close codes of a connection that ended as planned: the server, or this side, had enough or went away."""


class SecretText(Protocol):
    """A key that does not show itself, such as pydantic's ``SecretStr``."""

    def get_secret_value(self) -> str:
        """Return the key itself."""
        ...


ApiKey = str | SecretText | Secret


def as_secret(key: ApiKey | None) -> Secret | None:
    """Return a key as this package keeps it; None where it is empty."""
    if isinstance(key, Secret):
        return key
    text = key if isinstance(key, str) or key is None else key.get_secret_value()
    return Secret(text.strip()) if text and text.strip() else None


def connect(
    *,
    api_key: ApiKey | None = None,
    model: str | None = None,
    url: str | None = None,
    provider: Provider = "auto",
    dialect: Dialect = "ga",
    headers: Mapping[str, str] | None = None,
    timeout: float = TIMEOUT,
) -> AbstractAsyncContextManager[tuple[SendEvent, AsyncIterator[Json]]]:
    """Open a WebSocket and nothing more: no session object, no settings, no log.

        async with connect(model="gpt-realtime") as (send_event, event_stream):
            await send_event({"type": "response.create"})
            async for event in event_stream:
                print(event["type"])

    It lives on the caller's loop, and is closed however the block ends.

    Parameters
    ----------
    api_key, model, url, provider, dialect, headers, timeout
        As for `rt_notebook.connect`; the key may be a ``SecretStr``.

    Returns
    -------
    send_event
        Sends a client event, as a dict or as JSON text. Raises `ConnectionClosedError`, `ProtocolError`.
    event_stream
        Yields the server's events as they were on the wire, `session.created` first. It ends with the connection;
        where that broke (any code but 1000 and 1001), it raises `ConnectionClosedError`.

    Raises
    ------
    MissingKeyError, WrongKeyError, UnknownModelError, RefusedError, LocalServerError
        On entering: no session came about.
    """
    hidden = {name: Secret(value) for name, value in (headers or {}).items()}
    # The keys leave this frame at once, so that no traceback with local variables can show them.
    key, api_key, headers = as_secret(api_key), None, None
    options = {"api_key": key, "model": model, "url": url, "provider": provider, "dialect": dialect, "headers": hidden}
    return _connected(options, timeout)


@contextlib.asynccontextmanager
async def _connected(options: dict[str, Any], timeout: float) -> AsyncIterator[tuple[SendEvent, AsyncIterator[Json]]]:
    endpoint = await asyncio.to_thread(lambda: resolve(**options))  # it may start the local server
    transport = await open_websocket(endpoint, timeout)
    try:
        greeting = await _greeted(transport, endpoint, timeout)

        async def send_event(event: Mapping[str, Any] | str) -> None:
            try:
                await transport.send(event.encode() if isinstance(event, str) else as_json(dict(event)))
            except TransportClosedError as closed:
                raise ConnectionClosedError(closed.code, closed.reason, doing="sending") from None

        yield send_event, _events(transport, greeting)
    finally:
        await transport.close()


async def _greeted(transport: Transport, endpoint: Endpoint, timeout: float) -> Json:
    """Return the first event. Some servers take the connection, and refuse key or model in that."""
    try:
        async with asyncio.timeout(timeout):
            first = parse(await transport.recv())
    except TransportClosedError as closed:
        reason = f"the server closed the connection at once ({closed.code} {closed.reason})."
        raise RefusedError(endpoint.shown, reason) from None
    except TimeoutError:
        reason = f"connected, but nothing came within {timeout:g} s. Is it a Realtime server?"
        raise RefusedError(endpoint.shown, reason) from None
    if first.get("type") == "error":
        raise refused(endpoint, ServerError(first))
    return first


async def _events(transport: Transport, first: Json) -> AsyncIterator[Json]:
    yield first
    while True:
        try:
            raw = await transport.recv()
        except TransportClosedError as closed:
            if closed.code in CLEAN:
                return
            raise ConnectionClosedError(closed.code, closed.reason, doing="waiting for events") from None
        yield parse(raw)
