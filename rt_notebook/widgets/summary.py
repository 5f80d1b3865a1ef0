"""A conversation as static HTML: what a saved notebook shows where no kernel runs.

Everything is text, escaped; there is no sound, no address and no key. The little style it has stands inline, without
colours of its own, so that it reads in light and dark and where nothing of ours is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from rt_notebook.protocol.conversation import Conversation
from rt_notebook.protocol.items import Item, heard_part
from rt_notebook.session.session import AsyncSession

MOST_ITEMS = 200
LONGEST = 2_000
"""Characters of an item that are shown."""

_SECRET = 12
"""Characters from which on a header's value is a key: shorter ones are words that anybody may say."""
_SPEAKERS = {"user": "You", "assistant": "Assistant", "system": "System"}
_TOOLS = {
    "function_call": "Tool call",
    "mcp_call": "Remote tool call",
    "mcp_list_tools": "Remote tools",
    "mcp_approval_request": "Approval",
    "mcp_approval_response": "Approval",
}
_NOTE = "opacity: 0.7; margin: 0.25em 0"
_TURN = "margin: 0.25em 0; white-space: pre-wrap; overflow-wrap: anywhere"


def summary_html(session: AsyncSession, earlier: Sequence[Conversation] = ()) -> str:
    """Return the session's conversation as HTML; `earlier` are those of its earlier connections."""
    # Copied in one step each: the session's thread goes on adding.
    told = [[conversation.items[id_] for id_ in tuple(conversation.order)] for conversation in earlier]
    now = session.conversation
    told.append([now.items[id_] for id_ in tuple(now.order)])
    told = [items for items in told if items]
    calls = {item.call_id: item.name for items in told for item in items if item.type == "function_call"}
    left_out = max(0, sum(map(len, told)) - MOST_ITEMS)
    endpoint = session.endpoint
    secrets = [key.removeprefix("Bearer ") for key in endpoint.headers.revealed().values()]
    secrets = [key for key in secrets if len(key) >= _SECRET]
    model = f", {endpoint.named}" if endpoint.named else ""
    started = session.events.started
    lines = [
        f"<div><b>Realtime conversation</b> <span style='opacity: 0.7'>{escape(endpoint.provider + model)}, "
        f"<time datetime='{started:%Y-%m-%dT%H:%M:%SZ}'>{started:%Y-%m-%d %H:%M} UTC</time>. "
        # A frontend says of a panel without a kernel only that a model was not found.
        "As it was saved: the panel needs its kernel, run the cell again to talk.</span></div>"
    ]
    if left_out:
        lines.append(_note(f"The first {left_out:,} items are left out here."))
    passed = 0
    for number, items in enumerate(told):
        shown = items[max(0, left_out - passed) :]
        passed += len(items)
        if number and shown:
            lines.append(_note("New session: it remembers nothing of what stands above."))
        lines.extend(_item(item, calls, secrets) for item in shown)
    if not told:
        lines.append(_note("Nothing has been said yet."))
    return "\n".join(lines)


def _note(text: str) -> str:
    return f"<p style='{_NOTE}'>{escape(text)}</p>"


def _item(item: Item, calls: Mapping[str | None, str | None], secrets: Sequence[str]) -> str:
    """Return a paragraph; `calls` are the functions' names by the ids of their calls."""

    def shown(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, "<secret>")
        return escape(text if len(text) <= LONGEST else text[:LONGEST] + "…")

    if item.type == "function_call_output":
        name = calls.get(item.call_id)
        who, said = f"Result of {shown(name)}" if name else "Result", f"<code>{shown(item.output)}</code>"
    elif item.told is not None:
        who, said = _TOOLS.get(item.type, shown(item.type)), f"<code>{shown(item.told)}</code>"
    elif item.type != "message":
        who, said = shown(item.type), shown(item.words)
    else:
        who = _SPEAKERS.get(item.role or "", shown(item.role or item.type))
        heard, unheard = heard_part(item.words, item.heard_ms, item.audio_ms)
        said = shown(heard) + (f"<s>{shown(unheard)}</s>" if unheard else "") or _wordless(item)
    return f"<p style='{_TURN}'><b>{who}:</b> {said}</p>"


def _wordless(item: Item) -> str:
    return f"<i>{item.audio_ms / 1000:.1f} s of sound, not transcribed</i>" if item.pieces else "<i>no words</i>"
