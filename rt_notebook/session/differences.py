"""What a replaying session's code sent otherwise than it was recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from rt_notebook.protocol.event import text_of

if TYPE_CHECKING:
    import pandas as pd

_OWN_IDS = ("event_id", "rt_request")
"""Fields in which each run has a value of its own."""
_LONGEST = 60
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that was sent otherwise than it was recorded."""

    row: int | None
    """Position in the log of the recorded event; None where nothing was recorded for what was sent."""
    type: str
    """Of the event, as on the wire."""
    path: str
    """Where in the event, such as ``item.content[0].text``; empty for the whole of it."""
    recorded: Any
    """None where it was not there."""
    sent: Any
    """None where it was not there."""

    def __str__(self) -> str:
        """Say it in a line."""
        what = f"{self.type} {self.path}".rstrip()
        if self.row is None:
            said = text_of(self.sent) if isinstance(self.sent, dict) else None
            return f"sent, but not recorded: {what}: {_shown(said or self.sent)}"
        if not self.path:
            return f"row {self.row}: recorded, but not sent: {what}"
        return f"row {self.row}: {what} was {_shown(self.recorded)}, and is {_shown(self.sent)}"


class Differences(list[Difference]):
    """Differences in the order of the log; ``.df`` is a DataFrame of them."""

    @property
    def df(self) -> pd.DataFrame:
        """One row a difference: ``row`` (Int64), ``type``, ``path``, ``recorded``, ``sent``."""
        import pandas as pd

        frame = pd.DataFrame([asdict(entry) for entry in self], columns=list(Difference.__slots__))
        return frame.astype({"row": "Int64"})

    def __repr__(self) -> str:
        if not self:
            return "<no differences: all that was sent is what was recorded>"
        return "\n".join([f"<{len(self)} difference{'s' * (len(self) > 1)}>", *map(str, self)])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Show it in a notebook as `repr` does: IPython would show any list as a list."""
        printer.text(repr(self))


def bare(event: Mapping[str, Any], names: Mapping[str, str], *, audio: bool = True) -> dict[str, Any]:
    """Return a client event without what is another in each run: its own ids.

    `names` are ids that the code made up, and what the same things are called in the recording. Without `audio` only
    the length of sound is kept.
    """
    out: dict[str, Any] = _bare(event, names, audio)
    if event.get("type") == "conversation.item.create" and isinstance(item := out.get("item"), dict):
        item.pop("id", None)
    return out


def _bare(value: Any, names: Mapping[str, str], audio: bool) -> Any:
    if isinstance(value, Mapping):
        kept = {
            key: len(entry) if key == "audio" and isinstance(entry, str) and not audio else _bare(entry, names, audio)
            for key, entry in value.items()
            if key not in _OWN_IDS
        }
        # The metadata that only held our tag is none.
        if kept.get("metadata") == {} and value["metadata"]:
            del kept["metadata"]
        return kept
    if isinstance(value, list):
        return [_bare(entry, names, audio) for entry in value]
    return names.get(value, value) if isinstance(value, str) else value


def compared(recorded: Any, sent: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield where two JSON values differ: path, what was recorded, what was sent; None for what is not there."""
    if isinstance(recorded, dict) and isinstance(sent, dict):
        for key in {**recorded, **sent}:
            yield from compared(recorded.get(key, _ABSENT), sent.get(key, _ABSENT), f"{path}.{key}".lstrip("."))
    elif isinstance(recorded, list) and isinstance(sent, list):
        for index in range(max(len(recorded), len(sent))):
            one = recorded[index] if index < len(recorded) else _ABSENT
            other = sent[index] if index < len(sent) else _ABSENT
            yield from compared(one, other, f"{path}[{index}]")
    elif recorded != sent:
        yield path, None if recorded is _ABSENT else recorded, None if sent is _ABSENT else sent


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}... ({len(text):,} characters)"
