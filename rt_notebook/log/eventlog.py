"""The log as its reader meets it: the events, and everything that is read out of them.

Each view and measure is a module of its own that loads when it is first asked for.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from rt_notebook.log.store import EventStore, Patterns

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    from numpy.typing import NDArray

    from rt_notebook.log.filtering import Found
    from rt_notebook.log.lint import Findings
    from rt_notebook.log.metrics import Cost, Latencies, Usage
    from rt_notebook.log.source import Source
    from rt_notebook.log.turns import Turn
    from rt_notebook.log.views.conversation import ConversationView
    from rt_notebook.log.views.sequence import SequenceDiagram
    from rt_notebook.log.views.summary import SummaryView
    from rt_notebook.log.views.timeline import Timeline
    from rt_notebook.log.views.waterfall import Waterfall
    from rt_notebook.protocol.catalog import Direction


class EventLog(EventStore):
    """Every event of both directions, and the local rows, in the order in which this process saw them.

    ``log[i]`` is an event as it was on the wire, ``log.df`` the whole as a DataFrame, ``log.raw(i)`` the bytes.
    """

    source: Source | None = None
    """Where it comes from: provider, model, dialect, file; None where nobody knows."""

    def filter(
        self,
        type: Patterns | None = None,
        *,
        direction: Direction | None = None,
        since: float | None = None,
        until: float | None = None,
        item: str | None = None,
        response: str | None = None,
        call: str | None = None,
        turn: int | None = None,
        text: str | None = None,
        error: bool | None = None,
    ) -> Found:
        """Return the events that fit all that is given, as a list that shows itself as a table; ``.df`` has their rows.

        Parameters
        ----------
        type
            GA names or patterns such as ``"response.*"``, whatever the dialect on the wire.
        direction
            ``"client"``, ``"server"`` or ``"local"``.
        since, until
            Seconds since the session connected; `until` is left out itself.
        item, response, call
            Ids.
        turn
            Number of a turn, from 1; -1 is the last.
        text
            A part of what the event says (see `Event.text`), in capitals or not.
        error
            True: only events that tell of an error; False: only others.

        Raises
        ------
        ValueError
            There is no such direction.
        IndexError
            There is no such turn.
        """
        from rt_notebook.log.filtering import Found, choose

        among = None if turn is None else set(self.turn(turn).rows)
        rows = choose(
            self,
            type,
            direction=direction,
            since=since,
            until=until,
            item=item,
            response=response,
            call=call,
            text=text,
            error=error,
            among=among,
        )
        return Found(self, rows)

    def __repr__(self) -> str:
        counts = Counter(self.direction.values(0, len(self)))
        told = ", ".join(f"{counts[side]} {side}" for side in ("client", "server", "local"))
        return f"<EventLog of {len(self)} events: {told}; .df is a DataFrame>"

    # -- as tables --------------------------------------------------------------------------------------------------

    @property
    def df(self) -> pd.DataFrame:
        """The log as a DataFrame; the index is the position in the log (see `rt_notebook.log.frames`)."""
        from rt_notebook.log.frames import to_frame

        return to_frame(self)

    def polars(self) -> pl.DataFrame:
        """Return the log as a polars DataFrame with the columns of `df`."""
        from rt_notebook.log.frames import to_polars

        return to_polars(self)

    def arrow(self) -> pa.Table:
        """Return the log as an Arrow table with the columns of `df`."""
        from rt_notebook.log.frames import to_arrow

        return to_arrow(self)

    @property
    def items(self) -> pd.DataFrame:
        """One row an item (see `rt_notebook.log.tables`)."""
        from rt_notebook.log.tables import items

        return items(self)

    @property
    def responses(self) -> pd.DataFrame:
        """One row a response (see `rt_notebook.log.tables`)."""
        from rt_notebook.log.tables import responses

        return responses(self)

    @property
    def calls(self) -> pd.DataFrame:
        """One row a call of a tool: arguments, how long it ran, what it returned (see `rt_notebook.log.tables`)."""
        from rt_notebook.log.tables import calls

        return calls(self)

    @property
    def turns(self) -> pd.DataFrame:
        """One row a turn (see `rt_notebook.log.tables`)."""
        from rt_notebook.log.tables import turns

        return turns(self)

    def turn(self, number: int) -> Turn:
        """Return a turn by its number, from 1; -1 is the last. Raises `IndexError` where there is none."""
        from rt_notebook.log.turns import turn_of

        return turn_of(self, number)

    # -- what was said ----------------------------------------------------------------------------------------------

    def audio(
        self,
        t0: float | None = None,
        t1: float | None = None,
        *,
        item: str | None = None,
        turn: int | Turn | None = None,
    ) -> tuple[NDArray[np.float32], int]:
        """Return what was said and heard, user and assistant on one time axis.

        Parameters
        ----------
        t0, t1
            Seconds on the log's clock; the log's beginning and end where they are left out.
        item, turn
            Instead: the time in which an item sounds, or a turn, from the user's first word to the answer's last.

        Returns
        -------
        samples, rate
            float32 in -1 to 1 of shape (samples, 2), the user's in column 0 and the assistant's in column 1; 24000 Hz.
            ``IPython.display.Audio(samples.T, rate=rate)`` plays it.

        Raises
        ------
        ValueError
            There is no such item, or it has no sound.
        IndexError
            There is no such turn.
        """
        from rt_notebook.log.sound import audio

        return audio(self, t0, t1, item=item, turn=turn)

    def save_wav(
        self,
        path: str | Path,
        t0: float | None = None,
        t1: float | None = None,
        *,
        item: str | None = None,
        turn: int | Turn | None = None,
    ) -> Path:
        """Write what `audio` returns as a WAV file: stereo, the user left, the assistant right."""
        from rt_notebook.log.sound import save_wav

        return save_wav(self, path, t0, t1, item=item, turn=turn)

    # -- seeing -----------------------------------------------------------------------------------------------------

    def timeline(self, *, turn: int | Turn | None = None, t0: float | None = None, t1: float | None = None) -> Timeline:
        """Return user, assistant, turn detection, responses, calls and deltas on one time axis, as a chart."""
        from rt_notebook.log.views.timeline import timeline

        return timeline(self, turn=turn, t0=t0, t1=t1)

    def waterfall(self, turn: int | Turn = -1) -> Waterfall:
        """Return where a turn's time went, from the user's last word to the first sample heard, as a chart."""
        from rt_notebook.log.views.waterfall import waterfall

        return waterfall(self, turn)

    def sequence(
        self, *, turn: int | Turn | None = None, t0: float | None = None, t1: float | None = None, limit: int = 80
    ) -> SequenceDiagram:
        """Return who sent what to whom, runs of deltas folded, as a diagram (SVG) of at most `limit` arrows."""
        from rt_notebook.log.views.sequence import sequence

        return sequence(self, turn=turn, t0=t0, t1=t1, limit=limit)

    def conversation(self) -> ConversationView:
        """Return the transcript in the order of the turns."""
        from rt_notebook.log.views.conversation import conversation

        return conversation(self)

    def summary(self) -> SummaryView:
        """Return one screen of what happened."""
        from rt_notebook.log.views.summary import summary

        return summary(self)

    def _repr_html_(self) -> str:
        from rt_notebook.log.views.display import log_html

        return log_html(self)

    # -- judging ----------------------------------------------------------------------------------------------------

    def lint(self) -> Findings:
        """Return breaches of the protocol's order and of good practice, each with rows, reason and cure."""
        from rt_notebook.log.lint import lint

        return lint(self)

    @property
    def latency(self) -> Latencies:
        """How long the answers took: by turn, and their distribution."""
        from rt_notebook.log.metrics import latency

        return latency(self)

    @property
    def usage(self) -> Usage:
        """Tokens and minutes: by response, by turn, and of the whole."""
        from rt_notebook.log.metrics import usage

        return usage(self)

    @property
    def cost(self) -> Cost:
        """What it cost, USD: by response, by turn, of the whole, and a minute; ``cost.at(prices)`` at other prices."""
        from rt_notebook.log.metrics import cost

        return cost(self)

    # -- keeping ----------------------------------------------------------------------------------------------------

    def save(self, path: str | Path, *, audio: bool = True, overwrite: bool = False) -> None:
        """Write a recording, as ``record=`` does while events happen; `rt.load` reads it (see `rt.Recorder`)."""
        from rt_notebook.log.recording import save

        save(self, path, audio=audio, overwrite=overwrite)

    def to_parquet(self, folder: str | Path, *, session: str | None = None, raw: bool = False) -> Path:
        """Write the columns of `df` into a Parquet folder partitioned by session; returns the file.

        `session` names it there (else its recording's name, or when it began); with `raw` the events' text too.
        """
        from rt_notebook.log.parquet import write

        return write([self], folder, names=None if session is None else [session], raw=raw)[0]

    def to_html(self, path: str | Path, *, audio: bool = True, title: str | None = None) -> Path:
        """Write one self-contained page: transcript, waveforms, events and sound, without kernel or network."""
        from rt_notebook.log.views.page import write_page

        return write_page(self, path, audio=audio, title=title)
