"""The Playground panel as a widget."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from rt_notebook.widgets.bridge import Bridge, BridgedSession
from rt_notebook.widgets.kernel import KernelWatch, free_comm
from rt_notebook.widgets.link import CommWay, ViewLink
from rt_notebook.widgets.relay import Relay

_STATIC = Path(__file__).parent.parent / "static"


class Panel(anywidget.AnyWidget):
    """Shows a session in the notebook: talk, type, listen, and see every event.

    Audio and words travel as custom messages. What is synced, and so may be saved in the notebook, is only what is
    declared here.

    Parameters
    ----------
    session
        The session to show. It has one panel at a time; each place that shows the panel is a view of it.
    echo_cancellation
        Whether the browser may work on the microphone's sound: echo cancellation, noise suppression and gain control
        together. Switch it off with headphones, or to get the sound as it is.
    half_duplex
        Whether the microphone is silent while the loudspeaker sounds: for loudspeakers whose echo interrupts the
        answers. Nobody can interrupt by voice then.
    lang
        ``"en"``, ``"zh"``, or ``"auto"``: as the page.
    """

    _esm = _STATIC / "panel.js"
    _css = _STATIC / "panel.css"

    echo_cancellation = traitlets.Bool(True).tag(sync=True)
    half_duplex = traitlets.Bool(False).tag(sync=True)
    lang = traitlets.Enum(["auto", "en", "zh"], "auto").tag(sync=True)
    summary_id = traitlets.Unicode().tag(sync=True)
    """Which static summaries in the notebook are this panel's: the page hides them while the panel is alive."""

    def __init__(self, session: BridgedSession, **traits: Any) -> None:
        super().__init__(**traits)
        self.summary_id = self.model_id
        free_comm(self)
        self._session = session
        self._link = ViewLink(session.call, self._arrived)
        self._comm_way = CommWay(self, self._link, session.call)
        self._relay = Relay(self._link, self._comm_way, self._tell_relay)
        self._bridge = Bridge(session, self._link)
        self._tasks: set[asyncio.Task[None]] = set()
        self._kernel = KernelWatch(self._kernel_changed)

    def __repr__(self) -> str:
        """Return what stands where no frontend shows the widget."""
        info = self._session.info()
        return f"<Panel of a Realtime session: {info['provider']} {info['model']}, {info['state']}>"

    def close(self) -> None:
        """Take the panel away. The session goes on."""
        self._kernel.close()
        self._bridge.close()
        self._comm_way.close()
        self._session.call(self._relay.close)
        super().close()

    def _kernel_changed(self, **fields: Any) -> None:
        if "busy" in fields:
            self._link.set_busy(fields["busy"])
        self._bridge.set_kernel(**fields)

    def _arrived(self, view: str) -> None:
        """Tell a view where it can have the relay."""
        task = asyncio.get_running_loop().create_task(self._offer(view))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _offer(self, view: str) -> None:
        await self._relay.dial()
        self._tell_relay(view)

    def _tell_relay(self, view: str | None = None) -> None:
        """Tell one view, or all, where the relay is."""
        link = self._relay.id if self._relay.open else None
        self._link.send({"type": "relay", "link": link, "why": self._relay.why}, to=view)
