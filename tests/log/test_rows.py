from __future__ import annotations

import json
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.rows import Rows, levels, whole
from rt_notebook.protocol.event import Event, encode_audio


def put(log: EventLog, event: dict[str, Any]) -> None:
    log.append("server", orjson.dumps(event), event)


def test_levels_are_the_peaks_of_20_ms() -> None:
    samples = np.zeros(480 * 3 + 10, "<i2")
    samples[100] = 16_384
    samples[480 + 5] = -32_768
    samples[-1] = 328
    assert levels(samples.tobytes()) == [50, 100, 0, 1]
    assert levels(samples.tobytes() + b"\1") == [50, 100, 0, 1]  # half a sample is none
    assert levels(b"") == levels(b"\1") == []


@given(st.binary(max_size=5_000))
def test_levels_are_what_a_loop_over_all_samples_finds(pcm: bytes) -> None:
    samples = [int(s) for s in np.frombuffer(pcm[: len(pcm) & ~1], "<i2")]
    peaks = [max(map(abs, samples[at : at + 480])) for at in range(0, len(samples), 480)]
    assert levels(pcm) == [int(peak * 100 / 32_768 + 0.5) for peak in peaks]


def test_the_telephones_sound_has_no_levels() -> None:
    rows = Rows()
    pcm = bytes(160)
    append = Event({"type": "input_audio_buffer.append", "audio": ""}, direction="client", sound=pcm)
    delta = Event({"type": "response.output_audio.delta", "delta": ""}, sound=pcm)
    assert [rows.row(event).get("levels") for event in (append, delta)] == [[0], [0]]
    audio = {"input": {"format": {"type": "audio/pcmu"}}, "output": {"format": {"type": "audio/pcm"}}}
    rows.row(Event({"type": "session.updated", "session": {"audio": audio}}))
    assert [rows.row(event).get("levels") for event in (append, delta)] == [None, [0]]


def test_a_whole_event_has_its_sound_by_duration_and_everything_else_as_it_was() -> None:
    log = EventLog()
    sound = encode_audio(bytes(480 * 48))
    part = {"type": "input_audio", "audio": sound, "transcript": None}
    event = {"type": "conversation.item.create", "item": {"content": [part, {"text": "x" * 10_000}]}, "odd": ""}
    put(log, event)
    shown = whole(log, 0)
    assert json.loads(shown) == event | {
        "item": {"content": [part | {"audio": "<480 ms of PCM16>"}, {"text": "x" * 10_000}]}
    }
    assert '\n  "item": {' in shown
    put(log, {"type": "response.audio.delta", "delta": sound})  # as on the wire: beta's name
    assert json.loads(whole(log, 1)) == {"type": "response.audio.delta", "delta": "<480 ms of PCM16>"}
    put(log, {"type": "response.output_audio.delta", "delta": "no base64!"})
    assert json.loads(whole(log, 2))["delta"] == "<10 characters that are no base64>"


def test_an_event_that_is_no_json_is_shown_as_it_came() -> None:
    log = EventLog()
    log.append("server", b"<html>\xff", {"type": "rt.unreadable"})
    assert whole(log, 0) == "<html>\ufffd"


def test_an_image_of_some_megabytes_is_cut() -> None:
    log = EventLog()
    put(log, {"type": "conversation.item.create", "item": {"content": [{"image_url": "A" * 3_000_000}]}})
    assert len(whole(log, 0)) < 210_000


@pytest.mark.parametrize("index", [-1, 1, 2.0, "0", None])
def test_a_row_that_is_none_is_named(index: Any) -> None:
    log = EventLog()
    put(log, {"type": "x"})
    with pytest.raises(ValueError, match=f"no row {index!r}.*rows 0 to 0"):
        whole(log, index)
