"""Short-lived keys: as data, then by the official client and over sockets."""

from __future__ import annotations

import asyncio
import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from conformance import problems
from openai import AsyncOpenAI
from openai.types.realtime.client_secret_create_response import ClientSecretCreateResponse
from scripted import TOKEN, Scripted, connected, serving
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from rt_notebook.server.client_secrets import ClientSecrets
from rt_notebook.server.errors import ClientError


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_secret_tells_its_time_and_the_effective_session(clock: Clock) -> None:
    session = {"type": "realtime", "model": "gpt-realtime", "audio": {"output": {"voice": "cedar"}}}
    answer = ClientSecrets(clock).create({"session": session})
    assert answer["value"].startswith("ek_")
    assert answer["expires_at"] == 1_600
    assert answer["session"]["audio"]["output"] == {
        "format": {"type": "audio/pcm", "rate": 24_000},
        "voice": "cedar",
        "speed": 1.0,
    }
    parsed = ClientSecretCreateResponse.model_validate(answer, strict=True)
    assert parsed.session.type == "realtime"
    assert problems({"type": "session.created", "event_id": "event_1", "session": answer["session"]}) == []


def test_one_for_transcription(clock: Clock) -> None:
    answer = ClientSecrets(clock).create({"session": {"type": "transcription"}})
    assert ClientSecretCreateResponse.model_validate(answer).session.type == "transcription"


def test_it_works_until_its_time_is_over(clock: Clock) -> None:
    keys = ClientSecrets(clock)
    value = keys.create({"expires_after": {"anchor": "created_at", "seconds": 10}})["value"]
    clock.now += 9.9
    assert keys.find(value) is not None
    clock.now += 0.1
    assert keys.find(value) is None


def test_no_two_are_alike_and_others_are_none(clock: Clock) -> None:
    keys = ClientSecrets(clock)
    values = {keys.create({})["value"] for _ in range(100)}
    assert len(values) == 100
    assert keys.find("ek_") is None
    assert keys.find("") is None


def test_the_oldest_is_forgotten_where_there_are_too_many(clock: Clock) -> None:
    keys = ClientSecrets(clock)
    values = [keys.create({})["value"] for _ in range(1_001)]
    assert keys.find(values[0]) is None
    assert keys.find(values[1]) is not None


@pytest.mark.parametrize(
    ("request_", "code", "param"),
    [
        ([], "invalid_type", ""),
        ({"sesion": {}}, "unknown_parameter", "sesion"),
        ({"expires_after": {"seconds": 9}}, "integer_below_min_value", "expires_after.seconds"),
        ({"expires_after": {"seconds": 7_201}}, "integer_above_max_value", "expires_after.seconds"),
        ({"expires_after": {"anchor": "now"}}, "invalid_value", "expires_after.anchor"),
        ({"session": {"type": "realtime", "temperature": 1}}, "unknown_parameter", "session.temperature"),
        ({"session": {"type": "realtime", "model": "llama"}}, "model_not_found", "session.model"),
    ],
)
def test_what_makes_no_sense_is_refused(request_: object, code: str, param: str, clock: Clock) -> None:
    with pytest.raises(ClientError) as raised:
        ClientSecrets(clock).create(request_)
    assert (raised.value.code, raised.value.param) == (code, param)


# Over sockets.


def post(url: str, body: bytes, **headers: str) -> tuple[int, Any]:
    """Ask for a secret; return status and answer."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    connection.request("POST", "/v1/realtime/client_secrets", body, {"Authorization": f"Bearer {TOKEN}", **headers})
    answer = connection.getresponse()
    told = json.loads(answer.read())
    connection.close()
    return answer.status, told


def test_the_official_client_gets_one_that_begins_a_session_its_way() -> None:
    async def scenario() -> None:
        async with serving(Scripted()) as url:
            http_url = url.replace("ws://", "http://").removesuffix("/realtime")
            async with AsyncOpenAI(api_key=TOKEN, base_url=http_url) as client:
                secret = await client.realtime.client_secrets.create(
                    expires_after={"anchor": "created_at", "seconds": 60},
                    session={
                        "type": "realtime",
                        "model": "gpt-realtime",
                        "instructions": "Be brief.",
                        "audio": {"input": {"turn_detection": None}},
                    },
                )
            async with connected(url, secret.value) as session:
                created = (await session.until("session.created"))[-1]["session"]
                assert created["instructions"] == "Be brief."
                assert created["audio"]["input"]["turn_detection"] is None
                await session.send("input_audio_buffer.clear")
                assert len(await session.until("input_audio_buffer.cleared")) == 1  # no session.updated before it

    asyncio.run(scenario())


def test_a_page_shows_it_as_subprotocol_and_need_not_name_the_model() -> None:
    async def scenario() -> None:
        async with serving(Scripted()) as url:
            wanted = b'{"session": {"type": "realtime", "model": "gpt-realtime-mini"}}'
            _, secret = await asyncio.to_thread(post, url, wanted)
            protocols: Any = ["realtime", f"openai-insecure-api-key.{secret['value']}"]
            async with connect(url, subprotocols=protocols) as socket:
                assert json.loads(await socket.recv())["session"]["model"] == "gpt-realtime-mini"

    asyncio.run(scenario())


def test_one_for_transcription_begins_a_transcription_session() -> None:
    async def scenario() -> None:
        async with serving(Scripted()) as url:
            _, secret = await asyncio.to_thread(post, url, b'{"session": {"type": "transcription"}}')
            async with connect(url, additional_headers={"Authorization": f"Bearer {secret['value']}"}) as socket:
                assert json.loads(await socket.recv())["session"]["type"] == "transcription"

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"{", {}, 400, "invalid_json"),
        (b"[]", {}, 400, "invalid_type"),
        (b'{"session": {"type": "none"}}', {}, 400, "invalid_value"),
        (b" " * (2**20 + 1), {}, 413, "request_too_large"),
        (b"{}", {"Authorization": "Bearer wrong"}, 401, "invalid_api_key"),
        (b"{}", {"Origin": "https://example.org"}, 403, "origin_not_allowed"),
    ],
)
def test_a_request_that_cannot_be_honoured(body: bytes, headers: dict[str, str], status: int, code: str) -> None:
    async def scenario() -> None:
        async with serving(Scripted()) as url:
            got, told = await asyncio.to_thread(post, url, body, **headers)
            assert (got, told["error"]["code"]) == (status, code)

    asyncio.run(scenario())


def test_a_secret_makes_no_other_one_and_speaks_no_beta() -> None:
    async def scenario() -> None:
        async with serving(Scripted()) as url:
            _, secret = await asyncio.to_thread(post, url, b"")
            status, _ = await asyncio.to_thread(post, url, b"{}", Authorization=f"Bearer {secret['value']}")
            assert status == 401
            with pytest.raises(InvalidStatus) as refused:
                async with connected(url, secret["value"], headers={"OpenAI-Beta": "realtime=v1"}):
                    pass
            assert refused.value.response.status_code == 400

    asyncio.run(scenario())
