"""Sequence diagrams of a lesson on the real server, and of logs in which the test says what comes when."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from lesson import lesson
from markup import Html
from odd_log import EVIL, odd_logs
from written_log import MS, WrittenLog

from rt_notebook.audio import g711
from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.views.folding import fold
from rt_notebook.protocol.catalog import Dialect
from rt_notebook.protocol.event import encode_audio

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def written() -> WrittenLog:
    return WrittenLog()


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]


def size(svg: str) -> tuple[float, float]:
    root = ET.fromstring(svg)
    return float(root.attrib["width"]), float(root.attrib["height"])


def bars(svg: str) -> list[str]:
    """Return what the activation bars say of themselves."""
    groups = ET.fromstring(svg).iter(f"{SVG}g")
    return [group[0].text or "" for group in groups if group.find(f"{SVG}rect") is not None]


@pytest.mark.parametrize("dialect", ["ga", "beta"])
def test_a_spoken_turn_reads_from_top_to_bottom(dialect: Dialect) -> None:
    log = lesson(dialect)
    svg = log.sequence(turn=1).svg
    wanted = [
        *("loudspeaker", "this client", "server"),
        *("input_audio_buffer.append ×", "input_audio_buffer.speech_started", "input_audio_buffer.append ×"),
        *("input_audio_buffer.speech_stopped", "input_audio_buffer.committed", "response.created"),
        "response.audio.delta ×" if dialect == "beta" else "response.output_audio.delta ×",
        *("response.done", "rt.playback.finished", "heard "),
    ]
    shown = iter(texts(svg))
    for words in wanted:
        assert any(text.startswith(words) for text in shown), words
    assert any(bar.endswith("completed") for bar in bars(svg))
    assert any(bar.endswith("is heard") for bar in bars(svg))


def test_runs_of_deltas_are_one_arrow_each_and_end_with_what_is_none(written: WrittenLog) -> None:
    written.microphone(80)
    written.server("input_audio_buffer.speech_started", item_id="u", audio_start_ms=0)
    written.microphone(120)
    written.begin("r")
    for word in ("Good ", "morning "):
        written.say("r", word, ms=100)
        written.t += 0.1
    written.done("r")
    steps = fold(written.log, range(2, len(written.log)))
    assert [(step.type, len(step.rows), step.audio_ms) for step in steps] == [
        ("input_audio_buffer.append", 2, 80),
        ("input_audio_buffer.speech_started", 1, None),
        ("input_audio_buffer.append", 3, 120),
        ("response.created", 1, None),
        ("response.output_item.added", 1, None),
        ("response.output_audio_transcript.delta", 1, None),
        ("response.output_audio.delta", 1, 100),
        ("response.output_item.added", 1, None),
        ("response.output_audio_transcript.delta", 1, None),
        ("response.output_audio.delta", 1, 100),
        ("response.done", 1, None),
    ]


def test_words_and_sound_that_come_by_turns_are_two_runs(written: WrittenLog) -> None:
    for id_, word in (("r", "Good "), ("s", "Out "), ("r", "morning"), ("s", "of band")):
        of = {"response_id": id_, "item_id": f"a-{id_}", "content_index": 0}
        written.server("response.output_audio_transcript.delta", after=0.1, delta=word, **of)
        written.server("response.output_audio.delta", delta=encode_audio(bytes(50 * MS)), **of)
    steps = fold(written.log, range(2, len(written.log)))
    assert [(step.text, step.audio_ms, step.rows) for step in steps] == [
        ("Good morning", None, [2, 6]),
        ("", 100, [3, 7]),
        ("Out of band", None, [4, 8]),
        ("", 100, [5, 9]),
    ]
    assert [steps[0].start, steps[0].end] == pytest.approx([0.1, 0.3])
    assert "in 200 ms · “Good morning”" in texts(written.log.sequence().svg)
    assert "100 ms of sound in 200 ms" in texts(written.log.sequence().svg)


def test_telephone_sound_is_as_long_as_it_lasts(written: WrittenLog) -> None:
    audio = {"input": {"format": {"type": "audio/pcmu"}}, "output": {"format": {"type": "audio/pcma"}}}
    written.server("session.updated", session={"audio": audio})
    second = encode_audio(bytes(g711.RATE))
    written.client("input_audio_buffer.append", audio=second)
    written.server("response.output_audio.delta", delta=second)
    assert [step.audio_ms for step in fold(written.log, range(3, 5))] == [pytest.approx(1000), pytest.approx(1000)]


def test_errors_are_marked_and_time_that_passed_is_told(written: WrittenLog) -> None:
    written.client("response.creat")
    written.server("error", after=0.2, error={"message": "no such event"})
    written.client("response.create", after=4.2)
    svg = written.log.sequence().svg
    (error,) = [text for text in ET.fromstring(svg).iter(f"{SVG}text") if text.text == "error"]
    assert error.attrib["class"] == "f-error"
    assert {"no such event", "4.2 s later", "200", "4,400"} <= set(texts(svg))


def test_responses_are_bars_side_by_side_and_show_how_they_ended(written: WrittenLog) -> None:
    written.begin("a")
    written.begin("b", conversation_id=None)
    written.done("b", status="cancelled")
    svg = written.log.sequence().svg
    assert bars(svg) == ["response a in progress", "response b cancelled"]
    rects = [group[1] for group in ET.fromstring(svg).iter(f"{SVG}g") if group.find(f"{SVG}rect") is not None]
    assert rects[0].attrib["x"] != rects[1].attrib["x"]
    assert "stroke-dasharray" in rects[0].attrib
    assert rects[1].attrib["class"].startswith("f-cut")


def test_a_lane_that_nothing_leads_to_is_not_drawn(written: WrittenLog) -> None:
    assert "loudspeaker" not in texts(written.log.sequence().svg)
    narrow = size(written.log.sequence().svg)[0]
    written.put("local", "rt.playback.started", item_id="a")
    assert "loudspeaker" in texts(written.log.sequence().svg)
    assert size(written.log.sequence().svg)[0] > narrow


def test_a_long_log_says_what_it_leaves_out(written: WrittenLog) -> None:
    for number in range(400):
        written.client("response.cancel", response_id=f"r{number}")
    diagram = written.log.sequence()
    assert (diagram.arrows, diagram.left_out) == (80, 322)
    assert size(diagram.svg)[1] < 4_000
    assert any(text.startswith("322 more arrows (322 events) are left out") for text in texts(diagram.svg))
    everything = written.log.sequence(limit=1_000)
    assert (everything.arrows, everything.left_out) == (402, 0)


def test_a_time_is_chosen_with_both_its_ends(written: WrittenLog) -> None:
    for _ in range(4):
        written.client("response.cancel", after=1.0)
    assert written.log.sequence(t0=2, t1=3).arrows == 2
    assert written.log.sequence(t0=4).arrows == 1
    assert written.log.sequence(t1=0).arrows == 2
    nothing = written.log.sequence(t0=100)
    assert nothing.arrows == 0
    assert "No events: 100 s to the end." in texts(nothing.svg)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"turn": 1, "t0": 0.0}, "both were given"),
        ({"t0": 2.0, "t1": 1.0}, "t1 is 1 s, before t0, 2 s"),
        ({"limit": 0}, "limit is 0"),
        ({"limit": "all"}, "limit is 'all'"),
    ],
)
def test_what_cannot_be_chosen_is_told(written: WrittenLog, wrong: dict[str, Any], message: str) -> None:
    written.commit("u", "hello")
    with pytest.raises(ValueError, match=message):
        written.log.sequence(**wrong)


def test_a_turn_that_is_not_there_is_told(written: WrittenLog) -> None:
    with pytest.raises(IndexError, match="no turn 3"):
        written.log.sequence(turn=3)


def test_it_is_saved_as_a_drawing_or_a_picture(tmp_path: Path) -> None:
    diagram = lesson().sequence(turn=4)
    drawing = diagram.save(tmp_path / "turn.svg").read_text("utf-8")
    assert drawing == diagram.svg == diagram._repr_svg_()
    picture = diagram.save(str(tmp_path / "turn.PNG")).read_bytes()
    assert picture.startswith(b"\x89PNG")
    width, height = size(drawing)
    assert int.from_bytes(picture[16:20], "big") == pytest.approx(2 * width, abs=1)
    assert int.from_bytes(picture[20:24], "big") == pytest.approx(2 * height, abs=1)
    with pytest.raises(ValueError, match=r"'turn\.pdf'.*\.svg or \.png"):
        diagram.save(tmp_path / "turn.pdf")


def test_without_its_package_a_picture_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(ModuleNotFoundError, match="vl-convert-python"):
        lesson().sequence(turn=4).save(tmp_path / "turn.png")
    assert not (tmp_path / "turn.png").exists()


def test_it_refers_to_nothing_outside_and_has_the_dark_colours(written: WrittenLog) -> None:
    svg = written.log.sequence().svg
    assert "prefers-color-scheme:dark" in svg
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    assert "id=" not in svg  # two diagrams in one notebook would share it
    html = written.log.sequence()._repr_html_()
    assert 'data-jp-theme-light="false"' in html
    assert Html(html).tags <= {"div", "svg", "title", "style", "rect", "line", "g", "text", "polygon", "circle"}


def test_what_is_said_is_text(written: WrittenLog) -> None:
    written.item("u", text=EVIL)
    written.server(EVIL, error={"message": EVIL})
    diagram = written.log.sequence()
    assert any("<script>" in text for text in texts(diagram.svg))
    assert "script" not in {element.tag.removeprefix(SVG) for element in ET.fromstring(diagram.svg).iter()}
    assert "script" not in Html(diagram._repr_html_()).tags


def test_words_stay_between_the_lanes(written: WrittenLog) -> None:
    written.item("u", text="你好" * 5_000)
    svg = written.log.sequence().svg
    assert size(svg)[0] < 1_000
    (words,) = [text for text in texts(svg) if "你好" in text]
    assert words.endswith("…")
    assert len(words) < 60


@settings(max_examples=60, deadline=None)
@given(odd_logs())
def test_any_log_can_be_drawn(log: EventLog) -> None:
    diagram = log.sequence()
    ET.fromstring(diagram.svg)
    assert sum(len(step.rows) for step in fold(log, range(len(log)))) == len(log)
    Html(diagram._repr_html_())


def test_no_words_stand_on_others(written: WrittenLog) -> None:
    written.begin("r")
    for call_id in "ab":
        written.call("r", call_id)
        written.tool("started", call_id, arguments={"city": "Paris"})
        written.tool("progress", call_id, text="half", fraction=0.5)
    for call_id in "ab":
        written.tool("done", call_id, output="clear", duration_ms=1.0)
        written.output(call_id)
    written.done("r")
    words = ET.fromstring(written.log.sequence().svg).iter(f"{SVG}text")
    beside = [element.attrib for element in words if element.text and not element.text.isdigit()]  # the clock
    lines = [(float(told["y"]), float(told["font-size"])) for told in beside]
    below = sorted(lines)[2:]  # behind the heads, which stand side by side
    assert all(lower - upper >= 0.9 * size for (upper, _), (lower, size) in pairwise(below))
