"""Voice agents: a model with tools between a stream of events from the user and one to the user."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rt_notebook.agents.connecting import connect
    from rt_notebook.agents.executor import VoiceToolExecutor
    from rt_notebook.agents.react import OpenAIVoiceReactAgent, VoiceReactAgent
    from rt_notebook.agents.streams import amerge

_HOMES = {
    "OpenAIVoiceReactAgent": "react",
    "VoiceReactAgent": "react",
    "VoiceToolExecutor": "executor",
    "amerge": "streams",
    "connect": "connecting",
}

__all__ = ["OpenAIVoiceReactAgent", "VoiceReactAgent", "VoiceToolExecutor", "amerge", "connect"]
