"""OpenAI's Realtime API inside a Jupyter notebook.

    import rt_notebook as rt

    session = rt.connect()
    session.ask("Who are you?")
    session.events.df
    session                     # the panel: talk to it

Names load when they are first used, so that importing the package costs little.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rt_notebook import agents
    from rt_notebook.errors import (
        AudioError,
        ConnectError,
        ConnectionClosedError,
        EngineError,
        LocalServerError,
        MissingKeyError,
        ProtocolError,
        RealtimeError,
        RecordingError,
        RefusedError,
        ReplayError,
        ServerError,
        ToolArgumentsError,
        ToolError,
        UnknownModelError,
        WaitTimeoutError,
        WrongKeyError,
    )
    from rt_notebook.log.eventlog import EventLog
    from rt_notebook.log.loading import load
    from rt_notebook.log.many import Sessions, load_many
    from rt_notebook.log.metrics import Cost, Latencies, Usage
    from rt_notebook.log.prices import OCTOBER_2024, Prices
    from rt_notebook.log.recording import Recorder
    from rt_notebook.log.turns import Turn
    from rt_notebook.protocol.check import Problem, check
    from rt_notebook.protocol.event import Event
    from rt_notebook.protocol.explain import explain
    from rt_notebook.protocol.items import Item, Latency, Response
    from rt_notebook.session.asking import Delta
    from rt_notebook.session.blocking import Session
    from rt_notebook.session.budget import Budget
    from rt_notebook.session.connecting import aconnect, connect
    from rt_notebook.session.runner import run
    from rt_notebook.session.session import AsyncSession
    from rt_notebook.session.settings import SemanticVAD, ServerVAD
    from rt_notebook.session.tools import Tool, ToolContext, tool
    from rt_notebook.widgets.inspector import Inspector

_HOMES = {
    "errors": (
        "AudioError",
        "ConnectError",
        "ConnectionClosedError",
        "EngineError",
        "LocalServerError",
        "MissingKeyError",
        "ProtocolError",
        "RealtimeError",
        "RecordingError",
        "RefusedError",
        "ReplayError",
        "ServerError",
        "ToolArgumentsError",
        "ToolError",
        "UnknownModelError",
        "WaitTimeoutError",
        "WrongKeyError",
    ),
    "log.eventlog": ("EventLog",),
    "log.loading": ("load",),
    "log.many": ("Sessions", "load_many"),
    "log.recording": ("Recorder",),
    "log.metrics": ("Cost", "Latencies", "Usage"),
    "log.prices": ("OCTOBER_2024", "Prices"),
    "log.turns": ("Turn",),
    "protocol.check": ("Problem", "check"),
    "protocol.items": ("Item", "Latency", "Response"),
    "protocol.event": ("Event",),
    "protocol.explain": ("explain",),
    "session.asking": ("Delta",),
    "session.blocking": ("Session",),
    "session.budget": ("Budget",),
    "session.connecting": ("aconnect", "connect"),
    "session.runner": ("run",),
    "session.session": ("AsyncSession",),
    "session.settings": ("SemanticVAD", "ServerVAD"),
    "session.tools": ("Tool", "ToolContext", "tool"),
    "widgets.inspector": ("Inspector",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__version__ = "0.1.0"
__all__ = [
    "OCTOBER_2024",
    "AsyncSession",
    "AudioError",
    "Budget",
    "ConnectError",
    "ConnectionClosedError",
    "Cost",
    "Delta",
    "EngineError",
    "Event",
    "EventLog",
    "Inspector",
    "Item",
    "Latencies",
    "Latency",
    "LocalServerError",
    "MissingKeyError",
    "Prices",
    "Problem",
    "ProtocolError",
    "RealtimeError",
    "Recorder",
    "RecordingError",
    "RefusedError",
    "ReplayError",
    "Response",
    "SemanticVAD",
    "ServerError",
    "ServerVAD",
    "Session",
    "Sessions",
    "Tool",
    "ToolArgumentsError",
    "ToolContext",
    "ToolError",
    "Turn",
    "UnknownModelError",
    "Usage",
    "WaitTimeoutError",
    "WrongKeyError",
    "__version__",
    "aconnect",
    "agents",
    "check",
    "connect",
    "explain",
    "load",
    "load_ipython_extension",
    "load_many",
    "run",
    "tool",
]


def __getattr__(name: str) -> Any:
    if name == "agents":
        _register_adapters()
        return import_module("rt_notebook.agents")
    if name not in _HOME_OF:
        raise AttributeError(f"module 'rt_notebook' has no attribute {name!r}")
    if _HOME_OF[name].startswith("session."):
        _register_views()
        _register_adapters()
    value = getattr(import_module(f"rt_notebook.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


def _register_views() -> None:
    from rt_notebook.session.display import Views, register_views

    def load() -> Views:
        from rt_notebook.session.page import PageSession
        from rt_notebook.widgets.panel import Panel
        from rt_notebook.widgets.summary import summary_html

        return Views(lambda session: Panel(PageSession(session)), summary_html)

    register_views(load)


def _register_adapters() -> None:
    from rt_notebook.session.tools import register_adapter

    register_adapter("langchain_core", "rt_notebook.agents.langchain")


def load_ipython_extension(ipython: Any) -> None:
    """Register the magics: ``%load_ext rt_notebook``."""
    from rt_notebook.magics import RealtimeMagics

    ipython.register_magics(RealtimeMagics)
