"""Client events by chance, sound and broken ones, for whoever feeds them to the server."""

from __future__ import annotations

from typing import Any

from core_client import Event
from hypothesis import strategies as st

from rt_notebook.server.shapes import EVENTS

# An id is drawn as a number, and stands for one of the ids the server has told so far.
IDS = st.integers(0, 40)
TEXTS = st.sampled_from(["", "Hello.", "One. Two? Three", "你好。再见", "\n", "x" * 300])
JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
AFTER: dict[str, st.SearchStrategy[Any]] = {"create_response": st.booleans(), "interrupt_response": st.booleans()}
DETECTION = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {"type": st.just("server_vad")},
        optional={
            "threshold": st.floats(0, 1),
            "prefix_padding_ms": st.integers(0, 2_000),
            "silence_duration_ms": st.integers(0, 1_000),
            "idle_timeout_ms": st.sampled_from([None, 5_000]),
            **AFTER,
        },
    ),
    st.fixed_dictionaries(
        {"type": st.just("semantic_vad")}, optional={"eagerness": st.sampled_from(["low", "high"]), **AFTER}
    ),
)
FORMAT = st.sampled_from(["audio/pcm", "audio/pcmu", "audio/pcma"]).map(lambda name: {"type": name})
SESSION = st.fixed_dictionaries(
    {"type": st.just("realtime")},
    optional={
        "output_modalities": st.sampled_from([["text"], ["audio"]]),
        "max_output_tokens": st.sampled_from(["inf", 1, 50]),
        "audio": st.fixed_dictionaries(
            {},
            optional={
                "input": st.fixed_dictionaries(
                    {},
                    optional={
                        "turn_detection": DETECTION,
                        "transcription": st.sampled_from([None, {"model": "whisper-1"}]),
                        "format": FORMAT,
                    },
                ),
                "output": st.fixed_dictionaries(
                    {}, optional={"voice": st.sampled_from(["marin", "cedar"]), "format": FORMAT}
                ),
            },
        ),
    },
)
PART = st.one_of(
    st.fixed_dictionaries({"type": st.just("input_text"), "text": TEXTS}),
    st.fixed_dictionaries({"type": st.just("input_audio"), "audio": st.sampled_from(["", "AAAA", "AAAAAA==", "?"])}),
)
ITEM = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("message"), "role": st.just("user"), "content": st.lists(PART, max_size=3)},
        optional={"id": st.sampled_from(["a", "b"])},
    ),
    st.fixed_dictionaries({"type": st.just("function_call_output"), "call_id": TEXTS, "output": TEXTS}),
)
RESPONSE = st.fixed_dictionaries(
    {},
    optional={
        "conversation": st.sampled_from(["auto", "none"]),
        "output_modalities": st.sampled_from([["text"], ["audio"]]),
        "input": st.lists(ITEM, max_size=2),
        "metadata": st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2),
    },
)


def event(kind: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, Event]]:
    return st.fixed_dictionaries({"type": st.just(kind), **fields}).map(lambda made: ("event", made))


CLIENT_EVENTS = st.one_of(
    event("session.update", session=SESSION),
    event("input_audio_buffer.commit"),
    event("input_audio_buffer.clear"),
    event("conversation.item.create", item=ITEM),
    event("conversation.item.create", item=ITEM, previous_item_id=IDS),
    event("conversation.item.retrieve", item_id=IDS),
    event("conversation.item.delete", item_id=IDS),
    event(
        "conversation.item.truncate", item_id=IDS, content_index=st.integers(0, 1), audio_end_ms=st.integers(0, 2_000)
    ),
    event("response.create", response=RESPONSE),
    event("response.create"),
    event("response.cancel"),
    event("response.cancel", response_id=IDS),
)
BROKEN_EVENTS = st.tuples(
    st.just("event"),
    JUNK
    | st.builds(
        lambda kind, fields: {**fields, "type": kind},
        st.sampled_from(list(EVENTS)),
        st.dictionaries(st.sampled_from(["session", "audio", "item", "item_id", "response", "event_id"]), JUNK),
    ),
)


def with_ids(made: Event, events: list[Event]) -> Event:
    """Put ids that the server has told for the numbers drawn."""
    added = ("conversation.item.added", "conversation.item.created")
    known = ["root", *(each["item"]["id"] for each in events if each["type"] in added)]
    responses = [each["response"]["id"] for each in events if each["type"] == "response.created"] or ["none"]
    pools = {"item_id": known, "previous_item_id": known, "response_id": responses}
    return {
        name: pools[name][value % len(pools[name])] if name in pools and type(value) is int else value
        for name, value in made.items()
    }
