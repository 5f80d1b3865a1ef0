"""The tools that a session offers: those that it answers itself, and what only the server is told of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rt_notebook.session.tools import Tool, as_tool

Entry = Tool | dict[str, Any]


class Toolset:
    """Tools in the order in which the server is told of them; the API's own shape is kept for what is no tool here."""

    def __init__(self) -> None:
        self.tools: dict[str, Tool] = {}
        """By name; what is put in or taken out is seen by whoever holds this dict."""
        self.retired: set[str] = set()
        """Names that were tools here, which a model may still remember."""
        self._entries: list[Entry] = []

    def add(self, tool: Tool) -> None:
        """Add a tool; one of the same name makes way for it."""
        self._set([*(entry for entry in self._entries if name_of(entry) != tool.name), tool])

    def remove(self, tool: Any) -> None:
        """Take out a tool, or what it was made of. Raises `ValueError` where there is none of that name."""
        name = tool if isinstance(tool, str) else as_tool(tool).name
        if name not in self.tools:
            known = ", ".join(self.tools) or "none"
            raise ValueError(f"there is no tool {name!r} in this session; its tools are: {known}.")
        self._set([entry for entry in self._entries if name_of(entry) != name])

    def replace(self, entries: Iterable[Entry]) -> None:
        """Put these in the place of all."""
        self._set(list(entries))

    @property
    def entries(self) -> list[Entry]:
        """All of them; a copy."""
        return list(self._entries)

    def as_json(self) -> list[dict[str, Any]]:
        """Return them as the API takes them."""
        return [entry.as_json() if isinstance(entry, Tool) else entry for entry in self._entries]

    def narrowed(self, values: Any) -> list[dict[str, Any]]:
        """Return some of the tools as one request takes them, given as ``tools=`` is, or in the API's own shape.

        Raises `ValueError` for a tool that is none of the session's: nobody would run it.
        """
        entries = read_tools(values)
        for entry in entries:
            if isinstance(entry, Tool) and entry.name not in self.tools:
                raise ValueError(f"{entry.name!r} is no tool of this session yet: session.tool(...) makes it one.")
        # As they are in the session: those are what runs.
        return [self.tools[entry.name].as_json() if isinstance(entry, Tool) else entry for entry in entries]

    def _set(self, entries: list[Entry]) -> None:
        tools = {entry.name: entry for entry in entries if isinstance(entry, Tool)}
        self.retired = (self.retired | self.tools.keys()) - {name_of(entry) for entry in entries}
        self._entries = entries
        for name in self.tools.keys() - tools.keys():
            del self.tools[name]
        self.tools.update(tools)


def read_tools(values: Any) -> list[Entry]:
    """Return what ``tools=`` was given as tools, and as the API's own shape where it was given in that.

    Raises
    ------
    TypeError
        Something in it makes no tool.
    ValueError
        Two of them have one name.
    """
    if values is None:
        return []
    if isinstance(values, str | Mapping) or not isinstance(values, Iterable):
        raise TypeError(f"tools is {values!r}; it is a list of functions, tools, or dicts in the API's shape.")
    entries = [dict(value) if isinstance(value, Mapping) else as_tool(value) for value in values]
    names = [name for entry in entries if (name := name_of(entry)) is not None]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(
            f"two tools are named {twice[0]!r}; rt.tool(function, name=...) gives one of them another, "
            "and MCPServer(prefix=...) all of a server's."
        )
    return entries


def name_of(entry: Entry) -> str | None:
    """Return a function's name; None for another kind of tool."""
    if isinstance(entry, Tool):
        return entry.name
    name = entry.get("name")
    return name if isinstance(name, str) else None
