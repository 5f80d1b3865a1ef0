"""Client JSON into audio and items, after its shape was checked."""

from __future__ import annotations

import binascii
from typing import Any

import pybase64

from rt_notebook.audio.pcm import SAMPLE_BYTES
from rt_notebook.server.errors import ClientError
from rt_notebook.server.items import Item, Part


def decode_audio(text: str, path: str) -> bytes:
    """Return the PCM16 that Base64 `text` holds, or raise `ClientError`."""
    try:
        pcm = pybase64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ClientError(
            "invalid_value",
            f"Invalid '{path}'. Expected base64-encoded audio bytes (mono PCM16 at 24kHz) but got an invalid value.",
            path,
        ) from None
    if len(pcm) % SAMPLE_BYTES:
        raise ClientError(
            "invalid_value",
            f"Invalid '{path}'. Expected whole samples of PCM16, two bytes each, but got {len(pcm)} bytes: "
            "cut the audio at even positions.",
            path,
        )
    return pcm


def build_item(given: dict[str, Any], path: str, item_id: str, call_id: str) -> Item:
    """Return the item a client describes; `item_id` and `call_id` are for where it names none."""
    item = Item(
        id=given.get("id") or item_id,
        type=given["type"],
        status="completed",
        role=given.get("role"),
        name=given.get("name"),
        arguments=given.get("arguments"),
        output=given.get("output"),
    )
    if item.type != "message":
        item.call_id = given.get("call_id") or call_id
    item.content = [
        _build_part(part, f"{path}.content[{index}]") for index, part in enumerate(given.get("content", []))
    ]
    return item


def _build_part(given: dict[str, Any], path: str) -> Part:
    part = Part(given["type"], text=given.get("text"), transcript=given.get("transcript"))
    if part.type == "input_audio":
        part.audio = bytearray(decode_audio(given["audio"], f"{path}.audio"))
    if part.type == "input_image":
        part.image = {"image_url": given["image_url"], "detail": given.get("detail", "auto")}
    return part
