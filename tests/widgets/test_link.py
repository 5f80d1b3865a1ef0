"""The kernel's end of the link to the views; a wire that records stands where the widget's comm is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from rt_notebook.widgets.channel import Buffer, Channel, Frame, Message
from rt_notebook.widgets.link import GRACE, PATIENCE, SILENCE, CommWay, ViewLink
from rt_notebook.widgets.messages import Audio, Flush, FromKernel, FromPage, Lost

FLUSH = Flush(type="flush")


def lost(samples: int) -> Lost:
    return Lost(type="lost", samples=samples)


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.due: list[Timer] = []

    def later(self, delay: float, f: Callable[[], None]) -> Any:
        timer = Timer(self, self.now + delay, f)
        self.due.append(timer)
        return timer

    def pass_time(self, seconds: float) -> None:
        until = self.now + seconds
        while self.due and (timer := min(self.due, key=lambda timer: timer.at)).at <= until:
            self.due.remove(timer)
            self.now = max(self.now, timer.at)
            timer.f()
        self.now = until


class Timer:
    def __init__(self, clock: Clock, at: float, f: Callable[[], None]) -> None:
        self.clock, self.at, self.f = clock, at, f

    def cancel(self) -> None:
        self.clock.due.remove(self)


class Comm:
    """Stands where the widget is, and reads what its views would."""

    def __init__(self) -> None:
        self.sent: list[tuple[Any, list[Buffer]]] = []
        self.callbacks: list[Callable[[Any, Any, list[Buffer]], None]] = []

    def send(self, content: Any, buffers: Sequence[Buffer] | None = None) -> None:
        self.sent.append((content, list(buffers or ())))

    def on_msg(self, callback: Callable[[Any, Any, list[Buffer]], None], remove: bool = False) -> None:
        if remove:
            self.callbacks.remove(callback)
        else:
            self.callbacks.append(callback)

    def arrive(self, content: Any, buffers: list[Buffer] | None = None) -> None:
        for callback in self.callbacks:
            callback(self, content, buffers or [])


class Setup:
    """A link over a comm, and what becomes of it."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.comm = Comm()
        self.arrived: list[str] = []
        self.gone: list[str] = []
        self.got: list[tuple[str, FromPage]] = []
        self.pages: dict[str, Channel] = {}

        def call(f: Callable[..., object], *args: Any) -> None:
            f(*args)

        self.link = ViewLink(call, self.arrived.append, later=self.clock.later, now=lambda: self.clock.now)
        self.link.on_receive(lambda view, message: self.got.append((view, message)))
        self.link.on_gone(self.gone.append)
        self.way = CommWay(self.comm, self.link, call)

    def say(self, view: str, *messages: Message) -> None:
        """Let a view send."""
        channel = self.pages.setdefault(view, Channel())
        frame = channel.write(messages, self.clock.now)
        self.comm.arrive({"view": view, **frame.header}, frame.buffers)

    def frames(self, view: str) -> list[list[Any]]:
        """Return the messages that went to a view since the last call, frame by frame."""
        sent = [content for content, _ in self.comm.sent if content["to"] == view and "messages" in content]
        self.comm.sent = [entry for entry in self.comm.sent if entry[0]["to"] != view]
        return [[message.get("samples", message["type"]) for message in content["messages"]] for content in sent]

    def send(self, *messages: FromKernel) -> None:
        for message in messages:
            self.link.send(message)


@pytest.fixture
def on() -> Setup:
    """A link with one view that has joined."""
    setup = Setup()
    setup.say("a", {"type": "join"})
    setup.clock.pass_time(1)
    setup.frames("a")
    return setup


def test_a_view_arrives_with_its_first_frame(on: Setup) -> None:
    assert on.arrived == ["a"]
    assert on.got == [("a", {"type": "join"})]


def test_bytes_travel_beside_the_json_both_ways(on: Setup) -> None:
    on.say("a", {"type": "microphone", "sample": 0, "data": b"\1\0"})
    assert on.got[-1] == ("a", {"type": "microphone", "sample": 0, "data": b"\1\0"})
    on.link.send(Audio(type="audio", item_id="i", content_index=0, data=b"\2\0"))
    content, buffers = on.comm.sent[-1]
    assert content["messages"][0]["data"] == 0
    assert buffers == [b"\2\0"]


def test_the_first_message_goes_at_once_and_a_burst_together_after_it(on: Setup) -> None:
    on.send(*map(lost, range(5)))
    assert on.frames("a") == [[0]]
    on.clock.pass_time(CommWay.interval)
    assert on.frames("a") == [[1, 2, 3, 4]]


def test_an_urgent_message_takes_what_waits_along_and_keeps_the_order(on: Setup) -> None:
    on.send(lost(1), lost(2))
    on.link.send(FLUSH, "now")
    assert on.frames("a") == [[1], [2, "flush"]]


def test_what_can_wait_travels_with_others_or_when_patience_is_over(on: Setup) -> None:
    on.link.send(lost(1), "later")
    assert on.frames("a") == []
    on.send(lost(2))
    assert on.frames("a") == [[1, 2]]
    on.link.send(lost(3), "later")
    on.clock.pass_time(PATIENCE)
    assert on.frames("a") == [[3]]


def test_a_message_can_be_for_one_view_alone(on: Setup) -> None:
    on.say("b", {"type": "join"})
    on.link.send(lost(1), to="b")
    on.link.send(lost(2), to="nobody")
    assert (on.frames("a"), on.frames("b")) == ([], [[1]])


def test_a_frame_that_the_page_asks_for_comes_again(on: Setup) -> None:
    on.send(lost(1))
    first = on.comm.sent[-1][0]
    on.comm.arrive({"view": "a", "again": [[first["n"], first["n"]]]})
    assert on.comm.sent[-1][0]["messages"] == first["messages"]
    assert on.comm.sent[-1][0]["n"] == first["n"]


def test_a_view_that_leaves_is_gone_and_its_late_frames_are_nobody_s(on: Setup) -> None:
    on.comm.arrive({"view": "a", "leave": True})
    assert on.gone == ["a"]
    on.say("a", {"type": "join"})
    assert on.arrived == ["a"]
    on.send(lost(1))
    assert on.frames("a") == []


def test_a_view_that_is_silent_for_long_is_gone_and_told_so_when_it_comes_back(on: Setup) -> None:
    on.clock.pass_time(2 * SILENCE)
    assert on.gone == ["a"]
    on.comm.sent.clear()
    on.link._departed.clear()
    on.say("a", {"type": "ping", "id": 1})
    assert on.comm.sent == [({"to": "a", "forgotten": True}, [])]


def test_a_busy_kernel_misses_nobody(on: Setup) -> None:
    on.link.set_busy(True)
    on.clock.pass_time(10 * SILENCE)
    assert on.gone == []
    on.link.set_busy(False)
    on.clock.pass_time(SILENCE / 2)
    assert on.gone == []
    on.clock.pass_time(SILENCE)
    assert on.gone == ["a"]


class Recorder:
    interval = 0.0

    def __init__(self) -> None:
        self.sent: list[Frame] = []

    def send(self, view: str, frame: Frame) -> None:
        self.sent.append(frame)


def test_the_kernel_answers_on_the_way_it_last_heard_from_a_view(on: Setup) -> None:
    relay = Recorder()
    on.link.read(relay, "a", on.pages["a"].control())
    on.comm.sent.clear()
    on.send(lost(1))
    assert [frame.header["messages"] for frame in relay.sent if "messages" in frame.header] == [[lost(1)]]
    assert on.comm.sent == []


@pytest.mark.parametrize("comes_back", [True, False])
def test_a_view_whose_way_breaks_is_sought_on_the_other_for_a_while(on: Setup, comes_back: bool) -> None:
    relay = Recorder()
    on.link.read(relay, "a", on.pages["a"].control())
    on.link.broken(relay, on.way)
    on.send(lost(1))
    on.clock.pass_time(GRACE / 2)
    if comes_back:
        on.say("a", {"type": "ping", "id": 1})
    on.clock.pass_time(GRACE)
    assert on.gone == ([] if comes_back else ["a"])
    assert [1] in on.frames("a")


def test_after_closing_nothing_is_sent_or_received(on: Setup) -> None:
    on.send(lost(1), lost(2))
    on.link.close()
    on.way.close()
    on.comm.sent.clear()
    on.clock.pass_time(100)
    on.say("a", {"type": "ping", "id": 1})
    assert on.comm.sent == []
    assert len(on.got) == 1


def test_a_message_without_a_view_is_told_and_ignored(on: Setup, caplog: pytest.LogCaptureFixture) -> None:
    on.comm.arrive({"n": 3})
    on.comm.arrive("nonsense")
    assert caplog.text.count("which view") == 2


def test_a_frame_that_is_none_is_told_and_left_out(on: Setup, caplog: pytest.LogCaptureFixture) -> None:
    on.comm.arrive({"view": "a", "n": "seven"})
    assert "was left out" in caplog.text
    on.say("a", {"type": "ping", "id": 1})
    assert on.got[-1] == ("a", {"type": "ping", "id": 1})
