"""Budgets of sessions, on the real server's core and on servers that say what the test wants."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from memory_server import ScriptedServer, connect_in_memory, created

import rt_notebook as rt
from rt_notebook.protocol.event import Event
from rt_notebook.session.budget import Budget, Watch

DEAR = rt.Prices(input_text=0, input_audio=0, output_text=1_000_000, output_audio=0)
"""A token of text is a USD."""


def spending(tokens: int) -> Any:
    """Return a server's answers, each of which uses as many tokens."""

    def answer(event: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if event["type"] == "response.create":
            yield created("r")
            usage = {"input_tokens": 0, "output_tokens": tokens}
            yield {"type": "response.done", "response": {"id": "r", "status": "completed", "usage": usage}}

    return answer


@pytest.fixture
def server() -> ScriptedServer:
    server = ScriptedServer()
    server.answer = spending(3)
    return server


def spend(session: rt.Session, times: int = 1, until: str = "response.done") -> Event:
    """Ask so often, and wait for what comes of it."""
    for _ in range(times):
        session.respond()
    return session.wait(until, after=0)


def closed(session: rt.Session) -> str:
    """Wait for the end of a session, and return why it ended."""
    try:
        session.wait("there.is.none")
    except rt.ConnectionClosedError as error:
        return str(error)
    raise AssertionError("an event that there is not has come")


def test_it_warns_and_then_closes_the_session(server: ScriptedServer) -> None:
    with server.connect() as session:
        Watch(session._session, Budget(10, warn=0.5, prices=DEAR))
        with pytest.warns(UserWarning, match=r"60% of the session's budget of 10\.00 USD"):
            warned = spend(session, 2, "rt.budget.warned")
        assert (warned["budget_usd"], warned["spent_usd"]) == (10, 6)
        with pytest.warns(UserWarning, match=r"is spent \(12\.0000 USD\): it is closed"):
            spend(session, 2, "rt.budget.exceeded")
        assert "the budget of 10.00 USD is spent" in closed(session)
        types = [row.type for row in session.events.filter("rt.*")]
        assert types[-3:] == ["rt.budget.warned", "rt.budget.exceeded", "rt.connection.closed"]
        assert session.events[-1]["reason"] == "the budget of 10.00 USD is spent"


def test_a_filter_that_makes_errors_of_warnings_saves_no_session(server: ScriptedServer) -> None:
    with warnings.catch_warnings(), server.connect() as session:
        warnings.simplefilter("error")
        Watch(session._session, Budget(2, prices=DEAR))
        session.respond()
        assert "the budget of 2.00 USD" in closed(session)


def test_a_session_that_is_opened_again_has_no_new_budget(server: ScriptedServer) -> None:
    with warnings.catch_warnings(), server.connect() as session:
        warnings.simplefilter("ignore")
        Watch(session._session, Budget(2, prices=DEAR))
        for _ in range(2):
            session.respond()
            assert "budget" in closed(session)
            session.open()
        assert [row["spent_usd"] for row in session.events.filter("rt.budget.exceeded")] == [3, 6]


def test_one_that_does_not_stop_says_so_once(server: ScriptedServer) -> None:
    with server.connect() as session:
        Watch(session._session, Budget(2, prices=DEAR, stop=False))
        with pytest.warns(UserWarning, match="it goes on") as told:
            spend(session, 3, "rt.budget.exceeded")
        assert len(told) == 1
        assert len(session.events.filter("rt.budget.*")) == 1
        assert not session.closed


def test_todays_prices_hold_where_somebody_is_paid(server: ScriptedServer) -> None:
    with server.connect("openai") as session:
        session.update(session={"model": "gpt-realtime"})
        Watch(session._session, Budget(3 * 16e-6))
        with pytest.warns(UserWarning, match="is spent"):
            spend(session, 1, "rt.budget.exceeded")
        assert session.cost.usd == session.responses[0].cost == pytest.approx(3 * 16e-6)


def test_prices_that_nobody_knows_are_told_once(server: ScriptedServer) -> None:
    with server.connect("openai") as session:
        session.update(session={"model": "no-such-model"})
        Watch(session._session, Budget(1))
        with pytest.warns(UserWarning, match="nobody knows the price") as told:
            spend(session, 3, "rt.budget.unknown")
        assert len(told) == 1
        assert session.responses[0].cost is None
        assert not session.closed


def test_where_nobody_is_paid_nothing_is_spent() -> None:
    with connect_in_memory() as session:
        Watch(session._session, Budget(1e-9))
        response = session.ask("Good morning")
        session.ask("Good night")
        assert not session.closed
        assert session.events.filter("rt.budget.*") == []
        assert response.cost is None
        assert session.cost.usd is None


def test_a_budget_at_prices_of_ones_own_holds_for_the_real_server_too() -> None:
    with connect_in_memory() as session:
        Watch(session._session, Budget(1e-9, prices=rt.OCTOBER_2024))
        with pytest.warns(UserWarning, match="is spent"):
            spend(session, 1, "rt.budget.exceeded")
        assert "budget" in closed(session)
        assert session.turns[0].user_items == []
        assert session.usage.total_tokens > 0
        assert session.latency.df.index.tolist() == [1]


@pytest.mark.parametrize("budget", [0, -1.0, float("nan"), "0.50", True])
def test_what_is_no_budget_is_said_before_anything_connects(budget: Any) -> None:
    with pytest.raises(ValueError, match=r"such as 0\.50"):
        rt.connect("local", budget=budget)


def test_what_is_no_share_and_what_is_no_table() -> None:
    for wrong in (0, 1.5, "most"):
        with pytest.raises(ValueError, match=r"such as 0\.8"):
            rt.Budget(1, warn=wrong)  # type: ignore[arg-type] # the mistake
    with pytest.raises(TypeError, match="OCTOBER_2024"):
        rt.Budget(1, prices="gpt-realtime")  # type: ignore[arg-type] # the mistake
