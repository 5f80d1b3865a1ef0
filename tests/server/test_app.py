"""The server over real sockets, with scripted engines."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import http.client
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from core_client import kinds, loud, silent
from scripted import TOKEN, Scripted, connected, serving
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from rt_notebook.server import pump
from rt_notebook.server.app import RealtimeApp
from rt_notebook.server.engine import Float32, Prompt


def test_a_text_turn() -> None:
    async def scenario() -> None:
        async with serving(Scripted()) as url, connected(url) as client:
            await client.send("session.update", session={"type": "realtime", "output_modalities": ["text"]})
            item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hi"}]}
            await client.send("conversation.item.create", item=item)
            await client.send("response.create")
            done = (await client.until("response.done"))[-1]
            assert done["response"]["output"][0]["content"][0]["text"] == "You said: Hi"

    asyncio.run(scenario())


def test_a_spoken_turn() -> None:
    async def scenario() -> None:
        async with serving(Scripted()) as url, connected(url) as client:
            sound = silent(500) + loud(1000) + silent(700)
            await client.send("input_audio_buffer.append", audio=base64.b64encode(sound).decode())
            events = await client.until("response.done")
            assert events[-1]["response"]["output"][0]["content"][0]["transcript"] == "You said: 1 s of speech"
            assert kinds(events).count("response.output_audio.delta") == 6  # one a word

    asyncio.run(scenario())


def test_the_session_does_not_wait_for_the_engines() -> None:
    async def scenario() -> None:
        engines = Scripted()
        engines.loaded.clear()
        async with serving(engines) as url, connected(url) as client:
            await client.until("session.created")
            await client.send("response.create", response={"conversation": "none", "input": []})
            engines.answer = lambda prompt: iter(["Ready now."])
            engines.loaded.set()
            await client.until("response.done")

    asyncio.run(scenario())


def test_two_clients_share_nothing() -> None:
    async def scenario() -> None:
        async with serving(Scripted()) as url, connected(url) as one, connected(url) as two:
            item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Mine"}]}
            await one.send("conversation.item.create", item=item)
            item_id = (await one.until("conversation.item.done"))[-1]["item"]["id"]
            await two.send("conversation.item.retrieve", item_id=item_id)
            error = (await two.until("error"))[-1]["error"]
            assert error["code"] == "item_retrieve_invalid_item_id"

    asyncio.run(scenario())


@pytest.mark.parametrize("frame", ["{", b"\x00\x01", "[]", '{"type": 3}', '{"type": "no.such.event"}', "nul"])
def test_nonsense_is_an_error_and_the_session_goes_on(frame: str | bytes) -> None:
    async def scenario() -> None:
        async with serving(Scripted()) as url, connected(url) as client:
            await client.socket.send(frame)
            assert (await client.until("error"))[-1]["error"]["type"] == "invalid_request_error"
            await client.send("input_audio_buffer.clear")
            await client.until("input_audio_buffer.cleared")

    asyncio.run(scenario())


def test_a_message_beyond_the_limit_ends_the_session() -> None:
    async def scenario() -> None:
        async with serving(Scripted()) as url, connected(url) as client:
            await client.until("session.created")

            async def overdo() -> None:
                await client.send("input_audio_buffer.append", audio="A" * (32 * 2**20))
                await client.until("error")

            with pytest.raises(ConnectionClosed) as closed:
                await overdo()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1009

    asyncio.run(scenario())


def test_an_event_beyond_15_mib_is_an_error_and_the_session_goes_on() -> None:
    async def scenario() -> None:
        async with serving(Scripted()) as url, connected(url) as client:
            await client.send("input_audio_buffer.append", audio="A" * (31 * 2**20))
            error = (await client.until("error"))[-1]["error"]
            assert (error["type"], error["code"]) == ("invalid_request_error", "event_too_large")
            await client.send("input_audio_buffer.clear")
            await client.until("input_audio_buffer.cleared")

    asyncio.run(scenario())


def test_no_more_sessions_than_allowed() -> None:
    async def scenario() -> None:
        async with serving(Scripted(), max_sessions=2) as url, connected(url):
            async with connected(url):
                with pytest.raises(InvalidStatus) as refused:
                    await connect(url, additional_headers={"Authorization": f"Bearer {TOKEN}"})
                assert refused.value.response.status_code == 503
                error = json.loads(refused.value.response.body)["error"]
                assert error["code"] == "too_many_sessions"
                assert "--max-sessions" in error["message"]
            await free(url, 1)
            async with connected(url) as client:
                await client.until("session.created")

    asyncio.run(scenario())


def test_a_session_without_token_is_not_to_be_had() -> None:
    with pytest.raises(ValueError, match="needs a token"):
        RealtimeApp(Scripted().toolbox, "")


async def free(url: str, sessions: int) -> None:
    """Wait until the server has this many sessions."""
    while (await asyncio.to_thread(health, url))["sessions"] != sessions:
        await asyncio.to_thread(time.sleep, 0.01)


@contextlib.asynccontextmanager
async def stubborn(url: str, requests: int) -> AsyncIterator[None]:
    """Hold a session that asks for much and reads nothing of it."""
    client = await connect(url, additional_headers={"Authorization": f"Bearer {TOKEN}"}, max_queue=1)
    client.transport.pause_reading()
    for _ in range(requests):
        await client.send('{"type": "response.create", "response": {"conversation": "none", "input": []}}')
    try:
        yield
    finally:
        client.transport.abort()
        await client.wait_closed()


def hello(prompt: Prompt) -> Iterator[str]:
    yield "Hello."


def endless(text: str) -> Iterator[tuple[str, bytes]]:
    while True:
        yield "and on ", bytes(48_000)


def test_a_client_that_does_not_read_grows_no_memory_and_holds_up_nobody() -> None:
    made = 0

    def voice(text: str) -> Iterator[tuple[str, bytes]]:
        nonlocal made
        if "secret" in text:
            yield text, bytes(4_800)
            return
        for piece in endless(text):
            made += 1
            yield piece

    async def scenario() -> None:
        nonlocal made
        engines = Scripted(voice=voice, answer=lambda prompt: iter([prompt.instructions or "Hello."]))
        async with serving(engines) as url, stubborn(url, 3):
            before = -1
            while made != before or not made:
                before = made
                await asyncio.sleep(0.5)
            assert made < 400  # 64 kB each, as Base64: 4 MiB wait, and some more in the sockets
            async with connected(url) as client:
                await client.send("response.create", response={"instructions": "A secret."})
                async with asyncio.timeout(10):
                    await client.until("response.done")

    asyncio.run(scenario())


def test_a_client_that_reads_nothing_for_long_is_dropped(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pump, "PATIENCE_SECONDS", 0.5)

    async def scenario() -> None:
        async with serving(Scripted(voice=endless, answer=hello)) as url, stubborn(url, 1):
            await free(url, 1)
            async with asyncio.timeout(10):
                await free(url, 0)

    asyncio.run(scenario())
    assert "read nothing" in caplog.text


def test_the_server_ends_though_a_client_does_not_read() -> None:
    async def scenario() -> None:
        async with contextlib.AsyncExitStack() as clients:
            async with serving(Scripted(voice=endless, answer=hello)) as url:
                await clients.enter_async_context(stubborn(url, 1))
                await asyncio.sleep(1)
                begun = time.monotonic()
            assert time.monotonic() - begun < 5

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "flood",
    [
        ['{"type": "no.such.event"}'] * 2_000,
        [json.dumps({"type": "input_audio_buffer.append", "audio": "AAAA" * 2**20})] * 4,
        ['{"type": "response.create", "response": {"conversation": "none", "input": []}}'] * 300,
    ],
    ids=["small-events", "long-audio", "responses"],
)
def test_a_flood_on_one_connection_does_not_hold_up_another(flood: list[str]) -> None:
    async def scenario() -> None:
        async with serving(Scripted()) as url, connected(url) as one, connected(url) as other:
            await one.until("session.created")

            async def overflow() -> None:
                for message in flood:
                    await one.socket.send(message)

            async def drain() -> None:
                async for _ in one.socket:
                    pass

            tasks = [asyncio.create_task(overflow()), asyncio.create_task(drain())]
            waits = []
            for _ in range(20):
                begun = time.perf_counter()
                await other.send("input_audio_buffer.clear")
                await other.until("input_audio_buffer.cleared")
                waits.append(time.perf_counter() - begun)
            for task in tasks:
                task.cancel()
            assert sorted(waits)[-2] < 0.3

    asyncio.run(scenario())


def test_an_unknown_model_is_told_before_the_close() -> None:
    async def scenario() -> None:
        async with serving(Scripted()) as url:
            async with connect(f"{url}?model=llama", additional_headers={"Authorization": f"Bearer {TOKEN}"}) as socket:
                error = json.loads(await socket.recv())["error"]
                assert error["code"] == "model_not_found"
                assert "`llama`" in error["message"]
                with pytest.raises(ConnectionClosed) as closed:
                    await socket.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 4004
            assert closed.value.rcvd.reason == "invalid_request_error.model_not_found"

    asyncio.run(scenario())


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}])
def test_a_wrong_token_is_refused_at_the_handshake(headers: dict[str, str]) -> None:
    async def scenario() -> None:
        async with serving(Scripted()) as url:
            with pytest.raises(InvalidStatus) as refused:
                await connect(url, additional_headers=headers)
            assert refused.value.response.status_code == 401
            assert json.loads(refused.value.response.body)["error"]["code"] == "invalid_api_key"

    asyncio.run(scenario())


def test_a_browser_shows_the_token_as_subprotocol() -> None:
    async def scenario() -> None:
        async with serving(Scripted()) as url:
            protocols: Any = ["realtime", f"openai-insecure-api-key.{TOKEN}"]
            async with connect(url, subprotocols=protocols, origin="http://localhost:8888") as socket:  # type: ignore[arg-type] # plain strings do
                assert socket.subprotocol == "realtime"
                assert json.loads(await socket.recv())["type"] == "session.created"

    asyncio.run(scenario())


@pytest.mark.parametrize("origin", ["https://example.org", "null", "http://localhost.example.org"])
def test_pages_of_other_hosts_are_refused(origin: str) -> None:
    async def scenario() -> None:
        async with serving(Scripted()) as url:
            with pytest.raises(InvalidStatus) as refused:
                async with connected(url, origin=origin):
                    pass
            assert refused.value.response.status_code == 403

    asyncio.run(scenario())


def test_stopping_the_server_ends_sessions_with_1001() -> None:
    async def scenario() -> None:
        async with serving(Scripted()) as url:
            client = await connect(url, additional_headers={"Authorization": f"Bearer {TOKEN}"})
            await client.recv()
        with pytest.raises(ConnectionClosed) as closed:
            await client.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1001

    asyncio.run(scenario())


def health(url: str) -> Any:
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    connection.request("GET", "/health")
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer


def test_health_counts_sessions() -> None:
    async def scenario() -> None:
        async with serving(Scripted()) as url:
            assert (await asyncio.to_thread(health, url))["sessions"] == 0
            async with connected(url) as client:
                await client.until("session.created")
                assert (await asyncio.to_thread(health, url))["sessions"] == 1

    asyncio.run(scenario())


def test_health_tells_how_far_the_engines_are() -> None:
    async def scenario() -> None:
        engines = Scripted()
        engines.loaded.clear()
        async with serving(engines) as url:
            told = (await asyncio.to_thread(health, url))["engines"]
            assert told["hearing"] == {"name": "b", "state": "loading"}
            engines.loaded.set()
            async with connected(url) as client:
                await client.send("response.create")
                await client.until("response.done")
            told = (await asyncio.to_thread(health, url))["engines"]
            assert {engine["state"] for engine in told.values()} == {"ready"}

    asyncio.run(scenario())


def test_a_failing_engine_fails_its_response_and_nothing_else() -> None:
    def answer(prompt: Prompt) -> Iterator[str]:
        raise RuntimeError("no thought")

    async def scenario() -> None:
        engines = Scripted(answer=answer)
        async with serving(engines) as url, connected(url) as client:
            await client.send("response.create")
            response = (await client.until("response.done"))[-1]["response"]
            assert response["status"] == "failed"
            assert response["status_details"]["error"]["message"] == "RuntimeError: no thought"
            engines.answer = lambda prompt: iter(["Better."])
            await client.send("response.create")
            assert (await client.until("response.done"))[-1]["response"]["status"] == "completed"

    asyncio.run(scenario())


def test_a_failing_transcriber_is_told() -> None:
    def hear(samples: Float32) -> str:
        raise RuntimeError("no ears")

    async def scenario() -> None:
        async with serving(Scripted(hear=hear)) as url, connected(url) as client:
            transcribing = {"type": "realtime", "audio": {"input": {"transcription": {"model": "whisper-1"}}}}
            await client.send("session.update", session=transcribing)
            sound = silent(500) + loud(1000) + silent(700)
            await client.send("input_audio_buffer.append", audio=base64.b64encode(sound).decode())
            events = await client.until("response.done")
            assert "conversation.item.input_audio_transcription.failed" in kinds(events)
            assert events[-1]["response"]["status"] == "failed"

    asyncio.run(scenario())


def test_a_cancelled_response_stops_its_engine() -> None:
    ended = threading.Event()

    def answer(prompt: Prompt) -> Iterator[str]:
        try:
            while True:
                yield "and on "
        finally:
            ended.set()

    async def scenario() -> None:
        async with serving(Scripted(answer=answer)) as url, connected(url) as client:
            await client.send("response.create", response={"output_modalities": ["text"]})
            await client.until("response.output_text.delta")
            await client.send("response.cancel")
            done = (await client.until("response.done"))[-1]["response"]
            assert done["status_details"] == {"type": "cancelled", "reason": "client_cancelled"}
            assert await asyncio.to_thread(ended.wait, 10)

    asyncio.run(scenario())


def test_a_client_that_goes_stops_its_engines() -> None:
    gone, ended = threading.Event(), threading.Event()

    def answer(prompt: Prompt) -> Iterator[str]:
        try:
            yield "Hello "
            gone.wait(10)
            while True:
                yield "and on "
        finally:
            ended.set()

    async def scenario() -> None:
        async with serving(Scripted(answer=answer)) as url:
            async with connected(url) as client:
                await client.send("response.create", response={"output_modalities": ["text"]})
                await client.until("response.output_text.delta")
            gone.set()
            assert await asyncio.to_thread(ended.wait, 10)

    asyncio.run(scenario())
