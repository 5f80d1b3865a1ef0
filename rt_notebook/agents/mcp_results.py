"""What an MCP server's tool gave, as the text and the pictures that a model gets."""

from __future__ import annotations

import json
from typing import Any

from mcp import types

from rt_notebook.agents.parts import Picture, output_of_parts
from rt_notebook.session.results import Output


def output_of_result(result: types.CallToolResult) -> Output:
    """Return a result's texts, resources and pictures.

    Structured content goes out where there is nothing else, or where the only text is the same in more letters.
    """
    parts = [_part(block) for block in result.content]
    if result.structured_content is not None and (not parts or _is_json(parts, result.structured_content)):
        parts = [json.dumps(result.structured_content, ensure_ascii=False, separators=(",", ":"))]
    return output_of_parts(parts)


def _is_json(parts: list[str | Picture], value: Any) -> bool:
    match parts:
        case [str(text)]:
            try:
                return bool(json.loads(text) == value)
            except ValueError:
                return False
    return False


def _part(block: types.ContentBlock) -> str | Picture:
    match block:
        case types.TextContent(text=text):
            return text
        case types.ImageContent(data=data, mime_type=kind):
            return Picture(data, kind)
        case types.EmbeddedResource(resource=resource):
            return _file(resource)
        case types.ResourceLink():
            told = f"{block.title or block.name}: {block.uri}"
            return f"{told} ({block.description})" if block.description else told
        case types.AudioContent(mime_type=kind):
            return f"[a sound, {kind}]"


def _file(resource: types.TextResourceContents | types.BlobResourceContents) -> str | Picture:
    if isinstance(resource, types.TextResourceContents):
        return f"{resource.uri}:\n{resource.text}"
    kind = resource.mime_type or "application/octet-stream"
    return Picture(resource.blob, kind) if kind.startswith("image/") else f"[{resource.uri}: {kind}]"
