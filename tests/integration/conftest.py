"""One server for all clients."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from real_server import Server, serving


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Start the real server, once for all tests of this folder."""
    with serving() as running:
        yield running
