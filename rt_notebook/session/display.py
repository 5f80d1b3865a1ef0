"""How a session shows itself: through a panel that the widgets register here, since nothing below imports them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rt_notebook.session.page import PageSession
    from rt_notebook.session.session import AsyncSession

Factory = Callable[["PageSession"], Any]

_factory: Callable[[], Factory] | None = None


def register_panel(load: Callable[[], Factory]) -> None:
    """Say where panels come from: `load` imports the widgets when the first panel is shown."""
    global _factory
    _factory = load


def panel_of(session: AsyncSession) -> Any:
    """Return the session's panel; every call is another view of the same one."""
    if _factory is None:
        raise RuntimeError("No panel is registered: import rt_notebook, not its modules.")
    if session.page is None:
        from rt_notebook.session.page import PageSession

        session.page = _factory()(PageSession(session))
    return session.page


def mimebundle(session: AsyncSession, **kwargs: Any) -> Any:
    """Return the panel as a cell's value."""
    return panel_of(session)._repr_mimebundle_(**kwargs)
