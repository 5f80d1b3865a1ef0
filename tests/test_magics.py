"""The magics in a real IPython shell, against the local server."""

from collections.abc import Iterator

import pandas as pd
import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

import rt_notebook as rt
from rt_notebook.magics import SHOWN, parse_events


@pytest.fixture(scope="module")
def shell() -> Iterator[InteractiveShell]:
    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "rt_notebook")
    yield shell
    if "session" in shell.user_ns:
        shell.user_ns["session"].close()


@pytest.fixture(scope="module")
def session(shell: InteractiveShell) -> rt.Session:
    session = shell.run_line_magic("realtime", "--provider local --output text")
    assert shell.user_ns["session"] is session
    return session  # type: ignore[no-any-return] # IPython is untyped


@pytest.mark.parametrize(
    ("cell", "events"),
    [
        ('{"type": "response.create"}', ["response.create"]),
        ('[{"type": "a"}, {"type": "b"}]', ["a", "b"]),
        ('{"type": "a"}\n\n{"type": "b"}\n', ["a", "b"]),
        ('{\n  "type": "a"\n}', ["a"]),
    ],
)
def test_cells_of_json(cell: str, events: list[str]) -> None:
    assert [event["type"] for event in parse_events(cell)] == events


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('{"type": "a"', "line 1, column 13"),
        ('{"type": "a"}\n{"type" "b"}', "line 2, column 9"),
        ("[1]", "An event is a JSON object, this is 1"),
        ("{hello}", "must not begin with"),
    ],
)
def test_what_is_no_json_is_placed(cell: str, text: str) -> None:
    with pytest.raises(rt.ProtocolError, match=text):
        list(parse_events(cell))


@pytest.mark.parametrize("line", ["status", "events", "close", "explain", "nonsense", "status events"])
def test_without_a_session_or_with_a_wrong_command(line: str) -> None:
    fresh = InteractiveShell()
    fresh.run_line_magic("load_ext", "rt_notebook")
    with pytest.raises(UsageError):
        fresh.run_line_magic("realtime", line)


def test_a_variable_of_the_user_s_is_left_alone() -> None:
    fresh = InteractiveShell()
    fresh.run_line_magic("load_ext", "rt_notebook")
    fresh.user_ns["session"] = "my own"
    with pytest.raises(UsageError, match="Rename it"):
        fresh.run_line_magic("realtime", "")
    assert fresh.user_ns["session"] == "my own"


def test_explain_needs_no_session(shell: InteractiveShell) -> None:
    assert "response.create" in str(shell.run_line_magic("realtime", "explain response.create"))


@pytest.mark.engines
class TestWithASession:
    def test_anything_else_is_said(self, shell: InteractiveShell, session: rt.Session) -> None:
        response = shell.run_cell_magic("realtime", "", "What is a session?\n")
        assert response.status == "completed"
        assert session.items[-2].words == "What is a session?"

    def test_json_goes_out_raw_and_what_came_back_is_shown(
        self, shell: InteractiveShell, session: rt.Session, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pd.option_context("display.max_rows", None, "display.max_columns", None, "display.width", 300):
            shell.run_cell_magic("realtime", "", '{"type": "response.create"}')
        assert "response.done" in capsys.readouterr().out
        with pytest.warns(UserWarning, match="did you mean"):
            shell.run_cell_magic("realtime", "", '{"type": "response.crate"}')
        assert "error" in capsys.readouterr().out

    def test_looking_at_it(
        self, shell: InteractiveShell, session: rt.Session, capsys: pytest.CaptureFixture[str]
    ) -> None:
        shell.run_line_magic("realtime", "status")
        assert "Realtime session, open" in capsys.readouterr().out
        assert list(shell.run_line_magic("realtime", "events").columns) == SHOWN
        assert shell.run_line_magic("realtime", "") is session

    def test_an_empty_cell(self, shell: InteractiveShell, session: rt.Session) -> None:
        with pytest.raises(UsageError, match="empty"):
            shell.run_cell_magic("realtime", "", " \n")

    def test_options_connect_anew_and_close_what_was_there(self, shell: InteractiveShell, session: rt.Session) -> None:
        line = '--provider local --output text --instructions "Answer in Latin."'
        again = shell.run_line_magic("realtime", line)
        assert session.closed
        assert again.conversation.session["instructions"] == "Answer in Latin."

    def test_closing_and_connecting_again(self, shell: InteractiveShell, session: rt.Session) -> None:
        shell.run_line_magic("realtime", "close")
        assert session.closed
        again = shell.run_line_magic("realtime", "--provider local --output text")
        assert again is not session
        assert not again.closed
