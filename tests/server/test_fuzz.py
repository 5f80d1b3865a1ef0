"""Any sequence of client events, audio and engine results: no exception, valid events, and an end to everything."""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

from client_events import BROKEN_EVENTS, CLIENT_EVENTS, TEXTS, with_ids
from core_client import Client, Event, loud, silent
from hypothesis import given, settings
from hypothesis import strategies as st

from rt_notebook.protocol.dialect import to_beta, to_ga
from rt_notebook.server.effects import Respond, Transcribe
from rt_notebook.server.engine import Call

TIMES = int(os.environ.get("FUZZ", "1"))
"""How many times longer than usual: `make fuzz` sets it."""

AUDIO = st.tuples(st.just("audio"), st.lists(st.tuples(st.booleans(), st.integers(0, 40)), max_size=4))
RESULTS = st.tuples(
    st.just("result"),
    st.integers(0, 20),
    TEXTS,
    st.sampled_from(["go on", "go on", "go on", "end", "end", "call", "fail"]),
)
PROGRESS = st.tuples(st.just("progress"), st.integers(1, 6), TEXTS)
STEP = st.sampled_from(
    [CLIENT_EVENTS, CLIENT_EVENTS, RESULTS, RESULTS, PROGRESS, PROGRESS, AUDIO, BROKEN_EVENTS]
).flatmap(lambda kind: kind)
STEPS = st.lists(STEP, min_size=10, max_size=60)


@settings(max_examples=300 * TIMES, deadline=None)
@given(STEPS, st.sampled_from(["ga", "ga", "beta"]), st.sampled_from([None, None, None, "transcription"]))
def test_whatever_comes_the_session_stays_sound(steps: list[Any], dialect: str, intent: str | None) -> None:
    client = Client(None if intent else "gpt-realtime", dialect, intent=intent)
    jobs: list[Any] = []
    for step in steps:
        jobs += [job for job in client.jobs if job not in jobs]
        match step:
            case ("event", {} as made):
                made = with_ids(made, client.events)
                client.take(client.connection.receive(made if dialect == "ga" else to_beta(made)))
            case ("event", other):
                client.take(client.connection.receive(other))
            case ("audio", stretches):
                client.append(b"".join(loud(ms * 10) if speech else silent(ms * 25) for speech, ms in stretches))
            case ("progress", times, text):
                for turn in range(times):
                    if client.jobs:
                        client.take(result(client, client.jobs[0], text, "end" if turn % 2 else "go on"))
            case ("result", number, text, what) if jobs:
                among = client.jobs if client.jobs and number else jobs  # seldom one that is over
                client.take(result(client, among[number % len(among)], text, what))
    while waiting := [each for each in client.jobs if isinstance(each, Transcribe)]:
        client.take(result(client, waiting[0], "At last.", "end"))
    for response_id in [each["response"]["id"] for each in client.events if each["type"] == "response.created"]:
        client.send("response.cancel", response_id=response_id)
    check([to_ga(event) if dialect == "beta" else event for event in client.events])
    assert client.jobs == []
    client.take(client.connection.expire())
    assert client.closed is not None


def result(client: Client, job: Any, text: str, what: str) -> Any:
    """Answer a job, also one that was cancelled or is over."""
    core = client.connection
    if what in ("end", "fail") and job in client.jobs:
        client.jobs.remove(job)
    if what == "fail":
        return core.failed(job.job, "engine_failed", text)
    if isinstance(job, Transcribe):
        client.jobs = [each for each in client.jobs if each != job]
        return core.heard(job.job, text)
    if isinstance(job, Respond):
        if what == "end":
            return core.thought(job.job)
        return core.call(job.job, Call("f", text)) if what == "call" else core.text(job.job, text)
    return core.spoken(job.job) if what == "end" else core.audio(job.job, text, silent(len(text) * 20))


def check(events: list[Event]) -> None:
    """Check what must hold for all events of a session."""
    assert max(Counter(each["event_id"] for each in events).values()) == 1
    created = [each["response"]["id"] for each in events if each["type"] == "response.created"]
    assert Counter(created) == Counter(each["response"]["id"] for each in events if each["type"] == "response.done")
    open_responses: set[str] = set()
    open_items: dict[str, int] = {}
    speaking: str | None = None
    turn_end = 0
    items: set[str] = set()
    for each in events:
        kind = each["type"]
        if kind == "response.created":
            open_responses.add(each["response"]["id"])
        elif kind == "response.done":
            open_responses.remove(each["response"]["id"])
            assert each["response"]["status"] != "in_progress"
            assert all(item["status"] != "in_progress" for item in each["response"]["output"])
        elif kind.startswith("response."):
            assert each["response_id"] in open_responses
        if kind == "response.output_item.added":
            open_items[each["item"]["id"]] = each["output_index"]
        elif kind == "response.output_item.done":
            assert open_items.pop(each["item"]["id"]) == each["output_index"]
        if kind in ("conversation.item.added", "input_audio_buffer.committed"):
            assert each["previous_item_id"] is None or each["previous_item_id"] in items
        if kind == "conversation.item.added":
            items.add(each["item"]["id"])
        elif kind == "conversation.item.deleted":
            items.remove(each["item_id"])
        if kind == "input_audio_buffer.speech_started":
            speaking = each["item_id"]
            assert each["audio_start_ms"] >= turn_end
        elif kind == "input_audio_buffer.speech_stopped":
            assert each["item_id"] == speaking
            turn_end = each["audio_end_ms"]
    assert not open_responses
    assert not open_items
