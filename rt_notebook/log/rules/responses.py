"""Rules of asking for responses, and of how they end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rt_notebook.log.rules.evidence import any_between, last_before
from rt_notebook.log.rules.finding import CLIENT_EVENTS, CONVERSATIONS, VAD, Hit, rule
from rt_notebook.protocol.catalog import BUSY
from rt_notebook.protocol.fields import dict_at, text_at

if TYPE_CHECKING:
    from rt_notebook.log.rules.evidence import Call, Evidence

_INPUTS = ("conversation.item.create", "input_audio_buffer.commit")


@rule(
    "response-while-active",
    "error",
    "Wait for the response.done of the one that is being made, or send response.cancel first; "
    "`session.ask()` and `session.respond()` wait by themselves.",
    CLIENT_EVENTS + "response/create",
)
def response_while_active(evidence: Evidence) -> Iterator[Hit]:
    """Find a second `response.create` while a response of the default conversation is being made."""
    doubled = {row for row, _ in doubles(evidence)}
    for row in evidence.requests:
        if row in doubled:
            continue
        refused = [error for error in evidence.refusals(row) if _is_busy(evidence, error)]
        if (active := evidence.busy.get(row)) is not None:
            yield Hit([row, *refused], f"response.create was sent while the response {active} was being made")
        elif refused and (before := _unanswered(evidence, row)) is not None:
            yield Hit([before, row, *refused], "response.create was sent twice without waiting for the first response")


@rule(
    "response-race",
    "note",
    "Nothing to do if you ask again after its response.done, as `session.ask()` does by itself.",
    CLIENT_EVENTS + "response/create",
)
def response_race(evidence: Evidence) -> Iterator[Hit]:
    """Find a `response.create` that crossed another response's beginning on the wire."""
    doubled = {row for row, _ in doubles(evidence)}
    for rows, _ in evidence.refused_for(BUSY):
        row = rows[0]
        crossed = len(rows) == 1 or (row not in evidence.busy and _unanswered(evidence, row) is None)
        if crossed and row not in doubled:
            yield Hit(rows, "a response was asked for just when another one began, and was refused")


@rule(
    "double-answer",
    "warning",
    "Leave response.create to turn detection, or switch that off: "
    "`session.update(turn_detection=rt.ServerVAD(create_response=False))`.",
    VAD,
)
def double_answer(evidence: Evidence) -> Iterator[Hit]:
    """Find a `response.create` by hand for a turn that turn detection answers by itself."""
    for row, committed in doubles(evidence):
        yield Hit(
            [committed, row, *evidence.refusals(row)],
            "turn detection creates the response to this turn (create_response), and response.create was sent for it "
            "by hand too",
        )


def doubles(evidence: Evidence) -> list[tuple[int, int]]:
    """Return the requests for what turn detection answers by itself, each with the row of the turn's commit."""
    by_hand = evidence.of("client", *_INPUTS)
    commits = evidence.of("server", "input_audio_buffer.committed")
    ends = evidence.of("server", "response.done")
    found = []
    for row in evidence.requests:
        committed = last_before(commits, row)
        if committed is None or evidence.event(row).get("response"):
            continue
        detection = evidence.turn_detection(committed)
        answers = detection is not None and detection.get("create_response") is not False
        since = last_before(by_hand, row) or -1
        # Own input since the turn asks for an answer of its own; after the turn's answer, another one is a choice.
        if answers and since < committed and not any_between(ends, committed, row):
            found.append((row, committed))
    return found


@rule(
    "nothing-said",
    "note",
    "Add what there is to answer first (`session.add(...)`), or say with instructions= how to begin.",
    CLIENT_EVENTS + "response/create",
)
def nothing_said(evidence: Evidence) -> Iterator[Hit]:
    """Find a `response.create` in a conversation that has nothing in it, and without a word on what to say."""
    if not evidence.requests or evidence.lost:
        return
    row = evidence.requests[0]
    asked = evidence.event(row).get("response")
    said = evidence.of("client", *_INPUTS, "session.update") + evidence.of("server", "input_audio_buffer.committed")
    told = any(
        isinstance(session := evidence.event(each).get("session"), dict) and session.get("instructions")
        for each in evidence.of("client", "session.update")
        if each < row
    )
    inputs = [each for each in said if each < row and evidence.columns["type"][each] != "session.update"]
    if not asked and not inputs and not told:
        yield Hit([row], "response.create was sent before anything was said, and no instructions say how to begin")


@rule(
    "cancel-nothing", "note", "Nothing to do: it came too late, or there was none.", CLIENT_EVENTS + "response/cancel"
)
def cancel_nothing(evidence: Evidence) -> Iterator[Hit]:
    """Find a `response.cancel` with no response to cancel."""
    for rows, _ in evidence.refused_for("response_cancel_not_active"):
        yield Hit(rows, "response.cancel found no response that was being made")


@rule("response-failed", "error", "Read the error: it says whether to try again, to wait, or to change the request.")
def response_failed(evidence: Evidence) -> Iterator[Hit]:
    """Find a response that failed."""
    for reply in evidence.responses.values():
        if reply.status == "failed" and reply.done is not None:
            error = dict_at(reply.details, "error")
            why = error.get("message") or error.get("code") or "the server does not say why"
            yield Hit([reply.done], f"the response {reply.id} failed: {str(why).rstrip('.')}")


_INCOMPLETE = {
    "max_output_tokens": 'Raise max_output_tokens (`session.update(max_output_tokens=4096)`, or "inf"), '
    "or ask for shorter answers.",
    "content_filter": "The filter cut it: change the instructions or what is asked.",
}


@rule("response-incomplete", "warning", "Its status_details say why it ends early.")
def response_incomplete(evidence: Evidence) -> Iterator[Hit]:
    """Find a response that ends early."""
    for reply in evidence.responses.values():
        if reply.status == "incomplete" and reply.done is not None:
            why = str(reply.details.get("reason") or "no reason given")
            yield Hit([reply.done], f"the response {reply.id} is incomplete: {why}", _INCOMPLETE.get(why))


@rule(
    "no-response-after-outputs",
    "error",
    "Send response.create (`session.respond()`) once all outputs are in: adding an output asks for nothing.",
    CONVERSATIONS,
)
def no_response_after_outputs(evidence: Evidence) -> Iterator[Hit]:
    """Find outputs of function calls, and no response to them."""
    outputs = sorted(row for call in evidence.calls.values() for row in call.outputs)
    if not outputs or evidence.refusals(outputs[-1]):
        return
    last = outputs[-1]
    asked = [row for row in evidence.requests if row > last]
    made = [
        reply for reply in evidence.responses.values() if reply.default and (reply.created or reply.done or 0) > last
    ]
    if asked or made:
        return
    answered = max([*evidence.requests, *evidence.of("server", "response.created")], default=-1)
    trailing = [row for row in outputs if row > answered]
    calls = [call for call in evidence.calls.values() if set(call.outputs) & set(trailing)]
    made_by = {call.response for call in calls}
    if any(call.response in made_by and call.id in evidence.running for call in evidence.calls.values()):
        return  # the answer is to have that call's output, too
    if all(call.id in evidence.unasked for call in calls):
        return
    ids = ", ".join(call.id for call in calls)
    if evidence.lapsed(last):
        yield Hit(trailing, f"the output of {ids} was added, and no response was asked for after it")
    else:
        yield Hit(trailing, f"the output of {ids} was added; no response has been asked for yet", severity="note")


@rule(
    "response-before-all-outputs",
    "warning",
    "Add the outputs of all calls of a response first, then send one response.create.",
    CONVERSATIONS,
)
def response_before_all_outputs(evidence: Evidence) -> Iterator[Hit]:
    """Find a `response.create` between the outputs of one response's calls."""
    sent = evidence.of("client", *_INPUTS, "response.create")
    calls: dict[str, list[Call]] = {}
    for call in evidence.calls.values():
        if call.response is not None and call.outputs:
            calls.setdefault(call.response, []).append(call)
    answered = {call.outputs[0]: call for each in calls.values() for call in each}
    for row in evidence.requests:
        output = last_before(sent, row)
        if output is None or (of := answered.get(output)) is None:
            continue
        if missing := [other.id for other in calls[of.response or ""] if other.outputs[0] > row]:
            yield Hit(
                [output, row],
                f"response.create was sent when the output of {', '.join(missing)} was still to come, "
                f"a call of the same response {of.response}",
            )


def _unanswered(evidence: Evidence, row: int) -> int | None:
    """Return the request before a row that had no answer when the row was written."""
    before = last_before(evidence.requests, row)
    if before is None or any(error < row for error in evidence.refusals(before)):
        return None
    return None if any_between(evidence.of("server", "response.created"), before, row) else before


def _is_busy(evidence: Evidence, error: int) -> bool:
    return text_at(evidence.event(error), "error", "code") == BUSY
