"""What lint says: of broken logs, each in one way, and of whole ones, nothing."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from lesson import in_memory, lesson

import rt_notebook as rt
from rt_notebook.audio.g711 import encode
from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.lint import RULES, Finding, Findings
from rt_notebook.log.rules.settings import FIELDS
from rt_notebook.protocol.catalog import CATALOG
from rt_notebook.protocol.check import check

Row = tuple[float, str, dict[str, Any], int]
"""Seconds, direction, event, number of the connection."""

VAD = {"type": "server_vad", "threshold": 0.5, "silence_duration_ms": 500, "create_response": True}
BUSY = "conversation_already_has_active_response"


def written(rows: list[Row]) -> EventLog:
    """Write rows into a log."""
    log = EventLog()
    for t, direction, event, connection in rows:
        log.append(direction, orjson.dumps(event), event, connection, t=t)  # type: ignore[arg-type]
    return log


def rows_of(log: EventLog) -> list[Row]:
    """Return the rows of a log, free to be changed."""
    columns = log.columns()
    return [
        (t, direction, json.loads(log.raw(row)), connection)
        for row, (t, direction, connection) in enumerate(
            zip(columns["t"], columns["direction"], columns["connection"], strict=True)
        )
    ]


class Talk:
    """Writes a session down, a call for each thing that happens."""

    def __init__(self, detection: dict[str, Any] | None = None, **session: Any) -> None:
        self.rows: list[Row] = []
        self.t = 0.0
        sound = {
            "format": {"type": session.pop("format", "audio/pcm")},
            "transcription": session.pop("transcription", {"model": "whisper-1"}),
            "turn_detection": detection,
        }
        self.session = {"id": "s", "audio": {"input": sound, "output": {"voice": "marin"}}} | session
        self.local("rt.connection.opened")
        self.server("session.created", session=self.session)

    def put(self, direction: str, type: str, wait: float = 0.0, **fields: Any) -> Talk:
        self.t += wait
        self.rows.append((self.t, direction, {"type": type} | fields, 1))
        return self

    def client(self, type: str, **fields: Any) -> Talk:
        return self.put("client", type, **({"event_id": f"e{len(self.rows)}"} | fields))

    def server(self, type: str, **fields: Any) -> Talk:
        return self.put("server", type, **fields)

    def local(self, type: str, **fields: Any) -> Talk:
        return self.put("local", type, **fields)

    def refused(self, code: str, message: str = "No.") -> Talk:
        """Answer the last client event with an error."""
        sent = next(event for _, direction, event, _ in reversed(self.rows) if direction == "client")
        return self.server("error", error={"code": code, "message": message, "event_id": sent["event_id"]})

    def item(self, id: str, role: str = "user") -> Talk:
        return self.server("conversation.item.added", item={"id": id, "type": "message", "role": role, "content": []})

    def says(self, text: str = "Hello", id: str = "u") -> Talk:
        content = [{"type": "input_text", "text": text}]
        self.client("conversation.item.create", item={"type": "message", "role": "user", "content": content})
        return self.item(id)

    def begins(self, id: str = "r", **response: Any) -> Talk:
        response = {"id": id, "conversation_id": "c", "output_modalities": ["audio"]} | response
        return self.server("response.created", response=response)

    def speaks(self, item: str = "a", ms: int = 400, response: str = "r", text: str = "Hi") -> Talk:
        about = {"response_id": response, "item_id": item, "content_index": 0}
        shown = {"id": item, "type": "message", "role": "assistant", "content": []}
        self.server("response.output_item.added", response_id=response, item=shown).item(item, "assistant")
        self.server("response.content_part.added", part={"type": "audio"}, **about)
        self.server("response.output_audio_transcript.delta", delta=text, **about)
        return self.server("response.output_audio.delta", delta=coded(tone(ms)), **about)

    def finishes(self, item: str = "a", response: str = "r", text: str = "Hi") -> Talk:
        about = {"response_id": response, "item_id": item, "content_index": 0}
        self.server("response.output_audio.done", **about)
        self.server("response.output_audio_transcript.done", transcript=text, **about)
        self.server("response.content_part.done", part={"type": "audio"}, **about)
        return self.server("response.output_item.done", response_id=response, item={"id": item, "type": "message"})

    def done(self, id: str = "r", status: str = "completed", **response: Any) -> Talk:
        return self.server("response.done", response={"id": id, "conversation_id": "c", "status": status} | response)

    def answers(self, response: str = "r", item: str = "a") -> Talk:
        return self.begins(response).speaks(item, response=response).finishes(item, response).done(response)

    def calls(self, *names: str, arguments: str = "{}", response: str = "r") -> Talk:
        self.begins(response)
        for name in names:
            item = {"id": f"i_{name}", "type": "function_call", "call_id": name, "name": name, "arguments": ""}
            about = {"response_id": response, "item_id": f"i_{name}", "call_id": name}
            self.server("response.output_item.added", response_id=response, item=item)
            self.server("response.function_call_arguments.done", arguments=arguments, **about)
            self.server("response.output_item.done", response_id=response, item=item | {"arguments": arguments})
        return self.done(response)

    def runs(self, name: str, ms: float) -> Talk:
        self.local("rt.tool.started", call_id=name, name=name, arguments={})
        return self.local("rt.tool.done", call_id=name, name=name, duration_ms=ms, output="{}")

    def outputs(self, name: str, output: str = "{}") -> Talk:
        item = {"type": "function_call_output", "call_id": name, "output": output}
        self.client("conversation.item.create", item=item)
        return self.server("conversation.item.added", item=item | {"id": f"o_{name}_{len(self.rows)}"})

    def asks(self, **response: Any) -> Talk:
        return self.client("response.create", **({"response": response} if response else {}))

    def hears(self, pcm: bytes, wait: float = 0.0) -> Talk:
        return self.client("input_audio_buffer.append", audio=coded(pcm), wait=wait)

    def spoken(self, item: str = "u") -> Talk:
        """Tell of a turn that the server detected."""
        self.server("input_audio_buffer.speech_started", item_id=item, audio_start_ms=0)
        self.server("input_audio_buffer.speech_stopped", item_id=item, audio_end_ms=900)
        return self.server("input_audio_buffer.committed", item_id=item).item(item)

    def commits(self, item: str = "u") -> Talk:
        self.client("input_audio_buffer.commit")
        return self.server("input_audio_buffer.committed", item_id=item).item(item)

    def plays(self, what: str, item: str = "a", wait: float = 0.0, **fields: Any) -> Talk:
        return self.local(f"rt.playback.{what}", item_id=item, content_index=0, wait=wait, **fields)

    def cuts(self, ms: int, item: str = "a") -> Talk:
        return self.client("conversation.item.truncate", item_id=item, content_index=0, audio_end_ms=ms)

    def rests(self, seconds: float = 6.0) -> Talk:
        """Let time go by, in which the session goes on."""
        return self.server("rate_limits.updated", wait=seconds)

    @property
    def log(self) -> EventLog:
        return written(self.rows)


def tone(ms: int = 1000, level: float = 0.3) -> bytes:
    return (np.sin(np.arange(24 * ms) / 7.3) * level * 32767).astype("<i2").tobytes()


def noise(ms: int = 1000, level: float = 0.1) -> np.ndarray[Any, Any]:
    samples: np.ndarray[Any, Any] = np.random.default_rng(1).normal(0, level, 24 * ms).clip(-1, 1)
    return samples


def quiet() -> bytes:
    return (noise(level=0.02) * 32767).astype("<i2").tobytes()


def coded(pcm: bytes) -> str:
    return base64.b64encode(pcm).decode()


def microphone(talk: Talk, pace: float, seconds: int = 8, pcm: bytes = tone(40)) -> Talk:
    """Send 40 ms pieces, `pace` times as many as fit."""
    for _ in range(round(seconds * 25 * pace)):
        talk.hears(pcm, wait=0.04 / pace)
    return talk.spoken()


PCM = (noise() * 32767).astype("<i2")

# rule -> a log that has it, and one that nearly has it
CASES: dict[str, tuple[Callable[[], Talk], Callable[[], Talk]]] = {
    "first-event": (
        lambda: drop(Talk().says().asks().answers(), "session.created"),
        lambda: drop(drop(Talk().says().asks().answers(), "session.created"), "rt.connection.opened"),
    ),
    "after-close": (
        lambda: Talk().local("rt.connection.closed").says(),
        lambda: Talk().local("rt.connection.closed").plays("flushed", heard_ms=None),
    ),
    "unknown-response": (
        lambda: Talk().speaks().finishes().done(),
        lambda: drop(drop(Talk().speaks().finishes().done(), "session.created"), "rt.connection.opened"),
    ),
    "response-twice": (lambda: Talk().begins().begins().done(), lambda: Talk().begins().done().begins("r2").done("r2")),
    "after-response-done": (
        lambda: Talk().answers().server("response.output_audio.delta", response_id="r", item_id="a", delta=""),
        lambda: Talk().answers().server("rate_limits.updated"),
    ),
    "unknown-item": (
        lambda: Talk().server("conversation.item.input_audio_transcription.completed", item_id="x", transcript="Hi"),
        lambda: Talk().spoken("x").server(
            "conversation.item.input_audio_transcription.completed", item_id="x", transcript="Hi"
        ),
    ),
    "item-twice": (
        lambda: Talk().item("x").item("x"),
        lambda: Talk().item("x").server("conversation.item.deleted", item_id="x").item("x"),
    ),
    "after-item-done": (
        lambda: Talk().begins().speaks().finishes().server(
            "response.content_part.added", response_id="r", item_id="a", content_index=1
        ).done(),
        lambda: Talk().answers(),
    ),
    "unknown-part": (
        lambda: drop(Talk().begins().speaks().finishes().done(), "response.content_part.added"),
        lambda: Talk().begins().done(),
    ),
    "part-twice": (
        lambda: Talk().begins().speaks().server(
            "response.content_part.added", response_id="r", item_id="a", content_index=0
        ).finishes().done(),
        lambda: Talk().begins().speaks().server(
            "response.content_part.added", response_id="r", item_id="a", content_index=1
        ).finishes().done(),
    ),
    "after-part-done": (
        lambda: swap(Talk().answers(), "response.content_part.done", "response.output_audio_transcript.done"),
        lambda: swap(Talk().answers(), "response.output_audio.done", "response.output_audio_transcript.done"),
    ),
    "speech-order": (
        lambda: Talk(VAD).server("input_audio_buffer.speech_stopped", item_id="u"),
        lambda: Talk(VAD).spoken(),
    ),
    "deltas-differ": (
        lambda: Talk().begins().speaks(text="Hello ").finishes(text="Hello you").done(),
        lambda: Talk().begins().speaks(text="Hello ").finishes(text="Hello").done(),
    ),
    "unfinished-item": (
        lambda: Talk().begins().speaks().done(),
        lambda: Talk().begins().speaks().done(status="cancelled"),
    ),
    "two-responses": (
        lambda: Talk().begins("q").begins().speaks(response="q").finishes(response="q").done("q").done(),
        lambda: Talk().begins("q", conversation_id=None).begins().done().done("q"),
    ),
    "response-without-done": (
        lambda: Talk().begins().client("response.cancel").rests(),
        lambda: Talk().begins().client("response.cancel").rests(2),
    ),
    "wrong-modality": (
        lambda: Talk().begins(output_modalities=["text"]).speaks().finishes().done(),
        lambda: Talk().begins(output_modalities=["audio"]).speaks().finishes().done(),
    ),
    "response-while-active": (
        lambda: Talk().says().asks().begins().asks().refused(BUSY).done(),
        lambda: Talk().says().asks().begins().asks(conversation="none").begins("q", conversation_id=None)
        .done("q", conversation_id=None).done(),
    ),
    "response-race": (
        lambda: Talk(VAD).spoken().begins().done().says(id="u2").asks().begins("r2").refused(BUSY).done("r2"),
        lambda: Talk(VAD).spoken().begins().done().says(id="u2").asks().begins("r2").done("r2"),
    ),
    "double-answer": (
        lambda: Talk(VAD).spoken().asks().begins().refused(BUSY).done(),
        lambda: Talk(VAD | {"create_response": False}).spoken().asks().begins().done(),
    ),
    "nothing-said": (
        lambda: Talk().asks().answers(),
        lambda: Talk().asks(instructions="Greet the user.").answers(),
    ),
    "response-failed": (
        lambda: Talk().begins().done(status="failed", status_details={"error": {"message": "Out of order."}}),
        lambda: Talk().begins().done(status="cancelled", status_details={"reason": "client_cancelled"}),
    ),
    "response-incomplete": (
        lambda: Talk().begins().done(status="incomplete", status_details={"reason": "max_output_tokens"}),
        lambda: Talk().begins().done(status="completed"),
    ),
    "cancel-nothing": (
        lambda: Talk().client("response.cancel").refused("response_cancel_not_active"),
        lambda: Talk().begins().client("response.cancel").done(status="cancelled"),
    ),
    "no-response-after-outputs": (
        lambda: Talk().says().asks().calls("f").outputs("f").rests(),
        lambda: Talk().says().asks().calls("f").outputs("f").asks().answers("r2").rests(),
    ),
    "response-before-all-outputs": (
        lambda: Talk().says().asks().calls("f", "g").outputs("f").asks().begins("r2").outputs("g").done("r2").asks()
        .answers("r3"),
        lambda: Talk().says().asks().calls("f", "g").outputs("f").says(id="u2").asks().begins("r2").outputs("g")
        .done("r2").asks().answers("r3"),
    ),
    "unknown-call": (
        lambda: Talk().calls("f").outputs("f").client(
            "conversation.item.create", item={"type": "function_call_output", "call_id": "g", "output": "1"}
        ).refused("invalid_tool_call_id").asks().answers("r2"),
        lambda: Talk().calls("f").outputs("f").asks().answers("r2"),
    ),
    "two-outputs": (
        lambda: Talk().calls("f").outputs("f").outputs("f").asks().answers("r2"),
        lambda: Talk().calls("f", "g").outputs("f").outputs("g").asks().answers("r2"),
    ),
    "call-unanswered": (
        lambda: Talk().calls("f").says().asks().answers("r2"),
        lambda: Talk().calls("f").local("rt.tool.started", call_id="f", name="f", arguments={}).rests(9),
    ),
    "slow-tool": (
        lambda: Talk().calls("f").runs("f", 6_000).outputs("f").asks().answers("r2"),
        lambda: Talk().calls("f").runs("f", 4_000).outputs("f").asks().answers("r2"),
    ),
    "output-unsent": (
        lambda: Talk().calls("f").local("rt.tool.unsent", call_id="f", name="f", output="{}", reason="connection lost"),
        lambda: Talk().calls("f").runs("f", 10).outputs("f").asks().answers("r2"),
    ),
    "arguments-no-json": (
        lambda: Talk().calls("f", arguments='{"city": "Pa').outputs("f").asks().answers("r2"),
        lambda: Talk().calls("f", arguments='{"city": "Paris"}').outputs("f").asks().answers("r2"),
    ),
    "output-encoded-twice": (
        lambda: Talk().calls("f").outputs("f", json.dumps(json.dumps({"sky": "clear"}))).asks().answers("r2"),
        lambda: Talk().calls("f").outputs("f", json.dumps("clear")).asks().answers("r2"),
    ),
    "audio-never-committed": (
        lambda: Talk().hears(tone()).asks(instructions="Answer.").answers(),
        lambda: Talk().hears(tone()).commits().hears(tone(40)).asks().answers(),
    ),
    "no-speech-detected": (
        lambda: Talk(VAD).hears(tone(4000)),
        lambda: Talk(VAD).hears(tone(4000)).spoken(),
    ),
    "commit-empty": (
        lambda: Talk().hears(tone(60)).client("input_audio_buffer.commit").refused("input_audio_buffer_commit_empty"),
        lambda: Talk().hears(tone(120)).commits(),
    ),
    "wrong-rate": (lambda: microphone(Talk(VAD), 2.0), lambda: microphone(Talk(VAD), 1.05)),
    "bad-base64": (
        lambda: Talk().client("input_audio_buffer.append", audio="data:audio/pcm;base64," + coded(tone(40))),
        lambda: Talk().hears(tone(40)),
    ),
    "base64-twice": (
        lambda: Talk().hears(base64.b64encode(tone(40))),
        lambda: Talk().hears(tone(40)),
    ),
    "odd-bytes": (
        lambda: Talk().hears(tone(40)[:-1]),
        lambda: Talk(format="audio/pcmu").hears(encode(tone(40), "mu")[:-1]),
    ),
    "container-header": (
        lambda: Talk().hears(b"RIFF" + tone(40)).hears(tone(40)),
        lambda: Talk().hears(tone(40) + b"RIFF"),
    ),
    "float32-audio": (
        lambda: Talk().hears(noise().astype("<f4").tobytes()).commits(),
        lambda: Talk().hears(PCM.tobytes()).commits(),
    ),
    "pcm16-as-g711": (
        lambda: Talk(format="audio/pcmu").hears(quiet()).commits(),
        lambda: Talk(format="audio/pcmu").hears(encode(quiet(), "mu")).commits(),
    ),
    "silent-input": (lambda: Talk(VAD).hears(bytes(48 * 6000)), lambda: Talk(VAD).hears(bytes(48 * 2000))),
    "quiet-input": (
        lambda: Talk(VAD).hears(tone(6000, level=0.001)),
        lambda: Talk(VAD).hears(tone(6000, level=0.001)).hears(tone(500)).spoken(),
    ),
    "clipped-input": (
        lambda: Talk().hears((noise(level=3.0) * 32767).astype("<i2").tobytes()).commits(),
        lambda: Talk().hears((noise(level=0.3) * 32767).astype("<i2").tobytes()).commits(),
    ),
    "truncate-unknown-item": (
        lambda: Talk().answers().cuts(100, "x").refused("item_truncate_invalid_item_id"),
        lambda: Talk().answers().cuts(100),
    ),
    "truncate-not-assistant": (
        lambda: Talk().says().asks().answers().cuts(100, "u").refused("invalid_value"),
        lambda: Talk().says().asks().answers().cuts(100),
    ),
    "truncate-beyond-generated": (
        lambda: Talk().answers().cuts(402).refused("invalid_value"),
        lambda: Talk().answers().cuts(400),
    ),
    "truncate-not-heard": (
        lambda: Talk(VAD).begins().speaks(ms=3000).plays("started").plays("flushed", heard_ms=500.0).cuts(2900)
        .done(status="cancelled"),
        lambda: Talk(VAD).begins().speaks(ms=3000).plays("started").plays("flushed", heard_ms=500.0).cuts(600)
        .done(status="cancelled"),
    ),
    "barge-in-not-truncated": (
        lambda: Talk(VAD).begins().speaks(ms=3000).plays("started").plays("flushed", heard_ms=500.0)
        .done(status="cancelled").spoken().answers("r2", "a2"),
        lambda: Talk(VAD).begins().speaks(ms=3000).plays("started").plays("flushed", heard_ms=500.0).cuts(500)
        .done(status="cancelled").spoken().answers("r2", "a2"),
    ),
    "unknown-field": (
        lambda: Talk().client("session.update", session={"temperature": 0.8}).refused("unknown_parameter"),
        lambda: Talk().client("session.update", session={"type": "realtime", "audio": {"output": {"speed": 1.1}}}),
    ),
    "voice-changed": (
        lambda: Talk().answers().client("session.update", session={"audio": {"output": {"voice": "cedar"}}})
        .refused("cannot_update_voice"),
        lambda: Talk().answers().client("session.update", session={"audio": {"output": {"voice": "marin"}}}),
    ),
    "transcription-off": (lambda: Talk(VAD, transcription=None).spoken(), lambda: Talk(VAD).spoken()),
    "long-silence": (
        lambda: Talk(VAD | {"silence_duration_ms": 1500}).spoken().answers(),
        lambda: Talk(VAD).spoken().answers(),
    ),
    "unknown-client-event": (
        lambda: Talk().client("response.creat").refused("invalid_value"),
        lambda: Talk().client("response.cancel"),
    ),
    "server-event-sent": (
        lambda: Talk().client("conversation.item.added").refused("invalid_value"),
        lambda: Talk().client("conversation.item.retrieve", item_id="x"),
    ),
    "event-id-reused": (
        lambda: Talk().client("response.cancel", event_id="e").client("input_audio_buffer.clear", event_id="e"),
        lambda: Talk().client("response.cancel", event_id="e").client("input_audio_buffer.clear", event_id="f"),
    ),
    "unreadable": (
        lambda: Talk().server("rt.unreadable", error={"message": "not JSON"}),
        lambda: Talk().server("a.new.event"),
    ),
    "transcription-failed": (
        lambda: Talk(VAD).spoken().server(
            "conversation.item.input_audio_transcription.failed", item_id="u", error={"message": "too long"}
        ),
        lambda: Talk(VAD).spoken().server(
            "conversation.item.input_audio_transcription.completed", item_id="u", transcript=""
        ),
    ),
    "callback-failed": (
        lambda: Talk().local("rt.callback.failed", error={"message": "Traceback\nKeyError: 'x'"}),
        lambda: Talk().local("rt.page.failed", error={"message": "No."}),
    ),
    "server-error": (
        lambda: Talk().client("conversation.item.retrieve", item_id="x").refused("item_retrieve_invalid_item_id"),
        lambda: Talk().client("conversation.item.retrieve", item_id="x"),
    ),
}  # fmt: skip


def drop(talk: Talk, type: str, nth: int = 0) -> Talk:
    """Leave out a row."""
    at = [row for row, (_, _, event, _) in enumerate(talk.rows) if event["type"] == type][nth]
    del talk.rows[at]
    return talk


def swap(talk: Talk, one: str, other: str) -> Talk:
    """Let two rows change places."""
    i, j = (next(row for row, each in enumerate(talk.rows) if each[2]["type"] == kind) for kind in (one, other))
    talk.rows[i], talk.rows[j] = talk.rows[j], talk.rows[i]
    return talk


def ids(findings: Findings) -> list[str]:
    return [finding.rule for finding in findings]


@pytest.mark.parametrize("name", CASES)
def test_each_breach_is_found_once_and_its_near_miss_is_none(name: str) -> None:
    breach, near = CASES[name]
    log = breach().log
    assert ids(log.lint()) == [name]
    (finding,) = log.lint()
    assert all(0 <= row < len(log) for row in finding.rows)
    assert finding.reason
    assert finding.cure
    assert ids(near().log.lint()) == []


def test_every_rule_has_a_case() -> None:
    assert set(CASES) == {*RULES, "server-error"}


# -- whole sessions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", ["ga", "beta"])
def test_a_correct_session_has_no_finding(dialect: Any) -> None:
    log = lesson(dialect)
    assert ids(log.lint()) == []
    assert str(log.lint()) == f"No findings in {len(log)} events."


@pytest.mark.parametrize("dialect", ["ga", "beta"])
def test_sessions_that_end_in_the_middle_and_begin_again_have_none_but_notes(dialect: Any) -> None:
    with in_memory(dialect) as session:
        session.ask("Good morning")
        session.respond(conversation="none", instructions="Name this talk", output_modalities=["text"])
        session.add("count")
        session.respond(wait=False)
        session.cancel()
        session.wait("response.done")
        session.ask(audio=np.sin(np.arange(24_000) / 9).astype(np.float32) * 0.3)
        session.update(turn_detection=None)
        session.append_audio(np.sin(np.arange(24_000) / 9).astype(np.float32) * 0.3)
        session.commit()
        session.respond()
        for _ in range(2):
            session.close()
            session.open()
            session.add("count")
            session.respond(wait=False)
    assert session.events.lint().errors == []
    assert session.events.lint().warnings == []


@pytest.mark.engines
def test_a_session_on_the_real_engines_has_no_finding() -> None:
    with rt.connect("local") as session:
        session.speak(Path(__file__).parents[2] / "notebooks/audio/question.flac", pace=2.0)
        session.ask("What is turn detection?")
    assert ids(session.events.lint()) == []


@given(st.data())
@hypothesis_settings(max_examples=40, deadline=None)
def test_a_correct_session_that_was_cut_anywhere_has_none_but_notes(data: st.DataObject) -> None:
    rows = rows_of(lesson(data.draw(st.sampled_from(["ga", "beta"]))))
    start = data.draw(st.integers(0, len(rows)))
    stop = data.draw(st.integers(start, len(rows)))
    findings = written(rows[start:stop]).lint()
    assert [finding for finding in findings if finding.severity != "note"] == []


def nth(rows: list[Row], type: str, at: int = 0) -> int:
    return [row for row, (_, _, event, _) in enumerate(rows) if event["type"] == type][at]


def without(type: str, at: int = 0) -> Callable[[list[Row]], None]:
    return lambda rows: rows.__delitem__(nth(rows, type, at))


def twice(type: str, at: int = 0) -> Callable[[list[Row]], None]:
    def change(rows: list[Row]) -> None:
        place = nth(rows, type, at)
        rows.insert(place + 1, copy.deepcopy(rows[place]))

    return change


def changed(type: str, at: int = 0, **fields: Any) -> Callable[[list[Row]], None]:
    return lambda rows: rows[nth(rows, type, at)][2].update(fields)


def _gives_output(event: dict[str, Any]) -> bool:
    item = event.get("item", {})
    return bool(event["type"] == "conversation.item.create") and item.get("type") == "function_call_output"


def _unasked(rows: list[Row]) -> None:
    """Forget to ask after the output of the call, and wait."""
    output = next(row for row, (_, _, event, _) in enumerate(rows) if _gives_output(event))
    t = rows[output][0]
    del rows[output + 1 :]
    rows.append((t + 20, "local", {"type": "rt.connection.closed"}, 1))


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (without("session.created"), "first-event"),
        (without("response.created"), "unknown-response"),
        (twice("response.created"), "response-twice"),
        (without("response.output_item.added"), "unknown-item"),
        (without("response.content_part.added"), "unknown-part"),
        (without("response.output_item.done"), "unfinished-item"),
        (without("response.done"), "response-without-done"),
        (without("response.output_audio_transcript.delta"), "deltas-differ"),
        (twice("conversation.item.added"), "item-twice"),
        (twice("response.done"), "after-response-done"),
        (without("conversation.item.truncate"), "barge-in-not-truncated"),
        (changed("conversation.item.truncate", audio_end_ms=100_000), "truncate-beyond-generated"),
        (changed("conversation.item.truncate", item_id="x"), "truncate-unknown-item"),
        (changed("input_audio_buffer.append", 3, audio="no base64!"), "bad-base64"),
        (changed("response.create", 0, event_id="event_of_another"), None),
        (_unasked, "no-response-after-outputs"),
    ],
)
def test_a_correct_session_that_was_broken_in_one_way(change: Callable[[list[Row]], None], rule: str | None) -> None:
    rows = rows_of(lesson("ga"))
    change(rows)
    found = [finding.rule for finding in written(rows).lint() if finding.severity != "note"]
    # Without its truncation, the item that was cut is missed by the loudspeaker's rule and by none else.
    if rule == "truncate-unknown-item":
        found.remove("barge-in-not-truncated")
    assert found == ([] if rule is None else [rule])


def test_each_connection_is_judged_by_itself() -> None:
    one, two = Talk().says().asks().answers(), Talk().answers().cuts(900)
    rows = [*one.rows, *((t + 9, direction, event, 2) for t, direction, event, _ in two.rows)]
    findings = written(rows).lint()
    assert ids(findings) == ["truncate-beyond-generated"]
    assert findings[0].rows == (len(rows) - 1,)


def test_what_is_unfinished_at_the_end_is_no_error() -> None:
    talk = Talk().says().asks().calls("f").outputs("f")
    (finding,) = talk.log.lint()
    assert (finding.rule, finding.severity) == ("no-response-after-outputs", "note")


_WAITS = {"call_id": "g", "name": "g", "arguments": {}}


@pytest.mark.parametrize(
    "talk",
    [
        # The answer waits for a person.
        lambda: Talk().says().asks().calls("f", "g").local("rt.tool.waiting", **_WAITS).outputs("f").rests(9),
        # The tool wants no answer.
        lambda: Talk().says().asks().calls("f").local("rt.tool.done", call_id="f", respond=False).outputs("f").rests(9),
        # The user has stopped it.
        lambda: Talk().says().asks().calls("f").local("rt.tool.cancelled", call_id="f").outputs("f").rests(9),
        # The model was told.
        lambda: Talk().calls("f", arguments="{'").local("rt.tool.failed", call_id="f", kind="invalid-json").outputs("f")
        .asks().answers("r2"),
        # What nobody approved has done nothing that somebody should know of.
        lambda: Talk().calls("g").local("rt.tool.waiting", **_WAITS).local("rt.tool.unsent", call_id="g", name="g"),
    ],
)  # fmt: skip
def test_what_tools_of_this_package_do_is_no_fault(talk: Callable[[], Talk]) -> None:
    assert [f"{finding}" for finding in talk().log.lint() if finding.severity != "note"] == []


@pytest.mark.parametrize("pace", [0.5, 48 / 24, 44.1 / 24])
def test_a_microphone_of_another_rate_is_told_by_the_time_it_takes(pace: float) -> None:
    (finding,) = microphone(Talk(VAD), pace).log.lint()
    assert finding.rule == "wrong-rate"
    assert float(finding.reason.split(" times")[0].split()[-1]) == pytest.approx(pace, rel=0.01)


def test_sound_that_is_sent_in_bursts_is_no_microphone_of_another_rate() -> None:
    talk = Talk(VAD)
    for _ in range(3):  # a file at once, then the silence that ends the turn at the pace of sound
        for _ in range(100):
            talk.hears(tone(40))
        for _ in range(50):
            talk.hears(bytes(1920), wait=0.04)
    assert ids(talk.spoken().log.lint()) == []
    talk = Talk(VAD)  # speech at twice the pace, and silence behind it
    for _ in range(300):
        talk.hears(tone(40), wait=0.02)
    for _ in range(40):
        talk.hears(bytes(1920), wait=0.04)
    assert ids(talk.spoken().log.lint()) == []


def test_an_interruption_without_a_loudspeaker_is_a_note() -> None:
    talk = Talk(VAD).begins().speaks(ms=3000).done(status="cancelled", status_details={"reason": "turn_detected"})
    (finding,) = talk.spoken().answers("r2", "a2").log.lint()
    assert (finding.rule, finding.severity) == ("barge-in-not-truncated", "note")


def test_beta_fields_are_known_in_beta_only() -> None:
    update = {"type": "session.update", "session": {"voice": "alloy", "temperature": 0.8}}
    rows: list[Row] = [(0, "server", {"type": "session.created", "session": {"modalities": ["text"]}}, 1)]
    assert ids(written([*rows, (1, "client", update, 1)]).lint()) == []
    assert "unknown-field" in ids(written([*Talk().rows, (1, "client", update, 1)]).lint())


@pytest.mark.parametrize("dialect", ["ga", "beta"])
def test_the_fields_that_need_no_second_look_are_fields(dialect: Any) -> None:
    def filled(fields: Any) -> dict[str, Any]:
        return {name: filled(inner) if inner else None for name, inner in fields.items()}

    problems = check({"type": "session.update", "session": filled(FIELDS[dialect])}, dialect)
    assert [problem for problem in problems if "no such field" in problem.message] == []


# -- what is shown ----------------------------------------------------------------------------------------------------


def test_findings_show_themselves() -> None:
    talk = Talk().begins().done(status="failed", status_details={"error": {"message": "<b>no</b>"}})
    findings = talk.client("response.cancel").refused("response_cancel_not_active").log.lint()
    assert isinstance(findings[0], Finding)
    assert [each.severity for each in findings] == ["error", "note"]
    assert [each.rule for each in findings.errors] == ["response-failed"]
    assert findings.warnings == []
    assert str(findings).startswith(
        "1 error, 1 note in 6 events.\nerror: response-failed (row 3): the response r failed"
    )
    html = findings._repr_html_()
    assert "<b>no</b>" not in html
    assert "&lt;b&gt;no&lt;/b&gt;" in html
    frame = findings.df
    assert list(frame.columns) == ["severity", "rule", "row", "rows", "reason", "cure", "source"]
    assert list(frame["row"]) == [3, 4]
    assert (frame.dtypes == EventLog().lint().df.dtypes).all()
    assert ids(findings[1:]) == ["cancel-nothing"]


def test_code_in_a_cure_is_shown_as_code() -> None:
    html = Talk().server("error", error={"message": "no"}).log.lint()._repr_html_()
    assert "<code>rt.check(event)</code>" in html
    assert "`" not in html


def test_a_key_that_the_server_repeats_is_not_shown() -> None:
    (finding,) = Talk().server("error", error={"message": "Wrong key: sk-very-secret-0123456789"}).log.lint()
    assert finding.reason == "the server answered: error: Wrong key: <secret>."


def test_an_empty_log() -> None:
    assert str(EventLog().lint()) == "No findings in 0 events."
    assert EventLog().lint()._repr_html_() == "<p>No findings in 0 events.</p>"


# -- garbage ----------------------------------------------------------------------------------------------------------

_SCRAPS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from(["", "a", "r", "none", "audio", "completed", "AAAA"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "type",
                    "role",
                    "content",
                    "audio",
                    "input",
                    "turn_detection",
                    "voice",
                    "status",
                    "call_id",
                    "error",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=6,
)
_FIELDS = st.dictionaries(
    st.sampled_from(
        [
            "item",
            "item_id",
            "response",
            "response_id",
            "session",
            "delta",
            "audio",
            "error",
            "call_id",
            "event_id",
            "content_index",
            "audio_end_ms",
            "transcript",
            "arguments",
            "previous_item_id",
            "heard_ms",
            "part",
        ]
    ),
    _SCRAPS,
    max_size=5,
)
_ROWS = st.tuples(st.sampled_from(["client", "server", "local"]), st.sampled_from([*CATALOG, "x"]), _FIELDS)


@given(st.lists(_ROWS, max_size=12), st.booleans())
@hypothesis_settings(max_examples=80, deadline=None)
def test_it_never_fails_whatever_the_log_holds(scraps: list[tuple[str, str, dict[str, Any]]], beta: bool) -> None:
    rows: list[Row] = [] if not beta else [(0, "server", {"type": "session.created", "session": {"voice": "v"}}, 0)]
    rows += [(row, direction, {"type": kind} | fields, 0) for row, (direction, kind, fields) in enumerate(scraps)]
    log = written(rows)
    for finding in log.lint():
        assert all(0 <= row < len(log) for row in finding.rows)
        assert str(finding)
