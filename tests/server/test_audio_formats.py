"""G.711 through the core: in, out, retrieved, and changed on the way."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest
from core_client import MS, Client, Event, error_of, loud, silent

from rt_notebook.server.effects import Transcribe
from rt_notebook.server.formats import Format, encode_whole

LAWS = ["audio/pcmu", "audio/pcma"]


def coded(pcm: bytes, law: str) -> str:
    return base64.b64encode(encode_whole(pcm, Format.of({"type": law}))).decode()


def telephone(law: str, **audio_input: Any) -> Client:
    client = Client()
    form = {"type": law}
    (updated,) = client.update(audio={"input": {"format": form, **audio_input}, "output": {"format": form}})
    assert updated["session"]["audio"]["output"]["format"] == form
    return client


def payload(events: list[Event]) -> bytes:
    deltas = [event["delta"] for event in events if event["type"] == "response.output_audio.delta"]
    return b"".join(map(base64.b64decode, deltas))


@pytest.mark.parametrize("law", LAWS)
def test_a_committed_clip_keeps_its_length_and_its_loudness(law: str) -> None:
    client = telephone(law, turn_detection=None)
    client.send("input_audio_buffer.append", audio=coded(loud(700), law))
    committed = client.send("input_audio_buffer.commit")[0]
    (job,) = client.jobs
    assert isinstance(job, Transcribe)
    assert len(job.pcm) == 700 * MS
    level = np.abs(np.frombuffer(job.pcm, "<i2")).max()
    assert 7_000 < level < 9_000
    (event,) = client.send("conversation.item.retrieve", item_id=committed["item_id"])
    assert len(base64.b64decode(event["item"]["content"][0]["audio"])) == 700 * 8


@pytest.mark.parametrize("law", LAWS)
def test_turns_are_found_at_the_same_times_as_in_pcm(law: str) -> None:
    sound = silent(600) + loud(1_000) + silent(700)
    client, plain = telephone(law), Client()
    plain.append(sound)
    client.send("input_audio_buffer.append", audio=coded(sound, law))
    while client.connection.behind:
        client.take(client.connection.listen())
    for name in ("audio_start_ms", "audio_end_ms"):
        mine, theirs = ([e[name] for e in each.events if name in e] for each in (client, plain))
        assert mine == pytest.approx(theirs, abs=33)


@pytest.mark.parametrize("law", LAWS)
def test_an_answer_comes_whole_and_is_truncated_by_time(law: str) -> None:
    client = telephone(law)
    client.send("response.create")
    client.think("One two three.")
    events = client.speak(ms_per_word=250)
    assert len(payload(events)) == 750 * 8
    assert max(len(e["delta"]) for e in events if e["type"] == "response.output_audio.delta") <= 4 * 270
    item_id = events[-1]["response"]["output"][0]["id"]
    too_long = client.send("conversation.item.truncate", item_id=item_id, content_index=0, audio_end_ms=751)
    assert error_of(too_long)["param"] == "audio_end_ms"
    client.send("conversation.item.truncate", item_id=item_id, content_index=0, audio_end_ms=500)
    (event,) = client.send("conversation.item.retrieve", item_id=item_id)
    assert len(base64.b64decode(event["item"]["content"][0]["audio"])) == 500 * 8
    assert event["item"]["content"][0]["transcript"] is None


def test_one_response_may_have_a_format_of_its_own() -> None:
    client = Client()
    client.send("response.create", response={"audio": {"output": {"format": {"type": "audio/pcmu"}}}})
    client.think("One.")
    events = client.speak(ms_per_word=200)
    assert len(payload(events)) == 200 * 8
    assert events[-1]["response"]["audio"]["output"]["format"] == {"type": "audio/pcmu"}


def test_odd_bytes_are_whole_samples_of_g711_and_none_of_pcm() -> None:
    odd = base64.b64encode(bytes(9)).decode()
    assert telephone("audio/pcmu").send("input_audio_buffer.append", audio=odd) == []
    assert "two bytes each" in error_of(Client().send("input_audio_buffer.append", audio=odd))["message"]


def test_the_format_may_change_between_two_chunks() -> None:
    client = telephone("audio/pcmu", turn_detection=None)
    client.send("input_audio_buffer.append", audio=coded(loud(300), "audio/pcmu"))
    client.update(audio={"input": {"format": {"type": "audio/pcm"}}})
    client.append(loud(300))
    client.send("input_audio_buffer.commit")
    (job,) = client.jobs
    assert isinstance(job, Transcribe)
    assert len(job.pcm) == 600 * MS


def test_the_rate_of_pcm_is_always_shown() -> None:
    client = Client()
    (updated,) = client.update(audio={"input": {"format": {"type": "audio/pcm"}}})
    assert updated["session"]["audio"]["input"]["format"] == {"type": "audio/pcm", "rate": 24_000}


def test_a_full_buffer_takes_no_more_and_loses_nothing() -> None:
    client = telephone("audio/pcmu", turn_detection=None)
    minute = base64.b64encode(bytes(60 * 8_000)).decode()
    for _ in range(10):
        client.send("input_audio_buffer.append", audio=minute)
    refused = error_of(client.send("input_audio_buffer.append", audio=base64.b64encode(bytes(800)).decode()))
    assert refused["code"] == "input_audio_buffer_full"
    (committed, *_) = client.send("input_audio_buffer.commit")
    assert committed["type"] == "input_audio_buffer.committed"
