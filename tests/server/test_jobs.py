"""Engine jobs, step by step, on real threads."""

from __future__ import annotations

import asyncio
import threading
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


def test_results_come_on_the_event_loop_and_the_end_as_none() -> None:
    async def scenario(pool: FairPool) -> None:
        results: asyncio.Queue[Any] = asyncio.Queue()
        here = threading.current_thread()

        def on_step(job: Job, result: Any) -> None:
            assert threading.current_thread() is here
            results.put_nowait(result)
            if result is not None:
                job.go_on()

        def begin() -> Iterator[str]:
            assert threading.current_thread() is not here
            yield from "ab"

        Job("owner", pool, begin, on_step).go_on()
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

        Job("owner", pool, begin, lambda job, result: results.put_nowait(result)).go_on()
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

        job = Job("owner", pool, begin, lambda job, result: pytest.fail("it was given up"))
        job.go_on()
        job.cancel()
        pool.submit("owner", done.set)
        busy.set()
        assert await asyncio.to_thread(done.wait, 10)
        assert not begun.is_set()

    run(scenario)


def test_an_engine_that_rests_between_steps_holds_no_thread() -> None:
    async def scenario(pool: FairPool) -> None:
        made: asyncio.Queue[Any] = asyncio.Queue()
        jobs = [Job(number, pool, lambda: iter("abc"), lambda job, result: made.put_nowait(result)) for number in "123"]
        for job in jobs:
            job.go_on()
        assert [await made.get() for _ in jobs] == ["a", "a", "a"]  # on a single thread, with none at its end

    run(scenario)


@pytest.mark.parametrize("resting", [False, True], ids=["in-a-step", "between-steps"])
def test_an_iterator_that_was_given_up_cleans_up(resting: bool) -> None:
    async def scenario(pool: FairPool) -> None:
        cleaned, going, go_on = threading.Event(), threading.Event(), threading.Event()
        first = asyncio.Event()

        def begin() -> Iterator[str]:
            try:
                yield "a"
                going.set()
                go_on.wait(10)
                yield "b"
            finally:
                cleaned.set()

        def on_step(job: Job, result: Any) -> None:
            assert result == "a"
            first.set()

        job = Job("owner", pool, begin, on_step)
        job.go_on()
        await first.wait()
        if not resting:
            job.go_on()
            assert await asyncio.to_thread(going.wait, 10)
        job.cancel()
        go_on.set()
        assert await asyncio.to_thread(cleaned.wait, 10)

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
        job = Job("owner", pool, lambda: answer, lambda job, result: pytest.fail("it was given up"))
        job.go_on()
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

        job = Job("owner", pool, begin, lambda job, result: pytest.fail("it was given up"))
        job.go_on()
        assert await asyncio.to_thread(beginning.wait, 10)
        job.cancel()
        go_on.set()
        pool.submit("owner", free.set)
        assert await asyncio.to_thread(free.wait, 10)
        assert not answer.asked.is_set()

    run(scenario)
