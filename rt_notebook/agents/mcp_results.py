"""What an MCP server's tool gave, as the text and the pictures that a model gets."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from mcp import types

from rt_notebook.session.results import Output


def output_of_result(result: types.CallToolResult) -> Output:
    """Return a result's texts, resources and pictures; its structured content where there is no text."""
    images = tuple(url for block in result.content if (url := _image(block)))
    texts = [_TEXTS[type(block)](block) for block in result.content if _image(block) is None]
    if not texts and result.structured_content is not None:
        texts = [json.dumps(result.structured_content, ensure_ascii=False)]
    return Output("\n".join(texts), images)


def _image(block: types.ContentBlock) -> str | None:
    """Return a picture as a data: URL; None for anything else."""
    match block:
        case types.ImageContent(data=data, mime_type=kind):
            return f"data:{kind};base64,{data}"
        case types.EmbeddedResource(resource=types.BlobResourceContents(blob=data, mime_type=str(kind))):
            return f"data:{kind};base64,{data}" if kind.startswith("image/") else None
    return None


def _resource(block: types.EmbeddedResource) -> str:
    resource = block.resource
    if isinstance(resource, types.TextResourceContents):
        return f"{resource.uri}:\n{resource.text}"
    return f"{resource.uri}: {resource.mime_type or 'a file'}, which cannot be shown here"


def _link(block: types.ResourceLink) -> str:
    told = f"{block.title or block.name}: {block.uri}"
    return f"{told} ({block.description})" if block.description else told


_TEXTS: dict[type, Callable[[Any], str]] = {
    types.TextContent: lambda block: block.text,
    types.AudioContent: lambda block: f"a sound ({block.mime_type}), which cannot be passed on here",
    types.EmbeddedResource: _resource,
    types.ResourceLink: _link,
}
