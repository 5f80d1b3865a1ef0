"""How a session shows itself: through a panel that the widgets register here, since nothing below imports them.

In a notebook a session shows as two outputs: the panel, and a summary of the conversation as static HTML. A saved
notebook keeps both; where no kernel runs, the summary is what is read. The live panel hides it.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextvars import Context
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakSet

from rt_notebook.protocol.conversation import Conversation
from rt_notebook.protocol.event import Event
from rt_notebook.protocol.ids import new_id

if TYPE_CHECKING:
    from rt_notebook.session.session import AsyncSession

_SECONDS = 1.0
"""Between two updates of a summary: each is a message to every page, and changes the notebook."""
_CHANGES = (
    "response.done",
    "conversation.item.added",
    "conversation.item.done",
    "conversation.item.deleted",
    "conversation.item.truncated",
    "conversation.item.input_audio_transcription.completed",
)
"""The events after which the conversation reads differently."""


class Views(NamedTuple):
    """What the widgets bring: a session's panel, and its summary as HTML."""

    panel: Callable[[AsyncSession], Any]
    summary: Callable[[AsyncSession, list[Conversation]], str]


_load: Callable[[], Views] | None = None
_making = threading.Lock()
"""A session has one panel, also where two threads show it at once."""


def register_views(load: Callable[[], Views]) -> None:
    """Say where panels come from: `load` imports the widgets when the first panel is shown."""
    global _load
    _load = load


def _views() -> Views:
    if _load is None:
        raise RuntimeError("No panel is registered: import rt_notebook, not its modules.")
    return _load()


def panel_of(session: AsyncSession, **options: Any) -> Any:
    """Return the session's panel, its options set; every call is another view of the same one."""
    with _making:
        if session.page is None or session.page.comm is None:  # none yet, or closed
            session.page = _views().panel(session)
        panel = session.page
    ours = [vars(kind) for kind in type(panel).__mro__ if kind.__module__.startswith("rt_notebook.")]
    known = sorted(name for name in panel.traits(sync=True) if name[0] != "_" and any(name in names for names in ours))
    for name in options:
        if name not in known:
            raise TypeError(f"panel() has no option {name!r}. There are {', '.join(known)}.")
    for name, value in options.items():
        setattr(panel, name, value)
    return panel


def mimebundle(session: AsyncSession, **kwargs: Any) -> Any:
    """Return the panel as a value; where no frontend could show it, in a terminal, the session as text."""
    if _shell() is not None and _kernel_shell() is None:
        return {"text/plain": repr(session)}
    bundle = panel_of(session)._repr_mimebundle_(**kwargs)
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
    return data | {"text/plain": repr(session)}, metadata


def shows() -> bool:
    """Tell whether we run in a kernel, whose outputs a notebook shows."""
    return _kernel_shell() is not None


def display(session: AsyncSession) -> None:
    """Show the session in a notebook: the panel, and below it the summary.

    Raises `NotImplementedError` elsewhere, on which IPython shows the value in its other ways.
    """
    shell = _kernel_shell()
    if shell is None:
        raise NotImplementedError
    data, metadata = mimebundle(session)
    shell.display_pub.publish(data, metadata)
    summary = session.summary
    if summary is None:
        summary = session.summary = Summary(session, shell)
    summary.show()


class Summary:
    """The summary below a session's panel, kept up to date wherever it is shown."""

    def __init__(self, session: AsyncSession, shell: Any) -> None:
        self._session = session
        self._shell = shell
        self._id = new_id("summary")
        self._panel = ""
        """The model of the panel that hides the summary while it lives."""
        self._html = _views().summary
        self._earlier: list[Conversation] = []
        """The conversations of connections that are over."""
        self._now = session.conversation
        self._shown = ""
        self._changed = False
        self._publishing = threading.Lock()
        """What is published last is the newest, whichever thread does it."""
        self._waiting: asyncio.TimerHandle | None = None
        session.wire.subscribe(self._happened)
        _at_cells_end(self, shell)

    def show(self) -> None:
        """Show it once more, as it is now; from any thread."""
        self._panel = panel_of(self._session).model_id
        with self._publishing:
            self._publish(self._render(), update=False)

    def refresh(self) -> None:
        """Bring it up to date if anything changed; from any thread."""
        with self._publishing:
            if not self._changed:
                return
            self._changed = False
            html = self._render()
            if html != self._shown:
                self._publish(html, update=True)

    def _publish(self, html: str, *, update: bool) -> None:
        self._shown = html
        self._shell.display_pub.publish({"text/html": html}, transient={"display_id": self._id}, update=update)

    def _render(self) -> str:
        return f'<div data-rt-summary="{self._panel}">\n{self._html(self._session, self._earlier)}\n</div>'

    def _happened(self, event: Event) -> None:
        if event.type == "rt.connection.opened":
            self._earlier.append(self._now)
            self._now = self._session.conversation
        if event.type in ("rt.connection.closed", "rt.connection.lost"):
            self._changed = True
            self._due()
        elif event.type in _CHANGES:
            self._changed = True
            if self._waiting is None:
                self._waiting = asyncio.get_running_loop().call_later(_SECONDS, self._due)

    def _due(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
        # Not here: a kernel flushes what was printed before it shows anything, and waits until that is done. And in a
        # context of its own: the one we run in may be of an early cell, whose outputs are closed.
        asyncio.get_running_loop().run_in_executor(None, Context().run, self.refresh)


_summaries: WeakSet[Summary] = WeakSet()
_watched: WeakSet[Any] = WeakSet()


def _at_cells_end(summary: Summary, shell: Any) -> None:
    """Bring summaries up to date when a cell ends: a notebook that is executed and saved does not wait a second."""
    _summaries.add(summary)
    if shell not in _watched:
        _watched.add(shell)
        shell.events.register("post_run_cell", _refresh_all)


def _refresh_all(*_: Any) -> None:
    for summary in tuple(_summaries):
        summary.refresh()


def _shell() -> Any:
    """Return the IPython shell that we run in, None where there is none."""
    from IPython.core.getipython import get_ipython

    return get_ipython()


def _kernel_shell() -> Any:
    """Return the IPython shell if it is a kernel's, whose outputs a notebook shows."""
    shell = _shell()
    return shell if hasattr(shell, "kernel") else None
