"""Items, responses, calls and turns of a log as DataFrames, with the same dtypes for an empty log as for a long one.

Times are seconds on the log's clock (its column ``t``); durations end in ``_ms``. The index counts from 0, that of the
turns is their number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from rt_notebook.log.billing import tokens_of, total
from rt_notebook.log.calls import Run, busy_ms, read_calls
from rt_notebook.log.prices import Tokens
from rt_notebook.log.reading import Reading, read

if TYPE_CHECKING:
    from rt_notebook.log.records import Answer, Bill, Said
    from rt_notebook.log.store import EventStore
    from rt_notebook.log.turns import Turn

_TOKENS = {
    "input_text_tokens": "Int64",
    "input_audio_tokens": "Int64",
    "input_image_tokens": "Int64",
    "cached_tokens": "Int64",
    "output_text_tokens": "Int64",
    "output_audio_tokens": "Int64",
}

TURNS: dict[str, str] = {
    "connection": "Int64",
    "speech_start": "float64",
    "speech_end": "float64",
    "committed": "float64",
    "transcript": "string",
    "answer": "string",
    "responses": "object",
    "asked": "float64",
    "first_text": "float64",
    "first_audio": "float64",
    "heard": "float64",
    "done": "float64",
    "ended": "float64",
    "interrupted": "float64",
    "generated_ms": "float64",
    "heard_ms": "float64",
    **_TOKENS,
    "usd": "float64",
    "calls": "object",
    "tools_ms": "float64",
    "status": "string",
}
"""Column -> dtype; ``responses`` and ``calls`` hold lists of ids and of names of functions."""

RESPONSES: dict[str, str] = {
    "response": "string",
    "connection": "Int64",
    "turn": "Int64",
    "out_of_band": "boolean",
    "status": "string",
    "why": "string",
    "asked": "float64",
    "created_ms": "float64",
    "first_text_ms": "float64",
    "first_audio_ms": "float64",
    "first_heard_ms": "float64",
    "done_ms": "float64",
    "text": "string",
    "audio_ms": "float64",
    **_TOKENS,
    "usd": "float64",
    "model": "string",
}
"""Column -> dtype; ``created_ms`` to ``done_ms`` count from ``asked``."""

ITEMS: dict[str, str] = {
    "item": "string",
    "connection": "Int64",
    "position": "Int64",
    "type": "string",
    "role": "string",
    "text": "string",
    "transcript": "string",
    "audio_ms": "float64",
    "heard_ms": "float64",
    "name": "string",
    "call_id": "string",
    "arguments": "string",
    "output": "string",
    "turn": "Int64",
    "response": "string",
    "deleted": "boolean",
}
"""Column -> dtype."""


CALLS: dict[str, str] = {
    "call_id": "string",
    "name": "string",
    "arguments": "string",
    "t": "float64",
    "duration_ms": "float64",
    "state": "string",
    "output": "string",
    "error": "string",
    "why": "string",
    "connection": "Int64",
    "response_id": "string",
    "item_id": "string",
    "turn": "Int64",
}
"""Column -> dtype."""


def items(log: EventStore) -> pd.DataFrame:
    """Return one row an item, connection by connection in the conversation's order.

    Columns: ``item`` (its id), ``connection``, ``position`` (in the conversation, from 0; missing where it was deleted
    or never was in it), ``type``, ``role``, ``text`` (written), ``transcript`` (spoken), ``audio_ms`` (the user's as
    the server cut it out, the assistant's as it was generated), ``heard_ms`` (missing where nobody told), ``name``,
    ``call_id``, ``arguments`` and ``output`` (of function calls), ``turn``, ``response``, ``deleted``.
    """
    return _frame((_item(said) for said in read(log).items), ITEMS)


def responses(log: EventStore) -> pd.DataFrame:
    """Return one row a response, in the order in which they began.

    Columns: ``response`` (its id), ``connection``, ``turn`` (missing out of band), ``out_of_band``, ``status``, ``why``
    (it was cancelled, is incomplete or failed), ``asked`` (s), then ms from there: ``created_ms``, ``first_text_ms``,
    ``first_audio_ms``, ``first_heard_ms`` (the first sample left the loudspeaker), ``done_ms``; ``text``, ``audio_ms``
    (generated), tokens by kind (those that were cached are a part of the input), ``usd`` (missing where nobody is paid,
    or knows the price), ``model``.
    """
    reading = read(log)
    bills = {id(bill.of): bill for bill in reading.bills}
    return _frame((_response(answer, bills.get(id(answer))) for answer in reading.answers), RESPONSES)


def calls(log: EventStore) -> pd.DataFrame:
    """Return one row a call of a tool, connection by connection in the conversation's order.

    Columns: ``call_id`` (missing where the server runs the tool), ``name``, ``arguments`` (JSON, as the model wrote
    it), ``t`` (when the tool began or, if it never did, it was asked whether it may, s), ``duration_ms``, ``state``
    (running, waiting for approval, done, failed, cancelled, unsent; unanswered, or incomplete where the response was
    cut off in the middle of the arguments), ``output`` (as it was sent), ``error``, ``why`` (the kind of a failure, the
    reason of what was cancelled or unsent), ``connection``, ``response_id``, ``item_id``, ``turn``.

    Where no tool of this package ran, ``t`` is when the call was complete, and the duration lasts until its output.
    """
    return _frame(map(_call, read_calls(log)), CALLS)


def turns(log: EventStore) -> pd.DataFrame:
    """Return one row a turn; the index is its number, from 1.

    Columns: ``connection``; ``speech_start``, ``speech_end``, ``committed`` (s); ``transcript`` (what the user said or
    wrote), ``answer``, ``responses`` (ids); ``asked``, ``first_text``, ``first_audio``, ``heard`` (the first sample
    left the loudspeaker), ``done`` (the last response), ``ended`` (its sound, too), ``interrupted`` (s);
    ``generated_ms``, ``heard_ms``; the responses' tokens by kind (those that were cached are a part of the input);
    ``usd`` (with the transcription; missing where nobody is paid, or knows the price); ``calls`` (names of functions),
    ``tools_ms`` (how long their tools ran, those that ran at once counted once), ``status``.
    """
    reading = read(log)
    frame = _frame(_turns(reading, read_calls(log)), TURNS)
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="turn")
    return frame


def _turns(reading: Reading, runs: list[Run]) -> list[dict[str, Any]]:
    bills: dict[int, list[Bill]] = {}
    for bill in reading.bills:
        bills.setdefault(id(bill.turn), []).append(bill)
    made: dict[int, list[Run]] = {}
    for run in runs:
        made.setdefault(id(run.said.turn), []).append(run)
    return [_turn(turn, bills.get(id(turn), []), made.get(id(turn), [])) for turn in reading.turns]


def _turn(turn: Turn, bills: list[Bill], runs: list[Run]) -> dict[str, Any]:
    row = {name: getattr(turn, name) for name in TURNS if hasattr(turn, name)}
    own = [bill for bill in bills if bill.what == "response" and bill.usage is not None]
    return row | {
        "transcript": turn.text or None,
        "answer": turn.answer or None,
        "responses": list(turn.responses),
        "calls": [run.name or run.said.item.call_id or "" for run in runs],
        "tools_ms": busy_ms(runs),
        "usd": total(bills),
        **_tokens(sum((tokens_of(bill) for bill in own), Tokens()) if own else None),
    }


def _response(answer: Answer, bill: Bill | None) -> dict[str, Any]:
    def ms(t: float | None) -> float | None:
        return None if t is None or answer.asked is None else (t - answer.asked) * 1000

    return {
        "response": answer.id,
        "connection": answer.connection,
        "turn": answer.turn.number if answer.turn else None,
        "out_of_band": answer.out_of_band,
        "status": answer.response.status,
        "why": answer.why,
        "asked": answer.asked,
        "created_ms": ms(answer.created),
        "first_text_ms": ms(answer.first_text),
        "first_audio_ms": ms(answer.first_audio),
        "first_heard_ms": ms(answer.heard),
        "done_ms": ms(answer.done),
        "text": answer.text or None,
        "audio_ms": answer.audio_ms,
        "usd": total([bill]) if bill else None,
        "model": answer.model,
        **_tokens(tokens_of(bill) if bill and bill.usage is not None else None),
    }


def _item(said: Said) -> dict[str, Any]:
    item = said.item
    return {
        "item": said.id,
        "connection": said.connection,
        "position": said.position,
        "type": item.type,
        "role": item.role,
        "text": item.text or None,
        "transcript": item.transcript.strip() or None,
        "audio_ms": said.audio_ms,
        "heard_ms": said.heard_ms,
        "name": item.name,
        "call_id": item.call_id,
        "arguments": item.arguments or None,
        "output": item.output or None,
        "turn": said.turn.number if said.turn else None,
        "response": said.response,
        "deleted": item.deleted,
    }


def _call(run: Run) -> dict[str, Any]:
    said = run.said
    return {name: getattr(run, name) for name in CALLS if hasattr(run, name)} | {
        "call_id": said.item.call_id,
        "name": said.item.name,
        "arguments": said.item.arguments or None,
        "t": run.began,
        "connection": said.connection,
        "response_id": said.response,
        "item_id": said.id,
        "turn": said.turn.number if said.turn else None,
    }


def _tokens(tokens: Tokens | None) -> dict[str, int | None]:
    names = [name.removesuffix("_tokens") for name in _TOKENS]
    return {f"{name}_tokens": None if tokens is None else getattr(tokens, name) for name in names}


def _frame(rows: Any, dtypes: dict[str, str]) -> pd.DataFrame:
    """Return rows as a DataFrame of its own with the columns and dtypes given."""
    rows = list(rows)
    return pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=dtype) for name, dtype in dtypes.items()})
