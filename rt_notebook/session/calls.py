"""The function calls of one connection, from the arguments' end to the answer: events in, actions out. No I/O.

`take` gets the log's events of `TYPES` in GA's shape, of all directions and in their order; the other methods get what
a log does not tell: how a tool ended, what was decided about it, that time has passed. All of them return what is to be
done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import orjson

from rt_notebook.protocol.event import Event
from rt_notebook.protocol.fields import dict_at, list_at, text_at, value_at
from rt_notebook.session import floor, followups
from rt_notebook.session.call import (
    BY_HAND,
    CUT_OFF,
    INTERRUPTED,
    LOST,
    MOVES,
    Action,
    Ask,
    Call,
    Happening,
    Note,
    Send,
    Start,
    Stop,
    Unsent,
)
from rt_notebook.session.followups import FollowUps
from rt_notebook.session.results import Output

if TYPE_CHECKING:
    from rt_notebook.session.tools import Tool
    from rt_notebook.session.toolset import Toolset

__all__ = ["TYPES", "Call", "Calls"]


@dataclass(slots=True)
class _Tracked:
    call: Call
    tool: Tool | None
    output: Output | None = None
    whole: bool = False
    """The call's item is done."""
    settled: bool = False
    """It was said what becomes of the output."""
    answered: bool = False
    """An output for it is in the log."""

    @property
    def cancellable(self) -> bool:
        return self.tool is None or self.tool.cancel


class Calls:
    """The calls of one connection. `toolset` is looked into when a call comes; `replays`: the log is a recording."""

    def __init__(self, toolset: Toolset, *, replays: bool = False) -> None:
        self._toolset = toolset
        self._replays = replays
        self._follow = FollowUps(replays=replays)
        self._tracked: dict[str, _Tracked] = {}
        self._names: dict[str, str] = {}
        self._by_hand: dict[str, str] = {}
        """Calls that the user answers -> their response."""
        self._actions: list[Action] = []
        self.closed = False

    def take(self, event: Event) -> list[Action]:
        """Take an event in."""
        if before := _BEFORE.get(event.type):
            before(self, event)
        self._follow.take(event)
        if after := _AFTER.get(event.type):
            after(self, event)
        return self._todo()

    def _todo(self) -> list[Action]:
        if self._follow.due():
            self._actions.append(Ask())
        actions, self._actions = self._actions, []
        return actions

    # -- what the log does not tell -----------------------------------------------------------------------------------

    def decide(self, call_id: str, what: Literal["asks", "approved"]) -> bool:
        """Take note that a call asks for approval, or has it; tell whether that changed anything."""
        tracked = self._tracked.get(call_id)
        return tracked is not None and self._move(tracked, what)

    def end(self, call_id: str, what: Literal["returned", "raised", "denied"], output: Output) -> list[Action] | None:
        """Take note that a tool has ended, or may not run, with the output for the model.

        None where that comes too late: the call has ended otherwise.
        """
        tracked = self._tracked[call_id]
        if not self._move(tracked, what):
            return None
        tracked.output, tracked.call.output = output, output.text
        self._give(tracked)
        return self._todo()

    def interrupt(self, output: str, *, silently: bool = False) -> list[Action]:
        """Cancel what runs and may be cancelled; `silently`: also what waits for approval, and nothing is answered."""
        self._interrupt(output, silently)
        return self._todo()

    def _interrupt(self, output: str, silently: bool) -> None:
        for tracked in self._tracked.values():
            if tracked.call.state == "running" and not tracked.cancellable:
                tracked.call.late = True
            elif tracked.call.state == "running" or silently:
                self._cancel(tracked, output)
        if silently:
            self._follow.silence()

    def unsendable(self, call_id: str, reason: str) -> list[Action]:
        """Take note that an output could not be sent after all."""
        tracked = self._tracked[call_id]
        self._unsent(tracked, reason)
        self._follow.drop(tracked.call.response_id, call_id)
        return self._todo()

    def tick(self, t: float) -> list[Action]:
        """Take note of the time, seconds on the log's clock."""
        self._follow.now = max(self._follow.now, t)
        return self._todo()

    @property
    def wait(self) -> tuple[float, float] | None:
        """The time and how long from then to call `tick`, in seconds; None where that is not needed."""
        until = self._follow.wait
        return None if until is None else (self._follow.now, until)

    def begin(self) -> dict[str, Any] | None:
        """Return what the `response.create` takes that is sent now; None where none is due any more."""
        return self._follow.begin()

    def begun(self) -> None:
        """Take note that it is sent."""
        self._follow.sent()

    def give_up(self) -> None:
        """Take note that it cannot be sent and never will, or that nobody answers it."""
        self._follow.fail()

    # -- what is known ------------------------------------------------------------------------------------------------

    @property
    def calls(self) -> list[Call]:
        """All of them, in the order in which they came."""
        return [tracked.call for tracked in list(self._tracked.values())]

    def chain(self, response_id: str) -> list[str]:
        """Return the responses from this one to the last that answers it, so far."""
        return self._follow.chain(response_id)

    def waiting(self, response_id: str) -> bool:
        """Tell whether an answer to a response's calls is still to begin; not where the user is to answer one."""
        return self._follow.waiting(response_id)

    def busy(self, response_id: str) -> bool:
        """Tell whether what is to happen next is our own doing: tools run, or a request is to be sent."""
        running = (call.response_id == response_id and call.state in ("running", "waiting") for call in self.calls)
        return self._follow.asking or any(running)

    @property
    def asked(self) -> bool:
        """Whether a response was asked for that has not begun."""
        return self._follow.asked

    def row(self, response_id: str) -> int:
        """Return the position in the log behind which a response's events are."""
        return self._follow.row(response_id)

    # -- one call -----------------------------------------------------------------------------------------------------

    def _move(self, tracked: _Tracked, what: Happening) -> bool:
        state = MOVES.get((tracked.call.state, what))
        if state is None:
            return False
        tracked.call.state = state
        return True

    def _begin(self, response_id: str, item_id: str, call_id: str, name: str, arguments: str) -> None:
        if call_id in self._by_hand or not self._follow.is_in_conversation(response_id):
            return
        if known := self._tracked.get(call_id):
            if known.call.item_id != item_id:
                text = f"The server made two calls with the id {call_id}; the second one, item {item_id}, is not run."
                self._actions.append(Note(text))
            return
        tools, retired = self._toolset.tools, self._toolset.retired
        tool = tools.get(name)
        # A name that the model made up, or remembers, is answered too; but not where all calls are the user's.
        ours = tool is not None or name in retired or (bool(tools) and not self._follow.knows(name))
        self._follow.add(response_id, call_id, ours=ours, asks=tool is None or tool.respond)
        if not ours:
            self._by_hand[call_id] = response_id
            return
        call = Call(call_id, name, _object(arguments), item_id, response_id)
        self._tracked[call_id] = _Tracked(call, tool)
        self._actions.append(Start(call, tool, arguments))

    def _give(self, tracked: _Tracked) -> None:
        if tracked.settled or tracked.output is None or not (tracked.whole or self.closed):
            return
        tracked.settled = True
        call = tracked.call
        if self.closed:
            self._unsent(tracked, LOST)
        elif tracked.answered and not self._replays:
            self._unsent(tracked, BY_HAND)
        else:
            # What was sent is in the log, so that pictures need not be kept here as well.
            output, tracked.output = tracked.output, None
            self._actions.append(Send(call, output))
            self._follow.output_sent(call.response_id, call.call_id)

    def _unsent(self, tracked: _Tracked, reason: str) -> None:
        tracked.settled = True
        self._move(tracked, "lost")
        self._actions.append(Unsent(tracked.call, reason))

    def _cancel(self, tracked: _Tracked, output: str) -> None:
        if self._move(tracked, "stopped"):
            tracked.output, tracked.call.output = Output(output), output
            self._actions.append(Stop(tracked.call, output))
            self._give(tracked)

    def _drop(self, call_id: str) -> None:
        """Take note that a call is incomplete: it gets no output."""
        if response_id := self._by_hand.get(call_id):
            self._follow.drop(response_id, call_id)
        tracked = self._tracked.get(call_id)
        if tracked is None or tracked.whole or tracked.settled:
            return
        tracked.settled = True
        if self._move(tracked, "stopped"):
            self._actions.append(Stop(tracked.call, CUT_OFF))
        else:
            self._unsent(tracked, CUT_OFF)
        self._follow.drop(tracked.call.response_id, call_id)

    def _complete(self, call_id: str) -> None:
        if tracked := self._tracked.get(call_id):
            tracked.whole = True
            self._give(tracked)

    # -- events -------------------------------------------------------------------------------------------------------

    def _item_added(self, event: Event) -> None:
        item = dict_at(event, "item")
        if item.get("type") == "function_call" and isinstance(name := item.get("name"), str):
            self._names[str(item.get("id"))] = name

    def _arguments_done(self, event: Event) -> None:
        item_id, call_id = text_at(event, "item_id"), text_at(event, "call_id")
        # The beta dialect does not repeat the name.
        name = text_at(event, "name") or self._names.get(item_id or "")
        arguments = text_at(event, "arguments") or ""
        # A response that is cut off ends its arguments too, wherever they are, and a tool without parameters would run
        # with none at all: only what is whole begins before its item is done.
        if item_id and call_id and name and arguments.strip() and isinstance(_object(arguments), dict):
            self._begin(text_at(event, "response_id") or "", item_id, call_id, name, arguments)

    def _output_done(self, event: Event) -> None:
        self._item_ended(text_at(event, "response_id") or "", dict_at(event, "item"))

    def _item_ended(self, response_id: str, item: Mapping[str, Any]) -> None:
        call_id, name, item_id = text_at(item, "call_id"), text_at(item, "name"), text_at(item, "id")
        if item.get("type") != "function_call" or not (call_id and name and item_id):
            return
        if item.get("status") == "incomplete":
            self._drop(call_id)
        elif self._follow.is_in_conversation(response_id):
            self._begin(response_id, item_id, call_id, name, text_at(item, "arguments") or "")
            self._complete(call_id)

    def _conversation_item_done(self, event: Event) -> None:
        item = dict_at(event, "item")
        tracked = self._tracked.get(str(item.get("call_id")))
        if tracked is not None and item.get("id") == tracked.call.item_id:
            self._item_ended(tracked.call.response_id, item)

    def _response_done(self, event: Event) -> None:
        response_id = text_at(event, "response", "id") or ""
        completed = value_at(event, "response", "status") == "completed"
        for item in list_at(event, "response", "output"):
            if isinstance(item, dict) and (completed or item.get("status") == "completed"):
                self._item_ended(response_id, item)
        for call_id, tracked in list(self._tracked.items()):
            if tracked.call.response_id == response_id and not tracked.whole:
                if completed:
                    self._complete(call_id)
                else:
                    self._drop(call_id)

    def _output_given(self, event: Event) -> None:
        item = dict_at(event, "item")
        tracked = self._tracked.get(str(item.get("call_id")))
        if tracked is not None and item.get("type") == "function_call_output":
            tracked.answered = True

    def _speech_started(self, event: Event) -> None:
        if self._follow.floor.interrupts:
            self._interrupt(INTERRUPTED, silently=False)

    def _ended(self, event: Event) -> None:
        if self._replays:
            return  # code may be slower than it was: what it sends is compared all the same
        self.closed = True
        self._follow.end()
        for tracked in self._tracked.values():
            if tracked.settled:
                continue
            if tracked.call.state == "running" and not tracked.cancellable:
                continue  # it goes on, and what it returns is at least in the log
            if tracked.call.state == "running":
                self._actions.append(Stop(tracked.call, LOST))
            self._unsent(tracked, LOST)


_BEFORE: Mapping[str, Callable[[Calls, Event], None]] = {
    # Before the response counts as done: a call that is only told of there belongs to it.
    "response.done": Calls._response_done,
}
_AFTER: Mapping[str, Callable[[Calls, Event], None]] = {
    "response.output_item.added": Calls._item_added,
    "response.function_call_arguments.done": Calls._arguments_done,
    "response.output_item.done": Calls._output_done,
    "conversation.item.done": Calls._conversation_item_done,
    "conversation.item.create": Calls._output_given,
    "input_audio_buffer.speech_started": Calls._speech_started,
    "rt.connection.closed": Calls._ended,
    "rt.connection.lost": Calls._ended,
}

TYPES = tuple({*_BEFORE, *_AFTER, *followups.HANDLERS, *floor.HANDLERS})
"""The types of the events that `take` wants; others change nothing."""


def _object(arguments: str) -> dict[str, Any] | str:
    try:
        told = orjson.loads(arguments or "{}")
        orjson.dumps(told)  # what is nested deep can be read and not be written, which a row has to be
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return arguments
    return told if isinstance(told, dict) else arguments
