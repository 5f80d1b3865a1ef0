"""Opening sessions over real sockets, and every way in which it can fail."""

import asyncio
import contextlib
import pickle
import socket
import threading
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import orjson
import pytest
from scripted import TOKEN, Scripted, serving
from websockets.asyncio.server import ServerConnection, serve

import rt_notebook as rt
from rt_notebook.session.providers import OPENAI_URL, Secret, newest_model, resolve

KEY = "sk-very-secret-0123456789"
Handler = Callable[[ServerConnection], Awaitable[None]]


@contextlib.asynccontextmanager
async def websocket_server(handler: Handler) -> AsyncIterator[str]:
    async with serve(handler, "127.0.0.1", 0) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1/realtime"


def attempt(handler: Handler, **options: Any) -> rt.ConnectError:
    """Connect to a server that will not have it."""

    async def scenario() -> rt.ConnectError:
        async with websocket_server(handler) as url:
            with pytest.raises(rt.ConnectError) as caught:
                await rt.aconnect(url=url, api_key=KEY, **options)
            return caught.value

    return asyncio.run(scenario())


def event(**fields: Any) -> str:
    return orjson.dumps(fields).decode()


def test_a_url_with_its_token() -> None:
    async def scenario() -> None:
        async with serving(Scripted()) as url, rt.aconnect(url=url, api_key=TOKEN, output="text") as session:
            assert (await session.ask("Hello")).text == "You said: Hello"
            assert session.endpoint.shown == url

    asyncio.run(scenario())


def test_a_wrong_token() -> None:
    async def scenario() -> None:
        async with serving(Scripted()) as url:
            with pytest.raises(rt.WrongKeyError, match="Incorrect API key provided") as caught:
                await rt.aconnect(url=url, api_key=KEY)
            assert KEY not in "".join(traceback.format_exception(caught.value))

    asyncio.run(scenario())


def test_an_unknown_model() -> None:
    async def scenario() -> None:
        async with serving(Scripted()) as url:
            with pytest.raises(rt.UnknownModelError, match="'gpt-17'") as caught:
                await rt.aconnect(url=url, api_key=TOKEN, model="gpt-17")
            assert caught.value.model == "gpt-17"

    asyncio.run(scenario())


def test_a_setting_that_the_server_refuses() -> None:
    async def scenario() -> None:
        async with serving(Scripted()) as url:
            with pytest.raises(rt.ServerError, match="no_such_field"):
                await rt.aconnect(url=url, api_key=TOKEN, session={"no_such_field": 1})

    asyncio.run(scenario())


def test_nothing_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(rt.RefusedError, match="nothing answers there"):
        rt.connect(url=f"ws://127.0.0.1:{port}/v1/realtime")


def test_no_such_host() -> None:
    with pytest.raises(rt.RefusedError, match="nothing answers there"):
        rt.connect(url="ws://no-such-host.invalid/v1/realtime")


@pytest.mark.parametrize("key", [f"{KEY}\nsecond line", f"\u201c{KEY}\u201d"])
def test_a_key_that_no_header_can_carry_is_not_repeated(key: str) -> None:
    with pytest.raises(rt.ConnectError, match="the API key holds a character that cannot be sent") as caught:
        rt.connect(url="ws://127.0.0.1:1/v1", api_key=key)
    assert KEY not in str(caught.value)
    with pytest.raises(rt.ConnectError, match="the header 'X-K' holds"):
        rt.connect(url="ws://127.0.0.1:1/v1", headers={"X-K": key})


def test_a_key_from_a_file_with_its_line_end() -> None:
    async def scenario() -> None:
        async with serving(Scripted()) as url, rt.aconnect(url=url, api_key=f" {TOKEN}\n", output="text") as session:
            assert (await session.ask("Hello")).status == "completed"

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/v1", "not a url", "ws://", "ws://h:99999/", "ws://[::1", "wss:/x", ""]
)
def test_no_websocket_url(url: str) -> None:
    with pytest.raises(rt.RefusedError, match="ws://"):
        rt.connect(url=url)


def test_a_web_server_without_websockets() -> None:
    class Page(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_error(404)

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            with pytest.raises(rt.RefusedError, match="HTTP 404"):
                rt.connect(url=f"ws://127.0.0.1:{server.server_port}/v1/realtime")
        finally:
            server.shutdown()
            thread.join()


def test_a_server_that_accepts_and_stays_silent() -> None:
    async def silent(connection: ServerConnection) -> None:
        await connection.wait_closed()

    problem = attempt(silent, timeout=1.0)
    assert isinstance(problem, rt.RefusedError)
    assert "no session.created came" in str(problem)


def test_a_server_that_closes_at_once_as_openai_does_to_the_beta_dialect() -> None:
    async def closing(connection: ServerConnection) -> None:
        await connection.close(4000, "invalid_request_error.beta_api_shape_disabled")

    problem = attempt(closing, dialect="beta")
    assert isinstance(problem, rt.RefusedError)
    assert "beta_api_shape_disabled" in str(problem)


@pytest.mark.parametrize(
    ("code", "error"),
    [("invalid_api_key", rt.WrongKeyError), ("model_not_found", rt.UnknownModelError), ("odd", rt.RefusedError)],
)
def test_a_server_that_greets_with_an_error_and_repeats_the_key(code: str, error: type[rt.ConnectError]) -> None:
    async def refusing(connection: ServerConnection) -> None:
        await connection.send(event(type="error", error={"code": code, "message": f"not with {KEY}"}))
        await connection.close(4001, "bye")

    problem = attempt(refusing)
    assert type(problem) is error
    assert "not with <secret>" in str(problem)
    assert KEY not in "".join(traceback.format_exception(problem))


def test_the_beta_dialect_goes_out_as_beta_and_is_heard_as_ga() -> None:
    received: list[dict[str, Any]] = []
    headers: list[str | None] = []

    async def beta(connection: ServerConnection) -> None:
        assert connection.request is not None
        headers.append(connection.request.headers.get("OpenAI-Beta"))
        session = {"id": "sess_1", "modalities": ["text", "audio"], "turn_detection": None}
        await connection.send(event(type="session.created", session=session))
        async for message in connection:
            received.append(orjson.loads(message))
            match received[-1]["type"]:
                case "session.update":
                    await connection.send(event(type="session.updated", session=session | received[-1]["session"]))
                case "conversation.item.create":
                    item = received[-1]["item"] | {"status": "completed"}
                    await connection.send(event(type="conversation.item.created", item=item, previous_item_id=None))
                case "response.create":
                    answer = {"id": "a", "type": "message", "role": "assistant", "content": []}
                    for reply in (
                        {"type": "response.created", "response": {"id": "r", "status": "in_progress"}},
                        {"type": "response.output_item.added", "response_id": "r", "item": answer},
                        {"type": "response.text.delta", "response_id": "r", "item_id": "a", "delta": "Hi."},
                        {"type": "response.text.done", "response_id": "r", "item_id": "a", "text": "Hi."},
                        {"type": "response.done", "response": {"id": "r", "status": "completed", "output": []}},
                    ):
                        await connection.send(event(**reply))

    async def scenario() -> None:
        async with websocket_server(beta) as url:
            session = await rt.aconnect(url=url, dialect="beta", voice="alloy", output="text", temperature=0.8)
            response = await session.ask("Hello")
            await session.close()
            assert headers == ["realtime=v1"]
            assert received[0]["session"] == {
                "modalities": ["text"],
                "voice": "alloy",
                "temperature": 0.8,
                "input_audio_transcription": {"model": "whisper-1"},
            }
            assert response.text == "Hi."
            assert session.conversation.session["output_modalities"] == ["text"]
            # The log has what was on the wire, and is found by GA's names.
            assert "response.text.delta" in session.events.df["type"].tolist()
            assert len(session.events.filter("response.output_text.*")) == 2

    asyncio.run(scenario())


def test_auto_takes_openai_where_there_is_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    endpoint = resolve()
    assert endpoint.provider == "openai"
    assert endpoint.shown == f"wss://api.openai.com/v1/realtime?model={newest_model()}"
    assert endpoint.headers.revealed() == {"Authorization": f"Bearer {KEY}"}
    assert "an API key was found" in endpoint.why
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:8000/v1/")
    assert resolve(model="m").shown == "ws://localhost:8000/v1/realtime?model=m"


def test_openai_without_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(rt.MissingKeyError, match=r"OPENAI_API_KEY .* provider='local'"):
        rt.connect("openai")


def test_openai_no_longer_speaks_beta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(rt.ConnectError, match="closed the beta dialect in May 2026") as caught:
        rt.connect("openai", api_key=KEY, dialect="beta")
    assert caught.value.url == OPENAI_URL


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"provider": "azur"}, "'auto', 'openai' or 'local'"),
        ({"dialect": "alpha"}, "'ga' or 'beta'"),
        ({"provider": "openai", "url": "ws://x"}, "leave provider='openai' out"),
        ({"provider": "url"}, "needs url="),
        ({"url": 5}, "url is 5"),
        ({"url": "ws://h", "headers": "x"}, "no dict of HTTP headers"),
    ],
)
def test_wrong_options(options: dict[str, Any], text: str) -> None:
    with pytest.raises((ValueError, TypeError), match=text):
        rt.connect(**options)


def test_an_unknown_setting() -> None:
    with pytest.raises(TypeError, match="colour: no such setting"):
        rt.connect(url="ws://127.0.0.1:1", colour="red")  # type: ignore[call-arg] # wrong on purpose


def test_no_secret_is_ever_shown() -> None:
    secret = Secret(KEY)
    endpoint = resolve(url=f"ws://user:{KEY}@host/v1?api-key={KEY}&model=m", api_key=secret, headers={"X": secret})
    for shown in (repr(secret), str(secret), repr(endpoint), repr(endpoint.headers), endpoint.shown):
        assert KEY not in shown
    assert endpoint.shown == "ws://host/v1?api-key=...&model=m"
    with pytest.raises(TypeError):
        pickle.dumps(secret)


def test_the_newest_model_is_a_current_one() -> None:
    from openai.types.realtime import RealtimeSessionCreateRequest

    assert newest_model().startswith("gpt-realtime")
    assert newest_model() in str(RealtimeSessionCreateRequest.model_fields["model"].annotation)
    assert newest_model() not in ("gpt-realtime", "gpt-realtime-2025-08-28")  # deprecated
