"""The ASGI application: sockets on the outside, the pure core on the inside."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from rt_notebook.server.access import origin_fits, token_fits, token_of
from rt_notebook.server.driver import Driver
from rt_notebook.server.effects import Close
from rt_notebook.server.toolbox import Toolbox

logger = logging.getLogger("rt_notebook.server")

_WORKERS = 4
"""Engine threads: speech and words of several sessions at a time, on two cores."""

_DEFAULT_MODEL = "tutor"


class RealtimeApp:
    """The server's routes and what they share; `asgi` is the application to serve.

    Parameters
    ----------
    engines
        What the server hears, thinks and speaks with; loaded when the server starts.
    token
        What clients have to show, or None where everyone may connect.
    look_ahead
        Whether turns are transcribed while they may still go on.
    """

    def __init__(self, engines: Toolbox, token: str | None, *, look_ahead: bool = True) -> None:
        self._engines = engines
        self._look_ahead = look_ahead
        self._token = token
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="engine")
        self._sockets: set[WebSocket] = set()
        self.asgi = Starlette(
            routes=[Route("/health", self._health), WebSocketRoute("/v1/realtime", self._realtime)],
            lifespan=self._lifespan,
        )

    async def close(self) -> None:
        """End all sessions with close code 1001: the server goes away."""
        closings = [_close(socket, 1001, "server_shutdown") for socket in self._sockets]
        await asyncio.gather(*closings, return_exceptions=True)

    @contextlib.asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        self._engines.load()
        yield
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _health(self, request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok", "sessions": len(self._sockets), "engines": self._engines.health()})

    async def _realtime(self, socket: WebSocket) -> None:
        if refusal := self._refusal(socket):
            await socket.send_denial_response(refusal)
            return
        offered = socket.scope["subprotocols"]
        await socket.accept("realtime" if "realtime" in offered else None)
        model = socket.query_params.get("model", _DEFAULT_MODEL)
        driver = Driver(model, self._engines, self._pool, look_ahead=self._look_ahead)
        self._sockets.add(socket)
        writer = asyncio.create_task(_write(socket, driver))
        try:
            driver.open()
            await _loaded(self._engines)
            while True:
                message = await socket.receive()
                if message["type"] == "websocket.disconnect":
                    break
                text = message.get("text")
                driver.receive(message["bytes"] if text is None else text)
                await driver.catch_up()
        finally:
            self._sockets.discard(socket)
            driver.stop()
            writer.cancel()

    def _refusal(self, socket: WebSocket) -> JSONResponse | None:
        if not origin_fits(socket.headers.get("origin")):
            return _error(403, "origin_not_allowed", "Pages of other hosts may not connect to this server.")
        shown = token_of(socket.headers.get("authorization", ""), socket.scope["subprotocols"])
        if self._token is not None and not token_fits(shown, self._token):
            return _error(
                401,
                "invalid_api_key",
                "Incorrect API key provided. Pass the token that this server printed at its start as "
                "'Authorization: Bearer TOKEN'.",
            )
        return None


def _error(status: int, code: str, message: str) -> JSONResponse:
    error = {"type": "invalid_request_error", "code": code, "message": message, "param": None}
    return JSONResponse({"error": error}, status)


async def _loaded(engines: Toolbox) -> None:
    """Wait until voice activity can be told; a failure to load shows where it is used."""
    with contextlib.suppress(Exception):
        await asyncio.wrap_future(engines.activity)


async def _write(socket: WebSocket, driver: Driver) -> None:
    """Send what the driver puts out, until it or the client ends the session."""
    try:
        while not isinstance(event := await driver.next_event(), Close):
            await socket.send_text(orjson.dumps(event).decode())
        await _close(socket, event.code, event.reason)
    except (WebSocketDisconnect, RuntimeError):  # the client has gone; the reader notices, too
        logger.debug("An event was not sent: the client has gone")


async def _close(socket: WebSocket, code: int, reason: str) -> None:
    if socket.application_state is WebSocketState.CONNECTED:
        await socket.close(code, reason)
