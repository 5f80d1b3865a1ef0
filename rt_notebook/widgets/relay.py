"""The kernel's end of the relay: it dials the Jupyter server's extension (rt_notebook/jupyter) and registers a link.

The extension leaves its address and a secret in the environment that its kernels inherit. Where there are none, or
nobody answers, the comm does it all. A place that is lost is sought again for a while.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from collections.abc import Callable

import orjson

from rt_notebook.jupyter.wire import ADDRESS, SECRET, Kind, dial, pack, read
from rt_notebook.widgets import frames
from rt_notebook.widgets.channel import Frame
from rt_notebook.widgets.link import ViewLink, Way

_log = logging.getLogger(__name__)

MOST_UNSENT = 16 * 2**20
"""Bytes on their way to the relay beyond which frames are dropped; the views ask for them again."""
RETRIES = (0.5, 1, 2, 5, 10, 30)
"""Seconds before each try to have a lost place again; after the last one only a view that arrives brings another."""


class PageWay:
    """The way to one view: a page's socket at the relay."""

    interval = 0.005

    def __init__(self, page: int, view: str, send: Callable[[Kind, int, bytes], None]) -> None:
        self.page = page
        self.view = view
        self._send = send

    def send(self, view: str, frame: Frame) -> None:
        """Send to the view."""
        self._send(Kind.DATA, self.page, frames.pack(frame))


class Relay:
    """A link's place at the relay; on the session's loop only.

    `otherwise` is the way that views take when this one breaks. `settled` is called when a place that was lost is
    there again, or is given up: the views do not know of it.
    """

    def __init__(self, link: ViewLink, otherwise: Way, settled: Callable[[], None]) -> None:
        self.id = secrets.token_urlsafe(16)
        """The link's name: who knows it, and is who the Jupyter server says may execute code, reaches the link."""
        self.why = "not tried yet"
        """Why there is no relay; empty where there is one."""
        self._link = link
        self._otherwise = otherwise
        self._settled = settled
        self._pages: dict[int, PageWay] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._task: asyncio.Task[None] | None = None
        """Listens and, where the place is lost, seeks it."""
        self._dialling = asyncio.Lock()
        """The relay lets a name register once: two views that arrive together dial one after the other."""
        self._closed = False

    @property
    def open(self) -> bool:
        """Whether the link is registered."""
        return self._writer is not None

    async def dial(self) -> None:
        """Register the link, unless it is; `why` tells what hinders."""
        async with self._dialling:
            if not self.open and not self._closed:
                await self._dial()

    async def _dial(self) -> None:
        address, secret = os.environ.get(ADDRESS), os.environ.get(SECRET)
        if not address or not secret:
            self.why = (
                "the Jupyter server has no relay: it runs without rt_notebook installed, or was started before that"
            )
            return
        try:
            async with asyncio.timeout(2):
                reader, writer = await dial(address)
                writer.write(orjson.dumps({"secret": secret, "link": self.id}) + b"\n")
                answer = await reader.readline()
        except (OSError, TimeoutError) as error:
            self.why = f"the Jupyter server's relay does not answer ({type(error).__name__}: {error})"
            return
        if answer != b"ok\n":
            writer.close()
            self.why = "the Jupyter server's relay refused this kernel"
            return
        self.why = ""
        self._writer = writer
        self._task = asyncio.create_task(self._listen(reader, writer))

    def close(self) -> None:
        """Give the place up, for good."""
        self._closed = True
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        if self._task is not None:
            self._task.cancel()

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                kind, page, payload = await read(reader)
                _HANDLERS[kind](self, page, payload)
        except (OSError, asyncio.IncompleteReadError):
            self.why = "the Jupyter server's relay has gone"
        except Exception as error:
            # A mistake of ours must not leave the views without a word.
            _log.exception("The relay's kernel end failed")
            self.why = f"the relay failed ({type(error).__name__}: {error})"
        finally:
            writer.close()
            self._writer = None
            for page in tuple(self._pages):
                self._on_closed(page, b"")
        await self._seek()

    async def _seek(self) -> None:
        for delay in RETRIES:
            await asyncio.sleep(delay)
            await self.dial()
            if self.open:
                break
        self._settled()

    def _on_opened(self, page: int, payload: bytes) -> None:
        self._pages[page] = PageWay(page, payload.decode(), self._send)

    def _on_data(self, page: int, payload: bytes) -> None:
        if (way := self._pages.get(page)) is None:
            return
        try:
            frame = frames.unpack(payload)
        except ValueError:
            # A page of another version, or none of ours.
            return
        self._link.read(way, way.view, frame)

    def _on_closed(self, page: int, payload: bytes) -> None:
        if (way := self._pages.pop(page, None)) is not None:
            self._link.broken(way, self._otherwise)

    def _send(self, kind: Kind, page: int, payload: bytes) -> None:
        writer = self._writer
        if writer is None or writer.transport.get_write_buffer_size() > MOST_UNSENT:
            return
        writer.writelines(pack(kind, page, payload))


_HANDLERS: dict[Kind, Callable[[Relay, int, bytes], None]] = {
    Kind.OPENED: Relay._on_opened,
    Kind.DATA: Relay._on_data,
    Kind.CLOSED: Relay._on_closed,
}
