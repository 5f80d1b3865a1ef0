"""Calls of tools as a log tells them: by the rows of the tools, by outputs alone, by the server's own events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lesson import lesson
from odd_log import odd_logs
from written_log import WrittenLog

from rt_notebook.log.calls import busy_ms, read_calls
from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.tables import calls
from rt_notebook.log.views.spans import event_spans
from rt_notebook.protocol.catalog import Dialect


@pytest.fixture
def written() -> WrittenLog:
    """A log in which a response has begun, to a question."""
    written = WrittenLog()
    written.item("u", text="What is the weather?")
    written.begin("r")
    return written


def row(log: EventLog) -> dict[str, Any]:
    """Return the only call of a log."""
    (only,) = log.calls.to_dict("records")
    return {str(name): None if pd.isna(value) else value for name, value in only.items()}


def test_a_tools_rows_tell_when_it_ran_and_what_came_of_it(written: WrittenLog) -> None:
    written.call("r", "c", arguments='{"city":"Paris"}')
    written.done("r")
    written.tool("started", "c", after=0.1, arguments={"city": "Paris"})
    begun = written.t
    written.tool("progress", "c", after=0.2, text="half", fraction=0.5)
    written.tool("done", "c", after=0.3, duration_ms=499.5, output="clear")
    written.output("c")
    assert row(written.log) == {
        "call_id": "c",
        "name": "weather",
        "arguments": '{"city":"Paris"}',
        "t": begun,
        "duration_ms": 499.5,
        "state": "done",
        "output": "clear",
        "error": None,
        "why": None,
        "connection": 1,
        "response_id": "r",
        "item_id": "f-c",
        "turn": 1,
    }


@pytest.mark.parametrize("dialect", ["ga", "beta"])
def test_of_another_client_the_output_tells_that_a_call_is_done(dialect: Dialect) -> None:
    told = row(lesson(dialect))
    assert (told["name"], told["state"], told["output"]) == ("weather", "done", '{"sky": "clear"}')
    log = lesson(dialect)
    sent = next(event.t for event in log if event.direction == "client" and "function_call_output" in str(event))
    assert told["t"] + told["duration_ms"] / 1000 == pytest.approx(sent)
    assert log.turns["tools_ms"].tolist()[-1] == pytest.approx(told["duration_ms"])
    assert log.turns["tools_ms"].isna().tolist() == [True] * 4 + [False]


@pytest.mark.parametrize(
    ("rows", "state", "error", "why"),
    [
        ([], "unanswered", None, None),
        ([("started", {})], "running", None, None),
        ([("waiting", {})], "waiting", None, None),
        ([("waiting", {}), ("approved", {})], "running", None, None),
        ([("waiting", {}), ("denied", {})], "failed", None, "denied"),
        ([("started", {}), ("failed", {"kind": "timeout", "error": {"message": "late"}})], "failed", "late", "timeout"),
        ([("started", {}), ("cancelled", {"reason": "interrupted"})], "cancelled", None, "interrupted"),
        ([("started", {}), ("done", {"output": "x"}), ("unsent", {"reason": "lost"})], "unsent", None, "lost"),
    ],
)
def test_how_far_a_call_is(
    written: WrittenLog, rows: list[tuple[str, dict[str, Any]]], state: str, error: str | None, why: str | None
) -> None:
    written.call("r", "c")
    for what, fields in rows:
        written.tool(what, "c", after=0.1, **fields)
    told = row(written.log)
    assert (told["state"], told["error"], told["why"]) == (state, error, why)


def test_a_call_that_is_cut_off_is_incomplete(written: WrittenLog) -> None:
    written.call("r", "c", arguments='{"ci', status="incomplete")
    assert row(written.log)["state"] == "incomplete"


def test_a_tool_that_waits_for_approval_runs_from_the_approval_on(written: WrittenLog) -> None:
    written.call("r", "c")
    written.tool("waiting", "c", arguments={})
    written.tool("approved", "c", after=2.0)
    approved = written.t
    written.tool("done", "c", after=0.5, output="x")
    told = row(written.log)
    assert (told["t"], told["duration_ms"]) == (approved, pytest.approx(500))


def test_how_long_a_person_thought_is_neither_the_servers_time_nor_the_tools(written: WrittenLog) -> None:
    for call_id in "ab":
        written.call("r", call_id)
    written.done("r")
    written.tool("started", "a", name="find")
    written.tool("waiting", "b", name="wipe")
    written.tool("done", "a", after=0.5, name="find", output="")
    written.tool("approved", "b", after=1.5)
    written.tool("started", "b", name="wipe")
    written.tool("done", "b", after=0.25, name="wipe", output="")
    written.output("a")
    written.output("b")
    written.answer("s")
    steps = written.log.waterfall(1).df.set_index("step")
    assert steps.query("kind in ('approval', 'tool')")["ms"].to_dict() == {
        "approval of weather": pytest.approx(2000),
        "2 tools": pytest.approx(250),
    }
    beside = steps.query("kind == 'beside'").loc[["approval of weather", "tool weather"], "ms"]
    assert sorted(beside) == [pytest.approx(250), pytest.approx(500), pytest.approx(2000)]
    assert steps.query("kind == 'server'")["ms"].max() < 100
    assert written.log.turns["tools_ms"].tolist() == [pytest.approx(750)]
    bars = written.log.timeline().df.query("kind == 'approval'")
    assert (bars["t2"] - bars["t"]).tolist() == [pytest.approx(2)]


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        (
            [("denied", {}), ("failed", {"kind": "denied", "duration_ms": 0.0, "error": {"message": "no"}})],
            "failed (no)",
        ),
        ([("cancelled", {"reason": "stopped", "duration_ms": 0.0})], "cancelled (stopped)"),
        ([("unsent", {"reason": "lost"})], "was never approved (lost)"),
    ],
)
def test_a_tool_that_nobody_approved_has_not_run(
    written: WrittenLog, ends: list[tuple[str, dict[str, Any]]], told: str
) -> None:
    written.call("r", "c")
    written.done("r")
    written.tool("waiting", "c", arguments={})
    for what, fields in ends:
        written.tool(what, "c", after=1.0, **fields)
    assert not row(written.log)["duration_ms"]
    assert written.log.turns["tools_ms"].isna().all()
    assert {fact.name: fact.value for fact in written.log.summary().facts}["weather"] == f"{{}} {told}"
    assert "ran" not in str(written.log.conversation())
    assert written.log.timeline().df.query("kind == 'call'").empty
    assert str(written.log.timeline().chart.to_dict()).count("'short': 'weather'") == 1  # its name
    steps = written.log.waterfall(1).df
    assert steps.query("kind == 'approval'")["ms"].tolist() == [pytest.approx(1000 * len(ends))]
    assert steps.query("kind == 'tool'").empty


def test_a_call_that_was_denied_took_no_time(written: WrittenLog) -> None:
    written.call("r", "c")
    written.tool("waiting", "c", arguments={})
    written.tool("denied", "c", after=2.0)
    written.tool("failed", "c", kind="denied", error={"message": "no"}, duration_ms=0.0, output="no")
    assert row(written.log)["duration_ms"] == 0


def test_a_tool_of_the_servers_is_told_by_the_server(written: WrittenLog) -> None:
    item = {"id": "m", "type": "mcp_call", "name": "find", "server_label": "files", "arguments": "{}"}
    written.server("response.output_item.added", response_id="r", item=item | {"status": "in_progress"})
    written.server("response.mcp_call.in_progress", item_id="m", after=1.0)
    written.server("response.mcp_call.completed", item_id="m", after=0.25)
    written.server("response.output_item.done", response_id="r", item=item | {"output": "3 files"})
    told = row(written.log)
    assert (told["name"], told["state"], told["output"]) == ("find", "done", "3 files")
    assert told["duration_ms"] == pytest.approx(250)
    assert told["call_id"] is None
    bars = written.log.timeline().df.query("kind == 'call'")
    assert (bars["t2"] - bars["t"]).tolist() == [pytest.approx(0.25)]
    assert written.log.turns["calls"].tolist() == [["find"]]


def test_what_a_new_connection_is_told_again_is_no_second_call(written: WrittenLog) -> None:
    written.call("r", "c")
    written.output("c")
    written.done("r")
    written.reopen()
    again = {"id": "f-c", "type": "function_call", "name": "weather", "call_id": "c", "arguments": "{}"}
    written.server("conversation.item.added", item=again)
    assert row(written.log)["connection"] == 1


def test_time_in_which_two_tools_run_counts_once(written: WrittenLog) -> None:
    for call_id in "ab":
        written.call("r", call_id)
    written.done("r")
    written.tool("started", "a")
    written.tool("started", "b", after=1.0)
    written.tool("done", "a", after=1.0, duration_ms=2000, output="")
    written.tool("done", "b", after=1.0, duration_ms=2000, output="")
    assert busy_ms(read_calls(written.log)) == pytest.approx(3000)
    assert written.log.turns["tools_ms"].tolist() == [pytest.approx(3000)]
    assert written.log.calls["duration_ms"].tolist() == [2000, 2000]

    # In the chart of the turn both stand beside the time that they took together.
    steps = written.log.waterfall(1).df
    assert steps.query("step == '2 tools'")["ms"].tolist() == [pytest.approx(3000)]
    single = steps.query("step == 'tool weather'")
    assert single["kind"].tolist() == ["beside", "beside"]
    assert single["ms"].tolist() == [pytest.approx(2000)] * 2
    bars = written.log.timeline().df.query("kind == 'call'")
    assert (bars["t2"] - bars["t"]).tolist() == [pytest.approx(2), pytest.approx(2)]


def test_a_tool_is_seen_in_every_view(written: WrittenLog) -> None:
    written.call("r", "c", arguments='{"city":"Paris"}')
    written.done("r")
    written.tool("started", "c", arguments={"city": "Paris"})
    written.tool("progress", "c", after=0.25, text="half <b>way</b>", fraction=0.5)
    written.tool("failed", "c", after=0.25, kind="exception", error={"message": "KeyError: 'Paris'"}, duration_ms=500)
    log = written.log
    facts = {fact.name: fact.value for fact in log.summary().facts}
    assert facts["weather"] == '{"city":"Paris"} failed after 500 ms (KeyError: \'Paris\')'
    assert "(ran 0.5 s; failed: KeyError: 'Paris')" in " ".join(str(log.conversation()).split())
    diagram = log.sequence().svg
    assert 'weather({"city":"Paris"})' in diagram.replace("&quot;", '"')
    assert "the tool of call c runs" in diagram
    assert "half &lt;b&gt;way&lt;/b&gt;" in diagram
    assert "weather 50% " in diagram


@given(odd_logs())
def test_any_log_has_a_table_of_its_calls(log: EventLog) -> None:
    assert len(calls(log)) == len(read_calls(log))
    log.conversation()
    log.summary()


_KINDS = ("started", "waiting", "approved", "denied", "progress", "done", "failed", "cancelled", "unsent")
_STEPS = st.tuples(
    st.sampled_from([*_KINDS, "call", "output", "response", "reopen", "say", "mcp"]),
    st.sampled_from("ab"),
    st.sampled_from([0.0, 0.5, 6.0]),
    st.sampled_from([{}, {"duration_ms": 250.0}, {"duration_ms": None, "output": 5, "error": "x"}, {"kind": "denied"}]),
)


@given(st.lists(_STEPS, max_size=14))
def test_rows_of_tools_may_come_in_any_order(steps: list[tuple[str, str, float, dict[str, Any]]]) -> None:
    written = WrittenLog()
    written.begin("r")
    others: dict[str, Callable[[str], None]] = {
        "call": lambda call_id: written.call("r", call_id),
        "output": written.output,
        "response": lambda _: written.done("r"),
        "reopen": lambda _: written.reopen(),
        "say": lambda _: written.item("u"),
        "mcp": lambda id_: written.server("response.mcp_call.in_progress", item_id=f"f-{id_}"),
    }
    for what, call_id, after, fields in steps:
        if what in others:
            others[what](call_id)
        else:
            written.tool(what, call_id, after=after, **fields)
    log = written.log
    table, lasted = log.calls, written.t * 1000 + 0.001
    assert set(table["call_id"].dropna()) <= {"a", "b"}
    assert all(0 <= ms <= max(lasted, 250) for ms in table["duration_ms"].dropna())
    assert all(0 <= ms <= lasted for ms in log.turns["tools_ms"].dropna())
    spans = [span for span in event_spans(log, written.t) if span.lane == "calls"]
    assert all(span.t2 is not None and span.t <= span.t2 for span in spans)
    log.lint()
    log.sequence()
    log.summary()
    log.conversation()
