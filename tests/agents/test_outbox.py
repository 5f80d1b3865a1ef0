"""What waits to go out, and what an interruption leaves of it."""

from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rt_notebook.agents.outbox import Outbox, Part
from rt_notebook.agents.translate import AUDIO
from rt_notebook.protocol.event import Event

MS = 48


def delta(response: str, index: int, ms: int = 100) -> Event:
    data = {"type": AUDIO, "response_id": response, "item_id": f"item_{response}", "content_index": 0}
    return Event(data, index=index, sound=bytes(ms * MS))


def about(kind: str, response: str, index: int) -> Event:
    return Event({"type": kind, "response": {"id": response}}, index=index)


def test_events_go_out_in_their_order() -> None:
    outbox = Outbox()
    for event in (about("response.created", "a", 0), delta("a", 1), about("response.done", "a", 2)):
        outbox.put(event)
    assert [outbox.take().index for _ in range(len(outbox))] == [0, 1, 2]


def test_an_interruption_tells_how_much_of_each_item_went_out() -> None:
    outbox = Outbox()
    outbox.put(about("response.created", "a", 0))
    for index in range(1, 6):
        outbox.put(delta("a", index))
    for _ in range(3):
        outbox.take()
    assert outbox.interrupt() == {Part("item_a", 0): 200}
    outbox.put(delta("a", 6))
    assert len(outbox) == 0
    assert outbox.interrupt() == {}


def test_what_went_out_whole_is_not_cut() -> None:
    outbox = Outbox()
    outbox.put(about("response.created", "a", 0))
    outbox.put(delta("a", 1))
    outbox.take()
    outbox.take()
    assert outbox.interrupt() == {}


STEPS = st.lists(st.sampled_from(["create", "delta", "done", "take", "interrupt"]), max_size=60)


@given(STEPS)
def test_after_an_interruption_nothing_is_heard_of_what_was_said_before(steps: list[str]) -> None:
    """And all that is no audio comes, once and in order; the ms told are those that went out."""
    outbox, numbers = Outbox(), count()
    response, live, responses = "", False, 0
    others: list[int] = []
    taken: list[Any] = []
    interrupted: set[str] = set()
    responses_of: dict[int, str] = {}
    out_ms: dict[str, int] = {}

    def take() -> None:
        entry = outbox.take()
        taken.append(entry)
        if entry.type == AUDIO:
            assert responses_of[entry.index] not in interrupted
            item = responses_of[entry.index]
            out_ms[item] = out_ms.get(item, 0) + 100

    for step in steps:
        index = next(numbers)
        match step:
            case "create" if not live:
                responses += 1
                response, live = f"r{responses}", True
                outbox.put(about("response.created", response, index))
                others.append(index)
            case "delta" if live:
                responses_of[index] = response
                outbox.put(delta(response, index))
            case "done" if live:
                live = False
                outbox.put(about("response.done", response, index))
                others.append(index)
            case "take" if len(outbox):
                take()
            case "interrupt":
                cuts = outbox.interrupt()
                interrupted |= {f"r{number}" for number in range(1, responses + 1)}
                for part, ms in cuts.items():
                    assert ms == out_ms.get(part.item_id.removeprefix("item_"), 0)
    while len(outbox):
        take()
    assert [entry.index for entry in taken if entry.type != AUDIO] == others
    assert [entry.index for entry in taken] == sorted(entry.index for entry in taken)
