"""The sequencer of function calls: events, endings and time as data, and a server that a test invents."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from itertools import count, product
from typing import Any, Literal, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rt_notebook as rt
from rt_notebook.protocol.event import Event
from rt_notebook.session.call import (
    BY_HAND,
    CUT_OFF,
    INTERRUPTED,
    LOST,
    MOVES,
    STOPPED,
    Ask,
    Call,
    Happening,
    Note,
    Send,
    Start,
    State,
    Stop,
    Unsent,
)
from rt_notebook.session.calls import Calls
from rt_notebook.session.floor import PATIENCE_SECONDS, STALLED_SECONDS
from rt_notebook.session.followups import LOST_SECONDS, RETRY_SECONDS
from rt_notebook.session.results import Output
from rt_notebook.session.toolset import Toolset

RAW = {"type": "function", "name": "mine", "parameters": {}}
VAD: dict[str, Any] = {"type": "server_vad", "create_response": True, "interrupt_response": True}
BUSY = {"code": "conversation_already_has_active_response"}
OWN: dict[str, Any] = {"conversation_id": "conv"}


def toolset() -> Toolset:
    """Return tools of every kind."""

    def answer() -> str:
        return "ok"

    made = Toolset()
    made.replace(
        [
            rt.tool(answer, name="plain"),
            rt.tool(answer, name="kept", cancel=False),
            rt.tool(answer, name="quiet", respond=False),
            rt.tool(answer, name="asks", approve=True),
            RAW,
        ]
    )
    return made


class Talk:
    """A connection by hand: each method is something that happens, and returns what is to be done."""

    def __init__(self, session: dict[str, Any] | None = None, *, replays: bool = False) -> None:
        self.toolset = toolset()
        self.calls = Calls(self.toolset, replays=replays)
        self.t = 0.0
        self.rows = count()
        self.server("session.updated", session={"tools": self.toolset.as_json()} | (session or {}))

    def event(self, type_: str, **fields: Any) -> list[Any]:
        return list(self.calls.take(Event({"type": type_} | fields, index=next(self.rows), t=self.t)))

    server = client = event

    def created(self, id_: str, **response: Any) -> list[Any]:
        return self.server("response.created", response={"id": id_} | OWN | response)

    def done(self, id_: str, status: str = "completed", **response: Any) -> list[Any]:
        return self.server("response.done", response={"id": id_, "status": status} | response)

    def called(self, of: str, call_id: str, name: str = "plain", arguments: str = "{}") -> list[Any]:
        item = {"type": "function_call", "id": f"item_{call_id}", "call_id": call_id, "name": name, "arguments": ""}
        self.server("response.output_item.added", response_id=of, item=item)
        about = {"response_id": of, "item_id": item["id"], "call_id": call_id}
        return self.server("response.function_call_arguments.done", arguments=arguments, **about)

    def item_done(self, of: str, call_id: str, name: str = "plain", status: str = "completed") -> list[Any]:
        item = {"type": "function_call", "id": f"item_{call_id}", "call_id": call_id, "name": name, "arguments": "{}"}
        return self.server("response.output_item.done", response_id=of, item=item | {"status": status})

    def call(self, of: str, call_id: str, name: str = "plain") -> list[Any]:
        return self.called(of, call_id, name) + self.item_done(of, call_id, name)

    def returned(self, call_id: str, text: str = "ok") -> list[Any] | None:
        return self.calls.end(call_id, "returned", Output(text))

    def sent(self, call_id: str, **fields: Any) -> list[Any]:
        item = {"type": "function_call_output", "call_id": call_id, "output": "ok"}
        return self.client("conversation.item.create", event_id=f"event_{call_id}", item=item, **fields)

    def confirmed(self, call_id: str) -> list[Any]:
        item = {"type": "function_call_output", "call_id": call_id, "id": f"output_{call_id}"}
        return self.server("conversation.item.added", item=item)

    def output(self, call_id: str) -> list[Any]:
        """Let a tool return, its output go out, and the server take it."""
        (send,) = [action for action in self.returned(call_id) or [] if isinstance(action, Send)]
        assert send.call.call_id == call_id
        return self.sent(call_id) + self.confirmed(call_id)

    def ask(self, event_id: str = "ours") -> dict[str, Any]:
        """Ask for the answer, as it is due."""
        params = self.calls.begin()
        assert params is not None
        self.client("response.create", event_id=event_id, response=params)
        self.calls.begun()
        return params

    def refused(self, event_id: str, code: str = BUSY["code"]) -> list[Any]:
        return self.server("error", error={"event_id": event_id, "code": code})

    def states(self) -> dict[str, State]:
        return {call.call_id: call.state for call in self.calls.calls}


def kinds(actions: list[Any] | None) -> list[type]:
    return [type(action) for action in actions or []]


# -- states ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", get_args(State))
def test_the_table_of_states(state: State) -> None:
    ends = {"done", "failed", "cancelled", "unsent"}
    for happening in get_args(Happening):
        after = MOVES.get((state, happening))
        if state in ends:
            assert after in (None, "unsent"), "what has ended stays so, but for an output that cannot go out"
        if after in ends - {"unsent"}:
            assert state in ("running", "waiting")
    assert ("unsent", "lost") not in MOVES
    assert {state for state, _ in product(["running", "waiting"], "x")} <= {before for before, _ in MOVES}


# -- one response ---------------------------------------------------------------------------------------------------


def test_a_call_runs_when_its_arguments_are_done_and_is_answered_when_the_response_is() -> None:
    talk = Talk()
    talk.created("r1")
    (start,) = talk.called("r1", "c1", arguments='{"a": 1}')
    assert isinstance(start, Start)
    assert (start.call.arguments, start.arguments, start.call.state) == ({"a": 1}, '{"a": 1}', "running")
    assert talk.returned("c1") == []  # its item is still to be done
    (send,) = talk.item_done("r1", "c1")
    assert isinstance(send, Send)
    assert talk.sent("c1") == []  # the response is still being made
    assert talk.confirmed("c1") == []
    assert kinds(talk.done("r1")) == [Ask]
    assert talk.calls.waiting("r1")
    assert talk.ask() == {}
    assert talk.created("r2") == []
    assert talk.calls.chain("r1") == ["r1", "r2"]
    assert not talk.calls.waiting("r1")
    assert talk.done("r2") == []
    assert talk.calls.begin() is None


def test_one_answer_to_all_calls_of_a_response_in_whatever_order_they_end() -> None:
    talk = Talk()
    talk.created("r1")
    for call_id in "abc":
        assert kinds(talk.call("r1", call_id)) == [Start]
    assert talk.done("r1") == []
    assert talk.output("c") == []
    assert talk.output("a") == []
    assert kinds(talk.output("b")) == [Ask]


def test_arguments_in_two_hundred_pieces_begin_one_call() -> None:
    talk = Talk()
    talk.created("r1")
    item = {"type": "function_call", "id": "item_c", "call_id": "c", "name": "plain", "arguments": ""}
    talk.server("response.output_item.added", response_id="r1", item=item)
    about = {"response_id": "r1", "item_id": "item_c", "call_id": "c"}
    for number in range(200):
        assert talk.server("response.function_call_arguments.delta", delta=str(number), **about) == []
    assert kinds(talk.server("response.function_call_arguments.done", arguments="{}", **about)) == [Start]
    assert talk.item_done("r1", "c") == []
    assert talk.done("r1", output=[item | {"status": "completed"}]) == []


@pytest.mark.parametrize("where", ["response.output_item.done", "response.done"])
def test_a_server_that_tells_late_is_answered_too(where: str) -> None:
    talk = Talk()
    talk.created("r1")
    if where == "response.output_item.done":
        assert kinds(talk.item_done("r1", "c1")) == [Start]
    item = {"type": "function_call", "id": "item_c1", "call_id": "c1", "name": "plain", "arguments": "{}"}
    done = talk.done("r1", output=[item])
    assert kinds(done) == ([Start] if where == "response.done" else [])
    assert kinds(talk.output("c1")) == [Ask]


def test_the_same_call_id_twice_runs_once_and_is_told() -> None:
    talk = Talk()
    talk.created("r1")
    talk.call("r1", "c1")
    assert talk.called("r1", "c1") == []  # the same event again
    item = {"type": "function_call", "id": "other", "call_id": "c1", "name": "plain", "arguments": "{}"}
    (note,) = talk.server("response.output_item.done", response_id="r1", item=item)
    assert isinstance(note, Note)
    assert "two calls with the id c1" in note.text
    talk.done("r1")
    assert kinds(talk.output("c1")) == [Ask]


def test_what_is_out_of_band_never_runs() -> None:
    talk = Talk()
    talk.client("response.create", event_id="e", response={"conversation": "none"})
    talk.created("r1", conversation_id=None)
    assert talk.call("r1", "c1") == []
    assert talk.done("r1") == []
    # As of 2024, nothing tells but the request.
    talk.client("response.create", event_id="e", response={"conversation": "none"})
    talk.server("response.created", response={"id": "r2"})
    assert talk.call("r2", "c2") == []
    talk.server("response.created", response={"id": "r3"})
    assert kinds(talk.call("r3", "c3")) == [Start]


def test_a_refused_request_out_of_band_makes_no_other_response_one() -> None:
    talk = Talk()
    talk.client("response.create", event_id="e", response={"conversation": "none"})
    talk.refused("e", "invalid_value")
    talk.server("response.created", response={"id": "r1"})
    assert kinds(talk.call("r1", "c1")) == [Start]


@pytest.mark.parametrize("arguments", ["", " ", '{"a": ', '{"a": {}'])
def test_a_call_that_was_cut_off_before_its_arguments_were_whole_never_runs(arguments: str) -> None:
    talk = Talk()
    talk.created("r1")
    # The API ends the arguments of a response that is cancelled too, wherever they are.
    assert talk.called("r1", "c1", arguments=arguments) == []
    assert talk.item_done("r1", "c1", status="incomplete") == []
    assert talk.done("r1", "cancelled") == []
    assert talk.states() == {}


def test_a_call_whose_arguments_are_no_object_runs_when_its_item_is_done() -> None:
    talk = Talk()
    talk.created("r1")
    assert talk.called("r1", "c1", arguments="") == []
    assert kinds(talk.item_done("r1", "c1")) == [Start]


def test_a_call_that_was_cut_off_has_no_output() -> None:
    talk = Talk()
    talk.created("r1")
    talk.called("r1", "c1")
    (stop,) = talk.item_done("r1", "c1", status="incomplete")
    assert (type(stop), stop.reason) == (Stop, CUT_OFF)
    assert talk.states() == {"c1": "cancelled"}
    assert talk.returned("c1") is None
    assert talk.done("r1", "incomplete") == []
    assert not talk.calls.waiting("r1")


def test_an_ended_tool_whose_call_was_cut_off_is_told_as_unsent() -> None:
    talk = Talk()
    talk.created("r1")
    talk.called("r1", "c1")
    talk.returned("c1")
    (unsent,) = talk.done("r1", "cancelled", status_details={"reason": "turn_detected"})
    assert (type(unsent), unsent.reason) == (Unsent, CUT_OFF)


@pytest.mark.parametrize(("name", "state"), [("invented", "ours"), ("mine", "theirs"), ("gone", "ours")])
def test_who_answers_a_name(name: str, state: str) -> None:
    talk = Talk()
    talk.toolset.add(rt.tool(toolset, name="gone"))
    talk.toolset.remove("gone")
    talk.created("r1")
    actions = talk.call("r1", "c1", name)
    if state == "theirs":
        assert actions == []
    else:
        assert isinstance(actions[0], Start)
        assert actions[0].tool is None


def test_without_tools_of_ours_all_calls_are_the_users() -> None:
    talk = Talk()
    talk.toolset.tools.clear()
    talk.created("r1")
    assert talk.call("r1", "c1", "invented") == []
    assert talk.done("r1") == []
    assert not talk.calls.waiting("r1")
    assert talk.sent("c1") == []
    assert talk.calls.begin() is None


def test_tools_that_came_with_a_request_are_the_users() -> None:
    talk = Talk()
    talk.client("response.create", event_id="e", response={"tools": [{"type": "function", "name": "special"}]})
    talk.created("r1")
    assert talk.call("r1", "c1", "special") == []


def test_a_call_by_hand_beside_one_of_ours() -> None:
    talk = Talk()
    talk.created("r1")
    talk.call("r1", "c1")
    talk.call("r1", "c2", "mine")
    talk.done("r1")
    assert talk.output("c1") == []
    assert not talk.calls.waiting("r1")  # who waits may be the one to answer it
    talk.sent("c2")
    assert talk.calls.waiting("r1")
    assert talk.calls.begin() == {}


def test_an_output_by_hand_is_the_call_s_output() -> None:
    talk = Talk()
    talk.created("r1")
    talk.call("r1", "c1")
    talk.done("r1")
    assert kinds(talk.sent("c1")) == [Ask]
    (unsent,) = talk.returned("c1") or []
    assert (type(unsent), unsent.reason) == (Unsent, BY_HAND)


def test_tools_that_want_no_answer() -> None:
    talk = Talk()
    talk.created("r1")
    talk.call("r1", "c1", "quiet")
    talk.done("r1")
    assert talk.output("c1") == []
    assert not talk.calls.waiting("r1")
    talk.created("r2")
    talk.call("r2", "c2", "quiet")
    talk.call("r2", "c3")
    talk.done("r2")
    talk.output("c3")
    assert kinds(talk.output("c2")) == [Ask]


# -- interruptions --------------------------------------------------------------------------------------------------


def vad(**change: Any) -> dict[str, Any]:
    return {"audio": {"input": {"turn_detection": VAD | change}}}


def test_the_user_s_voice_cancels_what_may_be_cancelled_and_the_server_s_answer_counts() -> None:
    talk = Talk(vad())
    talk.created("r1")
    talk.call("r1", "c1")
    talk.call("r1", "c2", "kept")
    talk.call("r1", "c3", "asks")
    assert talk.calls.decide("c3", "asks")
    talk.done("r1")
    stop, send = talk.server("input_audio_buffer.speech_started")
    assert (type(stop), type(send), send.output.text) == (Stop, Send, INTERRUPTED)
    assert talk.states() == {"c1": "cancelled", "c2": "running", "c3": "waiting"}
    assert [call.late for call in talk.calls.calls] == [False, True, False]
    talk.sent("c1")
    talk.confirmed("c1")
    talk.server("input_audio_buffer.speech_stopped")
    talk.created("r2")
    assert talk.calls.decide("c3", "approved")
    talk.output("c2")
    assert talk.output("c3") == []  # the turn's answer is being made, and it began before
    assert kinds(talk.done("r2")) == [Ask]
    talk.ask()
    talk.created("r3")
    assert talk.calls.chain("r1") == ["r1", "r3"]


def test_outputs_that_are_in_when_the_server_answers_the_turn_are_answered_by_that() -> None:
    talk = Talk(vad())
    talk.created("r1")
    talk.call("r1", "c1")
    talk.done("r1")
    talk.server("input_audio_buffer.speech_started")
    talk.sent("c1")
    talk.confirmed("c1")
    talk.server("input_audio_buffer.speech_stopped")
    assert talk.calls.begin() is None  # the server's own answer is awaited
    talk.created("r2")
    assert talk.calls.chain("r1") == ["r1", "r2"]
    assert talk.done("r2") == []


def test_where_the_server_does_not_answer_the_turn_we_ask() -> None:
    talk = Talk(vad(create_response=False))
    talk.created("r1")
    talk.call("r1", "c1")
    talk.done("r1")
    talk.server("input_audio_buffer.speech_started")
    talk.sent("c1")
    assert talk.confirmed("c1") == []
    assert kinds(talk.server("input_audio_buffer.speech_stopped")) == [Ask]


def test_where_the_server_s_answer_does_not_come_we_ask_after_a_while() -> None:
    talk = Talk(vad())
    talk.created("r1")
    talk.call("r1", "c1", "kept")
    talk.done("r1")
    talk.t = 1.0
    talk.server("input_audio_buffer.speech_started")
    assert talk.output("c1") == []
    talk.server("input_audio_buffer.speech_stopped")
    assert talk.calls.wait == (1.0, 1.0 + PATIENCE_SECONDS)
    assert talk.calls.tick(1.5) == []
    assert kinds(talk.calls.tick(1.0 + PATIENCE_SECONDS)) == [Ask]


def test_speech_that_nobody_ends_is_over_when_no_sound_comes_any_more() -> None:
    talk = Talk(vad())
    talk.created("r1")
    talk.call("r1", "c1", "kept")
    talk.done("r1")
    talk.server("input_audio_buffer.speech_started")
    for talk.t in (1.0, 2.0, 3.0):
        talk.client("input_audio_buffer.append")
    assert talk.output("c1") == []
    assert talk.calls.tick(4.0) == []
    assert talk.calls.wait == (4.0, 3.0 + STALLED_SECONDS)
    assert kinds(talk.calls.tick(3.0 + STALLED_SECONDS)) == [Ask]
    talk.server("input_audio_buffer.cleared")
    assert talk.calls.begin() == {}


def test_a_voice_that_is_to_interrupt_nothing_does_not() -> None:
    talk = Talk(vad(interrupt_response=False))
    talk.created("r1")
    talk.call("r1", "c1")
    assert talk.server("input_audio_buffer.speech_started") == []
    assert talk.states() == {"c1": "running"}


def test_what_the_user_stopped_is_reported_and_not_answered() -> None:
    talk = Talk()
    talk.created("r1")
    talk.call("r1", "c1")
    talk.call("r1", "c2", "kept")
    talk.call("r1", "c3", "asks")
    talk.calls.decide("c3", "asks")
    talk.done("r1")
    actions = talk.calls.interrupt(STOPPED, silently=True)
    assert kinds(actions) == [Stop, Send, Stop, Send]
    for call_id in ("c1", "c3"):
        talk.sent(call_id)
        talk.confirmed(call_id)
    assert talk.output("c2") == []
    assert not talk.calls.waiting("r1")


def test_a_response_that_the_client_cancelled_is_not_answered() -> None:
    talk = Talk()
    talk.created("r1")
    talk.call("r1", "c1")
    talk.client("response.cancel")
    talk.done("r1", "cancelled", status_details={"reason": "client_cancelled"})
    assert talk.output("c1") == []
    assert not talk.calls.waiting("r1")


# -- asking ---------------------------------------------------------------------------------------------------------


def owed(session: dict[str, Any] | None = None, **params: Any) -> Talk:
    """Return a connection on which the answer to a call is due."""
    talk = Talk(session)
    talk.client("response.create", event_id="first", response=params)
    talk.created("r1")
    talk.call("r1", "c1")
    talk.done("r1")
    assert kinds(talk.output("c1")) == [Ask]
    return talk


def test_a_busy_server_is_asked_again_after_its_response() -> None:
    talk = owed()
    talk.ask()
    # Turn detection began one that does not know of the output: there was no confirmation of it before, had it come.
    talk.refused("ours")
    assert talk.calls.wait == (0.0, RETRY_SECONDS)
    assert kinds(talk.calls.tick(RETRY_SECONDS)) == [Ask]
    talk.ask("again")
    talk.created("r2")
    assert talk.calls.chain("r1") == ["r1", "r2"]


def test_a_response_that_began_before_the_output_was_in_is_no_answer_to_it() -> None:
    talk = Talk()
    talk.created("r1")
    talk.call("r1", "c1")
    talk.done("r1")
    talk.returned("c1")
    assert kinds(talk.sent("c1")) == [Ask]
    talk.ask()
    talk.created("vad")  # we cannot know yet whether this server confirms outputs
    assert talk.calls.chain("r1") == ["r1", "vad"]
    talk.confirmed("c1")
    assert talk.calls.chain("r1") == ["r1"]
    talk.refused("ours")
    assert kinds(talk.done("vad")) == [Ask]
    talk.ask("again")
    talk.created("r2")
    assert talk.calls.chain("r1") == ["r1", "r2"]


def test_a_server_that_confirms_no_outputs() -> None:
    talk = Talk()
    talk.created("r1")
    talk.call("r1", "c1")
    talk.done("r1")
    talk.returned("c1")
    assert kinds(talk.sent("c1")) == [Ask]
    talk.ask()
    talk.created("vad")
    talk.refused("ours")
    assert talk.calls.chain("r1") == ["r1"]
    assert kinds(talk.done("vad")) == [Ask]
    talk.ask("again")
    talk.created("r2")
    talk.done("r2")
    assert talk.calls.chain("r1") == ["r1", "r2"]


def test_a_refused_output_holds_up_nothing() -> None:
    talk = owed()
    talk.ask()
    talk.created("r2")
    talk.call("r2", "c2")
    talk.done("r2")
    talk.returned("c2")
    assert kinds(talk.sent("c2")) == [Ask]
    talk.ask("second")
    talk.refused("event_c2", "item_not_found")
    talk.created("r3")
    assert talk.calls.chain("r1") == ["r1", "r2", "r3"]


def test_a_request_that_the_server_will_not_have_is_not_repeated() -> None:
    talk = owed()
    talk.ask()
    talk.refused("ours", "rate_limit_exceeded")
    assert not talk.calls.waiting("r1")
    assert talk.calls.begin() is None


def test_a_request_of_the_user_s_that_nothing_comes_of_holds_up_the_answer_for_a_while_only() -> None:
    talk = owed()
    talk.client("response.create", event_id="theirs")
    assert talk.calls.begin() is None
    # The refusal may not say whose it is.
    assert kinds(talk.server("error", error={"event_id": None, "code": "server_error"})) == []
    now, until = talk.calls.wait or (0.0, 0.0)
    assert until - now == LOST_SECONDS
    assert kinds(talk.calls.tick(until - 1)) == []
    assert kinds(talk.calls.tick(until)) == [Ask]
    assert talk.ask() == {}


def test_the_user_s_own_request_answers_the_outputs_too_and_where_it_is_refused_we_ask() -> None:
    talk = owed()
    talk.client("response.create", event_id="theirs", response={"nonsense": 1})
    assert talk.calls.begin() is None
    talk.refused("theirs", "unknown_parameter")
    assert talk.calls.waiting("r1")
    talk.ask()
    talk.created("r2")
    assert talk.calls.chain("r1") == ["r1", "r2"]


@pytest.mark.parametrize(
    ("session", "params", "follow_up"),
    [
        ({}, {}, {}),
        ({"tool_choice": "required"}, {}, {"tool_choice": "auto"}),
        ({"tool_choice": {"type": "function", "name": "plain"}}, {}, {"tool_choice": "auto"}),
        ({"tool_choice": "auto"}, {"tool_choice": "required"}, {"tool_choice": "auto"}),
        ({"tool_choice": "required"}, {"tool_choice": "auto"}, {"tool_choice": "auto"}),
        (
            {},
            {"output_modalities": ["text"], "instructions": "Be brief.", "input": [], "metadata": {"topic": "x"}},
            {"output_modalities": ["text"], "instructions": "Be brief.", "metadata": {"topic": "x"}},
        ),
    ],
)
def test_what_a_follow_up_is_asked_for_with(
    session: dict[str, Any], params: dict[str, Any], follow_up: dict[str, Any]
) -> None:
    talk = owed(session, **params)
    assert talk.ask() == follow_up
    talk.created("r2")
    talk.call("r2", "c2")
    talk.done("r2")
    talk.output("c2")
    assert talk.ask("third") == follow_up


def test_nothing_is_asked_for_that_cannot_be() -> None:
    talk = owed()
    assert talk.calls.begin() == {}
    talk.calls.give_up()
    assert not talk.calls.waiting("r1")
    assert talk.calls.tick(100.0) == []


# -- the connection's end, and recordings ---------------------------------------------------------------------------


def test_when_the_connection_ends_nothing_goes_out_any_more() -> None:
    talk = Talk()
    talk.created("r1")
    for call_id, name in (("c1", "plain"), ("c2", "kept"), ("c3", "asks")):
        talk.call("r1", call_id, name)
    talk.calls.decide("c3", "asks")
    talk.called("r1", "c4")
    talk.returned("c4")
    actions = talk.event("rt.connection.lost")
    assert kinds(actions) == [Stop, Unsent, Unsent, Unsent]
    assert {action.reason for action in actions} == {LOST}
    assert talk.states() == {"c1": "unsent", "c2": "running", "c3": "unsent", "c4": "unsent"}
    assert talk.returned("c1") is None
    (unsent,) = talk.returned("c2", "it was done") or []
    assert (type(unsent), unsent.call.output) == (Unsent, "it was done")
    assert not talk.calls.decide("c3", "approved")
    assert talk.calls.tick(100.0) == []
    assert talk.calls.begin() is None


def test_an_output_that_could_not_be_sent_is_told_and_waited_for_by_nobody() -> None:
    talk = Talk()
    talk.created("r1")
    talk.call("r1", "c1")
    talk.done("r1")
    talk.returned("c1")
    assert kinds(talk.calls.unsendable("c1", "why")) == [Unsent]
    assert not talk.calls.waiting("r1")


def test_in_a_replay_the_outputs_are_compared_though_the_recorded_ones_came_first() -> None:
    talk = Talk(replays=True)
    talk.created("r1")
    talk.call("r1", "c1")
    talk.done("r1")
    assert talk.sent("c1") + talk.confirmed("c1") == [Ask()]
    assert talk.client("response.create", event_id="recorded") == []
    talk.created("r2")
    assert talk.calls.begin() is None  # our tool has not ended
    talk.done("r2")
    assert talk.calls.chain("r1") == ["r1", "r2"]
    assert kinds(talk.returned("c1")) == [Send, Ask]
    assert talk.calls.begin() == {}
    assert talk.calls.begin() is None


# -- any interleaving -----------------------------------------------------------------------------------------------


@dataclass
class Made:
    """A response of the invented server."""

    id: str
    ours: bool
    knew: frozenset[str]
    """The outputs that were in when it began."""
    open: dict[str, str] = field(default_factory=dict)
    """Calls whose items are not done -> tool."""
    calls: dict[str, str] = field(default_factory=dict)
    """Completed calls -> tool."""


class World:
    """A server, a network with delays both ways, a runner, and a user, all of which do something in any order."""

    def __init__(self, *, answers_turns: bool, confirms: bool) -> None:
        self.calls = Calls(toolset())
        self.t, self.rows, self.ids = 0.0, count(), count(1)
        self.answers_turns, self.confirms = answers_turns, confirms
        self.to_server: deque[dict[str, Any]] = deque()
        self.to_client: deque[dict[str, Any]] = deque()
        self.made: dict[str, Made] = {}
        self.active: Made | None = None
        self.speaking = False
        self.known: set[str] = set()
        """Calls that the server has as complete items."""
        self.writing: set[str] = set()
        """Calls whose arguments are not at their end; a response that is cut off ends them where they are."""
        self.given: Counter[str] = Counter()
        """Outputs that the server has got, by call."""
        self.running: dict[str, Call] = {}
        self.zombies: set[str] = set()
        """Tools that were told to stop, and return all the same."""
        self.asked = False
        self.closed = False
        self.client_active: str | None = None
        self.stopped: set[str] = set()
        """Responses that the user wants no answer to."""
        detection = VAD | {"create_response": answers_turns}
        session = {"audio": {"input": {"turn_detection": detection}}, "tools": toolset().as_json()}
        self._take({"type": "session.updated", "session": session})

    # -- the client's side --

    def _take(self, event: dict[str, Any]) -> None:
        self.t += 0.01
        self._act(self.calls.take(Event(event, index=next(self.rows), t=self.t)))

    def _act(self, actions: list[Any]) -> None:
        for action in actions:
            match action:
                case Start(call, tool, arguments):
                    assert arguments == "{}", "a tool runs with what was cut off"
                    if tool is not None:
                        self.running[call.call_id] = call
                        if tool.approve:
                            assert self.calls.decide(call.call_id, "asks")
                    else:
                        self._act(self.calls.end(call.call_id, "raised", Output("no such tool")) or [])
                case Stop(call, _):
                    del self.running[call.call_id]
                    self.zombies.add(call.call_id)
                case Send(call, output):
                    assert not self.closed, "nothing goes out after the connection's end"
                    assert output.text
                    item = {"type": "function_call_output", "call_id": call.call_id}
                    self.send({"type": "conversation.item.create", "item": item})
                case Unsent(call, _):
                    self.running.pop(call.call_id, None)
                case Ask():
                    assert not self.asked, "one request at a time"
                    self.asked = True

    def send(self, event: dict[str, Any]) -> None:
        event["event_id"] = f"event_{next(self.ids)}"
        self.to_server.append(event)
        self._take(event)

    def grant(self) -> None:
        """Let the one who is to ask do it, as it is free as far as the client knows."""
        self.asked = False
        params = self.calls.begin()
        if params is not None:
            assert not self.closed
            assert self.client_active is None, "asked while a response is being made"
            assert not any(event.get("ours") for event in self.to_server), "asked twice"
            self.send({"type": "response.create", "response": params, "ours": True})
            self.calls.begun()
        self._act(self.calls.tick(self.t))

    def end(self, call_id: str) -> None:
        runs = self.running[call_id].state == "running"
        what: Literal["returned", "denied"] = "returned" if runs else "denied"
        del self.running[call_id]
        self._act(self.calls.end(call_id, what, Output("ok")) or [])

    def stop(self) -> None:
        """Do what session.cancel() does."""
        self.stopped |= self.made.keys()
        self._act(self.calls.interrupt(STOPPED, silently=True))
        if self.client_active or self.calls.asked:
            self.send({"type": "response.cancel"})

    def lose(self) -> None:
        self.closed = True
        self.to_server.clear()
        self.to_client.clear()
        self._take({"type": "rt.connection.lost"})

    def deliver(self) -> None:
        event = self.to_client.popleft()
        if event["type"] == "response.created":
            self.client_active = event["response"]["id"]
        elif event["type"] == "response.done":
            self.client_active = None
        self._take(event)

    # -- the server's side --

    def tell(self, type_: str, **fields: Any) -> None:
        self.to_client.append({"type": type_} | fields)

    def begin(self, *, ours: bool) -> None:
        id_ = f"r{next(self.ids)}"
        self.active = self.made[id_] = Made(id_, ours, frozenset(self.given))
        self.tell("response.created", response={"id": id_} | OWN)

    def finish(self, status: str = "completed", reason: str = "") -> None:
        assert self.active is not None
        response, self.active = self.active, None
        for call_id in list(response.open):
            self.item_done(response, call_id, status)
        self.tell("response.done", response={"id": response.id, "status": status, "status_details": {"reason": reason}})

    def new_call(self, tool: str, *, writing: bool) -> None:
        assert self.active is not None
        call_id = f"c{next(self.ids)}"
        self.active.open[call_id] = tool
        item = {"type": "function_call", "id": f"i{call_id}", "call_id": call_id, "name": tool}
        self.tell("response.output_item.added", response_id=self.active.id, item=item)
        self.writing.add(call_id)
        if not writing:
            self.arguments_done(self.active, call_id)

    def arguments_done(self, response: Made, call_id: str, arguments: str = "{}") -> None:
        self.writing.remove(call_id)
        about = {
            "response_id": response.id,
            "item_id": f"i{call_id}",
            "call_id": call_id,
            "name": response.open[call_id],
        }
        self.tell("response.function_call_arguments.done", arguments=arguments, **about)

    def item_done(self, response: Made, call_id: str, status: str = "completed") -> None:
        if call_id in self.writing:
            self.arguments_done(response, call_id, "{}" if status == "completed" else "")
        tool = response.open.pop(call_id)
        item = {"type": "function_call", "id": f"i{call_id}", "call_id": call_id, "name": tool, "arguments": "{}"}
        if status == "completed":
            response.calls[call_id] = tool
            self.known.add(call_id)
        item["status"] = "completed" if status == "completed" else "incomplete"
        self.tell("response.output_item.done", response_id=response.id, item=item)

    def handle(self) -> None:
        event = self.to_server.popleft()
        match event["type"]:
            case "response.create" if self.active:
                self.tell("error", error=BUSY | {"event_id": event["event_id"]})
            case "response.create":
                self.begin(ours=bool(event.get("ours")))
            case "response.cancel" if self.active:
                self.stopped.add(self.active.id)
                self.finish("cancelled", "client_cancelled")
            case "conversation.item.create":
                call_id = event["item"]["call_id"]
                assert call_id in self.known, "an output without its call"
                self.given[call_id] += 1
                assert self.given[call_id] == 1, "two outputs of one call"
                if self.confirms:
                    self.tell("conversation.item.added", item=event["item"])

    def speech(self) -> None:
        self.speaking = not self.speaking
        if self.speaking:
            self.tell("input_audio_buffer.speech_started")
            if self.active:
                self.finish("cancelled", "turn_detected")
        else:
            self.tell("input_audio_buffer.speech_stopped")
            if self.answers_turns and not self.active:
                self.begin(ours=False)

    # -- what may happen --

    def moves(self) -> dict[str, Any]:
        free = self.client_active is None
        moves = {
            "handle": self.to_server and self.handle,
            "deliver": self.to_client and self.deliver,
            "grant": self.asked and free and self.grant,
            "speech": self.speech,
            "ask": lambda: self.send({"type": "response.create"}),
            "stop": self.stop,
            "call": self.active and self.new_call,
            "item": self.active and self.active.open and self.item_done,
            "finish": self.active and self.finish,
            "end": self.running and self.end,
            "approve": self.running and (lambda call_id: self.calls.decide(call_id, "approved")),
            "zombie": self.zombies and (lambda call_id: self.calls.end(call_id, "returned", Output("late"))),
            "by hand": self.running and self.by_hand,
        }
        return {name: move for name, move in moves.items() if move}

    def by_hand(self, call_id: str) -> None:
        """The user answers a call himself, though a tool of ours is at it."""
        if call_id in self.known and not self.given[call_id] and self.running[call_id].state in ("running", "waiting"):
            item = {"type": "function_call_output", "call_id": call_id}
            if not any(event.get("item") == item for event in self.to_server):
                self.send({"type": "conversation.item.create", "item": item})

    def settle(self) -> None:
        """Let everything come to its end, as it would if nobody did anything more."""
        for _ in range(10_000):
            if self.to_server:
                self.handle()
            elif self.to_client:
                self.deliver()
            elif self.speaking:
                self.speech()
            elif self.active:
                self.finish()
            elif self.running:
                self.end(next(iter(self.running)))
            elif self.asked:
                self.grant()
            elif self.calls.wait is not None:
                _, self.t = self.calls.wait
                self._act(self.calls.tick(self.t))
            else:
                return
        raise AssertionError("it goes on for ever")

    def judge(self) -> None:
        """Tell that nothing is missing."""
        assert self.calls.begin() is None
        assert not self.running
        for response in self.made.values():
            ours = {call_id: tool for call_id, tool in response.calls.items() if tool != "mine"}
            for call_id in ours:
                assert self.given[call_id] == 1, "a call without output"
            if any(tool != "quiet" for tool in ours.values()) and response.id not in self.stopped:
                if "mine" in response.calls.values():
                    continue  # whose output is the user's to give
                ids = list(self.made)
                later = [self.made[id_] for id_ in ids[ids.index(response.id) + 1 :]]
                assert any(set(ours) <= each.knew for each in later), "outputs without an answer"
                assert not self.calls.waiting(response.id)


@settings(max_examples=400)
@given(st.data())
def test_no_interleaving_loses_an_output_or_an_answer_or_asks_twice(data: st.DataObject) -> None:
    world = World(answers_turns=data.draw(st.booleans()), confirms=data.draw(st.booleans()))
    for _ in range(data.draw(st.integers(0, 60))):
        moves = world.moves()
        name = data.draw(st.sampled_from(sorted(moves)))
        match name:
            case "call":
                tool = data.draw(st.sampled_from(["plain", "kept", "quiet", "asks", "mine", "invented"]))
                world.new_call(tool, writing=data.draw(st.booleans()))
            case "item":
                assert world.active is not None
                world.item_done(world.active, data.draw(st.sampled_from(sorted(world.active.open))))
            case "end" | "approve" | "by hand":
                moves[name](data.draw(st.sampled_from(sorted(world.running))))
            case "zombie":
                assert moves[name](data.draw(st.sampled_from(sorted(world.zombies)))) is None
            case "finish":
                world.finish(data.draw(st.sampled_from(["completed", "incomplete", "failed"])))
            case _:
                moves[name]()
    if data.draw(st.booleans()):
        world.lose()
        for call_id in list(world.running):
            world.end(call_id)
        assert world.calls.begin() is None
        assert not world.to_server
        assert world.calls.tick(world.t + 100) == []
    else:
        world.settle()
        world.judge()
