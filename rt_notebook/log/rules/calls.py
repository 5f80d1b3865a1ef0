"""Rules of function calls and their outputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import orjson

from rt_notebook.log.rules.finding import CLIENT_EVENTS, CONVERSATIONS, Hit, rule

if TYPE_CHECKING:
    from rt_notebook.log.rules.reading import Reading

_CALLING = CONVERSATIONS


@rule(
    "unknown-call",
    "error",
    "Give the output the call_id of the call (`item.call_id`), not the item's id or the response's.",
    _CALLING,
)
def unknown_call(reading: Reading) -> Iterator[Hit]:
    """Find the output of a function call that nobody made."""
    if reading.lost:
        return
    for row, item in _outputs(reading):
        call = item.get("call_id")
        if not isinstance(call, str) or call not in reading.calls:
            yield Hit([row, *reading.refusals(row)], f"there is no function call {call!r} that this could answer")


@rule("two-outputs", "error", "Answer each call once; keep the ids of those that are answered.", _CALLING)
def two_outputs(reading: Reading) -> Iterator[Hit]:
    """Find two outputs of one call."""
    for call in reading.calls.values():
        taken = [row for row in call.outputs if not reading.refusals(row)]
        if len(taken) > 1:
            yield Hit(taken, f"the call {call.id} has {len(taken)} outputs")


@rule(
    "call-unanswered",
    "warning",
    "Run the function and send its output as a function_call_output item, even where it failed: "
    "say so in the output. Then ask for a response.",
    _CALLING,
)
def call_unanswered(reading: Reading) -> Iterator[Hit]:
    """Find a function call that was never answered, though the conversation went on."""
    said = max([*reading.requests, *reading.of("server", "input_audio_buffer.committed")], default=-1)
    for call in reading.calls.values():
        reply = reading.responses.get(call.response or "")
        if call.outputs or reply is None or reply.done is None or reply.status != "completed" or not reply.default:
            continue
        done = reply.done
        if reading.lapsed(done) or said > done:
            yield Hit([call.row], f"the call {call.id} of {call.name or 'a function'} never got an output")


@rule(
    "arguments-no-json",
    "error",
    "Tell the model that they cannot be read: answer the call with an output that says so.",
)
def arguments_no_json(reading: Reading) -> Iterator[Hit]:
    """Find a call whose arguments are no JSON."""
    for call in reading.calls.values():
        reply = reading.responses.get(call.response or "")
        if call.arguments is None or (reply is not None and reply.status not in ("completed", "")):
            continue
        try:
            orjson.loads(call.arguments)
        except orjson.JSONDecodeError:
            yield Hit([call.row], f"the arguments of the call {call.id} are no JSON: {call.arguments[:80]!r}")


@rule(
    "output-encoded-twice",
    "warning",
    "Send the text of json.dumps(result), once: the event around it is made JSON by itself.",
    CLIENT_EVENTS + "conversation/item/create",
)
def output_encoded_twice(reading: Reading) -> Iterator[Hit]:
    """Find a function's output that is JSON within a JSON string."""
    for row, item in _outputs(reading):
        output = item.get("output")
        inner = _json(output) if isinstance(output, str) else None
        if isinstance(inner, str) and isinstance(_json(inner), dict | list):
            yield Hit([row], f"the output of {item.get('call_id')} is JSON that was encoded twice: {inner[:60]}")


def _outputs(reading: Reading) -> Iterator[tuple[int, dict[str, object]]]:
    for row in reading.of("client", "conversation.item.create"):
        item = reading.event(row).get("item")
        if isinstance(item, dict) and item.get("type") == "function_call_output":
            yield row, item


def _json(text: str) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
