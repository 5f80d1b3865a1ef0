"""What a session needs of a connection, and a pair of ends in memory that talk to each other."""

from __future__ import annotations

import asyncio
from typing import Protocol


class TransportClosed(Exception):  # noqa: N818 - a state; the session makes its own errors of it
    """The connection is gone: `code` and `reason` as the closing side gave them, `code` None where it just broke."""

    def __init__(self, code: int | None = None, reason: str = "") -> None:
        self.code = code
        self.reason = reason
        super().__init__(f"{code} {reason}")


class Transport(Protocol):
    """One open connection. Every message is one event, UTF-8 JSON."""

    async def send(self, message: bytes) -> None:
        """Send a message. Raises `TransportClosed`."""

    async def recv(self) -> bytes:
        """Return the next message. Raises `TransportClosed`."""
        ...

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close it; a second time does nothing."""


class _End:
    """One end of a pair in memory."""

    def __init__(self, inbox: asyncio.Queue[bytes | TransportClosed], outbox: asyncio.Queue[bytes | TransportClosed]):
        self._inbox = inbox
        self._outbox = outbox
        self._closed: TransportClosed | None = None

    async def send(self, message: bytes) -> None:
        if self._closed:
            raise self._closed
        self._outbox.put_nowait(message)

    async def recv(self) -> bytes:
        if self._closed:
            raise self._closed
        message = await self._inbox.get()
        if isinstance(message, TransportClosed):
            self._closed = message
            raise message
        return message

    async def close(self, code: int = 1000, reason: str = "") -> None:
        if self._closed is None:
            self._closed = TransportClosed(code, reason)
            self._outbox.put_nowait(self._closed)
            self._inbox.put_nowait(self._closed)


def memory_pair() -> tuple[Transport, Transport]:
    """Return two ends: what one sends the other receives."""
    one: asyncio.Queue[bytes | TransportClosed] = asyncio.Queue()
    other: asyncio.Queue[bytes | TransportClosed] = asyncio.Queue()
    return _End(one, other), _End(other, one)
