"""Finds engines by name: the built-in ones and those that other packages register, through the same entry points."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Any

from rt_notebook.errors import EngineError

GROUP = "rt_notebook.engines"
"""Entry point group: the name is the engine's, the value its class (see `rt_notebook.server.engine`)."""


def check_engine(name: str) -> None:
    """Raise `EngineError` for a name that nobody registered."""
    _registered(name)


def load_engine(name: str, **options: Any) -> Any:
    """Return a new engine by its registered name, such as ``whisper``; its models are not loaded yet.

    `options` are the engine's own. Raises `EngineError` for a name that nobody registered and for an engine whose
    packages are missing.
    """
    entry = _registered(name)
    try:
        make = entry.load()
    except ImportError as error:
        raise EngineError(name, f"needs a package that is missing ({error}). {_cure(entry)}") from error
    return make(**options)


def _registered(name: str) -> EntryPoint:
    registered = {entry.name: entry for entry in entry_points(group=GROUP)}
    if name not in registered:
        known = ", ".join(sorted(registered)) or "none; reinstall rt-notebook"
        raise EngineError(name, f"is not installed. Installed: {known}.")
    return registered[name]


def _cure(entry: EntryPoint) -> str:
    package = entry.dist.name if entry.dist is not None else "rt-notebook"
    if package == "rt-notebook":
        package = f"rt-notebook[{'espeak' if entry.name == 'espeak' else 'local'}]"
    return f"To have it: pip install '{package}'"
