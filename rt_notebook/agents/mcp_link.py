"""One connection to an MCP server. Everything here runs on the background loop."""

from __future__ import annotations

import asyncio
import os
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from importlib import import_module
from types import TracebackType
from typing import Any, Self

import anyio
import httpx2
from mcp import types
from mcp.client import Client
from mcp.client.session import IncomingMessage
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.dispatcher import ProgressFnT
from mcp.shared.exceptions import MCPError

# `mcp` imports it within the first call, on the loop: seconds in which no sound would come. Here is the user's thread.
import_module("jsonschema.validators")

Streams = tuple[Any, Any]
"""What a transport of `mcp` yields: what to read from, and what to write to."""

_MOST_PAGES = 100
_SETTLED = 1.0  # s
_QUIET = httpx2.Timeout(30, read=300)  # s; a tool may think for minutes before its first word


_FORGOTTEN = "Session terminated"
"""What `mcp` says for a server that was started anew and knows no session of before."""
_GONE = (httpx2.HTTPError, anyio.ClosedResourceError, anyio.BrokenResourceError, OSError)


class LostError(Exception):
    """The connection was lost during a call."""


class Link:
    """A connection, which lives in a task of its own from `open` until `close`, or until the server ends it."""

    def __init__(
        self,
        transport: AbstractAsyncContextManager[Streams],
        changed: Callable[[Link], None],
        lost: Callable[[Link], None],
    ) -> None:
        self._transport = transport
        self._changed = changed
        self._lost = lost
        self._over = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._client: Client | None = None
        self.tools: list[types.Tool] = []
        """The server's tools, as it listed them last."""
        self.server = ""
        """What the server calls itself."""
        self.closing = False
        """Whether it was closed from here."""

    @property
    def alive(self) -> bool:
        """Whether the server is there, as far as one knows before asking it."""
        return self._client is not None and not self._over.is_set()

    async def open(self) -> None:
        """Connect, and learn what tools there are; raises whatever the transport or the server has against it."""
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._live(ready))
        try:
            await ready
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """End the connection, and with it a server that was started for it."""
        self.closing = True
        self._over.set()
        if self._task is not None:
            if self._client is None:
                self._task.cancel()
            await asyncio.wait([self._task])

    async def call(self, name: str, arguments: Mapping[str, Any], progress: ProgressFnT) -> types.CallToolResult:
        """Call a tool; where this is cancelled, the server is told."""
        if self._client is None:
            raise LostError("it was not there")
        try:
            return await self._client.call_tool(name, dict(arguments), progress_callback=progress)
        except _GONE as error:
            self._over.set()
            raise LostError(str(error) or type(error).__name__) from None
        except MCPError as error:
            if self.alive and error.code != types.CONNECTION_CLOSED and error.message != _FORGOTTEN:
                raise
            self._over.set()
            raise LostError(error.message) from None

    async def _live(self, ready: asyncio.Future[None]) -> None:
        try:
            async with Client(_watched(self._transport, self._over), message_handler=self._notified) as client:
                self.tools = await _listed(client)
                self.server = client.server_info.name if client.server_info else ""
                self._client = client
                ready.set_result(None)
                listening = asyncio.create_task(self._listen(client))
                await self._over.wait()
                listening.cancel()
        except Exception as error:
            self._over.set()
            if not ready.done():
                ready.set_exception(first_of(error))
        except BaseException:
            ready.cancel()
            raise
        finally:
            self._over.set()
            if self._client is not None and not self.closing:
                self._lost(self)

    async def _listen(self, client: Client) -> None:
        """Hear of changes where the protocol has them asked for; a server of before 2026 just sends them."""
        with suppress(Exception):
            async with client.listen(tools_list_changed=True) as changes:
                async for _ in changes:
                    await self._refresh(client)

    async def _notified(self, message: IncomingMessage) -> None:
        if isinstance(message, types.ToolListChangedNotification) and self._client is not None:
            # In a task: the answer to a question asked from here would come through here.
            self._refreshing = asyncio.create_task(self._refresh(self._client))

    async def _refresh(self, client: Client) -> None:
        with suppress(MCPError, *_GONE):  # then a call will find out, and say so
            tools = await _listed(client)
            if tools != self.tools:
                self.tools = tools
                self._changed(self)


async def _listed(client: Client) -> list[types.Tool]:
    found: list[types.Tool] = []
    cursor: str | None = None
    for _ in range(_MOST_PAGES):
        page = await client.list_tools(cursor=cursor, cache_mode="refresh")
        found += page.tools
        cursor = page.next_cursor
        if cursor is None:
            break
    return found


def first_of(error: BaseException) -> BaseException:
    """Return the first exception in a group of groups, the one that made the others."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


# -- transports ---------------------------------------------------------------------------------------------------


@asynccontextmanager
async def over_stdio(server: StdioServerParameters, words: LastWords) -> AsyncIterator[Streams]:
    """Start a server as a child process; what it writes to its standard error goes into `words`."""
    with words.file() as errors:
        async with stdio_client(server, errors) as streams:
            errors.close()  # the child has its own end; with ours open, its end would not be seen
            yield streams


@asynccontextmanager
async def over_http(url: str, headers: Mapping[str, str]) -> AsyncIterator[Streams]:
    """Talk to a server by streamable HTTP."""
    async with (
        httpx2.AsyncClient(headers=dict(headers), timeout=_QUIET) as client,
        streamable_http_client(url, http_client=client) as streams,
    ):
        yield streams


@asynccontextmanager
async def _watched(transport: AbstractAsyncContextManager[Streams], over: asyncio.Event) -> AsyncIterator[Streams]:
    """Open a transport, and say by `over` when the other side ended it."""
    async with transport as (read, write):
        yield _Watched(read, over), write


class _Watched:
    """A stream that tells when nothing comes any more."""

    def __init__(self, stream: Any, over: asyncio.Event) -> None:
        self._stream = stream
        self._over = over

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)  # such as what the transport of `mcp` keeps for the one who reads

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        try:
            return await self.receive()
        except anyio.EndOfStream:
            raise StopAsyncIteration from None

    async def receive(self) -> Any:
        try:
            return await self._stream.receive()
        except (anyio.EndOfStream, anyio.ClosedResourceError):
            self._over.set()
            raise

    async def __aenter__(self) -> Self:
        await self._stream.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Any:
        return await self._stream.__aexit__(kind, error, trace)


class LastWords:
    """The last lines that a child process wrote to its standard error."""

    LINES = 1000

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=self.LINES)
        self._thread: threading.Thread | None = None

    def file(self) -> Any:
        """Return a file for a child to write to; the lines come in until the child has closed it."""
        reading, writing = os.pipe()
        self._thread = threading.Thread(target=self._collect, args=(reading,), name="rt_notebook mcp", daemon=True)
        self._thread.start()
        return os.fdopen(writing, "w")

    def settle(self) -> None:
        """Wait a moment for the last lines of a child that has ended."""
        if self._thread is not None:
            self._thread.join(_SETTLED)

    def _collect(self, reading: int) -> None:
        with os.fdopen(reading, encoding="utf-8", errors="replace") as lines:
            self._lines.extend(line.rstrip("\n") for line in lines)

    def __str__(self) -> str:
        return "\n".join(self._lines)
