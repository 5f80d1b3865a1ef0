"""An MCP server of before 2026, not made with the `mcp` package: JSON-RPC in lines, and no more than it needs."""

from __future__ import annotations

import json
import sys
from typing import Any

tools = [{"name": "learn", "inputSchema": {"type": "object"}}]


def send(**message: Any) -> None:
    print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)


def answer(method: str, params: dict[str, Any]) -> dict[str, Any] | None:
    """Return the result of a request, None for one that is not known."""
    match method:
        case "initialize":
            return {
                "protocolVersion": params["protocolVersion"],
                "capabilities": {"tools": {"listChanged": True}},
                "serverInfo": {"name": "old", "version": "1"},
            }
        case "tools/list":
            return {"tools": tools}
        case "tools/call" if params["name"] == "learn":
            tools.append({"name": "fresh", "inputSchema": {"type": "object"}})
            send(method="notifications/tools/list_changed")
            return {"content": [{"type": "text", "text": "learnt"}]}
        case "tools/call":
            return {"content": [{"type": "text", "text": "new"}]}
    return None


for line in sys.stdin:
    request = json.loads(line)
    if "id" in request:
        result = answer(request["method"], request.get("params", {}))
        unknown = {"error": {"code": -32601, "message": "Method not found"}}
        send(id=request["id"], **(unknown if result is None else {"result": result}))
