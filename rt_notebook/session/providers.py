"""Where a session goes: OpenAI, the server of our own on this machine, or any URL."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from rt_notebook.errors import ConnectError, MissingKeyError
from rt_notebook.protocol.catalog import Dialect

Provider = Literal["auto", "openai", "local", "url"]

OPENAI_URL = "https://api.openai.com/v1"
LOCAL_MODEL = "tutor"


class Secret:
    """A key that shows itself in no repr, traceback or pickle."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the key itself."""
        return self._value

    def __repr__(self) -> str:
        return "<secret>"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("a key is not pickled")


@dataclass(frozen=True, slots=True)
class Headers:
    """HTTP headers of a handshake; any may be secret, so none is shown."""

    values: Mapping[str, Secret] = field(default_factory=dict, repr=False)

    def revealed(self) -> dict[str, str]:
        """Return the headers themselves."""
        return {name: value.reveal() for name, value in self.values.items()}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server that a session can connect to."""

    provider: str
    url: str = field(repr=False)
    """Where to, with the model; it may hold secrets of the user's own."""
    model: str | None
    headers: Headers
    dialect: Dialect = "ga"
    why: str = ""
    """One line for the user, where the choice was ours."""
    replayed: bool = False
    """Nothing goes there: the session replays a recording of it."""

    @property
    def named(self) -> str:
        """The model, and whether it is only replayed; empty where neither is so."""
        return " ".join([self.model or ""] + ["(replayed)"] * self.replayed).strip()

    @property
    def shown(self) -> str:
        """The URL without what could be secret: user, password, and every parameter but the model."""
        try:
            parts = urlsplit(self.url)
        except ValueError:
            return "an address that is none"
        host = parts.netloc.rpartition("@")[2]
        query = urlencode(
            [(key, value if key == "model" else "...") for key, value in parse_qsl(parts.query)], safe="."
        )
        return urlunsplit((parts.scheme, host, parts.path, query, ""))

    def redact(self, text: str) -> str:
        """Return a server's words without the key, should it repeat it."""
        for value in self.headers.revealed().values():
            for secret in (value, value.removeprefix("Bearer ")):
                text = text.replace(secret, "<secret>")
        return text


def resolve(
    provider: Provider = "auto",
    *,
    url: str | None = None,
    api_key: Secret | None = None,
    model: str | None = None,
    headers: Mapping[str, Secret] | None = None,
    dialect: Dialect = "ga",
) -> Endpoint:
    """Decide where a session goes.

    ``auto`` is OpenAI where a key is found (`api_key`, then ``OPENAI_API_KEY``; ``OPENAI_BASE_URL`` is honoured), else
    the local server. With `url` it is that server. Starts the local server where it is chosen and not running.

    Raises
    ------
    MissingKeyError
        OpenAI was asked for and there is no key.
    ConnectError
        OpenAI was asked for in the beta dialect, which it closed in May 2026.
    """
    if dialect not in ("ga", "beta"):
        raise ValueError(f"dialect is {dialect!r}; it is 'ga' or 'beta'.")
    extra = ({"OpenAI-Beta": Secret("realtime=v1")} if dialect == "beta" else {}) | dict(headers or {})
    if provider not in ("auto", "openai", "local", "url"):
        raise ValueError(
            f"provider is {provider!r}; it is 'auto', 'openai' or 'local', or pass url= for another server."
        )
    if url is not None:
        if not isinstance(url, str):
            raise TypeError(f"url is {url!r}; it is text such as 'ws://localhost:8000/v1/realtime'.")
        if provider in ("openai", "local"):
            raise ValueError(f"url= names a server of its own: leave provider={provider!r} out.")
        return _endpoint("url", _with_model(url, model), model, api_key, extra, dialect)
    if provider == "url":
        raise ValueError("provider='url' needs url='ws://...'.")
    key = api_key or _key_of_environment()
    if provider == "openai" or (provider == "auto" and key is not None):
        return _openai(key, model, extra, dialect, chosen=provider == "auto")
    return _local(model, extra, dialect, chosen=provider == "auto")


def renewed(endpoint: Endpoint) -> Endpoint:
    """Return the endpoint as it is now: the local server may have died, and another one listens elsewhere."""
    if endpoint.provider != "local":
        return endpoint
    extra = {name: value for name, value in endpoint.headers.values.items() if name != "Authorization"}
    return replace(_local(endpoint.model, extra, endpoint.dialect, chosen=False), why=endpoint.why)


def _openai(
    key: Secret | None, model: str | None, extra: dict[str, Secret], dialect: Dialect, *, chosen: bool
) -> Endpoint:
    base = (os.environ.get("OPENAI_BASE_URL") or OPENAI_URL).rstrip("/")
    official = base == OPENAI_URL
    if key is None:
        raise MissingKeyError(base)
    if dialect == "beta" and official:
        raise ConnectError(
            base,
            "OpenAI closed the beta dialect in May 2026. Leave dialect='beta' out; code written for the beta runs "
            "on, since sessions speak GA above the wire. For a lesson on it: rt.connect('local', dialect='beta').",
        )
    model = model or newest_model()
    url = re.sub(r"^http", "ws", base) + "/realtime"
    why = f"OpenAI ({model}), since an API key was found" if chosen else ""
    return _endpoint("openai", _with_model(url, model), model, key, extra, dialect, why)


def _local(model: str | None, extra: dict[str, Secret], dialect: Dialect, *, chosen: bool) -> Endpoint:
    from rt_notebook.session.local import local_server

    server = local_server()
    model = model or LOCAL_MODEL
    why = "the local server, since no API key was found (OPENAI_API_KEY or api_key= brings OpenAI)" if chosen else ""
    return _endpoint("local", _with_model(server.url, model), model, Secret(server.token), extra, dialect, why)


def _endpoint(
    provider: str,
    url: str,
    model: str | None,
    key: Secret | None,
    extra: dict[str, Secret],
    dialect: Dialect,
    why: str = "",
) -> Endpoint:
    bearer = {"Authorization": Secret(f"Bearer {key.reveal()}")} if key is not None else {}
    endpoint = Endpoint(provider, url, model, Headers(bearer | extra), dialect, why)
    for name, value in endpoint.headers.values.items():
        if not all(" " <= char <= "~" for char in value.reveal()):
            what = "the API key" if name == "Authorization" else f"the header {name!r}"
            raise ConnectError(
                endpoint.shown,
                f"{what} holds a character that cannot be sent. Was it pasted with a line break or quotes?",
            )
    return endpoint


def _key_of_environment() -> Secret | None:
    value = os.environ.get("OPENAI_API_KEY", "").strip()
    return Secret(value) if value else None


def _with_model(url: str, model: str | None) -> str:
    if model is None or re.search(r"[?&]model=", url):
        return url
    return f"{url}{'&' if '?' in url else '?'}model={quote(model)}"


def newest_model() -> str:
    """Return the newest Realtime model that the `openai` package knows and does not mark as deprecated.

    Source: the `model` field of ``openai.types.realtime.RealtimeSessionCreateRequest`` (names, in its documentation
    also the deprecated ones).
    """
    from typing import get_args

    from openai.types.realtime import RealtimeSessionCreateRequest

    field_ = RealtimeSessionCreateRequest.model_fields["model"]
    literal = next(arg for arg in get_args(field_.annotation) if get_args(arg))
    deprecated = set(re.findall(r'"([\w.-]+)"', _documentation(RealtimeSessionCreateRequest, "model")))
    # Names without a size ("-mini") or a date: gpt-realtime, gpt-realtime-1.5, gpt-realtime-2.1.
    versions = {
        name: tuple(int(part) for part in (version or "1").split("."))
        for name in get_args(literal)
        if name not in deprecated and (match := re.fullmatch(r"gpt-realtime(?:-(\d+(?:\.\d+)*))?", name))
        for version in [match[1]]
    }
    return str(max(versions, key=lambda name: versions[name]))


def _documentation(model: type, name: str) -> str:
    """Return what a model's source says below a field: the package keeps it in the source only."""
    import ast
    import inspect
    from itertools import pairwise

    body = next(node.body for node in ast.walk(ast.parse(inspect.getsource(model))) if isinstance(node, ast.ClassDef))
    for statement, following in pairwise(body):
        if (
            isinstance(statement, ast.AnnAssign)
            and isinstance(statement.target, ast.Name)
            and statement.target.id == name
            and isinstance(following, ast.Expr)
            and isinstance(following.value, ast.Constant)
        ):
            return str(following.value.value)
    return ""
