"""The process's background loops: one thread runs every session, whatever the user's own thread and loop do.

Another one runs the users' async tools, so that one that blocks holds up no sound.
"""

from __future__ import annotations

import asyncio
import contextvars
import functools
import os
import sys
import threading
import traceback
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, ParamSpec, TypeVar

from rt_notebook.errors import RealtimeError, WaitTimeoutError

P = ParamSpec("P")
T = TypeVar("T")

# Python on Windows does not let Ctrl-C interrupt a wait without an end, so waits have one and are repeated.
_INTERRUPTIBLE = 0.2

_TOOLS = "rt_notebook tools"

_lock = threading.Lock()
_loops: dict[str, asyncio.AbstractEventLoop] = {}


def background_loop() -> asyncio.AbstractEventLoop:
    """Return the sessions' loop, started where it is not running."""
    return _running("rt_notebook")


def tools_loop() -> asyncio.AbstractEventLoop:
    """Return the async tools' loop, started where it is not running."""
    return _running(_TOOLS)


def _running(name: str) -> asyncio.AbstractEventLoop:
    with _lock:
        if (loop := _loops.get(name)) is None:
            loop = _loops[name] = asyncio.new_event_loop()
            threading.Thread(target=_live, args=(loop,), name=name, daemon=True).start()
        return loop


def _live(loop: asyncio.AbstractEventLoop) -> None:
    while True:
        try:
            loop.run_forever()
        except BaseException:  # a task that raises SystemExit stops its loop, though others still live on it
            traceback.print_exc(file=sys.stderr)


class Threads:
    """Daemon threads for what blocks: as many as are needed at once, each used again, since starting one takes a while.

    Other than an executor's, they hold up neither each other nor the end of the process.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle = 0
        self._queue: SimpleQueue[Callable[[], None]] = SimpleQueue()

    def run(self, function: Callable[[], None]) -> None:
        """Call a function, which may not raise, on a thread of its own."""
        with self._lock:
            if self._idle:
                self._idle -= 1
                self._queue.put(function)
                return
        threading.Thread(target=self._work, args=(function,), name="rt_notebook tool", daemon=True).start()

    def _work(self, function: Callable[[], None]) -> None:
        while True:
            contextvars.copy_context().run(function)  # so that none finds the context variables of the one before
            with self._lock:
                self._idle += 1
            function = self._queue.get()


_threads = Threads()


def on_thread(function: Callable[[], None]) -> None:
    """Call a function, which may not raise, on a thread of its own."""
    _threads.run(function)


def _forget_loops() -> None:
    """Start anew in a forked child: all threads stayed with the parent."""
    global _lock, _threads
    _loops.clear()
    _lock, _threads = threading.Lock(), Threads()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_loops)


def block(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on the background loop and wait for it; a KeyboardInterrupt cancels it."""
    future = _submit(coroutine)
    try:
        while True:
            try:
                return future.result(_INTERRUPTIBLE)
            except TimeoutError:
                if future.done():
                    return future.result()
    except (RealtimeError, TypeError, ValueError, OSError) as error:
        # What is wrong with a call is said in the error's text; the frames of the background loop would bury it.
        raise error.with_traceback(None) from None
    finally:
        future.cancel()


async def hop(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on the background loop and await it from any loop."""
    loop = background_loop()
    if asyncio.get_running_loop() is loop:
        return await coroutine
    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(coroutine, loop))


def on_loop(method: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Let a coroutine function run on the background loop, whichever loop awaits it."""

    @functools.wraps(method)
    async def hopping(*args: P.args, **kwargs: P.kwargs) -> T:
        return await hop(method(*args, **kwargs))

    return hopping


async def within(seconds: float, what: str, coroutine: Awaitable[T], why: Callable[[], str] = str) -> T:
    """Await with a time limit; raises `WaitTimeoutError`, which says what did not come, and `why` if that is known."""
    try:
        async with asyncio.timeout(seconds):
            return await coroutine
    except WaitTimeoutError:
        raise
    except TimeoutError:
        hint = why() or "timeout= sets the limit; session.events shows what came."
        raise WaitTimeoutError(what, seconds, hint) from None


def _submit(coroutine: Coroutine[Any, Any, T]) -> Future[T]:
    loop = background_loop()
    try:
        running: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
    except RuntimeError:
        running = None
    if running is loop:
        coroutine.close()
        raise RealtimeError(
            "A blocking call was made on the session's own thread, which it would block for ever. "
            "Use rt.aconnect() and await the call there."
        )
    if running is not None and running is _loops.get(_TOOLS):
        coroutine.close()
        raise RealtimeError(
            "A blocking call was made in an async tool, where it would hold up all async tools, maybe the one that it "
            "waits for. Make the tool a plain function, or give it a parameter `context: rt.ToolContext` and await the "
            "methods of context.session."
        )
    return asyncio.run_coroutine_threadsafe(coroutine, loop)


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end anywhere, also where a loop already runs, as in a notebook.

    There the running loop is made re-entrant by `nest_asyncio2`.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    import nest_asyncio2

    nest_asyncio2.apply(loop)
    return loop.run_until_complete(coroutine)
