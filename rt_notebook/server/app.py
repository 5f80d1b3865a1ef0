"""The ASGI application: who may connect to what."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from rt_notebook.server.access import origin_fits, token_fits, token_of
from rt_notebook.server.driver import Driver, Opening
from rt_notebook.server.faults import NO_FAULTS, Faults, parse
from rt_notebook.server.pool import Pools
from rt_notebook.server.pump import Wire, pump, wire_of
from rt_notebook.server.toolbox import Toolbox


class RealtimeApp:
    """The server's routes and what they share; `asgi` is the application to serve.

    Parameters
    ----------
    engines
        What the server hears, thinks and speaks with; loaded when the server starts.
    token
        What clients have to show; not empty.
    max_sessions
        How many sessions there may be at a time.
    faults
        What goes wrong in all sessions, for lessons; a client can ask for more in its URL.
    look_ahead
        Whether turns are transcribed while they may still go on.
    """

    def __init__(
        self,
        engines: Toolbox,
        token: str,
        *,
        max_sessions: int = 64,
        faults: Faults = NO_FAULTS,
        look_ahead: bool = True,
    ) -> None:
        if not token:
            raise ValueError("The server needs a token: without one, whoever reaches it may use it.")
        self._engines = engines
        self._token = token
        self._max_sessions = max_sessions
        self._faults = faults
        self._look_ahead = look_ahead
        self._pools = Pools.make()
        self._sessions: set[Wire] = set()
        self.asgi = Starlette(
            routes=[Route("/health", self._health), WebSocketRoute("/v1/realtime", self._realtime)],
            lifespan=self._lifespan,
        )

    async def close(self) -> None:
        """End all sessions with close code 1001: the server goes away."""
        for wire in list(self._sessions):
            await wire.end(1001, "server_shutdown")

    @contextlib.asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        self._engines.load()
        yield
        self._pools.close()

    async def _health(self, request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok", "sessions": len(self._sessions), "engines": self._engines.health()})

    async def _realtime(self, socket: WebSocket) -> None:
        refusal = self._refusal(socket)
        if refusal is None:
            try:
                opening = self._opening(socket)
            except ValueError as error:
                refusal = _error(400, "invalid_fault", str(error))
        if refusal is not None:
            await socket.send_denial_response(refusal)
            return
        wire = wire_of(socket)
        self._sessions.add(wire)
        try:
            await socket.accept("realtime" if "realtime" in socket.scope["subprotocols"] else None)
            await self._run(socket, wire, opening)
        finally:
            self._sessions.discard(wire)

    async def _run(self, socket: WebSocket, wire: Wire, opening: Opening) -> None:
        driver = Driver(opening, self._engines, self._pools, look_ahead=self._look_ahead)
        driver.open()
        drop = opening.faults.drop
        cutting = None if drop is None else asyncio.get_running_loop().call_later(drop, wire.cut)
        try:
            await pump(socket, wire, driver, self._loaded)
        finally:
            driver.stop()
            if cutting is not None:
                cutting.cancel()

    def _opening(self, socket: WebSocket) -> Opening:
        """Read what a client asks for; raises `ValueError` for a fault that there is not."""
        asked = socket.query_params
        faults = parse(asked.getlist("fault"), self._faults)
        return Opening(asked.get("model"), _dialect(socket.headers), asked.get("intent"), faults)

    async def _loaded(self) -> None:
        """Wait until voice activity can be told; a failure to load shows where it is used."""
        with contextlib.suppress(Exception):
            await asyncio.wrap_future(self._engines.activity)

    def _refusal(self, socket: WebSocket) -> JSONResponse | None:
        if not origin_fits(socket.headers.get("origin")):
            return _error(403, "origin_not_allowed", "Pages of other hosts may not connect to this server.")
        if not token_fits(token_of(socket.headers.get("authorization", ""), socket.scope["subprotocols"]), self._token):
            return _error(
                401,
                "invalid_api_key",
                "Incorrect API key provided. Pass the token that this server printed at its start as "
                "'Authorization: Bearer TOKEN'.",
            )
        if len(self._sessions) >= self._max_sessions:
            return _error(
                503,
                "too_many_sessions",
                f"This server has its {self._max_sessions} sessions already. Close one, or start the server with a "
                "higher --max-sessions.",
                kind="server_error",
            )
        return None


def _dialect(headers: Headers) -> str:
    # The header may list several things.
    return "beta" if "realtime=v1" in {each.strip() for each in headers.get("openai-beta", "").split(",")} else "ga"


def _error(status: int, code: str, message: str, kind: str = "invalid_request_error") -> JSONResponse:
    error = {"type": kind, "code": code, "message": message, "param": None}
    return JSONResponse({"error": error}, status)
