"""Where the sound that was appended lies on the log's clock.

The server counts a connection's sound in ms from its beginning. It is laid as `rt_notebook.log.tracks` lays it: chunks
that follow each other closely are one run, laid end to end, which begins as early as its punctual chunks say.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

_GAP = 0.25
"""Seconds without a chunk after which the next one begins a run of its own."""
_PUNCTUAL = 1.0
"""Seconds from a run's beginning in which its most punctual chunk is looked for."""


@dataclass(slots=True)
class _Run:
    first_ms: float
    """Sound before it."""
    ms: float
    first: float
    """When its first chunk was sent, and its last; seconds."""
    last: float
    begin: float
    """Seconds, as its most punctual chunk says."""


class SoundClock:
    """Takes a connection's chunks in, tells when a ms of its sound was said."""

    def __init__(self) -> None:
        self.ms = 0.0
        """Sound so far."""
        self._runs: list[_Run] = []

    def append(self, t: float, ms: float) -> None:
        """Take in a chunk of sound that was sent at `t` (s)."""
        run = self._runs[-1] if self._runs else None
        if run is None or t - run.last > _GAP + min(_GAP, ms / 1000):
            run = _Run(self.ms, 0.0, t, t, t)
            self._runs.append(run)
        run.ms += ms
        run.last = t
        if t - run.first <= _PUNCTUAL:
            run.begin = min(run.begin, t - run.ms / 1000)
        self.ms += ms

    def laid(self) -> Laid:
        """Return where the sound lies that there was so far."""
        starts: list[float] = []
        end = -_GAP
        for run in self._runs:
            start = max(end, 0.0, run.begin)
            start = end if start - end < _GAP else start
            starts.append(start)
            end = start + run.ms / 1000
        return Laid([run.first_ms for run in self._runs], starts, self.ms)


@dataclass(slots=True)
class Laid:
    """Runs of sound on the log's clock: the ms before each, and when each begins (s)."""

    before_ms: list[float]
    starts: list[float]
    ms: float

    def at(self, ms: float | None, told: float | None, *, end: bool = False) -> float | None:
        """Return when a ms of the sound was said (s); None where no sound was sent, or `ms` is None.

        It was said before the server `told` of it.

        Where one run ends and another begins, it is the beginning of the latter, or the `end` of the former.
        """
        if ms is None or not self.starts:
            return None
        ms = min(max(ms, 0.0), self.ms)
        run = max(0, (bisect_left if end else bisect_right)(self.before_ms, ms) - 1)
        t = self.starts[run] + (ms - self.before_ms[run]) / 1000
        return t if told is None else min(t, told)
