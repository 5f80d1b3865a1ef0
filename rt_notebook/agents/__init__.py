"""Voice agents: a model with tools between a stream of events from the user and one to the user."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rt_notebook.agents.connecting import connect
    from rt_notebook.agents.executor import VoiceToolExecutor
    from rt_notebook.agents.mcp import MCPServer
    from rt_notebook.agents.react import OpenAIVoiceReactAgent, VoiceReactAgent
    from rt_notebook.agents.streams import amerge

_HOMES = {
    "MCPServer": "mcp",
    "OpenAIVoiceReactAgent": "react",
    "VoiceReactAgent": "react",
    "VoiceToolExecutor": "executor",
    "amerge": "streams",
    "connect": "connecting",
}

__all__ = ["MCPServer", "OpenAIVoiceReactAgent", "VoiceReactAgent", "VoiceToolExecutor", "amerge", "connect"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'rt_notebook.agents' has no attribute {name!r}")
    try:
        value = getattr(import_module(f"rt_notebook.agents.{_HOMES[name]}"), name)
    except ModuleNotFoundError as missing:
        if missing.name != "mcp":
            raise
        raise ModuleNotFoundError(f"{name} needs the package mcp: pip install 'rt-notebook[mcp]'", name="mcp") from None
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
