"""How a session shows itself: through a panel that the widgets register here, since nothing below imports them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rt_notebook.session.session import AsyncSession

MakePanel = Callable[["AsyncSession"], Any]

_load: Callable[[], MakePanel] | None = None


def register_panel(load: Callable[[], MakePanel]) -> None:
    """Say where panels come from: `load` imports the widgets when the first panel is shown."""
    global _load
    _load = load


def panel_of(session: AsyncSession) -> Any:
    """Return the session's panel; every call is another view of the same one."""
    if _load is None:
        raise RuntimeError("No panel is registered: import rt_notebook, not its modules.")
    if session.page is None:
        session.page = _load()(session)
    return session.page


def mimebundle(session: AsyncSession, **kwargs: Any) -> Any:
    """Return the panel as a cell's value."""
    return panel_of(session)._repr_mimebundle_(**kwargs)
