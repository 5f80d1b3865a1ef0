"""The session: the kernel's end of a Realtime WebSocket, awaitable from any loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import Future
from typing import Any, Literal, Unpack, overload

from rt_notebook.audio.pcm import RATE
from rt_notebook.errors import WaitTimeoutError
from rt_notebook.log.eventlog import EventLog
from rt_notebook.protocol.items import Response
from rt_notebook.session import content, display
from rt_notebook.session.asking import Delta, Request
from rt_notebook.session.content import Audio
from rt_notebook.session.listening import TIMEOUT
from rt_notebook.session.opening import Opener, open_session, with_transcription
from rt_notebook.session.playback import Playback
from rt_notebook.session.providers import Endpoint, renewed
from rt_notebook.session.recording import Recorder, Recording
from rt_notebook.session.runner import background_loop, hop, on_loop, within
from rt_notebook.session.settings import Settings, shows_settings, to_session
from rt_notebook.session.speech import seconds_at, speak
from rt_notebook.session.tooling import Tooling
from rt_notebook.session.websocket import open_websocket
from rt_notebook.session.wire import Wire


class AsyncSession(Tooling):
    """A Realtime session; `rt.aconnect` makes one, `Session` is the blocking form of it.

    Every method may be awaited from any event loop. The WebSocket itself lives on a background thread, so it goes on
    while a cell runs and while none does.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        settings: Settings,
        *,
        opener: Opener = open_websocket,
        record: Recorder | None = None,
        wire: Wire | None = None,
    ) -> None:
        super().__init__(wire or Wire(EventLog(), endpoint.dialect))
        self._endpoint = endpoint
        settings = self._take_tools(settings)
        self._settings = to_session(with_transcription(settings, endpoint), endpoint.dialect)
        self._opener = opener
        self._recording = Recording(self._wire, record)
        self.playback = Playback()
        """What a panel's loudspeaker has played; on the session's loop only."""
        self.page: Any = None
        """The session's panel, once there is one."""
        self.summary: display.Summary | None = None
        """What a saved notebook shows of it, once it was shown."""

    # -- opening and closing ----------------------------------------------------------------------------------------

    @on_loop
    async def open(self, timeout: float = TIMEOUT) -> None:
        """Connect, and again after `close`: a fresh conversation with the same settings, in the same log.

        Raises
        ------
        ConnectError
            No session came about: see its subclasses.
        ServerError
            The server refused a setting.
        """
        if not self._wire.closed:
            return
        self._endpoint = await asyncio.to_thread(renewed, self._endpoint)
        await self._recording.begin(self._endpoint)
        await open_session(self._wire, self._endpoint, self._opener, timeout)
        if self._settings:
            try:
                await self._update(self._settings)
            except BaseException:
                await self._wire.close()
                raise
        self._sent(len(self._log) - 1)

    @on_loop
    async def close(self) -> None:
        """Close the connection; items and events stay readable. A second time does nothing."""
        await self._wire.close()
        self._runner.act()
        self._callbacks.stop()
        await self._recording.end()

    async def __aenter__(self) -> AsyncSession:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.close()

    # -- asking -----------------------------------------------------------------------------------------------------

    @overload
    def ask(
        self,
        text: str | None = None,
        *,
        audio: Audio | None = None,
        rate: int = RATE,
        stream: Literal[False] = False,
        timeout: float = TIMEOUT,
    ) -> Coroutine[Any, Any, Response]: ...
    @overload
    def ask(
        self,
        text: str | None = None,
        *,
        audio: Audio | None = None,
        rate: int = RATE,
        stream: Literal[True],
        timeout: float = TIMEOUT,
    ) -> AsyncIterator[Delta]: ...
    def ask(
        self,
        text: str | None = None,
        *,
        audio: Audio | None = None,
        rate: int = RATE,
        stream: bool = False,
        timeout: float = TIMEOUT,
    ) -> Coroutine[Any, Any, Response] | AsyncIterator[Delta]:
        """Add the user's item and ask for an answer.

        Where tools are called, the answer is the response to their outputs, and its ``responses`` are all that were
        made. A call that no tool of the session answers is yours: the response with it is returned at once.

        Parameters
        ----------
        text
            What the user writes.
        audio
            What the user says, as one `input_audio` item: a file's path, a NumPy array, or PCM16 bytes.
        rate
            Sample rate of an array or bytes, Hz. A file knows its own.
        stream
            False: returns the response when it has ended. True: an iterator of `Delta` while it is made.
        timeout
            Seconds for the whole.

        Raises
        ------
        AudioError, ServerError, ConnectionClosedError, WaitTimeoutError
        """
        if not stream:
            return self._ask(text, audio, rate, timeout)
        # Sent at once, not when the iterator is first drawn from: sends keep the order in which they are written.
        begun = asyncio.run_coroutine_threadsafe(self._question(text, audio, rate), background_loop())
        return self._pieces(begun, time.monotonic() + timeout, timeout)

    @on_loop
    async def _ask(self, text: str | None, audio: Audio | None, rate: int, timeout: float) -> Response:
        async def whole() -> Response:
            return await self._runner.final(await self._asker.end(await self._question(text, audio, rate)))

        return await within(timeout, "response.done", whole(), self._runner.why)

    async def _question(self, text: str | None, audio: Audio | None, rate: int) -> Request:
        part = await asyncio.to_thread(content.part, text, audio, rate, "user")
        return await self._asker.ask({}, prepare=lambda: self._add(part, "user", None, TIMEOUT))

    async def _pieces(self, begun: Future[Request], deadline: float, timeout: float) -> AsyncIterator[Delta]:
        deltas: AsyncIterator[Delta] | None = None

        async def draw() -> Delta | None:
            nonlocal deltas
            if deltas is None:
                deltas = self._runner.more(await asyncio.wrap_future(begun))
            return await anext(deltas, None)

        while True:
            left = max(deadline - time.monotonic(), 0.0)
            try:
                delta = await hop(asyncio.wait_for(draw(), left))
            except TimeoutError:
                hint = self._runner.why() or "A longer timeout= waits longer."
                raise WaitTimeoutError("end of the response", timeout, hint) from None
            if delta is None:
                return
            yield delta

    @on_loop
    async def respond(self, *, wait: bool = True, timeout: float = TIMEOUT, **params: Any) -> Response:
        """Ask for a response.

        Parameters
        ----------
        wait
            True: return it when it has ended. False: as soon as it has begun; it grows by itself.
        timeout
            Seconds.
        **params
            What the API's ``response.create`` takes: ``conversation="none"`` (out of band), ``instructions``,
            ``input``, ``metadata``, ``output_modalities``, ``tools`` (some of the session's, or in the API's shape),
            ``max_output_tokens`` ...

        Raises
        ------
        ServerError, ConnectionClosedError, WaitTimeoutError
        ValueError
            A tool is none of the session's.
        """
        if "tools" in params:
            params["tools"] = self._toolset.narrowed(params["tools"])

        async def whole() -> Response:
            request = await self._asker.ask(params)
            self._sent(request.sent.index)
            return await self._runner.final(await self._asker.end(request)) if wait else request.response

        what = "response.done" if wait else "response.created"
        return await within(timeout, what, whole(), self._runner.why)

    @on_loop
    async def speak(
        self, audio: Audio, *, rate: int = RATE, pace: float = 1.0, timeout: float | None = None
    ) -> Response | None:
        """Stream audio as a microphone would, with silence behind it, so that turn detection takes the turn.

        Parameters
        ----------
        audio
            A file's path, a NumPy array, or PCM16 bytes.
        rate
            Sample rate of an array or bytes, Hz.
        pace
            1.0 is real time; ``math.inf`` sends the speech at once.
        timeout
            Seconds for the whole; None: as long as the audio lasts at that pace, and a minute.

        Returns
        -------
        Response
            The last turn's; None where turn detection is set not to create responses.

        Raises
        ------
        AudioError
            It cannot be used, or no speech was detected in it.
        ValueError
            Turn detection is off.
        """
        pcm = await asyncio.to_thread(content.read, audio, rate)
        self._sent(len(self._log))
        timeout = seconds_at(pcm, pace) + TIMEOUT if timeout is None else timeout

        async def whole() -> Response | None:
            response = await speak(self._wire, pcm, pace)
            return response and await self._runner.final(response)

        return await within(timeout, "answer to the speech", whole(), self._runner.why)

    @on_loop
    async def cancel(self) -> None:
        """Stop the answer: the response that is being made, tools, and what a panel still plays of one that is done.

        Where there is nothing to stop, nothing happens.
        """
        self._runner.interrupt()
        if self._wire.conversation.active is not None or self._runner.calls.asked:
            self._out({"type": "response.cancel"})
        elif self.playback.sounding:
            self._wire.local("rt.playback.stop")

    # -- settings and showing ---------------------------------------------------------------------------------------

    @shows_settings
    async def update(self, **settings: Unpack[Settings]) -> dict[str, Any]:
        """Change settings; returns the session as the server now reports it.

        The settings are those of `connect`; None means null. Raises `ServerError` where the server refuses one.
        """
        before = self._toolset.entries
        try:
            session = to_session(self._take_tools(settings), self._endpoint.dialect)
            return await hop(self._update(session))
        except WaitTimeoutError:
            raise  # the server may well have taken it
        except Exception:
            self._toolset.replace(before)
            raise

    @property
    def endpoint(self) -> Endpoint:
        """Where the session goes."""
        return self._endpoint

    def panel(self, **options: Any) -> Any:
        """Return the panel: microphone, loudspeaker, conversation and events. Another call is another view of it.

        `options` are the panel's own, such as ``lang="zh"`` or ``echo_cancellation=False``.
        """
        return display.panel_of(self, **options)

    def _ipython_display_(self) -> None:
        display.display(self)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return display.mimebundle(self, **kwargs)

    def __repr__(self) -> str:
        where = f"{self._endpoint.provider} {self._endpoint.named or self._endpoint.shown}"
        return f"<Realtime session, {'closed' if self.closed else 'open'}: {where}, {len(self._log)} events>"

    @property
    def wire(self) -> Wire:
        """The core, for what runs on the session's loop: the panel."""
        return self._wire
