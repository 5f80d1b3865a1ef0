"""The relay's door in the Jupyter server: a WebSocket under its base URL, with its own authentication."""

from __future__ import annotations

import asyncio
import atexit
import os
from datetime import UTC, datetime
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from jupyter_server.utils import url_path_join
from tornado import web
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from rt_notebook.jupyter.exchange import Exchange, Link
from rt_notebook.jupyter.wire import ADDRESS, SECRET

MOST_BYTES = 16 * 2**20
"""Of one frame of a page."""


def load(serverapp: Any) -> None:
    """Add the relay to a Jupyter server and tell its kernels where it is."""
    exchange = Exchange()
    exchange.bind()
    atexit.register(exchange.close)
    os.environ[ADDRESS] = exchange.address
    os.environ[SECRET] = exchange.secret
    base = serverapp.web_app.settings["base_url"]
    path = url_path_join(base, "rt-notebook", "relay", r"([\w-]+)", r"([\w-]+)")
    serverapp.web_app.add_handlers(".*$", [(path, RelayHandler, {"exchange": exchange})])
    serverapp.io_loop.add_callback(exchange.serve)
    serverapp.log.info("rt_notebook: pages and kernels have a relay")


class RelayHandler(WebSocketMixin, WebSocketHandler, JupyterHandler):
    """The WebSocket of one view of one link; binary frames only."""

    def initialize(self, exchange: Exchange) -> None:
        """Take what `add_handlers` was given."""
        self._exchange = exchange
        self._link: Link | None = None
        self._page = 0

    @property
    def max_message_size(self) -> int:
        """Bytes of the longest frame."""
        return MOST_BYTES

    def set_default_headers(self) -> None:
        """Leave out Jupyter's headers: they belong to pages."""

    def get_compression_options(self) -> None:
        """Compress nothing: sound does not become smaller, only later."""

    async def get(self, link: str, view: str) -> None:
        """Let in whom Jupyter knows and who may run code here, to a link that exists."""
        user = self.current_user
        if user is None:
            raise web.HTTPError(403, "Log in to Jupyter first.")
        allowed = await ensure_async(self.authorizer.is_authorized(self, user, "execute", "kernels"))
        if not allowed:
            raise web.HTTPError(403, "You may not use kernels here.")
        self._link = self._exchange.links.get(link)
        if self._link is None:
            raise web.HTTPError(404, "There is no such link: its kernel has gone.")
        await super().get(link, view)

    def open(self, link: str, view: str) -> None:
        """Join the link."""
        self.set_nodelay(True)
        assert self._link is not None  # noqa: S101 - for the type checker: `get` has set it
        self._page = self._link.join(view, self)
        super().open(link, view)

    async def on_message(self, message: str | bytes) -> None:
        """Pass a frame on to the kernel."""
        if self._link is None or isinstance(message, str):
            return
        # A page that talks is in use: a hub must not cull its server.
        self.settings["rt_notebook_last_activity"] = datetime.now(UTC)
        await self._link.to_kernel(self._page, message)

    def on_close(self) -> None:
        """Leave the link."""
        if self._link is not None:
            self._link.leave(self._page)
        super().on_close()

    async def send(self, data: bytes) -> None:
        """Send a frame to the page; returns when it has left."""
        try:
            await self.write_message(data, binary=True)
        except (WebSocketClosedError, asyncio.CancelledError):
            # The page has gone, and `on_close` tells so.
            return

    def shut(self) -> None:
        """Close: the kernel has gone."""
        self.close(1001, "the kernel has gone")
