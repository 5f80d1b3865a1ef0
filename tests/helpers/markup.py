"""HTML and SVG read as a browser would."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

_VOID = {"br", "hr", "img"}


class Html(HTMLParser):
    """A piece of HTML: its text, elements, and what is struck through; it fails where an element does not close."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.struck = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if "s" in self._open:
            self.struck += data
