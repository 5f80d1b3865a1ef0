"""Runs function calls for an agent that drives its own connection (`connect`). A session runs its calls itself."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import sys
import threading
import traceback
from collections.abc import AsyncGenerator, Iterable, Mapping
from typing import Any

from rt_notebook import Tool, ToolContext
from rt_notebook.errors import RealtimeError
from rt_notebook.protocol.ids import new_id
from rt_notebook.session import failures
from rt_notebook.session.failures import fitting
from rt_notebook.session.tools import Bound, as_tool

Json = dict[str, Any]


class VoiceToolExecutor:
    """Takes function calls in and gives their outputs out, as `conversation.item.create` events, as they end.

        executor = VoiceToolExecutor(tools=[weather])
        await executor.add_tool_call(event)                 # a response.function_call_arguments.done
        async for output in executor.output_iterator():
            await send_event(output)

    Calls run side by side, from the moment they are added. Each has one output: the result, or an error text that helps
    the model. When to ask for the next response is the caller's decision: once, when the last output of a response's
    calls is out.

    Parameters
    ----------
    tools_by_name
        Tools as the model knows them.
    tools
        Tools under their own names; both may be given. A tool is a function, an `rt_notebook.Tool`, or one of
        LangChain's.
    """

    def __init__(self, tools_by_name: Mapping[str, Any] | None = None, *, tools: Iterable[Any] = ()) -> None:
        made = [as_tool(value) for value in tools]
        named = {name: as_tool(value) for name, value in (tools_by_name or {}).items()}
        self._tools: dict[str, Tool] = {tool.name: tool for tool in made} | named
        self._outputs: asyncio.Queue[Json | None] = asyncio.Queue()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._seen: set[str] = set()
        self._closed = False

    async def add_tool_call(self, tool_call: Mapping[str, Any]) -> None:
        """Start a call; returns at once.

        Parameters
        ----------
        tool_call
            What has ``call_id``, ``name`` and ``arguments`` (JSON text): a `function_call` item, or GA's
            `response.function_call_arguments.done`. The same call id a second time is no second call.

        Raises
        ------
        RealtimeError
            The executor is closed.
        """
        if self._closed:
            raise RealtimeError("This executor is closed, so the call is not run. Make another one.")
        call_id = str(tool_call["call_id"])
        if call_id not in self._seen:
            self._seen.add(call_id)
            name, arguments = str(tool_call.get("name", "")), tool_call.get("arguments") or ""
            self._running[call_id] = asyncio.create_task(self._run(call_id, name, arguments))

    async def output_iterator(self) -> AsyncGenerator[Json, None]:
        """Yield the outputs as the calls end, until the executor is closed. Leaving the iterator closes it."""
        try:
            while (output := await self._outputs.get()) is not None:
                yield output
        finally:
            await self.aclose()

    async def aclose(self) -> None:
        """Cancel what runs and end the iterator; a second time does nothing."""
        self._closed = True
        self._outputs.put_nowait(None)
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def __aenter__(self) -> VoiceToolExecutor:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.aclose()

    async def _run(self, call_id: str, name: str, arguments: str) -> None:
        text = await self._answer(call_id, name, arguments)
        item = {"id": new_id("item"), "type": "function_call_output", "call_id": call_id, "output": text}
        self._outputs.put_nowait({"type": "conversation.item.create", "item": item})
        del self._running[call_id]

    async def _answer(self, call_id: str, name: str, arguments: str) -> str:
        """Return the output of a call: the result, or what went wrong, in words that help the model."""
        tool = self._tools.get(name)
        if tool is None:
            return failures.unknown_tool(name, self._tools).output.text
        context = ToolContext(session=None, call_id=call_id, name=name)
        limit = asyncio.timeout(tool.timeout)
        try:
            bound = tool.bind(arguments)
            if tool.approve is True or (callable(tool.approve) and tool.approve(bound.arguments)):
                return f"{name} was not called: it needs a person's approval, and nobody can be asked here."
            async with limit:
                return await _called(bound, context)
        except (Exception, SystemExit, asyncio.CancelledError) as error:
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise  # the executor is closed
            failure = failures.timed_out(name, tool.timeout or 0.0) if limit.expired() else failures.raised(name, error)
            if not failure.expected:
                traceback.print_exception(error, file=sys.stderr)
            return failure.output.text
        finally:
            context.cancelled = True  # for a plain function that goes on, though nobody waits for it


async def _called(bound: Bound, context: ToolContext) -> str:
    """Call the function; a plain one on a thread of its own, which holds up neither other calls nor the process's end.

    What comes back is made a text where the function ran, since a large result takes its time.
    """
    if bound.tool.is_async:
        return fitting(await bound.call(context)).text
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[str | BaseException] = loop.create_future()

    def tell(told: str | BaseException) -> None:
        if not ended.done():
            ended.set_result(told)

    def run() -> None:
        told: str | BaseException
        try:
            told = fitting(bound.call(context)).text
        except BaseException as error:
            told = error
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(tell, told)

    threading.Thread(target=contextvars.copy_context().run, args=(run,), name=context.name, daemon=True).start()
    if isinstance(told := await ended, BaseException):
        raise told
    return told
