from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from rt_notebook.widgets.link import Buffer, CommLink, Frames
from rt_notebook.widgets.messages import Audio, Flush, FromPage, Lost

FLUSH = Flush(type="flush")


def lost(samples: int) -> Lost:
    return Lost(type="lost", samples=samples)


def audio(data: bytes) -> Audio:
    return Audio(type="audio", item_id="i", content_index=0, data=data)


class Wire:
    """Stands where the widget's comm is."""

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

    @property
    def samples(self) -> list[list[int]]:
        """The numbers in the `lost` messages, frame by frame."""
        return [[message["samples"] for message in content["messages"]] for content, _ in self.sent]


class Timer:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.due: list[tuple[float, Callable[[], None]]] = []

    def __call__(self, delay: float, f: Callable[[], None]) -> None:
        self.due.append((self.now + delay, f))

    def pass_time(self, seconds: float) -> None:
        until = self.now + seconds
        while self.due and min(self.due, key=lambda entry: entry[0])[0] <= until:
            entry = min(self.due, key=lambda entry: entry[0])
            self.due.remove(entry)
            self.now = entry[0]
            entry[1]()
        self.now = until


INTERVAL, PATIENCE = 0.025, 0.25


def make() -> tuple[CommLink, Wire, Timer]:
    wire, timer = Wire(), Timer()
    return CommLink(wire, INTERVAL, PATIENCE, timer), wire, timer


def test_bytes_stand_beside_the_json() -> None:
    frame, buffers = Frames().write([audio(b"ab"), FLUSH, audio(b"cd")])
    assert [message.get("data") for message in frame["messages"]] == [0, None, 1]
    assert buffers == [b"ab", b"cd"]


def test_bytes_find_back_into_their_messages() -> None:
    message = {"type": "microphone", "sample": 0, "data": 0}
    view, messages = Frames().read({"frame": 0, "view": "v", "messages": [message]}, [memoryview(b"ab")])
    assert view == "v"
    assert messages == [{"type": "microphone", "sample": 0, "data": b"ab"}]


def test_frames_are_numbered_and_missing_ones_counted_for_each_view() -> None:
    frames = Frames()
    assert [frames.write([FLUSH])[0]["frame"] for _ in range(3)] == [0, 1, 2]
    for view, number in [("a", 0), ("b", 7), ("a", 1), ("b", 8), ("a", 4), ("b", 9)]:
        frames.read({"frame": number, "view": view, "messages": []}, [])
    assert frames.lost == 2


def test_a_burst_goes_out_in_one_frame_after_the_first() -> None:
    link, wire, timer = make()
    for number in range(5):
        link.send(lost(number))
    assert wire.samples == [[0]]
    timer.pass_time(INTERVAL)
    assert wire.samples == [[0], [1, 2, 3, 4]]


def test_after_a_quiet_interval_the_next_message_goes_out_at_once() -> None:
    link, wire, timer = make()
    link.send(lost(1))
    timer.pass_time(INTERVAL)
    link.send(lost(2))
    assert wire.samples == [[1], [2]]


def test_steady_messages_take_one_frame_an_interval() -> None:
    link, wire, timer = make()
    for number in range(10):
        link.send(lost(2 * number))
        link.send(lost(2 * number + 1))
        timer.pass_time(INTERVAL)
    assert len(wire.sent) == 11
    assert [number for frame in wire.samples for number in frame] == list(range(20))


def test_an_urgent_message_waits_for_nothing_but_keeps_its_place() -> None:
    link, wire, timer = make()
    for number in range(3):
        link.send(lost(number))
    link.send(lost(99), "now")
    assert wire.samples == [[0], [1, 2, 99]]
    timer.pass_time(INTERVAL)
    assert len(wire.sent) == 2


def test_what_has_time_travels_with_the_next_frame() -> None:
    link, wire, timer = make()
    for number in range(3):
        link.send(lost(number), "later")
    assert wire.samples == []
    link.send(lost(3))
    assert wire.samples == [[0, 1, 2, 3]]
    timer.pass_time(PATIENCE)
    assert len(wire.sent) == 1


def test_what_has_time_goes_out_by_itself_in_the_end() -> None:
    link, wire, timer = make()
    for number in range(100):
        link.send(lost(number), "later")
        timer.pass_time(0.04)
    assert 14 <= len(wire.sent) <= 17
    timer.pass_time(PATIENCE)
    assert [number for frame in wire.samples for number in frame] == list(range(100))


def test_what_has_time_does_not_wake_up_with_the_interval() -> None:
    link, wire, timer = make()
    link.send(lost(0))
    link.send(lost(1), "later")
    timer.pass_time(INTERVAL)
    assert wire.samples == [[0]]
    timer.pass_time(PATIENCE)
    assert wire.samples == [[0], [1]]


def test_received_messages_come_with_their_view() -> None:
    link, wire, _ = make()
    received: list[tuple[str, FromPage]] = []
    link.on_receive(lambda view, message: received.append((view, message)))
    wire.arrive({"frame": 0, "view": "v", "messages": [{"type": "join"}, {"type": "say", "text": "Hi"}]})
    wire.arrive({"frame": 3, "view": "v", "messages": []})
    assert received == [("v", {"type": "join"}), ("v", {"type": "say", "text": "Hi"})]
    assert link.lost_frames == 2


def test_a_closed_link_is_silent() -> None:
    link, wire, timer = make()
    link.on_receive(lambda *_: (_ for _ in ()).throw(AssertionError("received after close")))
    link.send(lost(0))
    link.send(lost(1))
    (callback,) = wire.callbacks
    link.close()
    timer.pass_time(INTERVAL)
    callback(wire, {"frame": 0, "view": "v", "messages": [{"type": "join"}]}, [])
    assert wire.callbacks == []
    assert wire.samples == [[0]]


def test_it_paces_itself_on_the_running_loop() -> None:
    async def main() -> Wire:
        wire = Wire()
        link = CommLink(wire, interval=0)
        link.send(lost(0))
        link.send(lost(1))
        # The loop's callbacks run in their order: this one after the link's.
        later = asyncio.Event()
        asyncio.get_running_loop().call_later(0.001, later.set)
        await later.wait()
        return wire

    assert asyncio.run(main()).samples == [[0], [1]]
