"""Rules of function calls and their outputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import orjson

from rt_notebook.log.rules.finding import CLIENT_EVENTS, CONVERSATIONS, Hit, rule
from rt_notebook.protocol.fields import dict_at, number_at

if TYPE_CHECKING:
    from rt_notebook.log.rules.evidence import Evidence

SLOW_MS = 5_000
"""Ms of silence after which a user asks whether anybody is there."""
_CALLING = CONVERSATIONS


@rule(
    "unknown-call",
    "error",
    "Give the output the call_id of the call (`item.call_id`), not the item's id or the response's.",
    _CALLING,
)
def unknown_call(evidence: Evidence) -> Iterator[Hit]:
    """Find the output of a function call that nobody made."""
    if evidence.lost:
        return
    for row, item in _outputs(evidence):
        call = item.get("call_id")
        if not isinstance(call, str) or call not in evidence.calls:
            yield Hit([row, *evidence.refusals(row)], f"there is no function call {call!r} that this could answer")


@rule("two-outputs", "error", "Answer each call once; keep the ids of those that are answered.", _CALLING)
def two_outputs(evidence: Evidence) -> Iterator[Hit]:
    """Find two outputs of one call."""
    for call in evidence.calls.values():
        taken = [row for row in call.outputs if not evidence.refusals(row)]
        if len(taken) > 1:
            yield Hit(taken, f"the call {call.id} has {len(taken)} outputs")


@rule(
    "call-unanswered",
    "warning",
    "Run the function and send its output as a function_call_output item, even where it failed: "
    "say so in the output. Then ask for a response.",
    _CALLING,
)
def call_unanswered(evidence: Evidence) -> Iterator[Hit]:
    """Find a function call that was never answered, though the conversation went on."""
    said = max([*evidence.requests, *evidence.of("server", "input_audio_buffer.committed")], default=-1)
    for call in evidence.calls.values():
        reply = evidence.responses.get(call.response or "")
        if call.outputs or call.id in evidence.running or reply is None:
            continue
        if reply.done is None or reply.status != "completed" or not reply.default:
            continue
        done = reply.done
        if evidence.lapsed(done) or said > done:
            yield Hit([call.row], f"the call {call.id} of {call.name or 'a function'} never got an output")


@rule(
    "slow-tool",
    "note",
    "Have the instructions say that the model tells the user what it is about to do, before it calls; "
    "return at once and tell the result later; or give the tool a time limit: rt.tool(timeout=...).",
)
def slow_tool(evidence: Evidence) -> Iterator[Hit]:
    """Find a tool for which the user waited long, and in silence."""
    for row in evidence.of("local", "rt.tool.done", "rt.tool.failed"):
        event = evidence.event(row)
        ms = number_at(event, "duration_ms")
        if ms is not None and ms > SLOW_MS:
            yield Hit([row], f"the tool {event.get('name')} ran {ms / 1000:,.1f} s, and nothing was said meanwhile")


@rule(
    "output-unsent",
    "warning",
    "What the tool did is done. A new connection knows nothing of the call: tell it in a message of your own.",
)
def output_unsent(evidence: Evidence) -> Iterator[Hit]:
    """Find the output of a tool that nobody got, since the connection was gone."""
    ids = evidence.columns["call_id"]
    ran = {ids[row] for row in evidence.of("local", "rt.tool.started")}
    waited = {ids[row] for row in evidence.of("local", "rt.tool.waiting")}
    for row in evidence.of("local", "rt.tool.unsent"):
        if ids[row] in waited - ran:  # it was never approved, and did nothing
            continue
        event = evidence.event(row)
        reason = f" ({event['reason']})" if event.get("reason") else ""
        yield Hit([row], f"the output of the call {event.get('call_id')} of {event.get('name')} was never sent{reason}")


@rule(
    "arguments-no-json",
    "error",
    "Tell the model that they cannot be read: answer the call with an output that says so.",
)
def arguments_no_json(evidence: Evidence) -> Iterator[Hit]:
    """Find a call whose arguments are no JSON, and whose model was not told so by a tool of this package."""
    failed = map(evidence.event, evidence.of("local", "rt.tool.failed"))
    told = {event.get("call_id") for event in failed if event.get("kind") == "invalid-json"}
    for call in evidence.calls.values():
        reply = evidence.responses.get(call.response or "")
        if call.arguments is None or call.id in told or (reply is not None and reply.status not in ("completed", "")):
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
def output_encoded_twice(evidence: Evidence) -> Iterator[Hit]:
    """Find a function's output that is JSON within a JSON string."""
    for row, item in _outputs(evidence):
        output = item.get("output")
        inner = _json(output) if isinstance(output, str) else None
        if isinstance(inner, str) and isinstance(_json(inner), dict | list):
            yield Hit([row], f"the output of {item.get('call_id')} is JSON that was encoded twice: {inner[:60]}")


def _outputs(evidence: Evidence) -> Iterator[tuple[int, dict[str, object]]]:
    for row in evidence.of("client", "conversation.item.create"):
        item = dict_at(evidence.event(row), "item")
        if item.get("type") == "function_call_output":
            yield row, item


def _json(text: str) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
