"""Tools of remote MCP servers, which the API calls itself: in the conversation, the tables and the views."""

from __future__ import annotations

from typing import Any

import pytest
from conformance import REFERENCES
from markup import Html
from written_log import WrittenLog

from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.views.details import detail
from rt_notebook.protocol.check import check
from rt_notebook.protocol.conversation import Conversation
from rt_notebook.protocol.event import Event
from rt_notebook.protocol.items import Item
from rt_notebook.session.content import approval

LABEL = {"server_label": "docs"}
ARGUMENTS = '{"query": "vad"}'


class Remote(WrittenLog):
    """A log in which the server deals with a remote MCP server."""

    def put(self, direction: Any, type: str, *, after: float = 0.1, **fields: Any) -> None:
        fields = {"event_id": f"event_{id(fields)}"} | fields if direction == "server" else fields
        super().put(direction, type, after=after, **fields)

    def listed(self) -> None:
        item = {"id": "mcpl_1", "type": "mcp_list_tools", "tools": [], **LABEL}
        tools = [{"name": name, "input_schema": {"type": "object"}} for name in ("search", "fetch")]
        self.server("conversation.item.added", item=item, previous_item_id=None)
        self.server("mcp_list_tools.in_progress", item_id="mcpl_1")
        self.server("mcp_list_tools.completed", item_id="mcpl_1")
        self.server("conversation.item.done", item=item | {"tools": tools}, previous_item_id=None)

    def request(self, response: str) -> None:
        self.client("response.create")
        self.begin(response)
        item = {"id": "mcpr_1", "type": "mcp_approval_request", "name": "search", "arguments": ARGUMENTS, **LABEL}
        self.server("response.output_item.added", response_id=response, output_index=0, item=item)
        self.server("response.output_item.done", response_id=response, output_index=0, item=item)
        self.server("conversation.item.added", item=item)
        self.done(response)

    def approve(self, approve: bool = True) -> None:
        event = approval("mcpr_1", approve)
        self.client(event["type"], item=event["item"])
        self.server("conversation.item.added", item=event["item"])

    def remote_call(self, response: str, id: str, **outcome: Any) -> None:
        of = {"response_id": response, "output_index": 0}
        at = {"item_id": id, "output_index": 0}
        item = {"id": id, "type": "mcp_call", "name": "search", "arguments": "", **LABEL}
        item["approval_request_id"] = "mcpr_1"
        self.server("response.output_item.added", item=item, **of)
        for delta in ('{"query"', ': "vad"}'):
            self.server("response.mcp_call_arguments.delta", delta=delta, item_id=id, **of)
        self.server("response.mcp_call_arguments.done", arguments=ARGUMENTS, item_id=id, **of)
        self.server("response.mcp_call.in_progress", **at)
        status = "failed" if "error" in outcome else "completed"
        self.server(f"response.mcp_call.{status}", after=1.5, **at)
        self.server("response.output_item.done", item=item | {"arguments": ARGUMENTS} | outcome, **of)
        self.server("conversation.item.added", item=item | {"arguments": ARGUMENTS} | outcome)


@pytest.fixture
def log() -> EventLog:
    written = Remote()
    written.listed()
    written.item("u1", text="What is a VAD?")
    written.request("r1")
    written.approve()
    written.client("response.create")
    written.begin("r2")
    written.remote_call("r2", "mcp_1", output="it detects voices")
    written.say("r2", "It detects voices.")
    written.done("r2")
    written.item("u2", text="And again?")
    written.client("response.create")
    written.begin("r3")
    written.remote_call("r3", "mcp_2", error={"type": "http_error", "code": 502, "message": "bad gateway"})
    written.done("r3")
    return written.log


def conversation(log: EventLog) -> Conversation:
    made = Conversation()
    for event in log:
        made.apply(event)
    return made


def test_the_events_are_those_of_the_openai_package(log: EventLog) -> None:
    told = [event for event in log if "mcp" in str(event.get("item", event.type)) and event.direction == "server"]
    assert len(told) > 20
    for event in told:
        REFERENCES["ga"].adapter.validate_python(event)
    assert check(approval("mcpr_1", True, "go on")) == []


def test_the_conversation_keeps_what_the_server_did(log: EventLog) -> None:
    items = conversation(log).items
    assert (items["mcpl_1"].status, items["mcpl_1"].tools) == ("completed", ("search", "fetch"))
    call = items["mcp_1"]
    assert (call.server_label, call.name, call.arguments, call.output) == (
        "docs", "search", ARGUMENTS, "it detects voices",
    )  # fmt: skip
    assert (call.status, call.error, call.approval_request_id) == ("completed", None, "mcpr_1")
    assert (items["mcp_2"].status, items["mcp_2"].error) == ("failed", "bad gateway")
    answer = next(item for item in items.values() if item.type == "mcp_approval_response")
    assert (answer.approve, answer.approval_request_id) == (True, "mcpr_1")


def test_a_call_grows_and_is_not_this_sides_to_answer() -> None:
    written = Remote()
    written.begin("r1")
    item = {"id": "m", "type": "mcp_call", "name": "search", "arguments": "", **LABEL}
    written.server("response.output_item.added", item=item, response_id="r1")
    written.server("response.mcp_call_arguments.delta", delta='{"query', item_id="m", response_id="r1")
    response = conversation(written.log).responses["r1"]
    assert response.items[0].arguments == '{"query'
    assert response.calls == []
    assert repr(response) == '<Response in_progress: no words, calls docs.search({"query)>'


def test_the_transcript_has_calls_and_approvals(log: EventLog) -> None:
    assert [(line.turn, line.who, line.text) for line in log.conversation()] == [
        (None, "remote tools", "docs has search, fetch"),
        (1, "user", "What is a VAD?"),
        (1, "approval", f"docs.search({ARGUMENTS}) waits for approval"),
        (1, "approval", "approved"),
        (1, "call", f"docs.search({ARGUMENTS}) → it detects voices"),
        (1, "assistant", "It detects voices."),
        (2, "user", "And again?"),
        (2, "call", f"docs.search({ARGUMENTS}) → error: bad gateway"),
    ]


def test_a_turn_goes_on_after_an_approval(log: EventLog) -> None:
    assert list(log.turns["responses"]) == [["r1", "r2"], ["r3"]]


def test_events_say_what_they_are_about(log: EventLog) -> None:
    told = [detail(event) for event in log if event.type == "response.output_item.done"]
    assert told == [
        f"docs.search({ARGUMENTS}) waits for approval",
        f"docs.search({ARGUMENTS}) → it detects voices",
        f"docs.search({ARGUMENTS}) → error: bad gateway",
    ]


def test_nothing_is_out_of_order_and_no_call_unanswered(log: EventLog) -> None:
    assert [
        finding for finding in log.lint() if "call" in str(finding).lower() or "order" in str(finding).lower()
    ] == []


def test_what_a_server_says_is_text() -> None:
    item = Item("m", type="mcp_call", server_label="<b>", name="<i>", output="<script>", arguments="<u>")
    html = Html(item._repr_html_())
    assert "<b>.<i>(<u>) → <script>" in html.text
    assert not {"i", "u", "script"} & {*html.tags}


@pytest.mark.parametrize(
    "event",
    [
        {"type": "mcp_list_tools.failed", "item_id": "nobody"},
        {"type": "response.mcp_call.completed"},
        {"type": "response.mcp_call_arguments.delta", "item_id": 7, "delta": None},
        {"type": "conversation.item.added", "item": {"id": "m", "type": "mcp_call", "error": {}, "tools": [1]}},
        {"type": "conversation.item.added", "item": {"id": "m", "type": "mcp_list_tools", "tools": "none"}},
        {"type": "conversation.item.added", "item": {"id": "m", "type": "mcp_approval_response", "approve": "yes"}},
    ],
)
def test_what_does_not_fit_changes_as_much_as_it_can(event: dict[str, Any]) -> None:
    made = Conversation()
    made.apply(Event(event))
    assert all(isinstance(item.told, str) for item in made.items.values())
