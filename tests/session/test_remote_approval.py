"""Approval of what remote MCP servers ask for, which the local server does not run: its events are given as data."""

import orjson
import pytest
from calling import with_tools

import rt_notebook as rt
from rt_notebook.session.runner import block

REQUEST = {"type": "mcp_approval_request", "server_label": "docs", "name": "search", "arguments": '{"q":"VAD"}'}


def ask_for(session: rt.Session, id_: str) -> None:
    """Let the server ask for approval."""
    give(session, {"type": "conversation.item.done", "item": {"id": id_, **REQUEST}})


def give(session: rt.Session, event: dict[str, object]) -> None:
    """Let an event come from the server; returns when the session has it."""

    async def receive() -> None:
        session._session.wire._receive(orjson.dumps(event))

    block(receive())


def answers(session: rt.Session) -> list[dict[str, object]]:
    """Return what was sent."""
    session.wait("error")  # the local server has no such items; what was sent is in the log
    sent = [event["item"] for event in session.events.filter("conversation.item.create")]
    return [{name: value for name, value in item.items() if name != "id"} for item in sent]


def test_a_request_is_answered_by_its_id() -> None:
    with with_tools() as session:
        ask_for(session, "mcpr_1")
        ask_for(session, "mcpr_2")
        with pytest.raises(ValueError, match=r"mcpr_1 \(docs.search\), mcpr_2 \(docs.search\)"):
            session.approve()
        session.deny("mcpr_2", reason="not now")
        session.approve()
        session.approve("mcpr_1")  # twice is once
        with pytest.raises(ValueError, match="mcpr_1' does not wait for approval: it is approved"):
            session.deny("mcpr_1")
        session.wait("error", after=session.wait("error"))
        assert answers(session) == [
            {"type": "mcp_approval_response", "approval_request_id": "mcpr_2", "approve": False, "reason": "not now"},
            {"type": "mcp_approval_response", "approval_request_id": "mcpr_1", "approve": True},
        ]


def test_a_request_that_was_answered_elsewhere_does_not_wait() -> None:
    with with_tools() as session:
        ask_for(session, "mcpr_1")
        item = {"id": "i", "type": "mcp_approval_response", "approval_request_id": "mcpr_1", "approve": False}
        give(session, {"type": "conversation.item.added", "item": item})
        session.deny("mcpr_1")  # as it is
        with pytest.raises(ValueError, match="it is denied"):
            session.approve("mcpr_1")
        with pytest.raises(ValueError, match="no call waits"):
            session.approve()


def test_a_request_of_a_connection_that_is_gone_cannot_be_answered() -> None:
    session = with_tools()
    ask_for(session, "mcpr_1")
    session.close()
    with pytest.raises(rt.ConnectionClosedError, match="mcpr_1"):
        session.approve()
