"""Anything over real sockets, to a real process: no crash, no hang, and nobody sees what is another's."""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
from client_events import BROKEN_EVENTS, CLIENT_EVENTS, with_ids
from core_client import Event
from hypothesis import given, settings
from hypothesis import strategies as st
from real_server import Server, serving
from scripted import TOKEN, connected

TIMES = int(os.environ.get("FUZZ", "1"))
"""How many times longer than usual: `make fuzz` sets it."""

IDS = re.compile(r'"((?:event|sess|conv|item|resp|call)_[A-Za-z0-9]{21})"')


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    script = tmp_path_factory.mktemp("script") / "script.toml"
    script.write_text('[[cue]]\nwhen = ""\ndo = [{ say = "One. Two." }, { call = "f" }]\n')
    with serving("--script", str(script), "--token", TOKEN) as running:
        yield running
        asyncio.run(greeted(running))


async def greeted(server: Server) -> None:
    """See that the server is as it was."""
    async with connected(server.url) as client:
        assert (await client.until("session.created"))[0]["session"]["id"]


EVENT = st.one_of(CLIENT_EVENTS, CLIENT_EVENTS, BROKEN_EVENTS).map(lambda step: step[1])
FRAME = st.one_of(EVENT, EVENT, EVENT, st.binary(max_size=50), st.text(max_size=50))
FRAMES = st.lists(FRAME, max_size=25)


@settings(max_examples=40 * TIMES, deadline=None)
@given(st.lists(FRAMES, min_size=2, max_size=4))
def test_whatever_several_clients_send_each_gets_its_own_answers(server: Server, clients: list[Any]) -> None:
    async def all_talk() -> list[set[str]]:
        async with asyncio.timeout(60):
            return await asyncio.gather(*(talk(server, frames) for frames in clients))

    seen = asyncio.run(all_talk())
    assert sum(map(len, seen)) == len(set().union(*seen))


async def talk(server: Server, frames: list[Any]) -> set[str]:
    """Send frames; return all ids the server has told, once it has answered a last question."""
    events: list[Event] = []
    async with connected(server.url) as client:
        events += await client.until("session.created")
        for frame in frames:
            frame = with_ids(frame, events) if isinstance(frame, dict) else frame
            await client.socket.send(frame if isinstance(frame, bytes | str) else orjson.dumps(frame).decode())
        await client.send("input_audio_buffer.append", event_id="last", audio="no Base64!")
        while not events or events[-1].get("error", {}).get("event_id") != "last":
            async with asyncio.timeout(20):
                events.append(orjson.loads(await client.socket.recv()))
    sent = {found for frame in frames for found in IDS.findall(json.dumps(frame, default=repr))}
    told = {found for event in events for found in IDS.findall(orjson.dumps(event).decode())}
    return told - sent


@settings(max_examples=60 * TIMES, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.tuples(st.integers(0, 120), st.binary(max_size=60))))
def test_bytes_that_are_no_websocket_end_nothing(server: Server, junk: bytes | tuple[int, bytes]) -> None:
    """Junk alone, or after a handshake that was cut off somewhere, or that was whole."""
    address = urlsplit(server.url)
    handshake = (
        f"GET {address.path} HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        f"Authorization: Bearer {TOKEN}\r\n\r\n"
    ).encode()
    sent = junk if isinstance(junk, bytes) else handshake[: -junk[0] or None] + junk[1]
    with socket.create_connection((address.hostname, address.port or 0), timeout=5) as raw:
        raw.sendall(sent)
        raw.shutdown(socket.SHUT_WR)
        try:
            while raw.recv(65_536):
                pass
        except TimeoutError:
            raise AssertionError("the server keeps a connection whose client has gone") from None
        except ConnectionResetError:
            pass
