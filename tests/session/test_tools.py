"""Functions as tools: what may be one, what it is called, and how it is called."""

import asyncio
import functools
import inspect
import subprocess
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from openai.types.realtime import RealtimeFunctionTool

import rt_notebook as rt
from rt_notebook.protocol.check import check
from rt_notebook.session.tools import as_tool, register_adapter

CONTEXT = rt.ToolContext(session=None, call_id="call_1", name="f")


def double(number: int) -> int:
    """Double it."""
    return 2 * number


async def slow_double(number: int) -> int:
    """Double it, later."""
    return 2 * number


class Doubler:
    """Doubles."""

    def __init__(self, factor: int = 2) -> None:
        self.factor = factor

    def method(self, number: int) -> int:
        """Double it here."""
        return self.factor * number

    async def slow(self, number: int) -> int:
        return self.factor * number

    @classmethod
    def of_class(cls, number: int) -> int:
        return cls().factor * number

    @staticmethod
    def of_nobody(number: int) -> int:
        return 2 * number

    def __call__(self, number: int) -> int:
        """Double it.

        Args:
            number: Which.
        """
        return self.factor * number


class SlowDoubler:
    """Doubles, later."""

    async def __call__(self, number: int) -> int:
        return 2 * number


def timed(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper


CALLABLES: list[tuple[Callable[..., Any], str, str, bool]] = [
    (double, "double", "Double it.", False),
    (slow_double, "slow_double", "Double it, later.", True),
    (Doubler().method, "method", "Double it here.", False),
    (Doubler().slow, "slow", "", True),
    (Doubler.of_class, "of_class", "", False),
    (Doubler().of_class, "of_class", "", False),
    (Doubler.of_nobody, "of_nobody", "", False),
    (Doubler(), "Doubler", "Double it.", False),
    (SlowDoubler(), "SlowDoubler", "Doubles, later.", True),
    (functools.partial(double), "double", "Double it.", False),
    (functools.partial(slow_double), "slow_double", "Double it, later.", True),
    (functools.partial(functools.partial(Doubler.method, Doubler())), "method", "Double it here.", False),
    (timed(double), "double", "Double it.", False),
    (timed(timed(Doubler().method)), "method", "Double it here.", False),
    (functools.lru_cache(double), "double", "Double it.", False),
]


@pytest.mark.parametrize(("function", "name", "description", "is_async"), CALLABLES)
def test_every_kind_of_callable_is_a_tool(
    function: Callable[..., Any], name: str, description: str, is_async: bool
) -> None:
    tool = rt.tool(function)
    assert (tool.name, tool.description, tool.is_async) == (name, description, is_async)
    assert list(tool.parameters["properties"]) == ["number"]
    assert tool.parameters["properties"]["number"]["type"] == "integer"
    for result in (tool.bind('{"number": "4"}').call(CONTEXT), tool(4)):
        assert (asyncio.run(result) if is_async else result) == 8


def test_the_docstring_of_a_call_tells_its_parameters() -> None:
    assert rt.tool(Doubler()).parameters["properties"]["number"]["description"] == "Which."


def test_the_decorator_works_with_and_without_options() -> None:
    @rt.tool
    def plain(a: int) -> int:
        return a

    @rt.tool(name="other", description="Other.", timeout=None, cancel=False, approve=True, respond=False)
    def named(a: int) -> int:
        """Not this."""
        return a

    assert (plain.name, plain.timeout, plain.cancel, plain.approve, plain.respond) == ("plain", 60, True, False, True)
    assert (named.name, named.description) == ("other", "Other.")
    assert (named.timeout, named.cancel, named.approve, named.respond) == (None, False, True, False)
    assert rt.tool(double, timeout=5).timeout == 5
    assert rt.tool(lambda a: a, name="echo").bind('{"a": 1}').call(CONTEXT) == 1


def test_a_decorated_function_stays_itself() -> None:
    tool = rt.tool(double, name="twice")
    assert tool(4) == tool(number=4) == 8
    assert tool.__wrapped__ is double  # type: ignore[attr-defined] # set as functools.wraps does
    assert (tool.__name__, tool.__doc__, tool.__module__) == ("double", "Double it.", __name__)
    assert inspect.signature(tool) == inspect.signature(double)
    assert repr(tool) == "<rt.Tool twice(number)>"
    assert repr(rt.tool(lambda a, b=1: a, name="f")) == "<rt.Tool f(a, b=...)>"


def test_the_api_is_told_four_fields() -> None:
    tool = rt.tool(double)
    told = tool.as_json()
    assert list(told) == ["type", "name", "description", "parameters"]
    assert RealtimeFunctionTool.model_validate(told).model_dump() == told
    assert check({"type": "session.update", "session": {"type": "realtime", "tools": [told]}}) == []


def test_the_arguments_are_kept_as_the_model_sent_them() -> None:
    bound = rt.tool(double).bind('{"number": "4"}')
    assert bound.arguments == {"number": "4"}
    assert bound.call(CONTEXT) == 8
    assert bound.call(CONTEXT) == 8, "a call can be made again"


@pytest.mark.parametrize("name", ["", "<lambda>", "with space", "dot.ted", "ü", "a" * 65, "new\n"])
def test_a_name_that_the_api_refuses_is_refused_here(name: str) -> None:
    with pytest.raises(ValueError, match="is no name for a tool: the API takes 1 to 64 letters"):
        rt.tool(double, name=name)


def test_a_lambda_needs_a_name() -> None:
    with pytest.raises(ValueError, match=r"'<lambda>' is no name for a tool.*name="):
        rt.tool(lambda: None)


@pytest.mark.parametrize("timeout", [0, -1, float("nan")])
def test_a_time_limit_is_more_than_nothing(timeout: float) -> None:
    with pytest.raises(ValueError, match="tool double: timeout is"):
        rt.tool(double, timeout=timeout)
    for approve in ("yes", asyncio.sleep):  # the one would never ask, the other always
        with pytest.raises(TypeError, match="tool double: approve is"):
            rt.tool(double, approve=approve)  # type: ignore[arg-type]


def test_a_method_in_a_class_body_is_told_to_wait_for_its_object() -> None:
    with pytest.raises(TypeError, match=r"belongs to no object yet.*rt\.tool\(obj\.method\)"):
        rt.tool(Doubler.method)
    with pytest.raises(TypeError, match=r"a tool is made of a callable, not of <classmethod"):
        rt.tool(Doubler.__dict__["of_class"])


def test_an_async_generator_is_no_tool() -> None:
    async def numbers(most: int) -> Any:
        yield most

    with pytest.raises(TypeError, match="tool numbers: an async generator has no one result"):
        rt.tool(numbers)


def test_a_tool_with_other_options_is_another_tool() -> None:
    tool = rt.tool(double, timeout=5)
    other = rt.tool(tool, name="twice", approve=True, timeout=None)
    assert (tool.name, tool.approve, tool.timeout) == ("double", False, 5)
    assert (other.name, other.approve, other.timeout, other.description) == ("twice", True, None, tool.description)
    assert other.parameters == tool.parameters
    with pytest.raises(rt.ToolArgumentsError, match="twice was not called"):
        other.bind("{}")
    with pytest.raises(rt.ToolArgumentsError, match="double was not called"):
        tool.bind("{}")
    assert rt.tool(tool) is tool
    with pytest.raises(TypeError, match="tool double is made already; parameters cannot change"):
        rt.tool(tool, parameters={"type": "object"})
    with pytest.raises(ValueError, match="is no name for a tool"):
        rt.tool(tool, name="two times")
    with pytest.raises(ValueError, match="tool double: timeout is 0"):
        rt.tool(tool, timeout=0)


def test_what_may_stand_where_a_tool_is_wanted() -> None:
    tool = rt.tool(double)
    assert as_tool(tool) is tool
    assert as_tool(double).name == "double"
    for value in (3, "double", {"type": "function"}, None):
        with pytest.raises(TypeError, match=r"a tool is .*; pass a function, an rt\.Tool"):
            as_tool(value)


def test_another_packages_objects_come_through_their_adapter(monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = type("Foreign", (), {"__module__": "strange_package.tools", "__call__": lambda self: None})
    derived = type("Derived", (foreign,), {})
    adapter = ModuleType("strange_adapter")
    adapter.as_tool = lambda value: rt.tool(double, name=type(value).__name__)  # type: ignore[attr-defined] # made here
    monkeypatch.setitem(sys.modules, "strange_adapter", adapter)
    monkeypatch.setattr("rt_notebook.session.tools._adapters", {})
    register_adapter("strange_package", "strange_adapter")
    assert as_tool(derived()).name == "Derived"
    assert as_tool(double).name == "double"


def test_the_context_tells_of_its_call_and_takes_progress() -> None:
    told: list[tuple[str, float | None]] = []
    context = rt.ToolContext(
        session=None,
        call_id="call_1",
        name="f",
        find_turn=lambda: 2,
        report=lambda text, fraction: told.append((text, fraction)),
    )
    context.progress("half", 0.5)
    context.progress("more")
    context.progress(fraction=1)
    assert told == [("half", 0.5), ("more", None), ("", 1)]
    with pytest.raises(ValueError, match=r"progress has fraction=50; it goes from 0 to 1"):
        context.progress("", 50)
    assert not context.cancelled
    CONTEXT.progress("nobody listens, and that is fine")


def test_a_tools_own_words_are_an_error_of_their_own() -> None:
    assert str(rt.ToolError("No flights that day; try another.")) == "No flights that day; try another."
    assert issubclass(rt.ToolError, rt.RealtimeError)
    assert issubclass(rt.ToolArgumentsError, rt.RealtimeError)


def test_pydantic_waits_for_the_first_tool() -> None:
    code = """
import sys
import rt_notebook as rt
rt.tool, rt.ToolContext
import rt_notebook.session.results
rt.tool(print, parameters={"type": "object"})
assert not {"pydantic", "pandas", "openai"} & set(sys.modules), "before the first tool"
rt.tool(lambda a: a, name="f")
assert "pydantic" in sys.modules
assert not {"pandas", "openai"} & set(sys.modules), "a tool needs none of them"
"""
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
