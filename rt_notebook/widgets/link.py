"""The link between a session's panel and its views in pages: one for all views, whatever way each of them takes.

A view is reached over a `Way`: the widget's comm, which works everywhere, or the relay, which is faster and goes on
while cells run and print. The page chooses: the kernel answers on the way on which it last heard from a view. Each view
has a `Channel` of its own, so that nothing is lost by a way that loses frames, nor by a change of ways, and a slow page
holds up no other.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol, cast

from rt_notebook.widgets.channel import Buffer, Channel, Frame
from rt_notebook.widgets.messages import FromKernel, FromPage

_log = logging.getLogger(__name__)

Receive = Callable[[str, FromPage], None]
"""Gets the name of the view that sent a message, and the message."""
Later = Callable[[float, Callable[[], None]], asyncio.TimerHandle]
"""Runs a function after so many seconds, as `asyncio.loop.call_later` does."""
Urgency = Literal["now", "soon", "later"]
"""How long a message may wait for others to travel with: not at all, a moment, or until others go anyway."""

PATIENCE = 0.25
"""Seconds that a message for ``"later"`` waits at most for a frame to travel in."""
GRACE = 10.0
"""Seconds that a view whose relay broke has to be heard on another way."""
SILENCE = 90.0
"""Seconds after which a view that says nothing at all is gone; a page that is there says something every 20."""
MOST_DEPARTED = 100


class Way(Protocol):
    """Something that carries frames to views."""

    interval: float
    """Seconds between two frames at least, but for urgent ones: what comes meanwhile travels together."""

    def send(self, view: str, frame: Frame) -> None:
        """Send a frame to a view; it may be lost."""


class Link(Protocol):
    """What the bridge needs of a link."""

    def on_receive(self, receive: Receive) -> None:
        """Call `receive` with each message of a view."""

    def on_gone(self, gone: Callable[[str], None]) -> None:
        """Call `gone` with the name of each view that left, or was silent for long."""

    def send(self, message: FromKernel, urgency: Urgency = "soon", to: str | None = None) -> None:
        """Send to one view, or to all; loop thread only."""

    def close(self) -> None:
        """Send and receive nothing from now on."""


class _Peer:
    """One view: its channel, its way, and what waits to be sent."""

    def __init__(self, way: Way, now: float) -> None:
        self.way = way
        self.channel = Channel()
        self.heard_at = now
        self.waiting: list[FromKernel] = []
        self.pressing = False
        """Something waits that is not for later."""
        self.paused = False
        """A frame went out a moment ago."""
        self.patient = False
        """What waits goes out when patience is over."""
        self.timer: tuple[float, asyncio.TimerHandle] | None = None
        """When the channel has something to send again."""


class ViewLink:
    """The link of one panel. All of it runs on the session's loop, but for `set_busy` and `close`.

    `call` runs a function on that loop, from any thread; `arrived` is told the name of each view that appears.
    """

    def __init__(
        self,
        call: Callable[..., None],
        arrived: Callable[[str], None],
        *,
        later: Later | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._call = call
        self._call_later = later or (lambda delay, f: asyncio.get_running_loop().call_later(delay, f))
        self._now = now
        self._arrived = arrived
        self._peers: dict[str, _Peer] = {}
        self._departed: dict[str, None] = {}
        """Views that left, the newest last: what of theirs is still on its way is not the beginning of another."""
        self._receive: Receive = lambda view, message: None
        self._gone: Callable[[str], None] = lambda view: None
        self._busy = False
        self._closed = False

    def on_receive(self, receive: Receive) -> None:
        """Call `receive` with each message of a view."""
        self._receive = receive

    def on_gone(self, gone: Callable[[str], None]) -> None:
        """Call `gone` with the name of each view that left, or was silent for long."""
        self._gone = gone

    def close(self) -> None:
        """Send and receive nothing from now on; from any thread."""
        self._closed = True
        self._call(self._peers.clear)

    @property
    def lost_frames(self) -> int:
        """Frames of the views that are there which never arrived."""
        return sum(peer.channel.lost for peer in self._peers.values())

    # -- to the views -------------------------------------------------------------------------------------------------

    def send(self, message: FromKernel, urgency: Urgency = "soon", to: str | None = None) -> None:
        """Send to one view, or to all; see `Link.send`."""
        for view in tuple(self._peers) if to is None else (to,):
            if (peer := self._peers.get(view)) is not None:
                self._put(view, peer, message, urgency)

    def _put(self, view: str, peer: _Peer, message: FromKernel, urgency: Urgency) -> None:
        peer.waiting.append(message)
        peer.pressing |= urgency != "later"
        if urgency == "now" or (urgency == "soon" and not peer.paused):
            self._drain(view, peer)
        elif urgency == "later" and not peer.patient:
            peer.patient = True
            self._later(PATIENCE, self._lose_patience, view, peer)

    def _drain(self, view: str, peer: _Peer) -> None:
        frame = peer.channel.write(cast(Any, peer.waiting), self._now())
        peer.waiting = []
        peer.pressing = False
        peer.way.send(view, frame)
        self._watch(view, peer)
        if not peer.paused:
            peer.paused = True
            self._later(peer.way.interval, self._resume, view, peer)

    def _resume(self, view: str, peer: _Peer) -> None:
        peer.paused = False
        if peer.pressing:
            self._drain(view, peer)

    def _lose_patience(self, view: str, peer: _Peer) -> None:
        peer.patient = False
        if peer.waiting:
            self._drain(view, peer)

    def _watch(self, view: str, peer: _Peer) -> None:
        """See to it that the channel is asked for what it has to send when that is due."""
        due = peer.channel.next_due()
        if peer.timer is not None:
            if due is not None and due >= peer.timer[0]:
                return
            peer.timer[1].cancel()
            peer.timer = None
        if due is not None:
            peer.timer = due, self._later(max(0.0, due - self._now()), self._tick, view, peer)

    def _tick(self, view: str, peer: _Peer) -> None:
        peer.timer = None
        for frame in peer.channel.due(self._now()):
            peer.way.send(view, frame)
        self._watch(view, peer)

    def _later(self, delay: float, f: Callable[[str, _Peer], None], view: str, peer: _Peer) -> asyncio.TimerHandle:
        def run() -> None:
            if self._peers.get(view) is peer and not self._closed:
                f(view, peer)

        return self._call_later(delay, run)

    # -- from the views -----------------------------------------------------------------------------------------------

    def read(self, way: Way, view: str, frame: Frame) -> None:
        """Take a frame of a view that came by a way."""
        if self._closed or view in self._departed:
            return
        header = frame.header
        if header.get("leave"):
            self.leave(view)
            return
        peer = self._peers.get(view)
        if peer is None:
            if header.get("n") != 0:
                # It was here before, and what it was told and has not confirmed is forgotten: it is to begin anew.
                way.send(view, Frame({"forgotten": True}, []))
                return
            peer = self._peers[view] = _Peer(way, self._now())
            self._later(SILENCE, self._missing, view, peer)
            self._arrived(view)
        if peer.way is not way:
            peer.way = way
            # What was on the other way may be lost: the view is told at once how much there was.
            way.send(view, peer.channel.control())
        peer.heard_at = self._now()
        try:
            messages = peer.channel.read(header, frame.buffers, self._now())
        except ValueError as error:
            _log.warning("A frame of view %s was left out: %s", view, error)
            return
        for message in messages:
            self._receive(view, cast(FromPage, message))
        if view in self._peers:
            self._tick(view, peer)

    def leave(self, view: str) -> None:
        """Forget a view."""
        if self._peers.pop(view, None) is not None:
            self._departed[view] = None
            if len(self._departed) > MOST_DEPARTED:
                del self._departed[next(iter(self._departed))]
            self._gone(view)

    def broken(self, way: Way, other: Way) -> None:
        """Note that a way is no more: the views that used it are sought on another one for a while."""
        since = self._now()
        for view, peer in self._peers.items():
            if peer.way is way:
                peer.way = other
                self._later(GRACE, lambda view, peer: self._lose(view, peer, since), view, peer)

    def set_busy(self, busy: bool) -> None:
        """Note that a cell runs: a kernel may read no comm meanwhile, and a silent view is not gone. Any thread."""
        self._call(self._set_busy, busy)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        for peer in self._peers.values():
            peer.heard_at = self._now()

    def _lose(self, view: str, peer: _Peer, since: float) -> None:
        if peer.heard_at <= since and not self._busy:
            self.leave(view)

    def _missing(self, view: str, peer: _Peer) -> None:
        silent = self._now() - peer.heard_at
        if silent >= SILENCE and not self._busy:
            self.leave(view)
        else:
            self._later(max(1.0, SILENCE - silent), self._missing, view, peer)


class MessageWidget(Protocol):
    """The part of a widget that the comm needs."""

    def send(self, content: Any, buffers: Sequence[Buffer] | None = None) -> None:
        """Send a custom message."""

    def on_msg(self, callback: Callable[[Any, Any, list[Buffer]], None], remove: bool = False) -> None:
        """Call `callback` with widget, content and buffers of each custom message, or no longer."""


class CommWay:
    """The way that works everywhere: custom messages of the widget, which all views of it get.

    jupyter_server drops messages for good beyond a thousand a second, and each costs the page time.
    """

    interval = 0.025

    def __init__(self, widget: MessageWidget, link: ViewLink, call: Callable[..., None]) -> None:
        self._widget = widget
        self._link = link
        self._call = call
        widget.on_msg(self._on_msg)

    def send(self, view: str, frame: Frame) -> None:
        """Send to a view; the others see whom it is for."""
        self._widget.send({"to": view, **frame.header}, frame.buffers)

    def close(self) -> None:
        """Receive nothing from now on."""
        self._widget.on_msg(self._on_msg, remove=True)

    def _on_msg(self, widget: Any, content: Any, buffers: list[Buffer]) -> None:
        # On the main thread, or a subshell's.
        if not isinstance(content, dict) or not isinstance(view := content.pop("view", None), str):
            _log.warning("A message to the panel says not which view it comes from: %.200r", content)
            return
        self._call(self._link.read, self, view, Frame(content, [bytes(buffer) for buffer in buffers]))
