"""An MCP server of the `mcp` package itself: ``python mcp_tools.py`` by stdio, with a port by streamable HTTP."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

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


@server.tool()
def picture() -> list[Any]:
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


@server.tool()
async def forever(folder: str) -> str:
    """Wait for nothing; leave a note when cancelled."""
    (Path(folder) / "begun").touch()
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        (Path(folder) / "cancelled").touch()
        raise
    return "never"


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


if __name__ == "__main__":
    if len(sys.argv) > 1:
        server.run("streamable-http", port=int(sys.argv[1]))
    else:
        server.run()
