"""Which answer is whose, as data."""

from typing import Any

from rt_notebook.protocol.event import Event
from rt_notebook.session.updates import Updates


def event(index: int, type_: str, **fields: Any) -> Event:
    return Event({"type": type_} | fields, index=index)


def test_updates_are_answered_in_order_but_for_those_that_are_refused() -> None:
    updates = Updates()
    sent = [event(number, "session.update", event_id=f"u{number}") for number in range(4)]
    for each in sent:
        updates.take(each)
    updates.take(event(4, "error", error={"event_id": "u1"}))
    updates.forget("u2")  # nobody waits for it any longer
    answers = [event(number, "session.updated") for number in (5, 6, 7)]
    for each in answers:
        updates.take(each)
    assert [[updates.answered(each, came) for came in answers] for each in sent] == [
        [True, False, False],
        [False, False, False],
        [False, False, False],
        [False, True, False],
    ]


def test_a_new_connection_owes_no_answers() -> None:
    updates = Updates()
    updates.take(event(0, "session.update", event_id="old"))
    updates.take(event(1, "rt.connection.opened"))
    updates.take(event(2, "session.update", event_id="new"))
    updates.take(came := event(3, "session.updated"))
    assert updates.answered(event(2, "session.update", event_id="new"), came)
