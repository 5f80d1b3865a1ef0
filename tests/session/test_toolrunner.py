"""Tools on the real server in memory: real threads, loops and waits."""

from __future__ import annotations

import asyncio
import contextvars
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from calling import call, calling, only, rows, with_tools
from core_client import loud, silent
from memory_server import ENDPOINT, MemoryServer, ScriptedServer, connect_in_memory, created, said

import rt_notebook as rt
from rt_notebook.protocol.catalog import Dialect
from rt_notebook.server.engine import Call
from rt_notebook.session.call import BY_HAND, INTERRUPTED, LOST, STOPPED
from rt_notebook.session.results import LIMIT, Output
from rt_notebook.session.runner import block
from rt_notebook.session.session import AsyncSession
from rt_notebook.session.tools import Tool

DOT = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
HELPERS = Path(__file__).parents[1] / "helpers"


@rt.tool
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@rt.tool
async def slowly(text: str) -> str:
    """Say it after a rest."""
    await asyncio.sleep(0.01)
    return text


@pytest.fixture
def session() -> Iterator[rt.Session]:
    with with_tools(add, slowly) as session:
        yield session


def outputs(session: rt.Session) -> list[str]:
    """Return the outputs that were sent, in their order."""
    sent = session.events.filter("conversation.item.create")
    return [event["item"]["output"] for event in sent if event["item"]["type"] == "function_call_output"]


def requests(session: rt.Session) -> list[dict[str, Any]]:
    """Return what was asked for."""
    return [event.get("response", {}) for event in session.events.filter("response.create")]


class Gate:
    """A tool that waits until a test lets it go on."""

    def __init__(self, **options: Any) -> None:
        self.entered, self.leave = threading.Event(), threading.Event()
        self.context: rt.ToolContext | None = None
        self.tool: Tool = rt.tool(self.gate, **options)

    def gate(self, context: rt.ToolContext) -> str:
        """Wait."""
        self.context = context
        self.entered.set()
        assert self.leave.wait(10)
        return "through"


# -- what is answered -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", ["ga", "beta"])
def test_a_question_with_calls_is_answered_by_the_last_response(dialect: Dialect) -> None:
    endpoint = replace(ENDPOINT, dialect=dialect)
    inner = AsyncSession(endpoint, {"output": "text", "tools": [add, slowly]}, opener=MemoryServer(answer=calling))
    block(inner.open())
    with rt.Session(inner) as session:
        response = session.ask(f"{call('add', a=2, b=3)}\n{call('slowly', text='grüße 你好 🙂')}")
        assert response.text == "Outputs: 5 | grüße 你好 🙂"
        assert [len(each.calls) for each in response.responses] == [2, 0]
        assert response.responses[-1] is response
        assert session.ask("Thanks").responses == [session.responses[-1]]
        assert [(made.name, made.state) for made in session.calls] == [("add", "done"), ("slowly", "done")]
        assert all((made.duration_ms or 0) > 0 for made in session.calls)
        assert list(session.events.lint()) == []
    assert len(requests(session)) == 3


def test_an_answer_in_pieces_goes_on_through_the_calls(session: rt.Session) -> None:
    assert "".join(map(str, session.ask(call("add", a=1, b=1), stream=True))) == "Outputs: 2"


def test_whoever_asks_gets_the_last_response(session: rt.Session) -> None:
    session.add(call("add", a=1, b=1))
    assert session.respond().text == "Outputs: 2"
    assert len(session.respond(wait=False).responses) == 1
    session.wait("response.done")

    @session.tool
    def note() -> str:
        """Take a note."""
        return "noted"

    def answer(prompt: Any) -> Iterator[Any]:
        last = prompt.messages[-1]
        yield Call("note", "{}") if last.role == "user" else f"It is {last.text}"

    with with_tools(note, server=MemoryServer(answer=answer), turn_detection=rt.ServerVAD()) as spoken:
        response = spoken.speak(loud(400), pace=float("inf"))
        assert response is not None
        assert response.text == "It is noted"
        assert len(response.responses) == 2


def test_what_a_model_gets_wrong_is_told_to_it(session: rt.Session, capsys: pytest.CaptureFixture[str]) -> None:
    @session.tool
    def broken() -> None:
        """Break."""
        raise ZeroDivisionError("of all things")

    @session.tool
    def picky() -> None:
        """Refuse."""
        raise rt.ToolError("Ask again on Monday.")

    @session.tool
    def odd() -> Any:
        """Return what cannot be JSON."""
        return threading.Lock()

    @session.tool
    def leaving() -> None:
        """End the process, it thinks."""
        sys.exit(3)

    names = ("broken", "picky", "odd", "leaving", "invented")
    answer = session.ask("\n".join(['add {"a": ', "add [1]{}", call("add", a="x", b=1), *map(call, names)]))
    assert answer.status == "completed"
    failed = {event["call_id"]: event for event in session.events.filter("rt.tool.failed")}
    kinds = [(made.name, failed[made.call_id]["kind"]) for made in session.calls]
    assert kinds == [
        ("add", "invalid-json"),
        ("add", "invalid-json"),
        ("add", "invalid-arguments"),
        ("broken", "exception"),
        ("picky", "exception"),
        ("odd", "invalid-result"),
        ("leaving", "exception"),
        ("invented", "unknown-tool"),
    ]
    said = {made.name: made.output or "" for made in session.calls}
    assert said["broken"] == "broken raised ZeroDivisionError: of all things"
    assert said["picky"] == "Ask again on Monday."
    assert said["invented"].endswith("The tools are: add, slowly, broken, picky, odd, leaving.")
    assert sorted(outputs(session)) == sorted(made.output or "" for made in session.calls)
    printed = capsys.readouterr().err
    assert "ZeroDivisionError: of all things" in printed
    assert "Monday" not in printed


class UnspeakableError(Exception):
    """Cannot even be told."""

    def __str__(self) -> str:
        raise LookupError


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (UnspeakableError(), "fail raised UnspeakableError: (its text cannot be had: LookupError)"),
        (ValueError("half a \ud83d"), "fail raised ValueError: half a ?"),
        (rt.ToolError("half a \ud83d"), "half a ?"),
        (KeyboardInterrupt("stop"), "fail raised KeyboardInterrupt: stop"),
        (asyncio.CancelledError("gone"), "fail raised CancelledError: gone"),
        (SystemExit(1), "fail raised SystemExit: 1"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("is_async", [False, True])
def test_whatever_a_tool_raises_is_told(error: BaseException, told: str, is_async: bool) -> None:
    def fail() -> None:
        raise error

    async def fail_async() -> None:
        raise error

    with with_tools(rt.tool(fail_async if is_async else fail, name="fail")) as session:
        assert session.ask(call("fail")).text == f"Outputs: {told}"
        assert only(session).error == told
        assert rows(session) == ["rt.tool.started", "rt.tool.failed"]


def test_a_long_error_is_cut_wherever_it_is_shown() -> None:
    def fail() -> None:
        raise ValueError("x" * 1_000_000)

    with with_tools(fail) as session:
        session.ask(call("fail"))
        (row,) = session.events.filter("rt.tool.failed")
        assert len(row["output"]) == len(row["error"]["message"]) == LIMIT
        assert row["truncated_from"] > 1_000_000


def test_a_task_that_ends_the_loop_of_all_tools_does_not(capfd: pytest.CaptureFixture[str]) -> None:
    async def leave() -> None:
        async def child() -> None:
            raise SystemExit(3)

        await asyncio.gather(child())

    with with_tools(leave, slowly) as session:
        assert session.ask(call("leave")).text == "Outputs: leave raised SystemExit: 3"
        assert session.ask(call("slowly", text="still here")).text == "Outputs: still here"
    assert "SystemExit: 3" in capfd.readouterr().err


def test_arguments_that_are_nested_too_deep_for_the_log_reach_the_tool_all_the_same() -> None:
    def depth(lists: Any) -> int:
        return 1 + depth(lists[0]) if lists else 1

    schema = {"type": "object", "properties": {"lists": {"type": "array"}}}
    with with_tools(rt.tool(depth, parameters=schema)) as session:
        assert session.ask('depth {"lists": ' + "[" * 300 + "]" * 300 + "}").text == "Outputs: 300"
        assert isinstance(only(session).arguments, str)


def test_progress_in_numbers_of_numpy_and_words_of_no_encoding() -> None:
    def work(context: rt.ToolContext) -> str:
        context.progress("half a \ud83d", np.float64(0.5))
        return "done"

    with with_tools(work) as session:
        assert session.ask(call("work")).text == "Outputs: done"
        assert only(session).progress == ("half a ?", 0.5)
        assert rows(session) == ["rt.tool.started", "rt.tool.progress", "rt.tool.done"]


def test_twenty_plain_calls_at_once_overlap() -> None:
    together = threading.Barrier(20, timeout=10)

    @rt.tool
    def meet(number: int) -> int:
        """Meet all others."""
        together.wait()
        return number

    with with_tools(meet) as session:
        answer = session.ask("\n".join(call("meet", number=number) for number in range(20)))
        assert set(answer.text.removeprefix("Outputs: ").split(" | ")) == set(map(str, range(20)))
        assert len(requests(session)) == 2
        assert list(session.events.lint()) == []


def test_twenty_async_calls_at_once_overlap() -> None:
    arrived: list[int] = []
    everybody: list[asyncio.Event] = []

    @rt.tool
    async def meet(number: int) -> int:
        """Meet all others."""
        if not everybody:
            everybody.append(asyncio.Event())
        arrived.append(number)
        if len(arrived) == 20:
            everybody[0].set()
        await asyncio.wait_for(everybody[0].wait(), 10)
        return number

    with with_tools(meet) as session:
        answer = session.ask("\n".join(call("meet", number=number) for number in range(20)))
        assert set(answer.text.removeprefix("Outputs: ").split(" | ")) == set(map(str, range(20)))


def test_arguments_in_two_hundred_pieces_and_a_result_of_a_megabyte(session: rt.Session) -> None:
    @session.tool
    def length(text: str) -> str:
        """Return much more than that."""
        return "äöü" * 200_000 + text

    text = "x" * 16 * 200
    session.ask(call("length", text=text))
    assert len(session.events.filter("response.function_call_arguments.delta")) > 200
    (done,) = session.events.filter("rt.tool.done")
    assert done["truncated_from"] == 1_200_000 + len(text)
    (output,) = outputs(session)
    assert output == only(session).output == done["output"]
    assert len(output.encode()) <= LIMIT


def test_pictures_come_after_the_output() -> None:
    @rt.tool
    def draw() -> Output:
        """Draw."""
        return Output("a dot", images=(DOT,))

    with with_tools(draw) as session:
        assert session.ask(call("draw")).status == "completed"
        sent = [event["item"] for event in session.events.filter("conversation.item.create")][1:]
        assert [item["type"] for item in sent] == ["function_call_output", "message"]
        assert sent[1]["content"][1]["image_url"] == DOT
        assert list(session.events.lint()) == []


def test_a_tool_that_wants_no_answer(session: rt.Session) -> None:
    @session.tool(respond=False)
    def note() -> str:
        """Take a note."""
        return "noted"

    response = session.ask(call("note"))
    assert response.calls
    assert (outputs(session), len(requests(session))) == (["noted"], 1)
    assert len(session.events.lint()) == 0  # nobody misses an answer
    assert session.ask("And?").text == "You said: And?"


def test_a_request_may_offer_some_of_the_tools(session: rt.Session) -> None:
    session.add(call("add", a=1, b=1))
    assert session.respond(tools=[add]).text == "Outputs: 2"
    assert [tool["name"] for tool in requests(session)[0]["tools"]] == ["add"]
    with pytest.raises(ValueError, match="'stranger' is no tool of this session yet"):
        session.respond(tools=[rt.tool(lambda: 1, name="stranger", description="")])


def test_a_choice_that_forces_a_call_is_lifted_for_the_answer(session: rt.Session) -> None:
    session.update(session={"tool_choice": "required"})
    session.add(call("add", a=1, b=1))
    session.respond(tool_choice={"type": "function", "name": "add"}, instructions="Be brief.")
    assert requests(session)[1] == {"tool_choice": "auto", "instructions": "Be brief."}


# -- time, and being interrupted ------------------------------------------------------------------------------------


def test_a_tool_that_never_returns_has_a_time_limit() -> None:
    plain = Gate(timeout=0.05, name="plain")
    never = asyncio.Event()
    stopped = threading.Event()

    @rt.tool(timeout=0.05)
    async def waits() -> None:
        """Wait for nothing."""
        try:
            await never.wait()
        finally:
            stopped.set()

    with with_tools(plain.tool, waits) as session:
        answer = session.ask(f"{call('plain')}\n{call('waits')}")
        assert "plain did not return within 0.05 s" in answer.text
        assert "waits did not return within 0.05 s" in answer.text
        assert [event["kind"] for event in session.events.filter("rt.tool.failed")] == ["timeout", "timeout"]
        assert stopped.wait(5)
        assert plain.context is not None
        assert plain.context.cancelled
        plain.leave.set()
        session.ask("next")
        assert len(outputs(session)) == 2


def test_neither_closing_nor_the_end_of_the_process_waits_for_a_tool() -> None:
    code = """
import asyncio, threading
from calling import call, with_tools
import rt_notebook as rt
@rt.tool(timeout=None)
def never():
    threading.Event().wait()
@rt.tool(timeout=None)
async def ever():
    await asyncio.Event().wait()
session = with_tools(never, ever)
session.add(call("never") + chr(10) + call("ever"))
session.respond(wait=False)
session.wait("response.done")
session.wait("rt.tool.started")
session.close()
print([made.state for made in session.calls])
"""
    path = os.pathsep.join([str(Path(rt.__file__).parents[1]), str(HELPERS)])
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, timeout=60
    )
    assert (done.stdout.strip(), done.stderr) == ("['unsent', 'unsent']", "")


def test_what_is_stopped_is_not_answered_and_a_late_exception_is_nobody_s(capsys: pytest.CaptureFixture[str]) -> None:
    entered, leave, gone = threading.Event(), threading.Event(), threading.Event()

    @rt.tool
    def failing() -> None:
        """Fail too late."""
        entered.set()
        leave.wait(10)
        gone.set()
        raise ZeroDivisionError("too late")

    with with_tools(failing) as session, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(session.ask, call("failing"))
        assert entered.wait(10)
        session.wait("response.done")
        session.cancel()
        assert asked.result(10).calls
        leave.set()
        assert gone.wait(10)
        assert session.ask("Still there?").text == "You said: Still there?"
        assert (only(session).state, outputs(session)) == ("cancelled", [STOPPED])
        assert rows(session) == ["rt.tool.started", "rt.tool.cancelled"]
        assert len(requests(session)) == 2
    assert "too late" not in capsys.readouterr().err


@pytest.mark.parametrize("fails", [False, True])
def test_speech_cancels_what_may_be_cancelled_and_the_rest_is_reported_late(fails: bool) -> None:
    plain, leave = Gate(name="plain"), threading.Event()

    @rt.tool(cancel=False)
    def kept() -> str:
        """End in any case."""
        assert leave.wait(10)
        if fails:
            raise RuntimeError("it did not work")
        return "paid"

    with with_tools(plain.tool, kept, turn_detection=rt.ServerVAD()) as session, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(session.ask, f"{call('plain')}\n{call('kept')}")
        assert plain.entered.wait(10)
        session.append_audio(loud(400))
        session.wait("rt.tool.cancelled")
        assert plain.context is not None
        assert plain.context.cancelled
        session.append_audio(silent(2000))
        spoken = session.wait("response.done")
        leave.set()
        assert "paid" in asked.result(10).text or fails
        ending = session.events.filter("rt.tool.failed" if fails else "rt.tool.done")[0]
        assert (ending["name"], ending["late"]) == ("kept", True)
        assert outputs(session)[0] == INTERRUPTED
        answer = asked.result()
        assert spoken["response"]["id"] not in [each.id for each in answer.responses]
        assert not session.events.lint().errors


def test_the_time_of_a_question_runs_out_while_a_tool_runs() -> None:
    gate = Gate()
    with with_tools(gate.tool) as session:
        with pytest.raises(rt.WaitTimeoutError, match=r"No response\.done within 0\.2 s"):
            session.ask(call("gate"), timeout=0.2)
        assert gate.entered.wait(10)
        gate.leave.set()
        session.wait("response.done", after=session.wait("rt.tool.done"))
        assert session.responses[-1].text == "Outputs: through"
        with pytest.raises(rt.WaitTimeoutError):
            list(session.ask(call("gate"), stream=True, timeout=0.0))


def test_the_stop_button_leaves_all_as_it_is() -> None:
    gate = Gate()
    with with_tools(gate.tool) as session:
        main = threading.main_thread().ident
        assert main is not None

        def press() -> None:
            gate.entered.wait(10)
            signal.pthread_kill(main, signal.SIGINT)

        threading.Thread(target=press).start()
        with pytest.raises(KeyboardInterrupt):
            session.ask(call("gate"))
        assert only(session).state == "running"
        gate.leave.set()
        session.wait("response.done", after=session.wait("rt.tool.done"))
        assert session.responses[-1].text == "Outputs: through"


# -- tools that use the session -------------------------------------------------------------------------------------


def test_a_tool_may_ask_itself_and_tell_how_far_it_is() -> None:
    @rt.tool
    def thinks(context: rt.ToolContext) -> str:
        """Ask."""
        context.progress("asking", 0.5)
        assert isinstance(context.session, rt.Session)
        return f"plain: {context.session.ask('Who?').text}"

    @rt.tool
    async def ponders(context: rt.ToolContext) -> str:
        """Ask."""
        assert isinstance(context.session, AsyncSession)
        return f"async: {(await context.session.ask('What?')).text}"

    with with_tools(thinks, ponders) as session:
        assert session.ask(call("thinks")).text == "Outputs: plain: You said: Who?"
        assert session.ask(call("ponders")).text == "Outputs: async: You said: What?"
        (told,) = session.events.filter("rt.tool.progress")
        assert (told["name"], told["text"], told["fraction"]) == ("thinks", "asking", 0.5)
        assert session.calls[0].progress == ("asking", 0.5)
        assert [event["error"] for event in session.events.filter("error")] == []


def test_an_async_tool_that_would_block_the_others_is_told_how_to_do_it() -> None:
    with with_tools(slowly) as session:

        @session.tool
        async def research() -> str:
            """Ask, blocking."""
            return session.ask(call("slowly", text="on the same loop")).text

        told = session.ask(call("research")).text
        assert "Make the tool a plain function, or give it a parameter `context: rt.ToolContext`" in told


def test_no_tool_finds_the_context_variables_of_another() -> None:
    seen = contextvars.ContextVar("seen", default=0)

    def count() -> int:
        seen.set(seen.get() + 1)
        return seen.get()

    with with_tools(count) as session:
        assert [session.ask(call("count")).text for _ in range(3)] == ["Outputs: 1"] * 3


def test_who_waited_in_vain_is_told_for_what() -> None:
    gate, asks = Gate(), rt.tool(lambda: None, name="asks", description="", approve=True)
    with with_tools(gate.tool, asks) as session:
        with pytest.raises(rt.WaitTimeoutError, match="The call of gate is still running"):
            session.ask(call("gate"), timeout=0.2)
        gate.leave.set()
        session.wait("response.done")
        with pytest.raises(rt.WaitTimeoutError, match=r"The call of asks waits for approval: session\.approve\(\)"):
            list(session.ask(call("asks"), stream=True, timeout=0.2))


def test_what_is_stopped_before_it_begins_is_cancelled_as_soon_as_it_does() -> None:
    server, asked = ScriptedServer(), threading.Event()

    def answer(event: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if event["type"] == "response.create":
            asked.set()
        elif event["type"] == "response.cancel":
            yield created("r")
            status = {"status": "cancelled", "status_details": {"reason": "client_cancelled"}}
            yield {"type": "response.done", "response": {"id": "r", "output": [], **status}}

    server.answer = answer
    with server.connect() as session, ThreadPoolExecutor() as pool:
        response = pool.submit(session.respond)
        assert asked.wait(10)
        session.cancel()
        assert response.result(10).status == "cancelled"


def test_a_tool_knows_its_call() -> None:
    gate = Gate()
    gate.leave.set()
    with with_tools(gate.tool) as session:
        session.ask(call("gate"))
        made, context = only(session), gate.context
        assert context is not None
        assert context.session is session
        assert (context.call_id, context.item_id) == (made.call_id, made.item_id)
        assert (context.response_id, context.name, context.turn) == (made.response_id, "gate", 1)


def test_an_async_tool_that_blocks_holds_up_no_session() -> None:
    entered, leave = threading.Event(), threading.Event()

    @rt.tool
    async def blocks() -> str:
        """Block, as it should not."""
        entered.set()
        assert leave.wait(10)
        return "at last"

    with with_tools(blocks) as session, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(session.ask, call("blocks"))
        assert entered.wait(10)
        assert session.ask("Meanwhile").text == "You said: Meanwhile"
        leave.set()
        assert asked.result(10).text == "Outputs: at last"


def test_a_plain_function_that_returns_a_coroutine(session: rt.Session) -> None:
    session.tool(lambda: asyncio.sleep(0, "slept"), name="sleeps", description="Sleep.")
    assert session.ask(call("sleeps")).text == "Outputs: slept"


def test_from_a_loop_of_one_s_own() -> None:
    async def talk() -> str:
        session = AsyncSession(ENDPOINT, {"output": "text", "tools": [add]}, opener=MemoryServer(answer=calling))
        await session.open()
        async with session:
            session.tool(slowly)
            one, two = await asyncio.gather(session.ask(call("add", a=1, b=1)), session.ask(call("slowly", text="two")))
            pieces = [str(piece) async for piece in session.ask(call("add", a=2, b=2), stream=True)]
            return f"{one.text}, {two.text}, {''.join(pieces)}"

    told = asyncio.run(talk())
    assert "Outputs: 4" in told


# -- which tools there are ------------------------------------------------------------------------------------------


def test_tools_come_and_go_while_the_session_runs(session: rt.Session) -> None:
    @session.tool
    def multiply(a: int, b: int) -> int:
        """Multiply."""
        return a * b

    assert multiply(2, 3) == 6
    assert list(session.tools) == ["add", "slowly", "multiply"]
    assert session.ask(call("multiply", a=2, b=3)).text == "Outputs: 6"
    named = [tool["name"] for tool in session.conversation.session["tools"]]
    assert named == ["add", "slowly", "multiply"]

    session.tool(lambda a, b: a * b, name="add", description="Not what you think.")
    assert session.ask(call("add", a=2, b=3)).text == "Outputs: 6"
    session.remove_tool("add")
    session.remove_tool(multiply)
    with pytest.raises(ValueError, match="there is no tool 'multiply' in this session; its tools are: slowly"):
        session.remove_tool("multiply")
    assert session.ask(call("add", a=2, b=3)).text == "Outputs: There is no tool 'add'. The tools are: slowly."

    session.update(tools=[add, {"type": "function", "name": "mine", "description": "", "parameters": {}}])
    assert list(session.tools) == ["add"]
    assert [tool["name"] for tool in session.conversation.session["tools"]] == ["add", "mine"]
    session.close()
    session.tool(multiply)
    session.open()
    assert [tool["name"] for tool in session.conversation.session["tools"]] == ["add", "mine", "multiply"]
    assert session.ask(call("multiply", a=4, b=3)).text == "Outputs: 12"


def test_a_tool_that_is_removed_while_its_call_runs_is_answered() -> None:
    gate = Gate()
    with with_tools(gate.tool) as session, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(session.ask, call("gate"))
        assert gate.entered.wait(10)
        session.remove_tool(gate.tool)
        gate.leave.set()
        assert asked.result(10).text == "Outputs: through"


def until_warned(session: rt.Session, tool: Tool) -> None:
    """Offer a tool, and wait for the refusal, until whoever waits for it on the session's loop has had his turn."""
    session.tool(tool)
    session.wait("error")
    session.ask("Hello")


def test_an_update_returns_its_own_answer_though_tools_were_told_just_before(session: rt.Session) -> None:
    for number in range(20):
        session.tool(lambda: 1, name=f"tool_{number}", description="")
        assert session.update(instructions=f"{number}")["instructions"] == f"{number}"


def test_tools_that_the_server_does_not_take(session: rt.Session) -> None:
    nameless = rt.tool(lambda: 1, name="nameless", description="")
    nameless.name = ""
    with pytest.warns(UserWarning, match="does not take the session's tools"):
        until_warned(session, nameless)
    session.remove_tool(nameless)
    with pytest.raises(rt.ServerError):
        session.update(tools=[{"type": "function", "name": ""}])
    assert "add" in session.tools
    with pytest.raises(ValueError, match="two tools are named 'add'"):
        session.update(tools=[add, add])
    with pytest.raises(TypeError, match="a tool is 5"):
        session.update(tools=[5])  # type: ignore[list-item] # wrong on purpose


def test_a_tool_is_taken_away_by_whatever_it_came_by(session: rt.Session) -> None:
    def note() -> str:
        return "noted"

    for it in ("note", note, session.tool(note)):
        session.tool(note)
        session.remove_tool(it)
        assert "note" not in session.tools


@pytest.mark.parametrize("closed", [False, True])
def test_an_update_that_never_went_out_changes_no_tools(session: rt.Session, closed: bool) -> None:
    settings: dict[str, Any] = {"voice": "marin"} if closed else {"output": "smoke signals"}
    if closed:
        session.close()
    with pytest.raises(rt.ConnectionClosedError if closed else TypeError):
        session.update(tools=[], **settings)
    assert list(session.tools) == ["add", "slowly"]


def test_a_call_by_hand_next_to_tools(session: rt.Session) -> None:
    session.update(tools=[add, {"type": "function", "name": "mine", "description": "", "parameters": {}}])
    response = session.ask(f"{call('add', a=1, b=1)}\n{call('mine')}")
    mine = next(item for item in response.calls if item.name == "mine")
    output = {"type": "function_call_output", "call_id": mine.call_id, "output": "by hand"}
    session.send({"type": "conversation.item.create", "item": output})
    session.wait("response.done")
    assert session.responses[-1].text == "Outputs: 2 | by hand"
    assert len(requests(session)) == 2


def test_an_output_by_hand_comes_before_the_tool_s() -> None:
    gate = Gate()
    with with_tools(gate.tool) as session, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(session.ask, call("gate"))
        assert gate.entered.wait(10)
        session.wait("response.done")
        output = {"type": "function_call_output", "call_id": only(session).call_id, "output": "by hand"}
        session.send({"type": "conversation.item.create", "item": output})
        assert asked.result(10).text == "Outputs: by hand"
        gate.leave.set()
        assert session.wait("rt.tool.unsent", after=0)["reason"] == BY_HAND
        assert outputs(session) == ["by hand"]


def test_the_same_call_id_twice() -> None:
    server = ScriptedServer()

    def answer(event: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if event["type"] == "conversation.item.create":
            yield {"type": "conversation.item.added", "item": event["item"]}
        elif event["type"] == "response.create" and server.requests == 1:
            yield created("r")
            for item_id in ("one", "two"):
                arguments = json.dumps({"a": 1, "b": 1})
                item = {"id": item_id, "type": "function_call", "call_id": "c", "name": "add", "arguments": arguments}
                yield {"type": "response.output_item.done", "response_id": "r", "item": item}
            yield {"type": "response.done", "response": {"id": "r", "status": "completed", "output": []}}
        elif event["type"] == "response.create":
            yield created("s")
            yield from said("s", "done")

    server.answer = answer
    session = server.connect()
    session.tool(add)
    with pytest.warns(UserWarning, match="two calls with the id c"):
        response = session.ask("q")
    assert (response.text, outputs(session)) == ("done", ["2"])
    session.close()


def test_a_server_that_says_nothing_to_the_request_for_an_answer_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("rt_notebook.session.asking.LOST_SECONDS", 0.1)
    server = ScriptedServer()

    def answer(event: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if event["type"] == "conversation.item.create":
            yield {"type": "conversation.item.added", "item": event["item"]}
        elif event["type"] == "response.create" and server.requests == 1:
            yield created("r")
            item = {"id": "i", "type": "function_call", "call_id": "c", "name": "add", "arguments": '{"a": 1, "b": 1}'}
            yield {"type": "response.output_item.done", "response_id": "r", "item": item}
            yield {"type": "response.done", "response": {"id": "r", "status": "completed", "output": []}}
        elif event["type"] == "response.create" and server.requests == 2:
            yield {"type": "error", "error": {"type": "server_error", "message": "Sorry about that!", "event_id": None}}
        elif event["type"] == "response.create":
            yield created("s")
            yield from said("s", "back again")

    server.answer = answer
    with server.connect() as session:
        session.tool(add)
        with pytest.warns(UserWarning, match="The server says nothing to the request"):
            assert session.ask("q", timeout=10).text == ""
        assert session.ask("q").text == "back again"


# -- approval -------------------------------------------------------------------------------------------------------


def asking(**options: Any) -> tuple[rt.Session, list[str]]:
    """Return a session with a tool that asks first, and what it has done."""
    done: list[str] = []

    @rt.tool(**{"approve": True, **options})
    def delete(name: str) -> str:
        """Delete something."""
        done.append(name)
        return f"{name} is gone"

    return with_tools(delete), done


def test_a_call_that_is_approved(session: rt.Session) -> None:
    session, done = asking()
    with session, ThreadPoolExecutor(1) as pool:
        with pytest.raises(ValueError, match="no call waits for approval"):
            session.approve()
        asked = pool.submit(session.ask, call("delete", name="x"))
        assert session.wait("rt.tool.waiting", after=0)["arguments"] == {"name": "x"}
        assert done == []
        session.approve()
        assert asked.result(10).text == "Outputs: x is gone"
        session.approve(only(session).call_id)  # a second time
        with pytest.raises(ValueError, match="does not wait for approval: it is approved"):
            session.deny(only(session).call_id)
        with pytest.raises(ValueError, match="there is no such call"):
            session.approve("call_unknown")
        assert done == ["x"]
        assert rows(session) == ["rt.tool.waiting", "rt.tool.approved", "rt.tool.started", "rt.tool.done"]


def test_a_call_that_is_denied() -> None:
    session, done = asking()
    with session, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(session.ask, f"{call('delete', name='x')}\n{call('delete', name='y')}")
        first = session.wait("rt.tool.waiting", after=0)
        session.wait("rt.tool.waiting", after=first)
        with pytest.raises(ValueError, match="several calls wait"):
            session.approve()
        one, two = session.calls
        session.deny(one.call_id, "not that one")
        session.deny(one.call_id)
        session.approve()
        assert "did not allow this call of delete: not that one" in asked.result(10).text
        assert (one.state, two.state, done) == ("failed", "done", ["y"])
        (failed,) = session.events.filter("rt.tool.failed")
        assert (failed["kind"], failed["call_id"]) == ("denied", one.call_id)


def test_approval_that_is_never_given() -> None:
    session, done = asking()
    session.add(call("delete", name="x"))
    session.respond(wait=False)
    session.wait("rt.tool.waiting")
    session.close()
    assert (only(session).state, done) == ("unsent", [])
    assert rows(session) == ["rt.tool.waiting", "rt.tool.unsent"]
    with pytest.raises(ValueError, match="no call waits"):
        session.approve()


def test_a_function_that_says_which_calls_ask() -> None:
    session, done = asking(approve=lambda arguments: arguments["name"] != "harmless")
    with session, ThreadPoolExecutor(1) as pool:
        assert session.ask(call("delete", name="harmless")).text == "Outputs: harmless is gone"
        assert session.events.filter("rt.tool.approved")[0]["by"] == "function"
        asked = pool.submit(session.ask, call("delete", name="x"))
        session.wait("rt.tool.waiting", after=len(session.events) - 1)
        session.approve()
        assert asked.result(10).text == "Outputs: x is gone"
        # Nobody is asked about what would not work.
        assert "do not fit" in session.ask(call("delete", nome="x")).text
        assert done == ["harmless", "x"]


# -- connections and recordings -------------------------------------------------------------------------------------


def test_the_connection_breaks_while_tools_run_and_nothing_of_it_goes_to_the_next_one() -> None:
    plain, kept = Gate(name="plain"), Gate(name="kept", cancel=False)
    server = MemoryServer(answer=calling)
    with with_tools(plain.tool, kept.tool, server=server) as session, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(session.ask, f"{call('plain')}\n{call('kept')}")
        assert plain.entered.wait(10)
        assert kept.entered.wait(10)
        block(server.ends[0].close(1011, "out of service"))
        with pytest.raises(rt.ConnectionClosedError, match="out of service"):
            asked.result(10)
        unsent = session.wait("rt.tool.unsent", after=0)
        assert (unsent["name"], unsent["output"], unsent["reason"]) == ("plain", None, LOST)
        session.open()
        assert session.calls == []
        plain.leave.set()
        kept.leave.set()
        late = session.wait("rt.tool.unsent", after=unsent)
        assert (late["name"], late["output"]) == ("kept", "through")
        assert session.ask("Still there?").text == "You said: Still there?"
        assert outputs(session) == []


def ask_with(session: rt.Session, tool: Tool) -> rt.Response:
    """Give the session a tool and let it be called."""
    session.tool(tool)
    return session.ask(call(tool.name, a=1, b=1))


def recorded() -> rt.EventLog:
    with with_tools(add, slowly) as session:
        session.ask(f"{call('add', a=2, b=3)}\n{call('slowly', text='hm')}")
        session.ask("Thanks")
    return session.events


@pytest.mark.parametrize("speed", [float("inf"), 50.0])
def test_a_replay_runs_the_tools_and_compares_what_they_return(speed: float) -> None:
    log, ran = recorded(), []

    @rt.tool(name="add")
    def spy(a: int, b: int) -> int:
        """Add two numbers."""
        ran.append((a, b))
        return a + b

    with rt.connect(replay=log, speed=speed, tools=[spy, slowly], output="text", turn_detection=None) as session:
        answer = session.ask(f"{call('add', a=2, b=3)}\n{call('slowly', text='hm')}")
        assert answer.text == "Outputs: 5 | hm"
        assert session.ask("Thanks").text == "You said: Thanks"
        session.replay.finish()  # type: ignore[union-attr] # it is one
        differences = session.replay.differences  # type: ignore[union-attr] # it is one
    assert ran == [(2, 3)]
    assert rows(session) == [event.type for event in log.filter("rt.tool.*")]
    assert len(session.events) == len(log)
    assert [each for each in differences if each.type != "session.update"] == []


def test_a_replay_tells_what_a_tool_returns_otherwise() -> None:
    @rt.tool(name="add")
    def wrong(a: int, b: int) -> int:
        """Add two numbers."""
        return a - b

    again = rt.connect(replay=recorded(), speed=float("inf"))
    with pytest.warns(UserWarning, match="The replay differs"):
        again.update(tools=[wrong, slowly])
    with pytest.warns(UserWarning, match="item.output was '5', and is '-1'"):
        again.ask(f"{call('add', a=2, b=3)}\n{call('slowly', text='hm')}")
    told = [each for each in again.replay.differences if each.path == "item.output"]  # type: ignore[union-attr] # it is one
    assert [(each.recorded, each.sent) for each in told] == [("5", "-1")]


def test_a_recording_without_the_output_ends_the_wait() -> None:
    with connect_in_memory(MemoryServer(answer=calling), output="text") as session:
        session.ask(call("add", a=1, b=1))
    again = rt.connect(replay=session.events, speed=float("inf"))
    with pytest.warns(UserWarning, match="The replay differs") as warned:
        answer = ask_with(again, add)
    assert any("sent, but not recorded: conversation.item.create" in str(each.message) for each in warned)
    assert answer.calls
    assert only(again).state == "unsent"


def test_a_hundred_questions_with_calls_leave_nothing_behind(session: rt.Session) -> None:
    for number in range(100):
        assert session.ask(call("add", a=number, b=1)).text == f"Outputs: {number + 1}"
    runner = session._session._runner
    assert (runner._runs, runner._tasks, runner._waiters) == ({}, set(), set())
    assert runner.calls._follow._open == {}
