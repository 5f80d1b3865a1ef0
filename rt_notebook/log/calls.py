"""The calls of tools in a log and what became of them.

The local rows `rt.tool.*` tell it, where a tool of this package ran; of other clients the call and its output do, and
of a tool that the server runs the server's own events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from rt_notebook.log.reading import read
from rt_notebook.log.records import Said
from rt_notebook.log.store import EventStore
from rt_notebook.protocol.dialect import ga_type, in_ga
from rt_notebook.protocol.event import error_of
from rt_notebook.protocol.fields import dict_at, number_at, text_at


@dataclass(slots=True, eq=False)
class Run:
    """A call and the run of its tool.

    Times are seconds on the log's clock, None where it did not happen, or nobody told.
    """

    said: Said
    """The item that the call is."""
    row: int
    """Position in the log of where the tool began, else of where the call was complete, or first heard of."""
    state: str = "unanswered"
    """``running``, ``waiting`` (for approval), ``done``, ``failed``, ``cancelled``, ``unsent`` (its output never went
    out), ``unanswered``, or ``incomplete`` (the response was cut off in the middle of the arguments)."""
    called: float | None = None
    """When the call was complete."""
    asked: float | None = None
    """When it was asked whether the tool may run; None where nobody was asked."""
    started: float | None = None
    """When the tool began; None where it never did, or only its output tells of it."""
    ended: float | None = None
    """When it had ended; where no row of its own tells it, when its output was sent."""
    duration_ms: float | None = None
    output: str | None = None
    error: str | None = None
    why: str | None = None
    """The kind of a failure; the reason of what was cancelled or not sent."""

    @property
    def name(self) -> str:
        """The function; empty where nobody told."""
        return self.said.item.name or ""

    @property
    def began(self) -> float | None:
        """When the tool began, or it was asked whether it may, as far as anything tells."""
        return next((t for t in (self.started, self.asked) if t is not None), self.called)

    @property
    def is_unapproved(self) -> bool:
        """Whether the tool never ran, since nobody allowed it."""
        return self.asked is not None and self.started is None


def read_calls(log: EventStore) -> list[Run]:
    """Return the calls of a log, in either dialect, connection by connection in the conversation's order."""
    made = [said for said in read(log).items if said.item.is_call]
    # A conversation that was restored on a new connection has its calls once more, and no response made them there.
    known = {said.item.call_id for said in made if said.response is not None}
    made = [said for said in made if said.response is not None or said.item.call_id not in known]
    return [_read(log, said) for said in made]


def busy_ms(runs: Iterable[Run]) -> float | None:
    """Return how long any of the tools ran, ms: those that ran at once count once; None where nobody told."""
    runs = (run for run in runs if not run.is_unapproved)
    spans = sorted((run.began, run.ended) for run in runs if run.began is not None and run.ended is not None)
    if not spans:
        return None
    total, until = 0.0, float("-inf")
    for start, end in spans:
        total += max(0.0, end - max(start, until))
        until = max(until, end)
    return total * 1000


def _read(log: EventStore, said: Said) -> Run:
    rows = _rows(log, said)
    run = Run(said, rows[0] if rows else 0)
    if said.item.status == "incomplete":
        run.state = "incomplete"
    types = log.type
    for row in rows:
        if handler := _HANDLERS.get(ga_type(types[row] or "")):
            handler(run, in_ga(log[row]), row, 0.0 if log.is_timeless else log.t.data[row])
    if said.item.type == "mcp_call":
        _remote(run)
    if run.duration_ms is None and run.ended is not None and run.began is not None and not run.is_unapproved:
        run.duration_ms = max(0.0, run.ended - run.began) * 1000  # rows may come in any order
    if log.is_timeless:
        run.called = run.asked = run.started = run.ended = None
        run.duration_ms = None
    return run


def _rows(log: EventStore, said: Said) -> list[int]:
    """Return the rows of a call in its connection: those of its item, and those that name its call."""
    rows = set(log.rows(item=said.id))
    if said.item.call_id:
        rows.update(log.rows(call=said.item.call_id))
    connections = log.connection
    return sorted(row for row in rows if (connections[row] or 0) == said.connection)


_Handler = Callable[[Run, dict[str, Any], int, float], None]


def _complete(run: Run, event: dict[str, Any], row: int, t: float) -> None:
    # What has ended was complete before, also where nobody told.
    if run.called is None and run.ended is None and text_at(event, "item", "status") != "in_progress":
        run.called, run.row = t, row


def _remote(run: Run) -> None:
    """Take in what the item of a call tells whose tool the server runs."""
    item = run.said.item
    run.output, run.error = item.output or None, item.error
    if run.state == "unanswered" and (run.output or run.error):
        run.state = "failed" if run.error else "done"


def _returned(run: Run, event: dict[str, Any], row: int, t: float) -> None:
    """Take in the output on its way, as the client sent it and as the server has it."""
    item = dict_at(event, "item")
    if text_at(item, "type") != "function_call_output":
        _complete(run, event, row, t)
        return
    run.output = text_at(item, "output") or run.output or ""
    if run.started is None and run.asked is None and run.ended is None:
        run.state, run.ended = "done", t


def _started(run: Run, event: dict[str, Any], row: int, t: float) -> None:
    if run.started is None and run.asked is None:
        run.row = row
    run.state, run.started, run.ended = "running", t, None


def _waiting(run: Run, event: dict[str, Any], row: int, t: float) -> None:
    run.state, run.asked, run.started, run.ended, run.row = "waiting", t, None, None, row


def _approved(run: Run, event: dict[str, Any], row: int, t: float) -> None:
    run.state, run.started, run.ended = "running", t, None


def _denied(run: Run, event: dict[str, Any], row: int, t: float) -> None:
    run.state, run.ended, run.why = "failed", t, "denied"


def _ended(state: str) -> _Handler:
    def end(run: Run, event: dict[str, Any], row: int, t: float) -> None:
        # What is not sent has ended before.
        run.ended = t if state != "unsent" or run.ended is None else run.ended
        run.state = state
        ms, output = number_at(event, "duration_ms"), text_at(event, "output")
        run.duration_ms = run.duration_ms if ms is None else ms
        run.output = run.output if output is None else output
        run.error = error_of(event) or run.error
        run.why = text_at(event, "kind") or text_at(event, "reason") or run.why

    return end


_HANDLERS: dict[str, _Handler] = {
    "response.function_call_arguments.done": _complete,
    "response.mcp_call_arguments.done": _complete,
    "response.output_item.done": _complete,
    "conversation.item.added": _returned,
    "conversation.item.done": _returned,
    "conversation.item.create": _returned,
    "response.mcp_call.in_progress": _started,
    "response.mcp_call.completed": _ended("done"),
    "response.mcp_call.failed": _ended("failed"),
    "rt.tool.started": _started,
    "rt.tool.waiting": _waiting,
    "rt.tool.approved": _approved,
    "rt.tool.denied": _denied,
    "rt.tool.done": _ended("done"),
    "rt.tool.failed": _ended("failed"),
    "rt.tool.cancelled": _ended("cancelled"),
    "rt.tool.unsent": _ended("unsent"),
}
