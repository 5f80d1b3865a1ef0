"""Numbered frames that arrive once and in order, whatever carries them: what is missing is asked for again. No I/O.

Page and kernel have one channel each for every view; js/src/channel.ts is the twin. A frame is a header, which is JSON,
and the buffers that its messages' `data` stand in. All fields of a header may be missing:

- ``n``: the frame's number, from 0; a frame without one carries no messages and is not repeated
- ``ack``: all frames of the other side before this number have arrived
- ``again``: pairs of first and last number: these are to be sent again
- ``written``: how many frames this side has written, so that a lost last one is noticed
- ``gone``: frames before this number cannot be had any more
- ``messages``: a message's `data` is its buffer's position

Time is seconds on any monotonic clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any, NamedTuple

Buffer = bytes | memoryview
Header = dict[str, Any]
Message = dict[str, Any]

PATIENCE = 0.06
"""A gap may close by itself for this long: a frame may come by the slower of two ways."""
RETRY = 0.3
"""What was asked for again and did not come is asked for after this long, then after twice as long, and so on."""
PROBE = 1.0
"""A frame that nobody has confirmed for so long is spoken of; then after twice as long, and so on."""
SLOWEST = 5.0
ACK_DELAY = 0.25
"""A confirmation waits so long for a frame to travel in."""
MOST_FRAMES = 4_000
MOST_BYTES = 32 * 2**20
MOST_RANGES = 64


class Frame(NamedTuple):
    """What travels."""

    header: Header
    buffers: list[Buffer]


class _Kept(NamedTuple):
    n: int
    messages: list[Message]
    buffers: list[Buffer]
    size: int


_Held = tuple[list[Message], Sequence[Buffer]]
"""The messages of a frame, and its buffers."""


class Channel:
    """One end of the way between a view and the kernel."""

    def __init__(self) -> None:
        self.lost = 0
        """Frames of the other side that cannot be had any more."""
        self._written = 0
        self._kept: deque[_Kept] = deque()
        """Frames that the other side has not confirmed."""
        self._kept_bytes = 0
        self._resend: list[tuple[int, int]] = []
        self._probe_at: float | None = None
        self._probe_after = PROBE
        self._expected = 0
        """Number of the frame that is to be delivered next."""
        self._known = 0
        """So many frames the other side has written, as far as we know."""
        self._held: dict[int, _Held] = {}
        """Frames that came before their turn."""
        self._ack_at: float | None = None
        self._ask_at: float | None = None
        self._ask_after = RETRY

    # -- sending ------------------------------------------------------------------------------------------------------

    def write(self, messages: Sequence[Message], now: float) -> Frame:
        """Return the next frame; it is kept until the other side has it."""
        buffers: list[Buffer] = []
        fields: list[Message] = []
        for message in messages:
            if "data" in message:
                buffers.append(message["data"])
                message = message | {"data": len(buffers) - 1}
            fields.append(message)
        # The JSON's size is not known here; a round figure for each message bounds what is kept.
        size = sum(map(len, buffers)) + 500 * len(fields)
        kept = _Kept(self._written, fields, buffers, size)
        self._written += 1
        self._kept.append(kept)
        self._kept_bytes += size
        while len(self._kept) > MOST_FRAMES or (self._kept_bytes > MOST_BYTES and len(self._kept) > 1):
            self._kept_bytes -= self._kept.popleft().size
        if self._probe_at is None:
            self._probe_at = now + self._probe_after
        return self._frame(kept)

    def control(self) -> Frame:
        """Return a frame that tells how far both sides are."""
        self._ack_at = None
        return Frame({"ack": self._expected, "written": self._written}, [])

    def due(self, now: float) -> list[Frame]:
        """Return what is to be sent now: frames asked for again, questions, confirmations."""
        frames = self._again()
        header: Header = {}
        if self._ask_at is not None and now >= self._ask_at:
            header["again"] = self._missing()
            self._ask_at = now + self._ask_after
            self._ask_after = min(2 * self._ask_after, SLOWEST)
        if self._probe_at is not None and now >= self._probe_at:
            header["written"] = self._written
            self._probe_after = min(2 * self._probe_after, SLOWEST)
            self._probe_at = now + self._probe_after
        if header or (self._ack_at is not None and now >= self._ack_at):
            self._ack_at = None
            frames.append(Frame(header | {"ack": self._expected}, []))
        return frames

    def next_due(self) -> float | None:
        """Return when `due` will have something to send, None if nothing is to come."""
        if self._resend:
            return 0.0
        times = [at for at in (self._ask_at, self._probe_at, self._ack_at) if at is not None]
        return min(times, default=None)

    def _frame(self, kept: _Kept) -> Frame:
        self._ack_at = None
        return Frame({"n": kept.n, "ack": self._expected, "messages": kept.messages}, kept.buffers)

    def _again(self) -> list[Frame]:
        if not self._resend:
            return []
        wanted, self._resend = self._resend, []
        oldest = self._kept[0].n if self._kept else self._written
        frames = [self._frame(kept) for kept in self._kept if any(first <= kept.n <= last for first, last in wanted)]
        if any(first < oldest for first, _ in wanted):
            frames.insert(0, Frame({"gone": oldest, "ack": self._expected}, []))
        return frames

    # -- receiving ----------------------------------------------------------------------------------------------------

    def read(self, header: Header, buffers: Sequence[Buffer], now: float) -> list[Message]:
        """Take a frame and return the messages whose turn it now is.

        Raises
        ------
        ValueError
            The header is none of ours; nothing of it was taken.
        """
        _check(header, len(buffers))
        if "ack" in header:
            self._confirmed(header["ack"], now)
        self._resend += [(first, last) for first, last in header.get("again", [])]
        if "written" in header:
            self._known = max(self._known, header["written"])
            self._ack_at = now
        if "n" in header:
            n = header["n"]
            self._known = max(self._known, n + 1)
            if n >= self._expected and len(self._held) < MOST_FRAMES:
                self._held.setdefault(n, (header.get("messages", []), buffers))
            if self._ack_at is None:
                self._ack_at = now + ACK_DELAY
        gone = header.get("gone", 0)
        self._known = max(self._known, gone)
        return self._deliver(gone, now)

    def _confirmed(self, ack: int, now: float) -> None:
        if ack > self._written:
            return
        before = len(self._kept)
        while self._kept and self._kept[0].n < ack:
            self._kept_bytes -= self._kept.popleft().size
        if not self._kept:
            self._probe_at = None
            self._probe_after = PROBE
        elif len(self._kept) < before:
            self._probe_after = PROBE
            self._probe_at = now + PROBE

    def _deliver(self, gone: int, now: float) -> list[Message]:
        messages: list[Message] = []
        before = self._expected
        if gone > self._expected:
            there = sorted(n for n in self._held if n < gone)
            self.lost += gone - self._expected - len(there)
            for n in there:
                messages += _whole(self._held.pop(n))
            self._expected = gone
        while (held := self._held.pop(self._expected, None)) is not None:
            messages += _whole(held)
            self._expected += 1
        if self._expected >= self._known:
            self._ask_at = None
            self._ask_after = RETRY
        elif self._ask_at is None or self._expected > before:
            self._ask_at = now + PATIENCE
        return messages

    def _missing(self) -> list[list[int]]:
        ranges: list[list[int]] = []
        start = self._expected
        for n in (*sorted(self._held), self._known):
            if n > start:
                ranges.append([start, n - 1])
            start = n + 1
        return ranges[:MOST_RANGES]


def _whole(held: _Held) -> list[Message]:
    messages, buffers = held
    return [
        message | {"data": bytes(buffers[message["data"]])} if "data" in message else message for message in messages
    ]


def _check(header: Header, buffers: int) -> None:
    """Raise `ValueError` where a header is none: a mistaken page must not harm the session."""
    again, messages = header.get("again", []), header.get("messages", [])
    if not all(_is_count(header.get(name, 0)) for name in ("n", "ack", "written", "gone")):
        raise ValueError("A frame's numbers are counts.")
    if not isinstance(again, list) or len(again) > MOST_RANGES:
        raise ValueError(f"A frame asks for at most {MOST_RANGES} ranges again.")
    if not all(isinstance(pair, list) and len(pair) == 2 and all(map(_is_count, pair)) for pair in again):
        raise ValueError("What is asked for again is pairs of first and last number.")
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        raise ValueError("A frame's messages are objects.")
    if not all(
        _is_count(at := message.get("data", 0)) and (at < buffers or "data" not in message) for message in messages
    ):
        raise ValueError("A message's data is the position of its buffer.")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
