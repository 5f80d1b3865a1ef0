"""Who gets an engine thread next, as data; then on threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from rt_notebook.server.pool import FairPool, FairQueue


def taken(queue: FairQueue[str]) -> list[str]:
    """Take and finish all there is, one after the other."""
    order = []
    while (next_ := queue.take()) is not None:
        owner, work = next_
        order.append(work)
        queue.done(owner)
    return order


def test_owners_take_turns() -> None:
    queue: FairQueue[str] = FairQueue(each=1)
    for work in ("a1", "a2", "a3", "b1", "c1", "b2"):
        queue.put(work[0], work)
    assert taken(queue) == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_a_newcomer_waits_for_one_piece_of_each_other_at_most() -> None:
    queue: FairQueue[str] = FairQueue(each=1)
    for number in range(100):
        queue.put("flood", f"flood {number}")
    assert queue.take() == ("flood", "flood 0")
    queue.put("newcomer", "mine")
    queue.done("flood")
    assert taken(queue)[:2] == ["flood 1", "mine"]


def test_what_begins_goes_before_what_goes_on_but_not_for_ever() -> None:
    queue: FairQueue[str] = FairQueue(each=1)
    for work in ("a2", "b2", "c2"):
        queue.put(work[0], work, goes_on=True)
    for work in ("d1", "d1", "d1", "d1", "e1"):
        queue.put(work[0], work)
    assert taken(queue) == ["d1", "e1", "d1", "a2", "d1", "d1", "b2", "c2"]


def test_an_owner_has_no_more_under_way_than_allowed() -> None:
    queue: FairQueue[str] = FairQueue(each=2)
    for work in ("a1", "a2", "a3"):
        queue.put("a", work)
    assert [queue.take(), queue.take(), queue.take()] == [("a", "a1"), ("a", "a2"), None]
    queue.put("b", "b1")
    assert queue.take() == ("b", "b1")
    queue.done("a")
    assert queue.take() == ("a", "a3")


def test_what_was_not_taken_can_be_taken_back() -> None:
    queue: FairQueue[str] = FairQueue(each=1)
    queue.put("a", "a1")
    queue.put("a", "a2")
    queue.put("a", "a3", goes_on=True)
    assert queue.take() == ("a", "a1")
    assert queue.discard("a", "a1") is False
    assert queue.discard("a", "a3") is True
    assert queue.discard("a", "a2") is True
    assert queue.discard("a", "a2") is False
    queue.done("a")
    assert queue.take() is None


@pytest.fixture
def pool() -> Iterator[FairPool]:
    pool = FairPool("test", 3, each=2)
    yield pool
    pool.close()


def test_works_of_one_owner_leave_a_thread_to_others(pool: FairPool) -> None:
    go_on, others = threading.Event(), threading.Event()
    begun = threading.Semaphore(0)

    def slow() -> None:
        begun.release()
        go_on.wait(10)

    for _ in range(5):
        pool.submit("slow", slow)
    pool.submit("quick", others.set)
    assert others.wait(10)
    assert begun.acquire(timeout=10)
    assert begun.acquire(timeout=10)
    assert not begun.acquire(timeout=0.1)
    go_on.set()
    for _ in range(3):
        assert begun.acquire(timeout=10)


def test_two_works_at_once_wake_two_threads(pool: FairPool) -> None:
    for _ in range(50):
        meeting = threading.Barrier(3)
        pool.submit("a", meeting.wait)
        pool.submit("b", meeting.wait)
        meeting.wait(10)  # all three are there only if both works run at a time


def test_what_was_taken_back_does_not_run(pool: FairPool) -> None:
    go_on, ran, done = threading.Event(), threading.Event(), threading.Event()
    for _ in range(2):
        pool.submit("a", lambda: go_on.wait(10))
    pool.submit("a", ran.set)
    assert pool.discard("a", ran.set)
    pool.submit("a", done.set)
    go_on.set()
    assert done.wait(10)
    assert not ran.is_set()
