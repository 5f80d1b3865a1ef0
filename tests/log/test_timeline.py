"""The timeline: what is drawn is what the log says; any log can be drawn."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lesson import lesson

from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.tracks import between
from rt_notebook.log.turns import read_turns
from rt_notebook.log.views.chart import MIME
from rt_notebook.log.views.spans import BINS, DELTA_BINS
from rt_notebook.log.views.timeline import Timeline
from rt_notebook.protocol.dialect import ga_type
from rt_notebook.protocol.event import encode_audio


@pytest.fixture(scope="module", params=["ga", "beta"])
def log(request: pytest.FixtureRequest) -> EventLog:
    return lesson(request.param)


@pytest.fixture(scope="module")
def view(log: EventLog) -> Timeline:
    return log.timeline()


def rows(log: EventLog, type_: str) -> list[int]:
    return [i for i, name in enumerate(log.columns()["type"]) if ga_type(name) == type_]


def times(log: EventLog, type_: str) -> list[float]:
    return [log.columns()["t"][i] for i in rows(log, type_)]


def drawn(view: Timeline) -> list[dict[str, Any]]:
    """Return every row that is in the chart."""
    return [row for values in view.spec()["datasets"].values() for row in values]


def test_responses_last_from_created_to_done(log: EventLog, view: Timeline) -> None:
    bars = view.df[view.df["kind"] == "response"]
    assert bars["t"].tolist() == times(log, "response.created")
    assert sorted(bars["t2"]) == times(log, "response.done")
    assert bars["row"].tolist() == rows(log, "response.created")
    assert bars["label"].tolist() == ["completed", "cancelled", *["completed"] * 5]


def test_a_call_lasts_from_its_arguments_to_its_output(log: EventLog, view: Timeline) -> None:
    (bar,) = view.df[view.df["kind"] == "call"].to_dict("records")
    output = next(i for i in rows(log, "conversation.item.create") if log.columns()["call_id"][i])
    assert (bar["label"], bar["t"], bar["t2"]) == (
        "weather",
        *times(log, "response.function_call_arguments.done"),
        log[output].t,
    )
    assert bar["text"] == 'weather({}) → {"sky": "clear"}'


def test_every_delta_is_counted(log: EventLog, view: Timeline) -> None:
    deltas = view.df[view.df["kind"] == "deltas"].groupby("lane")
    audio = rows(log, "response.output_audio.delta")
    text = rows(log, "response.output_audio_transcript.delta") + rows(log, "response.output_text.delta")
    arguments = rows(log, "response.function_call_arguments.delta")
    assert deltas["n"].sum().to_dict() == {"audio": len(audio), "text": len(text), "arguments": len(arguments)}
    assert deltas["audio_ms"].sum()["audio"] == pytest.approx(sum(log[i].audio_ms or 0 for i in audio))
    assert deltas.size().max() <= DELTA_BINS


def test_the_envelopes_are_those_of_the_sound(log: EventLog) -> None:
    view = log.timeline(t0=0.1, t1=2.0)
    for lane, label, samples in zip(("user", "assistant"), ("said", "heard"), between(log, 0.1, 2.0), strict=True):
        sound = view.df[(view.df["lane"] == lane) & (view.df["label"] == label)]
        assert sound["high"].max() == pytest.approx(float(samples.max()))
        assert sound["low"].min() == pytest.approx(float(samples.min()))
        (sounding,) = np.nonzero(samples)
        step = 1.9 / BINS
        within = 3 * step  # a bin of silence on either side, and the bin itself
        assert sound["t"].min() == pytest.approx(0.1 + sounding[0] / 24_000, abs=within)
        assert sound["t2"].max() == pytest.approx(0.1 + sounding[-1] / 24_000, abs=within)
        assert len(sound) <= BINS


def test_sound_that_was_cut_is_drawn_as_never_heard(log: EventLog, view: Timeline) -> None:
    turn = log.turn(2)
    assert turn.heard_ms is not None
    pale = view.df[view.df["label"] == "never heard"]
    lost = (turn.generated_ms - turn.heard_ms) / 1000
    step = (pale["t2"] - pale["t"]).iloc[0]
    # Bins that it begins and ends in, and a silent one on either side.
    assert lost <= pale["t2"].max() - pale["t"].min() <= lost + 4 * step
    (cut,) = view.df.loc[view.df["label"] == "interrupted", "t"]
    assert cut == turn.interrupted


def test_turn_detection_and_turns_are_marked(log: EventLog, view: Timeline) -> None:
    for label in ("speech_started", "speech_stopped", "committed"):
        marks = view.df[view.df["label"] == label.replace("_", " ")]
        assert marks["t"].tolist() == times(log, f"input_audio_buffer.{label}")
    speech = view.df[view.df["kind"] == "speech"]
    spoken = [turn for turn in map(log.turn, range(1, 6)) if turn.speech_start is not None]
    assert speech[["t", "t2"]].to_numpy().tolist() == [[turn.speech_start, turn.speech_end] for turn in spoken]
    assert view.df.loc[view.df["kind"] == "turn", "label"].tolist() == list("12345")


def test_the_chart_draws_what_the_table_has(view: Timeline) -> None:
    pieces = drawn(view)
    labels = {row["label"] for row in pieces if "label" in row}
    assert labels == set(view.df.loc[view.df["kind"] != "sound", "label"])
    assert len([row for row in pieces if "run" in row]) == (view.df["kind"] == "sound").sum()
    bars = [row for row in pieces if row.get("type") == "response.created"]
    assert [row["ms"] for row in bars] == pytest.approx(
        ((view.df["t2"] - view.df["t"])[view.df["kind"] == "response"] * 1000).tolist(), abs=0.1
    )


def test_a_turn_and_times_choose_what_is_drawn(log: EventLog) -> None:
    turn = log.turn(4)
    for chosen in (4, turn):
        df = log.timeline(turn=chosen).df
        assert turn.created in df.loc[df["kind"] == "response", "t"].tolist()
        assert log.turn(1).created not in df.loc[df["kind"] == "response", "t"].tolist()
    df = log.timeline(t0=turn.created, t1=turn.done).df
    assert df["t"].max() <= turn.done <= df["t2"].max()
    with pytest.raises(IndexError, match="no turn 6"):
        log.timeline(turn=6)
    with pytest.raises(ValueError, match=r"t1 is 1 s and t0 is 2 s"):
        log.timeline(t0=2, t1=1)


def test_an_empty_log_is_an_empty_chart() -> None:
    view = EventLog().timeline()
    assert len(view.df) == 0
    assert (view.df.dtypes == lesson().timeline().df.dtypes).all()
    assert view.spec()["width"] > 0


def test_problems_are_marked() -> None:
    log = made(
        ("server", {"type": "error", "error": {"message": "No </script> here"}}),
        ("local", {"type": "rt.playback.underrun", "item_id": "a", "missing_samples": 100}),
        ("server", {"type": "response.created", "response": {"id": "r"}}),
        ("local", {"type": "rt.connection.lost", "error": {"message": "gone"}}),
    )
    df = log.timeline().df
    marks = df[df["kind"] == "mark"]
    assert marks[["label", "row", "type", "text"]].to_numpy().tolist() == [
        ["error", 0, "error", "No </script> here"],
        ["underrun", 1, "rt.playback.underrun", ""],
        ["connection lost", 3, "rt.connection.lost", "gone"],
    ]
    (bar,) = df[df["kind"] == "response"].to_dict("records")
    assert (bar["t"], bar["t2"], bar["label"]) == (2.0, 3.0, "in progress")


def test_a_long_log_stays_small() -> None:
    log = EventLog()
    for i in range(3_000):
        for type_ in ("response.created", "response.done"):
            event = {"type": type_, "response": {"id": f"r{i}", "status": "failed", "status_details": {"error": "no"}}}
            log.append("server", orjson.dumps(event), event, t=float(i))
    view = log.timeline()
    assert (view.df["kind"] == "response").sum() == 3_000
    assert len(drawn(view)) < 6_000


def made(*events: tuple[Any, dict[str, Any]]) -> EventLog:
    log = EventLog()
    for t, (direction, event) in enumerate(events):
        log.append(direction, orjson.dumps(event), event, t=float(t))
    return log


JUNK = st.sampled_from([None, 5, "x", [], {}, ["x"], {"id": 5}, True])
FIELDS = ("item", "response", "item_id", "response_id", "call_id", "delta", "audio_end_ms", "error", "name", "session")


@settings(max_examples=8)
@given(st.data())
def test_any_part_of_a_log_can_be_drawn(data: st.DataObject) -> None:
    whole = lesson(data.draw(st.sampled_from(["ga", "beta"])))
    start, stop = sorted(data.draw(st.tuples(*[st.integers(0, len(whole))] * 2)))
    missing = data.draw(st.sets(st.integers(start, max(start, stop - 1)), max_size=20))
    spoilt = data.draw(st.dictionaries(st.integers(start, max(start, stop - 1)), JUNK, max_size=20))
    log = EventLog()
    for event in whole[start:stop]:
        if event.index in missing:
            continue
        fields = dict(event)
        if event.index in spoilt:
            fields |= {name: spoilt[event.index] for name in FIELDS if name in fields}
        log.append(event.direction, orjson.dumps(fields), fields, t=event.t)
    view = log.timeline()
    assert (view.df["t2"] >= view.df["t"]).sum() == view.df["t2"].notna().sum()
    for turn in read_turns(log):
        assert len(log.waterfall(turn).df) > 0


# -- the object -----------------------------------------------------------------------------------------------------


def test_a_notebook_gets_it_live_and_as_a_picture() -> None:
    bundle = lesson().timeline(turn=1)._repr_mimebundle_()
    assert set(bundle) == {"text/plain", MIME, "image/png"}
    assert bundle[MIME]["$schema"].endswith("vega-lite/v5.json")
    assert bundle["image/png"].startswith(b"\x89PNG")
    assert bundle["text/plain"].startswith("<Timeline: ")


def test_files(tmp_path: Path) -> None:
    view = made(("server", {"type": "error", "error": {"message": "</script><script>alert(1)"}})).timeline()
    starts = {"svg": b"<svg", "png": b"\x89PNG", "pdf": b"%PDF", "html": b"<!DOCTYPE html>", "json": b"{"}
    for kind, start in starts.items():
        assert view.save(tmp_path / f"x.{kind}").read_bytes().startswith(start)
    assert b"</script><script>alert" not in (tmp_path / "x.html").read_bytes()
    assert b'src="http' not in (tmp_path / "x.html").read_bytes()
    assert orjson.loads((tmp_path / "x.json").read_bytes())["datasets"]
    with pytest.raises(ValueError, match=r"'x\.gif': its name must end in \.svg"):
        view.save(tmp_path / "x.gif")


def test_the_chart_may_be_changed(tmp_path: Path) -> None:
    view = lesson().timeline()
    view.chart = view.chart.properties(width=300)
    assert view.spec()["width"] == 300
    view.save(str(tmp_path / "x.svg"))


def test_without_the_packages_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    view = lesson().timeline()
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    assert set(view._repr_mimebundle_()) == {"text/plain", MIME}
    view.save(tmp_path / "x.json")
    with pytest.raises(ModuleNotFoundError, match=r"vl_convert.*: pip install 'rt-notebook\[plots\]'"):
        view.save(tmp_path / "x.svg")
    monkeypatch.setitem(sys.modules, "altair", None)
    for draw in (lesson().timeline, lesson().waterfall):
        with pytest.raises(ModuleNotFoundError, match=r"altair: pip install 'rt-notebook\[plots\]'"):
            draw()


def test_sound_without_a_loudspeaker_is_drawn_to_its_end() -> None:
    pcm = encode_audio((np.full(24_000, 3_000)).astype("<i2").tobytes())
    delta = {"type": "response.output_audio.delta", "item_id": "a", "content_index": 0, "delta": pcm}
    df = made(("server", {"type": "session.created"}), ("server", delta)).timeline().df
    sound = df[df["kind"] == "sound"]
    assert (sound["t"].min(), sound["t2"].max()) == pytest.approx((1.0, 2.0), abs=0.01)


def test_what_happened_last_is_drawn_whole(log: EventLog) -> None:
    def axis(view: Timeline) -> list[float]:
        return view.spec()["layer"][0]["encoding"]["x"]["scale"]["domain"]  # type: ignore[no-any-return] # JSON

    last = float(log.df["t"].iloc[-1])
    assert axis(log.timeline())[1] > last * 1000
    assert axis(log.timeline(t0=0.5, t1=last)) == [500, last * 1000]
