"""What went wrong with a chat-completions endpoint, in words that name the cure."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator

import openai

from rt_notebook.server.engines.chatstream import StreamError

_LONGEST_QUOTE = 300  # characters of what the endpoint says about a failure

_CURES = {
    400: "Check that the model takes what the session asks for, such as tools or images.",
    401: "Check --chat-key.",
    403: "Check --chat-key, and that it may use the model.",
    404: "Check --chat-model, and that --chat-url is the API's base, which mostly ends in /v1.",
    422: "Check that the model takes what the session asks for, such as tools or images.",
    429: "Too many requests, or no credit is left: wait, or look at the account.",
}
_SERVER_CURE = "The fault is on its side: see its log, or ask again later."


def problem(error: Exception, seconds: float) -> str:
    """Return what happened and what to do, to follow "got no answer from URL:"; `seconds` was the limit for waiting."""
    if isinstance(error, TimeoutError):
        return (
            f"it sent nothing for {seconds:g} s. See whether it hangs or still loads the model, or allow more time "
            "with the engine's option timeout."
        )
    if isinstance(error, openai.APIStatusError):
        cure = _CURES.get(error.status_code, _SERVER_CURE if error.status_code >= 500 else "")
        return f"it answered with HTTP {error.status_code}: {_said(error.body)} {cure}".rstrip()
    if isinstance(error, StreamError):
        return f"it sent {error}. Check that it speaks OpenAI's chat completions, and what the model is."
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
        return f"it sent something that is no JSON ({error}). Check that it speaks OpenAI's chat completions."
    return _connection_problem(error)


def _connection_problem(error: Exception) -> str:
    causes = list(_causes(error))
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return "its host name cannot be found. Check the spelling of --chat-url, and the network."
    if certificate := next((cause for cause in causes if isinstance(cause, ssl.SSLError)), None):
        return (
            f"it offers no connection that can be trusted ({certificate}). Check https in --chat-url and certificates."
        )
    if any(type(cause).__name__ == "ConnectError" for cause in causes):  # of whichever httpx the library uses
        return f"it cannot be reached ({causes[-1]}). Check --chat-url, and that the server runs."
    if isinstance(error, openai.APIConnectionError) or not isinstance(error, openai.APIError):
        return f"it broke off the connection ({causes[-1] or type(causes[-1]).__name__}). {_SERVER_CURE}"
    return f"it reported an error in the middle of the answer: {_said(error.body or error.message)} {_SERVER_CURE}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and what led to it, the deepest last; of several at once the first."""
    yield error
    if isinstance(error, BaseExceptionGroup):
        yield from _causes(error.exceptions[0])
    elif cause := error.__cause__ or error.__context__:
        yield from _causes(cause)


def _said(body: object) -> str:
    """Return the message in an error's body, whichever shape that has."""
    for name in ("error", "message", "detail"):
        if isinstance(body, dict) and body.get(name):
            body = body[name]
    text = " ".join(str(body or "no reason given").split())
    if len(text) > _LONGEST_QUOTE:
        return f"{text[:_LONGEST_QUOTE]} ..."
    return text if text.endswith((".", "!", "?")) else f"{text}."
