"""An MCP server of the `mcp` package itself, by stdio; with ``http PORT`` by streamable HTTP."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from typing import Any

import uvicorn
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.utilities.types import Image
from mcp.types import EmbeddedResource, TextResourceContents
from pydantic import BaseModel

server = MCPServer("things", log_level="ERROR")
PNG = b"\x89PNG\r\n"


class Weather(BaseModel):
    city: str
    temperature_c: float


@server.tool()
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@server.tool()
def weather(city: str, country: str | None = None) -> Weather:
    """Tell the weather of a city."""
    return Weather(city=city, temperature_c=18)


class Stop(BaseModel):
    city: str


@server.tool()
def travel(stops: list[Stop]) -> str:
    """Tell where a journey goes."""
    return ", ".join(stop.city for stop in stops)


@server.tool()
def picture() -> Any:
    """Draw."""
    return ["A picture:", Image(data=PNG, format="png")]


@server.tool()
def note() -> EmbeddedResource:
    """Read a note."""
    return EmbeddedResource(type="resource", resource=TextResourceContents(uri="note://1", text="Buy milk"))


@server.tool()
def refuse(why: str) -> str:
    """Fail."""
    raise ToolError(why)


@server.tool(name="files.read")
def environment(name: str) -> str:
    """Tell a variable of the environment, and complain about it."""
    sys.stderr.write(f"asked for {name}\n")
    sys.stderr.flush()
    return os.environ.get(name, "unset")


@server.tool()
async def count(to: int, ctx: Context) -> str:
    """Count, and tell how far it is."""
    for number in range(1, to + 1):
        await ctx.report_progress(number, to, f"at {number}")
    return f"counted to {to}"


met = asyncio.Barrier(2)


@server.tool()
async def meet(name: str) -> str:
    """Wait until another call of this tool has come too."""
    await met.wait()
    return f"{name} met somebody"


cancelled = asyncio.Event()


@server.tool()
async def forever(ctx: Context) -> str:
    """Wait for nothing; say when it has begun."""
    try:
        await ctx.report_progress(0, 1, "begun")
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        cancelled.set()
        raise
    return "never"


@server.tool()
async def after_cancelling() -> str:
    """Wait until a call of `forever` was cancelled."""
    await cancelled.wait()
    return "it was cancelled"


@server.tool()
def process() -> int:
    """Tell the process."""
    return os.getpid()


@server.tool()
def die() -> str:
    """End the process in the middle of a call."""
    sys.stderr.write("something is on fire\n")
    sys.stderr.flush()
    os._exit(3)


@server.tool()
async def learn(ctx: Context) -> str:
    """Have one tool more."""

    def fresh() -> str:
        """Be new."""
        return "new"

    server.add_tool(fresh)
    await ctx.notify_tools_changed()
    return "learnt"


def serve_http(port: int) -> None:
    """Serve on a port, 0 for any free one, which is told in a line once connections are taken."""
    listening = socket.create_server(("127.0.0.1", port))
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    uvicorn.Server(uvicorn.Config(server.streamable_http_app(), log_level="error")).run([listening])


if __name__ == "__main__":
    if sys.argv[1:2] == ["http"]:
        serve_http(*map(int, sys.argv[2:]))
    else:
        server.run()
