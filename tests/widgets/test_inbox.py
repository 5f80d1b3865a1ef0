from __future__ import annotations

import threading
import time
from collections.abc import Callable

from rt_notebook.session.runner import background_loop
from rt_notebook.widgets.inbox import Inbox


def on_loop(function: Callable[..., object], *args: object) -> None:
    background_loop().call_soon_threadsafe(function, *args)


def test_calls_are_made_in_order_from_several_threads() -> None:
    inbox = Inbox(on_loop)
    made: list[tuple[int, int]] = []
    done = threading.Event()

    def put(thread: int) -> None:
        for number in range(2_000):
            inbox.put(made.append, (thread, number))

    threads = [threading.Thread(target=put, args=(thread,)) for thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    inbox.put(done.set)
    assert done.wait(10)
    assert len(made) == 8_000
    for which in range(4):
        assert [count for of, count in made if of == which] == list(range(2_000))


def test_a_burst_gives_the_loop_up_between_its_calls() -> None:
    # The loop is played by hand: what the inbox asks for is done turn by turn.
    asked: list[Callable[[], None]] = []
    inbox = Inbox(asked.append)
    made: list[int] = []

    def slow(number: int) -> None:
        time.sleep(0.001)
        made.append(number)

    for number in range(20):
        inbox.put(slow, number)
    turns = 0
    while asked:
        before = len(made)
        asked.pop(0)()
        turns += 1
        assert len(made) - before <= 3
    assert made == list(range(20))
    assert turns >= 7
    inbox.put(slow, 20)
    assert len(asked) == 1
