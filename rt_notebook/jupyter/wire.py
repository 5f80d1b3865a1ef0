"""What relay and kernel say to each other, over a socket that only this user's processes can use.

The kernel's first line is JSON, ``{"secret": ..., "link": ...}``; the relay answers ``ok`` or closes. From then on both
send messages: kind (one byte), page (four bytes), length (four bytes), all unsigned and little-endian, and the payload.
"""

from __future__ import annotations

import asyncio
import struct
from enum import IntEnum

ADDRESS = "RT_NOTEBOOK_RELAY"
"""The environment variable with the relay's address: ``unix:PATH`` or ``tcp:HOST:PORT``."""
SECRET = "RT_NOTEBOOK_RELAY_SECRET"  # noqa: S105 - the variable's name, not a secret
"""The environment variable with the word that shows that a kernel is this server's."""
MOST_BYTES = 64 * 2**20

_HEAD = struct.Struct("<BII")


class Kind(IntEnum):
    """What a message is; the payload of `OPENED` is the view's name, that of `CLOSED` is empty."""

    DATA = 0
    OPENED = 1
    CLOSED = 2


def pack(kind: Kind, page: int, payload: bytes) -> tuple[bytes, bytes]:
    """Return a message's two parts."""
    return _HEAD.pack(kind, page, len(payload)), payload


async def read(reader: asyncio.StreamReader) -> tuple[Kind, int, bytes]:
    """Return the next message.

    Raises
    ------
    asyncio.IncompleteReadError
        The other end is gone.
    OSError
        The connection broke, or what came is no message.
    """
    kind, page, length = _HEAD.unpack(await reader.readexactly(_HEAD.size))
    if kind not in iter(Kind) or length > MOST_BYTES:
        raise OSError(f"This is no message between relay and kernel: kind {kind}, {length} bytes.")
    return Kind(kind), page, await reader.readexactly(length)


async def dial(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect to an address. Raises `OSError` where nobody answers or it is no address of this machine."""
    kind, _, where = address.partition(":")
    if kind == "unix":
        return await asyncio.open_unix_connection(where)
    host, _, port = where.rpartition(":")
    if kind != "tcp" or host not in ("127.0.0.1", "::1") or not port.isdecimal():
        raise OSError(f"{address!r} is no address of a relay on this machine")
    return await asyncio.open_connection(host, int(port))
