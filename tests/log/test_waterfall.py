"""The waterfall: the steps follow each other, add up, and say what nobody told."""

from __future__ import annotations

import pytest
from lesson import lesson

from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.turns import Turn
from rt_notebook.log.views.waterfall import Waterfall, waterfall

PATH = ["listening", "server", "tool", "page"]


def lines(view: Waterfall) -> dict[str, tuple[float, float]]:
    df = view.df.dropna(subset=["ms"])
    return dict(zip(df["step"], zip(df["start_ms"], df["end_ms"], strict=True), strict=True))


def unknown(view: Waterfall) -> dict[str, str]:
    df = view.df[view.df["ms"].isna()]
    return dict(zip(df["step"], df["note"], strict=True))


def test_a_spoken_turn() -> None:
    turn = Turn(3, 1, text="Hello", speech_start=10.0, speech_end=12.0, stopped=12.5, committed=12.51, asked=12.5)
    turn.transcribed, turn.created, turn.first_text = 12.9, 12.56, 12.7
    turn.first_audio, turn.heard, turn.done, turn.ended = 12.74, 12.86, 13.6, 17.2
    view = waterfall(EventLog(), turn)
    assert lines(view) == {
        "turn detection waits": (0, 500),
        "commit": (500, 510),
        "request → response": (510, 560),
        "to the first token": (560, 700),
        "to the first audio": (700, 740),
        "network, page, jitter buffer": (740, 860),
        "heard": (860, 5200),
        "transcription": (510, 900),
        "answer generated": (560, 1600),
        "voice to voice": (0, 860),
    }
    assert repr(view).startswith("<Waterfall: turn 3, voice to voice 860 ms;")


@pytest.mark.parametrize("dialect", ["ga", "beta"])
@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_the_steps_of_a_real_turn_add_up_to_what_the_user_waited(dialect: str, number: int) -> None:
    log = lesson(dialect)  # type: ignore[arg-type] # a dialect
    turn = log.turn(number)
    view = log.waterfall(number)
    begin = turn.asked if turn.speech_end is None else turn.speech_end
    assert begin is not None
    assert turn.heard is not None
    steps = view.df[view.df["kind"].isin(PATH)]
    assert steps["start_ms"].iloc[1:].tolist() == steps["end_ms"].iloc[:-1].tolist()
    waited = (turn.heard - begin) * 1000
    until_heard = steps.loc[steps["end_ms"] <= waited + 0.01, "ms"].sum()
    assert until_heard == pytest.approx(waited, abs=0.1)
    total = view.df.iloc[-1]
    assert (total["kind"], total["ms"]) == ("total", pytest.approx(waited, abs=0.01))
    assert total["step"] == ("asked to heard" if turn.speech_end is None else "voice to voice")
    rows = [row for rows in view.spec()["datasets"].values() for row in rows if "start" in row]
    drawn = {row["line"]: (row["start"], row["end"]) for row in rows}
    assert [drawn[line] for line in sorted(drawn)] == list(lines(view).values())


def test_a_tools_time_is_its_own() -> None:
    log = lesson()
    view = log.waterfall(5)
    call = log.timeline().df.query("kind == 'call'").iloc[0]
    start, end = lines(view)["tool weather"]
    assert end - start == pytest.approx((call["t2"] - call["t"]) * 1000, abs=0.01)
    assert list(lines(view))[1:4] == ["call of weather written", "tool weather", "output → response"]


def test_what_nobody_told_is_said_and_not_drawn() -> None:
    turn = Turn(1, 1, committed=1.0, asked=1.1, created=1.15, first_text=1.2, first_audio=1.3)
    view = waterfall(EventLog(), turn)
    assert unknown(view) == {
        "turn detection waits": "turn detection told no end of speech",
        "network, page, jitter buffer": "no loudspeaker told",
        "transcription": "none came",
        "answer generated": "it has not ended",
        "voice to first audio": "nobody told when the user ceased to speak",
    }
    assert lines(view)["until asked for"] == (0, 100)
    texts = {row["said"] for rows in view.spec()["datasets"].values() for row in rows if "start" not in row}
    assert texts == {f"unknown: {note}" for note in unknown(view).values()}


def test_a_turn_without_an_answer() -> None:
    view = waterfall(EventLog(), Turn(1, 1, asked=2.0))
    assert unknown(view) == {"response": "none came", "asked to answer": "no answer came"}
    assert repr(view).startswith("<Waterfall: turn 1, no answer;")
    with pytest.raises(IndexError, match="no turns"):
        EventLog().waterfall()


def test_a_written_answer() -> None:
    view = waterfall(EventLog(), Turn(2, 1, text="hi", asked=1.0, created=1.05, first_text=1.2, done=1.5))
    assert lines(view) == {
        "request → response": (0, 50),
        "to the first token": (50, 200),
        "rest of the answer": (200, 500),
        "answer generated": (50, 500),
        "asked to first token": (0, 200),
    }
    assert unknown(view) == {}
