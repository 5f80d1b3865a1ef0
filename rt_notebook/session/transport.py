"""What a session needs of a connection, and a pair of ends in memory that talk to each other."""

from __future__ import annotations

import asyncio
from typing import Protocol


class TransportClosedError(Exception):
    """The connection is gone: `code` and `reason` as the closing side gave them, `code` None where it just broke."""

    def __init__(self, code: int | None = None, reason: str = "") -> None:
        self.code = code
        self.reason = reason
        super().__init__(f"{code} {reason}")


class Transport(Protocol):
    """One open connection. Every message is one event, UTF-8 JSON."""

    async def send(self, message: bytes) -> None:
        """Send a message. Raises `TransportClosedError`."""

    async def recv(self) -> bytes:
        """Return the next message. Raises `TransportClosedError`."""
        ...

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close it; a second time does nothing."""


_Queue = asyncio.Queue[bytes | TransportClosedError]


class _End:
    """One end of a pair in memory."""

    def __init__(
        self, inbox: asyncio.Queue[bytes | TransportClosedError], outbox: asyncio.Queue[bytes | TransportClosedError]
    ):
        self._inbox = inbox
        self._outbox = outbox
        self._closed: TransportClosedError | None = None

    async def send(self, message: bytes) -> None:
        if self._closed:
            raise self._closed
        self._outbox.put_nowait(message)

    async def recv(self) -> bytes:
        if self._closed:
            raise self._closed
        message = await self._inbox.get()
        if isinstance(message, TransportClosedError):
            self._closed = message
            raise message
        return message

    async def close(self, code: int = 1000, reason: str = "") -> None:
        if self._closed is None:
            self._closed = TransportClosedError(code, reason)
            self._outbox.put_nowait(self._closed)
            self._inbox.put_nowait(self._closed)


def memory_pair() -> tuple[Transport, Transport]:
    """Return two ends: what one sends the other receives."""
    one: _Queue = asyncio.Queue()
    other: _Queue = asyncio.Queue()
    return _End(one, other), _End(other, one)
