"""Any chat-completions endpoint as a thinker: OpenAI, Ollama, vLLM, llama.cpp, LM Studio and whoever speaks alike."""

from __future__ import annotations

import asyncio
import os
import re
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from rt_notebook.errors import EngineError, IncompleteAnswerError
from rt_notebook.server.engine import Call, Prompt, Text
from rt_notebook.server.engines.chatrequest import request
from rt_notebook.server.engines.chatstream import Reading, StreamError

if TYPE_CHECKING:
    from openai import AsyncOpenAI, AsyncStream
    from openai.types.chat import ChatCompletionChunk

_MOST_AHEAD = 256
"""Pieces of an answer that may wait for a slow consumer; then the endpoint has to wait, too."""

_REST_SECONDS = 0.05
_HOME = "https://api.openai.com/v1"

_INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}
"""What the API calls an early end, by `finish_reason`."""

_Pieces = SimpleQueue[Text | Call | None]


class _Line(NamedTuple):
    """What an engine talks over, once it is loaded."""

    loop: asyncio.AbstractEventLoop
    thread: threading.Thread
    client: AsyncOpenAI


class Chat:
    """Answers with a language model behind an HTTP endpoint.

    Parameters
    ----------
    url
        The API's base URL, such as ``http://localhost:11434/v1`` for Ollama.
    model
        The model's name there.
    key
        The API key, sent as a bearer token. None sends ``OPENAI_API_KEY`` of the environment to the host it is for:
        that of ``OPENAI_BASE_URL``, else OpenAI's own. Other hosts get no key then.
    timeout
        Seconds to wait for the answer's beginning, and for each further piece of it.

    Raises
    ------
    EngineError
        For a URL or key that cannot be used. Its text never holds the key.
    """

    def __init__(self, url: str, model: str, key: str | None = None, timeout: float = 30.0) -> None:
        self._url = _checked_url(url)
        self._model = model
        self._key = _checked_key(_key_of_environment(self._url) if key is None else key)
        self._timeout = timeout
        self._loading = threading.Lock()
        self._line: _Line | None = None

    def load(self) -> None:
        """Import the HTTP client (about 0.7 s) and start the thread that talks. Nothing goes over the network yet."""
        self._loaded()

    def _loaded(self) -> _Line:
        with self._loading:
            if self._line is None:
                loop = asyncio.new_event_loop()
                thread = threading.Thread(target=loop.run_forever, name="chat", daemon=True)
                self._line = _Line(loop, thread, _client(self._url, self._key))
                thread.start()
            return self._line

    def close(self) -> None:
        """Cancel all answers and close all connections. The next answer opens new ones."""
        with self._loading:
            line, self._line = self._line, None
        if line is not None:
            asyncio.run_coroutine_threadsafe(_hang_up(line.client), line.loop).result()
            line.loop.call_soon_threadsafe(line.loop.stop)
            line.thread.join()
            line.loop.close()

    def respond(self, prompt: Prompt) -> Answer:
        """Return the answer's pieces: text as it comes, then the calls. `cancel` ends the HTTP request at once.

        Iterating raises `EngineError` where the endpoint fails, and `IncompleteAnswerError` where it ended the answer
        at a limit of tokens or by its content filter.
        """
        line = self._loaded()
        pieces: _Pieces = SimpleQueue()
        work = asyncio.run_coroutine_threadsafe(self._answer(line.client, prompt, pieces), line.loop)
        return Answer(work, pieces)

    async def _answer(self, client: AsyncOpenAI, prompt: Prompt, pieces: _Pieces) -> None:
        reading = Reading()
        asked = request(prompt, self._url, self._model)
        try:
            async with asyncio.timeout(self._timeout):
                stream = await self._open(client, asked)
            await self._read(stream, reading, pieces)
            if reading.finish in _INCOMPLETE:
                raise IncompleteAnswerError("chat", _INCOMPLETE[reading.finish])
            calls = reading.calls()
        except IncompleteAnswerError:
            raise
        except Exception as error:
            raise self._failure(error) from None  # the chain quotes requests and answers, and with them perhaps the key
        # A model may not know that it was to make one call only: many servers keep that from it.
        for call in calls if prompt.parallel_tool_calls else calls[:1]:
            pieces.put(call)

    async def _open(self, client: AsyncOpenAI, asked: dict[str, Any]) -> AsyncStream[ChatCompletionChunk]:
        """Send the request; return once the endpoint has begun to answer."""
        from openai import APIConnectionError, Omit

        if not self._key:
            asked["extra_headers"] = {"Authorization": Omit()}
        stream: AsyncStream[ChatCompletionChunk]
        try:
            stream = await client.chat.completions.create(**asked)
        except APIConnectionError:
            # A connection kept alive since the last turn may be closed by the endpoint just as it is used again.
            stream = await client.chat.completions.create(**asked)
        return stream

    async def _read(self, stream: AsyncStream[ChatCompletionChunk], reading: Reading, pieces: _Pieces) -> None:
        """Pass on the text of an answer as it comes."""
        try:
            while True:
                async with asyncio.timeout(self._timeout):
                    chunk = await anext(stream, None)
                if chunk is None:
                    break
                if text := reading.take(chunk):
                    pieces.put(Text(text))
                while pieces.qsize() > _MOST_AHEAD:  # noqa: ASYNC110 - to wake this, the consumer would signal each piece
                    await asyncio.sleep(_REST_SECONDS)
        except Exception:
            if reading.finish is None:  # else everything is there, whatever the connection does
                raise
        finally:
            await stream.close()
        if reading.finish is None:
            kind = stream.response.headers.get("content-type", "of no content type")
            raise StreamError(f"an answer without an end ({kind})")
        if text := reading.rest():
            pieces.put(Text(text))

    def _failure(self, error: Exception) -> EngineError:
        from rt_notebook.server.engines.chatproblems import problem  # needs the library, which is loaded by now

        said = problem(error, self._timeout)  # may quote the endpoint, which may quote the key
        if self._key:
            said = said.replace(self._key, "[the key]")
        return EngineError("chat", f"got no whole answer of {self._model!r} from {self._url}: {said}")


class Answer(Iterator[Text | Call]):
    """The pieces of an answer as they come. Dropped unread, it is as cancelled."""

    def __init__(self, work: Future[None], pieces: _Pieces) -> None:
        self._work = work
        self._pieces = pieces
        work.add_done_callback(lambda _: pieces.put(None))

    def __next__(self) -> Text | Call:
        piece = None if self._work.cancelled() else self._pieces.get()
        if piece is not None and not self._work.cancelled():
            return piece
        self._pieces.put(None)  # what has ended stays so
        if not self._work.cancelled() and (error := self._work.exception()):
            raise error
        raise StopIteration

    def cancel(self) -> None:
        """End the request and the iteration, from any thread."""
        self._work.cancel()

    def __del__(self) -> None:
        self._work.cancel()


def _client(url: str, key: str) -> AsyncOpenAI:
    from openai import AsyncOpenAI

    # No limits of the library's own: it starts anew with every byte, and a retry would wait as long as it is told. It
    # insists on a key, also where none is sent.
    client = AsyncOpenAI(base_url=url, api_key=key or "none", max_retries=0, timeout=None)
    _ = client.chat.completions  # which the library imports only here
    return client


async def _hang_up(client: AsyncOpenAI) -> None:
    answers = asyncio.all_tasks() - {asyncio.current_task()}
    for answer in answers:
        answer.cancel()
    await asyncio.gather(*answers, return_exceptions=True)
    await client.close()


def _checked_url(url: str) -> str:
    """Return the API's base URL without what does not belong to it."""
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # as for a port that is no number
        usable = False
    if not usable:
        raise EngineError("chat", "needs a base URL such as http://localhost:11434/v1 (--chat-url); this is none.")
    if parts.username is not None or parts.query or parts.fragment:
        raise EngineError(
            "chat",
            f"takes the base URL alone, such as {parts.scheme}://{parts.hostname}/v1. What else the URL holds, such as "
            "a password or a query, it would show in messages: a key goes into --chat-key.",
        )
    return url.strip().rstrip("/").removesuffix("/chat/completions")


def _checked_key(key: str | None) -> str:
    key = (key or "").strip()
    if not re.fullmatch(r"[\x20-\x7e]*", key):
        raise EngineError(
            "chat",
            "has a key that no HTTP header can carry: it holds a line break, or a letter or quotation mark that is not "
            "ASCII. Copy the key again.",
        )
    return key


def _key_of_environment(url: str) -> str | None:
    home = os.environ.get("OPENAI_BASE_URL") or _HOME
    return os.environ.get("OPENAI_API_KEY") if urlsplit(home)[:2] == urlsplit(url)[:2] else None
