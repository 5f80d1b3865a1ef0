"""A model that calls what it is told to: ``add(a=1); add(a=2)``, and tells the outputs in the order of the calls."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from memory_server import MemoryServer, connect_in_memory

import rt_notebook as rt
from rt_notebook.server.engine import Call, Prompt
from rt_notebook.session.call import Call as ToolCall


def calling(prompt: Prompt) -> Iterator[str | Call]:
    """Call what the user wrote as ``NAME {JSON}`` lines; tell the outputs of calls; else repeat what was said."""
    outputs: list[str] = []
    for message in reversed(prompt.messages):
        if message.role != "tool":
            break
        outputs.insert(0, message.text)
    if outputs:
        yield f"Outputs: {' | '.join(outputs)}"
        return
    said = next((message.text for message in reversed(prompt.messages) if message.role == "user"), "")
    calls = re.findall(r"^(\w+) (.*)$", said, re.MULTILINE) if "{" in said else []
    for name, arguments in calls:
        yield Call(name, arguments)
    if not calls:
        yield f"You said: {said}"


def call(name: str, /, **arguments: Any) -> str:
    """Return what makes the model call a function."""
    return f"{name} {json.dumps(arguments, ensure_ascii=False)}"


def with_tools(*tools: Any, server: MemoryServer | None = None, **settings: Any) -> rt.Session:
    """Return a session with tools and that model, in writing."""
    settings = {"output": "text", "turn_detection": None} | settings
    return connect_in_memory(server or MemoryServer(answer=calling), tools=list(tools), **settings)


def rows(session: rt.Session, pattern: str = "rt.tool.*") -> list[str]:
    """Return the types of the log's rows that match, in their order."""
    return [event.type for event in session.events.filter(pattern)]


def only(session: rt.Session) -> ToolCall:
    """Return the session's only call."""
    (found,) = session.calls
    return found
