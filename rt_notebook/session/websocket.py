"""A WebSocket as a transport. The only place on the client's side that knows the `websockets` package."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI

from rt_notebook.errors import ConnectError, RefusedError, WrongKeyError
from rt_notebook.session.transport import TransportClosedError

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

    from rt_notebook.session.providers import Endpoint

MAX_MESSAGE = 32 * 2**20
"""Bytes: an item's audio comes back whole when it is retrieved, so this is far above an audio delta."""


class WebSocketTransport:
    """An open WebSocket."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def send(self, message: bytes) -> None:
        """Send one event as a text frame."""
        try:
            await self._connection.send(message, text=True)
        except ConnectionClosed as closed:
            raise _closed(closed) from None

    async def recv(self) -> bytes:
        """Return the next event; a binary frame is handed on as it is."""
        try:
            return await self._connection.recv(decode=False)
        except ConnectionClosed as closed:
            raise _closed(closed) from None

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close with the handshake that the protocol wants."""
        await self._connection.close(code, reason)


def _closed(closed: ConnectionClosed) -> TransportClosedError:
    frame = closed.rcvd or closed.sent
    return (
        TransportClosedError(frame.code, frame.reason) if frame else TransportClosedError(None, "the connection broke")
    )


async def open_websocket(endpoint: Endpoint, timeout: float) -> WebSocketTransport:
    """Open a WebSocket to an endpoint.

    Raises
    ------
    WrongKeyError, RefusedError
        The server refused, or there is none.
    """
    problem: ConnectError
    try:
        connection = await connect(
            endpoint.url,
            additional_headers=endpoint.headers.revealed(),
            open_timeout=timeout,
            max_size=MAX_MESSAGE,
            # A kernel and its server share a machine; over a network, audio in base64 gains a quarter and costs 20 us
            # an event.
            compression=None,
            user_agent_header="rt_notebook",
            close_timeout=3,  # seconds for the other side's goodbye
        )
    except InvalidStatus as refused:
        problem = _refused(endpoint, refused)
    except (InvalidURI, ValueError, OverflowError):
        problem = RefusedError(endpoint.shown, "this is no WebSocket URL, such as ws://localhost:8000/v1/realtime.")
    except TimeoutError:
        problem = RefusedError(
            endpoint.shown, f"no answer within {timeout:g} s. Check the network, or pass a longer timeout=."
        )
    except InvalidHandshake as refused:
        problem = RefusedError(
            endpoint.shown, f"what answered is no WebSocket server ({endpoint.redact(str(refused))}). Check the URL."
        )
    except OSError as refused:
        problem = RefusedError(
            endpoint.shown,
            f"nothing answers there ({refused.strerror or refused}). "
            + (
                "Is the network up? provider='local' needs none." if endpoint.provider == "openai" else "Is it running?"
            ),
        )
    else:
        return WebSocketTransport(connection)
    # Raised out here, without the original: its frames hold the headers, and with them the key.
    raise problem


def _refused(endpoint: Endpoint, refused: InvalidStatus) -> ConnectError:
    response = refused.response
    detail = ""
    with contextlib.suppress(UnicodeDecodeError):
        detail = " ".join((response.body or b"").decode()[:300].split())
    if response.status_code in (401, 403):
        return WrongKeyError(endpoint.shown, endpoint.redact(detail))
    return RefusedError(
        endpoint.shown,
        f"the server answered with HTTP {response.status_code} {response.reason_phrase}: {endpoint.redact(detail)}",
    )
