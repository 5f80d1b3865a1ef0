"""Items and the conversation they form."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from rt_notebook.server.buffer import BYTES_PER_MS
from rt_notebook.server.engine import Message
from rt_notebook.server.errors import ClientError
from rt_notebook.server.formats import Format, encode_whole
from rt_notebook.server.sound import MemorySound, Sound

_MOST_ITEMS = 20_000
_MOST_TEXT = 64 * 2**20
"""Characters of text and images, which lie in memory."""
_MOST_AUDIO = 512 * 2**20
"""Bytes of audio, which lies on disk."""

ROOT = "root"
"""As a previous item's id: before all items."""


@dataclass(slots=True)
class Part:
    """One content part of a message."""

    type: str
    """``input_text``, ``input_audio``, ``input_image``, ``output_text`` or ``output_audio``."""
    text: str | None = None
    transcript: str | None = None
    audio: Sound = field(default_factory=MemorySound)
    image: dict[str, Any] = field(default_factory=dict)
    spoken: list[tuple[str, float]] = field(default_factory=list)
    """Of generated audio: each piece of text with the time (ms) its audio starts at."""
    heard: str | None = None
    """Of user audio: the words as the server understood them, whether or not the client wants a transcript."""
    unheard: str | None = None
    """Of user audio: why it could not be understood."""

    truncated: bool = False
    """Of generated audio: whether the client heard no more of it. What is still being made is not kept then."""
    made_text: str = ""
    made_ms: float = 0.0
    """Of generated audio: all that was made and sent, whatever was cut off since."""

    def say(self, text: str, pcm: bytes) -> None:
        """Add a spoken piece; it is kept unless nobody hears it."""
        self.made_text += text
        self.made_ms += len(pcm) / BYTES_PER_MS
        if not self.truncated:
            self.transcript = (self.transcript or "") + text
            self.spoken.append((text, self.audio_ms))
            self.audio.append(pcm)

    @property
    def audio_ms(self) -> float:
        """Duration of the audio."""
        return len(self.audio) / BYTES_PER_MS

    @property
    def words(self) -> str:
        """What a thinker reads."""
        if self.type == "input_audio":
            return self.heard or ""
        if self.type == "output_audio":
            return "".join(text for text, _ in self.spoken)
        return self.text or ""

    def wire(self, audio: Format | None = None) -> dict[str, Any]:
        """Return the part as the API shows it, with its sound only where a format for it is given."""
        if self.type == "input_image":
            return {"type": self.type, **self.image}
        if self.type in ("input_text", "output_text"):
            return {"type": self.type, "text": self.text or ""}
        shown: dict[str, Any] = {"type": self.type, "transcript": self.transcript}
        if audio:
            shown["audio"] = base64.b64encode(encode_whole(self.audio.read(), audio)).decode()
        return shown

    def truncate(self, end_ms: int) -> None:
        """Keep the audio up to `end_ms`; the visible transcript goes, the words that were heard stay in context."""
        if end_ms > math.ceil(self.audio_ms):  # clients round up
            raise ClientError(
                "invalid_value",
                f"Audio content of {self.audio_ms:.0f}ms is already shorter than {end_ms}ms",
                "audio_end_ms",
            )
        self.audio.truncate(end_ms * BYTES_PER_MS)
        self.transcript = None
        self.truncated = True
        self.spoken = [(text, start) for text, start in self.spoken if start < end_ms]


@dataclass(slots=True)
class Item:
    """One item: a message, a function call or its output."""

    id: str
    type: str
    status: str = "completed"
    role: str | None = None
    content: list[Part] = field(default_factory=list)
    call_id: str | None = None
    name: str | None = None
    arguments: str | None = None
    output: str | None = None
    tokens: tuple[int, int] | None = None
    """Text and audio tokens, once they were counted; forgotten when the item changes."""

    def wire(self, audio: Format | None = None) -> dict[str, Any]:
        """Return the item as the API shows it.

        `audio` adds the sound in that format, which only `conversation.item.retrieve` does.
        """
        shown: dict[str, Any] = {
            "id": self.id,
            "object": "realtime.item",
            "type": self.type,
            "status": self.status,
        }
        if self.type == "message":
            return {**shown, "role": self.role, "content": [part.wire(audio) for part in self.content]}
        if self.type == "function_call":
            return {**shown, "name": self.name, "call_id": self.call_id, "arguments": self.arguments}
        return {**shown, "call_id": self.call_id, "output": self.output}

    @property
    def sizes(self) -> tuple[int, int]:
        """Characters of its text and images, and bytes of its audio."""
        texts = [self.arguments, self.output, *(part.text for part in self.content)]
        images = [part.image.get("image_url") for part in self.content]
        return sum(len(text) for text in (*texts, *images) if text), sum(len(part.audio) for part in self.content)

    @property
    def unheard(self) -> str | None:
        """Why audio of the item could not be understood."""
        return next((part.unheard for part in self.content if part.unheard), None)

    def message(self) -> Message:
        """Return the item as a thinker reads it."""
        if self.type == "function_call":
            return Message("assistant", self.arguments or "", self.call_id, self.name)
        if self.type == "function_call_output":
            return Message("tool", self.output or "", self.call_id)
        words = " ".join(filter(None, (part.words for part in self.content)))
        images = [part.image["image_url"] for part in self.content if part.image]
        return Message(self.role or "user", words, images=images)


class Conversation:
    """The default conversation: items in order. `make_sound` makes the sounds of all items, also of those beside it."""

    def __init__(self, conversation_id: str, make_sound: Callable[[], Sound] = MemorySound) -> None:
        self.id = conversation_id
        self.make_sound = make_sound
        self._items: list[Item] = []
        self._by_id: dict[str, Item] = {}
        self._text = self._audio = 0
        """What was ever added: characters and bytes."""

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items)

    def find(self, item_id: str, doing: str, code: str, path: str = "item_id") -> Item:
        """Return an item, or raise the error that fits what was being done to it; `path` is where it was named."""
        if item_id not in self._by_id:
            raise ClientError(code, f"Error {doing} item: the item with id '{item_id}' does not exist.", path)
        return self._by_id[item_id]

    def check_call(self, item: Item) -> None:
        """Raise `ClientError` for the output of a function call that is not there."""
        if item.type == "function_call_output" and not any(
            other.type == "function_call" and other.call_id == item.call_id for other in self._items
        ):
            raise ClientError(
                "invalid_tool_call_id", f"Tool call ID '{item.call_id}' not found in conversation.", "item.call_id"
            )

    def add(self, item: Item, previous_id: str | None = None) -> str | None:
        """Insert an item after another one (None: at the end; `ROOT`: at the start); return the previous item's id."""
        if item.id in self._by_id:
            raise ClientError(
                "item_create_duplicate_item_id",
                f"Error adding item: an item with id '{item.id}' already exists. Leave 'id' out to get a fresh one.",
            )
        place = self._place(previous_id)
        self.charge(item)
        self._items.insert(place, item)
        self._by_id[item.id] = item
        return self._items[place - 1].id if place else None

    def check_room(self) -> None:
        """Raise `ClientError` where it holds all that one connection may keep here."""
        if len(self._items) < _MOST_ITEMS and self._text < _MOST_TEXT and self._audio < _MOST_AUDIO:
            return
        raise ClientError(
            "conversation_full",
            f"The conversation holds {len(self._items):,} items and has taken {self._text / 2**20:.0f} MiB of text and "
            f"images and {self._audio / 2**20:.0f} MiB of audio. A session of this server takes {_MOST_ITEMS:,} items, "
            f"{_MOST_TEXT // 2**20} MiB and {_MOST_AUDIO // 2**20} MiB: open another one.",
        )

    @property
    def size(self) -> int:
        """Bytes that were ever added."""
        return self._text + self._audio

    def charge(self, item: Item) -> None:
        """Take note of what an item has grown by. It counts for the session, whether or not the item stays."""
        text, audio = item.sizes
        self._text += text
        self._audio += audio

    def previous_id(self, item: Item) -> str | None:
        """Return the id of the item before this one."""
        place = self._items.index(item)
        return self._items[place - 1].id if place else None

    def holds(self, item: Item) -> bool:
        """Whether the item is still there."""
        return self._by_id.get(item.id) is item

    def delete(self, item_id: str) -> Item:
        """Remove an item and return it."""
        item = self.find(item_id, "deleting", "item_delete_invalid_item_id")
        self._items.remove(item)
        del self._by_id[item_id]
        return item

    def _place(self, previous_id: str | None) -> int:
        if previous_id is None:
            return len(self._items)
        if previous_id == ROOT:
            return 0
        if previous_id not in self._by_id:
            raise ClientError(
                "item_create_invalid_previous_item_id",
                f"Error adding item: the previous item with id '{previous_id}' does not exist.",
                "previous_item_id",
            )
        return self._items.index(self._by_id[previous_id]) + 1
