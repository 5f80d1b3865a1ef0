"""The table of events in the documentation, against the `openai` package and against what the server does."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from core_client import Client, loud, silent

from rt_notebook.protocol.catalog import CATALOG, Dialect, types
from rt_notebook.server import shapes, shapes_beta
from rt_notebook.server.engine import Call

ROW = re.compile(r"^\| `(?P<type>[\w.]+)` \| (?P<ga>yes|no|) \| (?P<beta>yes|no|) \| (?P<remark>.*) \|$", re.MULTILINE)
PAGE = (Path(__file__).parents[2] / "docs" / "server.md").read_text("utf-8")
TABLE = {row["type"]: row for row in ROW.finditer(PAGE)}
DIALECTS: list[Dialect] = ["ga", "beta"]


def said_done(direction: Literal["client", "server"], dialect: Dialect) -> set[str]:
    return {name for name, row in TABLE.items() if CATALOG[name].direction == direction and row[dialect] == "yes"}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("direction", ["client", "server"])
def test_every_event_of_the_package_has_its_row(direction: Literal["client", "server"], dialect: Dialect) -> None:
    rows = {name for name, row in TABLE.items() if CATALOG[name].direction == direction and row[dialect]}
    assert rows == set(types(direction, dialect))


def test_what_cannot_occur_has_a_reason() -> None:
    assert all(row["remark"] for row in TABLE.values() if "no" in (row["ga"], row["beta"]))


def test_every_client_event_is_taken() -> None:
    assert said_done("client", "ga") == set(shapes.EVENTS)
    assert said_done("client", "beta") == set(shapes_beta.EVENTS)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_server_event_is_sent_and_no_other(dialect: Dialect) -> None:
    sent = {event["type"] for client in lives(dialect) for event in client.events}
    assert sent - {"transcription_session.created"} == said_done("server", dialect)


def lives(dialect: Dialect) -> Iterator[Client]:
    """Yield clients that have met all that can happen to one."""
    model = "gpt-4o-realtime-preview"
    client = Client(model, dialect)
    transcription, detection = {"model": "whisper-1"}, {"type": "server_vad"}
    if dialect == "ga":
        detection = {**detection, "idle_timeout_ms": 5_000}  # type: ignore[dict-item] # a number among strings
        client.update(audio={"input": {"transcription": transcription, "turn_detection": detection}})
    else:
        client.update(input_audio_transcription=transcription)
    client.say(silent(300), loud(700), silent(600))
    client.hear("Hello?")
    client.think("Hello there.", Call("f", "{}"))
    client.speak()
    spoken = next(event["item_id"] for event in client.events if event["type"].endswith("audio_transcript.done"))
    client.say(silent(20_000))
    if dialect == "ga":
        client.hear("")
    client.send("response.cancel")
    client.send("response.create", response={"conversation": "none", "instructions": "x"})
    client.think("Beside.")
    client.send("conversation.item.truncate", item_id=spoken, content_index=0, audio_end_ms=100)
    client.send("conversation.item.retrieve", item_id=spoken)
    client.send("conversation.item.delete", item_id=spoken)
    client.send("input_audio_buffer.append", audio=base64.b64encode(loud(200)).decode())
    client.send("input_audio_buffer.clear")
    client.send("output_audio_buffer.clear")
    yield client

    writing = Client(model, dialect)
    writing.update(**{"output_modalities" if dialect == "ga" else "modalities": ["text"]})
    writing.write("Hello?")
    writing.send("response.create")
    writing.think("In writing.")
    yield writing

    deaf = Client(None, dialect, intent="transcription")
    deaf.send(
        "session.update" if dialect == "ga" else "transcription_session.update",
        session={"type": "transcription"} if dialect == "ga" else {},
    )
    deaf.say(silent(300), loud(700), silent(600))
    (job,) = deaf.jobs
    deaf.take(deaf.connection.failed(job.job, "engine_failed", "No ears."))
    yield deaf
