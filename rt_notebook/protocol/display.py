"""Items and responses as HTML, for a notebook: words and figures, no sound, since a notebook keeps what it shows.

Everything is escaped. The style stands inline and has no colours of its own, so that it reads in light and dark.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rt_notebook.protocol.items import Item, Response

LONGEST = 2_000
"""Characters of a text that are shown."""


def card(title: str, lines: Iterable[str], facts: Iterable[str], hear: str = "") -> str:
    """Return what a value shows: a title, lines of HTML, facts in a row, and the code that plays its sound."""
    told = " · ".join(escape(fact) for fact in facts if fact)
    parts = [f"<div><b>{escape(title)}</b>{f' <small>{told}</small>' if told else ''}</div>"]
    parts += [
        f'<div style="margin-top:.25em;white-space:pre-wrap;overflow-wrap:anywhere">{line}</div>' for line in lines
    ]
    if hear:
        parts.append(
            f'<div style="margin-top:.35em;opacity:.75"><small>To hear it: <code>{escape(hear)}</code></small></div>'
        )
    return f'<div style="border-left:3px solid;padding:.1em 0 .1em .8em;max-width:60em">{"".join(parts)}</div>'


def shown(text: str) -> str:
    """Return anybody's text as HTML, cut where it is long."""
    return escape(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")


def item_line(item: Item) -> str:
    """Return what an item says, as HTML; what of it was never heard is struck through."""
    from rt_notebook.protocol.items import heard_part

    if item.told is not None:
        return f"<code>{shown(item.told)}</code>"
    heard, unheard = heard_part(item.words, item.heard_ms, item.audio_ms)
    struck = f'<s style="opacity:.6" title="never heard">{shown(unheard)}</s>' if unheard else ""
    return shown(heard) + struck or "<i>no words</i>"


def item_html(item: Item) -> str:
    """Return an item as HTML."""
    facts = [item.status or "", "deleted" if item.deleted else "", _sound(item.audio_ms)]
    if item.heard_ms is not None and item.heard_ms < item.audio_ms:
        facts.append(f"heard {item.heard_ms / 1000:.1f} s")
    hear = "IPython.display.Audio(item.audio, rate=24000)" if item.pieces else ""
    return card(f"Item: {item.role or item.type}", [item_line(item)], [*facts, item.id], hear)


def response_html(response: Response) -> str:
    """Return a response as HTML."""
    audio_ms = sum(item.audio_ms for item in response.items)
    latency = response.latency
    waited = [("first text", latency.first_text), ("first audio", latency.first_audio), ("done", latency.done)]
    facts = [_sound(audio_ms), *(f"{name} after {ms:,.0f} ms" for name, ms in waited if ms is not None)]
    usage = response.usage if isinstance(response.usage, dict) else {}
    given, made = usage.get("input_tokens"), usage.get("output_tokens")
    if isinstance(given, int) and isinstance(made, int):
        facts.append(f"{given:,} tokens in, {made:,} out")
    if (usd := response.cost) is not None:
        facts.append(f"{usd:.4f} USD")
    lines = [item_line(item) for item in response.items]
    if response.error:
        lines.append(f"<i>{shown(response.error)}</i>")
    if not lines:
        lines.append("<i>nothing was answered</i>")
    hear = "IPython.display.Audio(response.audio, rate=24000)" if audio_ms else ""
    return card(f"Response: {response.status}", lines, facts, hear)


def _sound(audio_ms: float) -> str:
    return f"{audio_ms / 1000:.1f} s of audio" if audio_ms else ""
