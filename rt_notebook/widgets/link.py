"""The way between the page and the kernel: one interface, and its implementation over the widget's comm."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol, cast

from rt_notebook.widgets.messages import FromKernel, FromPage

Buffer = bytes | memoryview
Receive = Callable[[str, FromPage], None]
"""Gets the name of the view that sent a message, and the message."""
Urgency = Literal["now", "soon", "later"]
"""How long a message may wait for others to travel with: not at all, a moment, or until others go anyway."""


class Link(Protocol):
    """One way to all views of a panel."""

    def on_receive(self, receive: Receive) -> None:
        """Call `receive` with each message of a view, on whatever thread it arrives."""

    def send(self, message: FromKernel, urgency: Urgency = "soon") -> None:
        """Send to all views, after what was sent before; loop thread only."""

    def close(self) -> None:
        """Send and receive nothing from now on."""


class MessageWidget(Protocol):
    """The part of a widget that a link needs."""

    def send(self, content: Any, buffers: Sequence[Buffer] | None = None) -> None:
        """Send a custom message."""

    def on_msg(self, callback: Callable[[Any, Any, list[Buffer]], None], remove: bool = False) -> None:
        """Call `callback` with widget, content and buffers of each custom message, or no longer."""


class Frames:
    """Writes messages into numbered frames and reads them back; counts the frames that are missing in between.

    A frame is ``{"frame": number, "messages": [...]}``, from a page also ``"view"``. A message's `data` stands in the
    buffers beside it and, in the JSON, is its position there.
    """

    def __init__(self) -> None:
        self.lost = 0
        """Frames of all views that never arrived."""
        self._written = 0
        self._read: dict[str, int] = {}

    def write(self, messages: Sequence[FromKernel]) -> tuple[dict[str, Any], list[Buffer]]:
        """Return the next frame, and its buffers."""
        buffers: list[Buffer] = []
        fields: list[dict[str, Any]] = []
        for message in messages:
            entry = dict(message)
            if "data" in entry:
                buffers.append(cast(bytes, entry["data"]))
                entry["data"] = len(buffers) - 1
            fields.append(entry)
        frame = {"frame": self._written, "messages": fields}
        self._written += 1
        return frame, buffers

    def read(self, frame: dict[str, Any], buffers: Sequence[Buffer]) -> tuple[str, list[FromPage]]:
        """Return the view that sent a frame, and its messages."""
        view, number = frame["view"], frame["frame"]
        # The kernel may see a view for the first time in the middle of its life: after a restart.
        expected = self._read.get(view, number - 1) + 1
        self.lost += max(0, number - expected)
        self._read[view] = number
        messages = [
            {**message, "data": bytes(buffers[message["data"]])} if "data" in message else message
            for message in frame["messages"]
        ]
        return view, cast(list[FromPage], messages)


class CommLink:
    """The link that works everywhere: custom messages of the widget.

    jupyter_server drops messages for good beyond a thousand a second, and each costs the page time. So what is sent
    within `interval` seconds goes out in one frame: the first message at once, those that follow it together when the
    interval is over. Messages for ``"later"`` wait up to `patience` seconds for a frame to travel in.
    """

    def __init__(
        self,
        widget: MessageWidget,
        interval: float = 0.025,
        patience: float = 0.25,
        later: Callable[[float, Callable[[], None]], object] | None = None,
    ) -> None:
        self._widget = widget
        self._interval = interval
        self._patience = patience
        self._later = later or (lambda delay, f: asyncio.get_running_loop().call_later(delay, f))
        self._frames = Frames()
        self._waiting: list[FromKernel] = []
        self._pressing = False
        """Something waits that is not for later."""
        self._paused = False
        """A frame went out less than `interval` ago."""
        self._patient = False
        """What waits will go out when patience is over."""
        self._receive: Receive | None = None
        widget.on_msg(self._on_msg)

    @property
    def lost_frames(self) -> int:
        """Frames from the page that never arrived."""
        return self._frames.lost

    def on_receive(self, receive: Receive) -> None:
        """Call `receive` with each message of a view, on the main thread or a subshell's."""
        self._receive = receive

    def send(self, message: FromKernel, urgency: Urgency = "soon") -> None:
        """Send to all views; see `Link.send`."""
        self._waiting.append(message)
        self._pressing |= urgency != "later"
        if urgency == "now" or (urgency == "soon" and not self._paused):
            self._drain()
        elif urgency == "later" and not self._patient:
            self._patient = True
            self._later(self._patience, self._lose_patience)

    def close(self) -> None:
        """Send and receive nothing from now on."""
        self._widget.on_msg(self._on_msg, remove=True)
        self._receive = None
        self._waiting.clear()
        self._pressing = False

    def _drain(self) -> None:
        frame, buffers = self._frames.write(self._waiting)
        self._waiting.clear()
        self._pressing = False
        self._widget.send(frame, buffers)
        if not self._paused:
            self._paused = True
            self._later(self._interval, self._resume)

    def _resume(self) -> None:
        self._paused = False
        if self._pressing:
            self._drain()

    def _lose_patience(self) -> None:
        self._patient = False
        if self._waiting:
            self._drain()

    def _on_msg(self, widget: Any, content: Any, buffers: list[Buffer]) -> None:
        if self._receive is None:
            return
        view, messages = self._frames.read(content, buffers)
        for message in messages:
            self._receive(view, message)
