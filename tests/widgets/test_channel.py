"""Two channels over ways that lose, double and delay frames."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rt_notebook.widgets import channel
from rt_notebook.widgets.channel import Channel, Frame, Message
from rt_notebook.widgets.frames import pack, unpack


class Pair:
    """Two ends and what is on its way between them; time is data."""

    def __init__(self, fate: Callable[[], tuple[int, float]]) -> None:
        """`fate` tells, for each frame, how often it arrives and after how many seconds."""
        self.now = 0.0
        self.ends = (Channel(), Channel())
        self.got: tuple[list[Message], list[Message]] = ([], [])
        self._fate = fate
        self._flying: list[tuple[float, int, Frame]] = []
        self.sent = 0

    def send(self, end: int, *messages: Message) -> None:
        self._fly(1 - end, self.ends[end].write(messages, self.now))

    def _fly(self, to: int, frame: Frame) -> None:
        self.sent += 1
        copies, delay = self._fate()
        # Through bytes, as over the relay.
        self._flying += [(self.now + delay, to, unpack(pack(frame)))] * copies

    def run(self, seconds: float) -> None:
        until = self.now + seconds
        while True:
            due = [at for end in self.ends if (at := end.next_due()) is not None]
            at = max(self.now, min([until, *due, *(at for at, _, _ in self._flying)]))
            self.now = at
            arriving = [entry for entry in self._flying if entry[0] <= at]
            self._flying = [entry for entry in self._flying if entry[0] > at]
            for _, to, frame in arriving:
                self.got[to].extend(self.ends[to].read(frame.header, frame.buffers, at))
            for number, end in enumerate(self.ends):
                for frame in end.due(at):
                    self._fly(1 - number, frame)
            if at >= until:
                return


def words(*numbers: int) -> list[Message]:
    return [{"type": "word", "number": number, "data": bytes([number % 256])} for number in numbers]


@settings(max_examples=60, deadline=None)
@given(
    fates=st.lists(
        st.tuples(st.sampled_from([0, 0, 1, 1, 1, 2]), st.sampled_from([0.001, 0.05, 0.2, 1.5])), min_size=30
    ),
    sends=st.lists(st.tuples(st.integers(0, 1), st.sampled_from([0.0, 0.01, 0.3, 2.0])), max_size=40),
)
def test_everything_arrives_once_and_in_order(fates: list[tuple[int, float]], sends: list[tuple[int, float]]) -> None:
    rest = iter(fates)
    pair = Pair(lambda: next(rest, (1, 0.01)))
    written: tuple[list[Message], list[Message]] = ([], [])
    for number, (end, pause) in enumerate(sends):
        pair.send(end, *words(number))
        written[1 - end].extend(words(number))
        pair.run(pause)
    pair.run(120)
    assert pair.got == written
    assert [end.lost for end in pair.ends] == [0, 0]
    assert [end.next_due() for end in pair.ends] == [None, None]


def test_a_lost_frame_is_asked_for_within_a_moment_once_another_shows_the_gap() -> None:
    fates = iter([(1, 0.002), (0, 0.0), (1, 0.002)])
    pair = Pair(lambda: next(fates, (1, 0.002)))
    for number in range(3):
        pair.send(0, *words(number))
    pair.run(channel.PATIENCE + 0.02)
    assert pair.got[1] == words(0, 1, 2)


def test_a_lost_last_frame_is_noticed_by_its_writer() -> None:
    fates = iter([(0, 0.0)])
    pair = Pair(lambda: next(fates, (1, 0.002)))
    pair.send(0, *words(7))
    pair.run(channel.PROBE + channel.PATIENCE + 0.02)
    assert pair.got[1] == words(7)


def test_what_cannot_be_had_any_more_is_counted_and_the_rest_goes_on() -> None:
    lossy = True
    pair = Pair(lambda: (0 if lossy else 1, 0.01))
    for number in range(channel.MOST_FRAMES + 5):
        pair.send(0, *words(number))
    lossy = False
    pair.send(0, *words(1))
    pair.run(120)
    assert pair.ends[1].lost == 6
    assert len(pair.got[1]) == channel.MOST_FRAMES
    assert pair.got[1][-1] == words(1)[0]


def test_what_is_kept_is_bounded_in_bytes() -> None:
    pair = Pair(lambda: (0, 0.0))
    for _ in range(80):
        pair.send(0, {"type": "audio", "data": bytes(2**20)})
    assert pair.ends[0]._kept_bytes <= channel.MOST_BYTES


def test_an_idle_channel_is_silent() -> None:
    pair = Pair(lambda: (1, 0.01))
    pair.send(0, *words(1))
    pair.run(5)
    sent = pair.sent
    assert sent == 2
    pair.run(3600)
    assert pair.sent == sent


def test_an_end_that_nobody_answers_asks_ever_more_seldom() -> None:
    pair = Pair(lambda: (0, 0.0))
    pair.send(0, *words(1))
    pair.run(600)
    assert pair.sent < 3 + 600 / channel.SLOWEST


@pytest.mark.parametrize("data", [b"", b"\x02\0\0\0", b"\x02\0\0\0{}", pack(Frame({"n": 1}, [b"12"]))[:-1]])
def test_bytes_that_are_no_frame_raise(data: bytes) -> None:
    with pytest.raises((ValueError, KeyError)):
        unpack(data)


@pytest.mark.parametrize(
    "header",
    [
        {"n": -1},
        {"n": "1"},
        {"n": True},
        {"ack": 1.5},
        {"again": 7},
        {"again": [[1]]},
        {"again": [[0, 1]] * 1000},
        {"n": 0, "messages": "word"},
        {"n": 0, "messages": [7]},
        {"n": 0, "messages": [{"type": "word", "data": 0}]},
    ],
)
def test_a_header_that_is_none_raises_and_changes_nothing(header: dict[str, Any]) -> None:
    channel_ = Channel()
    with pytest.raises(ValueError):
        channel_.read(header, [], 0.0)
    assert channel_.read(Channel().write(words(1), 0.0).header, [b"\1"], 0.0) == words(1)


def test_numbers_of_any_size_take_no_time() -> None:
    channel_ = Channel()
    far = 10**15
    channel_.read({"written": far, "again": [[0, far]]}, [], 0.0)
    channel_.read({"n": far, "messages": []}, [], 0.0)
    assert {"again": [[0, far - 1]], "ack": 0} in [frame.header for frame in channel_.due(100.0)]
    channel_.read({"gone": far}, [], 0.0)
    assert channel_.lost == far
