"""A server process from its start to its end, however that comes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from rt_notebook.server.app import RealtimeApp
from rt_notebook.server.pump import WIRE

MAX_MESSAGE_BYTES = 32 * 2**20
"""A longer WebSocket message ends the connection with close code 1009."""

_HANDSHAKE_SECONDS = 5.0
"""How long a connection may take to send its first request."""

_MOST_CONNECTIONS = 512
"""Of all kinds, also those that have shown no token."""

_FILES = 4_096
"""File descriptors wanted: two for a session, one for any other connection."""

_PING_SECONDS = 20.0
_PONG_SECONDS = 60.0  # longer than the patience with a slow client, whose answers are not read meanwhile
_PARENT_CHECK_SECONDS = 0.5
_LAST_RESORT_SECONDS = 3.0


class _Wire(WebSocketsSansIOProtocol):
    """uvicorn's end of a WebSocket, which the application can also reach when its client does not read."""

    def handle_connect(self, event: Request) -> None:
        """Leave ourselves where the application finds us."""
        super().handle_connect(event)
        if self.response.status_code == 101:
            self.scope["state"][WIRE] = self

    async def end(self, code: int, reason: str) -> None:
        """Close with a code, and cut the connection where the client does not answer that in time."""
        if self.close_sent or self.disconnected:
            return
        self.writable.set()  # the close frame waits for nobody
        await self.send({"type": "websocket.close", "code": code, "reason": reason})
        self.loop.call_later(self.close_timeout, self.cut)

    def cut(self) -> None:
        """End the TCP connection at once."""
        self.transport.abort()


class _Http(H11Protocol):
    """uvicorn's end of a connection that has not said yet what it wants: it has to say so soon, and few may wait."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Begin to wait."""
        super().connection_made(transport)
        if len(self.connections) > _MOST_CONNECTIONS:
            transport.abort()
        else:
            self.loop.call_later(_HANDSHAKE_SECONDS, self._look, transport)

    def _look(self, transport: asyncio.Transport) -> None:
        asked = getattr(self, "cycle", None)  # None before the first request, whatever uvicorn's annotation says
        if asked is None and transport.get_protocol() is self:
            transport.abort()


class _Server(uvicorn.Server):
    """uvicorn that says when it listens, and leaves signals to us: sessions get a close code first."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], Any]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept connections."""
        await super().startup(sockets)
        self._ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield


async def run(
    app: RealtimeApp, listener: socket.socket, ready: Callable[[], Any], *, exit_with_parent: bool = False
) -> None:
    """Serve until the process is told to end: by SIGTERM, by Ctrl-C, or by its parent's end."""
    _want_files()
    stop = asyncio.Event()
    _stop_on_signals(stop)
    if exit_with_parent:
        _stop_with_parent(stop)
    await serve(app, listener, ready, stop)


async def serve(app: RealtimeApp, listener: socket.socket, ready: Callable[[], Any], stop: asyncio.Event) -> None:
    """Serve until `stop` is set, then end all sessions. Calls `ready` once connections are accepted."""
    config = uvicorn.Config(
        app.asgi,
        http=_Http,
        ws=_Wire,
        ws_max_size=MAX_MESSAGE_BYTES,
        ws_per_message_deflate=False,  # costs more CPU than loopback has bandwidth to save
        ws_ping_interval=_PING_SECONDS,
        ws_ping_timeout=_PONG_SECONDS,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config, ready)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    await app.close()
    server.should_exit = True
    await serving


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 finds a free one. Raises `OSError` where that is not possible."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's algorithm off only where the socket names its protocol, which `create_server` leaves
    # out; with it on, every second small event waits 40 ms for an acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def _want_files() -> None:
    """Raise the limit of open files as far as it goes, where there is one."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # on Windows, whose event loops take no signal handlers
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))


def _stop_with_parent(stop: asyncio.Event) -> None:
    """Stop when the parent goes: its end of our standard input closes, or we are given another parent."""
    loop = asyncio.get_running_loop()
    parent = os.getppid()

    def end() -> None:
        with contextlib.suppress(RuntimeError):  # the loop may have ended already
            loop.call_soon_threadsafe(stop.set)
        time.sleep(_LAST_RESORT_SECONDS)
        os._exit(1)  # something holds the process up, and nobody is left to see it

    def read() -> None:
        with contextlib.suppress(OSError, ValueError):
            while os.read(sys.stdin.fileno(), 1024):
                pass
        end()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_PARENT_CHECK_SECONDS)
        end()

    threading.Thread(target=read, name="parent-input", daemon=True).start()
    if sys.platform != "win32":
        threading.Thread(target=watch, name="parent-id", daemon=True).start()
