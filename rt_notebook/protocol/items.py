"""The nouns of a conversation: items and responses, as far as the server has told of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from rt_notebook.audio.pcm import pcm16_to_float
from rt_notebook.protocol.event import BYTES_PER_MS, whole_samples

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rt_notebook.protocol.event import Sound

Price = Callable[[dict[str, Any], str], float | None]
"""Returns the price of a `usage` object of a model, USD; None where nobody knows it."""


@dataclass(slots=True, eq=False)
class Item:
    """One item of the conversation, as far as the server has told."""

    id: str
    type: str = "message"
    """``message``, ``function_call``, ``function_call_output`` or another type of the API, such as ``mcp_call``."""
    role: str | None = None
    """``user``, ``assistant`` or ``system``; None for what is no message."""
    status: str | None = None
    """``in_progress``, ``completed`` or ``incomplete``; of what a remote MCP server does, also ``failed``."""
    text: str = ""
    """The words that were written."""
    transcript: str = ""
    """The words that were spoken. The server forgets an assistant's when its item is truncated; they stay here."""
    name: str | None = None
    """Of a function call, or one of a remote MCP tool: the function or the tool."""
    call_id: str | None = None
    arguments: str = ""
    """Of a call: JSON."""
    output: str = ""
    """Of a function call's output, and of a call of a remote MCP tool."""
    server_label: str | None = None
    """Of what concerns a remote MCP server: which one."""
    tools: tuple[str, ...] = ()
    """Of an ``mcp_list_tools``: the names of the server's tools."""
    error: str | None = None
    """Of a call of a remote MCP tool: what went wrong."""
    approval_request_id: str | None = None
    """Of an ``mcp_approval_response``, and of the call it allows: the item that asked."""
    approve: bool | None = None
    """Of an ``mcp_approval_response``: what was decided."""
    heard_ms: float | None = None
    """Of an interrupted item: the ms of its audio that the user heard."""
    deleted: bool = False
    pieces: list[Sound] = field(default_factory=list, repr=False)
    """Its audio as it came or went: PCM16 at 24 kHz, unless the session asks for G.711."""

    @property
    def audio(self) -> NDArray[np.float32]:
        """The item's audio, float32 of shape (samples,) at 24 kHz; empty where it has none."""
        return pcm16_to_float(whole_samples(b"".join(map(bytes, self.pieces))))

    @property
    def audio_ms(self) -> float:
        """Duration of the item's audio in ms."""
        return sum(map(len, self.pieces)) / BYTES_PER_MS

    @property
    def words(self) -> str:
        """What the item says, written or spoken."""
        return self.text or self.transcript

    @property
    def is_call(self) -> bool:
        """Whether it calls a function, or a tool of a remote MCP server."""
        return self.type in ("function_call", "mcp_call")

    @property
    def told(self) -> str | None:
        """What it is about, where it is no message: a call, its result, an approval; None for a message."""
        tell = _TOLD.get(self.type)
        return tell(self) if tell else None

    def __repr__(self) -> str:
        said = repr(self.words) if self.words else self.output or "no words"
        what = said if self.told is None or self.type == "function_call_output" else self.told
        what = f"calls {what}" if self.is_call else what
        heard = f", {self.audio_ms / 1000:.1f} s of audio" if self.pieces else ""
        return f"<Item {self.role or self.type}: {what}{heard}>"

    def _repr_html_(self) -> str:
        from rt_notebook.protocol.display import item_html

        return item_html(self)


def _call(item: Item) -> str:
    tool = f"{item.server_label}.{item.name}" if item.server_label else item.name
    return f"{tool}({item.arguments})"


def _remote_call(item: Item) -> str:
    outcome = f"error: {item.error}" if item.error else item.output
    return f"{_call(item)} → {outcome}" if outcome else _call(item)


_TOLD: dict[str, Callable[[Item], str]] = {
    "function_call": _call,
    "function_call_output": lambda item: item.output,
    "mcp_call": _remote_call,
    "mcp_list_tools": lambda item: f"{item.server_label} has {', '.join(item.tools) or 'no tools'}",
    "mcp_approval_request": lambda item: f"{_call(item)} waits for approval",
    "mcp_approval_response": lambda item: "approved" if item.approve else "not approved",
}


@dataclass(frozen=True, slots=True)
class Latency:
    """Ms from asking to what came. Asking is `response.create`, or the end of the user's speech as the VAD saw it."""

    created: float | None = None
    first_text: float | None = None
    """The first delta of text or transcript."""
    first_audio: float | None = None
    done: float | None = None


@dataclass(slots=True, eq=False)
class Response:
    """One response, as far as the server has told; it grows until `status` is no longer ``in_progress``."""

    id: str
    status: str = "in_progress"
    """Finally ``completed``, ``cancelled``, ``incomplete`` or ``failed``."""
    status_details: dict[str, Any] | None = None
    """Why it was cancelled, is incomplete or failed."""
    conversation_id: str | None = None
    """None for a response out of band."""
    items: list[Item] = field(default_factory=list, repr=False)
    usage: dict[str, Any] | None = field(default=None, repr=False)
    """Tokens, as the server counts them; None until it is done."""
    metadata: dict[str, Any] | None = None
    model: str | None = field(default=None, repr=False)
    """The session's model."""
    price: Price | None = field(default=None, repr=False)
    """Tells what it cost; None where nobody is paid."""
    times: dict[Literal["asked", "created", "first_text", "first_audio", "done"], float] = field(
        default_factory=dict, repr=False
    )
    """Seconds on the log's clock."""
    before: list[Response] = field(default_factory=list, repr=False)
    """Those that called the tools whose outputs this one answers, the first of them first."""

    @property
    def responses(self) -> list[Response]:
        """All that were made on the way to this one, and itself: several where tools were called."""
        return [*self.before, self]

    @property
    def text(self) -> str:
        """The answer in words, whether it was written or spoken."""
        return " ".join(item.words for item in self.items if item.words)

    @property
    def transcript(self) -> str:
        """The spoken words; empty for an answer in writing."""
        return " ".join(item.transcript for item in self.items if item.transcript)

    @property
    def audio(self) -> NDArray[np.float32]:
        """The answer's audio, float32 of shape (samples,) at 24 kHz; empty for an answer in writing."""
        return pcm16_to_float(b"".join(whole_samples(b"".join(map(bytes, item.pieces))) for item in self.items))

    @property
    def calls(self) -> list[Item]:
        """The function calls it makes, which are this side's to answer; a remote MCP tool's are the server's own."""
        return [item for item in self.items if item.type == "function_call"]

    @property
    def error(self) -> str | None:
        """What went wrong, where it failed."""
        details = self.status_details.get("error") if isinstance(self.status_details, dict) else None
        return str(details.get("message") or details.get("code")) if isinstance(details, dict) else None

    @property
    def cost(self) -> float | None:
        """What it cost, USD; None until it is done, where nobody is paid, or nobody knows the model's prices."""
        if self.price is None or not isinstance(self.usage, dict):
            return None
        return self.price(self.usage, self.model or "")

    @property
    def latency(self) -> Latency:
        """How long it took."""
        asked = self.times.get("asked")
        if asked is None:
            return Latency()
        return Latency(**{name: round((t - asked) * 1000, 1) for name, t in self.times.items() if name != "asked"})

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        said = repr(self.text) if self.text else self.error or "no words"
        audio_ms = sum(item.audio_ms for item in self.items)
        heard = f", {audio_ms / 1000:.1f} s of audio" if audio_ms else ""
        calls = "".join(f", calls {item.told}" for item in self.items if item.is_call)
        return f"<Response {self.status}: {said}{heard}{calls}>"

    def _repr_html_(self) -> str:
        from rt_notebook.protocol.display import response_html

        return response_html(self)


def heard_part(words: str, heard_ms: float | None, audio_ms: float) -> tuple[str, str]:
    """Split an interrupted item's words where the user ceased to hear them, between two words.

    `heard_ms` is None where nothing was cut off. Nobody knows when each word sounds: they are taken as evenly spread.
    """
    if heard_ms is None or heard_ms >= audio_ms:
        return words, ""
    at = int(len(words) * heard_ms / audio_ms)
    # Not in the middle of a word: what was heard of it only in part was not heard.
    end = at if words[at : at + 1].isspace() else words.rfind(" ", 0, at)
    return (words[:end], words[end:]) if end > 0 else ("", words)
