"""What a session sends: the writing half of `AsyncSession`."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from rt_notebook.audio.pcm import RATE
from rt_notebook.errors import ProtocolError
from rt_notebook.protocol.check import check
from rt_notebook.protocol.event import BYTES_PER_MS, Event, encode_audio
from rt_notebook.protocol.items import Item
from rt_notebook.session import content
from rt_notebook.session.content import Audio
from rt_notebook.session.listening import TIMEOUT, Listener
from rt_notebook.session.runner import on_loop

APPEND_BYTES = 10_000 * BYTES_PER_MS
"""Most audio in one `input_audio_buffer.append`: 10 s, far below the API's limit of 15 MiB an event."""


class Sender(Listener):
    """Items, the input audio buffer, and raw events."""

    @on_loop
    async def add(
        self,
        text: str | None = None,
        *,
        audio: Audio | None = None,
        rate: int = RATE,
        role: str = "user",
        after: Item | str | None = None,
        timeout: float = TIMEOUT,
    ) -> Item:
        """Add a message to the conversation and ask for nothing.

        Parameters
        ----------
        text, audio, rate
            As for `ask`; audio is the user's only.
        role
            ``user``, ``assistant`` or ``system``.
        after
            The item it comes after; ``"root"`` puts it first; None last.
        """
        return await self._add(await asyncio.to_thread(content.part, text, audio, rate, role), role, after, timeout)

    async def _add(self, part: dict[str, Any], role: str, after: Item | str | None, timeout: float) -> Item:
        sent = self._out(content.message(part, role, after.id if isinstance(after, Item) else after))
        item_id = sent["item"].get("id")  # a replay's is the recorded one: none where the server gave it
        came = await self._wire.answer(
            sent, "conversation.item.added", timeout, lambda came: item_id in (None, (came.get("item") or {}).get("id"))
        )
        return self._wire.conversation.items[came["item"]["id"]]

    async def send(self, event: Mapping[str, Any], *, strict: bool = False) -> str:
        """Send any raw client event and return its ``event_id``.

        It is checked first (`rt.check`): a problem warns and the event still goes out, since the server's answer is
        worth seeing; with `strict` it raises and nothing is sent.

        Raises
        ------
        ProtocolError
            It cannot be sent, or `strict` found a problem.
        """
        problems = await asyncio.to_thread(check, event)
        if problems and (strict or not isinstance(event, Mapping)):
            raise ProtocolError("Not sent: " + "; ".join(map(str, problems)))
        for problem in problems:
            text = f"{problem}. The event goes out as it is; the server's answer will tell."
            # The line that called us is on another thread's stack, so none is named.
            warnings.warn_explicit(text, UserWarning, "rt_notebook", 0)
        return await self._send(dict(event))

    @on_loop
    async def _send(self, event: dict[str, Any]) -> str:
        return str(self._out(event).get("event_id", ""))

    @on_loop
    async def append_audio(self, audio: Audio, *, rate: int = RATE) -> None:
        """Append audio to the input audio buffer, whatever its length; the server confirms nothing."""
        pcm = await asyncio.to_thread(content.read, audio, rate)
        for start in range(0, len(pcm), APPEND_BYTES):
            self._sent(self.append(pcm[start : start + APPEND_BYTES]).index, appending=True)

    def append(self, pcm: bytes) -> Event:
        """Append PCM16 mono at 24 kHz to the input audio buffer; on the session's loop only."""
        return self._wire.send({"type": "input_audio_buffer.append", "audio": encode_audio(pcm)})

    @on_loop
    async def commit(self, *, timeout: float = TIMEOUT) -> str:
        """Make the buffered audio a user item; returns the item's id. Raises `ServerError` where it is empty."""
        committed = await self._request({"type": "input_audio_buffer.commit"}, "input_audio_buffer.committed", timeout)
        return str(committed["item_id"])

    @on_loop
    async def clear(self, *, timeout: float = TIMEOUT) -> None:
        """Throw the buffered audio away."""
        await self._request({"type": "input_audio_buffer.clear"}, "input_audio_buffer.cleared", timeout)

    @on_loop
    async def truncate(self, item: Item | str, audio_end_ms: int, *, timeout: float = TIMEOUT) -> None:
        """Cut an assistant's audio to its first `audio_end_ms`. Raises `ServerError` beyond what was generated."""
        item_id = item.id if isinstance(item, Item) else item
        event: dict[str, Any] = {"type": "conversation.item.truncate", "item_id": item_id, "content_index": 0}
        event["audio_end_ms"] = audio_end_ms
        await self._request(event, "conversation.item.truncated", timeout, lambda came: came["item_id"] == item_id)

    async def _request(
        self, event: dict[str, Any], answer: str, timeout: float, where: Callable[[Event], bool] = lambda came: True
    ) -> Event:
        sent = self._out(event)
        return await self._wire.answer(sent, answer, timeout, where)

    def _out(self, event: dict[str, Any]) -> Event:
        """Send an event for the user; returns it as it went out."""
        sent = self._wire.send(event)
        self._sent(sent.index)
        return sent
