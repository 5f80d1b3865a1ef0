"""Function calls of an agent that drives its own connection."""

import asyncio
import contextlib
import json
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import pytest

import rt_notebook as rt
from rt_notebook.agents import VoiceToolExecutor, amerge


def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


async def greet(name: str) -> dict[str, str]:
    """Greet somebody."""
    return {"greeting": f"Grüß dich, {name}"}


def fail() -> None:
    """Raise."""
    raise LookupError("the shelf is empty")


async def never() -> None:
    """Take for ever."""
    await asyncio.Event().wait()


def call(call_id: str, name: str, arguments: Any = None) -> dict[str, Any]:
    text = arguments if isinstance(arguments, str) else json.dumps(arguments or {})
    return {"type": "function_call", "call_id": call_id, "name": name, "arguments": text}


def outputs_of(executor: Callable[[], VoiceToolExecutor], *calls: dict[str, Any], count: int) -> dict[str, str]:
    """Run calls and return the first `count` outputs by call id."""

    async def run() -> dict[str, str]:
        outputs: dict[str, str] = {}
        async with executor() as running, contextlib.aclosing(running.output_iterator()) as events:
            for each in calls:
                await running.add_tool_call(each)
            async for event in events:
                item = event["item"]
                assert event["type"] == "conversation.item.create"
                assert item["type"] == "function_call_output"
                assert item["id"].startswith("item_")
                outputs[item["call_id"]] = item["output"]
                if len(outputs) == count:
                    break
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return outputs

    return asyncio.run(run())


def test_each_call_has_one_output_whatever_becomes_of_it() -> None:
    outputs = outputs_of(
        lambda: VoiceToolExecutor(tools=[add, greet, fail, rt.tool(never, timeout=0.01)]),
        call("1", "add", {"a": 2, "b": 3}),
        call("2", "greet", {"name": "Jörg"}),
        call("3", "fail"),
        call("4", "add", "{a: 2}"),
        call("5", "ad", {"a": 2, "b": 3}),
        call("6", "add", {"a": 2}),
        call("7", "never"),
        call("1", "fail"),
        count=7,
    )
    assert outputs["1"] == "5"
    assert json.loads(outputs["2"]) == {"greeting": "Grüß dich, Jörg"}
    assert "Grüß" in outputs["2"]
    assert "LookupError: the shelf is empty" in outputs["3"]
    assert "not JSON" in outputs["4"]
    assert "'ad'" in outputs["5"]
    assert "add, greet, fail, never" in outputs["5"]
    assert "b" in outputs["6"]
    assert "0.01 s" in outputs["7"]


def test_what_needs_approval_is_not_called_and_odd_exceptions_are_outputs_too() -> None:
    def stop() -> None:
        raise StopIteration("no more")

    async def leave() -> None:
        raise SystemExit("bye")

    async def late() -> None:
        raise TimeoutError("the shop did not answer")

    async def gone() -> None:
        raise asyncio.CancelledError("somebody else's")

    def unfit() -> object:
        return object()

    tools = {"stop": stop, "leave": leave, "late": late, "gone": gone, "unfit": unfit}
    executor = {"pay": rt.tool(fail, approve=True)} | tools
    outputs = outputs_of(
        lambda: VoiceToolExecutor(executor), *(call(name, name) for name in executor), count=len(executor)
    )
    assert "approval" in outputs["pay"]
    assert "StopIteration" in outputs["stop"]
    assert "SystemExit: bye" in outputs["leave"]
    assert outputs["late"] == "late raised TimeoutError: the shop did not answer"
    assert outputs["gone"] == "gone raised CancelledError: somebody else's"
    assert outputs["unfit"].startswith("unfit returned what cannot be sent: the result is object")


def test_a_tool_s_own_words_reach_the_model() -> None:
    def refuse() -> None:
        raise rt.ToolError("Ask for the order's number first.")

    outputs = outputs_of(lambda: VoiceToolExecutor({"order": refuse}), call("1", "order"), count=1)
    assert "Ask for the order's number first." in outputs["1"]


@pytest.mark.parametrize("count", [1, 20])
def test_calls_run_side_by_side(count: int) -> None:
    together = threading.Barrier(count)

    def wait() -> bool:
        return together.wait(20) >= 0

    outputs = outputs_of(
        lambda: VoiceToolExecutor(tools=[wait]),
        *(call(str(number), "wait") for number in range(count)),
        count=count,
    )
    assert list(outputs.values()) == ["true"] * count


def test_closing_cancels_what_runs_and_ends_the_iterator() -> None:
    cancelled = []

    async def slow() -> None:
        """Take long."""
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.append(True)

    async def run() -> list[Any]:
        executor = VoiceToolExecutor(tools=[slow])
        await executor.add_tool_call(call("1", "slow"))
        await asyncio.sleep(0)

        async def close() -> None:
            await executor.aclose()

        closing = asyncio.create_task(close())
        events = [event async for event in executor.output_iterator()]
        await closing
        with pytest.raises(rt.RealtimeError, match="closed"):
            await executor.add_tool_call(call("2", "slow"))
        return events

    assert asyncio.run(run()) == []
    assert cancelled == [True]


def test_it_merges_with_other_streams() -> None:
    async def calls(names: Sequence[str]) -> AsyncIterator[dict[str, Any]]:
        for number, name in enumerate(names):
            yield call(str(number), name, {"a": number, "b": 1})

    async def run() -> list[str]:
        executor = VoiceToolExecutor(tools=[add])
        outputs: list[str] = []
        merging = amerge(calls=calls(["add"] * 5), outputs=executor.output_iterator())
        async with contextlib.aclosing(merging):
            async for key, event in merging:
                if key == "calls":
                    await executor.add_tool_call(event)
                else:
                    outputs.append(event["item"]["output"])
                    if len(outputs) == 5:
                        break
        return outputs

    assert sorted(asyncio.run(run())) == ["1", "2", "3", "4", "5"]
