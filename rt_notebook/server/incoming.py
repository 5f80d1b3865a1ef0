"""Client JSON into audio and items, after its shape was checked."""

from __future__ import annotations

import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pybase64

from rt_notebook.server.errors import ClientError
from rt_notebook.server.formats import Format, decode_whole
from rt_notebook.server.items import Item, Part
from rt_notebook.server.sound import Sound


def decode_audio(text: str, path: str, source: Format) -> bytes:
    """Return the audio that Base64 `text` holds, as it is: whole samples of a format. Raises `ClientError`."""
    try:
        payload = pybase64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ClientError(
            "invalid_value",
            f"Invalid '{path}'. Expected base64-encoded audio bytes ({source.name}) but got an invalid value.",
            path,
        ) from None
    if len(payload) % source.sample_bytes:
        raise ClientError(
            "invalid_value",
            f"Invalid '{path}'. Expected whole samples of PCM16, two bytes each, but got {len(payload)} bytes: "
            "cut the audio at even positions.",
            path,
        )
    return payload


@dataclass(frozen=True, slots=True)
class ItemMaker:
    """Makes items of what a client describes."""

    make_id: Callable[[str], str]
    make_sound: Callable[[], Sound]
    source: Format
    """The session's input format."""

    def item(self, given: dict[str, Any], path: str) -> Item:
        """Return the item, which has fresh ids where the client names none; `path` is where it was described."""
        item = Item(
            id=given.get("id") or self.make_id("item"),
            type=given["type"],
            status="completed",
            role=given.get("role"),
            name=given.get("name"),
            arguments=given.get("arguments"),
            output=given.get("output"),
        )
        if item.type != "message":
            item.call_id = given.get("call_id") or self.make_id("call")
        item.content = [
            self._part(part, f"{path}.content[{index}]") for index, part in enumerate(given.get("content", []))
        ]
        return item

    def _part(self, given: dict[str, Any], path: str) -> Part:
        part = Part(given["type"], text=given.get("text"), audio=self.make_sound())
        if part.type == "input_audio":
            part.transcript = given.get("transcript")
            part.audio.append(decode_whole(decode_audio(given["audio"], f"{path}.audio", self.source), self.source))
        if part.type == "output_audio":  # what the assistant said elsewhere, mostly in words alone
            pcm = decode_whole(decode_audio(given.get("audio", ""), f"{path}.audio", self.source), self.source)
            part.say(given["transcript"], pcm)
        if part.type == "input_image":
            part.image = {"image_url": given["image_url"], "detail": given.get("detail", "auto")}
        return part
