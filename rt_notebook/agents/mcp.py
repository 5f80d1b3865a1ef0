"""Tools of MCP servers: programs that are started here, or servers elsewhere.

    files = rt.agents.MCPServer(command="npx", args=["-y", "@modelcontextprotocol/server-filesystem", "."])
    docs = rt.agents.MCPServer("https://example.com/mcp", headers={"Authorization": "Bearer ..."}, prefix="docs_")
    session = rt.connect(tools=[*files.tools, *docs.tools])

The connection is made when `tools` is first asked for, or by ``with`` or ``async with``, and ends with `close`, the
block or the process. It lives on the background loop, so that calls go through while a cell runs.
"""

from __future__ import annotations

import asyncio
import atexit
import re
import sys
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from os import PathLike, fspath
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from mcp import types
from mcp.client.stdio import StdioServerParameters
from mcp.shared.exceptions import MCPError

from rt_notebook.agents.mcp_link import LastWords, Link, LostError, first_of, over_http, over_stdio
from rt_notebook.agents.mcp_results import output_of_result
from rt_notebook.errors import MCPServerError, ToolError
from rt_notebook.log.secrets import REDACTED, redacted
from rt_notebook.session.results import Output
from rt_notebook.session.runner import block, hop
from rt_notebook.session.tools import TIMEOUT, Tool, ToolContext

CONNECT_TIMEOUT = 20.0
"""How long a server may take to start and to say what it has, s: some are downloaded first."""

_LONGEST_NAME = 64
_SHORTEST_SECRET = 6
_LAST_LINES = 5
_GOODBYE = 8.0  # s that servers have to end with the process


class MCPServer:
    """An MCP server whose `tools` a session can have.

    Parameters
    ----------
    url
        Of a server that speaks streamable HTTP.
    command, args, env, cwd
        Instead: a program to start, which speaks over its standard input and output; `env` is added to a few
        variables of this process (PATH, HOME and the like). With ``command=sys.executable`` it is this Python.
    headers
        Of the HTTP requests, such as an ``Authorization``.
    only
        The names of the tools to have, as the server calls them; all where not given.
    prefix
        Is put before each tool's name, so that those of two servers do not collide.
    connect_timeout
        How long the server may take to be there, s.
    timeout, cancel, approve, respond
        Of every tool, as for `rt.tool`. A call that is cancelled or takes too long is cancelled at the server too.
    on_change
        Is called with this server, on a thread of its own, when its list of tools has changed; `tools` then has the
        new ones: ``on_change=lambda server: session.update(tools=server.tools)``.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        command: str | None = None,
        args: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
        cwd: str | PathLike[str] | None = None,
        headers: Mapping[str, str] | None = None,
        only: Sequence[str] | None = None,
        prefix: str = "",
        connect_timeout: float = CONNECT_TIMEOUT,
        timeout: float | None = TIMEOUT,
        cancel: bool = True,
        approve: bool | Callable[[dict[str, Any]], bool] = False,
        respond: bool = True,
        on_change: Callable[[MCPServer], object] | None = None,
    ) -> None:
        if (url is None) == (command is None):
            raise TypeError("an MCPServer is either at a url or a command to start; give one of them.")
        self._url = url
        self._headers = dict(headers or {})
        self._program = (
            None
            if command is None
            else (command, [*map(str, args)], dict(env or {}), None if cwd is None else fspath(cwd))
        )
        self._only = only
        self._prefix = prefix
        self._connect_timeout = connect_timeout
        self._options: dict[str, Any] = {"timeout": timeout, "cancel": cancel, "approve": approve, "respond": respond}
        self._on_change = on_change
        self._words = LastWords()
        self._title = ""  # what it calls itself, once it is known
        self._link: Link | None = None
        self._closed = False
        self._opening = asyncio.Lock()
        self._tools: dict[str, tuple[types.Tool, Tool]] = {}

    # -- the connection -------------------------------------------------------------------------------------------

    def open(self) -> Self:
        """Connect, where that is not done; returns this server.

        Raises
        ------
        MCPServerError
            It cannot be started or reached, or is no MCP server.
        """
        block(self._open())
        return self

    def close(self) -> None:
        """End the connection, and the program that was started for it."""
        block(self._close())

    def __enter__(self) -> Self:
        return self.open()

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        await hop(self._open())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await hop(self._close())

    @property
    def tools(self) -> list[Tool]:
        """Its tools; connects where that is not done."""
        if self._link is None and not self._closed:
            self.open()
        return [tool for _, tool in self._tools.values()]

    @property
    def stderr(self) -> str:
        """The last 1,000 lines that a program wrote to its standard error."""
        return str(self._words)

    def __repr__(self) -> str:
        state = "closed" if self._closed else "not connected" if self._link is None else f"{len(self._tools)} tools"
        return f"<MCPServer {self._name}: {state}>"

    @property
    def _name(self) -> str:
        """What it is called in messages: no arguments and no query, which may hold secrets."""
        if self._title:
            return self._title
        if self._program is not None:
            return Path(self._program[0]).name
        parts = urlsplit(self._url or "")
        return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"

    async def _open(self) -> None:
        self._closed = False
        await self._connected()

    async def _connected(self) -> Link:
        """Return a connection: the one there is, or a new one where it was lost."""
        async with self._opening:
            if self._link is not None and self._link.alive:
                return self._link
            link = Link(self._transport(), self._changed, self._lost)
            try:
                async with asyncio.timeout(self._connect_timeout):
                    await link.open()
                self._title = link.server
                self._check(link.tools)
            except TimeoutError:
                raise await self._trouble(f"it did not answer in {self._connect_timeout:g} s") from None
            except MCPServerError:
                await link.close()
                raise
            except OSError as error:
                raise await self._trouble(self._cannot_start(error)) from None
            except Exception as error:
                raise await self._trouble(f"there is no MCP server that answers ({_told(error)})") from None
            self._take(link.tools)
            self._link = link
            _open_servers.add(self)
            return link

    def _transport(self) -> Any:
        if self._program is None:
            return over_http(self._url or "", self._headers)
        command, args, env, cwd = self._program
        return over_stdio(StdioServerParameters(command=command, args=args, env=env, cwd=cwd), self._words)

    async def _close(self) -> None:
        self._closed = True
        async with self._opening:
            _open_servers.discard(self)
            if self._link is not None:
                await self._link.close()
                self._link = None

    def _lost(self, link: Link) -> None:
        sys.stderr.write(
            f"The connection to the MCP server {self._name} ended; the next call of one of its tools makes it again."
            f"{self._last_words()}\n"
        )

    def _cannot_start(self, error: OSError) -> str:
        if self._program and isinstance(error, FileNotFoundError) and error.filename == self._program[0]:
            return f"there is no program {error.filename}. Is it installed, and on the PATH?"
        return f"it cannot be started ({error})"

    async def _trouble(self, reason: str) -> MCPServerError:
        await asyncio.to_thread(self._words.settle)
        return MCPServerError(self._name, self._clean(reason) + self._last_words())

    def _last_words(self) -> str:
        lines = str(self._words).strip().splitlines()[-_LAST_LINES:]
        return self._clean("".join(f"\n  | {line}" for line in (["It wrote:", *lines] if lines else [])))

    def _clean(self, text: str) -> str:
        secrets = [*self._headers.values(), *(self._program[2].values() if self._program else ())]
        for secret in secrets:
            if len(secret) >= _SHORTEST_SECRET:
                text = text.replace(secret, REDACTED)
        return str(redacted(text))

    # -- the tools ------------------------------------------------------------------------------------------------

    def _changed(self, link: Link) -> None:
        self._take(link.tools)
        if self._on_change is not None:  # on a thread of its own: it may well block, as session.update() does
            threading.Thread(target=self._on_change, args=(self,), name="rt_notebook mcp change", daemon=True).start()

    def _check(self, listed: Sequence[types.Tool]) -> None:
        names = [tool.name for tool in listed]
        if unknown := [name for name in self._only or () if name not in names]:
            raise MCPServerError(self._name, f"it has no tool {', '.join(unknown)}; it has {', '.join(names)}")

    def _take(self, listed: Sequence[types.Tool]) -> None:
        """Make tools of what the server listed; one that did not change stays the very same."""
        made: dict[str, tuple[types.Tool, Tool]] = {}
        for tool in listed:
            if self._only is not None and tool.name not in self._only:
                continue
            before = self._tools.get(tool.name)
            made[tool.name] = before if before and before[0] == tool else (tool, self._made(tool))
        self._tools = made

    def _made(self, tool: types.Tool) -> Tool:
        async def call(*, rt_context: ToolContext, **arguments: Any) -> Output:
            return await hop(self._call(tool.name, arguments, rt_context))

        return Tool(
            call,
            name=re.sub(r"[^A-Za-z0-9_-]", "_", self._prefix + tool.name)[:_LONGEST_NAME],
            description=tool.description or tool.title or "",
            parameters={"properties": {}} | {key: each for key, each in tool.input_schema.items() if key != "$schema"},
            **self._options,
        )

    async def _call(self, name: str, arguments: dict[str, Any], context: ToolContext) -> Output:
        async def report(progress: float, total: float | None, message: str | None) -> None:
            fraction = min(max(progress / total, 0.0), 1.0) if total else None
            context.progress(message or ("" if total else f"{progress:g}"), fraction)

        if self._closed:
            raise ToolError(f"The MCP server {self._name} was closed by the user.")
        try:
            link = await self._connected()
        except MCPServerError as error:
            raise ToolError(f"{error}") from None
        try:
            result = await link.call(name, arguments, report)
        except MCPError as error:
            raise ToolError(self._clean(error.message)) from None
        except LostError as error:
            raise ToolError(
                f"The MCP server {self._name} was lost during this call ({self._clean(str(error))}). "
                "Nobody knows whether the call was carried out."
            ) from None
        output = output_of_result(result)
        if result.is_error:
            raise ToolError(self._clean(output.text) or f"{name} failed without saying why.")
        return output


def _told(error: BaseException) -> str:
    error = first_of(error)
    return str(error) or type(error).__name__


_open_servers: weakref.WeakSet[MCPServer] = weakref.WeakSet()


def _close_all() -> None:
    async def close() -> None:
        async with asyncio.timeout(_GOODBYE):
            await asyncio.gather(*(server._close() for server in [*_open_servers]), return_exceptions=True)

    if _open_servers:
        with suppress(Exception):
            block(close())


atexit.register(_close_all)
