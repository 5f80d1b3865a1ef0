"""Logs with anything in them: what no server should send, and some do."""

from __future__ import annotations

from typing import Any

import orjson
from hypothesis import strategies as st

from rt_notebook.log.eventlog import EventLog
from rt_notebook.protocol.catalog import CATALOG

EVIL = "<script>alert(1)</script>&\"'\x00\x1b]0;x\x07`*_\n\n# 你好 ]]> -->"

_LEAVES: Any = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 2**62), st.floats(), st.just(EVIL), st.sampled_from(["a", "b", ""])
)
_GARBAGE: Any = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.sampled_from(["id", "type"]), inner)),
    max_leaves=4,
)
_FIELDS = (
    *("item_id", "item", "response", "response_id", "session", "error", "call_id", "delta", "transcript", "audio"),
    *("audio_start_ms", "audio_end_ms", "heard_ms", "generated_ms", "missing_samples", "content_index", "usage"),
)
_INSIDE = ("id", "type", "role", "content", "status", "status_details", "conversation_id", "audio", "usage", "tools")
_TYPES = st.sampled_from(
    [*CATALOG, "conversation.item.created", "response.audio.delta", "rt.tool.started", "unheard.of", "", EVIL]
)
_ROW = st.tuples(
    _TYPES,
    st.dictionaries(st.sampled_from(_FIELDS), _GARBAGE, max_size=4),
    st.dictionaries(st.sampled_from(_INSIDE), _GARBAGE, max_size=4),
    st.integers(0, 2),
    st.sampled_from(["client", "server", "local"]),
    st.sampled_from([0.0, 0.5, 3.0]),
)


@st.composite
def odd_logs(draw: Any) -> EventLog:
    """Draw a log of up to 12 events."""
    now = [0.0]
    log = EventLog(clock=lambda: now[0])
    for type_, odd, nested, connection, direction, after in draw(st.lists(_ROW, max_size=12)):
        event = {"type": type_, "item_id": "a", "item": nested, "response": nested, "session": nested} | odd
        raw = orjson.dumps(event)
        now[0] += after
        log.append(direction, raw, orjson.loads(raw), connection)
    return log
