"""A session's tools: which there are, that the server knows of them, and what becomes of their calls."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable, Mapping
from typing import Any, overload

from rt_notebook.errors import RealtimeError, ServerError, WaitTimeoutError
from rt_notebook.protocol.event import Event
from rt_notebook.protocol.items import Item
from rt_notebook.session import content, updates
from rt_notebook.session.asking import Asker
from rt_notebook.session.call import Call, Decision
from rt_notebook.session.listening import TIMEOUT
from rt_notebook.session.sending import Sender
from rt_notebook.session.settings import Settings, merged
from rt_notebook.session.toolrunner import ToolRunner
from rt_notebook.session.tools import Tool
from rt_notebook.session.tools import tool as make_tool
from rt_notebook.session.toolset import Toolset, read_tools
from rt_notebook.session.toolwork import Decider
from rt_notebook.session.wire import Wire


class Tooling(Sender):
    """The part of `AsyncSession` that is about function tools."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(wire)
        self._updates = updates.Updates()
        wire.subscribe(self._updates.take, updates.TYPES)
        self._asker = Asker(wire)
        self._toolset = Toolset()
        self._runner = ToolRunner(wire, self._asker, self._toolset, self._seen)
        self._settings: dict[str, Any] = {}
        """What holds now, as the API's session object: a session that is opened again has it too."""
        self._told: set[asyncio.Task[None]] = set()
        self._decided: dict[str, Decision] = {}
        """What was said to requests of remote MCP servers, by their items."""
        self.facade: Any = None
        """The blocking form of the session, once there is one."""

    @overload
    def tool(self, function: Callable[..., Any] | Tool, /, **options: Any) -> Tool: ...
    @overload
    def tool(self, function: None = None, /, **options: Any) -> Callable[[Callable[..., Any]], Tool]: ...
    def tool(self, function: Any = None, /, **options: Any) -> Any:
        """Let the model call a function: ``@session.tool``, or ``session.tool(f, timeout=5)``; the server is told.

        Parameters
        ----------
        function
            A typed function, plain or async, a method, an `rt.Tool`, or another package's tool.
        **options
            Those of `rt.tool`: ``name``, ``description``, ``parameters``, ``timeout`` (s), ``cancel``, ``approve``,
            ``respond``.

        Returns
        -------
        Tool
            It can be called as the function could.

        Raises
        ------
        TypeError
            It makes no tool.
        """
        if function is None:
            return lambda given: self.tool(given, **options)
        tool = make_tool(function, **options)
        self._toolset.add(tool)
        self.call(self._tell)
        return tool

    def remove_tool(self, tool: str | Tool | Callable[..., Any]) -> None:
        """Take a tool away from the model, by name, as such or as its function; a call of it that runs goes on.

        Raises `ValueError` where the session has none of that name.
        """
        self._toolset.remove(tool)
        self.call(self._tell)

    @property
    def tools(self) -> dict[str, Tool]:
        """The tools that the model may call, by name; a copy."""
        return dict(self._toolset.tools)

    @property
    def calls(self) -> list[Call]:
        """The calls of these tools in this conversation, in the order in which they came; they change as they go on."""
        return self._runner.calls.calls

    def approve(self, call_id: str | None = None) -> None:
        """Let a call run whose tool asks for approval first; None is the only one that waits.

        A remote MCP server's request for approval, an item of the conversation, is answered by its id in the same way.
        Raises `ValueError` where no such call waits, `ConnectionClosedError` where a request's connection is gone. A
        second time does nothing.
        """
        self.decide(call_id, "approved", "python")

    def deny(self, call_id: str | None = None, reason: str = "") -> None:
        """Do not let a call run whose tool asks for approval first; the model is told, with the reason.

        Raises `ValueError` where no such call waits. A second time does nothing.
        """
        self.decide(call_id, "denied", "python", reason)

    def decide(self, id_: str | None, what: Decision, by: Decider, reason: str = "") -> None:
        """Approve or deny for Python or for the panel; from any thread."""
        asked = self._asked(id_, what)
        if asked is None:
            return
        if isinstance(asked, Item):
            if self._wire.closed:
                raise self._wire.gone(f"answering the request {asked.id}")
            self._decided[asked.id] = what
            self.call(self._answer, asked.id, what == "approved", reason)
            return
        asked.decided = what
        if what == "approved":
            self.call(self._runner.approve, asked.call_id, by)
        else:
            self.call(self._runner.deny, asked.call_id, by, reason)

    def _asked(self, id_: str | None, what: Decision) -> Call | Item | None:
        """Return what a decision is about, a call or a remote MCP server's request; None where it was decided so."""
        asked: dict[str, Call | Item] = {call.call_id: call for call in self.calls}
        waiting = {call.call_id: call.name for call in self.calls if call.state == "waiting" and call.decided is None}
        decided = {call.call_id: call.decided for call in self.calls} | self._decided
        for item in list(self.conversation.items.values()):
            if item.type == "mcp_approval_request" and not item.deleted:
                asked[item.id] = item
                waiting.setdefault(item.id, f"{item.server_label}.{item.name}")
            elif item.approval_request_id is not None and item.approve is not None:
                decided[item.approval_request_id] = "approved" if item.approve else "denied"
        waiting = {id_: name for id_, name in waiting.items() if decided.get(id_) is None}
        if id_ is None:
            if len(waiting) == 1:
                return asked[next(iter(waiting))]
            which = ", ".join(f"{id_} ({name})" for id_, name in waiting.items())
            raise ValueError(f"several calls wait: {which}. Name one." if waiting else "no call waits for approval.")
        if id_ in waiting:
            return asked[id_]
        if id_ in asked and decided.get(id_) == what:
            return None
        call = asked.get(id_)
        known = "there is no such call" if call is None else f"it is {decided.get(id_) or getattr(call, 'state', '')}"
        raise ValueError(f"the call {id_!r} does not wait for approval: {known}. session.calls has all calls.")

    def _answer(self, request: str, approve: bool, reason: str) -> None:
        try:
            self._wire.send(content.approval(request, approve, reason or None))
        except RealtimeError as error:  # it closed meanwhile, or is a replay of something else
            self._decided.pop(request, None)
            warnings.warn_explicit(f"{request} was not answered. {error}", UserWarning, "rt_notebook", 0)

    # -- the server ---------------------------------------------------------------------------------------------------

    def _tell(self) -> None:
        """Tell the server of the tools there are, and wait for nothing; where it is not there, when it is."""
        self._settings["tools"] = self._toolset.as_json()
        if not self._wire.closed:
            task = asyncio.get_running_loop().create_task(self._update_tools(self._settings["tools"]))
            self._told.add(task)
            task.add_done_callback(self._told.discard)

    async def _update_tools(self, tools: list[dict[str, Any]]) -> None:
        try:
            await self._updated(self._wire.send(_update({"tools": tools})))
        except ServerError as error:
            text = f"The server does not take the session's tools. {error}"
            warnings.warn_explicit(text, UserWarning, "rt_notebook", 0)
        except RealtimeError:
            pass  # the connection is gone, which is said elsewhere; a new one is told

    async def _update(self, session: dict[str, Any]) -> dict[str, Any]:
        await self._updated(self._out(_update(session)))
        # A session that is opened again has the settings that hold now.
        self._settings = merged(self._settings, session)
        return self._wire.conversation.session

    async def _updated(self, sent: Event) -> None:
        """Wait for the answer to a `session.update`; errors as of `Wire.answer`."""
        try:
            await self._wire.answer(sent, "session.updated", TIMEOUT, lambda came: self._updates.answered(sent, came))
        except WaitTimeoutError:
            self._updates.forget(sent.get("event_id"))
            raise

    def _take_tools(self, settings: Settings) -> Settings:
        """Return settings with their tools made; those of the session are replaced by them."""
        given: Any = settings
        if "tools" in settings:
            given = settings | {"tools": read_tools(settings["tools"])}
        elif isinstance(raw := settings.get("session"), Mapping) and "tools" in raw:
            given = {"tools": read_tools(raw["tools"])}
        else:
            return settings
        self._toolset.replace(given["tools"])
        return given if settings.get("tools") is not None else settings

    def _seen(self, is_async: bool) -> Any:
        """Return the session as a tool gets it."""
        if is_async:
            return self
        if self.facade is None:
            from rt_notebook.session.blocking import Session

            self.facade = Session(self)  # type: ignore[arg-type] # we are a part of AsyncSession, and nothing else is made of it
        return self.facade


def _update(session: dict[str, Any]) -> dict[str, Any]:
    return {"type": "session.update", "session": {"type": "realtime"} | session}
