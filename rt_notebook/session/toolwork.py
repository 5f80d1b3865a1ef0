"""One call of a tool: a plain function on a thread of its own, an async one on the tools' loop.

Neither holds up anybody: the threads are daemons, and what comes of them is posted to the background loop.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, Protocol

from rt_notebook.session.call import Call
from rt_notebook.session.calls import Calls
from rt_notebook.session.failures import fitting
from rt_notebook.session.results import Output
from rt_notebook.session.runner import background_loop, on_thread, tools_loop
from rt_notebook.session.tools import Bound, Tool, ToolContext

Decider = Literal["python", "panel", "function"]


class Follower(Protocol):
    """Who is told of a call, on the background loop."""

    def asks(self, run: Run) -> None:
        """Take note that a person is to be asked first."""

    def approved(self, run: Run, by: Decider) -> None:
        """Take note that the tool's own function wants nobody to be asked."""

    def returned(self, run: Run, output: Output) -> None:
        """Take what the tool has returned."""

    def raised(self, run: Run, error: BaseException) -> None:
        """Take what the tool has raised, or what is wrong with its arguments."""


@dataclass(slots=True, eq=False)
class Run:
    """A call whose tool runs, or waits to."""

    calls: Calls
    call: Call
    tool: Tool
    arguments: str
    context: ToolContext
    approved: bool
    bound: Bound | None = None
    begun: float | None = None
    """When it began, on the monotonic clock; None before."""
    timer: asyncio.TimerHandle | None = None
    task: Future[Any] | None = None
    """What runs on the tools' loop."""

    def start(self, follower: Follower) -> None:
        """Run the tool; or, where a person is asked first, only look at its arguments."""
        if self.tool.is_async:
            self.task = asyncio.run_coroutine_threadsafe(self._work_async(follower), tools_loop())
        else:
            on_thread(partial(self._work, follower))

    def abandon(self) -> None:
        """Stop the tool where it can be stopped; a plain function can only look at its context."""
        self.context.cancelled = True
        if self.task is not None:
            self.task.cancel()

    @property
    def duration_ms(self) -> float:
        """How long it has been running."""
        return 0.0 if self.begun is None else round((time.monotonic() - self.begun) * 1000, 3)

    def _work(self, follower: Follower) -> None:
        try:
            if (bound := self._bind(follower)) is None:
                return
            value = bound.call(self.context)
            if inspect.iscoroutine(value):  # of a plain function that returns one
                self.task = asyncio.run_coroutine_threadsafe(value, tools_loop())
                value = self.task.result()
            output = fitting(value)
        except BaseException as error:  # also SystemExit, which would be lost with the thread
            post(follower.raised, self, error)
        else:
            post(follower.returned, self, output)

    async def _work_async(self, follower: Follower) -> None:
        try:
            if (bound := self._bind(follower)) is None:
                return
            value = bound.call(self.context)
            output = fitting(await value if inspect.isawaitable(value) else value)
        except BaseException as error:  # also SystemExit, which would end the loop of all tools
            post(follower.raised, self, error)
        else:
            post(follower.returned, self, output)

    def _bind(self, follower: Follower) -> Bound | None:
        """Return the tool with its arguments; None where a person is asked first, with arguments that are valid."""
        if self.bound is None:
            self.bound = self.tool.bind(self.arguments)
            approve = self.tool.approve
            if not self.approved and (approve is True or (callable(approve) and approve(self.bound.arguments))):
                post(follower.asks, self)
                return None
            if not self.approved:
                post(follower.approved, self, "function")
        return self.bound


def post(function: Callable[..., None], *args: Any) -> None:
    """Call a function on the background loop, soon; from any thread."""
    background_loop().call_soon_threadsafe(function, *args)
