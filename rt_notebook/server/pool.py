"""Threads for the engines, shared fairly: who asks for much waits, and nobody waits for them."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

_BEGINNINGS = 3


class FairQueue(Generic[T]):
    """Work in the order it came for each owner, with the owners taking turns. Knows of no thread.

    What is first of its kind goes before what goes on, since somebody waits for its first sound while others have
    theirs playing; but after `_BEGINNINGS` such, something that goes on has its turn.

    Parameters
    ----------
    each
        How many of an owner's pieces of work may be under way at a time.
    """

    def __init__(self, each: int) -> None:
        self._each = each
        self._beginning: dict[Hashable, deque[T]] = {}
        self._going_on: dict[Hashable, deque[T]] = {}
        """Owners with work that nobody took, whose turn is next first."""
        self._taken: Counter[Hashable] = Counter()
        self._begun = 0
        """How many beginnings were taken since something that goes on was."""

    def put(self, owner: Hashable, work: T, *, goes_on: bool = False) -> None:
        """Add work at the end of its owner's; `goes_on` says that there was a first part of it."""
        waiting = self._going_on if goes_on else self._beginning
        waiting.setdefault(owner, deque()).append(work)

    def take(self) -> tuple[Hashable, T] | None:
        """Return the next work and its owner, or None where nothing may begin; `done` says when it is over."""
        lanes = [self._beginning, self._going_on]
        if self._begun >= _BEGINNINGS:
            lanes.reverse()
        for lane in lanes:
            owner = next((owner for owner in lane if self._taken[owner] < self._each), None)
            if owner is not None:
                self._begun = self._begun + 1 if lane is self._beginning else 0
                return owner, self._take_of(owner, lane)
        return None

    def _take_of(self, owner: Hashable, lane: dict[Hashable, deque[T]]) -> T:
        works = lane.pop(owner)
        work = works.popleft()
        if works:
            lane[owner] = works  # behind all others
        self._taken[owner] += 1
        return work

    def done(self, owner: Hashable) -> None:
        """Take note that work of this owner is over."""
        self._taken[owner] -= 1
        if not self._taken[owner]:
            del self._taken[owner]

    def discard(self, owner: Hashable, work: T) -> bool:
        """Take work back that nobody has taken; return whether that was so."""
        for lane in (self._beginning, self._going_on):
            works = lane.get(owner, ())
            if works and work in works:
                works.remove(work)
                if not works:
                    del lane[owner]
                return True
        return False


class FairPool:
    """A bounded number of threads, begun when first needed, that do work in the order of a `FairQueue`.

    Parameters
    ----------
    name
        Of the threads.
    threads
        How many there may be.
    each
        How many of them one owner may have at a time.
    """

    def __init__(self, name: str, threads: int, each: int) -> None:
        self._name = name
        self._threads = threads
        self._queue: FairQueue[Callable[[], object]] = FairQueue(each)
        self._changed = threading.Condition()
        self._begun = 0
        self._idle = 0
        self._closed = False

    def submit(self, owner: Hashable, work: Callable[[], object], *, goes_on: bool = False) -> None:
        """Have `work` done, which must not raise; see `FairQueue` for the order."""
        with self._changed:
            self._queue.put(owner, work, goes_on=goes_on)
            if self._idle:
                self._idle -= 1  # here, so that the next work does not count on the same thread
                self._changed.notify()
            elif self._begun < self._threads:
                self._begun += 1
                # Engines may be deep in native code when the process ends: it does not wait for them.
                threading.Thread(target=self._run, name=f"{self._name}-{self._begun}", daemon=True).start()

    def discard(self, owner: Hashable, work: Callable[[], object]) -> bool:
        """Take back what has not begun; return whether that was so."""
        with self._changed:
            return self._queue.discard(owner, work)

    def close(self) -> None:
        """Have the threads end with the work they are at."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _run(self) -> None:
        with self._changed:
            while not self._closed:
                taken = self._queue.take()
                if taken is None:
                    self._idle += 1
                    self._changed.wait()
                    continue
                self._changed.release()
                try:
                    taken[1]()
                finally:
                    self._changed.acquire()
                    self._queue.done(taken[0])
                    del taken  # an idle thread keeps no connection alive


@dataclass(frozen=True)
class Pools:
    """The engines' threads: each kind its own, so that no kind waits for another."""

    hearing: FairPool
    thinking: FairPool
    speaking: FairPool

    @classmethod
    def make(cls) -> Pools:
        """Return them in the sizes that measured well on two cores."""
        return cls(
            # As many utterances as Whisper hears at a time; the fair order is kept here, and not in its own queue.
            hearing=FairPool("hearing", 2, each=1),
            # A thinker may wait for seconds for a machine elsewhere, which costs a thread and nothing else.
            thinking=FairPool("thinking", 64, each=4),
            speaking=FairPool("speaking", 2, each=1),
        )

    def close(self) -> None:
        """Have all threads end with the work they are at."""
        for pool in (self.hearing, self.thinking, self.speaking):
            pool.close()
