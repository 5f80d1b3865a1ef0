"""Asking for responses, one at a time in the default conversation, whoever else asks: the user, the VAD, a panel."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from rt_notebook.audio.pcm import pcm16_to_float
from rt_notebook.errors import ServerError
from rt_notebook.protocol.catalog import BUSY
from rt_notebook.protocol.event import Event, whole_samples
from rt_notebook.protocol.ids import new_id
from rt_notebook.protocol.items import Response
from rt_notebook.session.followups import LOST_SECONDS
from rt_notebook.session.wire import Wire, refers_to

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_TAG = "rt_request"  # in the metadata of responses out of band, which run side by side


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of an answer while it is made: words, audio, or both."""

    text: str = ""
    audio: NDArray[np.float32] | None = None
    """float32 of shape (samples,) at 24 kHz."""

    def __str__(self) -> str:
        return self.text


@dataclass(slots=True)
class Request:
    """A `response.create` and the response that it brought."""

    params: dict[str, Any]
    sent: Event
    created: Event
    response: Response


class Asker:
    """The only place that sends `response.create`, except where the user sends it raw."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._turn = asyncio.Lock()

    async def ask(self, params: dict[str, Any], prepare: Callable[[], Awaitable[object]] | None = None) -> Request:
        """Ask as soon as the server can take it; returns when a response has begun.

        `prepare` adds what the question is made of. Nobody else's question comes between that and the request, so
        that everybody gets the answer to his own.

        Raises
        ------
        ServerError
            The server refused.
        ConnectionClosedError
            The connection ended before.
        """
        if params.get("conversation") == "none":
            return await self._begin(_tagged(params))
        async with self._turn:
            if prepare is not None:
                # An item that is added while an answer is made may stand before that answer, as if it had come first.
                await self._free()
                await prepare()
            return await self._begin_when_free(params)

    async def follow_up(self, begin: Callable[[], dict[str, Any] | None]) -> None:
        """Ask for the answer to functions' outputs, with what `begin` returns when nobody else's is being made.

        `begin` returns None where none is wanted any more. Errors as of `ask`; a server that is busy refuses, and one
        that says nothing is a `TimeoutError`: an error that names no event is no answer.
        """
        async with self._turn:
            await self._free()
            if (params := begin()) is not None:
                async with asyncio.timeout(LOST_SECONDS):
                    await self._begin(params)

    async def _begin_when_free(self, params: dict[str, Any]) -> Request:
        while True:
            await self._free()
            try:
                return await self._begin(params)
            except ServerError as error:
                # Somebody else's response began at the same moment: ours comes after it.
                if error.code != BUSY:
                    raise

    async def _begin(self, params: dict[str, Any]) -> Request:
        sent = self._wire.send({"type": "response.create"} | ({"response": params} if params else {}))
        came = await self._wire.first(
            ("response.created", "error"),
            after=sent.index,
            where=lambda event: _answers(sent, event) if event.type == "response.created" else refers_to(event, sent),
        )
        if came.type == "error":
            raise ServerError(came)
        return Request(params, sent, came, self._wire.conversation.responses[came["response"]["id"]])

    async def end(self, request: Request) -> Response:
        """Wait until the response has ended, however it ends."""
        async for _ in self._events(request, "response.done"):
            pass
        return request.response

    async def deltas(self, request: Request) -> AsyncIterator[Delta]:
        """Yield the response's pieces until it has ended."""
        async for event in self._events(request, "response.*"):
            if (delta := _delta(event)) is not None:
                yield delta

    async def more(self, response: Response, after: int) -> AsyncIterator[Delta]:
        """Yield the pieces of a response that began behind a position in the log, until it has ended."""
        type_ = ""
        while type_ != "response.done":
            event = await self._wire.first("response.*", after=after, where=partial(_is_of, response))
            after, type_ = event.index, event.type
            if (delta := _delta(event)) is not None:
                yield delta

    async def _events(self, request: Request, pattern: str) -> AsyncIterator[Event]:
        """Yield the response's events that match, up to its `response.done`."""
        after = request.created.index
        while True:
            event = await self._wire.first(
                (pattern, "error"),
                after=after,
                where=lambda event: _is_of(request.response, event) or refers_to(event, request.sent),
            )
            after = event.index
            if event.type == "error":
                # The response that began was somebody else's (turn detection's), and ours was refused for it. Only the
                # refusal tells, since `response.created` does not say whom it answers.
                if ServerError(event).code != BUSY:
                    raise ServerError(event)
                async with self._turn:
                    again = await self._begin_when_free(request.params)
                request.sent, request.created, request.response = again.sent, again.created, again.response
                after = again.created.index
                continue
            yield event
            if event.type == "response.done":
                return

    async def _free(self) -> None:
        """Wait until no response is being made in the default conversation."""
        while (active := self._wire.conversation.active) is not None:
            await self._wire.first("response.done", after=len(self._wire.log) - 1, where=partial(_is_of, active))


def _delta(event: Event) -> Delta | None:
    if event.type in ("response.output_text.delta", "response.output_audio_transcript.delta"):
        return Delta(text=event.text or "")
    if event.type == "response.output_audio.delta":
        return Delta(audio=pcm16_to_float(whole_samples(event.pcm or b"")))
    return None


def _tagged(params: dict[str, Any]) -> dict[str, Any]:
    metadata = params.get("metadata") or {}
    if not isinstance(metadata, Mapping):
        raise TypeError(f"metadata is {metadata!r}; the API takes a dict of strings.")
    return params | {"metadata": {**metadata, _TAG: new_id("event")}}


def _answers(sent: Event, created: Event) -> bool:
    """Tell whether a `response.created` can be the answer to a `response.create`."""
    response, params = created.get("response"), sent.get("response") or {}
    if not isinstance(response, Mapping):
        return False
    if params.get("conversation") == "none":
        return bool(_tag(response) == _tag(params))
    # The beta dialect of 2024 has no conversation_id: a missing one is the default conversation's.
    return response.get("conversation_id", ...) is not None


def _tag(response: Mapping[str, Any]) -> Any:
    metadata = response.get("metadata")
    return metadata.get(_TAG) if isinstance(metadata, Mapping) else None


def _is_of(response: Response, event: Event) -> bool:
    told = event.get("response")
    return event.get("response_id") == response.id or (isinstance(told, dict) and told.get("id") == response.id)
