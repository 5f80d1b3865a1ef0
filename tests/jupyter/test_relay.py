"""The relay in a real Jupyter server: this process is the kernel, and real WebSockets are the pages."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import Request, urlopen

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect as connect_sync
from websockets.typing import Origin

from rt_notebook.jupyter.wire import ADDRESS, SECRET, dial
from rt_notebook.widgets import relay
from rt_notebook.widgets.channel import Channel, Frame
from rt_notebook.widgets.frames import pack, unpack
from rt_notebook.widgets.link import ViewLink
from rt_notebook.widgets.messages import FromPage
from rt_notebook.widgets.relay import Relay

TOKEN = "opensesame"
BASE = "/user/ada/"


def awaited(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run an asynchronous test on a loop of its own."""

    @functools.wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        asyncio.run(test(*args, **kwargs))

    return run


class Server(NamedTuple):
    """A Jupyter server under a prefix, as a hub has it."""

    port: int
    process: subprocess.Popen[bytes]
    environment: dict[str, str]
    """What its kernels have of the relay."""

    def url(self, link: str, view: str = "v", token: str = TOKEN) -> str:
        return f"ws://127.0.0.1:{self.port}{BASE}rt-notebook/relay/{link}/{view}?token={token}"

    @property
    def folder(self) -> Path:
        return Path(self.environment[ADDRESS].removeprefix("unix:")).parent


def start(folder: Path) -> Server:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    places = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    command = [
        *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", "--ServerApp.port_retries=0"),
        *(f"--ServerApp.root_dir={folder}", f"--ServerApp.port={port}", f"--ServerApp.base_url={BASE}"),
        f"--IdentityProvider.token={TOKEN}",
    ]
    environment = os.environ | {name: str(folder / name) for name in places}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    until = time.monotonic() + 30
    while True:
        try:
            kernels = Request(f"http://127.0.0.1:{port}{BASE}api/kernels?token={TOKEN}", data=b"{}")
            with urlopen(kernels) as answer:
                kernel = json.loads(answer.read())
            break
        except OSError:
            assert time.monotonic() < until, (folder / "server.log").read_text()
            time.sleep(0.1)
    return Server(port, process, environment_of_kernel(port, kernel["id"]))


def environment_of_kernel(port: int, kernel: str) -> dict[str, str]:
    """Let a kernel tell what it inherited."""
    code = f"import os, json; print(json.dumps({{name: os.environ[name] for name in ({ADDRESS!r}, {SECRET!r})}}))"
    header = {"msg_id": "1", "msg_type": "execute_request", "username": "", "session": "s", "version": "5.3"}
    content = {"code": code, "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    with connect_sync(f"ws://127.0.0.1:{port}{BASE}api/kernels/{kernel}/channels?token={TOKEN}") as socket:
        socket.send(json.dumps(message))
        while True:
            told = json.loads(socket.recv(timeout=30))
            if told["header"]["msg_type"] == "stream":
                return json.loads(told["content"]["text"])  # type: ignore[no-any-return] # JSON
            assert told["header"]["msg_type"] != "error", told


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = start(tmp_path_factory.mktemp("jupyter"))
    yield server
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(20)


class Kernel:
    """A link with its place at the relay."""

    def __init__(self) -> None:
        self.got: list[tuple[str, FromPage]] = []
        self.gone: list[str] = []
        self.link = ViewLink(lambda f, *args: f(*args), lambda view: None)
        self.link.on_receive(lambda view, message: self.got.append((view, message)))
        self.link.on_gone(self.gone.append)
        self.settled: list[bool] = []
        """Whether there was a place, each time that the views were to be told."""
        self.relay = Relay(self.link, Nowhere(), lambda: self.settled.append(self.relay.open))


class Nowhere:
    interval = 0.0

    def send(self, view: str, frame: Frame) -> None:
        """Lose it."""


class Page:
    """A view's WebSocket."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.channel = Channel()

    async def say(self, *messages: dict[str, Any]) -> None:
        await self.socket.send(pack(self.channel.write(messages, time.monotonic())))

    async def hear(self) -> list[dict[str, Any]]:
        """Return the messages of the next frames that have some."""
        async with asyncio.timeout(10):
            while True:
                for frame in self.channel.due(time.monotonic()):
                    await self.socket.send(pack(frame))
                try:
                    data = await asyncio.wait_for(self.socket.recv(decode=False), 0.05)
                except TimeoutError:
                    continue
                if messages := self.channel.read(*unpack(data), time.monotonic()):
                    return messages


@asynccontextmanager
async def kernel_of(server: Server, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Kernel]:
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    kernel = Kernel()
    await kernel.relay.dial()
    assert kernel.relay.why == ""
    yield kernel
    kernel.relay.close()


@asynccontextmanager
async def page_of(server: Server, kernel: Kernel, view: str = "v") -> AsyncIterator[Page]:
    async with connect(server.url(kernel.relay.id, view), max_size=None) as socket:
        yield Page(socket)


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - no event tells it: these are the fields of real parts
            await asyncio.sleep(0.005)


@awaited
async def test_sound_and_words_pass_both_ways_byte_for_byte(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = bytes(range(256)) * 40
    async with kernel_of(server, monkeypatch) as kernel, page_of(server, kernel) as page:
        await page.say({"type": "join"}, {"type": "microphone", "sample": 0, "data": sound})
        await until(lambda: len(kernel.got) == 2)
        assert kernel.got == [("v", {"type": "join"}), ("v", {"type": "microphone", "sample": 0, "data": sound})]
        kernel.link.send({"type": "audio", "item_id": "i", "content_index": 0, "data": sound})
        assert await page.hear() == [{"type": "audio", "item_id": "i", "content_index": 0, "data": sound}]


@awaited
async def test_links_do_not_mix(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    async with (
        kernel_of(server, monkeypatch) as one,
        kernel_of(server, monkeypatch) as two,
        page_of(server, one) as first,
        page_of(server, two) as second,
    ):
        await first.say({"type": "say", "text": "one"})
        await second.say({"type": "say", "text": "two"})
        await until(lambda: one.got and two.got)
        assert [one.got, two.got] == [[("v", {"type": "say", "text": text})] for text in ("one", "two")]


@pytest.mark.parametrize(
    ("token", "link", "status"),
    [
        ("", None, 403),
        ("wrong", None, 403),
        (TOKEN, "nosuchlink", 404),
    ],
)
@awaited
async def test_strangers_are_refused(
    server: Server, monkeypatch: pytest.MonkeyPatch, token: str, link: str | None, status: int
) -> None:
    async with kernel_of(server, monkeypatch) as kernel:
        with pytest.raises(InvalidStatus) as refused:
            await connect(server.url(link or kernel.relay.id, token=token))
        assert refused.value.response.status_code == status


def cookies(url: str) -> str:
    """Log in and return what the browser would keep."""
    with urlopen(url) as answer:
        return "; ".join(value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie")


@awaited
async def test_another_page_cannot_use_the_cookie_of_jupyters_own(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = f"http://127.0.0.1:{server.port}"
    async with kernel_of(server, monkeypatch) as kernel:
        url = server.url(kernel.relay.id, token="")
        headers = {"Cookie": await asyncio.to_thread(cookies, f"{here}{BASE}api/status?token={TOKEN}")}
        async with connect(url, origin=Origin(here), additional_headers=headers):
            pass
        with pytest.raises(InvalidStatus):
            await connect(url, origin=Origin("http://elsewhere.example"), additional_headers=headers)


@pytest.mark.parametrize(
    "greeting",
    [b"{}\n", b"[]\n", b"\xff\n", b"\n", b'{"secret": "wrong", "link": "x"}\n', b'{"secret": "\xc3\xa9", "link": 7}\n'],
)
@awaited
async def test_a_stranger_at_the_kernels_door_is_shown_out(server: Server, greeting: bytes) -> None:
    reader, writer = await dial(server.environment[ADDRESS])
    writer.write(greeting)
    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()


@awaited
async def test_a_name_is_taken_once(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    async with kernel_of(server, monkeypatch) as kernel:
        other = Kernel()
        other.relay.id = kernel.relay.id
        await other.relay.dial()
        assert "refused" in other.relay.why


@awaited
async def test_a_page_whose_kernel_goes_is_closed(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    async with kernel_of(server, monkeypatch) as kernel, page_of(server, kernel) as page:
        await page.say({"type": "join"})
        await until(lambda: kernel.got)
        kernel.relay.close()
        with pytest.raises(ConnectionClosed):
            await page.hear()
        assert page.socket.close_code == 1001


@awaited
async def test_a_view_that_comes_again_over_another_socket_goes_on_where_it_was(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with kernel_of(server, monkeypatch) as kernel:
        async with page_of(server, kernel) as page:
            await page.say({"type": "join"})
            await until(lambda: kernel.got)
        kernel.link.send({"type": "flush"})
        async with page_of(server, kernel) as again:
            again.channel = page.channel
            await again.socket.send(pack(again.channel.control()))
            await again.say({"type": "say", "text": "back"})
            assert await again.hear() == [{"type": "flush"}]
            await until(lambda: len(kernel.got) == 2)
        assert kernel.gone == []


class Door:
    """A socket before the relay's own one, which can break; kernels that are made meanwhile go through it."""

    def __init__(self, server: Server, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(SECRET, server.environment[SECRET])
        monkeypatch.setenv(ADDRESS, f"unix:{path}")
        self._beyond = server.environment[ADDRESS]
        self._path = path
        self._writers: list[asyncio.StreamWriter] = []

    async def __aenter__(self) -> Door:
        self._server = await asyncio.start_unix_server(self._pass, self._path)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self.slam()

    async def slam(self) -> None:
        """Break what goes through."""
        for writer in self._writers:
            writer.transport.abort()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        beyond, to_relay = await dial(self._beyond)
        self._writers += [writer, to_relay]
        await asyncio.gather(self._copy(reader, to_relay), self._copy(beyond, writer))

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65_536):
                writer.write(data)
        writer.close()


@awaited
async def test_a_place_that_is_lost_is_taken_again_and_offered(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with Door(server, tmp_path / "door", monkeypatch) as door:
        kernel = Kernel()
        await asyncio.gather(kernel.relay.dial(), kernel.relay.dial())
        assert kernel.relay.why == ""
        async with page_of(server, kernel) as page:
            await page.say({"type": "join"})
            await until(lambda: kernel.got)
            await door.slam()
            await until(lambda: not kernel.relay.open)
            assert "has gone" in kernel.relay.why
            with pytest.raises(ConnectionClosed):
                await page.hear()
        await until(lambda: kernel.settled)
        assert kernel.settled == [True]
        async with page_of(server, kernel) as again:
            again.channel = page.channel
            await again.say({"type": "say", "text": "back"})
            await until(lambda: len(kernel.got) == 2)
        kernel.relay.close()


@awaited
async def test_a_place_that_cannot_be_had_again_is_given_up_and_the_views_learn_why(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(relay, "RETRIES", (0.01, 0.02))
    async with Door(server, tmp_path / "door", monkeypatch) as door:
        kernel = Kernel()
        await kernel.relay.dial()
        (tmp_path / "door").unlink()
        await door.slam()
        await until(lambda: kernel.settled)
        assert kernel.settled == [False]
        assert "does not answer" in kernel.relay.why
        monkeypatch.setenv(ADDRESS, server.environment[ADDRESS])
        await kernel.relay.dial()
        assert kernel.relay.why == ""
        kernel.relay.close()


@awaited
async def test_a_page_that_reads_nothing_holds_up_no_other(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = bytes(2**20)
    async with (
        kernel_of(server, monkeypatch) as kernel,
        page_of(server, kernel, "slow") as slow,
        page_of(server, kernel, "quick") as quick,
    ):
        for page in (slow, quick):
            await page.say({"type": "join"})
        await until(lambda: len(kernel.got) == 2)
        for _ in range(40):
            kernel.link.send({"type": "audio", "item_id": "i", "content_index": 0, "data": sound}, "now", to="slow")
            await asyncio.sleep(0.005)
        kernel.link.send({"type": "flush"}, "now", to="quick")
        assert await quick.hear() == [{"type": "flush"}]
        slow.socket.transport.abort()


@awaited
async def test_only_this_user_can_reach_the_kernels_door(server: Server) -> None:
    assert stat.S_IMODE(server.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((server.folder / "relay").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("address", "says"),
    [
        (None, "without rt_notebook"),
        ("unix:/nowhere/relay", "does not answer"),
        ("tcp:example.org:80", "no address of"),
    ],
)
@awaited
async def test_a_kernel_without_a_relay_says_why(
    monkeypatch: pytest.MonkeyPatch, address: str | None, says: str
) -> None:
    monkeypatch.setenv(SECRET, "x")
    if address is None:
        monkeypatch.delenv(ADDRESS, raising=False)
    else:
        monkeypatch.setenv(ADDRESS, address)
    kernel = Kernel()
    await kernel.relay.dial()
    assert not kernel.relay.open
    assert says in kernel.relay.why


@awaited
async def test_a_server_that_ends_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = await asyncio.to_thread(start, tmp_path)
    async with kernel_of(server, monkeypatch) as kernel:
        server.process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(server.process.wait, 20)
        await until(lambda: not kernel.relay.open)
        assert kernel.relay.why == "the Jupyter server's relay has gone"
    assert not server.folder.exists()
