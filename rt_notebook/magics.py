"""``%realtime`` and ``%%realtime``: a thin shell over the public API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring
from IPython.display import display

import rt_notebook as rt
from rt_notebook.protocol.catalog import CATALOG

COMMANDS = ("status", "events", "explain", "close")
SHOWN = ["t", "direction", "type", "role", "text", "audio_ms", "error"]
"""The log's columns that fit a screen."""


@magics_class
class RealtimeMagics(Magics):
    """The magics; the session is the user's variable ``session``."""

    @magic_arguments()
    @argument("command", nargs="*", help="status, events, explain TYPE or close; nothing connects and shows the panel")
    @argument("--provider", choices=["auto", "openai", "local"], help="where to; auto: OpenAI where a key is found")
    @argument("--url", help="another server that speaks the protocol")
    @argument("--model", help="the model")
    @argument("--dialect", choices=["ga", "beta"], help="what the server speaks")
    @argument("--voice", help="the voice")
    @argument("--instructions", help="the system message, in quotes")
    @argument("--output", choices=["audio", "text"], help="spoken or written answers")
    @line_cell_magic
    def realtime(self, line: str, cell: str | None = None) -> Any:
        """Connect and show the panel, or look at the session; with a cell: send it.

        A cell of JSON (one event, a list of events, or one a line) goes out raw, and what came back is shown. Any other
        cell is said as the user, and the response is returned.
        """
        # IPython leaves the quotes on that hold a text of several words together.
        given: dict[str, Any] = vars(parse_argstring(self.realtime, line))
        options = {name: _unquoted(value) for name, value in given.items() if value}
        command = options.pop("command", [])
        if cell is not None:
            return self._send(self._session(options), cell)
        if not command:
            return self._session(options)
        name, *rest = command
        if name not in COMMANDS or (len(rest) != 1 if name == "explain" else rest):
            raise UsageError(f"%realtime takes {', '.join(COMMANDS)} (explain with an event's type), or options alone")
        if name == "explain":
            return rt.explain(rest[0])
        session = self._user_session()
        if not isinstance(session, rt.Session):
            raise UsageError("There is no session yet: %realtime connects one.")
        if name == "close":
            return session.close()
        if name == "events":
            return session.events.df[SHOWN]
        print(repr(session))  # noqa: T201 - what `%realtime status` answers
        return None

    def _session(self, options: dict[str, Any]) -> rt.Session:
        """Return the user's session; a new one where there is none, it is closed, or options ask for another."""
        session: rt.Session | None = self._user_session()
        if session is not None and not isinstance(session, rt.Session):
            raise UsageError("Your variable `session` is no session. Rename it: %realtime keeps its session there.")
        if options and session is not None:
            session.close()
        if options or session is None or session.closed:
            session = rt.connect(**options)
            if self.shell is not None:
                self.shell.push({"session": session})
        return session

    def _user_session(self) -> Any:
        return self.shell.user_ns.get("session") if self.shell is not None else None

    def _send(self, session: rt.Session, cell: str) -> Any:
        if not cell.strip():
            raise UsageError("The cell is empty: write what the user says, or events as JSON.")
        if cell.lstrip()[0] not in "{[":
            return session.ask(cell.strip())
        events = list(parse_events(cell))
        mark = len(session.events)
        for event in events:
            session.send(event)
        self._settle(session, [str(event.get("type")) for event in events], mark)
        display(session.events.df.loc[mark:, SHOWN])
        return None

    def _settle(self, session: rt.Session, types: list[str], mark: int) -> None:
        """Wait for what usually follows the events, so that the cell can show it."""
        if "response.create" in types:
            ending: tuple[str, ...] = ("response.done", "error")
        else:
            known = CATALOG.get(types[-1])
            # Audio that is appended is confirmed by nothing.
            appended = types[-1] == "input_audio_buffer.append"
            ending = () if known is None or appended else (*known.follows[:1], "error")
        try:
            session.wait(ending or ("error",), after=mark, timeout=30 if ending else 0.5)
        except rt.WaitTimeoutError:
            return


def _unquoted(value: Any) -> Any:
    return value.strip("\"'") if isinstance(value, str) else value


def parse_events(cell: str) -> Iterator[dict[str, Any]]:
    """Yield the events of a cell: one JSON object, a list of them, or one a line.

    Raises
    ------
    ProtocolError
        It is no JSON; the text names the place.
    """
    try:
        whole = json.loads(cell)
    except json.JSONDecodeError as error:
        lines = [line for line in cell.splitlines() if line.strip()]
        if len(lines) < 2 or not all(line.lstrip().startswith("{") for line in lines):
            raise _not_json(error, error.lineno) from None
        whole = []
        for number, line in enumerate(lines, 1):
            try:
                whole.append(json.loads(line))
            except json.JSONDecodeError as problem:
                raise _not_json(problem, number) from None
    for event in whole if isinstance(whole, list) else [whole]:
        if not isinstance(event, dict):
            raise rt.ProtocolError(f"An event is a JSON object, this is {event!r}. Nothing was sent.")
        yield event


def _not_json(error: json.JSONDecodeError, line: int) -> rt.ProtocolError:
    return rt.ProtocolError(
        f"This cell is not JSON: {error.msg}, at line {line}, column {error.colno}. Nothing was sent. "
        "Text that is to be said must not begin with { or [."
    )
