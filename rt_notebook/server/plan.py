"""What a response is to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rt_notebook.server.engine import Message, Prompt
from rt_notebook.server.errors import ClientError
from rt_notebook.server.settings import whole_format


@dataclass(frozen=True, slots=True)
class Plan:
    """What a response is to be: the session's settings with the overrides of its `response.create`."""

    instructions: str
    modality: str
    voice: str
    speed: float
    audio_format: dict[str, Any]
    tools: list[dict[str, Any]]
    tool_choice: str | dict[str, Any]
    max_output_tokens: int | str
    parallel_tool_calls: bool
    temperature: float | None
    """In the beta dialect only."""
    metadata: dict[str, str] | None
    in_conversation: bool

    @classmethod
    def of(cls, session: dict[str, Any], asked: dict[str, Any]) -> Plan:
        """Read the session object and the (checked) `response` object of a `response.create`."""
        output = {**session["audio"]["output"], **asked.get("audio", {}).get("output", {})}
        names = ("instructions", "output_modalities", "tools", "tool_choice", "max_output_tokens")
        chosen = {name: asked.get(name, session[name]) for name in names}
        return cls(
            instructions=chosen["instructions"],
            modality=chosen["output_modalities"][0],
            voice=output["voice"],
            speed=output["speed"],
            audio_format=whole_format(output["format"]),
            tools=chosen["tools"],
            tool_choice=chosen["tool_choice"],
            max_output_tokens=chosen["max_output_tokens"],
            parallel_tool_calls=asked.get("parallel_tool_calls", session.get("parallel_tool_calls", True)),
            temperature=asked.get("temperature", session.get("temperature")),
            metadata=asked.get("metadata"),
            in_conversation=asked.get("conversation", "auto") == "auto",
        )

    def check_tool_choice(self) -> None:
        """Raise `ClientError` where a function is to be called that is not there."""
        if not isinstance(self.tool_choice, dict):
            return
        name = self.tool_choice["name"]
        if name not in [tool["name"] for tool in self.tools]:
            message = f"Tool choice '{name}' not found in 'tools'."
            raise ClientError("invalid_value", message, "response.tool_choice")

    def prompt(self, messages: Sequence[Message]) -> Prompt:
        """Return what a thinker is given to answer these messages."""
        limit = self.max_output_tokens
        return Prompt(
            messages,
            self.instructions,
            self.tools,
            self.tool_choice,
            self.parallel_tool_calls,
            limit if isinstance(limit, int) else None,
            self.temperature,
        )
