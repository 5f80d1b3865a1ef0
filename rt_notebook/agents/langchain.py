"""LangChain's tools as tools of a session: ``tools=[search]`` takes any `BaseTool`, plain or async.

What LangChain knows of a tool is kept: its schema without injected arguments, its own validation, `ToolException` and
``handle_tool_error``, content with an artifact (the model gets the content), pictures in content blocks, and
``return_direct`` (no response is asked for after it). Injected are the call's id (`InjectedToolCallId`), the call's
context (``Annotated[rt.ToolContext, InjectedToolArg]``) and a `RunnableConfig`, which has the context under
``config["configurable"]["context"]``.
"""

from __future__ import annotations

import inspect
import json
import re
import typing
from collections.abc import Mapping
from typing import Annotated, Any, get_args, get_origin

from langchain_core.messages import ToolMessage
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import BaseTool, InjectedToolArg, InjectedToolCallId, ToolException
from langchain_core.tools.simple import Tool as SingleInputTool
from langchain_core.utils.function_calling import convert_to_openai_function
from langchain_core.utils.pydantic import get_fields
from pydantic import BaseModel, ValidationError
from pydantic.v1 import ValidationError as ValidationErrorV1

from rt_notebook.agents.parts import Picture, output_of_parts
from rt_notebook.errors import ArgumentProblem, ToolArgumentsError, ToolError
from rt_notebook.session.results import Output
from rt_notebook.session.tools import Bound, Tool, ToolContext

_GIVEN = frozenset(("config", "run_manager", "callbacks"))
"""What LangChain itself gives to a function that has a parameter of this name."""


def as_tool(value: BaseTool) -> Tool:
    """Make a tool of one of LangChain's.

    Raises
    ------
    TypeError
        It wants an argument injected that nobody here knows.
    """
    return LangChainTool(value)


class LangChainTool(Tool):
    """A tool of LangChain, which stays in `original`."""

    def __init__(self, original: BaseTool) -> None:
        self.original = original
        self._contexts, self._as_message = _injected(original)
        parameters = convert_to_openai_function(original)["parameters"]
        # A schema that is no model is nothing that LangChain checks; a model checks more, and converts.
        checked = parameters if isinstance(original.args_schema, dict) else {"type": "object"}
        super().__init__(
            self._invoke_async if _is_async(original) else self._invoke,
            name=original.name,
            description=original.description,
            parameters=checked,
            respond=not original.return_direct,
        )
        self.parameters = parameters

    def bind(self, arguments: str) -> Bound:
        """Read a call's arguments and validate them as LangChain would, unless the tool wants to do that itself."""
        bound = super().bind(arguments)
        schema = self.original.tool_call_schema
        single = isinstance(self.original, SingleInputTool)
        if single or isinstance(schema, dict) or self.original.handle_validation_error:
            return bound
        try:
            (schema.model_validate if issubclass(schema, BaseModel) else schema.parse_obj)(bound.arguments)
        except (ValidationError, ValidationErrorV1) as error:
            raise ToolArgumentsError(self.name, [_problem(each) for each in error.errors()]) from None
        return bound

    def _invoke(self, *, rt_context: ToolContext, **arguments: Any) -> Any:
        try:
            result = self.original.invoke(self._input(arguments, rt_context), _config(rt_context))
        except ToolException as error:
            raise ToolError(str(error)) from error
        return _output(result)

    async def _invoke_async(self, *, rt_context: ToolContext, **arguments: Any) -> Any:
        try:
            result = await self.original.ainvoke(self._input(arguments, rt_context), _config(rt_context))
        except ToolException as error:
            raise ToolError(str(error)) from error
        return _output(result)

    def _input(self, arguments: dict[str, Any], context: ToolContext) -> dict[str, Any]:
        """Return what LangChain takes: the arguments, or a whole call, for which it gives a message.

        The message tells the call's id in and a handled error out, but its content is text: where neither is needed,
        the bare arguments bring the very object that the tool returned.
        """
        arguments = arguments | dict.fromkeys(self._contexts, context)
        if not self._as_message:
            return arguments
        return {"type": "tool_call", "id": context.call_id, "name": self.name, "args": arguments}


def _config(context: ToolContext) -> RunnableConfig:
    metadata = {"call_id": context.call_id, "response_id": context.response_id}
    return RunnableConfig(configurable={"context": context}, metadata=metadata)


def _problem(error: Mapping[str, Any]) -> ArgumentProblem:
    got = json.dumps(error["input"], ensure_ascii=False, default=repr) if "input" in error else None
    return ArgumentProblem(".".join(map(str, error["loc"])), error["msg"], got)


# -- what a tool is -----------------------------------------------------------------------------------------------


def _is_async(original: BaseTool) -> bool:
    """Tell whether a tool has a coroutine of its own; LangChain would run any other on a thread, which we do better."""
    if hasattr(original, "coroutine"):
        return original.coroutine is not None
    return type(original)._arun is not BaseTool._arun


def _injected(original: BaseTool) -> tuple[list[str], bool]:
    """Return which arguments get the context, and whether a tool is to be called with a whole call."""
    function = _function(original)
    hints = _hints(function) | _hints(original.args_schema)
    injected = {name: hint for name, hint in hints.items() if _injects(hint, InjectedToolArg)}
    contexts = [name for name, hint in injected.items() if get_args(hint)[0] is ToolContext]
    ids = [name for name, hint in injected.items() if _injects(hint, InjectedToolCallId)]
    unknown = sorted((_without_default(function, original) | {*injected}) - {*contexts, *ids} - _defaults(function))
    if unknown:
        raise TypeError(
            f"{original.name} wants {', '.join(unknown)} injected, which no voice session knows. Give it a default, "
            "annotate it Annotated[rt.ToolContext, InjectedToolArg], or wrap the tool in a function that passes it."
        )
    handles = original.handle_tool_error or original.handle_validation_error
    return contexts, bool(ids or handles or original.response_format == "content_and_artifact")


def _function(original: BaseTool) -> Any:
    if hasattr(original, "coroutine"):
        return original.coroutine or getattr(original, "func", None)
    return original._arun if _is_async(original) else original._run


def _hints(owner: Any) -> dict[str, Any]:
    """Return the annotations of a function or a schema, none where they cannot be read."""
    try:
        return typing.get_type_hints(owner, include_extras=True)
    except (TypeError, NameError):
        return {}


def _injects(hint: Any, what: type) -> bool:
    if get_origin(hint) is not Annotated:
        return False
    marks = hint.__metadata__
    return any(isinstance(mark, what) or (isinstance(mark, type) and issubclass(mark, what)) for mark in marks)


def _without_default(function: Any, original: BaseTool) -> set[str]:
    """Return the parameters that neither the model nor LangChain gives: those of a runtime that is not here."""
    if isinstance(original, SingleInputTool) or isinstance(original.args_schema, dict):
        return set()
    known = {*get_fields(original.get_input_schema())} | _GIVEN
    hints = _hints(function)
    return {
        name
        for name, parameter in _parameters(function).items()
        if name not in known and parameter.kind not in _VARIADIC and hints.get(name) is not RunnableConfig
    }


def _defaults(function: Any) -> set[str]:
    return {name for name, each in _parameters(function).items() if each.default is not inspect.Parameter.empty}


def _parameters(function: Any) -> Mapping[str, inspect.Parameter]:
    return inspect.signature(function).parameters


_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


# -- what it gives ------------------------------------------------------------------------------------------------


def _output(result: Any) -> Any:
    """Return what the model gets of a result: of a message its content, which may have pictures in it."""
    if isinstance(result, ToolMessage):
        output = _of_content(result.content)
        if result.status == "error":
            raise ToolError(output.text if isinstance(output, Output) else output)
        return output
    return _of_content(result)


def _of_content(content: Any) -> Any:
    """Return content blocks as text and pictures, anything else as it is."""
    if not (isinstance(content, list) and content and all(map(_is_block, content))):
        return content
    return output_of_parts(_picture(block) or _text(block) for block in content)


def _is_block(block: Any) -> bool:
    return isinstance(block, dict) and block.get("type") in _BLOCKS


_BLOCKS = ("text", "image_url", "image", "json", "input_text", "input_image")


def _text(block: Mapping[str, Any]) -> str:
    text = block.get("text")
    return text if isinstance(text, str) else json.dumps(block.get("json", block), ensure_ascii=False)


def _picture(block: Mapping[str, Any]) -> Picture | None:
    """Return a block's picture, in whichever of the shapes LangChain has for it; None where it is elsewhere."""
    url = block.get("image_url") or block.get("url")
    url = url.get("url") if isinstance(url, dict) else url
    if isinstance(url, str):
        found = _DATA_URL.fullmatch(url)
        return Picture(found["data"], found["kind"]) if found else None
    source = block["source"] if isinstance(block.get("source"), dict) else block
    data = source.get("data") or source.get("base64")
    kind = source.get("mime_type") or source.get("media_type") or "image/png"
    return Picture(data, kind) if isinstance(data, str) else None


_DATA_URL = re.compile(r"data:(?P<kind>[\w/+.-]+);base64,(?P<data>.+)", re.DOTALL)
