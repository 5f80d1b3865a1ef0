"""Tools of a real MCP server, in a process of its own: by its standard input and output, and by streamable HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import mcp_tools
import pytest

import rt_notebook as rt
from rt_notebook.agents.mcp import MCPServer
from rt_notebook.agents.mcp_results import output_of_result
from rt_notebook.errors import MCPServerError, ToolArgumentsError, ToolError
from rt_notebook.session.results import Output
from rt_notebook.session.tools import ToolContext

SCRIPT = str(Path(mcp_tools.__file__))
HERE: dict[str, Any] = {"command": sys.executable, "args": [SCRIPT]}
SECRET = "hunter2-hunter2"
WAIT = 30  # s, for what comes at once unless something is broken


@contextlib.contextmanager
def http_server(port: int = 0) -> Iterator[str]:
    """Run the server by HTTP in a process, on any free port if it is 0; yields its URL."""
    with subprocess.Popen([sys.executable, SCRIPT, "http", str(port)], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/mcp"
        finally:
            process.kill()


@pytest.fixture(scope="module", params=["stdio", "http"])
def server(request: pytest.FixtureRequest) -> Iterator[MCPServer]:
    if request.param == "stdio":
        with MCPServer(**HERE) as running:
            yield running
    else:
        with http_server() as url, MCPServer(url) as running:
            yield running


async def calling(server: MCPServer, name: str, /, report: Any = lambda *_: None, **arguments: Any) -> Output:
    """Call a tool as a session does: on another loop than the connection's."""
    tool = next(tool for tool in server.tools if tool.name == name)
    context = ToolContext(session=None, call_id="call_1", name=name, report=report)
    async with asyncio.timeout(WAIT):
        result = await tool.bind(json.dumps(arguments)).call(context)
    assert isinstance(result, Output)
    return result


def called(server: MCPServer, name: str, /, **arguments: Any) -> str:
    return asyncio.run(calling(server, name, **arguments)).text


def test_a_tool_is_what_the_api_takes(server: MCPServer) -> None:
    weather = next(tool for tool in server.tools if tool.name == "weather")
    assert isinstance(weather, rt.Tool)
    assert weather.is_async
    told = weather.as_json()
    assert told["description"] == "Tell the weather of a city."
    assert (told["parameters"]["type"], told["parameters"]["required"]) == ("object", ["city"])
    assert list(told["parameters"]["properties"]) == ["city", "country"]
    with pytest.raises(ToolArgumentsError, match="city: required, but missing"):
        weather.bind("{}")
    travel = next(tool for tool in server.tools if tool.name == "travel")
    assert travel.parameters["properties"]["stops"]["items"] == {"$ref": "#/$defs/Stop"}
    assert travel.parameters["$defs"]["Stop"]["required"] == ["city"]


@pytest.mark.parametrize(
    ("name", "arguments", "text"),
    [
        ("add", {"a": 2, "b": 3}, "5"),
        ("weather", {"city": "Köln"}, '{"city":"Köln","temperature_c":18.0}'),
        ("note", {}, "note://1:\nBuy milk"),
        ("travel", {"stops": [{"city": "Rome"}, {"city": "Oslo"}]}, "Rome, Oslo"),
        ("files_read", {"name": "SOME_VARIABLE"}, "unset"),
    ],
)
def test_a_call_brings_the_result(server: MCPServer, name: str, arguments: dict[str, Any], text: str) -> None:
    assert called(server, name, **arguments) == text


def test_pictures_come_as_pictures(server: MCPServer) -> None:
    drawn = asyncio.run(calling(server, "picture"))
    assert drawn == Output("A picture:\n[picture 1: image/png]", ("data:image/png;base64,iVBORw0K",))


def test_what_a_tool_says_of_its_failure_is_what_the_model_gets(server: MCPServer) -> None:
    with pytest.raises(ToolError, match=r"no such city$"):
        called(server, "refuse", why="no such city")


def test_calls_run_side_by_side(server: MCPServer) -> None:
    async def both() -> tuple[Output, Output]:
        return await asyncio.gather(calling(server, "meet", name="A"), calling(server, "meet", name="B"))

    assert [output.text for output in asyncio.run(both())] == ["A met somebody", "B met somebody"]


def test_progress_reaches_the_call(server: MCPServer) -> None:
    told: list[tuple[str, float | None]] = []
    asyncio.run(calling(server, "count", to=4, report=lambda *progress: told.append(progress)))
    # By HTTP the last word may come after the result, which is what counts.
    assert told[:3] == [("at 1", 0.25), ("at 2", 0.5), ("at 3", 0.75)]


def test_a_call_that_is_cancelled_is_cancelled_at_the_server(server: MCPServer) -> None:
    async def cancel() -> str:
        begun = asyncio.Event()
        loop = asyncio.get_running_loop()
        call = asyncio.create_task(calling(server, "forever", report=lambda *_: loop.call_soon_threadsafe(begun.set)))
        await begun.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        return (await calling(server, "after_cancelling")).text

    assert asyncio.run(cancel()) == "it was cancelled"


def test_it_works_beside_a_loop_that_is_busy(server: MCPServer) -> None:
    """A blocking call in a notebook's cell holds the user's loop, not the connection's."""

    other = asyncio.new_event_loop()
    thread = threading.Thread(target=other.run_forever, daemon=True)
    thread.start()
    future = asyncio.run_coroutine_threadsafe(calling(server, "add", a=1, b=1), other)
    assert future.result(WAIT).text == "2"  # blocks this thread, as a cell does
    other.call_soon_threadsafe(other.stop)
    thread.join()
    other.close()


@pytest.mark.parametrize("script", [SCRIPT, str(Path(SCRIPT).with_name("old_mcp_server.py"))], ids=["new", "old"])
def test_a_server_that_learns_a_tool_has_it(script: str) -> None:
    changed = threading.Event()
    with MCPServer(command=sys.executable, args=[script], on_change=lambda _: changed.set()) as server:
        before = server.tools
        called(server, "learn")
        assert changed.wait(WAIT)
        assert [tool.name for tool in server.tools] == [tool.name for tool in before] + ["fresh"]
        assert server.tools[:-1] == before
        assert called(server, "fresh") == "new"


def test_only_some_tools_under_names_of_their_own() -> None:
    with MCPServer(**HERE, only=["add", "files.read"], prefix="my.", timeout=5, approve=True) as server:
        assert [tool.name for tool in server.tools] == ["my_add", "my_files_read"]
        assert [(tool.timeout, tool.approve) for tool in server.tools] == [(5, True)] * 2
        assert called(server, "my_add", a=1, b=2) == "3"


def test_a_tool_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(MCPServerError, match="no tool ad; it has add, weather"):
        MCPServer(**HERE, only=["ad"]).open()


def test_a_server_that_dies_in_a_call_is_told_of_and_started_again(capsys: pytest.CaptureFixture[str]) -> None:
    with MCPServer(**HERE) as server:
        with pytest.raises(ToolError, match=r"things was lost during this call .* Nobody knows"):
            called(server, "die")
        assert called(server, "add", a=1, b=1) == "2"
        assert "something is on fire" in server.stderr
    told = capsys.readouterr().err
    assert (
        told.count("The connection to the MCP server things ended; the next call of one of its tools makes it again.")
        == 1
    )


def test_a_server_elsewhere_that_is_gone_is_told_of() -> None:
    with http_server() as url:
        server = MCPServer(url).open()
        assert called(server, "add", a=1, b=1) == "2"
    for _ in range(2):  # while it is taken for alive, and when it is known to be gone
        with pytest.raises(ToolError, match="MCP server"):
            called(server, "add", a=1, b=1)
    server.close()


def test_a_server_elsewhere_that_was_started_anew_is_connected_to_again() -> None:
    with http_server() as url:
        server = MCPServer(url).open()
        assert called(server, "add", a=1, b=1) == "2"
    with http_server(urlsplit(url).port or 0):
        with contextlib.suppress(ToolError):  # it may be this call that finds out
            called(server, "add", a=1, b=1)
        assert called(server, "add", a=1, b=1) == "2"
    server.close()


def test_connected_when_first_asked_and_closed_for_good() -> None:
    server = MCPServer(**HERE)
    assert repr(server) == f"<MCPServer {Path(sys.executable).name}: not connected>"
    assert server.tools
    assert repr(server) == f"<MCPServer things: {len(server.tools)} tools>"
    pid = int(called(server, "process"))
    server.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert repr(server) == "<MCPServer things: closed>"
    with pytest.raises(ToolError, match="closed by the user"):
        called(server, "add", a=1, b=1)
    server.open()
    assert called(server, "add", a=1, b=1) == "2"
    server.close()


def test_in_async_code() -> None:
    async def main() -> str:
        async with MCPServer(**HERE) as server:
            return (await calling(server, "add", a=1, b=1)).text

    assert asyncio.run(main()) == "2"


def test_it_ends_with_the_process() -> None:
    script = (
        "import sys; from rt_notebook.agents.mcp import MCPServer; from rt_notebook.session.tools import ToolContext\n"
        "import asyncio\n"
        f"server = MCPServer(command=sys.executable, args=[{SCRIPT!r}], only=['process'])\n"
        "context = ToolContext(session=None, call_id='c', name='process')\n"
        "print(asyncio.run(server.tools[0].bind('{}').call(context)).text)\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    with pytest.raises(ProcessLookupError):
        os.kill(int(ran.stdout), 0)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"command": "no-such-program"}, "there is no program no-such-program. Is it installed"),
        ({**HERE, "cwd": "/no/such/folder"}, "it cannot be started (["),
        ({"command": sys.executable, "args": ["-c", "raise SystemExit('I want a key')"]}, "I want a key"),
        (
            {"command": sys.executable, "args": ["-c", "input(); input()"], "connect_timeout": 0.5},
            "did not answer in 0.5 s",
        ),
        ({"url": "http://127.0.0.1:9/mcp"}, "http://127.0.0.1:9/mcp: there is no MCP server"),
    ],
)
def test_what_is_no_server_is_said_to_be_none(options: dict[str, Any], told: str) -> None:
    with pytest.raises(MCPServerError) as caught:
        MCPServer(**options).open()
    assert told in str(caught.value)


def test_it_is_at_one_place() -> None:
    for options in ({}, {"url": "http://127.0.0.1", **HERE}):
        with pytest.raises(TypeError, match="either at a url or a command"):
            MCPServer(**options)


def test_secrets_are_in_no_text() -> None:
    leaks = "import os, sys; sys.exit('bad key ' + os.environ['KEY'])"
    program = MCPServer(command=sys.executable, args=["-c", leaks, f"--token={SECRET}"], env={"KEY": SECRET})
    address = MCPServer(f"http://me:{SECRET}@127.0.0.1:9/mcp?key={SECRET}", headers={"X-Key": SECRET})
    for server in (program, address):
        with pytest.raises(MCPServerError) as caught:
            server.open()
        assert SECRET not in f"{caught.value} {server!r}"
    with MCPServer(**HERE, env={"KEY": SECRET}) as server:
        assert called(server, "files_read", name="KEY") == SECRET  # the model may have what the server gives it
        assert SECRET not in repr(server)


def test_what_cannot_be_passed_on_is_named() -> None:
    from mcp import types

    content: list[types.ContentBlock] = [
        types.AudioContent(type="audio", data="AAAA", mime_type="audio/wav"),
        types.ResourceLink(type="resource_link", name="report", uri="file:///r.pdf", description="of today"),
        types.EmbeddedResource(
            type="resource", resource=types.BlobResourceContents(uri="x://1", blob="AAAA", mime_type="application/pdf")
        ),
        types.EmbeddedResource(
            type="resource", resource=types.BlobResourceContents(uri="x://2", blob="AAAA", mime_type="image/png")
        ),
    ]
    output = output_of_result(types.CallToolResult(content=content))
    assert output.text.splitlines() == [
        "[a sound, audio/wav]",
        "report: file:///r.pdf (of today)",
        "[x://1: application/pdf]",
        "[picture 1: image/png]",
    ]
    assert output_of_result(types.CallToolResult(content=[], structured_content={"a": "ü"})).text == '{"a":"ü"}'
