"""Opening a session: the handshake, the greeting, and what comes instead of it as errors that name the cure."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from typing import Any

from rt_notebook.errors import (
    ConnectError,
    ConnectionClosedError,
    RefusedError,
    ServerError,
    UnknownModelError,
    WaitTimeoutError,
    WrongKeyError,
)
from rt_notebook.session.providers import Endpoint
from rt_notebook.session.settings import Settings
from rt_notebook.session.transport import Transport
from rt_notebook.session.wire import Wire

Opener = Callable[[Endpoint, float], Coroutine[Any, Any, Transport]]
"""Opens a transport to an endpoint within some seconds."""


async def open_session(wire: Wire, endpoint: Endpoint, opener: Opener, timeout: float) -> None:
    """Connect and wait for `session.created`.

    Raises
    ------
    ConnectError
        No session came about; the wire is closed again.
    """
    begun = time.monotonic()
    transport = await opener(endpoint, timeout)
    mark = len(wire.log)
    wire.open(transport, endpoint.shown, endpoint.provider)
    left = max(1.0, timeout - (time.monotonic() - begun))
    try:
        first = await wire.first(("session.created", "error"), after=mark, timeout=left)
        if first.type == "error":
            raise refused(endpoint, ServerError(first))
    except ConnectionClosedError as closed:
        raise RefusedError(
            endpoint.shown, f"the server closed the connection at once ({closed.code} {closed.reason})."
        ) from None
    except WaitTimeoutError:
        await wire.close()
        raise RefusedError(
            endpoint.shown, f"connected, but no session.created came within {left:.0f} s. Is it a Realtime server?"
        ) from None
    except BaseException:
        await wire.close()
        raise


def refused(endpoint: Endpoint, error: ServerError) -> ConnectError:
    """Return the error that a server's first words stand for, should they be an `error` event."""
    message = endpoint.redact(str(error.error.get("message", "")))
    if error.code == "model_not_found":
        return UnknownModelError(endpoint.shown, endpoint.model, message)
    if error.code == "invalid_api_key":
        return WrongKeyError(endpoint.shown, message)
    return RefusedError(endpoint.shown, f"the server said: {message}")


def with_transcription(settings: Settings, endpoint: Endpoint) -> Settings:
    """Switch input transcription on unless the user decided: without the user's words a conversation teaches little."""
    if "transcription" in settings:
        return settings
    model = {"local": "whisper-tiny.en"}.get(endpoint.provider)
    model = model or ("whisper-1" if endpoint.dialect == "beta" else "gpt-4o-mini-transcribe")
    return {**settings, "transcription": model}
