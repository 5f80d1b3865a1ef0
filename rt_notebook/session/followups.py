"""When the outputs of function calls are answered: one `response.create` for all of a response's calls. No I/O.

Takes a connection's events in the log's order, in GA's shape. A response that calls functions is owed an answer once it
is done and all its outputs are in. It is asked for when nobody else's answer is being made and the user is silent; the
server's own answer to what the user said meanwhile counts as it, if the outputs were in when it began.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rt_notebook.protocol.catalog import BUSY
from rt_notebook.protocol.event import Event
from rt_notebook.protocol.fields import dict_at, text_at, value_at
from rt_notebook.session.floor import Floor
from rt_notebook.session.owed import Made, Place, Request, Taken

RETRY_SECONDS = 0.25
"""After a refusal by a server that is busy with what it has not told of."""

LOST_SECONDS = 30.0
"""So long after a request nothing comes of it any more; nobody else's is to wait behind it for longer."""

_OWN = ("conversation", "input", "tool_choice")
"""What of a request is for its own response: the answer to the outputs is in the conversation, and made of it."""


class FollowUps:
    """The responses of one connection that call functions, and what answers them."""

    def __init__(self, *, replays: bool = False) -> None:
        self._replays = replays
        self._made: dict[str, Made] = {}
        self._open: dict[str, Made] = {}
        """Those of them that an answer may be asked for; what is long answered costs nothing."""
        self._calls: dict[str, Made] = {}
        self._requests: dict[str, Request] = {}
        self._taken: Taken | None = None
        self._confirms = False
        """Whether this server tells that outputs are in the conversation."""
        self._outputs: dict[str, Place] = {}
        """Those that the server has said nothing about, by the event that they were sent with."""
        self._beside: list[str] = []
        """The requests for responses out of band that have not begun."""
        self._active: str | None = None
        self._asking = False
        """Whoever sends was told, and has not come to it yet."""
        self._sending = False
        self._ended = False
        self._tools: set[str] = set()
        """Functions that the server was told of with requests."""
        self.floor = Floor()
        self.now = 0.0

    def take(self, event: Event) -> None:
        """Take an event in."""
        self.now = event.t
        self.floor.take(event)
        if handler := HANDLERS.get(event.type):
            handler(self, event)

    # -- what is asked for --------------------------------------------------------------------------------------------

    def due(self) -> bool:
        """Tell, once, that an answer is to be asked for; `begin` then tells whether it still is."""
        self._forget_lost()
        if self._asking or not self._ready():
            return False
        self._asking = True
        return True

    @property
    def wait(self) -> float | None:
        """When to look again though nothing happened; None where that is not needed."""
        if self._active or self._ended:
            return None
        held = self.floor.held
        if held > self.now and self._wanted():
            return held
        # Ours are given up by who sent them.
        lost = [request.t + LOST_SECONDS for request in self._requests.values() if not request.ours]
        return min(lost) if lost and self._open and not self._replays else None

    def _forget_lost(self) -> None:
        """Forget requests of the user's that nothing came of: their refusal did not say that it was theirs."""
        for id_, request in list(self._requests.items()):
            if not (request.ours or self._active or self._replays) and self.now >= request.t + LOST_SECONDS:
                del self._requests[id_]
                for made in request.answers:
                    made.requested = False

    def begin(self) -> dict[str, Any] | None:
        """Return what the `response.create` takes that is sent now; None where none is due any more."""
        self._asking = False
        if not self._ready():
            return None
        self._sending = True
        wanted = self._wanted()
        for made in wanted:
            made.echoes = False
        return self._params(wanted[-1].params)

    def sent(self) -> None:
        """Take note that the request is sent."""
        self._sending = False

    @property
    def asking(self) -> bool:
        """Whether the request is still to be sent that `due` told of."""
        return self._asking

    def fail(self) -> None:
        """Give up what is owed: it cannot be asked for, or nobody answers."""
        self._asking = self._sending = False
        lost = [made for request in self._requests.values() if request.ours for made in request.answers]
        self._requests = {id_: request for id_, request in self._requests.items() if not request.ours}
        for made in self._made.values():
            made.over |= made.owed or made in lost
            made.echoes = False

    def _ready(self) -> bool:
        free = not (self._active or self._requests or self._ended)
        return free and self.now >= self.floor.held and bool(self._wanted())

    def _wanted(self) -> list[Made]:
        return [made for made in self._open.values() if made.wanted]

    def _params(self, of: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the next request keeps of one, so that a question asked in writing is answered in writing.

        A choice that forces a call is lifted: it would force one in every answer, for ever.
        """
        kept = {name: value for name, value in of.items() if name not in _OWN}
        choice = of.get("tool_choice", self.floor.session.get("tool_choice"))
        if choice == "required" or isinstance(choice, dict):
            kept["tool_choice"] = "auto"
        elif "tool_choice" in of:
            kept["tool_choice"] = choice
        return kept

    # -- the calls ----------------------------------------------------------------------------------------------------

    def is_in_conversation(self, response_id: str) -> bool:
        """Tell whether a response's calls may be answered: it is one of the conversation, not out of band."""
        return response_id in self._made

    def add(self, response_id: str, call_id: str, *, ours: bool, asks: bool) -> None:
        """Take note of a call."""
        made = self._calls[call_id] = self._open[response_id] = self._made[response_id]
        made.places[call_id] = Place(asks, ours)

    def output_sent(self, response_id: str, call_id: str) -> None:
        """Take note that the output of our tool is sent."""
        if (made := self._made.get(response_id)) and (place := made.places.get(call_id)):
            place.sent = True

    def drop(self, response_id: str, call_id: str) -> None:
        """Forget a call that gets no output."""
        if made := self._made.get(response_id):
            made.places.pop(call_id, None)
            self._judge(made)

    def silence(self) -> None:
        """Ask for no answer to the calls so far: the user wants none."""
        for made in self._made.values():
            if not made.done or (made.answer is None and not made.requested):
                made.over = True

    def end(self) -> None:
        """Take note that the connection has ended."""
        self._ended = True

    def _judge(self, made: Made) -> None:
        if made.complete and not any(place.ours and place.asks for place in made.places.values()):
            made.over = True
            self._open.pop(made.id, None)
        if made.done and not made.places and made.answer is None:
            self._made.pop(made.id, None)

    # -- who waits for answers ----------------------------------------------------------------------------------------

    def chain(self, response_id: str) -> list[str]:
        """Return the responses from this one to the last that answers it, so far."""
        chain = [response_id]
        while (made := self._made.get(chain[-1])) and made.answer:
            chain.append(made.answer)
        return chain

    def waiting(self, response_id: str) -> bool:
        """Tell whether an answer to a response is still to begin; in a replay, also whether outputs are to be compared.

        Not where the user has calls to answer by hand: who waits for the answer may be the one to do that.
        """
        made = self._made.get(response_id)
        if made is None or made.over:
            return False
        if self._replays and (made.echoes or any(place.ours and not place.sent for place in made.places.values())):
            return True
        if made.answer:
            return False
        return not any(not place.ours and not place.given for place in made.places.values())

    @property
    def asked(self) -> bool:
        """Whether a response was asked for that has not begun."""
        return bool(self._requests)

    def row(self, response_id: str) -> int:
        """Return the position of a response's beginning in the log."""
        return made.row if (made := self._made.get(response_id)) else -1

    def knows(self, name: str) -> bool:
        """Tell whether the server was told of a function, in the session or with a request."""
        tools = self.floor.session.get("tools")
        named = {tool.get("name") for tool in tools if isinstance(tool, dict)} if isinstance(tools, list) else set()
        return name in named | self._tools

    # -- events -------------------------------------------------------------------------------------------------------

    def _asked(self, event: Event) -> None:
        params = dict_at(event, "response")
        for tool in params.get("tools") or ():
            if isinstance(tool, dict) and isinstance(name := tool.get("name"), str):
                self._tools.add(name)
        if params.get("conversation") == "none":
            self._beside.append(text_at(event, "event_id") or "")
            return
        ours, self._sending = self._sending, False
        owed = [made for made in self._open.values() if made.owed]
        for made in owed:
            made.requested = True
            made.echoes = self._replays and not ours
        self._requests[text_at(event, "event_id") or ""] = Request(params, ours, owed, event.t)

    def _created(self, event: Event) -> None:
        response = dict_at(event, "response")
        id_, default = text_at(response, "id"), response.get("conversation_id") is not None
        if "conversation_id" not in response:  # as of 2024: only who asked knows
            default = not self._beside
        if not default:
            del self._beside[:1]
        if id_ is None or not default:
            return
        event_id, request = self._request_of()
        for made in list(self._open.values()):
            if made in request.answers or (made.owed and made.confirmed):
                made.answer, made.requested = id_, False
                if not self._replays:
                    del self._open[made.id]
        self._made[id_] = mine = Made(id_, event.index, request.params)
        late = [made for made in request.answers if not made.confirmed]
        self._taken = Taken(event_id, request, mine, late) if event_id is not None else None
        self._active = id_

    def _request_of(self) -> tuple[str | None, Request]:
        """Return the request that a response may be the answer to, which is none any more."""
        for event_id, request in self._requests.items():
            # Outputs come before the request, so a response that began without them is not for it.
            if not self._confirms or all(made.confirmed for made in request.answers):
                del self._requests[event_id]
                return event_id, request
        return None, Request({}, False, [], 0.0)

    def _done(self, event: Event) -> None:
        response = dict_at(event, "response")
        id_ = text_at(response, "id") or ""
        if id_ == self._active:
            self._active = None
        if made := self._made.get(id_):
            made.done = True
            made.over |= value_at(response, "status_details", "reason") == "client_cancelled"
            self._judge(made)

    def _cancelled(self, event: Event) -> None:
        made = self._made.get(text_at(event, "response_id") or self._active or "")
        if made is not None and not made.done:
            made.over = True

    def _refused(self, event: Event) -> None:
        event_id, code = value_at(event, "error", "event_id"), value_at(event, "error", "code")
        if (request := self._requests.pop(event_id, None)) is not None:
            for made in request.answers:
                made.requested = False
                made.over |= request.ours and code != BUSY
            if code == BUSY and self._active is None:
                self.floor.hold(event.t + RETRY_SECONDS)
        elif self._taken is not None and self._taken.event_id == event_id:
            self._give_back(requested=False)
        elif event_id in self._beside:
            self._beside.remove(event_id)
        elif (place := self._outputs.pop(event_id, None)) is not None:
            place.confirmed = True  # it never will be, and nobody has to wait for it

    def _give_back(self, *, requested: bool) -> None:
        """Take note that what we took for the answer to a request is somebody else's response."""
        taken, self._taken = self._taken, None
        if taken is not None:
            taken.made.params = {}
            for made in taken.late:
                made.answer, made.requested = None, requested
                self._open[made.id] = made
            if requested:
                self._requests[taken.event_id] = taken.request

    def _output_given(self, event: Event) -> None:
        if found := self._place(event):
            made, place = found
            place.given = True
            self._outputs[text_at(event, "event_id") or ""] = place
            self._judge(made)

    def _item_added(self, event: Event) -> None:
        if found := self._place(event):
            made, place = found
            place.given, self._confirms = True, True
            if not place.confirmed and self._taken is not None and made in self._taken.late:
                self._give_back(requested=True)
            place.confirmed = True
            self._judge(made)

    def _place(self, event: Event) -> tuple[Made, Place] | None:
        item = dict_at(event, "item")
        if item.get("type") != "function_call_output":
            return None
        call_id = str(item.get("call_id"))
        made = self._calls.get(call_id)
        return (made, made.places[call_id]) if made is not None and call_id in made.places else None


HANDLERS: Mapping[str, Callable[[FollowUps, Event], None]] = {
    "response.create": FollowUps._asked,
    "response.created": FollowUps._created,
    "response.done": FollowUps._done,
    "response.cancel": FollowUps._cancelled,
    "error": FollowUps._refused,
    "conversation.item.create": FollowUps._output_given,
    "conversation.item.added": FollowUps._item_added,
    "conversation.item.done": FollowUps._item_added,
}
