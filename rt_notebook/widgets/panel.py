"""The Playground panel as a widget."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from rt_notebook.widgets.bridge import Bridge, BridgedSession
from rt_notebook.widgets.link import CommLink

_STATIC = Path(__file__).parent.parent / "static"


class Panel(anywidget.AnyWidget):
    """Shows a session in the notebook: talk, type, listen, and see every event.

    Audio and words travel as custom messages. What is synced, and so may be saved in the notebook, is only what is
    declared here.

    Parameters
    ----------
    session
        The session to show. Several panels may show one session; microphone and loudspeaker are each panel's own.
    echo_cancellation
        Whether the browser may work on the microphone's sound: echo cancellation, noise suppression and gain control
        together. Switch it off with headphones, or to get the sound as it is. Takes effect with the next
        `Start talking`.
    """

    _esm = _STATIC / "panel.js"
    _css = _STATIC / "panel.css"

    echo_cancellation = traitlets.Bool(True).tag(sync=True)

    def __init__(self, session: BridgedSession, **traits: Any) -> None:
        super().__init__(**traits)
        # The page sends over a kernel subshell, so that the microphone is heard while a cell runs. ipykernel 7.4 puts
        # a route of its own above that: to the loop that last published on this comm. We publish from the session's
        # thread, which it takes for the main one, and so everything would wait there for the cell's end.
        if hasattr(self.comm, "_reply_subshell_for"):
            self.comm._reply_subshell_for = None
        self._session = session
        self._bridge = Bridge(session, CommLink(self))

    def __repr__(self) -> str:
        """Return what stands where no frontend shows the widget."""
        info = self._session.info()
        return f"<Panel of a Realtime session: {info['provider']} {info['model']}, {info['state']}>"

    def close(self) -> None:
        """Take the panel away. The session goes on."""
        self._bridge.close()
        super().close()
