"""Engine jobs, step by step, on real threads."""

from __future__ import annotations

import asyncio
import functools
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

from rt_notebook.server.jobs import Failure, Job
from rt_notebook.server.pool import FairPool


def run(scenario: Callable[[FairPool], Coroutine[Any, Any, None]], threads: int = 1) -> None:
    """Run a scenario with a pool."""

    async def timed() -> None:
        pool = FairPool("test", threads, each=threads)
        try:
            async with asyncio.timeout(20):
                await scenario(pool)
        finally:
            pool.close()

    asyncio.run(timed())


def at_once(function: Callable[[], None]) -> None:
    """Say that there is room for results."""
    function()


def unwanted(result: Any) -> None:
    """Take what must not come."""
    pytest.fail("it was given up")


def test_results_come_on_the_event_loop_and_the_end_as_none() -> None:
    async def scenario(pool: FairPool) -> None:
        results: asyncio.Queue[Any] = asyncio.Queue()
        here = threading.current_thread()

        def take(result: Any) -> None:
            assert threading.current_thread() is here
            results.put_nowait(result)

        def begin() -> Iterator[str]:
            assert threading.current_thread() is not here
            yield from "ab"

        Job("owner", pool, begin, take, at_once).start()
        assert [await results.get() for _ in range(3)] == ["a", "b", None]

    run(scenario)


@pytest.mark.parametrize("late", [False, True], ids=["at-its-start", "at-a-step"])
def test_what_an_engine_raises_is_a_result(late: bool) -> None:
    async def scenario(pool: FairPool) -> None:
        results: asyncio.Queue[Any] = asyncio.Queue()

        def fail(_: object = None) -> str:
            raise RuntimeError("broken")

        def begin() -> Iterator[str]:
            return map(fail, "a") if late else iter(fail())

        Job("owner", pool, begin, results.put_nowait, at_once).start()
        failure = await results.get()
        assert isinstance(failure, Failure)
        assert str(failure.error) == "broken"

    run(scenario)


def test_a_job_given_up_before_it_began_never_begins() -> None:
    async def scenario(pool: FairPool) -> None:
        busy, begun, done = threading.Event(), threading.Event(), threading.Event()
        pool.submit("owner", lambda: busy.wait(10))

        def begin() -> Iterator[str]:
            begun.set()
            return iter(["a"])

        job = Job("owner", pool, begin, unwanted, at_once)
        job.start()
        job.cancel()
        pool.submit("owner", done.set)
        busy.set()
        assert await asyncio.to_thread(done.wait, 10)
        assert not begun.is_set()

    run(scenario)


def test_many_results_come_in_order_over_many_bursts() -> None:
    async def scenario(pool: FairPool) -> None:
        results: asyncio.Queue[Any] = asyncio.Queue()
        Job("owner", pool, lambda: iter(range(5_000)), results.put_nowait, at_once).start()
        assert [await results.get() for _ in range(5_001)] == [*range(5_000), None]

    run(scenario)


def test_an_engine_that_has_to_wait_for_room_holds_no_thread() -> None:
    async def scenario(pool: FairPool) -> None:
        made: asyncio.Queue[Any] = asyncio.Queue()
        waiting: list[Callable[[], None]] = []
        for owner in "abc":
            Job(owner, pool, lambda: iter(range(40)), made.put_nowait, waiting.append).start()
        first = [await made.get() for _ in range(32 * 3)]  # a burst each, on a single thread
        await asyncio.to_thread(time.sleep, 0.05)
        assert made.empty()
        assert sorted(first) == sorted([*range(32)] * 3)
        for go_on in waiting:
            go_on()
        assert [await made.get() for _ in range(9)] == [*range(32, 40), None]

    run(scenario)


def test_a_slow_engine_gives_its_thread_to_others_after_each_result() -> None:
    async def scenario(pool: FairPool) -> None:
        made: asyncio.Queue[str] = asyncio.Queue()

        def slow(name: str) -> Iterator[str]:
            for _ in range(3):
                time.sleep(0.02)
                yield name

        for owner in "ab":
            Job(owner, pool, functools.partial(slow, owner), made.put_nowait, at_once).start()
        order = [await made.get() for _ in range(6)]
        assert order == ["a", "b"] * 3

    run(scenario)


@pytest.mark.parametrize("resting", [False, True], ids=["in-a-burst", "between-bursts"])
def test_an_iterator_that_was_given_up_cleans_up(resting: bool) -> None:
    async def scenario(pool: FairPool) -> None:
        cleaned, going, go_on = threading.Event(), threading.Event(), threading.Event()
        waiting: list[Callable[[], None]] = []

        def begin() -> Iterator[str]:
            try:
                if resting:
                    time.sleep(0.01)  # longer than a burst
                yield "a"
                going.set()
                go_on.wait(10)
                yield "b"
            finally:
                cleaned.set()

        results: list[str] = []
        job = Job("owner", pool, begin, results.append, waiting.append)
        job.start()
        if resting:
            while not waiting:
                await asyncio.to_thread(time.sleep, 0.001)
        else:
            assert await asyncio.to_thread(going.wait, 10)
        job.cancel()
        go_on.set()
        assert await asyncio.to_thread(cleaned.wait, 10)
        assert "b" not in results

    run(scenario)


class Waiting:
    """An answer from a machine that does not answer, until it is cancelled."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.cancelled = threading.Event()
        self.cancelled_by: threading.Thread | None = None
        self.ended = threading.Event()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.asked.set()
        assert self.cancelled.wait(10)
        self.ended.set()
        raise StopIteration

    def cancel(self) -> None:
        self.cancelled_by = threading.current_thread()
        self.cancelled.set()


def test_an_iterator_that_waits_is_told_to_stop_waiting() -> None:
    async def scenario(pool: FairPool) -> None:
        answer = Waiting()
        job = Job("owner", pool, lambda: answer, unwanted, at_once)
        job.start()
        assert await asyncio.to_thread(answer.asked.wait, 10)
        job.cancel()
        assert await asyncio.to_thread(answer.ended.wait, 10)
        assert answer.cancelled_by is threading.current_thread()

    run(scenario)


def test_one_that_begins_while_it_is_given_up_is_not_waited_for() -> None:
    async def scenario(pool: FairPool) -> None:
        answer = Waiting()
        beginning, go_on, free = threading.Event(), threading.Event(), threading.Event()

        def begin() -> Iterator[str]:
            beginning.set()
            go_on.wait(10)
            return iter(answer)

        job = Job("owner", pool, begin, unwanted, at_once)
        job.start()
        assert await asyncio.to_thread(beginning.wait, 10)
        job.cancel()
        go_on.set()
        pool.submit("owner", free.set)
        assert await asyncio.to_thread(free.wait, 10)
        assert not answer.asked.is_set()

    run(scenario)
