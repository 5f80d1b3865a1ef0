"""Asking for responses, one at a time in the default conversation, whoever else asks: the user, the VAD, a panel."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rt_notebook.audio.pcm import pcm16_to_float
from rt_notebook.errors import ServerError
from rt_notebook.protocol.event import Event
from rt_notebook.protocol.ids import new_id
from rt_notebook.protocol.items import Response
from rt_notebook.session.wire import Wire, refers_to

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


BUSY = "conversation_already_has_active_response"
_TAG = "rt_request"  # in the metadata of responses out of band, which run side by side


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of an answer while it is made: words, audio, or both."""

    text: str = ""
    audio: NDArray[np.float32] | None = None
    """float32 of shape (samples,) at 24 kHz."""

    def __str__(self) -> str:
        return self.text


class Asker:
    """The only place that sends `response.create`, except where the user sends it raw."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._turn = asyncio.Lock()

    async def ask(self, params: dict[str, Any]) -> tuple[Response, Event]:
        """Ask as soon as the server can take it; returns the response that has begun and the event that asked.

        Raises
        ------
        ServerError
            The server refused.
        ConnectionClosedError
            The connection ended before.
        """
        if params.get("conversation") == "none":
            tag = {_TAG: new_id("event")}
            params = params | {"metadata": (params.get("metadata") or {}) | tag}
            return await self._begin(params, lambda response: (response.get("metadata") or {}).items() >= tag.items())
        async with self._turn:
            while True:
                await self.idle()
                try:
                    return await self._begin(params, lambda response: response.get("conversation_id", ...) is not None)
                except ServerError as error:
                    # Somebody else's turn began at the same moment: ours comes after it.
                    if error.code != BUSY:
                        raise

    async def _begin(self, params: dict[str, Any], is_ours: Any) -> tuple[Response, Event]:
        asked = self._wire.send({"type": "response.create"} | ({"response": params} if params else {}))
        came = await self._wire.first(
            ("response.created", "error"),
            after=asked.index,
            where=lambda event: (
                is_ours(event.get("response") or {}) if event.type == "response.created" else refers_to(event, asked)
            ),
        )
        if came.type == "error":
            raise ServerError(came)
        return self._wire.conversation.responses[came["response"]["id"]], came

    async def end(self, response: Response, after: Event) -> Response:
        """Wait until a response has ended, however it ends."""
        if response.status == "in_progress":
            await self._wire.first("response.done", after=after.index, where=lambda event: _is_of(event, response))
        return response

    async def deltas(self, response: Response, after: Event) -> AsyncIterator[Delta]:
        """Yield a response's pieces until it has ended."""
        while True:
            after = await self._wire.first("response.*", after=after.index, where=lambda event: _is_of(event, response))
            if after.type == "response.done":
                return
            if after.type in ("response.output_text.delta", "response.output_audio_transcript.delta"):
                yield Delta(text=after.text or "")
            elif after.type == "response.output_audio.delta":
                yield Delta(audio=pcm16_to_float(after.pcm or b""))

    async def idle(self) -> None:
        """Wait until no response is being made in the default conversation."""
        while (active := self._wire.conversation.active) is not None:
            await self.end(active, self._wire.log[-1])


def _is_of(event: Event, response: Response) -> bool:
    told = event.get("response")
    return event.get("response_id") == response.id or (isinstance(told, dict) and told.get("id") == response.id)
