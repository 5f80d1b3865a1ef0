"""What a user says, written or spoken, as the API's content."""

from __future__ import annotations

from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rt_notebook.audio.files import read_audio
from rt_notebook.audio.pcm import as_pcm16
from rt_notebook.errors import AudioError
from rt_notebook.protocol.event import BYTES_PER_MS, encode_audio
from rt_notebook.protocol.ids import new_id

Audio = str | PathLike[str] | bytes | bytearray | memoryview | NDArray[np.generic]
"""A file's path; PCM16 bytes; or an array of shape (samples,) or with channels."""

ITEM_MS = 230_000
"""Most audio in one item, ms: with base64 it must fit into one event of 15 MiB."""


def read(audio: Audio, rate: int) -> bytes:
    """Return any audio as PCM16 mono at 24 kHz; `rate` (Hz) is that of an array or bytes, a file knows its own."""
    if isinstance(audio, str | PathLike):
        return read_audio(audio)
    return as_pcm16(audio, rate)


def part(text: str | None, audio: Audio | None, rate: int, role: str) -> dict[str, Any]:
    """Return the content part of a message that holds either text or audio."""
    if text is not None and audio is None:
        if not isinstance(text, str):
            raise TypeError(f"text is {type(text).__name__}, not str. Sound goes into audio=.")
        return {"type": "output_text" if role == "assistant" else "input_text", "text": text}
    if audio is None or text is not None:
        raise TypeError("a message is either text or audio=: give one of them.")
    if role != "user":
        raise ValueError(f"only the user's messages take audio; {role!r} takes text.")
    pcm = read(audio, rate)
    if len(pcm) > ITEM_MS * BYTES_PER_MS:
        raise AudioError(
            f"{len(pcm) / BYTES_PER_MS / 1000:.0f} s of audio do not fit into one item (at most {ITEM_MS // 1000} s: "
            "the API takes events of up to 15 MiB). Use append_audio() and commit(), or speak()."
        )
    return {"type": "input_audio", "audio": encode_audio(pcm)}


def message(content: dict[str, Any], role: str, previous: str | None) -> dict[str, Any]:
    """Return the event that adds a message, behind the item `previous` (None: last)."""
    item = {"id": new_id("item"), "type": "message", "role": role, "content": [content]}
    place = {} if previous is None else {"previous_item_id": previous}
    return {"type": "conversation.item.create", "item": item} | place


def approval(request: str, approve: bool, reason: str | None = None) -> dict[str, Any]:
    """Return the event that answers a remote MCP server's request for approval, an item of the id `request`."""
    item = {"id": new_id("item"), "type": "mcp_approval_response", "approval_request_id": request, "approve": approve}
    return {"type": "conversation.item.create", "item": item | ({"reason": reason} if reason else {})}
