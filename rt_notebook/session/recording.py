"""What a session's recording says of where the session went, and what it must not say."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qsl, urlsplit

import orjson

from rt_notebook.log.masking import masked
from rt_notebook.log.recording import Recorder as Recorder  # the session takes both from here
from rt_notebook.log.source import Source
from rt_notebook.session.providers import Endpoint
from rt_notebook.session.runner import background_loop
from rt_notebook.session.wire import Wire

_PUBLIC = {"openai-beta", "content-type", "accept", "origin", "user-agent"}
"""Headers that hold no secret: hiding them would hide words that events need."""


class Recording:
    """What becomes of a session's log in a file, if anything does."""

    def __init__(self, wire: Wire, recorder: Recorder | None) -> None:
        self._wire = wire
        self._recorder = recorder
        self._begun = False

    async def begin(self, endpoint: Endpoint) -> None:
        """Say where the session goes, and record from here on; again, go on in the same file.

        Raises `RecordingError` where the file cannot be written.
        """
        self._wire.log.source = source_of(endpoint)
        if self._recorder is not None and not self._begun:
            await asyncio.to_thread(self._recorder.attach, self._wire.log, self._failed)
            self._begun = True

    async def end(self) -> None:
        """Close the file."""
        if self._recorder is not None:
            await asyncio.to_thread(self._recorder.close)

    def _failed(self, why: str) -> None:
        background_loop().call_soon_threadsafe(self._note, why)

    def _note(self, why: str) -> None:
        self._wire.local("rt.recording.failed", error={"message": why})


def source_of(endpoint: Endpoint) -> Source:
    """Return the source of a session's log; its `mask` hides what the handshake sends, should a server repeat it."""
    hidden = tuple(_spellings(_secrets(endpoint)))

    def mask(raw: bytes) -> bytes:
        return masked(raw, hidden)

    return Source(endpoint.provider, endpoint.model, endpoint.shown, endpoint.dialect, mask=mask)


def _secrets(endpoint: Endpoint) -> set[str]:
    secrets = {
        value.removeprefix("Bearer ")
        for name, value in endpoint.headers.revealed().items()
        if name.lower() not in _PUBLIC
    }
    try:
        parts = urlsplit(endpoint.url)
    except ValueError:
        return secrets
    return secrets | {value for name, value in parse_qsl(parts.query) if name != "model"} | {parts.password or ""}


def _spellings(secrets: set[str]) -> set[bytes]:
    """Return each secret as it can stand in JSON."""
    written = {orjson.dumps(secret)[1:-1] for secret in secrets if secret}
    return written | {secret.replace(b"/", rb"\/") for secret in written}
