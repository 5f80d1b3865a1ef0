"""Merging streams: nothing is lost, everybody gets a turn, and it ends as it should."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rt_notebook.agents.streams import amerge


class BrokenError(Exception):
    """What a stream raises in these tests."""


class Stream:
    """Yields numbers from 0, gives the loop `pauses[i]` turns before number i, and ends as told."""

    def __init__(self, pauses: Sequence[int], ending: BaseException | None = None) -> None:
        self._pauses = pauses
        self._ending = ending
        self.drawn = 0
        self.closed = False

    async def run(self) -> AsyncGenerator[int, None]:
        try:
            for number, pause in enumerate(self._pauses):
                for _ in range(pause):
                    await asyncio.sleep(0)
                self.drawn += 1
                yield number
            if self._ending is not None:
                raise self._ending
        finally:
            self.closed = True


async def forever() -> AsyncIterator[int]:
    await asyncio.Event().wait()
    yield 0


STREAMS = st.dictionaries(
    st.sampled_from("abcde"), st.lists(st.integers(0, 4), max_size=8).map(Stream), min_size=1, max_size=5
)


@given(STREAMS, st.data())
def test_every_value_comes_once_and_in_order(streams: dict[str, Stream], data: st.DataObject) -> None:
    async def merged() -> dict[str, list[int]]:
        got: dict[str, list[int]] = defaultdict(list)
        async for key, value in amerge(**{key: stream.run() for key, stream in streams.items()}):
            got[key].append(value)
            for _ in range(data.draw(st.integers(0, 3))):
                await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return got

    got = asyncio.run(merged())
    for key, stream in streams.items():
        assert got[key] == list(range(stream.drawn))
        assert stream.drawn == len(stream._pauses)


@given(STREAMS, st.lists(st.integers(0, 4), max_size=4), st.booleans())
def test_a_stream_that_raises_ends_all(streams: dict[str, Stream], pauses: list[int], cancelled: bool) -> None:
    failure = asyncio.CancelledError() if cancelled else BrokenError()
    broken = Stream(pauses, failure)
    got: dict[str, list[int]] = defaultdict(list)

    async def merged() -> None:
        runs = {key: stream.run() for key, stream in streams.items()}
        try:
            async for key, value in amerge(broken=broken.run(), endless=forever(), **runs):
                got[key].append(value)
        finally:
            assert asyncio.all_tasks() == {asyncio.current_task()}

    with pytest.raises(type(failure)) as raised:
        asyncio.run(merged())
    assert cancelled or raised.value is failure
    assert got["broken"] == list(range(len(pauses)))
    for key, stream in streams.items():
        assert got[key] == list(range(len(got[key])))
        assert stream.drawn - len(got[key]) in (0, 1)
        assert stream.closed or stream.drawn == 0


@given(STREAMS, st.integers(0, 10))
def test_a_consumer_that_leaves_stops_all(streams: dict[str, Stream], count: int) -> None:
    async def merged() -> None:
        runs = {key: stream.run() for key, stream in streams.items()}
        async with contextlib.aclosing(amerge(**runs)) as merging:
            left = count
            async for _ in merging:
                if (left := left - 1) < 0:
                    break
        assert asyncio.all_tasks() == {asyncio.current_task()}
        for run in runs.values():
            with pytest.raises(StopAsyncIteration):
                await anext(run)

    asyncio.run(merged())


def test_a_busy_stream_does_not_starve_a_quiet_one() -> None:
    async def merged() -> list[str]:
        streams = {key: Stream([0] * 50).run() for key in ("a", "b", "c")}
        return [key async for key, _ in amerge(**streams)]

    keys = asyncio.run(merged())
    assert all(set(keys[at : at + 3]) == {"a", "b", "c"} for at in range(0, 150, 3))


def test_cancellation_reaches_the_streams() -> None:
    stopped = []

    async def stubborn() -> AsyncIterator[int]:
        try:
            await asyncio.Event().wait()
            yield 0
        finally:
            await asyncio.sleep(0)
            stopped.append("stubborn")

    async def merged() -> None:
        async for _ in amerge(one=stubborn(), other=stubborn()):
            pass

    async def main() -> None:
        merging = asyncio.create_task(merged())
        await asyncio.sleep(0.01)
        merging.cancel()
        with pytest.raises(asyncio.CancelledError):
            await merging
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(main())
    assert stopped == ["stubborn", "stubborn"]


def test_any_asynchronous_iterable_will_do_also_none() -> None:
    class Countdown:
        def __init__(self) -> None:
            self.left = 3

        def __aiter__(self) -> AsyncIterator[int]:
            return self

        async def __anext__(self) -> int:
            if not self.left:
                raise StopAsyncIteration
            self.left -= 1
            return self.left

    async def main() -> None:
        assert [value async for _, value in amerge(down=Countdown())] == [2, 1, 0]
        nothing: dict[str, Countdown] = {}
        assert [pair async for pair in amerge(**nothing)] == []

    asyncio.run(main())


@pytest.mark.parametrize("drawing", [False, True])
def test_what_a_stream_raises_while_it_is_stopped_is_reported_and_hides_nothing(drawing: bool) -> None:
    reported: list[dict[str, Any]] = []

    async def bad_at_parting() -> AsyncIterator[int]:
        try:
            yield 1
            await asyncio.Event().wait()
        finally:
            raise ValueError("while closing")

    async def good() -> AsyncIterator[int]:
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        yield 2

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: reported.append(context))
        async with contextlib.aclosing(amerge(bad=bad_at_parting(), good=good())) as merging:
            assert await anext(merging) == ("bad", 1)
            if drawing:
                assert await anext(merging) == ("good", 2)
            raise BrokenError

    with pytest.raises(BrokenError):
        asyncio.run(main())
    (context,) = reported
    assert str(context["exception"]) == "while closing"
