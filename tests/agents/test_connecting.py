"""A bare connection: what is on the wire, and nothing else."""

import asyncio
import contextlib
import json

import pytest
from pydantic import SecretStr
from scripted import TOKEN, Scripted, serving

import rt_notebook as rt
from rt_notebook.agents import connect
from rt_notebook.protocol.catalog import Dialect

ASK = {"type": "response.create", "response": {"instructions": "hello"}}


@pytest.mark.parametrize(
    ("dialect", "audio"), [("ga", "response.output_audio.delta"), ("beta", "response.audio.delta")]
)
@pytest.mark.parametrize("as_text", [True, False])
def test_events_go_and_come_as_they_are_on_the_wire(dialect: Dialect, audio: str, as_text: bool) -> None:
    async def main() -> list[str]:
        kinds: list[str] = []
        async with (
            serving(Scripted()) as url,
            connect(api_key=SecretStr(TOKEN), model="gpt-realtime", url=url, dialect=dialect) as (send, events),
        ):
            await send(json.dumps(ASK) if as_text else ASK)
            async for event in events:
                kinds.append(event["type"])
                if event["type"] == "response.done":
                    break
        return kinds

    kinds = asyncio.run(main())
    assert kinds[0] == "session.created"
    assert audio in kinds
    assert "session.updated" not in kinds


def test_a_wrong_key_is_said_and_not_shown() -> None:
    async def main() -> None:
        async with serving(Scripted()) as url:
            with pytest.raises(rt.WrongKeyError) as raised:
                async with connect(api_key="sk-wrong", url=url):
                    pass
            assert "sk-wrong" not in str(raised.value)

    asyncio.run(main())


def test_nobody_there() -> None:
    async def main() -> None:
        with pytest.raises(rt.RefusedError):
            async with connect(url="ws://127.0.0.1:9/v1/realtime"):
                pass

    asyncio.run(main())


def test_the_socket_is_closed_however_the_block_ends() -> None:
    async def main() -> None:
        async with serving(Scripted()) as url:
            with pytest.raises(KeyError):
                async with connect(api_key=TOKEN, url=url) as (send, events):
                    raise KeyError
            with pytest.raises(rt.ConnectionClosedError):
                await send(ASK)
            assert [event["type"] async for event in events] == ["session.created"]

    asyncio.run(main())


@pytest.mark.parametrize(("fault", "breaks"), [("drop=0.3", True), ("expiry=1", False)])
def test_the_stream_ends_with_the_connection_and_raises_where_that_broke(fault: str, breaks: bool) -> None:
    kinds: list[str] = []

    async def main() -> None:
        async with (
            serving(Scripted()) as url,
            connect(api_key=TOKEN, url=f"{url}?fault={fault}") as (_, events),
        ):
            expected = pytest.raises(rt.ConnectionClosedError) if breaks else contextlib.nullcontext()
            with expected:
                kinds.extend([event["type"] async for event in events])

    asyncio.run(main())
    assert breaks or kinds == ["session.created", "error"]
