"""The relay's middle: kernels register links, pages join them, and bytes pass between. It never dials anybody."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import itertools
import json
import secrets
import shutil
import socket
import tempfile
from collections import deque
from pathlib import Path
from typing import Protocol

from rt_notebook.jupyter.wire import Kind, pack, read

MOST_UNSENT = 8 * 2**20
"""Bytes on their way to one page beyond which frames for it are dropped; the page asks for them again."""
GREETING_SECONDS = 5
LONGEST_GREETING = 1024


class PageSocket(Protocol):
    """A page's WebSocket."""

    async def send(self, data: bytes) -> None:
        """Send; returns when it has left this process."""

    def shut(self) -> None:
        """Close: the link is no more."""


class _Page:
    """A page that has joined a link; sends in its own time, so that it holds up nobody."""

    def __init__(self, number: int, socket: PageSocket) -> None:
        self.number = number
        self.socket = socket
        self._unsent: deque[bytes] = deque()
        self._bytes = 0
        self._task: asyncio.Task[None] | None = None

    def put(self, data: bytes) -> None:
        if self._bytes > MOST_UNSENT:
            return
        self._unsent.append(data)
        self._bytes += len(data)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._send())

    async def _send(self) -> None:
        while self._unsent:
            data = self._unsent.popleft()
            await self.socket.send(data)
            self._bytes -= len(data)


class Link:
    """A kernel's link and the pages that have joined it."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._pages: dict[int, _Page] = {}
        self._numbers = itertools.count(1)

    def join(self, view: str, socket: PageSocket) -> int:
        """Let a view's page in; returns its number."""
        page = _Page(next(self._numbers), socket)
        self._pages[page.number] = page
        self._writer.writelines(pack(Kind.OPENED, page.number, view.encode()))
        return page.number

    def leave(self, number: int) -> None:
        """Let a page go."""
        if self._pages.pop(number, None) is not None:
            self._writer.writelines(pack(Kind.CLOSED, number, b""))

    async def to_kernel(self, number: int, data: bytes) -> None:
        """Pass a page's frame to the kernel; returns when the kernel can take the next one."""
        self._writer.writelines(pack(Kind.DATA, number, data))
        with contextlib.suppress(OSError):
            await self._writer.drain()

    def to_page(self, number: int, data: bytes) -> None:
        """Pass the kernel's frame to a page; one that has just left is no more there to get it."""
        if (page := self._pages.get(number)) is not None:
            page.put(data)

    def shut(self) -> None:
        """Close the pages: the kernel has gone."""
        for page in tuple(self._pages.values()):
            page.socket.shut()


class Exchange:
    """All links of one Jupyter server. On the server's loop."""

    def __init__(self) -> None:
        self.links: dict[str, Link] = {}
        self.address = ""
        self.secret = secrets.token_urlsafe(32)
        self._folder: Path | None = None
        self._server: asyncio.Server | None = None

    def bind(self) -> None:
        """Take an address: a socket in a folder that only this user may enter or, where there are none, loopback."""
        if hasattr(socket, "AF_UNIX"):
            self._folder = Path(tempfile.mkdtemp(prefix="rt-notebook-"))
            path = self._folder / "relay"
            self._socket = socket.socket(socket.AF_UNIX)
            self._socket.bind(str(path))
            path.chmod(0o600)
            self.address = f"unix:{path}"
        else:
            self._socket = socket.socket()
            self._socket.bind(("127.0.0.1", 0))
            self.address = f"tcp:127.0.0.1:{self._socket.getsockname()[1]}"
        self._socket.listen()

    async def serve(self) -> None:
        """Listen for kernels."""
        start = asyncio.start_unix_server if self.address.startswith("unix:") else asyncio.start_server
        self._server = await start(self._kernel, sock=self._socket)

    def close(self) -> None:
        """Listen no more and leave nothing behind."""
        if self._server is not None:
            self._server.close()
        self._socket.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    async def _kernel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        name = await self._greeting(reader)
        if name is None or name in self.links:
            writer.close()
            return
        writer.write(b"ok\n")
        link = self.links[name] = Link(writer)
        try:
            while True:
                kind, page, payload = await read(reader)
                if kind is Kind.DATA:
                    link.to_page(page, payload)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            del self.links[name]
            link.shut()
            writer.close()

    async def _greeting(self, reader: asyncio.StreamReader) -> str | None:
        """Return the name of the link that a kernel of ours registers; None where it is somebody else."""
        try:
            async with asyncio.timeout(GREETING_SECONDS):
                line = await reader.readline()
            greeting = json.loads(line[:LONGEST_GREETING])
            known = hmac.compare_digest(str(greeting["secret"]).encode(), self.secret.encode())
        except (OSError, TimeoutError, ValueError, TypeError, KeyError):
            return None
        name = greeting.get("link")
        return name if known and isinstance(name, str) and name else None
