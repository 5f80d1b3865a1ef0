"""SVG by hand: colours for light and dark, text that fits, and the few shapes that a diagram needs.

Colours stand in the elements, so that every program that reads SVG shows the light ones; a stylesheet beside them has
the dark ones, for what follows the reader's preference.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from unicodedata import east_asian_width

SANS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"
MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', 'DejaVu Sans Mono', monospace"

PALETTE: Mapping[str, tuple[str, str]] = {
    "paper": ("#ffffff", "#15181c"),
    "ink": ("#1b1f24", "#e8eaed"),
    "muted": ("#5f6b7a", "#9aa6b4"),
    "rule": ("#c6ccd4", "#414a55"),
    "client": ("#1d5fd1", "#7fb2ff"),
    "server": ("#0a7350", "#63d3a8"),
    "local": ("#8a5600", "#e3b568"),
    "error": ("#c1272d", "#ff8f87"),
    "done": ("#cdeadd", "#1d5240"),
    "cut": ("#fbdfa6", "#6a4d12"),
    "failed": ("#f7c9c6", "#6d2723"),
    "sound": ("#f0e2c4", "#55431c"),
}
"""The colours by what they mean: in light, in dark."""

_LIGHT = ('[data-jp-theme-light="true"]', ".vscode-light")
_DARK = ('[data-jp-theme-light="false"]', ".vscode-dark", ".vscode-high-contrast")
# What XML 1.0 has no place for, and what else prints as nothing.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")


def stylesheet(root: str, *, notebook: bool) -> str:
    """Return the dark colours for the elements below the class `root`.

    The reader's preference chooses; in a notebook the frontend's own theme does, which may differ from it.
    """
    rules = [f"@media (prefers-color-scheme:dark){{{_rules(f'.{root}', 1)}}}"]
    if notebook:
        rules += [_rules(f"{scope} .{root}", 0) for scope in _LIGHT]
        rules += [_rules(f"{scope} .{root}", 1) for scope in _DARK]
    return f"<style>{''.join(rules)}</style>"


def _rules(scope: str, which: int) -> str:
    return "".join(
        f"{scope} .f-{name}{{fill:{pair[which]}}}{scope} .s-{name}{{stroke:{pair[which]}}}"
        for name, pair in PALETTE.items()
    )


def fill(colour: str) -> str:
    """Return the attributes of an area or a text in a colour of the palette."""
    return f'class="f-{colour}" fill="{PALETTE[colour][0]}"'


def stroke(colour: str, width: float = 1, dash: str = "") -> str:
    """Return the attributes of a line in a colour of the palette."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'class="s-{colour}" stroke="{PALETTE[colour][0]}" stroke-width="{width:g}"{dashed}'


def text(
    x: float, y: float, words: str, colour: str, *, size: float = 12, anchor: str = "start", more: str = ""
) -> str:
    """Return a line of text; `words` may be anybody's."""
    place = f'x="{x:g}" y="{y:g}" font-size="{size:g}" text-anchor="{anchor}"'
    return f"<text {place} {fill(colour)}{more}>{xml(words)}</text>"


def line(x1: float, y1: float, x2: float, y2: float, attributes: str) -> str:
    """Return a straight line."""
    return f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" {attributes}/>'


def rect(x: float, y: float, width: float, height: float, attributes: str, radius: float = 0) -> str:
    """Return a rectangle."""
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}" {attributes}/>'


def arrow(x1: float, x2: float, y: float, colour: str, *, heads: int = 1) -> str:
    """Return a horizontal arrow; two heads tell that many went that way."""
    back = -1 if x2 > x1 else 1
    shapes = [line(x1, y, x2 + back * (4 + 6 * (heads - 1)), y, stroke(colour, 1.4))]
    for head in range(heads):
        tip = x2 + back * 6 * head
        points = f"{tip:g},{y:g} {tip + back * 8:g},{y - 3.8:g} {tip + back * 8:g},{y + 3.8:g}"
        shapes.append(f'<polygon points="{points}" {fill(colour)}/>')
    return "".join(shapes)


def xml(words: str) -> str:
    """Return anybody's text as it may stand in XML, on one line."""
    return escape(_UNPRINTABLE.sub(" ", words))


def width(words: str, size: float, *, mono: bool = False) -> float:
    """Return about how wide a text is, px: nobody knows which font it will be shown in, so rather too wide."""
    em = 0.61 if mono else 0.56
    return size * sum(1.0 if east_asian_width(letter) in "WF" else em for letter in words)


def cut(words: str, most: float, size: float, *, mono: bool = False) -> str:
    """Return a text, shortened where it would be wider than `most` px."""
    # No text is measured further than it could be shown: a delta's may be a book.
    shown = words[: int(most / (size * 0.5)) + 2]
    if shown == words and width(words, size, mono=mono) <= most:
        return words
    while shown and width(shown + "…", size, mono=mono) > most:
        shown = shown[:-1]
    return shown.rstrip() + "…"
