"""A budget: the session is watched while it runs, warns when most of it is spent, and ends when all of it is."""

from __future__ import annotations

import asyncio
import contextlib
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rt_notebook.log.prices import PRICED, Costs, Prices
from rt_notebook.log.reported import is_paid
from rt_notebook.protocol.event import Event

if TYPE_CHECKING:
    from rt_notebook.session.session import AsyncSession


@dataclass(frozen=True, slots=True)
class Budget:
    """What a session may cost: ``rt.connect(budget=0.50)``, or with more to say ``budget=rt.Budget(0.50, warn=0.5)``.

    What an answer costs is known when it has ended, so a session can spend as much more as its last answer cost. Where
    nobody is paid, as by the local server, nothing is spent, unless `prices` are given. Raises `ValueError` or
    `TypeError` for values that make no sense.
    """

    usd: float
    """USD, of all connections of the session together."""
    warn: float = 0.8
    """The share of it, above 0 and at most 1, at which it warns, once, and writes the row ``rt.budget.warned``."""
    prices: Prices | None = None
    """A table; None: today's prices of the session's model."""
    stop: bool = True
    """Close the session when it is spent; False: only write the row ``rt.budget.exceeded`` and warn."""

    def __post_init__(self) -> None:
        if not _is_number(self.usd) or not 0 < self.usd < float("inf"):
            raise ValueError(f"budget is {self.usd!r}; it is an amount of USD above 0, such as 0.50.")
        if not _is_number(self.warn) or not 0 < self.warn <= 1:
            raise ValueError(f"Budget: warn is {self.warn!r}; it is a share of the budget above 0, such as 0.8.")
        if self.prices is not None and not isinstance(self.prices, Prices):
            raise TypeError(f"Budget: prices is {self.prices!r}; it is a table, rt.OCTOBER_2024 or rt.Prices(...).")

    @classmethod
    def of(cls, budget: Budget | float | None) -> Budget | None:
        """Return a budget that was given as such, as USD, or not at all."""
        return budget if budget is None or isinstance(budget, Budget) else cls(budget)


class Watch:
    """Keeps one session within its budget."""

    def __init__(self, session: AsyncSession, budget: Budget) -> None:
        self._budget = budget
        self._wire = session.wire
        self._costs = Costs(session.endpoint.model, budget.prices)
        self._spent = 0.0
        self._warned = False
        self._exceeded = False
        self._blind = False
        self._counting = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        if budget.prices is not None or is_paid(session.endpoint.provider, session.endpoint.shown):
            self._wire.subscribe(self._note)

    def _note(self, event: Event) -> None:
        if event.type in PRICED:
            self._costs.hear({"session": self._wire.conversation.session})
            # Not here: the first price loads all of them, for which sound must not wait.
            task = asyncio.get_running_loop().create_task(self._count(event))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _count(self, event: Event) -> None:
        async with self._counting:
            price = await asyncio.to_thread(self._costs.price, event)
        budget = self._budget
        if price is None:
            self._tell_blind()
            return
        self._spent += price
        if self._spent >= budget.usd:
            await self._exceed()
        elif self._spent >= budget.warn * budget.usd and not self._warned:
            self._warned = True
            share = f"{self._spent / budget.usd:.0%} of the session's budget of {budget.usd:.2f} USD is spent"
            _warn(f"{share}; it is closed when all of it is." if budget.stop else f"{share}.")
            self._wire.local("rt.budget.warned", budget_usd=budget.usd, spent_usd=self._spent)

    async def _exceed(self) -> None:
        budget = self._budget
        if self._wire.closed or (self._exceeded and not budget.stop):
            return
        self._exceeded = True
        spent = f"The session's budget of {budget.usd:.2f} USD is spent ({self._spent:.4f} USD)"
        _warn(f"{spent}: it is closed. A new session has a new budget=." if budget.stop else f"{spent}; it goes on.")
        self._wire.local("rt.budget.exceeded", budget_usd=budget.usd, spent_usd=self._spent)
        if budget.stop:
            await self._wire.close(reason=f"the budget of {budget.usd:.2f} USD is spent")

    def _tell_blind(self) -> None:
        if not self._blind:
            self._blind = True
            _warn(
                "The budget cannot be kept: nobody knows the price of something that this session uses. "
                "Pass a table of prices: budget=rt.Budget(..., prices=rt.Prices(...))."
            )
            self._wire.local("rt.budget.unknown", budget_usd=self._budget.usd, spent_usd=self._spent)


def _warn(text: str) -> None:
    # The line that asked is on another thread's stack, so none is named; nor is one there to catch what a filter that
    # makes errors of warnings raises, and the session must be closed all the same.
    with contextlib.suppress(UserWarning):
        warnings.warn_explicit(text, UserWarning, "rt_notebook", 0)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
