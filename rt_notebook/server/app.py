"""The ASGI application: who may connect to what."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from rt_notebook.server.client_secrets import ClientSecrets
from rt_notebook.server.door import Door, RefusedError
from rt_notebook.server.driver import Driver, Opening
from rt_notebook.server.errors import ClientError
from rt_notebook.server.faults import NO_FAULTS, Faults, parse
from rt_notebook.server.pool import Pools
from rt_notebook.server.pump import Wire, pump, wire_of
from rt_notebook.server.toolbox import Toolbox
from rt_notebook.server.validation import TOO_DEEP, too_deep

_MOST_BODY_BYTES = 2**20


class RealtimeApp:
    """The server's routes and what they share; `asgi` is the application to serve.

    Parameters
    ----------
    engines
        What the server hears, thinks and speaks with; loaded when the server starts.
    token
        What clients have to show, unless they have a client secret; not empty.
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
        self._secrets = ClientSecrets(time.time)
        self._door = Door(token, self._secrets)
        self._max_sessions = max_sessions
        self._faults = faults
        self._look_ahead = look_ahead
        self._pools = Pools.make()
        self._sessions: set[Wire] = set()
        self.asgi = Starlette(
            routes=[
                Route("/health", self._health),
                Route("/v1/realtime/client_secrets", self._client_secret, methods=["POST"]),
                WebSocketRoute("/v1/realtime", self._realtime),
            ],
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

    async def _client_secret(self, request: Request) -> JSONResponse:
        try:
            if self._door.let_in(request) is not None:
                message = "A client secret makes no other ones: this takes the server's token."
                raise RefusedError(401, ClientError("invalid_api_key", message))
            return JSONResponse(self._secrets.create(await _body(request)))
        except ClientError as error:
            return RefusedError(400, error).response()
        except RefusedError as refused:
            return refused.response()

    async def _realtime(self, socket: WebSocket) -> None:
        try:
            opening = self._opening(socket)
        except RefusedError as refused:
            await socket.send_denial_response(refused.response())
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
        """Return what a client asks for as it connects; raises `RefusedError` where it cannot have that."""
        grant = self._door.let_in(socket)
        if len(self._sessions) >= self._max_sessions:
            message = (
                f"This server has its {self._max_sessions} sessions already. Close one, or start the server with a "
                "higher --max-sessions."
            )
            raise RefusedError(503, ClientError("too_many_sessions", message, kind="server_error"))
        asked = socket.query_params
        try:
            faults = parse(asked.getlist("fault"), self._faults)
        except ValueError as error:
            raise RefusedError(400, ClientError("invalid_fault", str(error), "fault")) from error
        dialect = _dialect(socket.headers)
        if grant is None:
            return Opening(asked.get("model"), dialect, asked.get("intent"), faults)
        if dialect == "beta":
            message = "A client secret begins a session of the GA dialect: leave the header OpenAI-Beta out."
            raise RefusedError(400, ClientError("invalid_parameter", message))
        return _granted(grant.session, asked.get("model"), faults)

    async def _loaded(self) -> None:
        """Wait until voice activity can be told; a failure to load shows where it is used."""
        with contextlib.suppress(Exception):
            await asyncio.wrap_future(self._engines.activity)


def _granted(session: dict[str, Any], model: str | None, faults: Faults) -> Opening:
    """Return how a session begins whose settings come with its key; the model in them goes before the URL's."""
    if session["type"] == "transcription":
        return Opening(intent="transcription", faults=faults, session=session)
    return Opening(session.get("model", model), faults=faults, session=session)


def _dialect(headers: Headers) -> str:
    # The header may list several things.
    return "beta" if "realtime=v1" in {each.strip() for each in headers.get("openai-beta", "").split(",")} else "ga"


async def _body(request: Request) -> object:
    """Return a request's JSON, or an empty object where it has none; raises `RefusedError`."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BODY_BYTES:
            message = f"The request has more than {_MOST_BODY_BYTES} bytes."
            raise RefusedError(413, ClientError("request_too_large", message))
    try:
        request_body = orjson.loads(body) if body else {}
    except orjson.JSONDecodeError as error:
        raise RefusedError(400, ClientError("invalid_json", f"The request is no valid JSON: {error}.")) from error
    if too_deep(request_body):
        raise RefusedError(400, ClientError("invalid_json", TOO_DEEP))
    return request_body
