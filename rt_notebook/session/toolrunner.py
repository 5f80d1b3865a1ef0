"""Runs the tools that a model calls, and does what `calls` says: rows, outputs, and asking for the answer to them.

Lives on the background loop; the tools themselves do not, so none of them holds up the session or its closing.
"""

from __future__ import annotations

import asyncio
import sys
import time
import traceback
import warnings
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Any

from rt_notebook.errors import (
    ConnectionClosedError,
    RealtimeError,
    ReplayError,
    ServerError,
)
from rt_notebook.log.turns import read_turns
from rt_notebook.protocol.catalog import BUSY
from rt_notebook.protocol.event import Event
from rt_notebook.protocol.items import Response
from rt_notebook.session import failures
from rt_notebook.session.asking import Asker, Delta, Request
from rt_notebook.session.call import STOPPED, Action, Ask, Call, Note, Send, Start, Stop, Unsent
from rt_notebook.session.calls import TYPES, Calls
from rt_notebook.session.failures import Failure
from rt_notebook.session.results import Output
from rt_notebook.session.tools import ToolContext
from rt_notebook.session.toolset import Toolset
from rt_notebook.session.toolwork import Decider, Run, post
from rt_notebook.session.wire import Wire


class ToolRunner:
    """Answers a session's function calls. `session` returns what a tool gets as its session: (is it async?) -> it."""

    def __init__(self, wire: Wire, asker: Asker, toolset: Toolset, session: Callable[[bool], Any]) -> None:
        self._wire = wire
        self._asker = asker
        self._toolset = toolset
        self._session = session
        self.calls = Calls(toolset, replays=wire.replays)
        self._todo: deque[tuple[Calls, Action]] = deque()
        self._runs: dict[Call, Run] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._until = 0.0
        """When it is due, seconds on the log's clock."""
        self._waiters: set[asyncio.Future[None]] = set()
        wire.subscribe(self._take, (*TYPES, "rt.connection.opened"))

    # -- what is told to the core, and what it says -------------------------------------------------------------------

    def _take(self, event: Event) -> None:
        if event.type == "rt.connection.opened":
            self.calls = Calls(self._toolset, replays=self._wire.replays)
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        # Not done here: everybody is to have this event before those that come of it.
        if self._plan(self.calls, self.calls.take(event)):
            asyncio.get_running_loop().call_soon(self.act)

    def _plan(self, calls: Calls, actions: list[Action]) -> bool:
        self._todo += [(calls, action) for action in actions]
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        if (wait := calls.wait) is not None:
            now, until = wait
            # One that comes too early looks again; one that comes too late would hold up the answer.
            if self._timer is None or until < self._until:
                if self._timer is not None:
                    self._timer.cancel()
                self._until = until
                self._timer = asyncio.get_running_loop().call_later(until - now, self._tick, calls, until)
        return bool(actions)

    def _tick(self, calls: Calls, t: float) -> None:
        self._timer = None
        self._plan(calls, calls.tick(t))
        self.act()

    def act(self) -> None:
        """Do what there is to do."""
        while self._todo:
            calls, action = self._todo.popleft()
            match action:
                case Start():
                    self._start(calls, action)
                case Stop(call, reason):
                    self._stop(call, reason)
                case Send(call, output):
                    self._send(calls, call, output)
                case Unsent(call, reason):
                    self._wire.local("rt.tool.unsent", **_about(call), output=call.output, reason=reason)
                case Ask():
                    task = asyncio.get_running_loop().create_task(self._ask(calls))
                    self._tasks.add(task)
                    task.add_done_callback(self._tasks.discard)
                case Note(text):
                    _warn(text)

    # -- running ------------------------------------------------------------------------------------------------------

    def _start(self, calls: Calls, start: Start) -> None:
        call, tool = start.call, start.tool
        if tool is None:
            self._wire.local("rt.tool.started", **_about(call), arguments=call.arguments)
            self._failed(calls, call, failures.unknown_tool(call.name, self._toolset.tools), None)
            return
        context = ToolContext(
            session=self._session(tool.is_async),
            call_id=call.call_id,
            name=call.name,
            item_id=call.item_id,
            response_id=call.response_id,
            find_turn=lambda: self._turn_of(call),
        )
        run = self._runs[call] = Run(calls, call, tool, start.arguments, context, approved=tool.approve is False)
        context.report = lambda text, fraction: post(self._progressed, run, text, fraction)
        if run.approved:
            self._begun(run)
        self._launch(run)

    def _launch(self, run: Run) -> None:
        if run.tool.timeout is not None:
            run.timer = asyncio.get_running_loop().call_later(run.tool.timeout, self._timed_out, run)
        run.start(self)

    def _begun(self, run: Run) -> None:
        run.begun = time.monotonic()
        self._wire.local("rt.tool.started", **_about(run.call), arguments=run.call.arguments)

    def _turn_of(self, call: Call) -> int | None:
        turns = reversed(read_turns(self._wire.log))
        return next((turn.number for turn in turns if call.response_id in turn.responses), None)

    # -- approval -----------------------------------------------------------------------------------------------------

    def asks(self, run: Run) -> None:
        """Let a call wait until a person has decided."""
        if run.calls.decide(run.call.call_id, "asks"):
            self._disarm(run)
            self._wire.local("rt.tool.waiting", **_about(run.call), arguments=run.call.arguments)

    def approved(self, run: Run, by: Decider) -> None:
        """Take note that a call that might have waited runs."""
        if run.call.state == "running":
            run.approved = True
            self._wire.local("rt.tool.approved", call_id=run.call.call_id, by=by)
            self._begun(run)

    def approve(self, call_id: str, by: Decider) -> None:
        """Let a call run that waits for approval; anything else is left as it is."""
        run = self._waiting(call_id)
        if run is not None and run.calls.decide(call_id, "approved"):
            self.approved(run, by)
            self._launch(run)

    def deny(self, call_id: str, by: Decider, reason: str) -> None:
        """End a call that waits for approval."""
        run = self._waiting(call_id)
        if run is not None:
            self._wire.local("rt.tool.denied", call_id=call_id, by=by, reason=reason)
            self._failed(run.calls, run.call, failures.denied(run.call.name, reason), run)

    def _waiting(self, call_id: str) -> Run | None:
        runs = [run for run in self._runs.values() if run.calls is self.calls]
        return next((run for run in runs if run.call.call_id == call_id and run.call.state == "waiting"), None)

    # -- how it ends --------------------------------------------------------------------------------------------------

    def returned(self, run: Run, output: Output) -> None:
        """Take what a tool has returned."""
        actions = run.calls.end(run.call.call_id, "returned", output)
        if actions is not None:
            self._told(run.call, run, "rt.tool.done", output)
            self._finish(run, actions)

    def raised(self, run: Run, error: BaseException) -> None:
        """Take what a tool has raised."""
        if run.call.state != "running":
            return  # it was cancelled, or its time was up
        failure = failures.raised(run.call.name, error)
        self._failed(run.calls, run.call, failure, run)
        if not failure.expected:  # told last: a notebook's stderr may itself have something against the text
            sys.stderr.write(f"The tool {run.call.name} failed; the session goes on, and the model is told.\n")
            traceback.print_exception(error, file=sys.stderr)

    def _timed_out(self, run: Run) -> None:
        run.timer = None
        self._failed(run.calls, run.call, failures.timed_out(run.call.name, run.tool.timeout or 0.0), run)
        run.abandon()

    def _failed(self, calls: Calls, call: Call, failure: Failure, run: Run | None) -> None:
        output = failure.output
        actions = calls.end(call.call_id, "denied" if failure.kind == "denied" else "raised", output)
        if actions is not None:
            call.error = output.text
            self._told(call, run, "rt.tool.failed", output, kind=failure.kind, error={"message": output.text})
            self._finish(run, actions, calls)

    def _told(self, call: Call, run: Run | None, type_: str, output: Output, **fields: Any) -> None:
        call.duration_ms = 0.0 if run is None else run.duration_ms
        respond = run is None or run.tool.respond
        more = {"truncated_from": output.truncated_from, "late": call.late, "respond": respond}
        self._wire.local(type_, **_about(call), duration_ms=call.duration_ms, output=output.text, **more, **fields)

    def _finish(self, run: Run | None, actions: list[Action], calls: Calls | None = None) -> None:
        if run is not None:
            self._forget(run)
            calls = run.calls
        self._plan(calls or self.calls, actions)
        self.act()

    def _stop(self, call: Call, reason: str) -> None:
        run = self._runs.get(call)
        call.duration_ms = 0.0 if run is None else run.duration_ms
        if call.state == "cancelled":
            fields = {"duration_ms": call.duration_ms, "reason": reason, "output": call.output}
            self._wire.local("rt.tool.cancelled", **_about(call), **fields)
        if run is not None:
            run.abandon()
            self._forget(run)

    def _forget(self, run: Run) -> None:
        self._disarm(run)
        self._runs.pop(run.call, None)

    def _disarm(self, run: Run) -> None:
        if run.timer is not None:
            run.timer.cancel()
            run.timer = None

    def _progressed(self, run: Run, text: str, fraction: float | None) -> None:
        if run.call.state == "running":
            run.call.progress = (text, fraction)
            fields = {"call_id": run.call.call_id, "name": run.call.name, "text": text, "fraction": fraction}
            self._wire.local("rt.tool.progress", **fields)

    # -- what goes out ------------------------------------------------------------------------------------------------

    def _send(self, calls: Calls, call: Call, output: Output) -> None:
        try:
            if calls is not self.calls:
                raise self._wire.gone("sending the output of a function call")
            text, shown = output.text, output.images if self._wire.dialect == "ga" else ()
            if len(shown) < len(output.images):
                text = f"{text}\n({len(output.images)} images are left out: the beta dialect takes none.)"
            item = {"type": "function_call_output", "call_id": call.call_id, "output": text}
            self._wire.send({"type": "conversation.item.create", "item": item})
            if shown:
                self._wire.send({"type": "conversation.item.create", "item": _pictures(call, shown)})
        except (ConnectionClosedError, ReplayError) as error:
            self._plan(calls, calls.unsendable(call.call_id, str(error)))

    async def _ask(self, calls: Calls) -> None:
        try:
            await self._asker.follow_up(lambda: calls.begin() if calls is self.calls else None)
        except ServerError as error:
            if error.code != BUSY:
                _warn(f"The answer to a function's output could not be asked for. {error}")
        except RealtimeError:
            calls.give_up()
        except TimeoutError:
            calls.give_up()
            _warn(
                "The server says nothing to the request for an answer to a function's output; session.events has all."
            )
        else:
            calls.begun()
        self._plan(calls, [])

    # -- for who waits for answers ------------------------------------------------------------------------------------

    async def more(self, request: Request) -> AsyncIterator[Delta]:
        """Yield the pieces of a response, and of those that answer its calls, while they are made."""
        async for delta in self._asker.deltas(request):
            yield delta
        calls, told = self.calls, [request.response.id]
        while True:
            chain = calls.chain(told[0])
            if new := [id_ for id_ in chain if id_ not in told]:
                told.append(new[0])
                async for delta in self._asker.more(self._wire.conversation.responses[told[-1]], calls.row(told[-1])):
                    yield delta
            elif (waiting := next(filter(calls.waiting, chain), None)) is not None:
                await self._changed(calls, waiting)
            else:
                return

    async def final(self, response: Response) -> Response:
        """Wait until no answer to a response's calls is still to come; return the last one, or the response itself.

        Raises
        ------
        ConnectionClosedError
            The connection ended before.
        """
        calls = self.calls
        while True:
            made = self._wire.conversation.responses
            ids = calls.chain(response.id)
            chain = [made[id_] for id_ in ids]
            last = chain[-1]
            if last.status == "in_progress":
                async for _ in self._asker.more(last, calls.row(last.id)):
                    pass
            elif (waiting := next(filter(calls.waiting, ids), None)) is not None:
                await self._changed(calls, waiting)
            else:
                last.before = chain[:-1]
                return last

    def why(self) -> str:
        """Return what an answer waits for that does not come; empty where no call is the cause."""
        for state, told in _UNDONE.items():
            if names := [call.name for call in self.calls.calls if call.state == state]:
                return f"The call of {', '.join(names)} {told}"
        return ""

    async def _changed(self, calls: Calls, response_id: str) -> None:
        """Wait until something has happened that may bring the answer to a response's calls."""
        if calls.closed or calls is not self.calls:
            raise self._wire.gone("waiting for the answer to a function's output")
        if self._wire.replays and not calls.busy(response_id):
            # A recording without a pace goes on for who waits.
            await self._wire.first("*", after=len(self._wire.log) - 1)
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            await waiter
        finally:
            self._waiters.discard(waiter)

    def interrupt(self) -> None:
        """Cancel what may be cancelled, and let nothing be answered: the user has stopped it."""
        self._plan(self.calls, self.calls.interrupt(STOPPED, silently=True))
        self.act()


_UNDONE = {
    "waiting": "waits for approval: session.approve() or session.deny().",
    "running": "is still running; a longer timeout= waits longer.",
}


def _about(call: Call) -> dict[str, Any]:
    return {"call_id": call.call_id, "item_id": call.item_id, "response_id": call.response_id, "name": call.name}


def _pictures(call: Call, urls: tuple[str, ...]) -> dict[str, Any]:
    told = {"type": "input_text", "text": f"What {call.name} shows (its call {call.call_id}):"}
    content = [told, *({"type": "input_image", "image_url": url} for url in urls)]
    return {"type": "message", "role": "user", "content": content}


def _warn(text: str) -> None:
    # The line that asked is on another thread's stack, so none is named.
    warnings.warn_explicit(text, UserWarning, "rt_notebook", 0)
