"""Items, responses and turns as tables, of a lesson on the real server and of logs that the test writes."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from lesson import lesson
from written_log import WrittenLog

from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.tables import ITEMS, RESPONSES, TURNS, items, responses, turns
from rt_notebook.protocol.catalog import Dialect

TABLES = [(items, ITEMS), (responses, RESPONSES), (turns, TURNS)]
DIALECTS: list[Dialect] = ["ga", "beta"]


@pytest.mark.parametrize(("table", "dtypes"), TABLES)
def test_the_columns_are_the_same_whatever_is_in_the_log(
    table: Callable[[EventLog], pd.DataFrame], dtypes: dict[str, str]
) -> None:
    written = WrittenLog()
    written.server("unheard.of", item_id="x")
    written.begin("r")
    for log in (EventLog(), written.log, lesson("ga"), lesson("beta")):
        frame = table(log)
        assert list(frame.columns) == list(dtypes)
        assert frame.dtypes.astype(str).tolist() == list(dtypes.values())


def test_every_column_is_documented() -> None:
    for table, dtypes in TABLES:
        documented = f"{table.__doc__} input_text_tokens input_audio_tokens input_image_tokens cached_tokens"
        documented += " output_text_tokens output_audio_tokens"
        assert [name for name in dtypes if name not in documented] == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_turns_of_a_lesson(dialect: Dialect) -> None:
    table = lesson(dialect).turns
    assert table.index.tolist() == [1, 2, 3, 4, 5]
    assert table.index.name == "turn"
    assert table["transcript"].tolist()[1:2] + table["transcript"].tolist()[3:] == [
        *("count", "Good morning", "call weather")
    ]
    assert table["calls"].tolist() == [[], [], [], [], ["weather"]]
    assert table["interrupted"].notna().tolist() == [False, True, False, False, False]
    assert table["speech_start"].notna().tolist() == [True, False, True, False, False]
    assert (table["heard"] > table["first_audio"]).all()
    assert table["usd"].isna().all()
    per_response = lesson(dialect).responses.dropna(subset="turn").groupby("turn")
    for kind in ("input_text_tokens", "input_audio_tokens", "cached_tokens", "output_audio_tokens"):
        assert per_response[kind].sum().tolist() == table[kind].tolist()
        assert table[kind].sum() > 0


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_responses_of_a_lesson(dialect: Dialect) -> None:
    table = lesson(dialect).responses
    assert table["turn"].fillna(0).tolist() == [1, 2, 3, 4, 5, 5, 0]
    assert table["out_of_band"].tolist() == [False] * 6 + [True]
    assert table["status"].tolist() == ["completed", "cancelled", *["completed"] * 5]
    assert table["why"].tolist()[1] == "turn_detected"
    assert table["text"].tolist()[-1] == "You said: Name this talk"
    spoken = table[table["audio_ms"] > 0]
    assert (spoken["created_ms"] <= spoken["first_audio_ms"]).all()
    assert (spoken["first_audio_ms"] < spoken["first_heard_ms"]).all()
    assert spoken["output_audio_tokens"].tolist() == [round(ms / 50) for ms in spoken["audio_ms"]]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_items_of_a_lesson(dialect: Dialect) -> None:
    table = lesson(dialect).items
    assert table["position"].tolist()[:-1] == list(range(len(table) - 1))
    assert pd.isna(table["position"].tolist()[-1])  # out of band
    assert table["type"].tolist()[9:12] == ["function_call", "function_call_output", "message"]
    assert table["name"].tolist()[9] == "weather"
    assert table["output"].tolist()[10] == '{"sky": "clear"}'
    assert table["turn"].tolist()[:-1] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 5, 5]
    assert table["heard_ms"].notna().sum() == 5
    assert not table["deleted"].any()


def test_items_stand_in_the_conversations_order_and_deleted_ones_behind() -> None:
    written = WrittenLog()
    written.item("b")
    first = {"id": "a", "type": "message", "role": "user"}
    written.server("conversation.item.added", previous_item_id=None, item=first)
    written.item("gone")
    written.item("c")
    written.server("conversation.item.deleted", item_id="gone")
    table = written.log.items
    assert table["item"].tolist() == ["a", "b", "c", "gone"]
    assert table["position"].tolist()[:3] == [0, 1, 2]
    assert table["deleted"].tolist() == [False, False, False, True]


def test_what_was_paid_stands_in_the_tables() -> None:
    written = WrittenLog("gpt-realtime")
    written.commit("a", "hello")
    written.answer("r", usage={"input_tokens": 1_000_000, "output_tokens": 0})
    response = written.log.responses["usd"][0]
    assert response == pytest.approx(4)
    assert written.log.turns["usd"][1] == pytest.approx(4 + 10 * 6e-6)  # with 10 tokens of transcription


def test_words_whose_end_was_lost_are_there_as_far_as_they_came() -> None:
    written = WrittenLog()
    written.item("u")
    written.begin("r")
    for word in ("It ", "is "):
        written.server("response.output_text.delta", item_id="a", response_id="r", delta=word)
    written.server("response.function_call_arguments.delta", item_id="f", response_id="r", delta='{"a')
    table = written.log.items.set_index("item")
    assert table.loc["a", "text"] == "It is "
    assert table.loc["f", "arguments"] == '{"a'
    assert written.log.turns["answer"][1] == "It is"
