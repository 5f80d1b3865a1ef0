"""The blocking form of a session, for cells and scripts: it wraps `AsyncSession` and repeats none of its logic.

Each method waits for the coroutine of the same name on the background loop. The stop button (KeyboardInterrupt)
cancels the wait and leaves the session as it was. A test compares the signatures.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Unpack, overload

from rt_notebook.audio.pcm import RATE
from rt_notebook.errors import ConnectionClosedError
from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.store import Patterns
from rt_notebook.log.turns import Turn
from rt_notebook.protocol.conversation import Conversation
from rt_notebook.protocol.event import Event
from rt_notebook.protocol.items import Item, Response
from rt_notebook.session import display
from rt_notebook.session.asking import Delta
from rt_notebook.session.call import Call
from rt_notebook.session.callbacks import Callback
from rt_notebook.session.content import Audio
from rt_notebook.session.listening import TIMEOUT
from rt_notebook.session.providers import Endpoint
from rt_notebook.session.runner import block
from rt_notebook.session.session import AsyncSession
from rt_notebook.session.settings import Settings, shows_settings
from rt_notebook.session.tools import Tool

if TYPE_CHECKING:
    from rt_notebook.log.metrics import Cost, Latencies, Usage
    from rt_notebook.session.replay import Replay

T = TypeVar("T")


class Session:
    """A Realtime session; `rt.connect` makes one. The methods are those of `AsyncSession`, and are documented there."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        session.facade = self

    def open(self, timeout: float = TIMEOUT) -> None:
        block(self._session.open(timeout))

    def close(self) -> None:
        block(self._session.close())

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    @overload
    def ask(
        self,
        text: str | None = None,
        *,
        audio: Audio | None = None,
        rate: int = RATE,
        stream: Literal[False] = False,
        timeout: float = TIMEOUT,
    ) -> Response: ...
    @overload
    def ask(
        self,
        text: str | None = None,
        *,
        audio: Audio | None = None,
        rate: int = RATE,
        stream: Literal[True],
        timeout: float = TIMEOUT,
    ) -> Iterator[Delta]: ...
    def ask(
        self,
        text: str | None = None,
        *,
        audio: Audio | None = None,
        rate: int = RATE,
        stream: bool = False,
        timeout: float = TIMEOUT,
    ) -> Response | Iterator[Delta]:
        if stream:
            return _iterate(self._session.ask(text, audio=audio, rate=rate, stream=True, timeout=timeout))
        return block(self._session.ask(text, audio=audio, rate=rate, timeout=timeout))

    def respond(self, *, wait: bool = True, timeout: float = TIMEOUT, **params: Any) -> Response:
        return block(self._session.respond(wait=wait, timeout=timeout, **params))

    def speak(
        self, audio: Audio, *, rate: int = RATE, pace: float = 1.0, timeout: float | None = None
    ) -> Response | None:
        return block(self._session.speak(audio, rate=rate, pace=pace, timeout=timeout))

    def add(
        self,
        text: str | None = None,
        *,
        audio: Audio | None = None,
        rate: int = RATE,
        role: str = "user",
        after: Item | str | None = None,
        timeout: float = TIMEOUT,
    ) -> Item:
        return block(self._session.add(text, audio=audio, rate=rate, role=role, after=after, timeout=timeout))

    def send(self, event: Mapping[str, Any], *, strict: bool = False) -> str:
        return block(self._session.send(event, strict=strict))

    def append_audio(self, audio: Audio, *, rate: int = RATE) -> None:
        block(self._session.append_audio(audio, rate=rate))

    def commit(self, *, timeout: float = TIMEOUT) -> str:
        return block(self._session.commit(timeout=timeout))

    def clear(self, *, timeout: float = TIMEOUT) -> None:
        block(self._session.clear(timeout=timeout))

    def cancel(self) -> None:
        block(self._session.cancel())

    def truncate(self, item: Item | str, audio_end_ms: int, *, timeout: float = TIMEOUT) -> None:
        block(self._session.truncate(item, audio_end_ms, timeout=timeout))

    @shows_settings
    def update(self, **settings: Unpack[Settings]) -> dict[str, Any]:
        return block(self._session.update(**settings))

    def wait(self, type: Patterns, *, timeout: float = TIMEOUT, after: Event | int | str | None = None) -> Event:
        return block(self._session.wait(type, timeout=timeout, after=after))

    def stream(
        self,
        type: Patterns = "*",
        *,
        until: Patterns | None = None,
        timeout: float | None = None,
        after: Event | int | str | None = None,
    ) -> Iterator[Event]:
        return _iterate(self._session.stream(type, until=until, timeout=timeout, after=after))

    @overload
    def tool(self, function: Callable[..., Any] | Tool, /, **options: Any) -> Tool: ...
    @overload
    def tool(self, function: None = None, /, **options: Any) -> Callable[[Callable[..., Any]], Tool]: ...
    def tool(self, function: Any = None, /, **options: Any) -> Any:
        return self._session.tool(function, **options)

    def remove_tool(self, tool: str | Tool | Callable[..., Any]) -> None:
        self._session.remove_tool(tool)

    def approve(self, call_id: str | None = None) -> None:
        self._session.approve(call_id)

    def deny(self, call_id: str | None = None, reason: str = "") -> None:
        self._session.deny(call_id, reason)

    def on(self, pattern: Patterns, callback: Callback | None = None) -> Any:
        return self._session.on(pattern, callback)

    def panel(self, **options: Any) -> Any:
        return self._session.panel(**options)

    @property
    def events(self) -> EventLog:
        return self._session.events

    @property
    def tools(self) -> dict[str, Tool]:
        return self._session.tools

    @property
    def calls(self) -> list[Call]:
        return self._session.calls

    @property
    def items(self) -> list[Item]:
        return self._session.items

    @property
    def responses(self) -> list[Response]:
        return self._session.responses

    @property
    def turns(self) -> list[Turn]:
        return self._session.turns

    @property
    def latency(self) -> Latencies:
        return self._session.latency

    @property
    def usage(self) -> Usage:
        return self._session.usage

    @property
    def cost(self) -> Cost:
        return self._session.cost

    @property
    def conversation(self) -> Conversation:
        return self._session.conversation

    @property
    def replay(self) -> Replay | None:
        replay = self._session.replay
        return None if replay is None else replay.blocking()

    @property
    def closed(self) -> ConnectionClosedError | None:
        return self._session.closed

    @property
    def endpoint(self) -> Endpoint:
        return self._session.endpoint

    def __repr__(self) -> str:
        return repr(self._session)

    def _ipython_display_(self) -> None:
        display.display(self._session)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return display.mimebundle(self._session, **kwargs)


def _iterate(iterator: AsyncIterator[T]) -> Iterator[T]:
    """Draw from an asynchronous iterator, a wait at a time."""

    async def draw() -> tuple[T] | None:
        try:
            return (await anext(iterator),)
        except StopAsyncIteration:
            return None

    while (drawn := block(draw())) is not None:
        yield drawn[0]


for _name, _method in vars(Session).items():
    # One text for both forms; the blocking one only waits.
    if not _name.startswith("_") and (callable(_method) or isinstance(_method, property)) and not _method.__doc__:
        _method.__doc__ = getattr(AsyncSession, _name).__doc__
