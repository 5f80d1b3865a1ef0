"""Everything this package raises, in one tree.

Each exception carries the data it speaks of and builds its own text: what happened, to what, and what to do next.
No text ever holds an API key.

    RealtimeError
    ├── ConnectError            no session came about
    │   ├── MissingKeyError         no API key was found
    │   ├── WrongKeyError           the server refused the key or token
    │   ├── UnknownModelError       the server does not know the model
    │   ├── RefusedError            nothing answered, or not with a Realtime WebSocket
    │   └── LocalServerError        the server of our own did not start
    ├── ConnectionClosedError   the session's connection is gone
    ├── ServerError             the server answered with an `error` event
    ├── ProtocolError           an event that cannot be sent or understood
    ├── ReplayError             what a replay is asked for is not in the recording
    ├── WaitTimeoutError        what was waited for did not come in time (also a TimeoutError)
    ├── AudioError              sound that cannot be used (also a ValueError)
    ├── RecordingError          a recording that cannot be written or read (also a ValueError)
    ├── ToolError               what a tool raises to give the model a text of its own
    ├── MCPServerError          an MCP server that cannot be started or reached, or is none
    ├── ToolArgumentsError      a model's arguments that do not fit the tool it called
    └── EngineError             an engine of the local server that cannot be had, or cannot do its work
        └── IncompleteAnswerError   an answer that ends before it is complete
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple


class RealtimeError(Exception):
    """Base of all exceptions of this package."""


class ConnectError(RealtimeError):
    """No session came about. `url` is where to; it never holds a key."""

    def __init__(self, url: str, reason: str) -> None:
        self.url = url
        self.reason = reason
        super().__init__(f"Cannot open a Realtime session at {url}: {reason}")


class MissingKeyError(ConnectError):
    """No API key was found for a provider that needs one."""

    def __init__(self, url: str) -> None:
        super().__init__(
            url,
            "no API key was found. Set the environment variable OPENAI_API_KEY or pass api_key=; "
            "without a key, provider='local' runs everything on this machine.",
        )


class WrongKeyError(ConnectError):
    """The server refused the key (or, for the local server, the token)."""

    def __init__(self, url: str, detail: str = "") -> None:
        said = f" (it said: {detail})" if detail else ""
        super().__init__(url, f"the server refused the key{said}. Check api_key= or OPENAI_API_KEY.")


class UnknownModelError(ConnectError):
    """The server does not know the model, or the key may not use it."""

    def __init__(self, url: str, model: str | None, detail: str = "") -> None:
        self.model = model
        said = f" It said: {detail}" if detail else ""
        super().__init__(url, f"the server does not offer the model {model!r}.{said} Pass another model=.")


class RefusedError(ConnectError):
    """Nothing answered at the URL, or it was no Realtime WebSocket."""


class LocalServerError(ConnectError):
    """The local server did not start; `output` is what it last printed."""

    def __init__(self, reason: str, output: str = "") -> None:
        self.output = output
        printed = f"\nIt printed:\n{output}" if output else ""
        super().__init__("the local server", reason + printed)


class ConnectionClosedError(RealtimeError):
    """The session's connection is gone: `code` and `reason` as the closing side gave them."""

    def __init__(self, code: int | None, reason: str = "", *, doing: str = "") -> None:
        self.code = code
        self.reason = reason
        because = (
            f"code {code}" + (f", {reason}" if reason else "") if code is not None else reason or "no reason given"
        )
        what = f" while {doing}" if doing else ""
        super().__init__(
            f"The session is closed ({because}){what}. Its events stay readable; rt.connect() opens a new session."
        )


class ServerError(RealtimeError):
    """The server answered with an `error` event: `event` is the whole of it."""

    def __init__(self, event: Mapping[str, Any]) -> None:
        self.event = event
        error = event.get("error")
        self.error: Mapping[str, Any] = error if isinstance(error, Mapping) else {}
        self.code: str | None = self.error.get("code")
        self.param: str | None = self.error.get("param")
        label = self.code or self.error.get("type") or "error"
        where = f" (at {self.param})" if self.param else ""
        super().__init__(f"The server answered with an error, {label}{where}: {self.error.get('message', event)}")


class ProtocolError(RealtimeError):
    """An event that cannot be sent or understood."""


class ReplayError(RealtimeError):
    """What a session that replays a recording is asked for is not in it."""


class WaitTimeoutError(RealtimeError, TimeoutError):
    """What was waited for did not come in time."""

    def __init__(self, what: str, seconds: float, hint: str = "") -> None:
        self.seconds = seconds
        super().__init__(f"No {what} within {seconds:g} s." + (f" {hint}" if hint else ""))


class AudioError(RealtimeError, ValueError):
    """Sound that cannot be used; the text names what is wrong and the cure."""


class RecordingError(RealtimeError, ValueError):
    """A recording that cannot be written or read: `path` is the file."""

    def __init__(self, path: str | os.PathLike[str], reason: str) -> None:
        self.path = path
        super().__init__(f"{os.fspath(path)}: {reason}")


class ToolError(RealtimeError):
    """What a tool raises to tell the model, in its own words, why there is no result: the text goes out as it is.

    Any other exception reaches the model as its type and message.
    """


class MCPServerError(RealtimeError):
    """An MCP server that cannot be started or reached, or is none; `server` is its command or address."""

    def __init__(self, server: str, reason: str) -> None:
        self.server = server
        self.reason = reason
        super().__init__(f"MCP server {server}: {reason}")


class ArgumentProblem(NamedTuple):
    """One thing wrong with a call's arguments: where, what belongs there, and what came (JSON, or nothing)."""

    path: str
    expected: str
    got: str | None = None

    def __str__(self) -> str:
        where = f"{_clipped(self.path, 80)}: " if self.path else ""
        came = "" if self.got is None else f", got {_clipped(self.got, 60)}"
        return f"{where}{_clipped(self.expected, 160)}{came}"


class ToolArgumentsError(RealtimeError):
    """The arguments of a call do not fit its tool: `problems` has all of them.

    The text is written for the model, which can call again, and stays short (at most 6 KB): it lists the first
    problems and counts the others. `kind` is ``invalid-json`` where the arguments could not be read at all.
    """

    SHOWN = 20

    def __init__(
        self,
        name: str,
        problems: Sequence[ArgumentProblem],
        kind: Literal["invalid-json", "invalid-arguments"] = "invalid-arguments",
    ) -> None:
        self.name = name
        self.problems = tuple(problems)
        self.kind = kind
        what = "are not JSON" if kind == "invalid-json" else "do not fit"
        lines = [f"- {problem}" for problem in self.problems[: self.SHOWN]]
        if len(self.problems) > self.SHOWN:
            lines.append(f"- and {len(self.problems) - self.SHOWN} more")
        listed = "\n".join(lines)
        super().__init__(
            f"{name} was not called, because its arguments {what}:\n{listed}\nCall it again with corrected arguments."
        )


def _clipped(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    half = (limit - 3) // 2
    return f"{text[:half]}...{text[-half:]}"


class EngineError(RealtimeError):
    """An engine of the local server that cannot be had, or cannot do its work: `name` is what was asked for."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        super().__init__(f"The engine {name!r} {reason}")


class IncompleteAnswerError(EngineError):
    """An answer that ends before it is complete, though nothing broke.

    `reason` is what a response's `status_details` call it: ``max_output_tokens`` or ``content_filter``.
    """

    def __init__(self, name: str, reason: str) -> None:
        self.reason = reason
        super().__init__(name, f"ended its answer early: {reason}")
