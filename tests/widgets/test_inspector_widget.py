"""The inspector in the kernel: what it tells its views, and the selection as Python has it. No page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
import pytest

import rt_notebook as rt
from rt_notebook.log.eventlog import EventLog
from rt_notebook.protocol.event import encode_audio
from rt_notebook.widgets.feed import Feed

TYPES = ["session.created", *["response.output_audio.delta"] * 4, "response.done", "error"]


def put(log: EventLog, type_: Any, **fields: Any) -> None:
    event = {"type": type_, **fields}
    log.append("server", orjson.dumps(event), event)


@pytest.fixture
def log() -> EventLog:
    log = EventLog()
    for type_ in TYPES:
        put(log, type_, event_id=f"event_{len(log)}")
    return log


# -- the selection -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "selected"),
    [
        (lambda log: 1, [[1, 1]]),
        (lambda log: -1, [[6, 6]]),
        (lambda log: [4, 1, 2, 2], [[1, 2], [4, 4]]),
        (lambda log: slice(2, None), [[2, 6]]),
        (lambda log: "response.*", [[1, 5]]),
        (lambda log: ("error", "session.*"), [[0, 0], [6, 6]]),
        (lambda log: log[5], [[5, 5]]),
        (lambda log: log.filter("error"), [[6, 6]]),
        (lambda log: log.df[log.df.type == "error"], [[6, 6]]),
        (lambda log: log.df.type == "error", [[6, 6]]),
        (lambda log: log.df.text.str.len() > 0, []),
        (lambda log: log.df.index[2:4], [[2, 3]]),
        (lambda log: log.df.index[2:4].to_numpy(), [[2, 3]]),
        (lambda log: None, []),
        (lambda log: [], []),
    ],
)
def test_rows_are_selected_by_whatever_names_them(
    log: EventLog, asked: Callable[[EventLog], Any], selected: list[list[int]]
) -> None:
    inspector = rt.Inspector(log)
    inspector.select(0)
    chosen = inspector.select(asked(log))
    assert inspector.selected == selected
    assert chosen.rows == inspector.selection.rows
    inspector.close()


def test_the_selection_is_rows_of_the_log_s_table_and_its_events(log: EventLog) -> None:
    inspector = rt.Inspector(log)
    chosen = inspector.select("response.*", since=0)
    assert chosen.rows == [1, 2, 3, 4, 5]
    assert chosen.df.equals(log.df.loc[1:5])
    assert chosen.df.dtypes.equals(log.df.dtypes)
    assert [event["event_id"] for event in chosen.events] == [f"event_{i}" for i in range(1, 6)]
    assert (len(chosen), repr(chosen)) == (5, "<Selection of 5 of 7 rows; .rows, .df, .events>")
    inspector.close()


def test_what_a_page_says_is_not_relied_on(log: EventLog) -> None:
    inspector = rt.Inspector(log)
    inspector.set_state({"selected": [[5, 99], [-3, 0], [4, 5], [3, 2]]})
    assert inspector.selection.rows == [0, 4, 5, 6]
    inspector.close()


@pytest.mark.parametrize(
    ("rows", "error", "says"),
    [
        (7, IndexError, "has 7 rows, so there is no row 7"),
        ([0, -8], IndexError, "no row -8"),
        (1.5, TypeError, "'float' object"),
        ([True], TypeError, "whole number, not True"),
        (["error", 3], TypeError, "not 'error'"),
    ],
)
def test_a_wrong_selection_says_what_is_wrong(log: EventLog, rows: Any, error: type[Exception], says: str) -> None:
    inspector = rt.Inspector(log)
    inspector.select(2)
    with pytest.raises(error, match=says):
        inspector.select(rows)
    with pytest.raises(TypeError, match="by position or by direction, not both"):
        inspector.select([1], direction="client")
    assert inspector.selected == [[2, 2]]
    inspector.close()


def test_a_session_is_no_log() -> None:
    with pytest.raises(TypeError, match=r"str is none: give it session\.events"):
        rt.Inspector("lesson.jsonl")  # type: ignore[arg-type] # that is the mistake


def test_nothing_of_the_log_is_synced(log: EventLog) -> None:
    put(log, "conversation.item.added", item={"content": [{"text": "the words"}]})
    inspector = rt.Inspector(log, filter="response.* -delta")
    inspector.select([1, 2])
    state = {name: value for name, value in inspector.get_state().items() if name not in ("_esm", "_css")}
    assert {name for name in state if not name.startswith("_")} == {
        *("filter", "selected", "lang", "layout", "tabbable", "tooltip"),
    }
    assert "the words" not in repr(state)
    assert repr(inspector) == "<Inspector of 8 events, 2 selected>"
    inspector.close()


# -- what views are told -----------------------------------------------------------------------------------------------


class Views:
    """A link that keeps what is sent, and lets tests wait for it."""

    def __init__(self) -> None:
        self.sent: list[tuple[str | None, Any]] = []
        self._arrived = asyncio.Event()

    def on_receive(self, receive: Any) -> None:
        self.receive = receive

    def on_gone(self, gone: Any) -> None:
        self.gone = gone

    def send(self, message: Any, urgency: str = "soon", to: str | None = None) -> None:
        self.sent.append((to, message))
        self._arrived.set()

    def close(self) -> None: ...

    def rows(self, view: str) -> list[Any]:
        told = [message for to, message in self.sent if to == view and message["type"] == "history"]
        return [row for message in told for row in message["rows"]]

    async def until(self, ready: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not ready():
                self._arrived.clear()
                await self._arrived.wait()


def feeding(scene: Callable[[EventLog, Views], Any]) -> EventLog:
    """Play a scene between a log and its views."""
    log = EventLog()

    async def play() -> None:
        views = Views()
        feed = Feed(log, views, asyncio.get_running_loop().call_soon_threadsafe)
        await scene(log, views)
        feed.close()

    asyncio.run(play())
    return log


def test_a_view_gets_all_rows_once_and_in_order_also_those_that_come_meanwhile() -> None:
    async def scene(log: EventLog, views: Views) -> None:
        for _ in range(600):
            put(log, "response.output_text.delta", delta="x")
        views.receive("a", {"type": "join"})
        await views.until(lambda: len(views.rows("a")) >= 250)

        def go_on() -> None:
            for _ in range(300):
                put(log, "response.output_text.delta", delta="y")

        await asyncio.to_thread(go_on)
        await views.until(lambda: len(views.rows("a")) >= 900)
        put(log, "response.done")
        views.receive("b", {"type": "join"})
        await views.until(lambda: len(views.rows("a")) >= 901 and len(views.rows("b")) >= 901)
        for view in ("a", "b"):
            assert [row["index"] for row in views.rows(view)] == list(range(901))
        views.gone("a")
        put(log, "response.done")
        await views.until(lambda: len(views.rows("b")) >= 902)
        assert len(views.rows("a")) == 901

    log = feeding(scene)
    assert log._listeners == ()


def test_a_closed_inspector_is_told_no_more() -> None:
    async def scene(log: EventLog, views: Views) -> None:
        views.receive("a", {"type": "join"})
        await views.until(lambda: len(views.sent) > 0)

    log = feeding(scene)
    put(log, "response.done")  # would fail: the loop is closed


def test_rows_have_ga_s_names_and_no_sound_and_the_whole_event_is_as_it_was() -> None:
    async def scene(log: EventLog, views: Views) -> None:
        sound = encode_audio(bytes(4_800))
        put(log, "response.audio.delta", delta=sound, item_id="item_1")
        put(log, ["no", "type"])
        views.receive("a", {"type": "join"})
        views.receive("a", {"type": "look", "index": 0})
        views.receive("a", {"type": "look", "index": 9})
        await views.until(lambda: len(views.sent) >= 3)
        first, second = views.rows("a")
        assert first["event"] == {"type": "response.output_audio.delta", "item_id": "item_1"}
        assert first["audio_ms"] == 100
        assert second["event"] == {"type": ["no", "type"]}
        told = {message["type"]: message for _, message in views.sent}
        assert orjson.loads(told["looked"]["json"])["type"] == "response.audio.delta"
        assert "no row 9" in told["problem"]["text"]
        assert sound not in repr(views.sent)

    feeding(scene)
