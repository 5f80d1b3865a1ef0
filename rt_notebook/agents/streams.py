"""Many streams as one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable
from typing import Any, TypeVar

T = TypeVar("T")

_END: Any = object()


async def amerge(**streams: AsyncIterable[T]) -> AsyncGenerator[tuple[str, T], None]:
    """Yield ``(key, value)`` of several streams as the values come, until all of them have ended.

    A stream is drawn from again once its last value was taken, so that it is at most one value ahead, and each stream
    that has a value gets its turn before any gets its second. Where a stream raises, the values that the others have
    ready come first, then the exception itself. However it ends, also by the consumer's ``aclose()`` or cancellation,
    nothing is drawn any more and the streams are closed; ``contextlib.aclosing(amerge(...))`` makes sure that leaving a
    loop early does that at once.
    """
    iterators = {key: aiter(stream) for key, stream in streams.items()}
    pulls = {key: _pull(iterator) for key, iterator in iterators.items()}
    failure: BaseException | None = None
    try:
        while pulls and failure is None:
            await asyncio.wait(pulls.values(), return_when=asyncio.FIRST_COMPLETED)
            for key, pull in [(key, pull) for key, pull in pulls.items() if pull.done()]:
                del pulls[key]
                if pull.cancelled() or (raised := pull.exception()) is not None:
                    failure = failure or (asyncio.CancelledError() if pull.cancelled() else raised)
                elif (value := pull.result()) is not _END:
                    yield key, value
                    if failure is None:
                        pulls[key] = _pull(iterators[key])
        if failure is not None:
            raise failure
    finally:
        await _stop(pulls.values(), iterators.values())


def _pull(iterator: AsyncIterator[T]) -> asyncio.Task[T]:
    async def draw() -> T:
        return await anext(iterator, _END)

    return asyncio.create_task(draw())


async def _stop(pulls: Iterable[asyncio.Task[Any]], iterators: Iterable[AsyncIterator[Any]]) -> None:
    """Draw no more, and close the generators. What they raise now must not take the place of why they are stopped."""
    waiting = list(pulls)
    for pull in waiting:
        pull.cancel()
    stopped = await asyncio.gather(*waiting, return_exceptions=True)
    closing = [iterator.aclose() for iterator in iterators if isinstance(iterator, AsyncGenerator)]
    for raised in [*stopped, *await asyncio.gather(*closing, return_exceptions=True)]:
        if isinstance(raised, Exception):  # and not the cancellation, which is ours
            context = {"message": "A merged stream raised while it was stopped.", "exception": raised}
            asyncio.get_running_loop().call_exception_handler(context)
