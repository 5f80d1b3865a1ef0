"""The session's settings as Python says them, and as the API takes them.

What is not given stays unset; ``None`` means null.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypedDict, TypeVar

from rt_notebook.protocol.catalog import Dialect
from rt_notebook.session.tools import Tool
from rt_notebook.session.toolset import read_tools

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerVAD:
    """Turn detection by silence: the turn ends when the user was silent for a while.

    What is left out is up to the server (OpenAI's defaults: 0.5, 300 ms, 500 ms, both true).
    Source: https://platform.openai.com/docs/guides/realtime-vad
    """

    threshold: float | None = None
    """How sure it must be that this is speech, 0 to 1; higher for noisy rooms."""
    prefix_padding_ms: int | None = None
    """Audio kept from before the speech was noticed."""
    silence_duration_ms: int | None = None
    """Silence that ends the turn: shorter answers sooner, and cuts in on pauses."""
    create_response: bool | None = None
    """Answer by itself at the turn's end."""
    interrupt_response: bool | None = None
    """Cancel the answer that is being made when the user begins to speak."""
    idle_timeout_ms: int | None = None
    """Speak up by itself after this long a silence."""

    def as_json(self) -> dict[str, Any]:
        """Return it as the API takes it."""
        return {"type": "server_vad"} | _given(asdict(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class SemanticVAD:
    """Turn detection by meaning: the turn ends when what was said sounds finished.

    Source: https://platform.openai.com/docs/guides/realtime-vad
    """

    eagerness: Literal["low", "medium", "high", "auto"] | None = None
    """How soon it takes the turn: waits at most 8, 4 or 2 s; ``auto`` is ``medium``."""
    create_response: bool | None = None
    """Answer by itself at the turn's end."""
    interrupt_response: bool | None = None
    """Cancel the answer that is being made when the user begins to speak."""

    def as_json(self) -> dict[str, Any]:
        """Return it as the API takes it."""
        return {"type": "semantic_vad"} | _given(asdict(self))


class Settings(TypedDict, total=False):
    """What `connect` and `update` take; the API's own names where they differ are in brackets."""

    instructions: str
    """The system message."""
    voice: str
    output: Literal["audio", "text"]
    """Spoken answers (with transcript) or written ones (``output_modalities``)."""
    turn_detection: ServerVAD | SemanticVAD | Mapping[str, Any] | None
    """None: nothing is answered until you `commit` and `respond`."""
    transcription: str | Mapping[str, Any] | None
    """Who writes down what the user says: a model's name, the API's object, or None for nobody."""
    tools: Sequence[Tool | Callable[..., Any] | Mapping[str, Any]]
    """Functions that the model may call, as such, as `rt.Tool` or as another package's tools; a dict in the API's shape
    is only told to the server: your own code answers the calls of a function in it."""
    max_output_tokens: int | Literal["inf"]
    temperature: float
    """Beta dialect only."""
    session: Mapping[str, Any]
    """Anything else of the API's session object, in GA's shape, as it is."""


def to_session(settings: Settings, dialect: Dialect) -> dict[str, Any]:
    """Return settings as the API's session object, in GA's shape, holding only what was given.

    Raises
    ------
    TypeError
        A setting's name or type is wrong.
    ValueError
        A setting does not exist in the dialect.
    """
    unknown = set(settings) - set(Settings.__annotations__)
    if unknown:
        raise TypeError(
            f"{', '.join(sorted(unknown))}: no such setting. There are {', '.join(Settings.__annotations__)}; "
            "anything else of the API's session object goes into session={...}."
        )
    if "temperature" in settings and dialect == "ga":
        raise ValueError(
            "temperature exists only in the beta dialect: the GA API refuses an update with it. "
            "Leave it out, or connect with dialect='beta' to a server that still speaks it."
        )
    raw = settings.get("session", {})
    if not isinstance(raw, Mapping):
        raise TypeError(f"session is {raw!r}; it is a dict of the API's own session fields.")
    session: dict[str, Any] = {}
    for name, value in settings.items():
        for path, shaped in _SHAPES[name](value):
            target = session
            for step in path[:-1]:
                target = target.setdefault(step, {})
            target[path[-1]] = shaped
    whole = merged(session, raw)
    _check_formats(whole)
    return whole


def _check_formats(session: Mapping[str, Any]) -> None:
    """Refuse what `ask`, `speak`, the panel and every `.audio` would take for PCM16, and make noise of."""
    audio = session.get("audio")
    for side in ("input", "output"):
        settings = audio.get(side) if isinstance(audio, Mapping) else None
        given = settings.get("format") if isinstance(settings, Mapping) else None
        if isinstance(given, Mapping) and given.get("type", "audio/pcm") != "audio/pcm":
            raise ValueError(
                f"session.audio.{side}.format is {given.get('type')!r}, and a session here plays and records PCM16 "
                "alone. To see another format on the wire, send the update yourself: session.send({...})."
            )


Shaped = list[tuple[tuple[str, ...], Any]]

_SHAPES: dict[str, Callable[[Any], Shaped]] = {
    "instructions": lambda value: [(("instructions",), value)],
    "voice": lambda value: [(("audio", "output", "voice"), value)],
    "output": lambda value: [(("output_modalities",), _modalities(value))],
    "turn_detection": lambda value: [(("audio", "input", "turn_detection"), _vad(value))],
    "transcription": lambda value: [
        (("audio", "input", "transcription"), {"model": value} if isinstance(value, str) else value)
    ],
    "tools": lambda value: [(("tools",), None if value is None else list(map(_tool, read_tools(value))))],
    "max_output_tokens": lambda value: [(("max_output_tokens",), value)],
    "temperature": lambda value: [(("temperature",), value)],
    "session": lambda value: [],
}


def _vad(value: Any) -> Any:
    if value is None or isinstance(value, Mapping):
        return value
    if isinstance(value, ServerVAD | SemanticVAD):
        return value.as_json()
    raise TypeError(
        f"turn_detection is {value!r}; pass rt.ServerVAD(...), rt.SemanticVAD(...), a dict, or None for off."
    )


def _tool(value: Any) -> Any:
    return value.as_json() if isinstance(value, Tool) else value


def _modalities(value: Any) -> Any:
    if value not in ("audio", "text", None):
        raise TypeError(f"output is {value!r}; it is 'audio' or 'text'.")
    return None if value is None else [value]


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with `over` laid on it: objects are merged, but for one of another ``type``, which replaces."""
    whole = dict(base)
    for name, value in over.items():
        old = whole.get(name)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            kind = old.get("type")
            whole[name] = merged(old, value) if value.get("type", kind) == kind else value
        else:
            whole[name] = value
    return whole


class _Unset:
    """The default of a setting in a signature: it is not sent, and stays as the server has it."""

    def __repr__(self) -> str:
        return "<unset>"


_UNSET = _Unset()


def shows_settings(function: F) -> F:
    """Let ``help`` and a notebook's tooltip list the names behind ``**settings``."""
    signature = inspect.signature(function)
    named = [parameter for parameter in signature.parameters.values() if parameter.kind is not parameter.VAR_KEYWORD]
    names = {parameter.name for parameter in named}
    settings = [
        inspect.Parameter(
            # As text, like all annotations here: the forward reference that a TypedDict makes of it reads badly.
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=_UNSET,
            annotation=getattr(annotation, "__forward_arg__", annotation),
        )
        for name, annotation in Settings.__annotations__.items()
        if name not in names
    ]
    # `inspect` looks for it there, though no type of a function declares it.
    function.__signature__ = signature.replace(parameters=named + settings)  # type: ignore[attr-defined]
    return function
