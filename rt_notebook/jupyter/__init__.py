"""The Jupyter server extension: a relay for binary frames between pages and kernels, and nothing else.

It is enabled by installing the package where the Jupyter server runs, before the server starts.
"""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """Return what Jupyter server asks of an extension."""
    return [{"module": "rt_notebook.jupyter"}]


def _load_jupyter_server_extension(serverapp: Any) -> None:
    """Start the relay beside a Jupyter server."""
    from rt_notebook.jupyter.extension import load

    load(serverapp)
