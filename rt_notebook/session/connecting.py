"""`connect` and `aconnect`: the front doors."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any, Unpack

from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.recording import Recorder
from rt_notebook.protocol.catalog import Dialect
from rt_notebook.session.blocking import Session
from rt_notebook.session.budget import Budget, Watch
from rt_notebook.session.listening import TIMEOUT
from rt_notebook.session.providers import Provider, Secret, resolve
from rt_notebook.session.runner import block
from rt_notebook.session.session import AsyncSession
from rt_notebook.session.settings import Settings, shows_settings


class Connecting:
    """A session that is about to be: await it, or enter it with ``async with``."""

    def __init__(
        self,
        options: dict[str, Any],
        settings: Settings,
        timeout: float,
        *,
        record: Recorder | None,
        budget: Budget | None,
        replay: EventLog | str | Path | None,
        speed: float,
    ) -> None:
        self._options = options
        self._record = record
        self._budget = budget
        self._replay = replay
        self._speed = speed
        self._settings = settings
        self._timeout = timeout
        self._session: AsyncSession | None = None

    async def _connect(self) -> AsyncSession:
        # Starting the local server, looking up the newest model and loading a recording block: not done on a loop.
        session = await asyncio.to_thread(self._make)
        if self._budget is not None:
            Watch(session, self._budget)
        try:
            await session.open(self._timeout)
        except BaseException:
            if self._record is not None:
                self._record.discard()
            raise
        if self._record is not None:
            self._record.keep()
        if session.endpoint.why:
            print(f"rt_notebook: this session runs on {session.endpoint.why}.")  # noqa: T201 - a choice of ours is told
        return session

    def _make(self) -> AsyncSession:
        if self._replay is None:
            return AsyncSession(resolve(**self._options), self._settings, record=self._record)
        from rt_notebook.session.replay import replayed

        return replayed(self._replay, self._settings, self._speed, self._record)

    def __await__(self) -> Generator[Any, None, AsyncSession]:
        return self._connect().__await__()

    async def __aenter__(self) -> AsyncSession:
        self._session = await self._connect()
        return self._session

    async def __aexit__(self, *exc_info: object) -> None:
        if self._session is not None:
            await self._session.close()


@shows_settings
def aconnect(
    provider: Provider = "auto",
    *,
    url: str | None = None,
    api_key: str | None = None,
    model: str | None = None,
    headers: Mapping[str, str] | None = None,
    dialect: Dialect = "ga",
    record: str | Path | Recorder | None = None,
    budget: Budget | float | None = None,
    timeout: float = TIMEOUT,
    replay: EventLog | str | Path | None = None,
    speed: float = 1.0,
    **settings: Unpack[Settings],
) -> Connecting:
    """Open a session: ``session = await rt.aconnect()``, or ``async with rt.aconnect() as session``.

    The parameters and errors are those of `connect`.
    """
    # The key leaves this frame at once, so that no traceback with local variables can show it.
    key, api_key = (Secret(api_key.strip()) if api_key else None), None
    headers, hidden = None, _hidden(headers)
    options = {"provider": provider, "url": url, "api_key": key, "model": model, "headers": hidden, "dialect": dialect}
    recorder = record if record is None or isinstance(record, Recorder) else Recorder(record)
    if replay is None and speed != 1.0:
        raise ValueError("speed= is that of a replay=; a voice's is session={'audio': {'output': {'speed': 1.2}}}.")
    return Connecting(options, settings, timeout, record=recorder, budget=Budget.of(budget), replay=replay, speed=speed)


@shows_settings
def connect(
    provider: Provider = "auto",
    *,
    url: str | None = None,
    api_key: str | None = None,
    model: str | None = None,
    headers: Mapping[str, str] | None = None,
    dialect: Dialect = "ga",
    record: str | Path | Recorder | None = None,
    budget: Budget | float | None = None,
    timeout: float = TIMEOUT,
    replay: EventLog | str | Path | None = None,
    speed: float = 1.0,
    **settings: Unpack[Settings],
) -> Session:
    """Open a session and return when it stands; also as ``with rt.connect() as session``.

    Parameters
    ----------
    provider
        ``"auto"``: OpenAI where a key is found, else the local server, and says which. ``"openai"`` or ``"local"``.
    url
        Any other server that speaks the protocol, such as ``"ws://localhost:8000/v1/realtime"``.
    api_key
        Instead of the environment's ``OPENAI_API_KEY``.
    model
        OpenAI's newest Realtime model where it is left out.
    headers
        More HTTP headers for the handshake.
    dialect
        ``"ga"``, or ``"beta"`` for servers that still speak it; sessions look the same.
    record
        A file that each event goes to as it happens, such as ``"lesson.jsonl"`` (``.gz`` and ``.zst`` are compressed),
        or a folder (``"sessions/"``) in which the session gets one; `rt.load` reads it. A file that exists is an
        error. `rt.Recorder` leaves the sound out, or writes over a file. It holds no API key, token or credential.
    budget
        What the session may cost, USD, or an `rt.Budget` with more to say: it warns at 80 %, and is closed when all is
        spent. What nobody is paid for, as on the local server, costs nothing.
    timeout
        Seconds.
    replay
        A recording, as an event log (``session.events``, ``rt.load(...)``) or a file's path: the session runs on it
        instead of a server, so nothing that says where to connect is used. What is sent is taken for what was recorded,
        and ``session.replay.differences`` tells what of it differs; the log gets the recorded rows.
    speed
        Of the replay: 1.0 plays the recording at its own pace, 4.0 four times as fast, and what is not sent by its time
        is played as if it was sent. ``math.inf``: as fast as the code goes on; before each event that was sent, the
        replay waits until the code sends it, waits for what lies behind it, or calls ``session.replay.finish()``.
    **settings
        The session's settings, such as ``instructions=``, ``voice=``, ``turn_detection=rt.ServerVAD(...)``; what is not
        given stays as the server has it, None means null. See `rt_notebook.session.settings.Settings`.

    Raises
    ------
    MissingKeyError, WrongKeyError, UnknownModelError, RefusedError, LocalServerError
        No session came about (all of them are a `ConnectError`).
    ServerError
        The server refused a setting.
    RecordingError
        What `record` names cannot be written, or exists; or `replay` names no recording.
    TypeError, ValueError
        An argument is none, such as a speed of 0.
    """
    key, api_key = api_key, None

    async def opened() -> AsyncSession:
        return await connecting

    connecting = aconnect(
        provider,
        url=url,
        api_key=key,
        model=model,
        headers=headers,
        dialect=dialect,
        record=record,
        budget=budget,
        timeout=timeout,
        replay=replay,
        speed=speed,
        **settings,
    )
    key = headers = None
    return Session(block(opened()))


def _hidden(headers: Mapping[str, str] | None) -> dict[str, Secret]:
    if headers is not None and not isinstance(headers, Mapping):
        raise TypeError("headers is no dict of HTTP headers, such as {'X-Name': 'value'}.")
    return {name: Secret(str(value)) for name, value in (headers or {}).items()}
