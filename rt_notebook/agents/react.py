"""The voice ReAct agent: a model that hears, acts through tools and speaks, between two streams of JSON events."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Unpack, cast

from rt_notebook import Budget, Session, aconnect  # by the front door, which registers panels and adapters
from rt_notebook.agents.connecting import ApiKey, as_secret
from rt_notebook.agents.relay import InputStream, Relay, SendOutput
from rt_notebook.protocol.catalog import Dialect
from rt_notebook.session import display
from rt_notebook.session.connecting import Connecting
from rt_notebook.session.listening import TIMEOUT
from rt_notebook.session.providers import Provider, Secret
from rt_notebook.session.runner import block
from rt_notebook.session.settings import Settings, shows_settings, to_session
from rt_notebook.session.toolset import read_tools

LINGER = 3.0
"""Seconds of silence after which an agent whose input has ended is done."""

_ABSENT = ("instructions", "tools")
"""Settings for which LangChain's agent takes None: there is none."""


class VoiceReactAgent:
    """A model with instructions and tools that people talk to.

        agent = rt.agents.VoiceReactAgent(instructions="You run a shop.", tools=[order, stock])
        await agent.aconnect(websocket_lines, websocket.send_text)      # a web page's sound in, the answers out
        agent.panel()                                                   # the same agent in the notebook

    Each `aconnect` is a session of its own, and any number of them run side by side.

    Parameters
    ----------
    model
        As for `rt_notebook.connect`.
    api_key, openai_api_key
        One key by either name; also as pydantic's ``SecretStr``. It is in no repr, log or traceback.
    url, provider, dialect, headers, record, budget, timeout
        As for `rt_notebook.connect`, for each session. The dialect is the server's; what goes in and out of `aconnect`
        does not change with it. With a folder as ``record="sessions/"`` each session leaves a recording in it.
    linger
        Once the input stream has ended, what it asked for is still answered: the session closes when no response is
        being made, no tool runs and nothing has happened for this many seconds. ``math.inf`` waits for the server to
        close it.
    **settings
        As for `rt_notebook.connect`: ``instructions=``; ``tools=[...]`` (functions, `rt_notebook.Tool` objects,
        LangChain's tools, the API's own shapes); ``voice=``, ``turn_detection=`` ... No instructions (None) leave the
        server's own.
    """

    @shows_settings
    def __init__(
        self,
        model: str | None = None,
        *,
        api_key: ApiKey | None = None,
        openai_api_key: ApiKey | None = None,
        url: str | None = None,
        provider: Provider = "auto",
        dialect: Dialect = "ga",
        headers: Mapping[str, str] | None = None,
        record: str | Path | None = None,
        budget: Budget | float | None = None,
        timeout: float = TIMEOUT,
        linger: float = LINGER,
        **settings: Unpack[Settings],
    ) -> None:
        # The keys leave this frame at once, so that no traceback with local variables can show them.
        self._key, api_key, openai_api_key = as_secret(api_key) or as_secret(openai_api_key), None, None
        self._headers, headers = {name: Secret(value) for name, value in (headers or {}).items()}, None
        self._endpoint: dict[str, Any] = {"provider": provider, "url": url, "model": model, "dialect": dialect}
        self._options: dict[str, Any] = {"record": record, "budget": budget, "timeout": timeout}
        self._settings: dict[str, Any] = {
            name: value for name, value in settings.items() if value is not None or name not in _ABSENT
        }
        if "tools" in self._settings:
            self._settings["tools"] = read_tools(self._settings["tools"])
        # What is wrong with a setting is said here, and not to the first visitor.
        to_session(cast("Settings", self._settings), dialect)
        self._linger = linger
        self._session: Session | None = None

    async def aconnect(self, input_stream: InputStream, send_output_chunk: SendOutput) -> None:
        """Open a session and talk until one side has enough.

        Parameters
        ----------
        input_stream
            Client events, each as JSON text or as a dict, of either dialect: mostly `input_audio_buffer.append` from a
            microphone, and any other. A line that is no JSON is answered with an `error` event and passed over.
        send_output_chunk
            Takes each event that goes out, as JSON text with the beta dialect's names (``response.audio.delta``),
            whatever the wire speaks; a coroutine function or a plain one. While it takes its time, events wait for it
            and the session goes on. When the user interrupts, audio that waits is dropped, and the model is told what
            was not sent; `input_audio_buffer.speech_started` tells the player to fall silent.

        It ends when the input has ended and is answered (see `linger`), or the server closes the connection. However it
        ends, by an exception or by cancellation too, the connection is closed, and `input_stream` where it is a
        generator.

        Raises
        ------
        ConnectError, ServerError
            No session came about, or a setting was refused.
        ConnectionClosedError
            The connection broke.
        Exception
            What the input stream or `send_output_chunk` raises, itself.
        """
        async with self._connecting() as session:
            await Relay(session, send_output_chunk).run(input_stream, self._linger)

    def _connecting(self) -> Connecting:
        return aconnect(
            api_key=self._key.reveal() if self._key else None,
            headers={name: value.reveal() for name, value in self._headers.items()},
            **self._endpoint,
            **self._options,
            **self._settings,
        )

    # -- in a notebook ----------------------------------------------------------------------------------------------

    @property
    def session(self) -> Session:
        """A session of the agent's own, opened when it is first asked for: ``agent.session.ask("...")``."""
        if self._session is None:
            self._session = Session(block(_opened(self._connecting())))
        return self._session

    def panel(self, **options: Any) -> Any:
        """Return the panel of `session`: talk to the agent in the notebook. `options` are those of a session's."""
        return self.session.panel(**options)

    def close(self) -> None:
        """Close the agent's own session, if there is one. Those of `aconnect` close by themselves."""
        if self._session is not None:
            self._session.close()

    def _ipython_display_(self) -> None:
        if not display.shows():
            raise NotImplementedError  # IPython's way to be told: the value is then shown in its other ways
        self.session._ipython_display_()

    def __repr__(self) -> str:
        count = len(self._settings.get("tools", ()))
        return f"<{type(self).__name__}: model {self._endpoint['model'] or 'by default'}, {count} tools>"


async def _opened(connecting: Connecting) -> Any:
    return await connecting


class OpenAIVoiceReactAgent(VoiceReactAgent):
    """`VoiceReactAgent` with the arguments of LangChain's agent of this name, so that its users change an import.

    As there, the key comes from ``OPENAI_API_KEY`` where none is given, also for a `url`; without a `url`, it is
    OpenAI's server (``provider="local"`` runs it on this machine).
    """

    @shows_settings
    def __init__(
        self,
        model: str | None = None,
        *,
        openai_api_key: ApiKey | None = None,
        url: str | None = None,
        provider: Provider = "openai",
        **options: Any,
    ) -> None:
        key, openai_api_key = as_secret(openai_api_key) or as_secret(os.environ.get("OPENAI_API_KEY")), None
        there = "auto" if url is not None else provider
        super().__init__(model, openai_api_key=key, url=url, provider=there, **options)
